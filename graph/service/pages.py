"""The pages as routes: each is made in a thread, and comes as HTML, JSON or CSV.

/                     the documents             /years       strategies and tasks over the years
/search?q=            by name                   /indicators  targets against results
/id/KIND/…            a thing, a claim          /questions   the named questions as forms
/document/KEY         a text, its marks         /query       the SPARQL editor
/around/KIND/…        a neighbourhood           /cypher      the Cypher box
"""

import csv
import io
import json
from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import QueryResultsFormat
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from graph.service import asking_pages, reading_pages, years_pages
from graph.service.addresses import link
from graph.service.cypher_engine import EngineAccess
from graph.service.generations import Generations
from graph.service.media import Form, choose
from graph.service.protocol import Refused
from graph.service.running import Runner, Ticket
from graph.service.visit import Elsewhere, MakePage, NotThere, Page, Visit
from graph.service.wording import LANGUAGES, choose_language, term, words_in
from ontology.errors import PolicyKGError

Answer = Callable[[Request], Awaitable[Response]]

_REMEMBER_SECONDS = 365 * 24 * 3600
_CYPHER_SECONDS = 20.0
_ROUTES: tuple[tuple[str, str, MakePage], ...] = (
    ("/", "home", reading_pages.home),
    ("/search", "search", reading_pages.search),
    ("/suggest", "suggest", reading_pages.suggest),
    ("/id/{tail:path}", "thing", reading_pages.thing),
    ("/document/{tail}", "document", reading_pages.document),
    ("/document-claims/{tail}", "document-claims", reading_pages.document_claims),
    ("/around/{tail:path}", "around", reading_pages.around),
    ("/years", "years", years_pages.years),
    ("/indicators", "indicators", years_pages.indicators),
    ("/questions", "questions", asking_pages.questions),
    ("/questions/{tail}", "question", asking_pages.question),
    ("/query", "query", asking_pages.query),
    ("/cypher", "cypher", asking_pages.cypher),
)
_HTML = Form("html", QueryResultsFormat.JSON, ("text/html",))
_KINDS = (
    _HTML,
    Form("json", QueryResultsFormat.JSON, ("application/json",)),
    Form("csv", QueryResultsFormat.CSV, ("text/csv",)),
)
_STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
_STRICT += "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_OF_CYTOSCAPE = "'sha256-pgvDUBa4IjFA2yuSJ2cqcyxmNYJMborsd0ORcRv9vw8='"  # of the one rule that it writes
_POLICIES = {
    "query.html": _STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self' data:"),
    "around.html": _STRICT.replace("style-src 'self'", f"style-src 'self' {_OF_CYTOSCAPE}"),
}


class Pages:
    """Makes the pages of the graph in *generations*."""

    def __init__(self, generations: Generations, runner: Runner, engine: EngineAccess) -> None:
        """Read from *generations* in the threads of *runner*; Cypher goes to *engine*."""
        self._generations = generations
        self._runner = runner
        self._engine = engine

    def routes(self) -> list[Route | Mount]:
        """Return the routes of all pages and of their style sheet and scripts."""
        static = StaticFiles(packages=[("graph.service", "static")])
        pages: list[Route | Mount] = [Route(path, self._answer(name, make), name=name) for path, name, make in _ROUTES]
        return [
            *pages,
            Mount("/static", static, name="static"),
            Route("/{tail:path}", self._answer("missing", _missing)),
        ]

    def _answer(self, name: str, make: MakePage) -> Answer:
        async def answer(request: Request) -> Response:
            language = _language(request)
            try:
                kind = _kind(request, name)
                return await self._made(request, make, kind, language)
            except Elsewhere as elsewhere:
                return RedirectResponse(elsewhere.address, 303)
            except (Refused, PolicyKGError, NotThere) as error:
                return self._told(request, error, language)

        return answer

    async def _made(self, request: Request, make: MakePage, kind: str, language: str) -> Response:
        generation = self._generations.current

        def job(_: Ticket) -> Response:
            with generation.claims() as claims:
                path, tail = request.url.path, request.path_params.get("tail", "")
                words = words_in(language)
                visit = Visit(
                    Path(self._generations.folder.name),  # visitors need not know where it lies
                    generation,
                    claims,
                    self._engine,
                    language,
                    words,
                    path,
                    tail,
                    request.query_params,
                )
                return self._written(request, make(visit), kind, language)

        if make is asking_pages.cypher:
            return await self._runner.run(job, min(_CYPHER_SECONDS, self._runner.seconds), self._engine.end)
        return await self._runner.run(job)

    def _written(self, request: Request, page: Page, kind: str, language: str) -> Response:
        if kind == "csv" and page.table is not None:
            response: Response = Response(_as_csv(page), page.status, media_type="text/csv")
        elif kind == "json" or not page.template:
            body = json.dumps(page.data, ensure_ascii=False, default=str)
            response = Response(body, page.status, media_type="application/json")
        elif kind == "csv":
            return PlainTextResponse("this page has no table\n", 406)
        else:
            response = Response(self._html(request, page, language), page.status, media_type="text/html")
            response.headers["Content-Security-Policy"] = _POLICIES.get(page.template, _STRICT)
        response.headers["Vary"] = "Accept, Accept-Language, Cookie"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie("lang", language, _REMEMBER_SECONDS, samesite="lax", httponly=True)
        return response

    def _html(self, request: Request, page: Page, language: str) -> str:
        other = LANGUAGES[1 - LANGUAGES.index(language)]
        context: dict[str, object] = {
            "w": words_in(language),
            "lang": language,
            "kind_label": lambda kind: term(kind, language),
            "link": link,
            "static": lambda name: f"/static/{name}",
            "other_language": _changed(request, lang=other),
            "address": lambda form: _changed(request, format=form),
            "endpoint": str(request.url_for("sparql")),
            "warning": self._generations.current.warning,
            "section": page.section,
            "has_table": page.table is not None,
            "interactive": _has_assets(page.template),
        }
        return _templates().get_template(page.template).render(context | dict(page.data) | dict(page.more))

    def _told(self, request: Request, error: Exception, language: str) -> Response:
        status = error.status if isinstance(error, Refused) else 404 if isinstance(error, NotThere) else 500
        message = str(error) or words_in(language)("error.missing")
        data = {"status": status, "message": message}
        page = Page("error.html", data, status=status)
        wants_html = choose(_KINDS, ", ".join(request.headers.getlist("accept"))) in (_HTML, None)
        named = request.query_params.get("format", "")
        kind = "html" if named == "html" or (wants_html and named not in ("json", "csv")) else "json"
        return self._written(request, page, kind, language)


def _missing(visit: Visit) -> Page:
    raise NotThere


def _kind(request: Request, name: str) -> str:
    """Return how the page is to be written: html, json or csv."""
    named = request.query_params.get("format", "")
    if named:
        if named not in ("html", "json", "csv"):
            raise Refused(400, f"no format is called {named!r}; choose html, json or csv")
        return named
    chosen = choose(_KINDS, ", ".join(request.headers.getlist("accept")))
    if chosen is None:
        raise Refused(406, "this page comes as text/html, application/json or text/csv")
    return chosen.name


def _language(request: Request) -> str:
    asked, remembered = request.query_params.get("lang", ""), request.cookies.get("lang", "")
    return choose_language(asked, remembered, request.headers.get("accept-language", ""))


def _changed(request: Request, **parameters: str) -> str:
    """Return the address of the same page with *parameters* changed."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in parameters]
    return f"{quote(request.scope['path'])}?{urlencode([*given, *parameters.items()])}"


def _as_csv(page: Page) -> str:
    assert page.table is not None
    columns, rows = page.table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("graph.service"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _has_assets(template: str) -> bool:
    """Tell whether `make assets` has brought the script that a page can do without."""
    wanted = {"query.html": "yasgui.js", "around.html": "cytoscape.js"}.get(template)
    return wanted is not None and Path(str(files("graph.service") / "static" / "assets" / wanted)).is_file()
