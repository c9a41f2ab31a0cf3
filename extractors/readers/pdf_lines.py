"""From the characters of a PDF page to its lines in reading order: one column, two or more, or both on one page.

Characters on one baseline with no wide gap between them are a segment. A gutter is a strip that no segment of the
columns enters and that full columns flank; a segment that crosses it (a title, a table) parts the page into bands,
which are read one after the other, the left column before the right. Units are PDF points, y grows downwards.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from extractors.readers.raw_text import Table, note_mark

_GAP = 0.6  # of the size: a wider gap parts segments
_SAME_BASELINE = 0.25
_SMALL = 0.8  # of the size of the line: smaller and raised is superscript
_LEAST_FULL = 2  # filled lines on either side of a gutter
_FULL = 0.6
_STEP = 2.0
_MARGIN = 0.15  # of the width: no gutter nearer to the edge
_ODD_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_RAISED = re.compile(r"[\[［(（〔]?(\d{1,3}|[①-⑳])[\]］)）〕]?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a piece of one, or a table. `left` and `right` bound its column, `group` tells columns apart."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int
    left: float = 0.0
    right: float = 0.0
    group: int = 0
    table: Table | None = None

    @property
    def indent(self) -> float:
        """How far the line is indented, in characters."""
        return (self.x0 - self.left) / self.size

    @property
    def room(self) -> float:
        """How much of the column is left empty after the line, in characters."""
        return (self.right - self.x1) / self.size


def read_segments(characters: Iterable[dict[str, Any]], page: int) -> list[Line]:
    """Return the segments that *characters* (of pdfplumber) make, from top to bottom."""
    kept = [c for c in characters if c["upright"] and c["text"].strip("\0") and c["size"] > 1]
    rows = _raise(_rows(kept))
    return [_segment(piece, page) for row in rows for piece in _pieces(row)]


def in_reading_order(segments: Sequence[Line]) -> list[Line]:
    """Return the lines of one page as a person reads them, with the bounds of their columns."""
    return _number_groups(_order(list(segments)))


def join_row(segments: Sequence[Line]) -> list[Line]:
    """Return *segments* with those on one height joined, from top to bottom."""
    lines: list[Line] = []
    for segment in sorted(segments, key=lambda s: (s.bottom, s.x0)):
        last = lines[-1] if lines else None
        if last and not last.table and not segment.table and abs(last.bottom - segment.bottom) < 0.3 * last.size:
            first, second = sorted((last, segment), key=lambda s: s.x0)
            text = f"{first.text} {second.text}"
            top, size = min(last.top, segment.top), max(last.size, segment.size)
            lines[-1] = replace(first, text=text, x1=max(last.x1, segment.x1), top=top, size=size)
        else:
            lines.append(segment)
    return sorted(lines, key=lambda line: line.top)


def _rows(characters: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return *characters* by baseline, the highest first."""
    rows: list[list[dict[str, Any]]] = []
    last = 0.0
    for character in sorted(characters, key=lambda c: (-c["matrix"][5], c["x0"])):
        baseline = -float(character["matrix"][5])
        if rows and baseline - last <= _SAME_BASELINE * character["size"]:
            rows[-1].append(character)
        else:
            rows.append([character])
            last = baseline
    return rows


def _raise(rows: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Mark the superscripts of *rows* as raised, those in a row of their own in the row that they belong to."""
    sizes = [median(c["size"] for c in row) for row in rows]
    for index, row in enumerate(rows):
        for other in range(index + 1, min(index + 4, len(rows))):
            if sizes[index] > _SMALL * sizes[other]:
                continue
            belong = [c for c in row if _sits_on(c, rows[other])]
            for character in belong:
                row.remove(character)
                rows[other].append({**character, "raised": True})
    for row, size in zip(rows, sizes, strict=True):
        level = median(c["bottom"] for c in row) if row else 0
        for character in row:
            if character["size"] < _SMALL * size and character["bottom"] < level - 0.15 * size:
                character["raised"] = True
    return [row for row in rows if row]


def _sits_on(character: dict[str, Any], row: Sequence[dict[str, Any]]) -> bool:
    middle = (character["top"] + character["bottom"]) / 2
    return any(
        other["top"] - 0.2 * other["size"] <= middle <= other["bottom"]
        and -0.5 * other["size"] <= character["x0"] - other["x1"] <= 1.2 * other["size"]
        for other in row
        if not other.get("raised")
    ) or any(other.get("raised") and 0 <= character["x0"] - other["x1"] < 2 for other in row)


def _pieces(row: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the runs of characters without a wide gap; a blank in a run says so on the character after it."""
    piece: list[dict[str, Any]] = []
    blank = False
    for character in sorted(row, key=lambda c: c["x0"]):
        if not character["text"].strip():
            blank = True
            continue
        if piece and character["x0"] - piece[-1]["x1"] > _GAP * max(character["size"], piece[-1]["size"]):
            yield piece
            piece = []
        piece.append({**character, "spaced": blank and bool(piece)})
        blank = False
    if piece:
        yield piece


def _segment(piece: Sequence[dict[str, Any]], page: int) -> Line:
    level = [c for c in piece if not c.get("raised")] or list(piece)
    size = float(median(c["size"] for c in level))
    top, bottom = min(c["top"] for c in level), max(c["bottom"] for c in level)
    return Line(_text(piece), piece[0]["x0"], max(c["x1"] for c in piece), top, bottom, size, page)


def _text(piece: Sequence[dict[str, Any]]) -> str:
    words, raised = "", ""
    last: dict[str, Any] | None = None
    for character in piece:
        text = _ODD_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), character["text"])
        if character.get("raised"):
            raised += text
        else:
            words, raised = words + _raised(raised), ""
            spaced = character["spaced"] or _are_apart(last, character)
            words += f" {text}" if words and spaced else text
        last = character
    return words + _raised(raised)


def _are_apart(first: dict[str, Any] | None, second: dict[str, Any]) -> bool:
    """Tell whether a gap parts two Latin words where the file holds no blank."""
    if first is None or not (first["text"][-1:].isascii() and second["text"][:1].isascii()):
        return False
    return bool(second["x0"] - first["x1"] > 0.15 * first["size"])


def _raised(text: str) -> str:
    """Return superscript *text* as the mark of a footnote of this page, if it can be one."""
    sign = _RAISED.fullmatch(text)
    return note_mark(sign[1]) if sign else text


def _order(segments: list[Line]) -> list[list[Line]]:
    """Return the columns of the bands of *segments*, each from top to bottom."""
    if not segments:
        return []
    gutter = _find_gutter(segments)
    if gutter is None:
        left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
        return [[replace(line, left=left, right=right) for line in join_row(segments)]]
    sides = [[s for s in segments if s.x1 <= gutter], [s for s in segments if s.x0 >= gutter]]
    across = join_row([s for s in segments if s.x0 < gutter < s.x1])
    widths = [(min(s.x0 for s in side), max(s.x1 for s in side)) for side in sides]
    whole = min(s.x0 for s in segments), max(s.x1 for s in segments)
    groups: list[list[Line]] = []
    above = float("-inf")
    for separator in [*across, None]:
        below = separator.top if separator else float("inf")
        for side, (left, right) in zip(sides, widths, strict=True):
            band = [s for s in side if above <= (s.top + s.bottom) / 2 < below]
            columns = _order(band)
            if len(columns) == 1:
                columns = [[replace(line, left=left, right=right) for line in columns[0]]]
            groups += columns
        if separator:
            line = replace(separator, left=whole[0], right=whole[1])
            goes_on = bool(groups) and groups[-1][-1].left == whole[0] and groups[-1][-1].right == whole[1]
            groups[-1:] = [[*groups[-1], line]] if goes_on else [*groups[-1:], [line]]
            above = separator.top
    return groups


def _find_gutter(segments: Sequence[Line]) -> float | None:
    """Return the x of the gutter between columns of *segments* that the fewest segments cross, or None."""
    low, high = min(s.x0 for s in segments), max(s.x1 for s in segments)
    best: tuple[int, float] | None = None
    run: list[float] = []
    place = low + _MARGIN * (high - low)
    while place < high - _MARGIN * (high - low):
        crossing = _crossing(segments, place, low, high)
        if crossing is not None and (best is None or crossing <= best[0]):
            run = [*run, place] if best is not None and crossing == best[0] and place - run[-1] <= _STEP else [place]
            best = crossing, (run[0] + run[-1]) / 2
        place += _STEP
    return best[1] if best else None


def _crossing(segments: Sequence[Line], place: float, low: float, high: float) -> int | None:
    """Return how many segments cross *place*; None where the text beside it does not fill columns."""
    left = [s for s in segments if s.x1 <= place and not s.table]
    right = [s for s in segments if s.x0 >= place and not s.table]
    full_left = [s for s in left if s.x1 - s.x0 >= _FULL * (place - low)]
    full_right = [s for s in right if s.x1 - s.x0 >= _FULL * (high - place)]
    if min(len(full_left), len(full_right)) < _LEAST_FULL:
        return None
    if 2 * (len(full_left) + len(full_right)) < len(left) + len(right):
        return None
    beside = min(s.top for s in full_right) < max(s.bottom for s in full_left)
    beside = beside and min(s.top for s in full_left) < max(s.bottom for s in full_right)
    return len(segments) - len(left) - len(right) if beside else None


def _number_groups(groups: list[list[Line]]) -> list[Line]:
    return [replace(line, group=number) for number, group in enumerate(groups) for line in group]
