"""One indicator, one id: short and long names are one, a level and its growth are two.

`地区生产总值（GDP）增速`, `GDP增速` and the growth told in `地区生产总值增长6%` are the indicator 地区生产总值增速;
地区生产总值 is the level. Names are rewritten by `data/indicators_forms.csv` (规上 → 规模以上), brackets with a Latin
abbreviation fall away, and the base is looked up in `data/indicators_names.csv`; a name in no table is its own
canonical name. Nothing is dropped from the front: 区级一般公共预算收入 is not 一般公共预算收入. A fall is a growth
below nought (出口下降5% is 出口额增速, -5), save where less is the aim (能耗下降3% is 能耗下降, 3). A share, a place
in a ranking and a change since an earlier year are indicators of their own (…占全市比重, …全市位次, …较2020年增速), and
so is the share of things counted out of a whole (优良天数达到88%). Words without a number are told of the growth of an
amount (进出口稳中提质). A name that is no more than a head (产值) does not say enough to be one indicator everywhere;
`names_enough` tells.
"""

import re
from functools import cache

from extractors.patterns import load_lexicon
from extractors.values import RANKED, TEXTUAL, Value
from ontology.comparison import lower_is_better
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity

_ABBREVIATION = re.compile(r"[(（][A-Za-z0-9.&_]+[)）]")
_SINCE = re.compile(r"[较比](?:(?:19|20)\d\d年?|“?十[一二三四五六七八九]五”?(?:时期|期末|末|初)?)")
_RATES = ("%", "‰", "倍", "番", "成")


def link_indicator(name: str, value: Value | None = None) -> Entity:
    """Return the Indicator that *name* names; with a *value*, the one that this value measures (a level, a growth)."""
    base, suffix = _split(_rewrite(canonical_name(name)))
    base = _canonical().get(base, base)
    own = _told_by(base, value)
    if own and not suffix and not base.endswith(own):
        suffix = own
    if not suffix and (_is_counted(base) or (_is_share(value) and base.endswith(_days()))):
        base = base + _form("rated" if _is_share(value) else "counted")
        base = _canonical().get(base, base)
    whole = _canonical().get(base + suffix, base + suffix)
    whole = whole.replace("(", "（").replace(")", "）")
    spellings = [*_spellings().get(whole, ()), *(word + suffix for word in _spellings().get(base, ()) if suffix)]
    aliases = dict.fromkeys([*spellings, *([name] if name != whole and not own else [])])
    return Entity(mint("indicator", whole), "Indicator", whole, aliases=tuple(aliases))


def parts_of_name(name: str) -> tuple[str, ...]:
    """Return the names that *name* sums up: 城乡居民收入 is two, of 城镇居民 and of 农村居民; else itself."""
    for row in load_lexicon("indicators_parts"):
        if row["form"] in name:
            return tuple(name.replace(row["form"], part) for part in row["parts"].split("|"))
    return (name,)


def names_enough(name: str) -> bool:
    """Tell whether *name* says what is measured: 产值, 总投资 and 生产总值的比例 leave it to words elsewhere."""
    base, _ = _split(name)
    if base in _canonical():
        return True
    return not _only_heads().fullmatch(_SINCE.sub("", base)) and not _dangling().search(base)


def _rewrite(name: str) -> str:
    name = _ABBREVIATION.sub("", name)
    for row in load_lexicon("indicators_forms"):
        if row["kind"] == "rewrite":
            name = name.replace(row["form"], row["replacement"])
    return name


def _split(name: str) -> tuple[str, str]:
    """Return the base and the suffix that says what of it is measured: 社零总额增速 → 社零总额, 增速."""
    for row in load_lexicon("indicators_forms"):
        if row["kind"] == "suffix" and name.endswith(row["form"]) and len(name) > len(row["form"]) + 1:
            return name[: -len(row["form"])], row["replacement"]
    return name, ""


def _told_by(base: str, value: Value | None) -> str:
    """Return the suffix of the indicator that the words of *value* measure, "" for the level itself."""
    if value is None:
        return ""
    if value.comparator == RANKED:
        return value.scope + _form("rank")
    if value.scope:
        return _form("share").format(value.scope)
    worded = value.number is None and value.comparator == TEXTUAL
    of_amount = (value.unit in _RATES[:2] or worded) and base.endswith(_amounts())
    if not value.change and not of_amount:
        return ""
    since = _SINCE.search(value.text)
    return (since[0] if since else "") + _form(_change(base, value))


def _change(base: str, value: Value) -> str:
    if value.unit not in _RATES and value.number is not None:
        return "increase"
    if value.direction == "down" and lower_is_better(base):
        return "fall"
    return "annual growth" if _form("annual") in value.text else "growth"


def _is_counted(base: str) -> bool:
    heads = _counted()
    return any(base[-size:] in heads for size in range(2, min(5, len(base)) + 1))


def _is_share(value: Value | None) -> bool:
    return value is not None and value.unit in _RATES[:2] and not value.change


@cache
def _days() -> tuple[str, ...]:
    """Return the heads of things counted out of a whole: a percentage of them is their share (优良天数达到88%)."""
    return tuple(row["form"] for row in load_lexicon("indicators_forms") if row["kind"] == "countable")


@cache
def _only_heads() -> re.Pattern[str]:
    """Return the pattern of names that are heads and general words only, without a thing that is measured."""
    heads = [row["head"] for row in load_lexicon("indicators_heads") if row["role"] in ("measure", "ratio")]
    general = [row["form"] for row in load_lexicon("indicators_forms") if row["kind"] == "general"]
    return re.compile(f"(?:{'|'.join(sorted(map(re.escape, [*heads, *general]), key=len, reverse=True))})+")


@cache
def _dangling() -> re.Pattern[str]:
    """Return the pattern of names cut off behind the thing that is measured (生产总值的比例, 的占比)."""
    openings = [row["form"] for row in load_lexicon("indicators_forms") if row["kind"] == "dangling"]
    return re.compile(f"^(?:{'|'.join(openings)})")


@cache
def _form(kind: str) -> str:
    return next(row["replacement"] for row in load_lexicon("indicators_forms") if row["kind"] == kind)


@cache
def _amounts() -> tuple[str, ...]:
    """Return the heads of amounts: a percentage told of them is their growth (GDP目标为5%)."""
    return tuple(row["form"] for row in load_lexicon("indicators_forms") if row["kind"] == "amount")


@cache
def _counted() -> frozenset[str]:
    """Return the heads of counted things (企业, 机构): their indicator is their number."""
    countable = frozenset(row["head"] for row in load_lexicon("indicators_heads") if row["role"] == "counted")
    return frozenset(head for head in countable if len(head) > 1)


@cache
def _canonical() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in load_lexicon("indicators_names"):
        for alias in (row["canonical"], *row["aliases"].split("|")):
            if alias:
                names[canonical_name(alias)] = row["canonical"]
                names[_rewrite(canonical_name(alias))] = row["canonical"]
    return names


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    return {
        row["canonical"]: tuple(filter(None, row["aliases"].split("|"))) for row in load_lexicon("indicators_names")
    }
