"""MEETING: sentences of our own; what is marked must be found, and nothing else."""

import pytest

from extractors.meetings import propose_meetings
from tests.inline_markup import mark, plain


@pytest.mark.parametrize(
    "marked",
    [
        "学习⟦MEETING|党的十九大⟧、⟦MEETING|十九届四中⟧、⟦MEETING|五中⟧全会文件。",
        "按照⟦MEETING|省委十一届七次⟧、⟦MEETING|八次⟧、⟦MEETING|九次⟧全会部署。",
        "⟦MEETING|市委六届五次全会⟧、⟦MEETING|市委经济工作会议⟧召开。",
        "已由⟦MEETING|区十八届人大四次会议⟧批准。",
        "在⟦MEETING|青岛市第十七届人民代表大会第三次会议⟧上，",
        "传达⟦MEETING|中央农村工作会议⟧精神。",
        "省委召开⟦MEETING|民营经济座谈会⟧。",
        "落实⟦MEETING|二十届中央纪委三次全会⟧精神。",
        "按照⟦MEETING|省委十二届八次全会⟧暨⟦MEETING|省委经济工作会议⟧要求。",
        "办好⟦MEETING|亚太经合组织贸易部长会议⟧。",
    ],
)
def test_meetings_are_found_and_nothing_else(marked: str) -> None:
    assert mark(plain(marked), [propose_meetings]) == marked


@pytest.mark.parametrize(
    "text",
    ["会议指出，全会强调。", "精简会议，先后三次、四次调研。", "办好世界制造业大会。", "党的十条举措。"],
)
def test_meetings_without_a_name_and_shows_are_left(text: str) -> None:
    assert mark(text, [propose_meetings]) == text
