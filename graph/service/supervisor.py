"""The processes of a server: one that watches, some that answer, one that keeps the Cypher engine.

All that answer share one listening socket. One that retires (a query in it cannot be stopped) or dies is replaced at
once; none outlives the one that watches.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

import uvicorn
import uvloop

from graph.service.application import Application, create_application
from graph.service.cypher_engine import EngineAccess, keep_engine, new_address
from graph.service.endpoint import Limits
from graph.service.generations import Generations
from graph.service.lookups import MOST_ROWS, LookupProtocol, Lookups
from graph.service.running import Runner
from ontology.errors import EngineFailed, PolicyKGError, WrongUse

_FORK = get_context("fork")
_SERVING, _RETIRING = b"serving", b"retiring"
_VAIN_STARTS = 5
_BACKLOG = 2048
_LEAVING_SECONDS = 1.5  # in which a process that retires answers what it has accepted
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


@dataclass(frozen=True, slots=True)
class Settings:
    """What `policykg serve` was told; `hosts` are the names in Host that are answered, empty: all."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    limits: Limits = field(default_factory=Limits)
    writable: bool = False
    origins: tuple[str, ...] = ()
    workers: int = 2

    @property
    def hosts(self) -> frozenset[str]:
        """On loopback only its own names are answered, so that no web page reaches the graph by a name of its own."""
        return _LOOPBACK if self.host in _LOOPBACK else frozenset()


def serve(settings: Settings, tell: Callable[[str], None] = lambda _: None) -> None:
    """Serve until SIGTERM or Ctrl-C; *tell* gets the address when the server listens.

    Raises WrongUse where the port is taken and EngineFailed where the processes die as soon as they start.
    """
    with contextlib.closing(_listen(settings.host, settings.port)) as listening:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        watch = _Watch(settings, listening)
        try:
            watch.start()
            tell(f"http://{host}:{listening.getsockname()[1]}/")
            watch.run()
        finally:
            watch.stop()


class _Watch:
    """The process that watches."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        self._running: dict[BaseProcess, Connection] = {}
        self._engine: BaseProcess | None = None
        self._address = new_address()
        self._serving: set[BaseProcess] = set()
        self._replaced: set[BaseProcess] = set()
        self._vain_starts = 0

    def start(self) -> None:
        signal.signal(signal.SIGTERM, _leave)
        self._start_engine()
        for _ in range(1 if self._settings.writable else self._settings.workers):
            self._start_one()

    def _start_engine(self) -> None:
        self._engine = _FORK.Process(target=keep_engine, args=(self._settings.folder, self._address), daemon=False)
        self._engine.start()

    def _start_one(self) -> None:
        ours, theirs = _FORK.Pipe()
        arguments = (self._settings, self._listening, theirs, self._address)
        process = _FORK.Process(target=_answer, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._running[process] = ours

    def run(self) -> None:
        """Replace what retires or dies, until something raises."""
        while True:
            pipes = {pipe: process for process, pipe in self._running.items() if not pipe.closed}
            ends = {process.sentinel: process for process in self._running}
            assert self._engine is not None
            for event in connection.wait([*pipes, *ends, self._engine.sentinel]):
                if event == self._engine.sentinel:
                    self._engine.join()
                    self._start_engine()
                elif isinstance(event, Connection):
                    self._told(pipes[event], event)
                elif (process := ends.get(event)) is not None:  # type: ignore[arg-type]
                    self._died(process)

    def _told(self, process: BaseProcess, pipe: Connection) -> None:
        """Start another when a process says that it ends; a pipe that just closed says that it has died."""
        with contextlib.suppress(EOFError, OSError):
            if pipe.recv() == _SERVING:
                self._serving.add(process)
                return
            if not self._settings.writable:  # the copy belongs to one process at a time
                self._start_one()
                self._replaced.add(process)
        pipe.close()

    def _died(self, process: BaseProcess) -> None:
        process.join()
        self._running.pop(process).close()
        self._vain_starts = 0 if process in self._serving else self._vain_starts + 1
        if self._vain_starts >= _VAIN_STARTS:
            raise EngineFailed("the server's processes end as soon as they start; see the lines above")
        if process not in self._replaced:
            self._start_one()
        self._serving.discard(process)
        self._replaced.discard(process)

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        if self._engine is not None:
            self._engine.terminate()
        for process in (*self._running, *filter(None, (self._engine,))):
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()
        Path(self._address).unlink(missing_ok=True)
        Path(self._address).parent.rmdir()


def _answer(settings: Settings, listening: socket.socket, pipe: Connection, address: str) -> None:
    """Be one of the processes that answer."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        generations = Generations(settings.folder, settings.writable)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listening, generations, pipe, address))
    except PolicyKGError as error:
        print(f"policykg: {error}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        pass
    os._exit(0)  # a thread that cannot be stopped would keep the process


async def _serve(
    settings: Settings, listening: socket.socket, generations: Generations, pipe: Connection, address: str
) -> None:
    def retire() -> None:
        if application.leaving:
            return
        application.leaving = True
        with contextlib.suppress(OSError):
            pipe.send(_RETIRING)
        for accepting in server.servers:
            accepting.close()
        asyncio.get_running_loop().call_later(_LEAVING_SECONDS, setattr, server, "should_exit", True)

    runner = Runner(settings.limits.seconds, retire)
    application = create_application(
        generations, runner, EngineAccess(address), settings.limits, settings.hosts, settings.origins
    )
    config = uvicorn.Config(
        application,
        loop="none",
        http=_protocol(settings, generations, application),
        proxy_headers=False,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    duties = generations.follow(), _end_with(os.getppid(), server), _tell_when_serving(server, pipe)
    tasks = [asyncio.create_task(duty) for duty in duties]
    await server.serve(sockets=[listening])
    for task in tasks:
        task.cancel()


def _protocol(settings: Settings, generations: Generations, application: Application) -> type[LookupProtocol]:
    """Return the protocol of this process: its connections answer lookups until it retires."""

    class Protocol(LookupProtocol):
        lookups = Lookups(generations) if settings.limits.rows >= MOST_ROWS else None
        hosts = frozenset(host.encode() for host in settings.hosts)

        def takes_lookups(self) -> bool:
            return not application.leaving and super().takes_lookups()

    return Protocol


async def _tell_when_serving(server: uvicorn.Server, pipe: Connection) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    with contextlib.suppress(OSError):
        pipe.send(_SERVING)


async def _end_with(parent: int, server: uvicorn.Server) -> None:
    """End the server when the process that watches is gone, by whatever signal."""
    while os.getppid() == parent:
        await asyncio.sleep(1)
    server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise WrongUse(
            f"{host}:{port}: cannot listen there ({error.strerror}); give another --host or --port"
        ) from error
    listening.listen(_BACKLOG)
    listening.set_inheritable(True)
    return listening


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
