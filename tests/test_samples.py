"""The sample corpus: readable as it claims, and every question finds in it what a reader would find."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors.readers.files import read_file
from graph import open_graph
from graph.build import build
from graph.opened import KnowledgeGraph
from ontology.records import Status
from tests.corpus import corpus_folder, needs_corpus

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FILES = sorted(SAMPLES.glob("*.txt"))
RUN = 22  # characters that may repeat by chance (names, figures); a sentence is longer


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    folder = tmp_path_factory.mktemp("samples") / "kg"
    build([SAMPLES], folder)
    with open_graph(folder) as opened:
        yield opened


def rows(graph: KnowledgeGraph, question: str, *columns: str, **settings: str) -> list[Any]:
    """Ask and return the named columns of each row: tuples, or plain values for one column."""
    found = graph.ask(question, **settings).rows
    return [row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns) for row in found]


def test_the_samples_are_what_their_page_says() -> None:
    listed = re.findall(r"^\| `([^`]+\.txt)`", (SAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == [path.name for path in FILES]
    with pytest.raises(UnicodeDecodeError):
        (SAMPLES / "chizhou-2024-report.txt").read_bytes().decode("utf-8")
    page = (SAMPLES / "chizhou-2025-page.txt").read_text(encoding="utf-8").splitlines()
    assert max(map(len, page)) <= 24


@needs_corpus
def test_no_sentence_comes_from_the_corpus() -> None:
    folder = corpus_folder()
    assert folder is not None
    corpus = "\n".join("".join(path.read_text(encoding="utf-8").split()) for path in sorted(folder.rglob("*.txt")))
    for path in FILES:
        # the annex of a plan report has cells that every plan report has: what a sentence is, ends with a full stop
        sentences = "".join(read_file(path)[0].split()).split("。")[:-1]
        pieces = {sentence[i : i + RUN] for sentence in sentences for i in range(len(sentence) - RUN + 1)}
        assert [piece for piece in pieces if len(re.findall("[一-鿿]", piece)) >= RUN - 6 and piece in corpus] == []


def test_the_programme_is_followed_through_the_years(graph: KnowledgeGraph) -> None:
    history = rows(graph, "programme-history", "year", "mode", code="3245")
    assert {(2023, "review"), (2024, "plan"), (2025, "plan"), (2025, "review"), (2026, "plan")} <= set(history)


@pytest.mark.parametrize(("code", "counts"), [("3245", ["3", "2", "4", "5"]), ("2610", ["2", "6", "10"])])
def test_a_code_is_made_of_the_parts_its_footnote_names(graph: KnowledgeGraph, code: str, counts: list[str]) -> None:
    components = rows(graph, "programme-components", "position", "count", "status", code=code)
    by_position = {position: count for position, count, _ in components}
    assert [by_position[position] for position in sorted(by_position)] == counts
    assert {status for _, _, status in components} == {Status.ASSERTED}


def test_the_members_of_a_part_are_named(graph: KnowledgeGraph) -> None:
    members = rows(graph, "programme-components", "member", code="3245")
    assert {"半导体材料", "镁基新材料", "绿色食品", "低空经济", "氢能"} <= set(members)


def test_every_footnote_is_a_definition(graph: KnowledgeGraph) -> None:
    assert rows(graph, "definitions", "term", document="chizhou-2024-report") == [
        "“3245”现代产业体系",
        "概念验证中心",
        "“一刻钟便民圈”",
    ]


def test_the_orientation_changes_a_little_every_year(graph: KnowledgeGraph) -> None:
    found = set(rows(graph, "orientations", "year", "ordinal", "orientation", area="池州市"))
    by_year = {year: [words for y, _, words in sorted(found) if y == year] for year in (2023, 2024, 2025, 2026)}
    assert by_year == {
        2023: ["稳字当头", "项目为要", "绿色转身", "民生有感"],
        2024: ["稳中提质", "改革攻坚", "绿色赋能", "民生为先"],
        2025: ["稳中提质", "创新突破", "绿色赋能", "民生可感"],
        2026: ["稳中向好", "创新突破", "绿色跃升", "民生可感"],
    }


@pytest.mark.parametrize(
    ("area", "year", "tasks", "subtasks"), [("池州市", 2024, 5, 6), ("池州市", 2026, 6, 5), ("贵池区", 2026, 4, 4)]
)
def test_the_agenda_has_the_numbered_tasks(
    graph: KnowledgeGraph, area: str, year: int, tasks: int, subtasks: int
) -> None:
    agenda = rows(graph, "agenda", "task", "parent", area=area, year=str(year))
    assert len([task for task, parent in agenda if not parent]) == tasks
    assert len([task for task, parent in agenda if parent]) == subtasks


def test_three_targets_of_the_district_were_missed(graph: KnowledgeGraph) -> None:
    assert rows(graph, "missed-targets", "indicator", "target", "value", area="贵池区", year="2025") == [
        ("规模以上工业增加值增速", "9", "7.4"),
        ("进出口总额增速", "10", "2.6"),
        ("城镇居民人均可支配收入增速", "6左右", "4.7"),
    ]


def test_growth_of_the_city_over_the_years(graph: KnowledgeGraph) -> None:
    series = rows(graph, "indicator-series", "year", "role", "value", indicator="地区生产总值增速", area="池州市")
    assert series == [
        (2023, "actual", 5.6),
        (2024, "estimate", 5.2),
        (2024, "target", 6.5),
        (2025, "actual", 6.3),
        (2025, "target", 6),
        (2026, "target", 6),
    ]


def test_a_person_moves_to_another_post(graph: KnowledgeGraph) -> None:
    posts = rows(graph, "posts", "body", "post", person="祁明川")
    assert posts == [("池州市发展和改革委员会", "党组书记、主任"), ("池州市人民政府", "市长")]


def test_a_strategy_is_found_under_every_spelling(graph: KnowledgeGraph) -> None:
    found = rows(graph, "strategy-tasks", "year", "area", "task", strategy="长三角一体化")
    assert {
        (2024, "池州市", "深度融入长三角一体化发展"),
        (2026, "池州市", "做实长三角一体化发展"),
        (2026, "贵池区", "做实长三角一体化发展前沿"),
    } <= set(found)
    again = rows(graph, "strategy-tasks", "year", "area", "task", strategy="长江三角洲区域一体化")
    assert again == found


def test_everything_about_a_bridge(graph: KnowledgeGraph) -> None:
    years = rows(graph, "about", "year", name="云麓大桥")
    assert {2024, 2025, 2026} <= set(years)
