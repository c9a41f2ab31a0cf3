"""ORG: names by their tails, by the lists they stand in, and by lexicon."""

from collections.abc import Iterable

from spacy.tokens import Doc

from extractors.naming.box_lists import boxed_items
from extractors.naming.enumerations import headed_items, overruled
from extractors.naming.lexicons import known_names
from extractors.naming.tails import tailed_names
from ontology.records import Proposal


def propose_organisations(doc: Doc) -> Iterable[Proposal]:
    """Propose the mentions of type ORG in *doc* (clean offsets)."""
    yield from boxed_items(doc, "ORG")
    yield from headed_items(doc, "ORG")
    yield from overruled(doc, tailed_names(doc, "organisations", "ORG"))
    yield from overruled(doc, known_names(doc, "organisations", "ORG", alone=True))
