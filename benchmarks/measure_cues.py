"""Measure the weights of cues on annotated documents and write `extractors/data/<kind>_cues.csv`.

    python -m benchmarks.measure_cues GOLD.jsonl CORPUS_FOLDER [programmes] [strategies]

GOLD is in the form of the annotation guidelines: one mention a line, WINDOW lines for the annotated parts. The weights
are those of a logistic regression (AdaGrad, pulled towards 0), rounded; cues that fewer than `LEAST_SEEN` candidates or
`LEAST_DOCUMENTS` documents show are left out, and so are weights too small to matter. Five-fold scores, folded so that
the reports of one place stay together, are printed: they say how the weights do on documents they have not seen.
"""

import csv
import json
import math
import random
import re
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from extractors.edges import bare_range
from extractors.naming.cues import cued_candidates
from extractors.outline import read_outline
from extractors.patterns import DATA

KINDS = {"programmes": "PROGRAMME", "strategies": "STRATEGY"}
LEAST_SEEN, LEAST_DOCUMENTS, LEAST_WEIGHT = 5, 3, 0.15
ROUNDS, RATE, PULL, FOLDS = 8, 0.3, 1.0, 5
Place = tuple[str, tuple[int, int]]  # a document and a clean range
# for each document its clean text, its annotated windows, and the type of each marked range
Annotated = dict[str, tuple[str, list[tuple[int, int]], dict[tuple[int, int], str]]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One candidate of a document: its trimmed range, its cues, and whether the gold marks it."""

    document: str
    span: tuple[int, int]
    cues: tuple[str, ...]
    is_name: bool


def read_gold(gold: Path, corpus: Path) -> Annotated:
    """Return for each document its clean text, annotated windows and marked ranges, all in clean offsets."""
    rows = defaultdict(list)
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["doc"]].append(row)
    documents = {}
    for path in sorted(corpus.rglob("*.txt")):
        if path.stem not in rows:
            continue
        clean = read_outline(path.read_bytes().decode("utf-8")).clean
        windows, marks = [], {}
        for row in rows[path.stem]:
            span = bisect_left(clean.offsets, row["start"]), bisect_left(clean.offsets, row["end"])
            if row["type"] == "WINDOW":
                windows.append(span)
            else:
                marks[bare_range(clean.text, *span)] = row["type"]
        documents[path.stem] = clean.text, windows, marks
    return documents


def sample(documents: Annotated, kind: str) -> list[Sample]:
    """Return every candidate of *kind* that lies in an annotated window."""
    samples = []
    for name, (text, windows, marks) in documents.items():
        for candidate, cues in cued_candidates(text, kind):
            if any(start <= candidate.start and candidate.end <= end for start, end in windows):
                span = bare_range(text, candidate.start, candidate.end)
                samples.append(Sample(name, span, cues, marks.get(span) == KINDS[kind]))
    return samples


def fit(samples: list[Sample]) -> tuple[dict[str, float], Counter[str]]:
    """Return the weight of each cue, and how many candidates show it."""
    seen: Counter[str] = Counter()
    where = defaultdict(set)
    for item in samples:
        seen.update(item.cues)
        for cue in item.cues:
            where[cue].add(item.document)
    kept = {cue for cue in seen if seen[cue] >= LEAST_SEEN and len(where[cue]) >= LEAST_DOCUMENTS}
    rows = [(["bias", *(cue for cue in item.cues if cue in kept)], item.is_name) for item in samples]
    weights: dict[str, float] = defaultdict(float, bias=-2.0)
    squares: dict[str, float] = defaultdict(lambda: 1e-2)
    shuffle = random.Random(0).shuffle  # noqa: S311 - the order of samples, nothing secret
    for _ in range(ROUNDS):
        shuffle(rows)
        for cues, is_name in rows:
            error = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, sum(weights[cue] for cue in cues))))) - is_name
            if abs(error) < 0.01:
                continue
            for cue in cues:
                slope = error + (PULL * weights[cue] / seen[cue] if seen[cue] else 0.0)
                squares[cue] += slope * slope
                weights[cue] -= RATE * slope / math.sqrt(squares[cue])
    return {cue: round(w, 2) for cue, w in weights.items() if abs(w) >= LEAST_WEIGHT or cue == "bias"}, seen


def choose(samples: list[Sample], weights: dict[str, float], least: float) -> set[Place]:
    """Return the ranges that the weights pick, best first, none overlapping, as `extractors.naming.cues.weigh`."""
    scored = sorted(
        ((weights["bias"] + sum(weights.get(cue, 0.0) for cue in item.cues), item) for item in samples),
        key=lambda pair: (-pair[0], pair[1].document, pair[1].span),
    )
    floor = math.log(least / (1 - least))
    taken: dict[str, set[int]] = defaultdict(set)
    chosen = set()
    for score, item in scored:
        if score < floor:
            break
        places = set(range(*item.span))
        if not places & taken[item.document]:
            taken[item.document] |= places
            chosen.add((item.document, item.span))
    return chosen


def cross_validate(samples: list[Sample], gold: set[Place], least: float) -> tuple[float, float, float]:
    """Return precision, recall and F1 over folds that keep the reports of one place together."""
    places = sorted({_place(item.document) for item in samples})
    fold = {place: index % FOLDS for index, place in enumerate(places)}
    chosen: set[Place] = set()
    for number in range(FOLDS):
        weights, _ = fit([item for item in samples if fold[_place(item.document)] != number])
        chosen |= choose([item for item in samples if fold[_place(item.document)] == number], weights, least)
    hits = len(chosen & gold)
    precision, recall = hits / max(1, len(chosen)), hits / max(1, len(gold))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def write(kind: str, weights: dict[str, float], seen: Counter[str], source: str) -> None:
    """Write the weights, heaviest evidence first."""
    with (DATA / f"{kind}_cues.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("cue", "weight", "seen", "source"))
        for cue in sorted(weights, key=lambda cue: (cue != "bias", cue)):
            rows.writerow((cue, weights[cue], seen[cue], source))


def _place(document: str) -> str:
    return re.sub(r"-20\d\d$", "", document)


def main(arguments: list[str]) -> None:
    """Measure the kinds named on the command line (both when none is)."""
    gold_file, corpus, *kinds = arguments
    documents = read_gold(Path(gold_file), Path(corpus))
    for kind in kinds or KINDS:
        samples = sample(documents, kind)
        gold = {
            (name, span) for name, (_, _, marks) in documents.items() for span, of in marks.items() if of == KINDS[kind]
        }
        for least in (0.3, 0.35, 0.4):
            scores = cross_validate(samples, gold, least)
            sys.stdout.write(f"{kind} at {least}, five-fold: P {scores[0]:.3f} R {scores[1]:.3f} F1 {scores[2]:.3f}\n")
        weights, seen = fit(samples)
        write(kind, weights, seen, f"{Path(gold_file).name}, {len(samples)} candidates")
        sys.stdout.write(f"{kind}: {len(weights)} weights\n")


if __name__ == "__main__":
    main(sys.argv[1:])
