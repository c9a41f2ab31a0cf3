"""Measure how often each rule is right on annotated documents: writes `extractors/data/resolution_reliability.csv`.

    python -m benchmarks.measure_reliability GOLD.jsonl CORPUS_FOLDER [SCALES.json]

Run it after any rule has changed. The weights of cues were themselves fitted on these documents, so weighed rules are
measured with weights fitted without the fold at hand; otherwise they would look surer than they are on a new text.
SCALES.json keeps those weights between runs: they are fitted anew only where the file is missing.
"""

import csv
import json
import re
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import extractors.naming.cues as cues_module
from benchmarks.measure_cues import FOLDS, KINDS, fit, read_gold, sample
from extractors.edges import bare_range
from extractors.naming.cues import Scale
from extractors.outline import read_outline
from extractors.patterns import DATA
from extractors.pipeline import annotate
from extractors.resolution import Reliability, company, make_fit
from ontology.records import Outline, Proposal

Judged = list[tuple[Proposal, bool]]


def held_out_scales(gold: Path, corpus: Path, kept: Path | None) -> Callable[[str], dict[str, Scale]]:
    """Return a function from a document to the scales fitted without its fold, kept in the file *kept* if given."""
    documents = read_gold(gold, corpus)
    places = sorted({_place(name) for name in documents})
    fold = {place: index % FOLDS for index, place in enumerate(places)}
    if kept and kept.exists():
        fitted = json.loads(kept.read_text(encoding="utf-8"))
    else:
        fitted = [{kind: {} for kind in KINDS} for _ in range(FOLDS)]
        for kind in KINDS:
            samples = sample(documents, kind)
            for number in range(FOLDS):
                fitted[number][kind], _ = fit([item for item in samples if fold[_place(item.document)] != number])
        if kept:
            kept.write_text(json.dumps(fitted), encoding="utf-8")
    return lambda name: {kind: Scale(weights) for kind, weights in fitted[fold[_place(name)]].items()}


def judge(outline: Outline, proposals: list[Proposal], rows: list[dict[str, str | int]]) -> Judged:
    """Return the proposals that lie in an annotated window, each with whether the gold has it."""
    offsets, text = outline.clean.offsets, outline.clean.text
    windows, marks = [], set()
    for row in rows:
        span = bisect_left(offsets, int(row["start"])), bisect_left(offsets, int(row["end"]))
        if row["type"] == "WINDOW":
            windows.append(span)
        else:
            marks.add((*bare_range(text, *span), row["type"]))
    return [
        (p, (*bare_range(text, p.start, p.end), p.type) in marks)
        for p in make_fit(proposals, outline)
        if any(start <= p.start and p.end <= end for start, end in windows)
    ]


def measure(judged: dict[str, Judged]) -> dict[tuple[str, str], list[int]]:
    """Return (right, seen) by rule and place; the places come from a first count that knows none."""
    first: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for rows in judged.values():
        for proposal, right in rows:
            first[proposal.rule, ""][0] += right
            first[proposal.rule, ""][1] += 1
    rough = Reliability({key: (right, seen) for key, (right, seen) in first.items()})
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for rows in judged.values():
        truth = dict(rows)
        for proposal, place in company(list(truth), rough):
            counts[proposal.rule, place][0] += truth[proposal]
            counts[proposal.rule, place][1] += 1
    return counts


def _place(document: str) -> str:
    return re.sub(r"-20\d\d$", "", document)


def main(arguments: list[str]) -> None:
    """Measure and write."""
    gold, corpus, *kept = map(Path, arguments)
    rows = defaultdict(list)
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["doc"]].append(row)
    scales_for = held_out_scales(gold, corpus, kept[0] if kept else None)
    judged: dict[str, Judged] = {}
    for path in sorted(corpus.rglob("*.txt")):
        if path.stem in rows:
            scales = scales_for(path.stem)
            cues_module.load_scale = scales.__getitem__  # type: ignore[assignment]
            outline = read_outline(path.read_bytes().decode("utf-8"))
            judged[path.stem] = judge(outline, annotate(outline)._.proposals, rows[path.stem])
    counts = measure(judged)
    with (DATA / "resolution_reliability.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("rule", "place", "right", "seen", "source"))
        for (rule, place), (right, seen) in sorted(counts.items()):
            writer.writerow((rule, place, right, seen, gold.name))
    total = Counter(right for judgements in judged.values() for _, right in judgements)
    sys.stdout.write(f"{len(counts)} rows; {total[True]} of {total.total()} proposals right\n")


if __name__ == "__main__":
    main(sys.argv[1:])
