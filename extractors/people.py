"""People and their posts: a post directly before a name, leaders, reporters, rosters, and people who speak.

A name is a surname of the lexicon and one or two letters more. Names found beside a post, in a roster or in a byline
are then found everywhere in the document.
"""

import re
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc

from extractors.patterns import load_lexicon, load_patterns
from ontology.records import Proposal

_POST = "people/post-beside-name"
_BODIES = frozenset({"AGENCY", "ORG", "ZONE", "AREA"})
_FAR = 8  # letters between the start of a clause and the body of a post in it
_LONGEST = 60  # letters of the longest post
_WORD = "[一-龥（）()·A-Za-z0-9]"


def propose_people(doc: Doc) -> Iterator[Proposal]:
    """Yield PERSON and POST."""
    text = doc._.outline.clean.text
    found = [*_leaders(text), *_beside_posts(doc, text), *_bylines(text), *_by_pattern(text), *_offices(text)]
    yield from found
    names = {text[one.start : one.end] for one in found if one.type == "PERSON"}
    for match in _any_of(names).finditer(text) if names else ():
        if not _thought().match(text, match.end()):
            yield Proposal(*match.span(), "PERSON", "people/named-before")
    for match in _speaker().finditer(text):
        if _is_name(match["person"]):
            yield Proposal(*match.span("person"), "PERSON", "people/speaker")


@cache
def surnames() -> str:
    """Return a regular expression for a surname, the compound ones first."""
    return "|".join(sorted((row["surname"] for row in load_lexicon("people_surnames")), key=len, reverse=True))


@cache
def titles() -> str:
    """Return a regular expression for a title of office, the longest first."""
    return "|".join(sorted((row["title"] for row in load_lexicon("people_titles")), key=len, reverse=True))


def _is_name(name: str) -> bool:
    """Return whether *name* may be one: no ordinary word, and no surname with a title (周总理)."""
    return name[:2] not in _words() and re.fullmatch(titles(), name[1:]) is None


@cache
def _words() -> frozenset[str]:
    return frozenset(row["words"] for row in load_lexicon("people_words"))


@cache
def _cues(kind: str) -> str:
    return "|".join(row["words"] for row in load_lexicon("people_cues") if row["kind"] == kind)


def _any_of(names: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name))))


@cache
def _given() -> str:
    return f"(?:(?!{_cues('never-given')})[一-龥])"


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(_cues("lead"))


@cache
def _thought() -> re.Pattern[str]:
    return re.compile(_cues("thought"))


@cache
def _title_and_name() -> re.Pattern[str]:
    """Groups "title" and "person"; the longer name is tried first, and what follows must be able to follow a name."""
    follows = rf"(?=(?:{_cues('adverb')})?(?:{_cues('after')})|[，。、；：！？（(）)”“\s]|$)"
    name = rf"(?P<person>(?:{surnames()}){_given()}{{1,2}})"
    return re.compile(rf"(?P<title>{titles()})[ \t\n]?{name}{follows}")


@cache
def _clause() -> re.Pattern[str]:
    """The words before a title, back to a mark; titles before it that a mark joins to it belong to them."""
    marks = _cues("joint").replace("|", "")
    return re.compile(rf"(?:{_WORD}{{0,30}}(?:{titles()})[{marks}])*{_WORD}{{0,36}}$")


@cache
def _speaker() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![一-龥])(?P<person>(?:{surnames()}){_given()}{{2}})(?:{_cues('adverb')})?(?:{_cues('speech')})"
    )


@cache
def _leader() -> re.Pattern[str]:
    names = {row["name"]: row["alone"] == "yes" for row in load_lexicon("people_leaders")}
    alone = "|".join(name for name, known in names.items() if known)
    others = "|".join(name for name, known in names.items() if not known)
    title = titles()
    thought = _cues("thought")
    return re.compile(
        rf"(?P<person>(?:{alone})(?!(?:{thought}))|(?:{others})(?=(?:{_cues('comrade')})|(?:{title})))(?:(?:{_cues('as')})?(?P<post>{title}))?"
    )


@cache
def _byline() -> re.Pattern[str]:
    return re.compile(rf"(?:{_cues('byline')})[:：\s]?(?P<names>[一-龥、\s]{{2,40}}?)(?:{_cues('byline-end')}|\n|$)")


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"(?:{surnames()}){_given()}{{1,2}}")


@cache
def _office() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<person>(?:{surnames()}){_given()}{{1,2}})(?:{_cues('office')})(?P<post>[一-龥]{{0,12}}?(?:{titles()}))(?=[，。；、\n])"
    )


def _leaders(text: str) -> Iterator[Proposal]:
    for match in _leader().finditer(text):
        yield from _both(match, "people/leader")


def _both(match: re.Match[str], rule: str) -> Iterator[Proposal]:
    yield Proposal(*match.span("person"), "PERSON", rule)
    if match["post"]:
        yield Proposal(*match.span("post"), "POST", _POST)


def _beside_posts(doc: Doc, text: str) -> Iterator[Proposal]:
    for match in _title_and_name().finditer(text):
        if not _is_name(match["person"]):
            continue
        end = match.end("title")
        start = _start_of_post(doc, text, match.start("title"), end)
        yield Proposal(*match.span("person"), "PERSON", "people/beside-post")
        yield Proposal(start, end, "POST", _POST)


def _start_of_post(doc: Doc, text: str, title: int, end: int) -> int:
    """Return where the post whose last title is at *title* begins, past words that lead up to it (这让…副局长)."""
    clause = _clause().search(text, max(0, title - _LONGEST), title)
    start = clause.start() if clause else title
    lead = _lead().match(text, start, title)
    start = lead.end() if lead else start
    bodies = [
        one for one in doc._.proposals or () if one.type in _BODIES and start - _FAR < one.start and one.end <= end
    ]
    if any(body.start <= start < body.end for body in bodies):
        return start
    return min((body.start for body in bodies if start < body.start <= start + _FAR), default=start)


def _by_pattern(text: str) -> Iterator[Proposal]:
    for pattern in load_patterns("people"):
        for found in pattern.find(text):
            name = text[found.start : found.end]
            if _names().fullmatch(name) and _is_name(name):
                yield found


def _offices(text: str) -> Iterator[Proposal]:
    for match in _office().finditer(text):
        if _is_name(match["person"]):
            yield from _both(match, "people/takes-office")


def _bylines(text: str) -> Iterator[Proposal]:
    for match in _byline().finditer(text):
        start = match.start("names")
        for part in re.finditer(r"[^、\s]+", match["names"]):
            for first, last in _split_names(part[0]):
                yield Proposal(start + part.start() + first, start + part.start() + last, "PERSON", "people/byline")


def _split_names(letters: str) -> list[tuple[int, int]]:
    """Return the ranges of the names that *letters* are made of (杨骏余振芳: 杨骏, 余振芳), none if they are not."""
    ways: dict[int, list[tuple[int, int]]] = {0: []}
    for end in range(1, len(letters) + 1):
        for length in (4, 2, 3):
            start = end - length
            if start in ways and _names().fullmatch(letters, start, end):
                ways[end] = [*ways[start], (start, end)]
    return ways.get(len(letters), [])
