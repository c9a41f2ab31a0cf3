"""Who held which post in which body, seen in the year a document was issued: a sighting, which dates no beginning or end."""

from extractors.linking import link_body
from extractors.linking.people import pair_posts, split_post
from extractors.relations.findings import Findings
from extractors.scene import LinkedMention, Scene
from ontology.identifiers import digest, mint
from ontology.records import Claim, Entity, Literal


def read_posts(scene: Scene) -> Findings:
    """Return a Membership (person, body, post, seen) for every person named beside a post; evidence is both together."""
    found = Findings()
    for person, post in pair_posts(scene.mentions, scene.text):
        if person.entity is not None:
            _sighting(scene, person, post, found)
    return found


def _sighting(scene: Scene, person: LinkedMention, post: LinkedMention, found: Findings) -> None:
    assert person.entity is not None
    body_words, title = split_post(post.text)
    body = link_body(body_words, scene.home) if body_words else None
    iri = mint("membership", digest(person.entity.iri, body.iri if body else "", title))
    name = f"{person.entity.name} {body.name if body else ''} {title}".replace("  ", " ")
    found.entities += [person.entity, Entity(iri, "Membership", name), *([body] if body else [])]
    start, end = min(person.start, post.start), max(person.end, post.end)
    year = _seen(scene)
    facts: list[tuple[str, Literal | None, str | None]] = [
        ("person", None, person.entity.iri),
        ("post", title or post.text, None),
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
    """The year of issue; a document without a date was seen in the year it plans at the latest, which says too little."""
    issued = scene.outline.facts.get("issued")
    return int(issued.value[:4]) if issued else None

