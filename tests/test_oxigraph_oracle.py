"""The same requests to `policykg serve` and to `oxigraph serve` on the same quads: the same answers."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from graph.rdf import PREFIXES
from tests.conftest import nquads_of
from tests.served import Answer, Server, serving

PROGRAM = Path(sys.executable).with_name("oxigraph")
DECLARED = "".join(f"PREFIX {name}: <{iri}> " for name, iri in sorted(PREFIXES.items()))
AREA = "<https://w3id.org/policykg/id/area/341700>"
REPORT = "https://w3id.org/policykg/id/document/chizhou-2024-report"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}

ROWS = [
    f"SELECT ?p ?o {{ {AREA} ?p ?o }}",
    "SELECT ?s { ?s skos:prefLabel '池州市'@zh }",
    "SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) { ?s a ?kind } GROUP BY ?kind",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT ?t ?n { ?t a pk:TaskStatement OPTIONAL { ?t pk:name ?n } } ORDER BY ?t LIMIT 20",
    "SELECT ?a ?c { ?a pk:within+ ?c }",
    "SELECT ?s ?o { ?s pk:value ?o FILTER(?o > 5) }",
    f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{REPORT}> {{ ?s ?p ?o }} }}",  # its --union-default-graph ignores FROM
    "SELECT * { VALUES (?x ?y) { (1 UNDEF) ('a\"b\\\\c'@en <urn:x>) } }",
    "SELECT * { ?s ?p ?o } LIMIT 0",
]
TRIPLES = [
    "CONSTRUCT { ?s a pk:Area } { ?s a pk:Area }",
    f"DESCRIBE {AREA}",
    "CONSTRUCT { ?s <urn:p> ?o } { ?s skos:prefLabel ?o }",
]
ROW_TYPES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
TRIPLE_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="oxigraph (extra `test`) is not beside this Python")


@pytest.fixture(scope="module")
def ours(sample_folder: Path) -> Iterator[Server]:
    with serving(sample_folder) as server:
        yield server


@pytest.fixture(scope="module")
def oracle(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port on which `oxigraph serve` answers with the same quads."""
    folder = tmp_path_factory.mktemp("oxigraph")
    (folder / "kg.nq").write_bytes(nquads_of(sample_folder))
    place = ["--location", str(folder / "store")]
    subprocess.run([str(PROGRAM), "load", *place, "--file", str(folder / "kg.nq")], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [str(PROGRAM), "serve-read-only", *place, "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("oxigraph serve did not start")


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        with connection.getresponse() as response:
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, told, response.read())
    finally:
        connection.close()


def both(ours: Server, oracle: int, query: str, accept: str) -> tuple[Answer, Answer]:
    """Ask ours in all three ways and the oracle in one; ours may answer in its own order, but always the same."""
    encoded = urlencode({"query": query})
    answers = [
        ask(ours.port, "GET", f"/sparql?{encoded}", Accept=accept),
        ask(ours.port, "POST", "/sparql", encoded.encode(), Accept=accept, **FORM),
        ask(ours.port, "POST", "/sparql", query.encode(), Accept=accept, **QUERY),
    ]
    assert {answer.status for answer in answers} == {200}, answers[0].text
    assert len({answer.headers["content-type"] for answer in answers}) == 1
    theirs = ask(oracle, "GET", f"/query?{encoded}", Accept=accept)
    assert theirs.status == 200, theirs.text
    assert answers[0].headers["content-type"].partition(";")[0] == theirs.headers["content-type"].partition(";")[0]
    return answers[0], theirs


def solutions(body: bytes, kind: ox.QueryResultsFormat) -> list[list[str]]:
    found = ox.parse_query_results(body, format=kind)
    assert isinstance(found, ox.QuerySolutions)
    names = sorted(variable.value for variable in found.variables)
    return [names, *sorted([str(row[name]) for name in names] for row in found)]


@pytest.mark.parametrize("accept", [*ROW_TYPES, "text/csv"])
@pytest.mark.parametrize("query", ROWS)
def test_rows_are_the_same(ours: Server, oracle: int, query: str, accept: str) -> None:
    mine, theirs = both(ours, oracle, DECLARED + query, accept)
    if accept == "text/csv":
        assert sorted(mine.body.split(b"\r\n")) == sorted(theirs.body.split(b"\r\n"))
    else:
        assert solutions(mine.body, ROW_TYPES[accept]) == solutions(theirs.body, ROW_TYPES[accept])


@pytest.mark.parametrize("query", ["ASK { ?s a pk:Area }", "ASK { ?s a <urn:nothing> }"])
def test_what_is_true_is_the_same(ours: Server, oracle: int, query: str) -> None:
    for accept in ROW_TYPES:
        mine, theirs = both(ours, oracle, DECLARED + query, accept)
        assert mine.body == theirs.body


@pytest.mark.parametrize("accept", TRIPLE_TYPES)
@pytest.mark.parametrize("query", TRIPLES)
def test_triples_are_the_same(ours: Server, oracle: int, query: str, accept: str) -> None:
    mine, theirs = both(ours, oracle, DECLARED + query, accept)
    parsed = [{str(quad) for quad in ox.parse(answer.body, format=TRIPLE_TYPES[accept])} for answer in (mine, theirs)]
    assert parsed[0] == parsed[1] != set()


@pytest.mark.parametrize(
    ("method", "parameters", "body", "headers"),
    [
        ("GET", "query=SELECT", None, {}),
        ("GET", "query=ASK%7B%7D&query=ASK%7B%7D", None, {}),
        ("GET", "update=CLEAR%20ALL", None, {}),
        ("GET", "query=ASK%7B%7D&default-graph-uri=no%20iri", None, {}),
        ("GET", "query=ASK%7B%7D", None, {"Accept": "text/html"}),
        ("GET", "query=SELECT%20*%7B%7D", None, {"Accept": "text/turtle"}),
        ("GET", "", None, {"Accept": "application/sparql-results+json"}),
        ("POST", "", b"ASK {}", {"Content-Type": "text/plain"}),
        ("POST", "", b"query=ASK%7B%7D&query=ASK%7B%7D", FORM),
        ("POST", "", b"", FORM),
        ("POST", "", b"ASK { \xff }", QUERY),
        ("POST", "", "query=ASK { ?s ?p '池' }".encode(), FORM),
        ("POST", f"default-graph-uri={quote(REPORT)}", b"ASK { ?s ?p ?o }", QUERY),
    ],
)
def test_the_status_is_the_same(
    ours: Server, oracle: int, method: str, parameters: str, body: bytes | None, headers: dict[str, str]
) -> None:
    tail = f"?{parameters}" if parameters else ""
    mine = ask(ours.port, method, f"/sparql{tail}", body, **headers)
    theirs = ask(oracle, method, f"/query{tail}", body, **headers)
    assert mine.status == theirs.status
    if mine.status == 200:
        assert mine.body == theirs.body
