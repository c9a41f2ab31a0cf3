"""The records that the rooms hand to each other.

    text file ─► CleanText + Block ─► Mention ─► Entity + Claim (with Evidence) ─► Reading

Two kinds of offsets exist and never mix: **raw** offsets count Unicode code points of the file's text as decoded,
**clean** offsets count those of `CleanText.text`. Both are 0-based, ends exclusive. Whatever leaves `extractors`
(Mention, Evidence) is raw. What people look at in notebooks shows itself there (`_repr_html_`).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from html import escape


class Status(StrEnum):
    """How a claim came to be."""

    ASSERTED = "asserted"  # the text says so
    INFERRED = "inferred"  # a rule concluded it
    CURATED = "curated"  # a person decided for it
    REJECTED = "rejected"  # a person decided against it


class Mode(StrEnum):
    """Whether a passage looks back on a year or plans one."""

    REVIEW = "review"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class CleanText:
    """A document as a reader would retype it: no wraps inside words, no page numbers, no footnote marks.

    `offsets[i]` is the raw offset of the clean character `text[i]`; `len(offsets) == len(text)`; the offsets grow
    strictly. Line breaks in `text` stand between blocks and map to a raw position before the next block.
    """

    raw: str
    text: str
    offsets: tuple[int, ...]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw range of the non-empty clean range *start*, *end*."""
        return self.offsets[start], self.offsets[end - 1] + 1


class BlockKind(StrEnum):
    """What a block is on the page."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"  # the caption of a table; its cells are blocks of their own
    BOX = "box"  # the caption of a box (专栏); its cells are blocks of their own
    CELL = "cell"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the outline; `start` and `end` are clean offsets, marker included.

    Headings: `level` 1 (一、), 2 (（一）), 3 (1. or 一是), 4 and deeper; `marker` as it stands in the clean text (""
    when unnumbered), `ordinal` its number. A run-in heading (`一是……。` at the head of a paragraph) is a heading
    block directly followed by the paragraph block of the rest. `parent` is the index of the enclosing heading, table
    or box. Cells carry `row` and `column`, counted from 0 with the header row. A footnote's `ordinal` is its number,
    `anchor` the clean offset in the running text directly before which its mark stood. `year` and `mode` say which
    year the passage speaks of and whether it reviews or plans it.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    marker: str = ""
    ordinal: int | None = None
    parent: int | None = None
    row: int | None = None
    column: int | None = None
    anchor: int | None = None
    year: int | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A value that the document states about itself, with the clean range it was read from (None when concluded)."""

    value: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's structure: blocks in reading order, and the facts of its head.

    `facts` may hold: title, issuer (the body that issued it), issued (ISO date, or YYYY-MM, or YYYY), plan_year,
    review_year, area (the administrative area it governs, long name), genre (see vocabularies/genres.ttl).
    """

    clean: CleanText
    blocks: tuple[Block, ...]
    facts: dict[str, DocumentFact] = field(default_factory=dict)

    def text_of(self, block: Block) -> str:
        """Return the block's clean text without its marker, ends trimmed of blanks and full stops."""
        return self.clean.text[block.start : block.end][len(block.marker) :].strip(" \n\u3000。：:")

    def path_of(self, block: Block) -> tuple[Block, ...]:
        """Return the enclosing blocks, outermost first."""
        path: list[Block] = []
        while block.parent is not None:
            block = self.blocks[block.parent]
            path.append(block)
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one extractor proposes: a clean range of one type, by one rule; resolution picks among overlapping ones."""

    start: int
    end: int
    type: str
    rule: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A named thing in a document; raw offsets, `raw[start:end] == text`. `rule` names the pattern that found it."""

    document: str
    start: int
    end: int
    type: str
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words a claim rests on: raw offsets into the document, `raw[start:end] == quote`."""

    document: str
    start: int
    end: int
    quote: str

    def _repr_html_(self) -> str:
        where = escape(f"{self.document}:{self.start}-{self.end}")
        return f"<code>{where}</code> <mark>{escape(''.join(self.quote.split()))}</mark>"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that a document speaks of. `kind` is the local name of a class in policy.ttl.

    `name` is the fullest name known, `notation` a code (33618, 500103), `aliases` other spellings seen.
    """

    iri: str
    kind: str
    name: str
    notation: str = ""
    aliases: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        code = f" <code>{escape(self.notation)}</code>" if self.notation else ""
        also = f"<br><small>{escape('、'.join(self.aliases))}</small>" if self.aliases else ""
        return f"<strong>{escape(self.name)}</strong>{code} <em>{escape(self.kind)}</em>{also}"


Literal = str | int | float


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement: subject, predicate (local name of a property in policy.ttl), and an entity or a literal.

    Exactly one of `object` (an IRI) and `value` (a literal) is given. `year` and `mode` say which year it speaks of and
    how, `ordinal` its place in a list, `words` the clause it was read from (clean text). Evidence is never empty.
    """

    subject: str
    predicate: str
    evidence: tuple[Evidence, ...]
    rule: str
    object: str | None = None
    value: Literal | None = None
    year: int | None = None
    mode: Mode | None = None
    ordinal: int | None = None
    words: str = ""
    status: Status = Status.ASSERTED
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if (self.object is None) == (self.value is None):
            raise ValueError(f"a claim needs an object or a value, not both: {self.subject} {self.predicate}")
        if not self.evidence:
            raise ValueError(f"a claim needs evidence: {self.subject} {self.predicate}")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one document gives. `key` is the file's stem; `sha256` is of the file's bytes."""

    key: str
    sha256: str
    raw: str
    outline: Outline
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]
    claims: tuple[Claim, ...]
    links: tuple[str | None, ...] = ()  # for each mention the IRI it was linked to, or None where it stays open
    candidates: tuple[tuple[Entity, ...], ...] = ()  # for each mention the things it may name, where several could be
