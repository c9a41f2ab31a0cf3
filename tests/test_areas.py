"""AREA: sentences of our own; what is marked must be found, and nothing else."""

import pytest

from extractors.areas import name_before, propose_areas
from tests.inline_markup import mark, plain


@pytest.mark.parametrize(
    "marked",
    [
        "⟦AREA|四川⟧与⟦AREA|重庆市⟧共商合作。",
        "支持⟦AREA|郑州⟧、⟦AREA|洛阳⟧、⟦AREA|开封⟧办展。",
        "考察组走访⟦AREA|成都市锦江区⟧和⟦AREA|新疆哈密市⟧。",
        "⟦AREA|香港特别行政区⟧同胞来访。",
        "⟦AREA|海西州⟧、⟦AREA|化隆县⟧降水偏多。",
        "向驻⟦AREA|湘⟧部队致谢，欢迎专家来⟦AREA|渝⟧交流。",
        "（⟦AREA|清溪镇⟧）（⟦AREA|石板街道⟧）",
        "⟦AREA|开州区大德镇⟧丰收。",
        "让⟦AREA|八桂⟧儿女受益。",
    ],
)
def test_areas_are_found_and_nothing_else(marked: str) -> None:
    assert mark(plain(marked), [propose_areas]) == marked


@pytest.mark.parametrize(
    "text",
    [
        "我们隆重庆祝丰收，均衡水平提高。",
        "建设美好家园，促进共同富裕和安定。",
        "增加资源供给，新建道路，扩大合作。",
        "医保定点医院扩围，确保定期检查。",
        "乡镇街道、特色小镇、重点镇改造。",
        "在京津冀地区布局。",
    ],
)
def test_ordinary_words_are_no_areas(text: str) -> None:
    assert mark(text, [propose_areas]) == text


def test_a_county_known_by_an_ordinary_word_needs_its_own_province_and_a_list() -> None:
    text = "西宁、互助、共和推进城镇建设，群众互助活动增多。"
    marked = "⟦AREA|西宁⟧、⟦AREA|互助⟧、⟦AREA|共和⟧推进城镇建设，群众互助活动增多。"
    assert mark(text, [propose_areas], area="青海省") == marked
    assert mark(text, [propose_areas], area="山西省") == "⟦AREA|西宁⟧、互助、共和推进城镇建设，群众互助活动增多。"


def test_the_short_name_of_a_county_is_found_at_home_only() -> None:
    text = "渝中担当更加彰显。"
    assert mark(text, [propose_areas], area="重庆市") == "⟦AREA|渝中⟧担当更加彰显。"
    assert mark(text, [propose_areas], area="山西省") == text


def test_the_letter_of_the_home_area_stands_between_verb_and_noun() -> None:
    text = "鼓励毕业生留湖就业、来吴实习。"
    assert mark(text, [propose_areas], area="吴兴区") == "鼓励毕业生留⟦AREA|湖⟧就业、来⟦AREA|吴⟧实习。"
    assert mark(text, [propose_areas], area="渝中区") == text


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("重庆市渝中区人民政府", 6, 0),
        ("请江北区委牵头", 3, 1),
        ("城市新区管委会", 4, 4),
        ("中共北京市委", 4, 2),
    ],
)
def test_names_before_a_body(text: str, start: int, expected: int) -> None:
    assert name_before(text, start) == expected
