"""The README keeps its word: its commands run on the sample corpus and print what it shows; both languages agree."""

import re

import pytest

from graph.cli import main
from graph.questions import load_questions
from tests.readme_sessions import READMES, ROOT, as_shown, read_sessions, renew, run_sessions

README, README_ZH = (path.read_text(encoding="utf-8") for path in READMES)
SESSIONS = read_sessions(README)
Transcript = dict[str, tuple[int, str]]

each_readme = pytest.mark.parametrize("readme", [README, README_ZH], ids=["English", "Chinese"])


def named_in_table(readme: str, *headings: str) -> list[str]:
    """Return what stands between backticks at the beginning of the table rows below whichever heading is there."""
    heading = next(heading for heading in headings if f"\n## {heading}\n" in readme)
    section = readme.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(?:policykg )?([a-z-]+)", section, re.MULTILINE)


@pytest.fixture(scope="module")
def transcript(tmp_path_factory: pytest.TempPathFactory) -> Transcript:
    return run_sessions([command for command, _ in SESSIONS], tmp_path_factory.mktemp("readme"))


@pytest.mark.parametrize(("command", "shown"), SESSIONS, ids=[command for command, _ in SESSIONS])
def test_a_command_prints_what_the_readme_shows(transcript: Transcript, command: str, shown: str) -> None:
    status, output = transcript[command]
    assert status == 0, output
    assert as_shown(output, shown) == shown, "`make readme` writes what the commands print now"


def test_both_languages_show_the_same_commands_and_output() -> None:
    assert SESSIONS
    assert read_sessions(README_ZH) == SESSIONS


def test_renewing_a_readme_changes_only_the_output() -> None:
    readme = "a\n```console\n$ policykg one\nold\n...\n$ policykg two\nold\n```\n$ policykg two\nkept\n"
    results = {"policykg one": (0, "1\n2\n3\n"), "policykg two": (0, "new\nmore\n")}
    renewed = "a\n```console\n$ policykg one\n1\n...\n$ policykg two\nnew\nmore\n```\n$ policykg two\nkept\n"
    assert renew(readme, results) == renewed


@each_readme
def test_every_command_is_documented_and_exists(readme: str) -> None:
    assert sorted(named_in_table(readme, "Commands", "命令")) == sorted(main.commands)


@each_readme
def test_every_question_is_documented_and_exists(readme: str) -> None:
    assert sorted(named_in_table(readme, "Questions", "问题")) == sorted(load_questions())


@each_readme
def test_every_make_target_named_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z0-9-]+)", readme, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


@each_readme
def test_every_link_into_the_repository_leads_somewhere(readme: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", readme)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
