"""One text of each question, equal rows everywhere: SPARQL, ArcadeDB, and each Neo4j."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import open_graph
from graph.ask import answer_question
from graph.build import build
from graph.claims import ClaimsStore
from graph.opened import KnowledgeGraph
from graph.property_graph import claim_nodes, entity_nodes, to_networkx
from graph.questions import load_questions
from graph.served import ServedGraph
from graph.stores import loading
from graph.stores.arcadedb import open_engine
from graph.stores.bolt import Engine
from graph.stores.server import Place, open_server
from graph.stores.server_check import check
from graph.stores.server_load import ServerLoad
from tests.conftest import SAMPLES, five_documents
from tests.corpus import corpus_folder, needs_corpus
from tests.neo4j.conftest import empty
from tests.neo4j.servers import Server
from tests.readings import readings
from tests.test_questions import settings_of

REPORTS = 12
"""How many reports of the provinces the lane compares; the benchmark compares all."""


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    folder = tmp_path_factory.mktemp("samples") / "kg"
    build([SAMPLES], folder, jobs=1, model="rules")
    with open_graph(folder) as graph:
        yield graph


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    folder = tmp_path_factory.mktemp("five") / "kg"
    build(five_documents(), folder, jobs=2, model="rules")
    with open_graph(folder) as graph:
        yield graph


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    found = corpus_folder()
    assert found is not None
    folder = tmp_path_factory.mktemp("reports") / "kg"
    build(sorted((found / "reports").rglob("*.txt"))[:REPORTS], folder, jobs=2, model="rules")
    with open_graph(folder) as graph:
        yield graph


def compare(server: Server, graph: KnowledgeGraph, which: str) -> None:
    """Load *graph* and compare the answers to all questions with all their settings on the three engines."""
    with open_server(Place(server.address), server.password) as engine:
        empty(engine)
        ServerLoad(engine, graph.claims).run()
        assert check(engine, graph.claims, 0).problems == []
        served = ServedGraph(graph, engine)
        for question in load_questions():
            asked = settings_of(which, question) if which else [{}]
            for given_settings in asked:
                answer = answer_question(graph, question, given_settings, "sparql")
                where = (question, given_settings)
                assert answer_question(graph, question, given_settings, "cypher") == answer, where
                assert answer_question(served, question, given_settings, "cypher") == answer, where


def test_all_engines_answer_alike_on_the_samples(server: Server, samples: KnowledgeGraph) -> None:
    compare(server, samples, "sample")


@needs_corpus
def test_all_engines_answer_alike_on_the_five_documents(server: Server, corpus: KnowledgeGraph) -> None:
    compare(server, corpus, "corpus")


@needs_corpus
def test_all_engines_answer_alike_on_reports(server: Server, reports: KnowledgeGraph) -> None:
    compare(server, reports, "")


# -- graphs made by chance -------------------------------------------------------------------------------------------

COUNTS = (
    "MATCH (n) WHERE n.iri IS NOT NULL RETURN labels(n) AS labels, count(*) AS n",
    "MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n",
)
NEIGHBOURS = "MATCH (a {iri: $iri})--(b) WHERE b.iri IS NOT NULL RETURN b.iri AS iri, count(*) AS n"
PATHS = "MATCH (a {iri: $iri})-[:RESPONSIBLE|SUBJECT|OBJECT*1..3]->(b) RETURN b.iri AS iri, count(*) AS n"


def rows(engine: Engine, query: str, **parameters: object) -> list[str]:
    return sorted(map(repr, engine.run(query, parameters)[1]))


def test_random_graphs_have_the_same_counts_neighbours_and_paths(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    with ExitStack() as stack:
        embedded = stack.enter_context(open_engine(folder / "kg", writable=True))
        neo4j = stack.enter_context(open_server(Place(server.address), server.password))
        runs = iter(range(10_000))

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=3, unique=True), st.data())
        def compare_engines(keys: list[str], data: st.DataObject) -> None:
            with ClaimsStore.create(folder / f"{next(runs)}.sqlite") as store:
                for key in keys:
                    store.put(data.draw(readings(key)), "rules")
                empty(neo4j)
                ServerLoad(neo4j, store).run()
                while embedded.run("MATCH (n) RETURN 1 LIMIT 1")[1]:
                    embedded.run("MATCH (n) WITH n LIMIT 250 DETACH DELETE n", write=True)
                loading.load_entities(embedded, entity_nodes(store))
                loading.load_claims(embedded, claim_nodes(store))
                graph = to_networkx(store, claims=True)
                for query in COUNTS:
                    assert rows(neo4j, query) == rows(embedded, query)
                for iri in sorted(graph)[:4]:
                    assert rows(neo4j, NEIGHBOURS, iri=iri) == rows(embedded, NEIGHBOURS, iri=iri)
                    assert rows(neo4j, PATHS, iri=iri) == rows(embedded, PATHS, iri=iri)
                assert check(neo4j, store, 0).problems == []

        compare_engines()


def test_a_store_of_a_file_is_what_is_served(server: Server, samples: KnowledgeGraph, tmp_path: Path) -> None:
    """A wrong answer is found out: a value that changed on the server changes the rows."""
    with open_server(Place(server.address), server.password) as engine:
        empty(engine)
        ServerLoad(engine, samples.claims).run()
        served = ServedGraph(samples, engine)
        before = answer_question(served, "orientations", {}, "cypher")
        engine.run("MATCH (n:Orientation) SET n.name = n.name + '?'", write=True)
        assert answer_question(served, "orientations", {}, "cypher") != before
