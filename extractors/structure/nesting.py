"""How headings nest: the number that goes on tells the list, the style tells the rank, the order decides in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.structure.headings import Heading

_RANKS = {
    "chapter": 0,
    "annex": 0,
    "part": 1,
    "section": 2,
    "subsection": 3,
    "ordinal": 4,
    "plain": 4,
    "topic": 4,
    "item": 5,
    "run-in": 6,
    "sentence": 6,
    "dash": 6,
    "point": 7,
    "subitem": 8,
    "box": 9,
}
_LEVELS = {"chapter": 1, "annex": 1, "part": 1, "section": 1, "subsection": 2, "subitem": 4, "plain": 1, "item": 1}
SECTION_RANK = 2
TOPIC_RANK = 4


@dataclass(frozen=True, slots=True)
class Open:
    """A heading under which the text stands: its block index, level, rank, style and number."""

    block: int
    level: int
    rank: int
    style: str
    ordinal: int | None


class Nesting:
    """The headings that are open at a place of the text, outermost first."""

    def __init__(self, headings: Sequence[Heading]) -> None:
        """Prepare for *headings*, all those of the document in order."""
        styles = list(dict.fromkeys(heading.style for heading in headings))
        self._ranks = dict(_RANKS)
        self._levels = dict(_LEVELS)
        if _comes_before(styles, "subsection", "section"):
            self._ranks |= {"section": 3, "subsection": 2}
            self._levels |= {"section": 2, "subsection": 1}
        elif _comes_before(styles, "ordinal", "subsection"):
            self._ranks |= {"subsection": 4, "ordinal": 3}
        self._open: list[Open] = []

    @property
    def innermost(self) -> Open | None:
        """Return the innermost open heading."""
        return self._open[-1] if self._open else None

    def enter(self, heading: Heading, block: int) -> tuple[int, int | None]:
        """Open *heading*, whose block has the index *block*; return its level and the index of its parent."""
        rank = self._ranks[heading.style]
        self._make_room(heading, rank)
        parent = self.innermost
        least = self._levels.get(heading.style, 3)
        if heading.style == "item" and parent:
            least = 3
        level = max(least, parent.level + 1) if parent else least
        if heading.style in {"plain", "run-in", "sentence"}:
            level = parent.level + 1 if parent else 1
        self._open.append(Open(block, level, rank, heading.style, heading.ordinal))
        return level, parent.block if parent else None

    def close(self, rank: int) -> None:
        """Close the headings below *rank*, so that those of that rank and above stay open."""
        while self._open and self._open[-1].rank > rank:
            self._open.pop()

    def close_all(self) -> None:
        """Close every heading."""
        self._open.clear()

    def close_dash(self) -> None:
        """Close a `——` heading, which holds no more than the paragraph that it runs into."""
        if self._open and self._open[-1].style == "dash":
            self._open.pop()

    def _make_room(self, heading: Heading, rank: int) -> None:
        """Close the headings that *heading* does not stand under."""
        if heading.ordinal is not None and heading.ordinal > 1:
            for place in range(len(self._open) - 1, -1, -1):
                entry = self._open[place]
                if entry.style == heading.style and entry.ordinal == heading.ordinal - 1:
                    del self._open[place:]
                    return
        self.close(rank)
        restarts = heading.ordinal == 1 and heading.style in {"section", "subsection"}
        while self._open and self._open[-1].rank == rank and not (restarts and (self._open[-1].ordinal or 0) > 1):
            self._open.pop()


def _comes_before(styles: Sequence[str], first: str, second: str) -> bool:
    """Tell whether both styles occur, *first* before *second*."""
    return first in styles and second in styles and styles.index(first) < styles.index(second)
