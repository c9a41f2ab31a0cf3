"""The named questions: every pair of files gives the same rows, every row rests on words that stand in its document."""

from collections.abc import Iterator
from importlib.resources import files

import pytest

from graph.opened import KnowledgeGraph
from graph.questions import YEAR, Question, load_questions
from ontology.errors import WrongUse
from ontology.terms import Kind
from tests.corpus import needs_corpus

QUESTIONS = load_questions()
SAMPLE = {
    "code": "3245",
    "document": "chizhou-2024-report",
    "area": "池州市",
    "year": "2026",
    "from": "2025",
    "to": "2026",
    "strategy": "长三角一体化",
    "indicator": "地区生产总值增速",
    "person": "祁明川",
    "body": "市发展改革委",
    "name": "云麓大桥",
}
CORPUS = {
    "code": "33618",
    "document": "001_ea143487d90ca580",
    "area": "重庆市",
    "year": "2026",
    "from": "2025",
    "to": "2026",
    "strategy": "成渝地区双城经济圈",
    "indicator": "地区生产总值增速",
    "person": "王志杰",
    "body": "市经济信息委",
    "name": "渝中区",
}
OF_QUESTION = {
    ("sample", "missed-targets"): {"area": "贵池区", "year": "2025"},
    ("corpus", "missed-targets"): {"area": "渝中区", "year": "2025"},
    ("corpus", "programme-components"): {"code": "11311"},
    ("sample", "task-lineage"): {"from": "2024"},
    ("corpus", "task-lineage"): {"from": "2021"},
    ("sample", "cascades"): {"area": "贵池区"},
    ("corpus", "cascades"): {"area": "渝中区"},
    ("corpus", "target-changes"): {"area": "渝中区"},
}
PAIRED = ({"area", "year"}, {"area", "indicator"}, {"area", "from", "to"})
NONE_THERE = {("sample", "conflicts")}
"""Questions that a corpus has no row for; tests of their own ask them of other documents."""


def settings_of(corpus: str, question: str) -> Iterator[dict[str, str]]:
    """Yield no parameters, each parameter alone, and all of them where a question has several."""
    values = {**(SAMPLE if corpus == "sample" else CORPUS), **OF_QUESTION.get((corpus, question), {})}
    parameters = list(QUESTIONS[question].parameters)
    yield {}
    for parameter in parameters:
        yield {parameter: values[parameter]}
    if set(parameters) in PAIRED:
        yield {parameter: values[parameter] for parameter in parameters}


def compare_engines(graph: KnowledgeGraph, corpus: str, question: str) -> None:
    """Ask both engines with all settings; check that rows are equal, are there, and quote what stands in the text."""
    texts: dict[str, str] = {}
    for settings in settings_of(corpus, question):
        answer = graph.ask(question, **settings)
        assert answer == graph.ask(question, engine="cypher", **settings), settings
        assert bool(answer.rows) != ((corpus, question) in NONE_THERE), settings
        assert answer.columns == QUESTIONS[question].all_columns
        for row in answer.rows:
            assert tuple(row) == answer.columns
            for place in ("", "_2")[: QUESTIONS[question].evidence]:
                if place and row[f"document{place}"] is None:  # the row rests on one place
                    assert row[f"start{place}"] is row[f"end{place}"] is row[f"quote{place}"] is None
                    continue
                key = str(row[f"document{place}"])
                text = texts.get(key) or texts.setdefault(key, graph.claims.raw_text(key))
                start, end = row[f"start{place}"], row[f"end{place}"]
                assert isinstance(start, int)
                assert isinstance(end, int)
                assert start < end
                assert text[start:end] == row[f"quote{place}"]


def test_every_question_is_a_pair_of_files() -> None:
    folder = files("graph.queries")
    names = {path.name for path in folder.iterdir() if path.name.endswith((".rq", ".cypher"))}
    assert names == {f"{question}.{suffix}" for question in QUESTIONS for suffix in ("rq", "cypher")}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_question_is_described(question: Question) -> None:
    assert question.english
    assert question.chinese
    assert question.empty
    assert set(question.lists) <= set(question.columns)
    assert set(question.order) <= set(question.all_columns)
    kinds = {kind for wanted in question.parameters.values() if isinstance(wanted, tuple) for kind in wanted}
    assert kinds <= set(map(str, Kind))
    words = {wanted for wanted in question.parameters.values() if isinstance(wanted, str)}
    assert words <= {YEAR, "any"}
    for parameter in question.parameters:
        assert f"?set_{parameter}" in question.text("sparql")
        assert f"${parameter}" in question.text("cypher")


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_engines_answer_alike_on_the_samples(sample_graph: KnowledgeGraph, question: str) -> None:
    compare_engines(sample_graph, "sample", question)


@needs_corpus
@pytest.mark.parametrize("question", QUESTIONS)
def test_both_engines_answer_alike_on_the_five_documents(corpus_graph: KnowledgeGraph, question: str) -> None:
    compare_engines(corpus_graph, "corpus", question)


@pytest.mark.parametrize("engine", ["sparql", "cypher"])
def test_a_parameter_narrows_the_answer(sample_graph: KnowledgeGraph, engine: str) -> None:
    for question, narrow in (
        ("agenda", {"area": "贵池区"}),
        ("orientations", {"area": "池州市"}),
        ("posts", {"person": "祁明川"}),
        ("missed-targets", {"year": "2025"}),
        ("indicator-series", {"indicator": "城镇调查失业率"}),
    ):
        everything = sample_graph.ask(question, engine=engine).rows
        some = sample_graph.ask(question, engine=engine, **narrow).rows
        assert some
        assert all(row in everything for row in some)
        assert len(some) < len(everything) or question == "missed-targets"


@pytest.mark.parametrize("engine", ["sparql", "cypher"])
@pytest.mark.parametrize(
    ("question", "settings"),
    [
        ("agenda", {"area": "池州市", "year": "1999"}),
        ("missed-targets", {"area": "池州市", "year": "2031"}),
        ("posts", {"person": "祁明川", "body": "市农业农村局"}),
    ],
)
def test_an_answer_without_rows_says_so_in_words(
    sample_graph: KnowledgeGraph, question: str, settings: dict[str, str], engine: str
) -> None:
    answer = sample_graph.ask(question, engine=engine, **settings)
    assert answer.rows == ()
    assert answer.note == QUESTIONS[question].empty


def test_a_name_is_found_under_any_spelling(sample_graph: KnowledgeGraph) -> None:
    by_name = sample_graph.ask("posts", body="池州市发展和改革委员会").rows
    assert by_name
    assert sample_graph.ask("posts", body="市发展改革委").rows == by_name
    assert sample_graph.ask("orientations", area="池州").rows == sample_graph.ask("orientations", area="341700").rows
    iri = next(thing.iri for thing in sample_graph.entities() if thing.name == "云麓大桥")
    assert sample_graph.ask("about", name=iri).rows == sample_graph.ask("about", name="云麓大桥").rows


@pytest.mark.parametrize(
    ("question", "settings", "message"),
    [
        ("programe-history", {}, r"no question is called 'programe-history'; did you mean programme-history"),
        ("xyzzy", {}, "about"),
        ("agenda", {"city": "池州市"}, r"agenda has no parameter 'city'; it takes area, year"),
        ("agenda", {"area": "池洲市"}, r"no Area is called '池洲市' in .*did you mean .*池州市"),
        ("agenda", {"area": "云麓大桥"}, r"no Area is called '云麓大桥'"),
        ("posts", {"person": "祁明用"}, r"no Person is called .*did you mean .*祁明川"),
        ("posts", {"body": "xyz"}, r"no Agency or Organization is called 'xyz' in .*; the graph names none"),
        ("about", {"name": "云麓大乔"}, r"no thing is called .*did you mean .*云麓大桥"),
        ("agenda", {"year": "25"}, r"year='25' is no year; write four digits"),
        ("agenda", {"year": "２０２５"}, "is no year"),
        ("agenda", {"year": "-202"}, "is no year"),
        ("agenda", {"year": "二〇二五"}, "is no year"),
    ],
)
@pytest.mark.parametrize("engine", ["sparql", "cypher"])
def test_wrong_use_is_told_with_what_to_do(
    sample_graph: KnowledgeGraph, question: str, settings: dict[str, str], message: str, engine: str
) -> None:
    with pytest.raises(WrongUse, match=message) as caught:
        sample_graph.ask(question, engine=engine, **settings)
    assert "\n" not in str(caught.value)


def test_an_unknown_engine_is_wrong_use(sample_graph: KnowledgeGraph) -> None:
    with pytest.raises(WrongUse, match="gremlin"):
        sample_graph.ask("posts", engine="gremlin")


@pytest.mark.parametrize(
    "question", [question for question in QUESTIONS.values() if question.example], ids=lambda question: question.name
)
def test_the_example_of_a_question_shows_it_on_the_samples(sample_graph: KnowledgeGraph, question: Question) -> None:
    assert set(question.example) <= set(question.parameters)
    assert sample_graph.ask(question.name, **question.example).rows
