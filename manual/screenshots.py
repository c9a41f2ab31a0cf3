"""Takes the pictures of the pages that the READMEs show, of the sample corpus; `make pictures` runs it."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pages"
SIZE = (1200, 860)
_COLOURS = 256
_PICTURES = {
    "entity": ("/id/programme/3245", ""),
    "years": ("/years?area=池州市", "form.choose"),
    "document": ("/questions/programme-history?code=3245", ""),
}


def take_pictures(target: Path) -> None:
    """Write `entity.png`, `years.png` and `document.png` into *target*."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder) / "kg") as address, sync_playwright() as driver:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="zh-CN", color_scheme="light")
        for name, (path, place) in _PICTURES.items():
            page.goto(address + path)
            _arrange(page, name, place)
            _save(page.screenshot(), target / f"{name}.png")
        browser.close()


def _arrange(page: Page, name: str, place: str) -> None:
    """Bring what the picture is about into view; the document is reached as a reader does, by a quote."""
    if name == "document":
        page.locator(".quote figcaption a").nth(1).click()
        page.wait_for_selector("mark#here")
    elif place:
        page.locator(place).evaluate("element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 16)")


def _save(content: bytes, path: Path) -> None:
    """Write the picture with few colours: flat areas need no more, and it stays small."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    program = [sys.executable, "-c", "from graph.cli import main; main()"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*program, "build", str(ROOT / "samples"), "--out", str(folder)], check=True, env=surroundings)
    server = subprocess.Popen(
        [*program, "serve", str(folder), "--port", "0"], stdout=subprocess.PIPE, text=True, env=surroundings
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        yield line.partition(" is served at ")[2].partition("/ ")[0]
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    take_pictures(TARGET)
