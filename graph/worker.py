"""A process that has a graph open and does one job at a time, and is ended when a job takes too long.

A query inside pyoxigraph cannot be interrupted, and its answers belong to the thread that asked; a process of its own
can be stopped at any time, and the next job starts another.
"""

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from graph.opened import KnowledgeGraph
from ontology.errors import EngineFailed, PolicyKGError, TookTooLong

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_START_SECONDS = 60.0


class Worker:
    """The graph in *folder*, open in a process of its own; a context manager. Jobs may come from any thread."""

    def __init__(self, folder: Path, seconds: float) -> None:
        """Start with the first job; no job may take longer than *seconds*."""
        self.folder = folder
        self.seconds = seconds
        self._lock = Lock()
        self._running: tuple[BaseProcess, Connection] | None = None

    def do(
        self,
        job: Callable[Concatenate[KnowledgeGraph, Parameters], Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Result:
        """Return what *job*, a function of a module, gives for the graph and the arguments.

        Raises what the job raises, TookTooLong where it was stopped, and EngineFailed where the process died of it.
        """
        with self._lock:
            _, pipe = self._running or self._start()
            pipe.send((job, arguments, named))
            if not pipe.poll(self.seconds):
                self._stop()
                raise TookTooLong(f"stopped after {self.seconds:g} seconds; ask for less, or allow more time")
            result: Result = self._received(pipe)
            return result

    def _start(self) -> tuple[BaseProcess, Connection]:
        context = get_context("spawn")
        pipe, other = context.Pipe()
        process = context.Process(target=_work, args=(self.folder, other), daemon=True)
        process.start()
        other.close()
        self._running = process, pipe
        if not pipe.poll(_START_SECONDS):
            self._stop()
            raise EngineFailed(f"{self.folder}: the graph did not open within {_START_SECONDS:g} seconds")
        try:
            self._received(pipe)
        except PolicyKGError:
            self._stop()
            raise
        return self._running

    def _received(self, pipe: Connection) -> Result:  # type: ignore[type-var]
        try:
            kind, value = pipe.recv()
        except (EOFError, ConnectionError):
            self._stop()
            raise EngineFailed("the process that reads the graph died, perhaps of memory; ask for less") from None
        if kind == "error":
            raise value
        result: Result = value
        return result

    def _stop(self) -> None:
        if self._running is not None:
            process, pipe = self._running
            self._running = None
            pipe.close()
            process.kill()
            process.join()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        """Return the worker itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()


def _work(folder: Path, pipe: Connection) -> None:
    """Open the graph and do the jobs that come, until the other end of the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    try:
        graph = KnowledgeGraph(folder)
    except PolicyKGError as error:
        pipe.send(("error", error))
        return
    with graph:
        pipe.send(("value", None))
        while True:
            try:
                job, arguments, named = pipe.recv()
            except (EOFError, ConnectionError):
                return
            try:
                outcome = "value", job(graph, *arguments, **named)
            except PolicyKGError as error:
                outcome = "error", error
            pipe.send(outcome)
