"""Tag sequences: the best one (Viterbi), and how probable any mention is (forward and backward sums of a linear CRF).

A tag is O, or B- and I- with a type. All arrays are (stretches, characters, tags) or as said; characters behind a
stretch's end are padding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BARRED = np.float32(-1e4)


class Span(NamedTuple):
    """A mention within a stretch."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Sums:
    """What the CRF says of one stretch: tag weights, flows from both sides, and what was divided out at each place."""

    crf: "Crf"
    shares: Floats
    forth: Floats
    back: Floats
    totals: Floats

    def chance(self, span: Span) -> float:
        """Return how probable it is that *span*, all of it and no more, is a mention of its type."""
        crf = self.crf
        begin, inside = crf.numbers[f"B-{span.type}"], crf.numbers[f"I-{span.type}"]
        if not 0 <= span.start < span.end <= len(self.totals):
            return 0.0
        chance, tag = float(self.forth[span.start, begin]), begin
        for place in range(span.start + 1, span.end):
            chance *= float(crf.weights[tag, inside] * self.shares[place, inside] / self.totals[place])
            tag = inside
        if span.end < len(self.totals):
            behind = crf.weights[tag] * self.shares[span.end] * self.back[span.end] / self.totals[span.end]
            return chance * float(behind.sum() - behind[inside])
        return chance


@dataclass(frozen=True, slots=True)
class Crf:
    """Scores of tag sequences: `steps[a, b]` of tag b behind tag a, `first` of a tag at the beginning."""

    tags: tuple[str, ...]
    numbers: dict[str, int]
    steps: Floats
    weights: Floats
    first: Floats

    @classmethod
    def of(cls, tags: Sequence[str], steps: Sequence[Sequence[float]]) -> "Crf":
        """Bar the steps that make no mention: I stands only behind B or I of its type."""
        opens = [[may_follow(before, after) for after in tags] for before in tags]
        first = np.where([may_follow("O", tag) for tag in tags], np.float32(0), _BARRED)
        barred = np.asarray(steps, np.float32) + np.where(opens, np.float32(0), _BARRED)
        return cls(tuple(tags), {tag: number for number, tag in enumerate(tags)}, barred, np.exp(barred), first)

    def knows(self, kind: str) -> bool:
        """Tell whether there is a tag for mentions of the type *kind*."""
        return f"B-{kind}" in self.numbers

    def read(self, scores: Floats, lengths: NDArray[np.int64]) -> Iterator[tuple[list[Span], Sums]]:
        """Yield the mentions of the best sequence of each stretch, and the sums that weigh any other mention."""
        origins, last = self._climb(scores, lengths)
        shares = np.exp(scores - scores.max(2, keepdims=True))
        forth, back, totals = self._flow(shares, lengths)
        for row, length in enumerate(lengths.tolist()):
            path = [int(last[row])]
            for place in range(length - 1, 0, -1):
                path.append(int(origins[place, row, path[-1]]))
            sums = Sums(self, shares[row, :length], forth[row, :length], back[row, :length], totals[row, :length])
            yield self.spans(path[::-1]), sums

    def spans(self, path: Sequence[int]) -> list[Span]:
        """Return the mentions that the tags *path* mark."""
        names = [self.tags[tag] for tag in path]
        spans = []
        for start, name in enumerate(names):
            if name.startswith("B-"):
                end = start + 1
                while end < len(names) and names[end].startswith("I-"):
                    end += 1
                spans.append(Span(start, end, name[2:]))
        return spans

    def _climb(self, scores: Floats, lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the best sequence to each tag comes from, (characters, stretches, tags), and the last tags."""
        best = scores[:, 0] + self.first
        origins = np.zeros((scores.shape[1], *best.shape), np.int64)
        towards = np.ascontiguousarray(self.steps.T)  # numpy is quicker along the last axis
        for place in range(1, scores.shape[1]):
            sums = best[:, None, :] + towards
            sums.argmax(2, out=origins[place])
            grown = sums.max(2) + scores[:, place]
            best = np.where((place < lengths)[:, None], grown, best)
        return origins, best.argmax(1)

    def _flow(self, shares: Floats, lengths: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        """Return how likely each tag is from the left and from the right, and what was divided out at each place."""
        forth, back, totals = np.empty_like(shares), np.ones_like(shares), np.ones(shares.shape[:2], np.float32)
        for place in range(shares.shape[1]):
            grown = (forth[:, place - 1] @ self.weights if place else np.exp(self.first)) * shares[:, place]
            totals[:, place] = grown.sum(1)
            forth[:, place] = grown / totals[:, place, None]
        for place in range(shares.shape[1] - 2, -1, -1):
            behind = (shares[:, place + 1] * back[:, place + 1]) @ self.weights.T / totals[:, place + 1, None]
            back[:, place] = np.where((place + 1 < lengths)[:, None], behind, 1)
        return forth, back, totals


def may_follow(before: str, after: str) -> bool:
    """Tell whether the tag *after* may stand behind the tag *before*: I only inside a mention of its type."""
    return not after.startswith("I-") or before[1:] == after[1:]
