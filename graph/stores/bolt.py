"""Cypher over Bolt through the official `neo4j` driver: the one code path for ArcadeDB and Neo4j."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar

import neo4j
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired
from neo4j.graph import Node, Path, Relationship

from graph.stores.cypher_text import refuse_writing
from ontology.errors import EngineFailed, PolicyKGError, QueryFailed

Cell = Any
Rows = list[tuple[Cell, ...]]
_Result = TypeVar("_Result")

MARK = "_policykg"
"""The property of the nodes on a Neo4j server that are ours: a digest of what was loaded."""

Recipe = tuple[str, str, str, str, Callable[[str], str]]
"""What another process needs to make the same connection: address, user, password, database, diagnose."""


class Engine:
    """A connection to one database. A context manager closes it; `run` asks it."""

    def __init__(
        self,
        address: str,
        user: str,
        password: str,
        database: str,
        diagnose: Callable[[str], str] = lambda _: "",
        explain: Callable[[Exception], PolicyKGError | None] = lambda _: None,
        **options: Any,
    ) -> None:
        """Connect to *address* (`bolt://host:port`) lazily: the first query opens the connection.

        *diagnose* returns what is wrong with a query that the engine refused without saying, or nothing; *explain* the
        error to show for one of the driver's, or None; *options* are the driver's.
        """
        self.recipe: Recipe = (address, user, password, database, diagnose)
        settings = {"connection_timeout": 15, **options}
        self._driver = neo4j.GraphDatabase.driver(address, auth=(user, password), **settings)
        self._database = database
        self._diagnose = diagnose
        self._explain = explain

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        self.close()

    def run(
        self,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        write: bool = False,
        seconds: float | None = None,
        limit: int | None = None,
    ) -> tuple[list[str], Rows]:
        """Return columns and the first *limit* rows of *cypher* in Python's own values (see `to_python`).

        Without *write* a query that changes the graph or reads a file is refused; one that takes longer than *seconds*
        is stopped, where the engine can. Raises QueryFailed with the engine's words in one line, EngineFailed when it
        does not answer.
        """
        if not write:
            refuse_writing(cypher)
        mode = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        try:
            with self._driver.session(database=self._database, default_access_mode=mode) as session:
                result = session.run(neo4j.Query(cypher, timeout=seconds), dict(parameters or {}))
                columns = list(result.keys())
                return columns, [tuple(to_python(cell) for cell in record.values()) for record in islice(result, limit)]
        except (Neo4jError, DriverError, OSError, TypeError, ValueError) as error:
            raise self._failure(error, cypher) from error

    def transact(self, work: Callable[[neo4j.ManagedTransaction], _Result]) -> _Result:
        """Do the writing *work* in one transaction, again where the engine says that a second try may succeed.

        Raises as `run` does.
        """
        try:
            with self._driver.session(database=self._database) as session:
                return session.execute_write(work)
        except (Neo4jError, DriverError, OSError, TypeError, ValueError) as error:
            raise self._failure(error, "") from error

    def connect(self) -> None:
        """Connect now; raises as `run` does."""
        try:
            with self._driver.session(database=self._database) as session:
                session.run("RETURN 1").consume()
        except (Neo4jError, DriverError, OSError, ValueError) as error:
            raise self._failure(error, "") from error

    def _failure(self, error: Exception, cypher: str) -> PolicyKGError:
        """Return what to tell of *error*, which *cypher* (or "", many queries) met."""
        told = self._explain(error)
        if told is not None:
            return told
        if isinstance(error, ServiceUnavailable | SessionExpired | OSError):
            return EngineFailed(f"the Cypher engine does not answer ({one_line(error)}); run the command again")
        if isinstance(error, Neo4jError | DriverError):
            return QueryFailed(f"Cypher: {self._reason(error, cypher)}")
        return QueryFailed(f"Cypher: a parameter cannot be sent ({one_line(error)})")

    def _reason(self, error: Exception, cypher: str) -> str:
        reason = one_line(error)
        if "read only database" not in reason:  # which ArcadeDB also says of a query that it cannot parse
            return reason
        return self._diagnose(cypher) or "the graph is read-only; change the documents and build again"

    def run_batches(self, cypher: str, rows: Sequence[Mapping[str, object]], size: int) -> None:
        """Run the writing *cypher* once per *size* rows, which it reads with `UNWIND $rows AS row`."""
        for start in range(0, len(rows), size):
            self.run(cypher, {"rows": rows[start : start + size]}, write=True)


def to_python(cell: object) -> Cell:
    """Return *cell* in Python's own values.

    A node becomes its properties with `labels` (our mark left out), a relationship its properties with `type`, a path
    a list of both in turn, a date or time its ISO text.
    """
    if isinstance(cell, Path):
        steps = [part for pair in zip(cell.nodes, cell.relationships, strict=False) for part in pair]
        return [to_python(part) for part in (*steps, cell.end_node)]
    if isinstance(cell, Node | Relationship):
        kind = {"labels": sorted(cell.labels)} if isinstance(cell, Node) else {"type": cell.type}
        return {**kind, **{name: to_python(value) for name, value in sorted(cell.items()) if name != MARK}}
    if isinstance(cell, list | tuple):
        return [to_python(item) for item in cell]
    if isinstance(cell, Mapping):
        return {str(name): to_python(value) for name, value in cell.items()}
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    return cell.iso_format() if hasattr(cell, "iso_format") else str(cell)


def one_line(error: Exception) -> str:
    """Return what *error* says, in one line of at most 400 characters."""
    message = error.message if isinstance(error, Neo4jError) and error.message else str(error)
    return re.sub(r"\s+", " ", message).strip()[:400]
