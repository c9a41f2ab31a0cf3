"""Value expressions: what the words say, and the words themselves."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.patterns import load_patterns
from extractors.values import find_expressions, parse_value, read_number
from ontology.comparison import Quantity, judge, lower_is_better


@pytest.mark.parametrize(
    ("words", "number", "unit", "comparator"),
    [
        ("7左右", 7, "", "about"),
        ("＞25", 25, "", "above"),
        ("4.8以内", 4.8, "", "at-most"),
        ("＜0.03", 0.03, "", "below"),
        ("≥3.4", 3.4, "", "at-least"),
        ("≤29", 29, "", "at-most"),
        ("60以上", 60, "", "at-least"),
        ("0.85", 0.85, "", "equal"),
        ("44（保持全省前列）", 44, "", "equal"),
        ("高于全省平均水平", None, "", "textual"),
        ("保持全省前列", None, "", "ranked"),
        ("省下达计划", None, "", "textual"),
        ("预计完成", None, "", "fulfilled"),
        ("保持Ⅲ类", None, "", "textual"),
        ("增长6.5%左右", 6.5, "%", "about"),
        ("突破1.2万家", 1.2, "万家", "above"),
        ("超千亿元", 1, "千亿元", "above"),
        ("控制在5.5%左右", 5.5, "%", "about"),
        ("控制在3%以内", 3, "%", "at-most"),
        ("不低于91%", 91, "%", "at-least"),
        ("居全国第4位", 4, "位", "ranked"),
        ("全省第二", 2, "", "ranked"),
        ("占全省1/4", 25, "%", "equal"),
        ("近三成", 3, "成", "about"),
        ("保持在2-3级", 2, "级", "between"),
        ("1,250万元", 1250, "万元", "equal"),
        ("人均寿命", None, "", "textual"),
        ("", None, "", "textual"),
    ],
)
def test_parts_of_a_value(words: str, number: float | None, unit: str, comparator: str) -> None:
    value = parse_value(words)
    assert (value.number, value.unit, value.comparator, value.text) == (number, unit, comparator, words)


def test_a_change_is_no_level() -> None:
    assert parse_value("提高2个百分点").change
    assert not parse_value("提高到83%").change
    assert parse_value("提高到83%").direction == "up"
    assert parse_value("同比下降6.2%").direction == "down"


def test_the_end_of_a_rise_is_its_value() -> None:
    value = parse_value("从71.5%提高到83%")
    assert (value.number, value.unit, value.change) == (83, "%", False)


def test_both_ends_of_a_span_are_kept() -> None:
    assert (parse_value("保持在2-3级").number, parse_value("保持在2-3级").upper) == (2, 3)


@pytest.mark.parametrize(
    ("words", "number"), [("三十五", 35), ("十二", 12), ("1/8", 12.5), ("四分之一", 25), ("某", None)]
)
def test_numbers_in_figures_and_words(words: str, number: float | None) -> None:
    assert read_number(words) == number


def test_codes_and_years_are_no_values() -> None:
    for text in ("B24地块", "2031年", "一期工程开工", "5A级景区"):
        assert not find_expressions(text), text


@given(
    st.text(
        alphabet="增长达到约超近不低于%万亿元家个百分点左右以上0123456789.-/一二三第位占全市（）翻番从至 ", max_size=30
    )
)
def test_any_words_keep_themselves(words: str) -> None:
    assert parse_value(words).text == words.strip()
    ends = [(e.start, e.end) for e in find_expressions(words)]
    assert all(start < end for start, end in ends)
    assert all(before[1] <= after[0] for before, after in pairwise(ends))


@pytest.mark.parametrize("pattern", load_patterns("values"), ids=lambda pattern: pattern.rule)
def test_no_value_without_words(pattern: object) -> None:
    assert not find_expressions("持续改善民生，优化营商环境。"), pattern


def quantity(words: str, unit: str = "") -> Quantity:
    value = parse_value(words)
    return Quantity(value.number, value.comparator, value.text, unit or value.unit, value.upper)


@pytest.mark.parametrize(
    ("target", "outcome", "met"),
    [
        ("8左右", "7.3", True),
        ("8左右", "7.1", False),
        ("8左右", "9.4", True),
        ("50", "49.9", False),
        ("50", "50", True),
        ("＞25", "25", False),
        ("＞25", "25.1", True),
        ("≥25", "25", True),
        ("4.8以内", "4.8", True),
        ("4.8以内", "4.9", False),
        ("4.8以内", "4.8以内", True),
        ("＜0.03", "0.03", False),
        ("＜0.03", "＜0.03", True),
        ("保持Ⅲ类", "保持Ⅲ类", True),
        ("高于全省平均水平", "12（高于全省平均水平）", True),
        ("高于全省平均水平", "12", None),
        ("省下达计划", "预计完成", True),
        ("3", "预计完成", True),
        ("3", "略有下降", None),
        ("全省第3", "全省第2", True),
        ("全省第3", "5", None),
        ("6-7", "6.4", True),
        ("6-7", "5.9", False),
        ("≥10", "12以内", None),
    ],
)
def test_whether_a_target_is_met(target: str, outcome: str, met: bool | None) -> None:
    assert judge(quantity(target), quantity(outcome)) is met


def test_less_can_be_better() -> None:
    assert judge(quantity("5.5左右"), quantity("4.2"), lower_better=True)
    assert judge(quantity("34"), quantity("36"), lower_better=True) is False
    assert lower_is_better("城镇调查失业率")
    assert not lower_is_better("单位地区生产总值能耗下降")
    assert not lower_is_better("固定资产投资增速")


def test_different_units_do_not_compare() -> None:
    assert judge(quantity("30", "亿元"), quantity("31", "万美元")) is None
    assert judge(quantity("30", "亿元"), quantity("31")) is True


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6))
def test_a_floor_and_its_ceiling_never_both_fail(goal: float, got: float) -> None:
    outcome = Quantity(got, "equal", str(got))
    floor, ceiling = Quantity(goal, "at-least", ""), Quantity(goal, "at-most", "")
    assert judge(floor, outcome) or judge(ceiling, outcome)
