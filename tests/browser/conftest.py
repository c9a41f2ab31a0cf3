"""A Chromium for all tests here, and visitors whose console and requests are watched."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from graph.opened import KnowledgeGraph
from tests.served import Server, serving

WIDTHS = (360, 1280)
_PATIENCE = 30_000  # milliseconds; other tests may run beside these
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(slots=True)
class Visitor:
    """One who looks at the pages; `faults` holds errors of the console and requests to other hosts."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str, **parameters: str) -> None:
        """Open the page at *path*, which may have a fragment; it must not be wider than the window."""
        path, _, place = path.partition("#")
        more = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        path += ("&" if "?" in path else "?") + more if more else ""
        self.page.goto(self.address + path + (f"#{place}" if place else ""))
        self.check()

    def check(self) -> None:
        """Fail where the page is wider than the window or something went wrong on the way here."""
        wide, window = self.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert wide <= window, f"{self.page.url} is {wide} wide in a window of {window}"
        assert not self.faults, f"{self.page.url}: {self.faults}"


Visiting = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        reason = "no Chromium is here; on Debian: apt install chromium"
        pytest.fail(reason) if os.environ.get("POLICYKG_BROWSER") == "required" else pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="package")
def visit(browser: Browser, sample_server: Server) -> Visiting:
    return visiting(browser, sample_server)


@pytest.fixture(scope="package")
def corpus_server(corpus_graph: KnowledgeGraph) -> Iterator[Server]:
    with serving(corpus_graph.folder) as server:
        yield server


def visiting(browser: Browser, server: Server) -> Visiting:
    """Return what lets somebody visit *server*, with a window of a width and other options of a browser context."""

    @contextmanager
    def visit(width: int = 1280, **options: Any) -> Iterator[Visitor]:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        visitor = Visitor(context.new_page(), server.address)
        visitor.page.set_default_timeout(_PATIENCE)
        host = urlsplit(server.address).netloc
        visitor.page.on("console", lambda m: visitor.faults.append(m.text) if m.type in ("error", "warning") else None)
        visitor.page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        context.on(
            "request",
            lambda asked: None if _is_own(asked.url, host) else visitor.faults.append(f"asked for {asked.url}"),
        )
        try:
            yield visitor
            assert not visitor.faults, visitor.faults
        finally:
            context.close()

    return visit


def _is_own(address: str, host: str) -> bool:
    parts = urlsplit(address)
    return parts.netloc == host or parts.scheme in ("data", "blob")
