"""The dated gazetteer: China's administrative areas down to counties, those of today and those since 1980.

An `AreaRecord` is one area under one name. Names are not unique (the country has several 鼓楼区), codes were reused;
the key is neither, but `key`: the code for the last area that bears it, `code-year` for earlier bearers. The table is
`vocabularies/areas.csv`, made by `ontology/divisions.py`; it is read once, on the first question.
"""

import csv
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ontology.errors import WrongUse
from ontology.identifiers import RESOURCE, mint
from ontology.records import Entity

_TABLE = Path(__file__).parent / "vocabularies" / "areas.csv"
NATION = "100000"


class AreaRecord(NamedTuple):
    """An area under one name; a tuple, since thousands are made at once.

    `level` is nation, province, prefecture or county; `parent` and `replaced_by` are keys of other records ("" for
    none). `valid_from` is the year it came to be under this name (None: by 1980), `valid_to` the year it ceased to
    (None: it is in force); in the year of a change the old and the new both count as valid.
    """

    key: str
    code: str
    name: str
    short: str
    level: str
    parent: str
    valid_from: int | None
    valid_to: int | None
    replaced_by: str
    source: str

    @property
    def iri(self) -> str:
        """The IRI of the area; for areas in force `mint("area", code)`."""
        return mint("area", self.key)


@lru_cache(maxsize=1)
def load_areas() -> tuple[AreaRecord, ...]:
    """Return every record, sorted by code and, where areas bore the same code in turn, by time; read once."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    records = []
    for row, following in pairwise([*rows, [""]]):
        code, name, short, level, parent, began, ended, replaced_by, source = row
        key = f"{code}-{ended}" if following[0] == code else code
        start, end = int(began) if began else None, int(ended) if ended else None
        records.append(AreaRecord(key, code, name, short, level, parent, start, end, replaced_by, source))
    return tuple(records)


def areas_named(name: str) -> tuple[AreaRecord, ...]:
    """Return every area of that long or short name: those in force first, then the higher level, then by code."""
    return _by_name().get(name, ())


def area_by_code(code: str, year: int | None = None) -> AreaRecord:
    """Return the area of a 6-digit *code* (or of a key): the last bearer, or the one valid in *year*.

    Raises WrongUse when there is none.
    """
    record = _by_key().get(code)
    if record is not None and (year is None or valid_in(record, year)):
        return record
    for earlier in _by_code().get(code, ()):
        if year is not None and valid_in(earlier, year):
            return earlier
    when = "" if year is None else f" in {year}"
    raise WrongUse(f"no administrative area has the code {code}{when}; see ontology/vocabularies/areas.csv")


def ancestors(record: AreaRecord) -> tuple[AreaRecord, ...]:
    """Return the areas that hold *record*, the nearest first, the nation last."""
    found: list[AreaRecord] = []
    while record.parent:
        record = _by_key()[record.parent]
        found.append(record)
    return tuple(found)


def full_name(record: AreaRecord) -> str:
    """Return the name that is clear everywhere in the country: 重庆市渝中区, 四川省成都市锦江区."""
    above = [area.name for area in ancestors(record) if area.level != "nation"]
    return "".join([*reversed(above), record.name])


def clear_name(thing: Entity) -> str:
    """Return the name of *thing* that tells it from its namesakes: an area with those above it, a township likewise."""
    kind, _, rest = thing.iri.removeprefix(RESOURCE).partition("/")
    key, _, below = rest.partition("/")
    record = _by_key().get(key) if kind == "area" else None
    return full_name(record) + below if record else thing.name


def valid_in(record: AreaRecord, year: int) -> bool:
    """Return whether the area bore this name at some time of *year*."""
    return (record.valid_from or 0) <= year <= (record.valid_to or year)


@lru_cache(maxsize=1)
def _by_key() -> dict[str, AreaRecord]:
    return {record.key: record for record in load_areas()}


@lru_cache(maxsize=1)
def _by_code() -> dict[str, tuple[AreaRecord, ...]]:
    groups: dict[str, list[AreaRecord]] = {}
    for record in load_areas():
        groups.setdefault(record.code, []).append(record)
    return {code: tuple(group) for code, group in groups.items()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[AreaRecord, ...]]:
    levels = ("nation", "province", "prefecture", "county")
    groups: dict[str, list[AreaRecord]] = {}
    for record in load_areas():
        for name in {record.name, record.short}:
            groups.setdefault(name, []).append(record)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda area: (area.valid_to is not None, levels.index(area.level), area.code))
    return {name: tuple(group) for name, group in groups.items()}
