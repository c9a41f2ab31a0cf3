"""Strategies by canonical name; `data/strategies_aliases.csv` leads short forms, slogans and older names to it.

Each alias there is *asserted* (the same words, shortened or with a bare tail) or *inferred* (a slogan, a part, a name
that the strategy had before); `alias_status` tells which.
"""

import re
from functools import cache

from extractors.patterns import load_lexicon
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity, Status

_QUOTED_FIRST = re.compile(r"^“([^“”]+)”([^“”]+)$")


def link_strategy(text: str) -> Entity:
    """Return the strategy that *text* names; the words as written become an alias where they are not its name."""
    written = canonical_name(text)
    quoted = _QUOTED_FIRST.match(text.strip())
    core = canonical_name(quoted[1]) if quoted and quoted[2] in _bare_tails() else written
    name = _resolve(core)
    return Entity(mint("strategy", name), "Strategy", name, aliases=() if written == name else (written,))


def alias_status(text: str) -> Status | None:
    """Return how sure it is that *text* is an alias (asserted or inferred); None where it is none that we list."""
    row = _aliases().get(canonical_name(text))
    return Status(row["status"]) if row else None


def _resolve(name: str) -> str:
    """Return the canonical name: by the alias list, else without a bare tail where that leads to a known name."""
    row = _aliases().get(name)
    if row:
        return row["name"]
    tail = next((tail for tail in _bare_tails() if name.endswith(tail) and len(name) > len(tail) + 2), "")
    stem = name.removesuffix(tail)
    if tail and stem in _aliases():
        return _aliases()[stem]["name"]
    return stem if tail and stem in _known() else name


@cache
def _aliases() -> dict[str, dict[str, str]]:
    return {canonical_name(row["alias"]): row for row in load_lexicon("strategies_aliases")}


@cache
def _known() -> frozenset[str]:
    names = (canonical_name(row["name"]) for row in load_lexicon("strategies_names"))
    return frozenset((*names, *(row["name"] for row in _aliases().values())))


@cache
def _bare_tails() -> tuple[str, ...]:
    return tuple(row["word"] for row in load_lexicon("strategies_bare_tails"))
