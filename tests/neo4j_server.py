"""A Neo4j Community server for the tests: fetched once by Maven, started on free ports, stopped with the command.

    python -m tests.neo4j_server 5.26.12 -- python -m pytest tests/test_neo4j.py

`make test-neo4j` runs this for each version. The command finds address, HTTP port and password in POLICYKG_NEO4J,
POLICYKG_NEO4J_HTTP and NEO4J_PASSWORD. The jars stay in `.cache/neo4j/VERSION/lib`; the data lie in a folder that goes
with the server. Maven is found on the path; the newest Java among JAVA_HOME, the path and the usual folder of
installed ones that the version can run on is taken.
"""

import argparse
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "neo4j"
USER = "neo4j"
_ENTRY = "META-INF/services/org.neo4j.server.startup.EntryPoint"
_INSTALLED = Path("/usr/lib/jvm")
_START_SECONDS = 300.0
_HEAP = "512m"
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>policykg</groupId><artifactId>neo4j-server</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version>
</dependency></dependencies></project>
"""
_CONF = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=127.0.0.1:{bolt}
server.http.listen_address=127.0.0.1:{http}
server.https.enabled=false
server.directories.import={home}/import
server.memory.heap.max_size={heap}
server.memory.pagecache.size=128m
dbms.usage_report.enabled=false
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, its password, and its process."""

    bolt: int
    http: int
    password: str
    process: "subprocess.Popen[bytes]"

    @property
    def environment(self) -> dict[str, str]:
        """What the tests read."""
        return {
            "POLICYKG_NEO4J": f"neo4j://127.0.0.1:{self.bolt}",
            "POLICYKG_NEO4J_HTTP": str(self.http),
            "NEO4J_PASSWORD": self.password,
        }


def fetch(version: str) -> Path:
    """Return the folder of the jars of *version*; Maven fetches them where they are not there yet."""
    folder = CACHE / version
    if not (folder / "complete").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pom.xml").write_text(_POM.format(version=version), encoding="utf-8")
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"]
        subprocess.run([_program("mvn"), "-q", "-B", *goal], cwd=folder, check=True)
        (folder / "complete").touch()
    return folder / "lib"


def java_for(version: str) -> str:
    """Return the newest Java that runs *version*: 17 to 24 for 5.x, 21 or newer for those named by year."""
    least, most = (17, 24) if version.startswith("5.") else (21, 99)
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(_INSTALLED.glob("*")) if _INSTALLED.is_dir() else []
    programs = [str(home / "bin" / "java") for home in homes] + [found for found in [shutil.which("java")] if found]
    release = {program: _release(program) for program in programs if Path(program).is_file()}
    fit = [program for program, number in release.items() if least <= number <= most]
    if not fit:
        sys.exit(f"Neo4j {version} needs Java {least} or newer; found {sorted(set(release.values())) or 'none'}")
    return max(fit, key=lambda program: release[program])


@contextmanager
def running(version: str) -> Iterator[Server]:
    """Start *version* on free ports and yield it when it answers; it and its data go with the block."""
    lib, java = fetch(version), java_for(version)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="policykg-neo4j-")))
        bolt, http = _free_ports()
        for name in ("conf", "import", "logs"):
            (home / name).mkdir()
        conf = _CONF.format(bolt=bolt, http=http, home=home, heap=_HEAP)
        (home / "conf" / "neo4j.conf").write_text(conf, encoding="utf-8")
        password = secrets.token_urlsafe(16)
        run = [java, "-cp", f"{lib}/*", "--add-opens", f"{_OPENED[0]}=ALL-UNNAMED"]
        admin = [*run, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
        places = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
        subprocess.run(admin, env=places, check=True, capture_output=True)
        log = stack.enter_context((home / "server.log").open("wb"))
        process = subprocess.Popen(_command(java, lib, version, home), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        stack.callback(_stop, process)
        _await(process, home)
        yield Server(bolt, http, password, process)


def _command(java: str, lib: Path, version: str, home: Path) -> list[str]:
    with zipfile.ZipFile(lib / f"neo4j-{version}.jar") as jar:
        main = jar.read(_ENTRY).decode("ascii").split()[-1]
    opened = [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED]
    places = [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    return [java, f"-Xmx{_HEAP}", *opened, "--enable-native-access=ALL-UNNAMED", "-cp", f"{lib}/*", main, *places]


def _await(process: "subprocess.Popen[bytes]", home: Path) -> None:
    """Wait until the server says that it has started; on failure end with what it said."""
    deadline = time.monotonic() + _START_SECONDS
    while b"Started." not in _said(home):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the Neo4j server did not start: {_said(home).decode(errors='replace')[-2000:]}")
        time.sleep(0.2)


def _said(home: Path) -> bytes:
    logs = (home / "server.log", home / "logs" / "neo4j.log")
    return b"".join(log.read_bytes() for log in logs if log.is_file())


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _release(java: str) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _program(name: str) -> str:
    return shutil.which(name) or sys.exit(f"{name} is not on the path; on Debian and Ubuntu: apt install maven")


def main() -> int:
    """Run the command after `--` beside a server of the version; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    begun = time.monotonic()
    with running(given.version) as server:
        print(f"Neo4j {given.version} started in {time.monotonic() - begun:.0f} s", flush=True)
        environment = {**os.environ, **server.environment, "POLICYKG_NEO4J_VERSION": given.version}
        return subprocess.run(given.command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
