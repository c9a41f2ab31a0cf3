"""Marked files: there and back without loss, every slip of the pen told by line and column, no document changed."""

import json
import re
import string
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from extractors.evaluation.markup import ordered, read_markup, write_markup
from graph.cli import main
from ontology.errors import WrongUse
from ontology.terms import MentionType
from tests.conftest import SAMPLES

PAGE = SAMPLES / "chizhou-2025-page.txt"
LETTERS = st.text(st.characters(exclude_characters="⟦⟧", exclude_categories=["Cs"]), max_size=60)


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200", "POLICYKG_CORPUS": ""}).invoke(main, list(map(str, arguments)))


# -- the marks -------------------------------------------------------------------------------------------------------


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]], list[tuple[int, int]]]:
    """Draw a text, marks in it that do not overlap, and windows whose edges lie in no mark."""
    text = draw(LETTERS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    kinds = st.sampled_from(tuple(MentionType))
    marks = [(a, b, str(draw(kinds))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    allowed = [n for n in range(len(text) + 1) if not any(a < n < b for a, b, _ in marks)]
    edges = sorted(draw(st.lists(st.sampled_from(allowed), max_size=6, unique=True)))
    return text, marks, ordered(list(zip(edges[::2], edges[1::2], strict=False)))


@given(marked())
def test_marks_go_in_and_come_out(drawn: tuple[str, list[tuple[int, int, str]], list[tuple[int, int]]]) -> None:
    text, marks, windows = drawn
    written = write_markup(text, marks, windows)
    found = read_markup(written)
    assert found.problems == []
    assert (found.text, found.marks) == (text, marks)
    assert found.windows == [window for window in windows if window != (0, len(text))]
    assert re.sub(r"⟦/?WINDOW⟧|⟦[A-Z]+\||⟧", "", written) == text
    assert all(0 < line <= written.count("\n") + 1 for line in found.lines)


@given(st.text(st.sampled_from("⟦⟧|A甲\n" + "WINDOW/"), max_size=40))
def test_whatever_is_typed_is_read_or_told(typed: str) -> None:
    found = read_markup(typed)
    if not found.problems:
        assert write_markup(found.text, found.marks, found.windows).count("⟦") <= typed.count("⟦")
    for problem in found.problems:
        assert re.match(r"\d+:\d+: \S", problem)


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        (
            "一\n⟦AREA|渝中⟦ORG|医院⟧⟧",
            ["2:9: a mark begins inside the one of 2:1; marks are not nested", "2:17: this ⟧ ends no"],
        ),
        ("⟦AREA|渝中", ["1:1: this mark never ends"]),
        ("渝中⟧区", ["1:3: this ⟧ ends no mark"]),
        ("一\n二⟦CITY|渝中⟧", ["2:2: there is no type 'CITY'; the types are AGENCY, AREA"]),
        ("⟦渝中⟧", ["1:1: no type; a mark is written ⟦TYPE|words⟧"]),
        ("⟦AREA|⟧渝中", ["1:1: this mark holds no words"]),
        ("⟦WINDOW⟧渝中", ["1:1: this window never ends"]),
        ("渝中⟦/WINDOW⟧", ["1:3: this window ends without having begun"]),
        ("⟦WINDOW⟧渝⟦WINDOW⟧中⟦/WINDOW⟧", ["1:10: a window begins inside the one of 1:1"]),
        (
            "⟦AREA|渝⟦WINDOW⟧中⟧⟦/WINDOW⟧",
            ["1:8: a window's edge lies inside the mark of 1:1", "1:18: this window ends"],
        ),
        ("⟦CITY|渝中⟧和⟦AREA|江北", ["1:1: there is no type", "1:11: this mark never ends"]),
    ],
)
def test_slips_are_told_by_line_and_column(typed: str, problems: list[str]) -> None:
    found = read_markup(typed).problems
    assert len(found) == len(problems), found
    for problem, wanted in zip(found, problems, strict=True):
        assert problem.startswith(wanted)


def test_what_cannot_be_written_is_told() -> None:
    with pytest.raises(WrongUse, match="line 2:2 holds ⟦"):
        write_markup("甲\n乙⟦", [])
    with pytest.raises(WrongUse, match="line 1:2: two marks overlap at '乙丙'"):
        write_markup("甲乙丙", [(0, 2, "AREA"), (1, 3, "ORG")])


# -- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of two documents: one in UTF-8, one in GB18030 with Windows line ends."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = PAGE.read_text(encoding="utf-8")
    (folder / "甲.txt").write_bytes(text.encode())
    (folder / "乙.txt").write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
    return folder


def draft(corpus: Path) -> Path:
    folder = corpus.parent / "marked"
    result = run("annotate", "draft", corpus / "甲.txt", corpus / "乙.txt", "--out", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"wrote {folder / '甲.marked.txt'}\nwrote {folder / '乙.marked.txt'}\n"
    return folder


def test_documents_become_drafts_gold_and_drafts_again(corpus: Path, tmp_path: Path) -> None:
    folder, gold, again = draft(corpus), tmp_path / "gold.jsonl", tmp_path / "again"
    for name, encoding in (("甲", "utf-8"), ("乙", "gb18030")):
        raw = (corpus / f"{name}.txt").read_bytes().decode(encoding)
        written = (folder / f"{name}.marked.txt").read_bytes().decode()
        assert re.sub(r"⟦[A-Z]+\||⟧", "", written) == raw
        assert "⟦AREA|池州⟧" in written
    assert run("annotate", "to-gold", folder, "--corpus", corpus, "--out", gold).stdout == f"wrote {gold}\n"
    rows = [json.loads(row) for row in gold.read_text(encoding="utf-8").splitlines()]
    assert [row["doc"] for row in rows if row["type"] == "WINDOW"] == ["乙", "甲"]
    assert {(row["start"], row["end"]) for row in rows if row["doc"] == "甲" and row["type"] == "WINDOW"} == {
        (0, len(PAGE.read_text(encoding="utf-8")))
    }
    assert run("annotate", "from-gold", gold, "--corpus", corpus, "--out", again).exit_code == 0
    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()
    scores = json.loads(run("evaluate", gold, "--corpus", corpus, "--format", "json").stdout)
    assert (scores["documents"], scores["micro"]["f1"]) == (2, 1.0)


def test_a_correction_and_a_window_reach_the_gold(corpus: Path, tmp_path: Path) -> None:
    path = draft(corpus) / "甲.marked.txt"
    text = path.read_text(encoding="utf-8")
    raw = PAGE.read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    path.write_text(f"⟦WINDOW⟧{first.replace('⟦AREA|池州⟧', '⟦ZONE|池州⟧')}⟦/WINDOW⟧\n{rest}", encoding="utf-8")
    lines = run("annotate", "to-gold", path, "--corpus", corpus).stdout.splitlines()
    assert [json.loads(line) for line in lines[:2]] == [
        {"doc": "甲", "start": 0, "end": 9, "type": "WINDOW"},
        {"doc": "甲", "start": 2, "end": 4, "type": "ZONE", "text": "池州"},
    ]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(lines), encoding="utf-8")
    assert run("annotate", "from-gold", gold, "--corpus", corpus, "--out", tmp_path / "again").exit_code == 0
    again = (tmp_path / "again" / "甲.marked.txt").read_text(encoding="utf-8")
    assert again == path.read_text(encoding="utf-8").split("⟦/WINDOW⟧")[0] + "⟦/WINDOW⟧\n" + raw.split("\n", 1)[1]
    scores = json.loads(run("evaluate", gold, "--corpus", corpus, "--format", "json").stdout)
    assert (scores["micro"]["gold"], scores["causes"]["type"]) == (1, {"ZONE": 1})


def refused(result: Result, status: int, *words: str) -> None:
    assert (result.exit_code, result.stdout) == (status, "")
    (told,) = result.stderr.splitlines()
    for word in words:
        assert word in told


def test_a_changed_text_is_told_where_it_first_differs(corpus: Path) -> None:
    path = draft(corpus) / "甲.marked.txt"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("怎么干", "怎样干", 1), encoding="utf-8")
    words = ["甲: without its marks", "at 1:8", "「样干", "「么干", "only marks may be put in"]
    refused(run("annotate", "to-gold", path, "--corpus", corpus), 1, *words)
    path.write_text(text.rstrip(), encoding="utf-8")
    refused(run("annotate", "to-gold", path, "--corpus", corpus), 1, "reads nothing (its end) where", "「\\n」")
    refused(run("evaluate", path, "--corpus", corpus), 1, "甲: without its marks")


def test_slips_in_files_are_told_all_at_once(corpus: Path) -> None:
    folder = draft(corpus)
    for name in ("甲", "乙"):
        path = folder / f"{name}.marked.txt"
        path.write_bytes(path.read_bytes().replace("⟦AREA|".encode(), "⟦CITY|".encode(), 1))
    result = run("annotate", "to-gold", folder, "--corpus", corpus)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 2
    for told in result.stderr.splitlines():
        assert re.search(r"marked\.txt:1:3: there is no type 'CITY'", told)


def test_what_lies_there_is_not_written_over(corpus: Path) -> None:
    folder = draft(corpus)
    before = (folder / "甲.marked.txt").read_bytes()
    refused(run("annotate", "draft", corpus / "甲.txt", "--out", folder), 1, "exists already", "corrections")
    assert (folder / "甲.marked.txt").read_bytes() == before


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["draft", "missing.txt", "--out", "x"], "does not exist"),
        (["to-gold", "missing"], "there is no such file or folder"),
        (["from-gold", "missing.jsonl", "--out", "x"], "there is no such file or folder"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("annotate", *command)
    refused(result, 1 if command[0] == "draft" else 2, words)
    assert list(tmp_path.iterdir()) == []


def test_without_the_document_nothing_is_gold(corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "丙.marked.txt"
    path.write_text("⟦AREA|池州⟧", encoding="utf-8")
    refused(run("annotate", "to-gold", path, "--corpus", corpus), 1, "丙: no document of that name", "--corpus")


def test_a_document_that_holds_marks_already_is_refused(tmp_path: Path) -> None:
    (tmp_path / "丁.txt").write_text("关于⟦池州⟧的通知\n", encoding="utf-8")
    refused(run("annotate", "draft", tmp_path / "丁.txt", "--out", tmp_path / "x"), 1, "丁.txt: line 1:3 holds ⟦")


@pytest.mark.parametrize("command", ["draft", "to-gold", "from-gold"])
def test_every_step_explains_itself(command: str) -> None:
    result = run("annotate", command, "--help")
    assert result.exit_code == 0
    assert set(string.ascii_letters) & set(result.stdout.split("\n\n")[1])
