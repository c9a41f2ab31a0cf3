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
from dataclasses import dataclass
from functools import cache

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
_QUOTATION = re.compile(r"“([^“”\n]{1,40})”")
_EXPLAINED = re.compile(r"[^，。；：“\n]{0,16}(?:：|指)")
_LIST_TAIL = re.compile(
    r"[“”、\w·+]{0,30}?(?:等|[一二三四五六七八九十两\d][大项个])[^，。；：、“\n]{0,8}?(\w\w)(?=[，。；：、\n])"
)
_CHAIN = re.compile(r"((?:“[^“”\n]{1,20}”)*)(\w\w)")


@dataclass(frozen=True, slots=True)
class Page:
    """A text and what all its candidates share: where verbs begin, and how often words stand in quotation marks.

    `quoted` counts the quotations by their words, `headed` holds those that a tail follows somewhere in the text,
    `explained` those that a colon or 指 follows.
    """

    text: str
    verbs: tuple[int, ...]
    quoted: Counter[str]
    headed: frozenset[str]
    explained: frozenset[str]

    @classmethod
    def of(cls, text: str, words: "Words") -> "Page":
        """Read *text* once."""
        quotations = list(_QUOTATION.finditer(text))
        return cls(
            text,
            tuple(match.start() for match in words.verbs.finditer(text)),
            Counter(match[1] for match in quotations),
            frozenset(match[1] for match in quotations if words.lexis.tails.match(text, match.end())),
            frozenset(match[1] for match in quotations if _EXPLAINED.match(text, match.end())),
        )


def cues_of(page: Page, candidate: Candidate, words: "Words") -> Iterator[str]:
    """Yield the cues of *candidate* on *page*, some more than once."""
    text = page.text
    start, end, form, tail = candidate.start, candidate.end, candidate.form, candidate.tail
    name = text[start:end]
    bare = name.replace("“", "").replace("”", "")
    yield f"form={form}"
    yield from _sides(text, start, end, form, words.governors)
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


def _sides(text: str, start: int, end: int, form: str, governors: re.Pattern[str]) -> Iterator[str]:
    before, behind = text[max(0, start - 8) : start], text[end : end + 6]
    governor = governors.search(before)
    left = governor[0] if governor else before[-1:]
    yield f"{form}/left={left}"
    yield f"left={left}"
    yield f"left2={before[-2:]}"
    right = behind[:1] if behind[:1] in STOPS + JOINTS + "“”等（）：" else behind[:2]
    yield f"{form}/right={right}"
    yield f"right2={behind[:2]}"
    if before[-1:] in ("、", "”") or behind[:1] in ("、", "“"):
        yield f"{form}/listed"
    ahead = _LIST_TAIL.match(text, end)
    if ahead:
        yield f"list-tail={ahead[1]}"
    if before[-1:] == "”":
        yield f"{form}/chained"
    if form == "quoted":
        chain = _CHAIN.match(text, end)
        if chain and (chain[1] or before[-1:] == "”"):
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
        total = self._weights.get("bias", 0.0) + sum(self._weights.get(cue, 0.0) for cue in cues)
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
        yield candidate, tuple(dict.fromkeys(cues_of(page, candidate, words)))


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
