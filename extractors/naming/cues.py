"""Weigh a candidate by its cues: what stands before and behind it, how it begins and ends, what shape it has.

A cue is a short label such as `left=实施` or `tail=行动`; its weight is the log-odds that a candidate showing it is a
name of the type. The weights lie in `data/<kind>_cues.csv` (columns cue, weight, seen, source), measured on annotated
documents by `benchmarks/measure_cues.py`. The sum of the weights through the logistic function is the probability.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from extractors.naming.candidates import JOINTS, STOPS, Candidate, Lexis, find_candidates
from extractors.patterns import load_lexicon

LONGEST_NAME = 18  # a longer name as a whole is no cue: it would be a sentence learnt by heart
_SHAPES = (
    ("sum", re.compile(r"[+＋]")),
    ("times", re.compile(r"[×xX]")),
    ("code", re.compile(r"^“?\d{2,}")),
    ("count", re.compile(r"^“?[一两二三四五六七八九十百千万双\d]+[大个项条件类重套]?")),
    ("steps", re.compile(r"[十百千万]{2,}")),
    ("latin", re.compile(r"[A-Za-z]")),
    ("dot", re.compile("·")),
    ("comma", re.compile("[，、]")),
    ("joint", re.compile("[和与及]")),
    ("of", re.compile("的")),
    ("digit", re.compile(r"\d")),
    ("year", re.compile(r"三年|五年|新一轮|第[一二三四五六七八九十]")),
    ("plan", re.compile(r"^“?十[一二三四五]五")),
    ("quote", re.compile("“")),
    ("pair", re.compile("(?:行动|工程|计划|机制|试点|改革|体系|战略|中心|基地|示范区|高地|枢纽|城市|区)[和、与及]")),
)
_SHAPED = re.compile(r"[+＋×xX\dA-Za-z·，、和与及的“一二两三四五六七八九十百千万双]|新一轮")  # all shapes need one
_MARKS = (*STOPS, *JOINTS, *"“”等（）：", "")  # words of one character behind a candidate
_QUOTATION = re.compile(r"“([^“”\n]{1,40})”")
_EXPLAINED = re.compile(r"[^，。；：“\n]{0,16}(?:：|指)")
_LIST_TAIL = re.compile(
    r"[“”、\w·+]{0,30}?(?:等|[一二三四五六七八九十两\d][大项个])[^，。；：、“\n]{0,8}?(\w\w)(?=[，。；：、\n])"
)
_CHAIN = re.compile(r"((?:“[^“”\n]{1,20}”)*)(\w\w)")


class Side(NamedTuple):
    """What stands on one side of a candidate: its nearest word, two characters, whether a list goes on there."""

    word: str
    two: str
    mark: str
    listed: bool
    list_tail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A text and what all its candidates share: where verbs begin, and how often words stand in quotation marks.

    `quoted` counts the quotations by their words, `headed` holds those that a tail follows somewhere in the text,
    `explained` those that a colon or 指 follows. Many candidates begin or end at one place: its sides are kept.
    """

    text: str
    governors: re.Pattern[str]
    verbs: tuple[int, ...]
    quoted: Counter[str]
    headed: frozenset[str]
    explained: frozenset[str]
    lefts: dict[int, Side] = field(default_factory=dict)
    rights: dict[int, Side] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, words: "Words") -> "Page":
        """Read *text* once."""
        quotations = list(_QUOTATION.finditer(text))
        return cls(
            text,
            words.governors,
            tuple(match.start() for match in words.verbs.finditer(text)),
            Counter(match[1] for match in quotations),
            frozenset(match[1] for match in quotations if words.lexis.tails.match(text, match.end())),
            frozenset(match[1] for match in quotations if _EXPLAINED.match(text, match.end())),
        )

    def left(self, start: int) -> Side:
        """Return what stands before *start*."""
        if start not in self.lefts:
            before = self.text[max(0, start - 8) : start]
            governor = self.governors.search(before)
            mark = before[-1:]
            self.lefts[start] = Side(governor[0] if governor else mark, before[-2:], mark, mark in ("、", "”"))
        return self.lefts[start]

    def right(self, end: int) -> Side:
        """Return what stands behind *end*."""
        if end not in self.rights:
            behind = self.text[end : end + 2]
            mark = behind[:1]
            ahead = _LIST_TAIL.match(self.text, end)
            word = mark if mark in _MARKS else behind
            self.rights[end] = Side(word, behind, mark, mark in ("、", "“"), ahead[1] if ahead else "")
        return self.rights[end]


def cues_of(page: Page, candidate: Candidate) -> Iterator[str]:
    """Yield the cues of *candidate* on *page*, some more than once."""
    text = page.text
    start, end, form, tail = candidate.start, candidate.end, candidate.form, candidate.tail
    name = text[start:end]
    bare = name.replace("“", "").replace("”", "")
    yield f"form={form}"
    yield from _sides(page, start, end, form)
    last = tail if form == "item" else bare[-2:]
    yield f"{form}/tail={last}"
    yield f"{form}/size={_size(len(bare))}"
    yield f"last={bare[-1:]}"
    yield f"{form}/last2={bare[-2:]}"
    yield f"last3={bare[-3:]}"
    yield f"first={bare[:1]}"
    yield f"first2={bare[:2]}"
    if len(bare) <= LONGEST_NAME:
        yield f"name={bare}"
    if _SHAPED.search(name):
        for label, shape in _SHAPES:
            if shape.search(bare if label != "quote" else name):
                yield f"{form}/shape={label}"
    if form in ("quoted", "headed"):
        yield from _elsewhere(page, name[1:].split("”")[0], form)
    inner = bisect_left(page.verbs, end - 3) - bisect_right(page.verbs, start)
    yield f"inner={max(0, min(2, inner))}/{form}"


def _elsewhere(page: Page, words: str, form: str) -> Iterator[str]:
    yield f"{form}/times={min(3, page.quoted[words])}"
    if words in page.headed:
        yield f"{form}/headed-somewhere"
    if words in page.explained:
        yield f"{form}/explained"


def _sides(page: Page, start: int, end: int, form: str) -> Iterator[str]:
    left, right = page.left(start), page.right(end)
    yield f"{form}/left={left.word}"
    yield f"left={left.word}"
    yield f"left2={left.two}"
    yield f"{form}/right={right.word}"
    yield f"right2={right.two}"
    if left.listed or right.listed:
        yield f"{form}/listed"
    if right.list_tail:
        yield f"list-tail={right.list_tail}"
    if left.mark == "”":
        yield f"{form}/chained"
    if form == "quoted":
        chain = _CHAIN.match(page.text, end)
        if chain and (chain[1] or left.mark == "”"):
            yield f"chain-tail={chain[2]}"


def _size(length: int) -> str:
    for limit in (2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30):
        if length <= limit:
            return str(limit)
    return "long"


class Scale:
    """The weights of one kind of thing."""

    def __init__(self, weights: dict[str, float]) -> None:
        """Keep *weights*, by cue; "bias" is that of a candidate with no cue."""
        self._weights = weights

    def probability(self, cues: Iterable[str]) -> float:
        """Return the probability that a candidate with these *cues* is a name of the kind."""
        weights = self._weights
        total = weights.get("bias", 0.0) + sum([weights[cue] for cue in cues if cue in weights])
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of one kind: what shapes its candidates, what governs them, what does not belong inside."""

    lexis: Lexis
    governors: re.Pattern[str]
    verbs: re.Pattern[str]


@cache
def load_words(kind: str) -> Words:
    """Return the word lists of *kind* (`data/<kind>_tails.csv`; the boundaries are shared)."""
    tails = tuple(row["word"] for row in load_lexicon(f"{kind}_tails"))
    boundaries = tuple(row["word"] for row in load_lexicon("programmes_boundaries"))
    either = "|".join(sorted(map(re.escape, boundaries), key=lambda word: (-len(word), word)))
    verbs = "|".join(sorted(word for word in boundaries if len(word) == 2))
    return Words(Lexis.of(tails, boundaries), re.compile(f"(?:{either})$"), re.compile(verbs))


@cache
def load_scale(kind: str) -> Scale:
    """Return the scale that `data/<kind>_cues.csv` holds."""
    return Scale({row["cue"]: float(row["weight"]) for row in load_lexicon(f"{kind}_cues")})


def cued_candidates(text: str, kind: str) -> Iterator[tuple[Candidate, tuple[str, ...]]]:
    """Yield the candidates of *kind* in *text* with their cues, each cue once."""
    words = load_words(kind)
    page = Page.of(text, words)
    for candidate in find_candidates(text, words.lexis):
        yield candidate, tuple(dict.fromkeys(cues_of(page, candidate)))


def weigh(text: str, kind: str, least: float) -> list[tuple[Candidate, float]]:
    """Return the candidates of *kind* whose probability is at least *least*, best first, none overlapping."""
    scale = load_scale(kind)
    weighed = [(candidate, scale.probability(cues)) for candidate, cues in cued_candidates(text, kind)]
    taken = bytearray(len(text) + 1)
    chosen = []
    for candidate, probability in sorted(weighed, key=lambda pair: (-pair[1], pair[0].start, pair[0].end)):
        if probability < least:
            break
        if not any(taken[candidate.start : candidate.end]):
            taken[candidate.start : candidate.end] = b"\x01" * (candidate.end - candidate.start)
            chosen.append((candidate, probability))
    return chosen
