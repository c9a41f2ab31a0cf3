"""The property graph as rows, and in NetworkX: the same things and claims as in RDF."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph.claims import ClaimsStore
from graph.property_graph import claim_nodes, entity_nodes, to_networkx
from graph.rdf import PREFIXES, to_quads
from ontology.identifiers import document_iri, mint
from ontology.records import Claim, Literal, Status
from tests.readings import AREA, PROGRAMME, awkward_reading, evidence, inferred_claim, reading, small_reading


@pytest.fixture
def store(tmp_path: Path) -> ClaimsStore:
    made = ClaimsStore.create(tmp_path / "claims")
    for content in (small_reading("甲"), small_reading("乙", 2024), awkward_reading("怪")):
        made.put(content, "rules")
    made.put_inferred([inferred_claim()])
    return made


def name(term: object) -> str:
    """Return an RDF term with the prefixes pk and skos."""
    text = str(term).removeprefix("<").removesuffix(">")
    return text.replace(PREFIXES["pk"], "pk:").replace(PREFIXES["skos"], "skos:")


def test_both_projections_hold_the_same(store: ClaimsStore) -> None:
    with store:
        triples = {(name(quad.subject), name(quad.predicate), name(quad.object)) for quad in to_quads(store)}
        claims = list(claim_nodes(store))
        entities = {name(NamedNode(node.iri)) for node in entity_nodes(store)}
    assert {name(NamedNode(claim.iri)) for claim in claims} == {s for s, _, o in triples if o == "pk:Claim"}
    assert entities == {s for s, p, _ in triples if p == "skos:prefLabel"}
    evidence_nodes = {name(NamedNode(str(piece["iri"]))) for claim in claims for piece in claim.evidence}
    assert evidence_nodes == {s for s, _, o in triples if o == "pk:Evidence"}
    direct = {
        (name(NamedNode(claim.subject)), f"pk:{claim.properties['predicate']}", name(NamedNode(claim.object or "")))
        for claim in claims
        if claim.direct is not None
    }
    assert direct == {(s, p, o) for s, p, o in triples if s in entities and o in entities and p.startswith("pk:")}


def test_a_claim_node_carries_the_claim(store: ClaimsStore) -> None:
    with store:
        claim = next(node for node in claim_nodes(store, "甲"))
        stored = next(store.claims("甲"))
    assert (claim.relationship, claim.subject_label, claim.object_label) == ("IMPLEMENTS", "TaskStatement", "Programme")
    assert claim.properties == {
        **{"iri": stored.id, "predicate": "implements", "year": 2025, "mode": "plan", "status": "asserted"},
        **{"confidence": 1.0, "rule": "tasks.programme/1", "document": "甲"},
    }
    assert claim.direct == {
        **{"claim": stored.id, "document": "甲", "year": 2025, "mode": "plan"},
        **{"status": "asserted", "confidence": 1.0},
    }
    place = stored.claim.evidence[0]
    assert [(piece["start"], piece["end"], piece["quote"]) for piece in claim.evidence] == [
        (place.start, place.end, place.quote)
    ]


def test_literal_claims_are_properties_of_the_entity(store: ClaimsStore) -> None:
    with store:
        nodes = {node.iri: node for node in entity_nodes(store)}
        some = list(entity_nodes(store, [PROGRAMME.iri, "urn:nobody", mint("task", "甲", "1")]))
    programme = nodes[PROGRAMME.iri]
    assert programme.properties["value"] == 120.5  # functional: one value
    assert programme.properties["definition"] == ["四类“支柱”产业"]  # not functional: a list
    assert nodes[mint("task", "甲", "1")].properties["ordinal"] == 1
    assert nodes[document_iri("甲")].properties["notation"] == "甲"
    assert some == [programme, nodes[mint("task", "甲", "1")]]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [((3, 1, 3), [1, 3]), ((2, 0.5), [0.5, 2.0]), (("b", "a"), ["a", "b"]), ((1, "a"), ["1", "a"])],
)
def test_lists_are_sorted_and_of_one_type(tmp_path: Path, values: tuple[Literal, ...], wanted: list[Literal]) -> None:
    raw = "山阳市。"
    claims = [Claim(AREA.iri, "definition", (evidence("丁", raw, "山阳市"),), "x/1", value=value) for value in values]
    with ClaimsStore.create(tmp_path / "claims") as store:
        store.put(reading("丁", raw, [AREA], claims), "rules")
        (area,) = entity_nodes(store, [AREA.iri])
    assert repr(area.properties["definition"]) == repr(wanted)  # 2.0 and 2 differ


def test_of_two_values_the_surer_one_is_the_property(tmp_path: Path) -> None:
    raw = "山阳市。"
    claim = Claim(AREA.iri, "value", (evidence("丁", raw, "山阳市"),), "x/1", value=1, confidence=0.5)
    with ClaimsStore.create(tmp_path / "claims") as store:
        store.put(reading("丁", raw, [AREA], [claim, replace(claim, value=2, confidence=0.9)]), "rules")
        (area,) = entity_nodes(store, [AREA.iri])
    assert area.properties["value"] == 2


def test_a_rejected_claim_is_a_node_only(tmp_path: Path) -> None:
    content = small_reading()
    rejected = tuple(replace(claim, status=Status.REJECTED) for claim in content.claims)
    with ClaimsStore.create(tmp_path / "claims") as store:
        store.put(replace(content, claims=rejected), "rules")
        claims = list(claim_nodes(store))
        (programme,) = entity_nodes(store, [PROGRAMME.iri])
    assert len(claims) == len(rejected)
    assert {(claim.relationship, claim.direct is None) for claim in claims} == {(None, True)}
    assert set(programme.properties) == {"iri", "name", "notation"}


def test_networkx_holds_entities_and_their_relationships(store: ClaimsStore) -> None:
    with store:
        graph = to_networkx(store)
        assert set(graph) == {entity.iri for entity in store.entities()}
        whole = to_networkx(store, claims=True)
        counts = store.counts()
    assert graph.nodes[AREA.iri]["label"] == "Area"
    edges = [edge for *_, edge in graph.out_edges(mint("task", "乙", "1"), data=True)]
    (edge,) = [edge for edge in edges if edge["type"] == "CONTINUES"]
    assert (edge["status"], edge["confidence"], edge["year"]) == ("inferred", 0.9, 2025)
    assert len(whole) == len(graph) + counts["claims"] + counts["evidence"]
    types = [attributes["type"] for *_, attributes in whole.edges(data=True)]
    assert types.count("SUBJECT") == counts["claims"]
    assert types.count("IN_DOCUMENT") == types.count("HAS_EVIDENCE") == counts["evidence"]
