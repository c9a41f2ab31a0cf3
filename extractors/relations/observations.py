"""Observations: what a document gives for an indicator, an area and a year; from indicator tables and running text.

Every observation keeps its words (`valueText`); a number, a unit and a period only where the text gives them. In tables
the header says role and year. In running text the role follows the passage (plan: target, review: actual) unless a cue
word says otherwise (预计: estimate), and the year is the one named before the indicator in its sentence, else the
passage's. The area is the document's own, or that of the words before the indicator (全市 in a district's report is its
city).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from extractors.indicator_tables import IndicatorRow, ValueCell, read_indicator_rows
from extractors.indicators import PLACES, Measure, read_measures
from extractors.linking.areas import area_entity
from extractors.linking.indicators import link_indicator, names_enough, parts_of_name
from extractors.patterns import load_lexicon
from extractors.relations.findings import Findings
from extractors.relations.periods import Timeline, read_timeline
from extractors.relations.second_hand import area_above, area_of_targets, quoted_values
from extractors.relations.worded import read_worded
from extractors.scene import Scene
from extractors.values import TEXTUAL, Expression, Value, parse_value
from ontology.comparison import lower_is_better
from ontology.identifiers import digest, document_iri, mint
from ontology.records import Claim, Entity, Literal, Mode

Range = tuple[int, int]

_GAP = 8  # how many characters may stand between a place's name and the indicator measured there
_SURE, _LIKELY, _GUESSED = 1.0, 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one indicator. All ranges are clean; `area` is an area or zone, None where unknown."""

    indicator: Entity
    name: Range
    value: Value
    told: Range
    unit: str
    unit_at: Range
    role: str
    period: int | None
    area: Entity | None
    area_at: Range
    mode: Mode | None
    words: Range
    rule: str
    confidence: float
    bindingness: str = ""
    bindingness_at: Range = (0, 0)

    def entity(self, scene: Scene) -> Entity:
        """Return the Observation; its IRI comes from the document, the indicator and the place of the words."""
        year = "" if self.period is None else f" {self.period}"
        iri = mint("observation", scene.key, digest(self.indicator.iri, self.period, self.role, *self.told))
        return Entity(iri, "Observation", f"{self.indicator.name}{year} {self.role} {self.value.text}")

    def claims(self, scene: Scene) -> Iterator[Claim]:
        """Yield the claims of this observation, each on the words that say it."""
        subject = self.entity(scene).iri
        sure = self.confidence if names_enough(self.indicator.name) else min(self.confidence, _GUESSED)
        yield self._claim(scene, subject, "indicator", self.name, target=self.indicator.iri, confidence=sure)
        yield self._claim(scene, subject, "statedIn", self.told, target=document_iri(scene.key))
        if self.area is not None:
            yield self._claim(scene, subject, "area", self.area_at, target=self.area.iri)
        literals: tuple[tuple[str, Literal | None, Range], ...] = (
            ("period", self.period, self.told),
            ("valueRole", self.role, self.told),
            ("value", self.value.number, self.told),
            ("upperValue", self.value.upper, self.told),
            ("valueText", self.value.text, self.told),
            ("unit", self.unit or None, self.unit_at),
            ("comparator", self.value.comparator, self.told),
            ("bindingness", self.bindingness or None, self.bindingness_at),
        )
        for predicate, value, words in literals:
            if value is not None:
                yield self._claim(scene, subject, predicate, words, value=value)

    def _claim(
        self,
        scene: Scene,
        subject: str,
        predicate: str,
        words: Range,
        *,
        target: str | None = None,
        value: Literal | None = None,
        confidence: float | None = None,
    ) -> Claim:
        return Claim(
            subject=subject,
            predicate=predicate,
            evidence=(scene.evidence(*words),),
            rule=self.rule,
            object=target,
            value=value,
            year=self.period,
            mode=self.mode,
            words=scene.text[slice(*self.words)],
            confidence=self.confidence if confidence is None else confidence,
        )


def read_observations(scene: Scene) -> Findings:
    """Return the observations of the document's indicator tables and running text, with their indicators."""
    found = Findings()
    for observation in (*_from_tables(scene), *_from_text(scene)):
        found.entities += [observation.indicator, observation.entity(scene)]
        found.entities += [observation.area] if observation.area else []
        found.claims += observation.claims(scene)
    return found


def _from_tables(scene: Scene) -> Iterator[Observation]:
    for row in read_indicator_rows(scene.outline):
        for cell in row.values:
            yield _from_cell(scene, row, cell)


def _from_cell(scene: Scene, row: IndicatorRow, cell: ValueCell) -> Observation:
    text_of = scene.outline.text_of
    value, told = parse_value(text_of(cell.cell)), (cell.cell.start, cell.cell.end)
    unit, unit_at = value.unit, told
    if not unit and row.unit and text_of(row.unit) not in _words("none", "indicators_columns"):
        unit, unit_at = text_of(row.unit), (row.unit.start, row.unit.end)
    binding = _words("code", "indicators_columns").get(text_of(row.bindingness), "") if row.bindingness else ""
    name = (row.name.start, row.name.end)
    is_target = cell.role == "target"
    return Observation(
        indicator=link_indicator(text_of(row.name)),
        name=name,
        value=value,
        told=told,
        unit=unit,
        unit_at=unit_at,
        role=cell.role,
        period=cell.year or cell.cell.year,
        area=area_entity(scene.home) if scene.home else None,
        area_at=name,
        mode=Mode.PLAN if is_target else Mode.REVIEW,
        words=(row.cells[0].start, row.cells[-1].end),
        rule="observations/table",
        confidence=_SURE,
        bindingness=binding if is_target else "",
        bindingness_at=(row.bindingness.start, row.bindingness.end) if row.bindingness else (0, 0),
    )


def _from_text(scene: Scene) -> Iterator[Observation]:
    timeline = read_timeline(scene)
    places = [(mention.start, mention.end) for mention in scene.mentions if mention.type in PLACES]
    measures = {(measure.start, measure.end): measure for measure in read_measures(scene.text, places)}
    for mention in scene.mentions:
        measure = measures.get((mention.start, mention.end))
        if mention.type == "INDICATOR" and measure:
            for name, told in _told(scene.text, mention.text + measure.tail, measure):
                observation = _from_clause(scene, timeline, (mention.start, mention.end), name, told)
                yield observation
                yield from _second_hand(scene, observation, name)
    for worded in read_worded(scene.text, places):
        observation = _from_clause(scene, timeline, (worded.start, worded.end), worded.name, worded.told)
        if observation.role == "target":
            yield observation


def _told(text: str, name: str, measure: Measure) -> Iterable[tuple[str, Expression]]:
    """Return the values to read, each with the name that it measures.

    Values shared out among things that the name sums up (城乡居民) are those of each; where the name does not tell
    among which, they are one, in words.
    """
    values, names = measure.values, parts_of_name(name)
    if len(names) == len(values) > 1:
        return list(zip(names, values, strict=True))
    if not measure.shared:
        return [(name, value) for value in values]
    start, end = values[0].start, values[-1].end
    return [(name, replace(values[0], end=end, value=Value(text[start:end])))]


def _second_hand(scene: Scene, own: Observation, name: str) -> Iterator[Observation]:
    """Yield the values of the same indicator that are told of areas above, right behind *own*."""
    for quoted in quoted_values(scene, own.told[1]):
        value = replace(quoted.told.value, change=own.value.change, direction=own.value.direction)
        at = (quoted.told.start, quoted.told.end)
        yield replace(
            own,
            value=value,
            indicator=link_indicator(name, value),
            told=at,
            unit=value.unit,
            unit_at=at,
            role="target" if quoted.target else own.role,
            area=area_entity(quoted.area),
            area_at=quoted.area_at,
            rule="observations/second-hand",
        )


def _from_clause(scene: Scene, timeline: Timeline, at: Range, name: str, told: Expression) -> Observation:
    start, end = at
    block = scene.block_at(start)
    period = timeline.year_told(told.value, start, block.year if block else None)
    mode = timeline.mode(start, block.mode if block else None, period)
    value = told.value
    indicator = link_indicator(name, value)
    if value.change and value.direction == "down" and not lower_is_better(name) and value.number:
        value = replace(value, number=-value.number)
    low, _ = scene.clause(start, end)
    area, area_at = _area(scene, low, at)
    role, confidence = _role(scene, at, told, mode)
    return Observation(
        indicator=indicator,
        name=at,
        value=value,
        told=(told.start, told.end),
        unit=value.unit,
        unit_at=(told.start, told.end),
        role=role,
        period=period,
        area=area,
        area_at=area_at,
        mode=mode,
        words=(low, scene.clause(told.start, told.end)[1]),
        rule="observations/clause",
        confidence=confidence if value.comparator != TEXTUAL else min(confidence, _LIKELY),
    )


def _role(scene: Scene, at: Range, told: Expression, mode: Mode | None) -> tuple[str, float]:
    """Return the role of the value and how sure it is."""
    low, _ = scene.sentence(*at)
    before = scene.text[low : at[0]] if mode is not Mode.REVIEW else ""
    cues = [role for word, role in _words("role").items() if word in told.value.text or word in before]
    if "estimate" in cues and mode is not Mode.PLAN:
        return "estimate", _LIKELY
    if mode is None:
        return ("target", _GUESSED) if "target" in cues else ("actual", _GUESSED)
    return ("target" if mode is Mode.PLAN else "actual"), _LIKELY


def _area(scene: Scene, low: int, at: Range) -> tuple[Entity | None, Range]:
    """Return the area measured and the words that say so (those of the indicator for the document's own)."""
    start, _ = at
    for place in reversed(scene.mentions_in(max(low, start - 2 * _GAP), start)):
        gap = scene.text[place.end : start]
        if place.type in ("AREA", "ZONE") and place.entity and len(gap) <= _GAP and "、" not in gap:
            return place.entity, (place.start, place.end)
    for word in _words("area"):
        where = scene.text.rfind(word, low, start)
        if where >= 0 and _locates(scene.text, low, where, scene.text[where + len(word) : start]):
            record = area_above(scene.home, word)
            return (area_entity(record) if record else None), (where, where + len(word))
    announced = area_of_targets(scene, start)
    if announced:
        return area_entity(announced[0]), announced[1]
    return (area_entity(scene.home) if scene.home else None), at


def _locates(text: str, low: int, at: int, gap: str) -> bool:
    """Tell whether a word of area at *at*, *gap* before the indicator, says where it is measured (占全市 does not)."""
    outside = at > low and text[at - 1] in _words("not area")
    of_rank = any(text.startswith(word, at + 2) for word in _words("not area before"))
    marks = any(char.isdigit() or char in "“第、" for char in gap)
    return not outside and not of_rank and not marks and len(gap) <= 2 * _GAP


@cache
def _words(kind: str, stem: str = "indicators_contexts") -> dict[str, str]:
    """Return the words of one kind with their codes."""
    column, code = ("kind", "code") if stem == "indicators_contexts" else ("match", "role")
    return {row["word"]: row[code] for row in load_lexicon(stem) if row[column] == kind}
