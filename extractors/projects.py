"""PROJECT: names by their tails, by the lists they stand in, and by lexicon."""

import re
from collections.abc import Iterable

from spacy.tokens import Doc

from extractors.naming.boundaries import layout
from extractors.naming.box_lists import boxed_items
from extractors.naming.enumerations import headed_items, overruled, said_items
from extractors.naming.lexicons import patterned_names
from extractors.naming.tails import tailed_names
from extractors.patterns import load_lexicon
from ontology.records import Proposal

_BARE_TAIL = "项目"
_CODED = re.compile(r"“[^”]*”(?:.{0,4}项目|.{0,8}工程)?")  # a coded group is a PROGRAMME


def propose_projects(doc: Doc) -> Iterable[Proposal]:
    """Propose the mentions of type PROJECT in *doc* (clean offsets)."""
    yield from boxed_items(doc, "PROJECT")
    yield from headed_items(doc, "PROJECT")
    yield from overruled(doc, said_items(doc, "PROJECT", "raise"))
    text = layout(doc).text
    for proposal in overruled(doc, tailed_names(doc, "projects", "PROJECT")):
        if not _CODED.fullmatch(text, proposal.start, proposal.end) and not _doubled(
            text[proposal.start : proposal.end]
        ):
            yield proposal
    yield from overruled(doc, patterned_names(doc, "projects"))


def _doubled(words: str) -> bool:
    """Say whether a bare 项目 stands behind a name that is complete without it (讨赖峡水库│项目)."""
    return any(words.endswith(row["tail"] + _BARE_TAIL) for row in load_lexicon("projects_tails"))
