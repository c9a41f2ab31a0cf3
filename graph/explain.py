"""Explains a thing or a claim: everything said of it, each quote shown inside its sentence.

`explain` gives an `Explanation`; its text is what `policykg explain` prints, Jupyter shows it as HTML.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from graph import markup
from graph.claims import ClaimsStore, StoredClaim
from graph.names import resolve_name
from ontology.identifiers import RESOURCE
from ontology.records import Claim, Entity, Evidence

_STOP = re.compile(r"[。；！？\n]")
_REACH = 60
_TEXTS_KEPT = 16


class Graph(Protocol):
    """What an explanation needs of a graph (`graph.opened.KnowledgeGraph` has it)."""

    folder: Path
    claims: ClaimsStore

    def entities(self) -> Sequence[Entity]:
        """Return every thing of the graph."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Evidence inside its sentence: what stands `before` and `after` the quote, without blanks and line breaks."""

    evidence: Evidence
    before: str
    after: str

    @property
    def quote(self) -> str:
        """The quote itself, without blanks and line breaks."""
        return "".join(self.evidence.quote.split())

    def __str__(self) -> str:
        """Return the sentence on one line, the quote between 【 and 】."""
        return f"{self.before}【{self.quote}】{self.after}"

    def _repr_html_(self) -> str:
        return markup.quotation(self.evidence, self.before, self.quote, self.after)


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim in words: its IRI, the names of its two ends, and its evidence in sentences."""

    id: str
    claim: Claim
    subject: str
    target: str
    quotations: tuple[Quotation, ...]

    @property
    def qualifiers(self) -> str:
        """Status, confidence, year and rule in a few words."""
        claim = self.claim
        year = () if claim.year is None else (f"{claim.mode or 'year'} {claim.year}",)
        return "  ".join((f"{claim.status} ({claim.confidence:g})", *year, f"by {claim.rule}"))

    def lines(self) -> Iterator[str]:
        """Yield the statement as lines of text."""
        yield f"{self.subject} —{self.claim.predicate}→ {self.target}"
        yield f"  {self.qualifiers}"
        yield f"  id       {self.id}"
        for quotation in self.quotations:
            evidence = quotation.evidence
            yield f"  {evidence.document}:{evidence.start}-{evidence.end}  {quotation}"

    def _repr_html_(self) -> str:
        shown = [quotation._repr_html_() for quotation in self.quotations]
        return markup.statement(self.subject, self.claim.predicate, self.target, self.qualifiers, shown)


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with what is said of it; `left_out` counts the statements that a limit left out."""

    entity: Entity
    statements: tuple[Statement, ...]
    left_out: int = 0

    def lines(self) -> Iterator[str]:
        """Yield the thing and its statements as lines of text, a blank line before each statement."""
        entity = self.entity
        yield f"{entity.kind} {entity.name}" + (f" [{entity.notation}]" if entity.notation else "")
        yield f"  id       {entity.iri}"
        if entity.aliases:
            yield f"  also     {'、'.join(entity.aliases)}"
        for statement in self.statements:
            yield ""
            yield from statement.lines()
        if self.left_out:
            yield f"\n… and {self.left_out} more"

    def _repr_html_(self) -> str:
        return markup.thing(self.entity, [statement._repr_html_() for statement in self.statements], self.left_out)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an id or a name stands for: one claim, or every thing of that name."""

    parts: tuple[Thing | Statement, ...]

    @property
    def things(self) -> tuple[Thing, ...]:
        """The things among the parts; none where a claim was asked for."""
        return tuple(part for part in self.parts if isinstance(part, Thing))

    def lines(self) -> Iterator[str]:
        """Yield the explanation as lines of text."""
        for part in self.parts:
            yield from part.lines()

    def __str__(self) -> str:
        """Return the explanation as text."""
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return "".join(part._repr_html_() for part in self.parts)


def explain(graph: Graph, thing: str, limit: int | None = None) -> Explanation:
    """Return what *graph* says of an entity or claim; *thing* is its IRI, or a name (every meaning is explained).

    *limit* is the number of statements of each thing, None for all of them. Raises WrongUse, with the nearest names,
    when the graph has nothing of that id or name.
    """
    store = graph.claims
    text_of = lru_cache(_TEXTS_KEPT)(store.raw_text)
    claim = store.claim(thing) if thing.startswith(RESOURCE) else None
    if claim is not None:
        return Explanation((_statement(store, claim, text_of),))
    things = []
    for iri in resolve_name(graph.entities(), thing, where=str(graph.folder)):
        entity = store.entity(iri)
        assert entity is not None
        claims = list(store.claims_about(iri))
        statements = tuple(_statement(store, stored, text_of) for stored in claims[:limit])
        things.append(Thing(entity, statements, len(claims) - len(statements)))
    return Explanation(tuple(things))


def _statement(store: ClaimsStore, stored: StoredClaim, text_of: Callable[[str], str]) -> Statement:
    claim = stored.claim
    target = _name(store, claim.object) if claim.object is not None else str(claim.value)
    quotations = (quote_in_sentence(text_of(evidence.document), evidence) for evidence in claim.evidence)
    return Statement(stored.id, claim, _name(store, claim.subject), target, tuple(quotations))


def _name(store: ClaimsStore, iri: str) -> str:
    entity = store.entity(iri)
    return entity.name if entity else iri


def quote_in_sentence(raw: str, evidence: Evidence) -> Quotation:
    """Return the evidence with the rest of its sentence, at most 60 characters of it on either side."""
    low = max(0, evidence.start - _REACH)
    for match in _STOP.finditer(raw, low, evidence.start):
        low = match.end()
    stop = _STOP.search(raw, evidence.end, evidence.end + _REACH)
    high = stop.end() if stop else min(len(raw), evidence.end + _REACH)
    before, after = raw[low : evidence.start], raw[evidence.end : high]
    return Quotation(evidence, "".join(before.split()), "".join(after.split()))
