"""The words and patterns of `data/outline.toml`."""

import re
import tomllib
from functools import cache

from extractors.patterns import DATA, load_patterns


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the regular expression of the pattern *name*."""
    (found,) = [entry.regex for entry in load_patterns("outline") if entry.rule == f"outline/{name}"]
    return found


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the list *name* of the section `[words]`."""
    content = tomllib.loads((DATA / "outline.toml").read_text(encoding="utf-8"))
    return tuple(content["words"][name])


@cache
def any_word(name: str) -> re.Pattern[str]:
    """Return a regular expression that finds each word of the list *name*."""
    return re.compile("|".join(sorted(map(re.escape, words(name)), key=len, reverse=True)))


_DIGITS = {
    char: value
    for value, chars in enumerate(["〇○零", "一", "二", "三", "四", "五", "六", "七", "八", "九"])
    for char in chars
}


def to_number(numeral: str) -> int:
    """Return the value of a numeral below 100 (`十二`, `12`) or of a year in digits (`二〇二四`)."""
    if numeral.isdecimal():
        return int(numeral)
    if "十" in numeral:
        tens, ones = numeral.split("十", 1)
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    return int("".join(str(_DIGITS[char]) for char in numeral))
