"""How well tasks are traced: links drawn by readers, and those of a graph against them.

The gold is CSV with the columns area, from_year, to_year, earlier_task, task and kind: every link between the tasks of
two agendas of an area. A task is told by the place of its title, document:start-end, as answers tell it: a gold holds
no words of the documents. What is not in it for these agendas is no link.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from graph.lineage.agendas import Task, agendas, neighbours
from graph.lineage.facts import Facts
from graph.lineage.tasks import link_agendas
from ontology.errors import WrongUse
from ontology.terms import Predicate

COLUMNS = ("area", "from_year", "to_year", "earlier_task", "task", "kind")

Agendas = tuple[str, int, int]
"""An area's name and the two years."""
Links = dict[tuple[str, str], str]
"""The kind of each link by the places of the earlier and the later task."""
_PLACE = re.compile(r"(.+):(\d+)-(\d+)")
_KINDS = {
    Predicate.CONTINUES: "continues",
    Predicate.RENAMES: "renames",
    Predicate.SPLITS_FROM: "splits",
    Predicate.MERGES_INTO: "merges",
}


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of the links of two agendas: right ones (`kinds` of the right kind), spurious, missed ones."""

    place: Agendas
    right: int
    kinds: int
    spurious: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]


def is_links(path: Path) -> bool:
    """Tell whether the file *path* is a gold of links: CSV with their columns."""
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return tuple(next(csv.reader(lines), ())) == COLUMNS


def read_links(path: Path) -> dict[Agendas, Links]:
    """Return the links in the CSV file *path* by agendas. Raises WrongUse for a row that is none."""
    found: dict[Agendas, Links] = defaultdict(dict)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            ends = row["earlier_task"], row["task"]
            if row["kind"] not in _KINDS.values() or not (row["from_year"] + row["to_year"]).isdigit():
                raise WrongUse(
                    f"{path}: line {number}: write years as four digits, and one of {', '.join(_KINDS.values())}"
                )
            if not all(map(_PLACE.fullmatch, ends)):
                raise WrongUse(f"{path}: line {number}: write tasks as document:start-end, the place of the title")
            found[row["area"], int(row["from_year"]), int(row["to_year"])][ends] = row["kind"]
    return found


def is_at(task: Task, place: str) -> bool:
    """Tell whether the title of *task* overlaps *place*."""
    told = _PLACE.fullmatch(place)
    heading = task.heading
    return (
        told is not None and told[1] == heading.document and heading.start < int(told[3]) and int(told[2]) < heading.end
    )


def score_links(facts: Facts, gold: Mapping[Agendas, Links]) -> list[Score]:
    """Return a score for each two agendas of *gold*; those that *facts* does not hold have missed everything."""
    scores = {}
    tasks = {task.iri: task for agenda in agendas(facts).values() for task in agenda.main}
    for earlier, later in neighbours(agendas(facts)):
        place = facts.name(earlier.area), earlier.year, later.year
        if place in gold:
            drawn: Links = {}
            for claim in link_agendas(facts, earlier, later):
                ends = tasks[claim.subject], tasks[claim.object or ""]
                one, other = ends if claim.predicate == Predicate.MERGES_INTO else ends[::-1]
                drawn[_told(one), _told(other)] = _KINDS[Predicate(claim.predicate)]
            wanted = {
                (_named(before, earlier.main), _named(after, later.main)): kind
                for (before, after), kind in gold[place].items()
            }
            scores[place] = _score(place, drawn, wanted)
    return [scores.get(place) or _score(place, {}, gold[place]) for place in gold]


def _named(place: str, tasks: Sequence[Task]) -> str:
    """Return how the one of *tasks* at *place* is told; the place itself where none is."""
    return next((_told(task) for task in tasks if is_at(task, place)), place)


def _told(task: Task) -> str:
    return f"{task.title} ({task.heading.document}:{task.heading.start}-{task.heading.end})"


def _score(place: Agendas, drawn: Links, gold: Links) -> Score:
    right = drawn.keys() & gold.keys()
    return Score(
        place=place,
        right=len(right),
        kinds=sum(drawn[link] == gold[link] for link in right),
        spurious=tuple(sorted(drawn.keys() - right)),
        missed=tuple(sorted(gold.keys() - right)),
    )


def to_table(scores: Iterable[Score], errors: int = 0) -> str:
    """Return *scores* as text: precision, recall and right kinds by agendas and in all, with examples of errors."""
    scores = list(scores)
    lines = [f"{'agendas':24}{'links':>7}{'found':>7}{'right':>7}{'P':>8}{'R':>8}{'F1':>8}{'kinds':>8}"]
    for score in scores:
        name = f"{score.place[0]} {score.place[1]}→{score.place[2]}"
        lines.append(_line(name, [score]))
    lines.append(_line("all", scores))
    for what in ("spurious", "missed"):
        found = [(score.place, *link) for score in scores for link in getattr(score, what)]
        lines += [
            f"{what}: {area} {before}→{after}: {one} → {other}" for (area, before, after), one, other in found[:errors]
        ]
    return "\n".join(lines) + "\n"


def to_json(scores: Iterable[Score]) -> str:
    """Return *scores* as a JSON list: agendas, counts, and the links that are spurious or missed."""
    rows = [{**asdict(score), "place": dict(zip(COLUMNS[:3], score.place, strict=True))} for score in scores]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _line(name: str, scores: list[Score]) -> str:
    right = sum(score.right for score in scores)
    found = right + sum(len(score.spurious) for score in scores)
    wanted = right + sum(len(score.missed) for score in scores)
    precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    kinds = sum(score.kinds for score in scores) / right if right else 0.0
    wide = sum(not char.isascii() and char != "→" for char in name)
    figures = f"{precision:8.3f}{recall:8.3f}{f1:8.3f}{kinds:8.3f}"
    return f"{name:{24 - wide}}{wanted:7}{found:7}{right:7}{figures}"
