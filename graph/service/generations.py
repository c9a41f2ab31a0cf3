"""The generation of the graph that is being served, and the change to the next one when a build has finished it."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Store

from graph.claims import ClaimsStore
from graph.projections import GraphFolder
from graph.service.name_index import NameIndex
from graph.stores.quads import QuadStore
from ontology.errors import BrokenGraph, PolicyKGError

_LOOK_SECONDS = 1.0
WRITABLE = "writable"
"""The name of the folder, inside the graph's, of the copy that takes updates."""


@dataclass(frozen=True)
class Generation:
    """One complete state of the graph. Whoever uses it holds it; it goes when the last one lets go."""

    number: str
    place: GraphFolder
    quads: QuadStore

    @property
    def store(self) -> Store:
        """The pyoxigraph store."""
        return self.quads.engine

    @property
    def warning(self) -> str:
        """Says when a build is running or was interrupted, else empty."""
        return self.place.warning

    @cached_property
    def names(self) -> NameIndex:
        """Every thing by its names; read when it is first needed."""
        with self.claims() as store:
            return NameIndex(store.entities())

    @contextmanager
    def claims(self) -> Iterator[ClaimsStore]:
        """Open the claims for the thread that asks."""
        with self.place.open_claims() as store:
            yield store


class Generations:
    """The current generation of the graph in a folder; `follow` keeps it current."""

    def __init__(self, folder: Path, writable: bool = False) -> None:
        """Open the graph; with *writable* its copy that takes updates. Raises BrokenGraph where there is none."""
        self.folder = folder
        self.writable = writable
        self.current = self._open()

    def _open(self) -> Generation:
        number = self._number()
        place = GraphFolder.reading(self.folder)
        quads = open_copy(self.folder, place) if self.writable else QuadStore.open(place.rdf_path)
        return Generation(number, place, quads)

    def _number(self) -> str:
        try:
            return (self.folder / "CURRENT").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    async def follow(self, changed: Callable[[], None] = lambda: None) -> None:
        """Change to a new generation soon after a build has made one; never ends. What is asked meanwhile goes on."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self.writable or self._number() in ("", self.current.number):
                continue
            with contextlib.suppress(PolicyKGError):  # a build is still at it: the next look succeeds
                self.current = await asyncio.to_thread(self._open)
                changed()


def open_copy(folder: Path, place: GraphFolder) -> QuadStore:
    """Open the copy that takes updates; where there is none, make it from the generation in *place*.

    The graph itself stays what its documents say: an update changes the copy only, and no build reads it.
    """
    target = folder / WRITABLE
    try:
        if not (target / "CURRENT").exists():
            shutil.rmtree(target, ignore_errors=True)
            Store.read_only(str(place.rdf_path)).backup(str(target))
        return QuadStore(Store(str(target)))
    except OSError as error:
        reason = " ".join(str(error).split())
        raise BrokenGraph(
            f"{target}: the writable copy cannot be opened ({reason}); is another server on it?"
        ) from error
