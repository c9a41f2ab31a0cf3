"""Lookups: queries so small that the connection answers them itself, without a thread.

A lookup is one triple pattern with a constant, or up to three about one constant subject with constant predicates; no
path, no filter, no modifier but LIMIT. With a limit set the indexes answer it in a fraction of a millisecond, whatever
the graph holds. What is matched here cannot be anything but a query: no SERVICE, no update.
"""

import re
from binascii import a2b_qp
from functools import lru_cache

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graph.rdf import PREFIXES
from graph.service.generations import Generations
from graph.service.media import ROWS, Form, choose
from graph.service.row_limit import RowLimit

MOST_ROWS = 500  # a lookup with more answers than this is run again, as any other query

_QUERY = rb"(?:[^%&#\x00-\x20]++|%[0-9A-Fa-f]{2})++"
_REQUEST = re.compile(rb"GET /sparql\?query=(%s) HTTP/1\.1\r\n((?:[^\r\n]{1,1000}\r\n){1,20})\r\n" % _QUERY)
_PLAIN = frozenset((b"host", b"accept", b"user-agent", b"accept-encoding", b"accept-language", b"connection"))
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


def decode_percent(encoded: bytes) -> bytes:
    """Return what well-formed percent-encoding stands for: quoted-printable with another sign, so that C decodes it."""
    return a2b_qp(encoded.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"="))


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
            query = as_lookup(decode_percent(encoded).decode())
        except UnicodeDecodeError:
            return None  # told as for any other query
        if query is None or form is None:
            return None
        try:
            prefixes = PREFIXES if _has_names(query) else None
            found = generation.store.query(query, prefixes=prefixes, use_default_graph_as_union=True)
            assert isinstance(found, QuerySolutions | QueryBoolean)
            body = found.serialize(format=_result_format(form)) or b""
        except (SyntaxError, ValueError, OSError, RuntimeError):
            return None
        if RowLimit(_result_format(form), MOST_ROWS).may_pass(body):
            return None
        answer = _head(form) % len(body) + body
        if len(answer) < _SMALL:
            self._known[encoded, accept] = answer
        return answer


class LookupProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, which answers a lookup that came in one piece, as most do, and leads all else to the parser."""

    lookups: Lookups | None = None
    hosts: frozenset[bytes] = frozenset()
    _within = False
    _told: tuple[object, bytes] = (None, b"")

    def data_received(self, data: bytes) -> None:
        """Answer a lookup, or go on."""
        if not self._answer(data):
            super().data_received(data)

    def on_message_begin(self) -> None:
        """Note that the parser holds a part of a request."""
        self._within = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Note that it does not."""
        self._within = False
        super().on_message_complete()

    def takes_lookups(self) -> bool:
        """Tell whether nothing else is going on; answers come in the order of the requests."""
        waiting = self.cycle is not None and not self.cycle.response_complete
        return self.lookups is not None and not self._within and not waiting

    def _answer(self, data: bytes) -> bool:
        found = _REQUEST.fullmatch(data) if self.takes_lookups() else None
        accept = None if found is None else _accept_of(found[2], self.hosts)
        if found is None or accept is None or self.lookups is None:
            return False
        answer = self.lookups.answer(found[1], accept)
        if answer is None:
            return False
        self.transport.write(self._status_line() + answer)
        self.on_response_complete()
        return True

    def _status_line(self) -> bytes:
        """Return the beginning of a response; uvicorn makes the headers anew each second."""
        headers = self.server_state.default_headers
        if self._told[0] is not headers:
            lines = (b"HTTP/1.1 200 OK\r\n", *(b"%s: %s\r\n" % header for header in headers))
            self._told = (headers, b"".join(lines))
        return self._told[1]


@lru_cache(maxsize=256)
def _accept_of(lines: bytes, hosts: frozenset[bytes]) -> bytes | None:
    """Return Accept among the header *lines*; None where one of them asks for what only the application does."""
    accept, named = b"", 0
    for line in lines.split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        name, value = name.lower(), value.strip(b" \t")
        if name not in _PLAIN or (name == b"connection" and value.lower() != b"keep-alive"):
            return None
        if name == b"accept":
            accept = accept + b", " + value if accept else value
        elif name == b"host":
            named += 1
            if hosts and value.rpartition(b":")[0] not in hosts:
                return None
    return accept if named == 1 else None


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
