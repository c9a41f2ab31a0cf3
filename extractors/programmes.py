"""Programmes: systems, plans, actions, campaigns, mechanisms, lists, reforms and brands that have a name or a code.

Three sources, from the surest: names of national usage (`programmes_names.csv`), fixed schemes (`programmes.toml`), and
candidates weighed by their cues (`extractors.naming.cues`). A weighed proposal's rule says its form and how likely it
is: `programmes/headed-sure`, `-likely`, `-possible`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from spacy.tokens import Doc

from extractors.naming.cues import weigh
from extractors.patterns import load_lexicon, load_patterns
from ontology.records import Proposal

LEAST = 0.35
_BANDS = ((0.8, "sure"), (0.55, "likely"), (0.0, "possible"))


def propose_programmes(doc: Doc) -> Iterable[Proposal]:
    """Yield proposals of type PROGRAMME."""
    text = doc._.outline.clean.text
    for pattern in load_patterns("programmes"):
        yield from pattern.find(text)
    yield from find_names(text, "programmes", "PROGRAMME")
    yield from weighed_proposals(text, "programmes", "PROGRAMME", LEAST)


def find_names(text: str, kind: str, type_: str) -> Iterator[Proposal]:
    """Yield a proposal for each name of `data/<kind>_names.csv`, quotation marks around it included."""
    for match in _names(kind).finditer(text):
        start, end = match.span()
        if text[start - 1 : start] == "“" and text[end : end + 1] == "”":
            start, end = start - 1, end + 1
        yield Proposal(start, end, type_, f"{kind}/name")


def weighed_proposals(text: str, kind: str, type_: str, least: float) -> Iterator[Proposal]:
    """Yield a proposal for each candidate of at least the probability *least*; its rule tells form and band."""
    for candidate, probability in weigh(text, kind, least):
        band = next(name for floor, name in _BANDS if probability >= floor)
        yield Proposal(candidate.start, candidate.end, type_, f"{kind}/{candidate.form}-{band}")


@cache
def _names(kind: str) -> re.Pattern[str]:
    names = sorted((row["name"] for row in load_lexicon(f"{kind}_names")), key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names)))
