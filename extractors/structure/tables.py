"""Tables that were flattened into lines: a tab opens a cell, a blank line closes a row.

    ⇥1⇥line, ⇥a name, ⇥keeps ahead of          the lines of one row, one under the other;
    all others                                  a line without a tab goes on in the cell above it;
    (blank)                                     an empty cell of a merged column is a tab and nothing else.

Paragraphs of one cell are parted by U+2028, which some of our readers write.

Lines that hold tabs between their words are rows with all their cells on one line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.structure.lines import BLANKS, Line, is_marked

_PIECE = re.compile(r"[^\t]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty; tables are numbered through the document, rows and columns count from 0."""

    lines: tuple[Line, ...]
    table: int
    row: int
    column: int


def split_tables(lines: Sequence[Line]) -> Iterator[list[Line] | Cell]:
    """Yield the runs of lines outside tables, and the cells of the tables between them."""
    outside: list[Line] = []
    table = -1
    index = 0
    while index < len(lines):
        end = _table_end(lines, index)
        if end == index:
            if lines[index].text:
                outside.append(lines[index])
            index += 1
            continue
        if outside:
            yield outside
            outside = []
        table += 1
        yield from _read_table(lines[index:end], table)
        index = end
    if outside:
        yield outside


def _table_end(lines: Sequence[Line], start: int) -> int:
    """Return the index after the table that begins at *start*; *start* itself where none begins."""
    end = start
    while end < len(lines) and (_is_row(lines[end]) or (end > start and _goes_on(lines[end]))):
        end += 1
    tabs = sum(_is_row(line) for line in lines[start:end])
    return end if tabs >= 2 else start


def _is_row(line: Line) -> bool:
    return line.tabbed or "\t" in line.text.strip(BLANKS)


def _goes_on(line: Line) -> bool:
    return line.gap == 0 and (line.parted or (not is_marked(line.text) and len(line.text) <= 30))


def _read_table(lines: Sequence[Line], table: int) -> Iterator[Cell]:
    row = 0
    column = -1
    cell: list[Line] = []
    for line in lines:
        if line.gap and column >= 0:
            yield from _close(cell, table, row, column)
            row, column, cell = row + 1, -1, []
        if "\t" in line.text and not line.tabbed:
            yield from _close(cell, table, row, column)
            row, cell = (row + 1, []) if column >= 0 else (row, cell)
            yield from _read_row(line, table, row)
            row, column = row + 1, -1
        elif line.tabbed:
            yield from _close(cell, table, row, column)
            column, cell = column + 1, [line] if line.text else []
        else:
            cell.append(line)
    yield from _close(cell, table, row, column)


def _close(cell: Sequence[Line], table: int, row: int, column: int) -> Iterator[Cell]:
    if cell:
        yield Cell(tuple(cell), table, row, max(column, 0))


def _read_row(line: Line, table: int, row: int) -> Iterator[Cell]:
    """Yield the cells of a line whose words are set apart by tabs."""
    column, position = 0, 0
    for piece in _PIECE.finditer(line.text):
        column += line.text.count("\t", position, piece.start())
        position = piece.end()
        text = piece[0].strip(BLANKS)
        if text:
            start = line.start + piece.start() + len(piece[0]) - len(piece[0].lstrip(BLANKS))
            yield Cell((Line(start, start + len(text), text, 0, False, True),), table, row, column)
