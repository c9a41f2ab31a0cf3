"""PLATFORM: our own sentences with the mentions marked."""

import pytest

from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import build_pipeline
from extractors.platforms import propose_platforms


def find(text: str) -> set[tuple[int, int]]:
    doc = build_pipeline().make_doc(text)
    doc._.outline, doc._.proposals = read_outline(text), []
    return {(p.start, p.end) for p in propose_platforms(doc) if p.type == "PLATFORM"}


@pytest.mark.parametrize(
    "marked",
    [
        "⟦明月湖实验室⟧启用。",
        "拨打⟦12345政务服务便民热线⟧。",
        "建成⟦“山城停车”应用⟧。",
        "做强⟦西部数据交易中心⟧。",
    ],
)
def test_names_are_found_with_their_edges(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert set(ranges) <= find(text)


@pytest.mark.parametrize(
    "text",
    [
        "搭建平台促发展。",
        "新增12个国家级科创平台。",
    ],
)
def test_generic_words_are_no_names(text: str) -> None:
    assert find(text) == set()
