"""Review: what is open goes out, decisions come back however a spreadsheet saves them, and hold in later builds."""

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.recognisers.models import RULES_ALONE
from graph import open_graph
from graph.build import build as build_graph
from graph.build import remove
from graph.claims import ClaimsStore
from graph.cli import main
from graph.decisions import COLUMNS, Row, meaning, read_rows, write_rows
from graph.open_points import in_context
from graph.review import DECISIONS
from ontology.errors import WrongUse
from ontology.identifiers import document_iri, mint
from ontology.records import Claim, Status
from tests.conftest import nquads_of

build = partial(build_graph, model=RULES_ALONE)  # what is open here depends on no training
NOTICE = "关于推进夜间经济试点的通知\n\n2025年3月5日\n\n各有关单位：\n\n{words}\n"
OPEN = "一、总体要求\n\n要学习鼓楼区经验，新建街区步道12公里。推广鼓楼区做法。"
REPORT = """池州市人民政府工作报告

各位代表：

一、2030年工作安排

（一）唱好双城大戏。唱好“双城记”，开工枫桥水厂。
"""
OFFICE = "{body}关于加强统计工作的通知\n\n甲政办发〔2024〕3号\n\n一、统计监测\n\n{level}财政局局长许怀川介绍情况。\n"
NANJING, PERSON, OTHER = mint("area", "320106"), mint("person", "许怀川"), mint("person", "许怀川", "500103")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    texts = {
        "纪要": NOTICE.format(words=OPEN),
        "report": REPORT,
        "chizhou": OFFICE.format(body="池州市人民政府", level="市"),
        "yuzhong": OFFICE.format(body="重庆市渝中区人民政府", level="区"),
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, list(map(str, arguments)))


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def fill(path: Path, decide: Callable[[dict[str, str]], str], **notes: str) -> None:
    """Write the decisions of *decide* into the review file at *path*, as a person would."""
    rows = [row | {"decision": decide(row)} | notes for row in rows_of(path)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))


def answer(row: dict[str, str]) -> str:
    """Decide as the tests do: the first 鼓楼区 is Nanjing's, the second nobody's, inferences wrong, persons two."""
    if row["question"] == "link":
        return "1" if "学习【" in row["context"] else "都不是"
    return "否" if row["question"] == "claim" else "2"


def claims_of(folder: Path) -> list[Claim]:
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        return [stored.claim for stored in store.claims()]


def reviewed(corpus: Path, folder: Path) -> Path:
    """Build *corpus* into *folder* and return its review file, filled in."""
    build([corpus], folder, jobs=1)
    path = corpus.parent / "review.csv"
    assert run("review", folder, "--out", path).output == f"wrote {path}: 4 open, 0 decided, 0 stale\n"
    fill(path, answer, by="李审", note="=查过, “原文”")
    return path


# -- what goes out ---------------------------------------------------------------------------------------------------


@pytest.fixture
def kg(tmp_path: Path) -> Path:
    return tmp_path / "kg"


@pytest.mark.usefixtures("no_engine")
def test_what_is_open_goes_out_one_row_a_decision(corpus: Path, kg: Path) -> None:
    build([corpus], kg, jobs=1)
    path = corpus.parent / "r.csv"
    assert run("review", kg, "--out", path).exit_code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfstate,question,document,")
    assert path.read_bytes().count(b"\r\n") == 5
    rows = rows_of(path)
    assert list(rows[0]) == list(COLUMNS)
    assert {"decision", "by", "note"} <= set(COLUMNS)
    assert [(row["question"], row["document"]) for row in rows] == [
        ("claim", "report"),
        ("person", "yuzhong"),
        ("link", "纪要"),
        ("link", "纪要"),
    ]
    assert all(row["decision"] == row["by"] == row["note"] == "" for row in rows)
    link = rows[2]
    assert link["context"] == "要学习【鼓楼区】经验，新建街区步道12公里"
    assert (link["words"], link["end"]) == ("鼓楼区", str(int(link["start"]) + 3))
    assert f"1 江苏省南京市鼓楼区 <{NANJING}>; 2 江苏省徐州市鼓楼区 <" in link["candidates"]
    assert "成渝地区双城经济圈" in rows[0]["asked"]
    assert "「市财政局局长许怀川」" in rows[1]["asked"]
    assert OTHER in rows[1]["candidates"]
    assert run("review", kg, "--out", path).exit_code == 2
    assert run("review", kg, "--out", corpus.parent / "all.csv", "--below", "1").exit_code == 0
    more = {
        row["asked"].split("—")[1].split("→")[0]
        for row in rows_of(corpus.parent / "all.csv")
        if row["question"] == "claim"
    }
    assert {"advances", "genre"} <= more


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, claims_only: None) -> None:
    """Let commands read graphs that have claims alone."""

    class Place:
        warning = ""

        def __init__(self, folder: Path) -> None:
            self.folder = folder

        def open_claims(self) -> ClaimsStore:
            return ClaimsStore.open(self.folder / "claims.sqlite")

        def close(self) -> None:
            pass

    monkeypatch.setattr("graph.projections.GraphFolder.reading", Place)


# -- what comes back -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_engine")
def test_decisions_become_curated_and_rejected_claims(corpus: Path, kg: Path) -> None:
    path = reviewed(corpus, kg)
    result = run("review", kg, "--apply", path)
    assert (result.exit_code, result.output) == (0, "4 decisions, 0 stale\n")
    claims = claims_of(kg)
    decided = {claim for claim in claims if claim.status in (Status.CURATED, Status.REJECTED)}
    links = {c for c in decided if c.predicate == "mentions" and c.subject == document_iri("纪要")}
    (chosen,) = (claim for claim in links if claim.status is Status.CURATED)
    assert (chosen.object, chosen.evidence[0].quote, chosen.rule) == (NANJING, "鼓楼区", "review/decided")
    refused = [claim for claim in links if claim.status is Status.REJECTED]
    assert len(refused) == 4
    assert {claim.evidence[0].start for claim in refused} != {chosen.evidence[0].start}
    (alias,) = (claim for claim in decided if claim.predicate == "advances")
    assert (alias.status, alias.confidence) == (Status.REJECTED, 0.7)
    people = {(c.object, c.status) for c in decided if c.predicate == "person"}
    assert people == {(PERSON, Status.REJECTED), (OTHER, Status.CURATED)}
    assert any(claim.object == PERSON and claim.status is Status.ASSERTED for claim in claims)


@pytest.mark.usefixtures("no_engine")
def test_decisions_hold_in_every_later_build_and_give_the_same_bytes(corpus: Path, kg: Path, tmp_path: Path) -> None:
    path = reviewed(corpus, kg)
    run("review", kg, "--apply", path)
    before, kept = nquads_of(kg), (kg / DECISIONS).read_bytes()
    assert build([corpus], kg, jobs=1).decided == 4
    assert (nquads_of(kg), (kg / DECISIONS).read_bytes()) == (before, kept)
    text = corpus / "report.txt"
    text.write_text(
        REPORT.replace("一、2030年", "一、做好2030年").replace("水厂。", "水厂。开工长岭水厂。"), encoding="utf-8"
    )
    report = build([corpus], kg, jobs=1)
    assert (report.read, report.decided, report.stale) == (["report"], 4, [])
    text.write_text(REPORT, encoding="utf-8")
    build([corpus], kg, jobs=1)
    assert nquads_of(kg) == before
    again = tmp_path / "again"
    result = run("build", corpus, "--out", again, "--model", "rules", "--review", path)
    assert result.exit_code == 0
    assert result.stdout.endswith("review:    4 decisions, 0 stale\n")
    assert nquads_of(again) == before
    assert (again / DECISIONS).read_bytes() == kept


@pytest.mark.usefixtures("no_engine")
def test_words_that_move_keep_their_decision_and_words_that_go_make_it_stale(corpus: Path, kg: Path) -> None:
    run("review", kg, "--apply", reviewed(corpus, kg))
    text = corpus / "纪要.txt"
    text.write_text(NOTICE.format(words="新增一句。\n\n" + OPEN), encoding="utf-8")
    assert build([corpus], kg, jobs=1).decided == 4
    moved = [c for c in claims_of(kg) if c.object == NANJING and c.status is Status.CURATED]
    assert [claim.evidence[0].start for claim in moved] == [text.read_text(encoding="utf-8").index("鼓楼区")]
    text.write_text(NOTICE.format(words="一、总体要求\n\n推广鼓楼区做法。"), encoding="utf-8")
    result = run("build", corpus, "--out", kg, "--model", "rules")
    assert result.exit_code == 0
    assert "review:    3 decisions, 1 stale" in result.stdout
    (told,) = result.stderr.splitlines()
    assert "'鼓楼区' in 纪要" in told
    assert "does not apply any more" in told
    listed = corpus.parent / "stale.csv"
    assert "0 open, 3 decided, 1 stale" in run("review", kg, "--out", listed).stdout
    (stale,) = (row for row in rows_of(listed) if row["state"] == "stale")
    assert (stale["decision"], stale["by"], stale["note"]) == (NANJING, "李审", "'=查过, “原文”")
    remove(kg, "report")
    text.write_text(NOTICE.format(words=OPEN), encoding="utf-8")
    report = build([corpus], kg, jobs=1)
    assert (report.decided, report.stale) == (4, [])


@pytest.mark.usefixtures("no_engine")
def test_a_decision_can_be_changed_and_taken_back(corpus: Path, kg: Path) -> None:
    build([corpus], kg, jobs=1)
    before = nquads_of(kg)
    path = corpus.parent / "review.csv"
    run("review", kg, "--out", path)
    fill(path, answer)
    run("review", kg, "--apply", path)
    fill(path, lambda row: "是" if row["question"] == "person" else "")
    assert run("review", kg, "--apply", path).output == "4 decisions, 0 stale\n"
    statuses = {c.status for c in claims_of(kg) if c.predicate == "person" and c.evidence[0].document == "yuzhong"}
    assert statuses == {Status.CURATED}
    fill(path, lambda row: "待定")
    assert run("review", kg, "--apply", path).output == "0 decisions, 0 stale\n"
    assert nquads_of(kg) == before


@pytest.mark.parametrize(
    "save",
    [
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-8"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace(",", ";").replace("\r\n", "\n").encode("utf-8-sig"),
    ],
    ids=["GB18030", "UTF-8", "UTF-16 with tabs", "semicolons"],
)
def test_a_file_is_read_however_a_spreadsheet_saves_it(tmp_path: Path, save: Callable[[str], bytes]) -> None:
    path = tmp_path / "r.csv"
    text = f"id,decision,by,words\r\nd{'0' * 16},１.0,李审,鼓楼区\r\nd{'1' * 16},,,\r\n"
    path.write_bytes(save(text))
    ((row,), problems) = read_rows(path)
    assert problems == []
    assert (row.id, meaning(row.decision), row.by, row.words) == ("d" + "0" * 16, "1", "李审", "鼓楼区")


def test_cells_are_no_formulas(tmp_path: Path) -> None:
    row = Row(**(dict.fromkeys(COLUMNS, "=1+1") | {"id": "d" + "0" * 16}))
    write_rows(tmp_path / "r.csv", [row])
    assert ",'=1+1," in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    assert read_rows(tmp_path / "r.csv") == ([row], [])


def spoil(corpus: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> Path:
    path = corpus.parent / "review.csv"
    rows = [change(row) for row in rows_of(path)]
    write_rows(path, [Row(**row) for row in rows], overwrite=True)
    return path


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"decision": "9"},
            "'9' is no decision here; write a number from 1 to 4, the name or IRI of a candidate, none",
        ),
        ({"decision": "鼓楼区"}, "'鼓楼区' is no decision here"),
        ({"decision": "yes"}, "'yes' is no decision here"),
        ({"id": "7"}, "row 4: '7' is no id; leave that column as it was written"),
    ],
    ids=["number", "name of several", "wrong answer", "id"],
)
def test_a_bad_row_is_told_and_the_others_count(corpus: Path, kg: Path, change: dict[str, str], words: str) -> None:
    reviewed(corpus, kg)
    path = spoil(corpus, lambda row: row | change if "学习【" in row["context"] else row)
    result = run("review", kg, "--apply", path)
    assert (result.exit_code, result.stdout) == (1, "3 decisions, 0 stale\n")
    (told,) = result.stderr.splitlines()
    assert words in told
    assert str(path) in told
    assert build([corpus], kg, jobs=1).decided == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "no column 'id'"),
        (b"", "no column 'id'"),
        (b"id,decision\xff\xfe\xff\n", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_review_file_is_told_before_anything_is_read(
    tmp_path: Path, corpus: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    result = run("build", corpus, "--out", tmp_path / "kg", "--model", "rules", "--review", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert not (tmp_path / "kg").exists()
    with pytest.raises(WrongUse, match="cannot be read"):
        read_rows(tmp_path / "missing.csv")


def test_a_context_is_the_words_of_the_sentence() -> None:
    raw = "前一句。要学\n习鼓楼\n区经验，再说。后一句。"
    start = raw.index("鼓楼")
    assert in_context(raw, start, start + 4) == "要学习【鼓楼区】经验，再说"
    assert in_context(raw, start, start + 4, (start - 1, start + 6)) == "习【鼓楼区】经验"


# -- from end to end -------------------------------------------------------------------------------------------------


def test_both_projections_follow_the_decisions(corpus: Path, kg: Path) -> None:
    path = reviewed(corpus, kg)
    assert run("review", kg, "--apply", path).output == "4 decisions, 0 stale\n"
    build([corpus], corpus.parent / "at-once", jobs=1, review=path)
    for folder in (kg, corpus.parent / "at-once"):
        with open_graph(folder) as graph:
            assert graph.warning == ""
            for engine in ("sparql", "cypher"):
                posts = graph.ask("posts", person="许怀川", engine=engine).rows
                assert [(row["body"], row["document"]) for row in posts] == [
                    ("池州市财政局", "chizhou"),
                    ("重庆市渝中区财政局", "yuzhong"),
                ]
                assert len(graph.ask("posts", person=OTHER, engine=engine).rows) == 1
                about = graph.ask("about", name=NANJING, engine=engine).rows
                assert [(row["relation"], row["quote"]) for row in about] == [("←mentions", "鼓楼区")]
                assert graph.ask("about", name=mint("area", "320302"), engine=engine).rows == ()
                assert graph.ask("strategy-tasks", strategy="成渝地区双城经济圈", engine=engine).rows == ()
            triples = "SELECT ?a { ?a pk:mentions id:area\\/320106 }"
            assert len(graph.sparql(triples)[1]) == 1
            direct = "MATCH (d)-[r:MENTIONS]->(a:Area {iri: $iri}) RETURN r.status AS status"
            assert [tuple(row) for row in graph.cypher(direct, {"iri": NANJING})[1]] == [("curated",)]
