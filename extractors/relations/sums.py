"""Sums that a document states: a total and its parts, side by side, so that it can be asked whether they add up.

    安排项目371个，包含续建148个、新开工102个、前期121个           the list is said to be the whole
    投资266.3亿元。从领域看，A类87.8亿元、占比33%；B类…            shares tell which total the parts belong to
    从进度看，一季度48.2亿元；二季度…；三季度…；四季度…            four quarters make a year
    25项指标中，20项完成，5项未完成                                what is done and what is not make all

What may be only some of the parts (其中) is noted where it adds up and says nothing where it does not. Figures may
differ by their rounding: half of the last decimal of the total and of each part. Cues stand in `data/sums.toml`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.patterns import load_patterns, load_words
from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.identifiers import digest, document_iri, mint
from ontology.records import Block, BlockKind, Claim, Entity, Evidence
from ontology.terms import Kind, Predicate

_SHARE = re.compile(r"[，、（(]?占(?:比|总投资|总数|全部)?[^0-9。；，]{0,4}(\d+(?:\.\d+)?)%")
_SEPARATOR = re.compile("[、，,和与及]")
_BEFORE_LIST = re.compile(r"(?:左右|以上|余)?[^，。；、（(0-9\n]{0,6}[，、（(]?")
_OF_ALL = re.compile(r"(?P<rest>[^，。；0-9\n]{0,10}中)")
_REACH = 140  # characters within which what is done and what is not are told
_LEAST_PARTS = 2


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its unit at a clean range; `decimals` is how many it is written with."""

    start: int
    end: int
    value: float
    decimals: int
    unit: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts; `whole` tells that the parts are said to be all."""

    total: Amount
    parts: tuple[Amount, ...]
    whole: bool

    @property
    def imbalance(self) -> float:
        """The sum of the parts less the total, 0.0 where rounding explains it."""
        decimals = max(amount.decimals for amount in (self.total, *self.parts))
        difference = round(sum(part.value for part in self.parts) - self.total.value, decimals)
        allowed = 0.5 * 10**-decimals * (len(self.parts) + 1) if decimals else 0.0
        return difference if abs(difference) > allowed + 1e-9 else 0.0


def read_sums(scene: Scene) -> Findings:
    """Return a StatedSum for each total with its parts, and its imbalance where they do not add up."""
    found = Findings()
    for block in scene.outline.blocks:
        if block.kind is BlockKind.PARAGRAPH:
            for stated in find_sums(scene.text, block.start, block.end):
                if stated.whole or not stated.imbalance:
                    _tell(scene, block, stated, found)
    return found


def find_sums(text: str, start: int, end: int) -> Iterator[Sum]:
    """Yield the sums in the clean range *start*, *end* of *text*, one paragraph."""
    amounts = list(_amounts(text, start, end))
    seen: set[int] = set()
    for stated in (
        *_lists(text, start, end, amounts),
        *_views(text, start, end, amounts),
        *_halves(text, amounts, end),
    ):
        if stated.parts[0].start not in seen:
            seen.add(stated.parts[0].start)
            yield stated


def _lists(text: str, start: int, end: int, amounts: Sequence[Amount]) -> Iterator[Sum]:
    """Yield totals directly before a list of parts."""
    for pattern in load_patterns("sums"):
        if pattern.rule == "sums/view":
            continue
        for proposal in pattern.find(text, start, end):
            before = [amount for amount in amounts if amount.end <= proposal.start]
            if not before or not _BEFORE_LIST.fullmatch(text, before[-1].end, proposal.start):
                continue
            parts = _row(text, proposal.start, proposal.end, before[-1].unit)
            if len(parts) >= _LEAST_PARTS:
                yield Sum(before[-1], parts, pattern.rule == "sums/whole")


def _row(text: str, start: int, end: int, unit: str) -> tuple[Amount, ...]:
    """Return the amounts of a row in which every member ends with one amount of *unit*; none where it is open (等)."""
    parts: list[Amount] = []
    place = start
    for match in [*_SEPARATOR.finditer(text, start, end), None]:
        last = match.start() if match else end
        here = list(_amounts(text, place, last))
        if len(here) != 1 or here[0].unit != unit or here[0].end != last:
            break
        parts.append(here[0])
        place = match.end() if match else end
    behind = text[parts[-1].end : parts[-1].end + 1] if parts else ""
    return () if behind in load_words("sums")["open"] else tuple(parts)


def _views(text: str, start: int, end: int, amounts: Sequence[Amount]) -> Iterator[Sum]:
    """Yield totals that are divided by a point of view; which total it is, shares or an equal sum tell."""
    told: set[Amount] = set()
    pattern = next(pattern for pattern in load_patterns("sums") if pattern.rule == "sums/view")
    waiting = []
    for proposal in pattern.find(text, start, end):
        before = [amount for amount in amounts if amount.end <= proposal.start]
        members = [range(*span) for span in _members(text, proposal.start, proposal.end)]
        shared = _shared(text, members, amounts)
        total = next((amount for amount in reversed(before) if _is_shared(amount, shared)), None) if shared else None
        if total is not None:
            told.add(total)
            yield Sum(total, tuple(part for part, _ in shared), whole=True)
        else:
            waiting.append((members, before, text[proposal.start : proposal.end]))
    for members, before, words in waiting:
        yield from _unshared(members, before, amounts, told, words)


def _unshared(
    members: Sequence[range], before: Sequence[Amount], amounts: Sequence[Amount], told: set[Amount], words: str
) -> Iterator[Sum]:
    quarters = all(word in words for word in load_words("sums")["quarters"])
    for total in reversed(before):
        parts = [next((a for a in amounts if a.start in member and a.unit == total.unit), None) for member in members]
        if len(parts) < _LEAST_PARTS or None in parts:
            continue
        stated = Sum(total, tuple(part for part in parts if part), whole=quarters and total in told)
        if stated.whole or not stated.imbalance:
            yield stated
            return


def _members(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    place = start
    for match in re.compile("；").finditer(text, start, end):
        yield place, match.start()
        place = match.end()
    yield place, end


def _shared(text: str, members: Sequence[range], amounts: Sequence[Amount]) -> list[tuple[Amount, float]]:
    """Return one amount with its share of the total for each of *members*; [] where one has none."""
    found = []
    for member in members:
        for amount in (amount for amount in amounts if amount.start in member):
            share = _SHARE.match(text, amount.end)
            if share:
                found.append((amount, float(share[1])))
                break
    units = {amount.unit for amount, _ in found}
    return found if len(found) == len(members) >= _LEAST_PARTS and len(units) == 1 else []


def _is_shared(total: Amount, shared: Sequence[tuple[Amount, float]]) -> bool:
    if total.value <= 0 or total.unit != shared[0][0].unit:
        return False
    return all(abs(part.value / total.value * 100 - share) <= 0.1 for part, share in shared)


def _halves(text: str, amounts: Sequence[Amount], end: int) -> Iterator[Sum]:
    """Yield totals of which one part is done and the other is not."""
    for total in amounts:
        if not _OF_ALL.match(text, total.end, end):
            continue
        near = [a for a in amounts if total.end < a.start <= total.end + _REACH and a.unit == total.unit]
        done = [amount for amount in near if _is_done(text, amount, end) is True]
        undone = [amount for amount in near if _is_done(text, amount, end) is False]
        if len(done) == len(undone) == 1 and len(near) == _LEAST_PARTS:
            yield Sum(total, (done[0], undone[0]), whole=True)


def _is_done(text: str, amount: Amount, end: int) -> bool | None:
    stop = re.compile("[，。；、\n]").search(text, amount.end, end)
    behind = text[amount.end : stop.start() if stop else end]
    words = load_words("sums")
    if any(word in behind for word in words["failed"]):
        return False
    return True if any(word in behind for word in words["achieved"]) else None


def _amounts(text: str, start: int, end: int) -> Iterator[Amount]:
    for match in _figure().finditer(text, start, end):
        number = match["number"].replace(",", "")
        decimals = len(number.partition(".")[2])
        yield Amount(*match.span(), float(number), decimals, match["unit"])


@cache
def _figure() -> re.Pattern[str]:
    units = "|".join(sorted(load_words("sums")["units"], key=lambda unit: (-len(unit), unit)))
    return re.compile(rf"(?<![\d.])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<unit>{units})(?!百分点|月|多)")


def _tell(scene: Scene, block: Block, stated: Sum, found: Findings) -> None:
    total, parts = stated.total, stated.parts
    iri = mint("stated-sum", scene.key, digest(total.start, *(part.start for part in parts)))
    name = f"{_plain(total.value)}{total.unit} = {' + '.join(_plain(part.value) for part in parts)}"
    found.entities.append(Entity(iri, Kind.STATED_SUM, name))
    here, pieces = scene.evidence(total.start, total.end), [scene.evidence(part.start, part.end) for part in parts]
    words = scene.text[min(total.start, parts[0].start) : max(total.end, parts[-1].end)]

    def claim(
        predicate: Predicate, evidence: Sequence[Evidence], value: float | str, ordinal: int | None = None
    ) -> Claim:
        return Claim(
            subject=iri,
            predicate=predicate,
            value=value,
            evidence=tuple(evidence),
            rule="sums/stated",
            year=block.year,
            mode=block.mode,
            ordinal=ordinal,
            words=words,
        )

    found.claims.append(claim(Predicate.TOTAL, [here], total.value))
    found.claims.append(claim(Predicate.UNIT, [here], total.unit))
    for number, (part, piece) in enumerate(zip(parts, pieces, strict=True), 1):
        found.claims.append(claim(Predicate.PART, [piece], part.value, number))
    if stated.imbalance:
        found.claims.append(claim(Predicate.IMBALANCE, [here, *pieces], stated.imbalance))
    origin = document_iri(scene.key)
    found.claims.append(Claim(iri, Predicate.STATED_IN, (here,), "sums/stated", object=origin, year=block.year))


def _plain(value: float) -> str:
    return f"{value:g}"
