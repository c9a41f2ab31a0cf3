"""Which year a section speaks of, and whether it looks back on it or plans it."""

from dataclasses import dataclass

from extractors.numerals import to_number
from extractors.structure.words import any_word, pattern
from ontology.records import Mode


@dataclass(frozen=True, slots=True)
class Scope:
    """The year a passage speaks of, and its mode; None where nothing tells it."""

    year: int | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Years:
    """The years of a document: the one it plans and the one it reviews."""

    plan: int | None = None
    review: int | None = None

    def scope(self, mode: Mode) -> Scope:
        """Return the scope of a passage in *mode* that names no year of its own."""
        return Scope(self.plan if mode is Mode.PLAN else self.review, mode)


def years_in(text: str) -> list[int]:
    """Return the years that *text* names, in Arabic or Chinese digits, in order."""
    found = [(match.start(), int(match["name"])) for match in pattern("year").finditer(text)]
    found += [(match.start(), to_number(match["name"])) for match in pattern("chinese-year").finditer(text)]
    return [year for _, year in sorted(found)]


def read_scope(heading: str, level: int, years: Years) -> Scope | None:
    """Return the scope that *heading* states, or None; below the first level it must name its year and its mode."""
    mode, place = _last_cue(heading)
    named = years_in(heading)
    if not named and (level > 1 or mode is None):
        return None
    if mode is None:
        if level > 1:
            return None
        mode = Mode.REVIEW if years.plan and max(named) < years.plan else Mode.PLAN
    fitting = [year for year in years_in(heading[:place]) or named if _fits(year, mode, years)]
    return Scope(fitting[-1], mode) if fitting else years.scope(mode)


def _fits(year: int, mode: Mode, years: Years) -> bool:
    if mode is Mode.PLAN:
        return years.review is None or year > years.review
    return years.plan is None or year < years.plan


def _last_cue(heading: str) -> tuple[Mode | None, int]:
    """Return the mode of the last cue in *heading*, and where that ends."""
    last = {
        mode: max((match.end() for match in any_word(mode.value).finditer(heading)), default=-1)
        for mode in (Mode.REVIEW, Mode.PLAN)
    }
    mode = max(last, key=lambda mode: last[mode])
    if pattern("review-opening").match(heading):
        return Mode.REVIEW, len(heading)
    return (mode, last[mode]) if last[mode] >= 0 else (None, len(heading))
