"""Where the corpus lies that some tests need; they skip with a reason where it is missing."""

import os
from pathlib import Path

import pytest


def corpus_folder() -> Path | None:
    """Return the corpus folder: POLICYKG_CORPUS, or ../shared/corpus beside the checkout, or None."""
    named = os.environ.get("POLICYKG_CORPUS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return folder if folder.is_dir() else None


needs_corpus = pytest.mark.skipif(
    corpus_folder() is None, reason="the corpus is not here: set POLICYKG_CORPUS or put it in ../shared/corpus"
)


def corpus_text(prefix: str) -> str:
    """Return the raw text of the one corpus document whose file name begins with *prefix*."""
    folder = corpus_folder()
    assert folder is not None
    (path,) = [path for path in folder.rglob("*.txt") if path.name.startswith(prefix)]
    return path.read_bytes().decode("utf-8")
