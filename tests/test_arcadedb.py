"""The embedded Cypher engine: it answers, refuses, keeps values unchanged, and leaves nothing behind."""

import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.claims import ClaimsStore
from graph.property_graph import EntityNode, claim_nodes, entity_nodes, to_networkx
from graph.stores import loading
from graph.stores.arcadedb import Engine, open_engine
from graph.stores.cypher_text import refuse_writing
from graph.stores.loading import LabelChanged
from ontology.errors import BrokenGraph, EngineFailed, QueryFailed
from tests.readings import AREA, AWKWARD, awkward_reading, inferred_claim, small_reading

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", autouse=True)
def private_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Have engines keep their private folders in a folder that nobody else uses."""
    folder = tmp_path_factory.mktemp("private")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setenv("TMPDIR", str(folder))
        yield folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a graph of three documents and what was concluded across them."""
    folder = tmp_path_factory.mktemp("engine")
    with ClaimsStore.create(folder / "claims") as store, open_engine(folder / "kg", writable=True) as engine:
        for content in (small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")):
            store.put(content, "rules")
        store.put_inferred([inferred_claim()])
        loading.load_entities(engine, entity_nodes(store))
        loading.load_claims(engine, claim_nodes(store))
        loading.index_claims(engine)
    return folder


@pytest.fixture(scope="module")
def engine(loaded: Path) -> Iterator[Engine]:
    with open_engine(loaded / "kg") as opened:
        yield opened


def test_the_engine_holds_what_networkx_holds(loaded: Path, engine: Engine) -> None:
    with ClaimsStore.open(loaded / "claims") as store:
        graph = to_networkx(store, claims=True)
    _, rows = engine.run("MATCH (n) RETURN n")
    wanted = {
        iri: {name: value for name, value in data.items() if name != "label"} for iri, data in graph.nodes.items()
    }
    found = {}
    for (node,) in rows:
        (label,) = node.pop("labels")
        assert label == graph.nodes[node["iri"]]["label"]
        found[node["iri"]] = node
    assert found == wanted  # values with quotes, backslashes, $, braces, 10,000 and astral characters among them
    _, rows = engine.run("MATCH (a)-[r]->(b) RETURN a.iri, type(r), b.iri, r.claim, r.year, r.confidence")
    edges = {
        (start, data["type"], end, data.get("claim"), data.get("year"), data.get("confidence"))
        for start, end, data in graph.edges(data=True)
    }
    assert set(rows) == edges
    assert len(rows) == graph.number_of_edges()


def test_a_thing_of_another_kind_is_noticed_before_anything_changes(engine: Engine) -> None:
    with pytest.raises(LabelChanged):
        loading.renew_entities(engine, [AREA.iri], [EntityNode("Zone", {"iri": AREA.iri, "name": "山阳市"})])
    with pytest.raises(BrokenGraph, match="no class"):
        loading.load_entities(engine, [EntityNode("Area) DETACH DELETE (n", {"iri": "x"})])


def test_parameters_arrive_unchanged(engine: Engine) -> None:
    _, rows = engine.run("MATCH (n:Organization) WHERE n.name = $name RETURN n.name, $long, $many", _given())
    assert rows == [(AWKWARD, "𠮷" * 10_000, [1, 2.5, None, {"键": AWKWARD}])]


def _given() -> dict[str, object]:
    return {"name": AWKWARD, "long": "𠮷" * 10_000, "many": [1, 2.5, None, {"键": AWKWARD}]}


def test_values_are_pythons_own(engine: Engine) -> None:
    query = (
        "MATCH p = (:Claim {predicate: 'continues'})-[r:SUBJECT]->(n) RETURN n.iri, labels(n), r, p, date('2025-01-02')"
    )
    _, ((iri, labels, relationship, path, day),) = engine.run(query)
    assert (labels, relationship, day) == (["TaskStatement"], {"type": "SUBJECT"}, "2025-01-02")
    assert [step.get("iri") for step in path][2] == iri
    assert engine.run("MATCH (n:Zone) RETURN n.name AS name")[1] == []
    assert engine.run("RETURN 1 AS one, 1.5 AS half, null AS none, true AS yes")[1] == [(1, 1.5, None, True)]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("MATCH (n RETURN n", "Syntax error at line 1:9"),
        ("RETURN nosuch(1)", "nosuch"),
        ("MATCH (n) WHERE n.iri = $missing RETURN n", "missing"),
        ("CREATE (:Area)", "CREATE is refused, the graph is read-only"),
        ("MATCH (n) SET n.name = 'x'", "SET is refused"),
        ("LOAD /* a comment */ CSV FROM 'file:///etc/hostname' AS row RETURN row", "LOAD CSV is refused"),
    ],
)
def test_errors_are_one_line(engine: Engine, query: str, told: str) -> None:
    with pytest.raises(QueryFailed, match=told) as caught:
        engine.run(query)
    assert "\n" not in str(caught.value)


def test_a_reading_engine_does_not_write_even_when_asked(engine: Engine) -> None:
    for query in ("CREATE (:Area {iri: 'x'})", "MATCH (n:Area) DETACH DELETE n", "MATCH (n:Area) SET n.name = 'x'"):
        with pytest.raises(QueryFailed, match="read-only"):
            engine.run(query, write=True)
    with pytest.raises(QueryFailed):
        engine.run("LOAD CSV FROM $place AS row RETURN row", {"place": Path(__file__).as_uri()}, write=True)
    assert engine.run("MATCH (n:Area) RETURN n.name")[1] == [(AREA.name,)]


def test_several_processes_and_threads_read_at_once(loaded: Path, engine: Engine) -> None:
    found: list[object] = []

    def ask() -> None:
        with open_engine(loaded / "kg") as other:
            found.append(other.run("MATCH (c:Claim) RETURN count(c)")[1])

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [engine.run("MATCH (c:Claim) RETURN count(c)")[1]]


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n) RETURN n.set, {set: 1, `create`: 2}, 'DELETE', \"MERGE\", $drop // REMOVE",
        "MATCH (n:Set)-[:CREATE|MERGE]->(m: Drop) RETURN n /* SET */",
        "MATCH (created) RETURN created.settings AS offset",
    ],
)
def test_reading_queries_may_use_the_words_of_writing_ones(query: str) -> None:
    refuse_writing(query)


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n) DETACH\nDELETE n",
        "FOREACH (x IN [1] | CREATE (:A))",
        "MERGE(n:A)",
        "MATCH (n) WITH n RETURN '\\'' UNION CREATE (m) RETURN m",
        "load\tcsv from 'x' as r return r",
        "\\u0043REATE (n)",
    ],
)
def test_writing_queries_are_seen(query: str) -> None:
    with pytest.raises(QueryFailed, match="refused"):
        refuse_writing(query)


def test_the_password_is_ours_alone(engine: Engine, private_place: Path) -> None:
    del engine
    (folder,) = private_place.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
    assert (folder / "password").read_bytes() not in (folder / "server.log").read_bytes()


def test_nothing_is_left_in_the_working_directory(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = _private_folders()
    with open_engine(loaded / "kg") as opened:
        opened.run("RETURN 1")
    assert list(tmp_path.iterdir()) == []
    assert _private_folders() == before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_process_leaves_no_server(loaded: Path, number: signal.Signals) -> None:
    script = textwrap.dedent("""
        import sys, threading, time
        from pathlib import Path
        from graph.stores.arcadedb import open_engine

        def work():
            with open_engine(Path(sys.argv[1])) as engine:
                engine.run("RETURN 1")
                print("ready", flush=True)
                time.sleep(60)

        threading.Thread(target=work).start()  # the thread that starts the server is not the main one
        """)
    before = _private_folders()
    command = [sys.executable, "-c", script, str(loaded / "kg")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        (mine,) = _private_folders() - before
        servers = _processes_naming(mine)
        assert servers
        process.send_signal(number)
    deadline = time.monotonic() + 20
    while (_alive(servers) or _private_folders() - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(servers)
    assert _private_folders() == before


def _private_folders() -> set[str]:
    return {str(path) for path in Path(tempfile.gettempdir()).iterdir()}


def _processes_naming(text: str) -> list[int]:
    listing = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listing.splitlines() if text in line]


def _alive(pids: list[int]) -> list[int]:
    listing = subprocess.run(["ps", "-ax", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    running = {int(line.split()[0]) for line in listing.splitlines() if not line.split()[1].startswith("Z")}
    return [pid for pid in pids if pid in running]


def test_a_server_that_does_not_start_says_why(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _private_folders()
    monkeypatch.setattr("graph.stores.arcadedb._MAIN", "com.example.NoSuchServer")
    told = r"ended while starting: .*NoSuchServer.*run the command again"
    with pytest.raises(EngineFailed, match=told) as caught, open_engine(loaded / "kg"):
        pass
    assert "\n" not in str(caught.value)
    assert _private_folders() == before


def test_a_folder_without_a_database_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenGraph, match="policykg build"), open_engine(tmp_path / "missing"):
        pass
    assert not (tmp_path / "missing").exists()
