"""The notebooks run from top to bottom without a warning, draw Chinese, and are kept without their output."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from graph.questions import load_questions
from tests.conftest import SAMPLES

# the kernel warns of itself when it is told to shut down
_STRICT = "import warnings\nwarnings.simplefilter('error')\nwarnings.filterwarnings('ignore', module='ipykernel')"
NOTEBOOKS = {path.stem: path for path in sorted((SAMPLES.parent / "notebooks").glob("*.ipynb"))}
Run = Callable[[str], Any]

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def code_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def run(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A function that runs a notebook, any warning an error, beside the samples and a graph of them; once each."""
    root = tmp_path_factory.mktemp("notebooks")
    (root / "notebooks").mkdir()
    (root / "samples").symlink_to(SAMPLES, target_is_directory=True)
    (root / "demo-kg").symlink_to(sample_folder, target_is_directory=True)

    @cache
    def executed(name: str) -> Any:
        notebook = read(NOTEBOOKS[name])
        first = code_of(notebook)[0]
        first.source = f"{_STRICT}\n{first.source}"
        place = {"metadata": {"path": root / "notebooks"}}
        return NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()

    return executed


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in code_of(notebook) for output in cell.outputs]


def shown(notebook: Any) -> str:
    """All words that a notebook shows."""
    parts = []
    for output in outputs(notebook):
        data = output.get("data", {})
        parts.append(output.get("text") or data.get("text/html") or data.get("text/markdown") or data.get("text/plain"))
    return "\n".join(filter(None, parts))


@each_notebook
def test_a_notebook_is_kept_without_output(name: str) -> None:
    code = code_of(read(NOTEBOOKS[name]))
    assert code
    assert [cell.id for cell in code if cell.outputs or cell.execution_count] == []


@each_notebook
def test_a_notebook_runs_without_a_complaint(run: Run, name: str) -> None:
    """A character that the font lacks would be a warning, and so an error; a missing font is told on stderr."""
    assert [output.text for output in outputs(run(name)) if output.get("name") == "stderr"] == []


@pytest.mark.parametrize(
    ("name", "pictures"),
    [("01_tour", 1), ("02_strategies", 2), ("03_targets", 2), ("04_networks", 2), ("05_cypher_and_sparql", 0)],
)
def test_a_notebook_draws_its_pictures(run: Run, name: str, pictures: int) -> None:
    assert len([output for output in outputs(run(name)) if "image/png" in output.get("data", {})]) == pictures


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "01_tour",
            ["半导体材料", "进出口总额增速", "深度融入长三角一体化发展", "做实长三角一体化发展前沿", "开工云麓大桥"],
        ),
        ("02_strategies", ["长三角一体化", "聚力推进制造强市建设", "提升制造强市能级"]),
        ("03_targets", ["规模以上工业增加值增速", "6左右", "guichi-2026-plan:1500-1503"]),
        ("04_networks", ["池州市", "betweenness", "<mark>"]),
        ("05_cypher_and_sparql", ["MATCH", "SELECT", *load_questions()]),
    ],
)
def test_a_notebook_shows_what_the_samples_say(run: Run, name: str, words: list[str]) -> None:
    text = shown(run(name))
    assert [word for word in words if word not in text] == []


def test_every_notebook_has_its_words_checked() -> None:
    assert list(NOTEBOOKS) == ["01_tour", "02_strategies", "03_targets", "04_networks", "05_cypher_and_sparql"]
