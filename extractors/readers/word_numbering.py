"""Automatic numbers of Word: `一、`, `（一）`, `1.`, which a document shows but does not hold, are written into it.

A paragraph names a list and a level, itself or through its style; the list says how the number looks. The count goes
on through the document, deeper levels begin anew. Bullets are left out, as are number formats of other scripts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{WORD}}}"
_CHINESE = "零一二三四五六七八九"
_COUNTED = frozenset({"chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "japaneseCounting"})
_DIGITS = frozenset({"ideographDigital", "taiwaneseDigital", "japaneseDigitalTen", "koreanDigital2"})
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    looks: str  # the number format
    text: str  # "%1、"
    style: str | None  # the paragraph style that belongs to it


@dataclass
class _List:
    """A list definition and how far it has counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def advance(self, depth: int) -> str:
        """Count the level *depth* on and return its label."""
        for deeper in [level for level in self.counts if level > depth]:
            del self.counts[deeper]
        for above in range(depth):
            self.counts.setdefault(above, self._start(above))
        self.counts[depth] = self.counts[depth] + 1 if depth in self.counts else self._start(depth)
        label = self.levels[depth].text
        for number in range(depth + 1):
            if f"%{number + 1}" in label:
                label = label.replace(f"%{number + 1}", to_label(self.counts[number], self._looks(number)))
        return label

    def _start(self, depth: int) -> int:
        return self.levels[depth].start if depth in self.levels else 1

    def _looks(self, depth: int) -> str:
        return self.levels[depth].looks if depth in self.levels else "decimal"


def write_numbers(body: Any, numbering: Any | None, styles: Any | None) -> None:
    """Put the automatic number of each paragraph of the element *body* before its words, as a run of text."""
    if numbering is None:
        return
    lists = _read_lists(numbering)
    by_style = _read_styles(styles, lists) if styles is not None else {}
    for paragraph in body.iter(f"{_W}p"):
        place = _place(paragraph, by_style)
        entry = lists.get(place[0]) if place else None
        if place is None or entry is None or place[1] not in entry.levels or not _has_words(paragraph):
            continue
        if entry.levels[place[1]].looks not in {"bullet", "none"}:
            _put_before(paragraph, entry.advance(place[1]))


def to_label(number: int, looks: str) -> str:
    """Return *number* in the Word number format *looks*, in Arabic digits where that is unknown here."""
    if looks in _COUNTED:
        return _counted(number)
    if looks in _DIGITS:
        return "".join("〇" if digit == "0" else _CHINESE[int(digit)] for digit in str(number))
    if looks.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if looks in {"upperLetter", "lowerLetter"} and 1 <= number <= 26:
        return chr((65 if looks == "upperLetter" else 97) + number - 1)
    if looks in {"upperRoman", "lowerRoman"} and 1 <= number < 400:
        return _roman(number).upper() if looks == "upperRoman" else _roman(number)
    return str(number)


def _counted(number: int) -> str:
    """Return *number* as it is spoken: 十二, 一百零三."""
    if number >= 1000 or number <= 0:
        return str(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{_CHINESE[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _CHINESE[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_CHINESE[ones] if ones else "")


def _roman(number: int) -> str:
    words = ""
    for value, letters in _ROMAN:
        words += letters * (number // value)
        number %= value
    return words


def _read_lists(numbering: Any) -> dict[str, _List]:
    """Return the lists by the id that paragraphs name; those of one definition count together."""
    shared = {
        str(abstract.get(f"{_W}abstractNumId")): _List(dict(_read_levels(abstract)))
        for abstract in numbering.iter(f"{_W}abstractNum")
    }
    lists: dict[str, _List] = {}
    for number in numbering.iter(f"{_W}num"):
        definition = shared.get(_value(number, "abstractNumId") or "")
        if definition is None:
            continue
        changed = dict(_read_overrides(number, definition.levels))
        lists[str(number.get(f"{_W}numId"))] = _List({**definition.levels, **changed}) if changed else definition
    return lists


def _read_levels(parent: Any) -> Iterator[tuple[int, _Level]]:
    for level in parent.iterfind(f"{_W}lvl"):
        yield (
            int(level.get(f"{_W}ilvl") or 0),
            _Level(
                int(_value(level, "start") or 1),
                _value(level, "numFmt") or "decimal",
                _value(level, "lvlText") or "",
                _value(level, "pStyle"),
            ),
        )


def _read_overrides(number: Any, levels: dict[int, _Level]) -> Iterator[tuple[int, _Level]]:
    for override in number.iterfind(f"{_W}lvlOverride"):
        depth = int(override.get(f"{_W}ilvl") or 0)
        start = _value(override, "startOverride")
        if start and depth in levels:
            old = levels[depth]
            yield depth, _Level(int(start), old.looks, old.text, old.style)
        yield from _read_levels(override)


def _read_styles(styles: Any, lists: dict[str, _List]) -> dict[str, tuple[str, int]]:
    """Return list and level by the id of the paragraph style that brings them, from its own or an inherited rule."""
    elements = {str(style.get(f"{_W}styleId")): style for style in styles.iter(f"{_W}style")}
    found: dict[str, tuple[str, int]] = {}
    for name in elements:
        style, steps = elements.get(name), 0
        while style is not None and steps < 20:
            properties = style.find(f"{_W}pPr/{_W}numPr")
            if properties is not None:
                number = _value(properties, "numId") or "0"
                linked = (
                    [d for d, level in lists[number].levels.items() if level.style == name] if number in lists else []
                )
                found[name] = number, int(_value(properties, "ilvl") or (linked[0] if linked else 0))
                break
            style, steps = elements.get(_value(style, "basedOn") or ""), steps + 1
    return found


def _place(paragraph: Any, by_style: dict[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Return the list and the level of *paragraph*, or None; list 0 means none."""
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        return None
    inherited = by_style.get(_value(properties, "pStyle") or "")
    own = properties.find(f"{_W}numPr")
    if own is None:
        return inherited
    number = _value(own, "numId") or (inherited[0] if inherited else "0")
    depth = _value(own, "ilvl")
    return (number, int(depth) if depth else inherited[1] if inherited else 0) if number != "0" else None


def _has_words(paragraph: Any) -> bool:
    return any((text.text or "").strip() for text in paragraph.iter(f"{_W}t"))


def _put_before(paragraph: Any, label: str) -> None:
    run = etree.Element(f"{_W}r")
    text = etree.SubElement(run, f"{_W}t")
    text.text = label if not label[-1:].isalnum() or label[-1:].isdecimal() else f"{label} "
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    properties = paragraph.find(f"{_W}pPr")
    paragraph.insert(0 if properties is None else list(paragraph).index(properties) + 1, run)


def _value(parent: Any, name: str) -> str | None:
    child = parent.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")
