"""The claims of documents as conclusions need them: by predicate, without those that a person rejected."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from graph.claims import ClaimsStore, Passage, StoredDocument
from ontology.records import Claim, Evidence, Literal


@dataclass(slots=True)
class Thing:
    """What documents say of one thing: its literals and links by predicate.

    `words` are those of the first claim of each predicate, `quotes` those of the first claim of each link.
    """

    iri: str
    values: dict[str, Literal] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, Evidence] = field(default_factory=dict)
    quotes: dict[tuple[str, str], Evidence] = field(default_factory=dict)

    def link(self, predicate: str) -> str | None:
        """Return the first thing that *predicate* links to."""
        return next(iter(self.links.get(predicate, ())), None)

    def text(self, predicate: str) -> str:
        """Return the value of *predicate* as text, "" where there is none."""
        return str(self.values.get(predicate, ""))


class Facts:
    """What the documents of a store say. Reads the store when asked, and only the predicates asked for."""

    def __init__(self, store: ClaimsStore) -> None:
        """Look into *store*; it does not change meanwhile."""
        self.store = store

    @cached_property
    def documents(self) -> dict[str, StoredDocument]:
        """The documents by key."""
        return {document.key: document for document in self.store.documents()}

    def claims(self, *predicates: str) -> Iterator[Claim]:
        """Yield the claims of documents with one of *predicates*, in the store's order, rejected ones left out."""
        yield from self.store.stated(predicates)

    def things(self, *predicates: str) -> dict[str, Thing]:
        """Return the subjects of the claims with *predicates*, by IRI, in the store's order."""
        found: dict[str, Thing] = {}
        for claim in self.claims(*predicates):
            thing = found.setdefault(claim.subject, Thing(claim.subject))
            thing.words.setdefault(claim.predicate, claim.evidence[0])
            if claim.object is not None:
                thing.links.setdefault(claim.predicate, []).append(claim.object)
                thing.quotes.setdefault((claim.predicate, claim.object), claim.evidence[0])
            elif claim.value is not None:
                thing.values.setdefault(claim.predicate, claim.value)
        return found

    def name(self, iri: str) -> str:
        """Return the name of the thing *iri*, the IRI itself where nothing names it."""
        return self.names.get(iri, iri)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of all things by IRI."""
        return {entity.iri: entity.name for entity in self.store.entities()}

    def text(self, key: str) -> str:
        """Return the raw text of the document *key*."""
        return self.store.raw_text(key)

    def passages(self, key: str) -> tuple[Passage, ...]:
        """Return the outline of the document *key*, raw offsets."""
        return self.store.passages(key)

    def evidence(self, key: str, start: int, end: int) -> Evidence:
        """Return the words of the document *key* at the raw offsets *start*, *end* as evidence."""
        return Evidence(key, start, end, self.text(key)[start:end])
