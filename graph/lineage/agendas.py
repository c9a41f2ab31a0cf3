"""Agendas: the tasks that an area sets itself for a year, each with all its words and the names in them.

An area's agenda of a year is what all its documents plan for that year together; two agendas are neighbours where no
document of the area plans a year between them. A task's words are its heading and all that stands below it, sub-tasks
included, footnotes left out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from graph.claims import Passage
from graph.lineage.facts import Facts, Thing
from ontology.records import BlockKind, Evidence, Mode
from ontology.terms import Predicate

_NAMING = (Predicate.ADVANCES, Predicate.IMPLEMENTS, Predicate.INCLUDES_PROJECT)
_STATED = (
    Predicate.TITLE,
    Predicate.ORDINAL,
    Predicate.GOVERNS,
    Predicate.TASK_MODE,
    Predicate.AREA,
    Predicate.PART_OF,
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of an agenda. `text` is clean of blanks; `names` are the strategies, programmes and projects in it.

    `place` is its place in the agenda, from 0 (first) to 1 (last); `names` maps each IRI to the words that name it;
    `parent` is the IRI of the task that it is part of, "" for a task of the first order.
    """

    iri: str
    title: str
    ordinal: int
    place: float
    text: str
    names: dict[str, Evidence]
    heading: Evidence
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What an area plans for a year; `tasks` in the order of documents and text, sub-tasks behind their tasks."""

    area: str
    year: int
    tasks: tuple[Task, ...]

    @property
    def main(self) -> tuple[Task, ...]:
        """The tasks of the first order."""
        return tuple(task for task in self.tasks if not task.parent)


@lru_cache(maxsize=1)
def agendas(facts: Facts) -> dict[tuple[str, int], Agenda]:
    """Return the agendas of all areas by area (IRI) and year."""
    stated = facts.things(*_STATED, *_NAMING)
    planned = {iri: thing for iri, thing in stated.items() if thing.text(Predicate.TASK_MODE) == Mode.PLAN}
    by_document: dict[str, list[Thing]] = defaultdict(list)
    for thing in planned.values():
        if Predicate.TITLE in thing.words and thing.link(Predicate.AREA):
            by_document[thing.words[Predicate.TITLE].document].append(thing)
    found: dict[tuple[str, int], list[Task]] = defaultdict(list)
    for key in sorted(by_document):
        for thing, task in _tasks(facts, key, by_document[key]):
            found[thing.link(Predicate.AREA) or "", int(thing.text(Predicate.GOVERNS))].append(task)
    return {place: Agenda(*place, tuple(tasks)) for place, tasks in sorted(found.items())}


def neighbours(found: dict[tuple[str, int], Agenda]) -> Iterator[tuple[Agenda, Agenda]]:
    """Yield the earlier and the later of each two neighbouring agendas of one area."""
    for earlier, later in pairwise(found.values()):
        if earlier.area == later.area:
            yield earlier, later


def _tasks(facts: Facts, key: str, things: list[Thing]) -> Iterator[tuple[Thing, Task]]:
    raw, passages = facts.text(key), facts.passages(key)
    headings = _headings(passages, things)
    below: dict[str, list[str]] = defaultdict(list)
    names: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for index, passage in enumerate(passages):
        for iri in _holders(passages, index, headings):
            if passage.kind is not BlockKind.FOOTNOTE:
                below[iri].append("".join(raw[passage.start : passage.end].split()))
    for thing in things:
        for predicate in _NAMING:
            for target in thing.links.get(predicate, ()):
                for holder in (thing.iri, *thing.links.get(Predicate.PART_OF, ())):
                    names[holder].setdefault(target, thing.quotes[predicate, target])
    last = max(sum(not thing.link(Predicate.PART_OF) for thing in things) - 1, 1)
    place = -1
    for thing in things:
        parent = thing.link(Predicate.PART_OF) or ""
        place += not parent
        yield (
            thing,
            Task(
                iri=thing.iri,
                title=thing.text(Predicate.TITLE),
                ordinal=int(thing.text(Predicate.ORDINAL) or 0),
                place=place / last,
                text="\n".join(below[thing.iri]),
                names=names[thing.iri],
                heading=thing.words[Predicate.TITLE],
                parent=parent,
            ),
        )


def _headings(passages: tuple[Passage, ...], things: list[Thing]) -> dict[int, str]:
    """Return which passages are headings of which task."""
    starts = {thing.words[Predicate.TITLE].start: thing.iri for thing in things}
    found = {}
    for index, passage in enumerate(passages):
        if passage.kind is BlockKind.HEADING:
            iri = next((starts[place] for place in range(passage.start, passage.end) if place in starts), None)
            if iri:
                found[index] = iri
    return found


def _holders(passages: tuple[Passage, ...], index: int | None, headings: dict[int, str]) -> Iterator[str]:
    """Yield the tasks that the passage *index* stands in: its own heading's and those above."""
    while index is not None:
        if index in headings:
            yield headings[index]
        index = passages[index].parent
