"""An opened graph in a program or a notebook: answers as frames, what Jupyter shows, a font for Chinese."""

import sys
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from matplotlib import font_manager, pyplot

from graph.ask import Answer
from graph.explain import Explanation, Statement, quote_in_sentence
from graph.fonts import use_chinese_font
from graph.opened import KnowledgeGraph
from ontology.errors import WrongUse
from ontology.records import Entity, Evidence


class Shown(HTMLParser):
    """What a page shows: its words, those marked, its rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.marked, self.rows, self._open = "", [""], 0, [""]
        self.feed(html)
        assert self._open == [""], "every element is closed"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.rows += tag == "tr"
        if tag != "br":
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._open[-1] == "mark":
            self.marked[-1] += data


# -- frames ----------------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_frame_with_the_same_rows(sample_graph: KnowledgeGraph) -> None:
    answer = sample_graph.ask("programme-history", code="3245")
    frame = answer.frame
    assert len(answer) == len(frame) >= 4
    assert list(frame.columns) == ["year", "mode", "words", "document", "start", "end", "quote"]
    assert frame.to_dict("records") == list(answer)
    assert str(frame["year"].dtype) == "Int64"


def test_whole_numbers_stay_whole_beside_empty_cells() -> None:
    frame = Answer(("year",), ({"year": 2025}, {"year": None})).frame
    assert str(frame["year"][0]) == "2025"
    assert frame["year"].isna().tolist() == [False, True]


def test_an_empty_answer_becomes_a_frame_with_its_columns() -> None:
    frame = Answer(("year", "words"), (), "nobody says so").frame
    assert list(frame.columns) == ["year", "words"]
    assert frame.empty


def test_a_frame_without_pandas_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(WrongUse, match="pip install pandas"):
        _ = Answer((), ()).frame


# -- Jupyter ---------------------------------------------------------------------------------------------------------


def test_jupyter_shows_an_answer_as_a_table_with_its_quotes_marked(sample_graph: KnowledgeGraph) -> None:
    answer = sample_graph.ask("missed-targets", area="贵池区", year="2025")
    shown = Shown(answer._repr_html_())
    assert shown.rows == len(answer) + 1
    assert "规模以上工业增加值增速" in shown.words
    assert shown.marked[1:] == [str(row[f"quote{place}"]) for row in answer for place in ("", "_2")]


def test_jupyter_shows_why_an_answer_is_empty() -> None:
    assert "nobody says so" in Shown(Answer(("year",), (), "nobody says so")._repr_html_()).words


def test_jupyter_shows_a_thing_with_every_quote_in_its_sentence(sample_graph: KnowledgeGraph) -> None:
    explanation = sample_graph.explain("云麓大桥")
    (thing,) = explanation.things
    shown = Shown(explanation._repr_html_())
    quotations = [quotation for statement in thing.statements for quotation in statement.quotations]
    assert shown.marked[1:] == [quotation.quote for quotation in quotations]
    assert all(f"{quotation.before}{quotation.quote}{quotation.after}" in shown.words for quotation in quotations)
    assert all(thing.entity.iri in (statement.claim.subject, statement.claim.object) for statement in thing.statements)


def test_a_claim_is_explained_alone(sample_graph: KnowledgeGraph) -> None:
    statement = sample_graph.explain("云麓大桥").things[0].statements[0]
    assert sample_graph.explain(statement.id) == Explanation((statement,))
    assert isinstance(statement, Statement)
    assert statement.subject in Shown(statement._repr_html_()).words


def test_the_text_of_an_explanation_is_that_of_the_command(sample_graph: KnowledgeGraph) -> None:
    explanation = sample_graph.explain("云麓大桥")
    assert str(explanation).splitlines() == list(explanation.lines())
    assert "【开工云麓大桥】" in str(explanation)


def test_what_a_document_says_is_never_markup() -> None:
    evidence = Evidence("<b>", 1, 12, "<script>&\n")
    quotation = quote_in_sentence("<<script>&\n尾<i>。", Evidence("<b>", 1, 11, "<script>&\n"))
    thing = Entity("iri", "Project", "<u>", "<s>", ("<em>",))
    for html, words in (
        (evidence._repr_html_(), "<script>&"),
        (quotation._repr_html_(), "<<script>&尾<i>。"),
        (thing._repr_html_(), "<u>"),
        (Answer(("<a>",), ({"<a>": "<p>"},))._repr_html_(), "<p>"),
    ):
        assert words in Shown(html).words


# -- fonts -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_settings() -> Iterator[None]:
    with pyplot.rc_context():
        yield


@pytest.mark.usefixtures("own_settings")
def test_every_character_of_the_samples_has_a_glyph(sample_graph: KnowledgeGraph) -> None:
    name = use_chinese_font()
    font = font_manager.get_font(font_manager.findfont(name, fallback_to_default=False))
    characters = set("".join(entity.name for entity in sample_graph.entities()))
    assert characters
    assert [character for character in characters if not font.get_char_index(ord(character))] == []


@pytest.mark.usefixtures("own_settings")
def test_without_the_package_a_font_of_the_system_is_taken_or_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    with pytest.raises(WrongUse, match="pylopdf-fonts-zh-cn"):
        use_chinese_font()
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [font_manager.FontEntry(name="SimHei")])
    assert use_chinese_font() == "SimHei"
