"""Areas: a mention and the record of the gazetteer it names, read in the light of the document's own area."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from extractors.areas import area_forms
from extractors.patterns import load_lexicon
from ontology.gazetteer import AreaRecord, ancestors, area_by_code, valid_in
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity

_LONGEST = 15
_LEVELS = ("province", "prefecture", "county")


def link_area(text: str, home: AreaRecord | None, year: int | None) -> Entity | None:
    """Return the area that *text* names in a document about *home* in *year*; None where two or none could be meant.

    A township is an area of its own inside the county that is named with it, or that the document governs.
    """
    name = canonical_name(text)
    if _parts(name) is None:
        return _link_below(name, home, year)
    chosen = named_area(name, home, year)
    return _entity(chosen, name) if chosen else None


def area_candidates(text: str, home: AreaRecord | None, year: int | None) -> tuple[Entity, ...]:
    """Return the areas that *text* may mean where `link_area` leaves it open between several."""
    found = areas_meant(text, home, year)
    return tuple(_entity(record, canonical_name(text)) for record in found) if len(found) > 1 else ()


def named_area(text: str, home: AreaRecord | None, year: int | None = None) -> AreaRecord | None:
    """Return the record that the area name *text* means, as `link_area` does; townships have none."""
    found = areas_meant(text, home, year)
    return found[0] if len(found) == 1 else None


def areas_meant(text: str, home: AreaRecord | None, year: int | None = None) -> tuple[AreaRecord, ...]:
    """Return the records that the area name *text* may mean: one where it is clear, several where it is not."""
    parts = _parts(canonical_name(text))
    return _meant(_innermost(parts), home, year) if parts else ()


def official_name(area: AreaRecord) -> str:
    """Return the name that bodies of *area* bear: 重庆市江北区, 成都市锦江区 (no province above a prefecture)."""
    above = [upper.name for upper in ancestors(area) if upper.level != "nation"]
    return "".join([*(above[:1] if area.level == "county" else []), area.name])


def area_of_level(level: str, home: AreaRecord | None) -> AreaRecord | None:
    """Return the nearest area at or above *home* whose name ends with the word *level* (市, 省)."""
    levels = next(row["levels"].split() for row in load_lexicon("areas_levels") if row["word"] == level)
    line = [home, *ancestors(home)] if home else []
    return next((area for area in line if area.level in levels and area.name.endswith(level)), None)


def _link_below(name: str, home: AreaRecord | None, year: int | None) -> Entity | None:
    """Link a letter of the home area (来吴就业), or a township with or without its county before it."""
    if len(name) == 1:
        return _link_letter(name, home)
    head, parts = _head(name)
    county = _choose(_innermost(parts), home, year) if parts else _county(home)
    below = name[len(head) :]
    if county is None or not _below_county().fullmatch(below):
        return None
    return Entity(mint("area", county.code, below), "Area", below, aliases=_aliases(name, below))


def area_entity(record: AreaRecord) -> Entity:
    """Return *record* as the thing that a document speaks of."""
    return _entity(record, record.short)


def _entity(record: AreaRecord, spelling: str) -> Entity:
    return Entity(record.iri, "Area", record.name, record.code, _aliases(spelling, record.name))


def _aliases(spelling: str, name: str) -> tuple[str, ...]:
    return () if spelling == name else (spelling,)


def _parts(name: str) -> list[tuple[AreaRecord, ...]] | None:
    """Return the areas that each part of *name* may mean (成都市锦江区: two parts), None if some letters mean none."""
    if not name:
        return []
    for length in range(min(_LONGEST, len(name)), 1, -1):
        records = area_forms(name[:length])
        rest = _parts(name[length:]) if records else None
        if rest is not None:
            return [records, *rest]
    return None


def _head(name: str) -> tuple[str, list[tuple[AreaRecord, ...]]]:
    """Return the longest beginning of *name* that is made of areas, with the areas of its parts."""
    for length in range(len(name) - 2, 1, -1):
        parts = _parts(name[:length])
        if parts and _below_county().fullmatch(name[length:]):
            return name[:length], parts
    return "", []


def _innermost(parts: list[tuple[AreaRecord, ...]]) -> tuple[AreaRecord, ...]:
    """Return what the last part may mean, each inside something that the part before may mean."""
    candidates = parts[0]
    for inner in parts[1:]:
        held = tuple(record for record in inner if any(upper in ancestors(record) for upper in candidates))
        candidates = held or tuple(record for record in inner if any(_same_province(record, up) for up in candidates))
    return candidates


def _same_province(one: AreaRecord, other: AreaRecord) -> bool:
    return one.code[:2] == other.code[:2]


def _choose(candidates: tuple[AreaRecord, ...], home: AreaRecord | None, year: int | None) -> AreaRecord | None:
    found = _meant(candidates, home, year)
    return found[0] if len(found) == 1 else None


def _meant(candidates: tuple[AreaRecord, ...], home: AreaRecord | None, year: int | None) -> tuple[AreaRecord, ...]:
    """Return the areas meant: in the document's own line, else in its province, else the highest anywhere."""
    for group in (*_own_line(candidates, home), _near(candidates, home), candidates):
        found = _highest(_in_time(group, year))
        if found:
            return tuple(found)
    return ()


def _in_time(candidates: Sequence[AreaRecord], year: int | None) -> list[AreaRecord]:
    """Return those in force in *year* (None: today), where there are none those abolished before."""
    if year is None:
        return [record for record in candidates if record.valid_to is None] or _latest(candidates)
    valid = [record for record in candidates if valid_in(record, year)]
    return _latest(valid or [record for record in candidates if record.valid_to is not None and record.valid_to < year])


def _latest(records: Sequence[AreaRecord]) -> list[AreaRecord]:
    """Drop from *records* those that another of them replaced, or that bore the code earlier."""
    by_code: dict[str, AreaRecord] = {}
    for record in records:
        kept = by_code.get(record.code)
        if kept is None or (kept.valid_to or 9999) < (record.valid_to or 9999):
            by_code[record.code] = record
    replaced = {record.replaced_by for record in by_code.values()} & {record.key for record in by_code.values()}
    return [record for record in by_code.values() if record.replaced_by not in replaced or not record.replaced_by]


def _own_line(records: Sequence[AreaRecord], home: AreaRecord | None) -> Iterator[list[AreaRecord]]:
    """Yield *home* and what lies above it, the nearest first, then what lies in each of them, up to the province."""
    line = [home, *ancestors(home)] if home else []
    for area in line:
        yield [record for record in records if record.key == area.key]
    for area in line:
        if area.level not in ("province", "nation"):
            yield [record for record in records if area in ancestors(record)]


def _near(records: Sequence[AreaRecord], home: AreaRecord | None) -> list[AreaRecord]:
    return [record for record in records if home is not None and _same_province(record, home)]


def _highest(records: list[AreaRecord]) -> list[AreaRecord]:
    top = min((_LEVELS.index(record.level) for record in records), default=0)
    return [record for record in records if _LEVELS.index(record.level) == top]


def _link_letter(letter: str, home: AreaRecord | None) -> Entity | None:
    line = [home, *ancestors(home)] if home else []
    for area in line:
        if area.level in ("county", "prefecture") and area.short.startswith(letter):
            return _entity(area, letter)
    code = _letters().get(letter)
    return _entity(area_by_code(code), letter) if code else None


@cache
def _letters() -> dict[str, str]:
    return {row["name"]: row["code"] for row in load_lexicon("areas_bynames") if len(row["name"]) == 1}


@cache
def _below_county() -> re.Pattern[str]:
    units = [row["word"] for row in load_lexicon("areas_levels") if row["levels"] == "township"]
    villages = [row["word"] for row in load_lexicon("areas_levels") if row["levels"] == "village"]
    return re.compile(rf"[一-龥]{{1,5}}(?:{'|'.join(units)})(?:[一-龥]{{1,4}}(?:{'|'.join(villages)}))?")


def _county(home: AreaRecord | None) -> AreaRecord | None:
    return home if home and home.level == "county" else None
