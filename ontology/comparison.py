"""Whether an outcome meets a target, when both are words with or without a number.

`judge` answers True, False or None (they cannot be compared). The rules, in order:

1. An outcome that says that the target was reached (comparator `fulfilled`) meets it.
2. Words only: an outcome whose words are, or contain, the target's words meets it; otherwise None.
3. Different units: None. (A unit that one side leaves out is no difference.)
4. Numbers, by the target's comparator: at-least ≥, above >, at-most ≤, below <, ranked: the same place or one nearer
   the top, between: within or on the better side of the span.
5. A plain number or `about` (左右) is a floor, or a ceiling where lower is better; `about` allows `TOLERANCE` (10 %)
   of the target on the wrong side.

An outcome that is itself a bound (＜0.01 where ＜0.01 was the target) counts by its number when it points to the side
of the target, and cannot be compared when it points to the other.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TOLERANCE = 0.1
_TABLE = Path(__file__).parent / "vocabularies" / "lower-is-better.csv"
_CEILINGS = frozenset({"at-most", "below"})
_FLOORS = frozenset({"at-least", "above"})
_FALLING_ENDS = ("下降", "降幅")  # the fall itself is measured: more is better


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as an observation states it: number (None: words only), comparator code, verbatim words, unit."""

    number: float | None
    comparator: str
    words: str
    unit: str = ""
    upper: float | None = None


def judge(target: Quantity, outcome: Quantity, lower_better: bool = False) -> bool | None:
    """Return whether *outcome* meets *target*; None when they cannot be compared."""
    if outcome.comparator == "fulfilled":
        return True
    if target.words and target.words in outcome.words and (target.number is None or target.words == outcome.words):
        return True
    if target.number is None or outcome.number is None or not _same_unit(target.unit, outcome.unit):
        return None
    if (target.comparator == "ranked") != (outcome.comparator == "ranked"):
        return None
    return _reaches(target, outcome, lower_better)


def lower_is_better(indicator: str) -> bool:
    """Tell whether less is better for the indicator of that name (`vocabularies/lower-is-better.csv`)."""
    return not indicator.endswith(_FALLING_ENDS) and any(word in indicator for word in _lower_words())


def _same_unit(one: str, other: str) -> bool:
    return not one or not other or one == other


def _reaches(target: Quantity, outcome: Quantity, lower_better: bool) -> bool | None:
    goal, got = target.number, outcome.number
    assert goal is not None
    assert got is not None
    if target.comparator in _CEILINGS | {"ranked"}:
        strict = target.comparator == "below" and outcome.comparator != "below"
        return None if outcome.comparator in _FLOORS else got < goal if strict else got <= goal
    if target.comparator in _FLOORS:
        strict = target.comparator == "above" and outcome.comparator != "above"
        return None if outcome.comparator in _CEILINGS else got > goal if strict else got >= goal
    if lower_better:
        return got <= _slack(target, target.upper if target.upper is not None else goal, 1)
    return got >= _slack(target, goal, -1)


def _slack(target: Quantity, goal: float, side: int) -> float:
    return goal + side * abs(goal) * TOLERANCE if target.comparator == "about" else goal


@lru_cache(maxsize=1)
def _lower_words() -> tuple[str, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(row["word"] for row in csv.DictReader(lines))
