"""What became of tasks: which goes on with which from year to year, and from level to level."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.claims import ClaimsStore
from graph.commands.link_evaluation import read_agendas
from graph.lineage.agendas import agendas, neighbours
from graph.lineage.cascades import trace_cascades
from graph.lineage.chances import LEAST
from graph.lineage.evaluation import read_links, score_links, to_table
from graph.lineage.facts import Facts
from graph.lineage.likeness import likenesses
from graph.lineage.tasks import field_words, trace_tasks
from graph.opened import KnowledgeGraph
from ontology.errors import WrongUse
from ontology.records import Claim, Entity, Status
from tests.agendas import FACTORIES, RESEARCH, RIVERS, SCHOOLS, VILLAGES, Task, facts_of
from tests.corpus import corpus_folder, needs_corpus

LINKS = Path(__file__).parent / "data" / "task_links.csv"


def kinds(found: Sequence[Claim | Entity]) -> set[tuple[str, str, str]]:
    """Return predicate, subject's and object's place of the links among *found*."""
    links = [claim for claim in found if isinstance(claim, Claim) and claim.rule == "lineage/tasks"]
    return {(claim.predicate, claim.subject[-6:], (claim.object or "")[-6:]) for claim in links}


def renamed(task: Task, title: str) -> Task:
    return title, task[1]


def test_a_task_goes_on_whatever_its_title_and_place(tmp_path: Path) -> None:
    later = [renamed(VILLAGES, "让田野更有希望"), FACTORIES, RESEARCH, RIVERS]
    facts = facts_of(tmp_path, [("重庆市", 2025, [FACTORIES, RESEARCH, VILLAGES, RIVERS]), ("重庆市", 2026, later)])
    found = kinds(list(trace_tasks(facts)))
    assert found == {
        ("continues", "2026/2", "2025/1"),
        ("continues", "2026/3", "2025/2"),
        ("renames", "2026/1", "2025/3"),
        ("continues", "2026/4", "2025/4"),
    }


def test_a_task_splits_and_tasks_merge(tmp_path: Path) -> None:
    both = ("推动产业升级和创新", FACTORIES[1] + RESEARCH[1])
    apart = facts_of(
        tmp_path,
        [("重庆市", 2025, [both, VILLAGES, RIVERS]), ("重庆市", 2026, [FACTORIES, RESEARCH, VILLAGES, RIVERS])],
    )
    assert {link for link in kinds(list(trace_tasks(apart))) if link[0] == "splitsFrom"} == {
        ("splitsFrom", "2026/1", "2025/1"),
        ("splitsFrom", "2026/2", "2025/1"),
    }
    (tmp_path / "back").mkdir()
    joined = facts_of(
        tmp_path / "back",
        [("重庆市", 2025, [FACTORIES, RESEARCH, VILLAGES, RIVERS]), ("重庆市", 2026, [both, VILLAGES, RIVERS])],
    )
    assert {link for link in kinds(list(trace_tasks(joined))) if link[0] == "mergesInto"} == {
        ("mergesInto", "2025/1", "2026/1"),
        ("mergesInto", "2025/2", "2026/1"),
    }


def test_what_is_new_or_gone_has_no_link(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path, [("重庆市", 2025, [FACTORIES, VILLAGES, RIVERS]), ("重庆市", 2026, [FACTORIES, VILLAGES, SCHOOLS])]
    )
    found = kinds(list(trace_tasks(facts)))
    assert {link[1:] for link in found} == {("2026/1", "2025/1"), ("2026/2", "2025/2")}


def test_a_link_shows_its_words_its_signals_and_the_gap(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path, [("重庆市", 2023, [FACTORIES, VILLAGES, RIVERS]), ("重庆市", 2026, [VILLAGES, FACTORIES, RIVERS])]
    )
    (claim,) = [
        c
        for c in trace_tasks(facts)
        if isinstance(c, Claim) and c.rule == "lineage/tasks" and c.subject.endswith("2026/2")
    ]
    assert [piece.document for piece in claim.evidence[:2]] == ["重庆市-2026", "重庆市-2023"]
    assert all(facts.text(piece.document)[piece.start : piece.end] == piece.quote for piece in claim.evidence)
    assert [piece.quote.startswith("做强先进制造") for piece in claim.evidence[:2]] == [True, True]
    assert (claim.status, claim.year) == (Status.INFERRED, 2026)
    assert LEAST <= claim.confidence <= 1
    assert {"次序 1→2", "间隔 3 年"} <= set(claim.words.split("；"))


def test_a_line_holds_what_goes_on_one_to_one(tmp_path: Path) -> None:
    years = [
        ("重庆市", 2024, [FACTORIES, VILLAGES, RIVERS]),
        ("重庆市", 2025, [VILLAGES, FACTORIES, RIVERS]),
        ("重庆市", 2026, [RIVERS, FACTORIES, SCHOOLS]),
    ]
    found = list(trace_tasks(facts_of(tmp_path, years)))
    lines = {entity.iri: entity.name for entity in found if isinstance(entity, Entity)}
    members: dict[str, set[str]] = {}
    for claim in found:
        if isinstance(claim, Claim) and claim.predicate == "specializationOf":
            members.setdefault(lines[claim.object or ""], set()).add(claim.subject[-6:])
    assert members == {
        "做强先进制造": {"2024/1", "2025/2", "2026/2"},
        "推进乡村振兴": {"2024/2", "2025/1"},
        "建设美丽山水": {"2024/3", "2025/3", "2026/1"},
    }


def test_only_neighbouring_agendas_of_one_area_are_compared(tmp_path: Path) -> None:
    tasks = [FACTORIES, VILLAGES, RIVERS]
    facts = facts_of(
        tmp_path, [("重庆市", 2023, tasks), ("重庆市", 2025, tasks), ("重庆市", 2026, tasks), ("江苏省", 2024, tasks)]
    )
    pairs = [(facts.name(one.area), one.year, other.year) for one, other in neighbours(agendas(facts))]
    assert pairs == [("重庆市", 2023, 2025), ("重庆市", 2025, 2026)]


def test_a_district_takes_up_what_its_city_plans(tmp_path: Path) -> None:
    city, district = [FACTORIES, RESEARCH, VILLAGES, RIVERS], [renamed(RIVERS, "守护一江清水"), FACTORIES, SCHOOLS]
    facts = facts_of(tmp_path, [("重庆市", 2026, city), ("渝中区", 2026, district), ("江苏省", 2026, district)])
    found = {(claim.subject[-6:], (claim.object or "")[-6:]) for claim in trace_cascades(facts)}
    assert found == {("2026/1", "2026/4"), ("2026/2", "2026/1")}
    assert {claim.evidence[0].document for claim in trace_cascades(facts)} == {"渝中区-2026"}


def test_likeness_is_symmetric_where_it_says_so_and_bounded(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, [("重庆市", 2025, [FACTORIES, RESEARCH, RIVERS]), ("重庆市", 2026, [RIVERS, SCHOOLS])])
    ((earlier, later),) = neighbours(agendas(facts))
    there, back = likenesses(earlier.main, later.main), likenesses(later.main, earlier.main)
    for (i, k), like in there.items():
        assert all(0 <= value <= 1.000001 for value in like)
        assert like.text == pytest.approx(back[k, i].text)
        assert (like.onward, like.back) == (back[k, i].back, back[k, i].onward)
    assert likenesses(earlier.main, ()) == {}


def test_words_that_any_title_has_name_no_field() -> None:
    assert not field_words("持续推进高质量发展") & field_words("加快推动高水平建设")
    assert "乡村" in field_words("扎实推进乡村全面振兴") & field_words("全面推进乡村振兴")


def test_links_are_scored_by_agendas(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path, [("重庆市", 2025, [FACTORIES, VILLAGES, RIVERS]), ("重庆市", 2026, [FACTORIES, VILLAGES, RIVERS])]
    )
    one, other = (
        [f"{task.heading.document}:{task.heading.start}-{task.heading.end}" for task in agenda.main]
        for agenda in agendas(facts).values()
    )
    gold = tmp_path / "links.csv"
    gold.write_text(
        "area,from_year,to_year,earlier_task,task,kind\n"
        f"重庆市,2025,2026,{one[0]},{other[0]},continues\n"
        f"重庆市,2025,2026,{one[1]},{other[1]},renames\n"
        f"重庆市,2025,2026,{one[1]},{other[0]},merges\n"
        "江苏省,2025,2026,甲:1-9,乙:1-9,continues\n",
        encoding="utf-8",
    )
    here, absent = score_links(facts, read_links(gold))
    assert (here.right, here.kinds, len(here.spurious), len(here.missed)) == (2, 1, 1, 1)
    assert (absent.right, len(absent.missed)) == (0, 1)
    table = to_table([here, absent], 5)
    assert "all                           4      3      2   0.667   0.500" in table
    assert f"missed: 重庆市 2025→2026: {VILLAGES[0]} ({one[1]}) → {FACTORIES[0]} ({other[0]})" in table
    assert "missed: 江苏省 2025→2026: 甲:1-9 → 乙:1-9" in table


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("重庆市,2025,今年,甲:1-9,乙:1-9,continues", "line 2: write years as four digits"),
        ("重庆市,2025,2026,甲:1-9,乙,continues", "line 2: write tasks as document:start-end"),
    ],
)
def test_a_row_that_is_no_link_is_told_with_its_line(tmp_path: Path, row: str, words: str) -> None:
    gold = tmp_path / "links.csv"
    gold.write_text(f"area,from_year,to_year,earlier_task,task,kind\n{row}\n", encoding="utf-8")
    with pytest.raises(WrongUse, match=words):
        read_links(gold)


@needs_corpus
def test_tasks_of_four_provinces_are_traced_as_a_reader_traces_them(tmp_path: Path) -> None:
    folder = corpus_folder()
    assert folder is not None
    gold = read_links(LINKS)
    with ClaimsStore.create(tmp_path / "claims.sqlite") as store:
        read_agendas(store, folder, gold, "rules")
        scores = score_links(Facts(store), gold)
    right = sum(score.right for score in scores)
    assert right / (right + sum(len(score.spurious) for score in scores)) >= 0.85
    assert right / (right + sum(len(score.missed) for score in scores)) >= 0.75


@needs_corpus
def test_the_district_takes_up_its_citys_tasks(corpus_graph: KnowledgeGraph) -> None:
    rows = corpus_graph.ask("cascades", area="渝中区").rows
    taken_up = {(str(row["city_task"])[:6], str(row["district_task"])[:6]) for row in rows}
    assert ("大力提振消费", "突出内需主导") in taken_up
