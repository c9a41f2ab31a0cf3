"""Chinese numerals, as ordinals, years and counts."""

import pytest

from extractors.numerals import read_count, to_number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三十五", 35),
        ("12", 12),
        ("二〇二四", 2024),
        ("一九五七", 1957),
    ],
)
def test_ordinals_and_years(numeral: str, value: int) -> None:
    assert to_number(numeral) == value


@pytest.mark.parametrize("words", ["", "第三", "N"])
def test_what_is_no_numeral_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        to_number(words)
    assert read_count(words) is None


@pytest.mark.parametrize(("words", "value"), [("两", 2), ("双", 2), ("半", 0.5), ("两千", 2000), ("三百二十", 320)])
def test_counts(words: str, value: float) -> None:
    assert read_count(words) == value
