"""Claims as the pages show them: in words, with links, each quote in its sentence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from graph.claims import ClaimsStore, StoredClaim
from graph.explain import quote_in_sentence
from graph.service.addresses import path_of, place_path
from graph.service.name_index import NameIndex
from graph.service.wording import term
from ontology.records import Evidence

_TEXTS_KEPT = 8
MOST_STATEMENTS = 60
_MOST_OF_ALL = 3_000
_BY_THE_WAY = "mentions"  # said of every thing that is named; it comes last


@dataclass(frozen=True, slots=True)
class End:
    """One end of a claim: a thing with its page, or a value without one."""

    name: str
    path: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Evidence in its sentence, and the page that shows its very characters."""

    document: str
    title: str
    start: int
    end: int
    before: str
    quote: str
    after: str
    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """One claim."""

    iri: str
    path: str
    predicate: str
    relation: str
    subject: End
    target: End
    year: int | None
    mode: str | None
    status: str
    confidence: float
    rule: str
    quotations: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of one year."""

    name: str
    anchor: str
    statements: tuple[Said, ...]


class Speaker:
    """Puts claims into words in one language."""

    def __init__(self, store: ClaimsStore, names: NameIndex, language: str) -> None:
        """Read texts from *store* and names from *names*."""
        self._store = store
        self._names = names
        self._language = language
        self._text = lru_cache(_TEXTS_KEPT)(store.raw_text)
        self._titles = lru_cache(None)(self._title)

    def say(self, stored: StoredClaim) -> Said:
        """Return the claim in words."""
        claim = stored.claim
        target = End(str(claim.value)) if claim.object is None else self.end(claim.object)
        return Said(
            stored.id,
            path_of(stored.id),
            claim.predicate,
            term(claim.predicate, self._language),
            self.end(claim.subject),
            target,
            claim.year,
            claim.mode,
            str(claim.status),
            claim.confidence,
            claim.rule,
            tuple(self.quote(piece) for piece in claim.evidence),
        )

    def end(self, iri: str) -> End:
        """Return the thing *iri* with its page."""
        return End(self._names.name(iri), path_of(iri), iri)

    def quote(self, evidence: Evidence) -> Quoted:
        """Return the evidence in its sentence."""
        try:
            found = quote_in_sentence(self._text(evidence.document), evidence)
            before, quote, after = ("".join(part.split()) for part in (found.before, found.quote, found.after))
        except KeyError:  # the document was removed while its generation is still served
            before, quote, after = "", evidence.quote, ""
        path = place_path(evidence.document, evidence.start, evidence.end)
        title = self._titles(evidence.document)
        return Quoted(evidence.document, title, evidence.start, evidence.end, before, quote, after, path)

    def _title(self, key: str) -> str:
        document = self._store.document(key)
        return (document.facts.get("title") if document else "") or key


def sides_of(
    store: ClaimsStore, speaker: Speaker, iri: str, everything: bool
) -> tuple[list[tuple[str, list[Group]]], list[tuple[int, int]], int, int]:
    """Return what is said of *iri* and what points to it, both by year, the years with numbers, total and left out."""
    claims = sorted(store.claims_about(iri), key=lambda stored: _importance(stored, iri))
    shown = claims[: _MOST_OF_ALL if everything else MOST_STATEMENTS]
    facts = [speaker.say(stored) for stored in shown if stored.claim.subject == iri]
    pointing = [speaker.say(stored) for stored in shown if stored.claim.subject != iri]
    years = Counter(stored.claim.year for stored in claims if stored.claim.year is not None)
    taken: set[str] = set()
    sides = [(name, _by_year(said, taken)) for name, said in (("facts", facts), ("pointing", pointing))]
    return sides, sorted(years.items()), len(claims), len(claims) - len(shown)


def _importance(stored: StoredClaim, iri: str) -> tuple[bool, bool, str, int, int]:
    claim = stored.claim
    piece = claim.evidence[0]
    return claim.status == "rejected", claim.predicate == _BY_THE_WAY, stored.document, piece.start, piece.end


def _by_year(statements: Iterable[Said], taken: set[str]) -> list[Group]:
    """Group by year, no year first; the first group of a year bears its anchor."""
    years: dict[int, list[Said]] = {}
    for said in statements:
        years.setdefault(said.year or 0, []).append(said)
    groups = []
    for year in sorted(years):
        anchor = f"y{year}" if year and f"y{year}" not in taken else ""
        taken.add(anchor)
        ordered = sorted(years[year], key=lambda said: (said.predicate == _BY_THE_WAY, said.relation))
        groups.append(Group(str(year) if year else "", anchor, tuple(ordered)))
    return groups
