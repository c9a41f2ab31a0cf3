"""Which year a value is of: the year named with it, else that of the passage; none where many years are meant.

    二、“十五五”时期主要目标          ► many years, planned      (no year)
    （一）…… 到2030年，……达到60%。    ► the year 2030
    三、2026年重点工作                 ► the year of the passage

Words of time hold from where they stand to the next ones: inside their sentence always, and beyond it when a sentence
begins with them, to the end of the paragraph; below a heading that names a span of years, through all its paragraphs.
今年 and the like lead back to the year of the passage. A five-year plan that ended before the year that the document
plans looks back, whatever the passage around it does.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from extractors.numerals import read_count
from extractors.patterns import load_lexicon
from extractors.scene import Scene
from extractors.values import Value
from ontology.records import Block, BlockKind, Mode

_YEAR = re.compile(r"((?:19|20)\d\d)年")
_UNTIL = re.compile(r"[到至]((?:19|20)\d\d)年")
_COMPARED = re.compile(r"[与和同]((?:19|20)\d\d)年(?:末|底)?相比")
_PLAN = re.compile(r"“?([一二三四五六七八九十]{1,3})五”?(?:时期|期间|以来)|“([一二三四五六七八九十]{1,3})五”")
_OPENS = re.compile(r"(?:^|[。！？；\n])[^，。；：！？\n]{0,6}$")
_LISTED = re.compile(r"——|[一二三四五六七八九十]{1,3}是|[（(][一二三四五六七八九十\d]{1,3}[）)]")
_AVERAGE = "年均"
_FIRST_PLAN_END, _YEARS = 1955, 5  # the n-th five-year plan ends in 1955 + 5n


@dataclass(frozen=True, slots=True)
class Frame:
    """What the words of time at `start` (clean offset) make of the words after them.

    `many` tells that they speak of several years; `year` is a later year that they name, None for the passage's own;
    `mode` is given where they can only look back or ahead.
    """

    start: int
    many: bool = False
    year: int | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The frames of a document in text order."""

    scene: Scene
    frames: list[Frame]
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [frame.start for frame in self.frames])

    def frame(self, offset: int) -> Frame:
        """Return the frame that holds at the clean *offset*."""
        at = bisect_right(self._starts, offset)
        return self.frames[at - 1] if at else Frame(0)

    def period(self, start: int, passage: int | None) -> int | None:
        """Return the year of what is said at *start* in a passage of the year *passage*; None for many years."""
        low, _ = self.scene.sentence(start, start + 1)
        before = self.scene.text[low:start]
        cues = [*_named_years(self.scene, before), *((frame.start, None) for frame in _spans(before, None))]
        if cues:
            return max(cues, key=lambda cue: cue[0])[1]
        frame = self.frame(start)
        return None if frame.many else frame.year or passage

    def year_told(self, value: Value, start: int, passage: int | None) -> int | None:
        """Return the year of *value*, told of what is named at *start*: its own words come before all others.

        A level that is an average of years (年均1200万人) is of none, and neither is a change since long ago.
        """
        if _AVERAGE in value.text and not value.change:
            return None
        period = year_in(value.text) or self.period(start, passage)
        return None if period and value.change and self._compares_far(start, period) else period

    def _compares_far(self, start: int, period: int) -> bool:
        """Tell whether a change is since an earlier year than the one before *period* (与2000年相比)."""
        low, _ = self.scene.sentence(start, start + 1)
        compared = _COMPARED.search(self.scene.text, low, start)
        return compared is not None and int(compared[1]) != period - 1

    def mode(self, start: int, mode: Mode | None, period: int | None) -> Mode | None:
        """Return the mode of what is said at *start*: in a plan, what it says of earlier years looks back."""
        low, _ = self.scene.sentence(start, start + 1)
        own = list(_spans(self.scene.text[low:start], year_of(self.scene, "plan_year")))
        frame = max(own, key=lambda frame: frame.start) if own else self.frame(start)
        if period is None and frame.many and frame.mode:
            return frame.mode
        plan = year_of(self.scene, "plan_year")
        return Mode.REVIEW if mode is Mode.PLAN and period and plan and period < plan else mode


def read_timeline(scene: Scene) -> Timeline:
    """Return the timeline of the running text of *scene*."""
    frames: list[Frame] = []
    for block in scene.outline.blocks:
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING):
            frames += _of_block(scene, block, frames[-1] if frames else Frame(-1))
    return Timeline(scene, frames)


def year_in(words: str) -> int | None:
    """Return the year that the words of a value name themselves (2030年达到60%), save one that only compares."""
    named = [int(match[1]) for match in _YEAR.finditer(words) if words[: match.start()][-1:] not in _words("since")]
    return named[0] if named else None


def year_of(scene: Scene, fact: str) -> int | None:
    """Return the year at the beginning of a fact of the document's head."""
    stated = scene.outline.facts.get(fact)
    return int(stated.value[:4]) if stated else None


def _of_block(scene: Scene, block: Block, last: Frame) -> Iterator[Frame]:
    plan = year_of(scene, "plan_year")
    heading = _span_of_heading(scene, block, plan)
    text = scene.text[block.start : block.end]
    goes_on = heading is not None or bool(_LISTED.match(text))
    if not (goes_on and last.start >= (heading.start if heading else 0)):
        yield heading or Frame(block.start)
    if block.kind is BlockKind.HEADING:
        return
    for frame in sorted([*_spans(text, plan), *_turns(scene, text, block.year)], key=lambda frame: frame.start):
        if _OPENS.search(text, 0, frame.start):
            yield Frame(block.start + frame.start, frame.many, frame.year, frame.mode)


def _span_of_heading(scene: Scene, block: Block, plan: int | None) -> Frame | None:
    """Return the frame of the nearest heading around *block* that names a span of years, None where none does.

    One that names a year as well leaves it to its paragraphs which they speak of.
    """
    for outer in reversed((*scene.outline.path_of(block), block)):
        if outer.kind is BlockKind.HEADING:
            words = scene.text[outer.start : outer.end]
            spans = list(_spans(words, plan))
            if spans:
                many = not _YEAR.search(words)
                return Frame(outer.start, many, mode=spans[-1].mode if many else None)
    return None


def _spans(text: str, plan: int | None) -> Iterator[Frame]:
    """Yield the spans of years that *text* names; `start` counts from its beginning."""
    for match in _PLAN.finditer(text):
        number = read_count(match[1] or match[2])
        if match[2] and not _is_heading(text):
            continue
        end = _FIRST_PLAN_END + _YEARS * int(number) if number else None
        mode = None if plan is None or end is None else Mode.REVIEW if end < plan else Mode.PLAN
        yield Frame(match.start(), many=True, mode=mode)
    for word, mode_code in _words("span").items():
        for match in re.finditer(word, text):
            yield Frame(match.start(), many=True, mode=Mode(mode_code) if mode_code else None)


def _is_heading(text: str) -> bool:
    return not any(mark in text for mark in "，。；")


def _turns(scene: Scene, text: str, passage: int | None) -> Iterator[Frame]:
    """Yield where *text* turns to a later year (到2030年), to the one before (去年) or back to the passage's own."""
    for match in _UNTIL.finditer(text):
        year = int(match[1])
        if passage is not None and year > passage:
            yield Frame(match.start(), year=year)
    now = year_of(scene, "issued") or year_of(scene, "plan_year")
    for word, distance in _words("past year").items():
        for match in re.finditer(word, text):
            yield Frame(match.start(), year=now + int(distance) if now else None)
    for word, distance in _words("relative year").items():
        if int(distance) == 0:  # 去年 and 明年 are glances aside; the next sentence is of this year again
            for match in re.finditer(word, text):
                yield Frame(match.start(), year=now)
    for word in (*_words("now"), *([f"{passage}年"] if passage else [])):
        for match in re.finditer(word, text):
            yield Frame(match.start())


def _named_years(scene: Scene, before: str) -> Iterator[tuple[int, int]]:
    """Yield the years that *before* names, with where, save those that only compare."""
    issued = year_of(scene, "issued") or year_of(scene, "plan_year")
    years = [(match.start(), int(match[1])) for match in _YEAR.finditer(before)]
    if issued:
        for word, distance in _words("relative year").items():
            years += [(match.start(), issued + int(distance)) for match in re.finditer(word, before)]
    yield from ((at, year) for at, year in years if before[max(0, at - 1) : at] not in _words("since"))


@cache
def _words(kind: str) -> dict[str, str]:
    return {row["word"]: row["code"] for row in load_lexicon("indicators_contexts") if row["kind"] == kind}
