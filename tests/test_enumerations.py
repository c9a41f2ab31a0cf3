"""Enumerations: where they begin and end, and what their head says they are."""

import pytest
from spacy.tokens import Doc

from extractors.naming.boundaries import is_counted, is_specific, read_layout
from extractors.naming.enumerations import find_list_end, headed_items, listings, said_items
from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import build_pipeline


def make_doc(text: str) -> Doc:
    nlp = build_pipeline()
    doc = nlp.make_doc(text)
    doc._.outline, doc._.proposals = read_outline(text), []
    return doc


@pytest.mark.parametrize(
    ("kind", "marked"),
    [
        ("PROJECT", "加快推进⟦渝荣⟧、⟦綦南⟧、⟦长邻⟧等高铁项目建设，沿线受益。"),
        ("PROJECT", "推动⟦青龙峡水库⟧、⟦白沙湾大桥⟧等工程开工。"),
        ("PLATFORM", "⟦“渝快停”⟧“⟦渝快充⟧”等智慧应用上线。".replace("“⟦渝快充⟧”", "⟦“渝快充”⟧")),
        ("EVENT", "办好⟦巴渝龙舟公开赛⟧、⟦梁平柚子节⟧等赛事活动。"),
        ("ORG", "支持⟦海岳机器人⟧、⟦沃岚智能⟧等龙头企业上市。"),
        ("ZONE", "提升⟦弹子石⟧、⟦龙门浩⟧等历史街区品质。"),
    ],
)
def test_the_head_says_what_the_items_are(kind: str, marked: str) -> None:
    text, ranges = read_markup(marked)
    found = {(p.start, p.end) for p in headed_items(make_doc(text), kind)}
    assert found == set(ranges)


@pytest.mark.parametrize(
    "text",
    [
        "推动创新、协调、绿色等领域改革。",
        "加强教育、医疗、养老等项目建设。",
        "统筹农业、工业和服务业等重点产业发展。",
    ],
)
def test_lists_without_names_give_nothing(text: str) -> None:
    doc = make_doc(text)
    kinds = ("PROJECT", "PLATFORM", "EVENT", "ORG", "ZONE")
    assert [p for kind in kinds for p in headed_items(doc, kind)] == []


def test_a_tail_that_all_items_share_is_in_none() -> None:
    text, ranges = read_markup("开工建设⟦青石⟧、⟦苍岭⟧、⟦云顶⟧煤矿。")
    (listing,) = listings(make_doc(text))
    assert listing.items == ranges
    assert (listing.head, listing.shared) == ("PROJECT", 2)


def test_a_list_may_end_in_a_predicate() -> None:
    text, ranges = read_markup("⟦白沙湾大桥⟧、⟦青龙峡水库⟧建成投用，")
    assert {(p.start, p.end) for p in said_items(make_doc(text), "PROJECT", "raise")} == set(ranges)


def test_counted_kinds_are_no_names() -> None:
    text = "新建社区书屋12个、林间小路35公里，"
    assert list(said_items(make_doc(text), "PROJECT", "raise")) == []


@pytest.mark.parametrize(("text", "end"), [("水电站等项目", 3), ("高等教育", None), ("一等奖", None)])
def test_and_so_on_closes_a_list_only_as_a_word(text: str, end: int | None) -> None:
    assert find_list_end(text, 0, len(text)) == end


@pytest.mark.parametrize(
    ("words", "specific"), [("重大项目", False), ("白沙湾大桥", True), ("5G网络", False), ("B2线", True)]
)
def test_common_words_make_no_name(words: str, specific: bool) -> None:
    assert is_specific(words) is specific


@pytest.mark.parametrize(("text", "counted"), [("建成12个", True), ("新增一批", True), ("开通12号线", False)])
def test_what_is_counted_is_a_kind(text: str, counted: bool) -> None:
    assert is_counted(text, len(text)) is counted


def test_quotes_in_a_row_and_brackets() -> None:
    sheet = read_layout("推出“甲码”“乙码”，建设渝万高铁（梁平段）、南部枢纽")
    pieces = [[sheet.text[a:b] for a, b in clause.pieces] for clause in sheet.clauses]
    assert pieces == [["推出“甲码”", "“乙码”"], ["建设渝万高铁（梁平段）", "南部枢纽"]]


def test_offsets_stay_inside_the_text() -> None:
    text = "推进A、B和C等项目，等等。、、和"
    for listing in listings(make_doc(text)):
        assert all(0 <= start < end <= len(text) for start, end in listing.items)
