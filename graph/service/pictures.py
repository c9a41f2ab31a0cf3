"""Pictures as SVG, drawn by the server: they need no script, and what they show can be followed by links."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDE = 14.0  # of a Chinese character in the pictures, in pixels


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


def _point(point: Point, x: float, y: float, number: int) -> str:
    shape = f'<circle class="s-{point.role}" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>'
    if point.role == "target":
        corners = f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"
        shape = f'<polygon class="s-target" points="{corners}"/>'
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
    step = next(step * factor for factor in (1, 2, 2.5, 5, 10) if step * factor * 4 >= (high - low) * 1.05)
    low = math.floor(low / step) * step
    return low, max(low + 4 * step, math.ceil(high / step) * step)


def draw_neighbourhood(name: str, spokes: Sequence[Spoke], title: str) -> Markup:
    """Return the thing called *name* in the middle of what it is connected to, in one ring or two."""
    rings = [spokes[:14], spokes[14:]] if len(spokes) > 16 else [spokes]
    width, height = 980, 620 if len(rings) == 1 else 860
    cx, cy = width / 2, height / 2
    lines: list[str] = []
    nodes: list[str] = []
    for number, ring in enumerate(rings):
        rx, ry = (
            (300 if number == 0 and len(rings) > 1 else 370),
            (height / 2 - 60) * (0.55 if number < len(rings) - 1 else 1),
        )
        for place, spoke in enumerate(ring):
            angle = 2 * math.pi * (place + 0.5 * number) / len(ring) - math.pi / 2
            x, y = cx + rx * math.cos(angle), cy + ry * math.sin(angle)
            lines.append(f'<line class="edge" x1="{cx}" y1="{cy}" x2="{x:.1f}" y2="{y:.1f}"/>')
            nodes.append(_node(spoke, x, y))
    middle = shortened(name, 14)
    half = max(46.0, _width(middle) / 2 * 1.15 + 16)
    centre = f'<rect class="centre" x="{cx - half:.1f}" y="{cy - 20}" width="{2 * half:.1f}" height="40" rx="20"/>'
    centre += f'<text x="{cx}" y="{cy + 6}" text-anchor="middle" font-size="16" font-weight="650" class="on">'
    return _svg(width, height, title, [*lines, *nodes, f"{centre}{escape(middle)}</text>"])


def _node(spoke: Spoke, x: float, y: float) -> str:
    words = shortened(spoke.name, 10)
    half = _width(words) / 2 + 12
    x = min(max(x, half + 4), 976 - half)
    place = f'x="{x - half:.1f}" y="{y - 15:.1f}" width="{2 * half:.1f}" height="30" rx="15"'
    box = f'<rect class="node n-{spoke.group}" {place}/>'
    label = _text(x, y + 5, words, "", 14, "middle") + _text(
        x, y + 29, shortened(spoke.relation, 10), "soft", 11, "middle"
    )
    return (
        f'<a href="{escape(spoke.path)}"><title>{escape(spoke.name)} · {escape(spoke.relation)}</title>{box}{label}</a>'
    )


def draw_years(
    rows: Sequence[tuple[str, str, Mapping[int, Sequence[Task]]]],
    years: Sequence[int],
    links: Iterable[tuple[str, str, str]],
    title: str,
) -> Markup:
    """Return strategies by year with their tasks, and curves between tasks that *links* (from, to, kind) connect."""
    left, column, line, pad = 190, 250, 22, 10
    places: dict[str, list[tuple[float, float]]] = {}
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
                places.setdefault(task.key, []).append((x, y))
                words = _text(x + 14, y, shortened(task.name, 14), "", 13.5)
                dot = f'<circle class="dot" cx="{x + 4:.0f}" cy="{y - 5:.0f}" r="3.5"/>'
                parts.append(f'<a href="{escape(task.path)}"><title>{escape(task.name)}</title>{dot}{words}</a>')
        top += height
    curves = [_curve(places[a][0], places[b][0], kind) for a, b, kind in links if a in places and b in places]
    heads = [
        _text(left + column * place + 4, 24, str(year), "soft", 14, "start", "600") for place, year in enumerate(years)
    ]
    return _svg(left + column * len(years), int(top) + 8, title, [*parts[:0], *_under(parts, curves), *heads])


def _under(parts: Sequence[str], curves: Sequence[str]) -> list[str]:
    """Put the curves over the bands and under the words."""
    bands = [part for part in parts if part.startswith("<rect")]
    return [*bands, *curves, *(part for part in parts if not part.startswith("<rect"))]


def _curve(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    (x1, y1), (x2, y2) = start, end
    x1, x2, y1, y2 = x1 + 4, x2 + 4, y1 - 5, y2 - 5
    bend = max(40.0, abs(x2 - x1) / 2)
    path = f"M{x1:.0f} {y1:.0f} C{x1 + bend:.0f} {y1 + 14:.0f} {x2 - bend:.0f} {y2 + 14:.0f} {x2:.0f} {y2:.0f}"
    return f'<path class="link k-{escape(kind)}" d="{path}"/>'


def _width(text: str) -> float:
    return sum(_WIDE if ord(char) > 0x2E80 else 8.0 for char in text)


def _text(x: float, y: float, words: str, kind: str, size: float, anchor: str = "start", weight: str = "") -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    named = f' class="{kind}"' if kind else ""
    return (
        f'<text{named} x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{bold}>{escape(words)}</text>'
    )


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> Markup:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="group"'
    return Markup(f'{head} aria-label="{escape(title)}">{"".join(parts)}</svg>')  # noqa: S704 (every word is escaped)
