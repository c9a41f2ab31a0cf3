"""The ontology, its vocabularies, what is generated from them, and the shapes that graphs must keep to."""

import re
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from ontology import generate, schema, terms
from ontology.errors import WrongUse
from ontology.identifiers import ONTOLOGY
from ontology.records import Mode, Status

SCHEMES = sorted(path.stem for path in schema.VOCABULARY_FOLDER.glob("*.ttl"))
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


@pytest.fixture(scope="module")
def policy() -> Graph:
    return Graph().parse(schema.POLICY_FILE)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(schema.SHAPES_FILE)


def scheme(name: str) -> Graph:
    return Graph().parse(schema.VOCABULARY_FOLDER / f"{name}.ttl")


def our_terms(policy: Graph) -> list[URIRef]:
    found = {term for kind in KINDS for term in policy.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    return sorted(term for term in found if term.startswith(ONTOLOGY))


def languages(graph: Graph, term: URIRef, prop: URIRef) -> list[str]:
    return sorted(str(node.language) for node in graph.objects(term, prop) if isinstance(node, Literal))


def test_every_term_has_labels_in_both_languages_and_says_what_it_means(policy: Graph) -> None:
    assert len(our_terms(policy)) > 80
    for term in our_terms(policy):
        assert languages(policy, term, RDFS.label) == ["en", "zh"], term
        assert "en" in languages(policy, term, RDFS.comment), term


def test_every_class_stands_below_a_standard_one(policy: Graph) -> None:
    for term in policy.subjects(RDF.type, OWL.Class):
        if isinstance(term, URIRef):
            assert list(policy.objects(term, RDFS.subClassOf)), term


def test_domains_and_ranges_are_terms_that_exist(policy: Graph) -> None:
    known = set(our_terms(policy))
    for prop in (RDFS.domain, RDFS.range):
        for node in policy.objects(None, prop):
            union = policy.value(node, OWL.unionOf)
            members = [node] if union is None else list(Collection(policy, union))
            ours = {member for member in members if str(member).startswith(ONTOLOGY)}
            assert ours <= known, (prop, node)


def test_local_names_are_ascii_and_cased_by_kind(policy: Graph) -> None:
    for term in our_terms(policy):
        local = term.removeprefix(ONTOLOGY)
        is_class = (term, RDF.type, OWL.Class) in policy
        assert re.fullmatch("[A-Z][A-Za-z]+" if is_class else "[a-z][A-Za-z0-9]+", local), local


def test_terms_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, "run `python -m ontology.generate`"
    assert capsys.readouterr().err == ""


def test_stale_terms_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "TERMS", tmp_path / "terms.py")
    assert generate.main(["--check"]) == 1
    (tmp_path / "terms.py").write_text("old", encoding="utf-8")
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == ["ontology/terms.py is stale: run `python -m ontology.generate`"] * 2
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_what_the_schema_says_is_what_policy_says(policy: Graph) -> None:
    for term in terms.Predicate:
        node = URIRef(schema.iri_of(term))
        assert schema.is_object_property(term) == ((node, RDF.type, OWL.ObjectProperty) in policy)
        assert schema.is_functional(term) == ((node, RDF.type, OWL.FunctionalProperty) in policy)
        for language in ("zh", "en"):
            assert (node, RDFS.label, Literal(schema.label(term, language), lang=language)) in policy


def test_functional_and_list_properties() -> None:
    assert schema.is_functional("governs")
    assert schema.is_functional("valueText")
    assert not schema.is_functional("member")
    assert not schema.is_functional("seen")
    assert schema.datatype("governs") == "integer"
    assert schema.datatype("claimValue") is None


def test_relationship_types_and_back() -> None:
    assert schema.relationship_type("includesProject") == "INCLUDES_PROJECT"
    assert schema.relationship_type("misses") == "MISSES"
    assert schema.predicate_of("INCLUDES_PROJECT") is terms.Predicate.INCLUDES_PROJECT
    for predicate in terms.Predicate:
        assert schema.predicate_of(schema.relationship_type(predicate)) == predicate


def test_unknown_words_are_errors() -> None:
    with pytest.raises(ValueError, match="noSuchThing"):
        schema.relationship_type("noSuchThing")
    with pytest.raises(WrongUse, match="NO_SUCH_THING"):
        schema.predicate_of("NO_SUCH_THING")
    with pytest.raises(WrongUse, match="NoSuchThing"):
        schema.label("NoSuchThing")
    with pytest.raises(WrongUse, match="roughly"):
        schema.code_label("comparators", "roughly")


def test_labels() -> None:
    assert schema.label("TaskStatement") == "任务表述"
    assert schema.label("TaskStatement", "en") == "task statement"
    assert schema.code_label("comparators", "at-most") == "以内"
    assert schema.code_label("comparators", "at-most", "en") == "at most"


@pytest.mark.parametrize("name", SCHEMES)
def test_every_code_has_labels_in_both_languages_and_a_definition(name: str) -> None:
    graph = scheme(name)
    (whole,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert isinstance(whole, URIRef)
    assert languages(graph, whole, SKOS.prefLabel) == ["en", "zh"]
    concepts = list(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 1
    for concept in concepts:
        assert isinstance(concept, URIRef)
        assert languages(graph, concept, SKOS.prefLabel) == ["en", "zh"], concept
        assert list(graph.objects(concept, SKOS.definition)), concept
        assert graph.value(concept, SKOS.inScheme) == whole
        assert str(concept) == f"{whole}/{graph.value(concept, SKOS.notation)}"


def test_the_vocabularies_that_records_have_too_are_the_same() -> None:
    assert set(terms.CODE_LABELS["statuses"]) == set(Status)
    assert set(terms.CODE_LABELS["modes"]) == set(Mode)


def test_the_fourteen_types_of_mentions_name_things_of_known_classes() -> None:
    assert len(terms.MentionType) == 14
    assert schema.kind_of_mention("AREA") is terms.Kind.AREA
    assert schema.kind_of_mention("ORG") is terms.Kind.ORGANIZATION
    assert {schema.kind_of_mention(mention_type) for mention_type in terms.MentionType} <= set(terms.Kind)


def test_every_shape_has_a_severity_and_messages_in_both_languages(shapes: Graph) -> None:
    found = set(shapes.objects(None, SH.property))
    assert len(found) > 30
    for shape in found:
        assert isinstance(shape, BNode)
        assert shapes.value(shape, SH.severity) is not None
        messages = [node for node in shapes.objects(shape, SH.message) if isinstance(node, Literal)]
        assert sorted(str(node.language) for node in messages) == ["en", "zh"]
    assert not list(shapes.subjects(SH.sparql, None))


def test_the_codes_that_shapes_allow_are_those_of_the_vocabularies(shapes: Graph) -> None:
    allowed = {frozenset(map(str, Collection(shapes, node))) for node in shapes.objects(None, SH["in"])}
    known = {frozenset(codes) for codes in terms.CODE_LABELS.values()}
    assert len(allowed) == 5  # statuses, modes, value roles, comparators, bindingness
    assert allowed <= known


def test_the_terms_that_shapes_use_are_those_of_the_ontology(policy: Graph, shapes: Graph) -> None:
    used = {node for triple in shapes for node in triple if isinstance(node, URIRef) and node.startswith(ONTOLOGY)}
    assert used
    assert used <= set(our_terms(policy))


PREFIXES = """
@prefix pk: <https://w3id.org/policykg/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://w3id.org/policykg/id/> .
"""

CLAIM = """
:claim a rdf:Statement , pk:Claim ;
    rdf:subject :document ; rdf:predicate pk:mentions ; rdf:object :area ;
    pk:status "asserted" ; pk:confidence 1.0 ; pk:year 2024 ; pk:mode "plan" ; pk:claimOrdinal 1 ;
    pk:words "建设重庆" ; prov:wasGeneratedBy :rule .
:evidence a oa:Annotation , pk:Evidence ; oa:hasBody :claim ; oa:hasTarget :target .
:target a oa:SpecificResource ; oa:hasSource :document ; oa:hasSelector :position , :quote .
:position a oa:TextPositionSelector ; oa:start 2 ; oa:end 4 .
:quote a oa:TextQuoteSelector ; oa:exact "重庆" .
"""

THINGS = """
:area a pk:Area ; skos:notation "500000" .
:programme a pk:Programme ; skos:notation "2468" ; pk:hasComponent :component .
:component a pk:CodeComponent ; pk:position 1 ; pk:count "2" .
:indicator a pk:Indicator .
:observation a pk:Observation ; pk:indicator :indicator ; pk:valueText "8%左右" ; pk:value 8.0 ; pk:valueRole "target" ;
    pk:comparator "about" ; pk:period 2024 ; pk:bindingness "expected" .
:task a pk:TaskStatement ; pk:title "办好实事" ; pk:governs 2024 ; pk:statedIn :document ; pk:taskMode "plan" .
:person a pk:Person .
:membership a pk:Membership ; pk:person :person ; pk:post "主任" ; pk:body :agency .
:project a pk:Project .
:listing a pk:ProjectListing ; pk:project :project .
"""


def faults(turtle: str, shapes: Graph) -> list[tuple[str, str]]:
    """Return the severity and the Chinese message of each fault that pySHACL finds, sorted."""
    data = Graph().parse(data=PREFIXES + turtle, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, allow_infos=True, allow_warnings=True)
    assert isinstance(report, Graph)
    return sorted(
        (str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)), str(message))
        for result in report.objects(None, SH.result)
        for message in report.objects(result, SH.resultMessage)
        if isinstance(message, Literal) and message.language == "zh"
    )


@pytest.mark.parametrize("turtle", [CLAIM, THINGS, CLAIM + THINGS], ids=["claim", "things", "both"])
def test_good_graphs_have_no_faults(turtle: str, shapes: Graph) -> None:
    assert faults(turtle, shapes) == []


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("rdf:subject :document ;", "", "主语"),
        ("rdf:predicate pk:mentions ;", "rdf:predicate skos:related ;", "谓语"),
        ("rdf:object :area ;", "", "宾语"),
        ("rdf:object :area ;", 'rdf:object :area , "重庆" ;', "宾语"),
        ('pk:status "asserted" ;', 'pk:status "believed" ;', "statuses"),
        ('pk:status "asserted" ;', "", "statuses"),
        ("pk:confidence 1.0 ;", "pk:confidence 1.5 ;", "置信度"),
        ("pk:confidence 1.0 ;", "", "置信度"),
        ('pk:mode "plan" ;', 'pk:mode "hope" ;', "modes"),
        ("pk:year 2024 ;", "pk:year 24 ;", "公历年"),
        ("pk:claimOrdinal 1 ;", "pk:claimOrdinal -1 ;", "次序"),
        ("prov:wasGeneratedBy :rule .", "prov:wasGeneratedBy :rule , :other .", "规则"),
        (":evidence a oa:Annotation , pk:Evidence ; oa:hasBody :claim", ":evidence a oa:Annotation", "没有证据"),
        ("oa:hasBody :claim ; oa:hasTarget :target", "oa:hasBody :claim", "一处"),
        ("oa:hasSource :document ;", "", "一处"),
        ("oa:hasSelector :position , :quote", "oa:hasSelector :position", "一处"),
        ("oa:start 2 ;", "oa:start 4 ;", "起点"),
        ("oa:start 2 ;", "oa:start -2 ;", "起点"),
        ("oa:end 4 .", "oa:end 4 , 5 .", "终点"),
        ('oa:exact "重庆"', 'oa:exact ""', "引文"),
    ],
)
def test_bad_claims_are_found(good: str, bad: str, words: str, shapes: Graph) -> None:
    assert good in CLAIM
    found = faults(CLAIM.replace(good, bad), shapes)
    assert [message for _, message in found if words in message], found


@pytest.mark.parametrize(
    ("good", "bad", "severity", "words"),
    [
        ("pk:indicator :indicator ;", "", "Violation", "属于一个指标"),
        ('pk:valueText "8%左右" ;', "", "Violation", "原词"),
        ('pk:valueRole "target" ;', 'pk:valueRole "wish" ;', "Violation", "value-roles"),
        ('pk:valueRole "target" ;', "", "Violation", "value-roles"),
        ('pk:comparator "about" ;', 'pk:comparator "左右" ;', "Violation", "comparators"),
        ('pk:bindingness "expected"', 'pk:bindingness "预期性"', "Violation", "bindingness"),
        ("pk:period 2024 ;", "", "Info", "年份"),
        ("pk:value 8.0 ;", "pk:value 8.0 , 9.0 ;", "Warning", "多个数"),
        ('pk:title "办好实事" ;', "", "Violation", "标题"),
        ("pk:governs 2024 ;", "", "Violation", "年度"),
        ("pk:governs 2024 ;", 'pk:governs "2024年" ;', "Violation", "年度"),
        ("pk:statedIn :document ;", "", "Violation", "出处"),
        ("pk:person :person ;", "", "Violation", "必须有人"),
        ('pk:post "主任" ;', "", "Violation", "职务"),
        ("pk:body :agency .", ".", "Info", "机构"),
        ('skos:notation "500000"', 'skos:notation "5000"', "Violation", "位数字"),
        ('; skos:notation "500000"', "", "Info", "应有代码"),
        ('skos:notation "2468" ;', "skos:notation 2468 ;", "Violation", "字符串"),
        ("; pk:hasComponent :component", "", "Warning", "属于一个代号"),
        ("; pk:project :project", "", "Violation", "必须有项目"),
    ],
)
def test_bad_things_are_found(good: str, bad: str, severity: str, words: str, shapes: Graph) -> None:
    assert good in THINGS
    found = faults(THINGS.replace(good, bad), shapes)
    assert [fault for fault in found if fault[0] == severity and words in fault[1]], found
