"""Footnotes of a PDF: lines at the foot of a page or column, small or below a short rule, that begin with a sign."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from extractors.readers.pdf_lines import Line
from extractors.readers.pdf_paragraphs import Setting, join_text
from extractors.readers.raw_text import Table, note_mark

_APART = 0.8  # of the size: footnotes stand further below the text than its lines do
_SMALL = 0.94  # of the size of the body
_MARK = re.compile("\0([^\0:]+)\0")
_CIRCLED = re.compile("[①-⑳]")
_OPENING = re.compile("\0([^\0]+)\0|([①-⑳])|[\\[［〔](\\d{1,3})[\\]］〕]|(\\d{1,3})(?=[^\\d.．、%％年月日])")

Rule = tuple[float, float, float]


def split_notes(
    lines: Sequence[Line], setting: Setting, rules: Sequence[Sequence[Rule]]
) -> tuple[list[Line], dict[str, str]]:
    """Return *lines* without the footnotes, their marks set, and the texts of the footnotes by key.

    *rules* are the short horizontal rules of each page: left, right, height.
    """
    body: list[Line] = []
    notes: dict[str, str] = {}
    for page, on_page in groupby(lines, key=lambda line: line.page):
        kept: list[Line] = []
        found: dict[str, str] = {}
        columns = [list(column) for _, column in groupby(on_page, key=lambda line: line.group)]
        for column in columns:
            above, below = _cut(column, setting, rules[page])
            kept += above
            found |= {f"{page}:{sign}": _set_marks(text, page, {}) for sign, text in _read(below)}
        body += [_marked(line, found) for line in kept]
        notes |= found
    return body, notes


def _cut(column: list[Line], setting: Setting, rules: Sequence[Rule]) -> tuple[list[Line], list[Line]]:
    """Return the lines of *column* above the footnotes, and those of the footnotes."""
    tables = [place for place, line in enumerate(column) if line.table]
    first = len(column)
    while first and not column[first - 1].table and column[first - 1].size < _SMALL * setting.size:
        first -= 1
    for place in range(tables[-1] + 1 if tables else 0, first):
        above = column[place - 1] if place else None
        if _OPENING.match(column[place].text) and (
            _is_below(column[place], above, rules) or _answers(column[:place], column[place:])
        ):
            first = place
            break
    while first < len(column) and not _OPENING.match(column[first].text):
        first += 1
    return column[:first], column[first:]


def _answers(above: Sequence[Line], below: Sequence[Line]) -> bool:
    """Tell whether *below* is set apart and holds just the signs, in order, of the marks in *above*."""
    marks = [sign for line in above for sign in _MARK.findall(line.text)]
    gap = below[0].top - above[-1].bottom if above else 0.0
    return bool(marks) and gap > _APART * below[0].size and [sign for sign, _ in _read(below)] == marks


def _is_below(line: Line, above: Line | None, rules: Sequence[Rule]) -> bool:
    """Tell whether a rule that begins where the column does stands between *above* and *line*."""
    upper = above.bottom - 2 if above else 0.0
    return any(upper <= y <= line.top + 2 and abs(x0 - line.left) <= 2 * line.size for x0, _, y in rules)


def _read(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return the sign and the text of each footnote on *lines*."""
    notes: list[tuple[str, list[Line]]] = []
    for line in lines:
        opening = _OPENING.match(line.text)
        sign = next(filter(None, opening.groups())) if opening else ""
        if opening and (not notes or _follows(notes[-1][0], sign)):
            notes.append((sign, [replace(line, text=line.text[opening.end() :].lstrip(" .．、：:"))]))
        else:
            notes[-1][1].append(line)
    return [(sign, join_text(piece)) for sign, piece in notes]


def _follows(last: str, sign: str) -> bool:
    """Tell whether the footnote *sign* comes right after *last*."""
    if last.isdecimal() and sign.isdecimal():
        return int(sign) == int(last) + 1
    return len(last) == len(sign) == 1 and ord(sign) == ord(last) + 1


def _marked(line: Line, notes: dict[str, str]) -> Line:
    """Return *line*, or the cells of its table, with the marks of *notes* set."""
    rows = line.table.rows if line.table else ()
    table = Table(tuple(tuple(_set_marks(cell, line.page, notes) for cell in row) for row in rows))
    return replace(line, text=_set_marks(line.text, line.page, notes), table=table if rows else None)


def _set_marks(text: str, page: int, notes: dict[str, str]) -> str:
    """Return *text* with the marks of *notes* by their keys, and other raised digits as plain ones."""

    def mark(match: re.Match[str]) -> str:
        key = f"{page}:{match[1]}"
        return note_mark(key) if key in notes else match[1]

    text = _MARK.sub(mark, text)
    for sign in set(_CIRCLED.findall(text)):
        if f"{page}:{sign}" in notes and "\0" not in text:
            text = text.replace(sign, note_mark(f"{page}:{sign}"))
    return text
