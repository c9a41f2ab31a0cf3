"""What people decided, as a table: written for Excel and LibreOffice, read back however they save it.

A row is one decision. `id` names the point that it decides and has to stay as it was written; `decision`, `by` and
`note` are for people. The file is UTF-8 with a byte order mark, lines end in CR LF; on reading, UTF-8, UTF-16 and
GB18030 and the separators comma, semicolon and tabulator are all understood, whatever order the columns are in.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from ontology.errors import WrongUse

NONE, YES, NO, OPEN = "none", "yes", "no", "open"
_WORDS = {
    **dict.fromkeys(("none", "neither", "都不是", "皆非", "无"), NONE),
    **dict.fromkeys(("yes", "y", "true", "right", "是", "对", "成立"), YES),
    **dict.fromkeys(("no", "n", "false", "wrong", "否", "不是", "错", "不成立"), NO),
    **dict.fromkeys(("open", "undecided", "待定", "未定"), OPEN),
}
_ID = re.compile(r"d[0-9a-f]{16}")
_FORMULA = "=+-@"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the review file; every field is text, `id` the key."""

    state: str
    question: str
    document: str
    start: str
    end: str
    words: str
    context: str
    asked: str
    candidates: str
    decision: str
    by: str
    note: str
    id: str


COLUMNS = tuple(field.name for field in fields(Row))


def write_rows(path: Path, rows: Iterable[Row], overwrite: bool = False) -> None:
    """Write *rows* to the file at *path*; raises WrongUse where it exists (unless *overwrite*) or cannot be written."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_guarded(cell) for cell in astuple(row)] for row in rows)
    content = out.getvalue().encode("utf-8-sig")
    try:
        if not overwrite:
            with path.open("xb") as file:
                file.write(content)
            return
        beside = path.with_name(f"{path.name}.new")
        beside.write_bytes(content)
        beside.replace(path)
    except FileExistsError as error:
        raise WrongUse(f"{path}: exists already and may hold decisions; take another --out, or remove it") from error
    except OSError as error:
        raise WrongUse(f"{path}: cannot be written ({error.strerror}); take another --out") from error


def read_rows(path: Path) -> tuple[list[Row], list[str]]:
    """Return the rows of the review file at *path* that hold a decision, and what is wrong, one line each.

    Raises WrongUse where it is no review file at all.
    """
    table = list(_table(path))
    header = [cell.strip().lower() for cell in table[0]] if table else []
    lacking = [name for name in ("id", "decision") if name not in header]
    if lacking:
        raise WrongUse(f"{path}: no column {lacking[0]!r}; give a file that `policykg review` wrote")
    rows: dict[str, Row] = {}
    problems: list[str] = []
    for number, cells in enumerate(table[1:], 2):
        known = dict(zip(header, map(_unguarded, cells), strict=False))
        row = Row(*(known.get(name, "") for name in COLUMNS))
        if not row.decision:
            continue
        if not _ID.fullmatch(row.id):
            problems.append(f"{path}: row {number}: {row.id!r} is no id; leave that column as it was written")
        elif row.id in rows and meaning(rows[row.id].decision) != meaning(row.decision):
            problems.append(f"{path}: row {number}: {row.id} is decided twice, differently; keep one of the rows")
        else:
            rows[row.id] = row
    return list(rows.values()), problems


def meaning(decision: str) -> str:
    """Return the plain meaning of what a person wrote: none, yes, no, open, a number, or the text itself."""
    text = unicodedata.normalize("NFKC", decision).strip().rstrip("。.")
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    return _WORDS.get(text.lower(), text)


def _table(path: Path) -> Iterable[list[str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path}: cannot be read ({error.strerror}); give the review file") from error
    text = _decoded(content, path)
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise WrongUse(f"{path}: no table ({error}); save it as CSV again") from error


def _decoded(content: bytes, path: Path) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongUse(f"{path}: neither UTF-8 nor GB18030 text; save it as CSV in UTF-8")


def _guarded(cell: str) -> str:
    """Return *cell* so that a spreadsheet takes it for text, not for a formula."""
    return f"'{cell}" if cell.startswith(tuple(_FORMULA)) else cell


def _unguarded(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(tuple(_FORMULA)) else text
