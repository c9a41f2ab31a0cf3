"""The clean view: the text as a reader would retype it, with an offset map back to the raw text.

Dropped: hard wraps, page numbers, form feeds, invisible characters, bookmarks, footnote marks, web furniture, and
blanks that only set characters apart (between Chinese characters, between them and digits). A blank stays, as one,
between two words or numbers of ASCII characters, and on a line of its own between two pieces of two or more characters
(the names of a byline, the halves of a title).

Folded one to one: full-width digits, letters and signs to half width; `,:;!?()` to the Chinese marks, except between
digits; corner quotes to curly ones; the circle in a year to `〇`; other middle dots to `·`. Nothing else changes, so
`text[i]` is `raw[offsets[i]]`, folded; a blank or line break of `text` maps to a character that was dropped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from extractors.structure.lines import BLANKS, INVISIBLE, Line, has_head, join_lines, read_lines
from extractors.structure.tables import Cell, split_tables
from extractors.structure.words import pattern
from ontology.records import BlockKind, CleanText

_CJK = "\u3400-\u4dbf\u4e00-\u9fff〇“”‘’「」『』《》（）"
_JUNK = re.compile(
    rf"\[\[footnoteRef:(?P<mark>\d{{1,3}})\]\]|\[bookmark: [^\]\n]*\]|(?P<blank>[{BLANKS}]+)|[{re.escape(INVISIBLE)}]+"
)
_ODD = re.compile(rf"[{BLANKS}{re.escape(INVISIBLE)}\[]")
_BLANK = re.compile(rf"[{BLANKS}]")
_SHORT = 40
_FULL_WIDTH = {
    chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "！（），：；？～＜＞"
}
_ONE_TO_ONE = {
    **_FULL_WIDTH,
    **dict(zip("()!?;「」『』•・‧―∶\u3000\u00a0\u2003", "（）！？；“”“”···—:   ", strict=True)),
}
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_COLON = re.compile(r":(?!\d|//)|(?<![\dA-Za-z]):(?!//)")
_ZERO = re.compile(r"(?<=[一二三四五六七八九〇])○|○(?=[一二三四五六七八九〇])")
_BRACKET = re.compile(r"[\[\]]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, cell or footnote of the clean text, before anyone knows what it is.

    `start` and `end` are clean offsets. `gap` counts the blank lines above it. `seam` is the offset after its first raw
    line where that was joined with the next one, `split` the offset of a blank that sets its first words apart.
    """

    kind: BlockKind
    start: int
    end: int
    gap: int = 0
    seam: int | None = None
    split: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    ordinal: int | None = None
    anchor: int | None = None


def read_clean(raw: str) -> tuple[CleanText, tuple[Passage, ...]]:
    """Return the clean view of *raw* and its passages in reading order."""
    builder = _Builder(raw)
    for part in split_tables(read_lines(raw)):
        if isinstance(part, Cell):
            builder.add_passage(part.lines, part)
        else:
            for lines in join_lines(part):
                builder.add_passage(lines)
    return builder.finish()


def fold(text: str) -> str:
    """Return *text* with its characters folded one to one; the length stays."""
    for character in _ONE_TO_ONE.keys() & set(text):
        text = text.replace(character, _ONE_TO_ONE[character])
    if "," in text:
        text = _COMMA.sub("，", text)
    if ":" in text:
        text = _COLON.sub("：", text)
    return _ZERO.sub("〇", text) if "○" in text else text


@dataclass
class _Builder:
    """Collects the characters that stay."""

    raw: str
    parts: list[str] = field(default_factory=list)
    ranges: list[Iterable[int]] = field(default_factory=list)
    length: int = 0
    last: int = -1  # the raw offset of the last character kept
    anchors: dict[int, int] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    split: int | None = None

    def add(self, start: int, end: int) -> None:
        """Keep the raw range *start*, *end*."""
        if start < end:
            self.parts.append(self.raw[start:end])
            self.ranges.append(range(start, end))
            self.length += end - start
            self.last = end - 1

    def add_blank(self, blank: str) -> None:
        """Put *blank*, a line break or a space, at the first raw character after the last one kept."""
        self.parts.append(blank)
        self.last += 1
        self.ranges.append((self.last,))
        self.length += 1

    def add_passage(self, lines: Sequence[Line], cell: Cell | None = None) -> None:
        """Add the paragraph or cell that stands on *lines*, and the footnotes at its end."""
        position = lines[0].start
        for opening, first, last, ordinal in _find_notes(self.raw, lines):
            self._add_text(lines, (position, opening), cell)
            self._add_note(lines, (first, last), ordinal)
            position = last + 1
        self._add_text(lines, (position, lines[-1].end), cell)

    def _add_text(self, lines: Sequence[Line], limits: tuple[int, int], cell: Cell | None) -> None:
        """Add what stands on *lines* within the raw range *limits*."""
        start, seam, self.split = self._open(), None, None
        for index, line in enumerate(lines):
            first, last = max(line.start, limits[0]), min(line.end, limits[1])
            if first >= last:
                continue
            if index == 1:
                seam = self.length
            if self.length > start and (line.parted or _are_letters(self.parts[-1][-1:], self.raw[first])):
                self.add_blank(" ")
            self._add_piece(first, last, alone=len(lines) == 1, leading=index == 0)
        kind = BlockKind.CELL if cell else BlockKind.PARAGRAPH
        place = (cell.table, cell.row, cell.column) if cell else (None, None, None)
        self._shut(Passage(kind, start, self.length, lines[0].gap, seam, self.split, *place))

    def _add_note(self, lines: Sequence[Line], limits: tuple[int, int], ordinal: int) -> None:
        start = self._open()
        for line in lines:
            self._add_piece(max(line.start, limits[0]), min(line.end, limits[1]), alone=False, leading=False)
        anchor = self.anchors.get(ordinal)
        self._shut(Passage(BlockKind.FOOTNOTE, start, self.length, ordinal=ordinal, anchor=anchor))

    def _open(self) -> int:
        """Begin a passage: a line break after the one before."""
        if self.passages:
            self.add_blank("\n")
        return self.length

    def _shut(self, passage: Passage) -> None:
        """Keep *passage*, or take its line break back where it turned out empty."""
        if passage.start < passage.end:
            self.passages.append(passage)
        elif self.passages:
            self.parts.pop()
            self.ranges.pop()
            self.length -= 1
            self.last -= 1

    def _add_piece(self, start: int, end: int, *, alone: bool, leading: bool) -> None:
        """Keep the raw range *start*, *end* of one line, less the junk in it; nothing where that is empty."""
        if start >= end:
            return
        if not _ODD.search(self.raw, start, end):
            self.add(start, end)
            return
        position = start
        for junk in _JUNK.finditer(self.raw, start, end):
            self.add(position, junk.start())
            position = junk.end()
            if junk["mark"]:
                self.anchors.setdefault(int(junk["mark"]), self.length)
            elif junk["blank"] and start < junk.start() and position < end:
                self._weigh_blank(junk.start(), position, start, end, alone=alone, leading=leading)
        self.add(position, end)

    def _weigh_blank(self, first: int, last: int, start: int, end: int, *, alone: bool, leading: bool) -> None:
        """Keep the blank at the raw range *first*, *last* as one space if it means something."""
        before, after = self.raw[first - 1], self.raw[last]
        if before.isascii() and after.isascii():
            keep = before.isalnum() and after.isalnum()
        elif alone and end - start <= _SHORT:
            keep = _sets_apart(self.raw[start:first], self.raw[last:end])
        else:
            keep = leading and has_head(self.raw[start:end]) and not _BLANK.search(self.raw, start, first)
        if keep and self.last < first:
            if self.split is None and not before.isascii():
                self.split = self.length
            self.last = first - 1
            self.add_blank(" ")

    def finish(self) -> tuple[CleanText, tuple[Passage, ...]]:
        """Return what was collected."""
        text = fold("".join(self.parts))
        return CleanText(self.raw, text, tuple(chain.from_iterable(self.ranges))), tuple(self.passages)


def _sets_apart(before: str, after: str) -> bool:
    """Tell whether a blank on a short line parts two pieces rather than the characters of a name."""
    left, right = re.split(rf"[{BLANKS}]+", before)[-1], re.split(rf"[{BLANKS}]+", after)[0]
    if before.isdecimal():
        return len(before) <= 2 and not right[:1].isascii()
    is_chinese = re.match(rf"[{_CJK}]", right) and re.search(rf"[{_CJK}]$", left)
    return bool(is_chinese) and len(left) >= 2 and len(right) >= 2


def _are_letters(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and before.isalpha() and after.isalpha()


def _find_notes(raw: str, lines: Sequence[Line]) -> list[tuple[int, int, int, int]]:
    """Return the footnote texts on *lines*: raw start of the opening bracket, of the text, its end, and the number."""
    start, end = lines[0].start, lines[-1].end
    if "[]" not in raw[start:end]:
        return []
    openings = list(pattern("footnote-text").finditer(raw, start, end))
    limits = [following.start() for following in openings[1:]] + [end] * bool(openings)
    return [
        (opening.start(), opening.end(), _closing(raw, opening.end(), limit), int(opening["ordinal"]))
        for opening, limit in zip(openings, limits, strict=True)
    ]


def _closing(raw: str, start: int, limit: int) -> int:
    """Return the raw offset of the bracket that closes the footnote text at *start*, or *limit*."""
    depth = 1
    for bracket in _BRACKET.finditer(raw, start, limit):
        depth += 1 if bracket[0] == "[" else -1
        if not depth:
            return bracket.start()
    return limit
