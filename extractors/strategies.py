"""Strategies: long-horizon directions with a name, visions of a place, positionings that a place is to reach.

Four sources: names of national usage (`strategies_names.csv`), fixed schemes (`strategies.toml`: 制造强市, “一区两群”),
a vision word before an administrative area (数字 + 重庆), and candidates weighed by their cues
(`extractors.naming.cues`).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc

from extractors.areas import area_forms, home_area
from extractors.patterns import load_lexicon, load_patterns
from extractors.programmes import find_names, weighed_proposals
from ontology.gazetteer import AreaRecord
from ontology.records import Proposal

LEAST = 0.3
LONGEST_AREA = 8  # letters


def propose_strategies(doc: Doc) -> Iterable[Proposal]:
    """Yield proposals of type STRATEGY."""
    text = doc._.outline.clean.text
    for pattern in load_patterns("strategies"):
        yield from pattern.find(text)
    yield from find_names(text, "strategies", "STRATEGY")
    yield from _visions(doc)
    yield from weighed_proposals(text, "strategies", "STRATEGY", LEAST)


def _visions(doc: Doc) -> Iterator[Proposal]:
    """Yield 数字重庆, 平安渝中: a vision word directly before a province, a city or the document's place."""
    text, home = doc._.outline.clean.text, home_area(doc)
    for match in _vision_words().finditer(text):
        end = _area_end(text, match.end(), home)
        if end > match.end():
            yield Proposal(match.start(), end, "STRATEGY", "strategies/vision")


def _area_end(text: str, start: int, home: AreaRecord | None) -> int:
    """Return where the area's name that begins at *start* ends; *start* when none begins there."""
    for length in range(LONGEST_AREA, 1, -1):
        name = text[start : start + length]
        if any(area.level in ("province", "prefecture") or area == home for area in area_forms(name)):
            return start + length
    return start


@cache
def _vision_words() -> re.Pattern[str]:
    words = sorted((row["word"] for row in load_lexicon("strategies_visions")), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))
