"""Laws, plans, reports and regulations: between book-title marks, by name, or after a verb of issuing."""

import re
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc

from extractors.patterns import load_lexicon, load_patterns
from ontology.records import Proposal

_ITEM = re.compile(r"[^、]+")


def propose_policy_documents(doc: Doc) -> Iterator[Proposal]:
    """Yield documents; the items of a list that shares one tail (A、B等方案) stand alone."""
    text = doc._.outline.clean.text
    for match in _laws().finditer(text):
        yield Proposal(*match.span(), "POLICYDOC", "policy_documents/law")
    for pattern in load_patterns("policy_documents"):
        for found in pattern.find(text):
            if pattern.rule.endswith("-list"):
                yield from _items(text, found)
            else:
                yield found


@cache
def _laws() -> re.Pattern[str]:
    names = sorted((row["name"] for row in load_lexicon("policy_documents_laws")), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def _items(text: str, found: Proposal) -> Iterator[Proposal]:
    for item in _ITEM.finditer(text, found.start, found.end):
        yield Proposal(*item.span(), found.type, found.rule)
