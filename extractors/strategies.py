"""Strategies: long-horizon directions with a name, visions of a place, positionings that a place is to reach.

Four sources: names of national usage (`strategies_names.csv`), fixed schemes (`strategies.toml`: 制造强市, “一区两群”),
a vision word before an administrative area (数字 + 重庆), and candidates weighed by their cues (`extractors.cues`).
"""

from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc

from extractors.patterns import load_lexicon, load_patterns
from extractors.programmes import find_names, weighed_proposals
from ontology.records import Proposal

LEAST = 0.3


def propose_strategies(doc: Doc) -> Iterable[Proposal]:
    """Yield proposals of type STRATEGY."""
    text = doc.text
    for pattern in load_patterns("strategies"):
        yield from pattern.find(text)
    yield from find_names(text, "strategies", "STRATEGY")
    yield from _visions(text, doc._.proposals or ())
    yield from weighed_proposals(text, "strategies", "STRATEGY", LEAST)


def _visions(text: str, proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Yield 数字重庆, 平安渝中: a vision word that stands directly before an area."""
    for proposal in list(proposals):
        if proposal.type != "AREA":
            continue
        word = next((w for w in _vision_words() if text.endswith(w, 0, proposal.start)), "")
        if word:
            yield Proposal(proposal.start - len(word), proposal.end, "STRATEGY", "strategies/vision")


@cache
def _vision_words() -> tuple[str, ...]:
    return tuple(
        sorted((row["word"] for row in load_lexicon("strategies_visions")), key=lambda word: (-len(word), word))
    )
