"""Names that mean something only where they are said: 市委六届五次全会, 区人民医院, 高新区, 政府工作报告.

Such a name is read from the document's own area, like a level word before an organ (`agencies`): 区人民医院 in a
document of 渝中区 is 渝中区人民医院, and 高新区 in one of 池州市 is 池州高新区. Without an area the link stays open.
A name that begins with a county which has namesakes (鼓楼区人民医院) is that of the namesake meant there; what begins
with an area anyhow, or with no level at all, stands for itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.areas import level_words
from extractors.linking.areas import area_of_level, areas_meant, official_name
from extractors.patterns import load_lexicon, load_patterns
from ontology.gazetteer import AreaRecord, ancestors, areas_named

_LONGEST = 15
_ANCHORED = frozenset(("ORG", "PLATFORM", "PROJECT", "EVENT", "POLICYDOC"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a name is read: `name` says where it belongs and so identifies it; several `choices` leave it open."""

    name: str
    choices: tuple[str, ...] = ()


def read_relative(name: str, kind: str, home: AreaRecord | None, year: int | None) -> Reading | None:
    """Return the canonical *name* of the mention type *kind* as a document about *home* means it.

    None where only the document's area could tell, and it does not; a name that needs none is returned as it is.
    """
    if name in relative_words(kind, "bare"):
        return None
    if name in relative_words(kind, "generic") or _is_generic(name, kind):
        return _of_place(name, kind, home)
    level, rest = _level(name)
    if level and kind in _ANCHORED:
        area = area_of_level(level, home)
        whole = None if area is None else distinct_name(area) + rest
        return None if whole is None else Reading(whole)
    if kind in _ANCHORED:
        return _anchored(name, home, year)
    return Reading(name)


def distinct_name(area: AreaRecord) -> str:
    """Return the name of *area*, with its city or province where others in the country bear the same."""
    return area.name if len(areas_named(area.name)) == 1 else official_name(area)


def place_of_generic(home: AreaRecord | None) -> AreaRecord | None:
    """Return the place whose generic zone (高新区, 中心城区) a document about *home* means: a district's city."""
    if home is not None and home.level == "county" and home.name.endswith(relative_words("*", "district")):
        return ancestors(home)[0]
    return home


def is_generic_zone(name: str) -> bool:
    """Tell whether *name* is a zone that every place may have (高新区)."""
    return name in relative_words("ZONE", "generic")


def owner_before(text: str, start: int, home: AreaRecord | None) -> AreaRecord | None:
    """Return the area whose programme begins at *start*, told right before it (全市, 区级), or None."""
    match = linking_pattern("owner-before").search(text, max(0, start - 4), start)
    level = match and (match["name"] or match["graded"])
    return area_of_level(level, home) if level else None


def _of_place(name: str, kind: str, home: AreaRecord | None) -> Reading | None:
    place = place_of_generic(home) if kind == "ZONE" else home
    if place is None:
        return None
    whole = (place.short if kind == "ZONE" else distinct_name(place)) + name
    return Reading(whole)


def _anchored(name: str, home: AreaRecord | None, year: int | None) -> Reading:
    """Return a name that begins with a county as that of the county meant; of several it may be each."""
    for length in range(min(_LONGEST, len(name) - 2), 2, -1):
        head, rest = name[:length], name[length:]
        if not head.endswith(_county_words()) or _is_longer_word(head[-1] + rest):
            continue
        found = areas_meant(head, home, year)
        if not found or any(area.level != "county" or not head.endswith(area.name) for area in found):
            continue
        choices = tuple(distinct_name(area) + rest for area in found)
        if len(choices) == 1:
            return Reading(choices[0])
        if home is None or any(area.code[:2] == home.code[:2] for area in found):
            return Reading(name, choices)
        break
    return Reading(name)


def _level(name: str) -> tuple[str, str]:
    """Return the level word that *name* begins with and the rest, "" where it begins with none."""
    if _is_longer_word(name):
        return "", name
    level = next((word for word in level_words() if name.startswith(word) and len(name) > len(word) + 1), "")
    return level, name[len(level) :]


def _is_longer_word(words: str) -> bool:
    return words.startswith(relative_words("*", "not-level"))


def _is_generic(name: str, kind: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in _rows(kind, "generic-pattern"))


@cache
def linking_pattern(name: str) -> re.Pattern[str]:
    """Return the regular expression of the pattern *name* of `data/linking.toml`."""
    return next(pattern.regex for pattern in load_patterns("linking") if pattern.rule == f"linking/{name}")


@cache
def _county_words() -> tuple[str, ...]:
    return tuple(row["word"] for row in load_lexicon("areas_levels") if "county" in row["levels"].split())


@cache
def relative_words(kind: str, role: str) -> tuple[str, ...]:
    """Return the words of `data/linking_relative.csv` that play *role* for the mention type *kind* ("*": for any)."""
    return tuple(word for words in _rows(kind, role) for word in words.split("|"))


def _rows(kind: str, role: str) -> Iterator[str]:
    rows = load_lexicon("linking_relative")
    return (row["words"] for row in rows if (row["type"], row["kind"]) == (kind, role))
