"""An opened graph: one folder, its claims, its two query engines. `open_graph(folder)` is the way in for programs.

    from graph import open_graph
    with open_graph("kg") as kg:
        kg.ask("programme-history", code="33618").frame  # a pandas frame
        kg.explain("渝中区")  # all that is said of it, each quote in its sentence

Answers and explanations show themselves in Jupyter. SPARQL is answered in this process; the Cypher engine is a child
process that the first Cypher query starts and `close` ends.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import networkx as nx
from pyoxigraph import NamedNode

from graph.ask import Answer, answer_question
from graph.explain import Explanation
from graph.explain import explain as explain_thing
from graph.exports import export_graph
from graph.projections import GraphFolder
from graph.property_graph import to_networkx
from graph.stores.arcadedb import open_engine
from graph.stores.bolt import Engine
from graph.stores.quads import QuadStore
from ontology.identifiers import RESOURCE
from ontology.records import Entity

Table = tuple[Sequence[str], Sequence[Sequence[object]]]

_DOCUMENT_COLUMNS = ("document", "title", "area", "genre", "issued", "review_year", "plan_year", "characters", "path")


class KnowledgeGraph:
    """A graph opened for reading; a context manager. `warning` says when a build was interrupted, else it is empty."""

    def __init__(self, folder: Path) -> None:
        """Open the graph in *folder*; raises BrokenGraph where there is none."""
        self.folder = folder
        self._parts = ExitStack()
        self._place = GraphFolder.reading(folder)
        self._parts.callback(self._place.close)
        self.warning = self._place.warning
        self.claims = self._parts.enter_context(self._place.open_claims())

    def ask(self, name: str, /, engine: str = "sparql", **settings: str) -> Answer:
        """Answer the named question; see `graph.ask.answer_question`."""
        return answer_question(self, name, settings, engine)

    def explain(self, thing: str, limit: int | None = None) -> Explanation:
        """Return what is said of an entity or claim, with the quotes; see `graph.explain.explain`."""
        return explain_thing(self, thing, limit)

    def sparql(self, query: str, parameters: Mapping[str, str | int] | None = None, limit: int | None = None) -> Table:
        """Return columns and rows of any SPARQL query; *parameters* give variables a value. Raises QueryFailed.

        The first *limit* rows come, and no more are looked for.
        """
        terms = {
            name: NamedNode(value) if isinstance(value, str) and value.startswith(RESOURCE) else value
            for name, value in (parameters or {}).items()
        }
        return self._quads.select(query, terms, limit)

    def turtle(self, query: str) -> str:
        """Return the triples of a CONSTRUCT or DESCRIBE query as Turtle. Raises QueryFailed for another query."""
        return self._quads.turtle(query)

    def cypher(self, query: str, parameters: Mapping[str, str | int | None] | None = None) -> Table:
        """Return columns and rows of a reading Cypher query. Raises QueryFailed, EngineFailed."""
        return self._engine.run(query, parameters)

    def entities(self) -> Sequence[Entity]:
        """Return every thing of the graph, ordered by IRI."""
        return list(self.claims.entities())

    def documents(self) -> Table:
        """Return the documents with what they say about themselves."""
        rows = []
        for document in self.claims.documents():
            known = {**document.facts, "document": document.key, "characters": document.chars, "path": document.path}
            rows.append([known.get(column) for column in _DOCUMENT_COLUMNS])
        return _DOCUMENT_COLUMNS, rows

    def to_networkx(self, claims: bool = False) -> "nx.MultiDiGraph[str]":
        """Return the entities and what connects them as a NetworkX graph; with *claims* the claim nodes too."""
        return to_networkx(self.claims, claims)

    def export(self, form: str, target: Path) -> None:
        """Write the whole graph to *target*; see `graph.exports`."""
        export_graph(self.claims, form, target)

    @cached_property
    def _quads(self) -> QuadStore:
        return self._parts.enter_context(QuadStore.open(self._place.rdf_path))

    @cached_property
    def _engine(self) -> Engine:
        return self._parts.enter_context(open_engine(self._place.property_graph_path))

    def close(self) -> None:
        """End the Cypher engine, if it runs, and let the files go."""
        self._parts.close()

    def __enter__(self) -> Self:
        """Return the graph itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the graph."""
        self.close()
