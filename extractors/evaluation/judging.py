"""Puts the pipeline before the gold: finds each document, reads it, and lays both side by side."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from extractors.evaluation.gold import Annotation, GoldDocument, check_gold
from extractors.evaluation.markup import first_difference, place
from extractors.evaluation.scoring import Judged, judged
from extractors.reading import read_scene, read_scene_of
from extractors.recognisers.models import DEFAULT_MODEL
from extractors.scene import Scene
from ontology.errors import PolicyKGError

UNKNOWN = "unknown"
"""The genre of a document that does not tell its own."""


def judge(
    documents: Iterable[GoldDocument],
    corpus: Path | None,
    model: str = DEFAULT_MODEL,
    types: frozenset[str] = frozenset(),
    progress: Callable[[str], object] = lambda name: None,
) -> Iterator[Judged | str]:
    """Yield each of *documents* with what the pipeline with *model* finds in it, or what is wrong with it in one line.

    The text is looked for by name below the folder *corpus*; marked files that bring it along need none.
    """
    for document in documents:
        progress(document.name)
        try:
            scene = _read(document, corpus, model)
        except PolicyKGError as error:
            yield str(error)
            continue
        text = scene.outline.clean.raw
        problem = check_text(document, text) or check_gold(document, text)
        genre = scene.outline.facts.get("genre")
        yield problem or judged(
            document.name,
            text,
            genre.value if genre else UNKNOWN,
            document.windows,
            (document.mentions, annotations(scene)),
            types,
        )


def _read(document: GoldDocument, corpus: Path | None, model: str) -> Scene:
    """Return the document as the pipeline reads it: the one place where evaluation reads documents."""
    path = find_document(document.name, corpus)
    if path is not None:
        return read_scene_of(path, model)
    if document.text is not None:
        return read_scene(document.name, document.text, model)
    raise PolicyKGError(missing(document.name, corpus))


def annotations(scene: Scene) -> Iterator[Annotation]:
    """Yield the mentions of *scene* in raw offsets."""
    for mention in scene.mentions:
        words = scene.evidence(mention.start, mention.end)
        yield Annotation(words.start, words.end, mention.type, words.quote)


def find_document(name: str, corpus: Path | None) -> Path | None:
    """Return the file below the folder *corpus* whose stem is *name*, a text file before others; None for none."""
    if corpus is None:
        return None
    found = sorted(path for path in corpus.rglob("*") if path.stem == name and path.is_file())
    return min(found, key=lambda path: (path.suffix.lower() != ".txt", path), default=None)


def missing(name: str, corpus: Path | None) -> str:
    """Return the line that tells that the document *name* is not there."""
    where = f"below {corpus}" if corpus else "here"
    return f"{name}: no document of that name {where}; name the folder that holds it with --corpus"


def check_text(document: GoldDocument, text: str) -> str:
    """Return where a marked text without its marks is not *text* any more, in one line; "" where it still is."""
    at = None if document.text is None else first_difference(document.text, text)
    if at is None or document.text is None:
        return ""
    marked, original = (_shown(words[at : at + 8]) for words in (document.text, text))
    return (
        f"{document.name}: without its marks the text is not the document any more: at {place(text, at)} it reads "
        f"{marked} where the document reads {original}; only marks may be put in and taken out"
    )


def _shown(words: str) -> str:
    shown = words.replace("\r", "\\r").replace("\n", "\\n")
    return f"「{shown}」" if shown else "nothing (its end)"
