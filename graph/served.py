"""A graph whose names are known here and whose Cypher a Neo4j server answers: the same questions, asked there."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ontology.errors import WrongUse
from ontology.records import Entity

if TYPE_CHECKING:
    from graph.opened import KnowledgeGraph
    from graph.stores.bolt import Engine

Table = tuple[Sequence[str], Sequence[Sequence[object]]]


class ServedGraph:
    """What `graph.ask.answer_question` needs of *graph*, with the server of *engine* in place of its own engines."""

    def __init__(self, graph: "KnowledgeGraph", engine: "Engine") -> None:
        """Ask *engine*, which holds what *graph* does."""
        self.folder = graph.folder
        self._graph = graph
        self._engine = engine

    def entities(self) -> Sequence[Entity]:
        """Return every thing of the graph."""
        return self._graph.entities()

    def sparql(self, query: str, parameters: Mapping[str, str | int] | None = None) -> Table:
        """Raise WrongUse: a Neo4j server has no SPARQL."""
        raise WrongUse("a Neo4j server answers Cypher only; ask with --engine cypher")

    def cypher(self, query: str, parameters: Mapping[str, str | int | None] | None = None) -> Table:
        """Return columns and rows of a reading Cypher query. Raises QueryFailed, EngineFailed."""
        return self._engine.run(query, parameters)
