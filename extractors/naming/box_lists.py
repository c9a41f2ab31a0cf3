"""Items of boxes (专栏): what the box, its row or a label in the cell calls them is what they are (ruling 3).

专栏3 2027年度重点项目、重点活动
重点项目 │ 甲大桥、乙水库等          → PROJECT
重点活动 │ 活动清单：1.丙节；2.丁赛   → EVENT
"""

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from extractors.naming.boundaries import Clause, Layout, layout
from extractors.naming.enumerations import find_list_end
from extractors.patterns import load_lexicon
from ontology.records import Block, BlockKind, Outline, Proposal

_NUMBER = re.compile(r"[（(]?\d{1,2}[)）.．]\s*")
_LONGEST = 40


def boxed_items(doc: Doc, kind: str) -> Iterator[Proposal]:
    """Propose the items of the cells of boxes that are headed as *kind*."""
    outline: Outline = doc._.outline
    sheet = layout(doc)
    for block in outline.blocks:
        if block.kind is BlockKind.CELL and block.column and _in_box(outline, block):
            for start, end in _items(sheet, block, _heading(outline, block), kind):
                yield Proposal(start, end, kind, "box_lists/cell")


def headed_as(words: str) -> str:
    """Return the type that a heading calls its items, "" where it does not say; the last word that says so counts."""
    found = [(words.rfind(row["word"]), row["type"]) for row in load_lexicon("enumerations_boxes")]
    place, kind = max(found, default=(-1, ""))
    return kind if place >= 0 else ""


def _in_box(outline: Outline, block: Block) -> bool:
    return block.parent is not None and outline.blocks[block.parent].kind is BlockKind.BOX


def _heading(outline: Outline, block: Block) -> str:
    """Return the type that the row, the column or the caption gives, in this order."""
    others = [other for other in outline.blocks if other.kind is BlockKind.CELL and other.parent == block.parent]
    row = next((other for other in others if other.row == block.row and other.column == 0), None)
    column = next((other for other in others if other.row == 0 and other.column == block.column), None)
    caption = outline.blocks[block.parent] if block.parent is not None else None
    for source in (row, column, caption):
        if source is not None and source is not block and source.end - source.start <= _LONGEST:
            kind = headed_as(outline.text_of(source))
            if kind:
                return kind
    return ""


def _items(sheet: Layout, block: Block, heading: str, kind: str) -> Iterator[tuple[int, int]]:
    current = heading
    for clause in sheet.clauses:
        if clause.start < block.start or clause.end > block.end:
            continue
        if sheet.text[clause.end : clause.end + 1] in ("：", ":"):
            current = headed_as(sheet.text[clause.start : clause.end]) or current
        elif current == kind and not _in_sentence(sheet.text, clause):
            for start, end in _split(sheet.text, clause):
                item = _trim(sheet.text, start, end)
                if 2 <= item[1] - item[0] <= _LONGEST:
                    yield item


def _split(text: str, clause: Clause) -> Iterator[tuple[int, int]]:
    """Join the pieces that 和 and 及 parted: in a box only 、 parts the items."""
    start = clause.pieces[0][0]
    for (_, end), (following, _) in zip(clause.pieces, clause.pieces[1:], strict=False):
        if text[end:following] == "、":
            yield start, end
            start = following
    yield start, clause.pieces[-1][1]


def _in_sentence(text: str, clause: Clause) -> bool:
    return "，" in (text[clause.start - 1 : clause.start], text[clause.end : clause.end + 1])


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    number = _NUMBER.match(text, start, end)
    if number:
        start = number.end()
    stop = find_list_end(text, start, end)
    return start, end if stop is None else stop
