"""What everybody needs of a page: axe-core finds no serious fault, it fits the window, and it is there at once."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import WIDTHS, Visiting, Visitor
from tests.test_pages import DOCUMENT, PAGES

FAULTS = ("serious", "critical")
FIRST_PAINT_MS = 600
FIRST_PAINT = """new Promise((told) => new PerformanceObserver((list) => list.getEntries()
  .filter((entry) => entry.name === "first-contentful-paint").forEach((entry) => told(entry.startTime)))
  .observe({ type: "paint", buffered: true }))"""
LOOKS = [("zh", "light", 1280), ("zh", "dark", 360), ("en", "light", 360), ("en", "dark", 1280)]


def faults_of(visitor: Visitor) -> list[str]:
    """Return what axe-core finds serious, each with the element."""
    response: dict[str, Any] = Axe().run(visitor.page).response
    return [
        f"{visitor.page.url}: {found['id']} ({found['help']}): {found['nodes'][0]['html'][:160]}"
        for found in response["violations"]
        if found["impact"] in FAULTS
    ]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_no_serious_fault(visit: Visiting, language: str, scheme: str, width: int) -> None:
    faults = []
    with visit(width, color_scheme=scheme, reduced_motion="reduce") as visitor:
        for path in PAGES.values():
            visitor.go(path, lang=language)
            for folded in visitor.page.locator("details:not([open]) summary").all():
                folded.click()
            faults += faults_of(visitor)
        visitor.go("/", lang=language)
        visitor.page.locator("#q").press_sequentially("324")
        visitor.page.get_by_role("option").first.wait_for()
        faults += faults_of(visitor)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(visit: Visiting, width: int) -> None:
    with visit(width) as visitor:
        for path in PAGES.values():
            for language in ("zh", "en"):
                visitor.go(path, lang=language)
        visitor.page.set_viewport_size({"width": 320, "height": 800})
        visitor.check()


def test_the_first_paint_comes_at_once(visit: Visiting) -> None:
    with visit() as visitor:
        for path in PAGES.values():
            paints = []
            for _ in range(3):
                visitor.go(path)
                paints.append(visitor.page.evaluate(FIRST_PAINT))
            assert min(paints) < FIRST_PAINT_MS, f"{path}: {paints} ms"


def test_kinds_of_mentions_can_be_switched_off(visit: Visiting) -> None:
    with visit() as visitor:
        visitor.go(f"/document/{DOCUMENT}")
        place, box = visitor.page.locator("article .g-places").first, visitor.page.locator("#show-places")
        colour = "element => getComputedStyle(element).backgroundColor"
        assert place.evaluate(colour) != "rgba(0, 0, 0, 0)"
        box.uncheck()
        assert place.evaluate(colour) == "rgba(0, 0, 0, 0)"
