"""The plain text that every reader writes, in the conventions that `extractors.clean` and `extractors.structure` read.

    paragraph           one line, a blank line after it; a line break in it is a wrap that the page had
    table               a tab opens a cell, a blank line closes a row; an empty cell of a merged one is a lone tab
    paragraphs of cell  parted by U+2028, so that two names one under the other do not become one
    footnote            `[[footnoteRef:0]]` where its mark stood, ` [0: []its text]` at the end of that paragraph

Footnotes are numbered from 0 through the document in the order of their marks, whatever numbers the page shows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.structure.lines import is_marked

PIECE_BREAK = "\u2028"
_MARK = re.compile("\0([^\0]+)\0")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_WRAP = re.compile(r" ?\n ?")
_LONGEST_WRAP = 30  # characters; structure/tables.py takes no longer line for the rest of a cell


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of cells, a cell under or right of the first one of a merged cell is empty."""

    rows: tuple[tuple[str, ...], ...]


Part = Paragraph | Table


def note_mark(key: str) -> str:
    """Return what stands in the text of a part for the mark of the footnote *key*."""
    return f"\0{key}\0"


def write_raw(parts: Sequence[Part], notes: Mapping[str, str]) -> str:
    """Return *parts* as one text; *notes* are the texts of the footnotes by key, one without a mark comes last."""
    writer = _Writer(notes)
    blocks = [block for part in parts for block in writer.write(part)]
    rest = [key for key in notes if key not in writer.numbers]
    blocks += [writer.note(key).lstrip() for key in rest if notes[key]]
    return "\n\n".join(block for block in blocks if block) + "\n"


class _Writer:
    """Numbers the footnotes as their marks come."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        self.notes = notes
        self.numbers: dict[str, int] = {}
        self.pending: list[str] = []

    def write(self, part: Part) -> Iterator[str]:
        """Yield the blocks of text that *part* becomes."""
        if isinstance(part, Paragraph):
            yield self._marked(_tidy(part.text)) + self._notes()
            return
        for row in part.rows:
            if any(cell.strip() for cell in row):
                yield "\n".join("\t" + _cell(self._marked(cell)) for cell in row)
        yield self._notes().lstrip()

    def note(self, key: str) -> str:
        """Return the text of the footnote *key* as it stands at the end of its paragraph."""
        number = self.numbers.setdefault(key, len(self.numbers))
        text = " ".join(_tidy(self.notes[key].replace(PIECE_BREAK, " ")).split("\n"))
        return f" [{number}: []{_balanced(text)}]"

    def _marked(self, text: str) -> str:
        return _MARK.sub(lambda match: self._mark(match[1]), text)

    def _mark(self, key: str) -> str:
        if not self.notes.get(key):
            return ""
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers)
            self.pending.append(key)
        return f"[[footnoteRef:{self.numbers[key]}]]"

    def _notes(self) -> str:
        pending, self.pending = self.pending, []
        return "".join(map(self.note, pending))


def _tidy(text: str) -> str:
    return _WRAP.sub("\n", _BLANKS.sub(" ", text)).strip(" \n")


def _cell(text: str) -> str:
    """Return the text of a cell: wraps stay where they can be told from new lines of the page."""
    pieces = [_tidy(piece) for piece in text.split(PIECE_BREAK)]
    return PIECE_BREAK.join(_wrapped(piece.split("\n")) for piece in pieces if piece)


def _wrapped(lines: Sequence[str]) -> str:
    kept = [line for line in lines if line]
    safe = all(len(line) <= _LONGEST_WRAP and not is_marked(line) for line in kept[1:])
    return ("\n" if safe else "").join(kept)


def _balanced(text: str) -> str:
    """Return *text* with square brackets that would close the footnote early made round."""
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth < 0:
            break
    return text if depth == 0 else text.translate(str.maketrans("[]", "（）"))
