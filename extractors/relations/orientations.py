"""The 工作导向 of an area by year: the four-character words that set the tone of a year's work, in their order."""

from extractors.linking.areas import area_entity
from extractors.patterns import load_patterns, load_words
from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.gazetteer import AreaRecord, ancestors
from ontology.identifiers import mint
from ontology.records import Claim, Entity, Mode, Proposal

_LEVELS = {"province": ("province",), "city": ("province", "prefecture"), "nation": ("nation",)}


def read_orientations(scene: Scene) -> Findings:
    """Return a `hasOrientation` claim for each word of each list; whose it is follows the body named before it."""
    found = Findings()
    for pattern in load_patterns("orientations"):
        for proposal in pattern.find(scene.text):
            block = scene.block_at(proposal.start)
            owner = _owner(scene, proposal)
            if block is None or owner is None:
                continue
            year, mode = _when(scene, proposal, block.year, block.mode)
            if year is not None:
                _claim_words(scene, proposal, owner, year, mode, found)
    return found


def _owner(scene: Scene, proposal: Proposal) -> AreaRecord | None:
    """The area whose party committee or meeting is named last before the list in the same sentence, else the home."""
    if scene.home is None:
        return None
    start, _ = scene.sentence(proposal.start, proposal.end)
    bodies = [m for m in scene.mentions_in(start, proposal.start) if m.type in {"MEETING", "AGENCY"}]
    levels = _levels(bodies[-1].text) if bodies else ()
    if levels and scene.home.level not in levels:
        return next((area for area in ancestors(scene.home) if area.level in levels), scene.home)
    return scene.home


def _levels(body: str) -> tuple[str, ...]:
    """The levels of area that the first word of a body's name tells (市委, 省政府); none where it tells none."""
    words = load_words("orientations")
    return next((levels for name, levels in _LEVELS.items() if body.startswith(words[name])), ())


def _when(scene: Scene, proposal: Proposal, year: int | None, mode: Mode | None) -> tuple[int | None, Mode | None]:
    """The year of the passage; a sentence that calls the list next year's points to the year the document plans."""
    start, end = scene.sentence(proposal.start, proposal.end)
    plan_year = scene.outline.facts.get("plan_year")
    if plan_year is not None and any(word in scene.text[start:end] for word in load_words("orientations")["next_year"]):
        return int(plan_year.value), Mode.PLAN
    return year, mode


def _claim_words(
    scene: Scene, proposal: Proposal, owner: AreaRecord, year: int, mode: Mode | None, found: Findings
) -> None:
    found.entities.append(area_entity(owner))
    words = scene.text[proposal.start : proposal.end]
    offset = proposal.start
    for ordinal, word in enumerate(words.split("、"), 1):
        entity = Entity(mint("orientation", word), "Orientation", word)
        found.entities.append(entity)
        found.claims.append(
            Claim(
                subject=owner.iri,
                predicate="hasOrientation",
                object=entity.iri,
                evidence=(scene.evidence(offset, offset + len(word)),),
                rule=proposal.rule,
                year=year,
                mode=mode,
                ordinal=ordinal,
                words=words,
            )
        )
        offset += len(word) + 1
