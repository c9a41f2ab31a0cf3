"""Loads the property graph into a user's Neo4j server, and keeps it in step with the claims.

Every node of ours carries the property `policykg`, a digest of what it says: the mark that it is ours, and how a load
knows what differs. It is found by label and IRI. Relationships of ours are those of a claim or its evidence (SUBJECT,
OBJECT, HAS_EVIDENCE, IN_DOCUMENT) and those with the property `claim`. All else is the user's and is never touched; a
node of ours that goes while others' relationships hang on it stays, without the mark.

    (:PolicykgLoad {name: 'graph', state: 'loading' | 'complete', digest})     what the whole came from
    (:PolicykgLoadedDocument {key, digest})                                     the documents whose claims are all there

The state is `loading` from the first change to the last. A load sends what differs, claim by claim, so that one which
was interrupted goes on where it stopped; a document is noted in the transaction that writes the last of its claims.
Claims go document by document in a stream: memory grows with the claims of one document, not with the graph.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from graph import identity, property_graph
from graph.claims import ClaimsStore
from graph.identity import INFERRED
from graph.progress import Reporter, silent
from graph.property_graph import (
    CLAIM_LABEL,
    DOCUMENT_LABEL,
    EVIDENCE_LABEL,
    ClaimNode,
    EntityNode,
    claim_nodes,
    entity_nodes,
)
from graph.stores.loading import LABELS
from graph.stores.server import Server, Statement
from ontology.errors import BrokenGraph
from ontology.identifiers import digest, document_iri
from ontology.schema import POLICY_FILE
from ontology.terms import Predicate

MARK = "policykg"
"""The property that our nodes carry, and no other."""

MARKER = "PolicykgLoad"
LOADED = "PolicykgLoadedDocument"
_BATCH = 2000
_CHUNK = 10_000
_RANGES = ("document", "year", "predicate")  # no value: it may be longer than the 8 kB that an index holds
_CLAIM = ("predicate", "value", "year", "mode", "ordinal", "words", "status", "confidence", "rule", "document")
_NAMED = frozenset(map(str, Predicate)) | {"notation", "aliases", "name"}
_Item = TypeVar("_Item")


@dataclass(slots=True)
class LoadReport:
    """What a load did, or with `dry` would do. Documents by key; `changed` are the server's own counters."""

    dry: bool = False
    unchanged: bool = False
    documents: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    entities: int = 0
    claims: int = 0
    claims_removed: int = 0
    entities_removed: int = 0
    changed: Counter[str] = field(default_factory=Counter)

    def summary(self) -> str:
        """Return the report in one line, and one for documents that were left."""
        if self.unchanged:
            return "the server holds this graph already; nothing written\n"
        verb = "would send" if self.dry else "sent"
        parts = (
            f"{verb} {self.entities} entities and {self.claims} claims of {len(self.documents)} documents",
            f"removed {self.entities_removed} entities and {self.claims_removed} claims",
        )
        return "; ".join(parts) + "\n"

    def warnings(self) -> Iterator[str]:
        """Yield what a person should know besides."""
        if self.left:
            yield f"{len(self.left)} documents on the server are not in this graph; --prune removes what they said"


def load(
    store: ClaimsStore, server: Server, prune: bool = False, dry: bool = False, progress: Reporter = silent
) -> LoadReport:
    """Make *server* hold what *store* says; return what was sent.

    With *prune* documents that *store* does not have lose their claims; without it they stay, and are reported. With
    *dry* nothing is written. Raises EngineFailed when the server stops answering: the next load goes on.
    """
    return _Load(store, server, prune, dry, progress).run()


def wanted_digest(store: ClaimsStore) -> str:
    """Return the digest that the marker has once all of *store* is loaded."""
    modules = (identity, property_graph)
    sources = [*(Path(str(module.__file__)) for module in modules), Path(__file__), POLICY_FILE]
    code = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    return digest(code, store.digest())


def read_state(server: Server) -> tuple[str, str]:
    """Return state and digest of the load that *server* holds; two empty texts where there is none."""
    rows = server.read(f"MATCH (m:{MARKER} {{name: 'graph'}}) RETURN m.state, m.digest")
    return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")


def claim_mark(claim: ClaimNode) -> str:
    """Return the digest that the node of *claim* is marked with."""
    return digest(repr(claim))


def entity_mark(node: EntityNode) -> str:
    """Return the digest that *node* is marked with."""
    return digest(repr(node))


class _Load:
    """One load, from the comparison to the last marker."""

    def __init__(self, store: ClaimsStore, server: Server, prune: bool, dry: bool, progress: Reporter) -> None:
        self._store, self._server, self._prune, self._dry = store, server, prune, dry
        self._progress = progress
        self._report = LoadReport(dry)
        self._constrained: set[str] = set()
        self._waiting: list[tuple[ClaimNode, str]] = []  # claims to be written, each with its mark
        self._stripped: list[str] = []
        self._finished: list[dict[str, object]] = []

    def run(self) -> LoadReport:
        """Compare, write what differs, and say that it is complete."""
        wanted = wanted_digest(self._store)
        loaded = dict(self._server.read(f"MATCH (d:{LOADED}) RETURN d.key, d.digest"))
        keys = {document.key for document in self._store.documents()} | {INFERRED}
        gone = sorted(set(loaded) - keys)
        self._report.left = [] if self._prune else gone
        if read_state(self._server) == ("complete", wanted) and not (gone and self._prune):
            self._report.unchanged = True
            return self._report
        self._prepare()
        stale = self._relabel()
        self._entities()
        for key in gone if self._prune else ():
            self._remove(key)
        done, total = 0, sum(self._store.claim_counts().values())
        counts = self._store.claim_counts()
        for key in sorted(keys):
            self._document(key, loaded.get(key))
            done += counts.get(key, 0)
            self._progress("claims", done, total)
        self._flush()
        self._drop(stale)
        self._write([(f"MATCH (m:{MARKER} {{name: 'graph'}}) SET m.state = 'complete', m.digest = $d", {"d": wanted})])
        return self._report

    # -- before ----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Have constraints and indexes, and say on the server that a load is under way."""
        unique = ((MARKER, "name"), (LOADED, "key"), (CLAIM_LABEL, "iri"), (EVIDENCE_LABEL, "iri"))
        for label, name in unique:
            self._constrain(label, name)
        for name in _RANGES:
            self._index(CLAIM_LABEL, name)
        labels, analyzer = "|".join(LABELS), "{indexConfig: {`fulltext.analyzer`: 'cjk'}}"
        create = f"CREATE FULLTEXT INDEX policykg_names IF NOT EXISTS FOR (n:{labels})"
        self._write([(f"{create} ON EACH [n.name, n.aliases] OPTIONS {analyzer}", {})])
        self._write([(f"MERGE (m:{MARKER} {{name: 'graph'}}) SET m.state = 'loading', m.digest = ''", {})])

    def _constrain(self, label: str, name: str = "iri") -> None:
        unique = f"FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
        self._write([(f"CREATE CONSTRAINT policykg_{label}_{name} IF NOT EXISTS {unique}", {})])

    def _index(self, label: str, name: str) -> None:
        self._write([(f"CREATE INDEX policykg_{label}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})", {})])

    # -- entities --------------------------------------------------------------------------------------------------

    def _relabel(self) -> dict[str, list[str]]:
        """Give things that are of another kind now their label; return those that are no more, by label."""
        stale: dict[str, list[str]] = defaultdict(list)
        for label in LABELS:
            for iris in self._ours(label):
                kinds = self._store.kinds(iris)
                stale[label] += [iri for iri in iris if iri not in kinds]
                moved: dict[str, list[str]] = defaultdict(list)
                for iri, kind in kinds.items():
                    if kind != label:
                        moved[_checked(kind)].append(iri)
                for kind, some in moved.items():
                    self._constrain(kind)
                    change = f"UNWIND $iris AS iri MATCH (n:{label} {{iri: iri}}) SET n:{kind} REMOVE n:{label}"
                    self._write([(change, {"iris": some})])
        return stale

    def _ours(self, label: str) -> Iterator[list[str]]:
        last = ""
        query = (
            f"MATCH (n:{label}) WHERE n.iri > $last AND n.{MARK} IS NOT NULL RETURN n.iri ORDER BY n.iri LIMIT $size"
        )
        while iris := [row[0] for row in self._server.read(query, last=last, size=_CHUNK)]:
            yield iris
            last = iris[-1]

    def _entities(self) -> None:
        done, total = 0, self._store.counts()["entities"]
        for chunk in _chunks(entity_nodes(self._store), _BATCH):
            groups: dict[str, list[EntityNode]] = defaultdict(list)
            for node in chunk:
                groups[_checked(node.label)].append(node)
            for label, nodes in sorted(groups.items()):
                if label not in self._constrained:
                    self._constrain(label)
                    self._index(label, "notation")
                    self._constrained.add(label)
                self._send_entities(label, nodes)
            done += len(chunk)
            self._progress("entities", done, total)

    def _send_entities(self, label: str, nodes: list[EntityNode]) -> None:
        query = f"UNWIND $iris AS iri MATCH (n:{label} {{iri: iri}}) RETURN n.iri, n.{MARK}"
        there = dict(self._server.read(query, iris=[node.iri for node in nodes]))
        rows = []
        for node in nodes:
            mark = entity_mark(node)
            if there.get(node.iri) == mark:
                continue
            old = dict.fromkeys(_NAMED - set(node.properties)) if node.iri in there else {}
            rows.append({"iri": node.iri, "properties": {**old, **node.properties, MARK: mark}})
        if rows:
            merge = f"UNWIND $rows AS row MERGE (n:{label} {{iri: row.iri}}) SET n += row.properties"
            self._write([(merge, {"rows": rows})])
            self._report.entities += len(rows)

    def _drop(self, stale: dict[str, list[str]]) -> None:
        """Delete those of *stale* that no claim speaks of; one with others' relationships stays, unmarked."""
        for label, iris in stale.items():
            for some in _chunks(iris, _BATCH):
                drop = f"""UNWIND $iris AS iri MATCH (n:{label} {{iri: iri}})
                    WHERE NOT EXISTS {{ (n)<-[:SUBJECT|OBJECT|IN_DOCUMENT]-() }}
                    REMOVE n.{MARK} WITH n WHERE NOT EXISTS {{ (n)--() }} DELETE n"""
                self._report.entities_removed += len(some)
                self._write([(drop, {"iris": some})])

    # -- claims ----------------------------------------------------------------------------------------------------

    def _document(self, key: str, known: str | None) -> None:
        """Send what differs of the claims of the document *key*, which was loaded when its digest was *known*."""
        if known is not None and known == digest(*map(claim_mark, claim_nodes(self._store, key))):
            return
        there = dict(self._server.read(_claims_of("RETURN c.iri, c.policykg"), key=key))
        marks = []
        for claim in claim_nodes(self._store, key):
            mark = claim_mark(claim)
            marks.append(mark)
            before = there.pop(claim.iri, None)
            if before != mark:
                self._waiting.append((claim, mark))
                self._stripped += [claim.iri] if before else []
                self._report.claims += 1
            if len(self._waiting) >= _BATCH:
                self._flush()
        self._take(there)
        self._finished.append({"key": key, "digest": digest(*marks)})
        self._report.documents += [key] if key != INFERRED else []

    def _remove(self, key: str) -> None:
        """Take the document *key*, which the graph does not have, and all its claims from the server."""
        self._take(dict(self._server.read(_claims_of("RETURN c.iri, c.policykg"), key=key)))
        self._write([(f"MATCH (d:{LOADED} {{key: $key}}) DELETE d", {"key": key})])
        self._report.removed.append(key)

    def _take(self, claims: dict[str, str | None]) -> None:
        """Delete *claims* that are ours (they have a mark), their evidence and direct relationships."""
        for some in _chunks((iri for iri, mark in claims.items() if mark), _BATCH):
            delete = f"""UNWIND $iris AS iri MATCH (c:{CLAIM_LABEL} {{iri: iri}}) REMOVE c.{MARK}
                WITH c WHERE NOT EXISTS {{ (c)--() }} DELETE c"""
            self._write([*_strip(some), (delete, {"iris": some})])
            self._report.claims_removed += len(some)

    def _flush(self) -> None:
        """Write the claims that wait, and note the documents that end with them, in one transaction."""
        statements = _strip(self._stripped) if self._stripped else []
        statements += _claim_statements(self._waiting)
        if self._finished:
            note = f"UNWIND $rows AS row MERGE (d:{LOADED} {{key: row.key}}) SET d.digest = row.digest"
            statements.append((note, {"rows": self._finished}))
        if statements:
            self._write(statements)
        self._waiting, self._stripped, self._finished = [], [], []

    def _write(self, statements: list[Statement]) -> None:
        if not self._dry:
            self._report.changed.update(self._server.write(statements))


def _claims_of(end: str) -> str:
    return f"MATCH (c:{CLAIM_LABEL} {{document: $key}}) WHERE c.iri IS NOT NULL {end}"


def _claim_statements(claims: list[tuple[ClaimNode, str]]) -> list[Statement]:
    """Return the statements that write *claims* with all that hangs on them; none hangs there yet."""
    groups: dict[str, list[dict[str, object]]] = defaultdict(list)
    for claim, mark in claims:
        iri = claim.iri
        properties = {**dict.fromkeys(_CLAIM), **claim.properties, MARK: mark}
        of_subject = f"""MATCH (s:{_checked(claim.subject_label)} {{iri: row.end}})
            MERGE (c:{CLAIM_LABEL} {{iri: row.iri}}) SET c += row.properties CREATE (c)-[:SUBJECT]->(s)"""
        groups[f"0{of_subject}"].append({"iri": iri, "end": claim.subject, "properties": properties})
        found = f"MATCH (c:{CLAIM_LABEL} {{iri: row.iri}})"
        if claim.object is not None and claim.object_label is not None:
            of_object = f"1{found} MATCH (o:{_checked(claim.object_label)} {{iri: row.end}}) CREATE (c)-[:OBJECT]->(o)"
            groups[of_object].append({"iri": iri, "end": claim.object})
        if claim.relationship is not None:
            direct = (
                f"MATCH (c)-[:SUBJECT]->(s) MATCH (c)-[:OBJECT]->(o) CREATE (s)-[r:{_typed(claim.relationship)}]->(o)"
            )
            groups[f"2{found} {direct} SET r = row.properties"].append({"iri": iri, "properties": claim.direct})
        words = f"""3{found} MATCH (d:{DOCUMENT_LABEL} {{iri: row.end}}) MERGE (e:{EVIDENCE_LABEL} {{iri: row.piece}})
            SET e += row.properties CREATE (c)-[:HAS_EVIDENCE]->(e)-[:IN_DOCUMENT]->(d)"""
        for piece in claim.evidence:
            place = {"iri": iri, "end": document_iri(str(piece["document"])), "piece": piece["iri"]}
            groups[words].append({**place, "properties": {**piece, MARK: mark}})
    return [(f"UNWIND $rows AS row {text[1:]}", {"rows": rows}) for text, rows in sorted(groups.items())]


def _strip(iris: list[str]) -> list[Statement]:
    """Return the statements that take from the claims *iris* their evidence and relationships."""
    found = f"UNWIND $iris AS iri MATCH (c:{CLAIM_LABEL} {{iri: iri}})"
    evidence = f"""{found}-[h:HAS_EVIDENCE]->(e:{EVIDENCE_LABEL}) OPTIONAL MATCH (e)-[i:IN_DOCUMENT]->()
        DELETE h, i REMOVE e.{MARK} WITH DISTINCT e WHERE NOT EXISTS {{ (e)--() }} DELETE e"""
    direct = f"{found}-[:SUBJECT]->(s) MATCH (c)-[:OBJECT]->(o) MATCH (s)-[r]->(o) WHERE r.claim = iri DELETE r"
    ends = f"{found}-[r:SUBJECT|OBJECT]->() DELETE r"
    return [(text, {"iris": iris}) for text in (evidence, direct, ends)]


def _checked(label: str) -> str:
    if label not in LABELS:
        raise BrokenGraph(f"{label!r} is no class of policy.ttl; build the graph anew")
    return label


def _typed(relationship: str) -> str:
    return Predicate[relationship].name


def _chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
