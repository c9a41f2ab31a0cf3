"""Asks a named question: names become IRIs, the query runs on one engine, the rows come back in one order.

The engine does the matching; what is done here is the same for both, so that equal graphs give equal answers: lists are
sorted, numbers of equal value become equal, rows are put in the question's order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from graph import markup
from graph.names import resolve_name
from graph.questions import YEAR, Question, find_question
from ontology.errors import WrongUse
from ontology.records import Entity, Evidence

if TYPE_CHECKING:
    from pandas import DataFrame

Cell = str | int | float | None
Row = dict[str, Cell]

_LIST_SEPARATOR = "\n"


class Graph(Protocol):
    """What a question needs of a graph: its names, and its two engines (`graph.opened.KnowledgeGraph` has them)."""

    @property
    def folder(self) -> Path:
        """Return where the graph lies."""

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
    """The rows of an answer, a mapping from column to value each; `note` says in words why there are none.

    `evidence` names the columns of each place that a row rests on. Jupyter shows an answer as a table.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def frame(self) -> "DataFrame":
        """The rows as a pandas frame; whole numbers stay whole beside empty cells. Raises WrongUse without pandas."""
        try:
            from pandas import DataFrame  # noqa: PLC0415 (the program itself does without)
        except ImportError:
            raise WrongUse("a frame needs pandas; install it with `pip install pandas`") from None
        frame = DataFrame(self.rows, columns=self.columns)
        gaps = [column for column in self.columns if frame[column].isna().any()]
        frame[gaps] = frame[gaps].convert_dtypes()
        return frame

    @property
    def evidence(self) -> tuple[tuple[str, str, str, str], ...]:
        """The columns that say where a row rests: document, start, end and quote of each place."""
        places = (column.removeprefix("quote") for column in self.columns if column.startswith("quote"))
        return tuple((f"document{n}", f"start{n}", f"end{n}", f"quote{n}") for n in places)

    def places_of(self, row: Row) -> Iterable[tuple[str, str, str, str]]:
        """Return those of `evidence` that *row* has: a target that is dropped stands in one document only."""
        return (place for place in self.evidence if row[place[0]] is not None)

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns that say what was asked, those of the evidence left out."""
        folded = {column for place in self.evidence for column in place}
        return tuple(column for column in self.columns if column not in folded)

    def _repr_html_(self) -> str:
        if not self.rows:
            return markup.note(self.note)
        rows = (
            [markup.value(row[column]) for column in self.own_columns]
            + ["<br>".join(_evidence(row, place)._repr_html_() for place in self.places_of(row))]
            for row in self.rows
        )
        return markup.table([*self.own_columns, "evidence"], rows)


def _evidence(row: Row, place: tuple[str, str, str, str]) -> Evidence:
    document, start, end, quote = (row[column] for column in place)
    return Evidence(str(document), int(start or 0), int(end or 0), str(quote))


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
