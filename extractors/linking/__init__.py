"""From a mention to the thing it names: one id per thing, read in the light of the document's own area.

`link_mentions` is the only door. Types with names of their own kind of trouble (areas, agencies, people, programmes,
strategies, indicators) have a module each; the others are identified by their canonical name.
"""

from collections.abc import Callable, Iterable
from itertools import chain

from extractors.linking.agencies import link_agency
from extractors.linking.areas import link_area
from extractors.linking.indicators import link_indicator
from extractors.linking.people import link_person
from extractors.linking.programmes import link_programme
from extractors.linking.strategies import link_strategy
from extractors.scene import LinkedMention
from ontology.gazetteer import AreaRecord
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity, Outline, Proposal

# Types whose canonical name alone says which thing is meant: mention type → (class, kind of IRI).
_BY_NAME = {
    "ORG": ("Organization", "organization"),
    "ZONE": ("Zone", "zone"),
    "PROJECT": ("Project", "project"),
    "PLATFORM": ("Platform", "platform"),
    "EVENT": ("Event", "event"),
    "MEETING": ("Meeting", "meeting"),
    "POLICYDOC": ("PolicyDocument", "policy-document"),
}

Linker = Callable[[str, AreaRecord | None, int | None], Entity | None]

_LINKERS: dict[str, Linker] = {
    "AREA": link_area,
    "AGENCY": lambda text, home, year: link_agency(text, home),
    "PERSON": lambda text, home, year: link_person(text),
    "PROGRAMME": lambda text, home, year: link_programme(text, home),
    "STRATEGY": lambda text, home, year: link_strategy(text),
    "INDICATOR": lambda text, home, year: link_indicator(text),
}


def link_mentions(
    outline: Outline, proposals: Iterable[Proposal], home: AreaRecord | None, year: int | None
) -> tuple[LinkedMention, ...]:
    """Return the mentions in text order with the things they name; a POST is words beside a person and has none."""
    return tuple(
        LinkedMention(
            proposal.start,
            proposal.end,
            proposal.type,
            text := outline.clean.text[proposal.start : proposal.end].replace("\n", ""),
            proposal.rule,
            _link(text, proposal.type, home, year),
        )
        for proposal in proposals
    )


def _link(text: str, mention_type: str, home: AreaRecord | None, year: int | None) -> Entity | None:
    if mention_type in _LINKERS:
        return _LINKERS[mention_type](text, home, year)
    if mention_type in _BY_NAME:
        kind, iri_kind = _BY_NAME[mention_type]
        name = canonical_name(text)
        return Entity(mint(iri_kind, name), kind, name) if name else None
    return None


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
