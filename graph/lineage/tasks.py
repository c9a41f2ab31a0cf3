"""Which task goes on with which: links between neighbouring agendas of one area, and the long lines that they make.

A link's confidence is the chance that a careful reader would draw it, from the likeness of the two tasks by the weights
in `data/task_weights.csv` (a logistic regression, fitted by `benchmarks.measure_lineage` on links drawn by reading).
What its title says plays no greater part than what it plans. Links at `LEAST` and above are claims:

    splitsFrom   the earlier task went on in several later ones
    mergesInto   several earlier tasks went on in one later one, and nowhere else
    continues    one to one, a word of the field in both titles
    renames      one to one, no such word

A claim's first evidence is the later task's title, its second the earlier one's, then names that both use; its words
say the signals. A task line holds the statements that go on with each other one to one.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from graph.lineage.agendas import Agenda, Task, agendas, neighbours
from graph.lineage.chances import DATA, LEAST, chance, load_weights
from graph.lineage.facts import Facts
from graph.lineage.likeness import Likeness, likenesses
from ontology.identifiers import mint
from ontology.records import Claim, Entity, Evidence, Mode, Status
from ontology.terms import Kind, Predicate

_GENERIC = DATA / "title_words.csv"
_SHOWN_NAMES = 3

Pairs = dict[tuple[int, int], tuple[float, Likeness]]


def trace_tasks(facts: Facts) -> Iterator[Claim | Entity]:
    """Yield what became of the tasks of every area from agenda to agenda, and the lines that they belong to."""
    found = agendas(facts)
    links: list[Claim] = []
    for earlier, later in neighbours(found):
        links += link_agendas(facts, earlier, later)
    yield from links
    yield from _lines(found, links)


def link_agendas(facts: Facts, earlier: Agenda, later: Agenda) -> Iterator[Claim]:
    """Yield a claim for each task of *later* that goes on with one of *earlier*."""
    weights = load_weights("task")
    chances = {pair: (chance(like, weights), like) for pair, like in likenesses(earlier.main, later.main).items()}
    linked = {pair: found for pair, found in chances.items() if found[0] >= LEAST}
    onward, back = Counter(i for i, _ in linked), Counter(k for _, k in linked)
    for (i, k), (confidence, like) in sorted(linked.items()):
        one, other = earlier.main[i], later.main[k]
        predicate = _kind(one, other, onward[i], back[k])
        first, second = (one, other) if predicate == Predicate.MERGES_INTO else (other, one)
        yield Claim(
            subject=first.iri,
            predicate=predicate,
            object=second.iri,
            evidence=(other.heading, one.heading, *common_words(one, other)),
            rule="lineage/tasks",
            year=later.year,
            mode=Mode.PLAN,
            words=signals(facts, one, other, like, later.year - earlier.year),
            status=Status.INFERRED,
            confidence=round(confidence, 2),
        )


def _kind(earlier: Task, later: Task, onward: int, back: int) -> Predicate:
    if onward > 1:
        return Predicate.SPLITS_FROM
    if back > 1:
        return Predicate.MERGES_INTO
    return Predicate.CONTINUES if field_words(earlier.title) & field_words(later.title) else Predicate.RENAMES


def field_words(title: str) -> set[str]:
    """Return the pairs of characters of *title* that name a field of work: not those of words that any title has."""
    for word in _generic():
        title = title.replace(word, "　")
    return {pair for pair in map("".join, pairwise(title)) if pair.isalnum()}


@cache
def _generic() -> tuple[str, ...]:
    with _GENERIC.open(encoding="utf-8", newline="") as lines:
        return tuple(sorted((row["word"] for row in csv.DictReader(lines)), key=lambda word: (-len(word), word)))


def common_words(one: Task, other: Task) -> Iterator[Evidence]:
    """Yield the words of some names that both tasks use, the later task's before the earlier's."""
    for name in sorted(one.names.keys() & other.names.keys())[:_SHOWN_NAMES]:
        yield other.names[name]
        yield one.names[name]


def signals(facts: Facts, one: Task, other: Task, like: Likeness, years: int = 0) -> str:
    """Return in words what speaks for the link of two tasks that lie *years* apart."""
    parts = [
        f"正文 {like.text:.2f}",
        f"标题 {like.title:.2f}",
        f"流向 {like.onward:.2f}",
        f"来源 {like.back:.2f}",
        f"次序 {one.ordinal}→{other.ordinal}",
    ]
    common = sorted(one.names.keys() & other.names.keys())
    if common:
        parts.append("共同名称 " + "、".join(facts.name(name) for name in common))
    if years > 1:
        parts.append(f"间隔 {years} 年")
    return "；".join(parts)


def _lines(found: Mapping[tuple[str, int], Agenda], links: list[Claim]) -> Iterator[Claim | Entity]:
    """Yield a line for each chain of statements that go on with each other one to one, named by its last title."""
    before = {claim.subject: claim for claim in links if claim.predicate in (Predicate.CONTINUES, Predicate.RENAMES)}
    lines: dict[str, str] = {}  # statement → first statement of its line
    for agenda in found.values():  # by area and year: what comes before is done
        for task in agenda.main:
            claim = before.get(task.iri)
            lines[task.iri] = lines[claim.object or ""] if claim else task.iri
    titles = {task.iri: task for agenda in found.values() for task in agenda.main}
    members: dict[str, list[str]] = {}
    for statement, first in lines.items():
        members.setdefault(first, []).append(statement)
    for first, statements in members.items():
        if len(statements) > 1:
            yield from _line(titles, first, statements, before)


def _line(
    titles: Mapping[str, Task], first: str, statements: list[str], before: Mapping[str, Claim]
) -> Iterator[Claim | Entity]:
    line = mint("task-line", first.rpartition("/task/")[2])
    yield Entity(line, Kind.TASK_LINE, titles[statements[-1]].title)
    confidence = min(before[statement].confidence for statement in statements[1:])
    for statement in statements:
        yield Claim(
            subject=statement,
            predicate=Predicate.SPECIALIZATION_OF,
            object=line,
            evidence=(titles[statement].heading,),
            rule="lineage/task-line",
            status=Status.INFERRED,
            confidence=confidence,
        )
