"""HTML fragments by which Jupyter shows answers, things and quotes; every word of a document is escaped.

The fragments need nothing from outside: no style sheet, no script, no font.
"""

from collections.abc import Iterable, Sequence
from html import escape

from ontology.records import Entity, Evidence

_CELL = "text-align:left;vertical-align:top"
_BLOCK = "margin:.4em 0 .4em 1em"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; *columns* are text, the cells of *rows* HTML."""
    head = "".join(f'<th style="{_CELL}">{escape(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def value(cell: object) -> str:
    """Return the text of a cell, nothing for None."""
    return "" if cell is None else escape(str(cell))


def note(words: str) -> str:
    """Return why an answer has no rows."""
    return f"<p><em>no rows: {escape(words)}</em></p>"


def quotation(evidence: Evidence, before: str, quote: str, after: str) -> str:
    """Return a sentence with its *quote* marked, and where it stands."""
    where = escape(f"{evidence.document}:{evidence.start}-{evidence.end}")
    sentence = f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"
    return f'<div style="{_BLOCK}"><code>{where}</code> {sentence}</div>'


def statement(subject: str, predicate: str, target: str, qualifiers: str, quotations: Iterable[str]) -> str:
    """Return one claim in words over its *quotations* (HTML)."""
    head = f"{escape(subject)} —<em>{escape(predicate)}</em>→ {escape(target)} <small>{escape(qualifiers)}</small>"
    return f'<div style="{_BLOCK}">{head}{"".join(quotations)}</div>'


def thing(entity: Entity, statements: Iterable[str], left_out: int = 0) -> str:
    """Return what a thing is, over its *statements* (HTML)."""
    more = f"<p><em>… and {left_out} more</em></p>" if left_out else ""
    return f"<div>{entity._repr_html_()}{''.join(statements)}{more}</div>"
