"""What is the same: the IRI of a claim, equal claims in one document, one thing under many names.

Everything here is a pure function of content, so that two builds on two machines agree.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence

from ontology.identifiers import digest, document_iri, mint
from ontology.records import Claim, Entity, Literal, Outline, Reading

INFERRED = ""
"""The pseudo-document that owns the claims that were concluded across documents."""

DOCUMENT_KIND = "Document"


def graph_iri(key: str) -> str:
    """Return the named graph of the claims that the document *key* owns; `INFERRED` has one of its own."""
    return document_iri(key) if key else mint("graph", "inferred")


def evidence_iri(claim_id: str, number: int) -> str:
    """Return the IRI of the *number*-th piece of evidence (from 0) of a claim."""
    return f"{claim_id}/evidence/{number}"


def claim_iri(document: str, claim: Claim) -> str:
    """Return the IRI of *claim* as *document* states it; words, rule, status and confidence play no part."""
    places = (part for piece in claim.evidence for part in (piece.document, piece.start, piece.end))
    return mint(
        "claim",
        digest(
            document,
            claim.subject,
            claim.predicate,
            claim.object,
            typed(claim.value),
            claim.year,
            claim.mode,
            claim.ordinal,
            *places,
        ),
    )


def typed(value: Literal | None) -> str | None:
    """Return *value* with its type, so that 3, 3.0 and "3" differ; None stays None."""
    return None if value is None else f"{type(value).__name__}:{value}"


def distinct_claims(document: str, claims: Iterable[Claim]) -> list[tuple[str, Claim]]:
    """Return (IRI, claim) in the given order; of claims with one IRI the most confident stays, else the first.

    Raises ValueError for a number that no store can hold.
    """
    kept: dict[str, Claim] = {}
    for claim in claims:
        if not _storable(claim.value):
            raise ValueError(f"{document}: {claim.subject} {claim.predicate}: {claim.value!r} is no number of 64 bits")
        iri = claim_iri(document, claim)
        if iri not in kept or claim.confidence > kept[iri].confidence:
            kept[iri] = claim
    return list(kept.items())


def merge_entities(entities: Iterable[Entity]) -> list[Entity]:
    """Return one entity per IRI, in the order of first appearance."""
    groups: dict[str, list[Entity]] = {}
    for entity in entities:
        groups.setdefault(entity.iri, []).append(entity)
    return [merge_entity(group) for group in groups.values()]


def merge_entity(entities: Sequence[Entity]) -> Entity:
    """Return what *entities*, descriptions of one thing, say together.

    Kind, name and notation are those that most descriptions use; ties go to the longest, then to the first in code
    point order. The other names become aliases.
    """
    name = _prevailing(entity.name for entity in entities)
    names = {entity.name for entity in entities}.union(*(entity.aliases for entity in entities))
    return Entity(
        iri=entities[0].iri,
        kind=_prevailing(entity.kind for entity in entities),
        name=name,
        notation=_prevailing(entity.notation for entity in entities if entity.notation),
        aliases=tuple(sorted(names - {name, ""})),
    )


def describe_document(reading: Reading) -> Entity:
    """Return the document itself as an entity: its key is the notation; its title, or else its key, the name."""
    title = reading.outline.facts.get("title")
    return Entity(document_iri(reading.key), DOCUMENT_KIND, title.value if title else reading.key, reading.key)


def content_digest(reading: Reading, entities: Iterable[Entity], claims: Iterable[tuple[str, Claim]]) -> str:
    """Return a digest of all that *reading* says; where the file lay and which rules read it play no part."""
    links = reading.links or (None,) * len(reading.mentions)
    return digest(
        reading.key,
        reading.sha256,
        *(digest(entity.iri, entity.kind, entity.name, entity.notation, *entity.aliases) for entity in entities),
        *(claim_digest(iri, claim) for iri, claim in claims),
        *(
            digest(mention.start, mention.end, mention.type, mention.text, mention.rule, iri)
            for mention, iri in zip(reading.mentions, links, strict=True)
        ),
        *(
            digest(number, *(thing.iri for thing in open_to))
            for number, open_to in enumerate(reading.candidates)
            if open_to
        ),
        outline_json(reading.outline),
        facts_json(reading.outline),
    )


def claim_digest(iri: str, claim: Claim) -> str:
    """Return a digest of all that a claim holds, the parts that its IRI leaves out included."""
    quotes = (piece.quote for piece in claim.evidence)
    return digest(iri, claim.words, claim.status, repr(float(claim.confidence)), claim.rule, *quotes)


def facts_json(outline: Outline) -> str:
    """Return the facts of the document's head as a JSON object of name and value."""
    return json.dumps({name: outline.facts[name].value for name in sorted(outline.facts)}, ensure_ascii=False)


def outline_json(outline: Outline) -> str:
    """Return the blocks as a JSON list of lists in the order of `graph.claims.Passage`; offsets become raw ones."""
    rows = []
    for block in outline.blocks:
        start, end = _raw(outline, block.start, block.end)
        anchor = None if block.anchor is None else _raw(outline, block.anchor, block.anchor)[0]
        place = (block.parent, block.row, block.column, anchor)
        rows.append((block.kind, start, end, block.level, block.marker, block.ordinal, *place, block.year, block.mode))
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _raw(outline: Outline, start: int, end: int) -> tuple[int, int]:
    if start < end:
        return outline.clean.to_raw(start, end)
    offsets = outline.clean.offsets
    place = offsets[start] if start < len(offsets) else len(outline.clean.raw)
    return place, place


def _storable(value: Literal | None) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or (not isinstance(value, bool) and -(2**63) <= value < 2**63)


def _prevailing(values: Iterable[str]) -> str:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], -len(value), value), default="")
