"""The SPARQL endpoint beyond the W3C's cases: what is refused, what is cut, what is stopped, and who can use it."""

import gzip
import http.client
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import GET, JSON, POST, XML, SPARQLWrapper

from graph.build import build
from graph.rdf import PREFIXES
from graph.service.allocator import begin_anew
from graph.service.lookups import as_lookup, decode_percent
from graph.service.media import ROWS, TRIPLES, choose, prefers_html
from graph.service.protocol import Refused
from graph.service.row_limit import RowLimit
from graph.service.updates import prepare_update
from ontology.identifiers import RESOURCE
from tests.conftest import SAMPLES
from tests.served import Server, serving

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FORMATS = ox.QueryResultsFormat
QUERY_BODY = {"Content-Type": "application/sparql-query"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture(scope="module")
def server(sample_folder: Path) -> Iterator[Server]:
    with serving(sample_folder, "--seconds", "2", "--rows", "1000", "--cors", "https://example.org") as running:
        yield running


# -- negotiation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("application/sparql-results+xml, application/sparql-results+json;q=0.9", "xml"),
        ("text/csv;q=0.1, text/tab-separated-values;q=0.2", "tsv"),
        ("text/*", "csv"),
        ("application/sparql-results+json;q=0, */*", "xml"),
        ("text/turtle, application/json;q=0.5", "json"),
        ("TEXT/CSV", "csv"),
    ],
)
def test_the_form_that_a_client_likes_best_is_chosen(accept: str, name: str) -> None:
    chosen = choose(ROWS, accept)
    assert chosen is not None
    assert chosen.name == name


def test_what_nobody_accepts_is_not_written() -> None:
    assert choose(ROWS, "text/turtle") is None
    assert choose(TRIPLES, "text/csv") is None
    assert choose(ROWS, "*/*;q=0") is None


def test_only_a_browser_prefers_html() -> None:
    assert prefers_html(BROWSER)
    for accept in ("", "*/*", "text/turtle, */*;q=0.1", "application/rdf+xml"):
        assert not prefers_html(accept)


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("SELECT * { ?s a pk:Area }", "text/csv", "text/csv"),
        ("SELECT * { ?s a pk:Area ; pk:name ?n }", "text/tab-separated-values", "text/tab-separated-values"),
        ("ASK { ?s a pk:Area }", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("CONSTRUCT { ?s a pk:Area } { ?s a pk:Area }", "text/turtle", "text/turtle"),
        ("CONSTRUCT { ?s a pk:Area } { ?s a pk:Area }", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT { ?s a pk:Area } { ?s a pk:Area }", "application/ld+json", "application/ld+json"),
        ("DESCRIBE ?s { ?s a pk:Area }", "application/trig", "application/trig"),
    ],
)
def test_results_come_as_asked(server: Server, query: str, accept: str, kind: str) -> None:
    answer = server.sparql(query, accept)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert "Accept" in answer.headers["vary"]
    assert answer.body


def test_a_form_that_cannot_be_written_is_406(server: Server) -> None:
    for query, accept in (
        ("SELECT * { ?s a pk:Area }", "text/turtle"),
        ("SELECT * { ?s ?p ?o }", "image/png"),
        ("CONSTRUCT { ?s a pk:Area } { ?s a pk:Area }", "text/csv"),
    ):
        answer = server.sparql(query, accept)
        assert answer.status == 406
        assert "can be written as" in answer.text


def test_a_format_can_be_named(server: Server) -> None:
    answer = server.get("/sparql", "text/html", query="SELECT * { ?s a pk:Area }", format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert server.get("/sparql", query="ASK {}", format="odt").status == 400


def test_a_head_request_has_no_body(server: Server) -> None:
    answer = server.ask("HEAD", "/sparql?query=ASK%20%7B%7D")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert server.ask("HEAD", "/sparql?query=ASK").status == 400


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT ?a {", 400, "line 1"),
        ("SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }", 403, "SERVICE is refused"),
        ("SELECT * { S\\u0045RVICE <http://example.org/> { ?a ?b ?c } }", 403, "SERVICE is refused"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 403, "read-only"),
    ],
)
def test_a_query_that_cannot_run_is_told(server: Server, query: str, status: int, words: str) -> None:
    answer = server.sparql(query)
    assert answer.status == status
    assert words in answer.text
    assert len(answer.text.splitlines()) == 1


def test_updates_are_refused(server: Server) -> None:
    headers = {"Content-Type": "application/sparql-update", "Authorization": "Bearer x"}
    answer = server.ask("POST", "/sparql", b"CLEAR ALL", headers)
    assert answer.status == 403
    assert "read-only" in answer.text
    assert server.sparql("ASK { ?s ?p ?o }").body == b'{"head":{},"boolean":true}'


def test_a_query_that_is_nested_too_deeply_ends_no_process(server: Server) -> None:
    for text in (
        "(" * 9_000 + "1" + ")" * 9_000,
        "!" * 9_000 + "1",
        "1" + "+1" * 9_000,
        "STR(" * 3_000 + "1" + ")" * 3_000,
    ):
        answer = server.ask("POST", "/sparql", f"SELECT * {{ FILTER({text}) }}".encode(), QUERY_BODY)
        assert answer.status == 400
        assert "too deeply" in answer.text or "operators" in answer.text
    for text in ("(" * 390 + "1" + ")" * 390, "!" * 900 + "1", "STR(" * 390 + "1" + ")" * 390):
        assert server.ask("POST", "/sparql", f"SELECT * {{ FILTER({text}) }}".encode(), QUERY_BODY).status == 200
    many = " ".join(f"<urn:a-{n}/+*!>" for n in range(5_000))
    assert server.ask("POST", "/sparql", f"ASK {{ VALUES ?x {{ {many} }} }}".encode(), QUERY_BODY).status == 200


@pytest.mark.parametrize("place", [0, -1], ids=["the oldest", "the newest"])
def test_processes_that_die_while_they_serve_are_replaced(sample_folder: Path, place: int) -> None:
    with serving(sample_folder) as server:
        count = len(children(server.process.pid))
        for _ in range(8):
            victim = children(server.process.pid)[place]
            os.kill(victim, signal.SIGKILL)
            wait_until(partial(has_replaced, server, victim, count))
            assert server.sparql("ASK { ?s ?p ?o }").status == 200
            time.sleep(1)  # five that die before they serve would end the server
        assert server.process.poll() is None


def children(process: int) -> list[int]:
    """Return the processes that *process* has started, the oldest first."""
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return list(map(int, told.split()))


def has_replaced(server: Server, gone: int, count: int) -> bool:
    """Tell whether the process *gone* has gone and there are *count* again."""
    there = children(server.process.pid)
    return gone not in there and len(there) == count


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait for what must come within seconds."""
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_a_body_is_written_in(server: Server) -> None:
    query = "ASK { ?s skos:prefLabel '池州市'@zh }"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert b"true" in server.ask("POST", "/sparql", f"query={query}".encode(), form).body  # as curl -d sends it
    assert server.ask("POST", "/sparql", f"query={query}".encode("gb18030"), form).status == 400
    for kind in (form, QUERY_BODY):
        packed = {**kind, "Content-Encoding": "gzip"}
        assert server.ask("POST", "/sparql", gzip.compress(query.encode()), packed).status == 415


def test_what_may_be_asked_is_told(server: Server) -> None:
    answer = server.ask("OPTIONS", "/sparql")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert server.ask("PUT", "/sparql", b"").status == 405


def test_two_queries_are_refused(server: Server) -> None:
    answer = server.ask("GET", "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D")
    assert answer.status == 400
    assert "2 times" in answer.text


def test_other_names_than_its_own_are_not_answered(server: Server) -> None:
    assert server.ask("GET", "/sparql?query=ASK%20%7B%7D", headers={"Host": "evil.example"}).status == 421
    assert server.ask("GET", "/sparql?query=ASK%20%7B%7D", headers={"Host": "localhost:8000"}).status == 200


def test_a_page_of_a_named_origin_may_ask(server: Server) -> None:
    path, origin = "/sparql?query=ASK%20%7B%7D", "https://example.org"
    assert server.ask("GET", path, headers={"Origin": origin}).headers["access-control-allow-origin"] == origin
    assert "access-control-allow-origin" not in server.ask("GET", path, headers={"Origin": "https://e.org"}).headers
    wanted = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert server.ask("OPTIONS", "/sparql", headers=wanted).status == 200


# -- what is cut, what is stopped ------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"])
def test_a_result_that_was_cut_says_so(server: Server, accept: str) -> None:
    answer = server.sparql("SELECT ?s ?p ?o { ?s ?p ?o }", accept)
    assert answer.headers["x-result-cut"] == "the first 1000 rows; there are more"
    if accept == "text/csv":
        assert answer.text.count("\r\n") == 1001
    else:
        kind = FORMATS.JSON if accept.endswith("json") else FORMATS.XML
        assert len(list(ox.parse_query_results(answer.body, format=kind))) == 1000  # type: ignore[arg-type]
    whole = server.sparql("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1000", accept)
    assert "x-result-cut" not in whole.headers


def test_a_lookup_is_cut_like_any_other_query(sample_folder: Path) -> None:
    with serving(sample_folder, "--rows", "3") as running:
        path = "/sparql?" + urlencode({"query": "SELECT ?t { ?t a pk:TaskStatement }"})
        answer = running.ask("GET", path, headers={"Accept": "text/csv"})
    assert len(answer.text.splitlines()) == 1 + 3
    assert answer.headers["x-result-cut"] == "the first 3 rows; there are more"


def test_triples_that_were_cut_say_so(server: Server) -> None:
    answer = server.sparql("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "application/n-triples")
    assert answer.headers["x-result-cut"] == "the first 1000 triples; there are more"
    assert len(answer.body.splitlines()) == 1000


@pytest.mark.parametrize("kind", [FORMATS.JSON, FORMATS.XML, FORMATS.CSV, FORMATS.TSV], ids=str)
def test_rows_are_cut_whatever_they_hold(kind: ox.QueryResultsFormat) -> None:
    store = ox.Store()
    texts = ['"', "\\", "\\\\", '\\"', "},{", '"}},{"', "\n", "\r\n", "<result>", '","', '""', "x\ty", "汉字", ""]
    for n, text in enumerate(texts * 4):
        store.add(ox.Quad(ox.NamedNode(f"urn:{n:03}"), ox.NamedNode("urn:p"), ox.Literal(text)))
    query = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s"
    whole = store.query(query).serialize(format=kind) or b""  # type: ignore[arg-type]
    for most in (1, 2, 13, 55, 56, 57):
        wanted = store.query(f"{query} LIMIT {most}").serialize(format=kind)  # type: ignore[arg-type]
        for size in (1, 3, 64, 8192):
            limit = RowLimit(kind, most)
            got, passed = b"", False
            for start in range(0, len(whole), size):
                ready, passed = limit.feed(whole[start : start + size])
                got += ready
                if passed:
                    break
            got += limit.tail if passed else limit.finish()
            assert (got, passed) == (wanted, most < 56)


def test_a_query_that_takes_too_long_is_told_and_holds_nobody_up(server: Server) -> None:
    told: list[int] = []
    threads = [threading.Thread(target=lambda: told.append(server.sparql(SLOW).status)) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    took = []
    for _ in range(40):
        began = time.perf_counter()
        assert server.sparql("SELECT ?p ?o { <https://w3id.org/policykg/id/area/341702> ?p ?o }").status == 200
        took.append(time.perf_counter() - began)
    for thread in threads:
        thread.join()
    assert told == [504, 504]
    assert sorted(took)[20] < 0.2
    for _ in range(10):  # the processes that were replaced
        assert server.sparql("ASK { ?s ?p ?o }").status == 200


def test_a_long_result_is_sent_as_it_comes(sample_folder: Path) -> None:
    rows = "SELECT ?a ?d { ?a a pk:Claim . ?d a pk:Claim }"
    with serving(sample_folder, "--rows", "3000000", "--workers", "1") as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", f"/sparql?query={quote(rows)}", headers={"Accept": "text/csv"})
        response = connection.getresponse()
        assert (response.status, response.getheader("transfer-encoding")) == (200, "chunked")
        lines = 0
        while piece := response.read(1 << 20):
            lines += piece.count(b"\n")
        connection.close()
        counted = server.sparql("SELECT (COUNT(*) AS ?n) { ?a a pk:Claim }", "text/csv").text.split()[1]
        assert lines == int(counted) ** 2 + 1
        peaks = [peak_memory(process) for process in children(server.process.pid)]
        assert max(peaks) < 400 << 20


@pytest.mark.parametrize(
    ("options", "query"),
    [
        (
            ("--seconds", "6"),
            "SELECT ?a ?e { ?a a pk:Claim . ?e ?p ?g . ?c a pk:Claim FILTER(STRENDS(STR(?c), '00')) }",
        ),
        (("--rows", "700000"), "SELECT ?a ?e { ?a a pk:Claim . ?e a pk:Claim }"),
    ],
)
def test_a_long_result_that_is_not_whole_breaks_off(sample_folder: Path, options: tuple[str, str], query: str) -> None:
    with serving(sample_folder, "--rows", "100000000", *options) as server:
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            read_away(server, query)
        assert server.sparql("ASK { ?s ?p ?o }").status == 200


def read_away(server: Server, query: str) -> None:
    """Read the answer to *query* piece by piece, and keep none."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", "/sparql?" + urlencode({"query": query}), headers={"Accept": "text/csv"})
        response = connection.getresponse()
        assert response.status == 200
        while response.read(1 << 20):
            pass
    finally:
        connection.close()


def peak_memory(process: int) -> int:
    """Return the most bytes of memory that a process held."""
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) << 10


# -- lookups ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p ?o WHERE { <urn:x> ?p ?o }",
        "select * { id:x skos:prefLabel ?n ; a ?kind . }",
        'PREFIX s: <urn:s> SELECT ?x { ?x s:code "33618" } LIMIT 5',
        "ASK { <urn:a> <urn:b> <urn:c> }",
        "SELECT ?s { ?s a pk:Area }",
    ],
)
def test_lookups_are_known(query: str) -> None:
    limited = as_lookup(query)
    assert limited is not None
    assert ox.Store().query(limited, prefixes={"skos": "urn:k:", "pk": "urn:p:", "id": "urn:i:"}) is not None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT DISTINCT ?p { ?s ?p <urn:o> }",
        "SELECT (COUNT(*) AS ?n) { ?s a pk:Area }",
        "SELECT ?s { ?s a pk:Area } ORDER BY ?s",
        "SELECT ?s { ?s pk:within+ <urn:x> }",
        "SELECT ?s { ?s a pk:Area . ?t a pk:Area }",
        "SELECT ?s FROM <urn:g> { ?s a pk:Area }",
        "SELECT ?s { SERVICE <urn:x> { ?s a pk:Area } }",
        "SELECT ?s { ?s a pk:Area FILTER(?s = ?s) }",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    ],
)
def test_everything_else_is_no_lookup(query: str) -> None:
    assert as_lookup(query) is None


@given(
    st.lists(st.sampled_from([b"=", b"+", b"_", b"3D", b"?x", b"%0A", b"%0d", b"%20", b"%3d", b"%E5%9C%B0", b"%25"]))
)
def test_a_lookup_is_decoded_as_urllib_does(pieces: list[bytes]) -> None:
    encoded = b"".join(pieces)
    assert decode_percent(encoded) == unquote_to_bytes(encoded.replace(b"+", b" "))


@pytest.mark.parametrize("encoded", ["%", "%zz", "SELECT%20%3", "ASK%7B%3Curn:a%3E%20a%20%22%=0%22%7D"])
def test_a_query_that_is_encoded_wrongly_is_answered_as_any_other(server: Server, encoded: str) -> None:
    quick = server.ask("GET", f"/sparql?query={encoded}")
    slow = server.ask("GET", f"/sparql?query={encoded}&format=json")
    assert (quick.status, quick.body) == (slow.status, slow.body)


def test_a_lookup_with_many_answers_is_whole(server: Server) -> None:
    answer = server.sparql("SELECT ?claim { ?claim a pk:Claim }")
    counted = server.sparql("SELECT (COUNT(*) AS ?n) { ?claim a pk:Claim }")
    total = int(json.loads(counted.body)["results"]["bindings"][0]["n"]["value"])
    assert total > 500
    assert len(json.loads(answer.body)["results"]["bindings"]) == min(total, 1000)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux tells a process's environment")
def test_the_server_begins_with_more_memory_kept_at_hand(server: Server) -> None:
    assert b"\0GLIBC_TUNABLES=glibc.malloc." in b"\0" + Path(f"/proc/{server.process.pid}/environ").read_bytes()


def test_what_the_environment_says_of_memory_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr("os.execve", lambda *arguments: told.append(arguments))
    monkeypatch.setattr("sys.orig_argv", ["python", "policykg", "serve", "kg"])
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=1")
    begin_anew("serve")
    monkeypatch.delenv("GLIBC_TUNABLES")
    begin_anew("build")
    assert not told


# -- the dataset -----------------------------------------------------------------------------------------------------


def test_the_default_graph_is_the_union_unless_another_is_named(server: Server) -> None:
    def count(**parameters: str) -> int:
        query = parameters.pop("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        answer = server.get("/sparql", "application/json", query=query, **parameters)
        return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])

    one = "https://w3id.org/policykg/id/document/chizhou-2024-report"
    everything, part = count(), count(**{"default-graph-uri": one})
    assert 0 < part < everything
    assert count(query=f"SELECT (COUNT(*) AS ?n) FROM <{one}> {{ ?s ?p ?o }}") == part
    assert count(**{"default-graph-uri": "urn:none"}) == 0


def test_void_counts_the_graph(server: Server) -> None:
    graph = rdflib.Graph().parse(data=server.get("/.well-known/void", "text/turtle").body, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    counted = server.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "text/csv").text.split()[1]
    assert counted in {str(count) for count in graph.objects(None, void.triples)}


# -- updates on a copy -----------------------------------------------------------------------------------------------


def test_an_update_needs_the_token_and_changes_the_copy_only(sample_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "kg")
    update = b"INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }"
    kind = {"Content-Type": "application/sparql-update"}
    there = "ASK { <urn:a> <urn:b> <urn:c> }"
    with serving(folder, "--writable", "--token", "secret") as server:
        assert server.ask("POST", "/sparql", update, kind).status == 401
        assert server.ask("POST", "/sparql", update, {**kind, "Authorization": "Bearer wrong"}).status == 401
        allowed = {**kind, "Authorization": "Bearer secret"}
        load = server.ask("POST", "/sparql", b"LOAD <file:///etc/hostname>", allowed)
        assert (load.status, "LOAD is refused" in load.text) == (403, True)
        assert b"false" in server.sparql(there).body
        assert server.ask("POST", "/sparql", update, allowed).status == 204
        assert b"true" in server.sparql(there).body
        pattern = b"DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"
        assert server.ask("POST", "/sparql?using-graph-uri=no%20iri", pattern, allowed).status == 400
    with serving(folder, "--writable", "--token", "secret") as server:
        assert b"true" in server.sparql(there).body
    with serving(folder) as server:
        assert b"false" in server.sparql(there).body


def test_the_datasets_of_an_update_get_in() -> None:
    graph = ["http://example.org/g"]
    prepared = prepare_update("DELETE WHERE { ?s ?p 'WHERE' } ; INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", graph, [])
    assert prepared.count("USING <http://example.org/g>") == 2
    ox.Store().update(prepared)
    for update in ("LOAD <urn:x>", "INSERT { ?s ?p ?o } WHERE { SERVICE <urn:x> { ?s ?p ?o } }"):
        with pytest.raises(Refused) as refused:
            prepare_update(update, [], [])
        assert refused.value.status == 403
    with pytest.raises(Refused):
        prepare_update("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", graph, [])


# -- clients, and builds while serving -------------------------------------------------------------------------------


def test_rdflib_can_use_it(server: Server) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.address}/sparql"))
    found = graph.query("SELECT ?n { ?s a pk:Area ; skos:prefLabel ?n }", initNs={"pk": PREFIXES["pk"]})
    assert "池州市" in {str(value) for row in found for value in row}  # type: ignore[union-attr]
    assert (rdflib.URIRef(f"{RESOURCE}area/341700"), rdflib.SKOS.prefLabel, None) in graph


def test_sparqlwrapper_can_use_it(server: Server) -> None:
    client = SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery("SELECT ?n { ?s a pk:Area ; skos:prefLabel ?n }")
    for method in (GET, POST):
        client.setMethod(method)
        client.setReturnFormat(JSON)
        found: Any = client.queryAndConvert()
        rows = found["results"]["bindings"]
        assert "池州市" in {row["n"]["value"] for row in rows}
    client.setReturnFormat(XML)
    document: Any = client.queryAndConvert()
    assert "池州市" in document.toxml()


def test_curl_can_use_it(server: Server) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    address, query = f"{server.address}/sparql", "query=SELECT ?n { ?s a pk:Area ; skos:prefLabel ?n }"
    asked = ["curl", "-sf", address, "-H", "Accept: text/csv", "--data-urlencode", query]
    assert "池州市" in subprocess.run(asked, capture_output=True, check=True, text=True).stdout


def test_a_build_meanwhile_is_picked_up(tmp_path: Path) -> None:
    folder = tmp_path / "kg"
    build([SAMPLES / "chizhou-2024-report.txt"], folder, jobs=1, model="rules")
    query = "SELECT (COUNT(?d) AS ?n) { ?d a pk:Document }"
    with serving(folder) as server:
        assert server.sparql(query, "text/csv").text.split() == ["n", "1"]
        build([SAMPLES / "chizhou-2026-report.txt"], folder, jobs=1, model="rules")
        deadline = time.monotonic() + 20
        seen = {""}
        while time.monotonic() < deadline and seen != {"2"}:
            time.sleep(0.3)
            answers = [server.sparql(query, "text/csv") for _ in range(6)]
            assert {answer.status for answer in answers} == {200}
            seen = {answer.text.split()[1] for answer in answers}
        assert seen == {"2"}
