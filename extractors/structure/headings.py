"""Headings: which passages are one, where a run-in heading ends, and how they nest.

A heading has a marker (`一、`, `（一）`, `1.`, `一是`, `——`, `第一，`, `专栏1`) or none. Without one it counts when it
stands on a line of its own without a full stop, when a blank or the end of a raw line sets it apart from its paragraph,
or when several paragraphs in a row begin with a short sentence each. The usual name of a section (指导思想) is parted
from the text that it runs into. In doubt a passage stays a paragraph.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.clean import Passage
from extractors.numerals import to_number
from extractors.structure.words import any_word, pattern, words
from ontology.records import BlockKind

MARKERS = ("section", "subsection", "item", "subitem", "point", "ordinal", "chapter", "dash", "box", "annex")
_LONGEST = {"section": 60, "subsection": 60, "item": 32, "subitem": 32, "dash": 60, "point": 60, "ordinal": 60}
_UNFINISHED = re.compile(r"[，、：；,:;]$")
_STOP = re.compile(r"[。！？]")
_NEXT_POINT = re.compile(r"[，。；][二三四五](?:是|要)")
_NOT_PLAIN = re.compile(r"[。！？；…]|[，、：]$|^[\d.]+$|^[—<>（》，\[]|^\d{1,2}\.\d")
_SHORTEST_REST = 20


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found in a passage: clean range of the heading, its style, marker length and number.

    `end` is before the end of the passage where the heading is run-in.
    """

    start: int
    end: int
    style: str
    marker: int = 0
    ordinal: int | None = None


def find_headings(text: str, passages: Sequence[Passage], first: int) -> dict[int, Heading]:
    """Return the headings among *passages* from index *first* on, by the index of their passage."""
    headings: dict[int, Heading] = {}
    for index in range(first, len(passages)):
        if passages[index].kind is BlockKind.PARAGRAPH:
            heading = _read_named(text, passages[index]) or _read_marked(text, passages[index])
            if heading:
                headings[index] = heading
    _drop_items(text, headings)
    _drop_lists(passages, headings)
    _add_split(text, passages, first, headings)
    _add_plain(text, passages, first, headings)
    _add_sentences(text, passages, first, headings)
    _mark_parts(text, headings)
    return headings


def read_marker(text: str) -> tuple[str, int, int | None] | None:
    """Return style, length and number of the marker that *text* begins with, or None."""
    if text[0] not in "一二三四五六七八九十（0123456789第—-专附":
        return None
    for style in MARKERS:
        match = pattern(f"marker-{style}").match(text)
        if match:
            numeral = match.groupdict().get("ordinal")
            return style, match.end(), to_number(numeral) if numeral else None
    return None


def _read_marked(text: str, passage: Passage) -> Heading | None:
    content = text[passage.start : passage.end]
    marker = read_marker(content)
    if not marker:
        return None
    style, length, ordinal = marker
    stop = _STOP.search(content, length)
    end = stop.end() if stop else len(content)
    sentence, rest = content[length:end], content[end:]
    if len(sentence) > _LONGEST.get(style, 60) or "；" in sentence or _UNFINISHED.search(sentence):
        return None
    if not sentence and style != "annex":
        return None
    if style == "dash" and not rest:
        return None
    if (rest and style in {"box", "annex", "chapter"}) or (style == "point" and _NEXT_POINT.search(content, length)):
        return None
    if style == "point" and not rest and not stop:
        style = "topic"  # a line of its own, with headings of their own below it
    return Heading(passage.start, passage.start + end, style, length, ordinal)


def _read_named(text: str, passage: Passage) -> Heading | None:
    """Return the usual name of a section (指导思想) that a passage runs into its text as if there were a line break."""
    content = text[passage.start : passage.end]
    marker = read_marker(content)
    if not marker or marker[0] != "section":
        return None
    style, length, ordinal = marker
    name = next((name for name in words("section_name") if content.startswith(name, length)), "")
    end = length + len(name)
    if not name or content.startswith(words("section_name_goes_on"), end) or len(content) < end + _SHORTEST_REST:
        return None
    return Heading(passage.start, passage.start + end, style, length, ordinal)


def _drop_items(text: str, headings: dict[int, Heading]) -> None:
    """Take back the sentences numbered `一、` of a document whose sections have headings without a full stop."""
    sections = {index: heading for index, heading in headings.items() if heading.style == "section"}
    sentences = [index for index, heading in sections.items() if text[heading.end - 1] == "。"]
    if len(sections) - len(sentences) >= 2:
        for index in sentences:
            del headings[index]


def _drop_lists(passages: Sequence[Passage], headings: dict[int, Heading]) -> None:
    """Take back the items of a list: numbered lines that follow one another with nothing in between."""
    whole = {
        index: heading
        for index, heading in headings.items()
        if heading.style in {"point", "topic", "item", "subitem"} and heading.end == passages[index].end
    }
    for index, heading in whole.items():
        if any(other in whole and whole[other].style == heading.style for other in (index - 1, index + 1)):
            del headings[index]


def _free(passages: Sequence[Passage], first: int, headings: dict[int, Heading]) -> list[int]:
    """Return the indexes of the paragraphs that no heading stands in."""
    return [
        index
        for index in range(first, len(passages))
        if passages[index].kind is BlockKind.PARAGRAPH and index not in headings
    ]


def _add_split(text: str, passages: Sequence[Passage], first: int, headings: dict[int, Heading]) -> None:
    """Add the heads that a blank sets apart from their paragraph, where there are three or more."""
    found: dict[int, Heading] = {}
    for index in _free(passages, first, headings):
        passage = passages[index]
        if passage.split is None:
            continue
        head, rest = text[passage.start : passage.split], text[passage.split + 1 : passage.end]
        if 4 <= len(head) <= 20 and not re.search(r"[，。；：]", head) and re.search(r"[，。；]", rest):
            found[index] = Heading(passage.start, passage.split, "run-in")
    if len(found) >= 3:
        headings.update(found)


def _add_plain(text: str, passages: Sequence[Passage], first: int, headings: dict[int, Heading]) -> None:
    """Add the lines of their own that carry no marker and no full stop, and have something under them."""
    short = {index for index in _free(passages, first, headings) if _is_plain(text, passages[index])}
    lists = {index for index in short if _is_listed(passages, index, short)} if _has_gaps(passages, short) else set()
    candidates = short - lists
    for index in sorted(candidates):
        following = _following(passages, index)
        above = _is_dated(text[passages[index].start : passages[index].end])
        if following in candidates:
            below = passages[following]
            above = above and not _is_dated(text[below.start : below.end])
        if following is not None and (above or _stands_under(text, passages[following], following, candidates, short)):
            headings[index] = Heading(passages[index].start, passages[index].end, "plain")


def _stands_under(text: str, below: Passage, index: int, candidates: set[int], short: set[int]) -> bool:
    """Tell whether *below* may be what a heading is about: a paragraph, a list, a marked heading."""
    if index in candidates:
        return False
    content = text[below.start : below.end]
    return index in short or len(content) >= 30 or (content[-1] in "。！" and not pattern("byline").match(content))


def _has_gaps(passages: Sequence[Passage], short: set[int]) -> bool:
    return any(passages[index].gap for index in short)


def _is_listed(passages: Sequence[Passage], index: int, short: set[int]) -> bool:
    """Tell whether the line stands in a list: no blank line parts it from another short line."""
    after = index + 1 in short and passages[index + 1].gap == 0
    return after or (index - 1 in short and passages[index].gap == 0)


def _is_plain(text: str, passage: Passage) -> bool:
    content = text[passage.start : passage.end]
    return (
        4 <= len(content) <= 40
        and not _NOT_PLAIN.search(content)
        and not pattern("byline").match(content)
        and not pattern("apparatus").search(content)
        and not pattern("greeting").match(content)
        and not pattern("session").search(content)
    )


def _following(passages: Sequence[Passage], index: int) -> int | None:
    """Return the index of the next paragraph, or None where a table or nothing follows."""
    for following in range(index + 1, len(passages)):
        if passages[following].kind is BlockKind.PARAGRAPH:
            return following
        if passages[following].kind is BlockKind.CELL:
            return None
    return None


def _add_sentences(text: str, passages: Sequence[Passage], first: int, headings: dict[int, Heading]) -> None:
    """Add the short sentences that begin several paragraphs in a row, or stand alone above them."""
    group: list[int] = []
    for index in range(first, len(passages) + 1):
        inside = index < len(passages) and index not in headings
        if inside and passages[index].kind is BlockKind.PARAGRAPH:
            group.append(index)
        elif not inside or passages[index].kind is BlockKind.CELL:
            _add_parallel(text, passages, group, headings)
            group = []


def _add_parallel(text: str, passages: Sequence[Passage], group: Sequence[int], headings: dict[int, Heading]) -> None:
    found = {index: heading for index in group if (heading := _read_sentence(text, passages[index]))}
    alone = [index for index, heading in found.items() if heading.style == "sentence"]
    run_in = [index for index, heading in found.items() if heading.style == "run-in"]
    seamed = [index for index in run_in if passages[index].seam == found[index].end]
    lead = run_in[0] - group[0] if run_in else 0
    if len(alone) >= 2 and 3 * len(alone) >= len(group):
        below = set(group) - found.keys()
        headings.update({index: found[index] for index in alone if index + 1 in below})
    elif len(seamed) >= 2:
        headings.update({index: found[index] for index in seamed})
    elif len(run_in) >= 2 and lead <= 2 and 3 * len(run_in) >= 2 * (len(group) - lead):
        headings.update({index: found[index] for index in run_in})


def _read_sentence(text: str, passage: Passage) -> Heading | None:
    """Return the short first sentence of *passage* as a heading, if it may be one."""
    stop = text.find("。", passage.start, passage.start + 40)
    if stop < 0 or passage.end - stop == 0:
        return None
    sentence = text[passage.start : stop]
    longest = 36 if passage.seam == stop + 1 else 20
    if (
        not 4 <= len(sentence) <= longest
        or re.search(r"[；：！]", sentence)
        or sentence.startswith(words("not_opening"))
    ):
        return None
    if passage.seam != stop + 1 and ("，" in sentence or any_word("not_heading").search(sentence)):
        return None
    if passage.end == stop + 1:
        return Heading(passage.start, passage.end, "sentence")
    return Heading(passage.start, stop + 1, "run-in") if passage.end - stop > _SHORTEST_REST else None


def _mark_parts(text: str, headings: dict[int, Heading]) -> None:
    """Turn unmarked headings into parts: those that a new count of `一、` follows, and those that name their year."""
    ordered = sorted(headings)
    restarts = sum(heading.style == "section" and heading.ordinal == 1 for heading in headings.values())
    sections = any(heading.style == "section" for heading in headings.values())
    open_part = True
    for place, index in enumerate(ordered):
        heading = headings[index]
        if heading.style == "section":
            open_part = True
        if heading.style != "plain":
            continue
        begins = next((headings[later].ordinal for later in ordered[place:] if headings[later].style == "section"), 0)
        dated = not sections and _is_dated(text[heading.start : heading.end])
        if dated or (restarts >= 2 and open_part and begins == 1):
            headings[index] = replace(heading, style="part")
            open_part = False


def _is_dated(heading: str) -> bool:
    return bool(pattern("year").match(heading) or pattern("five-year-plan").match(heading))
