"""The RDF store: pyoxigraph on disk, asked with SPARQL 1.1.

A query sees the union of all named graphs as its default graph, and the project's prefixes are declared. No query
leaves the machine: SERVICE is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from graph.rdf import INFERRED_GRAPH, PREFIXES, to_literal, to_python
from graph.stores.sparql_text import bind, explain, names_dataset, refuse_unsafe
from ontology import records
from ontology.errors import BrokenGraph, QueryFailed

Value = records.Literal | NamedNode | Literal
"""What stands for a variable of a query: text and numbers become literals; wrap an IRI in NamedNode."""

_LOADED_AT_ONCE = 200_000  # quads; pyoxigraph alone would take a gigabyte for a million

_REMOVAL = f"""
PREFIX rdf: <{PREFIXES["rdf"]}> PREFIX oa: <{PREFIXES["oa"]}> PREFIX pk: <{PREFIXES["pk"]}>
WITH <{INFERRED_GRAPH}> DELETE {{ ?subject ?predicate ?object }} WHERE {{
  %s rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object .
  FILTER NOT EXISTS {{
    ?other rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; pk:status ?status .
    FILTER(?other != %s && ?status != "rejected")
  }}
}} ;
WITH <{INFERRED_GRAPH}> DELETE {{ ?node ?name ?value }} WHERE {{
  %s (pk:evidence/(oa:hasTarget/oa:hasSelector?)?)? ?node . ?node ?name ?value
}}
"""

Rows = list[tuple[records.Literal | bool | None, ...]]


class QuadStore:
    """Quads on disk: `create` and `change` write them, `open` reads them; a context manager closes the folder."""

    def __init__(self, store: Store) -> None:
        """Wrap a pyoxigraph *store*."""
        self._store: Store | None = store

    @classmethod
    def create(cls, folder: Path, quads: Iterable[Quad]) -> Self:
        """Write *quads* into the new *folder*; raises BrokenGraph when the disk refuses.

        What was loaded piece by piece is joined: a query then looks for each value in one place, not in every piece.
        """
        try:
            store = Store(str(folder))
            _load(store, quads)
            store.optimize()
        except OSError as error:
            raise BrokenGraph(f"{folder}: the RDF store cannot be written ({_one_line(error)})") from error
        return cls(store)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open *folder* for reading; raises BrokenGraph when it is missing or not an RDF store."""
        try:
            if not folder.is_dir():
                raise OSError("there is no such folder")
            return cls(Store.read_only(str(folder)))
        except OSError as error:
            raise BrokenGraph(f"{folder}: no RDF store ({_one_line(error)}); run `policykg build` again") from error

    @classmethod
    def change(
        cls,
        folder: Path,
        target: Path,
        graphs: Iterable[str],
        subjects: Mapping[str, Iterable[str]],
        claims: Iterable[str],
        add: Iterable[Quad],
    ) -> Self:
        """Copy the store in *folder* to the new folder *target* and change the copy; hard links make the copy cheap.

        Drops the named *graphs*, then in each graph of *subjects* every quad about those subjects, then the concluded
        *claims* (IRIs) with their evidence and plain triples, then adds *add*.
        Raises BrokenGraph when the disk refuses.
        """
        try:
            Store(str(folder)).backup(str(target))
            store = Store(str(target))
            for graph in graphs:
                store.remove_graph(NamedNode(graph))
            for graph, iris in subjects.items():
                for iri in iris:
                    for quad in list(store.quads_for_pattern(NamedNode(iri), None, None, NamedNode(graph))):
                        store.remove(quad)
            for claim in claims:
                store.update(_REMOVAL.replace("%s", str(NamedNode(claim))))
            _load(store, add)
        except OSError as error:
            raise BrokenGraph(f"{target}: the RDF store cannot be written ({_one_line(error)})") from error
        return cls(store)

    def close(self) -> None:
        """Let the folder go; the store cannot be used afterwards."""
        self._store = None

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the folder go."""
        self.close()

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.engine)

    @property
    def engine(self) -> Store:
        """The pyoxigraph store itself; raises ValueError when closed."""
        if self._store is None:
            raise ValueError("this RDF store is closed")
        return self._store

    def query(
        self,
        sparql: str,
        substitutions: Mapping[str, Value] | None = None,
        graphs: tuple[Sequence[str], Sequence[str]] = ((), ()),
        base: str | None = None,
    ) -> QuerySolutions | QueryTriples | QueryBoolean:
        """Return the answer of pyoxigraph to any SPARQL 1.1 query, lazily.

        *substitutions* give variables (names without `?`) a value. The default graph is the union of all; the IRIs in
        *graphs* (default graphs, named graphs), or FROM in the query, choose others. Relative IRIs are resolved against
        *base*. Raises QueryFailed for a query that cannot be read, QueryRefused for an update and SERVICE.
        """
        refuse_unsafe(sparql)
        text = bind(sparql, {name: _term(value) for name, value in (substitutions or {}).items()})
        default, named = graphs
        try:
            if default or named:
                return self.engine.query(
                    text,
                    base_iri=base,
                    prefixes=PREFIXES,
                    default_graph=[NamedNode(iri) for iri in default],
                    named_graphs=[NamedNode(iri) for iri in named],
                )
            union = not names_dataset(text)
            return self.engine.query(text, base_iri=base, prefixes=PREFIXES, use_default_graph_as_union=union)
        except (SyntaxError, OSError, ValueError, RuntimeError) as error:
            raise QueryFailed(explain(error, text)) from error

    def select(
        self, sparql: str, substitutions: Mapping[str, Value] | None = None, limit: int | None = None
    ) -> tuple[list[str], Rows]:
        """Return columns and the first *limit* rows in Python's own values; None where a variable is unbound.

        ASK gives the column `answer`; CONSTRUCT and DESCRIBE give `subject`, `predicate`, `object`. Raises QueryFailed.
        """
        try:
            return _table(self.query(sparql, substitutions), limit)
        except (OSError, RuntimeError) as error:
            failure = QueryFailed(explain(error, sparql))
        raise failure  # without its cause, whose traceback would keep the answer: see `turtle`

    def write_triples(self, path: Path) -> None:
        """Write the union of all graphs to the file *path* as N-Triples."""
        found = self.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(found, QueryTriples)
        found.serialize(str(path), format=RdfFormat.N_TRIPLES)

    def turtle(self, sparql: str, substitutions: Mapping[str, Value] | None = None) -> str:
        """Return the triples of a CONSTRUCT or DESCRIBE query as Turtle, sorted. Raises QueryFailed for other forms."""
        found = self.query(sparql, substitutions)
        if not isinstance(found, QueryTriples):
            del found  # a traceback would keep it, but pyoxigraph's answers must end in the thread that asked
            raise QueryFailed("SPARQL: only CONSTRUCT and DESCRIBE give triples; use another format for this query")
        try:
            triples = sorted(set(found), key=str)
        except (OSError, RuntimeError) as error:
            failure = QueryFailed(explain(error, sparql))
        else:
            return (serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()
        del found
        raise failure


def _table(found: QuerySolutions | QueryTriples | QueryBoolean, limit: int | None) -> tuple[list[str], Rows]:
    if isinstance(found, QueryBoolean):
        return ["answer"], [(bool(found),)]
    if isinstance(found, QueryTriples):
        triples = ((triple.subject, triple.predicate, triple.object) for triple in islice(found, limit))
        return ["subject", "predicate", "object"], [tuple(map(to_python, triple)) for triple in triples]
    columns = [variable.value for variable in found.variables]
    return columns, [tuple(None if cell is None else to_python(cell) for cell in row) for row in islice(found, limit)]


def _load(store: Store, quads: Iterable[Quad]) -> None:
    """Load *quads* as text: parsing it lets other threads of ours run, which loading Quad objects does not."""
    iterator = iter(quads)
    while chunk := list(islice(iterator, _LOADED_AT_ONCE)):
        lines = serialize(chunk, format=RdfFormat.N_QUADS)
        assert lines is not None
        store.bulk_load(lines, format=RdfFormat.N_QUADS, lenient=True)
    store.flush()


def _term(value: Value) -> NamedNode | Literal:
    return value if isinstance(value, NamedNode | Literal) else to_literal(value)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
