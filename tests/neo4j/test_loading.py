"""Loading a real Neo4j server: the same graph, kept in step, other people's nodes left alone."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph.claims import ClaimsStore
from graph.property_graph import to_networkx
from graph.stores import server_load
from graph.stores.bolt import Engine
from graph.stores.server_check import check
from graph.stores.server_load import LoadReport, ServerLoad
from graph.stores.server_state import read_state
from ontology.errors import EngineFailed, WrongUse
from ontology.identifiers import mint
from ontology.records import Claim, Entity, Status
from tests.neo4j.conftest import content, differing, empty, shown
from tests.readings import (
    AREA,
    AWKWARD,
    PROGRAMME,
    awkward_reading,
    evidence,
    inferred_claim,
    large_reading,
    reading,
    small_reading,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ClaimsStore]:
    with ClaimsStore.create(tmp_path / "claims.sqlite") as made:
        for made_reading in (small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")):
            made.put(made_reading, "rules")
        made.put_inferred([inferred_claim()])
        yield made


def load(engine: Engine, store: ClaimsStore, dry: bool = False, anew: bool = False) -> LoadReport:
    return ServerLoad(engine, store, dry, anew).run()


def changes_made(engine: Engine, store: ClaimsStore, monkeypatch: pytest.MonkeyPatch) -> int:
    """Load, and return how many transactions wrote."""
    calls = []
    transact, run = Engine.transact, Engine.run

    def noted(self: Engine, work: Callable[[neo4j.ManagedTransaction], None]) -> None:
        calls.append("transaction")
        transact(self, work)

    def watched(self: Engine, cypher: str, *given: Any, **named: Any) -> Any:
        calls.extend([cypher] if named.get("write") else [])
        return run(self, cypher, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "transact", noted)
        patch.setattr(Engine, "run", watched)
        load(engine, store)
    return len(calls)


def test_the_server_holds_what_networkx_holds(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    graph = to_networkx(store, claims=True)
    nodes, links = content(engine)
    marks = engine.run("MATCH (n) WHERE n._policykg IS NOT NULL RETURN n.iri, n._policykg")[1]
    assert len(marks) == graph.number_of_nodes()
    marked: dict[str, str] = dict(marks)
    wanted = []
    for iri, data in graph.nodes.items():
        own = {name: value for name, value in data.items() if name != "label"}
        wanted.append(shown(([data["label"]], {**own, "_policykg": marked[iri]})))
    assert nodes == sorted(wanted)  # quotes, backslashes, $, braces, 10,000 and astral characters among them
    edges = []
    for start, end, data in graph.edges(data=True):
        own = {name: value for name, value in data.items() if name != "type"}
        edges.append(shown((start, data["type"], own, end)))
    assert links == sorted(edges)
    assert check(engine, store, 0).problems == []


def test_any_character_arrives_unchanged(engine: Engine, tmp_path: Path) -> None:
    texts = [
        "a\x00b",
        AWKWARD,
        "长" * 10_000,
        "'; MATCH (n) DETACH DELETE n //",
        "$rows {x: 1} `",
        "\\u0041",
        "𠮷😀",
        "",
    ]
    raw = "山阳市"
    piece = (evidence("字", raw, raw),)
    claims = [
        Claim(AREA.iri, "definition", piece, "t/1", value=text, ordinal=n, words=text) for n, text in enumerate(texts)
    ]
    with ClaimsStore.create(tmp_path / "claims.sqlite") as made:
        made.put(reading("字", raw, (AREA,), claims), "rules")
        load(engine, made)
    query = "MATCH (c:Claim {predicate: 'definition'}) RETURN c.value, coalesce(c.words, '') ORDER BY c.ordinal"
    assert engine.run(query)[1] == [(text, text) for text in texts]


def test_a_second_load_writes_nothing(engine: Engine, store: ClaimsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(engine, store)
    assert sorted(first.sent) == sorted(["甲", "乙", "怪"])
    before, marker = content(engine), engine.run("MATCH (n:PolicyKGLoad) RETURN properties(n)")[1]
    assert changes_made(engine, store, monkeypatch) == 0
    second = load(engine, store)
    assert (second.writes, second.unchanged) == (0, 3)
    assert differing(content(engine), before) == []
    assert engine.run("MATCH (n:PolicyKGLoad) RETURN properties(n)")[1] == marker


def test_only_what_changed_is_sent(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    store.put(small_reading("乙", 2023), "rules")
    store.put_inferred([inferred_claim()])
    report = load(engine, store)
    assert report.sent == ["乙"]
    assert report.unchanged == 2
    assert check(engine, store, 0).problems == []
    assert 0 < report.writes < store.counts()["claims"]


def test_a_removed_document_takes_just_its_own_facts(engine: Engine, store: ClaimsStore, tmp_path: Path) -> None:
    load(engine, store)
    assert store.remove("怪")
    report = load(engine, store)
    assert report.gone == ["怪"]
    left = content(engine)
    assert check(engine, store, 0).problems == []
    with ClaimsStore.create(tmp_path / "other.sqlite") as fresh:
        for made in (small_reading("甲"), small_reading("乙", 2024)):
            fresh.put(made, "rules")
        fresh.put_inferred([inferred_claim()])
        assert fresh.digest() == store.digest()
        assert ServerLoad(engine, fresh).run().writes == 0
    assert differing(content(engine), left) == []


def test_what_a_person_decided_reaches_the_server(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    claim = next(stored for stored in store.claims("甲") if stored.claim.predicate == "implements")
    store.curate({claim.id: Status.REJECTED})
    report = load(engine, store)
    assert (report.sent, report.counts["claims changed"]) == (["甲"], 1)
    assert engine.run("MATCH ()-[r:IMPLEMENTS {claim: $iri}]->() RETURN r", {"iri": claim.id})[1] == []
    assert engine.run("MATCH (c:Claim {iri: $iri}) RETURN c.status", {"iri": claim.id})[1] == [("rejected",)]
    store.curate({})
    load(engine, store)
    assert check(engine, store, 0).problems == []
    assert len(engine.run("MATCH ()-[r:IMPLEMENTS {claim: $iri}]->() RETURN r", {"iri": claim.id})[1]) == 1


def test_a_thing_of_another_kind_keeps_its_node_and_its_links(engine: Engine, tmp_path: Path) -> None:
    raw = "山阳市新区"
    thing = mint("place", "新区")
    with ClaimsStore.create(tmp_path / "claims.sqlite") as made:
        made.put(reading("一", raw, (Entity(thing, "Zone", "新区"),), ()), "rules")
        load(engine, made)
        engine.run("MATCH (n:Zone) CREATE (:Note {name: 'mine'})-[:ABOUT]->(n) SET n.remark = 'seen'", write=True)
        made.put(reading("一", raw, (Entity(thing, "Area", "新区", "990101"),), ()), "rules")
        load(engine, made)
        assert check(engine, made, 0).problems == []
    query = "MATCH (m:Note)-[:ABOUT]->(n) RETURN labels(n), n.notation, n.remark"
    assert engine.run(query)[1] == [(["Area"], "990101", "seen")]


def test_other_peoples_nodes_links_and_properties_stay(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    engine.run(
        "MATCH (a:Area {iri: $area}), (p:Programme {iri: $programme}) "
        "MATCH (c:Claim {predicate: 'implements', document: '甲'}) "
        "SET a.note = '笔记', c.note = 'checked' "
        "CREATE (a)-[:COVERS {by: 'me'}]->(p), (:Area {name: 'mine'})-[:COVERS]->(a), (:Person)-[:KNOWS]->(c), "
        "(:Claim {name: 'mine', value: 1}), (:Claim {iri: 'urn:me', document: '甲'})-[:SUBJECT]->(a), "
        "(:Evidence), (:Document {iri: 'urn:d'})",
        {"area": AREA.iri, "programme": PROGRAMME.iri},
        write=True,
    )
    mine = "MATCH (n) WHERE n._policykg IS NULL AND NOT n:PolicyKGLoad AND NOT n:PolicyKGDocument RETURN count(n)"
    links = "MATCH (a)-[r]->() WHERE r.by = 'me' OR type(r) = 'KNOWS' OR a._policykg IS NULL RETURN count(r)"
    notes = "MATCH (n) WHERE n.note IS NOT NULL RETURN n.note ORDER BY n.note"
    before = [engine.run(query)[1] for query in (mine, links, notes)]
    assert before[:2] == [[(6,)], [(4,)]]
    store.put(small_reading("甲", 2022), "rules")
    store.remove("怪")
    load(engine, store)
    load(engine, store, anew=True)
    assert engine.run(mine)[1] == before[0]
    assert check(engine, store, 0).problems == []
    assert engine.run(notes)[1][-1:] == [("笔记",)]
    assert engine.run("MATCH ()-[r:COVERS {by: 'me'}]->() RETURN count(r)")[1] == [(1,)]
    assert engine.run("MATCH (:Claim {iri: 'urn:me'})-[:SUBJECT]->(:Area) RETURN count(*)")[1] == [(1,)]


def test_links_on_claims_that_did_not_change_survive(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    engine.run("MATCH (c:Claim {document: '甲'}) SET c.note = 'seen', c:Seen CREATE (:Note)-[:ON]->(c)", write=True)
    claim = next(iter(store.claims("甲")))
    store.curate({claim.id: Status.REJECTED})
    load(engine, store)
    assert engine.run("MATCH (:Note)-[:ON]->(c:Claim:Seen {note: 'seen'}) RETURN count(c)")[1] == [(5,)]
    assert check(engine, store, 0).problems == []


def test_a_node_with_our_iri_that_is_not_ours_is_told(engine: Engine, store: ClaimsStore) -> None:
    engine.run("CREATE (:Area {iri: $iri, name: 'mine'})", {"iri": AREA.iri}, write=True)
    with pytest.raises(EngineFailed, match="that policykg did not write; remove it"):
        load(engine, store)
    assert engine.run("MATCH (n:Area {iri: $iri}) RETURN n.name", {"iri": AREA.iri})[1] == [("mine",)]
    engine.run("MATCH (n:Area {iri: $iri}) DELETE n", {"iri": AREA.iri}, write=True)
    assert load(engine, store).resumed
    assert check(engine, store, 0).problems == []


@pytest.mark.parametrize("claims", [4, 400])
def test_no_claim_is_written_without_what_it_speaks_of(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, claims: int
) -> None:
    with ClaimsStore.create(tmp_path / "claims.sqlite") as made, monkeypatch.context() as patch:
        made.put(large_reading("大", claims), "rules")
        patch.setattr(ServerLoad, "_renew_entities", lambda self: None)
        with pytest.raises(EngineFailed, match="went from the server while it was being loaded; run the command again"):
            load(engine, made)
        assert engine.run("MATCH (n:Claim) RETURN count(n)")[1] == [(0,)]
        patch.undo()
        assert load(engine, made).resumed
        assert check(engine, made, 0).problems == []


def test_another_graph_is_not_replaced_unless_asked(engine: Engine, store: ClaimsStore, tmp_path: Path) -> None:
    load(engine, store)
    with ClaimsStore.create(tmp_path / "other.sqlite") as other:
        other.put(small_reading("丙"), "rules")
        with pytest.raises(WrongUse, match=r"holds 3 documents of another graph .*--prune"):
            ServerLoad(engine, other).run()
        assert check(engine, store, 0).problems == []
        ServerLoad(engine, other).run(prune=True)
        assert check(engine, other, 0).problems == []
        assert read_state(engine).documents.keys() == {"", "丙"}


def test_a_dry_run_says_the_same_and_writes_nothing(engine: Engine, store: ClaimsStore) -> None:
    dry = load(engine, store, dry=True)
    assert engine.run("MATCH (n) RETURN count(n)")[1] == [(0,)]
    real = load(engine, store)
    assert (dry.sent, dict(dry.counts)) == (real.sent, dict(real.counts))
    store.remove("怪")
    store.put(small_reading("甲", 2021), "rules")
    before = content(engine)
    dry = load(engine, store, dry=True)
    assert differing(content(engine), before) == []
    real = load(engine, store)
    assert (dry.sent, dry.gone, dict(dry.counts)) == (real.sent, real.gone, dict(real.counts))


def test_a_check_finds_what_was_changed_behind_our_back(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    for damage, told in (
        ("MATCH (n:Area {iri: $area}) SET n.name = 'x'", "name differs"),
        ("MATCH (c:Claim {predicate: 'value'}) SET c.value = 120", "its properties differs"),
        ("MATCH ()-[r:COVERS]->() DELETE r", "COVERS"),
        ("MATCH (c:Claim {predicate: 'covers'})-[:HAS_EVIDENCE]->(e) SET e.quote = 'x'", "evidence differs"),
        ("MATCH (c:Claim {predicate: 'definition'}) DETACH DELETE c", ":Claim"),
        ("MATCH (n:Programme) SET n.definition = 'x'", "definition differs"),
        ("MATCH (n:PolicyKGLoad) SET n.state = 'loading'", "was interrupted"),
        ("DROP INDEX policykg_names", "lacks 1 indexes (policykg_names)"),
    ):
        engine.run(damage, {"area": AREA.iri}, write=True)
        assert any(told in problem for problem in check(engine, store, 0).problems), damage
        load(engine, store, anew=True)
        assert check(engine, store, 0).problems == []


def test_names_are_found_by_parts_in_chinese(engine: Engine, store: ClaimsStore) -> None:
    load(engine, store)
    engine.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    query = "CALL db.index.fulltext.queryNodes('policykg_names', $words) YIELD node RETURN node.iri"
    assert (PROGRAMME.iri,) in engine.run(query, {"words": "产业体系"})[1]
    assert (AREA.iri,) in engine.run(query, {"words": "山阳"})[1]


def test_memory_does_not_grow_with_the_graph(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("_PAGE", "ROWS"):  # so small that each graph is many times what is held at once
        monkeypatch.setattr(server_load, limit, 200)
    peaks = []
    for number, size in enumerate((2, 6)):
        empty(engine)
        with ClaimsStore.create(tmp_path / f"{number}.sqlite") as made:
            for n in range(size):
                made.put(large_reading(f"大{n}", 2000), "rules")
            tracemalloc.start()
            load(engine, made)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5, peaks
