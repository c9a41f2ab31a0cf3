"""Claims as quads, and the RDF store: what it answers, what it refuses, how it tells errors."""

from dataclasses import replace
from pathlib import Path
from traceback import walk_tb

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions

from graph.claims import ClaimsStore
from graph.identity import graph_iri
from graph.rdf import (
    ENTITIES_GRAPH,
    INFERRED_GRAPH,
    PREFIXES,
    claim_quads,
    document_quads,
    entity_quads,
    to_literal,
    to_quads,
)
from graph.stores.quads import QuadStore, Value
from ontology.errors import BrokenGraph, QueryFailed
from ontology.identifiers import document_iri
from ontology.records import Reading, Status
from tests.readings import AREA, AWKWARD, PROGRAMME, awkward_reading, inferred_claim, small_reading

CLAIM = """SELECT ?s ?o ?status ?confidence ?rule ?year ?mode ?start ?end ?exact ?source WHERE {
    GRAPH ?g { ?c a pk:Claim , rdf:Statement ; rdf:subject ?s ; rdf:predicate pk:implements ; rdf:object ?o ;
        pk:status ?status ; pk:confidence ?confidence ; prov:wasGeneratedBy ?rule ; pk:year ?year ; pk:mode ?mode ;
        pk:evidence ?e . ?s pk:implements ?o .
        ?e a oa:Annotation , pk:Evidence ; oa:hasBody ?c ; oa:hasTarget ?t .
        ?t a oa:SpecificResource ; oa:hasSource ?source ; oa:hasSelector ?p , ?q .
        ?p a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end . ?q a oa:TextQuoteSelector ; oa:exact ?exact }
    FILTER(?g = ?source) }"""


@pytest.fixture
def claims(tmp_path: Path) -> ClaimsStore:
    store = ClaimsStore.create(tmp_path / "claims")
    for content in (small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")):
        store.put(content, "rules")
    store.put_inferred([inferred_claim()])
    return store


@pytest.fixture
def quads(tmp_path: Path, claims: ClaimsStore) -> QuadStore:
    with claims:
        return QuadStore.create(tmp_path / "rdf", to_quads(claims))


def test_a_claim_has_its_node_its_triple_and_its_evidence(quads: QuadStore) -> None:
    _, rows = quads.select(CLAIM + " ORDER BY ?year")
    claim = small_reading("甲").claims[0]
    place = claim.evidence[0]
    rule = "https://w3id.org/policykg/id/rule/tasks.programme/1"
    assert rows[1] == (
        *(claim.subject, claim.object, "asserted", 1.0, rule, 2025, "plan"),
        *(place.start, place.end, place.quote, document_iri("甲")),
    )
    assert len(rows) == 2


def test_entities_are_described_in_their_graph(quads: QuadStore) -> None:
    query = "SELECT ?p ?o WHERE { GRAPH ?graph { ?thing ?p ?o } } ORDER BY ?p ?o"
    _, rows = quads.select(query, {"graph": NamedNode(ENTITIES_GRAPH), "thing": NamedNode(AREA.iri)})
    said = {(str(p).rsplit("#", 1)[-1], o) for p, o in rows}
    kind = PREFIXES["pk"] + "Area"
    assert said == {
        *(("type", kind), ("label", "山阳市"), ("prefLabel", "山阳市"), ("altLabel", "山阳"), ("notation", "990100"))
    }


def test_a_document_is_found_by_its_key(quads: QuadStore) -> None:
    _, rows = quads.select("SELECT ?d WHERE { ?d a pk:Document ; skos:notation ?key }", {"key": "甲"})
    assert rows == [(document_iri("甲"),)]


def test_inferred_claims_stand_in_their_own_graph(quads: QuadStore) -> None:
    _, rows = quads.select("SELECT ?g WHERE { GRAPH ?g { ?a pk:continues ?b } }")
    assert rows == [(INFERRED_GRAPH,)]


def test_a_rejected_claim_makes_no_triple(tmp_path: Path) -> None:
    content = small_reading()
    rejected = replace(content.claims[0], status=Status.REJECTED)
    with ClaimsStore.create(tmp_path / "claims") as store:
        store.put(replace(content, claims=(rejected,)), "rules")
        made = list(document_quads(store, content.key))
    assert not [quad for quad in made if quad.predicate.value == PREFIXES["pk"] + "implements"]
    assert [str(quad.object) for quad in made if quad.predicate.value == PREFIXES["pk"] + "status"] == ['"rejected"']


def test_there_are_no_blank_nodes_and_no_doubles(claims: ClaimsStore) -> None:
    with claims:
        made = list(to_quads(claims))
    assert not [quad for quad in made if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)]
    with_evidence = [quad for quad in made if quad.predicate.value == PREFIXES["pk"] + "evidence"]
    assert len(with_evidence) == len(set(map(str, with_evidence)))


def test_values_arrive_unchanged(quads: QuadStore) -> None:
    query = "SELECT ?v WHERE { ?c pk:claimOrdinal ?n ; rdf:predicate pk:definition ; rdf:object ?v } ORDER BY ?n"
    _, rows = quads.select(query)
    wanted = [claim.value for claim in awkward_reading("怪").claims if claim.value is not None]
    assert [value for (value,) in rows] == wanted
    assert [type(value) for (value,) in rows] == [type(value) for value in wanted]
    _, rows = quads.select("SELECT ?n WHERE { ?c rdf:object ?v ; pk:claimOrdinal ?n }", {"v": AWKWARD})
    assert rows == [(0,)]


def test_numbers_are_decimals_or_integers() -> None:
    assert str(to_literal(1e-7)) == '"0.0000001"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert str(to_literal(3)) == '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert str(to_literal("3")) == '"3"'
    with pytest.raises(TypeError):
        to_literal(True)


def test_parameters_work_wherever_a_variable_may_stand(quads: QuadStore) -> None:
    area, code = NamedNode(AREA.iri), NamedNode(PROGRAMME.iri)
    asked: list[tuple[str, dict[str, Value], int]] = [
        ("SELECT ?t { ?t pk:covers ?set_area }", {"set_area": area}, 2),
        ("SELECT ?t { ?t pk:covers ?set_area }", {}, 2),
        ("SELECT ?t ?set_area { ?t pk:covers ?set_area }", {"set_area": area}, 2),
        ("SELECT ?t { { ?t pk:covers ?x } UNION { ?x pk:covers ?t } }", {"x": area}, 2),
        ("SELECT ?t { ?t pk:covers ?a FILTER(!BOUND(?p) || EXISTS { ?t pk:implements ?p }) }", {"p": code}, 2),
        ("SELECT ?t { ?t pk:covers ?a FILTER(!BOUND(?p) || EXISTS { ?t pk:implements ?p }) }", {"p": area}, 0),
        ("SELECT ?t { ?t pk:covers ?a FILTER(!BOUND(?p) || EXISTS { ?t pk:implements ?p }) }", {}, 2),
        ("SELECT ?year (COUNT(*) AS ?n) { ?c a pk:Claim ; pk:year ?year } GROUP BY ?year", {"year": 2024}, 1),
        ("SELECT ?c { ?c pk:year ?y FILTER(?y IN (?from)) # ?from \n }", {"from": 2024}, 3),
        ("SELECT ?c { ?c rdf:object ?v FILTER(STR(?v) = '?v') }", {"v": "x"}, 0),
    ]
    for query, terms, count in asked:
        assert len(quads.select(query, terms)[1]) == count, query


def test_all_query_forms(quads: QuadStore) -> None:
    assert quads.select("ASK { ?x a pk:Programme }") == (["answer"], [(True,)])
    columns, rows = quads.select("CONSTRUCT { ?a pk:continues ?b } WHERE { ?a pk:continues ?b }")
    assert (columns, len(rows)) == (["subject", "predicate", "object"], 1)
    assert quads.select("SELECT ?x ?y { OPTIONAL { ?x a pk:Zone } }") == (["x", "y"], [(None, None)])


def test_constructed_triples_come_as_turtle(quads: QuadStore) -> None:
    told = quads.turtle("CONSTRUCT { ?a pk:continues ?b } WHERE { ?a pk:continues ?b }")
    assert f"@prefix pk: <{PREFIXES['pk']}>" in told
    assert "pk:continues" in told.splitlines()[-1]
    with pytest.raises(QueryFailed, match="only CONSTRUCT"):
        quads.turtle("SELECT ?a { ?a pk:continues ?b }")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?x a pk:Claim FILTER(?x<5)SERVICE#>\n<http://127.0.0.1:9/> {} }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX SERVICE: <urn:x> SELECT * { SERVICE ?where { ?s ?p ?o } }",
    ],
)
def test_no_query_leaves_the_machine(quads: QuadStore, query: str) -> None:
    with pytest.raises(QueryFailed, match="SERVICE is refused"):
        quads.query(query)


def test_the_word_service_is_no_service(quads: QuadStore) -> None:
    query = (
        "SELECT ?service { ?service a pk:Claim ; pk:words 'SERVICE' . FILTER(?service != <urn:SERVICE>) # SERVICE\n}"
    )
    assert quads.select(query)[1] == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { ?s ?p ", "line 1, column 18: cannot read on at 'the end'"),
        ("SELECT *\n{ ?s nope:p ?o }", "line 2, column .*unknown prefix; .*skos"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT is an update, and the graph is read-only"),
        ("CLEAR ALL", "CLEAR is an update"),
    ],
)
def test_errors_are_one_line_with_the_place(quads: QuadStore, query: str, told: str) -> None:
    with pytest.raises(QueryFailed, match=told) as caught:
        quads.select(query)
    assert "\n" not in str(caught.value)


def test_a_refused_query_leaves_no_answer_to_end_in_another_thread(quads: QuadStore) -> None:
    with pytest.raises(QueryFailed, match="only CONSTRUCT") as caught:
        quads.turtle("SELECT * { ?s ?p ?o }")
    kept = [value for frame, _ in walk_tb(caught.tb) for value in frame.f_locals.values()]
    assert not [value for value in kept if isinstance(value, QuerySolutions)]


def test_a_changed_store_equals_one_made_anew(tmp_path: Path, claims: ClaimsStore, quads: QuadStore) -> None:
    quads.close()
    store = ClaimsStore.open(tmp_path / "claims")
    with store:
        revision = store.revision
        _change(store, small_reading("乙", 2030))
        store.remove("怪")
        changes = store.changes(revision)
        added: list[Quad] = []
        for entity in filter(None, map(store.entity, changes.entities)):
            added.extend(entity_quads(entity))
        for key in changes.documents:
            added.extend(document_quads(store, key))
        graphs = map(graph_iri, changes.documents)
        about = {ENTITIES_GRAPH: changes.entities}
        for stored in filter(None, map(store.claim, changes.claims)):
            added.extend(claim_quads(stored))
        changed = QuadStore.change(tmp_path / "rdf", tmp_path / "rdf2", graphs, about, changes.claims, added)
        assert set(map(str, changed.engine)) == set(map(str, to_quads(store)))
    with QuadStore.open(tmp_path / "rdf") as before:
        assert len(before.select("SELECT ?d { ?d a pk:Document }")[1]) == 3


def _change(store: ClaimsStore, content: Reading) -> None:
    store.put(content, "rules")
    store.put_inferred([])


def test_what_is_no_store_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenGraph, match="policykg build"):
        QuadStore.open(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BrokenGraph, match="policykg build"):
        QuadStore.open(tmp_path / "empty")
