"""Who wins where proposals overlap: the one that is the more likely right, as measured.

`data/resolution_reliability.csv` says for each rule how often it was right on annotated documents, by the company its
proposals keep: **alone**, **agreed** (another rule proposes the same range and type), **disputed** (the same range as
another type), **inside** a longer proposal, **around** a shorter one, or **across** one. That settles most questions
the guidelines ask (the longest name, one type before the other) without a word on any pair of types.

Where a recogniser has read the document, too, its mentions join the proposals, and every proposal is weighed by both:
how reliable its rule is in that place, and how probable the recogniser holds just this mention. The weights are those
of a logistic regression on documents that the recogniser had not seen (`data/resolution_weights.csv`). Rules that go
by the layout (a post beside its holder, a box, a table) see what no sentence shows: there the recogniser has no say.

Where two are equal the longer wins, then the order of types in the guidelines. What is more likely wrong than useful is
left out. Before all that every proposal is made fit to be a mention: it ends at a footnote mark that follows a
quotation and falls where a mark cuts it elsewhere, lies within one block, breaks no number or Latin word, and has no
blanks at its ends. A hotline is a platform, whoever proposes it as a programme.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from extractors.patterns import load_lexicon
from extractors.platforms import is_hotline
from ontology.records import Outline, Proposal

LEAST = 0.35  # less reliable ones lower F1 (.25 to .5 tried for rules, .3 to .45 with a recogniser: all within .01)
LAYOUT_RULES = ("people/", "box_lists/", "indicators/table")
FEATURES = ("bias", "a rule says so", "its reliability", "chance beside a rule", "chance without one")
TRUSTED = 0.3  # only proposals of rules at least this reliable count as company
_PRIOR, _PRIOR_WEIGHT = 0.5, 6.0
_BLANK = " \t\n\r\u3000，。；：、！？,;"
# GUIDELINES.md: PROJECT > PROGRAMME > STRATEGY > ZONE; AGENCY > ORG; POLICYDOC > PROGRAMME.
_ORDER = ("POST", "PERSON", "MEETING", "POLICYDOC", "EVENT", "PROJECT", "PROGRAMME", "STRATEGY", "PLATFORM", "AGENCY",
          "ORG", "ZONE", "AREA", "INDICATOR")  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


class Opinion(Protocol):
    """What a recogniser holds of the document."""

    @property
    def model(self) -> str:
        """Return which recogniser it is."""

    @property
    def proposals(self) -> Sequence[Proposal]:
        """Return the mentions that it reads."""

    def chance(self, proposal: Proposal) -> float | None:
        """Return how probable it holds *proposal*, None where it was never shown that type."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A range of a type: the rule that says so (the recogniser's where no other does), and what speaks for it."""

    proposal: Proposal
    reliability: float | None
    chance: float | None


def settle(
    proposals: Iterable[Proposal],
    outline: Outline,
    opinion: Opinion | None = None,
    weights: Sequence[float] | None = None,
) -> list[Proposal]:
    """Return proposals that do not overlap, in text order.

    *opinion* is the recogniser's where one has read the document; *weights* are those of `features`, the measured ones
    where none are given.
    """
    if weights is None:
        weights = load_weights(opinion.model) if opinion else ()
    scored = [(_score(candidate, weights), candidate.proposal) for candidate in weigh(proposals, outline, opinion)]
    taken = bytearray(len(outline.clean.text) + 1)
    kept = []
    for score, proposal in sorted(scored, key=_preference):
        if score >= LEAST and not any(taken[proposal.start : proposal.end]):
            taken[proposal.start : proposal.end] = b"\x01" * (proposal.end - proposal.start)
            kept.append(proposal)
    return sorted(kept, key=lambda p: p.start)


def weigh(proposals: Iterable[Proposal], outline: Outline, opinion: Opinion | None = None) -> list[Candidate]:
    """Return each range and type proposed, once, with the most reliable of its rules and the recogniser's chance.

    The chance is None where no recogniser has a say.
    """
    fit, reliability = make_fit(proposals, outline), load_reliability()
    best: dict[tuple[int, int, str], Candidate] = {}
    for proposal, place in company(fit, reliability):
        score = reliability.of(proposal.rule, place)
        key = proposal.start, proposal.end, proposal.type
        if key not in best or (score, proposal.rule) > (best[key].reliability, best[key].proposal.rule):
            heard = None if proposal.rule.startswith(LAYOUT_RULES) else opinion
            best[key] = Candidate(proposal, score, heard.chance(proposal) if heard else None)
    for proposal in make_fit(opinion.proposals, outline) if opinion else ():
        key = proposal.start, proposal.end, proposal.type
        if opinion and key not in best:
            best[key] = Candidate(proposal, None, opinion.chance(proposal))
    return list(best.values())


def features(candidate: Candidate) -> tuple[float, ...]:
    """Return what the logistic regression weighs, in the order of `FEATURES`; shares as log odds."""
    rule = candidate.reliability is not None
    said, held = _logit(candidate.reliability or 0.5), _logit(candidate.chance or 0.0)
    return 1.0, float(rule), said, held * rule, held * (not rule)


def _score(candidate: Candidate, weights: Sequence[float]) -> float:
    if candidate.chance is None:
        return candidate.reliability or 0.0
    total = sum(weight * value for weight, value in zip(weights, features(candidate), strict=True))
    return 1.0 / (1.0 + math.exp(-total))


def _logit(share: float) -> float:
    share = min(max(share, 0.002), 0.998)
    return math.log(share / (1.0 - share))


@cache
def load_weights(model: str) -> tuple[float, ...]:
    """Return the weights of `FEATURES` for the recogniser *model*, out of `data/resolution_weights.csv`."""
    rows = {row["feature"]: float(row[model]) for row in load_lexicon("resolution_weights")}
    return tuple(rows[feature] for feature in FEATURES)


def _preference(pair: tuple[float, Proposal]) -> tuple[float, int, int, int, str]:
    score, proposal = pair
    return (
        -round(score, 3),
        proposal.start - proposal.end,
        _RANK.get(proposal.type, len(_RANK)),
        proposal.start,
        proposal.rule,
    )


class Reliability:
    """How often rules were right: `counts[rule, place]` and `counts[rule, ""]` (any place) are (right, seen)."""

    def __init__(self, counts: dict[tuple[str, str], tuple[int, int]]) -> None:
        """Keep *counts*."""
        self._counts = counts

    def of(self, rule: str, place: str = "") -> float:
        """Return the share of right proposals of *rule* in *place*, drawn towards its share in all places."""
        right, seen = self._counts.get((rule, ""), (0, 0))
        overall = (right + _PRIOR * _PRIOR_WEIGHT) / (seen + _PRIOR_WEIGHT)
        if not place:
            return overall
        right, seen = self._counts.get((rule, place), (0, 0))
        return (right + overall * _PRIOR_WEIGHT) / (seen + _PRIOR_WEIGHT)


@cache
def load_reliability() -> Reliability:
    """Return what `data/resolution_reliability.csv` holds."""
    counts: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in load_lexicon("resolution_reliability"):
        for place in (row["place"], ""):
            right, seen = counts[row["rule"], place]
            counts[row["rule"], place] = right + int(row["right"]), seen + int(row["seen"])
    return Reliability(dict(counts))


def company(proposals: list[Proposal], reliability: Reliability) -> Iterator[tuple[Proposal, str]]:
    """Yield each proposal with the place it has among the trusted others."""
    trusted = sorted((p for p in proposals if reliability.of(p.rule) >= TRUSTED), key=lambda p: (p.start, p.end))
    starts = [p.start for p in trusted]
    longest = max((p.end - p.start for p in trusted), default=0)
    for proposal in proposals:
        first = bisect_left(starts, proposal.start - longest)
        last = bisect_left(starts, proposal.end)
        others = [p for p in trusted[first:last] if p.end > proposal.start and p != proposal]
        yield proposal, _place(proposal, others)


def _place(proposal: Proposal, others: list[Proposal]) -> str:
    relations = {_relation(proposal, other) for other in others}
    for place in ("inside", "disputed", "across", "agreed", "around"):
        if place in relations:
            return place
    return "alone"


def _relation(proposal: Proposal, other: Proposal) -> str:
    if (other.start, other.end) == (proposal.start, proposal.end):
        return "agreed" if other.type == proposal.type else "disputed"
    if other.start <= proposal.start and proposal.end <= other.end:
        return "inside"
    if proposal.start <= other.start and other.end <= proposal.end:
        return "around"
    return "across"


def make_fit(proposals: Iterable[Proposal], outline: Outline) -> list[Proposal]:
    """Return *proposals* trimmed and cut so that each can be a mention; what cannot is left out. No two are equal."""
    text = outline.clean.text
    anchors = sorted({block.anchor for block in outline.blocks if block.anchor is not None})
    edges = sorted({offset for block in outline.blocks for offset in (block.start, block.end)})
    fit: dict[Proposal, None] = {}
    for proposal in proposals:
        start, end = _trim(text, *_cut(text, proposal.start, proposal.end, anchors))
        if start < end and not _crosses(start, end, edges) and not _breaks_word(text, start, end):
            numbered = proposal.type == "PROGRAMME" and is_hotline(text[start:end])
            fit[Proposal(start, end, "PLATFORM" if numbered else proposal.type, proposal.rule)] = None
    return list(fit)


def _cut(text: str, start: int, end: int, anchors: list[int]) -> tuple[int, int]:
    """End the range at the first footnote mark within it when a quotation ends there; else leave nothing of it."""
    mark = next(iter(anchors[bisect_right(anchors, start) : bisect_left(anchors, end)]), None)
    if mark is None:
        return start, end
    return (start, mark) if text[mark - 1] == "”" else (start, start)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start] in _BLANK or (text[start] == "“" and "”" not in text[start:end])):
        start += 1
    while start < end and (text[end - 1] in _BLANK or (text[end - 1] == "”" and "“" not in text[start:end])):
        end -= 1
    return start, end


def _crosses(start: int, end: int, edges: list[int]) -> bool:
    return bisect_right(edges, start) < bisect_left(edges, end)


def _breaks_word(text: str, start: int, end: int) -> bool:
    return any(0 < place < len(text) and _joined(text[place - 1], text[place]) for place in (start, end))


def _joined(left: str, right: str) -> bool:
    if not (left.isascii() and right.isascii()):
        return False
    return (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha())
