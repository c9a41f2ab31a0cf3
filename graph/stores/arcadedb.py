"""The embedded Cypher engine: ArcadeDB from its own wheel, as a child process on loopback.

    us ── pipe ── watchdog ── java (ArcadeDB) ── folder/kg
     └──────────── Bolt, 127.0.0.1 ────┘

The server runs from the wheel's own jre and jars, on ports that were free a moment ago, with a password made for this
run in a file of mode 600. Password, settings and log lie in a private folder that goes when the server goes; it goes
when we close it, and also when we are killed (see `graph.stores.watchdog`). Opened for reading, the database itself is
read-only and several processes may read it at once; opened for writing it is ours alone.
"""

import base64
import http.client
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graph.stores import watchdog
from graph.stores.bolt import Engine
from ontology.errors import BrokenGraph, EngineFailed

__all__ = ("DATABASE", "Engine", "open_engine")

DATABASE = "kg"
_START_SECONDS = 60.0
_ATTEMPTS = 3
_GRACE_SECONDS = 10
_MAIN = "com.arcadedb.server.ArcadeDBServer"
_READY = b"ArcadeDB Server started in"
_LOGGING = """handlers=java.util.logging.ConsoleHandler
.level=INFO
java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%4$s %5$s%6$s%n
"""


@dataclass(frozen=True, slots=True)
class _Launch:
    """One start of the server: the databases' folder, the private folder of this run, what it may do, heap in MiB."""

    folder: Path
    private: Path
    writable: bool
    memory: int

    @property
    def log(self) -> Path:
        return self.private / "server.log"


@contextmanager
def open_engine(folder: Path, writable: bool = False, memory: int = 512) -> Iterator[Engine]:
    """Start the server on the database in *folder* and yield a connection; both end with the block.

    *writable* creates folder and database where they are missing. *memory* is the heap in MiB. Raises BrokenGraph when
    there is no database to read, EngineFailed when the server does not start.
    """
    if not writable and not (folder / DATABASE / "schema.json").is_file():
        raise BrokenGraph(f"{folder}: no property graph; run `policykg build` again")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        port, web, password = _start(stack, folder.resolve(), writable, memory)
        diagnose = partial(_diagnose, web, password)
        yield stack.enter_context(Engine(f"bolt://127.0.0.1:{port}", "root", password, DATABASE, diagnose))


def _start(stack: ExitStack, folder: Path, writable: bool, memory: int) -> tuple[int, int, str]:
    """Start the server, stopped by *stack*; return Bolt port, HTTP port and password. Ports taken meanwhile: again."""
    for attempt in range(_ATTEMPTS):
        launch = _Launch(folder, Path(tempfile.mkdtemp(prefix="policykg-engine-")), writable, memory)
        with ExitStack() as running:
            running.callback(shutil.rmtree, launch.private, ignore_errors=True)
            port, web = _free_ports(2)
            password = _prepare(launch.private)
            process = _spawn(launch, _command(launch, port, web))
            running.callback(_stop, process)
            try:
                _await(process, launch.log)
            except EngineFailed as error:
                trouble = _telling_line(launch.log)
                if attempt + 1 < _ATTEMPTS and "already in use" in trouble:
                    continue
                raise EngineFailed(f"{error}: {trouble or 'it left no log'}; {_remedy(trouble)}") from None
            stack.enter_context(running.pop_all())
            return port, web, password
    raise EngineFailed("the Cypher engine finds no free port; close other programs and run the command again")


def _command(launch: _Launch, port: int, web: int) -> list[str]:
    private = launch.private
    home = _wheel()
    settings = {
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": port,
        "arcadedb.opencypher.loadCsv.allowFileUrls": str(launch.writable).lower(),
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
        "arcadedb.server.databaseDirectory": launch.folder,
        "arcadedb.server.defaultDatabaseMode": "READ_WRITE" if launch.writable else "READ_ONLY",
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": web,
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "arcadedb.server.rootPasswordPath": private / "password",
        "arcadedb.server.rootPath": private,
        "arcadedb.server.saltIterations": 1,  # the password is random and lives as long as the server
        "java.awt.headless": "true",
        "java.io.tmpdir": private,
        "java.util.logging.config.file": private / "logging.properties",
    }
    if launch.writable:
        settings["arcadedb.server.defaultDatabases"] = f"{DATABASE}[root]"
    quick = "-XX:TieredStopAtLevel=1"  # we are done before full compilation pays: half the time for a small graph
    machine = [f"-Xmx{launch.memory}m", "-XX:+UseSerialGC", quick, "--add-modules", "jdk.incubator.vector"]
    properties = [f"-D{name}={value}" for name, value in settings.items()]
    main = ["-cp", f"{home / 'jars'}/*", _MAIN]
    return [str(home / "jre" / "bin" / "java"), *machine, *properties, *main]


def _wheel() -> Path:
    """Return the folder of the installed wheel, without importing it (which would load a JVM bridge)."""
    found = importlib.util.find_spec("arcadedb_embedded")
    if found is None or found.origin is None:
        raise EngineFailed("the Cypher engine is not installed; run `pip install arcadedb-embedded`")
    home = Path(found.origin).parent
    if not (home / "jre" / "bin" / "java").is_file():
        raise EngineFailed(f"{home}: no Java inside; there is no arcadedb-embedded wheel for this platform")
    return home


def _prepare(private: Path) -> str:
    """Write password and settings of one run; return the password."""
    password = secrets.token_urlsafe(24)
    with os.fdopen(os.open(private / "password", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    (private / "logging.properties").write_text(_LOGGING, encoding="ascii")
    return password


def _spawn(launch: _Launch, command: list[str]) -> "subprocess.Popen[bytes]":
    grace = _GRACE_SECONDS if launch.writable else 0  # a reader has nothing to write down
    return subprocess.Popen(
        [sys.executable, "-I", "-S", watchdog.__file__, str(os.getpid()), str(grace), str(launch.private), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is ours to handle; the server ends when our block does
    )


def _await(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if log.is_file() and _READY in log.read_bytes():
            return
        if process.poll() is not None:
            raise EngineFailed("the Cypher engine ended while starting")
        time.sleep(0.03)
    raise EngineFailed(f"the Cypher engine did not start in {_START_SECONDS:.0f} seconds")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Say goodbye to the watchdog, which stops the server, and wait for that."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(b"q")
        process.stdin.flush()
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(2 * _GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # on Linux the server dies with the watchdog
        process.wait()


def _diagnose(port: int, password: str, cypher: str) -> str:
    """Ask over HTTP, where the server says of a query that only reads what is wrong with it; "" when it does not."""
    login = base64.b64encode(f"root:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    body = json.dumps({"language": "opencypher", "command": cypher})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("POST", f"/api/v1/query/{DATABASE}", body, headers)
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    finally:
        connection.close()
    detail = " ".join(str(answer.get("detail", "")).split())
    return "" if "not idempotent" in detail else detail.split(" -> ")[0]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for bound in sockets:
            bound.bind(("127.0.0.1", 0))
        return [int(bound.getsockname()[1]) for bound in sockets]


def _telling_line(log: Path) -> str:
    """Return the last line of *log* that says what went wrong, else its last line."""
    try:
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    lines = [line for line in lines if line and not line.startswith("at ")]
    telling = [
        line for line in lines if any(word in line for word in ("Error", "Exception", "SEVERE", "already in use"))
    ]
    return (telling or lines or [""])[-1][:300]


def _remedy(trouble: str) -> str:
    if "memory" in trouble.lower() or "heap" in trouble.lower():
        return "free some memory and run the command again"
    if "lock" in trouble.lower():
        return "another process writes this graph; wait for it"
    return "run the command again; if it stays, delete the graph folder and build anew"
