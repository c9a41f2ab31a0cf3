"""The README keeps its word: its commands run on the sample corpus and print what it shows; both languages agree."""

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from graph.cli import main
from graph.questions import load_questions

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_ZH = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
_SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (policykg .*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def sessions(readme: str) -> list[tuple[str, str]]:
    """Return each `$ policykg …` of the console blocks with the output shown below it ("..." stands for more)."""
    found = [match for block in _SESSION.findall(readme) for match in _COMMAND.findall(block)]
    return [(command.replace("\n> ", "\n"), output) for command, output in found]


def named_in_table(readme: str, heading: str) -> list[str]:
    """Return what stands between backticks at the beginning of the table rows below a heading."""
    section = readme.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(?:policykg )?([a-z-]+)", section, re.MULTILINE)


@pytest.fixture(scope="module")
def transcript(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[int, str]]]:
    """Run the README's commands in order in a folder that holds the samples; give exit status and output of each."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "120")
        results = {}
        for command, _ in sessions(README):
            result = CliRunner().invoke(main, shlex.split(command)[1:])
            results[command] = (result.exit_code, result.output)
        yield results


@pytest.mark.parametrize(("command", "shown"), sessions(README), ids=[command for command, _ in sessions(README)])
def test_a_command_prints_what_the_readme_shows(
    transcript: dict[str, tuple[int, str]], command: str, shown: str
) -> None:
    status, output = transcript[command]
    assert status == 0, output
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(shown, output, flags), f"shown:\n{shown}\nprinted:\n{output}"


def test_the_readme_shows_a_session() -> None:
    assert len(sessions(README)) >= 4


def test_both_languages_show_the_same_commands_and_output() -> None:
    assert sessions(README_ZH) == sessions(README)


@pytest.mark.parametrize(("readme", "heading"), [(README, "Commands"), (README_ZH, "命令")], ids=["English", "Chinese"])
def test_every_command_is_documented_and_exists(readme: str, heading: str) -> None:
    assert isinstance(main, click.Group)
    assert sorted(named_in_table(readme, heading)) == sorted(main.commands)


@pytest.mark.parametrize(
    ("readme", "heading"), [(README, "Questions"), (README_ZH, "问题")], ids=["English", "Chinese"]
)
def test_every_question_is_documented_and_exists(readme: str, heading: str) -> None:
    assert sorted(named_in_table(readme, heading)) == sorted(load_questions())


@pytest.mark.parametrize("readme", [README, README_ZH], ids=["English", "Chinese"])
def test_every_make_target_named_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("readme", [README, README_ZH], ids=["English", "Chinese"])
def test_every_link_into_the_repository_leads_somewhere(readme: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", readme)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
