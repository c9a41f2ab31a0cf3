import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.clean import fold, read_clean
from ontology.records import BlockKind
from tests.corpus import corpus_folder, needs_corpus

PIECES = st.sampled_from(
    [
        *"一二三四五六七八九十市区县增长任务，。；：、“”（）《》",
        *"0123456789abcAI%",
        *"０１２ＡＢ％＋",
        *" \t\u3000\u200b\ufeff\u00a0\f\r",
        "\n",
        "\n\n",
        "\r\n",
        "[[footnoteRef:1]]",
        "[1: []注：说明。]",
        "[bookmark: OLE_LINK1]",
        "\t",
        "— 2 —\n",
        "（一）",
        "一是",
        "专栏1",
        "下载\n",
    ]
)
PAGES = st.lists(PIECES, max_size=120).map("".join)


def clean(raw: str) -> str:
    return read_clean(raw)[0].text


@given(PAGES)
def test_offsets_grow_and_lead_back_to_the_same_character(raw: str) -> None:
    view, passages = read_clean(raw)
    assert len(view.text) == len(view.offsets)
    assert all(first < second for first, second in zip(view.offsets, view.offsets[1:], strict=False))
    assert all(0 <= offset < len(raw) for offset in view.offsets)
    source = fold("".join(raw[offset] for offset in view.offsets))
    for character, original in zip(view.text, source, strict=True):
        assert character == original or character in " \n"
    end = 0
    for passage in passages:
        assert end <= passage.start < passage.end <= len(view.text)
        assert "\n" not in view.text[passage.start : passage.end]
        end = passage.end


@given(st.text())
def test_any_text_has_a_clean_view(raw: str) -> None:
    view, _ = read_clean(raw)
    assert len(view.text) == len(view.offsets)


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("增长 6.1%，达到 3 万亿元", "增长6.1%，达到3万亿元"),
        ("推动 AI 与 open source 融合", "推动AI与open source融合"),
        ("增长１２％，ＡＩ＋制造", "增长12%，AI+制造"),
        ("大家表示:要落实,要抓紧!", "大家表示：要落实，要抓紧！"),
        ("比例为 2.2∶1，人口1,200人", "比例为2.2:1，人口1,200人"),
        ("一九八○年和二○二四年", "一九八〇年和二〇二四年"),
        ("要建设『两地』", "要建设“两地”"),
        ("“两化”[[footnoteRef:3]]融合", "“两化”融合"),
        ("[bookmark: OLE_LINK2]二是提质", "二是提质"),
        ("加快\u200b发展\ufeff", "加快发展"),
        ("第一页。\n— 2 —\n第二页。", "第一页。\n第二页。"),
        ("下载\n打印\n【字号：\n】\n某省政府工作报告\n相关报道：", "某省政府工作报告"),
        ("本报记者 张三 李四", "本报记者 张三 李四"),
        ("省长 张 三", "省长张三"),
        ("政 府 工 作 报 告", "政府工作报告"),
    ],
)
def test_a_reader_would_retype_it_like_this(raw: str, expected: str) -> None:
    assert clean(raw) == expected


COLUMN = """
  甲市今天召开全市工作会议，总结去
年的成绩，分析当前的困难，提出了新
一年的目标和路径。会议要求各级各部
门拿出实招硬招，把蓝图一笔一笔画到

“双百”行动的实处，让群众看得见、摸
得着，让企业轻装上阵、安心发展。
"""


def test_a_newspaper_column_is_one_paragraph() -> None:
    text = clean(COLUMN)
    assert "\n" not in text
    assert "总结去年的成绩" in text
    assert "画到“双百”行动的实处" in text


def test_a_page_with_a_blank_line_between_its_lines_is_joined_until_a_marker() -> None:
    sentence = "我们坚持稳字当头，把扩大内需和优化供给结合起来，"
    lines = [sentence + "逐项推动政策落地见效"] * 5 + ["（二）着力改善民生。" + sentence[:20], "就业保持稳定。"]
    text = clean("\n\n".join(lines))
    assert text.startswith(("".join(lines[:5])) + "\n（二）")


def test_a_title_that_is_wrapped_is_one_line() -> None:
    raw = "甲市乙县2024年经济和社会发展\n计划执行情况和2025年计划草案的报告\n\n一、2024年计划执行情况\n"
    assert clean(raw).startswith("甲市乙县2024年经济和社会发展计划执行情况和2025年计划草案的报告\n一、")


def test_fragments_around_links_are_joined() -> None:
    long = "这一年我们在困难中前行，全国上下团结一致，经济总量迈上新的台阶，人民生活得到改善，各项事业都有进步，" * 2
    raw = f"{long}颁布了《\n森林保护法\n》等法律。\n\n{long}完成了任务。\n\n{long}取得了成绩。\n\n{long}迎来了转折。\n"
    assert "颁布了《森林保护法》等法律。\n" in clean(raw)


def test_a_footnote_becomes_a_passage_that_knows_where_its_mark_stood() -> None:
    raw = (
        "建设“双城”[[footnoteRef:0]]经济圈。 [0: []“双城”：指[甲]、乙两城；“圈”指周边。]  [1: [] 其他：略。] \n下一段。"
    )
    view, passages = read_clean(raw)
    notes = [passage for passage in passages if passage.kind is BlockKind.FOOTNOTE]
    assert [view.text[note.start : note.end] for note in notes] == [
        "“双城”：指[甲]、乙两城；“圈”指周边。",
        "其他：略。",
    ]
    assert [note.ordinal for note in notes] == [0, 1]
    assert notes[0].anchor is not None
    assert view.text[: notes[0].anchor] == "建设“双城”"
    assert notes[1].anchor is None


@needs_corpus
def test_the_whole_corpus_leads_back_to_its_raw_text() -> None:
    folder = corpus_folder()
    assert folder is not None
    for path in sorted(folder.rglob("*.txt")):
        view, _ = read_clean(path.read_bytes().decode("utf-8"))
        assert all(first < second for first, second in zip(view.offsets, view.offsets[1:], strict=False)), path.name
        source = fold("".join(map(view.raw.__getitem__, view.offsets)))
        odd = [pair for pair in zip(view.text, source, strict=True) if pair[0] != pair[1] and pair[0] not in " \n"]
        assert not odd, path.name
        assert not re.search(r"footnoteRef|bookmark:|\[\]|[\u200b\ufeff\f\u3000]", view.text), path.name
        assert not re.search(r"[\u4e00-\u9fff]\n[，。、；]", view.text), path.name
