"""Reads one file to the end: text, outline, mentions, links, claims. The one function that `graph` calls.

read_file ─► read_outline ─► annotate ─► link_mentions ─► relations ─► Reading
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from extractors.linking import link_mentions, merge_entities
from extractors.outline import read_outline
from extractors.patterns import DATA
from extractors.pipeline import annotate
from extractors.readers.files import read_file
from extractors.recognisers.models import DEFAULT_MODEL, WEIGHTS, weight_files
from extractors.relations.components import read_components
from extractors.relations.definitions import read_definitions
from extractors.relations.document_facts import read_document_facts
from extractors.relations.findings import Findings
from extractors.relations.listings import read_listings
from extractors.relations.mentions import read_mentions
from extractors.relations.observations import read_observations
from extractors.relations.orientations import read_orientations
from extractors.relations.posts import read_posts
from extractors.relations.problems import read_problems
from extractors.relations.sums import read_sums
from extractors.relations.tasks import read_tasks
from extractors.scene import LinkedMention, Scene
from ontology.gazetteer import AreaRecord, areas_named, valid_in
from ontology.records import Claim, Mention, Outline, Proposal, Reading

Relation = Callable[[Scene], Findings]

RELATIONS: tuple[Relation, ...] = (
    read_document_facts,
    read_mentions,
    read_definitions,
    read_components,
    read_tasks,
    read_listings,
    read_problems,
    read_sums,
    read_orientations,
    read_posts,
    read_observations,
)


def read_document(path: Path, model: str = DEFAULT_MODEL) -> Reading:
    """Return everything that the file at *path* says, read with the recogniser *model*.

    Raises UnreadableDocument where it cannot be read.
    """
    raw, sha256 = read_file(path)
    scene = read_scene(path.stem, raw, model)
    found = Findings()
    for relation in RELATIONS:
        found.extend(relation(scene))
    return Reading(
        key=path.stem,
        sha256=sha256,
        raw=raw,
        outline=scene.outline,
        mentions=tuple(_mention(scene, mention) for mention in scene.mentions),
        links=tuple(mention.entity.iri if mention.entity else None for mention in scene.mentions),
        candidates=tuple(mention.candidates for mention in scene.mentions),
        entities=merge_entities(found.entities),
        claims=_distinct(found.claims),
    )


def read_scene_of(path: Path, model: str = DEFAULT_MODEL) -> Scene:
    """Return the file at *path* with its mentions linked, no more. Raises UnreadableDocument."""
    raw, _ = read_file(path)
    return read_scene(path.stem, raw, model)


def read_scene(key: str, raw: str, model: str = DEFAULT_MODEL) -> Scene:
    """Return the text *raw* as the scene that the relations read; *key* names the document."""
    outline = read_outline(raw)
    home = home_of(outline)
    year = _year(outline)
    doc = annotate(outline, model)
    proposals = [Proposal(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["policy"]]
    return Scene(key, outline, home, link_mentions(outline, proposals, home, year))


def home_of(outline: Outline) -> AreaRecord | None:
    """Return the administrative area that the document governs, None where its name is unknown or ambiguous."""
    fact = outline.facts.get("area")
    year = _year(outline)
    found = areas_named(fact.value) if fact else ()
    current = [area for area in found if year is None or valid_in(area, year)]
    return current[0] if len(current) == 1 else None


@cache
def rules_hash(model: str = DEFAULT_MODEL) -> str:
    """Return a hash of all that decides what is read: code and data of extractors and ontology, weights of *model*."""
    content = hashlib.sha256(model.encode())
    room = DATA.parent
    paths = [path for root in (room, room.parent / "ontology") for path in sorted(root.rglob("*"))]
    skipped = (room / "evaluation", WEIGHTS)
    for path in [path for path in paths if not any(map(path.is_relative_to, skipped))] + weight_files(model):
        if path.suffix in {".py", ".toml", ".csv", ".ttl", ".onnx", ".json"}:
            content.update(path.relative_to(room.parent).as_posix().encode())
            content.update(path.read_bytes())
    return content.hexdigest()


def _year(outline: Outline) -> int | None:
    issued = outline.facts.get("issued") or outline.facts.get("plan_year")
    return int(issued.value[:4]) if issued else None


def _mention(scene: Scene, mention: LinkedMention) -> Mention:
    words = scene.evidence(mention.start, mention.end)
    return Mention(scene.key, words.start, words.end, mention.type, words.quote, mention.rule)


def _distinct(claims: list[Claim]) -> tuple[Claim, ...]:
    return tuple(dict.fromkeys(claims))
