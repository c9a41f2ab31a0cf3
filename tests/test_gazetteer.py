"""The dated gazetteer: who is where, under which code, from when to when."""

import csv
from collections import Counter

import pytest

from ontology.divisions import areas_csv, record_keys
from ontology.errors import WrongUse
from ontology.gazetteer import AreaRecord, ancestors, area_by_code, areas_named, full_name, load_areas, valid_in
from ontology.schema import VOCABULARY_FOLDER

CHONGQING = "500000"


def children(code: str, year: int) -> list[AreaRecord]:
    return [area for area in load_areas() if area.parent == code and valid_in(area, year)]


def test_the_whole_country_is_there() -> None:
    levels = Counter(area.level for area in load_areas() if area.valid_to is None)
    assert levels["nation"] == 1
    assert levels["province"] == 34
    assert levels["prefecture"] == 333
    assert 2840 <= levels["county"] <= 2850  # statistical yearbooks count 2846 in 2024; 2 became 1 in 2025


def test_chongqing_has_38_counties_and_districts_before_the_change_and_37_after() -> None:
    before, after = children(CHONGQING, 2024), children(CHONGQING, 2026)
    assert (len(before), len(after)) == (38, 37)
    assert {area.name for area in before} - {area.name for area in after} == {"江北区", "渝北区"}
    assert {area.name for area in after} - {area.name for area in before} == {"两江新区"}


def test_in_the_year_of_a_change_old_and_new_are_both_valid() -> None:
    assert {"江北区", "渝北区", "两江新区"} <= {area.name for area in children(CHONGQING, 2025)}


@pytest.mark.parametrize("code", ["500105", "500112"])
def test_what_the_new_district_replaced(code: str) -> None:
    area = area_by_code(code)
    assert (area.valid_to, area.replaced_by) == (2025, "500157")
    assert area_by_code(area.replaced_by).name == "两江新区"


def test_a_district_within_its_city() -> None:
    (area,) = areas_named("渝中区")
    assert area.code == "500103"
    assert area.iri == "https://w3id.org/policykg/id/area/500103"
    assert [above.name for above in ancestors(area)] == ["重庆市", "中国"]
    assert full_name(area) == "重庆市渝中区"


def test_three_levels_in_a_full_name() -> None:
    (area,) = areas_named("锦江区")
    assert full_name(area) == "四川省成都市锦江区"


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("重庆", "重庆市"),
        ("四川", "四川省"),
        ("内蒙古", "内蒙古自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("广西", "广西壮族自治区"),
        ("香港", "香港特别行政区"),
        ("云阳", "云阳县"),
        ("渝中", "渝中区"),
        ("彭水", "彭水苗族土家族自治县"),
        ("黔东南", "黔东南苗族侗族自治州"),
        ("克孜勒苏", "克孜勒苏柯尔克孜自治州"),
        ("大兴安岭", "大兴安岭地区"),
        ("锡林郭勒", "锡林郭勒盟"),
        ("浦东", "浦东新区"),
        ("神农架", "神农架林区"),
        ("两江新区", "两江新区"),
        ("忠县", "忠县"),
        ("中国", "中国"),
    ],
)
def test_short_names(short: str, name: str) -> None:
    found = areas_named(short)[0]
    assert (found.name, found.short) == (name, short)
    assert found in areas_named(name)


def test_no_short_name_has_a_single_character() -> None:
    assert [area for area in load_areas() if len(area.short) < 2] == []


def test_homonyms_are_all_found_those_in_force_first() -> None:
    assert {full_name(area) for area in areas_named("鼓楼区")} >= {
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
        "福建省福州市鼓楼区",
        "河南省开封市鼓楼区",
    }
    in_force = [area.valid_to is None for area in areas_named("江北区")]
    assert in_force == [True, False]  # Ningbo's, and Chongqing's until 2025
    assert [area.level for area in areas_named("吉林")][:2] == ["province", "prefecture"]


def test_an_unknown_name_names_nothing() -> None:
    assert areas_named("乌有县") == ()


def test_an_unknown_code_is_an_error_that_names_it() -> None:
    with pytest.raises(WrongUse, match="999999"):
        area_by_code("999999")


def test_a_code_that_two_areas_bore_in_turn() -> None:
    assert area_by_code("500111").name == "大足区"
    earlier = area_by_code("500111", 2005)
    assert (earlier.name, earlier.key) == ("双桥区", "500111-2011")
    assert earlier.iri != area_by_code("500111").iri


@pytest.mark.parametrize(
    ("old", "year", "new"),
    [("500234", 2016, "开州区"), ("500225", 2011, "大足区"), ("320523", 1989, "昆山市"), ("510224", 1994, "渝北区")],
)
def test_a_renamed_area_leads_to_its_next_name(old: str, year: int, new: str) -> None:
    area = area_by_code(old)
    assert area.valid_to == year
    assert area_by_code(area.replaced_by).name == new


def test_keys_are_unique_and_every_reference_is_known() -> None:
    keys = [area.key for area in load_areas()]
    assert len(set(keys)) == len(keys)
    known = {*keys, ""}
    assert {area.parent for area in load_areas()} <= known
    assert {area.replaced_by for area in load_areas()} <= known
    assert [area.name for area in load_areas() if not area.parent] == ["中国"]
    assert all(area.replaced_by != area.key for area in load_areas())


def test_years_are_in_order_and_every_record_names_its_source() -> None:
    for area in load_areas():
        assert (area.valid_from or 0) <= (area.valid_to or 9999), area
        assert area.source, area


def test_the_chains_of_ancestors_and_of_replacements_end() -> None:
    for area in load_areas():
        assert ancestors(area)[-1:] == () or ancestors(area)[-1].level == "nation"
        seen = [area]
        while seen[-1].replaced_by and len(seen) < 10:
            seen.append(area_by_code(seen[-1].replaced_by))
        assert len(seen) < 10, area


def test_the_table_is_small_enough_to_commit() -> None:
    assert (VOCABULARY_FOLDER / "areas.csv").stat().st_size < 1_000_000


def snapshot(year: int, code: str, name: str, short: str) -> dict[str, str]:
    return {
        "year": str(year),
        "rank": "3",
        "province_name": "甲省",
        "province_adcode": "990000",
        "city_adcode": "990100",
        "county_name": name,
        "county_adcode": code,
        "county_short": short,
    }


def build(snapshots: list[dict[str, str]], changes: list[dict[str, str]] | None = None) -> list[tuple[str, ...]]:
    text = areas_csv(["990102"], snapshots, changes or [])
    rows = list(csv.DictReader(text.splitlines()))
    return [(row["code"], row["name"], row["valid_from"], row["valid_to"], row["replaced_by"]) for row in rows]


def test_a_new_code_alone_makes_no_new_area() -> None:
    rows = build([snapshot(2000, "990101", "乙县", "乙县"), snapshot(2001, "990102", "乙县", "乙县")])
    assert rows == [("990102", "乙县", "", "", "")]


def test_a_county_that_becomes_a_district_is_replaced_by_it() -> None:
    rows = build(
        [snapshot(2000, "990121", "丙丁县", "丙丁"), snapshot(2001, "990102", "丙丁区", "丙丁")]
        + [snapshot(year, "990103", "戊己区", "戊己") for year in (2000, 2001)]
    )
    assert rows == [
        ("990102", "丙丁区", "2001", "", ""),
        ("990103", "戊己区", "", "", ""),
        ("990121", "丙丁县", "", "2001", "990102"),
    ]


def test_years_that_the_table_lacks_do_not_cut_an_area_in_two() -> None:
    stays = [snapshot(year, "990103", "戊己区", "戊己") for year in (2000, 2001, 2002)]
    rows = build([snapshot(2000, "990102", "丙丁区", "丙丁"), snapshot(2002, "990102", "丙丁区", "丙丁"), *stays])
    assert rows == [("990102", "丙丁区", "", "", ""), ("990103", "戊己区", "", "", "")]


def test_a_change_made_by_hand_wins() -> None:
    change = {"code": "990103", "name": "戊己区", "valid_to": "2002", "replaced_by": "990102", "source": "by hand"}
    rows = build([snapshot(2000, "990103", "戊己区", "戊己")], [change])
    assert rows == [("990103", "戊己区", "", "2002", "990102")]


def test_record_keys() -> None:
    assert record_keys([("1", "1990"), ("1", ""), ("2", "1983")]) == ["1-1990", "1", "2"]
