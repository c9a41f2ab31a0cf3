"""Programmes: how they are found in sentences of the genre, and which thing a name means."""

import pytest

from extractors.linking.programmes import code_of, core_of, link_programme
from extractors.outline import read_outline
from extractors.patterns import read_markup
from extractors.pipeline import annotate
from extractors.programmes import find_names
from ontology.gazetteer import AreaRecord

PLACE = AreaRecord("500103", "500103", "渝中区", "渝中", "county", "500100", None, None, "", "test")
OTHER = PLACE._replace(key="510104", code="510104", name="锦江区", short="锦江")


def found(text: str, kind: str = "PROGRAMME") -> list[str]:
    doc = annotate(read_outline(text))
    return [span.text for span in doc.spans["policy"] if span.label_ == kind]


@pytest.mark.parametrize(
    "marked",
    [
        "深入实施⟦“满天星”行动计划⟧，培育软件企业50家。",
        "加快构建⟦“33618”现代制造业集群体系⟧，提升产业能级。",
        "全面落实⟦林长制⟧，完成营造林30万亩。",
        "实施⟦提振消费专项行动⟧，办好购物活动。",
        "巩固拓展⟦脱贫攻坚⟧成果，守住不发生规模性返贫的底线。",
        "深化⟦“亩均论英雄”改革⟧，盘活闲置用地。",
        "开展⟦国企改革深化提升行动⟧，推进专业化整合。",
        "滚动实施⟦18件民生实事⟧。",
    ],
)
def test_programmes_are_found_in_sentences(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert found(text) == [text[start:end] for start, end in ranges]


@pytest.mark.parametrize(
    "text",
    [
        "领会“两个确立”，落实“两个维护”的要求。",
        "以“四个意识”和“四个自信”为引领。",
        "这一年很不平凡，成绩来之不易。",
        "发展“飞地经济”，培育“小巨人”企业。",
        "坚持高质量发展，贯彻新发展理念。",
    ],
)
def test_formulae_and_quoted_concepts_are_no_programmes(text: str) -> None:
    assert found(text) == []


def test_a_known_name_takes_its_quotation_marks_along() -> None:
    assert [(p.start, p.end) for p in find_names("用好“脱贫攻坚”经验", "programmes", "PROGRAMME")] == [(2, 8)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("“33618”现代制造业集群体系", "33618"),
        ("“416”科技创新布局", "416"),
        ("数字重庆“1361”整体构架", "1361"),
        ("“11311”紧密型健共体", "11311"),
        ("885", "885"),
        ("“15分钟便民服务圈”", None),
        ("240小时过境免签", None),
        ("108条改革举措", None),
        ("“1+7+11”指挥调度体系", None),
        ("2025年行动方案", None),
        ("“满天星”行动计划", None),
    ],
)
def test_a_code_is_told_from_counts_and_sums(name: str, code: str | None) -> None:
    assert code_of(name) == code


def test_a_code_names_one_programme_everywhere() -> None:
    city, district = link_programme("“33618”现代制造业集群体系", None), link_programme("“33618”", PLACE)
    assert city.iri == district.iri
    assert city.notation == "33618"
    assert city.name == "33618现代制造业集群体系"


def test_a_name_with_and_without_its_head_is_one_programme() -> None:
    assert link_programme("“满天星”行动计划", PLACE).iri == link_programme("“满天星”", PLACE).iri
    assert core_of("“三北”工程攻坚战") != core_of("“三北”工程")


def test_homonyms_of_two_places_are_two_programmes() -> None:
    assert link_programme("“四张清单”", PLACE).iri != link_programme("“四张清单”", OTHER).iri


def test_national_programmes_are_one_in_all_places() -> None:
    assert link_programme("“两重”", PLACE).iri == link_programme("两重", OTHER).iri
    assert link_programme("脱贫攻坚", PLACE).iri == link_programme("脱贫攻坚", None).iri
