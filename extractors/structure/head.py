"""The facts of a document's head: title, issuer, date of issue, years, area and genre."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extractors.clean import Passage
from extractors.numerals import to_number
from extractors.structure.lines import is_marked
from extractors.structure.sections import Years, read_scope, years_in
from extractors.structure.words import pattern, words
from ontology.gazetteer import load_areas
from ontology.records import BlockKind, DocumentFact, Mode
from ontology.terms import Genre

_NATION_NAME = "中国"
_HEAD = 1500
_AREA_END = re.compile("[省市区县旗州盟]")
_SESSION_MONTHS = 10  # a session later in the year speaks of the next one


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a document says: its facts, its years, and the index of the passage that is its title."""

    facts: dict[str, DocumentFact]
    years: Years
    title: int | None
    first: int  # the first passage after the head


def read_head(text: str, passages: Sequence[Passage]) -> Head:
    """Return the head of the document *text*."""
    reader = _Reader(text, passages)
    return reader.read()


class _Reader:
    """Reads one head; each method finds one fact."""

    def __init__(self, text: str, passages: Sequence[Passage]) -> None:
        self.text = text
        self.passages = passages
        self.top = text[:_HEAD]
        self.lines = [
            (index, text[passage.start : passage.end])
            for index, passage in enumerate(passages)
            if passage.kind is BlockKind.PARAGRAPH
        ]
        self.facts: dict[str, DocumentFact] = {}

    def read(self) -> Head:
        """Return everything."""
        greeting = next((index for index, line in self.lines[:20] if pattern("greeting").match(line)), None)
        title = self._find_title(greeting)
        genre = self._find_genre(title, greeting)
        self.facts["genre"] = DocumentFact(str(genre))
        self._find_issued(genre)
        years = self._find_years(genre, title)
        self._find_area_and_issuer(genre)
        self._conclude_title(genre, title, years)
        for name, year in (("plan_year", years.plan), ("review_year", years.review)):
            if year:
                self.facts[name] = self.facts.get(name) or DocumentFact(str(year))
        if genre == Genre.ECONOMIC_WORK_CONFERENCE and "issued" not in self.facts:
            self._conclude_day(years)
        first = self._first_section() if genre == Genre.POLICY_NOTICE else self._end_of_head(title, greeting)
        return Head(self.facts, years, title, first)

    def _find_title(self, greeting: int | None) -> int | None:
        copied = pattern("copied-title").search("\n".join(line for _, line in self.lines[:8]))
        for index, line in self.lines[:30]:
            if copied and line == copied["name"]:
                return index
        for index, line in self.lines[: 12 if greeting is None else greeting]:
            if self._may_be_title(line) and line.rstrip("）年0123456789（").endswith(words("title_end")):
                return index
        first = self.lines[0] if self.lines else None
        if greeting is None and first and self._may_be_title(first[1]):
            return first[0]
        return None

    def _may_be_title(self, line: str) -> bool:
        return (
            len(line) <= 60
            and not re.search("[。；：！？]", line)
            and not pattern("byline").match(line)
            and not pattern("document-number").match(line)
            and not line.endswith(words("body_end"))
        )

    def _find_genre(self, title: int | None, greeting: int | None) -> str:
        heading = dict(self.lines)[title] if title is not None else ""
        if pattern("plan-report").search(heading):
            return Genre.PLAN_REPORT
        if "工作报告" in heading or greeting is not None:
            return Genre.GOVERNMENT_WORK_REPORT
        if pattern("conference-page").search(self.top):
            return Genre.ECONOMIC_WORK_CONFERENCE
        if pattern("nation").search(self.top) and not pattern("document-number").search(self.top):
            return Genre.GOVERNMENT_WORK_REPORT
        return Genre.POLICY_NOTICE

    def _find_issued(self, genre: str) -> None:
        if genre == Genre.POLICY_NOTICE:
            date = _last_match(pattern("signature"), self.text)
            number = pattern("document-number").search(self.top[:120])
            if date is None and number:
                self.facts["issued"] = DocumentFact(number["year"], *number.span("year"))
        else:
            session = pattern("session").search(self.top)
            date = pattern("date").search(self.top, session.start() if session else 0)
        if date:
            self.facts["issued"] = DocumentFact(_iso(date["name"]), *date.span("name"))

    def _find_years(self, genre: str, title: int | None) -> Years:
        heading = dict(self.lines)[title] if title is not None else ""
        if genre == Genre.POLICY_NOTICE:
            return Years(self._year_of_notice())
        plan = self._stated_plan_year(genre, heading)
        if plan is None and genre == Genre.ECONOMIC_WORK_CONFERENCE:
            plan = self._planned_by_page()
        plan = plan or self._headed_plan_year() or self._counted_plan_year()
        return Years(plan, plan - 1) if plan else Years()

    def _year_of_notice(self) -> int | None:
        number = pattern("document-number").search(self.top[:120])
        if number:
            return int(number["year"])
        issued = self.facts.get("issued")
        if issued:
            return int(issued.value[:4])
        dates = list(pattern("date").finditer(self.text))
        in_force = [date for date in dates if self.text.startswith("起", date.end())]
        return next((years_in(date[0])[0] for date in in_force + dates), None)

    def _stated_plan_year(self, genre: str, heading: str) -> int | None:
        """Return the year that the title names, or that of the session."""
        named = years_in(heading)
        if named:
            return max(named)
        issued = self.facts.get("issued")
        if genre != Genre.ECONOMIC_WORK_CONFERENCE and issued:
            return int(issued.value[:4]) + (int(issued.value[5:7]) > _SESSION_MONTHS)
        return None

    def _headed_plan_year(self) -> int | None:
        """Return the year that the headings of the first level plan, or the one after that they review."""
        planned: list[int] = []
        reviewed: list[int] = []
        for _, line in self.lines:
            if len(line) > 40 or "。" in line or not years_in(line):
                continue
            scope = read_scope(line, 2, Years())
            if scope and scope.year:
                (planned if scope.mode is Mode.PLAN else reviewed).append(scope.year)
        return reviewed[0] + 1 if reviewed else planned[0] if planned else None

    def _planned_by_page(self) -> int | None:
        """Return the last year whose economic work the page speaks of, or the one after its December meeting."""
        named = [int(match["name"]) for match in pattern("page-year").finditer(self.text)]
        issued = self.facts.get("issued")
        if issued and int(issued.value[5:7]) > _SESSION_MONTHS:
            named.append(int(issued.value[:4]) + 1)
        return max(named, default=None)

    def _counted_plan_year(self) -> int | None:
        """Return the plan year as the counts of the years tell it: reports name the year they review most."""
        counts = Counter(years_in(self.text))
        often = max(counts.values(), default=0)
        if often < 3:
            return None
        year = max(year for year, count in counts.items() if count > 0.8 * often)
        is_plan = counts[year + 1] < 0.2 * counts[year] and counts[year - 1] > 0.5 * counts[year]
        return year if is_plan else year + 1

    def _find_area_and_issuer(self, genre: str) -> None:
        area = self._find_area(genre)
        if area == _NATION_NAME:
            nation = self.text.find("国务院")
            self.facts["area"] = DocumentFact(area)
            self.facts["issuer"] = DocumentFact("国务院", *((nation, nation + 3) if nation >= 0 else ()))
        elif area:
            found = self.text.find(area)
            self.facts["area"] = DocumentFact(area, found, found + len(area)) if found >= 0 else DocumentFact(area)
            self.facts["issuer"] = self._issuer(genre, area)

    def _find_area(self, genre: str) -> str:
        if genre == Genre.ECONOMIC_WORK_CONFERENCE:
            return _most_named(self.text)
        congress = pattern("congress").search(self.top)
        place = _last_area(congress["name"]) if congress else ""
        if not place and genre == Genre.PLAN_REPORT:
            place = _first_area(self.top)
        if place:
            return place
        first = _first_area(self.top)
        is_report = genre == Genre.GOVERNMENT_WORK_REPORT
        return _NATION_NAME if is_report and (pattern("nation").search(self.text) or not first) else first

    def _issuer(self, genre: str, area: str) -> DocumentFact:
        if genre == Genre.ECONOMIC_WORK_CONFERENCE:
            short = _short_name(area)
            paper = f"{short}日报"
            found = self.text.find(paper)
            return DocumentFact(paper, found, found + len(paper)) if found >= 0 else DocumentFact(paper)
        for match in pattern("government").finditer(self.text):
            name = _cut_to_area(match["name"])
            if name.endswith(f"{area}人民政府"):
                end = match.end("name")
                return DocumentFact(name, end - len(name), end)
        return DocumentFact(f"{area}人民政府")

    def _conclude_title(self, genre: str, title: int | None, years: Years) -> None:
        if title is not None:
            passage = self.passages[title]
            line = self.text[passage.start : passage.end]
            if years_in(line) or genre != Genre.GOVERNMENT_WORK_REPORT or "人民政府" in line:
                self.facts["title"] = DocumentFact(line, passage.start, passage.end)
                return
        named = pattern("notice-title").search(self.top) if genre == Genre.POLICY_NOTICE else None
        if named:
            self.facts["title"] = DocumentFact(named["name"], *named.span("name"))
        area, issuer = self.facts.get("area"), self.facts.get("issuer")
        if genre == Genre.GOVERNMENT_WORK_REPORT and years.plan and area and issuer:
            body = issuer.value if area.value == "中国" else area.value
            self.facts["title"] = DocumentFact(f"{years.plan}年{body}政府工作报告")

    def _conclude_day(self, years: Years) -> None:
        day = pattern("day").search(self.text)
        if day and years.review:
            value = f"{years.review}-{int(day['month']):02}-{int(day['day']):02}"
            self.facts["issued"] = DocumentFact(value, *day.span())

    def _first_section(self) -> int:
        """Return the index of the first marked heading of a notice, if that is near its beginning."""
        return next((index for index, line in self.lines[:15] if is_marked(line)), 0)

    def _end_of_head(self, title: int | None, greeting: int | None) -> int:
        if greeting is not None:
            return greeting + 1
        return 0 if title is None else title + 1


def _last_match(regex: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for match in regex.finditer(text):
        last = match
    return last


def _iso(date: str) -> str:
    if "-" in date:
        return date
    year, month, day = (to_number(part) for part in re.split("[年月日]", date)[:3])
    return f"{year}-{month:02}-{day:02}"


@cache
def _areas() -> frozenset[str]:
    """Return the official names of all areas."""
    return frozenset(area.name for area in load_areas())


@cache
def _cities() -> dict[str, str]:
    """Return the official names of the provinces and cities by their short names."""
    named = [area for area in load_areas() if area.level in {"province", "prefecture"} and area.valid_to is None]
    return {area.short: area.name for area in named if len(area.short) >= 2}


def _short_name(area: str) -> str:
    return next((short for short, name in _cities().items() if name == area), area)


def _last_area(text: str) -> str:
    """Return the area whose official name or short name ends *text*, or an empty string."""
    for length in range(min(len(text), 14), 2, -1):
        if text[-length:] in _areas():
            return text[-length:]
    return ""


def _first_area(text: str) -> str:
    """Return the first area that *text* names officially; the lowest where several stand in a row."""
    for match in _AREA_END.finditer(text):
        name = _last_area(text[max(match.end() - 14, 0) : match.end()])
        if name:
            rest = _first_area(text[match.end() : match.end() + 8])
            return rest if rest and text.startswith(rest, match.end()) else name
    return ""


def _most_named(text: str) -> str:
    """Return the province or city that *text* names most often."""
    counts = {name: text.count(short) for short, name in _cities().items()}
    return max(counts, key=lambda name: counts[name]) if any(counts.values()) else ""


def _cut_to_area(government: str) -> str:
    """Return *government* from where the name of its area begins."""
    place = government.removesuffix("人民政府")
    area = _last_area(place)
    above = _last_area(place.removesuffix(area))
    return f"{above}{area}人民政府"
