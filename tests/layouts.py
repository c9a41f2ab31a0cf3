"""One invented document, and the layouts that people meet such documents in; the words are the same in all of them.

The document is a list of pieces. `{0}` and `{1}` stand where the marks of its two footnotes are.
"""

import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, FrameBreak, NextPageTemplate, PageTemplate, Spacer
from reportlab.platypus import Paragraph as Block
from reportlab.platypus import Table as Ruled

Piece = tuple[str, str]

TITLE = "池州市贵池区2025年国民经济和社会发展计划执行情况与2026年计划草案的报告"
NOTES = (
    "“四链融合”工程：指推动创新链、产业链、资金链、人才链深度融合的系列项目，由区科技局牵头实施。",
    "口袋公园：指利用街角、边角地建设，面积在1万平方米以下的小型绿地。",
)
DOCUMENT: tuple[Piece, ...] = (
    ("title", TITLE),
    ("centre", "——2026年1月12日在池州市贵池区第十八届人民代表大会第六次会议上"),
    ("centre", "贵池区发展和改革委员会主任 向晚晴"),
    ("plain", "各位代表："),
    ("text", "受区人民政府委托，现将计划执行情况和新一年的安排报告如下，请予审查，并请区政协委员提出意见。"),
    ("heading", "一、2025年计划执行情况"),
    (
        "text",
        "过去一年，全区上下锚定长三角一体化发展的大方向，扎实推进“3245”现代产业体系建设，全年地区生产总值达到512.6亿元、"
        "增长6.4%，规模以上工业增加值增长7.8%，一般公共预算收入增长3.5%，城镇调查失业率控制在5.3%以内，进出口总额回落较多。",
    ),
    (
        "run-in",
        "（一）产业根基不断夯实。云麓半导体封测基地二期建成投产，皖南绿谷经济开发区综合承载能力明显增强，深入实施“四链融合”"
        "工程{0}，新认定国家级专精特新“小巨人”企业3家，秋浦河流域生态产品价值实现机制试点稳步推开。",
    ),
    (
        "run-in",
        "（二）民生福祉持续增进。贵池区人民医院新院区主体封顶，新建口袋公园{1}18处，区教育局、区卫生健康委员会联合开展的"
        "“护苗成长”行动惠及学生4.2万人，全国居家和社区养老服务改革试点任务全面完成。",
    ),
    ("heading", "二、2026年重点任务"),
    (
        "text",
        "新的一年，要深入贯彻落实中央经济工作会议精神和省委、市委部署，突出稳中向好、创新突破、绿色跃升、民生可感工作导向，"
        "抓好以下两项重点任务。",
    ),
    ("heading", "（一）建设现代化产业体系"),
    (
        "run-in",
        "1.推进重大项目建设。加快云麓大桥贵池段、平天湖科技成果转化中心、江口综合物流枢纽、杏渡水库除险加固等项目建设，开工建设"
        "池州至贵池滨江快速通道工程，力争全年完成重点项目投资86亿元，为后续发展积蓄动能。",
    ),
    (
        "run-in",
        "2.培育壮大未来产业。由区经济和信息化局牵头，落实《贵池区低空经济高质量发展三年行动计划》，组织企业参加世界制造业大会，"
        "推动镁基新材料产业创新联合体实体化运行，让更多成果在本地落地。",
    ),
    ("box", "专栏1 2026年重点建设项目"),
    (
        "table",
        "领域|项目\n产业升级|云麓半导体封测基地三期、绿色食品冷链中心\n基础设施|贵池大道快速化改造工程、江口作业区二号码头",
    ),
    ("heading", "（二）改善人民生活品质"),
    (
        "text",
        "坚持在发展中保障和改善民生，开展技能培训和就业援助，新增城镇就业9600人，建设高标准农田2.5万亩，办好皖南绿色食品博览会，"
        "推动城乡居民收入与经济增长同步，让群众的日子一天比一天更有奔头。",
    ),
    ("heading", "（三）守护绿水青山底色"),
    (
        "run-in",
        "1.打好污染防治攻坚战。持续开展“清岸净滩”行动，完成秋浦湿地生态修复项目，空气质量优良天数比率达到89%以上，"
        "配合做好中央生态环境保护督察反馈问题整改。",
    ),
    (
        "run-in",
        "2.加快绿色低碳转型。支持皖南绿谷经济开发区创建国家级绿色工业园区，推动贵池区与南京市江宁区、上海市松江区深化结对合作，"
        "建设长江岸线生态监测中心，探索林业碳汇交易，让好山好水产生更好效益。",
    ),
    ("text", "区发展改革委、区财政局要会同有关部门分解任务，按季调度，确保《贵池区“十五五”规划纲要》开好局、起好步。"),
    ("box", "2026年主要指标安排表"),
    (
        "table",
        "序号|指标类别|指标名称|单位|2025年完成情况|2026年预期目标\n1|经济运行|地区生产总值增速|%|6.4|6左右\n"
        "2||规上工业增加值增速|%|7.8|8.5\n3|民生改善|城镇调查失业率|%|5.3|5.5以内\n4||新增城镇就业|万人|0.92|0.96",
    ),
)


def rows(table: str) -> list[list[str]]:
    """Return the rows of a table piece; an empty cell goes on above it."""
    return [line.split("|") for line in table.split("\n")]


def with_notes(text: str) -> str:
    """Return *text* with the marks of the footnotes as plain text files have them, and their texts at its end."""
    marked = text
    for number, note in enumerate(NOTES):
        if f"{{{number}}}" in text:
            marked = marked.replace(f"{{{number}}}", f"[[footnoteRef:{number}]]") + f" [{number}: []{note}]"
    return marked


def to_text(document: Sequence[Piece] = DOCUMENT) -> str:
    """Return the document as a text file with a paragraph a line."""
    return "\n\n".join(_text_table(text) if kind == "table" else with_notes(text) for kind, text in document) + "\n"


def _text_table(table: str) -> str:
    return "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows(table))


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield the lines of *text* set in *width* half-width columns; closing punctuation hangs, marks stay whole."""
    line, used = "", 0
    for token in re.findall(r"\[\[footnoteRef:\d\]\]|\[\d: \[\]|.", text):
        wide = sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in token)
        wide = 1 if len(token) > 1 else wide
        if used + wide > width and token not in "，。、；：）》”！？％%":
            yield line
            line, used = "", 0
        line += token
        used += wide
    yield line


def to_wrapped(width: int, blank: str = "", indent: str = "") -> str:
    """Return the document as a text file with hard wraps; *blank* stands between the paragraphs."""
    blocks = []
    for kind, text in DOCUMENT:
        first = indent if kind in {"text", "run-in"} else ""
        blocks.append(_text_table(text) + "\n" if kind == "table" else "\n".join(wrap(first + with_notes(text), width)))
    return f"\n{blank}".join(blocks) + "\n"


def to_pages(width: int, height: int) -> str:
    """Return the document as pages of *height* wrapped lines, a running header above and a page number below each."""
    pages: list[list[str]] = [[]]
    for line in to_wrapped(width, "\n").split("\n"):
        if len(pages[-1]) >= height and not line.startswith("\t"):
            pages.append([])
        pages[-1].append(line)
    return "\f".join(
        "\n".join(["贵池区人民代表大会会议文件", "", *page, "", f"— {number} —", ""])
        for number, page in enumerate(pages, 1)
    )


def to_columns(width: int, height: int) -> str:
    """Return the document as a text file of newspaper columns: a blank line after every *height* lines of text."""
    lines: list[str] = []
    free = height
    for line in to_wrapped(width, "", "  ").split("\n"):
        if free <= 0 and not line.startswith("\t"):
            lines.append("")
            free = height
        lines.append(line)
        free -= 1
    return "\n".join(lines)


def to_markdown() -> str:
    """Return the document as Markdown."""
    return "\n\n".join(_markdown(kind, text) for kind, text in DOCUMENT) + "".join(
        f"\n\n[^{number}]: {note}" for number, note in enumerate(NOTES)
    )


def _markdown(kind: str, text: str) -> str:
    text = text.replace("{0}", "[^0]").replace("{1}", "[^1]")
    if kind == "table":
        cells = rows(text)
        ruled = [cells[0], ["---"] * len(cells[0]), *cells[1:]]
        return "\n".join("| " + " | ".join(row) + " |" for row in ruled)
    if kind == "title":
        return f"# {text}"
    if kind == "heading":
        return f"## {text}"
    if kind == "run-in":
        head, rest = text.split("。", 1)
        return f"**{head.replace('.', chr(92) + '.')}。**{rest}"
    return text


def to_page() -> str:
    """Return the document as a web page with everything that a site puts around it."""
    body = "".join(_element(kind, text) for kind, text in DOCUMENT)
    notes = "".join(f'<p id="n{i}"><a href="#r{i}">[{i + 1}]</a> {note}</p>' for i, note in enumerate(NOTES))
    return f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>{TITLE}_池州市贵池区人民政府</title>
<script>var a = "贵池区人民政府，安徽省，推进项目建设。";</script><style>p {{ margin: 0 }}</style></head><body>
<header><a href="/">合肥市人民政府门户网站</a></header>
<div class="nav"><ul><li><a href="/a">铜陵市</a></li><li><a href="/b">宣城市</a></li><li><a>国务院</a></li></ul></div>
<div class="main-wrap"><div class="breadcrumb">当前位置：<a href="/">首页</a> &gt; <a href="/g">安庆市政务</a></div>
<div class="info">发布时间：2026-01-20 16:30　字号：[<a href="#">大</a> <a href="#">中</a>] <a href="#">打印</a></div>
<div id="zoom" class="TRS_Editor">{body}{notes}</div>
<div class="share">分享到：<a href="#">微信</a></div>
<div class="xgwj"><h3>相关文章</h3><ul><li><a href="/1">铜陵市人民政府工作报告发布</a></li>
<li><a href="/2">芜湖市召开全市经济工作会议，部署工作</a></li></ul></div></div>
<aside>池州日报社主办，欢迎投稿，热线电话长期有效。</aside>
<footer>主办单位：安庆市人民政府办公室　版权所有</footer></body></html>"""


def _element(kind: str, text: str) -> str:
    if kind == "table":
        return f'<table border="1">{_html_rows(rows(text))}</table>'
    text = html.escape(text)
    for number in range(len(NOTES)):
        mark = f'<sup><a id="r{number}" href="#n{number}">[{number + 1}]</a></sup>'
        text = text.replace(f"{{{number}}}", mark)
    if kind == "title":
        return f"<h1>{text.replace('执行', '执行<br>')}</h1>"
    if kind == "heading":
        return f"<h2>{text}</h2>"
    return f"<p>\u3000\u3000{text}</p>" if kind in {"text", "run-in"} else f'<p align="center">{text}</p>\n'


def _html_rows(cells: list[list[str]]) -> str:
    return "".join(
        "<tr>"
        + "".join(f"<td{_span(cells, down, right)}>{cell}</td>" for right, cell in enumerate(row) if cell or not down)
        + "</tr>"
        for down, row in enumerate(cells)
    )


def _span(cells: list[list[str]], down: int, right: int) -> str:
    below = next((n for n in range(down + 1, len(cells)) if cells[n][right]), len(cells))
    return f' rowspan="{below - down}"' if below - down > 1 else ""


NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def to_word(body: str | None = None, numbering: str = "") -> bytes:
    """Return the document, or the XML *body*, as a Word file with styles, footnotes, a header and a comment."""
    content = body if body is not None else "".join(_word(kind, text) for kind, text in DOCUMENT)
    notes = "".join(
        f'<w:footnote w:id="{i + 1}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {note}</w:t></w:r>'
        "</w:p></w:footnote>"
        for i, note in enumerate(NOTES)
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/></w:style>'
        for name, shown in (("a", "Normal"), ("1", "heading 1"), ("2", "heading 2"), ("t", "Title"), ("TOC1", "toc 1"))
    )
    parts = {
        "document": f"<w:document {NAMES}><w:body>{content}</w:body></w:document>",
        "footnotes": f"<w:footnotes {NAMES}>{notes}</w:footnotes>",
        "styles": f"<w:styles {NAMES}>{styles}</w:styles>",
        "numbering": f"<w:numbering {NAMES}>{numbering}</w:numbering>",
        "header1": f"<w:hdr {NAMES}><w:p><w:r><w:t>合肥市会议文件</w:t></w:r></w:p></w:hdr>",
        "comments": f'<w:comments {NAMES}><w:comment w:id="0"><w:p><w:r><w:t>请铜陵市核对</w:t></w:r></w:p>'
        "</w:comment></w:comments>",
    }
    kinds = {"document": "document.main", "header1": "header"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        overrides = "".join(
            f'<Override PartName="/word/{part}.xml" ContentType="{_KIND}.{kinds.get(part, part)}+xml"/>'
            for part in parts
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        )
        archive.writestr("_rels/.rels", _relations([("officeDocument", "word/document.xml")]))
        others = [("header" if part == "header1" else part, f"{part}.xml") for part in parts if part != "document"]
        archive.writestr("word/_rels/document.xml.rels", _relations(others))
        for part, xml in parts.items():
            archive.writestr(f"word/{part}.xml", f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{xml}')
    return target.getvalue()


LISTS = """<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>"""
_NUMBERED = (re.compile("[一二]、"), re.compile("（[一二]）"), re.compile(r"\d\.(?!\d)"))


def to_numbered_word() -> bytes:
    """Return the document as a Word file in which the numbers of headings are automatic, not text."""
    content = ""
    for kind, text in DOCUMENT:
        level = next((n for n, number in enumerate(_NUMBERED) if number.match(text) and kind != "table"), None)
        if level is None:
            content += _word(kind, text)
            continue
        number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
        content += paragraph(_NUMBERED[level].sub("", text, count=1), f'<w:pStyle w:val="1"/>{number}')
    return to_word(content, LISTS)


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def paragraph(text: str, properties: str = "") -> str:
    """Return a Word paragraph; its runs are cut in odd places, as Word does."""
    runs = ""
    for number in range(len(NOTES)):
        before, mark, after = text.partition(f"{{{number}}}")
        if mark:
            text = after
            runs += _runs(before) + f'<w:r><w:footnoteReference w:id="{number + 1}"/></w:r>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}{_runs(text)}</w:p>"


def _runs(text: str) -> str:
    pieces = [text[first : first + 7] for first in range(0, len(text), 7)]
    return "".join(f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{piece}</w:t></w:r>' for piece in pieces)


def _word(kind: str, text: str) -> str:
    if kind == "table":
        grid = '<w:gridCol w:w="1400"/>' * len(rows(text)[0])
        inner = "".join(_word_row(row) for row in rows(text))
        return f"<w:tbl><w:tblPr>{_BORDERS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{inner}</w:tbl>"
    style = {"title": "t", "heading": "1", "run-in": "a"}.get(kind, "a")
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
).join(("<w:tblBorders>", "</w:tblBorders>"))


def _word_row(row: list[str]) -> str:
    cells = ""
    for cell in row:
        merge = '<w:vMerge w:val="restart"/>' if cell else "<w:vMerge/>"
        inner = paragraph(cell) if cell else "<w:p/>"
        cells += f'<w:tc><w:tcPr><w:tcW w:w="1400" w:type="dxa"/>{merge}</w:tcPr>{inner}</w:tc>'
    return f"<w:tr>{cells}</w:tr>"


FONT = "STSong-Light"


def use_font(canvas: Any, size: float) -> None:
    """Set the Chinese font on *canvas*."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas.setFont(FONT, size)


def _styles(size: float) -> dict[str, ParagraphStyle]:
    shared: dict[str, Any] = {"fontName": FONT, "wordWrap": "CJK"}
    body = {"fontSize": size, "leading": size * 1.6, **shared}
    return {
        "title": ParagraphStyle("title", fontSize=size * 1.6, leading=size * 2.2, alignment=TA_CENTER, **shared),
        "centre": ParagraphStyle("centre", alignment=TA_CENTER, **body),
        "plain": ParagraphStyle("plain", **body),
        "heading": ParagraphStyle("heading", spaceBefore=4, **body),
        "box": ParagraphStyle("box", alignment=TA_CENTER, spaceBefore=4, **body),
        "text": ParagraphStyle("text", firstLineIndent=2 * size, alignment=TA_JUSTIFY, **body),
        "run-in": ParagraphStyle("run-in", firstLineIndent=2 * size, alignment=TA_JUSTIFY, **body),
        "cell": ParagraphStyle("cell", fontSize=size * 0.9, leading=size * 1.2, **shared),
    }


def to_pdf(columns: int = 1, size: float = 12) -> bytes:
    """Return the document as a PDF file: title across the columns, header, page numbers, footnotes, ruled tables."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    width, height = A4
    margin, gutter, foot = 72.0, 24.0, 110.0
    inner = (width - 2 * margin - (columns - 1) * gutter) / columns
    places = [margin + number * (inner + gutter) for number in range(columns)]
    frame = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    head = 150.0
    first = [Frame(margin, height - 72 - head, width - 2 * margin, head, id="head", **frame)]
    first += [Frame(x, foot, inner, height - 72 - head - foot, **frame) for x in places]
    later = [Frame(x, foot, inner, height - 72 - foot, **frame) for x in places]
    target = io.BytesIO()
    template = BaseDocTemplate(target, pagesize=A4, invariant=1, title="paper")
    pages = _Furniture(size)
    template.addPageTemplates(
        [PageTemplate("first", first, onPageEnd=pages), PageTemplate("later", later, onPageEnd=pages)]
    )
    template.build(_flowables(size, inner, pages))
    return target.getvalue()


class _Furniture:
    """Draws header, page number and the footnotes whose marks stand on the page."""

    def __init__(self, size: float) -> None:
        self.due: list[int] = []
        self.size = 0.75 * size

    def __call__(self, canvas: Any, template: Any) -> None:
        canvas.setFont(FONT, self.size)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 45, "贵池区人民代表大会会议文件")
        canvas.drawCentredString(A4[0] / 2, 40, f"— {canvas.getPageNumber()} —")
        lines = [
            line
            for number in self.due
            for line in wrap(f"{number + 1} {NOTES[number]}", int(2 * (A4[0] - 144) / self.size))
        ]
        canvas.setFont(FONT, self.size)
        for place, line in enumerate(lines):
            canvas.drawString(72, 62 + 1.25 * self.size * (len(lines) - 1 - place), line)
        self.due.clear()


class _Due(Flowable):  # type: ignore[misc]
    """Stands where a mark does and tells the page of it."""

    def __init__(self, pages: _Furniture, number: int) -> None:
        super().__init__()
        self.pages, self.number = pages, number

    def wrap(self, *_: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self.pages.due.append(self.number)


def _flowables(size: float, width: float, pages: _Furniture) -> list[Flowable]:
    styles = _styles(size)
    flow: list[Flowable] = [NextPageTemplate("later")]
    for kind, text in DOCUMENT:
        if kind == "plain":
            flow.append(FrameBreak())
        if kind == "table":
            flow += [_ruled(rows(text), styles["cell"], width), Spacer(1, 8)]
            continue
        shown = html.escape(text, quote=False)
        for number in range(len(NOTES)):
            if f"{{{number}}}" in text:
                shown = shown.replace(f"{{{number}}}", f"<super size={size * 0.6}>{number + 1}</super>")
                flow.append(_Due(pages, number))
        flow.append(Block(shown, styles[kind]))
    return flow


def _ruled(cells: list[list[str]], style: ParagraphStyle, width: float) -> Flowable:
    spans = [
        ("SPAN", (right, down), (right, below - 1))
        for down, row in enumerate(cells)
        for right, cell in enumerate(row)
        if cell and (below := next((n for n in range(down + 1, len(cells)) if cells[n][right]), len(cells))) - down > 1
    ]
    weights = [max(min(len(row[right]), 8) + 1.5 for row in cells) for right in range(len(cells[0]))]
    widths = [width * weight / sum(weights) for weight in weights]
    content = [[Block(cell, style) for cell in row] for row in cells]
    return Ruled(content, widths, style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), *spans])
