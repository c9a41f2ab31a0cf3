"""The rows of the claims store: its tables, and how records go into rows and come out of them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ontology.records import BlockKind, Claim, Entity, Evidence, Mention, Mode, Status

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, rules_hash TEXT NOT NULL, path TEXT NOT NULL, content TEXT NOT NULL,
    chars INTEGER NOT NULL, facts TEXT NOT NULL, outline TEXT NOT NULL, raw TEXT NOT NULL);
CREATE TABLE entities (
    document TEXT NOT NULL, iri TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, notation TEXT NOT NULL,
    aliases TEXT NOT NULL, PRIMARY KEY (document, iri)) WITHOUT ROWID;
CREATE INDEX entities_by_iri ON entities (iri);
CREATE TABLE claims (
    document TEXT NOT NULL, n INTEGER NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, predicate TEXT NOT NULL,
    object TEXT, value, year INTEGER, mode TEXT, ordinal INTEGER, words TEXT NOT NULL, status TEXT NOT NULL,
    confidence REAL NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (document, n)) WITHOUT ROWID;
CREATE UNIQUE INDEX claims_by_id ON claims (id);
CREATE INDEX claims_by_subject ON claims (subject);
CREATE INDEX claims_by_object ON claims (object) WHERE object IS NOT NULL;
CREATE TABLE evidence (
    owner TEXT NOT NULL, claim INTEGER NOT NULL, n INTEGER NOT NULL, document TEXT NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, quote TEXT NOT NULL, PRIMARY KEY (owner, claim, n)) WITHOUT ROWID;
CREATE TABLE mentions (
    document TEXT NOT NULL, n INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, type TEXT NOT NULL,
    text TEXT NOT NULL, rule TEXT NOT NULL, iri TEXT, candidates TEXT NOT NULL, PRIMARY KEY (document, n)
) WITHOUT ROWID;
CREATE INDEX mentions_by_iri ON mentions (iri) WHERE iri IS NOT NULL;
CREATE TABLE curation (claim TEXT PRIMARY KEY, status TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (
    kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX changes_by_revision ON changes (revision);
"""

CLAIMS_QUERY = """
SELECT c.document, c.n, c.id, c.subject, c.predicate, c.object, c.value, c.year, c.mode, c.ordinal, c.words, c.status,
       c.confidence, c.rule, k.status, e.document, e.start, e."end", e.quote
FROM claims c CROSS JOIN evidence e ON e.owner = c.document AND e.claim = c.n LEFT JOIN curation k ON k.claim = c.id
{where} ORDER BY c.document, c.n, e.n
"""

LOG_DOCUMENT = """
INSERT OR REPLACE INTO changes SELECT 'document', ?, CAST(value AS INTEGER) FROM meta WHERE name = 'revision'
"""
LOG_ENTITY = """
INSERT OR REPLACE INTO changes SELECT 'entity', ?, CAST(value AS INTEGER) FROM meta WHERE name = 'revision'
"""
LOG_CLAIM = """
INSERT OR REPLACE INTO changes SELECT 'claim', ?, CAST(value AS INTEGER) FROM meta WHERE name = 'revision'
"""
LOG_ENTITIES = """
INSERT OR REPLACE INTO changes SELECT 'entity', touched.iri, CAST(meta.value AS INTEGER)
FROM meta, (SELECT iri FROM entities WHERE document = ? UNION SELECT subject FROM claims WHERE document = ?) touched
WHERE meta.name = 'revision'
"""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the store; `chars` is the length of its raw text in code points, `facts` those of its head."""

    key: str
    sha256: str
    rules_hash: str
    path: str
    chars: int
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a document's outline, like `ontology.records.Block` but with raw offsets."""

    kind: BlockKind
    start: int
    end: int
    level: int
    marker: str
    ordinal: int | None
    parent: int | None
    row: int | None
    column: int | None
    anchor: int | None
    year: int | None
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A claim with its IRI and the key of the document that owns it (`INFERRED` when concluded across documents).

    `made` is the status that the reading gave it, before a person decided on it.
    """

    id: str
    document: str
    claim: Claim
    made: Status


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention and the IRI it was linked to, or None where the link stays open, perhaps between `candidates`."""

    mention: Mention
    iri: str | None
    candidates: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed after a revision, sorted: document keys, entity IRIs, and the IRIs of concluded claims.

    A document's claims change together; of those concluded across documents (`INFERRED`) each stands for itself.
    """

    documents: tuple[str, ...]
    entities: tuple[str, ...]
    claims: tuple[str, ...] = ()


def claim_row(claim: Claim) -> tuple[str | int | float | None, ...]:
    """Return the values of the table `claims` from `subject` on."""
    head = (claim.subject, claim.predicate, claim.object, claim.value, claim.year, claim.mode, claim.ordinal)
    return (*head, claim.words, claim.status, claim.confidence, claim.rule)


def read_document_row(row: tuple[Any, ...]) -> StoredDocument:
    """Return the document of a row (key, sha256, rules_hash, path, chars, facts)."""
    key, sha256, rules_hash, path, chars, facts = row
    return StoredDocument(key, sha256, rules_hash, path, chars, json.loads(facts))


def read_passage(kind: str, *fields: Any) -> Passage:
    """Return the passage whose fields `outline_json` wrote."""
    *middle, mode = fields
    start, end, level, marker, ordinal, parent, row, column, anchor, year = middle
    named = Mode(mode) if mode else None
    return Passage(BlockKind(kind), start, end, level, marker, ordinal, parent, row, column, anchor, year, named)


def read_entity(row: tuple[Any, ...]) -> Entity:
    """Return the entity of a row (iri, kind, name, notation, aliases)."""
    iri, kind, name, notation, aliases = row
    return Entity(iri, kind, name, notation, tuple(json.loads(aliases)))


def candidates_json(candidates: Iterable[Entity]) -> str:
    """Return *candidates* as the JSON list that `read_candidates` reads, "" for none."""
    rows = [(thing.iri, thing.kind, thing.name, thing.notation, thing.aliases) for thing in candidates]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""


def read_candidates(text: str) -> tuple[Entity, ...]:
    """Return the things that `candidates_json` wrote."""
    rows = json.loads(text or "[]")
    return tuple(Entity(iri, kind, name, notation, tuple(aliases)) for iri, kind, name, notation, aliases in rows)


def read_claims(rows: Iterable[tuple[Any, ...]]) -> Iterator[StoredClaim]:
    """Yield the claims of the rows of CLAIMS_QUERY, one a claim."""
    for _, group in groupby(rows, key=lambda row: row[:2]):
        pieces = list(group)
        (
            document,
            _,
            iri,
            subject,
            predicate,
            target,
            value,
            year,
            mode,
            ordinal,
            words,
            made,
            confidence,
            rule,
            decided,
        ) = pieces[0][:15]
        claim = Claim(
            subject=subject,
            predicate=predicate,
            evidence=tuple(Evidence(*piece[15:]) for piece in pieces),
            rule=rule,
            object=target,
            value=value,
            year=year,
            mode=Mode(mode) if mode else None,
            ordinal=ordinal,
            words=words,
            status=Status(decided or made),
            confidence=confidence,
        )
        yield StoredClaim(iri, document, claim, Status(made))
