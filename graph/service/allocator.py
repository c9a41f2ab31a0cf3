"""The memory allocator of the server's processes, set before they begin.

A lookup asks glibc's malloc for some hundreds of small pieces and gives them back at once. Of each size malloc keeps
seven at hand for a thread and joins the rest with their neighbours, which took a seventh of a lookup's time. How many
it keeps can only be told in the environment of a new program. Other C libraries do not read it.
"""

import os
import sys
from contextlib import suppress

_NAME = "GLIBC_TUNABLES"
_KEPT = "glibc.malloc.tcache_count=200"  # of each size up to 1 KB: 6 MB a thread at most


def begin_anew(command: str) -> None:
    """Replace this process, started as the program's *command*, by the same one with more memory kept at hand.

    Does nothing where the environment has tuned malloc already, or where another program runs the command.
    """
    if sys.platform == "linux" and _NAME not in os.environ and command in sys.orig_argv:
        sys.stdout.flush()
        sys.stderr.flush()
        with suppress(OSError):
            os.execve(sys.executable, sys.orig_argv, {**os.environ, _NAME: _KEPT})  # noqa: S606 (our own words)
