"""A newcomer's walk: a code → its years → a quote in its document → its neighbours → the same in SPARQL."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDTHS, Visiting, Visitor, visiting
from tests.corpus import needs_corpus
from tests.served import Server

_MOST_TABS = 400


@dataclass(frozen=True, slots=True)
class Way:
    """What is looked for, and what `server` says of it."""

    server: Server
    code: str

    @property
    def path(self) -> str:
        """The page of the programme."""
        return f"/id/programme/{self.code}"

    def told(self, path: str) -> Any:
        """Return a page as JSON."""
        return json.loads(self.server.get(path, "application/json").text)

    def year(self) -> str:
        """Return the last year that the programme is spoken of."""
        return str(self.told(self.path)["years"][-1]["year"])

    def rows(self) -> int:
        """Return how many facts SPARQL gives."""
        query = f"SELECT ?p ?o {{ <https://w3id.org/policykg{self.path}> ?p ?o }}"
        return len(json.loads(self.server.sparql(query).text)["results"]["bindings"])


def walk(visitor: Visitor, way: Way) -> None:
    """Walk with the mouse, and see at every step what one came for."""
    page = visitor.page
    visitor.go("/", lang="en")
    page.locator("#q").press_sequentially(way.code[:-1])
    first = page.get_by_role("option").first
    expect(first).to_contain_text(way.code)
    first.click()
    page.wait_for_url(f"**{way.path}")
    visitor.check()
    page.locator(f"ol.strip a[href='#y{way.year()}']").click()
    expect(page.locator(f"#y{way.year()}")).to_be_in_viewport()
    page.locator(f"#y{way.year()} + ul .quote figcaption a").first.click()
    see_the_quote(visitor, way)
    page.go_back()
    page.get_by_role("link", name="Its neighbours").click()
    page.wait_for_url("**/around/**")
    see_the_neighbours(visitor, way)
    page.go_back()
    page.get_by_role("link", name="Ask in SPARQL").click()
    see_the_rows(visitor, way)


def see_the_quote(visitor: Visitor, way: Way) -> None:
    """See the evidence marked in the document, and that it is what the claim says."""
    page = visitor.page
    page.wait_for_url(re.compile(r"/document/.*#here$"))
    visitor.check()
    expect(page.locator("mark#here")).to_be_in_viewport()
    start, end = (int(found) for found in re.findall(r"(?:start|end)=(\d+)", page.url))
    key = page.url.partition("/document/")[2].partition("?")[0]
    raw = way.told(f"/document/{key}")["raw"]
    shown = "".join(page.locator("article mark").all_inner_texts())
    assert "".join(shown.split()) == "".join(raw[start:end].split())
    assert way.code in shown
    mark, text = (
        page.locator(place).first.evaluate("element => getComputedStyle(element).backgroundColor")
        for place in ("mark", "article")
    )
    assert mark != text


def see_the_neighbours(visitor: Visitor, way: Way) -> None:
    """See every neighbour drawn or, with the large script, in the picture's data; the list names them all."""
    visitor.check()
    neighbours = way.told(way.path.replace("/id/", "/around/"))["neighbours"]
    assert neighbours
    visitor.page.get_by_text("As a list").click()
    for neighbour in neighbours:
        expect(visitor.page.locator("details td a", has_text=neighbour["name"]).first).to_be_visible()
    visitor.check()


def see_the_rows(visitor: Visitor, way: Way) -> None:
    """See as many rows as the endpoint gives."""
    page = visitor.page
    page.wait_for_url("**/query?**")
    expect(page.locator("main .scroll tbody").first.locator("tr")).to_have_count(way.rows())
    expect(page.locator("main .scroll tbody").first).to_contain_text(way.code)
    visitor.check()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what *selector* names has the focus, and see that it shows."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none", f"{selector} has the focus and does not show it"
            return
    raise AssertionError(f"{selector} is not reached with Tab on {page.url}")


def walk_by_keyboard(visitor: Visitor, way: Way) -> None:
    """Walk without a mouse, from where the focus is at each step."""
    page, press = visitor.page, visitor.page.keyboard.press
    visitor.go("/", lang="en")
    press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    tab_to(page, "#q")
    page.keyboard.type(way.code[:-1])
    expect(page.get_by_role("option").first).to_be_visible()
    press("ArrowDown")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "suggestion-0")
    press("Enter")
    page.wait_for_url(f"**{way.path}")
    tab_to(page, f"a[href='#y{way.year()}']")
    press("Enter")
    expect(page.locator(f"#y{way.year()}")).to_be_in_viewport()
    tab_to(page, ".quote figcaption a")
    press("Enter")
    see_the_quote(visitor, way)
    page.go_back()  # Alt+Left, which belongs to the browser
    tab_to(page, "a.way[href^='/around/']")
    press("Enter")
    page.wait_for_url("**/around/**")
    tab_to(page, "summary")
    press("Enter")
    tab_to(page, "details td a")
    visitor.check()
    page.go_back()
    tab_to(page, "a.way[href^='/query']")
    press("Enter")
    see_the_rows(visitor, way)


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    wide: int = request.param
    return wide


def test_a_newcomer_walks_from_a_code_to_its_rows(visit: Visiting, sample_server: Server, width: int) -> None:
    with visit(width) as visitor:
        walk(visitor, Way(sample_server, "3245"))


def test_the_walk_needs_no_mouse(visit: Visiting, sample_server: Server, width: int) -> None:
    with visit(width) as visitor:
        walk_by_keyboard(visitor, Way(sample_server, "3245"))


@needs_corpus
def test_the_walk_on_the_five_documents(browser: Browser, corpus_server: Server, width: int) -> None:
    with visiting(browser, corpus_server)(width) as visitor:
        walk(visitor, Way(corpus_server, "33618"))
    with visiting(browser, corpus_server)(width) as visitor:
        walk_by_keyboard(visitor, Way(corpus_server, "33618"))


def test_suggestions_can_be_left_and_a_search_sent(visit: Visiting) -> None:
    with visit() as visitor:
        page, box = visitor.page, visitor.page.locator("#q")
        visitor.go("/", lang="en")
        box.press_sequentially("3245")
        expect(box).to_have_attribute("aria-expanded", "true")
        box.press("ArrowUp")
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
        box.press("Escape")
        expect(page.locator("#suggestions")).to_be_hidden()
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press("Enter")
        page.wait_for_url("**/search?q=3245")
        expect(page.locator("ol.results a").first).to_contain_text("3245")


def test_the_walk_works_without_scripts(visit: Visiting, sample_server: Server, width: int) -> None:
    way = Way(sample_server, "3245")
    with visit(width, java_script_enabled=False) as visitor:
        page = visitor.page
        page.goto(f"{visitor.address}/?lang=en")
        page.locator("#q").fill(way.code)
        page.locator("#q").press("Enter")
        page.locator("ol.results a").first.click()
        page.get_by_role("link", name="Its neighbours").click()
        expect(page.locator("#around svg a")).to_have_count(len(way.told("/around/programme/3245")["neighbours"]))
        page.locator("#around svg a").first.click()
        expect(page.locator("h1")).not_to_contain_text("3245现代产业体系")
        page.go_back()
        page.go_back()
        page.get_by_role("link", name="Ask in SPARQL").click()
        expect(page.locator("form.editor textarea")).to_be_visible()
        expect(page.locator("main .scroll tbody").first.locator("tr")).to_have_count(way.rows())
