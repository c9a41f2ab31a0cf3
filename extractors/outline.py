"""From raw text to outline: clean view, blocks, and the facts of the head.

    raw ─► lines ─► clean text + passages ─► head facts ─► headings ─► nested blocks with year and mode

`read_outline` does all of it; the other functions answer questions about an outline that exists.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from extractors.clean import Passage, read_clean
from extractors.structure.head import Head, read_head
from extractors.structure.headings import Heading, find_headings
from extractors.structure.nesting import SECTION_RANK, TOPIC_RANK, Nesting
from extractors.structure.sections import Scope, read_scope
from extractors.structure.words import pattern
from ontology.records import Block, BlockKind, CleanText, Mode, Outline
from ontology.terms import Genre

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?[”’）]*")


def read_outline(raw: str) -> Outline:
    """Return the outline of the raw text *raw*."""
    clean, passages = read_clean(raw)
    head = read_head(clean.text, passages)
    headings = find_headings(clean.text, passages, head.first)
    builder = _Builder(clean, passages, head, headings)
    blocks = builder.build()
    return Outline(_break_lines(clean, passages, headings), blocks, head.facts)


def block_at(outline: Outline, offset: int) -> Block | None:
    """Return the block that the clean *offset* lies in, or None between blocks."""
    index = bisect_right(outline.blocks, offset, key=lambda block: block.start) - 1
    if index < 0 or offset >= outline.blocks[index].end:
        return None
    return outline.blocks[index]


def children_of(outline: Outline, block: Block | None) -> tuple[Block, ...]:
    """Return the blocks whose parent is *block*, or those without a parent, in reading order."""
    index = None if block is None else outline.blocks.index(block)
    return tuple(child for child in outline.blocks if child.parent == index)


def table_rows(outline: Outline, table: Block) -> tuple[dict[int, Block], ...]:
    """Return the rows of a table or box, the header first: each a mapping from column to cell, empty cells left out."""
    rows: dict[int, dict[int, Block]] = {}
    for cell in children_of(outline, table):
        if cell.row is not None and cell.column is not None:
            rows.setdefault(cell.row, {})[cell.column] = cell
    return tuple(rows[row] for row in sorted(rows))


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the clauses in *text* that end in a full stop, semicolon, mark or line break."""
    for match in _SENTENCE.finditer(text, start, len(text) if end is None else end):
        if match[0].strip():
            yield match.span()


class _Builder:
    """Turns passages into blocks, one after the other."""

    def __init__(
        self, clean: CleanText, passages: tuple[Passage, ...], head: Head, headings: dict[int, Heading]
    ) -> None:
        self.text = clean.text
        self.passages = passages
        self.head = head
        self.headings = headings
        self.nesting = Nesting([headings[index] for index in sorted(headings)])
        self.blocks: list[Block] = []
        self.scopes: list[Scope] = []  # the scope of each block
        self.table: tuple[int, int] | None = None  # the number of the table and the index of its caption
        self.told = False  # a section has told its year and mode
        genre = head.facts["genre"].value
        self.paper = genre == Genre.ECONOMIC_WORK_CONFERENCE
        self.default = (
            head.years.scope(Mode.PLAN) if genre in {Genre.ECONOMIC_WORK_CONFERENCE, Genre.POLICY_NOTICE} else Scope()
        )

    def build(self) -> tuple[Block, ...]:
        """Return the blocks."""
        for index, passage in enumerate(self.passages):
            if passage.kind is BlockKind.CELL:
                self._add_cell(passage)
            elif passage.kind is BlockKind.FOOTNOTE:
                self._add_footnote(passage)
            elif index == self.head.title:
                self._append(Block(BlockKind.TITLE, passage.start, passage.end), Scope())
            elif index in self.headings:
                self._add_heading(index, self.headings[index], passage)
            else:
                self._add_paragraph(index, passage)
        return tuple(
            replace(block, year=scope.year, mode=scope.mode)
            for block, scope in zip(self.blocks, self.scopes, strict=True)
        )

    def _append(self, block: Block, scope: Scope) -> int:
        self.blocks.append(block)
        self.scopes.append(scope)
        return len(self.blocks) - 1

    def _scope(self, parent: int | None) -> Scope:
        return self.default if parent is None else self.scopes[parent]

    def _add_heading(self, index: int, heading: Heading, passage: Passage) -> None:
        if self._has_table(index):
            self._add_caption(heading, boxed=heading.style == "box")
            return
        level, parent = self.nesting.enter(heading, len(self.blocks))
        words = self.text[heading.start + heading.marker : heading.end]
        untold = self.told and parent is not None and self.scopes[parent].mode is None
        scope = read_scope(words, 1 if untold else level, self.head.years)
        if scope:
            self.told = True
        elif parent is None and self.told and heading.style != "annex":
            scope = self.head.years.scope(Mode.PLAN)
        marker = self.text[heading.start : heading.start + heading.marker]
        block = Block(BlockKind.HEADING, heading.start, heading.end, level, marker, heading.ordinal, parent)
        self._append(block, scope or self._scope(parent))
        start = heading.end
        while start < passage.end and self.text[start] in " \n":
            start += 1
        if start < passage.end:
            self._append_under(Block(BlockKind.PARAGRAPH, start, passage.end))

    def _append_under(self, block: Block) -> None:
        """Append *block* under the innermost heading."""
        innermost = self.nesting.innermost
        parent = innermost.block if innermost else None
        self._append(replace(block, parent=parent), self._scope(parent))

    def _has_table(self, index: int) -> bool:
        return index + 1 < len(self.passages) and self.passages[index + 1].kind is BlockKind.CELL

    def _add_caption(self, heading: Heading, *, boxed: bool) -> int:
        innermost = self.nesting.innermost
        parent = innermost.block if innermost else None
        marker = self.text[heading.start : heading.start + heading.marker]
        kind = BlockKind.BOX if boxed else BlockKind.TABLE
        level = innermost.level + 1 if innermost else 1
        scope = read_scope(self.text[heading.start : heading.end], 2, self.head.years) or self._scope(parent)
        block = Block(kind, heading.start, heading.end, level, marker, heading.ordinal, parent)
        return self._append(block, scope)

    def _add_paragraph(self, index: int, passage: Passage) -> None:
        words = self.text[passage.start : passage.end]
        if self._has_table(index) and len(words) <= 60:
            self._add_caption(Heading(passage.start, passage.end, "plain"), boxed=False)
            return
        if index >= self.head.first:
            self._close(words)
        if index < self.head.first:
            self._append(Block(BlockKind.PARAGRAPH, passage.start, passage.end), Scope())
        else:
            self._append_under(Block(BlockKind.PARAGRAPH, passage.start, passage.end))

    def _close(self, words: str) -> None:
        """Close the headings that the paragraph *words* does not stand under any more."""
        self.nesting.close_dash()
        if pattern("greeting").match(words):
            self.nesting.close(SECTION_RANK)
        elif len(words) <= 60 and pattern("announcement").search(words):
            self.nesting.close(TOPIC_RANK)
        elif self.paper and pattern("byline").match(words) and pattern("new-article").search(words[:60]):
            self.nesting.close_all()
        elif self.paper and self.head.years.plan and words.startswith(f"{self.head.years.plan}年是"):
            innermost = self.nesting.innermost
            if innermost and self.scopes[innermost.block].mode is Mode.REVIEW:
                self.nesting.close_all()

    def _add_cell(self, passage: Passage) -> None:
        number = passage.table or 0
        if self.table is None or self.table[0] != number:
            self.table = number, self._caption(passage)
        parent = self.table[1] if self.table[1] >= 0 else None
        block = Block(BlockKind.CELL, passage.start, passage.end, parent=parent, row=passage.row, column=passage.column)
        self._append(block, self._scope(parent))

    def _caption(self, passage: Passage) -> int:
        """Return the index of the caption right above the table, or of the heading it stands under, or -1."""
        last = self.blocks[-1] if self.blocks else None
        if last and last.kind in {BlockKind.TABLE, BlockKind.BOX}:
            return len(self.blocks) - 1
        innermost = self.nesting.innermost
        return innermost.block if innermost else -1

    def _add_footnote(self, passage: Passage) -> None:
        scope, parent = self.default, None
        if passage.anchor is not None:
            for index in range(len(self.blocks) - 1, -1, -1):
                if self.blocks[index].start <= passage.anchor <= self.blocks[index].end:
                    scope, parent = self.scopes[index], self.blocks[index].parent
                    break
        block = Block(
            BlockKind.FOOTNOTE,
            passage.start,
            passage.end,
            ordinal=passage.ordinal,
            parent=parent,
            anchor=passage.anchor,
        )
        self._append(block, scope)


def _break_lines(clean: CleanText, passages: tuple[Passage, ...], headings: dict[int, Heading]) -> CleanText:
    """Turn the blank after a heading that is set apart from its paragraph into a line break."""
    places = [
        heading.end
        for index, heading in headings.items()
        if heading.end < passages[index].end and clean.text[heading.end] == " "
    ]
    if not places:
        return clean
    characters = list(clean.text)
    for place in places:
        characters[place] = "\n"
    return replace(clean, text="".join(characters))
