"""Asks a named question: names become IRIs, the query runs on one engine, the rows come back in one order.

The engine does the matching; what is done here is the same for both, so that equal graphs give equal answers: lists are
sorted, numbers of equal value become equal, rows are put in the question's order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Protocol

from graph.names import resolve_name
from graph.questions import YEAR, Question, find_question
from ontology.errors import WrongUse
from ontology.records import Entity

Cell = str | int | float | None
Row = dict[str, Cell]

_LIST_SEPARATOR = "\n"


class Graph(Protocol):
    """What a question needs of a graph: its names, and its two engines (`graph.opened.KnowledgeGraph` has them)."""

    folder: Path

    def entities(self) -> Sequence[Entity]:
        """Return every thing of the graph."""

    def sparql(
        self, query: str, parameters: Mapping[str, str | int] | None = None
    ) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Return columns and rows; *parameters* give variables a value."""

    def cypher(
        self, query: str, parameters: Mapping[str, str | int | None] | None = None
    ) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        """Return columns and rows; *parameters* are the query's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer, a mapping from column to value each; `note` says in words why there are none."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def answer_question(graph: Graph, name: str, settings: Mapping[str, str], engine: str = "sparql") -> Answer:
    """Answer the question *name*; *settings* are its parameters as people write them, *engine* "sparql" or "cypher".

    A parameter left out means any. Raises WrongUse for an unknown question, parameter or name (with the nearest ones)
    and QueryFailed where the engine fails.
    """
    question = find_question(name)
    rows: dict[tuple[Cell, ...], Row] = {}
    for parameters in _bindings(graph, question, settings):
        for row in _run(graph, question, parameters, engine):
            rows.setdefault(tuple(row.values()), row)
    ordered = sorted(rows.values(), key=lambda row: _sort_key(row, question))
    return Answer(question.all_columns, tuple(ordered), "" if rows else question.empty)


def _bindings(graph: Graph, question: Question, settings: Mapping[str, str]) -> Iterable[dict[str, str | int]]:
    """Yield parameters for each meaning of an ambiguous name: a name may stand for two things, both are asked."""
    unknown = sorted(set(settings) - set(question.parameters))
    if unknown:
        raise WrongUse(
            f"{question.name} has no parameter {unknown[0]!r}; it takes {', '.join(question.parameters) or 'none'}"
        )
    choices: list[list[tuple[str, str | int]]] = []
    for parameter, text in settings.items():
        kinds = question.parameters[parameter]
        if kinds == YEAR:
            choices.append([(parameter, _year(text))])
        else:
            iris = resolve_name(graph.entities(), text, kinds if isinstance(kinds, tuple) else (), str(graph.folder))
            choices.append([(parameter, iri) for iri in iris])
    return (dict(choice) for choice in product(*choices))


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise WrongUse(f"year={text!r} is no year; write four digits, as in year=2025")
    return int(text)


def _run(graph: Graph, question: Question, parameters: Mapping[str, str | int], engine: str) -> Iterable[Row]:
    text = question.text(engine)
    if engine == "sparql":
        columns, rows = graph.sparql(text, {f"set_{name}": value for name, value in parameters.items()})
    else:
        given = {name: parameters.get(name) for name in question.parameters}
        columns, rows = graph.cypher(text, given)
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        yield {column: _cell(cells[column], column in question.lists) for column in question.all_columns}


def _cell(value: object, is_list: bool) -> Cell:
    if is_list:
        items = value.split(_LIST_SEPARATOR) if isinstance(value, str) else _strings(value)
        return "、".join(sorted(item for item in items if item)) or None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (str, int, float)) else None


def _strings(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []


def _sort_key(row: Row, question: Question) -> tuple[tuple[bool, float, str], ...]:
    columns = (*question.order, *question.all_columns)
    return tuple(_cell_key(row[column]) for column in columns)


def _cell_key(value: Cell) -> tuple[bool, float, str]:
    if isinstance(value, (int, float)):
        return False, float(value), ""
    return value is None, 0.0, value or ""
