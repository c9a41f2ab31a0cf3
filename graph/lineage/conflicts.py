"""What cannot both hold: two values of one indicator, area, year and role, and names that mean two things.

Both values stay as they are; that they conflict is a conclusion with the words of both. Whether rounding or a word such
as 左右 explains the difference is asked of `ontology.bounds`. Of values that say the same only the first is set against
the others, so that a figure repeated ten times conflicts once.

A name means two things where documents link it to two things of one kind, or to an area and a zone, and where the
gazetteer knows a district of a zone's name; what a document leaves open stands in the review file. Names that everybody
reads at home are none (市委经济工作会议), and neither are those of programmes that one place takes over from another
above it, or that count nothing (“净土”保卫战): only a counting name (“四张清单”) says something else in another place,
or beside another list.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from graph.lineage.facts import Facts
from graph.lineage.observed import Observed, read_observed
from ontology.bounds import can_both_hold
from ontology.gazetteer import NATION, ancestors, area_by_code, areas_named
from ontology.identifiers import RESOURCE, canonical_name
from ontology.records import Claim, Entity, Evidence, Status

_SURE = 0.9
_PERHAPS = 0.6  # the lists of two places that count alike may both be the nation's
_PLACES = frozenset({"Area", "Zone"})
_OWN_NAMES = frozenset({"Area", "Zone", "Person", "Programme"})
_COUNTING = re.compile(r"[一二三四五六七八九十两]+[张大项类条支]")
_LISTED = re.compile(r"(?P<items>[^、]+(?:、[^、]+)+?)(?P<name>[一二三四五六七八九十两]+[张大项类条支个].+)")


def find_conflicts(facts: Facts) -> Iterator[Claim]:
    """Yield a `conflictsWith` claim for each pair of values that cannot both hold."""
    groups: defaultdict[tuple[str, str, int, str], list[Observed]] = defaultdict(list)
    for observed in read_observed(facts):
        if observed.quantity.number is not None:
            groups[observed.area, observed.indicator, observed.period, observed.role].append(observed)
    for key in sorted(groups):
        distinct = _distinct(sorted(groups[key], key=lambda observed: observed.place))
        for one, other in combinations(distinct, 2):
            if not can_both_hold(one.quantity, other.quantity):
                yield _conflict(one, other)


def _distinct(values: Sequence[Observed]) -> list[Observed]:
    """Return the first of all *values* that say the same."""
    first: dict[tuple[float | None, float | None, str, str], Observed] = {}
    for observed in values:
        told = observed.quantity
        first.setdefault((told.number, told.upper, told.unit, told.comparator), observed)
    return list(first.values())


def _conflict(one: Observed, other: Observed) -> Claim:
    return Claim(
        subject=one.iri,
        predicate="conflictsWith",
        object=other.iri,
        evidence=(one.words, other.words),
        rule="conflicts/values",
        year=one.period,
        words=f"{one.quantity.words} ≠ {other.quantity.words}",
        status=Status.INFERRED,
        confidence=_SURE,
    )


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A thing that a name means, and where the name stands for it first."""

    thing: Entity
    words: Evidence


def find_homonyms(facts: Facts) -> Iterator[Claim | Entity]:
    """Yield a `homonymOf` claim for each further thing that bears a name, with things that nothing else describes.

    All things of one name are set against the first of them, by IRI, that they can be confused with.
    """
    meanings = _meanings(facts)
    for name in sorted(meanings):
        things = [meanings[name][iri] for iri in sorted(meanings[name])]
        for number, other in enumerate(things):
            one = next((one for one in things[:number] if _two_things(one.thing, other.thing)), None)
            if one is not None:
                yield _homonym(name, one, other)
        yield from _districts_of_that_name(name, things)
    yield from _other_lists(meanings)


def _meanings(facts: Facts) -> dict[str, dict[str, _Meaning]]:
    """Return for each name the things that documents link it to, by IRI, each where it stands first."""
    things = {entity.iri: entity for entity in facts.store.entities() if entity.kind in _OWN_NAMES}
    found: defaultdict[str, dict[str, _Meaning]] = defaultdict(dict)
    for key in facts.documents:
        for stored in facts.store.mentions(key):
            told, thing = stored.mention, things.get(stored.iri or "")
            if thing is not None and canonical_name(thing.name) == canonical_name(told.text):
                words = Evidence(key, told.start, told.end, told.text)
                found[canonical_name(thing.name)].setdefault(thing.iri, _Meaning(thing, words))
    return found


def _two_things(one: Entity, other: Entity) -> bool:
    if one.kind == other.kind == "Programme":
        return bool(_COUNTING.match(canonical_name(one.name))) and not _one_above_the_other(one, other)
    return one.kind == other.kind or {one.kind, other.kind} == _PLACES


def _one_above_the_other(one: Entity, other: Entity) -> bool:
    codes = [thing.iri.removeprefix(f"{RESOURCE}programme/").partition("/")[0] for thing in (one, other)]
    if not all(code.isdigit() and len(code) == len(NATION) for code in codes):
        return True  # a name that belongs to no place is everybody's
    first, second = (area_by_code(code) for code in codes)
    return first == second or first in ancestors(second) or second in ancestors(first)


def _districts_of_that_name(name: str, things: Sequence[_Meaning]) -> Iterator[Claim | Entity]:
    """Yield what the gazetteer knows: a district bears the name of the zone, though no document speaks of it here."""
    zone = next((meaning for meaning in things if meaning.thing.kind == "Zone"), None)
    if zone is None or any(meaning.thing.kind == "Area" for meaning in things):
        return
    for record in areas_named(name):
        if record.name == name:
            district = Entity(record.iri, "Area", record.name, record.code)
            yield district
            yield _homonym(name, zone, _Meaning(district, zone.words))


def _other_lists(meanings: Mapping[str, Mapping[str, _Meaning]]) -> Iterator[Claim]:
    """Yield the counting names that a document also gives to another list, told by what it counts.

    “储备、开工、在建、完工”四张清单 are other lists than those called “四张清单” alone.
    """
    for name in sorted(meanings):
        listed = _LISTED.fullmatch(name)
        plain = meanings.get(listed["name"], {}) if listed else {}
        for one in (meanings[name][iri] for iri in sorted(meanings[name])):
            for other in (plain[iri] for iri in sorted(plain)):
                if listed and one.thing.kind == other.thing.kind and _owner(one.thing) == _owner(other.thing):
                    yield _homonym(listed["name"], other, one)


def _owner(thing: Entity) -> str:
    return thing.iri.rpartition("/")[0]


def _homonym(name: str, one: _Meaning, other: _Meaning) -> Claim:
    places = (one.words,) if one.words == other.words else (one.words, other.words)
    counting = one.thing.kind == "Programme" and _owner(one.thing) != _owner(other.thing)
    return Claim(
        subject=one.thing.iri,
        predicate="homonymOf",
        object=other.thing.iri,
        evidence=places,
        rule="conflicts/names",
        words=name,
        status=Status.INFERRED,
        confidence=_PERHAPS if counting else _SURE,
    )
