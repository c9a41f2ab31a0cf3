"""A Neo4j server: connects, and says in one line with the remedy what stands in the way.

The password comes from NEO4J_PASSWORD or a prompt; it is never part of an address, an argument, a message or a log.
"""

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.stores.bolt import Engine, one_line
from ontology.errors import EngineFailed, PolicyKGError, TookTooLong, WrongUse

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
OLDEST = (5, 26)
PASSWORD = "NEO4J_PASSWORD"  # noqa: S105 (the name of a variable)

_RETRY_SECONDS = 20
_OF_SERVER: tuple[tuple[str, type[PolicyKGError], str], ...] = (
    (
        r"Database\.DatabaseNotFound",
        WrongUse,
        "{place}: the server has no database {database!r}; name one with --database",
    ),
    (
        r"ForbiddenOnReadOnlyDatabase|NotALeader|WriteOnReadOnly|(?i:\bread[- ]only\b)",
        EngineFailed,
        "{place}: the database {database!r} is read-only here ({words}); make it writable on the server",
    ),
    (
        r"TransactionTimedOut",
        TookTooLong,
        "stopped at its time limit; ask for less, or allow more with --timeout",
    ),
    (
        r"No space left|out of disk|TransactionLogError|TransactionCommitFailed|TransactionStartFailed|(?i:panic)",
        EngineFailed,
        "{place}: the server cannot write its files, perhaps the disk is full ({words}); free some space, restart "
        "the server and run the command again",
    ),
    (
        r"DatabaseUnavailable",
        EngineFailed,
        "{place}: the database {database!r} is not available ({words}); look into the server's log (a full disk?), "
        "restart it and run the command again",
    ),
    (
        r"Constraint(Creation|Validation)Failed",
        EngineFailed,
        "{place}: another node has the key already ({words}); change it, or use another database",
    ),
    (
        r"\.Security\.",
        EngineFailed,
        "{place}: the user {user!r} may not do this ({words}); use another --user",
    ),
    (
        r"\.TransientError\.",
        EngineFailed,
        "{place}: the server is busy or short of memory ({words}); run the command again",
    ),
)
"""What the server says (code and words), and what we make of it; the first that fits."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a graph is served: address, user, database."""

    address: str
    user: str = "neo4j"
    database: str = "neo4j"

    def __str__(self) -> str:
        """Return the address, as messages show it."""
        return self.address


def read_place(address: str, user: str, database: str) -> Place:
    """Return the place; raises WrongUse for an address that is none, or that holds a password."""
    parts = urlsplit(address)
    if parts.username or parts.password or "@" in parts.netloc:
        raise WrongUse(f"the address holds a user or password; give --user, and the password in {PASSWORD}")
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise WrongUse(f"{address!r} is no address of a Neo4j server; write neo4j://HOST:7687 ({', '.join(SCHEMES)})")
    return Place(address, user, database)


def read_password(ask: Callable[[str], str], place: Place) -> str:
    """Return NEO4J_PASSWORD, or what *ask* gets from the terminal; raises WrongUse where there is neither."""
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise WrongUse(f"no password for {place.user} at {place}; set {PASSWORD}")
    return ask(f"Password of {place.user} at {place}")


@contextmanager
def open_server(place: Place, password: str) -> Iterator[Engine]:
    """Connect to *place* and yield the connection; raises EngineFailed or WrongUse with the remedy."""
    connected = False

    def explain(error: Exception) -> PolicyKGError | None:
        return failure_of(place, error, connected)

    options: dict[str, Any] = {
        "max_transaction_retry_time": _RETRY_SECONDS,
        "user_agent": "policykg",
        "keep_alive": True,
    }
    logging.getLogger("neo4j.notifications").addHandler(logging.NullHandler())  # hints are for who sets up logging
    try:
        engine = Engine(place.address, place.user, password, place.database, explain=explain, **options)
    except (ConfigurationError, ValueError) as error:
        raise WrongUse(f"{place}: no address of a Neo4j server ({one_line(error)})") from error
    with engine:
        engine.connect()
        connected = True
        _check_version(engine, place)
        yield engine


def _check_version(engine: Engine, place: Place) -> None:
    """Raise EngineFailed for a server that is too old to be written to."""
    query = "CALL dbms.components() YIELD name, versions WITH * WHERE name = 'Neo4j Kernel' RETURN versions[0]"
    for (version,) in engine.run(query)[1]:
        numbers = tuple(int(part) for part in re.findall(r"\d+", str(version))[:2])
        if numbers and numbers < OLDEST:
            raise EngineFailed(
                f"{place}: Neo4j {version} is too old; policykg works with {OLDEST[0]}.{OLDEST[1]} and newer, "
                "upgrade the server or name another one"
            )


def failure_of(place: Place, error: Exception, connected: bool) -> PolicyKGError | None:
    """Return what to show for *error* of the driver at *place*; None leaves it to the engine.

    What the same error means depends on whether we were *connected* before.
    """
    if isinstance(error, AuthError):
        code = (error.code or type(error).__name__).rsplit(".", 1)[-1]
        return EngineFailed(
            f"{place}: the server refuses the user {place.user!r} with this password ({code}); "
            f"set {PASSWORD}, or --user"
        )
    if isinstance(error, Neo4jError):
        return _of_server(place, error)
    lost = isinstance(error, ServiceUnavailable | SessionExpired | OSError)
    if lost or (isinstance(error, DriverError | ValueError) and not connected):
        return _of_connection(place, error, connected)
    return None


def _of_server(place: Place, error: Neo4jError) -> PolicyKGError | None:
    words = one_line(error)
    for sign, kind, message in _OF_SERVER:
        if re.search(sign, f"{error.code} {words}"):
            return kind(message.format(place=place, user=place.user, database=place.database, words=words))
    return None


def _of_connection(place: Place, error: Exception, connected: bool) -> PolicyKGError:
    words = one_line(error)
    if connected:
        return EngineFailed(
            f"{place}: the server stopped answering ({words}); what was sent is kept, "
            "start the server and run the command again"
        )
    if _speaks_otherwise(words):
        return EngineFailed(
            f"{place}: what answers there does not speak Bolt ({words}); "
            "give the Bolt port, usually 7687 (7474 is for browsers)"
        )
    return EngineFailed(f"{place}: no Neo4j server answers ({words}); start it, or check host and port")


def _speaks_otherwise(words: str) -> bool:
    return bool(re.search(r"HTTP|handshake|Unknown Bolt|not .*supported|Received .* bytes|protocol", words))
