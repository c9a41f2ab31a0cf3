"""Decisions of people: what is open goes out as a table, what was decided is replayed in every build.

    find_points ─► review file ─► a person ─► KG/review.csv ─► replay ─► curated and rejected claims ─► projections

A chosen link makes a curated claim that the document mentions the thing; where a person says "none of them", the claim
that it mentions each is there as rejected. An inference that is right becomes curated, a wrong one rejected. A person
who is another one of the same name gets an IRI of their own: the document's claims on the first are rejected, the same
claims on the second curated. A decision whose words are gone is kept and told as stale.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.claims import ClaimsStore, StoredClaim
from graph.decisions import NO, NONE, OPEN, YES, Row, meaning, read_rows, write_rows
from graph.identity import INFERRED
from graph.lineage import conclude
from graph.open_points import Point, Question, find_points
from ontology.gazetteer import clear_name
from ontology.identifiers import document_iri
from ontology.records import Claim, Entity, Status
from ontology.terms import Predicate

DECISIONS = "review.csv"
"""The file in a graph's folder that keeps what people decided."""
LOW = 0.8
"""Inferences below this confidence are shown to people, unless another limit is given."""

_ASKED = {
    Question.LINK: "which? 指哪一个",
    Question.CLAIM: "right? 是否成立",
    Question.PERSON: "same person? 是否同一人",
}
_ANSWERS = {
    Question.LINK: "{number} {name} <{iri}>",
    Question.CLAIM: "yes 是; no 否",
    Question.PERSON: "{number} {answer}: {name} <{iri}>",
}
_SAME_OR_NOT = ("yes 同一人", "no 另一人")
_DECIDED, _UNDECIDED, _STALE = "decided", "open", "stale"
_RULE = "review/decided"


@dataclass(slots=True)
class Replayed:
    """What decisions make of the points: statuses of documents' claims, claims and things of their own, the stale."""

    statuses: dict[str, Status] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    stale: list[Row] = field(default_factory=list)
    decided: int = 0


def review(store: ClaimsStore, folder: Path, below: float = LOW) -> list[Row]:
    """Return the review table of the graph in *folder*: what is open, what was decided, and what went stale."""
    points = find_points(store, conclude(store)[0])
    kept = {row.id: row for row in load_decisions(folder)}
    shown = (point for point in points if point.id in kept or _is_open(point, below))
    rows = [_row(point, kept.get(point.id)) for point in shown]
    stale = kept.keys() - {point.id for point in points}
    return [*rows, *(replace(kept[key], state=_STALE) for key in sorted(stale))]


def load_decisions(folder: Path) -> list[Row]:
    """Return the decisions that the graph in *folder* keeps."""
    path = folder / DECISIONS
    return read_rows(path)[0] if path.exists() else []


def take_over(
    store: ClaimsStore, concluded: Sequence[Claim], introduced: Sequence[Entity], folder: Path, given: Path | None
) -> tuple[Replayed, list[str]]:
    """Add the decisions in the file *given* to those kept in *folder*, and return what all of them make, with problems.

    *concluded* are the claims that follow from all documents together, *introduced* the things that only they describe.

    Problems are rows that cannot be, one line each; the other rows count. The file kept is written only where it
    changes, in one order, so that the same decisions give the same bytes.
    """
    kept = {row.id: row for row in load_decisions(folder)}
    problems: list[str] = []
    if not kept and given is None:
        return Replayed(claims=list(concluded), entities=list(introduced)), problems
    points = {point.id: point for point in find_points(store, concluded)}
    before = dict(kept)
    for row in _given(given, points, problems):
        if row.decision == OPEN:
            kept.pop(row.id, None)
        else:
            kept[row.id] = row
    kept = {key: _row(points[key], row) if key in points else row for key, row in kept.items()}
    if kept != before:
        ordered = sorted(kept.values(), key=lambda row: (row.document, row.start.zfill(9), row.id))
        write_rows(folder / DECISIONS, (replace(row, state=_DECIDED) for row in ordered), overwrite=True)
    made = replay(points.values(), kept.values(), concluded)
    made.entities[:0] = introduced
    return made, problems


def _given(path: Path | None, points: dict[str, Point], problems: list[str]) -> Iterator[Row]:
    """Yield the rows of the file at *path* with their decisions made plain; add to *problems* those that cannot be."""
    rows, wrong = read_rows(path) if path else ([], [])
    problems += wrong
    for row in rows:
        point, plain = points.get(row.id), meaning(row.decision)
        if point is None:
            yield replace(row, decision=plain)
            continue
        settled = settle(point, plain)
        if settled is None:
            problems.append(f"{path}: {row.id}: {row.decision!r} is no decision here; write {_choices(point)}, or open")
        else:
            yield replace(row, decision=settled)


def settle(point: Point, plain: str) -> str | None:
    """Return the decision *plain* on *point* as it is kept: an IRI, none, yes, no or open; None where it is none."""
    if plain == OPEN or (point.question is Question.CLAIM and plain in (YES, NO)):
        return plain
    if point.question is Question.LINK and plain == NONE:
        return plain
    if point.question is Question.PERSON and plain in (YES, NO):
        return point.candidates[0 if plain == YES else 1].iri
    if plain.isdigit() and 0 < int(plain) <= len(point.candidates):
        return point.candidates[int(plain) - 1].iri
    named = [thing.iri for thing in point.candidates if plain in (thing.iri, thing.name, clear_name(thing))]
    return named[0] if len(named) == 1 else None


def _choices(point: Point) -> str:
    if point.question is Question.CLAIM:
        return f"{YES} or {NO}"
    last = NONE if point.question is Question.LINK else f"{YES} or {NO}"
    return f"a number from 1 to {len(point.candidates)}, the name or IRI of a candidate, {last}"


def replay(points: Iterable[Point], decisions: Iterable[Row], concluded: Iterable[Claim]) -> Replayed:
    """Return what *decisions* make of *points*; *concluded* are the claims that follow from all documents together."""
    by_id = {point.id: point for point in points}
    made = Replayed()
    settled: dict[str, Status] = {}
    for row in sorted(decisions, key=lambda row: row.id):
        point = by_id.get(row.id)
        if point is None or settle(point, row.decision) != row.decision:
            made.stale.append(row)
            continue
        made.decided += 1
        if point.question is Question.CLAIM:
            status = Status.CURATED if row.decision == YES else Status.REJECTED
            settled |= dict.fromkeys((stored.id for stored in point.claims), status)
        elif point.question is Question.LINK:
            _decide_link(point, row.decision, made)
        else:
            _decide_person(point, row.decision, made)
    made.statuses |= settled
    own = {stored.claim: settled[stored.id] for p in by_id.values() for stored in p.claims if _is_own(stored, settled)}
    made.claims += [replace(claim, status=own.get(claim, claim.status)) for claim in concluded]
    return made


def _is_own(stored: StoredClaim, settled: dict[str, Status]) -> bool:
    return stored.document == INFERRED and stored.id in settled


def _decide_link(point: Point, decision: str, made: Replayed) -> None:
    for thing in point.candidates:
        if decision not in (NONE, thing.iri):
            continue
        status = Status.REJECTED if decision == NONE else Status.CURATED
        made.entities.append(thing)
        made.claims.append(
            Claim(
                subject=document_iri(point.evidence.document),
                predicate=Predicate.MENTIONS,
                object=thing.iri,
                evidence=(point.evidence,),
                rule=_RULE,
                year=point.year,
                mode=point.mode,
                words=point.context.replace("【", "").replace("】", ""),
                status=status,
            )
        )


def _decide_person(point: Point, decision: str, made: Replayed) -> None:
    same, another = point.candidates
    if decision == same.iri:
        made.statuses |= dict.fromkeys((stored.id for stored in point.claims), Status.CURATED)
        return
    made.entities.append(another)
    for stored in point.claims:
        made.statuses[stored.id] = Status.REJECTED
        claim = stored.claim
        made.claims.append(
            replace(
                claim,
                subject=another.iri if claim.subject == same.iri else claim.subject,
                object=another.iri if claim.object == same.iri else claim.object,
                rule=_RULE,
                status=Status.CURATED,
                confidence=1.0,
            )
        )


def _is_open(point: Point, below: float) -> bool:
    return point.question is not Question.CLAIM or point.confidence < below


def _row(point: Point, decided: Row | None) -> Row:
    """Return the row of *point*, with the decision on it where there is one."""
    return Row(
        state=_DECIDED if decided else _UNDECIDED,
        question=point.question,
        document=point.evidence.document,
        start=str(point.evidence.start),
        end=str(point.evidence.end),
        words="".join(point.evidence.quote.split()),
        context=point.context,
        asked=f"{_ASKED[point.question]}: {point.shown}",
        candidates="; ".join(_answers(point)),
        decision=decided.decision if decided else "",
        by=decided.by if decided else "",
        note=decided.note if decided else "",
        id=point.id,
    )


def _answers(point: Point) -> Iterator[str]:
    """Yield what may be answered at *point*, as people read it."""
    shown = _ANSWERS[point.question]
    if not point.candidates:
        yield shown
    for number, thing in enumerate(point.candidates, 1):
        answer = _SAME_OR_NOT[min(number, 2) - 1]
        yield shown.format(number=number, name=clear_name(thing), iri=thing.iri, answer=answer)


def describe_stale(row: Row) -> str:
    """Return the line that tells of a decision whose words are gone."""
    return (
        f"review: the decision {row.decision} on {row.words!r} in {row.document} ({row.id}) does not apply any more: "
        "its words do not stand there; it is kept"
    )
