"""What the recogniser learns from: the outlines of the corpus, and the gold moved into their clean text."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from extractors.outline import read_outline
from extractors.readers.text import read_text
from extractors.recognisers.stretches import cut_stretches
from ontology.records import CleanText, Outline

TYPES = (
    "AREA", "ZONE", "AGENCY", "ORG", "PERSON", "POST", "STRATEGY", "PROGRAMME", "PROJECT", "PLATFORM", "EVENT",
    "MEETING", "POLICYDOC", "INDICATOR",
)  # fmt: skip
TAGS = ("O", *(f"{part}-{kind}" for kind in TYPES for part in "BI"))
_EDGE = set(" \t\r\n\u3000“”‘’「」『』《》\"'")


@dataclass(slots=True)
class Gold:
    """Annotated ranges and mentions by document, raw offsets."""

    windows: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    mentions: dict[str, list[tuple[int, int, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, document: str, start: int, end: int, kind: str) -> None:
        """Add a mention, or an annotated range where *kind* is WINDOW."""
        if kind == "WINDOW":
            self.windows[document].append((start, end))
        else:
            self.mentions[document].append((start, end, kind))


@dataclass(frozen=True, slots=True)
class Sample:
    """A stretch of a document with a tag a character; `start` is its clean offset."""

    document: str
    start: int
    heading: str
    text: str
    tags: tuple[int, ...]


def read_corpus(folder: Path) -> dict[str, Outline]:
    """Return the outline of every text file under *folder*, by file stem."""
    paths = sorted(folder.rglob("*.txt"), key=lambda path: path.stem)
    return {path.stem: read_outline(read_text(path)[0]) for path in paths}


def read_gold(paths: Iterable[Path]) -> Gold:
    """Return what the files *paths* annotate: JSON Lines as the scorer reads them, or CSV with the same columns."""
    gold = Gold()
    for path in paths:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines) if path.suffix == ".csv" else map(json.loads, lines)
            for row in rows:
                gold.add(row["doc"], int(row["start"]), int(row["end"]), row["type"])
    return gold


def read_samples(corpus: dict[str, Outline], gold: Gold) -> list[Sample]:
    """Return the annotated stretches of *gold*, in document order."""
    samples = []
    for document in sorted(gold.windows):
        outline = corpus[document]
        clean = outline.clean
        place = {offset: index for index, offset in enumerate(clean.offsets)}
        tags = _tags(clean, place, gold.mentions.get(document, []))
        for first, last in sorted(gold.windows[document]):
            inside = [place[offset] for offset in range(first, last) if offset in place]
            if inside:
                for stretch in cut_stretches(outline, inside[0], inside[-1] + 1):
                    start, end, heading = stretch
                    samples.append(Sample(document, start, heading, clean.text[start:end], tuple(tags[start:end])))
    return samples


def _tags(clean: CleanText, place: dict[int, int], mentions: list[tuple[int, int, str]]) -> list[int]:
    """Return a tag for each clean character; outer quotes and blanks of a mention are outside (GUIDELINES, rule 4)."""
    tags = [0] * len(clean.text)
    for first, last, kind in mentions:
        inside = [place[offset] for offset in range(first, last) if offset in place]
        while inside and clean.text[inside[0]] in _EDGE:
            inside.pop(0)
        while inside and clean.text[inside[-1]] in _EDGE:
            inside.pop()
        if inside:
            begin = TAGS.index(f"B-{kind}")
            tags[inside[0] : inside[-1] + 1] = [begin] + [begin + 1] * (inside[-1] - inside[0])
    return tags
