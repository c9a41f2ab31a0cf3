"""The whole server as one ASGI application: the endpoint at `/sparql`, its description, the pages."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.service.cypher_engine import EngineAccess
from graph.service.description import describe_dataset
from graph.service.endpoint import Endpoint, Limits
from graph.service.generations import Generations
from graph.service.media import TRIPLES, choose
from graph.service.pages import Pages
from graph.service.running import Runner

_PATHS = ("/sparql", "/sparql/")


def create_application(
    generations: Generations,
    runner: Runner,
    engine: EngineAccess,
    limits: Limits,
    hosts: frozenset[str] = frozenset(),
    origins: Sequence[str] = (),
) -> "Application":
    """Return the application; *hosts* are the only names it answers to (empty: any), *origins* those of CORS."""
    endpoint: ASGIApp = Endpoint(generations, runner, limits)
    if origins:
        endpoint = CORSMiddleware(
            endpoint,
            allow_origins=list(origins),
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            expose_headers=["X-Result-Cut"],
        )

    async def void(request: Request) -> Response:
        form = choose(TRIPLES, ", ".join(request.headers.getlist("accept"))) or TRIPLES[0]
        address = str(request.url_for("sparql"))
        generation = generations.current
        return Response(
            await runner.run(lambda _: describe_dataset(generation, address, form)), 200, {}, form.content_type
        )

    own = [Route("/.well-known/void", void), Route("/sparql", endpoint, name="sparql")]
    pages = Starlette(routes=[*own, *Pages(generations, runner, engine).routes()])
    return Application(endpoint, pages, hosts)


class Application:
    """Leads a request to the endpoint or the pages; one that is `leaving` asks its clients to connect anew."""

    def __init__(self, endpoint: ASGIApp, pages: ASGIApp, hosts: frozenset[str]) -> None:
        """Lead to *endpoint* or *pages*; *hosts* are the only names answered to (empty: any)."""
        self._endpoint = endpoint
        self._pages = pages
        self._hosts = hosts
        self.leaving = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if self.leaving:
            send = _saying_goodbye(send)
        if self._hosts and _host(scope) not in self._hosts:
            refusal = PlainTextResponse(
                "this server answers to its own address only; see `policykg serve --help`\n", 421
            )
            await refusal(scope, receive, send)
        elif scope["path"] in _PATHS:
            scope["router"] = self._pages.router  # type: ignore[attr-defined]
            await self._endpoint(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def _saying_goodbye(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return closing


def _host(scope: Scope) -> str:
    """Return the name in the header Host, without the port."""
    for name, value in scope["headers"]:
        if name == b"host":
            host: str = value.decode("latin-1")
            return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return "localhost"  # HTTP/1.0 need not say
