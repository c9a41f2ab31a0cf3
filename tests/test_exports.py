"""Exports: equal content gives equal bytes, other tools can read them, a failed export leaves nothing."""

import csv
import json
import zipfile
from pathlib import Path

import networkx as nx
import pyoxigraph
import pytest
import rdflib

from graph import exports
from graph.claims import ClaimsStore
from graph.exports import FORMATS, export_graph, sorted_lines
from graph.rdf import PREFIXES, to_quads
from graph.tables import ARRAY_DELIMITER
from ontology.errors import WrongUse
from tests.readings import AREA, AWKWARD, awkward_reading, inferred_claim, large_reading, small_reading


def make(path: Path, *, backwards: bool = False) -> ClaimsStore:
    store = ClaimsStore.create(path)
    contents = [small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")]
    for content in reversed(contents) if backwards else contents:
        if backwards:
            store.put(large_reading("丁", 20), "rules")
        store.put(content, "rules")
    if backwards:
        store.remove("丁")
    store.put_inferred([inferred_claim()])
    return store


@pytest.fixture
def store(tmp_path: Path) -> ClaimsStore:
    return make(tmp_path / "claims")


def bytes_below(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of all files below a folder, by their place in it."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


@pytest.mark.parametrize("form", FORMATS)
def test_two_histories_write_the_same_bytes(tmp_path: Path, store: ClaimsStore, form: str) -> None:
    suffix = ".zip" if form == "csv" else ".out"
    with store, make(tmp_path / "other", backwards=True) as other:
        export_graph(store, form, tmp_path / f"a{suffix}")
        export_graph(other, form, tmp_path / f"b{suffix}")
    written = bytes_below(tmp_path / f"a{suffix}")
    assert written
    assert all(written.values())
    assert written == bytes_below(tmp_path / f"b{suffix}")
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} <= {"a.out", "b.out"}


def test_nquads_are_sorted_and_complete(tmp_path: Path, store: ClaimsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_SORTED_AT_ONCE", 100)  # several runs to merge
    with store:
        export_graph(store, "nquads", tmp_path / "out.nq")
        wanted = {str(quad) for quad in to_quads(store)}
    lines = (tmp_path / "out.nq").read_bytes().splitlines()
    assert lines == sorted(set(lines))
    read = {str(quad) for quad in pyoxigraph.parse(path=tmp_path / "out.nq", format=pyoxigraph.RdfFormat.N_QUADS)}
    assert read == wanted


def test_other_tools_read_turtle_and_jsonld(tmp_path: Path, store: ClaimsStore) -> None:
    with store:
        for form in ("turtle", "jsonld"):
            export_graph(store, form, tmp_path / form)
        triples = len(list(sorted_lines(to_quads(store), pyoxigraph.RdfFormat.N_TRIPLES)))
        quads = len(list(sorted_lines(to_quads(store))))
    graph = rdflib.Graph().parse(tmp_path / "turtle", format="turtle")
    assert len(graph) == triples
    labels = graph.objects(rdflib.URIRef(AREA.iri), rdflib.SKOS.prefLabel)
    assert list(labels) == [rdflib.Literal("山阳市", lang="zh")]
    assert f"@prefix pk: <{PREFIXES['pk']}>" in (tmp_path / "turtle").read_text(encoding="utf-8")
    loaded = list(pyoxigraph.parse(path=tmp_path / "jsonld", format=pyoxigraph.RdfFormat.JSON_LD))
    assert len(loaded) == quads
    json.loads((tmp_path / "jsonld").read_bytes())


def test_graphml_opens_in_networkx(tmp_path: Path, store: ClaimsStore) -> None:
    with store:
        export_graph(store, "graphml", tmp_path / "out.graphml")
        iris = {entity.iri for entity in store.entities()}
    graph = nx.read_graphml(tmp_path / "out.graphml")
    assert set(graph.nodes) == iris
    assert graph.nodes[AREA.iri]["aliases"] == "山阳"
    assert (graph.nodes[AREA.iri]["label"], graph.nodes[AREA.iri]["type"]) == (AREA.name, "Area")
    edges = [data for *_, data in graph.edges(data=True)]
    assert edges
    assert all(data["label"] == data["type"] for data in edges)


def test_tables_hold_every_node_and_relationship(tmp_path: Path, store: ClaimsStore) -> None:
    with store:
        export_graph(store, "csv", tmp_path / "tables")
        counts = store.counts()
        export_graph(store, "csv", tmp_path / "tables.zip")
    rows = {path.stem: _rows(path) for path in (tmp_path / "tables").rglob("*.csv")}
    assert len(rows["Claim"]) == len(rows["SUBJECT"]) == counts["claims"]
    assert len(rows["Evidence"]) == len(rows["IN_DOCUMENT"]) == counts["evidence"]
    assert [row["name:string"] for row in rows["Organization"]] == [AWKWARD]
    (area,) = rows["Area"]
    assert AWKWARD in area["definition:string[]"].split(ARRAY_DELIMITER)
    assert {row[":TYPE"] for row in rows["CONTINUES"]} == {"CONTINUES"}
    assert [row["value:double"] for row in rows["Programme"]] == ["120.5"]
    assert [row["ordinal:int"] for row in rows["TaskStatement"]] == ["1", "1"]
    with zipfile.ZipFile(tmp_path / "tables.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {
        path.relative_to(tmp_path / "tables").as_posix(): path.read_bytes()
        for path in (tmp_path / "tables").rglob("*.csv")
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_wrong_use_is_said_so(tmp_path: Path, store: ClaimsStore) -> None:
    with store:
        with pytest.raises(WrongUse, match="choose turtle, nquads"):
            export_graph(store, "docx", tmp_path / "out")
        with pytest.raises(WrongUse, match="cannot be written"):
            export_graph(store, "nquads", tmp_path / "missing" / "out")
        (tmp_path / "folder").mkdir()
        with pytest.raises(WrongUse, match="exists already"):
            export_graph(store, "csv", tmp_path / "folder")


def test_a_failed_export_leaves_the_old_file(
    tmp_path: Path, store: ClaimsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.nq").write_text("alt", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "sorted_lines", fail)
    with store, pytest.raises(WrongUse, match="No space left"):
        export_graph(store, "nquads", tmp_path / "out.nq")
    assert (tmp_path / "out.nq").read_text(encoding="utf-8") == "alt"
    assert {path.name for path in tmp_path.iterdir()} <= {"out.nq", "claims", "claims-wal", "claims-shm"}
