"""PERSON and POST: sentences of our own with names made up; what is marked must be found, and nothing else."""

import pytest

from extractors.agencies import propose_agencies
from extractors.people import propose_people
from tests.inline_markup import mark, plain


@pytest.mark.parametrize(
    "marked",
    [
        "⟦POST|市财政局党组书记、局长⟧⟦PERSON|赵明川⟧表示，将加大投入。",
        "这让⟦POST|市交通局副局长⟧⟦PERSON|周岚⟧倍感振奋。",
        "⟦POST|青川县委书记⟧⟦PERSON|欧阳振⟧称，要抓落实。",
        "⟦POST|平湖机电集团董事长、总经理⟧⟦PERSON|钱立⟧也表示赞同。",
        "⟦PERSON|习近平⟧⟦POST|总书记⟧作出指示。",
        "以⟦PERSON|习近平⟧同志为核心。",
        "本报记者⟦PERSON|孙远⟧、⟦PERSON|李小芳⟧采写",
        "成员：⟦PERSON|郑国平⟧（区府办）⟦PERSON|吴珊⟧（清溪镇）",
        "汲取⟦PERSON|王大川⟧、⟦PERSON|冯立国⟧涉嫌严重违纪违法教训。",
        "由⟦PERSON|陈卫东⟧兼任⟦POST|办公室主任⟧。",
        "⟦PERSON|何向阳⟧指出，要稳中求进。",
    ],
)
def test_people_and_posts_are_found_and_nothing_else(marked: str) -> None:
    assert mark(plain(marked), [propose_people]) == marked


@pytest.mark.parametrize(
    "text",
    [
        "用习近平新时代中国特色社会主义思想武装，学习近平文化思想。",
        "方案指出，要加强管理。文件要求，各单位落实。",
        "会议指出，经济工作任务繁重。",
        "补助10万元（区财政局）。",
        "主任会议研究决定，党组书记会议召开。",
    ],
)
def test_ordinary_words_are_no_people(text: str) -> None:
    assert mark(text, [propose_people]) == text


def test_a_post_begins_at_its_body() -> None:
    text = "昨日下午市财政局局长赵明川说，资金到位。"
    assert "⟦POST|市财政局局长⟧" in mark(text, [propose_agencies, propose_people])


def test_reporters_whose_names_run_together_are_told_apart() -> None:
    text = "记者孙远李小芳赵明川摄影"
    assert mark(text, [propose_people]) == "记者⟦PERSON|孙远⟧⟦PERSON|李小芳⟧⟦PERSON|赵明川⟧摄影"


def test_a_name_once_known_is_found_everywhere() -> None:
    text = "市审计局局长赵明川表示，力度不减。随后赵明川来到一线。"
    assert mark(text, [propose_people]).count("⟦PERSON|赵明川⟧") == 2
