"""What a recogniser holds of a document: the mentions it reads, and how probable any other mention is.

All offsets are clean offsets, ends exclusive.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from extractors.edges import bare_range
from extractors.recognisers.sequences import Crf, Floats, Span, Sums
from extractors.recognisers.stretches import Stretch, cut_stretches
from ontology.records import Outline, Proposal

_BLANK = " \n\u3000"
_PAIRS = (("“", "”"), ("‘", "’"), ("《", "》"))


class Recogniser(Protocol):
    """Reads a document on its own, without the rules."""

    def read(self, outline: Outline) -> "Opinion":
        """Return what stands in *outline*."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the recogniser holds of one document: the mentions it reads, and how probable any other mention is."""

    model: str
    text: str
    proposals: tuple[Proposal, ...]
    starts: tuple[int, ...]
    sums: tuple[Sums, ...]

    def chance(self, proposal: Proposal) -> float | None:
        """Return how probable it is that *proposal*, all of it and no more, is a mention of its type.

        None where the recogniser was never shown that type: then it has no say.
        """
        if self.sums and not self.sums[0].crf.knows(proposal.type):
            return None
        start, end = bare_range(self.text, proposal.start, proposal.end)
        index = bisect_right(self.starts, start) - 1
        if start == end or index < 0:
            return 0.0
        first = self.starts[index]
        return self.sums[index].chance(Span(start - first, end - first, proposal.type))


def read_stretches(outline: Outline, crf: Crf, score: "Scorer", model: str, batch: int) -> Opinion:
    """Return what *score* and *crf* of *model* make of *outline*, *batch* stretches of about equal length at a time."""
    text = outline.clean.text
    stretches = sorted(cut_stretches(outline), key=lambda stretch: (stretch.end - stretch.start, stretch))
    found: list[tuple[int, list[Proposal], Sums]] = []
    for first in range(0, len(stretches), batch):
        chosen = stretches[first : first + batch]
        lengths = np.array([stretch.end - stretch.start for stretch in chosen], np.int64)
        for stretch, (spans, sums) in zip(chosen, crf.read(score(text, chosen), lengths), strict=True):
            found.append((stretch.start, list(_proposals(text, stretch.start, spans, f"recogniser/{model}")), sums))
    found.sort(key=lambda entry: entry[0])
    proposals = tuple(proposal for _, proposals, _ in found for proposal in proposals)
    return Opinion(model, text, proposals, tuple(start for start, _, _ in found), tuple(sums for _, _, sums in found))


class Scorer(Protocol):
    """Scores the tags of characters."""

    def __call__(self, text: str, stretches: Sequence[Stretch]) -> Floats:
        """Return the scores (stretches, characters, tags) of the clean ranges *stretches* of *text*."""


def _proposals(text: str, first: int, spans: Iterable[Span], rule: str) -> Iterable[Proposal]:
    for span in spans:
        start, end = embrace(text, first + span.start, first + span.end)
        if start < end:
            yield Proposal(start, end, span.type, rule)


def embrace(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range *start*, *end* without blanks at its ends, and with both quotes where it has one of them."""
    while start < end and text[start] in _BLANK + "”’》":
        start += 1
    while start < end and text[end - 1] in _BLANK:
        end -= 1
    for opening, closing in _PAIRS:
        inside = text[start:end]
        if start < end and text[start - 1 : start] == opening:
            if inside.count(closing) > inside.count(opening):
                start -= 1
            elif text[end : end + 1] == closing:
                start, end = start - 1, end + 1
    return start, end
