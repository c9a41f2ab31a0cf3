"""Runs a query in a thread of its own, for so long and no longer.

pyoxigraph lets other threads of ours run while it works, but it cannot be interrupted: only between two pieces of a
result can it be told to stop. A query that does neither in time is answered for (504) and its process is retired: it
takes no more connections, finishes what it has, and ends; another has been started by then. A thread that has been busy
for a while steps back (its priority falls, on Linux), so that quick ones are not held up.
"""

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar

from graph.service.protocol import Refused

Result = TypeVar("Result")

MOST_AT_ONCE = 32  # threads a process
_STEP_BACK_SECONDS = 0.25
_PATIENT = 10  # niceness
_GRACE_SECONDS = 0.25
_IN_MEMORY = 4 << 20  # bytes of a result before the rest goes to a temporary file
_BEFORE_SENDING = 64 << 20  # bytes, and
_SECONDS_BEFORE_SENDING = 5.0  # until a result that is not finished is sent as it comes
_STACK = 16 << 20  # bytes a thread may use for nested queries; glibc keeps stacks of 40 MB at hand for the next thread
_PIECES_WAITING = 16
_READ_AT_ONCE = 64 << 10


class Stopped(Exception):
    """Told to a query between two pieces: nobody waits for it any more."""


class Runner:
    """The threads of one process. `retire` is called when a query cannot be stopped."""

    def __init__(self, seconds: float, retire: Callable[[], None]) -> None:
        """Allow each query *seconds*; *retire* has the process replaced."""
        self.seconds = seconds
        self._retire = retire
        self._busy = 0
        threading.stack_size(_STACK)

    async def run(
        self, job: Callable[["Ticket"], Result], seconds: float | None = None, end: Callable[[], object] = lambda: None
    ) -> Result:
        """Return what *job* gives, run in a thread; raises what it raises, or Refused (503, 504).

        *seconds* are less than those of all queries, *end* ends from outside what takes longer. Whatever belongs to
        pyoxigraph must end in the thread: *job* returns plain values.
        """
        ticket = Ticket()
        done = self._start(job, ticket)
        try:
            return await asyncio.wait_for(asyncio.shield(done), seconds or self.seconds)
        except TimeoutError:
            await asyncio.to_thread(end)
            await self._give_up(ticket, done)
            raise took_too_long(seconds or self.seconds) from None
        except asyncio.CancelledError:
            ticket.stopped = True
            raise

    def _start(self, job: Callable[["Ticket"], Result], ticket: "Ticket") -> "asyncio.Future[Result]":
        if self._busy >= MOST_AT_ONCE:
            raise Refused(503, f"{self._busy} queries are running; try again in a moment", Retry_After="2")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        done.add_done_callback(lambda future: future.cancelled() or future.exception())

        def settle(result: Result | None, error: BaseException | None) -> None:
            self._busy -= 1
            if done.done():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]

        def work() -> None:
            ticket.thread = threading.get_native_id()
            result: Result | None = None
            error: BaseException | None = None
            try:
                result = job(ticket)
            except StopIteration as raised:  # a future cannot tell it
                error = RuntimeError(f"a generator ended too soon: {raised}")
            except BaseException as raised:  # it is told to the one who waits
                error = raised.with_traceback(None)
            with contextlib.suppress(RuntimeError):  # the loop is closed, nobody waits
                loop.call_soon_threadsafe(settle, result, error)

        self._busy += 1
        threading.Thread(target=work, daemon=True).start()
        loop.call_later(_STEP_BACK_SECONDS, lambda: None if done.done() else ticket.step_back())
        return done

    async def _give_up(self, ticket: "Ticket", done: "asyncio.Future[Result]") -> None:
        """Tell the query to stop; where it does not listen have the process replaced."""
        ticket.stopped = True
        finished, _ = await asyncio.wait((done,), timeout=_GRACE_SECONDS)
        if not finished:
            self._retire()

    async def stream(self, job: Callable[["Output"], None]) -> "Sending":
        """Run *job*, which writes a result, and return what can be sent; raises as `run` does.

        That is when it is finished, or so long that the rest is sent as it comes.
        """
        output = Output(asyncio.get_running_loop(), self.seconds)

        def work(ticket: Ticket) -> None:
            output.ticket = ticket
            try:
                job(output)
            finally:
                output.end()

        done = self._start(work, output.ticket)
        left = self.seconds
        try:
            began = time.monotonic()
            await asyncio.wait_for(asyncio.shield(output.ready), left)
            left -= time.monotonic() - began
        except TimeoutError:
            await self._give_up(output.ticket, done)
            raise took_too_long(self.seconds) from None
        except asyncio.CancelledError:
            output.stop()
            raise
        if not output.streaming:
            await done
            return Sending(output, None, None)
        return Sending(output, done, self._rest(output, done, left))

    async def _rest(self, output: "Output", done: "asyncio.Future[None]", left: float) -> AsyncIterator[bytes]:
        """Yield the pieces that come; time in which we wait for the client does not count."""
        try:
            while True:
                began = time.monotonic()
                piece = await asyncio.wait_for(output.pieces.get(), max(left, 0.01))
                left -= time.monotonic() - began
                output.room.release()
                if piece is None:
                    break
                yield piece
            await done
        except TimeoutError:
            output.stop()
            await self._give_up(output.ticket, done)
            raise took_too_long(self.seconds) from None
        finally:
            output.stop()


def took_too_long(seconds: float) -> Refused:
    """Return the refusal of a query that was stopped."""
    return Refused(504, f"stopped after {seconds:g} seconds; this says nothing about the answer: ask for less")


@dataclass(slots=True)
class Ticket:
    """What the loop and the thread of a query tell each other."""

    stopped: bool = False
    thread: int = 0

    def step_back(self) -> None:
        """Let quicker threads go first from now on."""
        if sys.platform == "linux" and self.thread:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.thread, _PATIENT)


class Output:
    """Where a query's thread writes its result: into a spool first, then piece by piece to the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """Take the *loop* of the one who sends, and the *seconds* that the query may work; waiting does not count."""
        self.ticket = Ticket()
        self._seconds = seconds
        self._worked = 0.0
        self._resumed = time.monotonic()
        self.spool: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the one who sends closes it)
        self.ready: asyncio.Future[None] = loop.create_future()
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.room = threading.Semaphore(_PIECES_WAITING)
        self.streaming = False
        self.size = 0
        self.cut = ""
        self.content_type = ""
        self._loop = loop
        self._began = time.monotonic()

    def write(self, piece: bytes) -> int:
        """Take the next bytes; raises Stopped when nobody waits for them, Refused when the query's time is up."""
        self._worked += time.monotonic() - self._resumed
        if self.ticket.stopped:
            raise Stopped
        if self._worked > self._seconds:
            raise took_too_long(self._seconds)
        if self.streaming:
            self.room.acquire()
            if self.ticket.stopped:
                raise Stopped
            self._tell(self.pieces.put_nowait, piece)
        else:
            self.spool.write(piece)
            self.size += len(piece)
            if self.size > _BEFORE_SENDING or time.monotonic() - self._began > _SECONDS_BEFORE_SENDING:
                self.streaming = True
                self._tell(self._set_ready)
        self._resumed = time.monotonic()
        return len(piece)

    def flush(self) -> None:
        """Do nothing: every piece is on its way already."""

    def end(self) -> None:
        """Tell the one who sends that nothing more comes."""
        if self.streaming:
            self._tell(self.pieces.put_nowait, None)
        else:
            self._tell(self._set_ready)

    def stop(self) -> None:
        """Tell the thread that nobody waits any more."""
        self.ticket.stopped = True
        self.room.release()

    def _set_ready(self) -> None:
        if not self.ready.done():
            self.ready.set_result(None)

    def _tell(self, callback: Callable[..., object], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(callback, *arguments)


@dataclass(frozen=True, slots=True)
class Sending:
    """A result on its way: the spool, and the rest where it is not finished yet."""

    output: Output
    done: "asyncio.Future[None] | None"
    rest: AsyncIterator[bytes] | None

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the whole result."""
        spool = self.output.spool
        with spool:
            spool.seek(0)
            while piece := spool.read(_READ_AT_ONCE):
                yield piece
        if self.rest is not None:
            async for piece in self.rest:
                yield piece
