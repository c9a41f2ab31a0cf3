"""ORG: our own sentences with the mentions marked."""

import pytest

from extractors.organisations import propose_organisations
from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import build_pipeline


def find(text: str) -> set[tuple[int, int]]:
    doc = build_pipeline().make_doc(text)
    doc._.outline, doc._.proposals = read_outline(text), []
    return {(p.start, p.end) for p in propose_organisations(doc) if p.type == "ORG"}


@pytest.mark.parametrize(
    "marked",
    [
        "支持⟦华岳重工集团⟧上市。",
        "⟦重庆理工大学⟧揭牌新校区。",
        "引进⟦马士基⟧、⟦沃岚科技⟧等企业。",
        "组建⟦巴渝数据集团有限公司⟧。",
    ],
)
def test_names_are_found_with_their_edges(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert set(ranges) <= find(text)


@pytest.mark.parametrize(
    "text",
    [
        "企业理想信念坚定。",
        "各高校加强合作。",
    ],
)
def test_generic_words_are_no_names(text: str) -> None:
    assert find(text) == set()
