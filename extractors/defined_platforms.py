"""Platforms by their footnotes: “停车智管：指…打造的…应用” says that 停车智管 is an application."""

from collections.abc import Iterator

from spacy.tokens import Doc

from extractors.naming.boundaries import layout
from extractors.patterns import load_lexicon
from ontology.records import Block, BlockKind, Outline, Proposal

_LONGEST = 16  # characters of a term
_REACH = 60  # characters of the definition in which its genus stands


def defined_platforms(doc: Doc) -> Iterator[Proposal]:
    """Propose the terms that footnotes define as platforms: in the note and where its mark stands in the text."""
    outline: Outline = doc._.outline
    text = layout(doc).text
    for block in outline.blocks:
        if block.kind is BlockKind.FOOTNOTE:
            for start, end in _places(text, block):
                yield Proposal(start, end, "PLATFORM", "platforms/defined")


def is_genus(definition: str) -> bool:
    """Say whether *definition* speaks of something made (打造, 开发) that is a platform, an application or the like."""
    rows = load_lexicon("platforms_genus")
    return all(
        any(row["word"] in definition[:_REACH] for row in rows if row["group"] == group) for group in ("made", "genus")
    )


def _places(text: str, block: Block) -> Iterator[tuple[int, int]]:
    note = text[block.start : block.end]
    colon = min((note.find(sign) for sign in ("：", ":") if sign in note), default=-1)
    if not 2 <= colon <= _LONGEST or not is_genus(note[colon + 1 :]):
        return
    yield block.start, block.start + colon
    words = note[:colon]
    if block.anchor is not None and text.endswith(words, 0, block.anchor):
        yield block.anchor - len(words), block.anchor
