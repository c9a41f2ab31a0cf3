"""Problems that a report names: where it looks back on its year, behind a cue or below a heading that says so.

    我们也看到，还存在不少困难和问题，主要是：A；B。对此，我们将……    →  A, B
    （四）存在的困难和问题  一是A。二是B。                            →  A, B

One problem is one member of the list: where it counts (一是, 二是), the first words behind each count; else what stands
between semicolons and full stops; where the list has neither, between commas.
The list ends where the report turns to what it will do about them. Cues and turns stand in `data/problems.toml`.
"""

import re
from collections.abc import Iterator

from extractors.linking.areas import area_entity
from extractors.patterns import load_patterns, load_words
from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.identifiers import digest, mint
from ontology.records import Block, BlockKind, Claim, Entity, Mode
from ontology.terms import Kind, Predicate

_STOP = re.compile("[；。;！]")
_COUNT = re.compile("[一二三四五六七八九十]是")
_COMMA = re.compile("[，,]")
_BLANK = " \n\u3000、，：:"
_LEAST, _MOST = 4, 120  # characters of a problem
_LONG = 20  # characters of a list without semicolons that may still be one problem

Range = tuple[int, int]


def read_problems(scene: Scene) -> Findings:
    """Return a Problem for each that the document names, with the area and the year looked back on."""
    found = Findings()
    if scene.home is None:
        return found
    area = area_entity(scene.home)
    for block, start, end in _lists(scene):
        for first, last in _members(scene.text, start, end):
            text = scene.text[first:last].replace("\n", "")
            iri = mint("problem", scene.key, digest(text))
            found.entities += [area, Entity(iri, Kind.PROBLEM, text)]
            found.claims.append(
                Claim(
                    subject=area.iri,
                    predicate=Predicate.NAMED_PROBLEM,
                    object=iri,
                    evidence=(scene.evidence(first, last),),
                    rule="problems/list",
                    year=block.year,
                    mode=block.mode,
                    words=text,
                )
            )
    return found


def _lists(scene: Scene) -> Iterator[tuple[Block, int, int]]:
    """Yield the ranges that list problems, each with the block that tells its year; none within another."""
    done = -1
    for block in scene.outline.blocks:
        if block.kind is not BlockKind.PARAGRAPH or block.mode is Mode.PLAN or block.year is None:
            continue
        if _is_headed(scene, block):
            yield block, block.start, block.end
            continue
        for pattern in load_patterns("problems"):
            for proposal in pattern.find(scene.text, max(block.start, done), block.end):
                yield block, proposal.start, proposal.end
                done = proposal.end
                break


def _is_headed(scene: Scene, block: Block) -> bool:
    path = scene.outline.path_of(block)
    if not path:
        return False
    heading = scene.outline.text_of(path[-1])
    return any(heading.endswith(word) for word in load_words("problems")["heading"])


def _members(text: str, start: int, end: int) -> Iterator[Range]:
    words = load_words("problems")
    for part in _parts(text, start, end):
        first, last = _bare(text, *part, words["enumerator"])
        if any(text.startswith(turn, first, last) for turn in words["remedy"]):
            return
        if _LEAST <= last - first <= _MOST:
            yield first, last


def _parts(text: str, start: int, end: int) -> list[Range]:
    counts = list(_COUNT.finditer(text, start, end))
    if len(counts) > 1:
        ends = [*(match.start() for match in counts[1:]), end]
        return [next(_split(text, one.end(), last, _STOP)) for one, last in zip(counts, ends, strict=True)]
    parts = list(_split(text, start, end, _STOP))
    if len(parts) == 1 and parts[0][1] - parts[0][0] > _LONG:
        return list(_split(text, *parts[0], _COMMA))
    return parts


def _split(text: str, start: int, end: int, stop: re.Pattern[str]) -> Iterator[Range]:
    place = start
    for match in stop.finditer(text, start, end):
        yield place, match.start()
        place = match.end()
    if text[place:end].strip(_BLANK):
        yield place, end


def _bare(text: str, start: int, end: int, enumerators: tuple[str, ...]) -> Range:
    """Return the range without blanks at its ends and without what only counts the member."""
    moved = True
    while moved:
        moved = False
        while start < end and text[start] in _BLANK:
            start, moved = start + 1, True
        for word in enumerators:
            if text.startswith(word, start, end):
                start, moved = start + len(word), True
    while end > start and text[end - 1] in _BLANK:
        end -= 1
    return start, end
