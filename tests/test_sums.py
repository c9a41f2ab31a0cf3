"""Sums that documents state about themselves: which are found, and whether they add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import read_scene
from extractors.relations.sums import Amount, Sum, find_sums, read_sums


def told(text: str) -> list[tuple[float, list[float], float]]:
    """Return total, parts and imbalance of the sums that count in *text*."""
    found = find_sums(text, 0, len(text))
    return [
        (stated.total.value, [part.value for part in stated.parts], stated.imbalance)
        for stated in found
        if stated.whole or not stated.imbalance
    ]


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("全年安排项目120个，包含续建50个、新开工40个、前期30个，总投资80亿元。", [(120, [50, 40, 30], 0)]),
        ("全年安排项目120个，包括续建50个、新开工40个、前期20个。", [(120, [50, 40, 20], -10)]),
        ("全年安排项目120个，包括续建50个、新开工40个等。", []),
        ("全年安排项目120个，其中省级重点15个、市级重点20个。", []),
        ("建成公路90公里，其中国道60公里、省道30公里。", [(90, [60, 30], 0)]),
        ("主要指标12项中，9项完成、3项未完成。", [(12, [9, 3], 0)]),
        ("主要指标12项中，收入等8项完成年度目标。进出口等3项无法完成。", [(12, [8, 3], -1)]),
        ("每家补助20万元，对省级、市级的分别补助10万元、5万元。", []),
        ("安排项目30个，今年新增3个、5个和8个。", []),
    ],
)
def test_only_a_whole_is_held_to_its_parts(text: str, sums: list[tuple[float, list[float], float]]) -> None:
    assert told(text) == sums


def test_shares_tell_which_total_a_view_divides() -> None:
    text = (
        "计划投资50.0亿元。重点项目投资20.0亿元。从领域看，工业20.0亿元、占比40%；农业10.0亿元、占比20%；服务业19.0亿元、占比38%。"
        "从进度看，一季度10.0亿元；二季度10.0亿元；三季度15.0亿元；四季度15.0亿元。"
    )
    assert told(text) == [(50.0, [20.0, 10.0, 19.0], -1.0), (50.0, [10.0, 10.0, 15.0, 15.0], 0.0)]


def test_a_sum_shows_its_words() -> None:
    text = "贵池区工作报告\n\n2026年全区安排项目12个，包含续建5个、新开工6个。\n"
    scene = read_scene("甲", text, "rules")
    claims = {claim.predicate: claim for claim in read_sums(scene).claims}
    assert claims["imbalance"].value == -1
    assert [piece.quote for piece in claims["imbalance"].evidence] == ["12个", "5个", "6个"]
    assert claims["total"].evidence[0].quote == "12个"


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(1, 3), st.integers(-3, 3))
def test_rounding_never_makes_an_imbalance_and_more_always_does(
    hundredths: list[int], decimals: int, surplus: int
) -> None:
    """Parts and total that are rounded one by one add up; a total that is off by more than rounding does not."""
    exact = [number / 10**4 for number in hundredths]
    parts = tuple(Amount(0, 1, round(value, decimals), decimals, "亿元") for value in exact)
    total = Amount(0, 1, round(sum(exact), decimals), decimals, "亿元")
    assert Sum(total, parts, whole=True).imbalance == 0
    off = surplus * (len(parts) + 2) * 10**-decimals
    moved = Amount(0, 1, round(total.value + off, decimals), decimals, "亿元")
    assert bool(Sum(moved, parts, whole=True).imbalance) == (surplus != 0)
