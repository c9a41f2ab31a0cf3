"""All things of a graph by their names: for search, suggestions, and the names of what a claim speaks of."""

from collections import Counter
from collections.abc import Iterable, Sequence

from graph.names import search_names
from ontology.identifiers import canonical_name
from ontology.records import Entity
from ontology.terms import Kind

_UNLIKE = 4
NAMELESS = frozenset(
    (Kind.CODE_COMPONENT, Kind.MEMBERSHIP, Kind.OBSERVATION, Kind.PROJECT_LISTING, Kind.STATED_SUM, Kind.TASK_LINE)
)
"""Things without a name of their own; they come last."""


class NameIndex:
    """The things of one generation."""

    def __init__(self, things: Iterable[Entity]) -> None:
        """Take all *things*."""
        self.things: Sequence[Entity] = list(things)
        self._by_iri = {entity.iri: entity for entity in self.things}
        self._spelled = [
            (tuple(_folded(name) for name in (entity.name, entity.notation, *entity.aliases) if name), entity)
            for entity in self.things
        ]

    def get(self, iri: str) -> Entity | None:
        """Return the thing *iri*, or None."""
        return self._by_iri.get(iri)

    def name(self, iri: str) -> str:
        """Return the name of the thing *iri*, else the end of the IRI."""
        entity = self._by_iri.get(iri)
        return entity.name if entity else iri.rpartition("/")[2]

    def of_kind(self, kind: str) -> list[Entity]:
        """Return the things of *kind* by name."""
        return sorted((entity for entity in self.things if entity.kind == kind), key=lambda entity: entity.name)

    def kinds(self, things: Iterable[Entity] | None = None) -> list[tuple[str, int]]:
        """Return the kinds of *things* (None: all) with their numbers, those with names of their own first."""
        counted = Counter(entity.kind for entity in (self.things if things is None else things))
        return sorted(counted.items(), key=lambda item: (item[0] in NAMELESS, -item[1], item[0]))

    def search(self, text: str) -> list[Entity]:
        """Return the things called *text*, then those whose names begin with it, hold it, or stand in it."""
        wanted = _folded(text)
        found: list[tuple[bool, int, int, str, Entity]] = []
        for spellings, entity in self._spelled:
            likeness, length = min((_likeness(name, wanted), len(name)) for name in spellings)
            if wanted and likeness < _UNLIKE:
                found.append((entity.kind in NAMELESS, likeness, length, entity.iri, entity))
        return [row[-1] for row in sorted(found, key=lambda row: row[:-1])]

    def search_near(self, text: str) -> list[Entity]:
        """Return the things called something like *text*, the likest first, those without names of their own last."""
        return sorted(search_names(self.things, text), key=lambda entity: entity.kind in NAMELESS)

    def suggest(self, text: str, most: int) -> list[Entity]:
        """Return the first *most* things whose names begin with *text*, then those that hold it."""
        return self.search(text)[:most]


def _folded(name: str) -> str:
    return canonical_name(name).casefold()


def _likeness(name: str, wanted: str) -> int:
    """Return how well *wanted* names what is called *name*: 0 is the same, `_UNLIKE` is not at all."""
    if name == wanted:
        return 0
    if wanted in name:
        return 1 if name.startswith(wanted) else 2
    return 3 if len(name) > 1 and name in wanted else _UNLIKE
