"""The claims store: the truth that every projection is made from, one SQLite file.

Each document's rows are replaced in one transaction, so that a kill leaves either the old rows or the new ones. The
content alone decides `digest()`: building A and B and removing B equals building A. A change log (revisions) tells the
projections which documents and entities to make anew; it is bookkeeping and takes no part in the digest.

Claims that were concluded across documents, or that a person's decision made, belong to the pseudo-document `INFERRED`
and are replaced as a whole; the change log names those that differ. What a person decided on the claim of a document
(`curate`) lies beside the claim, so that it outlives the claim's being written anew.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graph.claim_rows import (
    CLAIMS_QUERY,
    LOG_CLAIM,
    LOG_DOCUMENT,
    LOG_ENTITIES,
    LOG_ENTITY,
    SCHEMA,
    Changes,
    Passage,
    StoredClaim,
    StoredDocument,
    StoredMention,
    candidates_json,
    claim_row,
    read_candidates,
    read_claims,
    read_document_row,
    read_entity,
    read_passage,
)
from graph.identity import (
    INFERRED,
    claim_digest,
    content_digest,
    describe_document,
    distinct_claims,
    facts_json,
    merge_entities,
    merge_entity,
    outline_json,
)
from ontology.errors import BrokenGraph
from ontology.identifiers import digest
from ontology.records import Claim, Entity, Literal, Mention, Reading, Status
from ontology.terms import Kind, Predicate

__all__ = ("Changes", "ClaimsStore", "Passage", "StoredClaim", "StoredDocument", "StoredMention")

SCHEMA_VERSION = 2

_KINDS = frozenset(map(str, Kind))
_PREDICATES = frozenset(map(str, Predicate))


class ClaimsStore:
    """The claims of all documents. Use `create`, `open` or `open_or_create`; a context manager closes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Wrap an open *connection* whose schema is ours."""
        self._connection = connection

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty store at *path*; raises BrokenGraph when something is there or the folder is not writable."""
        if path.exists():
            raise BrokenGraph(f"{path}: exists already; open it, or choose another folder")
        return cls._create(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store at *path*; raises BrokenGraph when it is missing, foreign or of another version."""
        if not path.is_file():
            raise BrokenGraph(f"{path}: no claims store here; make one with `policykg build PATH... --out KG`")
        with ExitStack() as on_failure:
            try:
                connection = on_failure.enter_context(closing(_connect(path)))
                version = connection.execute("PRAGMA user_version").fetchone()[0]
            except sqlite3.Error as error:
                raise BrokenGraph(f"{path}: not a claims store ({error}); build anew in an empty folder") from error
            if version != SCHEMA_VERSION:
                raise BrokenGraph(
                    f"{path}: store version {version}, not {SCHEMA_VERSION}; build anew in an empty folder"
                )
            on_failure.pop_all()
        return cls(connection)

    @classmethod
    def open_or_create(cls, path: Path) -> Self:
        """Open the store at *path*, or make it where nothing is (or what a build killed at once left)."""
        if not path.exists() or not path.stat().st_size:
            return cls._create(path)
        try:
            with closing(_connect(path)) as connection:
                unfinished = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        except sqlite3.Error:
            unfinished = False
        return cls._create(path) if unfinished else cls.open(path)

    @classmethod
    def _create(cls, path: Path) -> Self:
        with ExitStack() as on_failure:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                connection = on_failure.enter_context(closing(_connect(path)))
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};")
                connection.execute("INSERT INTO meta VALUES ('store', ?), ('revision', '0')", (uuid.uuid4().hex,))
                connection.execute("COMMIT")
            except (sqlite3.Error, OSError) as error:
                raise BrokenGraph(f"{path}: cannot be made ({error}); check the folder and its permissions") from error
            on_failure.pop_all()
        return cls(connection)

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    # -- writing ---------------------------------------------------------------------------------------------------

    def put(self, reading: Reading, rules_hash: str, path: str = "") -> None:
        """Store *reading* in place of the rows that its document had; *path* is shown to people only.

        Raises ValueError when the reading contradicts itself or the ontology: a claim on an entity that it does not
        describe, a quote that does not stand at its offsets, a class or property that policy.ttl does not have.
        """
        entities = merge_entities((describe_document(reading), *reading.entities))
        claims = distinct_claims(reading.key, reading.claims)
        _check(reading, entities)
        content = content_digest(reading, entities, claims)
        head = (reading.key, reading.sha256, rules_hash, path, content, len(reading.raw), facts_json(reading.outline))
        with self._transaction() as cursor:
            known = cursor.execute("SELECT content FROM documents WHERE key = ?", (reading.key,)).fetchone()
            if known == (content,):
                cursor.execute(
                    "UPDATE documents SET rules_hash = ?, path = ? WHERE key = ?", (rules_hash, path, reading.key)
                )
                return
            self._drop(cursor, reading.key)
            document = (*head, outline_json(reading.outline), reading.raw)
            cursor.execute("INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?)", document)
            _insert_mentions(cursor, reading)
            self._insert(cursor, reading.key, entities, claims)

    def remove(self, key: str) -> bool:
        """Drop everything that the document *key* gave; False when it is not in the store."""
        with self._transaction() as cursor:
            if cursor.execute("SELECT 1 FROM documents WHERE key = ?", (key,)).fetchone() is None:
                return False
            self._drop(cursor, key)
        return True

    def put_inferred(self, claims: Iterable[Claim], entities: Iterable[Entity] = ()) -> None:
        """Store *claims* in place of all that were concluded before; each keeps the status it carries.

        *entities* describe things that no document names by itself. Raises ValueError for a claim on an unknown one.
        """
        described = merge_entities(entities)
        concluded = sorted(distinct_claims(INFERRED, claims))
        with self._transaction() as cursor:
            before = {stored.id: stored.claim for stored in self.claims(INFERRED)}
            named = {entity.iri: entity for entity in self._inferred_entities()}
            if _inferred_digest(described, concluded) == self.inferred_content():
                return
            known = {entity.iri for entity in described}
            for iri, claim in concluded:
                for end in sorted({claim.subject, claim.object or claim.subject} - known):
                    if cursor.execute("SELECT 1 FROM entities WHERE iri = ? LIMIT 1", (end,)).fetchone() is None:
                        raise ValueError(f"{iri}: {claim.predicate} speaks of {end}, which nothing describes")
            self._drop(cursor, INFERRED)
            self._insert(cursor, INFERRED, described, concluded)
            _log_conclusions(cursor, before, dict(concluded))
            for iri in _differing(named, {entity.iri: entity for entity in described}):
                cursor.execute(LOG_ENTITY, (iri,))

    def curate(self, statuses: Mapping[str, Status]) -> None:
        """Let the claims of documents that *statuses* names by IRI have these statuses, all others their own.

        What was decided before and is not among them is forgotten; a claim that the store does not hold is left out.
        """
        owners = dict(self._rows("SELECT id, document FROM claims WHERE document <> ''"))
        wanted = {claim: str(status) for claim, status in statuses.items() if claim in owners}
        known = dict(self._rows("SELECT claim, status FROM curation"))
        if wanted == known:
            return
        changed = sorted(claim for claim in {*wanted, *known} if wanted.get(claim) != known.get(claim))
        with self._transaction() as cursor:
            cursor.execute("DELETE FROM curation")
            cursor.executemany("INSERT INTO curation VALUES (?, ?)", sorted(wanted.items()))
            for claim in changed:
                for document, subject in cursor.execute(
                    "SELECT document, subject FROM claims WHERE id = ?", (claim,)
                ).fetchall():
                    cursor.execute(LOG_DOCUMENT, (document,))
                    cursor.execute(LOG_ENTITY, (subject,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                cursor.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def _insert(
        self, cursor: sqlite3.Cursor, key: str, entities: Iterable[Entity], claims: list[tuple[str, Claim]]
    ) -> None:
        cursor.executemany(
            "INSERT INTO entities VALUES (?,?,?,?,?,?)",
            ((key, e.iri, e.kind, e.name, e.notation, json.dumps(e.aliases, ensure_ascii=False)) for e in entities),
        )
        cursor.executemany(
            "INSERT INTO claims VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            ((key, n, iri, *claim_row(claim)) for n, (iri, claim) in enumerate(claims)),
        )
        cursor.executemany(
            "INSERT INTO evidence VALUES (?,?,?,?,?,?,?)",
            (
                (key, n, number, piece.document, piece.start, piece.end, piece.quote)
                for n, (_, claim) in enumerate(claims)
                for number, piece in enumerate(claim.evidence)
            ),
        )
        if key != INFERRED:
            _log(cursor, key)

    def _drop(self, cursor: sqlite3.Cursor, key: str) -> None:
        """Delete the rows of *key*, and the inferred claims that rest on its words."""
        if key != INFERRED:
            _log(cursor, key)
        cursor.execute("DELETE FROM entities WHERE document = ?", (key,))
        cursor.execute("DELETE FROM claims WHERE document = ?", (key,))
        cursor.execute("DELETE FROM evidence WHERE owner = ?", (key,))
        if key == INFERRED:
            return
        cursor.execute("DELETE FROM documents WHERE key = ?", (key,))
        cursor.execute("DELETE FROM mentions WHERE document = ?", (key,))
        resting = "SELECT DISTINCT claim FROM evidence WHERE owner = ? AND document = ?"
        doomed = cursor.execute(resting, (INFERRED, key)).fetchall()
        for place in doomed:
            row = "SELECT id, subject FROM claims WHERE document = '' AND n = ?"
            iri, subject = cursor.execute(row, place).fetchone()
            cursor.execute(LOG_CLAIM, (iri,))
            cursor.execute(LOG_ENTITY, (subject,))
        cursor.executemany("DELETE FROM claims WHERE document = '' AND n = ?", doomed)
        cursor.executemany("DELETE FROM evidence WHERE owner = '' AND claim = ?", doomed)

    # -- reading ---------------------------------------------------------------------------------------------------

    def is_current(self, key: str, sha256: str, rules_hash: str) -> bool:
        """Tell whether the document *key* was read from these bytes by these rules."""
        row = self._one("SELECT sha256, rules_hash FROM documents WHERE key = ?", key)
        return row == (sha256, rules_hash)

    def documents(self) -> list[StoredDocument]:
        """Return the documents, ordered by key."""
        rows = self._rows("SELECT key, sha256, rules_hash, path, chars, facts FROM documents ORDER BY key")
        return [read_document_row(row) for row in rows]

    def document(self, key: str) -> StoredDocument | None:
        """Return the document *key*, or None."""
        row = self._one("SELECT key, sha256, rules_hash, path, chars, facts FROM documents WHERE key = ?", key)
        return read_document_row(row) if row else None

    def raw_text(self, key: str) -> str:
        """Return the raw text of the document *key*; all offsets count its code points. Raises KeyError."""
        row = self._one("SELECT raw FROM documents WHERE key = ?", key)
        if row is None:
            raise KeyError(key)
        return str(row[0])

    def passages(self, key: str) -> tuple[Passage, ...]:
        """Return the outline of the document *key* in reading order, raw offsets. Raises KeyError."""
        row = self._one("SELECT outline FROM documents WHERE key = ?", key)
        if row is None:
            raise KeyError(key)
        return tuple(read_passage(*block) for block in json.loads(row[0]))

    def entities(self) -> Iterator[Entity]:
        """Yield every entity once, merged over the documents (see `merge_entity`), ordered by IRI."""
        rows = self._rows("SELECT iri, kind, name, notation, aliases FROM entities ORDER BY iri, document")
        for _, group in groupby(rows, key=lambda row: row[0]):
            yield merge_entity([read_entity(row) for row in group])

    def entity(self, iri: str) -> Entity | None:
        """Return the entity *iri*, merged over the documents, or None."""
        query = "SELECT iri, kind, name, notation, aliases FROM entities WHERE iri = ? ORDER BY document"
        found = [read_entity(row) for row in self._rows(query, iri)]
        return merge_entity(found) if found else None

    def claims(self, document: str | None = None) -> Iterator[StoredClaim]:
        """Yield the claims of *document* (`INFERRED`: those concluded; None: all), ordered by document and place."""
        if document is None:
            yield from read_claims(self._rows(CLAIMS_QUERY.format(where="")))
        else:
            yield from read_claims(self._rows(CLAIMS_QUERY.format(where="WHERE c.document = ?"), document))

    def stated(self, predicates: Sequence[str]) -> Iterator[Claim]:
        """Yield the claims of documents with one of *predicates* that nobody rejected, by document and place."""
        marks = ", ".join("?" * len(predicates))
        where = f"WHERE c.document <> '' AND c.predicate IN ({marks}) AND coalesce(k.status, c.status) <> 'rejected'"
        for stored in read_claims(self._rows(CLAIMS_QUERY.format(where=where), *predicates)):
            yield stored.claim

    def claim(self, iri: str) -> StoredClaim | None:
        """Return the claim *iri*, or None."""
        return next(read_claims(self._rows(CLAIMS_QUERY.format(where="WHERE c.id = ?"), iri)), None)

    def claims_about(self, iri: str) -> Iterator[StoredClaim]:
        """Yield the claims that have the entity *iri* as subject or object."""
        where = "WHERE (c.document, c.n) IN (SELECT document, n FROM claims WHERE subject = ? UNION "
        where += "SELECT document, n FROM claims WHERE object = ?)"
        yield from read_claims(self._rows(CLAIMS_QUERY.format(where=where), iri, iri))

    def literals(self, iri: str | None = None) -> Iterator[tuple[str, str, Literal]]:
        """Yield (subject, predicate, value) of the literals that claims give the entity *iri* (None: every entity).

        Ordered by subject and predicate, the most confident first; rejected claims are left out.
        """
        where = "object IS NULL AND coalesce(k.status, c.status) <> 'rejected'"
        where += "" if iri is None else " AND subject = ?"
        order = "subject, predicate, confidence DESC, document, n"
        source = "claims c LEFT JOIN curation k ON k.claim = c.id"
        query = f"SELECT subject, predicate, value FROM {source} WHERE {where} ORDER BY {order}"  # noqa: S608 (own text)
        yield from self._rows(query, *(() if iri is None else (iri,)))

    @property
    def is_curated(self) -> bool:
        """Whether a person decided on any document's claim."""
        return self._count("SELECT count(*) FROM curation") > 0

    def entity_iris(self, document: str) -> list[str]:
        """Return the IRIs of the things that *document* names, sorted."""
        return [row[0] for row in self._rows("SELECT iri FROM entities WHERE document = ? ORDER BY iri", document)]

    def kinds(self, iris: Iterable[str]) -> dict[str, str]:
        """Return the kind of each of *iris* that is an entity, as `merge_entity` finds it."""
        query = "SELECT iri, kind FROM entities WHERE iri IN (SELECT value FROM json_each(?)) GROUP BY iri, kind "
        query += "ORDER BY iri, count(*) DESC, length(kind) DESC, kind"
        found: dict[str, str] = {}
        for iri, kind in self._rows(query, json.dumps(sorted(set(iris)))):
            found.setdefault(iri, kind)
        return found

    def mentions(self, document: str) -> Iterator[StoredMention]:
        """Yield the mentions of *document* in reading order."""
        columns = 'document, start, "end", type, text, rule, iri, candidates'
        query = f"SELECT {columns} FROM mentions WHERE document = ? ORDER BY n"  # noqa: S608 (own text)
        for *fields, iri, candidates in self._rows(query, document):
            yield StoredMention(Mention(*fields), iri, read_candidates(candidates))

    def counts(self) -> dict[str, int]:
        """Return the number of documents, entities, claims, evidence and mentions."""
        queries = {
            "documents": "SELECT count(*) FROM documents",
            "entities": "SELECT count(DISTINCT iri) FROM entities",
            "claims": "SELECT count(*) FROM claims",
            "evidence": "SELECT count(*) FROM evidence",
            "mentions": "SELECT count(*) FROM mentions",
        }
        return {name: self._count(query) for name, query in queries.items()}

    def claim_counts(self) -> dict[str, int]:
        """Return the number of claims by document (`INFERRED` among them)."""
        return dict(self._rows("SELECT document, count(*) FROM claims GROUP BY document ORDER BY document"))

    def digest(self) -> str:
        """Return a digest of the whole content; how it came to be there plays no part."""
        rows = self._rows("SELECT key, content FROM documents ORDER BY key")
        curated = self._rows("SELECT claim, status FROM curation ORDER BY claim")
        parts = (part for table in (rows, curated) for row in table for part in row)
        return digest(*parts, self.inferred_content())

    def content_digests(self) -> dict[str, str]:
        """Return a digest of each document's content and of what people decided on its claims, ordered by key."""
        parts = {key: [content] for key, content in self._rows("SELECT key, content FROM documents ORDER BY key")}
        query = "SELECT c.document, k.claim, k.status FROM curation k JOIN claims c ON c.id = k.claim"
        query += " WHERE c.document <> '' ORDER BY c.document, k.claim"
        for key, *decision in self._rows(query):
            parts[key] += decision
        return {key: digest(*content) for key, content in parts.items()}

    @property
    def identity(self) -> str:
        """The random name of this very file: revisions of another file say nothing about it."""
        row = self._one("SELECT value FROM meta WHERE name = 'store'")
        return str(row[0]) if row else ""

    @property
    def revision(self) -> int:
        """The number of the last write; it only grows."""
        return self._count("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'revision'")

    def changes(self, since: int) -> Changes:
        """Return the documents, entities and concluded claims that writes after revision *since* touched."""
        query = "SELECT id FROM changes WHERE kind = ? AND revision > ? ORDER BY id"
        kinds = ("document", "entity", "claim")
        return Changes(*(tuple(row[0] for row in self._rows(query, kind, since)) for kind in kinds))

    def inferred_content(self) -> str:
        """Return a digest of what was concluded across documents."""
        claims = ((stored.id, stored.claim) for stored in self.claims(INFERRED))
        return _inferred_digest(self._inferred_entities(), claims)

    def _inferred_entities(self) -> list[Entity]:
        query = "SELECT iri, kind, name, notation, aliases FROM entities WHERE document = ?"
        return [read_entity(row) for row in self._rows(query, INFERRED)]

    def _rows(self, query: str, *values: str | int) -> Iterator[Any]:
        with closing(self._connection.cursor()) as cursor:
            yield from cursor.execute(query, values)

    def _one(self, query: str, *values: str | int) -> tuple[Any, ...] | None:
        rows = list(self._rows(query, *values))
        return rows[0] if rows else None

    def _count(self, query: str) -> int:
        row = self._one(query)
        return int(row[0]) if row else 0


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _log(cursor: sqlite3.Cursor, key: str) -> None:
    """Note that *key* and the entities that it speaks of change with the revision of this transaction."""
    cursor.execute(LOG_DOCUMENT, (key,))
    cursor.execute(LOG_ENTITIES, (key, key))


def _log_conclusions(cursor: sqlite3.Cursor, before: Mapping[str, Claim], after: Mapping[str, Claim]) -> None:
    """Note which concluded claims differ; their subjects bear other values now."""
    for iri in _differing(before, after):
        cursor.execute(LOG_CLAIM, (iri,))
        for claim in (before.get(iri), after.get(iri)):
            if claim is not None and claim.object is None:
                cursor.execute(LOG_ENTITY, (claim.subject,))


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _insert_mentions(cursor: sqlite3.Cursor, reading: Reading) -> None:
    links = reading.links or (None,) * len(reading.mentions)
    candidates = reading.candidates or ((),) * len(reading.mentions)
    rows = (
        (
            reading.key,
            n,
            mention.start,
            mention.end,
            mention.type,
            mention.text,
            mention.rule,
            iri,
            candidates_json(open_to),
        )
        for n, (mention, iri, open_to) in enumerate(zip(reading.mentions, links, candidates, strict=True))
    )
    cursor.executemany("INSERT INTO mentions VALUES (?,?,?,?,?,?,?,?,?)", rows)


def _check(reading: Reading, entities: list[Entity]) -> None:
    described = {entity.iri for entity in entities}
    for entity in entities:
        if entity.kind not in _KINDS:
            raise ValueError(f"{reading.key}: {entity.iri} is a {entity.kind}, which policy.ttl does not have")
    for claim in reading.claims:
        where = f"{reading.key}: {claim.predicate} ({claim.rule})"
        if claim.predicate not in _PREDICATES:
            raise ValueError(f"{where}: policy.ttl has no such property")
        strangers = {claim.subject, claim.object or claim.subject} - described
        if strangers:
            raise ValueError(f"{where} speaks of {min(strangers)}, which the reading does not describe")
        for piece in claim.evidence:
            if piece.document != reading.key or reading.raw[piece.start : piece.end] != piece.quote:
                raise ValueError(f"{where}: {piece.document} {piece.start}–{piece.end} does not read as quoted")
    for mention in reading.mentions:
        if reading.raw[mention.start : mention.end] != mention.text:
            raise ValueError(f"{reading.key}: mention {mention.start}–{mention.end} does not read as it says")


def _inferred_digest(entities: Iterable[Entity], claims: Iterable[tuple[str, Claim]]) -> str:
    described = sorted(digest(e.iri, e.kind, e.name, e.notation, *e.aliases) for e in entities)
    return digest(*described, *(claim_digest(iri, claim) for iri, claim in claims))
