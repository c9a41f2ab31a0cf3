"""What the recogniser learns from: the outlines of the corpus, and the gold moved into their clean text."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from extractors.edges import bare_range
from extractors.evaluation import gold as gold_file
from extractors.outline import read_outline
from extractors.readers.files import read_file
from extractors.recognisers.stretches import cut_stretches
from ontology.errors import WrongUse
from ontology.records import CleanText, Outline

TYPES = (
    "AREA", "ZONE", "AGENCY", "ORG", "PERSON", "POST", "STRATEGY", "PROGRAMME", "PROJECT", "PLATFORM", "EVENT",
    "MEETING", "POLICYDOC", "INDICATOR",
)  # fmt: skip
TAGS = ("O", *(f"{part}-{kind}" for kind in TYPES for part in "BI"))


@dataclass(slots=True)
class Gold:
    """Annotated ranges and mentions by document, raw offsets."""

    windows: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    mentions: dict[str, list[tuple[int, int, str]]] = field(default_factory=lambda: defaultdict(list))


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
    return {path.stem: read_outline(read_file(path)[0]) for path in paths}


def read_gold(paths: Iterable[Path]) -> Gold:
    """Return what the files *paths* annotate together; raises WrongUse where one cannot be right."""
    gold = Gold()
    for path in paths:
        documents, problems = gold_file.read_gold(path)
        if problems:
            raise WrongUse("; ".join(problems))
        for document in documents:
            gold.windows[document.name] += document.windows
            gold.mentions[document.name] += [(m.start, m.end, m.type) for m in document.mentions]
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
        start, end = bare_range(clean.text, inside[0], inside[-1] + 1) if inside else (0, 0)
        if start < end:
            begin = TAGS.index(f"B-{kind}")
            tags[start:end] = [begin] + [begin + 1] * (end - start - 1)
    return tags
