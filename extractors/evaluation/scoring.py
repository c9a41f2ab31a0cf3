"""Precision, recall and F1 of what was found against the gold, exact and relaxed, by type and by genre.

Exact: the same type and, once quotes, book-title marks and blanks at the ends are stripped, the same range. Relaxed:
the same type, and the ranges overlap; each mention pairs with one at most, from left to right. What lies outside every
window of a document takes no part; a document without windows was read as a whole.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from extractors.evaluation.gold import Annotation


@dataclass(frozen=True, slots=True)
class Judged:
    """One document: its text and genre, what was marked in it and what was found; raw offsets, ends stripped."""

    name: str
    text: str
    genre: str
    windows: tuple[tuple[int, int], ...]
    gold: tuple[Annotation, ...]
    found: tuple[Annotation, ...]


@dataclass(slots=True)
class Counts:
    """How many mentions the gold has, how many were found, and how many of them are right, exactly and relaxed."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    relaxed: int = 0

    def add(self, other: "Counts") -> None:
        """Add *other*."""
        self.gold += other.gold
        self.found += other.found
        self.exact += other.exact
        self.relaxed += other.relaxed

    def rates(self, relaxed: bool = False) -> tuple[float, float, float]:
        """Return precision, recall and F1."""
        right = self.relaxed if relaxed else self.exact
        precision = right / self.found if self.found else 0.0
        recall = right / self.gold if self.gold else 0.0
        return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


@dataclass(slots=True)
class Scores:
    """The counts of all mentions, by type and by genre, the names sorted."""

    micro: Counts = field(default_factory=Counts)
    types: dict[str, Counts] = field(default_factory=dict)
    genres: dict[str, Counts] = field(default_factory=dict)


def judged(
    name: str,
    text: str,
    genre: str,
    windows: Sequence[tuple[int, int]],
    marks: tuple[Iterable[Annotation], Iterable[Annotation]],
    types: frozenset[str] = frozenset(),
) -> Judged:
    """Return a document ready to score; *marks* are the gold and what was found, *types* those wanted (none: all)."""
    gold, found = ({m for m in map(Annotation.stripped, group) if m.start < m.end} for group in marks)
    inside = {m for m in found if not windows or any(a <= m.start and m.end <= b for a, b in windows)}
    wanted_gold, wanted = (sorted(m for m in group if not types or m.type in types) for group in (gold, inside))
    return Judged(name, text, genre, tuple(windows), tuple(wanted_gold), tuple(wanted))


def score(documents: Iterable[Judged]) -> Scores:
    """Return the scores of *documents* together."""
    scores = Scores()
    types: defaultdict[str, Counts] = defaultdict(Counts)
    genres: defaultdict[str, Counts] = defaultdict(Counts)
    for document in documents:
        for kind in {mention.type for mention in (*document.gold, *document.found)}:
            counts = _count(
                [mention for mention in document.gold if mention.type == kind],
                [mention for mention in document.found if mention.type == kind],
            )
            for total in (scores.micro, types[kind], genres[document.genre]):
                total.add(counts)
    scores.types = {name: types[name] for name in sorted(types)}
    scores.genres = {name: genres[name] for name in sorted(genres)}
    return scores


def _count(gold: list[Annotation], found: list[Annotation]) -> Counts:
    return Counts(len(gold), len(found), len(pairs(gold, found, same_range)), len(pairs(gold, found, overlapping)))


def same_range(one: Annotation, other: Annotation) -> bool:
    """Tell whether two ranges are one."""
    return (one.start, one.end) == (other.start, other.end)


def overlapping(one: Annotation, other: Annotation) -> bool:
    """Tell whether two ranges share a character."""
    return one.start < other.end and other.start < one.end


def pairs(
    gold: Iterable[Annotation], found: Iterable[Annotation], fit: Callable[[Annotation, Annotation], bool]
) -> list[tuple[Annotation, Annotation]]:
    """Return pairs that *fit*, each mention in one at most: each of *gold* takes the first that is left, in order."""
    left, taken = sorted(found), []
    for mention in sorted(gold):
        partner = next((other for other in left if fit(mention, other)), None)
        if partner is not None:
            left.remove(partner)
            taken.append((mention, partner))
    return taken
