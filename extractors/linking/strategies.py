"""Strategies by canonical name; `data/strategies_aliases.csv` leads short forms, slogans and older names to it.

Each alias there is *asserted* (the same words, shortened or with a bare tail) or *inferred* (a slogan, a part, a name
that the strategy had before); `is_inferred` tells which. A strategy goes by all its asserted aliases, also those
that no document uses.
"""

import re
from functools import cache

from extractors.linking.areas import area_of_level
from extractors.patterns import load_lexicon, load_patterns
from ontology.gazetteer import AreaRecord
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity, Status

_QUOTED_FIRST = re.compile(r"^“([^“”]+)”([^“”]+)$")


def link_strategy(text: str, home: AreaRecord | None = None) -> Entity | None:
    """Return the strategy that *text* names; the words as written become an alias where they are not its name.

    A vision of the place (制造强市) is that of the city, district or province of the document's area *home*; None
    where it has none of that level.
    """
    written = canonical_name(text)
    quoted = _QUOTED_FIRST.match(text.strip())
    core = canonical_name(quoted[1]) if quoted and quoted[2] in _bare_tails() else written
    name = _resolve(core)
    spellings = {alias for alias, row in _aliases().items() if row["name"] == name and row["status"] == Status.ASSERTED}
    aliases = tuple(sorted((spellings | {written}) - {name}))
    level = _vision().search(name)
    if level is None:
        return Entity(mint("strategy", name), "Strategy", name, aliases=aliases)
    area = area_of_level(level["name"], home)
    return None if area is None else Entity(mint("strategy", area.code, name), "Strategy", name, aliases=aliases)


def is_inferred(text: str) -> bool:
    """Tell whether *text* names its strategy only by inference: a slogan, a part, a name that it had before."""
    row = _aliases().get(canonical_name(text))
    return row is not None and row["status"] == Status.INFERRED


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
def _vision() -> re.Pattern[str]:
    return next(pattern.regex for pattern in load_patterns("linking") if pattern.rule == "linking/vision-of-place")


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
