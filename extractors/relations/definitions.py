"""Definitions: a footnote (`“四大定位”：指……。`) or a sentence (`“……”，是指……`) that says what a term means."""

import re

from extractors.patterns import load_patterns
from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.identifiers import canonical_name, mint
from ontology.records import BlockKind, Claim, Entity

_DEFINABLE = {"Programme", "Strategy", "Platform", "Project", "Event", "Zone"}


def read_definitions(scene: Scene) -> Findings:
    """Return a `definition` claim for every footnote and in-text definition; an unknown thing is a Term."""
    found = Findings()
    for block in scene.outline.blocks:
        if block.kind is BlockKind.FOOTNOTE:
            _define(scene, _in_footnote(scene.text, block.start + len(block.marker), block.end), "footnote", found)
        elif block.kind is BlockKind.PARAGRAPH:
            for pattern in load_patterns("definitions"):
                for match in pattern.regex.finditer(scene.text, block.start, block.end):
                    _define(scene, (*match.span("term"), *match.span("meaning")), pattern.rule, found)
    return found


def _in_footnote(text: str, start: int, end: int) -> tuple[int, int, int, int] | None:
    """Split at the first colon outside quotation marks, else at 指 or 是指; clean offsets of term and meaning."""
    depth = 0
    for index in range(start, end):
        depth += (text[index] == "“") - (text[index] == "”")
        if depth <= 0 and text[index] in "：:":
            return start, index, index + 1, end
    match = re.compile(r"(?:，)?(?:是)?指").search(text, start + 1, end)
    return (start, match.start(), match.start(), end) if match else None


def _define(scene: Scene, parts: tuple[int, int, int, int] | None, rule: str, found: Findings) -> None:
    if parts is None:
        return
    text = scene.text
    term_start, term_end = _trim(text, parts[0], parts[1])
    start, end = _trim(text, parts[2], parts[3])
    if term_start >= term_end or start >= end:
        return
    entity = defined_thing(scene, term_start, term_end)
    found.entities.append(entity)
    found.claims.append(
        Claim(
            subject=entity.iri,
            predicate="definition",
            value=text[start:end],
            evidence=(scene.evidence(term_start, end),),
            rule=f"definitions/{rule.rpartition('/')[2]}",
            words=text[term_start:term_end],
        )
    )


def defined_thing(scene: Scene, start: int, end: int) -> Entity:
    """Return the thing that the clean range names: a mention of the document under the same words, else a Term."""
    name = canonical_name(scene.text[start:end])
    for mention in scene.mentions:
        entity = mention.entity
        if entity and entity.kind in _DEFINABLE and canonical_name(mention.text) == name:
            return entity
    return Entity(mint("term", scene.home_code, name), "Term", scene.text[start:end])


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \n":
        start += 1
    while end > start and text[end - 1] in " \n":
        end -= 1
    return start, end
