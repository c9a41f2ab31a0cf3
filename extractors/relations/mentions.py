"""Which things a document names, in which words, speaking of which year, looking back or ahead."""

from extractors.relations.findings import Findings
from extractors.scene import Scene
from ontology.identifiers import document_iri
from ontology.records import BlockKind, Claim

# A footnote explains a name and a title repeats it; neither says anything of a year.
_SILENT = {BlockKind.TITLE, BlockKind.FOOTNOTE}


def read_mentions(scene: Scene) -> Findings:
    """Return one claim `document mentions thing` per clause that names it; the evidence is the clause."""
    found = Findings()
    seen = set()
    for mention in scene.mentions:
        if mention.entity is None:
            continue
        found.entities.append(mention.entity)
        start, end = scene.clause(mention.start, mention.end)
        if (mention.entity.iri, start) in seen:
            continue
        seen.add((mention.entity.iri, start))
        block = scene.block_at(mention.start)
        speaks = block is not None and block.kind not in _SILENT
        found.claims.append(
            Claim(
                subject=document_iri(scene.key),
                predicate="mentions",
                object=mention.entity.iri,
                evidence=(scene.evidence(start, end),),
                rule=mention.rule,
                year=block.year if block and speaks else None,
                mode=block.mode if block and speaks else None,
                words=scene.text[start:end],
            )
        )
    return found
