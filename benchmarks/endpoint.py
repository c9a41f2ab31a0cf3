"""`policykg serve` beside `oxigraph serve` and rdflib-endpoint: the W3C's protocol cases, speed, memory.

    python -m benchmarks.endpoint KG BIG [--peer PYTHON] [--seconds 4] [--only cases|speed|big]

KG is a built graph, whose quads all three get; BIG is one of a million quads or more. PYTHON is the interpreter of an
environment in which rdflib-endpoint is installed (`pip install 'rdflib-endpoint[cli]'`); without it there is no third
column. Needs `wrk`, and the W3C's cases beside the corpus. The servers take turns, one runs at a time; the best of two
rounds counts for each, all processes up and warm. Lookups go round 2,000 things, so that no cache of answers decides.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import RdfFormat

from graph.projections import GraphFolder
from graph.stores.quads import QuadStore
from tests import test_sparql_protocol as w3c
from tests.served import Answer, Server, serving, with_quads

ROUNDS = 2
WARM_SECONDS = 3
THINGS = 2_000
CONNECTIONS = 8
LOOKUPS = 300
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUERIES = {
    "all that is said of a thing": "SELECT ?p ?o {{ <{}> ?p ?o }}",
    "the names of a thing": "SELECT ?n {{ <{}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?n }}",
    "its claims with their years, ordered": (
        "PREFIX pk: <https://w3id.org/policykg/ontology#> "
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
        "SELECT ?c ?p ?y {{ ?c rdf:subject <{}> ; rdf:predicate ?p OPTIONAL {{ ?c pk:year ?y }} }} "
        "ORDER BY ?p ?c LIMIT 20"
    ),
}
_UPDATES = re.compile(r"sparql-update|[?&\s]update=|using-|\b(?:INSERT|DELETE|CLEAR|DROP|CREATE)\b")
_LUA = """
local paths, place = {}, 0
for line in io.lines(os.getenv("BENCHMARK_PATHS")) do paths[#paths + 1] = line end
request = function()
  place = place % #paths + 1
  return wrk.format("GET", paths[place], {["Accept"] = "application/sparql-results+json"})
end
"""


@dataclass(frozen=True, slots=True)
class Peer(Server):
    """A running server, and where it takes queries and updates."""

    name: str = "policykg serve"
    query: str = "/sparql"
    update: str = "/sparql"

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Send one request, whose path begins with /sparql, to where this server takes such."""
        told = f"{path} {headers} {(body or b'').decode('latin-1')}"
        place = self.update if _UPDATES.search(told) else self.query
        return Server.ask(self, method, re.sub("^/sparql/?", place, path), body, headers)


@contextmanager
def policykg(folder: Path, *options: str) -> Iterator[Peer]:
    """Serve the graph in *folder*."""
    with serving(folder, *options) as server:
        yield Peer(server.port, server.process)


@contextmanager
def oxigraph(quads: Path) -> Iterator[Peer]:
    """Let `oxigraph serve` serve the N-Quads *quads*."""
    program = str(Path(sys.executable).with_name("oxigraph"))
    with tempfile.TemporaryDirectory() as folder:
        place = ["--location", folder]
        subprocess.run([program, "load", *place, "--file", str(quads)], check=True, capture_output=True)
        command = [program, "serve", *place, "--bind", "127.0.0.1:8711", "--union-default-graph"]
        with _running(command, 8711) as process:
            yield Peer(8711, process, "oxigraph serve", "/query", "/update")


@contextmanager
def rdflib_endpoint(python: Path, quads: Path) -> Iterator[Peer]:
    """Let rdflib-endpoint serve the N-Quads *quads*."""
    command = [str(python.with_name("rdflib-endpoint")), "serve", "--port", "8712", "--enable-update", str(quads)]
    with _running(command, 8712) as process:
        yield Peer(8712, process, "rdflib-endpoint", "/", "/")


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    try:
        deadline = time.monotonic() + 300
        while not _answers(port):
            assert time.monotonic() < deadline, command
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    with suppress(OSError, HTTPException):
        connection.request("GET", "/")
        connection.getresponse().read()
        return True
    return False


# -- the W3C's cases -------------------------------------------------------------------------------------------------


def passes(peer: Peer, case: w3c.Node) -> bool:
    """Tell whether *peer* answers all requests of *case* as the manifest wants."""
    try:
        w3c.test_the_protocol(peer, case)
    except (AssertionError, OSError, HTTPException, SyntaxError, ValueError, KeyError):
        return False
    return True


def compare_cases(folder: Path, python: Path | None) -> None:
    """Print which server passes which case."""
    lines = []
    for number in (1, 2, 3):
        graph = f"http://kasei.us/2009/09/sparql/data/data{number}.rdf"
        text = (w3c.CASES / "protocol" / f"data{number}.nt").read_text(encoding="utf-8")
        lines += [f"{line.rstrip().removesuffix('.')} <{graph}> ." for line in text.splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as place:
        quads, copy = Path(place) / "w3c.nq", Path(place) / "kg"
        quads.write_text("\n".join(lines) + "\n", encoding="utf-8")
        subprocess.run(["cp", "-r", str(folder), str(copy)], check=True)  # noqa: S607
        with_quads(copy, "\n".join(lines))
        servers = [policykg(copy, "--writable", "--token", w3c.TOKEN), oxigraph(quads)]
        servers += [rdflib_endpoint(python, quads)] if python else []
        passed = {}
        for server in servers:
            with server as peer:
                passed[peer.name] = {w3c.name_of(case): passes(peer, case) for case in w3c.entries(w3c.PROTOCOL)}
    print("| case |", " | ".join(passed), "|\n| --- |", " | ".join("---" for _ in passed), "|")
    for name in next(iter(passed.values())):
        print(f"| {name} |", " | ".join("yes" if results[name] else "no" for results in passed.values()), "|")
    print("| passed |", " | ".join(f"{sum(results.values())} of {len(results)}" for results in passed.values()), "|")


# -- speed -----------------------------------------------------------------------------------------------------------


def requests_a_second(peer: Peer, paths: Path, seconds: int) -> float:
    """Return what `wrk` measures; every answer must be a success."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_LUA)
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name, peer.address]
        environment = {**os.environ, "BENCHMARK_PATHS": str(paths)}
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def while_it_is_slow(peer: Peer, paths: Sequence[str], seconds: float = 15) -> list[float]:
    """Return how long lookups take, in milliseconds, while a query runs that does not end."""
    thread = threading.Thread(target=_ask_in_vain, args=(peer, f"{peer.query}?query={quote(SLOW)}"), daemon=True)
    thread.start()
    time.sleep(1)
    took = []
    began = time.monotonic()
    for path in paths[:LOOKUPS]:
        left = seconds - (time.monotonic() - began)
        if left <= 0 or not thread.is_alive():
            break
        started = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", peer.port, timeout=left)
        with suppress(TimeoutError):
            connection.request("GET", path, headers={"Accept": "application/sparql-results+json"})
            assert connection.getresponse().status == 200
            took.append(1000 * (time.perf_counter() - started))
        connection.close()
        time.sleep(0.01)
    return took


def _ask_in_vain(peer: Peer, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", peer.port, timeout=60)
    with suppress(OSError, HTTPException):
        connection.request("GET", path)
        connection.getresponse().read()


def compare_speed(folder: Path, python: Path | None, seconds: int) -> None:
    """Print requests a second, and the latency of lookups while a slow query runs."""
    with tempfile.TemporaryDirectory() as place:
        quads = Path(place) / "kg.nq"
        things = _dump(folder, quads)
        print(f"load {os.getloadavg()[0]:.1f}, {len(things):,} things, wrk -t1 -c{CONNECTIONS} -d{seconds}s")
        rates: dict[tuple[str, str], float] = {}
        slow: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            servers = [policykg(folder), oxigraph(quads)] + ([rdflib_endpoint(python, quads)] if python else [])
            for server in servers:
                with server as peer:
                    time.sleep(WARM_SECONDS)
                    for name, query in QUERIES.items():
                        paths = Path(place) / "paths"
                        paths.write_text("".join(f"{path}\n" for path in _paths(peer, query, things)), encoding="ascii")
                        requests_a_second(peer, paths, 1)
                        rate = requests_a_second(peer, paths, seconds)
                        rates[name, peer.name] = max(rate, rates.get((name, peer.name), 0))
                        print(f"  {peer.name}: {name}: {rate:,.0f}", file=sys.stderr)
                    if peer.name not in slow:
                        slow[peer.name] = while_it_is_slow(
                            peer, list(_paths(peer, next(iter(QUERIES.values())), things))
                        )
        _print_speed(rates, slow)


def _paths(peer: Peer, query: str, things: Sequence[str]) -> Iterator[str]:
    return (f"{peer.query}?query={quote(query.format(thing), safe='')}" for thing in things)


def _print_speed(rates: dict[tuple[str, str], float], slow: dict[str, list[float]]) -> None:
    print("| requests/s |", " | ".join(slow), "|\n| --- |", " | ".join("---:" for _ in slow), "|")
    for name in QUERIES:
        print(f"| {name} |", " | ".join(f"{rates[name, server]:,.0f}" for server in slow), "|")
    for words, place in (("median", 0.5), ("95 of 100 within", 0.95)):
        cells = [f"{sorted(took)[int(place * len(took))]:,.1f} ms" if took else "none came" for took in slow.values()]
        print(f"| a lookup while a slow query runs, {words} |", " | ".join(cells), "|")
    print("| lookups answered meanwhile |", " | ".join(f"{len(took)} of {LOOKUPS}" for took in slow.values()), "|")


def _dump(folder: Path, target: Path) -> list[str]:
    """Write the quads of the graph in *folder* to *target*; return things in it."""
    place = GraphFolder.reading(folder)
    with QuadStore.open(place.rdf_path) as store:
        store.engine.dump(str(target), format=RdfFormat.N_QUADS)
        _, rows = store.select("SELECT DISTINCT ?s { ?s skos:prefLabel ?n } ORDER BY ?s", limit=THINGS)
    place.close()
    return [str(row[0].text if hasattr(row[0], "text") else row[0]) for row in rows]


# -- memory and start ------------------------------------------------------------------------------------------------


def measure_big(folder: Path, rounds: int = 3) -> None:
    """Print how long it takes from the start of the process to the first answers, and the memory of all processes."""
    place = GraphFolder.reading(folder)
    with QuadStore.open(place.rdf_path) as store:
        print(f"{len(store):,} quads")
        _, rows = store.select("SELECT ?s { ?s skos:prefLabel ?n }", limit=500)
    place.close()
    things = [str(row[0].text if hasattr(row[0], "text") else row[0]) for row in rows]
    firsts = []
    for number in range(rounds):
        began = time.monotonic()
        with policykg(folder) as peer:
            assert peer.sparql(f"SELECT * {{ <{things[0]}> ?p ?o }}").status == 200
            firsts.append(time.monotonic() - began)
            if number == rounds - 1:
                _tell_memory(peer, things)
    print(f"start to first answer: {statistics.median(firsts):.2f} s ({', '.join(f'{t:.2f}' for t in firsts)})")


def _tell_memory(peer: Peer, things: Sequence[str]) -> None:
    print("after the first answer:", _memory(peer.process.pid))
    began = time.monotonic()
    assert peer.get("/sparql", "text/turtle").status == 200
    print(f"service description, figures counted: {time.monotonic() - began:.2f} s")
    for thing, query in zip(things, cycle(QUERIES.values()), strict=False):
        assert peer.sparql(query.format(thing)).status == 200
    print("after the description and 500 queries:", _memory(peer.process.pid))
    assert peer.get("/", "text/html").status == 200
    print("after the first page:", _memory(peer.process.pid))


def _memory(process: int) -> str:
    total = {"Pss": 0, "Rss": 0}
    processes = _tree(process)
    for each in processes:
        told = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        for name in total:
            found = re.search(rf"^{name}:\s+(\d+) kB", told, re.MULTILINE)
            total[name] += int(found[1]) if found else 0
    return f"{total['Pss'] / 1024:,.0f} MB (PSS; RSS summed {total['Rss'] / 1024:,.0f} MB), {len(processes)} processes"


def _tree(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [process, *(each for child in told.split() for each in _tree(int(child)))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("big", type=Path)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", choices=["cases", "speed", "big"])
    told = parser.parse_args()
    if told.only in (None, "cases"):
        compare_cases(told.folder, told.peer)
    if told.only in (None, "speed"):
        compare_speed(told.folder, told.peer, told.seconds)
    if told.only in (None, "big"):
        measure_big(told.big)


if __name__ == "__main__":
    main()
