"""What a coded name is made of: “3245”…体系 → 3 …, 2 …, 4 …, 5 …

A code is taken apart by its definition, never digit by digit: the parts that a definition lists must, written one
after the other, give the code (so “11311” is 1, 1, 3, 11 when its definition says so). Two kinds of source: asserted,
from a definition that names each part (quoted parts, or counted parts in the order of a code written with +);
inferred, from the sub-headings below a heading that bears the code (四大…, 三大…, …) when their counts give the code.
"""

import re
from dataclasses import dataclass

from extractors.linking.programmes import code_of
from extractors.numerals import read_count
from extractors.patterns import load_patterns
from extractors.relations.definitions import defined_thing
from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.identifiers import mint
from ontology.records import Block, BlockKind, Claim, Entity, Literal, Status

_PLUS_CODE = re.compile(r"“([0-9NX一-鿿]+(?:\+[0-9NX一-鿿]+)+)”")
_LEADING = re.compile(r"\d+|[NX]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a code: its count as written, what it counts, and the clean range that says so."""

    count: str
    label: str
    start: int
    end: int


def read_components(scene: Scene) -> Findings:
    """Return the components of every code that the document takes apart."""
    found = Findings()
    for block in scene.outline.blocks:
        if block.kind is BlockKind.FOOTNOTE:
            _from_definition(scene, block, found)
        elif block.kind is BlockKind.HEADING:
            _from_headings(scene, block, found)
    return found


def _from_definition(scene: Scene, block: Block, found: Findings) -> None:
    text = scene.text
    colon = next((i for i in range(block.start, block.end) if text[i] in "：:"), None)
    if colon is None:
        return
    term_start = block.start + len(block.marker)
    code, expected = _code_parts(text[term_start:colon])
    if not code:
        return
    parts = _listed(scene, "components/quoted-part", colon, block.end)
    if "".join(part.count for part in parts) != code:
        parts = _in_order(_listed(scene, "components/counted-part", colon, block.end), expected)
    if parts:
        whole = defined_thing(scene, term_start, colon)
        _claim_parts(scene, whole, code, parts, Status.ASSERTED, found)


def _code_parts(term: str) -> tuple[str, list[str]]:
    """Return the code inside a term and, for a code written with +, the parts it names."""
    plus = _PLUS_CODE.search(term)
    if plus:
        parts = [match[0] if (match := _LEADING.match(part)) else part for part in plus[1].split("+")]
        return plus[1], parts
    code = code_of(term) or ""
    return code, []


def _listed(scene: Scene, rule: str, start: int, end: int) -> list[Part]:
    return [
        Part(match.groupdict().get("part") or "1", match["label"], *match.span())
        for match in _regex(rule).finditer(scene.text, start, end)
    ]


def _figures(count: str) -> str:
    """Return a count in Arabic digits; N and X stay as they are."""
    number = read_count(count)
    return count if number is None else str(int(number))


def _in_order(parts: list[Part], expected: list[str]) -> list[Part]:
    """Pick from counted parts one for each expected count, in order; nothing unless all are there."""
    picked: list[Part] = []
    rest = iter(parts)
    for count in expected:
        part = next((part for part in rest if _figures(part.count) == count), None)
        if part is None:
            return []
        picked.append(Part(count, part.label, part.start, part.end))
    return picked


def _from_headings(scene: Scene, block: Block, found: Findings) -> None:
    """Infer the parts of a heading's code from the counts in the headings below it."""
    mention = next(
        (m for m in scene.mentions_in(block.start, block.end) if m.type == "PROGRAMME" and code_of(m.text)), None
    )
    if mention is None or mention.entity is None:
        return
    code = code_of(mention.text) or ""
    index = scene.outline.blocks.index(block)
    parts = [
        _heading_part(scene, child)
        for child in scene.outline.blocks
        if child.parent == index and child.kind is BlockKind.HEADING and child.ordinal is not None
    ]
    if len(parts) > 1 and "".join(part.count for part in parts) == code:
        _claim_parts(scene, mention.entity, code, parts, Status.INFERRED, found)


def _heading_part(scene: Scene, child: Block) -> Part:
    """Read what a sub-heading counts; one that counts nothing stands for one thing."""
    start = child.start + len(child.marker)
    for rule in ("components/heading-counted", "components/heading-single"):
        for part in _listed(scene, rule, start, child.end):
            return Part(_figures(part.count), part.label, part.start, part.end)
    return Part("1", scene.outline.text_of(child), start, child.end)


def _claim_parts(scene: Scene, whole: Entity, code: str, parts: list[Part], status: Status, found: Findings) -> None:
    found.entities.append(whole)
    for position, part in enumerate(parts, 1):
        iri = mint("component", *whole.iri.split("/")[-2:], scene.key, position)
        name = f"{code} {position}: {part.count} {part.label}"
        found.entities.append(Entity(iri, "CodeComponent", name))
        facts: list[tuple[str, str, Literal | None]] = [
            (whole.iri, "hasComponent", None),
            (iri, "position", position),
            (iri, "count", part.count),
            (iri, "label", part.label),
        ]
        members = _members(part.label)
        facts += [(iri, "member", member) for member in members]
        for subject, predicate, value in facts:
            found.claims.append(
                Claim(
                    subject=subject,
                    predicate=predicate,
                    object=iri if value is None else None,
                    value=value,
                    evidence=(scene.evidence(part.start, part.end),),
                    rule=f"components/{'definition' if status is Status.ASSERTED else 'headings'}",
                    ordinal=position,
                    words=scene.text[part.start : part.end],
                    status=status,
                    confidence=1.0 if status is Status.ASSERTED else 0.7,
                )
            )


def _members(label: str) -> list[str]:
    """The members that a part's words list, when they are two or more; the count behind them (…3个产业) is none."""
    counted = _regex("components/count-behind-members").search(label)
    items = [item.strip() for item in label[: counted.start() if counted else None].split("、")]
    return items if len(items) > 1 else []


def _regex(rule: str) -> re.Pattern[str]:
    return next(pattern.regex for pattern in load_patterns("components") if pattern.rule == rule)
