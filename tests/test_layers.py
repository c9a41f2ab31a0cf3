"""The shape of the house, read from its source: who imports whom, what modules are called, how long functions are."""

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("ontology", "extractors", "graph")
ALLOWED = {
    "ontology": {"ontology"},
    "extractors": {"extractors", "ontology"},
    "graph": {"graph", "ontology"},
    "graph/build.py": {"graph", "ontology", "extractors"},
    "graph/commands": {"graph", "ontology", "extractors"},
}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "tools"}
MODULES = sorted(chain.from_iterable((ROOT / room).rglob("*.py") for room in ROOMS))

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())


def rooms_imported(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the rooms that a module imports from, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [path.relative_to(ROOT).parts[0] if node.level else node.module or ""]
        else:
            continue
        yield from ((name.split(".")[0], node.lineno) for name in names if name.split(".")[0] in (*ROOMS, "tests"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a module with its length in lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def dependencies() -> set[str]:
    """Return the packages that setup.cfg names, spelled as modules."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    named = setup["options"]["install_requires"] + "".join(setup["options.extras_require"].values())
    return {re.split(r"[\s<>=!~\[;]", line)[0].replace("-", "_").lower() for line in named.split("\n") if line.strip()}


@each_module
def test_a_room_imports_only_what_lies_below_it(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    allowed = ALLOWED.get(where) or ALLOWED.get(where.rpartition("/")[0]) or ALLOWED[where.split("/")[0]]
    wrong = [f"line {line}: {room}" for room, line in rooms_imported(path) if room not in allowed]
    assert not wrong, f"{where} may import only {sorted(allowed)}"


@each_module
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    name = path.parent.name if path.stem == "__init__" else path.stem
    taken = (set(sys.stdlib_module_names) | dependencies()) - {"__main__"}
    assert name not in taken, f"{path.relative_to(ROOT)} hides a module of that name"
    assert name not in SAYS_NOTHING, f"{path.relative_to(ROOT)} does not say what it holds"


def test_functions_stay_short() -> None:
    lengths = dict(chain.from_iterable(map(functions, MODULES)))
    over_40 = sorted((length, name) for name, length in lengths.items() if length > 40)
    assert not [name for length, name in over_40 if length > 60], f"no function has more than 60 lines: {over_40}"
    assert len(over_40) <= len(lengths) * 0.05, f"19 of 20 functions keep to 40 lines: {over_40}"


def test_setup_names_every_package() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    packages = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in MODULES}
    assert set(setup["options"]["packages"].split()) == packages
