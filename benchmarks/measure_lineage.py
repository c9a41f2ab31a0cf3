"""Fits the weights of `graph/lineage/data/*_weights.csv` on links that people drew, and tells how sure they are.

    python -m benchmarks.measure_lineage KG TASKS.csv CASCADES.csv [TEST.csv]

KG is a graph folder with the documents that the links are of. TASKS.csv and TEST.csv hold links between the years of an
area (area, from_year, to_year, earlier_task, task, kind), CASCADES.csv those between levels (area, year, task,
higher_area, higher_task), tasks by the places of their titles; every agenda in full: what is not in the file is no
link. Prints precision and recall with each agenda left out of the fit in turn, how often links of each confidence are
right, and the same for TEST.csv.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.claims import ClaimsStore
from graph.lineage.agendas import Task, agendas, neighbours
from graph.lineage.cascades import levels, orders
from graph.lineage.chances import DATA, FEATURES, LEAST, features
from graph.lineage.evaluation import is_at, read_links
from graph.lineage.facts import Facts
from graph.lineage.likeness import likenesses

_RIDGE = 1.0

Floats = NDArray[np.float64]
Cases = dict[str, list[tuple[tuple[float, ...], bool]]]
"""Pairs of tasks by agenda: their features, and whether a reader links them."""


def main(folder: Path, tasks: Path, cascades: Path, test: Path | None = None) -> None:
    """Fit both kinds of links, write the weights, print the figures."""
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        facts = Facts(store)
        weights = _measure("task", _task_cases(facts, tasks), tasks.name)
        if test:
            held = [case for cases in _task_cases(facts, test).values() for case in cases]
            print(f"test: {_figures([(_chance(values, weights), right) for values, right in held])}")
        _measure("cascade", _cascade_cases(facts, cascades), cascades.name)


def fit(cases: list[tuple[tuple[float, ...], bool]]) -> Floats:
    """Return the weights of a logistic regression with a ridge on all but the bias, by Newton's method."""
    x = np.array([values for values, _ in cases])
    y = np.array([right for _, right in cases], float)
    ridge = np.diag([0.0] + [_RIDGE] * (x.shape[1] - 1))
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + ridge @ weights
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + ridge, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _measure(kind: str, cases: Cases, source: str) -> Floats:
    guesses: list[tuple[float, bool]] = []
    for left_out in cases:
        weights = fit([case for place, others in cases.items() if place != left_out for case in others])
        guesses += [(_chance(values, weights), right) for values, right in cases[left_out]]
    print(f"{kind}: each of {len(cases)} agendas left out in turn: {_figures(guesses)}")
    weights = fit([case for others in cases.values() for case in others])
    with (DATA / f"{kind}_weights.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("feature", "weight", "source"))
        rows.writerows((name, f"{weight:.3f}", source) for name, weight in zip(FEATURES, weights, strict=True))
    return weights


def _task_cases(facts: Facts, path: Path) -> Cases:
    links = read_links(path)
    found: Cases = defaultdict(list)
    for earlier, later in neighbours(agendas(facts)):
        place = facts.name(earlier.area), earlier.year, later.year
        for (i, k), like in likenesses(earlier.main, later.main).items() if place in links else ():
            found[str(place)].append((features(like), _linked(earlier.main[i], later.main[k], links[place])))
    return found


def _cascade_cases(facts: Facts, path: Path) -> Cases:
    links: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            links[row["area"], row["year"]].add((row["higher_task"], row["task"]))
    found: Cases = defaultdict(list)
    for lower, higher in levels(agendas(facts)):
        place = facts.name(lower.area), str(lower.year)
        for tasks in orders(lower) if place in links else ():
            for (i, k), like in likenesses(higher.main, tasks).items():
                found[str(place)].append((features(like), _linked(higher.main[i], tasks[k], links[place])))
    return found


def _linked(one: Task, other: Task, links: Iterable[tuple[str, str]]) -> bool:
    return any(is_at(one, before) and is_at(other, after) for before, after in links)


def _chance(values: tuple[float, ...], weights: Floats) -> float:
    return float(1 / (1 + np.exp(-np.dot(values, weights))))


def _figures(guesses: list[tuple[float, bool]]) -> str:
    drawn = [right for chance, right in guesses if chance >= LEAST]
    wanted, right = sum(linked for _, linked in guesses), sum(drawn)
    lines = [f"precision {right / max(len(drawn), 1):.3f}, recall {right / max(wanted, 1):.3f}, {wanted} links"]
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        band = [(chance, linked) for chance, linked in guesses if low <= chance < high]
        if band:
            mean, share = (sum(values) / len(band) for values in zip(*band, strict=True))
            lines.append(
                f"  {low:.1f} to {min(high, 1):.1f}: {len(band)} pairs, confidence {mean:.2f}, right {share:.2f}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
