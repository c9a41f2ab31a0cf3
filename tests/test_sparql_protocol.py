"""Every case of the W3C's manifests for the SPARQL protocol and the result formats, each on a server of ours.

The manifests lie beside the corpus (W3C_CASES, else ../shared/w3c); the tests skip with a reason where there are none.
"""

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF
from rdflib.term import Node

from tests.served import Answer, Server, serving, with_quads

TOKEN = "only-for-tests"
_NAMED = os.environ.get("W3C_CASES")
CASES = Path(_NAMED) if _NAMED else Path(__file__).resolve().parents[2] / "shared" / "w3c"

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the W3C's cases are not here: set W3C_CASES or put them in ../shared/w3c"
)


def manifest(name: str) -> rdflib.Graph:
    """Return the manifest of a folder of cases."""
    path = CASES / name / "manifest.ttl"
    return rdflib.Graph().parse(path, publicID=path.as_uri()) if path.is_file() else rdflib.Graph()


PROTOCOL, CSV_TSV, JSON = manifest("protocol"), manifest("csv-tsv-res"), manifest("json-res")


def entries(graph: rdflib.Graph) -> list[Node]:
    """Return the cases of a manifest in its order."""
    return [case for listed in graph.objects(None, MF.entries) for case in Collection(graph, listed)]


def name_of(case: Node) -> str:
    """Return the local name of a case."""
    return str(case).rpartition("#")[2]


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a writable graph that holds what the protocol's cases speak of, each document in its graph."""
    folder = tmp_path_factory.mktemp("protocol") / "kg"
    shutil.copytree(sample_folder, folder)
    lines = []
    for number in (1, 2, 3):
        graph = f"http://kasei.us/2009/09/sparql/data/data{number}.rdf"
        triples = (CASES / "protocol" / f"data{number}.nt").read_text(encoding="utf-8").splitlines()
        lines += [f"{line.rstrip().removesuffix('.')} <{graph}> ." for line in triples if line.strip()]
    with_quads(folder, "\n".join(lines))
    with serving(folder, "--writable", "--token", TOKEN) as running:
        yield running


@pytest.mark.parametrize("case", entries(PROTOCOL), ids=name_of)
def test_the_protocol(server: Server, case: Node) -> None:
    (action,) = PROTOCOL.objects(case, MF.action)
    requests = [item for listed in PROTOCOL.objects(action, HT.requests) for item in Collection(PROTOCOL, listed)]
    assert requests
    for request in requests:
        answer = send(server, request)
        (response,) = PROTOCOL.objects(request, HT.resp)
        wanted = {str(status)[-3] for status in PROTOCOL.objects(response, MF.expectedStatus)}
        assert str(answer.status)[0] in wanted, answer.text
        if answer.status < 300:
            check_format(answer, str(PROTOCOL.value(response, MF.expectedFormat) or ""))
            expected = PROTOCOL.value(response, MF.expectedBoolean)
            assert expected is None or truth(answer) is expected.toPython()  # type: ignore[attr-defined]


def send(server: Server, request: Node) -> Answer:
    """Send a request of the manifest; a token comes with it, as updates need one."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for listed in PROTOCOL.objects(request, HT.headers):
        for header in Collection(PROTOCOL, listed):
            headers[str(PROTOCOL.value(header, HT.fieldName))] = str(PROTOCOL.value(header, HT.fieldValue))
    body = PROTOCOL.value(request, HT.body)
    sent = None
    if body is not None:
        encoding = str(PROTOCOL.value(body, CNT.characterEncoding))
        sent = str(PROTOCOL.value(body, CNT.chars)).encode(encoding)
    path = str(PROTOCOL.value(request, HT.absolutePath))
    return server.ask(str(PROTOCOL.value(request, HT.methodName)), path, sent, headers)


def truth(answer: Answer) -> bool:
    """Return the answer to ASK, in JSON or XML."""
    kind = answer.headers["content-type"].partition(";")[0]
    format_ = ox.QueryResultsFormat.from_media_type(kind)
    assert format_ is not None
    found = ox.parse_query_results(answer.body, format=format_)
    assert isinstance(found, ox.QueryBoolean)
    return bool(found)


def check_format(answer: Answer, expected: str) -> None:
    """Check that an answer is written in a format of the expected family."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if expected == "boolean":
        assert kind in ("application/sparql-results+json", "application/sparql-results+xml")
    elif expected == "tabular":
        assert kind.startswith("application/sparql-results+") or kind in ("text/csv", "text/tab-separated-values")
    elif expected == "RDF":
        assert kind in ("text/turtle", "application/n-triples", "application/rdf+xml")


def load(server: Server, path: Path) -> None:
    """Let the server hold the triples of the Turtle file *path*, and nothing else."""
    triples = ox.serialize(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    update = b"CLEAR ALL ; INSERT DATA { GRAPH <urn:cases> { " + (triples or b"") + b" } }"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
    answer = server.ask("POST", "/sparql", update, headers)
    assert answer.status == 204, answer.text


def parts(graph: rdflib.Graph, case: Node) -> tuple[Path, str, Path]:
    """Return data, query and result of a case."""
    action, result = graph.value(case, MF.action), graph.value(case, MF.result)
    data, query = (Path(str(graph.value(action, part)).removeprefix("file://")) for part in (QT.data, QT.query))
    return data, query.read_text(encoding="utf-8"), Path(str(result).removeprefix("file://"))


@pytest.mark.parametrize("case", entries(CSV_TSV), ids=name_of)
def test_csv_and_tsv(server: Server, case: Node) -> None:
    data, query, result = parts(CSV_TSV, case)
    load(server, data)
    is_csv = (case, RDF.type, MF.CSVResultFormatTest) in CSV_TSV
    answer = server.sparql(query, "text/csv" if is_csv else "text/tab-separated-values")
    wanted = result.read_bytes().decode("utf-8")
    if is_csv:
        assert table(answer.text, ",") == table(wanted, ",")
    else:
        assert solutions(answer.body, ox.QueryResultsFormat.TSV) == solutions(
            result.read_bytes(), ox.QueryResultsFormat.TSV
        )


def table(text: str, delimiter: str) -> list[list[str]]:
    """Return header and rows, sorted: `SELECT *` has no order of columns, and names of blank nodes say nothing."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    columns = sorted(zip(*rows, strict=True))
    head, *body = [list(row) for row in zip(*columns, strict=True)]
    return [head, *sorted([[cell_value(cell) for cell in row] for row in body])]


def cell_value(cell: str) -> str:
    """Return a cell as text that equal cells share: pyoxigraph keeps numbers by value, 1.0E6 comes back as 1000000."""
    if cell.startswith("_:"):
        return "_:"
    return str(float(cell)) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell) else cell


def solutions(body: bytes, kind: ox.QueryResultsFormat) -> list[list[str]]:
    """Return the solutions, sorted, each value as a term; numbers by their value, blank nodes without names."""
    found = ox.parse_query_results(body, format=kind)
    assert isinstance(found, ox.QuerySolutions)
    names = sorted(variable.value for variable in found.variables)
    return [names, *sorted([term(row[name]) for name in names] for row in found)]


def term(value: object) -> str:
    """Return a term as text that equal terms share."""
    if isinstance(value, ox.BlankNode):
        return "_:"
    if isinstance(value, ox.Literal) and value.datatype.value.endswith(("#decimal", "#double", "nteger")):
        kind = value.datatype.value.replace("negativeInteger", "integer")  # pyoxigraph keeps integers as xsd:integer
        return f"{float(value.value)} {kind}"
    return str(value)


@pytest.mark.parametrize("case", entries(JSON), ids=name_of)
def test_json(server: Server, case: Node) -> None:
    data, query, result = parts(JSON, case)
    load(server, data)
    answer = server.sparql(query)
    wanted = result.read_bytes()
    if "boolean" in json.loads(wanted):
        assert json.loads(answer.body)["boolean"] is json.loads(wanted)["boolean"]
    else:
        given = solutions(answer.body, ox.QueryResultsFormat.JSON)
        assert given == solutions(wanted, ox.QueryResultsFormat.JSON)


def test_the_service_description(server: Server) -> None:
    """The three cases: RDF is returned, it has a matching sd:endpoint, it keeps to the schema."""
    answer = server.get("/sparql", "text/turtle")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/turtle")
    graph = rdflib.Graph().parse(data=answer.body, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert set(graph.objects(service, SD.endpoint)) == {rdflib.URIRef(f"{server.address}/sparql")}
    known = {
        SD.supportedLanguage: {SD.SPARQL11Query, SD.SPARQL11Update, SD.SPARQL10Query},
        SD.feature: {
            SD.DereferencesURIs,
            SD.UnionDefaultGraph,
            SD.RequiresDataset,
            SD.EmptyGraphs,
            SD.BasicFederatedQuery,
        },
    }
    for predicate, allowed in known.items():
        assert set(graph.objects(service, predicate)) <= allowed
    (dataset,) = graph.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in graph
    for default in graph.objects(dataset, SD.defaultGraph):
        assert (default, RDF.type, SD.Graph) in graph
    for named in graph.objects(dataset, SD.namedGraph):
        assert (named, RDF.type, SD.NamedGraph) in graph
        assert len(list(graph.objects(named, SD.name))) == 1
