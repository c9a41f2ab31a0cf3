"""ZONE: our own sentences with the mentions marked."""

import pytest

from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import build_pipeline
from extractors.zones import propose_zones


def find(text: str) -> set[tuple[int, int]]:
    doc = build_pipeline().make_doc(text)
    doc._.outline, doc._.proposals = read_outline(text), []
    return {(p.start, p.end) for p in propose_zones(doc) if p.type == "ZONE"}


@pytest.mark.parametrize(
    "marked",
    [
        "⟦两江新区⟧奋力争先。",
        "深化⟦川渝⟧协作。",
        "⟦弹子石片区⟧焕新亮相。",
        "推动⟦涪陵高新区⟧扩容。",
        "主动对接⟦粤港澳大湾区⟧。",
        "打造⟦成渝地区⟧形象窗口。",
    ],
)
def test_names_are_found_with_their_edges(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert set(ranges) <= find(text)


@pytest.mark.parametrize(
    "text",
    [
        "各类园区加快发展。",
        "地区生产总值增长6%。",
        "城镇新区建设提速。",
    ],
)
def test_generic_words_are_no_names(text: str) -> None:
    assert find(text) == set()
