"""The command line: exit status, one line on standard error, and what each format holds."""

import csv
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat

import graph
from extractors.readers.files import read_file
from graph.cli import main
from graph.opened import KnowledgeGraph
from graph.questions import load_questions
from graph.rendering import render_rows
from ontology.identifiers import mint
from tests.conftest import SAMPLES, documents_stored, nquads_of

ROOT = Path(__file__).resolve().parents[1]
REPORT = SAMPLES / "chizhou-2024-report.txt"
PLAN = SAMPLES / "guichi-2026-plan.txt"
PROGRAM = [sys.executable, "-c", "from graph.cli import main; main()"]


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, list(map(str, arguments)))


def refused(result: Result, status: int, *words: str) -> None:
    """Check the exit status, and that standard error is one line of ours with *words*."""
    assert result.exit_code == status, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.splitlines()
    assert line.startswith("policykg: ")
    for word in words:
        assert word in line
    assert result.stdout == ""


@pytest.fixture
def one_engine(sample_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands use the graph that is open already, so that its Cypher engine starts once."""

    @contextmanager
    def opened(folder: Path) -> Iterator[KnowledgeGraph]:
        assert folder == sample_graph.folder
        yield sample_graph

    monkeypatch.setattr(graph, "open_graph", opened)


# -- help ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", main.commands)
def test_every_command_explains_itself_and_stands_in_the_readmes(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: policykg {command} ")
    assert main.commands[command].help
    for readme in ("README.md", "README.zh-CN.md"):
        assert f"policykg {command}" in (ROOT / readme).read_text(encoding="utf-8")


def test_help_needs_none_of_the_heavy_parts() -> None:
    script = (
        "import sys, graph.cli; print([m for m in ('spacy', 'neo4j', 'networkx', 'pyoxigraph') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_without_a_name_the_questions_are_listed(sample_folder: Path) -> None:
    result = run("ask", sample_folder)
    assert result.exit_code == 0
    for question in load_questions().values():
        assert question.name in result.stdout
        assert question.chinese in result.stdout


# -- wrong use and errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "posts"],
        ["sparql", "ASK {}"],
        ["cypher", "RETURN 1"],
        ["explain", "云麓大桥"],
        ["documents"],
        ["remove", "guichi-2026-plan"],
        ["export", "--format", "nquads", "--out", "x.nq"],
        ["mcp"],
    ],
    ids=lambda command: str(command[0]),
)
def test_a_folder_without_a_graph_is_told(tmp_path: Path, command: list[str]) -> None:
    name, *rest = command
    missing = tmp_path / "missing"
    refused(run(name, missing, *rest), 1, str(missing))
    assert not missing.exists()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    refused(run(name, tmp_path / "photos", *rest), 1, str(tmp_path / "photos"))
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_a_foreign_folder_is_not_built_into(tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    refused(run("build", REPORT, "--out", tmp_path), 1, "not a graph", "notes.md")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "KG", "post"], ["no question is called 'post'", "posts"]),
        (["ask", "KG", "agenda", "--set", "year"], ["'year' is no KEY=VALUE pair"]),
        (["ask", "KG", "agenda", "--set", "year="], ["is no KEY=VALUE pair"]),
        (["ask", "KG", "agenda", "--set", "year=soon"], ["'soon' is no year"]),
        (["ask", "KG", "agenda", "--set", "city=池州市"], ["no parameter 'city'", "area, year"]),
        (["ask", "KG", "agenda", "--set", "engine=cypher"], ["no parameter 'engine'"]),
        (["ask", "KG", "agenda", "--set", "year=2025", "--set", "year=2026"], ["year is given twice"]),
        (["ask", "KG", "agenda", "--set", "area=池洲市"], ["did you mean", "池州市"]),
        (["ask", "KG", "posts", "--format", "xml"], ["'xml' is not one of", "policykg ask --help"]),
        (["ask", "KG", "posts", "--engine", "sql"], ["'sql' is not one of"]),
        (["sparql", "KG", "ASK {}", "--format", "xml"], ["'xml' is not one of"]),
        (["export", "KG", "--format", "xml", "--out", "x"], ["'xml' is not one of"]),
        (["export", "KG", "--format", "nquads"], ["Missing option '--out'"]),
        (["extract", "x.txt", "--format", "xml"], ["'xml' is not one of"]),
        (["build", "x.txt"], ["Missing option '--out'"]),
        (["build", "nowhere.txt", "--out", "nowhere"], ["nowhere.txt", "no such file"]),
        (["build", "x.txt", "--out", "nowhere", "--jobs", "0"], ["--jobs"]),
        (["sparql", "KG", "query.rq"], ["query.rq", "neither a query nor a file"]),
        (["explain", "KG", "云麓大乔"], ["did you mean", "云麓大桥"]),
        (["explain", "KG", "https://w3id.org/policykg/id/claim/0"], ["no thing is called"]),
        (["frobnicate"], ["No such command 'frobnicate'"]),
        (["--frobnicate"], ["No such option", "--frobnicate"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_one_line_and_status_2(sample_folder: Path, arguments: list[str], words: list[str]) -> None:
    given = [str(sample_folder) if word == "KG" else word for word in arguments]
    refused(run(*given), 2, *words)


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize(
    ("command", "query", "words"),
    [
        ("sparql", "SELECT ?a {\n  ?a pk:area }", ["line 2, column", "cannot read on at"]),
        ("sparql", "SELECT ?a { ?a foo:bar ?b }", ["unknown prefix", "skos"]),
        ("sparql", "SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }", ["SERVICE is refused"]),
        ("sparql", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", ["INSERT is an update", "read-only"]),
        ("sparql", "DELETE WHERE { ?a ?b ?c }", ["DELETE is an update"]),
        ("cypher", "MATCH (n:Area)\nRETURN n.name ORDER LIMIT 3", ["Cypher: "]),
        ("cypher", "LOAD CSV FROM 'file:///secret' AS line RETURN line", ["LOAD CSV is refused"]),
        ("cypher", "MATCH (n) DETACH DELETE n", ["DELETE is refused"]),
        ("cypher", "CREATE (n:Area) RETURN n", ["CREATE is refused"]),
    ],
)
def test_a_query_that_cannot_run_is_told_where(sample_folder: Path, command: str, query: str, words: list[str]) -> None:
    result = run(command, sample_folder, query)
    refused(result, 1, *words)
    if "ORDER LIMIT" in query:
        assert re.search(r"line 2|2:\d+", result.stderr)


def test_triples_are_asked_for_with_construct(sample_folder: Path) -> None:
    refused(run("sparql", sample_folder, "SELECT ?a { ?a a pk:Area }", "--format", "turtle"), 1, "CONSTRUCT")
    query = "CONSTRUCT { ?a skos:prefLabel ?name } { ?a a pk:Area ; skos:prefLabel ?name }"
    result = run("sparql", sample_folder, query, "--format", "turtle")
    assert result.exit_code == 0
    names = {str(name) for name in rdflib.Graph().parse(data=result.stdout, format="turtle").objects()}
    assert {"池州市", "贵池区"} <= names


# -- build, remove, documents ----------------------------------------------------------------------------------------


def test_building_tells_what_was_read_and_what_failed(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\x00")
    folder = tmp_path / "kg"
    result = run("build", PLAN, bad, "--out", folder)
    assert result.exit_code == 1
    assert "documents: 1 read, 0 unchanged, 1 failed; 1 in the graph" in result.stdout
    (line,) = result.stderr.splitlines()
    assert str(bad) in line
    assert "binary" in line
    assert run("ask", folder, "missed-targets", "--format", "json").exit_code == 0


def test_removing_takes_out_one_document(tmp_path: Path, sample_folder: Path) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "kg")
    refused(run("remove", folder, "guichi"), 2, "no document 'guichi'", "policykg documents")
    assert run("remove", folder, PLAN.stem).output == f"removed {PLAN.stem}\n"
    listed = json.loads(run("documents", folder, "--format", "json").stdout)
    assert [row["document"] for row in listed] == sorted(
        path.stem for path in SAMPLES.glob("*.txt") if path.stem != PLAN.stem
    )


def test_documents_say_what_they_say_of_themselves(sample_folder: Path) -> None:
    rows = {row["document"]: row for row in json.loads(run("documents", sample_folder, "--format", "json").stdout)}
    plan = rows[PLAN.stem]
    assert (plan["area"], plan["review_year"], plan["plan_year"]) == ("贵池区", "2025", "2026")
    assert plan["characters"] == len(PLAN.read_text(encoding="utf-8"))
    assert plan["path"] == str(PLAN)
    table = run("documents", sample_folder).stdout
    assert all(key in table for key in rows)
    listed = list(csv.DictReader(io.StringIO(run("documents", sample_folder, "--format", "csv").stdout)))
    assert [row["document"] for row in listed] == sorted(rows)


# -- ask, sparql, cypher ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("engine", ["sparql", "cypher"])
def test_an_answer_in_every_format(sample_graph: KnowledgeGraph, engine: str) -> None:
    ask = ["ask", sample_graph.folder, "posts", "--set", "person=祁明川", "--engine", engine, "--format"]
    answer = sample_graph.ask("posts", person="祁明川")
    assert json.loads(run(*ask, "json").stdout) == [dict(row) for row in answer.rows]
    rows = list(csv.reader(io.StringIO(run(*ask, "csv").stdout)))
    assert tuple(rows[0]) == answer.columns
    assert rows[1:] == [[str(cell) for cell in row.values()] for row in answer.rows]
    table = run(*ask, "table").stdout
    assert "2 rows" in table
    for row in answer.rows:
        assert f"{row['document']}:{row['start']}-{row['end']} 「{''.join(str(row['quote']).split())}」" in table


@pytest.mark.parametrize(("form", "shown"), [("json", "[]\n"), ("csv", "ordinal,task,parent,strategy,")])
def test_an_answer_without_rows_is_said_beside_the_data(sample_folder: Path, form: str, shown: str) -> None:
    ask = ["ask", sample_folder, "agenda", "--set", "year=1999"]
    note = load_questions()["agenda"].empty
    result = run(*ask, "--format", form)
    assert result.exit_code == 0
    assert result.stdout.startswith(shown)
    assert result.stderr == f"policykg: no rows: {note}\n"
    assert run(*ask).stdout == f"no rows: {note}\n"


def test_a_table_shows_cells_as_they_are() -> None:
    cells = ["[0: []“口袋公园”]", "[bold]不是标记[/bold]", "a\\[b]", ":100: :bridge_at_night:", None]
    table = render_rows(["[a]", "b", "c", "d", "e"], [cells], "table")
    for cell in ["[a]", *filter(None, cells)]:
        assert cell in table


@pytest.mark.usefixtures("one_engine")
def test_queries_come_from_files_too(tmp_path: Path, sample_folder: Path) -> None:
    in_sparql = tmp_path / "my areas.rq"
    in_sparql.write_text('SELECT ?name { ?a a pk:Area ; skos:notation "341702" ; skos:prefLabel ?name }')
    in_cypher = tmp_path / "areas.cypher"
    in_cypher.write_text("MATCH (a:Area {notation: '341702'}) RETURN a.name AS name")
    for command, path in (("sparql", in_sparql), ("cypher", in_cypher)):
        result = run(command, sample_folder, path, "--format", "json")
        assert json.loads(result.stdout) == [{"name": "贵池区"}], result.output
    in_cypher.write_bytes("// 查询\nRETURN 1".encode("gb18030"))
    refused(run("cypher", sample_folder, in_cypher), 2, "cannot be read as UTF-8")


@pytest.mark.usefixtures("one_engine")
def test_nodes_and_lists_come_out_of_cypher(sample_folder: Path) -> None:
    query = "MATCH (a:Area {name: '贵池区'}) RETURN a, [1, 'x'] AS list, 2.5 AS number, null AS nothing"
    (row,) = json.loads(run("cypher", sample_folder, query, "--format", "json").stdout)
    assert row["a"]["notation"] == "341702"
    assert (row["list"], row["number"], row["nothing"]) == ([1, "x"], 2.5, None)
    assert "贵池区" in run("cypher", sample_folder, query).stdout


# -- extract ---------------------------------------------------------------------------------------------------------


def test_mentions_as_json_lines() -> None:
    result = run("extract", REPORT, PLAN)
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert {line["doc"] for line in lines} == {REPORT.stem, PLAN.stem}
    texts = {path.stem: read_file(path)[0] for path in (REPORT, PLAN)}
    for line in lines:
        assert list(line)[:8] == ["doc", "start", "end", "type", "text", "rule", "link", "link_name"]
        assert (line["link"] is None) == (line["link_name"] is None)
        assert set(list(line)[8:]) <= {"candidates"}
        assert texts[line["doc"]][line["start"] : line["end"]] == line["text"] != ""
        assert re.fullmatch("[A-Z]+", line["type"])
        assert line["rule"]
    assert {"AREA", "STRATEGY", "PROGRAMME", "PROJECT"} <= {line["type"] for line in lines}
    linked = {line["text"]: (line["link"], line["link_name"]) for line in lines}
    assert linked["贵池区"] == (mint("area", "341702"), "贵池区")


def test_an_ambiguous_mention_lists_what_it_may_be(tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text("关于学习先进经验的通知\n\n各有关单位要学习鼓楼区经验，建好街区。\n", encoding="utf-8")
    lines = [json.loads(line) for line in run("extract", path, "--model", "rules").stdout.splitlines()]
    (area,) = (line for line in lines if line["type"] == "AREA")
    assert (area["link"], area["link_name"]) == (None, None)
    assert {"iri": mint("area", "320106"), "name": "江苏省南京市鼓楼区"} in area["candidates"]
    assert len(area["candidates"]) == 4
    assert all("candidates" not in line for line in lines if line is not area)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    result = run("extract", empty, tmp_path / "missing.txt", PLAN)
    assert result.exit_code == 1
    assert {json.loads(line)["doc"] for line in result.stdout.splitlines()} == {PLAN.stem}
    assert [str(empty) in result.stderr.splitlines()[0], "missing.txt" in result.stderr.splitlines()[1]] == [True] * 2
    assert len(result.stderr.splitlines()) == 2


def test_markup_without_its_marks_is_the_text(tmp_path: Path) -> None:
    for path in (REPORT, PLAN):
        raw = read_file(path)[0]
        marked = run("extract", path, "--format", "markup").stdout
        assert marked.count("⟦") == len(run("extract", path).stdout.splitlines())
        assert re.sub(r"⟦[A-Z]+\|([^⟧]*)⟧", r"\1", marked) == f"{raw}\n"


def test_a_page_escapes_the_text(tmp_path: Path) -> None:
    strange = "<b>池州市</b> & \"贵池区\"\n\n池州市人民政府办好<script>alert('云麓')</script>实事。\n"
    path = tmp_path / "a&b.txt"
    path.write_text(strange, encoding="utf-8")
    page = run("extract", path, "--format", "html").stdout
    tags: list[str] = []
    words: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

        def handle_data(self, data: str) -> None:
            words.append(data)

    reader = Reader()
    reader.feed(page)
    assert set(tags) == {"html", "meta", "title", "style", "body", "mark", "sub"}
    assert "<b>池州市" not in page
    shown = "".join(words)
    assert "<script>alert('云麓')</script>" in shown.replace("AREA", "")


# -- explain ---------------------------------------------------------------------------------------------------------


def test_a_thing_and_a_claim_are_explained_by_their_words(sample_folder: Path) -> None:
    by_name = run("explain", sample_folder, "云麓大桥")
    assert by_name.exit_code == 0
    assert by_name.stdout.startswith("Project 云麓大桥\n")
    assert "【开工云麓大桥】" in by_name.stdout
    ids = re.findall(r"^  id       (\S+/claim/\S+)$", by_name.stdout, re.MULTILINE)
    assert len(ids) == len(set(ids)) > 3
    by_id = run("explain", sample_folder, ids[0])
    assert by_id.exit_code == 0
    assert by_id.stdout.strip() in by_name.stdout
    for line in re.findall(r"^  [a-z0-9-]+:\d+-\d+  .*$", by_name.stdout, re.MULTILINE):
        key, start, end, sentence = re.fullmatch(r"  ([a-z0-9-]+):(\d+)-(\d+)  (.*)", line).groups()  # type: ignore[union-attr]
        raw = read_file(SAMPLES / f"{key}.txt")[0]
        assert f"【{''.join(raw[int(start) : int(end)].split())}】" in sentence
        assert sentence.replace("【", "").replace("】", "") in "".join(raw.split())


# -- export ----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib of itself
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", ["turtle", "nquads", "jsonld"])
def test_an_export_is_read_by_rdflib(tmp_path: Path, sample_folder: Path, form: str) -> None:
    target = tmp_path / "out"
    assert run("export", sample_folder, "--format", form, "--out", target).output == f"wrote {target}\n"
    quads = pyoxigraph.parse(nquads_of(shutil.copytree(sample_folder, tmp_path / "kg")), RdfFormat.N_QUADS)
    wanted = {quad.triple for quad in quads}
    found = rdflib.Dataset(default_union=True) if form != "turtle" else rdflib.Graph()
    found.parse(target, format={"jsonld": "json-ld"}.get(form, form))
    assert len(wanted) > 1000
    assert len(found) == len(wanted)
    query = 'SELECT ?b { ?a skos:notation "341702" ; skos:prefLabel ?b }'
    assert {str(row[0]) for row in found.query(query)} == {"贵池区"}  # type: ignore[index]


def test_graphml_is_read_by_networkx(tmp_path: Path, sample_graph: KnowledgeGraph) -> None:
    target = tmp_path / "out.graphml"
    assert run("export", sample_graph.folder, "--format", "graphml", "--out", target).exit_code == 0
    read = nx.read_graphml(target)
    wanted = sample_graph.to_networkx()
    assert set(read.nodes) == set(wanted.nodes)
    assert read.number_of_edges() == wanted.number_of_edges() > 100
    assert "贵池区" in {data.get("name") for _, data in read.nodes(data=True)}


def test_tables_are_a_folder_and_are_not_overwritten(tmp_path: Path, sample_folder: Path) -> None:
    target = tmp_path / "tables"
    assert run("export", sample_folder, "--format", "csv", "--out", target).exit_code == 0
    tables = {
        path.name: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))) for path in target.rglob("*.csv")
    }
    assert len(tables) > 3
    assert all(len({len(row) for row in rows}) <= 1 for rows in tables.values() if rows)
    assert any("贵池区" in row for rows in tables.values() for row in rows)
    refused(run("export", sample_folder, "--format", "csv", "--out", target), 2, "exists already")
    refused(run("export", sample_folder, "--format", "nquads", "--out", tmp_path / "no" / "x"), 2, "cannot be written")


# -- as a process ----------------------------------------------------------------------------------------------------


def test_a_reader_that_stops_early_is_no_error(sample_folder: Path) -> None:
    query = "SELECT ?a ?b ?c { ?a ?b ?c }"
    command = [*PROGRAM, "sparql", str(sample_folder), query, "--format", "csv"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "a,b,c\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.fixture
def heeding_interrupts() -> Iterator[None]:
    """Let child processes heed Ctrl-C: a shell's background job ignores it, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_interrupts")
def test_stopping_by_hand_is_no_traceback(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    text = PLAN.read_text(encoding="utf-8")
    for number in range(40):
        (documents / f"plan-{number}.txt").write_text(text, encoding="utf-8")
    command = [*PROGRAM, "build", str(documents), "--out", str(tmp_path / "kg"), "--jobs", "2"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not documents_stored(tmp_path / "kg") and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed, complaints = process.communicate(timeout=240)
    assert process.returncode == 130
    assert printed == ""
    assert len(complaints.splitlines()) == 1
    assert complaints.startswith("policykg: stopped")
