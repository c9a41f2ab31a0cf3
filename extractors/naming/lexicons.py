"""Names that everybody knows, from `data/<stem>.csv` (columns name, group, source).

A short name counts where no common word runs across its edges (理想 in 理想信念); of a stem that is full of everyday
words (brands) only where it is an item of a list by itself.
"""

from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind
from spacy.tokens import Doc

from extractors.naming.boundaries import layout
from extractors.naming.enumerations import listings
from extractors.patterns import load_lexicon, load_patterns
from ontology.records import Proposal

_SHORT = 3  # names up to this length are checked against the words around them


def known_names(doc: Doc, stem: str, kind: str, *, alone: bool = False) -> Iterator[Proposal]:
    """Propose the names of `data/<stem>.csv` in *doc*; with *alone*, short ones only as items of lists."""
    sheet = layout(doc)
    items = {item for listing in listings(doc) for item in listing.items} if alone else set()
    words, groups = _lexicon(stem)
    for index, start, end in words.find_matches_as_indexes(sheet.text):
        if end - start <= _SHORT and (sheet.crossed(start) or sheet.crossed(end)):
            continue
        if alone and end - start <= _SHORT and (start, end) not in items:
            continue
        yield Proposal(start, end, kind, f"{stem}/{groups[index]}")


def patterned_names(doc: Doc, stem: str) -> Iterator[Proposal]:
    """Propose what the patterns of `data/<stem>.toml` find in *doc*."""
    text = layout(doc).text
    for pattern in load_patterns(stem):
        yield from pattern.find(text)


@cache
def _lexicon(stem: str) -> tuple[AhoCorasick, tuple[str, ...]]:
    rows = load_lexicon(stem)
    automaton = AhoCorasick([row["name"] for row in rows], matchkind=MatchKind.LeftmostLongest)
    return automaton, tuple(row["group"] for row in rows)
