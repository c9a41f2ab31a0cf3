"""Who held which post in which body, seen in the year a document was issued: a sighting, no term."""

from extractors.linking import link_body
from extractors.linking.people import pair_posts, split_posts
from extractors.relations.findings import Findings
from extractors.scene import LinkedMention, Scene
from ontology.identifiers import digest, mint
from ontology.records import Claim, Entity, Literal


def read_posts(scene: Scene) -> Findings:
    """Return a Membership (person, body, post, seen) for each body of a post beside a person."""
    found = Findings()
    for person, post in pair_posts(scene.mentions, scene.text):
        if person.entity is not None:
            for body, title in split_posts(post.text):
                _sighting(scene, (person, post), person.entity, (body, title or post.text), found)
    return found


def _sighting(
    scene: Scene, words: tuple[LinkedMention, LinkedMention], person: Entity, office: tuple[str, str], found: Findings
) -> None:
    body = link_body(office[0], scene.home) if office[0] else None
    title = office[1]
    iri = mint("membership", digest(person.iri, body.iri if body else "", title))
    name = " ".join(part for part in (person.name, body.name if body else "", title) if part)
    found.entities += [person, Entity(iri, "Membership", name), *([body] if body else [])]
    start, end = min(mention.start for mention in words), max(mention.end for mention in words)
    year = _seen(scene)
    facts: list[tuple[str, Literal | None, str | None]] = [
        ("person", None, person.iri),
        ("post", title, None),
    ]
    if body is not None:
        facts.append(("body", None, body.iri))
    if year is not None:
        facts.append(("seen", year, None))
    for predicate, value, target in facts:
        found.claims.append(
            Claim(
                subject=iri,
                predicate=predicate,
                object=target,
                value=value,
                evidence=(scene.evidence(start, end),),
                rule="posts/beside",
                year=year,
                words=scene.text[start:end],
            )
        )


def _seen(scene: Scene) -> int | None:
    """The year of issue; the year that a document plans says too little."""
    issued = scene.outline.facts.get("issued")
    return int(issued.value[:4]) if issued else None
