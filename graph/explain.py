"""Explains a thing or a claim: everything said of it, each quote shown inside its sentence."""

import re
from collections.abc import Iterator

from graph.claims import ClaimsStore, StoredClaim
from graph.names import resolve_name
from graph.opened import KnowledgeGraph
from ontology.identifiers import RESOURCE
from ontology.records import Claim, Entity, Evidence

_STOP = re.compile(r"[。；！？\n]")
_REACH = 60


def explain(graph: KnowledgeGraph, thing: str) -> Iterator[str]:
    """Yield lines of text about an entity or claim; *thing* is its IRI, or a name (every meaning is explained).

    Raises WrongUse, with the nearest names, when the graph has nothing of that id or name.
    """
    store = graph.claims
    claim = store.claim(thing) if thing.startswith(RESOURCE) else None
    if claim is not None:
        yield from _explain_claim(store, claim)
        return
    for iri in resolve_name(graph.entities(), thing, where=str(graph.folder)):
        entity = store.entity(iri)
        assert entity is not None
        yield from _describe(entity)
        for stored in store.claims_about(iri):
            yield ""
            yield from _explain_claim(store, stored)


def _describe(entity: Entity) -> Iterator[str]:
    code = f" [{entity.notation}]" if entity.notation else ""
    yield f"{entity.kind} {entity.name}{code}"
    yield f"  id       {entity.iri}"
    if entity.aliases:
        yield f"  also     {'、'.join(entity.aliases)}"


def _explain_claim(store: ClaimsStore, stored: StoredClaim) -> Iterator[str]:
    claim = stored.claim
    target = _name(store, claim.object) if claim.object is not None else str(claim.value)
    yield f"{_name(store, claim.subject)} —{claim.predicate}→ {target}"
    yield f"  {'  '.join(_qualifiers(claim))}"
    yield f"  id       {stored.id}"
    for evidence in claim.evidence:
        sentence = in_sentence(store.raw_text(evidence.document), evidence)
        yield f"  {evidence.document}:{evidence.start}-{evidence.end}  {sentence}"


def _qualifiers(claim: Claim) -> Iterator[str]:
    yield f"{claim.status} ({claim.confidence:g})"
    if claim.year is not None:
        yield f"{claim.mode or 'year'} {claim.year}"
    yield f"by {claim.rule}"


def _name(store: ClaimsStore, iri: str) -> str:
    entity = store.entity(iri)
    return entity.name if entity else iri


def in_sentence(raw: str, evidence: Evidence) -> str:
    """Return the sentence around the evidence on one line, the quote between 【 and 】."""
    low = max(0, evidence.start - _REACH)
    for match in _STOP.finditer(raw, low, evidence.start):
        low = match.end()
    stop = _STOP.search(raw, evidence.end, evidence.end + _REACH)
    high = stop.end() if stop else min(len(raw), evidence.end + _REACH)
    before, after = raw[low : evidence.start], raw[evidence.end : high]
    return "".join(f"{before}【{evidence.quote}】{after}".split())
