"""The servers of the lane, one at a time, and graphs to load into them."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.cli import main
from graph.stores.bolt import Engine
from graph.stores.server import Place, open_server
from tests.neo4j.servers import VERSIONS, Server

WANTED = os.environ.get("POLICYKG_NEO4J", "")
"""What `make test-neo4j` sets: "all", or the versions to run, with commas between."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the lane, with the reason, where nobody asked for servers."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "server" in getattr(item, "fixturenames", ()) and not WANTED:
            item.add_marker(pytest.mark.skip(reason="needs Neo4j servers: run `make test-neo4j`"))


def versions() -> list[str]:
    """Return the versions to run."""
    return [version for version in VERSIONS if WANTED in {"", "all"} or version in WANTED.split(",")]


@pytest.fixture(scope="session", params=versions())
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a running server of each version in turn."""
    home = tmp_path_factory.mktemp(f"neo4j-{request.param}")
    with Server(request.param, home) as started:
        yield started
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def place(server: Server) -> Place:
    """Return where the server is."""
    return Place(server.address)


@pytest.fixture
def engine(server: Server, place: Place) -> Iterator[Engine]:
    """Yield a connection to the server, whose database is empty then."""
    with open_server(place, server.password) as opened:
        empty(opened)
        yield opened


def empty(engine: Engine) -> None:
    """Delete all nodes."""
    while engine.run("MATCH (n) RETURN 1 LIMIT 1")[1]:
        engine.run("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n", write=True)


Content = tuple[list[str], list[str]]
"""Nodes, and relationships with their ends, as sorted texts."""


def content(engine: Engine) -> Content:
    """Return all that the database holds but our marker."""
    ours = "NOT n:PolicyKGLoad AND NOT n:PolicyKGDocument"
    nodes = engine.run(f"MATCH (n) WHERE {ours} RETURN labels(n), properties(n)")[1]
    ends = "coalesce(a.iri, a.name), type(r), properties(r), coalesce(b.iri, b.name)"
    links = engine.run(f"MATCH (a)-[r]->(b) RETURN {ends}")[1]
    return sorted(map(shown, nodes)), sorted(map(shown, links))


def differing(there: Content, wanted: Content) -> list[str]:
    """Return the first nodes and relationships that stand on one side only; pytest would compare for minutes."""
    found: list[str] = []
    for mine, other in zip(there, wanted, strict=True):
        extra, lacking = Counter(mine) - Counter(other), Counter(other) - Counter(mine)
        found += [f"+ {text}" for text in list(extra)[:3]] + [f"- {text}" for text in list(lacking)[:3]]
    return found


def shown(value: object) -> str:
    """Return *value* as a text that does not depend on the order of keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {shown(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shown, value)) + "]"
    return repr(value)


def policykg(server: Server, *arguments: object, password: str | None = None) -> Result:
    """Run the command line with the server's password, or another one."""
    environment = {"COLUMNS": "200", "NEO4J_PASSWORD": server.password if password is None else password}
    return CliRunner(env=environment).invoke(main, list(map(str, arguments)))
