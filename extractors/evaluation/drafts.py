"""Marked files for a person to correct, and the gold that comes of them.

    document ─► draft (marks by the pipeline) ─► corrected by hand ─► gold (JSON lines) ─► marked again, at any time

A marked file is UTF-8 and keeps the document's line ends; without marks it is the document, and stays it: `gold_of`
compares the two character by character.
"""

from collections.abc import Iterable
from pathlib import Path

from extractors.evaluation.gold import SUFFIX, GoldDocument, check_gold, read_gold
from extractors.evaluation.judging import annotations, check_text, find_document, missing
from extractors.evaluation.markup import ordered, write_markup
from extractors.readers.files import read_file
from extractors.reading import read_scene_of
from extractors.recognisers.models import DEFAULT_MODEL
from ontology.errors import PolicyKGError, WrongUse


def draft_of(path: Path, model: str = DEFAULT_MODEL) -> str:
    """Return the document at *path* with the mentions found marked. Raises UnreadableDocument, WrongUse."""
    scene = read_scene_of(path, model)
    marks = ((mention.start, mention.end, mention.type) for mention in annotations(scene))
    try:
        return write_markup(scene.outline.clean.raw, marks)
    except WrongUse as error:
        raise WrongUse(f"{path}: {error}") from error


def gold_of(paths: Iterable[Path], corpus: Path | None) -> tuple[list[GoldDocument], list[str]]:
    """Return the gold in the marked files (or folders of them) at *paths*, and what is wrong, one line each.

    The document of each is looked for below the folder *corpus* and has to be the marked text without its marks. Gold
    without windows gets one over the whole text.
    """
    documents: dict[str, GoldDocument] = {}
    problems: list[str] = []
    for path in paths:
        found, wrong = read_gold(path)
        problems += wrong
        for document in found:
            if document.name in documents:
                problems.append(f"{path}: {document.name} was marked in another file already; give one of them")
            documents[document.name] = document
    if problems:
        return [], problems
    for document in documents.values():
        try:
            problems += filter(None, [_against_original(document, corpus)])
        except PolicyKGError as error:
            problems.append(str(error))
    return [documents[name] for name in sorted(documents)], problems


def _against_original(document: GoldDocument, corpus: Path | None) -> str:
    text = original(document.name, corpus)
    document.windows = ordered(document.windows) or [(0, len(text))]
    return check_text(document, text) or check_gold(document, text)


def marked_of(document: GoldDocument, corpus: Path | None) -> str:
    """Return the text of *document* with its gold marked; raises PolicyKGError where the two do not fit."""
    text = original(document.name, corpus)
    problem = check_gold(document, text)
    if problem:
        raise PolicyKGError(problem)
    marks = {(mention.start, mention.end, mention.type) for mention in document.mentions}
    try:
        return write_markup(text, marks, ordered(document.windows))
    except WrongUse as error:
        raise WrongUse(f"{document.name}: {error}") from error


def original(name: str, corpus: Path | None) -> str:
    """Return the raw text of the document *name* below the folder *corpus*; raises PolicyKGError for none."""
    path = find_document(name, corpus)
    if path is None:
        raise PolicyKGError(missing(name, corpus))
    return read_file(path)[0]


def write_marked(name: str, marked: str, folder: Path) -> Path:
    """Write *marked* as the marked file of the document *name* in *folder*; what lies there already is not touched.

    Returns the path. Raises WrongUse where the file exists or cannot be written.
    """
    path = folder / f"{name}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(marked)
    except FileExistsError as error:
        raise WrongUse(f"{path}: exists already and may hold somebody's corrections; take another --out") from error
    except OSError as error:
        raise WrongUse(f"{path}: cannot be written ({error.strerror}); take another --out") from error
    return path
