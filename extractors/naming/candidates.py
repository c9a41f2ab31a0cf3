"""Where a name of a programme or a strategy might stand: candidates, before anything judges them.

Four forms occur in this genre. **quoted**: “X”, alone or with the head noun that follows directly (“X”行动计划).
**tailed**: words from a boundary (punctuation, a conjunction, a governing verb such as 实施) to a tail (行动, 中心).
**item**: an item of a list whose shared tail stands behind the last one (A、B和C等行动).
**enumerated**: an item of the list that spells out a counted name (“N大行动”：指A、B、C).
Candidates overlap freely; `extractors.naming.cues` weighs them. All offsets are clean offsets, ends exclusive.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

STOPS = "，。；：！？\n\t"
JOINTS = "、和与及或"
REACH = 40  # how far to the left of its tail a name may begin
QUOTE_LENGTH = 44
HEAD_REACH = 16  # how far behind a quotation its head noun may end
_QUOTED = re.compile(rf"“[^“”\n]{{1,{QUOTE_LENGTH}}}”")

_SPELT_OUT = re.compile(
    r"[一二三四五六七八九十\d][大个项篇][^。；\n]{0,90}?(?:：指|指|包括|包含|：)(?P<items>[^，。；：\n、]{2,16}(?:、[^，。；：\n、]{2,16}){2,})"
)
_ITEM = re.compile(r"(?:(?!和|以及|等\d|等[一二三四五六七八九十])[^、]){2,16}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A range that may be a name; `tail` is the head noun it ends in, or that its list shares ("" when none)."""

    start: int
    end: int
    form: str
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Lexis:
    """The words that shape candidates: tails of names, and words after which a name may begin."""

    tails: re.Pattern[str]
    boundaries: re.Pattern[str]

    @classmethod
    def of(cls, tails: tuple[str, ...], boundaries: tuple[str, ...]) -> "Lexis":
        """Compile the word lists, longest word first."""
        return cls(re.compile(f"(?=({_either(tails)}))"), re.compile(f"(?=({_either(boundaries)}))"))


def find_candidates(text: str, lexis: Lexis) -> Iterator[Candidate]:
    """Yield the candidates of *text*, each range once, in the form found first."""
    quotes = _quote_numbers(text)
    tails = [(match.start(1), match.end(1)) for match in lexis.tails.finditer(text)]
    begins = sorted({match.end(1) for match in lexis.boundaries.finditer(text)})
    seen: set[tuple[int, int]] = set()
    for found in (
        _quoted(text, tails),
        _enumerated(text),
        _tailed(text, tails, begins, quotes),
        _items(text, tails, begins, quotes),
    ):
        for candidate in found:
            if (candidate.start, candidate.end) not in seen:
                seen.add((candidate.start, candidate.end))
                yield candidate


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


def _quote_numbers(text: str) -> list[int]:
    """Number the quotations: each character strictly inside the n-th carries n, all others 0."""
    numbers = [0] * (len(text) + 1)
    for number, match in enumerate(_QUOTED.finditer(text), 1):
        numbers[match.start() + 1 : match.end() - 1] = [number] * (match.end() - match.start() - 2)
    return numbers


def _quoted(text: str, tails: list[tuple[int, int]]) -> Iterator[Candidate]:
    starts = [start for start, _ in tails]
    for match in _QUOTED.finditer(text):
        yield Candidate(match.start(), match.end(), "quoted")
        limit = _run_end(text, match.end())
        for start, end in tails[bisect_left(starts, match.end()) :]:
            if start >= limit:
                break
            if end <= limit:
                yield Candidate(match.start(), end, "headed", text[start:end])


def _run_end(text: str, start: int) -> int:
    end = start
    while end < min(len(text), start + HEAD_REACH) and text[end] not in STOPS and text[end] not in "“”（）":
        end += 1
    return end


def _enumerated(text: str) -> Iterator[Candidate]:
    """Yield the items that spell out a counted name: “N大X”：指A、B、C。"""
    for match in _SPELT_OUT.finditer(text):
        items = match["items"]
        start = match.start("items")
        for piece in _ITEM.finditer(items):
            yield Candidate(start + piece.start(), start + piece.end(), "enumerated", items[-2:])


def _tailed(text: str, tails: list[tuple[int, int]], begins: list[int], quotes: list[int]) -> Iterator[Candidate]:
    for start, end in tails:
        number = quotes[start]
        if quotes[end - 1] != number:
            continue
        for begin in _starts(text, start, begins, quotes, number):
            if not number and text[begin] == "“" and text.count("“", begin, end) < 2:
                continue  # that is a quoted or headed candidate
            yield Candidate(begin, end, "tailed", text[start:end])
        if number and text[end : end + 1] == "”":
            opening = text.rindex("“", 0, start)
            for begin in _starts(text, opening, begins, quotes, 0):
                yield Candidate(begin, end + 1, "tailed", text[start:end])


def _starts(text: str, tail: int, begins: list[int], quotes: list[int], number: int) -> Iterator[int]:
    """Yield where a name may begin whose tail begins at *tail*: behind a joint, a governing word or a stop."""
    floor = _clause_start(text, tail, quotes, number)
    positions = {floor, *begins[bisect_right(begins, floor) : bisect_right(begins, tail - 1)]}
    positions.update(i + 1 for i in range(floor, tail) if text[i] in JOINTS or text[i] in "的等”（）")
    return (p for p in sorted(positions) if p < tail and quotes[p] == number and text[p] not in JOINTS)


def _clause_start(text: str, position: int, quotes: list[int], number: int) -> int:
    """Return where the clause around *position* begins; a quotation is a clause of its own."""
    floor = max(0, position - REACH)
    start = position
    while start > floor:
        inside = quotes[start - 1]
        if inside == number and (text[start - 1] in STOPS or (number and text[start - 1] == "“")):
            break
        if number and inside != number:
            break
        start -= 1
    return start


def _items(text: str, tails: list[tuple[int, int]], begins: list[int], quotes: list[int]) -> Iterator[Candidate]:
    for start, end in tails:
        if quotes[start]:
            continue
        floor = _clause_start(text, start, quotes, 0)
        cuts = [i for i in range(floor, start) if text[i] in "、和等与" and not quotes[i]]
        for stop in (*cuts, start) if cuts else ():
            for begin in _starts(text, stop, begins, quotes, 0):
                if 2 <= stop - begin <= 14 and not any(begin < cut < stop for cut in cuts):
                    yield Candidate(begin, stop, "item", text[start:end])
