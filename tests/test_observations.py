"""Observations of tables and of running text, each with the words it rests on."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest

from extractors.indicators import read_measures
from extractors.outline import read_outline
from extractors.relations.observations import read_observations
from extractors.scene import LinkedMention, Scene
from ontology.comparison import Quantity, judge, lower_is_better
from ontology.gazetteer import area_by_code
from ontology.records import Block, BlockKind, Claim, CleanText, DocumentFact, Literal, Mode, Outline
from tests.corpus import corpus_text, needs_corpus

DISTRICT = area_by_code("500103")
HEADER = ("指标名称", "2032年计划", "计量单位", "指标属性", "2031年预计完成情况")


def scene_of_table(rows: Sequence[Sequence[str]]) -> Scene:
    text, blocks = "", []
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            if words:
                blocks.append(Block(BlockKind.CELL, len(text), len(text) + len(words), row=row, column=column))
            text += words + "\n"
    return Scene("table", Outline(CleanText(text, text, tuple(range(len(text)))), tuple(blocks)), DISTRICT, ())


def scene_of_text(text: str, mode: Mode | None = Mode.PLAN, year: int | None = 2032) -> Scene:
    mentions = tuple(
        LinkedMention(m.start, m.end, "INDICATOR", text[m.start : m.end], m.rule, None) for m in read_measures(text)
    )
    block = Block(BlockKind.PARAGRAPH, 0, len(text), mode=mode, year=year)
    return Scene("text", Outline(CleanText(text, text, tuple(range(len(text)))), (block,)), DISTRICT, mentions)


def observations(scene: Scene) -> list[dict[str, Literal | None]]:
    """Return the observations as rows: predicate → value, or name of the indicator."""
    found = read_observations(scene)
    names = {entity.iri: entity.name for entity in found.entities if entity.kind == "Indicator"}
    rows: dict[str, dict[str, Literal | None]] = defaultdict(dict)
    for claim in found.claims:
        rows[claim.subject][claim.predicate] = (
            claim.value if claim.object is None else names.get(claim.object, claim.object)
        )
    return list(rows.values())


def test_columns_are_known_by_their_words() -> None:
    rows = observations(
        scene_of_table(
            [
                HEADER,
                ("茶叶产量增速", "5左右", "%", "预期性", "4.2"),
                ("河流水质", "保持Ⅲ类", "-", "约束性", "预计完成"),
            ]
        )
    )
    assert [
        (r["indicator"], r["valueRole"], r["period"], r.get("value"), r.get("unit"), r["comparator"]) for r in rows
    ] == [
        ("茶叶产量增速", "target", 2032, 5, "%", "about"),
        ("茶叶产量增速", "estimate", 2031, 4.2, "%", "equal"),
        ("河流水质", "target", 2032, None, None, "textual"),
        ("河流水质", "estimate", 2031, None, None, "fulfilled"),
    ]
    assert [row.get("bindingness") for row in rows] == ["expected", None, "binding", None]
    assert all(row["area"] == DISTRICT.iri for row in rows)


def test_other_tables_give_nothing() -> None:
    assert not observations(scene_of_table([("序号", "项目名称", "建设内容"), ("1", "滨江步道", "3公里")]))


def test_a_table_ends_where_the_next_begins() -> None:
    second = ("主要指标", "2033年目标")
    rows = observations(scene_of_table([HEADER, ("绿化率", "40", "%", "约束性", "39")]))
    scene = scene_of_table([second, ("绿化率", "41")])
    assert len(rows) == 2
    assert [(row["period"], row["value"]) for row in observations(scene)] == [(2033, 41)]


def test_every_claim_rests_on_its_words() -> None:
    scene = scene_of_table([HEADER, ("绿化率", "＞40", "%", "约束性", "39")])
    quotes: dict[str, set[str]] = defaultdict(set)
    for claim in read_observations(scene).claims:
        assert [scene.text[e.start : e.end] for e in claim.evidence] == [e.quote for e in claim.evidence]
        quotes[claim.predicate].add(claim.evidence[0].quote)
    assert quotes["indicator"] == {"绿化率"}
    assert quotes["unit"] == {"%"}
    assert quotes["valueText"] == {"＞40", "39"}
    assert quotes["bindingness"] == {"约束性"}


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("工业投资增长9%左右。", Mode.PLAN, ("工业投资增速", "target", 2032, 9, "about")),
        ("工业投资下降2.5%。", Mode.REVIEW, ("工业投资增速", "actual", 2032, -2.5, "equal")),
        ("工业投资预计增长7%。", Mode.REVIEW, ("工业投资增速", "estimate", 2032, 7, "equal")),
        ("到2035年，森林覆盖率达到60%以上。", Mode.PLAN, ("森林覆盖率", "target", 2035, 60, "at-least")),
        ("保费收入较2030年增长31%。", Mode.REVIEW, ("保费收入较2030年增速", "actual", 2032, 31, "equal")),
        ("“十六五”期间旅游总收入累计超90亿元。", Mode.REVIEW, ("旅游总收入", "actual", None, 90, "above")),
    ],
)
def test_running_text(text: str, mode: Mode, expected: tuple[Literal | None, ...]) -> None:
    (row,) = observations(scene_of_text(text, mode))
    columns = ("indicator", "valueRole", "period", "value", "comparator")
    assert tuple(row.get(column) for column in columns) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年，工业投资预计增长7%。", ("estimate", 2031, "review")),
        ("2031年工业投资增长7%。", ("actual", 2031, "review")),
        ("明年，工业投资增长9%左右。", ("target", 2032, "plan")),
        ("工业投资比去年增长9%。", ("target", 2032, "plan")),
    ],
)
def test_a_plan_written_the_year_before_looks_back_on_that_year(text: str, expected: tuple[str, int, str]) -> None:
    scene = scene_of_text(text)
    facts = {"issued": DocumentFact("2031-12-20"), "plan_year": DocumentFact("2032")}
    found = read_observations(replace(scene, outline=replace(scene.outline, facts=facts)))
    values = {claim.predicate: claim.value for claim in found.claims}
    assert (values["valueRole"], values["period"], found.claims[0].mode) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“十七五”时期，绿化率达到45%。森林蓄积量达到2亿立方米。", [None, None]),
        ("“十七五”时期成就显著，绿化率达到45%。今年，森林蓄积量达到2亿立方米。", [None, 2032]),
        ("到2035年，经济迈上新台阶。绿化率达到45%。", [2035]),
        ("今后五年，绿化率达到45%。2032年，森林蓄积量达到2亿立方米。", [None, 2032]),
        ("城镇新增就业年均12万人。", [None]),
        ("与2020年相比，茶叶产量增长40%。", [None]),
        ("与2031年相比，茶叶产量增长4%。", [2032]),
        ("森林覆盖率2035年达到60%。", [2035]),
    ],
)
def test_words_of_time_hold_to_the_next_ones(text: str, expected: list[int | None]) -> None:
    assert [row.get("period") for row in observations(scene_of_text(text))] == expected


def test_a_heading_of_many_years_holds_for_its_paragraphs() -> None:
    heading, first, second = "二、“十七五”时期主要目标\n", "绿化率达到45%。\n", "今年，茶叶产量增长4%。"
    text = heading + first + second
    ends = [len(heading) - 1, len(heading + first) - 1, len(text)]
    blocks = (
        Block(BlockKind.HEADING, 0, ends[0], 1, "二、", 2, None, mode=Mode.PLAN, year=2032),
        Block(BlockKind.PARAGRAPH, ends[0] + 1, ends[1], parent=0, mode=Mode.PLAN, year=2032),
        Block(BlockKind.PARAGRAPH, ends[1] + 1, ends[2], parent=0, mode=Mode.PLAN, year=2032),
    )
    scene = scene_of_text(text)
    scene = replace(scene, outline=replace(scene.outline, blocks=blocks))
    assert [row.get("period") for row in observations(scene)] == [None, 2032]


def test_values_told_in_turn_reach_each_indicator_before_them() -> None:
    text = "渡口客运量120万人次，渡口总收入3亿元，分别增长4%和6%。"
    rows = observations(scene_of_text(text, Mode.REVIEW))
    assert {(row["indicator"], row["value"]) for row in rows if row["unit"] == "%"} == {
        ("渡口客运量增速", 4), ("渡口总收入增速", 6),
    }  # fmt: skip
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("主要预期目标是：渔民收入增长与经济增长同步。", [("渔民收入增速", "增长与经济增长同步")]),
        ("预期目标：茶叶产量保持稳定，水耗完成省下达任务。", [("茶叶产量", "保持稳定"), ("水耗", "完成省下达任务")]),
        ("主要预期目标是：进出口稳中提质。", [("进出口总额增速", "稳中提质")]),
        ("茶叶产量保持稳定。", []),
    ],
)  # fmt: skip
def test_targets_in_words_alone_are_kept(text: str, expected: list[tuple[str, str]]) -> None:
    rows = observations(scene_of_text(text))
    assert [(row["indicator"], row["valueText"]) for row in rows] == expected
    assert all("value" not in row for row in rows)


def test_a_name_that_sums_up_two_things_gives_both() -> None:
    rows = observations(scene_of_text("城乡居民人均可支配收入分别增长5.2%和7.4%左右。"))
    assert [(row["indicator"], row["value"], row["comparator"]) for row in rows] == [
        ("城镇居民人均可支配收入增速", 5.2, "equal"),
        ("农村居民人均可支配收入增速", 7.4, "about"),
    ]


def test_values_beside_and_announced_for_the_area_above_are_its_own() -> None:
    city = area_by_code("500000")
    rows = observations(scene_of_text("工业投资增长9%左右（全市目标8%左右，区里自加压力）。进口额增长4%。"))
    assert [(row["value"], row["area"], row["valueRole"]) for row in rows] == [
        (9, DISTRICT.iri, "target"), (8, city.iri, "target"), (4, DISTRICT.iri, "target"),
    ]  # fmt: skip
    announced = "全市经济社会发展的主要预期目标是：工业投资增长9%，进口额增长4%。出口额增长3%。"
    assert [row["area"] for row in observations(scene_of_text(announced))] == [city.iri, city.iri, DISTRICT.iri]


def test_a_name_that_is_only_a_head_is_not_sure() -> None:
    sure = {
        claim.evidence[0].quote: claim.confidence
        for claim in read_observations(scene_of_text("产值达到3亿元。茶叶产值达到2亿元。")).claims
        if claim.predicate == "indicator"
    }
    assert sure["产值"] < 0.8 <= sure["茶叶产值"]


def test_values_shared_out_keep_their_own_indicator() -> None:
    rows = observations(scene_of_text("工业用电量、铁路货运量分别增长6.6%、4.3%。", Mode.REVIEW))
    assert [(row["indicator"], row["value"]) for row in rows] == [("工业用电量增速", 6.6), ("铁路货运量增速", 4.3)]


def test_a_shared_tail_measures_every_item() -> None:
    rows = observations(scene_of_text("冷柜、空调产量分别突破12万台和7万台。", Mode.REVIEW))
    assert [(row["indicator"], row["value"], row["unit"], row["comparator"]) for row in rows] == [
        ("冷柜产量", 12, "万台", "above"),
        ("空调产量", 7, "万台", "above"),
    ]


def test_two_values_of_one_name_stay_words() -> None:
    (row,) = observations(scene_of_text("农场和渔场职工收入分别增长3.1%和4.7%。", Mode.REVIEW))
    assert "value" not in row
    assert row["valueText"] == "分别增长3.1%和4.7%"


def test_the_citys_value_in_a_districts_report_is_the_citys() -> None:
    city = area_by_code("500000")
    rows = observations(scene_of_text("全市工业投资增长9%。进口额增长4%。税收占全市1/6。全国出口额增长3%。"))
    assert [row["area"] for row in rows] == [city.iri, DISTRICT.iri, DISTRICT.iri, area_by_code("100000").iri]


def test_the_same_words_give_the_same_ids() -> None:
    first, second = (read_observations(scene_of_text("工业投资增长9%。")).claims for _ in range(2))
    assert first == second


def table_claims() -> dict[str, dict[str, Claim]]:
    outline = read_outline(corpus_text("001_"))
    claims: dict[str, dict[str, Claim]] = defaultdict(dict)
    found = read_observations(Scene("001", outline, DISTRICT, ()))
    names = {entity.iri: entity.name for entity in found.entities}
    for claim in found.claims:
        claims[claim.subject][claim.predicate] = claim
    assert set(claims) <= set(names)
    return claims


@needs_corpus
def test_the_annexes_give_one_hundred_observations() -> None:
    raw = corpus_text("001_")
    claims = table_claims()
    assert Counter((c["valueRole"].value, c["period"].value) for c in claims.values()) == {
        ("target", 2025): 25, ("estimate", 2025): 50, ("target", 2026): 25,
    }  # fmt: skip
    words = Counter(c["valueText"].value for c in claims.values())
    for kept in (
        "6左右",
        "＞30",
        "5.3以内",
        "＜0.01",
        "高于全市平均水平",
        "保持全市前列",
        "市计划",
        "13（高于全市平均水平）",
    ):
        assert words[kept], kept
    assert words["预计完成"] == 3
    for claim in (claim for observation in claims.values() for claim in observation.values()):
        assert all(raw[e.start : e.end] == e.quote for e in claim.evidence)


@needs_corpus
def test_five_targets_of_2025_are_missed() -> None:
    found: dict[str, dict[Literal | None, Quantity]] = defaultdict(dict)
    for claims in table_claims().values():
        number, unit = claims.get("value"), claims.get("unit")
        quantity = Quantity(
            float(number.value) if number and number.value is not None else None,
            str(claims["comparator"].value), str(claims["valueText"].value), str(unit.value) if unit else "",
        )  # fmt: skip
        if claims["period"].value == 2025:
            found[str(claims["indicator"].object)].setdefault(claims["valueRole"].value, quantity)
    verdicts = {
        iri.rpartition("/")[2]: judge(values["target"], values["estimate"], lower_is_better(iri))
        for iri, values in found.items()
        if "target" in values
    }
    assert Counter(verdicts.values()) == {True: 20, False: 5}
    assert {name for name, met in verdicts.items() if met is False} == {
        "地区生产总值增速", "区级一般公共预算收入增速", "民营经济增加值", "城镇居民人均可支配收入增速", "实际使用外资",
    }  # fmt: skip
