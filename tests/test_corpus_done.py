"""What the design states of the five documents, and what holds of every document of the corpus."""

import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from extractors.reading import read_document
from extractors.recognisers.models import FAST
from graph.build import build, remove
from graph.claims import ClaimsStore
from graph.opened import KnowledgeGraph
from tests.conftest import five_documents, nquads_of
from tests.corpus import corpus_folder, needs_corpus

pytestmark = needs_corpus
ROOT = Path(__file__).resolve().parents[1]
WITHIN_A_WORD = re.compile("[0-9]{2}|[A-Za-z]{2}")
HOTLINE = re.compile("[“‘]?1(?:10|19|2[02]|2[0-9]{3})[”’]?(?:[^0-9]*热线.*)?")


def rows(graph: KnowledgeGraph, question: str, *columns: str, **settings: str) -> list[Any]:
    """Ask and return the named columns of each row: tuples, or plain values for one column."""
    found = graph.ask(question, **settings).rows
    return [row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns) for row in found]


def test_a_programme_is_followed_through_review_and_plan(corpus_graph: KnowledgeGraph) -> None:
    history = rows(corpus_graph, "programme-history", "year", "mode", "words", code="33618")
    assert sorted((year, mode) for year, mode, _ in history) == [
        (2023, "review"),
        (2024, "plan"),
        (2025, "plan"),
        (2025, "review"),
    ]
    words = {(year, mode): text for year, mode, text in history}
    assert words[2024, "plan"].startswith("健全")
    assert words[2024, "plan"].endswith("体系")
    assert "做大做强做优" in words[2025, "plan"]
    assert words[2025, "review"].endswith("能级和竞争力全面提升")


def test_a_code_that_nobody_defines_has_no_parts(corpus_graph: KnowledgeGraph) -> None:
    answer = corpus_graph.ask("programme-components", code="33618")
    assert answer.rows == ()
    assert answer.note


def test_a_code_is_not_read_digit_by_digit(corpus_graph: KnowledgeGraph) -> None:
    parts = dict(rows(corpus_graph, "programme-components", "position", "count", code="11311"))
    assert sorted(parts) == list(range(1, len(parts) + 1))
    counts = [parts[position] for position in sorted(parts)]
    assert counts[-1] == "11"
    assert "".join(counts) == "11311"


def test_the_orientation_of_the_city_year_by_year(corpus_graph: KnowledgeGraph) -> None:
    found = set(rows(corpus_graph, "orientations", "year", "ordinal", "orientation", area="重庆市"))
    by_year = {year: [words for y, _, words in sorted(found) if y == year] for year in sorted({y for y, *_ in found})}
    assert by_year == {
        2023: ["稳进增效", "除险清患", "改革求变", "惠民有感"],
        2024: ["稳进增效", "除险固安", "改革突破", "惠民强企"],
        2025: ["稳进增效", "改革创新", "除险固安", "强企富民"],
        2026: ["稳进提质", "改革创新", "除险固安", "强企富民"],
    }


def test_exactly_five_targets_were_missed(corpus_graph: KnowledgeGraph) -> None:
    missed = rows(corpus_graph, "missed-targets", "indicator", "target", "value", "unit", area="渝中区", year="2025")
    assert missed == [
        ("地区生产总值增速", "6左右", "4.5", "%"),
        ("区级一般公共预算收入增速", "4.5左右", "0.5", "%"),
        ("民营经济增加值", "700", "660", "亿元"),
        ("城镇居民人均可支配收入增速", "6左右", "4.5", "%"),
        ("实际使用外资", "6000", "3200", "万美元"),
    ]


def test_the_other_twenty_targets_were_met(corpus_graph: KnowledgeGraph) -> None:
    query = """SELECT DISTINCT ?target {
        ?outcome pk:meets ?target . ?target pk:period 2025 ; pk:area/skos:prefLabel "渝中区"@zh }"""
    assert len(corpus_graph.sparql(query)[1]) == 20


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("董建国", "高健", "主任"), ("李维超", "陶世祥", "书记")],
)
def test_one_person_follows_another_in_a_post(corpus_graph: KnowledgeGraph, first: str, second: str, same: str) -> None:
    ((body, post, seen),) = rows(corpus_graph, "posts", "body", "post", "seen", person=first)
    ((later_body, later_post, later),) = rows(corpus_graph, "posts", "body", "post", "seen", person=second)
    assert (str(seen), str(later)) == ("2020", "2024")
    assert body == later_body
    assert same in post
    assert same in later_post
    assert {first, second} <= set(rows(corpus_graph, "posts", "person", body=body))


def test_a_person_moves_to_another_body(corpus_graph: KnowledgeGraph) -> None:
    found = rows(corpus_graph, "posts", "body", "post", "seen", person="王志杰")
    posts = {(body, str(seen)): post for body, post, seen in found}
    assert posts["两江新区管理委员会", "2020"] == "常务副主任"
    assert "主任" in posts["重庆市经济和信息化委员会", "2024"]
    assert "王志杰" in rows(corpus_graph, "posts", "person", body="市经济信息委")


def test_who_is_seen_in_a_post(corpus_graph: KnowledgeGraph) -> None:
    pairs = {(str(key)[:3], person) for key, person in rows(corpus_graph, "posts", "document", "person")}
    assert len([key for key, _ in pairs if key in {"002", "003", "004"}]) == 22


@pytest.mark.parametrize(
    ("area", "year", "tasks", "subtasks"),
    [("重庆市", 2021, 7, 0), ("重庆市", 2024, 10, 0), ("重庆市", 2026, 10, 0), ("渝中区", 2026, 11, 38)],
)
def test_the_agenda_lists_exactly_the_numbered_tasks(
    corpus_graph: KnowledgeGraph, area: str, year: int, tasks: int, subtasks: int
) -> None:
    agenda = rows(corpus_graph, "agenda", "ordinal", "task", "parent", area=area, year=str(year))
    titles = [task for _, task, parent in agenda if not parent]
    assert [ordinal for ordinal, _, parent in agenda if not parent] == list(range(1, tasks + 1))
    below = [(parent, ordinal) for ordinal, _, parent in agenda if parent]
    assert len(below) == subtasks
    assert {parent for parent, _ in below} <= set(titles)
    for title in titles:
        ordinals = [ordinal for parent, ordinal in below if parent == title]
        assert ordinals == list(range(1, len(ordinals) + 1))


def test_the_plan_report_defines_64_terms(corpus_graph: KnowledgeGraph) -> None:
    key = five_documents()[1].stem
    definitions = rows(corpus_graph, "definitions", "term", "definition", "start", document=key)
    assert len(definitions) == 64
    assert len({start for *_, start in definitions}) == 64
    assert all(term and definition for term, definition, _ in definitions)


def test_the_annexes_give_100_observations(corpus_graph: KnowledgeGraph) -> None:
    key = five_documents()[1].stem
    claims = [stored.claim for stored in corpus_graph.claims.claims(key)]
    cells = [claim for claim in claims if claim.predicate == "valueText" and claim.rule == "observations/table"]
    observed = {claim.subject for claim in cells}
    assert (len(cells), len(observed)) == (100, 100)
    by_predicate: dict[str, dict[str, Any]] = {}
    for claim in claims:
        if claim.subject in observed:
            by_predicate.setdefault(claim.predicate, {})[claim.subject] = claim.value or claim.object
    for predicate in ("indicator", "area", "period", "valueRole", "comparator"):
        assert set(by_predicate[predicate]) == observed, predicate
    years = list(by_predicate["period"].values())
    assert {int(year) for year in years} == {2025, 2026}
    assert {"target"} < set(by_predicate["valueRole"].values()) <= {"target", "actual", "estimate"}


# -- what holds of every document --------------------------------------------------------------------------------------


def false_quotes(path: Path) -> tuple[str, int, list[str]]:
    """Read one document; return its name, how many quotes it gave, and what does not stand where it says.

    The fast recogniser reads: the accurate one would take most of the tests' time.
    """
    reading = read_document(path, FAST)
    content = path.read_bytes()
    try:
        raw = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raw = content.decode("gb18030")
    wrong = [] if raw == reading.raw else ["the raw text is not the file's"]
    wrong += [
        f"mention {mention.start}-{mention.end} by {mention.rule}"
        for mention in reading.mentions
        if (mention.document, raw[mention.start : mention.end]) != (path.stem, mention.text) or not mention.text
    ]
    wrong += [
        f"mention {mention.start}-{mention.end} by {mention.rule} breaks a number or a Latin word"
        for mention in reading.mentions
        if any(WITHIN_A_WORD.fullmatch(raw[place - 1 : place + 1]) for place in (mention.start, mention.end) if place)
    ]
    wrong += [
        f"a hotline for a programme at {mention.start}"
        for mention in reading.mentions
        if mention.type == "PROGRAMME" and HOTLINE.fullmatch(mention.text)
    ]
    ends = [(mention.start, mention.end) for mention in reading.mentions]
    wrong += [f"mentions overlap at {later[0]}" for first, later in pairwise(ends) if later[0] < first[1]]
    pieces = [(claim, piece) for claim in reading.claims for piece in claim.evidence]
    wrong += [
        f"{claim.predicate} {piece.start}-{piece.end} by {claim.rule}"
        for claim, piece in pieces
        if (piece.document, raw[piece.start : piece.end]) != (path.stem, piece.quote) or not piece.quote
    ]
    return path.name, len(pieces), wrong


def test_every_quote_of_the_corpus_stands_where_it_says() -> None:
    folder = corpus_folder()
    assert folder is not None
    paths = sorted(folder.rglob("*.txt"), key=lambda path: -path.stat().st_size)
    assert len(paths) >= 101
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(false_quotes, paths))
    assert {name: wrong[:5] for name, _, wrong in found if wrong} == {}
    assert [name for name, quotes, _ in found if quotes < 5] == []


def test_a_build_in_another_order_by_another_process_writes_the_same_bytes(
    tmp_path: Path, corpus_graph: KnowledgeGraph
) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from graph.build import build; from graph.projections import GraphFolder\n"
        "GraphFolder.project = lambda *_: None\n"
        "for path in sys.argv[2:]: build([Path(path)], Path(sys.argv[1]), jobs=1)\n"
    )
    paths = [str(path) for path in reversed(five_documents())]
    command = [sys.executable, "-c", script, str(tmp_path / "again"), *paths]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, check=True)
    corpus_graph.export("nquads", tmp_path / "first.nq")
    assert nquads_of(tmp_path / "again") == (tmp_path / "first.nq").read_bytes()


@pytest.mark.usefixtures("claims_only")
def test_adding_and_removing_a_document_leaves_no_trace(tmp_path: Path) -> None:
    first, *_, fourth, fifth = five_documents()
    build([first, fifth], tmp_path / "a", jobs=1)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    build([fourth], tmp_path / "b", jobs=1)
    assert nquads_of(tmp_path / "b") != nquads_of(tmp_path / "a")
    remove(tmp_path / "b", fourth.stem)
    assert nquads_of(tmp_path / "b") == nquads_of(tmp_path / "a")


@pytest.mark.usefixtures("claims_only")
def test_a_changed_document_replaces_exactly_its_claims(tmp_path: Path) -> None:
    documents = [Path(shutil.copy(path, tmp_path)) for path in (five_documents()[0], five_documents()[3])]
    build(documents, tmp_path / "kg", jobs=1)
    with ClaimsStore.open(tmp_path / "kg" / "claims.sqlite") as store:
        kept, replaced = (list(store.claims(path.stem)) for path in documents)
    text = documents[1].read_text(encoding="utf-8")
    documents[1].write_text(text.replace("33618", "33619"), encoding="utf-8")
    assert build(documents, tmp_path / "kg", jobs=1).read == [documents[1].stem]
    with ClaimsStore.open(tmp_path / "kg" / "claims.sqlite") as store:
        assert list(store.claims(documents[0].stem)) == kept
        assert list(store.claims(documents[1].stem)) != replaced
        assert "33618" not in store.raw_text(documents[1].stem)
    build(documents, tmp_path / "anew", jobs=1)
    assert nquads_of(tmp_path / "kg") == nquads_of(tmp_path / "anew")
