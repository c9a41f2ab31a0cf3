"""What a document is: title, issuer, date, the year it plans and the year it reviews, its area, its genre."""

from extractors.linking.agencies import link_agency
from extractors.linking.areas import area_entity
from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.identifiers import document_iri
from ontology.records import Claim, DocumentFact, Entity, Evidence, Status

_LITERALS = {
    "title": "title",
    "issued": "issued",
    "genre": "genre",
    "plan_year": "planYear",
    "review_year": "reviewYear",
}
_YEARS = {"plan_year", "review_year"}


def read_document_facts(scene: Scene) -> Findings:
    """Return the document as an entity (notation = its key) and a claim for every fact of its head."""
    facts = scene.outline.facts
    iri = document_iri(scene.key)
    title = facts["title"].value if "title" in facts else scene.key
    found = Findings([Entity(iri, "Document", title, scene.key)])
    for name, predicate in _LITERALS.items():
        if name in facts:
            value = int(facts[name].value) if name in _YEARS else facts[name].value
            found.claims.append(_claim(scene, facts[name], predicate, value=value))
    if scene.home is not None and "area" in facts:
        found.entities.append(area_entity(scene.home))
        found.claims.append(_claim(scene, facts["area"], "area", target=scene.home.iri))
    issuer = link_agency(facts["issuer"].value, scene.home) if "issuer" in facts else None
    if issuer is not None:
        found.entities.append(issuer)
        found.claims.append(_claim(scene, facts["issuer"], "issuer", target=issuer.iri))
    return found


def _claim(
    scene: Scene, fact: DocumentFact, predicate: str, value: str | int | None = None, target: str | None = None
) -> Claim:
    stated = fact.start is not None and fact.end is not None
    return Claim(
        subject=document_iri(scene.key),
        predicate=predicate,
        object=target,
        value=value,
        evidence=(_evidence(scene, fact),),
        rule="document_facts/stated" if stated else "document_facts/concluded",
        status=Status.ASSERTED if stated else Status.INFERRED,
        confidence=1.0 if stated else 0.8,
    )


def _evidence(scene: Scene, fact: DocumentFact) -> Evidence:
    if fact.start is not None and fact.end is not None:
        return scene.evidence(fact.start, fact.end)
    title = scene.outline.facts.get("title")
    if title and title.start is not None and title.end is not None:
        return scene.evidence(title.start, title.end)
    first = scene.outline.blocks[0]
    return scene.evidence(first.start, first.end)
