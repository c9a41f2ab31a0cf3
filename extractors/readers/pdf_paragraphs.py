"""From the lines of a PDF to its paragraphs: what a line break, a column's end or a page's end cut in two is joined.

Geometry decides: a paragraph goes on while its lines fill the column and the next one is neither indented nor set
apart nor of another size. A title of several centred lines is one paragraph.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractors.readers.pdf_lines import Line
from extractors.readers.raw_text import Paragraph, Part, Table
from extractors.structure.lines import is_marked

_HARD_END = re.compile(r"[。！？!?…][”’）)」』\]]*\0?$")
_UNCUT = re.compile(r"[\x21-\x7e]+")
_NO_ROOM = 2.2  # characters that a line may lack at its end because of punctuation that must not begin a line
_INDENTED = 1.0  # characters
_LARGE = 1.12  # of the size of the body: a title
_APART = 1.5  # of the usual distance of lines
_SAME_SIZE = 0.08


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document is set: size of its body, usual distance of lines in sizes, whether paragraphs are indented."""

    size: float
    leading: float
    indented: bool


def read_setting(lines: Sequence[Line]) -> Setting:
    """Return how *lines* are set, as most of their characters are."""
    weights: dict[float, int] = {}
    for line in lines:
        if not line.table:
            size = round(line.size * 2) / 2
            weights[size] = weights.get(size, 0) + len(line.text)
    size = max(weights, key=lambda key: (weights[key], key), default=10.0)
    body = [line for line in lines if not line.table and abs(line.size - size) <= _SAME_SIZE * size]
    leads = [
        (second.bottom - first.bottom) / size
        for first, second in pairwise(body)
        if (first.page, first.group) == (second.page, second.group) and second.bottom > first.bottom
    ]
    indented = sum(_INDENTED <= line.indent <= 3 and line.room < _NO_ROOM for line in body)
    flush = sum(line.indent < _INDENTED and line.room < _NO_ROOM for line in body)
    return Setting(size, median(leads) if leads else 1.5, indented >= 2 and indented >= 0.08 * flush)


def join_paragraphs(lines: Sequence[Line], setting: Setting) -> Iterator[Part]:
    """Yield the paragraphs and tables that *lines*, in reading order, make."""
    open_lines: list[Line] = []
    table: Table | None = None
    for line in lines:
        if open_lines and (line.table or not _goes_on(open_lines, line, setting)):
            yield Paragraph(join_text(open_lines))
            open_lines = []
        if line.table:
            table = _merge(table, line.table) if table else line.table
            continue
        if table:
            yield table
            table = None
        open_lines.append(line)
    if open_lines:
        yield Paragraph(join_text(open_lines))
    if table:
        yield table


def join_text(lines: Sequence[Line]) -> str:
    """Return the words of *lines* as one; a blank stays between Latin words."""
    text = lines[0].text
    for line in lines[1:]:
        letters = text[-1:].isascii() and text[-1:].isalpha() and line.text[:1].isascii() and line.text[:1].isalpha()
        text += (" " if letters else "") + line.text
    return text


def _goes_on(paragraph: Sequence[Line], line: Line, setting: Setting) -> bool:
    """Tell whether *line* goes on where *paragraph* stopped."""
    last = paragraph[-1]
    together = (last.page, last.group) == (line.page, line.group)
    apart = together and line.bottom - last.bottom > _APART * setting.leading * line.size
    if apart or abs(last.size - line.size) > _SAME_SIZE * last.size:
        return False
    hard = bool(_HARD_END.search(last.text))
    if together and _is_centred(line) and line.indent >= _INDENTED:
        title = last.size >= _LARGE * setting.size and _is_centred(last)
        return (title or (_fills(last, line) and not hard)) and not is_marked(line.text)
    if not _fills(last, line) or line.indent >= _INDENTED:
        return False
    if not setting.indented:
        return not is_marked(line.text) and (together or not hard)
    heading = len(paragraph) == 1 and last.indent < _INDENTED
    return not hard or not (is_marked(line.text) or (together and heading))


def _fills(last: Line, line: Line) -> bool:
    """Tell whether *last* leaves no room for what *line* begins with: numbers and Latin words are not cut."""
    run = _UNCUT.match(line.text)
    return last.room < _NO_ROOM + (0.6 * len(run[0]) if run else 0.0)


def _is_centred(line: Line) -> bool:
    before, after = line.indent, line.room
    return abs(before - after) <= 1.5 and (before >= 1 or after >= 1 or before + after < 1)


def _merge(first: Table, second: Table) -> Table:
    """Return a table and its continuation on the next page as one; the header is not repeated."""
    rows = second.rows[1:] if second.rows[0] == first.rows[0] else second.rows
    return Table(first.rows + rows)
