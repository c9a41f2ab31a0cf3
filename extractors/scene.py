"""What the relations read: a document's outline, its area, and its mentions already linked to things."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from extractors.outline import block_at
from ontology.gazetteer import AreaRecord
from ontology.records import Block, BlockKind, Entity, Evidence, Outline

_CLAUSE_END = re.compile(r"[，。；！？\n]")
_SENTENCE_END = re.compile(r"[。；！？\n]")


@dataclass(frozen=True, slots=True)
class LinkedMention:
    """A mention in clean offsets, with the thing it names; `entity` is None where the link stays open.

    `candidates` are then the things that the words may mean, where there are several.
    """

    start: int
    end: int
    type: str
    text: str
    rule: str
    entity: Entity | None
    candidates: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class Scene:
    """One document, ready for the relations. `home` is the administrative area that the document governs."""

    key: str
    outline: Outline
    home: AreaRecord | None
    mentions: tuple[LinkedMention, ...]
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [mention.start for mention in self.mentions])

    @property
    def text(self) -> str:
        """The clean text."""
        return self.outline.clean.text

    @property
    def home_code(self) -> str:
        """The GB/T 2260 code of the document's area, or "unknown"."""
        return self.home.code if self.home else "unknown"

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the raw words behind the clean range *start*, *end*."""
        first, last = self.outline.clean.to_raw(start, end)
        return Evidence(self.key, first, last, self.outline.clean.raw[first:last])

    def mentions_in(self, start: int, end: int) -> tuple[LinkedMention, ...]:
        """Return the mentions that lie wholly in the clean range *start*, *end*."""
        found = self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return tuple(mention for mention in found if mention.end <= end)

    def block_at(self, offset: int) -> Block | None:
        """Return the block that covers the clean *offset*."""
        return block_at(self.outline, offset)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Return the clause around the clean range: from one comma, full stop or line end to the next."""
        return self._around(_CLAUSE_END, start, end)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return the sentence around the clean range."""
        return self._around(_SENTENCE_END, start, end)

    def _around(self, stop: re.Pattern[str], start: int, end: int) -> tuple[int, int]:
        block = self.block_at(start)
        low, high = (block.start, max(block.end, end)) if block else (0, len(self.text))
        for match in stop.finditer(self.text, low, start):
            low = match.end()
        match_after = stop.search(self.text, end, high)
        high = match_after.start() if match_after else high
        if block and block.kind is BlockKind.HEADING:
            low = max(low, block.start + len(block.marker))
        return _trim(self.text, low, high)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \n\t、":
        start += 1
    while end > start and text[end - 1] in " \n\t":
        end -= 1
    return start, end
