"""Building: what is read and what is not, what a second build does, and what is left of a build that was killed."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors import reading
from graph import open_graph
from graph.build import build, remove
from graph.claims import ClaimsStore
from ontology.errors import BrokenGraph, WrongUse
from tests.conftest import SAMPLES, documents_stored, nquads_of

ROOT = Path(__file__).resolve().parents[1]
FIRST = "chizhou-2024-report"
OWN = "池州市人民政府工作报告\n\n各位代表：\n\n一、2030年工作安排\n\n（一）推进乡村全面振兴。开工枫桥水厂。\n"


def keys_of(folder: Path) -> list[str]:
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        return [document.key for document in store.documents()]


def claims_of(folder: Path, key: str) -> list[object]:
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        return list(store.claims(key))


def copy_samples(folder: Path) -> Path:
    shutil.copytree(SAMPLES, folder, ignore=shutil.ignore_patterns("*.md"))
    return folder


@pytest.mark.usefixtures("claims_only")
def test_folders_are_read_with_all_below_them(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    (documents / "a" / "b").mkdir(parents=True)
    (documents / "one.txt").write_text(OWN, encoding="utf-8")
    (documents / "a" / "two.TXT").write_text(OWN, encoding="utf-8")
    (documents / "a" / "b" / "three.txt").write_text(OWN, encoding="utf-8")
    (documents / "page.html").write_text(f"<html><body><p>{OWN}</p></body></html>", encoding="utf-8")
    for name in ("README.md", "~$one.docx", ".hidden.txt", "picture.png"):
        (documents / "a" / name).write_text("not a document", encoding="utf-8")
    (documents / ".cache").mkdir()
    (documents / ".cache" / "four.txt").write_text(OWN, encoding="utf-8")
    (documents / "five.txt").mkdir()
    (documents / "five.txt" / "up").symlink_to(documents)
    report = build([documents, documents / "a" / "b" / "three.txt"], tmp_path / "kg")
    assert (report.read, report.kept, report.failures) == (["one", "page", "three", "two"], [], [])
    assert keys_of(tmp_path / "kg") == ["one", "page", "three", "two"]
    assert "documents: 4 read, 0 unchanged; 4 in the graph" in report.summary()


@pytest.mark.usefixtures("claims_only")
def test_links_that_lead_to_themselves_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good 文件.txt").write_text(OWN, encoding="utf-8")
    for name in ("loop.md", "loop.txt"):
        (tmp_path / "a" / name).symlink_to(name)
    report = build([tmp_path / "a"], tmp_path / "kg")
    assert report.read == ["good 文件"]
    assert [failure.split(": ")[0].split(" ")[0].rpartition("/")[2] for failure in report.failures] == [
        "loop.md", "loop.txt",
    ]  # fmt: skip


@pytest.mark.usefixtures("claims_only")
def test_two_layouts_of_one_document_are_not_both_read(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(OWN, encoding="utf-8")
    (tmp_path / "report.txt").write_text(OWN, encoding="utf-8")
    report = build([tmp_path], tmp_path / "kg")
    assert report.read == ["report"]
    assert report.failures == [
        f"{tmp_path / 'report.txt'}: {tmp_path / 'report.md'} has the same name; a document is known by its name "
        "without the ending, rename one or leave one out"
    ]


@pytest.mark.usefixtures("claims_only")
def test_two_files_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    for folder, text in (("a", OWN), ("b", OWN.replace("2030", "2031"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text(text, encoding="utf-8")
    report = build([tmp_path / "a", tmp_path / "b"], tmp_path / "kg")
    assert report.read == ["report"]
    (failure,) = report.failures
    assert str(tmp_path / "b" / "report.txt") in failure
    assert "same name" in failure
    with ClaimsStore.open(tmp_path / "kg" / "claims.sqlite") as store:
        assert store.raw_text("report") == OWN


BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "only blanks"),
    "binary": (b"\x89PNG\x00\x00\x01", "binary"),
    "strange": ("报告".encode() + b"\xff\xff\xfe", "neither UTF-8 nor GB18030"),
    "broken": (b"\xef\xbb\xbf" + "报告".encode()[:-1], "breaks at byte"),
}


@pytest.mark.usefixtures("claims_only")
@pytest.mark.parametrize("jobs", [1, 2])
def test_files_that_cannot_be_read_do_not_stop_the_others(tmp_path: Path, jobs: int) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for name, (content, _) in BAD.items():
        (documents / f"{name}.txt").write_bytes(content)
    (documents / "good.txt").write_text(OWN, encoding="utf-8")
    shutil.copy(SAMPLES / f"{FIRST}.txt", documents)
    missing = tmp_path / "missing.txt"
    report = build([documents, missing], tmp_path / "kg", jobs=jobs)
    assert report.read == [FIRST, "good"]
    assert keys_of(tmp_path / "kg") == [FIRST, "good"]
    assert len(report.failures) == len(BAD) + 1
    causes = {documents / f"{name}.txt": cause for name, (_, cause) in BAD.items()}
    for path, cause in {**causes, missing: "no such file"}.items():
        (line,) = [line for line in report.failures if str(path) in line]
        assert cause in line
        assert "\n" not in line
    assert "6 failed" in report.summary()


@pytest.mark.usefixtures("claims_only")
def test_an_error_of_ours_is_reported_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, model: str) -> None:
        if path.stem == "two":
            raise ZeroDivisionError("oh")
        return original(path, model)

    original: Callable[[Path, str], None] = reading.read_document  # type: ignore[assignment]
    monkeypatch.setattr(reading, "read_document", fail)
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(OWN, encoding="utf-8")
    report = build([tmp_path / "one.txt", tmp_path / "two.txt"], tmp_path / "kg", jobs=1)
    assert report.read == ["one"]
    assert report.failures == [
        f"{tmp_path / 'two.txt'}: reading failed (ZeroDivisionError: oh); please report this document"
    ]


def test_nothing_to_read_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WrongUse, match=r"no document in .*empty; give files"):
        build([tmp_path / "empty"], tmp_path / "kg")
    with pytest.raises(WrongUse, match=r"missing\.txt: there is no such file"):
        build([tmp_path / "missing.txt"], tmp_path / "kg")
    assert not (tmp_path / "kg").exists()


def test_a_second_build_reads_nothing(tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "kg")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "sqlite-" not in path.name}

    def refuse(path: Path) -> None:
        raise AssertionError(f"{path} is read again")

    monkeypatch.setattr(reading, "read_document", refuse)
    report = build([SAMPLES], folder, jobs=1)
    assert report.read == []
    assert sorted(report.kept) == keys_of(folder)
    assert "documents: 0 read, 4 unchanged; 4 in the graph" in report.summary()
    assert (folder / "CURRENT").read_bytes() == before[folder / "CURRENT"]
    generation = [path for path in before if "generations" in path.parts]
    assert generation
    assert all(path.read_bytes() == before[path] for path in generation)


@pytest.mark.usefixtures("claims_only")
def test_other_rules_read_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.txt").write_text(OWN, encoding="utf-8")
    build([tmp_path / "one.txt"], tmp_path / "kg")
    assert build([tmp_path / "one.txt"], tmp_path / "kg").kept == ["one"]
    monkeypatch.setattr(reading, "rules_hash", lambda model: "other rules")
    assert build([tmp_path / "one.txt"], tmp_path / "kg").read == ["one"]


@pytest.mark.usefixtures("claims_only")
def test_a_document_that_became_unreadable_keeps_what_it_had(tmp_path: Path) -> None:
    documents = copy_samples(tmp_path / "documents")
    build([documents], tmp_path / "kg")
    before = nquads_of(tmp_path / "kg")
    (documents / f"{FIRST}.txt").write_bytes(b"\x00\x01")
    report = build([documents], tmp_path / "kg")
    assert len(report.failures) == 1
    assert FIRST in report.failures[0]
    assert len(report.kept) == 3
    assert nquads_of(tmp_path / "kg") == before


@pytest.mark.usefixtures("claims_only")
def test_a_changed_document_replaces_exactly_its_claims(tmp_path: Path) -> None:
    documents = copy_samples(tmp_path / "documents")
    folder = tmp_path / "kg"
    build([documents], folder)
    keys = keys_of(folder)
    before = {key: claims_of(folder, key) for key in keys}
    page = documents / "chizhou-2025-page.txt"
    text = page.read_text(encoding="utf-8")
    assert "局长白松年" in text
    page.write_text(text.replace("局长白松年", "局长白松岭"), encoding="utf-8")
    report = build([documents], folder)
    assert report.read == [page.stem]
    assert sorted([*report.kept, page.stem]) == keys
    assert {key for key in keys if claims_of(folder, key) != before[key]} == {page.stem}
    build([documents], tmp_path / "anew")
    assert nquads_of(folder) == nquads_of(tmp_path / "anew")


@pytest.mark.usefixtures("claims_only")
def test_what_is_removed_was_never_there(tmp_path: Path, sample_folder: Path) -> None:
    build([SAMPLES], tmp_path / "kg")
    assert nquads_of(tmp_path / "kg") == nquads_of(shutil.copytree(sample_folder, tmp_path / "all"))
    remove(tmp_path / "kg", FIRST)
    build([path for path in SAMPLES.glob("*.txt") if path.stem != FIRST], tmp_path / "without")
    assert FIRST not in keys_of(tmp_path / "kg")
    assert nquads_of(tmp_path / "kg") == nquads_of(tmp_path / "without")


def test_removing_renews_what_is_asked(tmp_path: Path, sample_folder: Path) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "kg")
    remove(folder, FIRST)
    with open_graph(folder) as graph:
        assert graph.warning == ""
        history = graph.ask("programme-history", code="3245")
        assert history.rows
        assert FIRST not in {row["document"] for row in history.rows}
        assert graph.ask("programme-history", engine="cypher", code="3245") == history
        with pytest.raises(WrongUse, match="no Document is called"):
            graph.ask("definitions", document=FIRST)


def test_removing_what_is_not_there_is_wrong_use(tmp_path: Path, sample_folder: Path) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "kg")
    before = nquads_of(folder)
    with pytest.raises(WrongUse, match=r"holds no document 'guichi'; `policykg documents .*kg` lists them"):
        remove(folder, "guichi")
    assert nquads_of(folder) == before
    with pytest.raises(BrokenGraph, match="no graph folder"):
        remove(tmp_path / "missing", FIRST)
    assert not (tmp_path / "missing").exists()


@pytest.mark.usefixtures("claims_only")
def test_processes_and_order_do_not_matter(tmp_path: Path, sample_folder: Path) -> None:
    stages: list[tuple[str, int, int]] = []
    paths = sorted(SAMPLES.glob("*.txt"), reverse=True)
    report = build(paths, tmp_path / "kg", jobs=2, progress=lambda *stage: stages.append(stage))
    assert report.read == sorted(path.stem for path in paths)
    assert [stage for stage in stages if stage[0] == "reading"] == [("reading", done, 4) for done in range(5)]
    assert nquads_of(tmp_path / "kg") == nquads_of(shutil.copytree(sample_folder, tmp_path / "one"))


# -- a build that is killed ------------------------------------------------------------------------------------------


MOMENTS: dict[str, Callable[[Path], bool]] = {
    "between two documents": lambda folder: documents_stored(folder) >= 2,
    "when the projections begin": lambda folder: (folder / "generations" / "2").exists(),
    "when the Cypher engine has begun": lambda folder: any((folder / "generations" / "2").glob("property_graph/*")),
}


@pytest.fixture(scope="module")
def one_document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one") / "kg"
    build([SAMPLES / f"{FIRST}.txt"], folder)
    return folder


def policykg(*arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", "from graph.cli import main; main()", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_leaves_the_graph_that_was(
    tmp_path: Path, one_document: Path, sample_folder: Path, moment: str
) -> None:
    folder = shutil.copytree(one_document, tmp_path / "kg")
    with open_graph(folder) as graph:
        before = graph.ask("about")
    with policykg("build", SAMPLES, "--out", folder, "--jobs", 1) as process:
        deadline = time.monotonic() + 120
        while not MOMENTS[moment](folder) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
    assert process.returncode == -signal.SIGKILL, "the build ended before it could be killed"
    with open_graph(folder) as graph:
        assert "interrupted" in graph.warning
        assert graph.ask("about") == before
        if moment == "when the Cypher engine has begun":
            assert graph.ask("about", engine="cypher") == before
    stored = documents_stored(folder)
    assert stored == 4 or moment == "between two documents"
    with policykg("build", SAMPLES, "--out", folder, "--jobs", 1) as process:
        printed, complaints = process.communicate(timeout=300)
    assert (process.returncode, complaints) == (0, "")
    assert f"{4 - stored} read, {stored} unchanged; 4 in the graph" in printed
    with open_graph(folder) as graph:
        assert graph.warning == ""
        assert len(graph.sparql("SELECT ?d { ?d a pk:Document }")[1]) == 4
    assert nquads_of(folder) == nquads_of(shutil.copytree(sample_folder, tmp_path / "all"))
