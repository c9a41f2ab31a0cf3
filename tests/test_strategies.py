"""Strategies: how they are found in sentences of the genre, and which name they go by."""

import pytest

from extractors.linking.strategies import is_inferred, link_strategy
from extractors.outline import read_outline
from extractors.patterns import load_lexicon, read_markup
from extractors.pipeline import annotate
from ontology.identifiers import canonical_name


def found(text: str) -> list[str]:
    doc = annotate(read_outline(text))
    return [span.text for span in doc.spans["policy"] if span.label_ == "STRATEGY"]


@pytest.mark.parametrize(
    "marked",
    [
        "扎实推进⟦成渝地区双城经济圈⟧建设，增强区域协同。",
        "高水平建设⟦西部陆海新通道⟧。",
        "融入⟦长江经济带⟧发展，高质量共建⟦“一带一路”⟧。",
        "加快⟦制造强市⟧建设，统筹⟦教育强市⟧、⟦科技强市⟧。",
        "全面推进⟦数字重庆⟧建设，建设更高水平的⟦平安重庆⟧。",
        "扎实推进⟦乡村全面振兴⟧，推进以人为本的⟦新型城镇化⟧。",
        "推动⟦“一区两群”⟧协调发展。",
        "奋力谱写⟦中国式现代化⟧新篇章。",
    ],
)
def test_strategies_are_found_in_sentences(marked: str) -> None:
    text, ranges = read_markup(marked)
    assert found(text) == [text[start:end] for start, end in ranges]


@pytest.mark.parametrize(
    "text",
    [
        "推动高质量发展，坚持稳中求进。",
        "构建新发展格局，促进共同富裕。",
        "进一步全面深化改革，因地制宜发展新质生产力。",
        "经济实力强，市场活力足。",
    ],
)
def test_directions_without_a_name_are_no_strategies(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("“双圈”", "成渝地区双城经济圈"),
        ("成渝地区双城经济圈建设", "成渝地区双城经济圈"),
        ("西部“双城记”", "成渝地区双城经济圈"),
        ("陆海新通道", "西部陆海新通道"),
        ("“双碳”目标", "双碳"),
        ("“两中心两地”战略定位", "两中心两地"),
        ("国际消费中心城市", "国际消费中心城市"),
        ("就业优先战略", "就业优先"),
    ],
)
def test_aliases_lead_to_one_name(words: str, name: str) -> None:
    strategy, named = link_strategy(words), link_strategy(name)
    assert strategy is not None
    assert named is not None
    assert (strategy.name, strategy.kind) == (name, "Strategy")
    assert strategy.iri == named.iri
    assert (canonical_name(words) in strategy.aliases) == (canonical_name(words) != name)


def test_short_forms_are_asserted_and_slogans_inferred() -> None:
    assert not is_inferred("“双圈”")
    assert is_inferred("西部“双城记”")
    assert not is_inferred("数字重庆")


def test_a_strategy_goes_by_asserted_aliases_that_the_text_does_not_use() -> None:
    strategy = link_strategy("西部陆海新通道")
    assert strategy is not None
    assert "陆海新通道" in strategy.aliases
    assert "国际陆海贸易新通道" not in strategy.aliases


def test_no_alias_leads_to_another_alias() -> None:
    aliases = {canonical_name(row["alias"]): row["name"] for row in load_lexicon("strategies_aliases")}
    assert [name for name in aliases.values() if name in aliases] == []
