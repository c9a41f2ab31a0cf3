"""Bodies of party and state: organs and departments of every level, with the area or the level word before them."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc

from extractors.areas import level_words, name_before
from extractors.patterns import load_lexicon, load_patterns
from ontology.records import Proposal

_SHORTEST_ALONE = 3  # letters of a department that stands without its area: 财政局


def propose_agencies(doc: Doc) -> Iterator[Proposal]:
    """Yield bodies of party and state, each range once."""
    text = doc._.outline.clean.text
    seen: set[tuple[int, int]] = set()
    for found in (*_central_bodies(text), *_local(text), *_by_pattern(text), *_of_zones(doc)):
        if (found.start, found.end) not in seen:
            seen.add((found.start, found.end))
            yield found


def _central_bodies(text: str) -> Iterator[Proposal]:
    for match in _central().finditer(text):
        yield Proposal(*match.span(), "AGENCY", "agencies/central")


def _by_pattern(text: str) -> Iterator[Proposal]:
    for pattern in load_patterns("agencies"):
        for found in pattern.find(text):
            yield Proposal(name_before(text, found.start), found.end, found.type, found.rule)


def organ_forms() -> tuple[str, ...]:
    """Return the short and long words for organs and departments that follow an area or a level word."""
    return tuple(sorted(_organs() | _departments(), key=lambda form: (-len(form), form)))


@cache
def _organs() -> frozenset[str]:
    return frozenset(row["form"] for row in load_lexicon("agencies_organs"))


@cache
def _departments() -> frozenset[str]:
    return frozenset(
        stem + suffix
        for row in load_lexicon("agencies_departments")
        for stem in row["forms"].split()
        for suffix in row["suffixes"].split()
    )


@cache
def _central() -> re.Pattern[str]:
    forms = {form for row in load_lexicon("agencies_central") for form in row["forms"].split()}
    names = "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
    return re.compile(rf"(?:{names})(?!{_boundary('after')})")


@cache
def _shape() -> re.Pattern[str]:
    """An organ or a department; the group "level" is the level word before it."""
    levels = "|".join(level_words())
    forms = "|".join(organ_forms())
    return re.compile(rf"(?P<party>{_boundary('party')})?(?P<level>{levels})?(?P<body>{forms})(?!{_boundary('after')})")


@cache
def _boundary(name: str) -> str:
    return "|".join(row["words"] for row in load_lexicon("agencies_boundaries") if row["kind"] == name)


@cache
def _before_level() -> re.Pattern[str]:
    return re.compile(rf"(?:{_boundary('before-level')})$")


@cache
def _before_alone() -> re.Pattern[str]:
    return re.compile(rf"(?:^|{_boundary('before-alone')})$")


def _local(text: str) -> Iterator[Proposal]:
    for match in _shape().finditer(text):
        start = match.start("level") if match["level"] else match.start("body")
        named = name_before(text, start)
        if named < start:
            first = match.start() if match["party"] and match.end("party") == named else named
            yield Proposal(_with_party(text, first), match.end(), "AGENCY", "agencies/of-area")
        elif match["level"]:
            if not _before_level().search(text[max(0, start - 4) : start]):
                yield Proposal(_with_party(text, start), match.end(), "AGENCY", "agencies/of-level")
        elif match["body"] in _departments() and _alone(text, match):
            yield Proposal(start, match.end(), "AGENCY", "agencies/alone")


def _with_party(text: str, start: int) -> int:
    found = re.search(rf"(?:{_boundary('party')})$", text[max(0, start - 5) : start])
    return start - len(found[0]) if found else start


def _alone(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 4) : match.start()]
    return len(match["body"]) >= _SHORTEST_ALONE and _before_alone().search(before) is not None


def _of_zones(doc: Doc) -> Iterable[Proposal]:
    """Yield the administrations of zones: a zone proposed before, and the word for its committee behind it."""
    text = doc._.outline.clean.text
    words = tuple(row["words"] for row in load_lexicon("agencies_boundaries") if row["kind"] == "zone-body")
    for zone in [found for found in doc._.proposals or () if found.type == "ZONE"]:
        body = next((word for word in words if text.startswith(word, zone.end)), "")
        if body:
            yield Proposal(zone.start, zone.end + len(body), "AGENCY", "agencies/of-zone")
