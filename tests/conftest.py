"""Graphs that several tests ask: one of the samples, one of the five corpus documents, each opened once."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from graph import open_graph
from graph.build import build
from graph.claims import ClaimsStore
from graph.exports import export_graph
from graph.opened import KnowledgeGraph
from graph.projections import GraphFolder
from tests.corpus import corpus_folder
from tests.served import Server, serving

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def five_documents() -> list[Path]:
    """Return the five documents of the corpus that the design's answers speak of, ordered by name."""
    folder = corpus_folder()
    assert folder is not None
    return sorted(folder.glob("00*.txt"))


def nquads_of(folder: Path) -> bytes:
    """Return the N-Quads of the claims in the graph *folder*."""
    target = folder.parent / f"{folder.name}.nq"
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        export_graph(store, "nquads", target)
    return target.read_bytes()


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a graph of the samples; tests do not change it."""
    folder = tmp_path_factory.mktemp("sample") / "kg"
    build([SAMPLES], folder, jobs=1)
    return folder


@pytest.fixture(scope="session")
def sample_graph(sample_folder: Path) -> Iterator[KnowledgeGraph]:
    """Yield the graph of the samples, its Cypher engine started at most once."""
    with open_graph(sample_folder) as graph:
        yield graph


@pytest.fixture(scope="session")
def sample_server(sample_folder: Path) -> Iterator[Server]:
    """Yield a server of the graph of the samples."""
    with serving(sample_folder) as server:
        yield server


@pytest.fixture(scope="session")
def corpus_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """Yield the graph of the five documents; for tests marked `needs_corpus`."""
    folder = tmp_path_factory.mktemp("corpus") / "kg"
    build(five_documents(), folder, jobs=min(2, os.cpu_count() or 1))
    with open_graph(folder) as graph:
        yield graph


@pytest.fixture
def claims_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let builds stop at the claims: what is made from them has tests of its own."""
    monkeypatch.setattr(GraphFolder, "start_engine", lambda _: None)
    monkeypatch.setattr(GraphFolder, "project", lambda *_: None)


def documents_stored(folder: Path) -> int:
    """Return how many documents the claims store in *folder* holds by now, 0 where there is none yet."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{folder}/claims.sqlite?mode=ro", uri=True)) as store:
        return int(store.execute("SELECT count(*) FROM documents").fetchone()[0])
    return 0
