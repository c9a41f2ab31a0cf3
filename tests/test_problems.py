"""Problems that reports name, and the tasks that take them up."""

from pathlib import Path

import pytest

from extractors.reading import read_scene
from extractors.relations.problems import read_problems
from graph.lineage.problems import answer_problems
from graph.opened import KnowledgeGraph
from ontology.records import Claim, Mode
from tests.agendas import FACTORIES, RIVERS, SCHOOLS, VILLAGES, facts_of, report
from tests.corpus import needs_corpus


def named(past: str) -> list[tuple[str, int | None]]:
    """Return the problems, with their years, of a report whose look back on 2025 is *past*."""
    text = report("重庆市", 2026, [FACTORIES, VILLAGES], past)
    return [(claim.words, claim.year) for claim in read_problems(read_scene("甲", text, "rules")).claims]


@pytest.mark.parametrize(
    ("past", "problems"),
    [
        (
            "我们也清醒看到，还存在不少困难和问题，主要是：工业后劲不足，新项目不多；老城停车难依然突出。对此，我们将认真解决。",
            ["工业后劲不足，新项目不多", "老城停车难依然突出"],
        ),
        (
            "计划执行还存在以下问题，需要高度重视。一是招商偏弱。全年只落地三个项目。二是用工缺口大。下一步要加力。",
            ["招商偏弱", "用工缺口大"],
        ),
        ("存在的主要问题是：一是后劲不足，二是融资偏难，三是雨天积水多。", ["后劲不足", "融资偏难", "雨天积水多"]),
        (
            "我们也清醒认识到，转型任务还很重。有效需求不足；医疗资源偏少。我们一定直面问题，拿出办法。",
            ["转型任务还很重", "有效需求不足", "医疗资源偏少"],
        ),
        ("我们着力解决发展中的困难和问题，办成了一批实事。", []),
    ],
)
def test_problems_are_the_members_of_their_list(past: str, problems: list[str]) -> None:
    assert named(past) == [(problem, 2025) for problem in problems]


def test_what_a_plan_wants_to_solve_is_no_problem_named() -> None:
    text = report("重庆市", 2026, [("办好实事", "直面困难和问题：增加学位；扩建医院。")])
    assert not read_problems(read_scene("甲", text, "rules")).claims


def test_a_task_takes_up_what_was_found_wanting(tmp_path: Path) -> None:
    past = "我们也看到，还存在一些短板，主要是：河道污染仍然较重，湿地有待修复；外贸订单下滑。"
    facts = facts_of(tmp_path, [("重庆市", 2026, [FACTORIES, VILLAGES, SCHOOLS, RIVERS])], past)
    (claim,) = answer_problems(facts)
    assert isinstance(claim, Claim)
    assert claim.subject.endswith("2026/4")
    assert (claim.predicate, claim.year, claim.mode) == ("respondsTo", 2026, Mode.PLAN)
    assert [piece.quote for piece in claim.evidence] == ["河道污染仍然较重，湿地有待修复", "建设美丽山水。"]
    assert 0.5 <= claim.confidence <= 1


@needs_corpus
def test_a_district_names_what_it_fell_short_of(corpus_graph: KnowledgeGraph) -> None:
    said = corpus_graph.sparql("SELECT ?problem { ?area pk:namedProblem/skos:prefLabel ?problem }")[1]
    assert ("部分指标未达预期",) in [tuple(row) for row in said]
