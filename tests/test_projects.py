"""PROJECT: our own sentences with the mentions marked."""

import pytest

from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import build_pipeline
from extractors.projects import propose_projects


def find(text: str) -> set[tuple[int, int]]:
    doc = build_pipeline().make_doc(text)
    doc._.outline, doc._.proposals = read_outline(text), []
    return {(p.start, p.end) for p in propose_projects(doc) if p.type == "PROJECT"}


@pytest.mark.parametrize(
    "marked",
    [
        "开工建设⟦白沙湾大桥⟧，惠及两岸。",
        "加快推进⟦渝荣高铁⟧建设。",
        "⟦轨道交通31号线⟧开通运营。",
        "实施⟦青龙峡灌区现代化改造⟧项目。",
        "⟦江津区中心医院迁建工程⟧主体完工。",
    ],
)
def test_names_are_found_with_their_edges(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert set(ranges) <= find(text)


@pytest.mark.parametrize(
    "text",
    [
        "全年实施重大项目300个。",
        "抓好“双百”重点项目建设。",
        "建成口袋公园50个。",
    ],
)
def test_generic_words_are_no_names(text: str) -> None:
    assert find(text) == set()
