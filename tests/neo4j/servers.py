"""Neo4j Community from Maven Central, for tests and benchmarks: fetched once, started on loopback, stopped again.

    python -m tests.neo4j.servers        fetch all versions into the cache folder (what `make test-neo4j` does first)

`POLICYKG_NEO4J_CACHE` names another cache folder than `.cache/neo4j` in the checkout.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("POLICYKG_NEO4J_CACHE", ROOT / ".cache" / "neo4j"))
VERSIONS = {"5.26.12": (17, 21), "2026.01.4": (21, 99)}
"""Each version with the oldest and the newest Java that runs it."""

OTHER_MAJOR = "4.4.40"
"""A version that is too old, with the Java that runs it."""

_OTHER_JAVA = (11, 17)
_OPEN = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.lang")
_START_SECONDS = 180.0
_STOP_SECONDS = 20.0
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>policykg</groupId><artifactId>servers</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>{}</dependencies>
</project>
"""
_DEPENDENCY = "<dependency><groupId>org.neo4j</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def fetch(version: str) -> Path:
    """Return the folder with the jars of *version*, fetched by Maven where it is not there yet."""
    folder = CACHE / version
    if not (folder / "lib").is_dir():
        beside = folder / f"lib-{os.getpid()}"
        folder.mkdir(parents=True, exist_ok=True)
        artifacts = ("neo4j", "neo4j-import-tool") if version in VERSIONS else ("neo4j",)
        wanted = "".join(_DEPENDENCY.format(artifact, version) for artifact in artifacts)
        (folder / "pom.xml").write_text(_POM.format(wanted), encoding="utf-8")
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={beside}"]
        subprocess.run(["mvn", "-q", "-B", *goal], cwd=folder, check=True)
        beside.rename(folder / "lib")
    return folder / "lib"


@cache
def java(oldest: int, newest: int) -> str:
    """Return a Java between two major versions: JAVA_HOME's, one of the system's, or the one in the ArcadeDB wheel."""
    homes = [os.environ.get("JAVA_HOME", ""), *map(str, sorted(Path("/usr/lib/jvm").glob("*")))]
    programs = [str(Path(home) / "bin" / "java") for home in homes if home]
    programs += [shutil.which("java") or ""]
    wheel = find_spec("arcadedb_embedded")
    if wheel and wheel.origin:
        programs.append(str(Path(wheel.origin).parent / "jre" / "bin" / "java"))
    for program in programs:
        if Path(program).is_file() and oldest <= _major(program) <= newest:
            return program
    raise FileNotFoundError(f"no Java between {oldest} and {newest}; install one, or name it in JAVA_HOME")


def _major(program: str) -> int:
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@dataclass(slots=True)
class Server:
    """A Neo4j server in its own *home* folder; a context manager starts and stops it.

    `settings` go to neo4j.conf; `quick` has Java start sooner and run slower.
    """

    version: str
    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    quick: bool = True
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    bolt: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """The address for drivers."""
        return f"bolt://127.0.0.1:{self.bolt}"

    @property
    def log(self) -> Path:
        """Where the server writes what it says."""
        return self.home / "logs" / "neo4j.log"

    def admin(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run `neo4j-admin` on this home; the server is stopped meanwhile."""
        self._configure()
        command = [*self._java("-Xmx512m", "-XX:TieredStopAtLevel=1"), "org.neo4j.cli.AdminTool", *arguments]
        quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
        return subprocess.run(command, env=self._environment(), check=check, **quiet)

    def admin_script(self, script: Path) -> "subprocess.CompletedProcess[str]":
        """Run *script*, which calls `neo4j-admin`, on this home; the server is stopped meanwhile."""
        self._configure()
        admin = self.home / "neo4j-admin"
        program = " ".join(f"'{part}'" for part in [*self._java("-Xmx512m"), "org.neo4j.cli.AdminTool"])
        admin.write_text(f'#!/bin/sh\nexec {program} "$@"\n', encoding="utf-8")
        admin.chmod(0o755)
        environment = {**self._environment(), "NEO4J_ADMIN": str(admin)}
        return subprocess.run([script], env=environment, capture_output=True, text=True, check=False)

    def start(self, settings: Mapping[str, str] | None = None) -> Self:
        """Start the server and wait until it answers; *settings* replace those it had."""
        if settings is not None:
            self.settings = settings
        fresh = not any((self.home / "data" / name).exists() for name in ("dbms", "databases"))
        if fresh and self.version != OTHER_MAJOR:
            self.admin("dbms", "set-initial-password", self.password)
        self._configure()
        folders = [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        machine = ["-Xms256m", "-Xmx1g", *(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"] if self.quick else [])]
        command = [*self._java(*machine), _main_class(fetch(self.version)), *folders]
        console = self.home / "console.log"
        self.log.unlink(missing_ok=True)
        with console.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        places = (self.log, console)  # an old server says it on its console
        while not any(place.is_file() and b"Started." in place.read_bytes() for place in places):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                told = [path.read_text(errors="replace")[-2000:] for path in places if path.is_file()]
                raise RuntimeError(f"Neo4j {self.version} did not start: {' '.join(told)}")
            time.sleep(0.2)
        return self

    def stop(self) -> None:
        """Stop the server as an administrator would."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill the server with signal 9."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _java(self, *options: str) -> list[str]:
        opened = [part for module in _OPEN for part in ("--add-opens", f"{module}=ALL-UNNAMED")]
        native = ["--enable-native-access=ALL-UNNAMED"]
        span = VERSIONS.get(self.version, _OTHER_JAVA)
        return [java(*span), *options, *opened, *native, "-cp", f"{fetch(self.version)}/*"]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}

    def _configure(self) -> None:
        for name in ("conf", "import", "data", "logs", "plugins", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        settings = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.bolt}",
            "server.http.listen_address": f"127.0.0.1:{self.http}",
            "server.directories.import": str(self.home / "import"),
            "server.memory.heap.max_size": "1g",
            "server.memory.pagecache.size": "256m",
            "dbms.usage_report.enabled": "false",
            **self.settings,
        }
        if self.version == OTHER_MAJOR:
            settings = {
                "dbms.connector.bolt.listen_address": f"127.0.0.1:{self.bolt}",
                "dbms.connector.http.listen_address": f"127.0.0.1:{self.http}",
                "dbms.security.auth_enabled": "false",
            }
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        (self.home / "conf" / "neo4j.conf").write_text("".join(lines), encoding="utf-8")


def _main_class(lib: Path) -> str:
    """Return the class that starts the server, which the jar of the server names."""
    entry = "META-INF/services/org.neo4j.server.startup.EntryPoint"
    for jar in sorted(lib.glob("neo4j-*.jar")):
        with zipfile.ZipFile(jar) as content:
            if entry in content.namelist():
                lines = content.read(entry).decode().splitlines()
                return next(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    raise FileNotFoundError(f"{lib}: no jar of the Neo4j server")


def main(versions: Sequence[str]) -> None:
    """Fetch *versions*, and say which Java runs each."""
    for version in versions or (*VERSIONS, OTHER_MAJOR):
        print(f"Neo4j {version}: {fetch(version)}, {java(*VERSIONS.get(version, _OTHER_JAVA))}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
