"""Fits the weights of `graph/lineage/data/task_weights.csv` on links that people drew, and tells how sure they are.

    python -m benchmarks.measure_lineage KG LINKS.csv [TEST.csv]

KG is a graph folder with the documents of LINKS.csv (area, from_year, to_year, earlier_task, task, kind; every area and
pair of years in full: what is not in it is no link). Prints precision and recall with each area left out of the fit in
turn, how often links of each confidence are right, and the same for TEST.csv.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.claims import ClaimsStore
from graph.lineage.agendas import agendas, neighbours
from graph.lineage.chances import FEATURES, LEAST, features
from graph.lineage.evaluation import Agendas, Links, read_links
from graph.lineage.facts import Facts
from graph.lineage.likeness import likenesses

_RIDGE = 1.0
_WEIGHTS = Path(__file__).parents[1] / "graph" / "lineage" / "data" / "task_weights.csv"

Floats = NDArray[np.float64]


def main(folder: Path, links: Path, test: Path | None = None) -> None:
    """Fit on *links*, write the weights, print the figures."""
    seen = _pairs(folder, read_links(links))
    guesses: list[tuple[float, bool]] = []
    for left_out in sorted(seen):
        others = [pair for area, pairs in seen.items() if area != left_out for pair in pairs]
        weights = fit(others)
        guesses += [(_chance(values, weights), right) for values, right in seen[left_out]]
    print(f"left out in turn, {len(seen)} agendas: {_figures(guesses)}")
    weights = fit([pair for pairs in seen.values() for pair in pairs])
    with _WEIGHTS.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("feature", "weight", "source"))
        rows.writerows((name, f"{weight:.3f}", "fitted") for name, weight in zip(FEATURES, weights, strict=True))
    if test:
        held = [pair for pairs in _pairs(folder, read_links(test)).values() for pair in pairs]
        print(f"test: {_figures([(_chance(values, weights), right) for values, right in held])}")


def fit(pairs: list[tuple[tuple[float, ...], bool]]) -> Floats:
    """Return the weights of a logistic regression with a ridge on all but the bias, by Newton's method."""
    x = np.array([values for values, _ in pairs])
    y = np.array([right for _, right in pairs], float)
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


def _pairs(folder: Path, links: dict[Agendas, Links]) -> dict[Agendas, list[tuple[tuple[float, ...], bool]]]:
    found: dict[Agendas, list[tuple[tuple[float, ...], bool]]] = defaultdict(list)
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        facts = Facts(store)
        for earlier, later in neighbours(agendas(facts)):
            place = facts.name(earlier.area), earlier.year, later.year
            for (i, k), like in likenesses(earlier.main, later.main).items() if place in links else ():
                titles = earlier.main[i].title, later.main[k].title
                found[place].append((features(like), titles in links[place]))
    return found


def _chance(values: tuple[float, ...], weights: Floats) -> float:
    return float(1 / (1 + np.exp(-np.dot(values, weights))))


def _figures(guesses: list[tuple[float, bool]]) -> str:
    drawn = [right for chance, right in guesses if chance >= LEAST]
    wanted = sum(right for _, right in guesses)
    lines = [
        f"precision {sum(drawn) / max(len(drawn), 1):.3f}, recall {sum(drawn) / max(wanted, 1):.3f}, {wanted} links"
    ]
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        band = [(chance, right) for chance, right in guesses if low <= chance < high]
        if band:
            mean = sum(chance for chance, _ in band) / len(band)
            share = sum(right for _, right in band) / len(band)
            lines.append(
                f"  {low:.1f} to {min(high, 1):.1f}: {len(band)} pairs, mean confidence {mean:.2f}, right {share:.2f}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
