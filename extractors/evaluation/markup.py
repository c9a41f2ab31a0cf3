"""Inline markup: `⟦TYPE|words⟧` in the text itself, so that any editor can put marks in and take them out.

Without its marks the text is the document again, character by character. `⟦WINDOW⟧` and `⟦/WINDOW⟧` stand around a
stretch that was read where not all of it was; they hold no words. Marks are neither nested nor crossed, which a
window's edge must respect, too. Whatever is wrong is told by line and column, all of it at once.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ontology.errors import WrongUse
from ontology.terms import MentionType

OPEN, CLOSE = "⟦", "⟧"
_TOKEN = re.compile(rf"{OPEN}/?WINDOW{CLOSE}|[{OPEN}{CLOSE}]")
_HEAD = re.compile(rf"([^|{OPEN}{CLOSE}\n]*)\|")
_TYPES = frozenset(map(str, MentionType))

Mark = tuple[int, int, str]
"""Start, end and type; offsets into the text without marks."""


@dataclass(slots=True)
class Marked:
    """A text taken out of its markup: `marks` in text order, with the `lines` they begin in, and what is wrong."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    windows: list[tuple[int, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_markup(marked: str) -> Marked:
    """Return the text of *marked* without its marks, with the marks and all problems (`LINE:COLUMN: what is wrong`)."""
    return _Reader(marked).read()


def write_markup(text: str, marks: Iterable[Mark], windows: Iterable[tuple[int, int]] = ()) -> str:
    """Return *text* with its *marks* and *windows*; a window over all of it is not written.

    Raises WrongUse where the text holds ⟦ or ⟧ itself, where marks overlap, or where a window ends inside one.
    """
    found = re.search(rf"[{OPEN}{CLOSE}]", text)
    if found:
        raise WrongUse(f"line {place(text, found.start())} holds {found[0]}, with which marks are written; take it out")
    pieces: list[tuple[int, int, str]] = []  # offset, order at one offset, what is put there
    last = 0
    for start, end, kind in sorted(marks):
        if start < last:
            raise WrongUse(f"line {place(text, start)}: two marks overlap at {text[start:end]!r}; take one away")
        pieces += [(start, 3, f"{OPEN}{kind}|"), (end, 0, CLOSE)]
        last = end
    for start, end in windows:
        if (start, end) != (0, len(text)):
            pieces += [(start, 2, f"{OPEN}WINDOW{CLOSE}"), (end, 1, f"{OPEN}/WINDOW{CLOSE}")]
    written, last = [], 0
    for offset, _, piece in sorted(pieces):
        written += [text[last:offset], piece]
        last = offset
    return "".join([*written, text[last:]])


def place(text: str, offset: int) -> str:
    """Return line and column of *offset* in *text*, both from 1, as `LINE:COLUMN`."""
    start = text.rfind("\n", 0, offset) + 1
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - start + 1}"


def first_difference(text: str, other: str) -> int | None:
    """Return the first offset at which *text* and *other* differ, None where they are the same."""
    if text == other:
        return None
    shorter = min(len(text), len(other))
    return next((index for index in range(shorter) if text[index] != other[index]), shorter)


class _Reader:
    """Reads one marked text from left to right."""

    def __init__(self, marked: str) -> None:
        self.marked = marked
        self.found = Marked()
        self.pieces: list[str] = []
        self.length = 0  # of the text so far
        self.open: tuple[int, str, int] | None = None  # start, type, and place in the marked text
        self.window: tuple[int, int] | None = None  # start, and place in the marked text
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", marked))]

    def read(self) -> Marked:
        """Return everything."""
        last = 0
        for token in _TOKEN.finditer(self.marked):
            if token.start() < last:  # within the head of a mark
                continue
            self._text(last, token.start())
            last = token.end()
            if token[0] == OPEN:
                last = self._begin(token.start())
            elif token[0] == CLOSE:
                self._end(token.start())
            else:
                self._edge(token.start(), begins="/" not in token[0])
        self._text(last, len(self.marked))
        if self.open:
            self._wrong(self.open[2], "this mark never ends; close it with ⟧")
        if self.window:
            self._wrong(self.window[1], "this window never ends; close it with ⟦/WINDOW⟧")
        self.found.text = "".join(self.pieces)
        return self.found

    def _text(self, start: int, end: int) -> None:
        self.pieces.append(self.marked[start:end])
        self.length += end - start

    def _begin(self, at: int) -> int:
        """Begin a mark; return where its words begin."""
        head = _HEAD.match(self.marked, at + 1)
        kind = head[1].strip() if head else ""
        if self.open:
            self._wrong(at, f"a mark begins inside the one of {self._place(self.open[2])}; marks are not nested")
        if head is None:
            self._wrong(at, "no type; a mark is written ⟦TYPE|words⟧")
        elif kind not in _TYPES:
            self._wrong(at, f"there is no type {kind!r}; the types are {', '.join(sorted(_TYPES))}")
        self.open = (self.length, kind, at)
        return head.end() if head else at + 1

    def _end(self, at: int) -> None:
        if self.open is None:
            self._wrong(at, "this ⟧ ends no mark; take it out")
            return
        start, kind, begun = self.open
        self.open = None
        if start == self.length:
            self._wrong(begun, "this mark holds no words; take it out")
        elif kind in _TYPES:
            self.found.marks.append((start, self.length, kind))
            self.found.lines.append(self._line(begun))

    def _edge(self, at: int, begins: bool) -> None:
        if self.open:
            self._wrong(at, f"a window's edge lies inside the mark of {self._place(self.open[2])}; put it outside")
        elif begins and self.window:
            self._wrong(at, f"a window begins inside the one of {self._place(self.window[1])}; close that first")
        elif begins:
            self.window = (self.length, at)
        elif self.window is None:
            self._wrong(at, "this window ends without having begun; put ⟦WINDOW⟧ where it begins")
        else:
            self.found.windows.append((self.window[0], self.length))
            self.window = None

    def _wrong(self, at: int, what: str) -> None:
        self.found.problems.append(f"{self._place(at)}: {what}")

    def _line(self, at: int) -> int:
        return bisect_right(self.line_starts, at)

    def _place(self, at: int) -> str:
        line = self._line(at)
        return f"{line}:{at - self.line_starts[line - 1] + 1}"


def ordered(windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return *windows* in text order, those that touch or overlap as one, without empty ones."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif start < end:
            joined.append((start, end))
    return joined
