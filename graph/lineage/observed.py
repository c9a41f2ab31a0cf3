"""Observations as conclusions across documents need them: what they say, who says it, and of which area.

Only those count that name their indicator for sure, their area, their year and their words. An indicator whose name is
no more than a head (产值, 投资) is not sure: what it measures stands somewhere else, and two such values need not be
of one thing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.lineage.facts import Facts, Thing
from graph.lineage.outcomes import OBSERVED, quantity_of
from ontology.comparison import Quantity
from ontology.identifiers import document_iri
from ontology.records import Evidence

_SURE = 0.8
_TABLE = "observations/table"
_FACTS = ("planYear", "reviewYear", "genre")


@dataclass(frozen=True, slots=True)
class Source:
    """A document that states values: the area that it governs, its genre, the years that it plans and reviews."""

    key: str
    area: str
    genre: str
    plan: int | None
    review: int | None


@dataclass(frozen=True, slots=True)
class Observed:
    """One observation. `tabled` tells that it stands in a table of indicators, not in running text."""

    iri: str
    indicator: str
    area: str
    period: int
    role: str
    quantity: Quantity
    words: Evidence
    source: Source
    tabled: bool

    @property
    def own(self) -> bool:
        """Whether the document speaks of its own area; else the value is second-hand."""
        return self.area == self.source.area

    @property
    def place(self) -> tuple[str, int, str]:
        """The order of observations: by document, place in it, IRI."""
        return self.words.document, self.words.start, self.iri


def read_observed(facts: Facts) -> Iterator[Observed]:
    """Yield the observations of *facts* that are sure and complete, in the store's order."""
    sources = _sources(facts)
    vague = {claim.subject for claim in facts.claims("indicator") if claim.confidence < _SURE}
    tabled = {claim.subject for claim in facts.claims("valueText") if claim.rule == _TABLE}
    for thing in facts.things(*OBSERVED).values():
        words = thing.words.get("valueText")
        if words is not None and thing.iri not in vague:
            observed = _observed(thing, words, sources[words.document], thing.iri in tabled)
            if observed is not None:
                yield observed


def _observed(thing: Thing, words: Evidence, source: Source, tabled: bool) -> Observed | None:
    indicator, area, period = thing.link("indicator"), thing.link("area"), thing.values.get("period")
    role = thing.text("valueRole")
    if indicator is None or area is None or not isinstance(period, int) or not role:
        return None
    return Observed(thing.iri, indicator, area, period, role, quantity_of(thing), words, source, tabled)


def _sources(facts: Facts) -> dict[str, Source]:
    """Return the documents by key."""
    heads = facts.things(*_FACTS)
    iris = {document_iri(key): key for key in facts.documents}
    areas = {claim.subject: claim.object for claim in facts.claims("area") if claim.subject in iris}
    return {key: _source(key, heads.get(iri, Thing(iri)), areas.get(iri)) for iri, key in iris.items()}


def _source(key: str, head: Thing, area: str | None) -> Source:
    plan, review = (_year(head, predicate) for predicate in _FACTS[:2])
    return Source(key, area or "", head.text("genre"), plan, review)


def _year(head: Thing, predicate: str) -> int | None:
    value = head.values.get(predicate)
    return value if isinstance(value, int) else None
