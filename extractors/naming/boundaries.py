"""Where a name begins and ends in running text: clauses, the pieces of an enumeration, the cut before a name.

    推进│甲乙高铁、丙水库│和│丁大桥│等项目建设，…      clause = what stands between commas and full stops
    lead  piece   piece    piece    head               piece = what stands between 、 和 and neighbouring quotes

A name is found by its end (a tail, 等, a predicate) and extended to the left up to the last verb or function word
before it (`enumerations_boundaries.csv`); a piece made of common words alone (`enumerations_generic.csv`) is no name.
All offsets are clean offsets, ends exclusive.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind
from spacy.tokens import Doc

from extractors.patterns import load_lexicon

_OPAQUE = r"“[^“”\n]{1,40}”|‘[^‘’\n]{1,40}’|《[^》\n]{1,60}》|（[^（）\n、，；]{1,20}）"
_TOKEN = re.compile(
    rf"(?P<opaque>{_OPAQUE})|(?P<stop>[，。；;！？!?：:\n\t（）…])|(?P<mark>[、,])|(?P<joint>以及|和|及|暨)"
)
_COMMON_LATIN = re.compile(r"[45]G|[1-5]A|AI|VR|REITs|EPC")
_TRIM = " \u3000·"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch without commas or full stops, and its pieces (start, end)."""

    start: int
    end: int
    pieces: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Layout:
    """The clauses of a text and every boundary word in it (start, end, hint), by end."""

    text: str
    clauses: tuple[Clause, ...]
    boundaries: tuple[tuple[int, int, str], ...]
    spanned: list[int]
    starting: dict[int, tuple[int, str]] = field(default_factory=dict)

    def boundary_at(self, position: int) -> tuple[int, str] | None:
        """Return the end and the hint of the longest boundary word that starts at *position*."""
        return self.starting.get(position)

    def crossed(self, position: int) -> bool:
        """Say whether a common word runs across *position*."""
        return self.spanned[position] >= 0

    def within(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Yield the boundary words inside the range, last one first."""
        index = bisect_left(self.boundaries, end + 1, key=lambda word: word[1]) - 1
        while index >= 0 and self.boundaries[index][1] > start:
            if self.boundaries[index][0] >= start:
                yield self.boundaries[index]
            index -= 1

    def cut_left(self, start: int, end: int) -> tuple[int, str]:
        """Return where the name that ends at *end* begins, not before *start*, and the hint of the word before it.

        The cut lies behind the last boundary word that leaves a name; without one the name begins at *start*.
        """
        quoted = _quoted(self.text, start, end)
        for first, last, hint in self.within(start, end):
            soft = hint.startswith("soft")
            if last >= end or any(a <= first < b for a, b in quoted):
                continue
            begin = self._skip(last, end)
            if not soft or is_name(self.text[begin:end]):
                return begin, self._strongest(start, last, hint)
        return self._skip(start, end), ""

    def _strongest(self, start: int, last: int, hint: str) -> str:
        """Return the hints of the verbs that stand together before the name (加快 + 建设)."""
        near = self.within(max(start, last - 6), last)
        return " ".join(sorted({part for word in near for part in word[2].split()} | set(hint.split())))

    def _skip(self, start: int, end: int) -> int:
        while start < end:
            begin = start
            match = _quantity().match(self.text, start, end)
            if match and match.end() < end:
                start = match.end()
            prefix = _longest_prefix(self.text, start, end)
            if prefix and start + prefix < end:
                start += prefix
            while start < end and self.text[start] in _TRIM:
                start += 1
            if start == begin:
                break
        return start


def layout(doc: Doc) -> Layout:
    """Return the layout of *doc*, made once for all extractors."""
    made = doc.user_data.get("policykg_layout")
    if not isinstance(made, Layout):
        made = doc.user_data["policykg_layout"] = read_layout(doc._.outline.clean.text)
    return made


def read_layout(text: str) -> Layout:
    """Return the layout of the clean text *text*."""
    words, hints = _boundary_words()
    spanned = _spanned(text)
    found = sorted(
        (
            (start, end, hints[index])
            for index, start, end in words.find_matches_as_indexes(text)
            if not _extended(spanned[end], start, end, hints[index])
        ),
        key=lambda word: (word[1], -word[0]),
    )
    made = Layout(text, tuple(_clauses(text)), tuple(found), spanned)
    for start, end, hint in found:
        if start not in made.starting or made.starting[start][0] < end:
            made.starting[start] = (end, hint)
    return made


def _extended(begin: int, start: int, end: int, hint: str) -> bool:
    """Say whether a common word that begins at *begin* makes the boundary word part of it (服务 in 服务业).

    A word that ends a name for sure (打造) stands even where a common word seems to begin in its middle (造成).
    """
    return begin == start or (begin > start and (hint.startswith("soft") or end - start == 1))


def _spanned(text: str) -> list[int]:
    """For each position the latest start of a common word that runs across it, or -1."""
    latest = [-1] * (len(text) + 1)
    for _, start, end in _common_automaton().find_matches_as_indexes(text, overlapping=True):
        for position in range(start + 1, end):
            latest[position] = max(latest[position], start)
    return latest


def is_name(words: str) -> bool:
    """Say whether *words* hold anything but common words; digits, letters and quoted words count as names."""
    words = words.strip(_TRIM)
    if not 2 <= len(words) <= 45:
        return False
    return is_specific(words)


@lru_cache(maxsize=65536)
def is_specific(words: str) -> bool:
    """Say whether some character of *words* lies in no common word."""
    words = _COMMON_LATIN.sub("", words)
    if _marked().search(words):
        return True
    common = _common_words()
    covered = [True] + [False] * len(words)
    for end in range(1, len(words) + 1):
        if words[end - 1] in "0123456789（）—-·、%％.+＋":
            covered[end] = covered[end - 1]
        else:
            covered[end] = any(covered[begin] and words[begin:end] in common for begin in range(max(0, end - 6), end))
    return not covered[-1]


def amounts(words: str) -> bool:
    """Say whether *words* end in an amount (口袋公园建设117个)."""
    return _amount().search(words) is not None


def is_counted(text: str, start: int) -> bool:
    """Say whether a count stands directly before *start* (建成3个…): what follows is a kind, not a name."""
    return _count().search(text, max(0, start - 12), start) is not None


def ends_in_common_word(text: str, start: int, end: int) -> bool:
    """Say whether the last character of the range is the end of a longer common word (段 in 阶段)."""
    common = _common_words()
    return any(text[begin:end] in common for begin in range(max(start, end - 3), end - 1))


def _clauses(text: str) -> Iterator[Clause]:
    start, last, quote_end = 0, 0, -1
    pieces: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "opaque":
            if match.start() == quote_end and match[0][0] in "“《":
                pieces.append((last, match.start()))
                last = match.start()
            quote_end = match.end()
        elif (kind == "mark" and not _counts_on(text, match.start(), match.end())) or (
            kind == "joint" and _joins(text, match.start(), match.end())
        ):
            pieces.append((last, match.start()))
            last = match.end()
        elif kind == "stop":
            yield from _closed(start, match.start(), [*pieces, (last, match.start())])
            start = last = match.end()
            pieces = []
    yield from _closed(start, len(text), [*pieces, (last, len(text))])


def _closed(start: int, end: int, pieces: list[tuple[int, int]]) -> Iterator[Clause]:
    kept = tuple((a, b) for a, b in pieces if b > a)
    if kept:
        yield Clause(start, end, kept)


def _joins(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 3) : end + 3]
    return not any(word in around for word in _closed_words("enumerations_joints"))


def _counts_on(text: str, start: int, end: int) -> bool:
    """Say whether the mark stands between bare numbers (6、7、9号地块)."""
    return text[start - 1 : start].isdigit() and re.match(r"\d+(?:、|号(?!线))", text[end : end + 6]) is not None


def _quoted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pairs = re.finditer(r"“[^“”]*”|（[^（）]*）", text[start:end])
    return [(start + match.start(), start + match.end()) for match in pairs]


def _longest_prefix(text: str, start: int, end: int) -> int:
    prefixes = _prefixes()
    return next((n for n in range(min(8, end - start), 0, -1) if text[start : start + n] in prefixes), 0)


@cache
def _closed_words(stem: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in load_lexicon(stem))


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(row["word"] for row in load_lexicon("enumerations_prefixes"))


@cache
def _common_words() -> frozenset[str]:
    return frozenset(row["word"] for row in load_lexicon("enumerations_generic"))


@cache
def _common_automaton() -> AhoCorasick:
    return AhoCorasick(sorted(word for word in _common_words() if len(word) > 1))


@cache
def _boundary_words() -> tuple[AhoCorasick, tuple[str, ...]]:
    rows = load_lexicon("enumerations_boundaries")
    automaton = AhoCorasick([row["word"] for row in rows], matchkind=MatchKind.LeftmostLongest)
    return automaton, tuple(row["hint"] for row in rows)


def _measures(*groups: str) -> str:
    rows = load_lexicon("enumerations_measures")
    return "|".join(sorted((row["word"] for row in rows if row["group"] in groups), key=len, reverse=True))


@cache
def _quantity() -> re.Pattern[str]:
    """An amount before a name: 109公里, 3个."""
    number = rf"(?:第?[\d.]+(?:至|-|—|～)?[\d.]*(?:{_measures('more')})*(?:{_measures('things', 'amount')})|等)"
    return re.compile(f"{number}+")


@cache
def _count() -> re.Pattern[str]:
    """A count that makes what follows a kind: 3个, 一批, 12家省级."""
    level = "|".join(row["word"] for row in load_lexicon("enumerations_prefixes") if row["word"].endswith("级"))
    return re.compile(
        rf"(?:[\d.]+(?:{_measures('more')})?(?:{_measures('things')})|{_measures('some')})(?:{level}|新)?$"
    )


@cache
def _marked() -> re.Pattern[str]:
    return re.compile(rf"[A-Za-z“]|\d+(?:{_measures('name')})")


@cache
def _amount() -> re.Pattern[str]:
    return re.compile(rf"[\d.]+(?:{_measures('more')})*(?:{_measures('things', 'amount', 'more')})[^“”]{{0,3}}$")


@cache
def _counted_things() -> re.Pattern[str]:
    return re.compile(rf"[\d.]+(?:{_measures('more')})*(?:{_measures('things')})")
