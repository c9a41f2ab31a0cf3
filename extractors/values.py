"""Value expressions: what is said of a measured quantity, in sentences (增长8%左右) and in cells (＞30).

The patterns of `data/values.toml` find them; their groups say what the parts are. Three rules hold throughout:

* **The words are never lost.** `Value.text` is the expression as it stands, also where no number could be read.
* **Multiplier words belong to the unit**: 19亿元 is 19 and 亿元, 1.2万家 is 1.2 and 万家, 超千亿元 is 1 and 千亿元.
  So a number reads as a table prints it. Percentages are 6, never 0.06; a fraction (1/4) becomes per cent (25 and %).
* **A comparator** says how the number is meant: equal, about (左右), at-most (以内), at-least (以上), above (超过),
  below (低于), between (5-6; `upper` is the other end), ranked (第4位), fulfilled (预计完成: the target, whatever it
  was), textual (words only).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from extractors.numerals import read_count
from extractors.patterns import Pattern, load_lexicon, load_patterns

EQUAL, ABOUT, AT_MOST, AT_LEAST = "equal", "about", "at-most", "at-least"
ABOVE, BELOW, BETWEEN = "above", "below", "between"
RANKED, FULFILLED, TEXTUAL = "ranked", "fulfilled", "textual"

_SCALES = "十百千万亿"
_HINT = re.compile(r"[\d一二两三四五六七八九十百千万亿半首榜番清增降Ⅰ-Ⅴ]")  # no value is without one of these
_SCOPE = re.compile(r"全[市国省区球县州]|世界|[中西东]{1,2}部|东北")
_WORDS_ONLY = frozenset({"gap", "run", "grade"})  # forms whose number is not that of the indicator
_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_FRACTION = re.compile(r"(\d+)/(\d+)")
_SHARE_OF = re.compile(r"([一二三四五六七八九十]+)分之([一二三四五六七八九十]+)")


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression says: `number` and `unit` where it has them, the comparator code, the words always.

    `direction` is "up" or "down" where the expression tells a change (增长8%, also 提高到90%), else "". `change` is
    true where the number is the size of that change and not the level reached. `scope` is the whole of a share or the
    field of a ranking (全市 in 占全市1/8 and in 全市第2).
    """

    text: str
    number: float | None = None
    unit: str = ""
    comparator: str = TEXTUAL
    direction: str = ""
    change: bool = False
    upper: float | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """A value where it stands: clean offsets, end exclusive; `form` is the name of its pattern."""

    start: int
    end: int
    form: str
    value: Value


def find_expressions(text: str, start: int = 0, end: int | None = None) -> list[Expression]:
    """Return the value expressions of the clean range *start*, *end* of *text*, in text order, not overlapping."""
    stop = len(text) if end is None else end
    if not _HINT.search(text, start, stop):
        return []
    found = sorted(_matches(text, start, stop), key=lambda entry: (entry[1].start(), -entry[1].end(), entry[0]))
    expressions: list[Expression] = []
    for _, match, pattern in found:
        if not expressions or match.start() >= expressions[-1].end:
            form = pattern.rule.partition("/")[2]
            expressions.append(Expression(match.start(), match.end(), form, _read(match, form)))
    return expressions


def parse_value(text: str) -> Value:
    """Return what the words of a cell or an expression say; never raises, at worst the value is textual."""
    words = text.strip()
    if words in _comparators() and _comparators()[words] == FULFILLED:
        return Value(words, comparator=FULFILLED)
    for pattern in load_patterns("values"):
        match = pattern.regex.match(words)
        if match and (match.end() == len(words) or words[match.end()] in "（("):
            return replace(_read(match, pattern.rule.partition("/")[2]), text=words)
    return Value(words)


def read_number(words: str) -> float | None:
    """Return the number that Arabic or Chinese figures spell (1,200; 三十五; 1/4 as 25 per cent), or None."""
    fraction = _FRACTION.fullmatch(words)
    if fraction:
        return round(100 * int(fraction[1]) / int(fraction[2]), 2) if int(fraction[2]) else None
    figure = _FIGURE.search(words)
    if figure:
        return float(figure[0].replace(",", ""))
    share = _SHARE_OF.fullmatch(words)
    if share:
        parts, whole = read_count(share[2]), read_count(share[1])
        return round(100 * parts / whole, 2) if parts and whole else None
    return read_count(words)


def _matches(text: str, start: int, stop: int) -> Iterator[tuple[int, re.Match[str], Pattern]]:
    for order, pattern in enumerate(load_patterns("values")):
        for match in pattern.regex.finditer(text, start, stop):
            if match.start() == start or not _inside_word(text, match.start()):
                yield order, match, pattern


def _inside_word(text: str, position: int) -> bool:
    """Tell whether a figure at *position* continues a code or a number (B24, 2.5)."""
    before, here = text[position - 1], text[position]
    return here.isascii() and here.isalnum() and before.isascii() and (before.isalnum() or before in ".-+_")


def _read(match: re.Match[str], form: str) -> Value:
    parts = {name: word or "" for name, word in match.groupdict().items()}
    words, unit = parts.get("number", ""), parts.get("unit", "")
    if form == "rank":
        scope = _SCOPE.search(match[0][: match.start("number") - match.start()])
        return Value(match[0], _read_rank(words), unit, RANKED, scope=scope[0] if scope else "")
    if form in _WORDS_ONLY:
        return Value(match[0])
    if form == "figureless":
        return Value(match[0], direction="up" if "增" in words or "翻" in words else "")
    number, upper = read_number(words), read_number(parts.get("upper", ""))
    if words and all(char in _SCALES for char in words):
        number, unit = 1.0, words + unit
    if "/" in words or "分之" in words:
        unit = "%"
    move = parts.get("move", "")
    change = bool(move) and parts.get("verb", "") not in ("到", "至", "为")
    comparator = TEXTUAL if number is None else BETWEEN if upper is not None else _comparator(parts)
    return Value(match[0], number, unit, comparator, _directions().get(move, ""), change, upper, parts.get("scope", ""))


def _comparator(parts: dict[str, str]) -> str:
    for name in ("after", "before", "more", "verb"):
        code = _comparators().get(parts.get(name, ""))
        if code and code != FULFILLED:
            return code
    return EQUAL


def _read_rank(words: str) -> float | None:
    """Return the place that an ordinal names (第4, 首位); None for places without a number (前列)."""
    figure = words.strip("第前 强位名")
    if figure.isdigit():
        return float(figure)
    return read_count(figure) if figure[:1] not in "首榜之列茅" else 1.0 if "首" in figure else None


@cache
def _comparators() -> dict[str, str]:
    return {row["word"]: row["comparator"] for row in load_lexicon("values_comparators")}


@cache
def _directions() -> dict[str, str]:
    return {row["word"]: row["direction"] for row in load_lexicon("values_moves")}
