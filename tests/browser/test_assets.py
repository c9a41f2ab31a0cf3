"""The two pages with a large script from `make assets`, and the same pages where it is missing."""

import re
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from playwright.sync_api import TimeoutError as TooSlow

from tests.browser.conftest import WIDTHS, Visiting
from tests.browser.test_access import faults_of
from tests.test_pages import PAGES

ASSETS = files("graph.service") / "static" / "assets"
NAMES = ("yasgui.js", "yasgui.css", "cytoscape.js", "NOTICES.txt")
needs_assets = pytest.mark.skipif(
    not all((ASSETS / name).is_file() for name in NAMES), reason="the large scripts are not here: make assets"
)
SCHEMES = ("light", "dark")


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in SCHEMES], ids=str)
def look(request: pytest.FixtureRequest) -> tuple[int, str]:
    chosen: tuple[int, str] = request.param
    return chosen


def without_scripts(page: Page) -> None:
    """Let the large scripts be empty, as if nobody had made them."""
    answer: Callable[[Route], None] = lambda route: route.fulfill(status=200, body="")  # noqa: E731
    page.route("**/static/assets/**", answer)


def test_without_the_scripts_the_plain_forms_stay(visit: Visiting, look: tuple[int, str]) -> None:
    width, scheme = look
    with visit(width, color_scheme=scheme) as visitor:
        page = visitor.page
        without_scripts(page)
        visitor.go(PAGES["query"], lang="en")
        assert faults_of(visitor) == []
        page.locator("textarea#query").fill("SELECT ?s { ?s a pk:Document } ORDER BY ?s")
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#rows tbody tr")).to_have_count(4)
        visitor.check()
        visitor.go(PAGES["around"], lang="en")
        expect(page.locator("#around svg a").first).to_be_visible()
        assert faults_of(visitor) == []


def test_the_cypher_box_stays_plain(visit: Visiting) -> None:
    with visit() as visitor:
        visitor.go(PAGES["cypher"], lang="en")
        expect(visitor.page.locator("textarea#query")).to_be_visible()
        expect(visitor.page.locator("#yasgui")).to_have_count(0)


@needs_assets
def test_the_editor_runs_queries_and_asks_nobody_else(visit: Visiting, look: tuple[int, str]) -> None:
    width, scheme = look
    with visit(width, color_scheme=scheme) as visitor:
        page = visitor.page
        visitor.go(PAGES["rows"], lang="en")
        expect(page.locator("#yasgui .CodeMirror")).to_be_visible()
        expect(page.locator("form.editor")).to_be_hidden()
        expect(page.locator("#rows")).to_be_visible()
        expect(page.locator("#yasgui .CodeMirror")).to_contain_text("PREFIX skos:")
        page.locator("#yasgui .yasqe_queryButton").click()
        expect(page.locator("#yasgui .yasr table")).to_contain_text("programme/3245")
        expect(page.locator("#rows")).to_be_hidden()
        visitor.check()
        assert faults_of(visitor) == []
        page.locator("#yasgui .CodeMirror").click()
        page.keyboard.press("Control+Home")
        page.keyboard.type("PREFIX fo")
        page.keyboard.press("Control+Space")
        page.wait_for_timeout(500)
        visitor.check()
        page.keyboard.press("Escape")
        page.locator("#yasgui .yasr a", has_text="programme/3245").first.press("Enter")
        page.wait_for_url("**/id/programme/3245**")
        visitor.check()


@needs_assets
def test_the_questions_are_loaded_into_the_editor(visit: Visiting) -> None:
    with visit() as visitor:
        visitor.go("/query", lang="en")
        visitor.page.locator("select#question").select_option("agenda")
        visitor.page.get_by_role("button", name="Show", exact=True).click()
        visitor.page.wait_for_url("**/query?question=agenda")
        expect(visitor.page.locator("#yasgui .CodeMirror")).to_contain_text("TaskStatement")


@needs_assets
def test_the_neighbourhood_can_be_moved_about_in(visit: Visiting, look: tuple[int, str]) -> None:
    width, scheme = look
    with visit(width, color_scheme=scheme) as visitor:
        page = visitor.page
        visitor.go(PAGES["around"], lang="en")
        expect(page.locator("#around canvas").first).to_be_visible()
        expect(page.locator("#around svg")).to_have_count(0)
        visitor.check()
        page.get_by_text("As a list").click()
        assert faults_of(visitor) == []
        click_until(page, page.locator("#around"), "/id/programme/3245")


def click_until(page: Page, target: Locator, path: str) -> None:
    """Click into the middle of *target*, whose parts still move to their places, until the page is another one."""
    for _ in range(20):
        with suppress(TooSlow):
            target.click(timeout=3_000)
            page.wait_for_url(f"**{path}", timeout=3_000)
        if page.url.endswith(path):
            return
    raise AssertionError(page.url)


@needs_assets
def test_the_notices_of_what_is_bundled_lie_beside_it() -> None:
    notices = (ASSETS / "NOTICES.txt").read_text(encoding="utf-8")
    for package in ("@zazuko/yasgui", "cytoscape", "codemirror", "jquery", "datatables.net", "dompurify", "n3"):
        assert re.search(rf"^{re.escape(package)} \d+\.\d+", notices, re.MULTILINE), package
    assert notices.count("Permission is hereby granted") > 20
