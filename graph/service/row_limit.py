"""Cuts a serialised result after so many rows, at a row's end, so that what is left is a whole document.

pyoxigraph writes a result in pieces that end anywhere. Where the next row begins is found in the bytes themselves, at a
mark that no value can imitate: XML and TSV escape it, and in JSON and CSV it only counts outside of quotation marks.
"""

import re
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat

_ESCAPED = re.compile(rb"\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Layout:
    """A mark between rows, where the next row begins after its start, how many come before row 2, and the tail."""

    mark: bytes
    offset: int
    before: int
    tail: bytes
    quotes: bool = False
    escapes: bool = False


_LAYOUTS = {
    QueryResultsFormat.JSON: _Layout(b"},{", 1, -1, b"]}}", quotes=True, escapes=True),
    QueryResultsFormat.XML: _Layout(b"<result>", 0, 0, b"</results></sparql>"),
    QueryResultsFormat.CSV: _Layout(b"\r\n", 2, 0, b"", quotes=True),
    QueryResultsFormat.TSV: _Layout(b"\n", 1, 0, b""),
}


class RowLimit:
    """Follows one result; `feed` hands on its bytes until the row after the last allowed one begins."""

    def __init__(self, result_format: QueryResultsFormat, most: int) -> None:
        """Allow *most* rows, at least one."""
        self._layout = _LAYOUTS[result_format]
        self._allowed = most + self._layout.before
        self._inside = False
        self._held = b""

    @property
    def tail(self) -> bytes:
        """What ends a document that was cut."""
        return self._layout.tail

    def may_pass(self, whole: bytes) -> bool:
        """Tell whether a *whole* result has more rows than are allowed; most are seen to have fewer at a glance."""
        return whole.count(self._layout.mark) > self._allowed and self.feed(whole)[1]

    def feed(self, piece: bytes) -> tuple[bytes, bool]:
        """Return the bytes that are ready, and whether the result ends there because the limit was passed."""
        data = self._held + piece
        masked = _ESCAPED.sub(b"__", data) if self._layout.escapes else data
        scanned = masked[:-1]  # a mark counts when something follows it
        if self._count(scanned) > self._allowed:
            return data[: self._place(scanned)], True
        cut = self._safe_end(data, masked)
        self._allowed -= self._count(masked[: cut + len(self._layout.mark) - 1])
        if self._layout.quotes and masked[:cut].count(b'"') % 2:
            self._inside = not self._inside
        self._held = data[cut:]
        return data[:cut], False

    def finish(self) -> bytes:
        """Return what is still held back."""
        return self._held

    def _safe_end(self, data: bytes, masked: bytes) -> int:
        """Return up to where nothing that comes can change the meaning: no mark and no escape is split there."""
        cut = max(0, len(data) - len(self._layout.mark) - 1)
        while self._layout.escapes and cut and (data[cut - 1 : cut] == b"\\" or masked[cut - 1 : cut] == b"_"):
            cut -= 1
        return cut

    def _count(self, masked: bytes) -> int:
        return sum(part.count(self._layout.mark) for part in self._outside(masked))

    def _outside(self, masked: bytes) -> list[bytes]:
        return masked.split(b'"')[int(self._inside) :: 2] if self._layout.quotes else [masked]

    def _place(self, masked: bytes) -> int:
        """Return where the first row that is too much begins."""
        passed, place, inside = 0, 0, self._inside
        for part in masked.split(b'"') if self._layout.quotes else [masked]:
            found = -1
            while not inside and (found := part.find(self._layout.mark, found + 1)) >= 0:
                if passed == self._allowed:
                    return place + found + self._layout.offset
                passed += 1
            place += len(part) + 1
            inside = not inside if self._layout.quotes else inside
        raise AssertionError("there is no row too much")
