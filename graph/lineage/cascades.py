"""Which tasks of a lower level take up which of the level above: a district its city's, a province the nation's.

Compared are the agendas of one year; the level above is the nearest one that has an agenda for that year. Tasks of the
first order and their parts are each compared with the tasks of the first order above. Confidence and evidence are as
in `graph.lineage.tasks`; the weights stand in `data/cascade_weights.csv`.
"""

from collections.abc import Iterator, Mapping, Sequence

from graph.lineage.agendas import Agenda, Task, agendas
from graph.lineage.chances import LEAST, chance, load_weights
from graph.lineage.facts import Facts
from graph.lineage.likeness import likenesses
from graph.lineage.tasks import common_words, signals
from ontology.gazetteer import ancestors, load_areas
from ontology.records import Claim, Mode, Status
from ontology.terms import Predicate


def trace_cascades(facts: Facts) -> Iterator[Claim]:
    """Yield a claim for each task that takes up one of the level above."""
    found = agendas(facts)
    for lower, higher in levels(found):
        yield from link_levels(facts, lower, higher)


def levels(found: Mapping[tuple[str, int], Agenda]) -> Iterator[tuple[Agenda, Agenda]]:
    """Yield each agenda with that of the nearest level above for the same year."""
    records = {record.iri: record for record in load_areas()}
    for (area, year), lower in found.items():
        above = ancestors(records[area]) if area in records else ()
        higher = next((found[record.iri, year] for record in above if (record.iri, year) in found), None)
        if higher is not None:
            yield lower, higher


def link_levels(facts: Facts, lower: Agenda, higher: Agenda) -> Iterator[Claim]:
    """Yield a claim for each task of *lower* that takes up one of *higher*."""
    for tasks in orders(lower):
        weights = load_weights("cascade")
        for (i, k), like in sorted(likenesses(higher.main, tasks).items()):
            confidence = chance(like, weights)
            if confidence < LEAST:
                continue
            above, below = higher.main[i], tasks[k]
            yield Claim(
                subject=below.iri,
                predicate=Predicate.CASCADES_FROM,
                object=above.iri,
                evidence=(below.heading, above.heading, *common_words(above, below)),
                rule="lineage/cascades",
                year=lower.year,
                mode=Mode.PLAN,
                words=signals(facts, above, below, like),
                status=Status.INFERRED,
                confidence=round(confidence, 2),
            )


def orders(agenda: Agenda) -> Iterator[Sequence[Task]]:
    """Yield the tasks of the first order, then their parts, where there are any."""
    yield agenda.main
    parts = tuple(task for task in agenda.tasks if task.parent)
    if parts:
        yield parts
