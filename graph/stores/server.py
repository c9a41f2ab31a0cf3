"""A Neo4j server of the user's own: how to reach it, and what each failure on the way means in one line.

The connection is that of `graph.stores.bolt`, so queries run on one code path; what is added here are transactions that
the driver repeats when a server says that it may (`write`), and counters of what they wrote.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.stores.bolt import Engine, one_line
from ontology.errors import EngineFailed, PolicyKGError, QueryFailed, WrongUse

Statement = tuple[str, Mapping[str, object]]
"""A Cypher text and its parameters."""

_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_OLDEST = 5


class Server(Engine):
    """A connection to one database of a Neo4j server, known to answer."""

    def __init__(self, address: str, user: str, password: str, database: str) -> None:
        """Connect to *address* and ask it one thing.

        Raises WrongUse for an address of no known form, EngineFailed with the cause and the remedy when the database
        cannot be used.
        """
        if address.partition("://")[0] not in _SCHEMES:
            raise WrongUse(f"{address}: no Neo4j address; write for example neo4j://localhost:7687")
        try:
            super().__init__(address, user, password, database)
        except (ConfigurationError, ValueError) as error:
            raise WrongUse(f"{address}: no Neo4j address ({one_line(error)}); write neo4j://HOST:7687") from error
        self._address = address
        try:
            agent = self._greet()
        except PolicyKGError:
            self.close()
            raise
        version = agent.removeprefix("Neo4j/").split(".")[0]
        if not agent.startswith("Neo4j/") or not version.isdigit() or int(version) < _OLDEST:
            self.close()
            raise EngineFailed(f"{address}: {agent} answers there; policykg loads into Neo4j 5 and later")

    def _greet(self) -> str:
        try:
            with self._driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS) as session:
                return str(session.run("RETURN 1").consume().server.agent)
        except (DriverError, Neo4jError, OSError) as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> PolicyKGError:
        """Return what *error* means for a person: where, what, and what to do."""
        where, said = self._address, one_line(error)
        if isinstance(error, AuthError) or (isinstance(error, ClientError) and "AuthenticationRateLimit" in said):
            return EngineFailed(f"{where}: user or password is wrong; check --user and NEO4J_PASSWORD")
        code = str(getattr(error, "code", "") or "")
        if "DatabaseNotFound" in code or "database does not exist" in said.lower():
            return EngineFailed(f"{where}: no database is called {self._database!r}; name another with --database")
        if "HTTP" in said:
            return EngineFailed(f"{where}: that is an HTTP port; Cypher is spoken on the Bolt port, mostly 7687")
        if isinstance(error, ServiceUnavailable | SessionExpired | OSError):
            return EngineFailed(f"{where}: no Neo4j server answers there ({said}); check address and port, start it")
        if "ReadOnly" in code:
            return EngineFailed(
                f"{where}: the database {self._database!r} is read-only; allow writing, then load again"
            )
        return QueryFailed(f"{where}: {said}")

    def read(self, cypher: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of our own reading *cypher*; repeated when the server says that it may be."""

        def work(tx: neo4j.ManagedTransaction) -> list[tuple[Any, ...]]:
            return [tuple(record.values()) for record in tx.run(neo4j.Query(cypher).text, parameters)]

        try:
            with self._driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS) as session:
                return session.execute_read(work)
        except (DriverError, Neo4jError, OSError) as error:
            raise self._trouble(error) from error

    def write(self, statements: Sequence[Statement]) -> Counter[str]:
        """Run our own *statements* in one transaction; return what they changed.

        The driver repeats the transaction after passing trouble only. Raises EngineFailed, QueryFailed.
        """

        def work(tx: neo4j.ManagedTransaction) -> Counter[str]:
            changed: Counter[str] = Counter()
            for cypher, parameters in statements:
                counters = tx.run(neo4j.Query(cypher).text, dict(parameters)).consume().counters
                changed.update({name: value for name, value in vars(counters).items() if isinstance(value, int)})
            return changed

        try:
            with self._driver.session(database=self._database) as session:
                return +session.execute_write(work)
        except (DriverError, Neo4jError, OSError) as error:
            raise self._trouble(error) from error
