"""How rows are shown: a table for people, JSON and CSV for programs."""

import csv
import io
import json
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.ask import Answer, Cell

FORMATS = ("table", "json", "csv")


def render(answer: Answer, output_format: str, width: int | None = None) -> str:
    """Return *answer* in one of FORMATS; JSON is a list of row objects, a table folds the evidence into one column."""
    if output_format == "json":
        return json.dumps(list(answer.rows), ensure_ascii=False, indent=2) + "\n"
    if output_format == "csv":
        return _as_csv(answer.columns, [[row[column] for column in answer.columns] for row in answer.rows])
    return _as_table(answer, width)


def render_rows(columns: Sequence[str], rows: Sequence[Sequence[object]], output_format: str) -> str:
    """Return the plain result of a free query in one of FORMATS."""
    if output_format == "json":
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        return json.dumps(objects, ensure_ascii=False, indent=2, default=str) + "\n"
    if output_format == "csv":
        return _as_csv(columns, rows)
    return _draw(columns, [[_shown(value) for value in row] for row in rows], None)


def _as_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def _as_table(answer: Answer, width: int | None) -> str:
    if not answer.rows:
        return f"no rows: {answer.note}\n"
    rows = []
    for row in answer.rows:
        where = [_place(*(row[column] for column in place)) for place in answer.evidence]
        rows.append([_shown(row[column]) for column in answer.own_columns] + ["\n".join(where)])
    return _draw([*answer.own_columns, "evidence"], rows, width)


def _place(document: Cell, start: Cell, end: Cell, quote: Cell) -> str:
    return f"{document}:{start}-{end} 「{''.join(str(quote).split())}」"


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _draw(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, force_jupyter=False)
    console.print(table)
    console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
