import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from extractors.outline import read_outline, table_rows
from extractors.readers.files import read_file
from extractors.readers.markdown import read_markdown
from extractors.readers.pdf import read_pdf
from extractors.readers.raw_text import Paragraph, Part, Table, note_mark, write_raw
from extractors.readers.text import decode
from extractors.readers.web import read_web
from extractors.readers.word import read_word
from extractors.readers.word_numbering import to_label
from ontology.errors import UnreadableDocument
from ontology.records import BlockKind
from tests import layouts
from tests.corpus import corpus_folder, needs_corpus
from tests.layouts import paragraph

TEXT = "一、去年工作回顾\r\n全市生产总值增长6%。\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "report.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), TEXT.encode("gb18030"), b"\xff\xfe" + TEXT.encode("utf-16-le")],
    ids=["utf-8", "utf-8 with a mark", "gb18030", "utf-16"],
)
def test_the_text_comes_back_as_it_stands(tmp_path: Path, content: bytes) -> None:
    text, sha256 = read_file(written(tmp_path, content))
    assert text == TEXT
    assert sha256 == hashlib.sha256(content).hexdigest()


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\ufeff")))
def test_any_text_survives_utf_8(text: str) -> None:
    assert decode(text.encode(), "a file") == text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "only blanks"),
        ("　\n".encode(), "only blanks"),
        (b"PK\x03\x04\x00\x00", "is a Word file, not text"),
        (b"\x7fELF\x00\x00", "binary"),
        (b"\x81\x20\xff\xff", "neither UTF-8 nor GB18030"),
        (b"\xef\xbb\xbf\xff\xfe", "breaks at byte 0"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(UnreadableDocument, match=words) as error:
        read_file(path)
    message = str(error.value)
    assert str(path) in message
    assert "\n" not in message


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="does not exist: check the name"):
        read_file(tmp_path / "nowhere.txt")
    with pytest.raises(UnreadableDocument, match="is a folder: name the files in it"):
        read_file(tmp_path)


@needs_corpus
def test_every_document_of_the_corpus_is_read() -> None:
    folder = corpus_folder()
    assert folder is not None
    for path in folder.rglob("*.txt"):
        assert read_file(path)[0].encode() == path.read_bytes()


Ruled = tuple[tuple[float, ...], tuple[float, ...]]


def sheet(lines: dict[tuple[float, float], str], pages: int = 1, ruled: Ruled = ((), ()), **settings: str) -> bytes:
    """Return a PDF with *lines* at their places, the same on every page, in 12 points, and a grid *ruled* at x, y."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1, **settings)
    for _ in range(pages):
        layouts.use_font(canvas, 12)
        for (x, y), line in lines.items():
            canvas.drawString(x, y, line)
        if all(ruled):
            canvas.grid(*map(list, ruled))
        canvas.rect(20, 20, 5, 5)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def archive(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, text in parts.items():
            file.writestr(f"{name}.xml", text)
    return target.getvalue()


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file, file.open("word/document.xml", "w") as part:
        for _ in range(21):
            part.write(bytes(10_000_000))
    return target.getvalue()


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.docx", lambda: b"", "is empty"),
    "blank page": ("a.html", lambda: b"<html><body> <p>&nbsp;</p></body></html>", "shows no text without its scripts"),
    "blank Markdown": ("a.md", lambda: b"\n\n", "only blanks"),
    "Word, no zip": ("a.docx", lambda: b"some words", "no Word file .* save it as .docx"),
    "Word, other zip": ("a.docx", lambda: archive(sheet="<a/>"), "without a Word document"),
    "Word, cut short": ("a.docx", lambda: layouts.to_word()[:900], "damaged Word file .* save it again"),
    "Word, broken part": ("a.docx", lambda: layouts.to_word("<w:p>"), "damaged Word file .* save it again"),
    "old Word": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word file .* as .docx"),
    "rich text": ("a.doc", lambda: rb"{\rtf1\ansi words}", "RTF.* save it as .docx"),
    "PDF called text": ("a.txt", layouts.to_pdf, "is a PDF file, not text .* rename it to a.pdf"),
    "Word called PDF": ("a.pdf", layouts.to_word, "is a Word file, not a PDF file .* rename it to a.docx"),
    "page called text": ("a.txt", lambda: b"<!DOCTYPE html><p>words</p>", "is a web page, not text .* a.html"),
    "text called PDF": ("a.pdf", lambda: b"words", "no PDF file"),
    "Word, unpacks without end": ("a.docx", bomb, "holds more than 200,000,000 bytes"),
    "page nested without end": ("a.html", lambda: b"<div>" * 5000 + b"words", "nests its elements too deep"),
    "Markdown nested without end": ("a.md", lambda: b"<div>" * 5000 + b"words", "nests its elements too deep"),
    "PDF, cut short": ("a.pdf", lambda: b"%PDF-1.4\n1 0 obj\n", "damaged PDF file"),
    "scan": ("a.pdf", lambda: sheet({}, pages=2), "no text layer on its 2 page.*OCR"),
    "locked": ("a.pdf", lambda: sheet({(72, 700): "密"}, encrypt="secret"), "locked with a password"),
    "page of unknown letters": ("a.html", lambda: b"<html><p>\x81\x20\xff\xff", "neither UTF-8 nor GB18030"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_with_a_file_and_what_to_do_is_one_line(tmp_path: Path, case: str) -> None:
    name, content, words = BROKEN[case]
    path = tmp_path / name
    path.write_bytes(content())
    with pytest.raises(UnreadableDocument, match=words) as error:
        read_file(path)
    message = str(error.value)
    assert message.startswith(str(path))
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.text", TEXT.encode()),
        ("a", layouts.to_word()),
        ("a.doc", b"<html><p>words</p>"),
        ("A.PDF", layouts.to_pdf()),
    ],
    ids=["text", "Word", "page", "PDF"],
)
def test_an_unknown_ending_is_read_for_what_the_bytes_are(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    text, sha256 = read_file(tmp_path / name)
    assert "words" in text or "工作回顾" in text or layouts.TITLE in text
    assert sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("make", [layouts.to_word, layouts.to_pdf, lambda: layouts.to_page().encode("gb18030")])
def test_the_same_bytes_give_the_same_text(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "a"
    path.write_bytes(make())
    assert read_file(path) == read_file(path)


def test_raw_text_numbers_footnotes_by_their_marks() -> None:
    parts: list[Part] = [
        Paragraph(f"甲{note_mark('b')}乙{note_mark('a')}丙{note_mark('none')}。"),
        Table((("序号", "名称"), ("1", f"丁{note_mark('a')}"))),
    ]
    notes = {"a": "注[一]释]。", "b": "说明。", "c": "没有标记。"}
    assert write_raw(parts, notes) == (
        "甲[[footnoteRef:0]]乙[[footnoteRef:1]]丙。 [0: []说明。] [1: []注（一）释）。]\n\n"
        "\t序号\n\t名称\n\n\t1\n\t丁[[footnoteRef:1]]\n\n[2: []没有标记。]\n"
    )


ABOVE = "<h1>某市2026年重点工程建设实施方案</h1><p>为加快建设，制定本方案。</p><p>一、项目安排</p>"
MERGED = """<table><tr><th colspan="3">2026年重点工程</th></tr>
<tr><td>领域</td><td>项目</td><td>完成<br>时间</td></tr>
<tr><td rowspan="2">交通</td><td><p>一号桥改造工程</p><p>二号隧道拓宽工程</p></td><td>6月</td></tr>
<tr><td colspan="2">三号路</td></tr></table>"""


def test_merged_cells_keep_every_cell_in_its_column() -> None:
    outline = read_outline(read_web(f"<html><body>{ABOVE}{MERGED}</body></html>".encode(), "a"))
    (caption,) = [block for block in outline.blocks if block.kind is BlockKind.TABLE]
    assert outline.text_of(caption) == "2026年重点工程"
    found = [{column: outline.text_of(cell) for column, cell in row.items()} for row in table_rows(outline, caption)]
    assert found == [
        {0: "领域", 1: "项目", 2: "完成时间"},
        {0: "交通", 1: "一号桥改造工程 二号隧道拓宽工程", 2: "6月"},
        {1: "三号路"},
    ]


def test_a_table_that_only_arranges_the_page_is_no_table() -> None:
    inner = "<table><tr><td><p>正文第一段，说明情况。</p></td></tr></table>"
    assert read_web(f"<table><tr><td>{inner}</td><td>边栏，一句。</td></tr></table>".encode(), "a") == (
        "正文第一段，说明情况。\n\n边栏，一句。\n"
    )


LONG = "加快建设，改善民生，落实各项重点工作，让群众满意。"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<form id='aspnetForm'><form>搜索，请输入。</form><p>{LONG}</p></form>", LONG),
        (
            f"<p>{LONG}</p><table><caption>表1 指标</caption><tr><td>甲</td></tr><tr><td>乙</td></tr></table>",
            f"{LONG}\n\n表1 指标\n\n\t甲\n\n\t乙",
        ),
        (
            f"<div><div><p>{LONG}<a href='#a'>[1]</a></p><p>{LONG}</p></div><ol><li><p id='a'>甲</p></li></ol></div>",
            f"{LONG}[[footnoteRef:0]] [0: []甲]\n\n{LONG}",
        ),
        (
            f"<p>{LONG}<a href='#a'>[1]</a><a href='#b'>[2]</a></p><p><a name='a'></a>甲<br><a name='b'></a>乙</p>",
            f"{LONG}[1][2]\n\n甲\n乙",
        ),
        (
            f"<p>{LONG * 130}</p><p><a href='#s'>1</a></p><p id='s'>{LONG * 130}</p>",
            f"{LONG * 130}\n\n1\n\n{LONG * 130}",
        ),
        (f"<p>{LONG}</p><img src='data:image/png;base64,{'A' * 10_000_001}'><p>甲</p>", f"{LONG}\n\n甲"),
        ("<p>　　推动产业\n  升级，open\nsource。</p>", "推动产业升级，open source。"),
        ("<p>第一段。<br>　　第二段<br><br>第三段</p>", "第一段。\n\n第二段\n\n第三段"),
        ("<p>关于推进工作<br>的实施意见</p>", "关于推进工作\n的实施意见"),
        ("<ol start='3'><li>甲</li><li><p>乙</p></li></ol><ul><li>丙</li></ul>", "3.甲\n\n4.乙\n\n丙"),
        ("<div>甲<span style='display: none'>乙</span><script>丙</script>丁</div>", "甲丁"),
        (
            "<pre>甲市工作\n情况通报\n\n正文第一段，很短。\n第二段。</pre>",
            "甲市工作\n情况通报\n\n正文第一段，很短。\n\n第二段。",
        ),
        ("<p>面积100m<sup>2</sup>，见<a href='/x'>附件</a></p>", "面积100m2，见附件"),
    ],
)
def test_a_page_is_read_as_a_browser_shows_it(markup: str, expected: str) -> None:
    assert read_web(f"<html><body>{markup}</body></html>".encode(), "a") == expected + "\n"


def test_long_runs_of_blanks_and_huge_spans_cost_no_time() -> None:
    start = time.perf_counter()
    assert read_web(f"<p>a{' ' * 60_000}b</p><p>a{chr(10) * 60_000}b</p>".encode(), "a") == "a b\n\na b\n"
    rows = "<tr><td rowspan='5000' colspan='5000'>甲</td><td rowspan='5000'>乙</td></tr>" * 3
    assert read_web(f"<table>{rows}</table>".encode(), "a").count("乙") == 3
    assert time.perf_counter() - start < 10


def test_no_row_of_a_long_table_is_lost() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>项目</td></tr>" for n in range(5100))
    assert read_web(f"<table>{rows}</table>".encode(), "a").endswith("\t5099\n\t项目\n")


def test_a_page_may_name_an_encoding_that_decodes_nothing() -> None:
    page = "<html><head><meta charset='undefined'></head><p>推行工作，改善民生。"
    assert read_web(page.encode("gb18030"), "a") == "推行工作，改善民生。\n"


@pytest.mark.parametrize("kind", ["page", "Word"])
def test_no_file_is_opened_because_a_document_says_so(tmp_path: Path, kind: str) -> None:
    (tmp_path / "secret.txt").write_text("秘密", encoding="utf-8")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    if kind == "page":
        text = read_web(f"{entity}<html><body><p>{LONG}&e;</p></body></html>".encode(), "a")
    else:
        note = f'{entity}<w:footnotes {layouts.NAMES}><w:footnote w:id="1"><w:p><w:r><w:t>注&e;</w:t></w:r></w:p>'
        changed = {"word/footnotes.xml": f"{note}</w:footnote></w:footnotes>"}
        text = read_word(repacked(layouts.to_word(paragraph(f"{LONG}{{0}}")), changed), "a")
    assert LONG in text
    assert "秘密" not in text


def test_title_and_date_of_a_page_are_kept_from_its_head() -> None:
    body = "<div id='c'><p>为做好服务，制定本办法。</p><p>第一条，依法办事。</p></div>"
    head = "<meta name='ArticleTitle' content='某县便民服务办法'><meta name='PubDate' content='2025-03-04 09:00'>"
    text = read_web(f"<html><head>{head}<title>某县_办法</title></head><body>{body}</body></html>".encode(), "a")
    assert text.startswith("某县便民服务办法\n\n2025-03-04\n\n为做好服务")


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "gb18030", "utf-8", "big5"])
def test_a_page_is_decoded_as_it_says(encoding: str) -> None:
    page = f"<html><head><meta charset='{encoding}'></head><body><p>推行工作，改善民生。</p></body></html>"
    assert read_web(page.encode(encoding), "a") == "推行工作，改善民生。\n"


def test_markdown_keeps_words_and_loses_marks() -> None:
    text = (
        "---\ntitle: x\n---\n# 一、总体要求\n\n**坚持稳中求进。**抓好*落实*，见[规划](http://a.cn)[^x]。\n换行另起。\n\n"
        "1. 第一项\n2. 第二项\n\n- 甲\n\n|列|值|\n|-|-|\n|甲|1|\n\n[^x]: 规划：指总体规划。\n"
    )
    assert read_markdown(text.encode(), "a") == (
        "一、总体要求\n\n坚持稳中求进。抓好落实，见规划[[footnoteRef:0]]。 [0: []规划：指总体规划。]\n\n换行另起。\n\n"
        "1.第一项\n\n2.第二项\n\n甲\n\n\t列\n\t值\n\n\t甲\n\t1\n"
    )


def test_word_accepts_changes_and_leaves_out_what_is_not_text() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>".format
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
    deleted = f"<w:del w:id='1'>{run('删去').replace('w:t>', 'w:delText>')}</w:del>"
    body = (
        paragraph("一、目录行 3", '<w:pStyle w:val="TOC1"/>')
        + f"<w:p>{run('推进')}{deleted}<w:ins w:id='2'>{run('深化')}</w:ins>{hidden}{run('改革')}</w:p>"
    )
    assert read_word(layouts.to_word(body), "a") == "推进深化改革\n"


NUMBER = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="7"/></w:numPr>'
TRANSITIONAL, STRICT = "schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml"


@pytest.mark.parametrize("names", [TRANSITIONAL, STRICT])
def test_word_numbers_a_plain_paragraph_once(names: str) -> None:
    body = paragraph("总体要求", NUMBER.format(0)) + paragraph("基本原则", NUMBER.format(1))
    file = repacked(layouts.to_word(body, layouts.LISTS), {}, (TRANSITIONAL, names))
    assert read_word(file, "a") == "一、总体要求\n\n（一）基本原则\n"


def test_word_reads_on_where_a_footnote_is_missing() -> None:
    empty = {"word/footnotes.xml": f"<w:footnotes {layouts.NAMES}/>"}
    for changed in (empty, {"word/footnotes.xml": None}):
        assert read_word(repacked(layouts.to_word(paragraph("推进{0}改革")), changed), "a") == "推进改革\n"


def test_word_leaves_pictures_shut() -> None:
    text = read_word(repacked(layouts.to_word(paragraph("前") + PICTURE + paragraph("后")), {}, RELATED), "a")
    assert text == "前\n\n后\n"


PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:embed="i" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></pic:blipFill></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
RELATED = ("</Relationships>", '<Relationship Id="i" Type="image" Target="media/no.png"/></Relationships>')


def repacked(file: bytes, changed: Mapping[str, str | None], replaced: tuple[str, str] = ("", "")) -> bytes:
    """Return the Word file *file* with parts exchanged, left out (None) or with words *replaced* in all of them."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = changed.get(name, old.read(name).decode())
            if text is not None:
                new.writestr(name, text.replace(*replaced) if replaced[0] else text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("number", "looks", "label"),
    [
        (1, "chineseCounting", "一"), (10, "chineseCountingThousand", "十"), (21, "chineseCounting", "二十一"),
        (103, "chineseCounting", "一百零三"), (20, "ideographDigital", "二〇"), (3, "decimalEnclosedCircle", "③"),
        (4, "upperRoman", "IV"), (2, "lowerLetter", "b"), (12, "decimal", "12"), (7, "hebrew1", "7"),
    ],
)  # fmt: skip
def test_automatic_numbers_look_as_in_word(number: int, looks: str, label: str) -> None:
    assert to_label(number, looks) == label


LEFT = [f"左栏第{n}行讲述工业经济稳步向好的情况" for n in "一二三四五六"]
RIGHT = [f"右栏第{n}行讲述农业农村持续发展的情况" for n in "一二三四五六"]


def test_two_columns_are_read_one_after_the_other_below_what_stands_across() -> None:
    lines = {(72.0, 760.0): "横跨两栏的一行通栏文字占满了整个版面的宽度从左边一直写到右边没有空白处"}
    lines |= {(72.0, 720.0 - 20 * n): line for n, line in enumerate(LEFT)}
    lines |= {(310.0, 713.0 - 20 * n): line for n, line in enumerate(RIGHT)}
    text = read_pdf(sheet(lines), "a")
    assert [text.index(line) for line in [*LEFT, *RIGHT]] == sorted(text.index(line) for line in [*LEFT, *RIGHT])
    assert text.startswith("横跨两栏")


def test_what_stands_beside_a_table_across_the_columns_is_kept() -> None:
    lines = {(x, 720.0 - 20 * n): line for x, side in ((72.0, LEFT), (310.0, RIGHT)) for n, line in enumerate(side)}
    lines |= {(x, y): "格" for x in (210.0, 310.0, 410.0) for y in (530.0, 490.0, 450.0)}
    lines |= {(72.0, 530.0): "旁注一，说明。", (72.0, 470.0): "旁注二，说明。"}
    text = read_pdf(sheet(lines, ruled=((200, 300, 400, 500), (560, 520, 480, 440))), "a")
    assert text.count("格") == 9
    assert text.index("旁注一") < text.index("旁注二")


def test_raised_digits_in_the_cells_of_a_pdf_stay() -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.grid([72, 200, 400], [760, 720, 680])
    layouts.use_font(canvas, 12)
    for place, word in {(80, 735): "面积", (210, 735): "100m", (80, 695): "人数", (210, 695): "30"}.items():
        canvas.drawString(*place, word)
    right = 210 + canvas.stringWidth("100m", layouts.FONT, 12)
    layouts.use_font(canvas, 7)
    canvas.drawString(right, 740, "2")
    canvas.save()
    assert read_pdf(target.getvalue(), "a") == "\t面积\n\t100m2\n\n\t人数\n\t30\n"


def test_lines_that_come_back_on_pages_and_their_numbers_go() -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    for number in range(1, 4):
        layouts.use_font(canvas, 12)
        canvas.drawString(72, 800, "某市发展规划" if number % 2 else "某市人民政府")
        canvas.drawString(72, 600, f"第{number}段的正文在这里，没有别的。")
        canvas.drawString(290, 30, str(number))
        canvas.showPage()
    canvas.save()
    assert read_pdf(target.getvalue(), "a").split() == [
        "第1段的正文在这里，没有别的。",
        "某市人民政府",
        "第2段的正文在这里，没有别的。",
        "第3段的正文在这里，没有别的。",
    ]


def test_the_header_of_a_single_page_cannot_be_told_and_stays() -> None:
    text = read_pdf(sheet({(72, 800): "某市会议文件", (72, 600): "正文在这里，没有别的。", (290, 30): "- 1 -"}), "a")
    assert text == "某市会议文件\n\n正文在这里，没有别的。\n"
