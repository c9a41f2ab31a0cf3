"""Which tasks take up a problem that was named before: the next agenda's answer to what a report found wanting.

A problem is compared with the tasks of the first agenda of its area for a later year (usually the plan part of the same
document). What speaks for an answer is `match`: the share of the problem's words, weighed by how few tasks have them,
that stand in the task, and how like its best clause is. The confidence is fitted by eye to 70 pairs of 18 provinces and
the nation, read one by one: of those at 0.6 and more in sum all were right, at 0.5 about four of five, at 0.4 three.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from graph.lineage.agendas import Agenda, Task, agendas
from graph.lineage.chances import LEAST
from graph.lineage.facts import Facts
from graph.lineage.likeness import Match, matches
from ontology.records import Claim, Evidence, Mode, Status
from ontology.terms import Predicate

_MOST_TASKS = 2  # that take up one problem
_MOST_YEARS = 3  # between a problem and the agenda that answers it
_SLOPE, _EVEN = 8.4, 0.352


def answer_problems(facts: Facts) -> Iterator[Claim]:
    """Yield a claim for each task that takes up a problem of a year before."""
    found = agendas(facts)
    for (area, year), problems in _named(facts).items():
        agenda = _next(found, area, year)
        if agenda is None:
            continue
        rows = matches([words.quote for _, words in problems], agenda.main)
        for (problem, words), row in zip(problems, rows, strict=True):
            for task, match in _best(agenda.main, row):
                yield _claim(agenda, problem, words, task, match)


def confidence(match: Match) -> float:
    """Return how probable it is that the task takes the problem up."""
    return round(1 / (1 + math.exp(-_SLOPE * (match.share + match.clause - _EVEN))), 2)


def _named(facts: Facts) -> Mapping[tuple[str, int], list[tuple[str, Evidence]]]:
    """Return the problems by area and year, each with its words."""
    found: dict[tuple[str, int], list[tuple[str, Evidence]]] = defaultdict(list)
    for claim in facts.claims(Predicate.NAMED_PROBLEM):
        if claim.year is not None and claim.object is not None:
            found[claim.subject, claim.year].append((claim.object, claim.evidence[0]))
    return dict(sorted(found.items()))


def _next(found: Mapping[tuple[str, int], Agenda], area: str, year: int) -> Agenda | None:
    later = (found.get((area, year + gap)) for gap in range(1, _MOST_YEARS + 1))
    return next((agenda for agenda in later if agenda), None)


def _best(tasks: Sequence[Task], row: Sequence[Match]) -> list[tuple[Task, Match]]:
    ranked = sorted(zip(tasks, row, strict=True), key=lambda pair: (-confidence(pair[1]), pair[0].iri))
    return [(task, match) for task, match in ranked[:_MOST_TASKS] if confidence(match) >= LEAST]


def _claim(agenda: Agenda, problem: str, words: Evidence, task: Task, match: Match) -> Claim:
    return Claim(
        subject=task.iri,
        predicate=Predicate.RESPONDS_TO,
        object=problem,
        evidence=(words, task.heading),
        rule="lineage/problems",
        year=agenda.year,
        mode=Mode.PLAN,
        words=f"词语 {match.share:.2f}；语句 {match.clause:.2f}",
        status=Status.INFERRED,
        confidence=confidence(match),
    )
