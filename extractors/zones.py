"""ZONE: names by their tails, by the lists they stand in, and by lexicon."""

from collections.abc import Iterable

from spacy.tokens import Doc

from extractors.naming.box_lists import boxed_items
from extractors.naming.enumerations import headed_items, overruled
from extractors.naming.lexicons import known_names, patterned_names
from extractors.naming.tails import tailed_names
from ontology.records import Proposal


def propose_zones(doc: Doc) -> Iterable[Proposal]:
    """Propose the mentions of type ZONE in *doc* (clean offsets)."""
    yield from boxed_items(doc, "ZONE")
    yield from headed_items(doc, "ZONE")
    yield from overruled(doc, tailed_names(doc, "zones", "ZONE"))
    yield from overruled(doc, known_names(doc, "zones", "ZONE"))
    yield from overruled(doc, patterned_names(doc, "zones"))
