"""Measure who wins: writes `extractors/data/resolution_weights.csv` and prints the ablation tables.

    python -m benchmarks.measure_resolution CORPUS FOLDER GOLD [MARKS…]

FOLDER holds the recognisers of the five folds (`make folds`). Every proposal in an annotated range is one case of a
logistic regression (Newton's method, pulled towards 0): is it a mention, given how reliable its rule is and how
probable a recogniser that never saw the document holds it? Each file gets a table; the weights of each fold are fitted
without it. The rules were written with GOLD before our eyes and look better there than they are; most passages of MARKS
are new to them, most documents are not.
"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.held_out import HeldOut, lay_beside, read_held_out, table
from benchmarks.peers import lac
from extractors.edges import bare_range
from extractors.evaluation.scoring import Judged
from extractors.patterns import DATA
from extractors.recognisers.models import ACCURATE, FAST
from extractors.resolution import FEATURES, Candidate, features, settle, weigh
from training.corpus import Gold, read_gold

_PULL = 1.0
Floats = NDArray[np.float64]


def cases(document: HeldOut, gold: Gold, model: str) -> list[tuple[Candidate, bool]]:
    """Return the candidates in the ranges of *gold* where *model* has a say, each with whether it is a mention."""
    clean = document.outline.clean
    marks = set()
    for start, end, kind in gold.mentions.get(document.name, []):
        inside = np.searchsorted(clean.offsets, [start, end])
        marks.add((*bare_range(clean.text, int(inside[0]), int(inside[1])), kind))
    windows = gold.windows.get(document.name, [])
    found = []
    for candidate in weigh(document.proposals, document.outline, document.opinions[model]):
        proposal = candidate.proposal
        first, last = clean.to_raw(proposal.start, proposal.end)
        if candidate.chance is not None and any(a <= first and last <= b for a, b in windows):
            found.append((candidate, (*bare_range(clean.text, proposal.start, proposal.end), proposal.type) in marks))
    return found


def fit(found: Sequence[tuple[Candidate, bool]]) -> Floats:
    """Return the weights of the features for the cases *found*."""
    rows = np.array([features(candidate) for candidate, _ in found])
    right = np.array([is_mention for _, is_mention in found], float)
    weights = np.zeros(rows.shape[1])
    for _ in range(25):
        share = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share - right) + _PULL * weights
        curve = (rows * (share * (1 - share))[:, None]).T @ rows + _PULL * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def ablate(documents: list[HeldOut], gold: Gold, weights: dict[tuple[str, int], Floats]) -> dict[str, list[Judged]]:
    """Return what LAC, rules, recognisers and both find in the documents of *gold*; *weights* by model and fold."""
    columns: dict[str, list[Judged]] = {}
    read_lac = lac()
    for document in documents:
        if document.name not in gold.windows:
            continue
        ways = {"LAC": read_lac(document.outline.clean.text), "rules": settle(document.proposals, document.outline)}
        for model, opinion in document.opinions.items():
            both = settle(document.proposals, document.outline, opinion, weights[model, document.fold].tolist())
            ways |= {model: list(opinion.proposals), f"rules + {model}": both}
        for way, found in ways.items():
            columns.setdefault(way, []).append(lay_beside(document, found, gold))
    return columns


def main(arguments: list[str]) -> None:
    """Measure, write, print."""
    corpus, folder, *paths = map(Path, arguments)
    learned, documents = read_held_out(corpus, folder, paths)
    models = [model for model in (FAST, ACCURATE) if all(model in document.opinions for document in documents)]
    weights, final = {}, {}
    for model in models:
        found = {document.name: cases(document, learned, model) for document in documents}
        for fold in {document.fold for document in documents}:
            kept = [case for document in documents if document.fold != fold for case in found[document.name]]
            weights[model, fold] = fit(kept)
        final[model] = fit([case for document in documents for case in found[document.name]])
    with (DATA / "resolution_weights.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("feature", *models, "source"))
        for number, feature in enumerate(FEATURES):
            rows.writerow(
                (feature, *(round(float(final[m][number]), 3) for m in models), ", ".join(p.name for p in paths))
            )
    for path in paths:
        lines = table(ablate(documents, read_gold([path]), weights))
        sys.stdout.write("\n".join((f"{path.name}", "", *lines, "", "")))


if __name__ == "__main__":
    main(sys.argv[1:])
