"""A server of our own for tests: `policykg serve` as a process, and plain HTTP to ask it."""

import http.client
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from graph.projections import GraphFolder
from graph.stores.quads import QuadStore

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: "subprocess.Popen[str]"

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; the body comes without a Content-Type of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            with connection.getresponse() as response:
                told = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, told, response.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str = "*/*", **parameters: str) -> Answer:
        """Send a GET request with *parameters*."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.ask("GET", quote(path, safe="/%?=&") + query, headers={"Accept": accept})

    def sparql(self, query: str, accept: str = "application/sparql-results+json") -> Answer:
        """Ask a query."""
        return self.get("/sparql", accept, query=query)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """Serve the graph in *folder* on a free port."""
    program = [sys.executable, "-c", "from graph.cli import main; main()", "serve", str(folder), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*program, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    try:
        yield Server(_port(process), process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    lines = ""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not select.select([process.stdout], [], [], 0.5)[0]:
            continue
        line = process.stdout.readline()
        if not line:
            break
        lines += line
        if found := re.search(r"is served at http://127\.0\.0\.1:(\d+)/", line):
            return int(found[1])
    raise AssertionError(f"the server did not start: {lines}")


def with_quads(folder: Path, quads: str) -> None:
    """Put the N-Quads *quads* in place of those of the graph in *folder*."""
    place = GraphFolder.reading(folder)
    path = place.rdf_path
    place.close()
    for file in path.iterdir():
        file.unlink()
    path.rmdir()
    QuadStore.create(path, ox.parse(quads, format=ox.RdfFormat.N_QUADS)).close()
