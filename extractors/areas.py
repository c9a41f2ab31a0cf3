"""Administrative areas: names of the gazetteer, townships by pattern, abbreviations beside a verb.

Long names and the short names of provinces and prefectures stand for themselves. The short name of a county is often
an ordinary word (互助, 资源); it needs a witness: its province is the document's, the name of a unit above stands
directly before it, or it stands in a list beside an area. Words that hold the letters of an area (隆重庆祝) are
matched first and swallowed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
from spacy.tokens import Doc

from extractors.patterns import Pattern, load_lexicon, load_patterns
from ontology.gazetteer import AreaRecord, ancestors, area_by_code, areas_named, load_areas
from ontology.records import Proposal

_LONGEST = 15  # letters of the longest long name
_BELOW = ("township", "village")
_RECENT = 2000  # units abolished before this year are known by their long names only
_JOINTS = re.compile(r"[、和与及—至]|以及")
_BRACKETS = ("（）", "()")


@dataclass(frozen=True, slots=True)
class _Match:
    """A name of the gazetteer in the text; `weak` needs a witness, `word` is an ordinary word besides."""

    start: int
    end: int
    records: tuple[AreaRecord, ...]
    weak: bool
    word: bool


def propose_areas(doc: Doc) -> Iterator[Proposal]:
    """Yield areas; adjacent names of a unit and one inside it (成都市锦江区) are one."""
    text = doc._.outline.clean.text
    matches = list(_matches(text))
    home = home_area(doc)
    province = _code_of_province(home) if home else _likely_province(matches)
    yield from _joined(text, _with_witness(text, matches, province))
    for name in ("township", "abbreviation", "abbreviation-rare"):
        yield from _pattern(name).find(text)
    if home is not None and home.level != "province":
        letters = {home.short[0], *(area.short[0] for area in ancestors(home) if area.level == "prefecture")}
        yield from (found for found in _pattern("home-letter").find(text) if text[found.start] in letters)


def home_area(doc: Doc) -> AreaRecord | None:
    """Return the area that the document says it governs, None where its outline does not say or the name is open."""
    fact = doc._.outline.facts.get("area")
    found = areas_named(fact.value) if fact else ()
    return found[0] if found else None


def name_before(text: str, start: int) -> int:
    """Return where the area names that end at *start* begin (in 重庆市渝中区人民政府 before 人民政府: 0), else *start*.

    The level word may stand after *start*: 江北 before 区委.
    """
    level = next((word for word in level_words() if text.startswith(word, start)), "")
    first = True
    while True:
        for length in range(min(_LONGEST, start), 1, -1):
            name = text[start - length : start]
            if name in _forms() and (_is_long(name) or _completed(name, level) or (not first and not _weak(name))):
                start -= length
                break
        else:
            return start
        level, first = "", False


def _completed(name: str, level: str) -> bool:
    return bool(level) and bool(areas_named(name + level))


@cache
def level_words() -> tuple[str, ...]:
    """Return the words for the levels of administration, the longest first."""
    words = [row["word"] for row in load_lexicon("areas_levels") if row["levels"] not in _BELOW]
    return tuple(sorted(words, key=len, reverse=True))


def area_forms(name: str) -> tuple[AreaRecord, ...]:
    """Return the areas that *name* may mean: a long or short name, 化隆县 for 化隆回族自治县, a customary name."""
    return _forms().get(name, ())


@cache
def _forms() -> dict[str, tuple[AreaRecord, ...]]:
    forms: dict[str, tuple[AreaRecord, ...]] = {}
    for record in load_areas():
        if record.level == "nation":
            continue
        names = {record.name}
        if len(record.short) > 1 and (record.valid_to or _RECENT) >= _RECENT:
            names.add(record.short)
            names.update(_autonomous_in_short(record))
        for name in names:
            forms[name] = (*forms.get(name, ()), record)
    for row in load_lexicon("areas_bynames"):
        if len(row["name"]) > 1:
            forms[row["name"]] = (area_by_code(row["code"]),)
    return forms


def _autonomous_in_short(record: AreaRecord) -> Iterator[str]:
    autonomous = tuple(row["word"] for row in load_lexicon("areas_levels") if row["autonomous"] == "yes")
    if record.level != "province" and record.name.endswith(autonomous):
        yield record.short + record.name[-1]


@cache
def _words() -> frozenset[str]:
    return frozenset(row["name"] for row in load_lexicon("areas_words"))


@cache
def _context(side: str) -> re.Pattern[str]:
    """Return what makes an area a part of a longer name: "before" it, up to it, or "after" it."""
    words = "|".join(row["words"] for row in load_lexicon("areas_context") if row["side"] == side)
    return re.compile(rf"(?:{words})$" if side == "before" else words)


@cache
def _automaton() -> tuple[ahocorasick_rs.AhoCorasick, tuple[str, ...], frozenset[str]]:
    guards = frozenset(row["words"] for row in load_lexicon("areas_guards"))
    patterns = tuple(sorted(guards | _forms().keys()))
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return ahocorasick_rs.AhoCorasick(patterns, matchkind=kind), patterns, guards


@cache
def _pattern(name: str) -> Pattern:
    return next(pattern for pattern in load_patterns("areas") if pattern.rule == f"areas/{name}")


def _matches(text: str) -> Iterator[_Match]:
    automaton, patterns, guards = _automaton()
    for index, start, end in automaton.find_matches_as_indexes(text):
        name = patterns[index]
        if name in guards:
            continue
        yield _Match(start, end, _forms()[name], weak=_weak(name), word=name in _words())


def _weak(name: str) -> bool:
    """Return whether *name* alone does not stand for an area: an ordinary word, or the short name of a county."""
    return name in _words() or not (_is_long(name) or any(record.level != "county" for record in _forms()[name]))


def _is_long(name: str) -> bool:
    return len(name) > 2 and any(name not in (record.short, "") for record in _forms().get(name, ()))


def _code_of_province(record: AreaRecord) -> str:
    return record.code[:2]


def _likely_province(matches: list[_Match]) -> str:
    """Return the first two digits of the province that more than half of the certain names lie in, "" for none."""
    counted = Counter(_code_of_province(match.records[0]) for match in matches if not match.weak)
    if not counted:
        return ""
    code, count = counted.most_common(1)[0]
    return code if count * 2 > counted.total() else ""


def _with_witness(text: str, matches: list[_Match], province: str) -> list[_Match]:
    """Return the matches that are areas: strong ones, and weak ones that something vouches for, to a fixed point."""
    kept = [_vouched(text, match, province) for match in matches]
    changed = True
    while changed:
        changed = False
        for index in range(len(matches) - 1):
            left, right = matches[index], matches[index + 1]
            if kept[index] != kept[index + 1] and (
                _listed(text, left, right, province) or (kept[index] and _directly(left, right))
            ):
                kept[index] = kept[index + 1] = changed = True
    return [match for index, match in enumerate(matches) if kept[index] and not _in_longer_name(text, match)]


def _vouched(text: str, match: _Match, province: str) -> bool:
    if not match.weak:
        return True
    if not _at_home(match, province) or text[match.start - 1 : match.start] == "“":
        return False
    return not match.word or _pattern("word-in-place").regex.match(text, match.start, match.end + 2) is not None


def _at_home(match: _Match, province: str) -> bool:
    return any(_code_of_province(record) == province for record in match.records)


def _listed(text: str, left: _Match, right: _Match, province: str) -> bool:
    between = text[left.end : right.start]
    if left.word or right.word:
        return between == "、" and _at_home(left, province) and _at_home(right, province)
    return _JOINTS.fullmatch(between) is not None


def _directly(left: _Match, right: _Match) -> bool:
    """Whether *right* follows *left* without a gap and lies inside it."""
    return left.end == right.start and any(_holds(upper, lower) for upper in left.records for lower in right.records)


def _holds(upper: AreaRecord, lower: AreaRecord) -> bool:
    if upper.level == "province":
        return lower.level != "province" and _code_of_province(upper) == _code_of_province(lower)
    return any(area.key == upper.key for area in ancestors(lower))


def _in_longer_name(text: str, match: _Match) -> bool:
    if _context("after").match(text, match.end) or _context("before").search(
        text[max(0, match.start - 8) : match.start]
    ):
        return True
    return match.start > 0 and text[match.start - 1] + text[match.end : match.end + 1] in _BRACKETS


def _joined(text: str, matches: list[_Match]) -> Iterator[Proposal]:
    index = 0
    while index < len(matches):
        last = index
        while last + 1 < len(matches) and _directly(matches[last], matches[last + 1]):
            last += 1
        end = matches[last].end
        if any(record.level == "county" for record in matches[last].records):
            below = _pattern("township-of").regex.match(text, end)
            end = below.end() if below else end
        rule = _rule(text, matches[index], matches[last])
        yield Proposal(matches[index].start, end, "AREA", rule)
        index = last + 1


def _rule(text: str, first: _Match, last: _Match) -> str:
    if text[first.start - 1 : first.start] == "“":
        return "areas/name-after-quotation-mark"
    if last.weak:
        return "areas/name-with-witness"
    return "areas/long-name" if _is_long(text[last.start : last.end]) else "areas/short-name"
