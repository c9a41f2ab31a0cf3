"""Claims as RDF quads: one node per claim, the plain triple beside it, evidence as Web Annotations.

    graph <document IRI>     the claims of that document (whose key is the entity's skos:notation)
    graph <…/graph/inferred> the claims that were concluded across documents
    graph <…/graph/entities> what the entities are and are called

Every node has an IRI made from the claim's IRI; there are no blank nodes, so two builds write the same bytes. A claim
that a person rejected has its node but no plain triple.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from graph.claims import ClaimsStore, StoredClaim
from graph.identity import INFERRED, evidence_iri, graph_iri
from ontology import records
from ontology.identifiers import ONTOLOGY, RESOURCE, document_iri, mint
from ontology.records import Entity, Evidence, Status

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "id": RESOURCE,
    "m8g": "http://data.europa.eu/m8g/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pk": ONTOLOGY,
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

ENTITIES_GRAPH = mint("graph", "entities")
INFERRED_GRAPH = graph_iri(INFERRED)


def to_quads(store: ClaimsStore) -> Iterator[Quad]:
    """Yield the whole content of *store* as quads, deterministic but not sorted; memory does not grow with it."""
    for entity in store.entities():
        yield from entity_quads(entity)
    for document in store.documents():
        yield from document_quads(store, document.key)
    yield from document_quads(store, INFERRED)


def document_quads(store: ClaimsStore, key: str) -> Iterator[Quad]:
    """Yield the quads of the named graph of the document *key* (or `INFERRED`); none for a document not in *store*."""
    for stored in store.claims(key):
        yield from claim_quads(stored)


def entity_quads(entity: Entity) -> Iterator[Quad]:
    """Yield what *entity* is and is called, in the graph of entities."""
    node, graph = _node(entity.iri), _node(ENTITIES_GRAPH)
    name = Literal(entity.name, language="zh")
    yield Quad(node, _term("rdf:type"), _term(f"pk:{entity.kind}"), graph)
    yield Quad(node, _term("skos:prefLabel"), name, graph)
    yield Quad(node, _term("rdfs:label"), name, graph)
    for alias in entity.aliases:
        yield Quad(node, _term("skos:altLabel"), Literal(alias, language="zh"), graph)
    if entity.notation:
        yield Quad(node, _term("skos:notation"), Literal(entity.notation), graph)


def claim_quads(stored: StoredClaim) -> Iterator[Quad]:
    """Yield the claim's node, its plain triple (unless it was rejected) and its evidence, in its document's graph."""
    claim = stored.claim
    node, graph = NamedNode(stored.id), _node(graph_iri(stored.document))
    subject, predicate = _node(claim.subject), _term(f"pk:{claim.predicate}")
    target = _node(claim.object) if claim.object is not None else to_literal(claim.value)
    if claim.status is not Status.REJECTED:
        yield Quad(subject, predicate, target, graph)
    for name, term in (
        ("rdf:type", _term("pk:Claim")),
        ("rdf:type", _term("rdf:Statement")),
        ("rdf:subject", subject),
        ("rdf:predicate", predicate),
        ("rdf:object", target),
        ("pk:status", _text(claim.status)),
        ("pk:confidence", to_literal(float(claim.confidence))),
        ("prov:wasGeneratedBy", _rule(claim.rule)),
        ("pk:year", None if claim.year is None else _integer(claim.year)),
        ("pk:mode", None if claim.mode is None else _text(claim.mode)),
        ("pk:claimOrdinal", None if claim.ordinal is None else _integer(claim.ordinal)),
        ("pk:words", Literal(claim.words) if claim.words else None),
    ):
        if term is not None:
            yield Quad(node, _term(name), term, graph)
    for number, piece in enumerate(claim.evidence):
        yield from _evidence_quads(node, graph, evidence_iri(stored.id, number), number, piece)


def to_literal(value: records.Literal | None) -> Literal:
    """Return *value* as an RDF literal: text plain, int as xsd:integer, float as canonical xsd:decimal (3.0 is "3").

    Raises TypeError for what no claim holds.
    """
    if isinstance(value, bool) or value is None:
        raise TypeError(f"{value!r} is no literal of a claim")
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return Literal(format(Decimal(repr(value + 0.0)).normalize(), "f"), datatype=_term("xsd:decimal"))
    return Literal(value)


def to_python(term: object) -> records.Literal | bool:
    """Return the Python value of an RDF *term*: an IRI as text, a number as int or float, a boolean, else its text."""
    if not isinstance(term, Literal):
        return str(getattr(term, "value", term))
    kind = term.datatype.value.removeprefix(PREFIXES["xsd"])
    if kind in _INTEGERS:
        return int(term.value)
    if kind in ("decimal", "double", "float"):
        return float(term.value)
    return term.value in ("true", "1") if kind == "boolean" else term.value


_INTEGERS = frozenset(("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "negativeInteger"))


def _evidence_quads(claim: NamedNode, graph: NamedNode, iri: str, number: int, piece: Evidence) -> Iterator[Quad]:
    node, target = NamedNode(iri), NamedNode(f"{iri}/target")
    position, quote = NamedNode(f"{iri}/position"), NamedNode(f"{iri}/quote")
    facts: Iterable[tuple[NamedNode, str, NamedNode | Literal]] = (
        (claim, "pk:evidence", node),
        (node, "rdf:type", _term("oa:Annotation")),
        (node, "rdf:type", _term("pk:Evidence")),
        (node, "pk:number", _integer(number)),
        (node, "oa:hasBody", claim),
        (node, "oa:hasTarget", target),
        (target, "rdf:type", _term("oa:SpecificResource")),
        (target, "oa:hasSource", _node(document_iri(piece.document))),
        (target, "oa:hasSelector", position),
        (target, "oa:hasSelector", quote),
        (position, "rdf:type", _term("oa:TextPositionSelector")),
        (position, "oa:start", _integer(piece.start)),
        (position, "oa:end", _integer(piece.end)),
        (quote, "rdf:type", _term("oa:TextQuoteSelector")),
        (quote, "oa:exact", Literal(piece.quote)),
    )
    for subject, name, term in facts:
        yield Quad(subject, _term(name), term, graph)


@lru_cache(maxsize=4096)
def _term(name: str) -> NamedNode:
    """Return the node of a prefixed *name* such as `pk:year`."""
    prefix, local = name.split(":", 1)
    return NamedNode(PREFIXES[prefix] + local)


@lru_cache(maxsize=65536)
def _node(iri: str) -> NamedNode:
    return NamedNode(iri)


@lru_cache(maxsize=1024)
def _rule(rule: str) -> NamedNode:
    return NamedNode(mint("rule", *rule.split("/")))


@lru_cache(maxsize=65536)
def _integer(value: int) -> Literal:
    return Literal(value)


@lru_cache(maxsize=64)
def _text(value: str) -> Literal:
    return Literal(str(value))
