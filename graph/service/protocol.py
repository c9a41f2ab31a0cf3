"""The SPARQL 1.1 Protocol: from an HTTP request to the operation that it asks for, or to a refusal.

GET  ?query=…                                   a query
POST application/x-www-form-urlencoded          query=… or update=…
POST application/sparql-query                   the body is the query
POST application/sparql-update                  the body is the update
GET  without a query                            the service description
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from graph.service.media import FORM_NAMES

QUERY, UPDATE, DESCRIPTION = "query", "update", "description"

_DATASET = {QUERY: ("default-graph-uri", "named-graph-uri"), UPDATE: ("using-graph-uri", "using-named-graph-uri")}
_FORM = "application/x-www-form-urlencoded"
_BODIES = {"application/sparql-query": QUERY, "application/sparql-update": UPDATE}

Pairs = Sequence[tuple[str, str]]


class Refused(Exception):
    """A request that is answered with an error: the HTTP status and one line that says what to do."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        """Take the *status*, the *message*, and further *headers* (underscores stand for hyphens)."""
        super().__init__(message)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for: a QUERY, an UPDATE or the DESCRIPTION; the graphs that the protocol names; a format."""

    kind: str
    text: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""


def read_get(query_string: bytes) -> Operation:
    """Return the operation of a GET or HEAD request; raises Refused."""
    pairs = _pairs(query_string)
    if _values(pairs, UPDATE):
        raise Refused(400, "an update must come by POST")
    queries = _values(pairs, QUERY)
    if not queries:
        return Operation(DESCRIPTION, format=_format(pairs))
    return _operation(QUERY, queries, pairs)


def read_post(query_string: bytes, content_type: str, body: bytes) -> Operation:
    """Return the operation of a POST request; raises Refused."""
    kind, charset = _media_type(content_type)
    pairs = _pairs(query_string)
    if kind == _FORM:
        pairs = [*pairs, *_pairs(body)]
        queries, updates = _values(pairs, QUERY), _values(pairs, UPDATE)
        if bool(queries) == bool(updates):
            raise Refused(400, "give exactly one parameter called query or update")
        return _operation(QUERY if queries else UPDATE, queries or updates, pairs)
    if kind not in _BODIES:
        raise Refused(
            415, f"the body must be {_FORM}, {' or '.join(_BODIES)}", Accept_Post=", ".join((_FORM, *_BODIES))
        )
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, f"the body must be UTF-8, not {charset}")
    if _values(pairs, QUERY) or _values(pairs, UPDATE):
        raise Refused(400, "the operation stands in the body; give no parameter called query or update")
    return _operation(_BODIES[kind], [_decoded(body)], pairs)


def _operation(kind: str, texts: Sequence[str], pairs: Pairs) -> Operation:
    if len(texts) > 1:
        raise Refused(400, f"the parameter {kind} is given {len(texts)} times; send one operation a request")
    default, named = (tuple(_values(pairs, name)) for name in _DATASET[kind])
    return Operation(kind, texts[0], default, named, _format(pairs))


def _format(pairs: Pairs) -> str:
    wanted = (_values(pairs, "format") or [""])[-1]
    if wanted and wanted not in FORM_NAMES:
        raise Refused(400, f"no format is called {wanted!r}; choose {', '.join(sorted(FORM_NAMES))}, or send Accept")
    return wanted


def _values(pairs: Pairs, name: str) -> list[str]:
    return [value for given, value in pairs if given == name]


def _pairs(encoded: bytes) -> Pairs:
    try:
        return parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:  # UnicodeDecodeError is one
        raise Refused(400, "the parameters are not UTF-8, best percent-encoded") from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "the body is not UTF-8") from None


def _media_type(header: str) -> tuple[str, str]:
    kind, *parameters = (piece.strip() for piece in header.lower().split(";"))
    named = dict(parameter.partition("=")[::2] for parameter in parameters)
    return kind, named.get("charset", "utf-8").strip('"')
