"""Lookups: queries so small that the connection answers them itself, without a thread.

A lookup is one triple pattern with a constant, or up to three about one constant subject with constant predicates; no
path, no filter, no modifier but LIMIT. With a limit set the indexes answer it in a fraction of a millisecond, whatever
the graph holds. What is matched here cannot be anything but a query: no SERVICE, no update.
"""

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graph.rdf import PREFIXES
from graph.service.generations import Generations
from graph.service.media import ROWS, Form, choose
from graph.service.row_limit import RowLimit

MOST_ROWS = 500  # a lookup with more answers than this is run again, as any other query

_PATH = b"/sparql?query="
_REMEMBERED = 1024  # answers of one generation, of at most
_SMALL = 16 << 10  # bytes

_IRI = r'<[^<>"{}|^`\\\x00-\x20]*>'
_NAME = r"(?:[A-Za-z][A-Za-z0-9_-]*)?:[\w一-鿿-]*"
_VAR = r"[?$][A-Za-z_]\w*"
_TEXT = r'"[^"\\\n\r]*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:' + f"{_IRI}|{_NAME}" + r"))?|[+-]?\d+"
_CONSTANT = f"(?:{_IRI}|{_NAME})"
_VERB = f"(?:{_CONSTANT}|a)"
_OBJECT = f"(?:{_VAR}|{_CONSTANT}|{_TEXT})"
_VALUE = f"(?:{_CONSTANT}|{_TEXT})"
_PATTERNS = "|".join(
    (
        rf"{_CONSTANT}\s+(?:{_VERB}|{_VAR})\s+{_OBJECT}",
        rf"{_CONSTANT}\s+{_VERB}\s+{_OBJECT}(?:\s*;\s*{_VERB}\s+{_OBJECT}){{1,2}}",
        rf"{_VAR}\s+(?:{_VERB}|{_VAR})\s+{_VALUE}",
        rf"{_VAR}\s+{_VERB}\s+{_VAR}",
    )
)
_LOOKUP = re.compile(
    rf"\s*(?:PREFIX\s+(?:[A-Za-z][A-Za-z0-9_-]*)?:\s*{_IRI}\s*){{0,20}}"
    rf"(?:SELECT\s*(?:\*|{_VAR}(?:\s+{_VAR}){{0,9}})|ASK)\s*(?:WHERE\s*)?"
    rf"{{\s*(?:{_PATTERNS})\s*\.?\s*}}\s*(?:LIMIT\s+(?P<limit>\d{{1,9}})\s*)?",
    re.IGNORECASE,
)


def as_lookup(query: str) -> str | None:
    """Return *query* with a limit of MOST_ROWS + 1 where it is a lookup that has none smaller, else None."""
    found = _LOOKUP.fullmatch(query) if len(query) < 2_000 else None
    if found is None:
        return None
    limit = found["limit"]
    if limit is None:
        return f"{query} LIMIT {MOST_ROWS + 1}"
    return query if int(limit) <= MOST_ROWS else f"{query[: found.start('limit')]}{MOST_ROWS + 1}"


class Lookups:
    """Answers the lookups on the current generation; what was asked before is remembered until the next one."""

    def __init__(self, generations: Generations) -> None:
        """Answer from *generations*."""
        self._generations = generations
        self._known: dict[tuple[bytes, bytes], bytes] = {}
        self._known_of: object = None

    def answer(self, encoded: bytes, accept: bytes) -> bytes | None:
        """Return head and body for the query in percent-encoding, or None where it is no lookup.

        The head begins after the status line (200) and holds neither date nor connection.
        """
        generation = self._generations.current
        if self._known_of is not generation or self._generations.writable or len(self._known) > _REMEMBERED:
            self._known, self._known_of = {}, generation
        elif (known := self._known.get((encoded, accept))) is not None:
            return known
        form = _row_form(accept)
        try:
            query = as_lookup(unquote_to_bytes(encoded.replace(b"+", b" ")).decode())
        except UnicodeDecodeError:
            return None
        if query is None or form is None:
            return None
        try:
            prefixes = PREFIXES if _has_names(query) else None
            found = generation.store.query(query, prefixes=prefixes, use_default_graph_as_union=True)
            assert isinstance(found, QuerySolutions | QueryBoolean)
            body = found.serialize(format=_result_format(form)) or b""
        except (SyntaxError, ValueError, OSError, RuntimeError):
            return None  # told as for any other query
        if len(body) > MOST_ROWS and RowLimit(_result_format(form), MOST_ROWS).feed(body)[1]:
            return None
        answer = _head(form) % len(body) + body
        if len(answer) < _SMALL:
            self._known[encoded, accept] = answer
        return answer


class LookupProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, which answers a lookup as soon as its head is read and leads all else to the application."""

    lookups: Lookups | None = None
    hosts: frozenset[bytes] = frozenset()
    _answered = False

    def on_headers_complete(self) -> None:
        """Answer a lookup, or go on."""
        self._answered = self._answer()
        if not self._answered:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass over the body of what is answered."""
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Go on, unless the request is answered."""
        if not self._answered:
            super().on_message_complete()

    def _answer(self) -> bool:
        if self.lookups is None or not self.url.startswith(_PATH) or b"&" in self.url:
            return False
        if self.cycle is not None and not self.cycle.response_complete:
            return False  # answers come in the order of the requests
        if self.parser.get_method() != b"GET" or self.parser.get_http_version() != "1.1":
            return False
        accept = self._accept() if self.parser.should_keep_alive() and not self.parser.should_upgrade() else None
        answer = None if accept is None else self.lookups.answer(self.url[len(_PATH) :], accept)
        if answer is None:
            return False
        head = [b"%s: %s\r\n" % header for header in self.server_state.default_headers]
        self.transport.write(b"".join((b"HTTP/1.1 200 OK\r\n", *head, answer)))
        self.on_response_complete()
        return True

    def _accept(self) -> bytes | None:
        """Return the header Accept; None where another header asks for what only the application does."""
        accept = b""
        for name, value in self.headers:
            if name == b"accept":
                accept = accept + b", " + value if accept else value
            elif name == b"origin" or (name == b"host" and self.hosts and value.rpartition(b":")[0] not in self.hosts):
                return None
        return accept


@lru_cache(maxsize=512)
def _row_form(accept: bytes) -> Form | None:
    return choose(ROWS, accept.decode("latin-1"))


@lru_cache
def _head(form: Form) -> bytes:
    return b"content-type: " + form.content_type.encode() + b"\r\nvary: Accept\r\ncontent-length: %d\r\n\r\n"


def _result_format(form: Form) -> QueryResultsFormat:
    assert isinstance(form.format, QueryResultsFormat)
    return form.format


def _has_names(query: str) -> bool:
    return query.count(":") > query.count("://")
