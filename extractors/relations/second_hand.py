"""Values at second hand: what a document says of the area above its own.

    地区生产总值增长6%左右（全市5.5%左右）      the city's, beside the district's
    全市经济社会发展的主要预期目标是：……       the city's, to the end of the sentence
    国家确定的粮食产量目标为……                 the nation's

The document stays the source; the value belongs to the area that it is told of. 全市 in a document of the city itself
is the city, so that nothing changes there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.patterns import load_lexicon
from extractors.scene import Scene
from extractors.values import Expression, parse_value
from ontology.gazetteer import AreaRecord, ancestors

_LONGEST = 24  # of a remark beside a value


@dataclass(frozen=True, slots=True)
class Quoted:
    """A value of another area beside one of the document's own; `area_at` is where the area is told (clean offsets)."""

    area: AreaRecord
    area_at: tuple[int, int]
    told: Expression
    target: bool


def quoted_values(scene: Scene, end: int) -> Iterator[Quoted]:
    """Yield the values of areas above the document's own that are told right behind a value that ends at *end*."""
    match = _beside().match(scene.text, end, end + _LONGEST)
    area = area_above(scene.home, match["who"]) if match else None
    if match is None or area is None or area == scene.home:
        return
    start, stop = match.span("value")
    value = parse_value(match["value"])
    if value.number is not None:
        told = Expression(start, stop, "second-hand", value)
        yield Quoted(area, match.span("who"), told, bool(match["what"]) and "平均" not in match["what"])


def area_of_targets(scene: Scene, start: int) -> tuple[AreaRecord, tuple[int, int]] | None:
    """Return the area whose targets the sentence around the clean offset *start* states, with where it says so."""
    low, _ = scene.sentence(start, start + 1)
    match = _announced().search(scene.text, low, start)
    area = area_above(scene.home, match["who"]) if match else None
    return (area, match.span("who")) if match and area else None


def area_above(home: AreaRecord | None, word: str) -> AreaRecord | None:
    """Return the nearest area around *home*, itself included, that *word* means (全市, 国家)."""
    kind = _kinds().get(word)
    if home is None or kind is None:
        return None
    around = (home, *ancestors(home))
    return next((area for area in around if area.name.endswith(kind)), around[-1] if kind == "国" else None)


@cache
def _kinds() -> dict[str, str]:
    rows = load_lexicon("indicators_contexts")
    return {row["word"]: row["code"] for row in rows if row["kind"] in ("area", "area of targets")}


def _words() -> str:
    return "|".join(sorted(map(re.escape, _kinds()), key=lambda word: (-len(word), word)))


@cache
def _beside() -> re.Pattern[str]:
    return re.compile(
        rf"[（(，](?:其中)?(?P<who>{_words()})(?P<what>(?:平均|预期目标|预期|目标|计划|水平)*)(?:为|是|增长)?"
        r"(?P<value>\d[^，。；、（）()]{0,9})(?=[，。；、）)])"
    )


@cache
def _announced() -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|(?<=[，。！？；\n年]))(?P<who>{_words()})"
        r"(?:[^，。；：！？\n]{0,20}(?:预期|主要|发展)目标(?:是|为|：|:)|(?:确定|提出|下达|明确|安排)的?)"
    )
