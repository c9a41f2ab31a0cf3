"""Pictures as SVG, drawn by the server: they need no script, and what they show can be followed by links."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from markupsafe import Markup, escape

_WIDE = 14.0  # of a Chinese character in the pictures, in pixels
_Place = tuple[float, float, float]  # of a task: its dot, and where its words end


@dataclass(frozen=True, slots=True)
class Point:
    """A value of an indicator: `words` are shown, `number` is drawn."""

    year: int
    number: float
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """A neighbour in a picture of a neighbourhood."""

    name: str
    path: str
    relation: str
    group: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task in the picture of the years."""

    key: str
    name: str
    path: str


def shortened(text: str, most: float) -> str:
    """Return *text* cut so that it is no wider than *most* Chinese characters."""
    used = 0.0
    for place, char in enumerate(text):
        used += 1.0 if ord(char) > 0x2E80 else 0.56
        if used > most:
            return text[: max(1, place - 1)] + "…"
    return text


def draw_series(points: Sequence[Point], title: str) -> Markup:
    """Return a chart of values over the years: targets hollow on a broken line, results solid."""
    years = list(range(min(p.year for p in points), max(p.year for p in points) + 1))
    width, height, left, right, top, bottom = max(360, 130 * len(years) + 90), 300, 62, 30, 34, 42
    numbers = [p.number for p in points]
    low, high = _round_range(min(numbers), max(numbers))

    def x(year: int) -> float:
        return left + (width - left - right) * (year - years[0] + 0.5) / len(years)

    def y(number: float) -> float:
        return top + (height - top - bottom) * (high - number) / (high - low)

    parts = []
    for step in range(5):
        number = low + (high - low) * step / 4
        parts.append(f'<line class="grid" x1="{left}" x2="{width - right}" y1="{y(number):.1f}" y2="{y(number):.1f}"/>')
        parts.append(_text(left - 8, y(number) + 4, f"{number:g}", "soft", 12, "end"))
    parts += [_text(x(year), height - 14, str(year), "soft", 13, "middle") for year in years]
    for role in ("target", "actual"):
        line = sorted({p.year: p for p in points if p.role == role}.values(), key=lambda p: p.year)
        if len(line) > 1:
            path = " ".join(f"{x(p.year):.1f},{y(p.number):.1f}" for p in line)
            parts.append(f'<polyline class="l-{role}" points="{path}"/>')
    parts += [_point(p, x(p.year), y(p.number), n) for n, p in enumerate(_distinct(points))]
    return _svg(width, height, title, parts)


def draw_mark(role: str) -> Markup:
    """Return the mark of a role alone, for the key."""
    return _svg(18, 18, role, [_shape(role, 9, 9)], 'aria-hidden="true"')


def _shape(role: str, x: float, y: float) -> str:
    if role == "target":
        corners = f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"
        return f'<polygon class="s-target" points="{corners}"/>'
    return f'<circle class="s-{role}" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>'


def _point(point: Point, x: float, y: float, number: int) -> str:
    shape = _shape(point.role, x, y)
    above = point.role != "target"
    return shape + _text(x, y - 12 if above else y + 22, shortened(point.words, 9), "", 12, "middle")


def _distinct(points: Iterable[Point]) -> list[Point]:
    return list({(p.year, p.role, p.number): p for p in points}.values())


def _round_range(low: float, high: float) -> tuple[float, float]:
    """Return a range around both that ends at round numbers."""
    if low == high:
        low, high = low - abs(low or 1) * 0.5, high + abs(high or 1) * 0.5
    if low > 0 and low < (high - low):
        low = 0.0
    step = 10 ** math.floor(math.log10((high - low) / 4))
    step = next(step * factor for factor in (1, 2, 2.5, 5, 10, 20) if step * factor * 4 >= (high - low) * 1.05)
    low = math.floor(low / step) * step
    return low, max(low + 4 * step, math.ceil(high / step) * step)


def draw_neighbourhood(name: str, spokes: Sequence[Spoke], title: str) -> Markup:
    """Return the thing called *name* in the middle, and what it is connected to in an arc on either side."""
    half = (len(spokes) + 1) // 2
    width, height = 1040, max(300, half * 46 + 40)
    cx, cy = width / 2, height / 2
    lines: list[str] = []
    nodes: list[str] = []
    for side, part in ((-1, spokes[:half]), (1, spokes[half:])):
        for place, spoke in enumerate(part):
            share = (place + 0.5) / len(part)
            y = 20 + (height - 40) * share
            x = cx + side * (230 + 60 * math.sin(math.pi * share))
            bend = cx + side * 150
            lines.append(f'<path class="edge" d="M{cx} {cy} C{bend:.0f} {cy} {bend:.0f} {y:.1f} {x:.1f} {y:.1f}"/>')
            nodes.append(_node(spoke, x, y, side))
    middle = shortened(name, 16)
    reach = max(46.0, _width(middle) / 2 * 1.15 + 16)
    centre = f'<rect class="centre" x="{cx - reach:.1f}" y="{cy - 20}" width="{2 * reach:.1f}" height="40" rx="20"/>'
    centre += f'<text x="{cx}" y="{cy + 6}" text-anchor="middle" font-size="16" font-weight="650" class="on">'
    return _svg(width, height, title, [*lines, *nodes, f"{centre}{escape(middle)}</text>"])


def _node(spoke: Spoke, x: float, y: float, side: int) -> str:
    words = shortened(spoke.name, 14)
    wide = _width(words) + 24
    left = x if side > 0 else x - wide
    place = f'x="{left:.1f}" y="{y - 15:.1f}" width="{wide:.1f}" height="30" rx="15"'
    label = _text(left + wide / 2, y + 5, words, "", 14, "middle")
    label += _text(x - side * 8, y - 5, shortened(spoke.relation, 8), "soft haloed", 11, "end" if side > 0 else "start")
    told = f"<title>{escape(spoke.name)} · {escape(spoke.relation)}</title>"
    return f'<a href="{escape(spoke.path)}">{told}<rect class="node n-{spoke.group}" {place}/>{label}</a>'


def draw_years(
    rows: Sequence[tuple[str, str, Mapping[int, Sequence[Task]]]],
    years: Sequence[int],
    links: Iterable[tuple[str, str, str]],
    title: str,
) -> Markup:
    """Return strategies by year with their tasks, and curves between tasks that *links* (from, to, kind) connect."""
    left, column, line, pad = 184, 224, 22, 10
    places: dict[str, list[_Place]] = {}
    parts: list[str] = []
    top = 40.0
    for number, (name, path, cells) in enumerate(rows):
        height = max([len(tasks) for tasks in cells.values()] or [1]) * line + pad
        if number % 2 == 0:
            parts.append(
                f'<rect class="band" x="0" y="{top:.0f}" width="{left + column * len(years)}" height="{height}"/>'
            )
        label = _text(12, top + 20, shortened(name, 12), "", 14, "start", "600")
        parts.append(f'<a href="{escape(path)}"><title>{escape(name)}</title>{label}</a>')
        for place, year in enumerate(years):
            for n, task in enumerate(cells.get(year, ())):
                x, y = left + column * place, top + 20 + n * line
                name_shown = shortened(task.name, 13)
                places.setdefault(task.key, []).append((x + 4, y - 5, x + 18 + _width(name_shown) * 13 / _WIDE))
                words = _text(x + 14, y, name_shown, "", 13)
                dot = f'<circle class="dot" cx="{x + 4:.0f}" cy="{y - 5:.0f}" r="3.5"/>'
                parts.append(f'<a href="{escape(task.path)}"><title>{escape(task.name)}</title>{dot}{words}</a>')
        top += height
    curves = [_curve(*_nearest(places[a], places[b]), kind) for a, b, kind in links if a in places and b in places]
    heads = [
        _text(left + column * place + 4, 24, str(year), "soft", 14, "start", "600") for place, year in enumerate(years)
    ]
    return _svg(left + column * len(years), int(top) + 8, title, [*parts[:0], *_under(parts, curves), *heads])


def _under(parts: Sequence[str], curves: Sequence[str]) -> list[str]:
    """Put the curves over the bands and under the words."""
    bands = [part for part in parts if part.startswith("<rect")]
    return [*bands, *curves, *(part for part in parts if not part.startswith("<rect"))]


def _nearest(starts: Iterable[_Place], ends: Iterable[_Place]) -> tuple[_Place, _Place]:
    """Return the places of two tasks, each in the rows of several strategies, that lie nearest to one row."""
    return min(product(starts, ends), key=lambda pair: (abs(pair[0][1] - pair[1][1]), pair))


def _curve(start: _Place, end: _Place, kind: str) -> str:
    """Return a curve from behind the words of the one task to the dot of the other."""
    x1, y1, x2, y2 = start[2], start[1], end[0] - 4, end[1]
    bend = max(30.0, abs(x2 - x1) / 2)
    path = f"M{x1:.0f} {y1:.0f} C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    return f'<path class="link k-{escape(kind)}" d="{path}"/>'


def _width(text: str) -> float:
    return sum(_WIDE if ord(char) > 0x2E80 else 8.0 for char in text)


def _text(x: float, y: float, words: str, kind: str, size: float, anchor: str = "start", weight: str = "") -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    named = f' class="{kind}"' if kind else ""
    return (
        f'<text{named} x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{bold}>{escape(words)}</text>'
    )


def _svg(width: float, height: float, title: str, parts: Iterable[str], role: str = "") -> Markup:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    role = role or f'role="group" aria-label="{escape(title)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {role}>'
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704 (every word is escaped)
