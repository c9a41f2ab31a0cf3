"""The graph's folder: projections follow the claims, by small steps or anew, and never half-way."""

import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graph import projections
from graph.claims import Changes, ClaimsStore
from graph.projections import GraphFolder
from graph.property_graph import to_networkx
from graph.rdf import to_quads
from graph.stores.arcadedb import open_engine
from graph.stores.loading import LabelChanged
from graph.stores.quads import QuadStore
from ontology.errors import BrokenGraph
from ontology.records import Status
from tests.readings import inferred_claim, large_reading, small_reading

ROOT = Path(__file__).resolve().parents[1]
Step = Callable[[ClaimsStore], object]


def build(folder: Path, *steps: Step) -> None:
    with GraphFolder.writing(folder) as graph, graph.open_claims() as store:
        for step in steps:
            step(store)
        graph.project(store)


def put(key: str, claims: int = 0) -> Step:
    content = large_reading(key, claims, 5) if claims else small_reading(key, 2024)
    return lambda store: store.put(content, "rules")


def conclude(store: ClaimsStore) -> None:
    store.put_inferred([inferred_claim()])


def check(folder: Path) -> None:
    """Compare both projections with the claims that they are made from."""
    graph = GraphFolder.reading(folder)
    assert graph.warning == ""
    with graph.open_claims() as store:
        wanted_quads = set(map(str, to_quads(store)))
        wanted = to_networkx(store, claims=True)
    with QuadStore.open(graph.rdf_path) as quads:
        assert set(map(str, quads.engine)) == wanted_quads
    with open_engine(graph.property_graph_path) as engine:
        nodes = {row[0]["iri"]: row[0] for row in engine.run("MATCH (n) RETURN n")[1]}
        edges = engine.run("MATCH (a)-[r]->(b) RETURN a.iri, type(r), b.iri, r.claim")[1]
    for iri, data in wanted.nodes.items():
        expected = {name: value for name, value in data.items() if name != "label"}
        assert nodes.pop(iri) == {**expected, "labels": [data["label"]]}
    assert nodes == {}
    ends = [(start, data["type"], end, data.get("claim") or "") for start, end, data in wanted.edges(data=True)]
    assert sorted((*edge[:3], edge[3] or "") for edge in edges) == sorted(ends)
    graph.close()


def no_engine(store: ClaimsStore, folder: Path, *_: object) -> None:
    """Stand in for the property graph where a test is about files only."""
    del store
    folder.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def files_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "_load_property_graph", no_engine)
    monkeypatch.setattr(projections, "_change_property_graph", no_engine)


def test_projections_follow_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    for name in ("_load_property_graph", "_change_property_graph"):
        original = getattr(projections, name)

        def noted(*arguments: object, name: str = name, original: Callable[..., object] = original) -> None:
            steps.append(name)
            original(*arguments)

        monkeypatch.setattr(projections, name, noted)
    folder = tmp_path / "kg"
    build(folder, put("甲"), put("乙"), put("丁", 300), conclude)
    build(folder, put("戊", 30), conclude)  # one more document
    check(folder)
    changed = small_reading("乙", 2031)
    fewer = replace(changed, claims=changed.claims[1:])  # nothing implements the programme in 乙 any more
    build(folder, lambda store: store.put(fewer, "rules"), lambda store: store.remove("戊"), lambda s: s.remove("甲"))
    check(folder)
    assert steps == ["_load_property_graph", "_change_property_graph", "_change_property_graph"]


def test_of_the_conclusions_only_those_that_differ_are_made_anew(tmp_path: Path) -> None:
    first = inferred_claim()
    second = replace(first, confidence=0.5, ordinal=2)  # the same plain triple as the first
    third = replace(first, predicate="cascadesFrom")
    folder = tmp_path / "kg"
    build(folder, put("甲"), put("乙"), put("丁", 300), lambda store: store.put_inferred([first, second, third]))
    with GraphFolder.writing(folder) as graph, graph.open_claims() as store:
        revision = store.revision
        store.put_inferred([second, replace(third, confidence=0.25)])
        changes = store.changes(revision)
        assert (changes.documents, len(changes.claims)) == ((), 2)
        graph.project(store)
    check(folder)
    build(folder, lambda store: store.put_inferred([replace(second, status=Status.REJECTED), first]))
    check(folder)
    build(folder, lambda store: store.remove("甲"))  # what rests on its words goes with it
    check(folder)


def test_documents_loaded_ahead_give_the_same_graph(tmp_path: Path) -> None:
    steps = (put("甲"), put("乙"), conclude)
    with GraphFolder.writing(tmp_path / "kg") as graph, graph.open_claims() as store:
        put("丙")(store)  # stored before the engine starts: loaded at last
        graph.start_engine()
        for key, step in zip(("甲", "乙", ""), steps, strict=True):
            step(store)
            if key:
                graph.load_ahead(key)
        graph.project(store)
    check(tmp_path / "kg")


def test_an_engine_started_for_nothing_is_stopped(tmp_path: Path) -> None:
    with GraphFolder.writing(tmp_path / "kg") as graph:
        graph.start_engine()
    build(tmp_path / "kg", put("甲"))
    check(tmp_path / "kg")


@pytest.mark.usefixtures("files_only")
def test_a_thing_of_another_kind_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []

    def refuse(store: ClaimsStore, folder: Path, changes: Changes) -> None:
        raise LabelChanged

    def load(store: ClaimsStore, folder: Path) -> None:
        no_engine(store, folder)
        loads.append(folder)

    monkeypatch.setattr(projections, "_change_property_graph", refuse)
    monkeypatch.setattr(projections, "_load_property_graph", load)
    build(tmp_path / "kg", put("丁", 60))
    build(tmp_path / "kg", put("戊", 30))
    assert [folder.parent.name for folder in loads] == ["1", "2"]


def test_a_build_killed_while_loading_leaves_the_graph_that_was(tmp_path: Path) -> None:
    folder = tmp_path / "kg"
    build(folder, put("甲"))
    _kill_a_build(folder, "graph.stores.loading.load_claims")
    graph = GraphFolder.reading(folder)
    assert "interrupted" in graph.warning
    with open_engine(graph.property_graph_path) as engine:
        assert engine.run("MATCH (d:Document) RETURN d.notation")[1] == [("甲",)]
    graph.close()
    build(folder)
    check(folder)
    assert len(list((folder / "generations").iterdir())) == 1


@pytest.mark.usefixtures("files_only")
@pytest.mark.parametrize("moment", ["store.put", "graph.projections.GraphFolder._point"])
def test_a_build_killed_at_its_ends_leaves_the_graph_that_was(tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "kg"
    build(folder, put("甲"))
    _kill_a_build(folder, moment)
    assert _keys(folder) == ["甲"]
    build(folder, put("丁"))
    assert _keys(folder) == (["丁", "甲"] if moment == "store.put" else ["丁", "乙", "甲"])
    assert GraphFolder.reading(folder).warning == ""


def _kill_a_build(folder: Path, moment: str) -> None:
    """Add the document 乙 in another process, which kills itself when it comes to the function *moment*."""
    script = textwrap.dedent("""
        import os, pkgutil, signal, sys
        from pathlib import Path
        from graph import projections
        from tests.test_projections import build, no_engine, put

        def die(*_):
            os.kill(os.getpid(), signal.SIGKILL)

        if sys.argv[2] == "store.put":
            build(Path(sys.argv[1]), die)
        owner, name = sys.argv[2].rsplit(".", 1)
        setattr(pkgutil.resolve_name(owner), name, die)
        if name == "_point":
            projections._load_property_graph = no_engine
        build(Path(sys.argv[1]), put("乙"))
        """)
    command = [sys.executable, "-c", script, str(folder), moment]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def _keys(folder: Path) -> list[str]:
    with QuadStore.open(GraphFolder.reading(folder).rdf_path) as quads:
        return sorted(str(key) for (key,) in quads.select("SELECT ?k { ?d a pk:Document ; skos:notation ?k }")[1])


@pytest.mark.usefixtures("files_only")
def test_nothing_new_makes_nothing_new(tmp_path: Path) -> None:
    build(tmp_path / "kg", put("甲"))
    made = (tmp_path / "kg" / "CURRENT").stat().st_mtime_ns
    build(tmp_path / "kg", put("甲"))
    build(tmp_path / "kg", put("乙"), lambda store: store.remove("乙"))
    assert (tmp_path / "kg" / "CURRENT").stat().st_mtime_ns == made
    assert [path.name for path in (tmp_path / "kg" / "generations").iterdir()] == ["1"]


@pytest.mark.usefixtures("files_only")
def test_a_generation_stays_while_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "kg"
    build(folder, put("甲"))
    reader = GraphFolder.reading(folder)
    build(folder, put("乙"))
    with QuadStore.open(reader.rdf_path) as quads:
        assert len(quads.select("SELECT ?d { ?d a pk:Document }")[1]) == 1
    reader.close()
    build(folder, put("丁"))
    assert [path.name for path in (folder / "generations").iterdir()] == ["3"]
    assert len(_keys(folder)) == 3


@pytest.mark.usefixtures("files_only")
def test_another_claims_file_is_not_taken_for_the_same(tmp_path: Path) -> None:
    build(tmp_path / "a", put("甲"), put("乙"))
    build(tmp_path / "b", put("甲"), put("丁"), put("戊"))
    shutil.copy(tmp_path / "a" / "claims.sqlite", tmp_path / "b" / "claims.sqlite")
    build(tmp_path / "b")
    assert _keys(tmp_path / "b") == ["乙", "甲"]


@pytest.mark.usefixtures("files_only")
def test_other_rules_of_projection_make_everything_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / "kg", put("甲"))
    monkeypatch.setattr(projections, "_projection_hash", lambda: "another")
    build(tmp_path / "kg")
    assert (tmp_path / "kg" / "CURRENT").read_text() == "2\n"


@pytest.mark.usefixtures("files_only")
def test_two_builds_of_one_graph_do_not_meet(tmp_path: Path) -> None:
    with GraphFolder.writing(tmp_path / "kg"), pytest.raises(BrokenGraph, match="another build"):
        build(tmp_path / "kg")
    build(tmp_path / "kg", put("甲"))


def test_what_is_no_graph_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenGraph, match="policykg build"):
        GraphFolder.reading(tmp_path / "missing")
    with pytest.raises(BrokenGraph, match="no graph folder"), GraphFolder.writing(tmp_path / "missing", create=False):
        pass
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(BrokenGraph, match=r"it holds a\.jpg"), GraphFolder.writing(tmp_path / "photos"):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(BrokenGraph, match="no graph folder"), GraphFolder.writing(tmp_path / "file"):
        pass
    with GraphFolder.writing(tmp_path / "begun") as graph, graph.open_claims():
        pass
    with pytest.raises(BrokenGraph, match="did not finish"):
        GraphFolder.reading(tmp_path / "begun")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
