"""What became of a target: for each target the outcome that speaks of it, and whether it was met.

A target and an outcome belong together when they speak of the same indicator, area and period. Of several outcomes
the one in the target's own document that stands nearest to it wins (the same table row), else an actual value before
an estimate, else the first document by name. The judgement is `ontology.comparison.judge`; its claims are inferred,
with the words of both sides.
"""

from collections import defaultdict
from collections.abc import Iterator

from graph.lineage.facts import Facts, Thing
from ontology.comparison import Quantity, judge, lower_is_better
from ontology.records import Claim, Status

OBSERVED = (
    "indicator", "area", "period", "value", "upperValue", "valueText", "valueRole", "comparator", "unit",
)  # fmt: skip
"""The predicates that make an observation."""
TARGET = "target"
OUTCOMES = ("actual", "estimate")


def judge_targets(facts: Facts) -> Iterator[Claim]:
    """Yield a `meets` or `misses` claim for each target whose outcome is known and comparable."""
    groups: dict[tuple[str, str, str], list[Thing]] = defaultdict(list)
    for observed in facts.things(*OBSERVED).values():
        place = place_of(observed)
        if all(place) and "valueText" in observed.words:
            groups[place].append(observed)
    for place in sorted(groups):
        targets = [observed for observed in groups[place] if observed.text("valueRole") == TARGET]
        outcomes = [observed for observed in groups[place] if observed.text("valueRole") in OUTCOMES]
        less = lower_is_better(facts.name(place[0])) if targets and outcomes else False
        for target in sorted(targets, key=lambda observed: observed.iri):
            claim = _judge(target, outcomes, less)
            if claim is not None:
                yield claim


def place_of(observed: Thing) -> tuple[str, str, str]:
    """Return what makes two observations comparable: indicator, area, period; "" for what is not said."""
    return observed.link("indicator") or "", observed.link("area") or "", observed.text("period")


def quantity_of(observed: Thing) -> Quantity:
    """Return the value of an observation as it is judged."""
    number, upper = observed.values.get("value"), observed.values.get("upperValue")
    return Quantity(
        number=None if number is None else float(number),
        comparator=observed.text("comparator"),
        words=observed.text("valueText"),
        unit=observed.text("unit"),
        upper=None if upper is None else float(upper),
    )


def _judge(target: Thing, outcomes: list[Thing], lower_better: bool) -> Claim | None:
    comparable = [
        (outcome, verdict)
        for outcome in outcomes
        if (verdict := judge(quantity_of(target), quantity_of(outcome), lower_better)) is not None
    ]
    if not comparable:
        return None
    outcome, verdict = min(comparable, key=lambda pair: _distance(target, pair[0]))
    return Claim(
        subject=outcome.iri,
        predicate="meets" if verdict else "misses",
        object=target.iri,
        evidence=(target.words["valueText"], outcome.words["valueText"]),
        rule="outcomes/judge",
        year=int(target.text("period")),
        words=f"{target.text('valueText')} → {outcome.text('valueText')}",
        status=Status.INFERRED,
        confidence=0.9,
    )


def _distance(target: Thing, outcome: Thing) -> tuple[bool, int, str, int, str]:
    """How far an outcome is from its target: nearest in the same document, else actual values of the last document."""
    aimed, reached = target.words["valueText"], outcome.words["valueText"]
    role = OUTCOMES.index(outcome.text("valueRole"))
    if aimed.document != reached.document:
        return True, role, reached.document, reached.start, outcome.iri
    return False, abs(reached.start - aimed.start), "", role, outcome.iri
