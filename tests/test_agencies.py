"""AGENCY: sentences of our own; what is marked must be found, and nothing else."""

import pytest

from extractors.agencies import propose_agencies
from tests.inline_markup import mark, plain


@pytest.mark.parametrize(
    "marked",
    [
        "在⟦AGENCY|党中央⟧、⟦AGENCY|国务院⟧关怀下，⟦AGENCY|省委⟧、⟦AGENCY|省政府⟧精心部署。",
        "提请⟦AGENCY|市人大常委会⟧审议，办理⟦AGENCY|市政协⟧提案。",
        "⟦AGENCY|重庆市渝中区人民政府⟧印发通知，⟦AGENCY|江北区委⟧响应。",
        "⟦AGENCY|市发改委⟧会同⟦AGENCY|市发展改革委⟧旧址管理方。",
        "（⟦AGENCY|发改局⟧、⟦AGENCY|财政局⟧）（牵头单位：⟦AGENCY|农牧厅⟧、⟦AGENCY|人社厅⟧）",
        "（⟦AGENCY|区府办⟧）（⟦AGENCY|区委宣传部⟧）（⟦AGENCY|区人力社保局⟧）",
        "⟦AGENCY|工信部⟧和⟦AGENCY|国家发展改革委⟧批复。",
        "是⟦AGENCY|中共湖南省委⟧领导的结果，⟦AGENCY|自治区党委⟧也来信。",
        "落实⟦AGENCY|中央⟧决策部署。",
    ],
)
def test_bodies_are_found_and_nothing_else(marked: str) -> None:
    assert mark(plain(marked), [propose_agencies]) == marked


@pytest.mark.parametrize(
    "text",
    [
        "各部门和教育部门、公安部队要协同，各区县政府性债务下降。",
        "中央财政加大投入，中央企业落户。",
        "人大代表、政协委员提出建议，区县政府积极办理。",
        "优化城市布局，建设新格局。",
        "由省市两级举办，华润、招商局、国投参展。",
    ],
)
def test_common_nouns_are_no_bodies(text: str) -> None:
    assert mark(text, [propose_agencies]) == text
