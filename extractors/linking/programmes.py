"""Programmes by code or core name.

A number code names the programme wherever it stands: “33618”, “33618”现代制造业集群体系 and “33618”体系 are one thing,
also in a district that carries out the city's programme. A name of national usage (脱贫攻坚) is one thing everywhere.
All other names are kept apart by the area whose document says them: two places' “四张清单” are two things.
"""

import re
from functools import cache

from extractors.patterns import load_lexicon
from ontology.gazetteer import AreaRecord
from ontology.identifiers import canonical_name, mint
from ontology.records import Entity

_CODE = re.compile(r"(?:“|^)(\d{3,6})(?=”|$|[^\d件项条个年月日小分万亿元多余米公里级大张户家%％.+＋—-])")
_QUOTED_FIRST = re.compile(r"^“([^“”]+)”([^“”]*)$")


def link_programme(text: str, home: AreaRecord | None) -> Entity:
    """Return the programme that *text* names in a document of the area *home*; `name` is *text* without its quotes.

    `merge_entities` picks the fullest of the names met under one IRI.
    """
    name = canonical_name(text)
    code = code_of(text)
    if code:
        return Entity(mint("programme", code), "Programme", name, code)
    core = core_of(text)
    if core in _national_names() or home is None:
        return Entity(mint("programme", core), "Programme", name)
    return Entity(mint("programme", home.code, core), "Programme", name)


def code_of(text: str) -> str | None:
    """Return the number code inside a programme's name (“33618”现代制造业集群体系 → 33618), None when there is none.

    Numbers that measure or count something (15分钟…, 20条措施, 240小时…) are no codes, nor are sums (“1+7+11”).
    """
    match = _CODE.search(text)
    return match[1] if match else None


def core_of(text: str) -> str:
    """Return the part of a name that identifies: “满天星”行动计划 → 满天星; a name without a plain head stays whole."""
    match = _QUOTED_FIRST.match(text.strip())
    if match and canonical_name(match[2]) in _heads():
        return canonical_name(match[1])
    return canonical_name(text)


@cache
def _heads() -> frozenset[str]:
    return frozenset(("", *(row["word"] for row in load_lexicon("programmes_heads"))))


@cache
def _national_names() -> frozenset[str]:
    rows = (*load_lexicon("programmes_names"), *load_lexicon("programmes_national"))
    return frozenset(core_of(row["name"]) for row in rows)
