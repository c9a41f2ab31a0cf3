"""Task outlines: the numbered headings of a review or a plan, their order, and what each of them is about.

A **task** is a numbered heading below a section (（一）, or 1, 2, 3 on a newspaper page); where a page numbers
nothing, the headings directly below its section of tasks are numbered by their place. A **sub-task** is a numbered
heading below a task (一是). What a task advances, implements, includes or covers is read from its own words: the
heading and the text below it up to the next heading. Words that tell a section of tasks from a scene-setting one
stand in `data/tasks.toml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.linking.strategies import is_inferred
from extractors.patterns import load_patterns, load_words
from extractors.relations.findings import Findings
from extractors.scene import LinkedMention, Scene
from ontology.identifiers import document_iri, mint
from ontology.records import Block, BlockKind, Claim, Entity, Evidence, Mode, Status

_ALIAS_CONFIDENCE = 0.7
_LINKS = {
    "Strategy": "advances",
    "Programme": "implements",
    "Project": "includesProject",
    "Area": "covers",
    "Zone": "covers",
}


@dataclass(frozen=True, slots=True)
class Task:
    """A heading that states a task. `ordinal` is its place among its siblings, `path` ("3", "3.2") in the whole."""

    block: int
    ordinal: int
    path: str
    parent: "Task | None"
    year: int
    mode: Mode


def read_tasks(scene: Scene) -> Findings:
    """Return a TaskStatement for each task with its title, year, order, parent and links, each with its words."""
    found = Findings()
    extents = _extents(scene)
    for task in find_tasks(scene):
        iri = task_iri(scene.key, task)
        block = scene.outline.blocks[task.block]
        found.entities.append(Entity(iri, "TaskStatement", scene.outline.text_of(block)))
        found.claims.extend(_outline_claims(scene, task, iri))
        for start, end in extents[task.block]:
            found.claims.extend(_link_claims(scene, task, iri, start, end))
    return found


def task_iri(key: str, task: Task) -> str:
    """Return the IRI of a task: its document, review or plan, its place."""
    return mint("task", key, f"{task.mode}-{task.year}", task.path)


def find_tasks(scene: Scene) -> list[Task]:
    """Return the tasks and sub-tasks of a document in reading order."""
    tasks: dict[int, Task] = {}
    counters: dict[str, int] = {}
    shallowest = _shallowest(scene)
    for index, block in enumerate(scene.outline.blocks):
        if block.kind is not BlockKind.HEADING or block.mode is None or block.year is None:
            continue
        parent = _enclosing_task(scene, block, tasks)
        numbered = block.ordinal is not None
        if not (numbered if parent else _is_task(scene, block, shallowest.get(_section(scene, block)))):
            continue
        prefix = parent.path if parent else f"{block.mode}-{block.year}"
        counters[prefix] = counters.get(prefix, 0) + 1
        ordinal = block.ordinal if block.ordinal is not None else counters[prefix]
        path = f"{parent.path}.{ordinal}" if parent else str(ordinal)
        task = Task(index, ordinal, path, parent, block.year, block.mode)
        tasks[index] = task
    return _distinct(list(tasks.values()))


def _distinct(tasks: list[Task]) -> list[Task]:
    """Keep the first task of each place: a number used twice in one list is a second list, not a task."""
    seen: set[tuple[Mode, int, str]] = set()
    kept = []
    for task in tasks:
        place = (task.mode, task.year, task.path)
        if place not in seen:
            seen.add(place)
            kept.append(task)
    return kept


def _enclosing_task(scene: Scene, block: Block, tasks: dict[int, Task]) -> Task | None:
    while block.parent is not None:
        if block.parent in tasks:
            return tasks[block.parent]
        block = scene.outline.blocks[block.parent]
    return None


def _is_task(scene: Scene, block: Block, shallowest: int | None) -> bool:
    words = load_words("tasks")
    if scene.outline.text_of(block).endswith(words["not_task"]):
        return False
    headings = [scene.outline.text_of(part) for part in _headings_above(scene, block)]
    if block.ordinal is None:
        return block.mode is Mode.PLAN and shallowest is None and bool(headings) and _plans(headings, block)
    if block.level != shallowest or _is_section(block):
        return False
    return block.mode is Mode.REVIEW or not headings or _plans(headings, block)


def _is_section(block: Block) -> bool:
    """Tell whether a heading opens a section (一、); a bare number (1, 2, 3) on a newspaper page numbers tasks."""
    return block.level <= 1 and not block.marker.strip().isdigit()


def _plans(headings: list[str], block: Block) -> bool:
    """Tell whether the sections above a heading hold the tasks of its year."""
    words = load_words("tasks")
    for heading in headings:
        if any(cue in heading for cue in words["never"]):
            return False
        if any(cue in heading for cue in words["other_years"]) and str(block.year) not in heading:
            return False
    return any(cue in heading for heading in headings for cue in words["section"])


def _headings_above(scene: Scene, block: Block) -> list[Block]:
    return [part for part in scene.outline.path_of(block) if part.kind is BlockKind.HEADING]


def _shallowest(scene: Scene) -> dict[int | None, int]:
    """Return for each section (the index of its heading, None above all) the level of its topmost numbered headings."""
    blocks = scene.outline.blocks
    levels: dict[int | None, int] = {}
    for block in blocks:
        if block.kind is BlockKind.HEADING and block.ordinal is not None and not _is_section(block):
            section = _section(scene, block)
            levels[section] = min(block.level, levels.get(section, block.level))
    return levels


def _section(scene: Scene, block: Block) -> int | None:
    index = block.parent
    while index is not None and scene.outline.blocks[index].parent is not None:
        index = scene.outline.blocks[index].parent
    return index


def _extents(scene: Scene) -> dict[int, list[tuple[int, int]]]:
    """Return for each heading the clean ranges of its own words: itself and what hangs directly below it."""
    blocks = scene.outline.blocks
    owned: dict[int, list[tuple[int, int]]] = {}
    for index, block in enumerate(blocks):
        owner: int | None = index
        while owner is not None and blocks[owner].kind is not BlockKind.HEADING:
            owner = blocks[owner].parent
        if owner is not None and block.kind is not BlockKind.FOOTNOTE:
            owned.setdefault(owner, []).append((block.start, block.end))
    return owned


def _outline_claims(scene: Scene, task: Task, iri: str) -> Iterator[Claim]:
    block = scene.outline.blocks[task.block]
    start = block.start + len(block.marker)
    title = scene.evidence(start, max(start + 1, block.end))
    whole = scene.evidence(block.start, block.end)
    name = scene.outline.text_of(block)
    yield _claim(task, iri, "title", title, value=name, words=name)
    yield _claim(task, iri, "ordinal", whole, value=task.ordinal)
    yield _claim(task, iri, "governs", whole, value=task.year)
    yield _claim(task, iri, "taskMode", whole, value=str(task.mode))
    yield _claim(task, iri, "statedIn", whole, target=document_iri(scene.key))
    if scene.home is not None:
        yield _claim(task, iri, "area", whole, target=scene.home.iri)
    if task.parent is not None:
        yield _claim(task, iri, "partOf", whole, target=task_iri(scene.key, task.parent))


def _link_claims(scene: Scene, task: Task, iri: str, start: int, end: int) -> Iterator[Claim]:
    home = scene.home.iri if scene.home else None
    seen: set[str] = set()
    for mention in scene.mentions_in(start, end):
        entity = mention.entity
        if entity is None or entity.kind not in _LINKS or entity.iri == home or entity.iri in seen:
            continue
        seen.add(entity.iri)
        yield _mention_claim(scene, task, iri, _LINKS[entity.kind], mention, entity)
    for pattern in load_patterns("tasks"):
        for proposal in pattern.find(scene.text, start, end):
            for mention in scene.mentions_in(proposal.start, proposal.end):
                if mention.entity and mention.entity.kind == "Agency":
                    yield _mention_claim(scene, task, iri, "responsible", mention, mention.entity)


def _mention_claim(scene: Scene, task: Task, iri: str, predicate: str, mention: LinkedMention, entity: Entity) -> Claim:
    words = scene.evidence(mention.start, mention.end)
    claim = _claim(task, iri, predicate, words, target=entity.iri, words=mention.text)
    if mention.type == "STRATEGY" and is_inferred(mention.text):
        return replace(claim, status=Status.INFERRED, confidence=_ALIAS_CONFIDENCE)
    return claim


def _claim(
    task: Task,
    iri: str,
    predicate: str,
    evidence: Evidence,
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
        rule=f"tasks/{predicate}",
        year=task.year,
        mode=task.mode,
        ordinal=task.ordinal,
        words=words,
    )
