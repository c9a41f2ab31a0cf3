"""The SPARQL endpoint: an ASGI application that answers `/sparql`.

Every query runs in a thread (see `graph.service.running`); lookups that the connection has answered already (see
`graph.service.lookups`) do not come here. Errors are one line of plain text: 400 what cannot be read, 403 what is
refused, 406 a format that cannot be written, 413 and 415 a body that is too long or of a wrong type, 503 too busy, 504
stopped at the time limit. A result that was cut says so in the header X-Result-Cut.
"""

import asyncio
import hmac
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, serialize
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.rdf import PREFIXES
from graph.service.description import describe_service
from graph.service.generations import Generation, Generations
from graph.service.media import ROWS, TRIPLES, Form, choose, prefers_html
from graph.service.protocol import DESCRIPTION, UPDATE, Operation, Refused, read_get, read_post
from graph.service.row_limit import RowLimit
from graph.service.running import Output, Runner
from graph.service.updates import prepare_update
from graph.stores.sparql_text import explain
from ontology.errors import PolicyKGError, QueryFailed, QueryRefused

MOST_BYTES = 2 << 20  # of a request's body
_AT_ONCE = 256 << 10  # bytes of a finished result that are sent in one piece
_METHODS = "GET, HEAD, POST, OPTIONS"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the endpoint allows: seconds and rows a query, and the token for updates (empty: it is read-only)."""

    seconds: float = 30.0
    rows: int = 100_000
    token: str = ""


class Endpoint:
    """The endpoint of the graph in *generations*."""

    def __init__(self, generations: Generations, runner: Runner, limits: Limits) -> None:
        """Answer from *generations*, with the threads of *runner*, within *limits*."""
        self._generations = generations
        self._runner = runner
        self._limits = limits
        self._writing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": _METHODS})
        try:
            operation = await _read(request)
            if operation.kind == DESCRIPTION:
                return await self._describe(request, operation)
            if operation.kind == UPDATE:
                return await self._update(request, operation)
            return await self._query(request, operation)
        except Refused as refused:
            return PlainTextResponse(f"{refused}\n", refused.status, {**refused.headers, "Vary": "Accept"})
        except PolicyKGError as error:
            return PlainTextResponse(f"{error}\n", _status(error))

    async def _describe(self, request: Request, operation: Operation) -> Response:
        accept = ", ".join(request.headers.getlist("accept"))
        if not operation.format and prefers_html(accept):
            return RedirectResponse(request.url_for("query"), 303, {"Vary": "Accept"})
        form = _form(TRIPLES, operation, accept)
        address = _address(request)
        generation, updates = self._generations.current, bool(self._limits.token)
        triples = await self._runner.run(lambda _: describe_service(generation, address, updates, form))
        return Response(triples, 200, {"Vary": "Accept"}, form.content_type)

    async def _query(self, request: Request, operation: Operation) -> Response:
        accept = ", ".join(request.headers.getlist("accept"))
        generation = self._generations.current
        ask = Ask(operation, accept, _address(request), self._limits.rows)
        sending = await self._runner.stream(lambda output: answer(generation, ask, output))
        output = sending.output
        headers = {"Vary": "Accept"}
        if output.cut:
            headers["X-Result-Cut"] = output.cut
        if not output.streaming and output.size <= _AT_ONCE:
            with output.spool as spool:
                spool.seek(0)
                return Response(spool.read(), 200, headers, output.content_type)
        if not output.streaming:
            headers["Content-Length"] = str(output.size)
        return StreamingResponse(sending.pieces(), 200, headers, output.content_type)

    async def _update(self, request: Request, operation: Operation) -> Response:
        if not self._limits.token:
            raise Refused(
                403, "this endpoint is read-only; `policykg serve --writable` serves a copy that takes updates"
            )
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(given, self._limits.token.encode()):
            raise Refused(401, "an update needs the token: Authorization: Bearer …", WWW_Authenticate="Bearer")
        update = prepare_update(operation.text, operation.default_graphs, operation.named_graphs)
        generation, base = self._generations.current, _address(request)
        async with self._writing:
            await self._runner.run(lambda _: apply_update(generation, update, base))
        return Response(status_code=204)


@dataclass(frozen=True, slots=True)
class Ask:
    """A query as it came: what the client accepts, the endpoint's address (the base of relative IRIs), most rows."""

    operation: Operation
    accept: str
    base: str
    most: int


def answer(generation: Generation, ask: Ask, output: Output) -> None:
    """Write the answer to *output*; in a thread. Raises QueryFailed and Refused."""
    operation = ask.operation
    graphs = operation.default_graphs, operation.named_graphs
    try:
        found = generation.quads.query(operation.text, graphs=graphs, base=ask.base)
        form = _form(TRIPLES if isinstance(found, QueryTriples) else ROWS, operation, ask.accept)
        output.content_type = form.content_type
        if isinstance(found, QuerySolutions):
            _write_rows(found, form, ask.most, output)
        elif isinstance(found, QueryTriples):
            _write_triples(found, form, ask.most, output)
        else:
            assert isinstance(found, QueryBoolean)
            assert isinstance(form.format, QueryResultsFormat)
            output.write(found.serialize(format=form.format) or b"")
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        failure = QueryFailed(explain(error, operation.text))
    else:
        return
    raise failure  # without its cause, whose traceback would keep the answer in another thread


def apply_update(generation: Generation, update: str, base: str) -> None:
    """Change the copy; in a thread. Raises QueryFailed."""
    try:
        generation.store.update(update, base_iri=base, prefixes=PREFIXES)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        failure = QueryFailed(explain(error, update))
    else:
        return
    raise failure


class _Cut(Exception):
    """The result is long enough."""


class _Rows:
    """Passes rows on to an output until there are enough."""

    def __init__(self, output: Output, limit: RowLimit) -> None:
        self._output = output
        self._limit = limit
        self._passed = False

    def write(self, piece: bytes) -> int:
        if self._passed:  # pyoxigraph offers what it has once more when it lets the result go
            raise _Cut
        ready, self._passed = self._limit.feed(piece)
        self._output.write(ready)
        if self._passed:
            raise _Cut
        return len(piece)

    def flush(self) -> None:
        """Do nothing: every piece is on its way already."""


def _write_rows(found: QuerySolutions, form: Form, most: int, output: Output) -> None:
    assert isinstance(form.format, QueryResultsFormat)
    limit = RowLimit(form.format, most)
    try:
        found.serialize(_Rows(output, limit), format=form.format)  # type: ignore[arg-type]
        output.write(limit.finish())
    except _Cut:
        _tell_cut(output, f"the first {most} rows; there are more")
        output.write(limit.tail)


def _write_triples(found: QueryTriples, form: Form, most: int, output: Output) -> None:
    assert isinstance(form.format, RdfFormat)
    prefixes = None if form.format in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS) else PREFIXES
    serialize(islice(found, most), output, form.format, prefixes=prefixes)  # type: ignore[arg-type]
    if next(found, None) is not None:
        _tell_cut(output, f"the first {most} triples; there are more")


def _tell_cut(output: Output, words: str) -> None:
    """Say that the result is not whole; where the head is sent already only breaking off says it."""
    if output.streaming:
        raise Refused(413, words)
    output.cut = words


def _status(error: PolicyKGError) -> int:
    if isinstance(error, QueryRefused):
        return 403
    return 400 if isinstance(error, QueryFailed) else 500


def _address(request: Request) -> str:
    return str(request.url.replace(query="", fragment="")).rstrip("?")


async def _read(request: Request) -> Operation:
    query_string = request.scope["query_string"]
    if request.method in ("GET", "HEAD"):
        return read_get(query_string)
    if request.method != "POST":
        raise Refused(405, f"{request.method} is not part of the SPARQL protocol", Allow=_METHODS)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "the body must not be compressed", Accept_Encoding="identity")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Refused(413, f"the body has more than {MOST_BYTES:,} bytes")
    return read_post(query_string, request.headers.get("content-type", ""), bytes(body))


def _form(forms: tuple[Form, ...], operation: Operation, accept: str) -> Form:
    """Return the form to write; raises Refused (406) where the client takes none of *forms*."""
    if operation.format:
        named = next((form for form in forms if form.name == operation.format), None)
    else:
        named = choose(forms, accept)
    if named is None:
        offered = ", ".join(form.types[0] for form in forms)
        raise Refused(406, f"this result can be written as {offered}")
    return named
