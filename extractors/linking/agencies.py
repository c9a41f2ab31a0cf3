"""Agencies: 市发改委, 市发展改革委 and 重庆市发展和改革委员会 are one body of one area.

A body's name is an area, or the word for a level of administration, and an organ or department. The level word is read
upward from the document's own area: 市委 in a document of 渝中区 is 重庆市's.
"""

from collections.abc import Iterator
from functools import cache

from extractors.areas import level_words
from extractors.linking.areas import area_of_level, areas_meant, named_area, official_name
from extractors.linking.relative import is_generic_zone, place_of_generic
from extractors.patterns import load_lexicon
from ontology.gazetteer import AreaRecord
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity

_CENTRAL = "central"


def link_agency(text: str, home: AreaRecord | None) -> Entity | None:
    """Return the body that *text* names in a document about *home*; None where it names none or its area is open."""
    spelling = canonical_name(text)
    central = _central().get(spelling) or (_of_nation(spelling) if home and home.level == "nation" else None)
    if central:
        return _entity(_CENTRAL, central, central, spelling)
    bare = _without_party(spelling)
    for head, form in _splits(bare):
        template = _templates().get(form)
        if template is None:
            continue
        area = _area(head, home)
        if area is not None:
            return _of_area(area, template, spelling)
        if head in level_words() or not head or areas_meant(head, home):
            return None
    return _of_zone(spelling, home) or _other(spelling, home)


def agency_candidates(text: str, home: AreaRecord | None) -> tuple[Entity, ...]:
    """Return the bodies that *text* may name where `link_agency` leaves it open between those of several areas."""
    spelling = canonical_name(text)
    bare = _without_party(spelling)
    for head, form in _splits(bare):
        template = _templates().get(form)
        if template is not None:
            found = areas_meant(head, home)
            if len(found) > 1:
                return tuple(_of_area(area, template, spelling) for area in found)
    return ()


def _entity(place: str, body: str, name: str, spelling: str) -> Entity:
    aliases = () if spelling == name else (spelling,)
    return Entity(mint("agency", place, body), "Agency", name, aliases=aliases)


def _of_area(area: AreaRecord, template: str, spelling: str) -> Entity:
    return _entity(area.code, template.format(area=""), template.format(area=official_name(area)), spelling)


@cache
def _central() -> dict[str, str]:
    forms = {form: row["name"] for row in load_lexicon("agencies_central") for form in row["forms"].split()}
    for row in load_lexicon("agencies_central"):
        forms.update(dict.fromkeys(row["in_context"].split(), row["name"]))
    return forms


def _of_nation(spelling: str) -> str | None:
    """Return the central body that a national document calls by the bare name *spelling* (发展改革委)."""
    nation = next(words for words in _boundaries("nation"))
    return _central().get(nation + spelling)


@cache
def _boundaries(kind: str) -> tuple[str, ...]:
    found = [row["words"] for row in load_lexicon("agencies_boundaries") if row["kind"] == kind]
    return tuple(sorted(found, key=lambda words: (-len(words), words)))


def _without_party(name: str) -> str:
    party = next((words for words in _boundaries("party") if name.startswith(words)), "")
    return name[len(party) :]


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut *name* into a head and a body, the longest body first."""
    for cut in range(len(name)):
        yield name[:cut], name[cut:]


@cache
def _templates() -> dict[str, str]:
    """For every word for an organ or department the official name, {area} standing for its area."""
    templates = {}
    for row in load_lexicon("agencies_departments"):
        for stem in row["forms"].split():
            for suffix in row["suffixes"].split():
                templates[stem + suffix] = "{area}" + row["subject"] + _long(suffix)
    for row in load_lexicon("agencies_organs"):
        templates[row["form"]] = row["name"]
        official = row["name"].split("{area}")[1]
        templates.setdefault(official, row["name"])
    return templates


def _long(suffix: str) -> str:
    pairs = dict(words.split("=") for words in _boundaries("long"))
    return pairs.get(suffix, suffix)


def _area(head: str, home: AreaRecord | None) -> AreaRecord | None:
    if not head:
        return home
    if head in level_words():
        return area_of_level(head, home)
    return named_area(head, home)


def _of_zone(spelling: str, home: AreaRecord | None) -> Entity | None:
    """Return the administration of a functional area (两江新区管委会); 高新区管委会 is that of the place at home."""
    body = next((words for words in _boundaries("zone-body") if spelling.endswith(words)), "")
    zone = spelling.removesuffix(body)
    if not body or not zone:
        return None
    if is_generic_zone(zone):
        place = place_of_generic(home)
        if place is None:
            return None
        zone = place.short + zone
    return _entity(zone, _long(body), zone + _long(body), spelling)


def _other(spelling: str, home: AreaRecord | None) -> Entity | None:
    """Return a body that no lexicon holds but whose name ends as those of bodies do (区城治办, 成渝金融法院)."""
    ending = next((words for words in _boundaries("ending") if spelling.endswith(words)), "")
    if not ending or ending == spelling:
        return None
    for head, rest in _heads(spelling):
        area = _area(head, home)
        if area is not None:
            body = rest.removesuffix(ending) + _long(ending)
            return _entity(area.code, body, official_name(area) + body, spelling)
        if head in level_words() or areas_meant(head, home):
            return None
    return Entity(mint("agency", spelling), "Agency", spelling)


def _heads(name: str) -> Iterator[tuple[str, str]]:
    """Yield a level word, or the longest area, that *name* begins with, and the rest."""
    level = next((word for word in level_words() if name.startswith(word)), "")
    if level:
        yield level, name[len(level) :]
    for cut in range(len(name) - 2, 1, -1):
        if areas_meant(name[:cut], None):
            yield name[:cut], name[cut:]
            return
