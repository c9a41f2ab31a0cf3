"""Writes the property graph into a Cypher engine: in batches, with parameters, labels and types from the ontology only.

The statements are plain Cypher that ArcadeDB and Neo4j answer alike. Properties are written out one by one (a whole map
at once, `SET n = row`, takes ArcadeDB three times as long), and deletions come in small transactions for speed, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from graph.claims import ClaimsStore
from graph.identity import INFERRED
from graph.property_graph import (
    CLAIM_LABEL,
    EVIDENCE_LABEL,
    ClaimNode,
    EntityNode,
    Properties,
    claim_nodes,
    entity_nodes,
)
from graph.stores.bolt import Engine
from ontology.errors import BrokenGraph
from ontology.identifiers import document_iri
from ontology.terms import Kind, Predicate

LABELS = tuple(sorted({str(kind) for kind in Kind} - {CLAIM_LABEL, EVIDENCE_LABEL}))
"""The labels that entities may have."""

_BATCH = 1000
_DELETED_AT_ONCE = 250
_CHUNK = 20_000
_CLAIM = ("iri", "predicate", "value", "year", "mode", "ordinal", "words", "status", "confidence", "rule", "document")
_DIRECT = ("claim", "document", "year", "mode", "ordinal", "status", "confidence")
_EVIDENCE = ("iri", "claim", "number", "document", "start", "end", "quote")
_OWN = ("iri", "name", "notation", "aliases")
_Item = TypeVar("_Item")
_PREDICATES = frozenset(str(predicate) for predicate in Predicate)


class LabelChanged(Exception):
    """A thing that is in the graph has another kind now; its node has to be made anew with all that hangs on it."""


class FirstLoad:
    """Loads a graph that is not there yet, document by document while others are still being read.

    `add` each document, in any order; `finish` loads what is missing and brings up to date what several documents
    share.
    """

    def __init__(self, engine: Engine) -> None:
        """Load into the empty database of *engine*."""
        self._engine = engine
        self._constrained: set[str] = set()
        self._nodes: dict[str, tuple[str, int]] = {}  # IRI → label, hash of the properties as they were loaded
        self._added: set[str] = set()

    def add(self, store: ClaimsStore, key: str) -> None:
        """Load the document *key* of *store* with the things it names."""
        self._added.add(key)
        self._create(entity_nodes(store, store.entity_iris(key)))
        load_claims(self._engine, claim_nodes(store, key))

    def finish(self, store: ClaimsStore) -> None:
        """Load all of *store* that is not there yet; raises LabelChanged when a thing has another kind by now."""
        for document in store.documents():
            if document.key not in self._added:
                self.add(store, document.key)
        self._create(entity_nodes(store))
        for chunk in _chunks(node for node in entity_nodes(store) if self._nodes[node.iri] != _state(node)):
            if any(self._nodes[node.iri][0] != node.label for node in chunk):
                raise LabelChanged
            _update(self._engine, chunk)
        load_claims(self._engine, claim_nodes(store, INFERRED))
        index_claims(self._engine)

    def _create(self, nodes: Iterable[EntityNode]) -> None:
        for chunk in _chunks(node for node in nodes if node.iri not in self._nodes):
            load_entities(self._engine, chunk, self._constrained)
            self._nodes |= {node.iri: _state(node) for node in chunk}


def _state(node: EntityNode) -> tuple[str, int]:
    return node.label, hash(repr(node.properties))


def load_entities(engine: Engine, nodes: Iterable[EntityNode], constrained: set[str] | None = None) -> None:
    """Create *nodes*, none of which is there; an IRI stands once for each label (those of *constrained* are ready)."""
    constrained = set() if constrained is None else constrained
    for chunk in _chunks(nodes):
        for label, rows in _by_label(chunk).items():
            if label not in constrained:
                _constrain(engine, label)
                constrained.add(label)
            names = [*_OWN, *sorted({name for row in rows for name in row} & _PREDICATES - set(_OWN))]
            engine.run_batches(f"UNWIND $rows AS row CREATE (n:{label} {_map(names, 'row')})", rows, _BATCH)


def load_claims(engine: Engine, claims: Iterable[ClaimNode]) -> None:
    """Create *claims* with their evidence and relationships; the entities are there."""
    for chunk in _chunks(claims):
        groups: dict[tuple[str, str | None, str | None], list[dict[str, object]]] = defaultdict(list)
        for claim in chunk:
            groups[claim.subject_label, claim.object_label, claim.relationship].append(_claim_row(claim))
        for (subject, target, relationship), rows in sorted(groups.items(), key=str):
            engine.run_batches(_claim_statement(subject, target, relationship), rows, _BATCH)


def index_claims(engine: Engine) -> None:
    """Have claims found by IRI and by document; after the first load, because that is faster."""
    _constrain(engine, CLAIM_LABEL)
    engine.run(f"CREATE INDEX {CLAIM_LABEL}_document FOR (n:{CLAIM_LABEL}) ON (n.document)", write=True)


def remove_claims(engine: Engine, document: str) -> None:
    """Delete the claims of *document*, their evidence and the direct relationships made from them."""
    of_document = f"MATCH (c:{CLAIM_LABEL} {{document: $document}})"
    given = {"document": document}
    direct = f"{of_document}-[:SUBJECT]->(s) WITH DISTINCT s MATCH (s)-[r]->() WHERE r.document = $document DELETE r"
    engine.run(direct, given, write=True)
    for found in (f"{of_document}-[:HAS_EVIDENCE]->(n)", f"MATCH (n:{CLAIM_LABEL} {{document: $document}})"):
        while engine.run(f"{found} RETURN 1 LIMIT 1", given)[1]:
            engine.run(f"{found} WITH n LIMIT {_DELETED_AT_ONCE} DETACH DELETE n", given, write=True)


def remove_concluded(engine: Engine, claims: Sequence[str]) -> None:
    """Delete those *claims* (IRIs) that are there, their evidence and the direct relationships made from them."""
    rows = [{"iri": iri} for iri in claims]
    found = f"UNWIND $rows AS row MATCH (c:{CLAIM_LABEL} {{iri: row.iri}})"
    for deletion in (
        "-[:SUBJECT]->(s) MATCH (s)-[r]->() WHERE r.claim = row.iri DELETE r",
        "-[:HAS_EVIDENCE]->(n) DETACH DELETE n",
        " DETACH DELETE c",
    ):
        engine.run_batches(found + deletion, rows, _DELETED_AT_ONCE)


def renew_entities(engine: Engine, iris: Iterable[str], nodes: Iterable[EntityNode]) -> None:
    """Bring the nodes of *iris* to what *nodes* say; an IRI without a node is deleted.

    Raises LabelChanged when a thing that is there has another label now.
    """
    wanted = {node.iri: node for node in nodes}
    there = _labels_there(engine, sorted(iris))
    if any(iri in wanted and wanted[iri].label != label for iri, label in there.items()):
        raise LabelChanged
    for label in sorted(set(there.values())):
        gone = [{"iri": iri} for iri, known in there.items() if known == label and iri not in wanted]
        deletion = f"UNWIND $rows AS row MATCH (n:{label} {{iri: row.iri}}) DETACH DELETE n"
        engine.run_batches(deletion, gone, _DELETED_AT_ONCE)
    _update(engine, (node for node in wanted.values() if node.iri in there))
    load_entities(engine, (node for node in wanted.values() if node.iri not in there))


def _update(engine: Engine, nodes: Iterable[EntityNode]) -> None:
    for label, rows in _by_label(nodes).items():
        engine.run_batches(f"UNWIND $rows AS row MATCH (n:{label} {{iri: row.iri}}) SET n = row", rows, _BATCH)


def _constrain(engine: Engine, label: str) -> None:
    engine.run(f"CREATE CONSTRAINT {label}_iri IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE", write=True)


def _labels_there(engine: Engine, iris: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label in LABELS:
        for start in range(0, len(iris), _CHUNK):
            query = f"UNWIND $iris AS iri MATCH (n:{label} {{iri: iri}}) RETURN n.iri"
            found |= {row[0]: label for row in engine.run(query, {"iris": iris[start : start + _CHUNK]})[1]}
    return found


def _claim_statement(subject: str, target: str | None, relationship: str | None) -> str:
    match, create = f"MATCH (s:{_checked(subject)} {{iri: row.subject}})", ""
    if target is not None:
        match += f" MATCH (o:{_checked(target)} {{iri: row.object}})"
        create += ", (c)-[:OBJECT]->(o)"
    if relationship is not None:
        create += f", (s)-[:{Predicate[relationship].name} {_map(_DIRECT, 'row.direct')}]->(o)"
    return f"""UNWIND $rows AS row {match}
        CREATE (c:{CLAIM_LABEL} {_map(_CLAIM, "row.claim")})-[:SUBJECT]->(s){create}
        WITH c, row UNWIND row.evidence AS piece MATCH (d:{Kind.DOCUMENT} {{iri: piece.source}})
        CREATE (c)-[:HAS_EVIDENCE]->(:{EVIDENCE_LABEL} {_map(_EVIDENCE, "piece")})-[:IN_DOCUMENT]->(d)"""


def _claim_row(claim: ClaimNode) -> dict[str, object]:
    evidence = [{**piece, "source": document_iri(str(piece["document"]))} for piece in claim.evidence]
    ends = {"subject": claim.subject, "object": claim.object}
    return {**ends, "claim": claim.properties, "direct": claim.direct, "evidence": evidence}


def _map(names: Iterable[str], source: str) -> str:
    """Return a Cypher map that takes *names* from *source*; what is null there stays unset."""
    return "{" + ", ".join(f"`{name}`: {source}.`{name}`" for name in names) + "}"


def _checked(label: str) -> str:
    if label not in LABELS:
        raise BrokenGraph(f"{label!r} is no class of policy.ttl; build the graph anew")
    return label


def _by_label(nodes: Iterable[EntityNode]) -> dict[str, list[Properties]]:
    groups: dict[str, list[Properties]] = defaultdict(list)
    for node in nodes:
        groups[_checked(node.label)].append(node.properties)
    return dict(sorted(groups.items()))


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
