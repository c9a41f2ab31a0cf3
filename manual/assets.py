"""Puts the two large scripts that pages can do without where the server finds them; `make assets` runs it after npm.

With them go the notices of all packages that they are made of. It needs nothing but the standard library.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "graph" / "service" / "static" / "assets"
FILES = {
    "yasgui.js": "@zazuko/yasgui/build/yasgui.min.js",
    "yasgui.css": "@zazuko/yasgui/build/yasgui.min.css",
    "cytoscape.js": "cytoscape/dist/cytoscape.min.js",
}
_MAP = re.compile(r"^(//[#@] sourceMappingURL=.*|/\*# sourceMappingURL=.*\*/)$", re.MULTILINE)
_LICENSE = re.compile(r"(licen[cs]e|notice|copying)[-.\w]*", re.IGNORECASE)


def copy_assets(modules: Path, target: Path) -> None:
    """Copy the scripts from the folder *modules* into *target*, with `NOTICES.txt`; what was there goes."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, source in FILES.items():
        content = (modules / source).read_text(encoding="utf-8")
        (target / name).write_text(_MAP.sub("", content), encoding="utf-8")
    (target / "NOTICES.txt").write_text("\n".join(_notices(modules)), encoding="utf-8")


def _notices(modules: Path) -> Iterator[str]:
    yield "yasgui.js, yasgui.css and cytoscape.js are made of parts of these packages, each under its licence.\n"
    for description in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        told = json.loads(description.read_text(encoding="utf-8"))
        yield f"{'=' * 100}\n{told['name']} {told['version']}: {told.get('license') or told.get('licenses') or 'MIT'}"
        yield f"{told.get('homepage') or _address(told.get('repository'))}\n"
        for file in sorted(description.parent.iterdir()):
            if file.is_file() and _LICENSE.fullmatch(file.name) and file.suffix not in (".js", ".mjs"):
                yield file.read_text(encoding="utf-8", errors="replace").strip() + "\n"


def _address(repository: object) -> str:
    return str(repository.get("url", "")) if isinstance(repository, dict) else str(repository or "")


if __name__ == "__main__":
    copy_assets(ROOT / "node_modules", TARGET)
