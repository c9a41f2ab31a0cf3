"""What a person should look at: links left open, uncertain inferences, persons who may be two.

A point has an id made from its document and its words in their context, not from offsets or row numbers: a decision on
it holds as long as the words stand there, wherever they move to, and in every later build.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from graph.claims import ClaimsStore, Passage, StoredClaim
from graph.identity import INFERRED, claim_iri, typed
from ontology.gazetteer import clear_name
from ontology.identifiers import RESOURCE, digest, mint
from ontology.records import BlockKind, Claim, Entity, Evidence, Mode, Status
from ontology.terms import Kind, Predicate

_STOP = re.compile(r"[。；！？]")
_REACH, _SHOWN = 60, 24
_SILENT = (BlockKind.TITLE, BlockKind.FOOTNOTE)


class Question(StrEnum):
    """What is asked of a person."""

    LINK = "link"  # which of several things do the words name
    CLAIM = "claim"  # is an inference right
    PERSON = "person"  # is a person the one of that name seen elsewhere


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to decide. `candidates` are what words may name; `claims` are those that a decision settles.

    `year` and `mode` are those of the passage; `shown` says in words what is asked.
    """

    id: str
    question: Question
    evidence: Evidence
    context: str
    shown: str
    candidates: tuple[Entity, ...] = ()
    claims: tuple[StoredClaim, ...] = ()
    year: int | None = None
    mode: Mode | None = None

    @property
    def confidence(self) -> float:
        """How sure the reading was; a link left open is not sure at all."""
        return min((stored.claim.confidence for stored in self.claims), default=0.0)


def find_points(store: ClaimsStore, concluded: Iterable[Claim]) -> list[Point]:
    """Return all points of *store* and of the claims *concluded* across documents, by document and place."""
    keys = [document.key for document in store.documents()]
    texts = {key: _Text(store.raw_text(key), store.passages(key)) for key in keys}
    points: list[Point] = []
    for key in keys:
        points += _links(store, key, texts[key])
        points += _inferences(store, texts[key], store.claims(key))
    for claim in concluded:
        stored = StoredClaim(claim_iri(INFERRED, claim), INFERRED, claim, claim.status)
        points += _inferences(store, texts[claim.evidence[0].document], [stored])
    points += _namesakes(store, texts)
    points.sort(key=lambda point: (point.evidence.document, point.evidence.start, point.evidence.end, point.id))
    return list(_numbered(points))


def _numbered(points: Iterable[Point]) -> Iterator[Point]:
    """Yield *points* with ids of their own: equal words in equal surroundings are told apart by their order."""
    seen: Counter[str] = Counter()
    for point in points:
        yield replace(point, id=f"d{digest(point.id, seen[point.id])}")
        seen[point.id] += 1


def in_context(raw: str, start: int, end: int, within: tuple[int, int] | None = None) -> str:
    """Return the words at *start*–*end* between 【 and 】 with some letters of their sentence, blanks left out.

    *within* is the passage that they stand in, which the letters around them do not leave.
    """
    low, high = within or (0, len(raw))
    before, after = raw[max(low, start - _REACH) : start], raw[end : max(end, min(high, end + _REACH))]
    before, after = _STOP.split(before)[-1], _STOP.split(after)[0]
    return f"{_squeezed(before)[-_SHOWN:]}【{_squeezed(raw[start:end])}】{_squeezed(after)[:_SHOWN]}"


@dataclass(frozen=True, slots=True)
class _Text:
    """A document as its points need it: raw text and passages."""

    raw: str
    passages: tuple[Passage, ...]

    def passage_at(self, offset: int) -> Passage | None:
        """Return the passage that covers the raw *offset*."""
        return next((passage for passage in self.passages if passage.start <= offset < passage.end), None)

    def context(self, piece: Evidence) -> str:
        """Return the words of *piece* in their sentence."""
        here = self.passage_at(piece.start)
        return in_context(self.raw, piece.start, piece.end, (here.start, here.end) if here else None)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _links(store: ClaimsStore, key: str, text: _Text) -> Iterator[Point]:
    for stored in store.mentions(key):
        if stored.iri is not None or not stored.candidates:
            continue
        mention = stored.mention
        words = Evidence(key, mention.start, mention.end, mention.text)
        context, here = text.context(words), text.passage_at(mention.start)
        speaks = here is not None and here.kind not in _SILENT
        yield Point(
            id=digest(Question.LINK, key, mention.type, context),
            question=Question.LINK,
            evidence=words,
            context=context,
            shown=f"{mention.type} {_squeezed(mention.text)}",
            candidates=tuple(sorted(stored.candidates, key=lambda thing: thing.iri)),
            year=here.year if here and speaks else None,
            mode=here.mode if here and speaks else None,
        )


def _inferences(store: ClaimsStore, text: _Text, claims: Iterable[StoredClaim]) -> Iterator[Point]:
    for stored in claims:
        claim = stored.claim
        if stored.made is not Status.INFERRED:
            continue
        piece = claim.evidence[0]
        context = text.context(piece)
        shown = f"{_name(store, claim.subject)} —{claim.predicate}→ {_target(store, claim)}"
        yield Point(
            id=digest(Question.CLAIM, piece.document, shown, claim.object or typed(claim.value), context),
            question=Question.CLAIM,
            evidence=piece,
            context=context,
            shown=shown,
            claims=(stored,),
            year=claim.year,
            mode=claim.mode,
        )


def _target(store: ClaimsStore, claim: Claim) -> str:
    return str(claim.value) if claim.object is None else _name(store, claim.object)


def _name(store: ClaimsStore, iri: str) -> str:
    entity = store.entity(iri)
    return clear_name(entity) if entity else iri


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A person seen in a post: where the claim stands, the code of the body's area, and the year."""

    stored: StoredClaim
    person: str
    code: str
    year: int | None

    @property
    def place(self) -> tuple[int, str, int, str]:
        """The order of sightings: by year, document, place in it."""
        piece = self.stored.claim.evidence[0]
        return self.year or 0, piece.document, piece.start, self.stored.id


def _namesakes(store: ClaimsStore, texts: Mapping[str, _Text]) -> Iterator[Point]:
    """Yield a point for every document that sees a person where the first of that name can hardly be."""
    by_person: defaultdict[str, list[_Sighting]] = defaultdict(list)
    for sighting in _sightings(store):
        by_person[sighting.person].append(sighting)
    for iri in sorted(by_person):
        first, *others = sorted(by_person[iri], key=lambda sighting: sighting.place)
        told = set()
        for sighting in others:
            document = sighting.stored.document
            if document != first.stored.document and document not in told and _conflict(first, sighting):
                told.add(document)
                yield _namesake(store, texts[document], first, sighting)


def _sightings(store: ClaimsStore) -> Iterator[_Sighting]:
    for document in store.documents():
        claims = [stored for stored in store.claims(document.key) if stored.claim.object]
        bodies = {s.claim.subject: s.claim.object or "" for s in claims if s.claim.predicate == Predicate.BODY}
        for stored in claims:
            body = bodies.get(stored.claim.subject, "")
            code = body.removeprefix(f"{RESOURCE}agency/").split("/")[0]
            if stored.claim.predicate == Predicate.PERSON and stored.claim.object and code.isdigit():
                yield _Sighting(stored, stored.claim.object, code, stored.claim.year)


def _conflict(one: _Sighting, other: _Sighting) -> bool:
    """Tell whether one person can hardly be in both places: two provinces, or two counties in one year."""
    counties = not one.code.endswith("00") and not other.code.endswith("00")
    same_year = one.year is not None and one.year == other.year
    return one.code[:2] != other.code[:2] or (counties and same_year and one.code != other.code)


def _namesake(store: ClaimsStore, text: _Text, first: _Sighting, sighting: _Sighting) -> Point:
    iri = sighting.person
    person = store.entity(iri) or Entity(iri, Kind.PERSON, iri.rpartition("/")[2])
    another = Entity(mint("person", person.name, sighting.code), Kind.PERSON, person.name)
    document, piece = sighting.stored.document, sighting.stored.claim.evidence[0]
    context = text.context(piece)
    said = first.stored.claim.evidence[0]
    return Point(
        id=digest(Question.PERSON, document, iri, context),
        question=Question.PERSON,
        evidence=piece,
        context=context,
        shown=f"{person.name}: {said.document} 「{_squeezed(said.quote)}」",
        candidates=(person, another),
        claims=tuple(s for s in store.claims(document) if iri in (s.claim.subject, s.claim.object)),
        year=sighting.year,
    )
