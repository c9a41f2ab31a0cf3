"""Indicators: the names of quantities that have a value in the same clause (规上工业增加值 in 规上工业增加值增长8%).

The values come first (`extractors.values`); the words to their left are the measured thing. From these words
everything is cut that is no name: 力争, 全市, 2025年 and named places in front; 同比, 年均 behind; verbs and what
precedes them. What remains is an indicator when it ends in a head of `data/indicators_heads.csv` (增加值, 率), or is
the counted subject of a verb of its own (科技型企业达84家); the object of a counting verb (引进机构15家) is none.
One value told of several names (A、B分别增长) gives each name; a tail that they share (A、B产量) belongs to none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from spacy.tokens import Doc

from extractors.indicator_tables import read_indicator_rows
from extractors.patterns import load_lexicon
from extractors.values import ABOVE, EQUAL, Expression, find_expressions
from ontology.records import Proposal

_CLAUSE = re.compile(r"(?:[^，。；;：:！？\n（）()【】\[\]]|[（(][A-Za-z0-9.]{1,8}[）)])+")
_DATE = re.compile(
    r"(?:[到至]?(?:19|20)\d\d(?:[—-]20\d\d)?年(?:以?来|底|末|度|初|上半年|[1-9]\d?月)?|"
    r"“?十[一二三四五六七八九]五”?(?:时期|期间|以来|末|期末)?|"
    r"\d{1,2}(?:[—-]\d{1,2})?月(?:底|末)?|\D{0,4}?\d+个?(?:设区)?[市县区州](?!域)|\D{0,8}?时隔\d+年)的?"
)
_COUNTED = re.compile(r"[\d.,]+[万亿千百]*[余多]?[个家项条件座名所只台艘辆处部种批套户]")
_COUNTERS = "个名条项家座所种款处支只台辆栋部批件位年岁"
_JOINT = re.compile(r"[、和及与]")
_SOLE = re.compile(r"分别|均")
_IN_TURN = re.compile(r"分别")
_RATIO = re.compile(r"[和及与][^、和及与]{1,12}(?:的?比[率例值重]|之比)$")  # 物流费用与地区生产总值的比率 is one
PLACES = frozenset({"AREA", "ZONE", "AGENCY", "ORG", "PLATFORM", "MEETING", "EVENT", "POLICYDOC", "PROGRAMME"})
_LONGEST = 26
_LONGEST_ITEM = 12  # of a listed name that is known by no head
_WEAK = frozenset({"bare", "level"})  # forms that a counting verb may stand before: 发放贷款超百亿元


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator where it is named, clean offsets, and the expressions that say its values.

    `shared` tells that the values belong to several things under the one name (城乡收入分别增长3.1%和4.7%). `tail`
    is the head behind the last item of a list, which measures this item too (产量 in 冷柜、空调产量), else "".
    """

    start: int
    end: int
    rule: str
    values: tuple[Expression, ...]
    shared: bool = False
    tail: str = ""


def propose_indicators(doc: Doc) -> Iterable[Proposal]:
    """Propose the names of measured quantities in running text and in the rows of indicator tables."""
    places = {(p.start, p.end) for p in doc._.proposals if p.type in PLACES}
    for measure in read_measures(doc._.outline.clean.text, places):
        yield Proposal(measure.start, measure.end, "INDICATOR", f"indicators/{measure.rule}")
    for row in read_indicator_rows(doc._.outline):
        yield Proposal(row.name.start, row.name.end, "INDICATOR", "indicators/table")


def read_measures(text: str, places: Iterable[tuple[int, int]] = ()) -> Iterator[Measure]:
    """Yield the indicators of *text* with their values; *places* are clean ranges of names that only locate."""
    starts: dict[int, int] = {}
    for start, end in places:
        starts[start] = max(end, starts.get(start, 0))
    earlier: list[Measure] = []  # of the clause before the last, where the last goes on from it
    before: list[Measure] = []
    for clause in _CLAUSE.finditer(text):
        groups = _groups(text, clause.start(), clause.end())
        if before and groups and _goes_on(text, before[-1], *groups[0]):
            pool = [*earlier, *before]
            told = _go_on(pool, len(earlier), groups[0][1])
            earlier, before = told[: len(earlier)], told[len(earlier) :]
            groups = groups[1:]
            if not groups:
                continue
        yield from earlier
        joined = bool(before) and text[before[-1].values[-1].end : clause.start()] == "，"
        earlier = before if joined else []
        yield from () if joined else before
        before = [measure for begin, values in groups for measure in _read_group(text, begin, values, starts)]
    yield from (*earlier, *before)


def _go_on(measures: list[Measure], earlier: int, values: list[Expression]) -> list[Measure]:
    """Return *measures* with the *values* that a clause without a subject tells of them.

    The first *earlier* of them stand a clause before the others. 均 tells all of the last clause; 分别 tells the last
    ones in turn, one value each, or nothing where there are too few; any other value is told of the very last.
    """
    words = values[0].value.text
    if _IN_TURN.search(words) and len(values) > 1:
        first = len(measures) - len(values)
        if first < 0:
            return measures
        told = [
            replace(measure, values=(*measure.values, value))
            for measure, value in zip(measures[first:], values, strict=True)
        ]
        return [*measures[:first], *told]
    first = earlier if _SOLE.search(words) else len(measures) - 1
    return [*measures[:first], *(replace(last, values=(*last.values, *values)) for last in measures[first:])]


def measured_name(text: str, start: int, end: int, places: dict[int, int]) -> tuple[int, int] | None:
    """Return the range of the measured quantity that the words *start*, *end* name, None where they name none."""
    low, high, _ = _trim(text, start, end, places)
    is_name = high - low >= 2 and _measured(text[low:high]) and _is_name(text[low:high], "move", False, False)
    return (low, high) if is_name else None


def _groups(text: str, start: int, end: int) -> list[tuple[int, list[Expression]]]:
    """Return the values of a clause in groups that have one subject, each with where the subject's words begin."""
    cursor = start
    groups: list[tuple[int, list[Expression]]] = []
    for value in find_expressions(text, start, end):
        if _is_object(text, value) or (value.form == "rank" and value.value.number is None):
            continue
        if groups and not text[cursor : value.start].strip(" 、和及与"):
            groups[-1][1].append(_as_first(value, groups[-1][1][0]))
        else:
            groups.append((cursor, [value]))
        cursor = value.end
    return groups


def _as_first(value: Expression, first: Expression) -> Expression:
    """Return a bare value behind 分别 as what the first one is: in 分别增长8%、5% both are growths."""
    if value.form != "bare" or not _SOLE.search(first.value.text):
        return value
    told, model = value.value, first.value
    comparator = model.comparator if (model.comparator, told.comparator) == (ABOVE, EQUAL) else told.comparator
    return replace(value, value=replace(told, direction=model.direction, change=model.change, comparator=comparator))


def _goes_on(text: str, last: Measure, begin: int, values: list[Expression]) -> bool:
    """Tell whether the values that open a clause without a subject speak of the last indicator (…达30亿元，增长8%)."""
    first = values[0]
    joined = text[last.values[-1].end : first.start] in ("，", "；")
    return joined and begin == first.start and first.form in ("move", "share", "rank", "level") and not last.shared


def _is_object(text: str, value: Expression) -> bool:
    """Tell whether the expression only counts the noun that follows it (突破120项技术)."""
    follower = text[value.end : value.end + 1]
    return (
        text[value.end - 1] in _COUNTERS
        and value.form in ("move", "level")
        and "一" <= follower <= "\u9fff"
        and follower not in "的和及与"
    )


def _read_group(text: str, begin: int, values: list[Expression], places: dict[int, int]) -> Iterator[Measure]:
    first = values[0]
    start, end, counting = _trim(text, begin, first.start, places)
    if end - start < 2 or _never().search(text, start, end):
        return
    several = bool(_SOLE.search(first.value.text))
    items = _items(text, start, end, several)
    tail = ""
    if _share_a_tail(text, items):
        cut = _without_tail(text, items[-1], items[-2])
        tail = text[cut:end] if text[cut : cut + 1] != "等" else _head(text[cut:end])
        items[-1] = (items[-1][0], cut)
    names = [(s, e) for s, e in items if e - s >= 2]
    for index, (s, e) in enumerate(names):
        if not _is_name(text[s:e], first.form, counting, len(names) > 1):
            continue
        if len(names) == 1:
            yield Measure(s, e, first.form, tuple(values), several and len(values) > 1)
        else:
            in_turn = _IN_TURN.search(first.value.text) or len(values) == len(names)
            told = (values[index : index + 1] or values[:1]) if in_turn else values
            yield Measure(s, e, "several", tuple(told), tail=tail)


def _share_a_tail(text: str, items: list[tuple[int, int]]) -> bool:
    """Tell whether the last of *items* ends in a head that measures them all (冷柜、空调产量)."""
    if len(items) < 2:
        return False
    first, last = (text[s:e] for s, e in (items[0], items[-1]))
    return not _measured(first) and _head(first) != _head(last)


def _items(text: str, start: int, end: int, several: bool) -> list[tuple[int, int]]:
    items, begin = [], start
    for match in _JOINT.finditer(text, start, end):
        cut = match.start()
        quoted = text.count("“", start, cut) != text.count("”", start, cut)
        joins = match[0] == "、" or (several and _head(text[begin:cut])) or _measured(text[begin:cut])
        if not quoted and joins and begin < cut < end - 1 and not _RATIO.match(text, cut, end):
            items.append((begin, cut))
            begin = cut + 1
    items.append((begin, end))
    return items


def _without_tail(text: str, item: tuple[int, int], model: tuple[int, int]) -> int:
    """Return where the last *item* of a list ends without the shared tail; *model* is the item before it."""
    start, end = item
    etc = text.find("等", start, end)
    if etc > start + 1:
        return etc
    alike = text.find(text[model[1] - 1], start + 1, end - 1)
    if alike > 0:
        return alike + 1
    head = _head(text[start:end])
    length = model[1] - model[0] if len(head) < 2 else end - start - len(head)
    return start + length if 2 <= length < end - start else end


def _trim(text: str, start: int, end: int, places: dict[int, int]) -> tuple[int, int, bool]:
    """Return the range of the name inside the words *start*, *end*, and whether a counting verb stands before it."""
    start = max((m.end() for m in _cuts().finditer(text, start, end) if not _kept(text, m.start())), default=start)
    while start < end:
        step = _step(text, start, end, places)
        if step <= start:
            break
        start = step
    counting = bool(_counts().match(text, start, end))
    while end > start:
        if text[end - 1] in " 、":
            end -= 1
            continue
        match = _trails().search(text, start, end)
        if not match:
            break
        end = match.start()
    return start, end, counting


def _kept(text: str, position: int) -> bool:
    return bool(_keeps().match(text, position)) or text[position - 1 : position] == "占"


def _step(text: str, start: int, end: int, places: dict[int, int]) -> int:
    """Return where the words after one thing that only leads in begin."""
    if text[start] in " 、和及与-—”":
        return start + 1
    if _kept(text, start):
        return start
    match = _DATE.match(text, start, end) or _COUNTED.match(text, start, end) or _leads().match(text, start, end)
    if match:
        return match.end()
    return _after_place(text, start, end, places)


def _after_place(text: str, start: int, end: int, places: dict[int, int]) -> int:
    """Return where the words after a named place begin; a quoted name stays where a ratio is told of it (“X”覆盖率)."""
    quoted = text[start] == "“"
    place = places.get(start, 0) or (places.get(start + 1, 0) if quoted else 0)
    if place and text[place : place + 1] == "”":
        place += 1
    if not start < place < end - 1:
        return start
    return start if quoted and _heads().get(_head(text[place:end])) == "ratio" else place


def _is_name(name: str, form: str, counting: bool, several: bool) -> bool:
    if len(name) > _LONGEST or _alone().fullmatch(name) or _COUNTED.match(name):
        return False
    if name[0] == "占" or name.count("“") != name.count("”"):
        return False
    head = _head(name)
    role = _heads().get(head, "")
    if form in _WEAK and role != "ratio" and (counting or _counts_before(name, head)):
        return False
    if form == "bare":
        return role in ("measure", "ratio")
    return bool(role) or (several and len(name) <= _LONGEST_ITEM and not _counts_end().search(name))


def _counts_before(name: str, head: str) -> bool:
    """Tell whether the head is the object of a counting verb inside the name (计划完成投资)."""
    verb = _counts_end().search(name[: len(name) - len(head)])
    return bool(head and verb and len(head) <= 2 and verb.start() > 0)


def _head(name: str) -> str:
    word = name.rstrip("”")
    return next((word[-size:] for size in range(min(5, len(word)), 0, -1) if word[-size:] in _heads()), "")


def _measured(name: str) -> bool:
    return _heads().get(_head(name)) in ("measure", "ratio")


@cache
def _heads() -> dict[str, str]:
    return {row["head"]: row["role"] for row in load_lexicon("indicators_heads")}


def _words(role: str) -> str:
    words = (row["word"] for row in load_lexicon("indicators_boundaries") if row["role"] == role)
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(_words("lead"))


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile(_words("cut"))


@cache
def _keeps() -> re.Pattern[str]:
    return re.compile(_words("keep"))


@cache
def _never() -> re.Pattern[str]:
    return re.compile(_words("never"))


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(_words("alone"))


@cache
def _counts() -> re.Pattern[str]:
    return re.compile(_words("count"))


@cache
def _counts_end() -> re.Pattern[str]:
    return re.compile(f"(?:{_words('count')})$")


@cache
def _trails() -> re.Pattern[str]:
    return re.compile(f"(?:{_words('trail')})$")
