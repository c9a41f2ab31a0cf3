"""EVENT: our own sentences with the mentions marked."""

import pytest

from extractors.events import propose_events
from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import build_pipeline


def find(text: str) -> set[tuple[int, int]]:
    doc = build_pipeline().make_doc(text)
    doc._.outline, doc._.proposals = read_outline(text), []
    return {(p.start, p.end) for p in propose_events(doc) if p.type == "EVENT"}


@pytest.mark.parametrize(
    "marked",
    [
        "成功举办⟦第六届中国（梁平）柚子文化节⟧。",
        "办好⟦智博会⟧、⟦西洽会⟧。",
        "承办⟦世界花样跳绳锦标赛⟧。",
    ],
)
def test_names_are_found_with_their_edges(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert set(ranges) <= find(text)


@pytest.mark.parametrize(
    "text",
    [
        "召开市委经济工作会议。",
        "组织各类体育活动。",
    ],
)
def test_generic_words_are_no_names(text: str) -> None:
    assert find(text) == set()
