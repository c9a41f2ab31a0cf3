"""What must not happen: each failure is one line with the remedy, and the next load completes."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import Result

from graph.build import build
from graph.claims import ClaimsStore
from graph.stores import server_load
from graph.stores.server import Place, open_server
from graph.stores.server_check import check
from graph.stores.server_load import ServerLoad
from tests.conftest import SAMPLES
from tests.neo4j.conftest import Content, content, differing, empty, policykg
from tests.neo4j.servers import OTHER_MAJOR, ROOT, Server, free_port
from tests.readings import inferred_claim, large_reading, small_reading

KILLS = 5  # on each of the two versions
SERVER_KILLS = 2  # on each of the two versions
PROGRAM = "from graph.cli import main; main()"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph of the samples, made larger by documents of our own."""
    made = tmp_path_factory.mktemp("kg") / "kg"
    build([SAMPLES], made, jobs=1, model="rules")
    with ClaimsStore.open(made / "claims.sqlite") as store:
        for number in range(3):
            store.put(large_reading(f"大{number}", 1500, 200), "rules")
        for reading in (small_reading("甲"), small_reading("乙", 2024)):
            store.put(reading, "rules")
        store.put_inferred([inferred_claim()])
    return made


def told(result: Result, *words: str, status: int = 1) -> str:
    """Check that the command failed with one line of ours that holds *words*; return the line."""
    assert result.exit_code == status, (result.output, result.exception)
    lines = [line for line in result.stderr.splitlines() if "answers come from the graph before" not in line]
    (line,) = lines
    assert line.startswith("policykg: ")
    for word in words:
        assert word in line, line
    return line


def completes(server: Server, folder: Path) -> None:
    """Check that a load completes and that all is there."""
    result = policykg(server, "load", folder, "--neo4j", server.address)
    assert result.exit_code == 0, result.output
    result = policykg(server, "check-load", folder, "--neo4j", server.address, "--sample", 0)
    assert result.exit_code == 0, result.output
    assert "all equal" in result.stdout


# -- the way to the server -------------------------------------------------------------------------------------------


def test_the_password_is_neither_shown_nor_taken_from_the_address(
    server: Server, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "geheim-8472"
    result = policykg(server, "load", folder, "--neo4j", server.address, password=secret)
    line = told(result, "refuses the user 'neo4j' with this password", "NEO4J_PASSWORD")
    assert secret not in result.output + line + caplog.text
    result = policykg(server, "load", folder, "--neo4j", f"bolt://neo4j:{secret}@127.0.0.1:{server.bolt}")
    assert secret not in told(result, "the address holds a user or password", "NEO4J_PASSWORD", status=2)
    for command in ("load", "check-load", "ask", "cypher"):
        assert "--password" not in policykg(server, command, "--help").output


def test_without_a_password_the_variable_is_named(server: Server, folder: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, "load", str(folder), "--neo4j", server.address]
    environment = {name: value for name, value in os.environ.items() if name != "NEO4J_PASSWORD"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no password for neo4j" in done.stderr
    assert "set NEO4J_PASSWORD" in done.stderr
    assert server.password not in done.stderr


def test_a_running_load_has_no_password_in_its_arguments(server: Server, folder: Path) -> None:
    with open_server(Place(server.address), server.password) as engine:
        empty(engine)
    with loader(server, folder) as process:
        arguments = Path(f"/proc/{process.pid}/cmdline")
        seen = arguments.read_bytes() if arguments.exists() else b""
        process.wait()
    assert server.password.encode() not in seen


@contextmanager
def another_service(answer: bytes) -> Iterator[int]:
    """Listen on a port and say *answer* to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(64)
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield int(listening.getsockname()[1])


def test_wrong_places_are_told(server: Server, folder: Path) -> None:
    load = ("load", folder, "--neo4j")
    told(policykg(server, *load, f"bolt://127.0.0.1:{free_port()}"), "no Neo4j server answers", "check host and port")
    told(policykg(server, *load, f"bolt://127.0.0.1:{server.http}"), "does not speak Bolt", "7687")
    with another_service(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        told(policykg(server, *load, f"bolt://127.0.0.1:{port}"), "does not speak Bolt", "7687")
    with another_service(b"") as port:
        told(policykg(server, *load, f"bolt://127.0.0.1:{port}"), "127.0.0.1")
    told(policykg(server, *load, server.address, "--database", "nosuch"), "no database 'nosuch'", status=2)
    told(policykg(server, *load, "http://127.0.0.1:7474"), "is no address of a Neo4j server", status=2)
    told(policykg(server, *load, "127.0.0.1"), "is no address of a Neo4j server", status=2)
    completes(server, folder)


# -- queries ---------------------------------------------------------------------------------------------------------


def test_a_query_reads_only_unless_it_may_write(server: Server, folder: Path, tmp_path: Path) -> None:
    completes(server, folder)
    at = ("--neo4j", server.address)
    read = policykg(server, "cypher", *at, "MATCH (n:Area) RETURN count(n) AS n", "--format", "csv")
    assert read.exit_code == 0, read.output
    assert int(read.stdout.splitlines()[1]) > 0
    told(policykg(server, "cypher", *at, "CREATE (:Note {name: 'x'})"), "CREATE is refused")
    told(policykg(server, "cypher", *at, "INSERT (:Note {name: 'x'})"), "read access mode")
    reading = "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row"
    told(policykg(server, "cypher", *at, reading), "LOAD CSV is refused")
    endless = "UNWIND range(1, 100000000) AS a UNWIND range(1, 1000) AS b WITH a, b WHERE a = -b RETURN count(*)"
    told(policykg(server, "cypher", *at, endless, "--timeout", "1"), "time limit")
    told(
        policykg(server, "cypher", folder, "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row"),
        "LOAD CSV is refused",
    )
    told(policykg(server, "cypher", folder, "CREATE (:Note)", "--write"), "needs --neo4j", status=2)
    written = policykg(server, "cypher", *at, "--write", "CREATE (n:Note {name: 'x'}) RETURN n.name")
    assert written.exit_code == 0, written.output
    assert policykg(server, "cypher", *at, "MATCH (n:Note) RETURN n.name").stdout.count("x") == 1
    asked = policykg(server, "ask", folder, "orientations", *at, "--format", "json")
    assert asked.stdout == policykg(server, "ask", folder, "orientations", "--format", "json").stdout
    told(policykg(server, "ask", folder, "orientations", "--engine", "sparql", *at), "Cypher only", status=2)
    query = tmp_path / "query.cypher"
    query.write_text("MATCH (n:Note) RETURN n.name AS name", encoding="utf-8")
    assert policykg(server, "cypher", *at, query, "--format", "csv").stdout == "name\nx\n"


# -- interruptions ---------------------------------------------------------------------------------------------------


@contextmanager
def loader(server: Server, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the command in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, "load", str(folder), "--neo4j", server.address]
    environment = {**os.environ, "NEO4J_PASSWORD": server.password}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        yield process


def clean_content(server: Server, folder: Path) -> tuple[Content, float]:
    """Return what one clean load gives, and the seconds that the whole command took."""
    with open_server(Place(server.address), server.password) as engine:
        empty(engine)
        begun = time.monotonic()
        with loader(server, folder) as process:
            assert process.wait() == 0
        return content(engine), time.monotonic() - begun


def test_a_killed_load_is_taken_up(server: Server, folder: Path) -> None:
    wanted, seconds = clean_content(server, folder)
    chance = random.Random(6)
    interrupted = 0
    with (
        open_server(Place(server.address), server.password) as engine,
        ClaimsStore.open(folder / "claims.sqlite") as store,
    ):
        empty(engine)
        for number in range(KILLS):
            if number == KILLS // 2:
                empty(engine)
            with loader(server, folder) as process:
                time.sleep(seconds * (0.3 + 0.7 * chance.random()))
                process.send_signal(signal.SIGKILL)
                process.wait()
            nodes = engine.run("MATCH (n) WHERE n._policykg IS NOT NULL RETURN count(n)")[1][0][0]
            states = engine.run("MATCH (n:PolicyKGLoad) RETURN n.state")[1]
            if nodes:
                assert states in ([("loading",)], [("complete",)])
            interrupted += states == [("loading",)]
            if states == [("complete",)]:
                assert check(engine, store, 0).problems == []
                empty(engine)
        assert interrupted
        completes(server, folder)
        assert differing(content(engine), wanted) == []


@pytest.fixture
def own_server(server: Server, tmp_path: Path) -> Iterator[Server]:
    """Yield a server that the test may stop; the shared one rests meanwhile."""
    server.stop()
    own = Server(server.version, tmp_path / "home")
    try:
        yield own.start()
    finally:
        own.kill()
        server.start()


def test_a_server_that_is_killed_or_read_only_or_full(own_server: Server, folder: Path) -> None:
    server = own_server
    wanted, seconds = clean_content(server, folder)
    chance = random.Random(7)
    with open_server(Place(server.address), server.password) as engine:
        empty(engine)
    for number in range(SERVER_KILLS):
        with loader(server, folder) as process:
            time.sleep(seconds * (0.4 + 0.5 * chance.random()))
            server.kill()
            assert process.stderr is not None
            words = process.stderr.read().decode()
            status = process.wait()
        if status:
            assert status == 1, words
            (line,) = words.splitlines()
            assert "the server stopped answering" in line or "no Neo4j server answers" in line, line
            assert "run the command again" in line or "start it" in line
        server.start({"server.databases.read_only": "neo4j"} if number == SERVER_KILLS - 1 else {})
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        store.put(small_reading("甲", 2020), "rules")
        store.put_inferred([inferred_claim()])
    told(policykg(server, "load", folder, "--neo4j", server.address), "is read-only here", "make it writable")
    with ClaimsStore.open(folder / "claims.sqlite") as store:
        store.put(small_reading("甲"), "rules")
        store.put_inferred([inferred_claim()])
    server.stop()
    server.start({})
    completes(server, folder)
    with open_server(Place(server.address), server.password) as engine:
        assert differing(content(engine), wanted) == []


def test_a_full_disk_is_told(server: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_load, "SCHEMA_SECONDS", 30.0)
    home = tmp_path / "small"
    home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", home], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk needs the right to mount one")
    server.stop()
    small = {"db.tx_log.preallocate": "false", "db.tx_log.rotation.size": "1m"}
    own = Server(server.version, home, small)
    try:
        own.start()
        with ClaimsStore.create(tmp_path / "small.sqlite") as store:
            store.put(small_reading("甲"), "rules")
            with open_server(Place(own.address), own.password) as engine:
                ServerLoad(engine, store).run()  # the indexes are there before the disk is full
        filler = home / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while os.statvfs(home).f_bavail * os.statvfs(home).f_bsize > 1_500_000:
                file.write(b"\0" * 500_000)
                file.flush()
        told(policykg(own, "load", folder, "--neo4j", own.address, "--prune"), "run the command again")
        filler.unlink()
        own.stop()
        own.start()
        again = policykg(own, "load", folder, "--neo4j", own.address)
        if again.exit_code:  # the end of the server's own log is torn: it cannot open the database any more
            told(again, "is not available", "log")
            own.stop()
            for kind in ("databases", "transactions"):
                shutil.rmtree(home / "data" / kind / "neo4j")
            own.start()
        completes(own, folder)
    finally:
        own.kill()
        subprocess.run(["umount", "-l", home], check=False)
        server.start()


def test_a_server_of_another_major_version_is_told(folder: Path, server: Server, tmp_path: Path) -> None:
    server.stop()
    try:
        with Server(OTHER_MAJOR, tmp_path / "old") as old:
            for command in ("load", "check-load"):
                told(policykg(old, command, folder, "--neo4j", old.address), f"Neo4j {OTHER_MAJOR} is too old", "5.26")
    finally:
        server.start()


def test_an_import_by_neo4j_admin_is_what_a_load_would_be(own_server: Server, folder: Path, tmp_path: Path) -> None:
    server = own_server
    wanted, _ = clean_content(server, folder)
    result = policykg(server, "export", folder, "--format", "neo4j-admin", "--out", tmp_path / "import")
    assert result.exit_code == 0, result.output
    server.stop()
    done = server.admin_script(tmp_path / "import" / "import.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.admin("database", "check", "neo4j", check=False).returncode == 0
    server.start()
    with (
        open_server(Place(server.address), server.password) as engine,
        ClaimsStore.open(folder / "claims.sqlite") as store,
    ):
        assert differing(content(engine), wanted) == []
        assert ServerLoad(engine, store).run().writes == 0
        assert check(engine, store, 0).problems == []
        assert ServerLoad(engine, store, anew=True).run().counts["things new"] == 0
        assert differing(content(engine), wanted) == []
