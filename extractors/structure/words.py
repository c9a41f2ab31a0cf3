"""The words and patterns of `data/outline.toml`."""

import re
from functools import cache

from extractors.patterns import load_patterns, load_words


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the regular expression of the pattern *name*."""
    (found,) = [entry.regex for entry in load_patterns("outline") if entry.rule == f"outline/{name}"]
    return found


def words(name: str) -> tuple[str, ...]:
    """Return the list *name* of the section `[words]`."""
    return load_words("outline")[name]


@cache
def any_word(name: str) -> re.Pattern[str]:
    """Return a regular expression that finds each word of the list *name*."""
    return re.compile("|".join(sorted(map(re.escape, words(name)), key=len, reverse=True)))
