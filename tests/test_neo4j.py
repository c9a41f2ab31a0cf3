"""A Neo4j server of the user's own: loaded, kept in step, compared, asked. `make test-neo4j` runs this beside one."""

import os
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from graph.claims import ClaimsStore
from graph.stores.server import Server, Statement
from graph.stores.server_check import compare
from graph.stores.server_load import load, read_state
from ontology.errors import EngineFailed, QueryFailed, WrongUse
from tests.readings import AREA, awkward_reading, inferred_claim, small_reading

ADDRESS = os.environ.get("POLICYKG_NEO4J", "")
PASSWORD = os.environ.get("NEO4J_PASSWORD", "")
pytestmark = pytest.mark.skipif(not ADDRESS, reason="POLICYKG_NEO4J names no Neo4j server; run `make test-neo4j`")


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield a connection to the server, its database empty."""
    with Server(ADDRESS, "neo4j", PASSWORD, "neo4j") as opened:
        while opened.write([("MATCH (n) WITH n LIMIT 10000 DETACH DELETE n", {})])["nodes_deleted"]:
            pass
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ClaimsStore]:
    """Yield a store of three documents and what was concluded across two of them."""
    with ClaimsStore.create(tmp_path / "claims") as made:
        for content in (small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")):
            made.put(content, "rules")
        made.put_inferred([inferred_claim()])
        yield made


def assert_in_step(store: ClaimsStore, server: Server) -> None:
    assert compare(store, server, 10_000).differences == ()


def test_a_load_arrives_whole_and_the_second_writes_nothing(store: ClaimsStore, server: Server) -> None:
    first = load(store, server)
    assert first.changed["nodes_created"] > 0
    assert read_state(server)[0] == "complete"
    assert_in_step(store, server)
    second = load(store, server)
    assert second.unchanged
    assert not second.changed


def test_a_dry_run_writes_nothing(store: ClaimsStore, server: Server) -> None:
    report = load(store, server, dry=True)
    assert report.claims == sum(store.claim_counts().values())
    assert server.read("MATCH (n) RETURN count(n)") == [(0,)]


def test_only_what_changed_is_sent(store: ClaimsStore, server: Server) -> None:
    load(store, server)
    store.put(small_reading("乙", 2023), "rules")
    report = load(store, server)
    assert report.documents == ["乙"]
    assert report.claims <= 5
    assert_in_step(store, server)


def test_a_removed_document_takes_its_own_facts_when_asked_to(store: ClaimsStore, server: Server) -> None:
    load(store, server)
    store.remove("怪")
    kept = load(store, server)
    assert kept.left == ["怪"]
    assert list(kept.warnings())
    load(store, server, prune=True)
    assert_in_step(store, server)
    assert server.read("MATCH (c:Claim {document: '怪'}) RETURN count(c)") == [(0,)]


def test_what_is_not_ours_survives(store: ClaimsStore, server: Server) -> None:
    load(store, server)
    add = """MATCH (a:Area {iri: $area}) SET a.note = 'mine'
        CREATE (:Claim {text: 'mine'})-[:SUBJECT]->(a)<-[:COVERS {mine: true}]-(:TaskStatement {name: 'mine'})"""
    server.write([(add, {"area": AREA.iri})])
    link = "MATCH (c:Claim {document: '怪'}) WITH c LIMIT 1 CREATE (:Note {text: 'look'})-[:ON]->(c)"
    server.write([(link, {})])
    store.put(small_reading("甲", 2022), "rules")
    store.remove("怪")
    load(store, server, prune=True)
    assert_in_step(store, server)
    assert server.read("MATCH (a:Area {note: 'mine'}) RETURN a.iri") == [(AREA.iri,)]
    mine = "MATCH (:Claim {text: 'mine'})-[:SUBJECT]->(a)<-[:COVERS {mine: true}]-(:TaskStatement {name: 'mine'})"
    assert server.read(f"{mine} RETURN count(*)") == [(1,)]
    assert server.read("MATCH (:Note)-[:ON]->(c:Claim) RETURN c.policykg") == [(None,)]


class _Stopped(Exception):
    pass


def test_an_interrupted_load_goes_on(store: ClaimsStore, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    write = server.write
    for moment in (12, 16, 20):  # writes that succeed before the connection is lost: only the first, most, nearly all
        calls = iter(range(moment))

        def failing(statements: Sequence[Statement], calls: Iterator[int] = calls) -> Counter[str]:
            if next(calls, None) is None:
                raise _Stopped
            return write(statements)

        monkeypatch.setattr(server, "write", failing)
        with pytest.raises(_Stopped):
            load(store, server)
        assert read_state(server)[0] != "complete"
        assert compare(store, server).differences
    monkeypatch.setattr(server, "write", write)
    assert not load(store, server).unchanged
    assert_in_step(store, server)


def test_a_comparison_finds_what_was_changed_by_hand(store: ClaimsStore, server: Server) -> None:
    load(store, server)
    server.write([("MATCH (c:Claim) WITH c LIMIT 1 SET c.confidence = 0.01", {})])
    assert any("properties" in line for line in compare(store, server, 10_000).differences)
    server.write([("MATCH (c:Claim) WITH c LIMIT 1 DETACH DELETE c", {})])
    assert any("(:Claim)" in line for line in compare(store, server, 10_000).differences)


def test_reading_is_all_that_a_query_may(server: Server) -> None:
    for query in ("CREATE (n:Note)", "LOAD CSV FROM 'file:///x.csv' AS row RETURN row"):
        with pytest.raises(QueryFailed):
            server.run(query)
    server.run("CREATE (n:Note)", write=True)
    assert server.read("MATCH (n:Note) RETURN count(n)") == [(1,)]


def test_each_way_not_to_reach_a_server_has_its_own_line() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"bolt://127.0.0.1:{unused.getsockname()[1]}"
    web = f"bolt://127.0.0.1:{os.environ['POLICYKG_NEO4J_HTTP']}"
    cases = (
        (ADDRESS, "wrong", "neo4j", "password is wrong"),
        (nobody, PASSWORD, "neo4j", "no Neo4j server answers"),
        (web, PASSWORD, "neo4j", "HTTP port"),
        (ADDRESS, PASSWORD, "nowhere", "no database is called 'nowhere'"),
    )
    for address, password, database, words in cases:
        with pytest.raises(EngineFailed, match=words) as caught:
            Server(address, "neo4j", password, database)
        assert "\n" not in str(caught.value)
    with pytest.raises(WrongUse, match="no Neo4j address"):
        Server("http://localhost:7474", "neo4j", PASSWORD, "neo4j")
