"""The pages in docs keep their word: all code in them runs and prints what is shown, links lead somewhere."""

import configparser
import csv
import html
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from graph.cli import main
from graph.questions import load_questions
from ontology.schema import label
from ontology.terms import Kind, Predicate
from tests.doc_pages import ENGLISH, PAGES, Block, Outcome, edited, read_blocks, renewed, run_page
from tests.readme_sessions import ROOT, as_shown

TEXTS = {page.stem: page.read_text(encoding="utf-8") for page in PAGES}
SHOWN = {"text"}
RUN = {"console", "python", "toml", "csv", "turtle", "diff"}
CHECKED = {"sh", "json"}
GENERATED = {"questions", "model", "commands"}
each_page = pytest.mark.parametrize("name", TEXTS)
each_translation = pytest.mark.parametrize("name", [name for name in TEXTS if name.endswith(".zh")])


def blocks_of(kind: str) -> list[Block]:
    return [block for text in TEXTS.values() for block in read_blocks(text) if block.kind == kind]


@pytest.mark.parametrize("name", [page.stem for page in ENGLISH])  # a translation shows the same code
def test_the_code_of_a_page_runs_and_prints_what_it_shows(name: str, tmp_path: Path) -> None:
    for outcome in run_page(TEXTS[name], tmp_path):
        assert outcome.status == 0, f"{outcome.command}\n{outcome.output}"
        shown = as_shown(outcome.output, outcome.shown)
        assert shown.strip("\n") == outcome.shown.strip("\n"), "`make readme` writes what the commands print now"


@each_page
def test_a_page_has_no_code_of_a_kind_that_nobody_runs(name: str) -> None:
    assert {block.kind for block in read_blocks(TEXTS[name])} <= SHOWN | RUN | CHECKED


@each_page
def test_the_links_of_a_page_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", TEXTS[name])
    assert [link for link in links if not (ROOT / "docs" / link).exists() and Path(link).stem not in GENERATED] == []


@each_translation
def test_both_languages_show_the_same_code(name: str) -> None:
    english = read_blocks(TEXTS[name.removesuffix(".zh")])
    assert [(b.kind, b.title, b.text) for b in read_blocks(TEXTS[name])] == [(b.kind, b.title, b.text) for b in english]


@pytest.mark.parametrize("line", sorted({line for block in blocks_of("sh") for line in block.text.splitlines()}))
def test_what_a_reader_types_in_a_shell_exists(line: str) -> None:
    words = line.partition(" #")[0]
    if words.startswith("make "):
        targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        assert words.split()[1] in targets
    elif words.startswith("pip install "):
        assert "-c constraints.txt" in words
        setup = configparser.ConfigParser()
        setup.read(ROOT / "setup.cfg", encoding="utf-8")
        extras = re.findall(r"\.\[([a-z,]+)\]", words)
        assert set(",".join(extras).split(",")) - {""} <= set(setup["options.extras_require"])
    elif words.startswith("policykg "):  # what needs a corpus that is not in the project
        command = main.commands[words.split()[1]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"(?<= )--[a-z-]+", words)) <= known
    else:
        found = re.search(r"python -m ([a-z0-9_.]+)", words)
        assert found
        assert find_spec(found[1])


@pytest.mark.parametrize("text", sorted({block.text for block in blocks_of("json")}))
def test_the_settings_of_an_assistant_name_a_command(text: str) -> None:
    (settings,) = json.loads(text)["mcpServers"].values()
    assert settings["command"] == "policykg"
    assert settings["args"][0] in main.commands


@pytest.mark.parametrize("name", ["region", "region.zh"])
def test_the_lexicons_of_a_region_have_the_columns_told(name: str) -> None:
    rows = re.findall(r"^\| `([a-z_]+\.csv)` \| `([a-z,]+)` \|", TEXTS[name], re.MULTILINE)
    assert len(rows) > 5
    for file, columns in rows:
        with (ROOT / "extractors" / "data" / file).open(encoding="utf-8", newline="") as lines:
            assert next(csv.reader(lines)) == columns.split(","), file


# -- the runner itself -----------------------------------------------------------------------------------------------


def test_an_edit_is_made_where_its_context_stands_once() -> None:
    assert edited("a\nb\nc\n", " a\n+new\n b\n\n c\n+last\n") == "a\nnew\nb\nc\nlast\n"
    with pytest.raises(ValueError, match="just once"):
        edited("a\na\n", " a\n+b\n")
    with pytest.raises(ValueError, match="just once"):
        edited("a\n", " z\n+b\n")


def test_a_page_whose_code_fails_is_found_out(tmp_path: Path) -> None:
    page = "```console\n$ policykg documents nowhere\n```\n```python\nraise SystemExit(3)\n```\n"
    assert [outcome.status for outcome in run_page(page, tmp_path)] == [1, 3]
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ValueError, match="not rm"):
        run_page("```console\n$ rm -r x\n```\n", other)


def test_renewing_a_page_changes_only_the_output() -> None:
    page = "x\n```console\n$ policykg a\nold\n$ policykg b\nold\n...\n```\ny\n"
    outcomes = [Outcome("policykg a", "", 0, "new\n"), Outcome("policykg b", "", 0, "1\n2\n")]
    assert renewed(page, outcomes) == "x\n```console\n$ policykg a\nnew\n$ policykg b\n1\n...\n```\ny\n"


def test_the_way_through_the_site_leads_to_every_page() -> None:
    named = re.findall(r": ([a-z0-9]+)\.md$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(GENERATED | {page.stem for page in ENGLISH})


# -- the site --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it, into a folder of its own."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def words_of(page: Path) -> str:
    """The text of a page of the site."""
    return html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["", "zh"])
def test_the_site_has_every_question_with_its_answer(site: Path, language: str) -> None:
    text = words_of(site / language / "questions.html")
    for question in load_questions().values():
        assert (question.chinese if language else question.english) in text
        section = text.split(f"$ policykg ask kg {question.name}", 1)[1].split("SPARQL", 1)[0]
        assert re.search(r"^[1-9]\d* rows?$|^no rows: ", section, re.MULTILINE)
    assert text.count("SELECT") >= len(load_questions())


@pytest.mark.parametrize("language", ["", "zh"])
def test_the_site_has_every_word_of_the_model(site: Path, language: str) -> None:
    text = words_of(site / language / "model.html")
    assert [kind for kind in Kind if not re.search(rf"\b{kind}\b", text)] == []
    assert [predicate for predicate in Predicate if f"pk:{predicate}" not in text] == []
    assert label("includesProject", language or "en") in text
    assert "-[:INCLUDES_PROJECT]->" in text


@pytest.mark.parametrize("language", ["", "zh"])
def test_the_site_has_every_command_with_its_options(site: Path, language: str) -> None:
    text = words_of(site / language / "commands.html")
    for name, command in main.commands.items():
        assert f"Usage: policykg {name} " in text
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        assert [option for option in options if option not in text] == []


def test_the_site_asks_nothing_of_the_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 2 * len(ENGLISH)
    source, sheet = r"<(?:script|img|iframe)\b[^>]*\bsrc=", r"<link\b[^>]*\brel=\"?stylesheet[^>]*\bhref="
    loaded = re.compile(rf"(?:{source}|{sheet})[\"']?(?:https?:)?//")
    assert [page for page in pages if loaded.search(page.read_text(encoding="utf-8"))] == []
    sheets = list(site.rglob("*.css"))
    assert sheets
    outside = re.compile(r"(?:@import\s*|url\()[\"']?(?:https?:)?//")
    assert [path for path in sheets if outside.search(path.read_text(encoding="utf-8"))] == []
