"""What a value allows: how two targets of one indicator compare, and whether two values can both hold.

A value stands for a span of numbers. `compare` sets the spans of two **targets** against each other and speaks of the
number alone, whether more or less is better: a target for an unemployment rate of 5.5 after 5 is raised.

* The same words, or the same number, are the same target; 左右, 以上 and a plain number do not tell apart (a plain
  target is a floor already). Only 以内 against 以上 at one number cannot be compared: they bind opposite sides.
* A span (4.5–5) is raised or lowered when no end of it moves the other way; 5 after 4.5–5.5 cannot be compared.
* Words against a number, a place in a ranking against a value, and units of different things cannot be compared. 万 and
  亿 before the same unit are brought to one.

`can_both_hold` asks whether two **values** of the same thing are one as far as the coarser of them tells: 4.52 rounds
to 4.5, but 4.56 does not; with 左右 or 约 only the significant digits count (约1200 for 1150 to 1250), and a percentage
is told to one decimal at least (5% is 5.0%). 以上 and 超过 are open upwards, 以内 and 低于 downwards. Where words or
units cannot be compared nothing is said.
"""

import math
import re
from enum import StrEnum

from ontology.comparison import Quantity

_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_UP = frozenset({"at-least", "above"})
_DOWN = frozenset({"at-most", "below"})
_RANKED = "ranked"
_RATES = frozenset({"%", "‰", "百分点", "个百分点"})
_VERBS = re.compile(r"^(?:同比|预计|力争|分别|按)?(?:增长|达到?|控制在|保持在?|稳定在|为|完成|实现)+")
_FILLERS = re.compile(r"\s|保持|增长|增速")  # 增长与经济增长保持同步 says what 和经济增长同步 says
_SLIP = 1e-9


class Change(StrEnum):
    """How a target differs from that of the year before."""

    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"
    NOT_COMPARABLE = "not comparable"


def compare(before: Quantity, after: Quantity) -> Change:
    """Return how the target *after* differs from the earlier target *before*."""
    if _bare_words(before) == _bare_words(after) and _alike(before, after):
        return Change.SAME
    if before.number is None or after.number is None or not _comparable(before, after):
        return Change.NOT_COMPARABLE
    (low, high), (new_low, new_high) = _ends(before), _ends(after)
    if _near(low, new_low) and _near(high, new_high):
        opposed = {_side(before), _side(after)} == {1, -1}
        return Change.NOT_COMPARABLE if opposed else Change.SAME
    if _not_below(new_low, low) and _not_below(new_high, high):
        return Change.RAISED
    return Change.LOWERED if _not_below(low, new_low) and _not_below(high, new_high) else Change.NOT_COMPARABLE


def can_both_hold(one: Quantity, other: Quantity) -> bool:
    """Return whether some number fits both values; True also where they cannot be compared."""
    if one.number is None or other.number is None or not _comparable(one, other):
        return True
    if one.comparator == _RANKED:
        return one.number == other.number
    (low, high), (other_low, other_high) = _span(one), _span(other)
    gap = max(low - other_high, other_low - high)
    return gap <= 0 or gap < max(_room(one), _room(other)) * (1 - _SLIP)


def _comparable(one: Quantity, other: Quantity) -> bool:
    return _alike(one, other) and (one.comparator == _RANKED) == (other.comparator == _RANKED)


def _alike(one: Quantity, other: Quantity) -> bool:
    return _base(one.unit) == _base(other.unit)


def _base(unit: str) -> str:
    """Return *unit* without its multiplier words; 斤 and 公斤 stay two units, 亿 and 万 alone are the plain number."""
    return unit.strip().lstrip("".join(_SCALES)).replace("人民币", "")


def _scale(unit: str) -> float:
    words = unit.strip()
    return math.prod(_SCALES[word] for word in words[: len(words) - len(words.lstrip("".join(_SCALES)))])


def _bare_words(value: Quantity) -> str:
    return _FILLERS.sub("", _VERBS.sub("", value.words)).replace("与", "和")


def _ends(value: Quantity) -> tuple[float, float]:
    """Return the number and the upper one of a span, in plain units; both the same where there is no span."""
    assert value.number is not None
    scale = _scale(value.unit)
    return value.number * scale, (value.number if value.upper is None else value.upper) * scale


def _side(value: Quantity) -> int:
    return 1 if value.comparator in _UP else -1 if value.comparator in _DOWN else 0


def _span(value: Quantity) -> tuple[float, float]:
    """Return the span of numbers that *value* states, in plain units."""
    low, high = _ends(value)
    if value.comparator in _UP:
        return low, math.inf
    return (-math.inf, high) if value.comparator in _DOWN else (low, high)


def _room(value: Quantity) -> float:
    """Return how far from *value* a number may be that rounds to it, in plain units; none from a bound."""
    return 0.0 if _side(value) else _step(value) / 2 * _scale(value.unit)


def _step(value: Quantity) -> float:
    """Return the unit of the last digit that *value* tells: 0.01 for 4.52, 1 for 40, with 左右 10 for 40.

    Percentages are told to one decimal at least, so that 5% is 5.0%.
    """
    assert value.number is not None
    if value.unit in _RATES:
        return min(0.1, _last_digit(value))
    return _last_digit(value)


def _last_digit(value: Quantity) -> float:
    assert value.number is not None
    digits = format(value.number, ".10f").rstrip("0")
    whole, _, decimals = digits.partition(".")
    if decimals:
        return float(10.0 ** -len(decimals))
    zeros = len(whole) - len(whole.rstrip("0")) if value.number else 0
    return float(10.0**zeros) if value.comparator == "about" else 1.0


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SLIP, abs_tol=_SLIP)


def _not_below(one: float, other: float) -> bool:
    return one > other or _near(one, other)
