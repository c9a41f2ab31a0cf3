"""PLATFORM: names by their tails, by the lists they stand in, and by lexicon."""

from collections.abc import Iterable

from spacy.tokens import Doc

from extractors.defined_platforms import defined_platforms
from extractors.naming.box_lists import boxed_items
from extractors.naming.enumerations import headed_items, overruled
from extractors.naming.lexicons import known_names, patterned_names
from extractors.naming.tails import tailed_names
from extractors.patterns import load_patterns, load_words
from ontology.records import Proposal


def propose_platforms(doc: Doc) -> Iterable[Proposal]:
    """Propose the mentions of type PLATFORM in *doc* (clean offsets)."""
    yield from defined_platforms(doc)
    yield from boxed_items(doc, "PLATFORM")
    yield from headed_items(doc, "PLATFORM")
    yield from overruled(doc, tailed_names(doc, "platforms", "PLATFORM"))
    yield from overruled(doc, known_names(doc, "platforms", "PLATFORM"))
    yield from overruled(doc, patterned_names(doc, "platforms"))


def is_hotline(name: str) -> bool:
    """Tell whether *name* is a telephone number that everybody can call, with what it is called."""
    name = name.strip("“”‘’")
    patterns = (pattern.regex for pattern in load_patterns("platforms") if pattern.rule == "platforms/hotline")
    return name[:1] == "1" and (name in load_words("platforms")["hotlines"] or any(p.match(name) for p in patterns))
