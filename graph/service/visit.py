"""A visit to a page: who asks, in which language, of which generation; and the page that comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode
from starlette.datastructures import QueryParams

from graph.claims import ClaimsStore
from graph.service.cypher_engine import EngineAccess
from graph.service.generations import Generation
from graph.service.name_index import NameIndex
from graph.service.statements import Speaker
from graph.service.wording import Words
from graph.stores.quads import Value
from ontology.identifiers import RESOURCE
from ontology.records import Entity

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Visit:
    """One request as the pages see it; `claims` is open for as long as the page is made."""

    folder: Path
    generation: Generation
    claims: ClaimsStore
    engine: EngineAccess
    language: str
    words: Words
    path: str
    tail: str
    parameters: QueryParams

    @property
    def names(self) -> NameIndex:
        """Every thing by its names."""
        return self.generation.names

    @cached_property
    def speaker(self) -> Speaker:
        """What puts claims into words in the visitor's language."""
        return Speaker(self.claims, self.names, self.language)

    def given(self, name: str) -> str:
        """Return a parameter without blanks around it, "" where it is not given."""
        return self.parameters.get(name, "").strip()

    # What `graph.ask` needs of a graph.

    def entities(self) -> Sequence[Entity]:
        """Return every thing of the graph."""
        return self.names.things

    def sparql(
        self, query: str, parameters: Mapping[str, str | int] | None = None, limit: int | None = None
    ) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Return columns and rows of a SPARQL query; *parameters* give variables a value."""
        return self.generation.quads.select(query, as_terms(parameters or {}), limit)

    def cypher(
        self, query: str, parameters: Mapping[str, str | int | None] | None = None
    ) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Return columns and rows of a Cypher query."""
        return self.engine.engine(self.generation.number).run(query, parameters)


@dataclass(frozen=True)
class Page:
    """What a page shows: `data` is also its JSON, `table` its CSV; `more` is for the template alone."""

    template: str
    data: Mapping[str, object]
    table: tuple[Sequence[str], Rows] | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    section: str = ""
    status: int = 200


MakePage = Callable[[Visit], Page]


class NotThere(Exception):
    """There is no page at this address; a message says what is missing."""


class Elsewhere(Exception):
    """The page is at another address."""

    def __init__(self, address: str) -> None:
        """Name the *address*."""
        super().__init__(address)
        self.address = address


def as_terms(parameters: Mapping[str, str | int]) -> dict[str, Value]:
    """Return *parameters* with the IRIs of our things as nodes."""
    return {
        name: NamedNode(value) if isinstance(value, str) and value.startswith(RESOURCE) else value
        for name, value in parameters.items()
    }
