"""Names of measured quantities, in sentences of our own; and the one id of an indicator."""

import pytest

from extractors.indicators import read_measures
from extractors.linking.indicators import link_indicator
from extractors.patterns import load_lexicon, read_markup
from extractors.values import parse_value

MARKED = [
    "⟦茶叶加工业增加值⟧增长9.4%。",
    "力争全市⟦社会消费品零售总额⟧增长6%以上，⟦城镇调查失业率⟧控制在5.2%左右。",
    "⟦柑橘产量⟧、⟦生猪出栏量⟧分别增长4.1%、2.6%。",
    "⟦冷柜⟧、⟦空调⟧产量分别增长12%、7%。",
    "2031年⟦固定资产投资⟧完成415亿元、增长5.5%。",
    "确保⟦森林覆盖率⟧不低于52%。",
    "⟦规上物流企业⟧达206家。",
    "⟦竹木加工业增加值占全县比重⟧提高到18%。",
    "⟦港口货物吞吐量⟧居全省第3位。",
    "⟦冷链仓储面积⟧占全省1/5。",
    "⟦企业开办时间⟧由3天压缩至1天。",
    "⟦水库水质⟧稳定保持Ⅱ类标准。",
    "支持⟦工业产值⟧过百亿的园区扩容。",
]
UNMARKED = [
    "新引进研发机构12家，盘活闲置厂房4.2万平方米。",
    "外贸保持增长，消费稳步回升。",
    "每家企业最高补助50万元。",
    "发放创业担保贷款超6亿元。",
    "实施龙头企业倍增计划。",
    "突破300项关键技术。",
    "建成山城步道18公里。",
]


@pytest.mark.parametrize("marked", MARKED)
def test_names_are_found(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert [text[m.start : m.end] for m in read_measures(text)] == [text[a:b] for a, b in ranges]


@pytest.mark.parametrize("text", UNMARKED)
def test_what_is_no_indicator(text: str) -> None:
    assert [text[m.start : m.end] for m in read_measures(text)] == []


def test_values_are_shared_out_in_order() -> None:
    text = "工业用电量、铁路货运量、邮政业务总量分别增长6.6%、4.3%、8.6%。"
    told = [(text[m.start : m.end], [v.value.number for v in m.values]) for m in read_measures(text)]
    assert told == [("工业用电量", [6.6]), ("铁路货运量", [4.3]), ("邮政业务总量", [8.6])]
    assert all(v.value.change for m in read_measures(text) for v in m.values)


def test_values_of_the_next_clause_without_a_name_belong_to_the_last_one() -> None:
    (measure,) = read_measures("旅游总收入达到86亿元，同比增长11%，居全省第5位。")
    assert [value.value.text for value in measure.values] == ["达到86亿元", "同比增长11%", "居全省第5位"]


def test_a_place_in_front_is_outside() -> None:
    text = "山阳新区工业投资增长8%。"
    (measure,) = read_measures(text, [(0, 4)])
    assert text[measure.start : measure.end] == "工业投资"


@pytest.mark.parametrize(
    ("name", "words", "canonical"),
    [
        ("地区生产总值（GDP）增速", "", "地区生产总值增速"),
        ("GDP", "增长6%", "地区生产总值增速"),
        ("GDP", "", "地区生产总值"),
        ("社零总额", "", "社会消费品零售总额"),
        ("社零总额增速", "", "社会消费品零售总额增速"),
        ("规上工业增加值", "增长7%左右", "规模以上工业增加值增速"),
        ("规模以上工业增加值", "年均增长7%", "规模以上工业增加值年均增速"),
        ("区级一般公共预算收入增速", "", "区级一般公共预算收入增速"),
        ("一般公共预算收入", "下降2%", "一般公共预算收入增速"),
        ("单位GDP能耗", "下降3%", "单位地区生产总值能耗下降"),
        ("单位GDP能耗下降", "", "单位地区生产总值能耗下降"),
        ("科技型企业", "达到88家", "科技型企业数量"),
        ("群众安全感指数", "全省第2", "群众安全感指数全省位次"),
        ("保费收入", "占全市1/3", "保费收入占全市比重"),
        ("保费收入", "较2020年增长30%", "保费收入较2020年增速"),
        ("劳动年龄人口平均受教育年限", "", "劳动年龄人口平均受教育年限"),
        ("常住人口平均受教育年限", "", "常住人口平均受教育年限"),
    ],
)
def test_one_name_for_one_indicator(name: str, words: str, canonical: str) -> None:
    indicator = link_indicator(name, parse_value(words) if words else None)
    assert (indicator.kind, indicator.name) == ("Indicator", canonical)


def test_level_and_growth_have_two_ids() -> None:
    assert link_indicator("地区生产总值").iri != link_indicator("地区生产总值增速").iri


def test_every_word_says_where_it_comes_from_and_no_spelling_means_two_things() -> None:
    for stem in ("indicators_heads", "indicators_boundaries", "indicators_names", "indicators_forms"):
        assert all(row["source"] for row in load_lexicon(stem)), stem
    spellings = [
        spelling
        for row in load_lexicon("indicators_names")
        for spelling in {row["canonical"], *filter(None, row["aliases"].split("|"))}
    ]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    "wordings",
    [
        ("地区生产总值增长5%", "GDP增速5%", "地区生产总值增速5%", "经济增长5%"),
        ("居民消费价格涨幅2%", "居民消费价格指数2%", "居民消费价格上涨2%", "CPI上涨2%"),
        ("规上工业增加值增长8%", "规模以上工业增加值增长8%", "规模工业增加值增速8%"),
        ("单位GDP能耗下降3%", "单位地区生产总值能耗降低3%", "单位生产总值能耗下降3%"),
        ("高新技术企业达到300家", "高新技术企业总量达到300家", "高新技术企业数量达到300家"),
        ("绿色产业营收增长8%", "绿色产业营业收入增长8%"),
    ],
)
def test_wordings_of_one_indicator_are_one(wordings: tuple[str, ...]) -> None:
    assert len({_indicator(words) for words in wordings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("劳动年龄人口平均受教育年限达到11年", "常住人口平均受教育年限达到11年"),
        ("地区生产总值达到300亿元", "地区生产总值增长5%"),
        ("粮食产量达到30万吨", "粮食综合生产能力达到30万吨"),
        ("优良天数达到300天", "优良天数达到88%"),
        ("城镇居民人均可支配收入增长6.3%", "农村居民人均可支配收入增长6.3%"),
    ],
)
def test_different_indicators_stay_apart(one: str, other: str) -> None:
    assert _indicator(one) != _indicator(other)


def _indicator(words: str) -> str:
    (measure,) = read_measures(words)
    return link_indicator(words[measure.start : measure.end], measure.values[0].value).iri
