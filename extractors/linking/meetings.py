"""Meetings: 党的二十届三中全会 and 二十届三中全会 are one; 市委六届五次全会 is that of the document's own city.

The unfinished names of a list (二十届二中、三中全会) are completed from the name before them. A plenary without its
committee (二十届历次全会) is the party's right after its congress of that number; else it, and a conference without its
body (经济工作会议), may be anybody's and stay open.
"""

from extractors.linking.areas import area_of_level, named_area
from extractors.linking.relative import linking_pattern, relative_words
from ontology.gazetteer import AreaRecord
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity

_LONGEST = 15


def link_meeting(text: str, home: AreaRecord | None, before: str = "") -> Entity | None:
    """Return the meeting that *text* names in a document about *home*; *before* is the meeting named just before it."""
    written = canonical_name(text)
    name = _completed(written, canonical_name(before))
    if name is None or name in relative_words("MEETING", "generic"):
        return None
    nobodys = linking_pattern("plenary-of-nobody").match(name)
    if nobodys:
        return _entity(name, written) if nobodys["term"] == _congress(canonical_name(before)) else None
    congress = _congress(name)
    if congress:
        return _entity(congress + relative_words("MEETING", "congress")[0], written)
    level = linking_pattern("meeting-level").search(name)
    if level:
        area = area_of_level(level["name"], home)
        return None if area is None else _entity(name, written, area.code)
    named = _named(name)
    if named:
        return _entity(named[1], written, named[0].code)
    return _entity(_without_party(name), written)


def full_name(text: str, before: str) -> str:
    """Return the meeting name *text*, an item of a list completed from the name *before* it ("" where it cannot be)."""
    return _completed(canonical_name(text), canonical_name(before)) or ""


def _completed(name: str, before: str) -> str | None:
    """Return *name* with what the list that it stands in leaves out; None where nothing can complete it."""
    match = linking_pattern("plenary-unfinished").match(name)
    if match is None:
        return name
    term = match["term"]
    if term is None:
        shown = linking_pattern("plenary-unfinished").match(before.removesuffix(_plenary()))
        term = shown["term"] if shown else None
    return None if term is None else term + match["name"] + _plenary()


def _named(name: str) -> tuple[AreaRecord, str] | None:
    """Return the area that *name* begins with and the name as a document of that area writes it (重庆市委… → 市委…)."""
    for length in range(min(_LONGEST, len(name) - 2), 1, -1):
        area = named_area(name[:length], None)
        if area is not None and area.name == name[:length]:
            rest = name[length - 1 :]
            return (area, rest) if linking_pattern("meeting-level").match(rest) else None
    return None


def _entity(name: str, written: str, *place: str) -> Entity:
    return Entity(mint("meeting", *place, name), "Meeting", written)


def _without_party(name: str) -> str:
    party = next((words for words in relative_words("MEETING", "party-wide") if name.startswith(words)), "")
    return name.removeprefix(party)


def _congress(name: str) -> str:
    """Return the number of the congress of the party that *name* is, "" where it is none."""
    match = linking_pattern("party-congress").match(name)
    return (match["name"] or match["long"]) if match else ""


def _plenary() -> str:
    return relative_words("MEETING", "plenary")[0]
