"""Cuts a document into stretches that an encoder reads at once: whole sentences, with the heading they stand under.

The guidelines let the heading of a list decide what its items are, so each stretch brings the words of the nearest
heading, box or table above it; a recogniser reads them first and marks nothing in them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from ontology.records import BlockKind, Outline

LENGTH = 220  # characters of a stretch at most
HEADING = 32  # characters of a heading that are read
_ENDS = (re.compile(r"[。！？；\n]"), re.compile(r"[，、：”）]"))
_HEADS = frozenset({BlockKind.HEADING, BlockKind.TABLE, BlockKind.BOX})


class Stretch(NamedTuple):
    """A clean range, and the words of the heading above it ("" where there is none)."""

    start: int
    end: int
    heading: str


def cut_stretches(outline: Outline, start: int = 0, end: int | None = None) -> Iterator[Stretch]:
    """Yield the stretches that cover the clean range *start*, *end* of *outline*, blank ones left out."""
    starts = [block.start for block in outline.blocks]
    for first, last in cut_ranges(outline.clean.text, start, end):
        yield Stretch(first, last, _heading(outline, bisect_right(starts, first) - 1, first))


def cut_ranges(text: str, start: int = 0, end: int | None = None, length: int = LENGTH) -> Iterator[tuple[int, int]]:
    """Yield ranges of *text* that cover *start*, *end*, each at most *length* long.

    A range ends with the last sentence that fits, else with the last clause, else anywhere.
    """
    end = len(text) if end is None else end
    while start < end:
        stop = min(end, start + length)
        if stop < end:
            for pattern in _ENDS:
                cuts = [match.end() for match in pattern.finditer(text, start, stop)]
                if cuts:
                    stop = cuts[-1]
                    break
        if text[start:stop].strip():
            yield start, stop
        start = stop


def _heading(outline: Outline, index: int, start: int) -> str:
    """Return the words of the heading nearest above the clean offset *start*, which lies in the block *index*."""
    if index < 0:
        return ""
    block = outline.blocks[index]
    heads = [head for head in (*outline.path_of(block), block) if head.kind in _HEADS and head.start < start]
    return outline.text_of(heads[-1])[:HEADING] if heads else ""
