"""Projects in lists: where a project stands named, and how the words there say that it stands (开工, 在建, 投用 …).

    加快建设A、B，推动C建成投用。      A, B: 加快建设   C: 建成投用
    专栏 重点储备项目 / A、B          A, B: 储备

A list is a box, a table, or the text below one heading. The status is that of the nearest cue in the clause: one behind
the project or its row of names says how it ends and goes before one in front of them; a clause without any goes on with
the cue in front of the clause before. In a box or a table the caption and the cells of the row speak for every name.
No cue, no status. Cues stand in `data/listings_statuses.csv`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractors.patterns import load_lexicon
from extractors.relations.findings import Findings
from extractors.scene import LinkedMention, Scene
from ontology.identifiers import digest, document_iri, mint
from ontology.records import Block, BlockKind, Claim, Entity, Evidence
from ontology.terms import Kind, MentionType, Predicate

_CLAUSE_END = "，；。！？\n"
_HELD = (BlockKind.BOX, BlockKind.TABLE)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that tell a status, at a clean range."""

    start: int
    end: int
    status: str
    place: str


def read_listings(scene: Scene) -> Findings:
    """Return a ProjectListing for each project in each list, with list, status, year and words."""
    found = Findings()
    seen: set[str] = set()
    for mention in scene.mentions:
        if mention.type != MentionType.PROJECT or mention.entity is None:
            continue
        block = scene.block_at(mention.start)
        if block is None or block.kind is BlockKind.FOOTNOTE:
            continue
        holder = _holder(scene, block)
        cue = _status(scene, mention, block)
        iri = mint("project-listing", scene.key, digest(mention.entity.iri, holder.start if holder else -1))
        if iri not in seen:
            seen.add(iri)
            name = scene.outline.text_of(holder) if holder else ""
            found.entities.append(
                Entity(iri, Kind.PROJECT_LISTING, " ".join(filter(None, (mention.entity.name, name))))
            )
            found.claims += _claims(scene, iri, mention, block, holder, cue)
    return found


def _claims(
    scene: Scene, iri: str, mention: LinkedMention, block: Block, holder: Block | None, cue: Cue | None
) -> Iterator[Claim]:
    here = scene.evidence(mention.start, mention.end)
    assert mention.entity is not None
    yield _claim(iri, Predicate.PROJECT, here, block, target=mention.entity.iri, words=mention.text)
    yield _claim(iri, Predicate.STATED_IN, here, block, target=document_iri(scene.key))
    if holder:
        head = scene.evidence(holder.start, holder.end)
        yield _claim(iri, Predicate.LIST_NAME, head, block, value=scene.outline.text_of(holder))
    if cue:
        told = scene.evidence(cue.start, cue.end)
        yield _claim(
            iri, Predicate.LISTING_STATUS, told, block, value=cue.status, words=scene.text[cue.start : cue.end]
        )
    if block.year is not None:
        yield _claim(iri, Predicate.LISTING_YEAR, here, block, value=block.year)


def _claim(
    iri: str,
    predicate: Predicate,
    evidence: Evidence,
    block: Block,
    value: str | int | None = None,
    target: str | None = None,
    words: str = "",
) -> Claim:
    return Claim(
        subject=iri,
        predicate=predicate,
        object=target,
        value=value,
        evidence=(evidence,),
        rule="listings/" + predicate,
        year=block.year,
        mode=block.mode,
        words=words,
    )


def _holder(scene: Scene, block: Block) -> Block | None:
    """Return the heading, box or table that the block stands in; the innermost box or table before any heading."""
    path = scene.outline.path_of(block)
    held = next((part for part in reversed(path) if part.kind in _HELD), None)
    return held or (path[-1] if path else block if block.kind is BlockKind.HEADING else None)


def _status(scene: Scene, mention: LinkedMention, block: Block) -> Cue | None:
    if block.kind is BlockKind.CELL or any(part.kind in _HELD for part in scene.outline.path_of(block)):
        return _of_clause(scene, mention) or _of_list(scene, block)
    return _of_clause(scene, mention)


def _of_list(scene: Scene, block: Block) -> Cue | None:
    """Return what the caption, the head of the column or the other cells of the row say."""
    cells = [
        other
        for other in scene.outline.blocks
        if other.kind is BlockKind.CELL
        and other.parent == block.parent
        and other is not block
        and (other.row == block.row or (other.row == 0 and other.column == block.column))
    ]
    for part in (*cells, *reversed(scene.outline.path_of(block))):
        cues = list(_cues(scene.text, part.start, part.end))
        if cues:
            return cues[0]
    return None


def _of_clause(scene: Scene, mention: LinkedMention) -> Cue | None:
    """Return the cue behind the row of names in the clause, else the one before it, here or in the clauses before."""
    low, high = scene.sentence(mention.start, mention.end)
    start, end = _clause(scene.text, mention.start, low, high)
    names = [(other.start, other.end) for other in scene.mentions_in(low, high)]
    free = [cue for cue in _cues(scene.text, low, high) if not any(a < cue.end and cue.start < b for a, b in names)]
    behind = [cue for cue in free if mention.end <= cue.start < end and cue.place != "before"]
    before = [cue for cue in free if start <= cue.start < mention.start and cue.place != "after"]
    if behind and not _new_row(mention, behind[0], free):
        return behind[0]
    if before:
        return before[-1]
    earlier = [cue for cue in free if cue.start < start and cue.place != "after"]
    return earlier[-1] if earlier and not [cue for cue in free if earlier[-1].end <= cue.start < start] else None


def _new_row(mention: LinkedMention, cue: Cue, free: list[Cue]) -> bool:
    """Tell whether another cue opens a row of its own between the mention and *cue*: 建设A、推动B投用."""
    return any(mention.end <= other.start < other.end < cue.start and other.place == "before" for other in free)


def _clause(text: str, place: int, low: int, high: int) -> tuple[int, int]:
    start = max((text.rfind(mark, low, place) + 1 for mark in _CLAUSE_END), default=low)
    ends = [end for end in (text.find(mark, place, high) for mark in _CLAUSE_END) if end >= 0]
    return max(start, low), min(ends, default=high)


def _cues(text: str, start: int, end: int) -> Iterator[Cue]:
    statuses, regex = _words()
    for match in regex.finditer(text, start, end):
        status, place = statuses[match[0]]
        yield Cue(*match.span(), status, place)


@cache
def _words() -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    statuses = {row["cue"]: (row["status"], row["place"]) for row in load_lexicon("listings_statuses")}
    longest = sorted(statuses, key=lambda word: (-len(word), word))
    return statuses, re.compile("|".join(map(re.escape, longest)))
