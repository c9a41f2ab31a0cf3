"""Small readings made by hand, and hypothesis strategies for claims, that the tests of the stores share."""

import hashlib
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from ontology.identifiers import mint
from ontology.records import (
    Block,
    BlockKind,
    Claim,
    CleanText,
    DocumentFact,
    Entity,
    Evidence,
    Literal,
    Mention,
    Mode,
    Outline,
    Reading,
    Status,
)

AREA = Entity(mint("area", "山阳市"), "Area", "山阳市", "990100", ("山阳",))
PROGRAMME = Entity(mint("programme", "2468"), "Programme", "“2468”产业体系", "2468")
TASK = Entity(mint("task", "甲", "1"), "TaskStatement", "做强先进制造")
AWKWARD = "引号\"'“”反斜线\\n \\ 美元$name ${x} 花括号{}[]() `反引号` <尖> & ; -- # % \t制表\n换行 𠮷😀 é é"


def outline(raw: str, title: str = "") -> Outline:
    """Return an outline of one paragraph whose clean text is the raw text."""
    clean = CleanText(raw, raw, tuple(range(len(raw))))
    facts = {"title": DocumentFact(title, 0, len(title))} if title else {}
    return Outline(clean, (Block(BlockKind.PARAGRAPH, 0, len(raw), year=2025, mode=Mode.PLAN),), facts)


def reading(
    key: str, raw: str, entities: Iterable[Entity], claims: Iterable[Claim], mentions: Iterable[Mention] = ()
) -> Reading:
    """Return a reading of *raw* whose bytes are its UTF-8."""
    sha256 = hashlib.sha256(raw.encode()).hexdigest()
    return Reading(key, sha256, raw, outline(raw, raw[:6]), tuple(mentions), tuple(entities), tuple(claims))


def evidence(key: str, raw: str, quote: str) -> Evidence:
    """Return the first place of *quote* in *raw*."""
    start = raw.index(quote)
    return Evidence(key, start, start + len(quote), quote)


def small_reading(key: str = "甲", year: int = 2025) -> Reading:
    """Return a reading with five claims: two between entities, three with a literal (text, integer, decimal)."""
    raw = f"山阳市{year}年工作要点\n一是做强先进制造。持续建设“2468”产业体系，规模达到120.5亿元，企业30户。"
    here = (evidence(key, raw, "持续建设“2468”产业体系"),)
    task = Entity(mint("task", key, "1"), "TaskStatement", "做强先进制造", "", ("做强制造",))
    mentions = (
        Mention(key, 0, 3, "AREA", "山阳市", "areas.gazetteer"),
        Mention(key, raw.index("“2468”"), raw.index("体系") + 2, "PROGRAMME", "“2468”产业体系", "programmes.code"),
    )
    claims = (
        Claim(task.iri, "implements", here, "tasks.programme/1", object=PROGRAMME.iri, year=year, mode=Mode.PLAN),
        Claim(task.iri, "covers", (evidence(key, raw, "山阳市"), *here), "tasks.area/1", object=AREA.iri, year=year),
        Claim(task.iri, "ordinal", (evidence(key, raw, "一是"),), "tasks.ordinal/1", value=1),
        Claim(PROGRAMME.iri, "value", (evidence(key, raw, "120.5亿元"),), "values/1", value=120.5, year=year),
        Claim(PROGRAMME.iri, "definition", here, "definitions/1", value="四类“支柱”产业", confidence=0.75),
    )
    return reading(key, raw, (AREA, PROGRAMME, task), claims, mentions)


def inferred_claim(earlier: str = "甲", later: str = "乙") -> Claim:
    """Return a claim across the documents *earlier* and *later*, readings of `small_reading`."""
    pieces = tuple(Evidence(key, 0, 3, "山阳市") for key in (later, earlier))
    subject, target = mint("task", later, "1"), mint("task", earlier, "1")
    return Claim(
        subject, "continues", pieces, "lineage/1", object=target, status=Status.INFERRED, confidence=0.9, year=2025
    )


def awkward_reading(key: str = "怪") -> Reading:
    """Return a reading whose values hold quotes, backslashes, `$`, braces, 10,000 characters and astral ones."""
    raw = "山阳市：" + AWKWARD + "长" * 10_000
    values: Sequence[Literal] = (AWKWARD, "长" * 10_000, "", "3", 3, 3.0, -0.5, 1e-7, 2**40, " 两端有空格 ", "𠮷" * 10)
    claims = [
        Claim(
            AREA.iri,
            "definition",
            (evidence(key, raw, AWKWARD),),
            f"awkward/{n}",
            value=value,
            ordinal=n,
            words=AWKWARD,
        )
        for n, value in enumerate(values)
    ]
    thing = Entity(mint("organisation", AWKWARD), "Organization", AWKWARD, "\\\"'$", (AWKWARD + "二",))
    claims.append(Claim(AREA.iri, "responsible", (evidence(key, raw, "山阳市"),), "awkward/x", object=thing.iri))
    return reading(key, raw, (AREA, thing), claims)


def large_reading(key: str, claims: int, things: int = 50) -> Reading:
    """Return a reading with so many *claims* on *things* entities of its own; a third have literal values."""
    raw = "山阳市推进重点项目建设，完成投资100亿元。" * 20
    entities = [Entity(mint("project", key, n), "Project", f"{key}重点项目{n}") for n in range(things)]
    made = []
    for n in range(claims):
        subject, target = entities[n % things].iri, entities[(n * 7 + n // things) % things].iri
        piece = Evidence(key, n % 20 * 21, n % 20 * 21 + 11, raw[n % 20 * 21 : n % 20 * 21 + 11])
        if n % 3:
            made.append(Claim(subject, "includesProject", (piece,), "large/1", object=target, year=2025, ordinal=n))
        else:
            made.append(Claim(subject, "value", (piece,), "large/2", value=n / 2, year=2025, words="完成投资"))
    return reading(key, raw, (AREA, *entities), made)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
literals: st.SearchStrategy[Literal] = st.one_of(
    texts, st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False, width=32)
)


@st.composite
def readings(draw: st.DrawFn, key: str = "丙") -> Reading:
    """Draw a reading of up to four entities and eight claims with arbitrary names and values."""
    raw = draw(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=3, max_size=60))
    names = draw(st.lists(texts.filter(bool), min_size=1, max_size=4, unique=True))
    entities = [Entity(mint("organisation", name), "Organization", name, draw(texts)) for name in names]
    iris = [entity.iri for entity in entities]
    claims = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(raw) - 1))
        end = draw(st.integers(start + 1, len(raw)))
        piece = Evidence(key, start, end, raw[start:end])
        subject, year = draw(st.sampled_from(iris)), draw(st.none() | st.integers(1949, 2050))
        if draw(st.booleans()):
            claims.append(
                Claim(subject, "responsible", (piece,), "drawn/1", object=draw(st.sampled_from(iris)), year=year)
            )
        else:
            claims.append(Claim(subject, "definition", (piece,), "drawn/2", value=draw(literals), year=year))
    return reading(key, raw, entities, claims)
