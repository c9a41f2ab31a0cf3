"""Projects in lists: which list, and how it says that they stand."""

import pytest

from extractors.linking.projects import project_entity
from extractors.reading import read_scene
from extractors.relations.listings import read_listings
from graph.opened import KnowledgeGraph
from tests.corpus import needs_corpus


def statuses(text: str) -> dict[str, str]:
    """Return the status of each project listed in *text*, "" where none is told."""
    report = f"重庆市人民政府工作报告\n\n二、2026年重点工作\n\n（一）扩大有效投资。{text}\n"
    found = read_listings(read_scene("甲", report, "rules"))
    told = {claim.subject: str(claim.value) for claim in found.claims if claim.predicate == "listingStatus"}
    return {claim.words: told.get(claim.subject, "") for claim in found.claims if claim.predicate == "project"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加快建设云岭水库、江北港铁路专用线等项目。", {"云岭水库": "加快建设", "江北港铁路专用线": "加快建设"}),
        ("推动云岭水库建成投用，开工建设江北港铁路专用线。", {"云岭水库": "建成投用", "江北港铁路专用线": "开工"}),
        ("云岭水库、江北港铁路专用线竣工投产。", {"云岭水库": "建成投用", "江北港铁路专用线": "建成投用"}),
        ("抓紧谋划云岭水库，做好江北港铁路专用线前期工作。", {"云岭水库": "储备", "江北港铁路专用线": "前期"}),
    ],
)
def test_a_status_holds_for_its_row_of_names(text: str, expected: dict[str, str]) -> None:
    assert statuses(text) == expected


def test_a_project_keeps_its_identity_without_the_word_for_project() -> None:
    same = {project_entity(name, name).iri for name in ("云岭水库", "云岭水库项目", "云岭水库工程", "云岭水库建设项目")}
    assert len(same) == 1
    assert project_entity("云岭水库二期", "云岭水库二期").iri not in same
    assert project_entity("机场工程", "机场工程").iri != project_entity("机场", "机场").iri


@needs_corpus
def test_projects_come_back_with_another_status(corpus_graph: KnowledgeGraph) -> None:
    rows = corpus_graph.ask("recurring-projects").rows
    assert len({row["project"] for row in rows}) > 10
    assert {"加快建设", "建成投用"} <= {row["status"] for row in rows}
