"""The notebooks run from top to bottom without a warning, and are kept without their output."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

# the kernel warns of itself when it is told to shut down
_STRICT = "import warnings\nwarnings.simplefilter('error')\nwarnings.filterwarnings('ignore', module='ipykernel')"
NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


@each_notebook
def test_a_notebook_is_kept_without_output(path: Path) -> None:
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert code
    assert [cell.id for cell in code if cell.outputs or cell.execution_count] == []


@pytest.fixture(scope="module")
def tour() -> Any:
    """The first notebook after a run in which any warning is an error."""
    (path,) = [path for path in NOTEBOOKS if path.stem == "01_tour"]
    notebook = read(path)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = f"{_STRICT}\n{first.source}"
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": path.parent}})
    return client.execute()


def printed(notebook: Any) -> str:
    """All that a notebook printed to standard output."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.text for output in outputs if output.get("name") == "stdout")


@pytest.mark.parametrize(
    "words", ["半导体材料", "进出口总额增速", "深度融入长三角一体化发展", "做实长三角一体化发展前沿"]
)
def test_the_tour_answers_its_questions(tour: Any, words: str) -> None:
    assert words in printed(tour)


def test_the_tour_draws_one_picture(tour: Any) -> None:
    outputs = [output for cell in tour.cells if cell.cell_type == "code" for output in cell.outputs]
    assert len([output for output in outputs if "image/png" in output.get("data", {})]) == 1
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
