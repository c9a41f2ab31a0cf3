"""Characters a second on one core, side by side in one run: our pipelines and their peers.

    OMP_NUM_THREADS=1 python -m benchmarks.throughput CORPUS GOLD [ROUNDS]

Each reader reads the same documents (the ten longest reports of 2025 and 2026) in turn, round by round; the median
round counts, in CPU time. Ours make outline, mentions and links out of the raw text. The peers get the clean text and
do what they do: jieba.posseg cuts words and tags them, LAC does so with a neural model and marks people, places and
organisations, the spaCy CNN finds the gold's types after a short training (its speed does not depend on its quality).
"""

import statistics
import sys
import time
from pathlib import Path

from benchmarks.peers import Read, jieba_posseg, lac, spacy_cnn
from extractors.outline import read_outline
from extractors.reading import read_scene
from extractors.recognisers.models import ACCURATE, FAST, RULES_ALONE


def ours(model: str) -> Read:
    """Return our pipeline with the recogniser *model*."""
    return lambda raw: read_scene("document", raw, model)


def main(arguments: list[str]) -> None:
    """Measure and print."""
    corpus, gold, rounds = Path(arguments[0]), Path(arguments[1]), int((arguments[2:] or ["5"])[0])
    paths = sorted(corpus.glob("reports/*-202[56].txt"), key=lambda path: -path.stat().st_size)[:10]
    raw = [path.read_text(encoding="utf-8") for path in paths]
    clean = [read_outline(text).clean.text for text in raw]
    readers = {
        "policykg rules": (ours(RULES_ALONE), raw),
        "policykg fast": (ours(FAST), raw),
        "policykg accurate": (ours(ACCURATE), raw),
        "jieba.posseg": (jieba_posseg(), clean),
        "LAC": (lac(), clean),
        "spaCy CNN": (spacy_cnn(corpus, gold), clean),
    }
    speeds: dict[str, list[float]] = {name: [] for name in readers}
    for read, texts in readers.values():
        read(texts[0])
    for _ in range(rounds):
        for name, (read, texts) in readers.items():
            began = time.process_time()
            for text in texts:
                read(text)
            speeds[name].append(sum(map(len, texts)) / (time.process_time() - began))
    sys.stdout.write(f"{len(raw)} documents, {sum(map(len, raw)):,} characters, {rounds} rounds\n")
    for name, measured in speeds.items():
        low, high = min(measured), max(measured)
        sys.stdout.write(f"{name:20} {statistics.median(measured):10,.0f} characters/s ({low:,.0f} to {high:,.0f})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
