"""Indicator tables: rows that name an indicator and give its values for stated years.

A table is one of these when its header row names an indicator column and at least one value column. The columns are
known by their words (`data/indicators_columns.csv`: 指标名称, 单位, 2025年预期目标), never by their place. All blocks
are cells of the outline, so a value wrapped over two lines is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.patterns import load_lexicon
from ontology.records import Block, BlockKind, Outline

_VALUE_ROLES = frozenset({"target", "estimate", "actual", "baseline"})
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class ValueCell:
    """One value of a row: its cell, its role (target, estimate, actual, baseline), its year if the header has one."""

    cell: Block
    role: str
    year: int | None


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A row: the cell of the name, those of unit and bindingness where there are any, the values, and all cells."""

    name: Block
    unit: Block | None
    bindingness: Block | None
    values: tuple[ValueCell, ...]
    cells: tuple[Block, ...]


def read_indicator_rows(outline: Outline) -> Iterator[IndicatorRow]:
    """Yield the rows of every indicator table of *outline*, in reading order."""
    for table in _tables(outline):
        header, rows = table[0], table[1:]
        columns = {cell.column: _column_role(outline.text_of(cell)) for cell in header}
        years = {cell.column: _year(outline.text_of(cell)) for cell in header}
        roles = set(columns.values())
        if "name" in roles and roles & _VALUE_ROLES:
            yield from _rows(rows, columns, years)


def _tables(outline: Outline) -> Iterator[list[list[Block]]]:
    """Yield each table as its rows of cells; cells of one table follow each other and their rows never go back."""
    table: list[list[Block]] = []
    last: Block | None = None
    for block in outline.blocks:
        follows = last is not None and block.parent == last.parent and (block.row or 0) >= (last.row or 0)
        if block.kind is not BlockKind.CELL or not follows:
            if table:
                yield table
            table = []
        if block.kind is BlockKind.CELL:
            if last is None or not table or block.row != last.row:
                table.append([])
            table[-1].append(block)
        last = block if block.kind is BlockKind.CELL else None
    if table:
        yield table


def _rows(
    rows: list[list[Block]], columns: dict[int | None, str], years: dict[int | None, int | None]
) -> Iterator[IndicatorRow]:
    for row in rows:
        found = {columns.get(cell.column, ""): cell for cell in reversed(row)}
        values = tuple(
            ValueCell(cell, role, years[cell.column])
            for cell in row
            if (role := columns.get(cell.column, "")) in _VALUE_ROLES
        )
        if "name" in found and values:
            yield IndicatorRow(found["name"], found.get("unit"), found.get("bindingness"), values, tuple(row))


def _column_role(words: str) -> str:
    for row in load_lexicon("indicators_columns"):
        if words == row["word"] if row["match"] == "whole" else row["match"] == "part" and row["word"] in words:
            return row["role"]
    return ""


def _year(words: str) -> int | None:
    match = _YEAR.search(words)
    return int(match[0]) if match else None
