"""Gold: the mentions that a person marked, by document, and the ranges of it that were read.

JSON lines hold one mention a line, `{"doc", "start", "end", "type", "text"}`; a line of type WINDOW gives an annotated
range, and a document without one was read as a whole. Inline markup (see `markup`) brings the text along. Nothing is
guessed: every line that cannot be right is a problem of its own, told with its place. Marks outside the windows of a
marked file were not read by anybody and are left out.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from extractors.edges import bare_range
from extractors.evaluation.markup import read_markup
from extractors.readers.files import read_file
from ontology.errors import PolicyKGError, WrongUse
from ontology.terms import MentionType

WINDOW = "WINDOW"
SUFFIX = ".marked.txt"
"""How files of inline markup end: the document 甲.txt is marked in 甲.marked.txt."""

_TYPES = frozenset(map(str, MentionType))


@dataclass(frozen=True, slots=True, order=True)
class Annotation:
    """A range of a document with the type it bears; raw offsets."""

    start: int
    end: int
    type: str
    text: str

    def stripped(self) -> "Annotation":
        """Return the range without the quotes, book-title marks and blanks at its ends, which do not count."""
        if len(self.text) != self.end - self.start:
            return self
        first, last = bare_range(self.text, 0, len(self.text))
        return replace(self, start=self.start + first, end=self.start + last, text=self.text[first:last])


@dataclass(slots=True)
class GoldDocument:
    """What was marked in one document: `windows` are the ranges read (none: all of it).

    `text` is the document where the gold brings it along. `places` say where each mention stands in the gold.
    """

    name: str
    windows: list[tuple[int, int]] = field(default_factory=list)
    mentions: list[Annotation] = field(default_factory=list)
    text: str | None = None
    places: list[str] = field(default_factory=list)


def read_gold(path: Path) -> tuple[list[GoldDocument], list[str]]:
    """Return the documents of the gold at *path*, in order of name, and what is wrong with it, one line each.

    *path* is a file of JSON lines, a file of inline markup, or a folder of such files. Raises WrongUse where there is
    no such path, or no gold in it.
    """
    if not path.exists():
        raise WrongUse(f"{path}: there is no such file or folder; give the gold as JSON lines or as marked files")
    files = sorted(p for p in path.iterdir() if p.suffix in (".jsonl", ".txt")) if path.is_dir() else [path]
    if not files:
        raise WrongUse(f"{path}: no gold in this folder; it should hold files *.jsonl or *{SUFFIX}")
    documents: dict[str, GoldDocument] = {}
    problems: list[str] = []
    for file in files:
        if file.suffix == ".jsonl":
            problems += _read_lines(file, documents)
        else:
            problems += _read_marked(file, documents)
    if not documents and not problems:
        raise WrongUse(f'{path}: holds no gold; a line should be {{"doc", "start", "end", "type", "text"}}')
    return [documents[name] for name in sorted(documents)], problems


def check_gold(document: GoldDocument, text: str) -> str:
    """Return the first thing in *document* that does not fit its *text* in one line, "" where all fits."""
    for start, end in document.windows:
        if not 0 <= start <= end <= len(text):
            return f"{document.name}: the window {start}–{end} lies outside the text of {len(text)} characters"
    for mention, place in zip(document.mentions, document.places, strict=True):
        if not 0 <= mention.start < mention.end <= len(text):
            return (
                f"{place}: {mention.start}–{mention.end} lies outside {document.name}, "
                f"a text of {len(text)} characters; the file is another one, or was cut"
            )
        found = text[mention.start : mention.end]
        if mention.text and found != mention.text:
            return (
                f"{place}: {document.name} reads {_shown(found)} at {mention.start}–{mention.end}, "
                f"the gold {_shown(mention.text)}; the file changed after it was annotated"
            )
    return ""


def to_lines(documents: Iterable[GoldDocument]) -> Iterator[str]:
    """Yield *documents* as JSON lines: of each first its windows, then its mentions in text order."""
    for document in documents:
        for start, end in document.windows:
            yield _line(document.name, start, end, WINDOW)
        for mention in sorted(document.mentions):
            yield _line(document.name, mention.start, mention.end, mention.type, mention.text)


def name_of(path: Path) -> str:
    """Return the name of the document that the marked file at *path* holds."""
    return path.name.removesuffix(SUFFIX).removesuffix(".txt")


def _line(name: str, start: int, end: int, kind: str, text: str | None = None) -> str:
    row = {"doc": name, "start": start, "end": end, "type": kind} | ({} if text is None else {"text": text})
    return json.dumps(row, ensure_ascii=False)


def _read_lines(path: Path, documents: dict[str, GoldDocument]) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        yield f"{path}: cannot be read as UTF-8 text ({error})"
        return
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
            name, mention = str(row["doc"]), Annotation(*_range(row), str(row["type"]), str(row.get("text") or ""))
        except json.JSONDecodeError as error:
            yield f"{place}: no JSON ({error.msg} at column {error.colno}); every line is one JSON object"
        except (KeyError, TypeError, ValueError, AttributeError):
            yield f'{place}: no mention; a line needs "doc", "type", and whole numbers "start" and "end"'
        else:
            document = documents.setdefault(name, GoldDocument(name))
            if mention.type == WINDOW:
                document.windows.append((mention.start, mention.end))
            elif mention.type in _TYPES:
                document.mentions.append(mention)
                document.places.append(place)
            else:
                yield f"{place}: {unknown_type(mention.type)}"


def _range(row: dict[str, object]) -> tuple[int, int]:
    start, end = row["start"], row["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        raise TypeError(f"{start!r}, {end!r}")
    return start, end


def _read_marked(path: Path, documents: dict[str, GoldDocument]) -> Iterator[str]:
    try:
        marked = read_file(path)[0]
    except PolicyKGError as error:
        yield str(error)
        return
    found = read_markup(marked)
    yield from (f"{path}:{problem}" for problem in found.problems)
    name = name_of(path)
    if name in documents:
        yield f"{path}: {name} was marked in another file already; give one of them"
        return
    document = documents[name] = GoldDocument(name, list(found.windows), text=found.text)
    for (start, end, kind), line in zip(found.marks, found.lines, strict=True):
        if not found.windows or any(a <= start and end <= b for a, b in found.windows):
            document.mentions.append(Annotation(start, end, kind, found.text[start:end]))
            document.places.append(f"{path}:{line}")


def unknown_type(kind: str) -> str:
    """Return the line that tells of a type that does not exist."""
    return f"there is no type {kind!r}; the types are {', '.join(sorted(_TYPES))}"


def _shown(text: str) -> str:
    return "「" + "".join(text.split())[:20] + "」"
