"""From a mention to the thing it names: one id per thing, read in the light of the document's own area.

`link_mentions` is the only door. Types with names of their own kind of trouble (areas, agencies, people, programmes,
strategies, meetings, indicators) have a module each; the others are identified by their canonical name, which
`relative` completes where it means something only at home. Short forms that the document introduces are linked last.
Where several things could be meant, the link stays open and the mention carries them as candidates.
"""

from collections.abc import Iterable
from functools import cache
from itertools import chain

from extractors.linking.agencies import agency_candidates, link_agency
from extractors.linking.areas import area_candidates, link_area, named_area
from extractors.linking.indicators import link_indicator
from extractors.linking.meetings import full_name, link_meeting
from extractors.linking.people import link_person
from extractors.linking.programmes import link_programme
from extractors.linking.projects import project_entity
from extractors.linking.relative import owner_before, read_relative
from extractors.linking.short_forms import link_short_forms
from extractors.linking.strategies import link_strategy
from extractors.patterns import load_lexicon
from extractors.scene import LinkedMention
from ontology.gazetteer import AreaRecord, areas_named
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity, Outline, Proposal

# Types whose canonical name alone says which thing is meant: mention type → (class, kind of IRI).
_BY_NAME = {
    "ORG": ("Organization", "organization"),
    "ZONE": ("Zone", "zone"),
    "PROJECT": ("Project", "project"),
    "PLATFORM": ("Platform", "platform"),
    "EVENT": ("Event", "event"),
    "POLICYDOC": ("PolicyDocument", "policy-document"),
}

Things = tuple[Entity, ...]
"""What words may name: one thing where they are clear, none or several where the link stays open."""


def link_mentions(
    outline: Outline, proposals: Iterable[Proposal], home: AreaRecord | None, year: int | None
) -> tuple[LinkedMention, ...]:
    """Return the mentions in text order with the things they name; a POST is words beside a person and has none."""
    linker = _Linker(outline.clean.text, home, year)
    return link_short_forms([linker.link(proposal) for proposal in proposals], outline.clean.text)


class _Linker:
    """Links the mentions of one document in text order; the mention before helps to read the next."""

    def __init__(self, text: str, home: AreaRecord | None, year: int | None) -> None:
        self.text = text
        self.home = home
        self.year = year
        self.meeting = ""  # the last one, by its full name
        self.area: tuple[int, AreaRecord | None] = (-1, None)  # where the last one ends, and which it is

    def link(self, proposal: Proposal) -> LinkedMention:
        """Return *proposal* with the thing it names, or what it may name."""
        text = self.text[proposal.start : proposal.end].replace("\n", "")
        things = self._things(text, proposal)
        if proposal.type == "MEETING":
            self.meeting = full_name(text, self.meeting)
        if proposal.type == "AREA":
            self.area = proposal.end, named_area(text, self.home, self.year)
        clear = things[0] if len(things) == 1 else None
        open_to = () if clear else things
        return LinkedMention(proposal.start, proposal.end, proposal.type, text, proposal.rule, clear, open_to)

    def _things(self, text: str, proposal: Proposal) -> Things:  # noqa: PLR0911 (one line a type)
        home, year = self.home, self.year
        match proposal.type:
            case "AREA":
                return _areas(text, home, year)
            case "ZONE":
                return _zones(text, home, year)
            case "AGENCY":
                return _one(link_agency(text, home)) or agency_candidates(text, home)
            case "PERSON":
                return _one(link_person(text))
            case "PROGRAMME":
                return (link_programme(text, self._owner(proposal.start)),)
            case "STRATEGY":
                return _one(link_strategy(text, home))
            case "MEETING":
                return _one(link_meeting(text, home, self.meeting))
            case "INDICATOR":
                return (link_indicator(text),)
        return _by_name(text, proposal.type, home, year)

    def _owner(self, start: int) -> AreaRecord | None:
        """Return the area whose programme stands at *start*: the one named before it, else the document's own."""
        end, area = self.area
        if end == start and area is not None:
            return area
        return owner_before(self.text, start, self.home) or self.home


def _one(entity: Entity | None) -> Things:
    return () if entity is None else (entity,)


def _by_name(text: str, mention_type: str, home: AreaRecord | None, year: int | None) -> Things:
    kinds, written = _BY_NAME.get(mention_type), canonical_name(text)
    if kinds is None or not written:
        return ()
    reading = read_relative(written, mention_type, home, year)
    if reading is None:
        return ()
    names = reading.choices or (reading.name,)
    if mention_type == "PROJECT":
        return tuple(project_entity(written, name) for name in names)
    return tuple(Entity(mint(kinds[1], name), kinds[0], name, aliases=_alias(written, name)) for name in names)


def _alias(written: str, name: str) -> tuple[str, ...]:
    return () if written == name else (written,)


def _areas(text: str, home: AreaRecord | None, year: int | None) -> Things:
    """Return what an AREA means; the name of a new area that is no district yet, or only becomes one, is a zone's."""
    area, name = link_area(text, home, year), canonical_name(text)
    if name not in _new_areas() or year is None:
        return _one(area) or area_candidates(text, home, year)
    zone = _by_name(text, "ZONE", home, year)
    if area is None:
        return zone
    return (area, *zone) if any(record.valid_from == year for record in areas_named(name)) else (area,)


def _zones(text: str, home: AreaRecord | None, year: int | None) -> Things:
    """Return what a ZONE means; where a district bears the name too, in its later years it may be either."""
    zone, name = _by_name(text, "ZONE", home, year), canonical_name(text)
    records = [record for record in areas_named(name) if record.name == name and record.level == "county"]
    if not records:
        return zone
    if name not in _new_areas():
        return _one(link_area(text, home, year)) or area_candidates(text, home, year) or zone
    later = any(year is None or (record.valid_from or 0) < year for record in records)
    return (*_one(link_area(text, home, year)), *zone) if later else zone


@cache
def _new_areas() -> frozenset[str]:
    return frozenset(row["name"] for row in load_lexicon("zones") if row["group"] == "new-area")


def link_body(words: str, home: AreaRecord | None) -> Entity:
    """Return the body of a post: an agency where the words are one's, else an organisation of that name."""
    agency = link_agency(words, home)
    if agency is not None:
        return agency
    name = canonical_name(words)
    return Entity(mint("organization", name), "Organization", name)


def merge_entities(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return one entity per IRI: the longest name wins, the others become aliases; sorted by IRI."""
    groups: dict[str, list[Entity]] = {}
    for entity in entities:
        groups.setdefault(entity.iri, []).append(entity)
    return tuple(_merge(groups[iri]) for iri in sorted(groups))


def _merge(same: list[Entity]) -> Entity:
    best = min(same, key=lambda entity: (-len(entity.name), entity.name))
    spellings = {entity.name for entity in same} | set(chain.from_iterable(entity.aliases for entity in same))
    notation = next((entity.notation for entity in same if entity.notation), "")
    return Entity(best.iri, best.kind, best.name, notation, tuple(sorted(spellings - {best.name})))
