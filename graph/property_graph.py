"""Claims as a property graph: the same facts and IRIs as in RDF, as rows for Cypher engines, NetworkX and CSV.

    (:Claim)-[:SUBJECT]->(entity)   (:Claim)-[:OBJECT]->(entity)   (entity)-[:UPPER_SNAKE]->(entity)
    (:Claim)-[:HAS_EVIDENCE]->(:Evidence)-[:IN_DOCUMENT]->(:Document)

An entity has one label, its kind. Its literal claims are properties too: one value where policy.ttl calls the property
functional (the most confident claim's), else a sorted list. Rejected claims have nodes, but neither properties nor
direct relationships.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice

import networkx as nx

from graph.claims import ClaimsStore, StoredClaim
from graph.identity import evidence_iri
from ontology.identifiers import document_iri
from ontology.records import Claim, Entity, Literal, Status
from ontology.schema import is_functional, relationship_type

CLAIM_LABEL = "Claim"
EVIDENCE_LABEL = "Evidence"
DOCUMENT_LABEL = "Document"

Property = Literal | list[Literal]
Properties = dict[str, Property]

_OWN_PROPERTIES = frozenset(("iri", "name", "notation", "aliases"))
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class EntityNode:
    """A node for an entity: one label, and its properties (`iri`, `name`, `aliases`, `notation`, literal claims)."""

    label: str
    properties: Properties

    @property
    def iri(self) -> str:
        """The key of the node."""
        return str(self.properties["iri"])


@dataclass(frozen=True, slots=True)
class ClaimNode:
    """A node for a claim with all that hangs on it.

    `relationship` is the type of the direct relationship from subject to object and `direct` its properties; None for a
    literal or a rejected claim. `evidence` are the properties of the evidence nodes, in order.
    """

    properties: Properties
    subject: str
    subject_label: str
    object: str | None
    object_label: str | None
    relationship: str | None
    direct: Properties | None
    evidence: tuple[Properties, ...] = field(default=())

    @property
    def iri(self) -> str:
        """The key of the node."""
        return str(self.properties["iri"])


def entity_nodes(store: ClaimsStore, iris: Iterable[str] | None = None) -> Iterator[EntityNode]:
    """Yield the nodes of *iris* that *store* describes (None: of all its entities, ordered by IRI)."""
    if iris is not None:
        for entity in filter(None, map(store.entity, iris)):
            yield _entity_node(entity, [(name, value) for _, name, value in store.literals(entity.iri)])
        return
    groups = groupby(store.literals(), key=lambda row: row[0])
    subject, rows = next(groups, (None, iter(())))
    for entity in store.entities():
        while subject is not None and subject < entity.iri:  # nothing describes it any more
            subject, rows = next(groups, (None, iter(())))
        mine = [(name, value) for _, name, value in rows] if subject == entity.iri else []
        yield _entity_node(entity, mine)


def claim_nodes(store: ClaimsStore, document: str | None = None) -> Iterator[ClaimNode]:
    """Yield the nodes of the claims of *document* (`INFERRED`: those concluded; None: all), in the store's order."""
    yield from nodes_of_claims(store, store.claims(document))


def nodes_of_claims(store: ClaimsStore, claims: Iterable[StoredClaim]) -> Iterator[ClaimNode]:
    """Yield the nodes of *claims*, in their order; none for a claim about a thing that nothing describes any more."""
    claims = iter(claims)
    while chunk := list(islice(claims, _CHUNK)):
        kinds = store.kinds(end for stored in chunk for end in (stored.claim.subject, stored.claim.object) if end)
        for stored in chunk:
            claim = stored.claim
            if claim.subject in kinds and (claim.object is None or claim.object in kinds):
                yield _claim_node(stored, kinds)


def relationships_of(claim: ClaimNode) -> Iterator[tuple[str, str, str, Properties]]:
    """Yield (start, type, end, properties) of the relationships of *claim*; only the direct one has properties."""
    yield claim.iri, "SUBJECT", claim.subject, {}
    if claim.object is not None:
        yield claim.iri, "OBJECT", claim.object, {}
        if claim.relationship is not None and claim.direct is not None:
            yield claim.subject, claim.relationship, claim.object, claim.direct
    for piece in claim.evidence:
        iri = str(piece["iri"])
        yield claim.iri, "HAS_EVIDENCE", iri, {}
        yield iri, "IN_DOCUMENT", document_iri(str(piece["document"])), {}


def to_networkx(store: ClaimsStore, claims: bool = False) -> "nx.MultiDiGraph[str]":
    """Return entities and direct relationships as a graph: nodes by IRI with `label`, edges by claim with `type`.

    With *claims* the claims, their evidence and the relationships between them are nodes and edges too.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in entity_nodes(store):
        graph.add_node(node.iri, label=node.label, **_beside_label(node.properties))
    for claim in claim_nodes(store):
        if claim.direct is not None and claim.object is not None:
            graph.add_edge(claim.subject, claim.object, key=claim.iri, type=claim.relationship, **claim.direct)
        if claims:
            _add_claim(graph, claim)
    return graph


def _beside_label(properties: Properties) -> Properties:
    """Return *properties* with `label`, which a code's component has, as `label_`: a node's `label` is its kind."""
    return {"label_" if name == "label" else name: value for name, value in properties.items()}


def _add_claim(graph: "nx.MultiDiGraph[str]", claim: ClaimNode) -> None:
    graph.add_node(claim.iri, label=CLAIM_LABEL, **claim.properties)
    for piece in claim.evidence:
        graph.add_node(str(piece["iri"]), label=EVIDENCE_LABEL, **piece)
    for start, kind, end, properties in relationships_of(claim):
        if not properties:
            graph.add_edge(start, end, key=kind, type=kind)


def _entity_node(entity: Entity, literals: list[tuple[str, Literal]]) -> EntityNode:
    properties: Properties = {"iri": entity.iri, "name": entity.name}
    if entity.aliases:  # an empty list could not be told from none in the files of an import
        properties["aliases"] = list(entity.aliases)
    if entity.notation:
        properties["notation"] = entity.notation
    for predicate, group in groupby(literals, key=lambda row: row[0]):
        if predicate not in _OWN_PROPERTIES:
            values = [value for _, value in group]
            properties[predicate] = values[0] if is_functional(predicate) else _alike(values)
    return EntityNode(entity.kind, properties)


def _alike(values: list[Literal]) -> list[Literal]:
    """Return the distinct *values* sorted and of one type, as property lists must be: numbers, else texts."""
    if all(isinstance(value, int) for value in values):
        return sorted(set(values), key=float)
    if any(isinstance(value, str) for value in values):
        return sorted({str(value) for value in values})
    return sorted({float(value) for value in values})


def _claim_node(stored: StoredClaim, kinds: dict[str, str]) -> ClaimNode:
    claim = stored.claim
    shared = _given(year=claim.year, mode=_text(claim.mode), ordinal=claim.ordinal, status=_text(claim.status))
    shared["confidence"] = float(claim.confidence)
    own = _given(iri=stored.id, predicate=claim.predicate, value=claim.value, words=claim.words or None)
    linked = claim.object is not None and claim.status is not Status.REJECTED
    return ClaimNode(
        properties={**own, **shared, "rule": claim.rule, "document": stored.document},
        subject=claim.subject,
        subject_label=kinds[claim.subject],
        object=claim.object,
        object_label=kinds[claim.object] if claim.object is not None else None,
        relationship=relationship_type(claim.predicate) if linked else None,
        direct={"claim": stored.id, "document": stored.document, **shared} if linked else None,
        evidence=tuple(_evidence(stored.id, claim)),
    )


def _evidence(claim_id: str, claim: Claim) -> Iterator[Properties]:
    for number, piece in enumerate(claim.evidence):
        place: Properties = {"document": piece.document, "start": piece.start, "end": piece.end, "quote": piece.quote}
        yield {"iri": evidence_iri(claim_id, number), "claim": claim_id, "number": number, **place}


def _given(**properties: Literal | None) -> Properties:
    return {name: value for name, value in properties.items() if value is not None}


def _text(word: str | None) -> str | None:
    return None if word is None else str(word)
