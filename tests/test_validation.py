"""Validation: a graph keeps to its shapes, what does not is told with its words, two SHACL engines agree."""

import json
from pathlib import Path

import pyshacl
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import NamedNode, Quad, Store

from graph.build import build
from graph.claims import ClaimsStore
from graph.cli import main
from graph.opened import KnowledgeGraph
from graph.projections import GraphFolder
from graph.stores.quads import QuadStore
from graph.validation import INFO, VIOLATION, WARNING, validate
from ontology.identifiers import ONTOLOGY
from ontology.schema import POLICY_FILE, SHAPES_FILE
from tests.corpus import needs_corpus

REPORT = """贵池区2026年国民经济和社会发展计划草案的报告

二、2026年计划安排

（一）重点项目安排。2026年全区安排项目12个，包含续建5个、新开工6个。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph of a document whose sum does not add up."""
    place = tmp_path_factory.mktemp("sums")
    (place / "贵池.txt").write_text(REPORT, encoding="utf-8")
    build([place / "贵池.txt"], place / "kg", jobs=1, model="rules")
    return place / "kg"


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(main, ["validate", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_sum_that_fails_is_a_warning_with_its_words(folder: Path) -> None:
    status, output = run(folder, "--format", "json")
    (finding,) = json.loads(output)
    assert status == 0
    assert (finding["severity"], finding["property"]) == (WARNING, "imbalance")
    assert finding["name"] == "12个 = 5 + 6"
    assert [piece["quote"] for piece in finding["evidence"]] == ["12个", "5个", "6个"]
    assert "不符" in finding["chinese"]
    assert "add up" in finding["english"]
    assert "12个 = 5 + 6" in run(folder)[1]


def test_a_graph_without_faults_says_so(sample_folder: Path) -> None:
    assert run(sample_folder) == (
        0,
        "nothing to report: the graph keeps to its shapes, and every sum that its documents state adds up\n",
    )


def test_what_is_no_graph_is_told_in_one_line(tmp_path: Path) -> None:
    status, output = run(tmp_path / "nothing")
    assert status == 1
    assert len(output.splitlines()) == 1
    assert "policykg build" in output


def test_a_thing_that_breaks_a_shape_is_a_violation(folder: Path, tmp_path: Path) -> None:
    store = Store(str(tmp_path / "rdf"))
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.add(Quad(NamedNode("urn:x"), kind, NamedNode(ONTOLOGY + "Claim")))
    with QuadStore(store) as quads, ClaimsStore.open(folder / "claims.sqlite") as claims:
        found = validate(quads, claims)
    assert {(finding.thing, finding.severity) for finding in found} == {("urn:x", VIOLATION)}


def test_both_shacl_engines_find_the_same(folder: Path, sample_folder: Path, tmp_path: Path) -> None:
    for graph in (folder, sample_folder):
        place = GraphFolder.reading(graph)
        with place.open_claims() as store, QuadStore.open(place.rdf_path) as quads:
            ours = {(finding.thing, finding.property, finding.severity) for finding in validate(quads, store)}
            quads.write_triples(tmp_path / "graph.nt")
        place.close()
        data = rdflib.Graph().parse(tmp_path / "graph.nt").parse(POLICY_FILE)
        _, report, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(SHAPES_FILE))
        sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
        theirs = {
            (
                str(report.value(result, sh.focusNode)),
                str(report.value(result, sh.resultPath)).rpartition("#")[2],
                str(report.value(result, sh.resultSeverity)).rpartition("#")[2].lower(),
            )
            for result in report.subjects(rdflib.RDF.type, sh.ValidationResult)
        }
        assert ours == theirs


@needs_corpus
def test_of_the_five_documents_one_sum_fails(corpus_graph: KnowledgeGraph) -> None:
    place = GraphFolder.reading(corpus_graph.folder)
    with QuadStore.open(place.rdf_path) as quads:
        found = [finding for finding in validate(quads, corpus_graph.claims) if finding.severity != INFO]
    place.close()
    assert [(finding.severity, finding.name) for finding in found] == [(WARNING, "266.3亿元 = 87.8 + 21.9 + 155.5")]
    sums = {entity.name for entity in corpus_graph.entities() if entity.kind == "StatedSum"}
    assert {"371个 = 148 + 102 + 121", "25项 = 20 + 5", "266.3亿元 = 48.2 + 76.4 + 70.4 + 71.3"} <= sums
