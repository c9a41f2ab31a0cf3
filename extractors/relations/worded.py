"""Targets told in words alone: 居民收入增长与经济增长同步, 能耗完成国家下达任务.

They are values without a number, in the sentences that state targets (预期目标), one clause each. The name before them
must be that of a measured quantity, as for every other value; as mentions they do not count, for a mention of an
indicator needs a number.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.indicators import measured_name
from extractors.patterns import load_patterns
from extractors.values import Expression, Value

_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_ITEM = re.compile(r"[^、]+")
_SENTENCE = re.compile(r"[^。！？\n]+")
_STATES = re.compile(r"(?:预期|主要|发展|奋斗)目标")
_GROWTH = re.compile(r"(?:增长|增速|增幅)")


@dataclass(frozen=True, slots=True)
class Worded:
    """A target in words: clean range of the indicator's name, the name as it is measured, and the words."""

    start: int
    end: int
    name: str
    told: Expression


def read_worded(text: str, places: Iterable[tuple[int, int]] = ()) -> Iterator[Worded]:
    """Yield the targets in words of *text*; *places* are clean ranges of names that only locate."""
    starts = dict(places)
    for sentence in _SENTENCE.finditer(text):
        stated = _STATES.search(text, *sentence.span())
        if stated:
            for clause in _CLAUSE.finditer(text, stated.end(), sentence.end()):
                yield from _read_clause(text, clause.start(), clause.end(), starts)


def _read_clause(text: str, start: int, end: int, places: dict[int, int]) -> Iterator[Worded]:
    for pattern in load_patterns("values_worded"):
        match = pattern.regex.search(text, start, end)
        if match is None:
            continue
        growth = "增速" if _GROWTH.match(match[0]) or pattern.rule.endswith("/in-step") else ""
        told = Expression(match.start(), match.end(), "worded", Value(match[0]))
        for item in _ITEM.finditer(text, start, match.start()):
            found = measured_name(text, item.start(), item.end(), places)
            if found:
                yield Worded(*found, text[slice(*found)] + growth, told)
        return
