"""Meetings: congresses, plenaries, working conferences, summits."""

from collections.abc import Iterator

from spacy.tokens import Doc

from extractors.areas import level_words, name_before
from extractors.patterns import load_patterns
from ontology.records import Proposal


def propose_meetings(doc: Doc) -> Iterator[Proposal]:
    """Yield meetings; a place name directly before a meeting of its own organ belongs to it (重庆市委六届六次全会)."""
    text = doc._.outline.clean.text
    for pattern in load_patterns("meetings"):
        for found in pattern.find(text):
            start = found.start
            if text.startswith((*level_words(), "第"), start):
                start = name_before(text, start)
            yield Proposal(start, found.end, found.type, found.rule)
