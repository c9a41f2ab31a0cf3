import csv

import pytest
from hypothesis import given

from extractors.outline import block_at, children_of, read_outline, sentences, table_rows
from extractors.patterns import load_patterns, read_markup
from ontology.records import Block, BlockKind, Mode, Outline
from tests.corpus import corpus_folder, corpus_text, needs_corpus
from tests.test_clean import PAGES

REPORT = """甲市人民政府工作报告

——2025年1月8日在甲市第六届人民代表大会第二次会议上

甲市人民政府市长 张三

各位代表：

下面，我向大会报告市政府的工作。

一、2024年工作回顾

过去一年，全市经济稳中有进，各项事业都有新的进步。

——产业结构更优。规上工业增加值增长8%，企业数量翻了一番。

（一）着力稳住经济增长。全年投资增长6%，消费增长5%，外贸增长4%。

二、2025年主要任务

今年重点抓好以下工作。

（一）扩大有效需求。把扩大内需摆在突出位置，推动消费和投资良性互动。

一是大力提振消费。办好购物节，发展夜间经济，让市民愿消费、敢消费。

二是积极扩大投资。开工重大项目三十个，完成投资两百亿元以上。

（二）改善人民生活

促进充分就业。支持青年创业，开展技能培训，新增就业五万人以上。

办好人民教育。新建学校十所，增加学位一万个，改善乡村办学条件。

三、加强政府自身建设

各位代表！让我们携手前行，把蓝图一步一步变成现实。
"""

PLAN = """甲市乙县2025年发展计划执行情况和2026年计划草案报告

一、2025年计划执行情况
全区运行平稳，锚定“四城”[[footnoteRef:0]]目标奋力前行。 [0: []“四城”：指山城、江城、文城、商城。]

二、2026年计划安排
（一）推进重点项目。突出抓好一批打基础、利长远的项目，增强发展后劲。
专栏1  2026年重点项目
\t领域
\t项目

\t交通
\t大桥工程、站前路改造

附件：1.2025年主要目标完成情况表

附件1

2025年主要目标完成情况表

\t序号
\t类别
\t指标
名称
\t完成情况

\t1
\t经济
\t生产总值增速
\t6

\t2
\t
\t粮食产量
\t保持全市
前列
"""

PAGE = """甲市经济工作怎么干

12月20日，市委召开经济工作会议，总结2024年经济工作，部署2025年任务。

2024年 全市经济向上向好

经济运行稳步回升

全年各项指标逐季向好，企业信心明显增强，为来年打下了坚实的基础。

2025年是承前启后的关键一年，全市上下要抓住机遇、乘势而上。

1 全力扩大内需

办好消费节会，开展以旧换新，推动一批重大项目尽快落地、早日见效。

2 强化创新驱动

建设创新平台，培育科技企业，让更多成果从实验室走上生产线。
"""


def of_kind(outline: Outline, *kinds: BlockKind) -> list[Block]:
    return [block for block in outline.blocks if block.kind in kinds]


def words(outline: Outline, block: Block) -> str:
    return outline.clean.text[block.start : block.end]


def tree(outline: Outline) -> list[tuple[int, str, str]]:
    return [(block.level, block.marker, outline.text_of(block)) for block in of_kind(outline, BlockKind.HEADING)]


def heading(outline: Outline, text: str) -> Block:
    (found,) = [block for block in of_kind(outline, BlockKind.HEADING) if outline.text_of(block) == text]
    return found


@given(PAGES)
def test_blocks_follow_one_another_and_their_parents(raw: str) -> None:
    outline = read_outline(raw)
    end = 0
    for index, block in enumerate(outline.blocks):
        assert end <= block.start < block.end <= len(outline.clean.text)
        assert block.parent is None or block.parent < index
        assert words(outline, block).startswith(block.marker)
        end = block.end


def test_a_report_gives_a_tree_of_headings() -> None:
    assert tree(read_outline(REPORT)) == [
        (1, "一、", "2024年工作回顾"),
        (3, "——", "产业结构更优"),
        (2, "（一）", "着力稳住经济增长"),
        (1, "二、", "2025年主要任务"),
        (2, "（一）", "扩大有效需求"),
        (3, "一是", "大力提振消费"),
        (3, "二是", "积极扩大投资"),
        (2, "（二）", "改善人民生活"),
        (3, "", "促进充分就业"),
        (3, "", "办好人民教育"),
        (1, "三、", "加强政府自身建设"),
    ]


def test_a_run_in_heading_is_followed_by_its_paragraph() -> None:
    outline = read_outline(REPORT)
    consumption = heading(outline, "大力提振消费")
    paragraph = outline.blocks[outline.blocks.index(consumption) + 1]
    assert paragraph.kind is BlockKind.PARAGRAPH
    assert words(outline, paragraph).startswith("办好购物节")
    assert outline.path_of(paragraph)[-1] == consumption
    assert [outline.text_of(block) for block in outline.path_of(consumption)] == ["2025年主要任务", "扩大有效需求"]


def test_sections_tell_year_and_mode() -> None:
    outline = read_outline(REPORT)
    scopes = {outline.text_of(block): (block.year, block.mode) for block in of_kind(outline, BlockKind.HEADING)}
    assert scopes["产业结构更优"] == (2024, Mode.REVIEW)
    assert scopes["大力提振消费"] == (2025, Mode.PLAN)
    assert scopes["加强政府自身建设"] == (2025, Mode.PLAN)
    greeting = block_at(outline, outline.clean.text.index("各位代表："))
    assert greeting is not None
    assert greeting.mode is None


def test_the_head_of_a_report_states_its_facts() -> None:
    outline = read_outline(REPORT.replace("甲市", "重庆市"))
    facts = {name: fact.value for name, fact in outline.facts.items()}
    assert facts == {
        "genre": "government-work-report",
        "issued": "2025-01-08",
        "area": "重庆市",
        "issuer": "重庆市人民政府",
        "title": "重庆市人民政府工作报告",
        "plan_year": "2025",
        "review_year": "2024",
    }
    for fact in (outline.facts["title"], outline.facts["issuer"], outline.facts["area"]):
        assert outline.clean.text[fact.start : fact.end] == fact.value


def test_a_plan_report_gives_its_table_box_and_footnote() -> None:
    outline = read_outline(PLAN)
    (box,) = of_kind(outline, BlockKind.BOX)
    assert (box.marker, box.ordinal, box.year, box.mode) == ("专栏1", 1, 2026, Mode.PLAN)
    assert outline.text_of(outline.blocks[box.parent or 0]) == "推进重点项目"
    assert [[words(outline, cell) for cell in row.values()] for row in table_rows(outline, box)] == [
        ["领域", "项目"],
        ["交通", "大桥工程、站前路改造"],
    ]
    (table,) = of_kind(outline, BlockKind.TABLE)
    assert (words(outline, table), table.year, table.mode) == ("2025年主要目标完成情况表", 2025, Mode.REVIEW)
    rows = table_rows(outline, table)
    assert {column: words(outline, cell) for column, cell in rows[0].items()} == {
        0: "序号",
        1: "类别",
        2: "指标名称",
        3: "完成情况",
    }
    assert {column: words(outline, cell) for column, cell in rows[2].items()} == {
        0: "2",
        2: "粮食产量",
        3: "保持全市前列",
    }
    (note,) = of_kind(outline, BlockKind.FOOTNOTE)
    assert (note.ordinal, note.year, note.mode) == (0, 2025, Mode.REVIEW)
    assert note.anchor is not None
    assert outline.clean.text[: note.anchor].endswith("“四城”")


def test_a_newspaper_page_plans_after_it_has_reviewed() -> None:
    outline = read_outline(PAGE)
    facts = {name: outline.facts[name].value for name in ("genre", "plan_year", "issued")}
    assert facts == {"genre": "economic-work-conference", "plan_year": "2025", "issued": "2024-12-20"}
    assert [(level, marker.strip(), text) for level, marker, text in tree(outline)] == [
        (1, "", "2024年 全市经济向上向好"),
        (2, "", "经济运行稳步回升"),
        (1, "1", "全力扩大内需"),
        (1, "2", "强化创新驱动"),
    ]
    assert heading(outline, "经济运行稳步回升").mode is Mode.REVIEW
    assert heading(outline, "强化创新驱动").mode is Mode.PLAN
    assert heading(outline, "强化创新驱动").parent is None


@pytest.mark.parametrize(
    "line",
    [
        "一、二、三等奖的项目分别给予奖励，由主管部门会同财政部门审核后兑现到企业。",
        "2024年工作取得了很大的成绩，市民的日子一天比一天好，这是大家一起干出来的。",
        "三是抓项目，二是抓投资，一是抓环境，样样都要抓紧抓实抓出成效来才行；",
        "15分钟生活圈覆盖了全部街道，老人和孩子都有了就近活动的地方。",
    ],
)
def test_what_only_looks_like_a_heading_stays_a_paragraph(line: str) -> None:
    assert not of_kind(read_outline(f"各位代表：\n{line}\n下面的话很普通，没有什么特别的地方。\n"), BlockKind.HEADING)


def test_blocks_are_found_by_their_place() -> None:
    outline = read_outline(REPORT)
    at = outline.clean.text.index("夜间经济")
    block = block_at(outline, at)
    assert block is not None
    assert block.start <= at < block.end
    assert block_at(outline, len(outline.clean.text)) is None
    section = heading(outline, "2025年主要任务")
    assert [outline.text_of(child) for child in children_of(outline, section) if child.kind is BlockKind.HEADING] == [
        "扩大有效需求",
        "改善人民生活",
    ]


def test_sentences_end_with_their_marks() -> None:
    text = "先稳住增长；再谋发展。“干就干好！”\n最后总结"
    assert [text[start:end] for start, end in sentences(text)] == [
        "先稳住增长；",
        "再谋发展。",
        "“干就干好！”",
        "最后总结",
    ]


def test_every_pattern_finds_its_examples_and_nothing_in_its_counterexamples() -> None:
    for pattern in load_patterns("outline"):
        for example in pattern.examples:
            plain, marked = read_markup(example)
            assert tuple((found.start, found.end) for found in pattern.find(plain)) == marked, pattern.rule
        for counterexample in pattern.counterexamples:
            assert not list(pattern.find(counterexample)), (pattern.rule, counterexample)


def section(outline: Outline, marker: str) -> Block:
    (found,) = [
        block
        for block in of_kind(outline, BlockKind.HEADING)
        if block.marker == marker and block.level == 1 and block.mode is Mode.PLAN
    ]
    return found


def under(outline: Outline, block: Block | None) -> list[Block]:
    return [child for child in children_of(outline, block) if child.kind is BlockKind.HEADING]


@needs_corpus
def test_the_plan_report_of_the_corpus() -> None:
    outline = read_outline(corpus_text("001"))
    assert [note.ordinal for note in of_kind(outline, BlockKind.FOOTNOTE)] == list(range(64))
    assert all(note.anchor is not None and note.mode for note in of_kind(outline, BlockKind.FOOTNOTE))
    assert [box.ordinal for box in of_kind(outline, BlockKind.BOX)] == [1, 2, 3, 4]
    tasks = under(outline, section(outline, "三、"))
    assert [task.ordinal for task in tasks] == list(range(1, 12))
    assert sum(len(under(outline, task)) for task in tasks) == 38
    assert {task.level for task in tasks} == {2}
    tables = of_kind(outline, BlockKind.TABLE)
    assert [(table.year, table.mode) for table in tables] == [(2025, Mode.REVIEW), (2026, Mode.PLAN)]
    for table in tables:
        rows = table_rows(outline, table)
        assert len(rows) == 1 + 25
        assert sorted(rows[0]) == list(range(7))
        for number, row in enumerate(rows[1:], start=1):
            assert words(outline, row[0]) == str(number)
            assert set(row) | {1} == set(range(7))
            assert words(outline, row[4]) in {"预期性", "约束性"}


@needs_corpus
def test_the_work_report_of_the_corpus() -> None:
    outline = read_outline(corpus_text("002"))
    assert [task.ordinal for task in under(outline, section(outline, "二、"))] == list(range(1, 11))
    assert section(outline, "二、").year == 2024
    assert section(outline, "三、").year == 2024
    assert max(map(len, outline.clean.text.split("\n"))) > 300


@needs_corpus
def test_the_pages_of_the_corpus() -> None:
    page = read_outline(corpus_text("000"))
    numbered = [block for block in under(page, None) if block.marker.strip().isdecimal()]
    assert [block.ordinal for block in numbered] == list(range(1, 11))
    assert {(block.year, block.mode) for block in numbered} == {(2026, Mode.PLAN)}
    page = read_outline(corpus_text("004"))
    (tasks,) = [block for block in under(page, None) if under(page, block)]
    assert len(under(page, tasks)) == 7
    assert {(block.year, block.mode) for block in under(page, tasks)} == {(2021, Mode.PLAN)}
    assert sum(len(under(page, task)) for task in under(page, tasks)) == 15
    assert page.facts["issued"].value == "2020-12-29"


@needs_corpus
def test_the_facts_agree_with_the_list_of_the_corpus() -> None:
    folder = corpus_folder()
    assert folder is not None
    wrong: dict[str, list[str]] = {"issuer": [], "area": [], "genre": [], "plan_year": [], "review_year": []}
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            outline = read_outline((folder / row["file"]).read_bytes().decode("utf-8"))
            row["genre"] = row["genre"].removesuffix(" page").replace(" ", "-")
            for name, files in wrong.items():
                if (outline.facts[name].value if name in outline.facts else "") != row[name]:
                    files.append(row["file"])
    assert not wrong["issuer"]
    assert not wrong["area"]
    assert not wrong["genre"]
    assert len(wrong["plan_year"]) <= 6, wrong["plan_year"]
    assert len(wrong["review_year"]) <= 6, wrong["review_year"]


@needs_corpus
def test_every_document_of_the_corpus_has_sane_blocks() -> None:
    folder = corpus_folder()
    assert folder is not None
    for path in sorted(folder.rglob("*.txt")):
        outline = read_outline(path.read_bytes().decode("utf-8"))
        end = 0
        for index, block in enumerate(outline.blocks):
            assert end <= block.start < block.end <= len(outline.clean.text), path.name
            assert block.parent is None or block.parent < index, path.name
            end = block.end
        for block in of_kind(outline, BlockKind.HEADING):
            above = [part for part in outline.path_of(block) if part.kind is BlockKind.HEADING]
            assert not above or above[-1].level < block.level, path.name
        if path.name.endswith(("-2025.txt", "-2026.txt")):
            modes = {block.mode for block in of_kind(outline, BlockKind.HEADING) if block.level == 1}
            assert modes >= {Mode.REVIEW, Mode.PLAN}, path.name
            planned = [block for block in of_kind(outline, BlockKind.HEADING) if block.mode is Mode.PLAN]
            assert len([block for block in planned if block.level in {2, 3}]) >= 6, path.name


def test_a_title_that_is_also_the_header_of_its_pages_stays_once() -> None:
    pages = "\n".join(
        f"为第{n}条举措筹集资金，改善民生。\n推进第{n}项工程。\n\n— {n} —\n\f某县政府工作报告" for n in range(1, 5)
    )
    outline = read_outline(f"某县政府工作报告\n\n一、去年工作\n{pages}\n结束语，全文到此为止。\n")
    text = outline.clean.text
    assert text.startswith("某县政府工作报告")
    assert text.count("某县政府工作报告") == 1
    assert all(f"推进第{n}项工程" in text for n in range(1, 5))


def test_the_usual_name_of_a_section_is_parted_from_the_text_it_runs_into() -> None:
    raw = (
        "某区推进便民服务工作方案\n一、指导思想坚持群众需要什么就改进什么，让办事的人少跑路、少等候。\n"
        "二、工作目标到年底，全区九成以上的事项能够在社区办结，群众满意度明显提高。\n"
        "三、组织领导小组由区长任组长，各部门负责人为成员，每月研究一次重点事项。\n"
        "四、保障措施和要求由区政务服务局另行制定，各镇街道对照执行，不得拖延。\n"
    )
    outline = read_outline(raw)
    assert tree(outline)[:2] == [(1, "一、", "指导思想"), (1, "二、", "工作目标")]
    assert all(
        outline.text_of(block)[:4] not in {"组织领导", "保障措施"} or len(outline.text_of(block)) > 4
        for block in outline.blocks
    )
