"""One document in many layouts: a person reads the same in all of them, and so must policykg."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from extractors.readers.files import read_file
from extractors.reading import read_document, read_scene
from ontology.records import BlockKind
from tests import layouts
from tests.corpus import corpus_folder, needs_corpus

HEADINGS = {BlockKind.TITLE, BlockKind.HEADING, BlockKind.TABLE, BlockKind.BOX}
Seen = dict[str, list[tuple[str, ...]]]

LAYOUTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a paragraph a line, GB18030": (".txt", lambda: layouts.to_text().encode("gb18030")),
    "wrapped at 36": (".txt", lambda: layouts.to_wrapped(36).encode()),
    "wrapped at 44": (".txt", lambda: layouts.to_wrapped(44).encode()),
    "wrapped at 56": (".txt", lambda: layouts.to_wrapped(56, "\n").encode()),
    "wrapped at 70, indented": (".txt", lambda: layouts.to_wrapped(70, "", "\u3000\u3000").encode()),
    "wrapped at 84, blank lines": (".txt", lambda: layouts.to_wrapped(84, "\n").encode()),
    "pages with headers and numbers": (".txt", lambda: layouts.to_pages(64, 28).encode()),
    "small pages": (".txt", lambda: layouts.to_pages(76, 17).encode()),
    "two columns of text, one after the other": (".txt", lambda: layouts.to_columns(40, 11).encode()),
    "PDF, one column": (".pdf", lambda: layouts.to_pdf(1, 12)),
    "PDF, large type": (".pdf", lambda: layouts.to_pdf(1, 15)),
    "PDF, two columns": (".pdf", lambda: layouts.to_pdf(2, 10.5)),
    "PDF, two columns, small type": (".pdf", lambda: layouts.to_pdf(2, 9)),
    "Word": (".docx", layouts.to_word),
    "Word, numbers made by Word": (".docx", layouts.to_numbered_word),
    "web page, GB2312": (".html", lambda: layouts.to_page().encode("gb18030")),
    "web page, UTF-8": (".htm", lambda: layouts.to_page().replace("gb2312", "utf-8").encode()),
    "Markdown": (".md", lambda: layouts.to_markdown().encode()),
}


def seen(raw: str) -> Seen:
    """Return what is read from *raw*: typed mentions, headings with level and marker, footnotes, facts of the head."""
    scene = read_scene("document", raw)
    outline = scene.outline
    return {
        "mentions": [(mention.type, scene.text[mention.start : mention.end]) for mention in scene.mentions],
        "headings": [(str(b.level), b.marker, outline.text_of(b)) for b in outline.blocks if b.kind in HEADINGS],
        "footnotes": [(outline.text_of(b),) for b in outline.blocks if b.kind is BlockKind.FOOTNOTE],
        "cells": [(str(b.row), str(b.column), outline.text_of(b)) for b in outline.blocks if b.kind is BlockKind.CELL],
        "facts": [(name, fact.value) for name, fact in sorted(outline.facts.items())],
    }


@cache
def plain() -> Seen:
    return seen(layouts.to_text())


def written(folder: Path, layout: str) -> Path:
    suffix, content = LAYOUTS[layout]
    path = folder / f"document{suffix}"
    path.write_bytes(content())
    return path


def test_the_document_holds_what_layouts_break() -> None:
    found = plain()
    assert len(layouts.to_text()) >= 1500
    assert {kind for kind, _ in found["mentions"]} >= {
        "AGENCY", "EVENT", "INDICATOR", "MEETING", "PERSON", "POLICYDOC", "POST", "PROGRAMME", "PROJECT", "STRATEGY",
    }  # fmt: skip
    assert [(level, marker) for level, marker, _ in found["headings"]] == [
        ("0", ""), ("1", "一、"), ("2", "（一）"), ("2", "（二）"), ("1", "二、"),
        ("2", "（一）"), ("3", "1."), ("3", "2."), ("4", "专栏1"),
        ("2", "（二）"), ("2", "（三）"), ("3", "1."), ("3", "2."), ("4", ""),
    ]  # fmt: skip
    assert len(found["footnotes"]) == 2
    assert ("2", "4", "7.8") in found["cells"]
    assert ("issued", "2026-01-12") in found["facts"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_reads_alike(tmp_path: Path, layout: str) -> None:
    raw, _ = read_file(written(tmp_path, layout))
    found = seen(raw)
    for what, expected in plain().items():
        assert found[what] == expected, f"{what} of {layout}"


@pytest.mark.parametrize("layout", ["PDF, two columns", "Word", "web page, GB2312", "Markdown"])
def test_evidence_quotes_the_text_that_was_read(tmp_path: Path, layout: str) -> None:
    path = written(tmp_path, layout)
    reading = read_document(path)
    assert reading.raw == read_file(path)[0]
    pieces = [piece for claim in reading.claims for piece in claim.evidence]
    assert len(pieces) > 100
    assert all(reading.raw[piece.start : piece.end] == piece.quote for piece in pieces)


@needs_corpus
def test_no_sentence_of_the_document_comes_from_the_corpus() -> None:
    folder = corpus_folder()
    assert folder is not None
    corpus = "\n".join("".join(path.read_text(encoding="utf-8").split()) for path in sorted(folder.rglob("*.txt")))
    text = "".join("".join(text for _, text in layouts.DOCUMENT).split())
    assert [text[i : i + 22] for i in range(len(text) - 21) if text[i : i + 22] in corpus] == []
