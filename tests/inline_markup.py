"""Sentences in inline markup, `⟦AREA|渝中区⟧`, and what an extractor finds in them, written the same way."""

import re
from collections.abc import Callable, Iterable

from spacy.tokens import Doc

from extractors.outline import read_outline
from extractors.pipeline import build_pipeline
from ontology.records import DocumentFact, Outline, Proposal

_MARK = re.compile(r"⟦(?:[A-Z]+\|)?([^⟧]*)⟧")


def plain(marked: str) -> str:
    """Return *marked* without its marks."""
    return _MARK.sub(r"\1", marked)


def mark(text: str, proposers: Iterable[Callable[[Doc], Iterable[Proposal]]], area: str = "") -> str:
    """Return *text* with every longest proposal of *proposers* marked; *area* is the area that the text governs."""
    outline = read_outline(text)
    facts = {"area": DocumentFact(area)} if area else {}
    clean = outline.clean.text
    doc = build_pipeline().make_doc(clean)
    doc._.outline, doc._.proposals = Outline(outline.clean, outline.blocks, facts), []
    for propose in proposers:
        doc._.proposals.extend(propose(doc))
    kept: list[Proposal] = []
    for proposal in sorted(doc._.proposals, key=lambda p: (p.start - p.end, p.start, p.type)):
        if all(proposal.end <= other.start or other.end <= proposal.start for other in kept):
            kept.append(proposal)
    for proposal in sorted(kept, key=lambda p: -p.start):
        words = f"⟦{proposal.type}|{clean[proposal.start : proposal.end]}⟧"
        clean = clean[: proposal.start] + words + clean[proposal.end :]
    return clean
