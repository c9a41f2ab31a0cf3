"""What became of a target: for each target the outcome that speaks of it, and whether it was met.

A target and an outcome belong together when they speak of the same indicator, area and period. Of several outcomes
the one in the target's own document that stands nearest to it wins (the same table row), else an actual value before
an estimate, else the first document by name. The judgement is `ontology.comparison.judge`; its claims are inferred,
with the words of both sides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ontology.comparison import Quantity, judge, lower_is_better
from ontology.records import Claim, Evidence, Literal, Status

_TARGET = "target"
_OUTCOMES = ("actual", "estimate")


@dataclass(slots=True)
class _Observed:
    """The claims of one observation, gathered: values and IRIs by predicate, and where its value stands."""

    iri: str
    values: dict[str, Literal] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    evidence: Evidence | None = None

    @property
    def place(self) -> tuple[str | None, str | None, Literal | None]:
        """What makes two observations comparable: indicator, area, period."""
        return self.links.get("indicator"), self.links.get("area"), self.values.get("period")

    @property
    def quantity(self) -> Quantity:
        """The value as it is judged."""
        number, upper = self.values.get("value"), self.values.get("upperValue")
        return Quantity(
            number=None if number is None else float(number),
            comparator=str(self.values.get("comparator", "")),
            words=str(self.values.get("valueText", "")),
            unit=str(self.values.get("unit", "")),
            upper=None if upper is None else float(upper),
        )


def judge_targets(claims: Iterable[Claim], name_of: Callable[[str], str]) -> Iterator[Claim]:
    """Yield a `meets` or `misses` claim for each target among *claims* whose outcome is known and comparable.

    *name_of* gives the name of an indicator's IRI: whether less is better depends on what is measured.
    """
    groups: dict[object, list[_Observed]] = defaultdict(list)
    for observed in _gather(claims).values():
        if None not in observed.place and observed.evidence is not None:
            groups[observed.place].append(observed)
    for place in sorted(groups, key=repr):
        targets = [observed for observed in groups[place] if observed.values.get("valueRole") == _TARGET]
        outcomes = [observed for observed in groups[place] if observed.values.get("valueRole") in _OUTCOMES]
        for target in sorted(targets, key=lambda observed: observed.iri):
            claim = _judge(target, outcomes, lower_is_better(name_of(target.links["indicator"])))
            if claim is not None:
                yield claim


def _gather(claims: Iterable[Claim]) -> dict[str, _Observed]:
    gathered: dict[str, _Observed] = {}
    for claim in claims:
        observed = gathered.setdefault(claim.subject, _Observed(claim.subject))
        if claim.value is not None:
            observed.values[claim.predicate] = claim.value
        elif claim.object is not None:
            observed.links[claim.predicate] = claim.object
        if claim.predicate == "valueText":
            observed.evidence = claim.evidence[0]
    return gathered


def _judge(target: _Observed, outcomes: list[_Observed], lower_better: bool) -> Claim | None:
    comparable = [
        (outcome, verdict)
        for outcome in outcomes
        if (verdict := judge(target.quantity, outcome.quantity, lower_better)) is not None
    ]
    if not comparable or target.evidence is None:
        return None
    outcome, verdict = min(comparable, key=lambda pair: _distance(target, pair[0]))
    assert outcome.evidence is not None
    return Claim(
        subject=outcome.iri,
        predicate="meets" if verdict else "misses",
        object=target.iri,
        evidence=(target.evidence, outcome.evidence),
        rule="outcomes/judge",
        year=int(target.values["period"]),
        words=f"{target.values.get('valueText', '')} → {outcome.values.get('valueText', '')}",
        status=Status.INFERRED,
        confidence=0.9,
    )


def _distance(target: _Observed, outcome: _Observed) -> tuple[bool, int, str, int, str]:
    """How far an outcome is from its target: nearest in the same document, else actual values of the last document."""
    assert target.evidence is not None
    assert outcome.evidence is not None
    elsewhere = target.evidence.document != outcome.evidence.document
    nearness = abs(outcome.evidence.start - target.evidence.start)
    role = _OUTCOMES.index(str(outcome.values["valueRole"]))
    if elsewhere:
        return True, role, outcome.evidence.document, outcome.evidence.start, outcome.iri
    return False, nearness, "", role, outcome.iri
