"""Runs a server as a child and outlives us by a moment: when the pipe from us closes, the server is stopped.

A script of its own (standard library only), started by `graph.stores.arcadedb`:

    python -I -S watchdog.py OWNER_PID GRACE_SECONDS FOLDER COMMAND...

The server's output goes to FOLDER/server.log. Our end of the pipe closes when we are killed by any signal; a changed
parent says the same where a forked process still holds the pipe open. Then FOLDER is removed too; an owner that says
goodbye (one byte) removes it itself.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_POLL_SECONDS = 0.25


def main(arguments: list[str]) -> int:
    """Run the command; return its exit status, or 0 when it was stopped because the owner is done."""
    owner, grace, folder, command = int(arguments[0]), float(arguments[1]), Path(arguments[2]), arguments[3:]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _leave)
    deserted = False
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 (one thread)
        )
    try:
        while server.poll() is None and not deserted:
            deserted = os.getppid() != owner
            if select.select([0], [], [], _POLL_SECONDS)[0]:
                deserted = not os.read(0, 1)
                break
        return server.poll() or 0
    finally:
        _stop(server, 0 if deserted else grace)  # nobody will use what a deserted server would still write
        if deserted:
            shutil.rmtree(folder, ignore_errors=True)


def _stop(server: "subprocess.Popen[bytes]", grace: float) -> None:
    """Ask the server to end; after *grace* seconds (at once when 0) kill it."""
    if server.poll() is None and grace:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(grace)
    if server.poll() is None:
        server.kill()
        server.wait()


def _die_with_parent() -> None:
    """Have Linux kill the server when the watchdog itself is killed; sound because the watchdog has one thread."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
