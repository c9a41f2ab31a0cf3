"""PDF files that hold text: paragraphs, titles, columns, ruled tables, footnotes.

pdfplumber gives characters, their places and the ruled tables. Left out: lines that come back on several pages at one
height, page numbers, text that stands askew. Joined: what lines, columns and pages cut in two. A scan, which holds
pictures of text only, and a locked file are refused.
"""

import io
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from extractors.readers.pdf_lines import Line, in_reading_order, join_row, read_segments
from extractors.readers.pdf_notes import Rule, split_notes
from extractors.readers.pdf_paragraphs import join_paragraphs, join_text, read_setting
from extractors.readers.raw_text import PIECE_BREAK, Table, write_raw
from extractors.structure.words import pattern
from ontology.errors import UnreadableDocument

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-—–―·•~\s]*(?:\d{1,4}|[ivxIVX]{1,6})(?: ?/ ?\d{1,4})?[-—–―·•~\s]*")
_EDGE = 0.12  # of the height of the page: running lines and page numbers stand there
_OUTERMOST = 3  # lines at each edge that may be running
_SAME_PLACE = 0.8
_THIN = 3.0
_SHORTEST_RULE = 20.0
_SAME_HEIGHT = 4.0  # points
_UNKNOWN = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page: its pieces of lines and its tables, how high it is, and the short rules on it."""

    pieces: list[Line]
    height: float
    rules: list[Rule]


def read_pdf(content: bytes, name: str) -> str:
    """Return the raw text of the PDF file with the bytes *content*; raises UnreadableDocument, citing *name*."""
    pages = _read_pages(content, name)
    _check(pages, name)
    running = _find_running(pages)
    lines = [
        line
        for number, page in enumerate(pages)
        for line in in_reading_order([piece for piece in page.pieces if not _runs(piece, running[number])])
    ]
    setting = read_setting(lines)
    body, notes = split_notes(lines, setting, [page.rules for page in pages])
    return write_raw(list(join_paragraphs(body, setting)), notes)


def _read_pages(content: bytes, name: str) -> list[_Page]:
    try:
        with pdfplumber.open(io.BytesIO(content)) as file:
            return [_read_page(page, number) for number, page in enumerate(file.pages)]
    except Exception as error:  # whatever a damaged file makes the library raise
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise UnreadableDocument(
                f"{name} is locked with a password: open it, and save or print it again as a PDF without one"
            ) from error
        raise UnreadableDocument(
            f"{name} is a damaged PDF file ({type(cause).__name__}): fetch it again, or open and save it again"
        ) from error


def _read_page(page: Any, number: int) -> _Page:
    characters = _distinct(page.chars)
    tables = [(table.bbox, _read_table(table, characters, number)) for table in page.find_tables()]
    tables = [(box, table) for box, table in tables if _is_table(table)]
    outside = [c for c in characters if not any(_lies_in(c, box) for box, _ in tables)]
    pieces = read_segments(outside, number)
    for (x0, top, x1, bottom), table in tables:
        pieces.append(Line("", x0, x1, top, bottom, 10.0, number, table=table))
    rules = _read_rules(page, [box for box, _ in tables])
    page.close()  # else every character of the file stays in memory
    return _Page(pieces, float(page.height), rules)


def _distinct(characters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *characters* without those printed again in almost the same place to make them look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for character in characters:
        x, y = round(character["x0"] / _SAME_PLACE), round(character["top"] / _SAME_PLACE)
        near = ((character["text"], x + right, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1))
        if not any(place in seen for place in near):
            kept.append(character)
            seen.add((character["text"], x, y))
    return kept


def _read_rules(page: Any, tables: Sequence[tuple[float, float, float, float]]) -> list[Rule]:
    """Return the thin horizontal rules of *page* that are too short for its width and part of no table."""
    return [
        (rule["x0"], rule["x1"], rule["top"])
        for rule in [*page.lines, *page.rects, *page.curves]
        if rule["bottom"] - rule["top"] < _THIN
        and _SHORTEST_RULE < rule["x1"] - rule["x0"] < 0.5 * page.width
        and not any(box[1] - 1 <= rule["top"] <= box[3] + 1 for box in tables)
    ]


def _read_table(table: Any, characters: Sequence[dict[str, Any]], number: int) -> Table:
    """Return the words of a ruled table; a merged cell stands where it begins."""
    rows = []
    for row in table.rows:
        cells = []
        for box in row.cells:
            inside = [c for c in characters if box is not None and _lies_in(c, box)]
            cells.append(_read_cell(inside, number) if inside else "")
        rows.append(tuple(cells))
    return Table(tuple(row for row in rows if any(row)))


def _read_cell(characters: Sequence[dict[str, Any]], number: int) -> str:
    """Return the words of a cell; a line that leaves room for two more characters ends a piece."""
    lines = join_row(read_segments(characters, number))
    if not lines:
        return ""
    right = max(line.x1 for line in lines)
    pieces = [[lines[0]]]
    for last, line in pairwise(lines):
        if right - last.x1 >= 2 * last.size and right - line.x1 < 2 * line.size:
            pieces.append([line])
        else:
            pieces[-1].append(line)
    return PIECE_BREAK.join(map(join_text, pieces))


def _is_table(table: Table) -> bool:
    """Tell whether the ruled frame holds rows of cells, not just a text with a line around it."""
    filled = sum(bool(cell) for row in table.rows for cell in row)
    return filled >= (2 if table.rows and len(table.rows[0]) > 1 else 3)


def _lies_in(character: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _check(pages: Sequence[_Page], name: str) -> None:
    """Raise where the pages hold no text that can be read."""
    text = "".join(piece.text for page in pages for piece in page.pieces)
    tabled = any(piece.table for page in pages for piece in page.pieces)
    if not text.strip() and not tabled:
        raise UnreadableDocument(
            f"{name} has no text layer on its {len(pages)} page(s), it is a scan: run text recognition (OCR) on it "
            "and give the PDF or .txt that comes out"
        )
    unknown = len(_UNKNOWN.findall(text))
    if unknown > 0.2 * len(_UNKNOWN.sub("?", text)):
        raise UnreadableDocument(
            f"{name} does not say which characters its fonts draw: run text recognition (OCR) on it, or give the .docx"
        )


def _find_running(pages: Sequence[_Page]) -> list[set[tuple[float, str]]]:
    """Return for each page the lines, by bottom and words, that are headers, footers or page numbers."""
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    running: list[set[tuple[float, str]]] = [set() for _ in pages]
    edges = [_edge_lines(page) for page in pages]
    for number, lines in enumerate(edges):
        for line in lines:
            seen[_masked(line.text)].append((number, line.bottom))
    for number, lines in enumerate(edges):
        for line in lines:
            again = [n for n, y in seen[_masked(line.text)] if n != number and abs(y - line.bottom) < _SAME_HEIGHT]
            if again or _is_page_number(line, pages[number].height):
                running[number].add((line.bottom, line.text))
    return running


def _edge_lines(page: _Page) -> list[Line]:
    """Return the outermost lines at the top and the bottom of *page*, each in its pieces."""
    heights = sorted({round(piece.bottom) for piece in page.pieces})
    outer = {*heights[:_OUTERMOST], *heights[-_OUTERMOST:]}
    return [
        piece
        for piece in page.pieces
        if round(piece.bottom) in outer
        and not piece.table
        and (piece.bottom < 1.2 * _EDGE * page.height or piece.top > (1 - 1.2 * _EDGE) * page.height)
    ]


def _is_page_number(line: Line, height: float) -> bool:
    at_edge = line.bottom < _EDGE * height or line.top > (1 - _EDGE) * height
    return at_edge and bool(_PAGE_NUMBER.fullmatch(line.text) or pattern("page-number").match(line.text))


def _runs(piece: Line, running: set[tuple[float, str]]) -> bool:
    return (piece.bottom, piece.text) in running


def _masked(text: str) -> str:
    return _NUMBER.sub("#", "".join(text.split()))
