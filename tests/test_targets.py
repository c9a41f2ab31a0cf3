"""Targets by year, values that cannot both hold, and names of two things, on two small documents of our own writing."""

from collections.abc import Iterator

import pytest

from graph import open_graph
from graph.build import build
from graph.opened import KnowledgeGraph
from ontology.bounds import Change, can_both_hold, compare
from ontology.comparison import Quantity

CITY_2031 = """池州市2031年政府工作报告

各位代表：

一、2030年工作回顾

一年来，全市上下同心，地区生产总值增长6.1%。

二、2031年工作安排

全市今年的主要预期目标是：规上工业增加值增长9%，地区生产总值增长6%左右，社会消费品零售总额增长7%以上，\
居民消费价格涨幅2%左右，城乡居民人均可支配收入分别增长5%和7%左右，茶叶产量3万吨，居民收入增长与经济增长同步。

三、“十七五”时期主要目标

展望未来，城镇新增就业30万人，城镇化率达到70%。
"""
CITY_2032 = """池州市2032年政府工作报告

各位代表：

一、2031年工作回顾

一年来，全市上下同心，地区生产总值增长6.2%。

二、2032年工作安排

今年经济社会发展的主要预期目标是：GDP增速5.5%左右，规模以上工业增加值增长9%左右，社零总额增长7.5%以上，\
居民消费价格指数上涨2%左右，城乡居民人均可支配收入分别增长5%和6.5%左右，茶叶产量保持稳定，港口吞吐量800万吨，\
居民收入和经济增长保持同步。
"""
DISTRICT_2032 = """贵池区2032年国民经济和社会发展计划草案的报告

各位代表：

一、2031年计划执行情况

2031年，地区生产总值增长5.8%（全市6.2%）。

二、2032年计划安排

2032年，地区生产总值增长6%左右（全市目标6.5%左右），工业投资增长8%，城镇新增就业1.2万人，茶叶产量1万吨。\
滚动实施“产业、人才、资金、土地”四张清单。对照市里的“四张清单”，逐项抓好落实。
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """Yield the graph of two reports of a city and a plan of its district."""
    folder = tmp_path_factory.mktemp("targets")
    texts = {"city-2031": CITY_2031, "city-2032": CITY_2032, "district-2032": DISTRICT_2032}
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    build(paths, folder / "kg", jobs=1, model="rules")
    with open_graph(folder / "kg") as graph:
        yield graph


def changes(graph: KnowledgeGraph, **settings: str) -> dict[str, tuple[str | None, str | None, str]]:
    """Return before, after and change by indicator; both engines must say the same."""
    answer = graph.ask("target-changes", **settings)
    assert answer == graph.ask("target-changes", engine="cypher", **settings)
    return {str(row["indicator"]): (row["before"], row["after"], row["change"]) for row in answer.rows}  # type: ignore[misc]


def test_each_target_is_set_against_that_of_the_year_before(city: KnowledgeGraph) -> None:
    found = changes(city, area="池州市", **{"from": "2031", "to": "2032"})
    assert {name: change for name, (_, _, change) in found.items()} == {
        "地区生产总值增速": "lowered",
        "规模以上工业增加值增速": "same",
        "社会消费品零售总额增速": "raised",
        "居民消费价格涨幅": "same",
        "城镇居民人均可支配收入增速": "same",
        "农村居民人均可支配收入增速": "lowered",
        "全体居民人均可支配收入增速": "same",
        "茶叶产量": "not comparable",
        "港口吞吐量": "new",
    }
    assert found["港口吞吐量"][:2] == (None, "800万吨")


def test_a_five_year_target_is_none_of_the_year(city: KnowledgeGraph) -> None:
    assert "城镇新增就业" not in changes(city, area="池州市")
    assert "城镇化率" not in changes(city, area="池州市")


def test_a_row_of_one_year_rests_on_one_place_the_others_on_two(city: KnowledgeGraph) -> None:
    for row in city.ask("target-changes").rows:
        assert row["document"]
        assert (row["document_2"] is None) == (row["change"] in ("new", "dropped"))


def test_years_the_wrong_way_round_and_unknown_ones_have_no_rows(city: KnowledgeGraph) -> None:
    for earlier, later in (("2032", "2031"), ("2030", "2032")):
        answer = city.ask("target-changes", **{"from": earlier, "to": later})
        assert answer.rows == ()
        assert "no targets" in answer.note


def test_the_citys_value_in_the_districts_plan_is_the_citys(city: KnowledgeGraph) -> None:
    series = city.ask("indicator-series", area="池州市", indicator="地区生产总值增速")
    assert series == city.ask("indicator-series", engine="cypher", area="池州市", indicator="地区生产总值增速")
    told = {(row["year"], row["role"], row["value"]) for row in series.rows if row["document"] == "district-2032"}
    assert told == {(2031, "actual", 6.2), (2032, "target", 6.5)}


def test_what_cannot_both_hold_is_listed_with_both_places(city: KnowledgeGraph) -> None:
    answer = city.ask("conflicts")
    assert answer == city.ask("conflicts", engine="cypher")
    rows = [tuple(row[column] for column in ("subject", "property", "value", "value_2")) for row in answer.rows]
    assert ("池州市 2032 地区生产总值增速", "target", "5.5%左右", "6.5%左右") in rows
    names = [row for row in rows if row[1] == "name"]
    assert [row[0] for row in names] == ["四张清单"]
    assert names[0][2] != names[0][3]
    assert not [row for row in rows if "2031" in str(row[0])]  # the district quotes the city's 6.2 as the city says it


def value(words: str, number: float | None, comparator: str = "equal", unit: str = "%", **more: float) -> Quantity:
    return Quantity(number, comparator if number is not None else "textual", words, unit, **more)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (value("5%左右", 5, "about"), value("5%以上", 5, "at-least"), Change.SAME),
        (value("5%以内", 5, "at-most"), value("5%以上", 5, "at-least"), Change.NOT_COMPARABLE),
        (value("5%左右", 5, "about"), value("4.5%-5%", 4.5, "between", upper=5.0), Change.LOWERED),
        (value("4.5%-5%", 4.5, "between", upper=5.0), value("4.8%", 4.8), Change.NOT_COMPARABLE),
        (value("5.5%以内", 5.5, "at-most"), value("5.7%左右", 5.7, "about"), Change.RAISED),
        (value("9000万吨", 9000, unit="万吨"), value("1亿吨", 1, unit="亿吨"), Change.RAISED),
        (value("252亿斤", 252, unit="亿斤"), value("1300万吨", 1300, unit="万吨"), Change.NOT_COMPARABLE),
        (value("增长5%", 5), value("实现正增长", None), Change.NOT_COMPARABLE),
        (value("增长与经济增长同步", None, unit=""), value("和经济增长保持同步", None, unit=""), Change.SAME),
        (value("第5", 5, "ranked", unit=""), value("5", 5, unit=""), Change.NOT_COMPARABLE),
    ],
)  # fmt: skip
def test_targets_compare_by_their_number(before: Quantity, after: Quantity, change: Change) -> None:
    assert compare(before, after) is change


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (value("4.5%", 4.5), value("4.52%", 4.52), True),
        (value("4.5%", 4.5), value("4.6%", 4.6), False),
        (value("6%左右", 6, "about"), value("5.5%", 5.5), False),
        (value("约1200亿元", 1200, "about", "亿元"), value("1215亿元", 1215, unit="亿元"), True),
        (value("1200亿元", 1200, unit="亿元"), value("1215亿元", 1215, unit="亿元"), False),
        (value("超3000亿元", 3000, "above", "亿元"), value("3012亿元", 3012, unit="亿元"), True),
        (value("5%以内", 5, "at-most"), value("5.3%", 5.3), False),
        (value("4.5%-5%", 4.5, "between", upper=5.0), value("4.8%", 4.8), True),
        (value("1.2万家", 1.2, unit="万家"), value("12345家", 12345, unit="家"), True),
        (value("3吨", 3, unit="吨"), value("4家", 4, unit="家"), True),
        (value("第3", 3, "ranked", unit=""), value("第4", 4, "ranked", unit=""), False),
    ],
)  # fmt: skip
def test_values_hold_together_as_far_as_rounding_goes(one: Quantity, other: Quantity, both: bool) -> None:
    assert can_both_hold(one, other) is both
    assert can_both_hold(other, one) is both
