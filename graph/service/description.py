"""What the endpoint says of itself: a SPARQL 1.1 service description, with VoID figures of the graph."""

from collections.abc import Iterator
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from graph.rdf import PREFIXES
from graph.service.generations import Generation
from graph.service.media import ROWS, TRIPLES, Form

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_WRITES = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "TriG",
    "N-Quads",
    "RDF_XML",
)
assert len(_WRITES) == len((*ROWS, *TRIPLES))

Node = NamedNode | BlankNode


def describe_service(generation: Generation, address: str, updates: bool, form: Form) -> bytes:
    """Return the service description of the endpoint at *address*, written in *form*; *updates*: it takes them."""
    assert isinstance(form.format, RdfFormat)
    dataset = BlankNode("dataset")
    triples = [*_service(address, dataset, updates), *_dataset(generation, address, dataset)]
    prefixes = {**PREFIXES, "sd": _SD, "void": _VOID, "formats": _FORMATS}
    return serialize(triples, format=form.format, prefixes=prefixes) or b""


def describe_dataset(generation: Generation, address: str, form: Form) -> bytes:
    """Return the VoID description alone, of the graph behind the endpoint at *address*."""
    assert isinstance(form.format, RdfFormat)
    triples = list(_dataset(generation, address, NamedNode(address.removesuffix("sparql") + "#graph")))
    return serialize(triples, format=form.format, prefixes={**PREFIXES, "sd": _SD, "void": _VOID}) or b""


def _service(address: str, dataset: Node, updates: bool) -> Iterator[Triple]:
    service = BlankNode("service")
    yield Triple(service, _TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), NamedNode(address))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    if updates:
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update"))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for name in _WRITES:
        yield Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + name))
    yield Triple(service, _sd("defaultDataset"), dataset)


def _dataset(generation: Generation, address: str, dataset: Node) -> Iterator[Triple]:
    total, graphs, classes = _figures(generation.quads.engine, generation.number)
    yield Triple(dataset, _TYPE, _sd("Dataset"))
    yield Triple(dataset, _TYPE, _void("Dataset"))
    yield Triple(dataset, _void("sparqlEndpoint"), NamedNode(address))
    yield Triple(dataset, NamedNode(PREFIXES["dcterms"] + "title"), Literal("policykg"))
    yield Triple(dataset, _void("triples"), Literal(total))
    for prefix in ("pk", "skos", "oa", "prov"):
        yield Triple(dataset, _void("vocabulary"), NamedNode(PREFIXES[prefix]))
    default = BlankNode("union")
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, _TYPE, _sd("Graph"))
    yield Triple(default, _void("triples"), Literal(total))
    for number, graph in enumerate(graphs):
        named = BlankNode(f"graph{number}")
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, _TYPE, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), NamedNode(graph))
    for number, (kind, count) in enumerate(classes):
        part = BlankNode(f"class{number}")
        yield Triple(dataset, _void("classPartition"), part)
        yield Triple(part, _void("class"), NamedNode(kind))
        yield Triple(part, _void("entities"), Literal(count))


@lru_cache(maxsize=2)
def _figures(store: object, number: str) -> tuple[int, tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Return quads, named graphs and classes with their sizes; counted once a generation."""
    query = "SELECT ?kind (COUNT(*) AS ?n) { GRAPH ?g { ?thing a ?kind } } GROUP BY ?kind ORDER BY DESC(?n) ?kind"
    classes = tuple((row["kind"].value, int(row["n"].value)) for row in store.query(query))  # type: ignore[attr-defined]
    graphs = tuple(sorted(graph.value for graph in store.named_graphs()))  # type: ignore[attr-defined]
    return len(store), graphs, classes  # type: ignore[arg-type]


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _void(name: str) -> NamedNode:
    return NamedNode(_VOID + name)
