"""POLICYDOC: sentences of our own; what is marked must be found, and nothing else."""

import pytest

from extractors.policy_documents import propose_policy_documents
from tests.inline_markup import mark, plain


@pytest.mark.parametrize(
    "marked",
    [
        "高质量完成⟦POLICYDOC|“十四五”规划⟧任务，编制⟦POLICYDOC|“十五五”规划纲要（草案）⟧。",
        "贯彻《⟦POLICYDOC|湖区发展规划纲要⟧》和《⟦POLICYDOC|关于支持企业上市的若干意见⟧》。",
        "出台⟦POLICYDOC|民营经济发展实施意见⟧，制定全市⟦POLICYDOC|闲置厂房盘活行动方案⟧。",
        "制定⟦POLICYDOC|《湿地保护法》实施办法⟧。",
        "落实⟦POLICYDOC|中央八项规定⟧精神和⟦POLICYDOC|民营经济促进法⟧。",
        "编制实施⟦POLICYDOC|城市水系统⟧、⟦POLICYDOC|社区生活圈⟧等专项规划，",
        "深入落实⟦POLICYDOC|城市总体规划⟧，严格执行⟦POLICYDOC|市场准入负面清单⟧，",
        "对照⟦POLICYDOC|2023年政府工作报告⟧确定的目标",
        "大会达成⟦POLICYDOC|“青湖共识”⟧，",
    ],
)
def test_documents_are_found_and_nothing_else(marked: str) -> None:
    assert mark(plain(marked), [propose_policy_documents]) == marked


@pytest.mark.parametrize(
    "text",
    [
        "舞剧《渔光曲》上演，电影《飞天》获奖。",
        "“十四五”时期，完善规划、方案和措施。",
        "出台政策措施，制定实施方案，制定“三保”清单，",
        "深入实施“双倍增”行动计划，",
    ],
)
def test_works_of_art_and_common_nouns_are_left(text: str) -> None:
    assert mark(text, [propose_policy_documents]) == text
