"""EVENT: names by their tails, by the lists they stand in, and by lexicon."""

from collections.abc import Iterable

from spacy.tokens import Doc

from extractors.naming.box_lists import boxed_items
from extractors.naming.enumerations import headed_items, overruled
from extractors.naming.lexicons import known_names, patterned_names
from extractors.naming.tails import tailed_names
from ontology.records import Proposal


def propose_events(doc: Doc) -> Iterable[Proposal]:
    """Propose the mentions of type EVENT in *doc* (clean offsets)."""
    yield from boxed_items(doc, "EVENT")
    yield from headed_items(doc, "EVENT")
    yield from overruled(doc, tailed_names(doc, "events", "EVENT"))
    yield from overruled(doc, known_names(doc, "events", "EVENT"))
    yield from overruled(doc, patterned_names(doc, "events"))
