"""One Cypher engine for all processes of a server, started by the first query and ended when a query runs away."""

import contextlib
import os
import secrets
import signal
import tempfile
import time
from contextlib import ExitStack
from multiprocessing import AuthenticationError, current_process
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from threading import Lock, Thread

from graph.projections import GraphFolder
from graph.stores.arcadedb import open_engine
from graph.stores.bolt import Engine, Recipe
from ontology.errors import EngineFailed, PolicyKGError

_GET, _END = "get", "end"


def new_address() -> str:
    """Return a new place for the socket at which the keeper of the engine answers, in a folder that is only ours."""
    return str(Path(tempfile.mkdtemp(prefix="policykg-serve-")) / f"{secrets.token_hex(4)}.sock")


def keep_engine(folder: Path, address: str) -> None:
    """Be the process that keeps the engine: answer at *address* how it can be reached, until SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that watches
    signal.signal(signal.SIGTERM, _leave)
    Path(address).unlink(missing_ok=True)
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    with _Keeper(folder) as keeper, Listener(address, "AF_UNIX", authkey=current_process().authkey) as listener:
        while True:
            with contextlib.suppress(OSError, EOFError, AuthenticationError), listener.accept() as asking:
                keeper.answer(asking)


class _Keeper:
    """The engine that runs, if one does, on one generation of the graph."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = ExitStack()
        self._recipe: Recipe | None = None
        self._generation = ""

    def answer(self, asking: Connection) -> None:
        """Answer (GET, generation) with a recipe or an error, (END, address) with nothing."""
        word, value = asking.recv()
        if word == _END:
            if self._recipe is not None and self._recipe[0] == value:
                self._end()
            asking.send(None)
            return
        try:
            asking.send(self._get(value))
        except PolicyKGError as error:
            asking.send(error)

    def _get(self, generation: str) -> Recipe:
        if self._recipe is None or generation != self._generation:
            self._end()
            place = GraphFolder.reading(self._folder)
            self._parts.callback(place.close)
            self._recipe = self._parts.enter_context(open_engine(place.property_graph_path)).recipe
            self._generation = generation
        return self._recipe

    def _end(self) -> None:
        self._recipe = None
        parts, self._parts = self._parts, ExitStack()
        parts.close()

    def __enter__(self) -> "_Keeper":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


class EngineAccess:
    """The engine as the processes that answer see it; used in threads."""

    def __init__(self, address: str) -> None:
        """Ask the keeper at *address*."""
        self._address = address
        self._lock = Lock()
        self._engine: Engine | None = None
        self._recipe: Recipe | None = None

    def engine(self, generation: str) -> Engine:
        """Return a connection to the engine on *generation*, started where it does not run. Raises PolicyKGError."""
        with self._lock:
            answered = self._ask(_GET, generation)
            if isinstance(answered, PolicyKGError):
                raise answered
            if self._engine is None or answered != self._recipe:
                if self._engine is not None:
                    self._engine.close()
                assert isinstance(answered, tuple)
                self._recipe, self._engine = answered, Engine(*answered)
            return self._engine

    def end(self) -> None:
        """End the engine that was asked last; the next query starts another."""
        if self._recipe is not None:
            with contextlib.suppress(EngineFailed):
                self._ask(_END, self._recipe[0])

    def _ask(self, *question: str) -> object:
        try:
            with Client(self._address, "AF_UNIX", authkey=current_process().authkey) as keeper:
                keeper.send(question)
                answered: object = keeper.recv()
                return answered
        except (OSError, EOFError, AuthenticationError) as error:
            raise EngineFailed(f"the Cypher engine cannot be reached ({error}); ask again in a moment") from error


def _end_with(parent: int) -> None:
    """End this process when the one that watches is gone, by whatever signal."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(0)
