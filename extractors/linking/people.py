"""People: one node a name; a person and the post beside the name; a post cut into its bodies and titles."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from extractors.patterns import load_lexicon
from extractors.scene import LinkedMention
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity


def link_person(text: str) -> Entity | None:
    """Return the person of that name; a name is taken for one person in the whole graph."""
    name = canonical_name(text)
    return Entity(mint("person", name), "Person", name) if name else None


def split_post(text: str) -> tuple[str, str]:
    """Cut a post into body ("" for none) and title: 市发展改革委党组书记、主任 → (市发展改革委, 党组书记、主任).

    A second post in another body stays in the title; `split_posts` cuts it too.
    """
    first, *others = _segments(canonical_name(text))
    body, title = _cut(first)
    return body, "".join([title, *others])


def split_posts(text: str) -> tuple[tuple[str, str], ...]:
    """Cut a post into all its bodies and titles, one pair a body.

    两江新区党工委副书记、管委会副主任 → ((两江新区党工委, 副书记), (两江新区管委会, 副主任)): a second body that stands
    without its area or zone has that of the first.
    """
    pairs: list[tuple[str, str]] = []
    for segment in _segments(canonical_name(text)):
        body, title = _cut(segment.lstrip(_marks()))
        if pairs and not body:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + segment[: len(segment) - len(title)] + title)
        else:
            pairs.append((_place(pairs[0][0]) + body if pairs and body in _zone_bodies() else body, title))
    return tuple(pairs)


def pair_posts(mentions: Sequence[LinkedMention], text: str) -> Iterator[tuple[LinkedMention, LinkedMention]]:
    """Yield (person, post) for every PERSON beside a POST of a named body; *mentions* in text order, *text* clean.

    The post stands directly before the name, or behind it, joined by a verb of holding office or by nothing.
    """
    for left, right in pairwise(mentions):
        between = "".join(text[left.end : right.start].split())
        if (left.type, right.type) == ("POST", "PERSON") and not between and split_post(left.text)[0]:
            yield right, left
        behind = not between or _office().fullmatch(between) is not None
        if (left.type, right.type) == ("PERSON", "POST") and behind and split_post(right.text)[0]:
            yield left, right


@cache
def _titles() -> tuple[str, ...]:
    return tuple(sorted((row["title"] for row in load_lexicon("people_titles")), key=len, reverse=True))


@cache
def _body_of_title() -> dict[str, str]:
    return {row["title"]: row["body"] for row in load_lexicon("people_titles") if row["body"]}


@cache
def _zone_bodies() -> tuple[str, ...]:
    return tuple(row["words"] for row in load_lexicon("agencies_boundaries") if row["kind"] == "zone-body")


@cache
def _words(kind: str) -> tuple[str, ...]:
    return tuple(row["words"] for row in load_lexicon("people_cues") if row["kind"] == kind)


@cache
def _office() -> re.Pattern[str]:
    return re.compile("|".join(_words("office")))


def _marks() -> str:
    return "".join(_words("joint"))


def _segments(text: str) -> list[str]:
    """Return the parts of *text*, each but the first with the mark before it: 党组书记, 、主任."""
    title = "|".join(_titles())
    marks = _marks()
    return re.split(rf"(?<=[^{marks}])(?=[{marks}][^{marks}]{{0,12}}(?:{title}))", text)


def _cut(segment: str) -> tuple[str, str]:
    title = next((word for word in _titles() if segment.endswith(word)), "")
    body = segment.removesuffix(title)
    if body and title in _body_of_title() and body.endswith(_levels()):
        body += _body_of_title()[title]
    return body, title


@cache
def _levels() -> tuple[str, ...]:
    return tuple(row["word"] for row in load_lexicon("areas_levels"))


def _place(body: str) -> str:
    """Return the zone of a zone's body (两江新区党工委 → 两江新区)."""
    ending = next((words for words in _zone_bodies() if body.endswith(words)), "")
    return body.removesuffix(ending)
