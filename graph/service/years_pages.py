"""Pages over the years: strategies with their tasks and what became of them; indicators, targets against results."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graph.ask import Row, answer_question
from graph.names import resolve_name
from graph.service.addresses import path_of
from graph.service.pictures import Point, Task, draw_mark, draw_series, draw_years
from graph.service.reading_pages import thing_of
from graph.service.visit import NotThere, Page, Visit
from ontology.errors import WrongUse
from ontology.records import Evidence
from ontology.terms import Kind

_ROWS_DRAWN = 40
LINEAGE_KINDS = ("continues", "renames", "splitsFrom", "mergesInto")
_TASKS = """
SELECT DISTINCT ?aim ?year ?task ?title WHERE {
  ?claim rdf:predicate pk:advances ; rdf:subject ?task ; rdf:object ?aim ; pk:year ?year ; pk:status ?status .
  FILTER(?status != "rejected")
  ?task pk:area ?set_area .
  OPTIONAL { ?task pk:title ?title }
} ORDER BY ?year ?task
"""
ROLES = ("target", "estimate", "actual", "baseline")
_AREAS = """
SELECT ?area (COUNT(DISTINCT ?task) AS ?tasks) (COUNT(DISTINCT ?year) AS ?years) WHERE {
  ?task pk:advances ?aim ; pk:area ?area ; pk:governs ?year
} GROUP BY ?area ORDER BY DESC(?years) DESC(?tasks) ?area
"""
_LINKS = """
SELECT DISTINCT ?claim WHERE {
  VALUES ?kind { pk:continues pk:renames pk:splitsFrom pk:mergesInto }
  ?claim rdf:predicate ?kind ; rdf:subject ?task ; pk:status ?status .
  FILTER(?status != "rejected")
  ?task pk:area ?set_area .
}
"""
_GOVERNS = "SELECT DISTINCT ?task ?year { ?task pk:governs ?year ; pk:area ?set_area }"
_MEASURED = """
SELECT ?indicator ?area (COUNT(DISTINCT ?value) AS ?values) WHERE {
  ?value pk:indicator ?indicator . OPTIONAL { ?value pk:area ?area }
} GROUP BY ?indicator ?area ORDER BY DESC(?values) ?indicator
"""


def years(visit: Visit) -> Page:
    """Show the strategies of an area by year with their tasks."""
    areas: list[dict[str, object]] = [
        {"name": visit.names.name(str(iri)), "iri": str(iri), "tasks": n} for iri, n, _ in visit.sparql(_AREAS)[1]
    ]
    wanted = visit.given("area")
    chosen = next((area for area in areas if wanted in (area["name"], area["iri"])), None)
    if chosen is None:
        chosen = _by_name(visit, wanted, areas) if wanted else next(iter(areas), None)
    rows, columns = _matrix(visit, str(chosen["iri"])) if chosen else ([], [])
    shown = rows if visit.given("all") else rows[:_ROWS_DRAWN]
    area = str(chosen["name"]) if chosen else wanted
    lineage = _lineage(visit, str(chosen["iri"])) if chosen else []
    links = [(str(step["earlier_task"]["iri"]), str(step["task"]["iri"]), str(step["kind"])) for step in lineage]
    drawn = [(row.name, row.path, row.tasks) for row in shown]
    data = {
        "area": area,
        "areas": areas,
        "years": columns,
        "rows": [row.data() for row in shown],
        "total": len(rows),
        "lineage": lineage,
    }
    more = {"kinds": LINEAGE_KINDS, "picture": draw_years(drawn, columns, links, visit.words("years.picture"))}
    table = [
        [row.name, year, task.name, task.key] for row in rows for year in columns for task in row.tasks.get(year, ())
    ]
    return Page("years.html", data, (("strategy", "year", "task", "iri"), table), more, "years")


@dataclass(frozen=True, slots=True)
class _Row:
    """A strategy with its tasks by year."""

    iri: str
    name: str
    path: str
    tasks: dict[int, list[Task]]

    def data(self) -> dict[str, object]:
        cells = {
            year: [{"iri": task.key, "name": task.name, "path": task.path} for task in tasks]
            for year, tasks in self.tasks.items()
        }
        return {"iri": self.iri, "name": self.name, "path": self.path, "cells": cells}

    def rank(self) -> tuple[int, int, str]:
        return -len(self.tasks), -sum(map(len, self.tasks.values())), self.name


def _by_name(visit: Visit, wanted: str, areas: Sequence[dict[str, object]]) -> dict[str, object] | None:
    try:
        meant = set(resolve_name(visit.entities(), wanted, (Kind.AREA, Kind.ZONE)))
    except WrongUse as error:
        raise NotThere(str(error)) from None
    return next((area for area in areas if area["iri"] in meant), None)


def _matrix(visit: Visit, area: str) -> tuple[list[_Row], list[int]]:
    """Return the strategies, those of most years first, each with its tasks by year; and the years."""
    cells: dict[str, dict[int, list[Task]]] = defaultdict(lambda: defaultdict(list))
    for aim, year, task, title in visit.sparql(_TASKS, {"set_area": area})[1]:
        assert isinstance(year, int)
        iri = str(task)
        cells[str(aim)][year].append(Task(iri, str(title) if title else visit.names.name(iri), path_of(iri)))
    rows = [_Row(aim, visit.names.name(aim), path_of(aim), dict(by)) for aim, by in cells.items()]
    return sorted(rows, key=_Row.rank), sorted({year for row in rows for year in row.tasks})


def _lineage(visit: Visit, area: str) -> list[dict[str, Any]]:
    """Return what became of the tasks of *area*, with the quotes of both ends."""
    years = {str(task): int(str(year)) for task, year in visit.sparql(_GOVERNS, {"set_area": area})[1]}
    steps = []
    for (claim,) in visit.sparql(_LINKS, {"set_area": area})[1]:
        stored = visit.claims.claim(str(claim))
        if stored is None:
            continue
        said = visit.speaker.say(stored)
        ends = (said.target, said.subject) if said.predicate != "mergesInto" else (said.subject, said.target)
        if years.get(ends[0].iri, 0) > years.get(ends[1].iri, 9999):
            ends = ends[1], ends[0]
        step = {
            "kind": said.predicate,
            "kind_words": visit.words(f"years.{said.predicate}"),
            "earlier_task": asdict(ends[0]),
            "earlier_year": years.get(ends[0].iri),
            "task": asdict(ends[1]),
            "year": years.get(ends[1].iri),
            "confidence": said.confidence,
            "path": said.path,
            "quotations": [asdict(quoted) for quoted in said.quotations],
        }
        steps.append(step)
    return sorted(steps, key=lambda step: (step["year"] or 0, step["task"]["iri"], step["earlier_task"]["iri"]))


def _evidence(row: Row, most: int) -> list[Evidence]:
    pieces = []
    for number in range(1, most + 1):
        place = "" if number == 1 else f"_{number}"
        document, start, end, quote = (row.get(f"{name}{place}") for name in ("document", "start", "end", "quote"))
        if isinstance(document, str) and isinstance(start, int) and isinstance(end, int):
            pieces.append(Evidence(document, start, end, str(quote)))
    return pieces


def indicators(visit: Visit) -> Page:
    """List the indicators, or show one over the years."""
    measured = [(str(i), str(a or ""), int(str(n))) for i, a, n in visit.sparql(_MEASURED)[1]]
    name = visit.given("indicator")
    return _one_indicator(visit, name, measured) if name else _all_indicators(visit, measured)


def _all_indicators(visit: Visit, measured: Iterable[tuple[str, str, int]]) -> Page:
    counted: Counter[str] = Counter()
    areas: dict[str, str] = {}
    for iri, area, count in measured:
        counted[iri] += count
        areas.setdefault(iri, visit.names.name(area) if area else "")
    listed = [
        {"iri": iri, "name": visit.names.name(iri), "path": path_of(iri), "count": count, "area": areas[iri]}
        for iri, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
    table = [[entry["iri"], entry["name"], entry["count"]] for entry in listed]
    return Page(
        "indicators.html",
        {"indicator": None, "indicators": listed},
        (("iri", "name", "values"), table),
        section="indicators",
    )


def _one_indicator(visit: Visit, name: str, measured: Iterable[tuple[str, str, int]]) -> Page:
    try:
        iris = resolve_name(visit.entities(), name, (Kind.INDICATOR,))
    except WrongUse as error:
        raise NotThere(str(error)) from None
    entity = visit.names.get(iris[0])
    assert entity is not None
    areas = [{"name": visit.names.name(a), "count": n} for iri, a, n in measured if iri == entity.iri and a]
    area = visit.given("area") or (str(areas[0]["name"]) if areas else "")
    settings = {"indicator": entity.iri} | ({"area": area} if area else {})
    try:
        rows = answer_question(visit, "indicator-series", settings).rows
    except WrongUse as error:
        raise NotThere(str(error)) from None
    values = [
        {name: row[name] for name in ("year", "role", "value", "comparator", "unit", "words")}
        | {"quotations": [asdict(visit.speaker.quote(piece)) for piece in _evidence(row, 1)]}
        for row in rows
    ]
    data = {"indicator": thing_of(entity), "area": area, "areas": areas, "values": values}
    table = [[row[column] for column in rows[0]] for row in rows] if rows else []
    return Page(
        "indicators.html",
        data,
        (list(rows[0]) if rows else [], table),
        {"charts": _charts(visit, rows), "marks": [(role, draw_mark(role)) for role in ROLES], "roles": ROLES},
        "indicators",
    )


def _charts(visit: Visit, rows: Iterable[Row]) -> list[dict[str, str]]:
    """Return a chart for each unit."""
    units: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        year, value = row["year"], row["value"]
        if isinstance(year, int) and isinstance(value, int | float):
            units[str(row["unit"] or "")].append(Point(year, float(value), str(row["role"]), str(row["words"])))
    charts = []
    for unit, points in sorted(units.items(), key=lambda item: -len(item[1])):
        title = visit.words("indicators.chart", unit=unit or visit.words("indicators.no_unit"))
        charts.append({"title": title, "picture": draw_series(points, title)})
    return charts
