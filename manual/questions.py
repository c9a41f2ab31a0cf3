"""The page of the named questions: what each asks, with its real answer on the samples and its two queries."""

import shlex
import tempfile
from functools import cache
from pathlib import Path

from graph.questions import Question, load_questions
from manual.languages import Words, code, folded, table, word
from ontology.schema import label
from tests.readme_sessions import run_sessions

_BUILD = "policykg build samples --out kg"
_WORDS: Words = {
    "title": ("The questions", "问题"),
    "head": (
        "Every question is a pair of files with the same rows from both engines. A parameter left out means any; "
        "a name that the graph does not "
        "know is an error that suggests the nearest ones. Every row carries its evidence: document, start, end, "
        "quote. The answers below are "
        "those of the samples, asked when this page was made.",
        "每个问题都有 SPARQL 与 Cypher 两份查询，结果逐行相同。参数不写即不限；图谱里没有的名称会报错并给出最接近"
        "的。每行都带依据：文件、起、止、原文。"
        "以下答案来自示例语料，生成本页时现问现答。",
    ),
    "question": ("question", "问题"),
    "asks": ("what it answers", "回答什么"),
    "parameter": ("parameter", "参数"),
    "value": ("its value", "取值"),
    "columns": ("Columns", "列"),
    "any": ("a name of anything", "任何事物的名称"),
    "year": ("a year, four digits", "四位数年份"),
    "named": ("a name of", "名称："),
    "empty": ("If there is no row", "没有结果时"),
}


def questions_page(language: str) -> str:
    """Return the page in *language*."""
    questions = load_questions().values()
    parts = [f"# {word(_WORDS, 'title', language)}\n", f"{word(_WORDS, 'head', language)}\n"]
    rows = ((f"[`{question.name}`](#{question.name})", _asks(question, language)) for question in questions)
    parts.append(table([word(_WORDS, "question", language), word(_WORDS, "asks", language)], rows))
    parts += (_section(question, language) for question in questions)
    return "\n".join(parts)


def command_of(question: Question) -> str:
    """Return the command that asks the example of *question*."""
    settings = (shlex.join(["--set", f"{key}={value}"]) for key, value in question.example.items())
    return " ".join(["policykg ask kg", question.name, *settings])


@cache
def _answers() -> dict[str, tuple[int, str]]:
    """Return what every example prints on the samples."""
    commands = [_BUILD, *map(command_of, load_questions().values())]
    with tempfile.TemporaryDirectory() as folder:
        results = run_sessions(commands, Path(folder))
    failed = {command: output for command, (status, output) in results.items() if status}
    if failed:
        raise RuntimeError(f"the examples of the questions fail: {failed}")
    return results


def _section(question: Question, language: str) -> str:
    command = command_of(question)
    parameters = ((f"`{name}`", _value(kinds, language)) for name, kinds in question.parameters.items())
    columns = ", ".join(f"`{column}`" for column in question.columns)
    parts = [f"## {question.name} {{ #{question.name} }}\n", f"{_asks(question, language)}\n"]
    if question.parameters:
        parts.append(table([word(_WORDS, "parameter", language), word(_WORDS, "value", language)], parameters))
    parts.append(f"{word(_WORDS, 'columns', language)}: {columns}\n")
    parts.append(code(f"$ {command}\n{_answers()[command][1]}", "console"))
    parts.append(f"{word(_WORDS, 'empty', language)}: “{question.empty}”\n")
    for title, engine in (("SPARQL", "sparql"), ("Cypher", "cypher")):
        parts.append(folded(title, code(question.text(engine), engine)))
    return "\n".join(parts)


def _asks(question: Question, language: str) -> str:
    return question.chinese if language == "zh" else question.english


def _value(kinds: str | tuple[str, ...], language: str) -> str:
    if isinstance(kinds, str):
        return word(_WORDS, kinds, language)
    between = "、" if language == "zh" else ", "
    return f"{word(_WORDS, 'named', language)} {between.join(label(kind, language) for kind in kinds)}"
