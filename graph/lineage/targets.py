"""Targets by year: for each area the targets of a plan year against those of the plan year before.

    2025  地区生产总值增速 6左右  ◄─ lowers ── 5左右  2026
          规上工业增加值增速 8左右  ── not stated in 2026

The years of an area are those for which its own documents state several targets; years between them may be missing
(2019, 2021), each is compared with the next that there is. Of several targets for one indicator and year those that
can be compared come first, then the area's own before those quoted by another area, the one in a place that both years
have, the one of the document that plans this year, the first. What `raised`, `lowered`, `same` and `not comparable`
mean is told in `ontology.bounds`.

Where only one year states a target of the indicator, the other is said not to state it, and only if the same place of a
document of the same genre states targets for that year: of a plan report that holds the table of the year before, but
not the text, only the tables are compared. "Not stated" is never "ended".
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from graph.lineage.facts import Facts
from graph.lineage.observed import Observed, read_observed
from graph.lineage.outcomes import TARGET
from ontology.bounds import Change, compare
from ontology.records import Claim, Status

_PREDICATES = {
    Change.RAISED: "raises",
    Change.LOWERED: "lowers",
    Change.SAME: "keeps",
    Change.NOT_COMPARABLE: "restates",
}
_SEVERAL = 3  # fewer targets do not make a document one that states the targets of a year
_COMPARED, _NOT_STATED = 0.9, 0.8

Order = tuple[bool, bool, bool, tuple[str, int, str]]
Place = tuple[str, bool]
"""Where a target is stated: the genre of the document, and whether in a table."""
Stating = Mapping[int, frozenset[Place]]
"""The years for which an area's documents state targets, with the places that do."""


def compare_targets(facts: Facts) -> Iterator[Claim]:
    """Yield for each indicator of an area how its target changed from one plan year to the next."""
    targets = [observed for observed in read_observed(facts) if observed.role == TARGET]
    stating = _stating(targets)
    by_area: defaultdict[str, dict[int, list[Observed]]] = defaultdict(lambda: defaultdict(list))
    for target in targets:
        if target.period in stating.get(target.area, ()):
            by_area[target.area][target.period].append(target)
    for area in sorted(by_area):
        for earlier, later in pairwise(sorted(stating[area])):
            yield from _changes(by_area[area][earlier], by_area[area][later], stating[area])


def _stating(targets: Sequence[Observed]) -> dict[str, Stating]:
    """Return for each area the years that its own documents plan or review with several targets, and where."""
    counts = Counter((target.source, target.tabled, target.period) for target in targets if target.own)
    found: defaultdict[str, defaultdict[int, set[Place]]] = defaultdict(lambda: defaultdict(set))
    for (source, tabled, year), count in counts.items():
        if count >= _SEVERAL and year in (source.plan, source.review):
            found[source.area][year].add((source.genre, tabled))
    return {area: {year: frozenset(places) for year, places in years.items()} for area, years in found.items()}


def _changes(before: Sequence[Observed], after: Sequence[Observed], stating: Stating) -> Iterator[Claim]:
    earlier, later = _by_indicator(before), _by_indicator(after)
    years = before[0].period, after[0].period
    shared = stating[years[0]] & stating[years[1]]
    for indicator in sorted({*earlier, *later}):
        old, new = earlier.get(indicator, []), later.get(indicator, [])
        if old and new:
            yield _compared(*_chosen_pair(old, new, shared))
            continue
        alone = _chosen(old or new, shared)
        if alone.own and _place(alone) in shared:
            yield _not_stated(alone, years[1] if old else years[0])


def _by_indicator(targets: Sequence[Observed]) -> dict[str, list[Observed]]:
    groups: defaultdict[str, list[Observed]] = defaultdict(list)
    for target in targets:
        groups[target.indicator].append(target)
    return groups


def _chosen(targets: Sequence[Observed], shared: frozenset[Place]) -> Observed:
    """Return the target that stands for an indicator and year where several are stated."""
    return min(targets, key=lambda target: _order(target, shared))


def _chosen_pair(
    old: Sequence[Observed], new: Sequence[Observed], shared: frozenset[Place]
) -> tuple[Observed, Observed]:
    """Return the targets of two years that stand for an indicator: where some can be compared, such ones."""

    def order(pair: tuple[Observed, Observed]) -> tuple[bool, Order, Order]:
        before, after = pair
        apart = compare(before.quantity, after.quantity) is Change.NOT_COMPARABLE
        return apart, _order(before, shared), _order(after, shared)

    return min(product(old, new), key=order)


def _order(target: Observed, shared: frozenset[Place]) -> Order:
    return not target.own, _place(target) not in shared, target.source.plan != target.period, target.place


def _place(target: Observed) -> Place:
    return target.source.genre, target.tabled


def _compared(before: Observed, after: Observed) -> Claim:
    return Claim(
        subject=after.iri,
        predicate=_PREDICATES[compare(before.quantity, after.quantity)],
        object=before.iri,
        evidence=(before.words, after.words),
        rule="targets/compare",
        year=after.period,
        words=f"{before.period} {before.quantity.words} → {after.period} {after.quantity.words}",
        status=Status.INFERRED,
        confidence=_COMPARED,
    )


def _not_stated(target: Observed, year: int) -> Claim:
    return Claim(
        subject=target.iri,
        predicate="notStatedIn",
        value=year,
        evidence=(target.words,),
        rule="targets/not-stated",
        year=target.period,
        words=target.quantity.words,
        status=Status.INFERRED,
        confidence=_NOT_STATED,
    )
