"""HTML elements as the parts of a plain text: what a browser would show as paragraphs, lists, tables and footnotes.

Web pages, Word documents (through mammoth) and Markdown (through markdown-it) all come here. A list's numbers are
written out; a line break ends a paragraph where the words around it say so, else it is a wrap. An anchor inside the
page whose words are a number or a sign is the mark of a footnote, and the element it leads to is its text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from extractors.readers.raw_text import PIECE_BREAK, Paragraph, Part, Table, note_mark
from extractors.structure.lines import is_marked
from ontology.errors import UnreadableDocument

SILENT = {
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "button", "select", "option",
    "input", "textarea", "audio", "video", "canvas", "map", "del", "math",
}  # elements whose words are not of the text  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}  # fmt: skip
_NOTE_BLOCKS = ("li", "div", "p", "dd", "aside", "td")
_NOTE_SIGN = re.compile(r"[\[［(（〔]?(?:注?\d{1,3}(?::\d{1,2})?|[①-⑳*※†]|[ivx]{1,4})[\]］)）〕]?")
_BACK_SIGN = re.compile(r"[↑↩⏎^\ufe0e]+|返回")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60〇“”‘’…—"
_BLANKS = re.compile(r"[ \t\r\n]+")
_SOURCE_BREAK = re.compile(rf"(?<=[{_WIDE}\v])\n|\n(?=[{_WIDE}\v])")
_INLINE = re.compile(r"data:[\w/+.-]+;base64,[\w+/=%\s]+")  # a picture in an address, too long for the parser
_INDENT = re.compile(r"[ \t]*(?:[\u2003\u3000]|\u00a0[ \u00a0]|\u2002\u2002)")
_HARD_END = re.compile(r"[。！？!?…：:][”’）)」』\]]*$")
_LONGEST_WRAPPED = 6  # characters; paragraphs of a cell that are all as short are one name, as in a narrow header
_LONGEST_CELL = 1500
_LONGEST_ONLY_CELL = 400
_LONGEST_NOTE = 3000
_MOST_COLUMNS = 200
BREAK = "\v"  # a line break of the page, until it is known what it means


def parse_page(source: str, name: str) -> Any:
    """Return the root of the page *source*; raises UnreadableDocument, citing *name*, where words would be lost."""
    parser = html.HTMLParser()
    try:
        root = html.document_fromstring(_INLINE.sub("", source) or "<p>", parser=parser)
    except (ValueError, etree.ParserError) as error:
        raise UnreadableDocument(f"{name} is no web page that can be read ({error}): save it again as .html") from error
    if any("XML_PARSE_HUGE" in entry.message for entry in parser.error_log):
        raise UnreadableDocument(f"{name} nests its elements too deep or is too large: save its text as .txt")
    return root


def read_parts(root: Any) -> tuple[list[Part], dict[str, str]]:
    """Return the parts of the lxml element *root* in reading order, and the texts of its footnotes by key."""
    writer = _Writer(root)
    writer.walk(root)
    writer.flush()
    return writer.parts, writer.notes


def shown_text(element: Any) -> str:
    """Return the words of *element* on one line."""
    return " ".join(str(element.text_content()).split())


class _Writer:
    """Walks the tree once; `buffer` holds the words of the paragraph that is open."""

    def __init__(self, root: Any) -> None:
        self.parts: list[Part] = []
        self.buffer: list[str] = []
        self.marks, bodies = find_notes(root)
        self.counters: list[int | None] = []
        self.verbatim = False
        self.skipped: set[Any] = set()
        self.notes = {key: self._note_text(body) for key, body in bodies.items()}
        self.skipped = set(bodies.values())

    def walk(self, element: Any) -> None:
        """Write *element* with all below it; what follows it is the caller's."""
        tag = element.tag
        if self._is_left_out(element):
            return
        if element in self.marks:
            self.buffer.append(note_mark(self.marks[element]))
        elif tag == "br":
            self.buffer.append(BREAK)
        elif tag == "table" and (rows := read_rows(element, self._inner)) is not None:
            self._add_table(element, rows)
        elif tag in _BLOCKS:
            self.verbatim, outside = self.verbatim or tag == "pre", self.verbatim
            self._walk_block(element, tag)
            self.verbatim = outside
        else:
            self._walk_inside(element)

    def _is_left_out(self, element: Any) -> bool:
        tag = element.tag
        return not isinstance(tag, str) or tag in SILENT or element in self.skipped or _is_hidden(element)

    def flush(self) -> None:
        """Close the open paragraph."""
        text, self.buffer = "".join(self.buffer), []
        self.parts.extend(Paragraph(piece) for piece in split_breaks(text))

    def _walk_block(self, element: Any, tag: str) -> None:
        self.flush()
        if tag in {"ol", "ul"}:
            self.counters.append(_start(element) if tag == "ol" else None)
            self._walk_inside(element)
            self.counters.pop()
        else:
            if tag == "li" and self.counters and (number := self.counters[-1]) is not None:
                number = _number(element.get("value"), number)
                self.counters[-1] = number + 1
                self.buffer.append(f"{number}.")
            self._walk_inside(element, keep=tag == "li")
        self.flush()

    def _walk_inside(self, element: Any, *, keep: bool = False) -> None:
        """Write what is in *element*; with *keep* its first block goes on in the paragraph that is open."""
        self._add_words(element.text)
        for child in element:
            goes_on = keep and child.tag in {"p", "div"} and not (element.text or "").strip()
            if goes_on and not self._is_left_out(child):
                self._walk_inside(child)
                self.flush()
            else:
                self.walk(child)
            keep = False
            self._add_words(child.tail)

    def _add_words(self, words: str | None) -> None:
        if words:
            self.buffer.append(words.replace("\r\n", "\n").replace("\n", BREAK) if self.verbatim else words)

    def _add_table(self, table: Any, rows: list[list[str]]) -> None:
        self.flush()
        for caption in table.iterchildren("caption"):
            self.walk(caption)
        width = max(map(len, rows))
        while len(rows) > 1 and width > 1 and rows[0][0] and not any(rows[0][1:]):
            self.parts.extend(Paragraph(piece) for piece in rows.pop(0)[0].split(PIECE_BREAK))
        self.parts.append(Table(tuple(map(tuple, rows))))

    def _inner(self, cell: Any) -> str:
        """Return the words of a cell, its paragraphs parted by PIECE_BREAK."""
        parts, self.parts, buffer, self.buffer = self.parts, [], self.buffer, []
        self._walk_inside(cell)
        self.flush()
        pieces = [part.text for part in self.parts if isinstance(part, Paragraph)]
        self.parts, self.buffer = parts, buffer
        return (PIECE_BREAK if any(len(piece) > _LONGEST_WRAPPED for piece in pieces) else "\n").join(pieces)

    def _note_text(self, body: Any) -> str:
        """Return the words of a footnote without its own number and the way back to its mark."""
        for anchor in list(body.iter("a")):
            if str(anchor.get("href") or "").startswith("#") and _is_sign(shown_text(anchor)):
                anchor.text = ""
                for child in list(anchor):
                    anchor.remove(child)
        text = self._inner(body).replace(PIECE_BREAK, " ").strip()
        return re.sub(rf"^{_NOTE_SIGN.pattern}[.、：: ]?\s*", "", text) if text[:1] in "[［①②③④⑤⑥⑦⑧⑨" else text


def split_breaks(text: str) -> Iterator[str]:
    """Yield the paragraphs that the line breaks in *text* part; other line breaks stay as wraps."""
    text = _BLANKS.sub(lambda run: run[0] if run[0].strip(" \t") == "" else "\n", text)
    text = _SOURCE_BREAK.sub("", text).replace("\n", " ")
    paragraph = ""
    blank = False
    for line in text.split(BREAK):
        words = line.strip()
        if not words:
            blank = bool(paragraph)
            continue
        if paragraph and (blank or _INDENT.match(line) or _HARD_END.search(paragraph) or is_marked(words)):
            yield paragraph
            paragraph = ""
        paragraph = f"{paragraph}\n{words}" if paragraph else words
        blank = False
    if paragraph:
        yield paragraph


def read_rows(table: Any, inner: Any) -> list[list[str]] | None:
    """Return the rows of a table of data, every merged cell once; None for one that only arranges the page."""
    if table.get("role") == "presentation" or next(table.iterdescendants("table"), None) is not None:
        return None
    grid: dict[tuple[int, int], str] = {}
    elements = [row for row in table.iterdescendants("tr") if not _is_hidden(row)]
    for number, row in enumerate(elements):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (number, column) in grid:
                column += 1
            height = min(_number(cell.get("rowspan"), 1), len(elements) - number)
            width = min(_number(cell.get("colspan"), 1), _MOST_COLUMNS)
            grid |= {(number + down, column + right): "" for down in range(height) for right in range(width)}
            grid[number, column] = inner(cell)
    if not grid:
        return None
    width = max(column for _, column in grid) + 1
    rows = [[grid.get((number, column), "") for column in range(width)] for number in range(len(elements))]
    return rows if _is_data(rows, table) else None


def _is_data(rows: list[list[str]], table: Any) -> bool:
    filled = [row for row in rows if any(row)]
    longest = max((len(cell) for row in filled for cell in row), default=0)
    if len(filled) < 2 or next(table.iterdescendants("h1", "h2"), None) is not None:
        return False
    return longest <= (_LONGEST_CELL if len(rows[0]) > 1 else _LONGEST_ONLY_CELL)


def find_notes(root: Any) -> tuple[dict[Any, str], dict[str, Any]]:
    """Return the keys of the footnotes by the element that is their mark, and their bodies by key.

    An element that holds several footnotes, or is too long to be one, is text.
    """
    targets = {element.get("id") or element.get("name"): element for element in root.iter("*") if _names(element)}
    marks: dict[Any, str] = {}
    bodies: dict[str, Any] = {}
    within: set[Any] = set()
    for anchor in root.iter("a"):
        key = str(anchor.get("href") or "")
        target = targets.get(key[1:]) if key.startswith("#") else None
        if target is None or not _NOTE_SIGN.fullmatch(shown_text(anchor)):
            continue
        body = target if target.tag in _NOTE_BLOCKS else next(target.iterancestors(*_NOTE_BLOCKS), None)
        if body is not None and body.getparent() is not None and body.getparent().tag == "li":
            body = body.getparent()
        if body is None or any(up is body or up in within for up in anchor.iterancestors()):
            continue
        marks[_mark_of(anchor)] = key
        bodies[key] = body
        within.add(body)
    owners = Counter(bodies.values())
    bodies = {k: b for k, b in bodies.items() if owners[b] == 1 and len(shown_text(b)) <= _LONGEST_NOTE}
    return {mark: key for mark, key in marks.items() if key in bodies}, bodies


def _names(element: Any) -> bool:
    return bool(element.get("id") or (element.tag == "a" and element.get("name")))


def _mark_of(anchor: Any) -> Any:
    """Return the superscript that holds nothing but *anchor*, or *anchor*."""
    parent = anchor.getparent()
    only = parent is not None and parent.tag == "sup" and shown_text(parent) == shown_text(anchor)
    return parent if only else anchor


def _is_sign(words: str) -> bool:
    return not words or bool(_NOTE_SIGN.fullmatch(words) or _BACK_SIGN.fullmatch(words))


def _is_hidden(element: Any) -> bool:
    style = str(element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _start(element: Any) -> int:
    return _number(element.get("start"), 1)


def _number(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.strip().isdecimal() else default
