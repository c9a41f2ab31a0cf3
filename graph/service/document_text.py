"""A document as its page shows it: blocks of the outline, mentions highlighted, the characters of a claim marked.

Positions are raw offsets throughout: a block's raw text is cut at every boundary first and only then relieved of its
line wraps, so that what is marked is exactly what a claim rests on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from graph.claims import Passage, StoredMention
from graph.service.addresses import path_of
from ontology.records import BlockKind

GROUPS = {
    "AREA": "places",
    "ZONE": "places",
    "AGENCY": "actors",
    "ORG": "actors",
    "PERSON": "actors",
    "POST": "actors",
    "STRATEGY": "policy",
    "PROGRAMME": "policy",
    "POLICYDOC": "policy",
    "PROJECT": "works",
    "PLATFORM": "works",
    "EVENT": "events",
    "MEETING": "events",
    "INDICATOR": "figures",
}
_HEADINGS = {1: "h2", 2: "h3"}
_LISTED_LEVEL = 3

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the outline; `level` counts from 1."""

    level: int
    name: str
    anchor: str


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text as HTML, its outline, and how many mentions of each group it has."""

    html: Markup
    outline: tuple[Heading, ...]
    groups: tuple[tuple[str, int], ...]


def show_text(
    raw: str, passages: Sequence[Passage], mentions: Iterable[StoredMention], target: Range | None
) -> DocumentText:
    """Return the document; *target* is the raw range of a claim's words."""
    marked = sorted(mentions, key=lambda stored: stored.mention.start)
    painter = _Painter(raw, marked, target)
    html = Markup("\n").join(_blocks(painter, passages))
    counted = Counter(GROUPS.get(stored.mention.type, "figures") for stored in marked)
    groups = tuple((name, counted[name]) for name in dict.fromkeys(GROUPS.values()) if counted[name])
    return DocumentText(html, tuple(_outline(raw, passages)), groups)


def _outline(raw: str, passages: Sequence[Passage]) -> Iterator[Heading]:
    for number, passage in enumerate(passages):
        captions = passage.kind in (BlockKind.BOX, BlockKind.TABLE)
        if (passage.kind == BlockKind.HEADING and passage.level <= _LISTED_LEVEL) or captions:
            name = "".join(raw[passage.start : passage.end].split())
            yield Heading(2 if captions else passage.level, name[:60], f"b{number}")


def _blocks(painter: "_Painter", passages: Sequence[Passage]) -> Iterator[Markup]:
    numbered = enumerate(passages)
    for is_cell, run in groupby(numbered, key=lambda item: item[1].kind == BlockKind.CELL):
        if is_cell:
            for _, cells in groupby(run, key=lambda item: item[1].parent):
                yield _table(painter, [passage for _, passage in cells])
            continue
        for number, passage in run:
            yield _block(painter, number, passage)


def _block(painter: "_Painter", number: int, passage: Passage) -> Markup:
    inner = painter.paint(passage.start, passage.end)
    if passage.kind == BlockKind.TITLE:
        return Markup('<p class="caption" id="b{}">{}</p>').format(number, inner)
    if passage.kind == BlockKind.HEADING:
        name = _HEADINGS.get(passage.level, "h4")
        return Markup('<{0} id="b{1}">{2}</{0}>').format(name, number, inner)
    if passage.kind in (BlockKind.BOX, BlockKind.TABLE):
        return Markup('<p class="caption" id="b{}">{}</p>').format(number, inner)
    kind = Markup(' class="note"') if passage.kind == BlockKind.FOOTNOTE else Markup("")
    return Markup('<p{} id="b{}">{}</p>').format(kind, number, inner)


def _table(painter: "_Painter", cells: Sequence[Passage]) -> Markup:
    rows = []
    for row, listed in groupby(cells, key=lambda cell: cell.row):
        name = "th" if row == 0 else "td"
        rows.append(
            Markup("<tr>{}</tr>").format(
                Markup("").join(
                    Markup("<{0}>{1}</{0}>").format(name, painter.paint(cell.start, cell.end)) for cell in listed
                )
            )
        )
    return Markup('<div class="scroll" tabindex="0"><table>{}</table></div>').format(Markup("").join(rows))


class _Painter:
    """Paints ranges of the raw text in reading order."""

    def __init__(self, raw: str, mentions: Sequence[StoredMention], target: Range | None) -> None:
        self._raw = raw
        self._mentions = mentions
        self._target = target or (0, 0)
        self._next = 0
        self._is_marked = False

    def paint(self, start: int, end: int) -> Markup:
        """Return the characters from *start* to *end* with mentions and the target marked."""
        inside = self._mentions_in(start, end)
        low, high = max(start, self._target[0]), min(end, self._target[1])
        cuts = {start, end, *((low, high) if low < high else ())}
        for stored in inside:
            cuts |= {max(start, stored.mention.start), min(end, stored.mention.end)}
        pieces = list(pairwise(sorted(cuts)))
        parts = []
        for is_target, run in groupby(pieces, key=lambda piece: low <= piece[0] and piece[1] <= high):
            painted = Markup("").join(self._piece(*piece, inside) for piece in run)
            parts.append(self._mark(painted) if is_target and low < high else painted)
        return Markup("").join(parts)

    def _mentions_in(self, start: int, end: int) -> list[StoredMention]:
        """Return the mentions that overlap the range; blocks mostly come in order, so the search goes on from there."""
        while self._next and self._mentions[self._next - 1].mention.end > start:
            self._next -= 1
        while self._next < len(self._mentions) and self._mentions[self._next].mention.end <= start:
            self._next += 1
        found = []
        for stored in self._mentions[self._next :]:
            if stored.mention.start >= end:
                break
            if stored.mention.end > start:
                found.append(stored)
        return found

    def _piece(self, start: int, end: int, mentions: Sequence[StoredMention]) -> Markup:
        text = escape("".join(self._raw[start:end].split("\n")).strip("\r"))
        named = next((s for s in mentions if s.mention.start <= start and end <= s.mention.end), None)
        if named is None:
            return text
        kind = named.mention.type
        classes = f"m g-{GROUPS.get(kind, 'figures')}"
        path = path_of(named.iri) if named.iri else ""
        if path:
            return Markup('<a class="{}" href="{}" title="{}">{}</a>').format(classes, path, kind, text)
        return Markup('<span class="{}" title="{}">{}</span>').format(classes, kind, text)

    def _mark(self, painted: Markup) -> Markup:
        where = Markup("") if self._is_marked else Markup(' id="here" tabindex="-1"')
        self._is_marked = True
        return Markup("<mark{}>{}</mark>").format(where, painted)
