"""The accurate recogniser reads the whole corpus: what the fast one learns from.

For each stretch the tags it reads, and how probable it holds every tag of every character. Where people annotated,
their tags stand instead.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractors.edges import bare_range
from extractors.recognisers.fast import KnownName
from extractors.recognisers.opinions import Opinion, Recogniser
from extractors.recognisers.sequences import Sums
from ontology.records import Outline
from training.corpus import TAGS, Sample
from training.folds import place_of

_LONGEST = 20  # characters of a known name
_SURE = 0.6  # a name less probable than this is not known


@dataclass(frozen=True, slots=True)
class Lesson:
    """A stretch with the tags to learn, and the probability of each tag (characters, tags)."""

    document: str
    place: str
    text: str
    tags: tuple[int, ...]
    shares: NDArray[np.float16]
    annotated: bool  # by people


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name that the recogniser read in a document of a place."""

    name: str
    type: str
    place: str


def read_lessons(
    corpus: dict[str, Outline], teacher: Recogniser, samples: Iterable[Sample], read: set[str]
) -> tuple[list[Lesson], list[Sighting]]:
    """Return what people annotated in *corpus*, the *samples*, and what *teacher* reads in the documents *read*."""
    annotated: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        annotated[sample.document].append(sample)
    lessons: list[Lesson] = []
    sightings: list[Sighting] = []
    for document, outline in corpus.items():
        place = place_of(document, outline)
        lessons += [_lesson_of(sample, place) for sample in annotated[document]]
        if document in read:
            opinion = teacher.read(outline)
            lessons.extend(_lessons_between(document, place, annotated[document], opinion))
            sightings.extend(_sightings_of(place, opinion))
    return lessons, sightings


def _lesson_of(sample: Sample, place: str) -> Lesson:
    shares = np.eye(len(TAGS), dtype=np.float16)[list(sample.tags)]
    return Lesson(sample.document, place, sample.text, sample.tags, shares, annotated=True)


def _lessons_between(document: str, place: str, samples: Iterable[Sample], opinion: Opinion) -> Iterable[Lesson]:
    """Yield what the teacher read in the stretches that nobody annotated."""
    done = np.zeros(len(opinion.text), bool)
    for sample in samples:
        done[sample.start : sample.start + len(sample.text)] = True
    tags = np.zeros(len(opinion.text), np.int64)
    for proposal in opinion.proposals:
        first, last = bare_range(opinion.text, proposal.start, proposal.end)
        begin = TAGS.index(f"B-{proposal.type}")
        tags[first:last] = begin + 1
        tags[first] = begin
    for start, sums in zip(opinion.starts, opinion.sums, strict=True):
        end = start + len(sums.totals)
        if not done[start:end].any():
            taught = tuple(tags[start:end].tolist())
            yield Lesson(document, place, opinion.text[start:end], taught, _marginals(sums), annotated=False)


def _sightings_of(place: str, opinion: Opinion) -> Iterable[Sighting]:
    for proposal in opinion.proposals:
        name = opinion.text[slice(*bare_range(opinion.text, proposal.start, proposal.end))]
        if 2 <= len(name) <= _LONGEST and (opinion.chance(proposal) or 0.0) >= _SURE:
            yield Sighting(name, proposal.type, place)


def known_names(sightings: Iterable[Sighting], without: str = "") -> dict[str, KnownName]:
    """Return the names seen in places other than *without*, each with the type it has most often."""
    types: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for sighting in sightings:
        if sighting.place != without:
            types[sighting.name][sighting.type].add(sighting.place)
    known = {}
    for name in sorted(types):
        kind, places = max(types[name].items(), key=lambda item: (len(item[1]), item[0]))
        known[name] = KnownName(kind, len(places))
    return known


def _marginals(sums: Sums) -> NDArray[np.float16]:
    shares = sums.forth * sums.back
    return (shares / shares.sum(1, keepdims=True)).astype(np.float16)
