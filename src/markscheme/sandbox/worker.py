"""A process in the sandbox that waits for one program, and the talk with it, bounded in time and in bytes."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import IO, Final, TypeAlias, cast

from markscheme.language import NOTHING, Message, say
from markscheme.sandbox import bubblewrap, cgroup
from markscheme.sandbox.outcome import Harness, Limits, Outcome
from markscheme.sandbox.received import MEDDLED
from markscheme.sandbox.watching import Watch

Talk: TypeAlias = Generator[bytes, bytes, Outcome]
"""What is said to a worker: it yields messages, is sent the line that answers each, and returns what came of it all."""

STARTS_WITHIN: Final = 60.0
"""Seconds that a worker has to import what it needs."""
ENDS_WITHIN: Final = 1.0
"""Seconds between the last that a worker says and its end."""
WATCHED_EVERY: Final = 0.05
"""Seconds between two looks at what a program holds."""
STARVED: Final = 4
"""How many times its seconds a program may take that would run while the machine runs others."""
_KILLED: Final = {128 + 24: say("stopped-cpu"), 128 + 9: say("stopped-cpu-or-memory"),
                  128 + 25: say("stopped-file"), 128 + 11: say("stopped-crash")}  # fmt: skip


class Stopped(Exception):
    """A worker ended, or was ended, before the talk was; says why, of its program."""


class Worker:
    """A process in the sandbox that waits for one program, and is used once."""

    def __init__(self, harness: Harness) -> None:
        self._limits = harness.limits
        (self._channel, inner), (info, told) = os.pipe(), os.pipe()
        words = bubblewrap.command(harness.limits, harness.packages, inner, harness.preload, told)
        self._group = cgroup.make(harness.limits)
        self._watch = Watch(info)
        self.process = subprocess.Popen(  # noqa: S603 (our own words)
            cgroup.within(self._group, words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            pass_fds=[inner, told], env={}, start_new_session=True,
        )  # fmt: skip
        os.close(inner)
        os.close(told)
        self._ears = cast("IO[bytes]", self.process.stdin).fileno()
        self._mouth = cast("IO[bytes]", self.process.stdout).fileno()
        for end in (self._ears, self._mouth):
            os.set_blocking(end, False)
        limits = {"cpu_seconds": harness.limits.cpu_seconds, "memory": harness.limits.memory,
                  "libraries": harness.limits.libraries,
                  "file_size": harness.limits.file_size, "files": harness.limits.files}  # fmt: skip
        self._unsaid = json.dumps({"before": harness.before, "limits": limits}).encode() + b"\n"
        self._unsaid = self._say(self._unsaid)
        self._printed = bytearray()
        self._heard, self._received = bytearray(), 0
        self.started_at: float | None = None

    @property
    def printed(self) -> str:
        """What the program has printed so far."""
        return self._printed[: self._limits.output].decode("utf-8", "replace")

    def run(self, talk: Talk) -> Outcome:
        """What comes of a talk. Raises `Stopped` where the worker ends, or is ended, in its midst."""
        try:
            outcome = self._converse(talk)
            self._listen(self._mouth)
        finally:
            self.end()
        return replace(outcome, printed=self.printed, seconds=monotonic() - (self.started_at or monotonic()))

    def _converse(self, talk: Talk) -> Outcome:
        saying = self._unsaid + next(talk)
        deadline = _Deadline(self._limits, self._watch)
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._channel, selectors.EVENT_READ)
            waiting.register(self._mouth, selectors.EVENT_READ)
            waiting.register(self._ears, selectors.EVENT_WRITE)
            while True:
                for key, _ in waiting.select(deadline.wait()):
                    if key.fd == self._ears:
                        saying = self._say(saying)
                        if not saying:
                            waiting.unregister(self._ears)
                    elif not self._listen(key.fd):
                        if key.fd == self._channel:
                            raise Stopped(self._ending())
                        waiting.unregister(self._mouth)
                if self.started_at is None and self._line() is not None:
                    self.started_at = deadline.start()
                while (line := self._line()) is not None:
                    if saying or self._heard:  # it answers what it has not been asked
                        raise Stopped(MEDDLED)
                    try:
                        saying = talk.send(line)
                    except StopIteration as end:
                        return cast("Outcome", end.value)
                    waiting.register(self._ears, selectors.EVENT_WRITE)
                if reason := deadline.passed():
                    raise Stopped(reason)

    def _say(self, message: bytes) -> bytes:
        """What is left of a message when as much is written as can be."""
        try:
            return message[os.write(self._ears, message) :]
        except BlockingIOError:
            return message
        except BrokenPipeError:  # it has ended, and the channel says so
            return b""

    def _listen(self, source: int) -> bool:
        """Take in what there is to read; False at its end."""
        try:
            piece = os.read(source, 65_536)
        except BlockingIOError:
            return True
        if source == self._mouth:
            self._printed += piece
            if len(self._printed) > self._limits.output:
                raise Stopped(say("stopped-prints"))
        else:
            self._heard += piece
            self._received += len(piece)
            if self._received > self._limits.result:
                raise Stopped(say("stopped-leaves"))
        return bool(piece)

    def _line(self) -> bytes | None:
        """The next line of the channel, if it is there whole."""
        line, end, rest = self._heard.partition(b"\n")
        if not end:
            return None
        self._heard = rest
        return bytes(line)

    def _ending(self) -> Message:
        """Why a worker says no more: it has ended, or its program has closed what it speaks through."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_WITHIN)
        code = cast("int | None", self.process.returncode)
        return MEDDLED if self._heard or code is None else _KILLED.get(code, say("stopped-no-result"))

    def end(self) -> None:
        """Kill what is left of it, with all its children."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):  # bubblewrap's child too, which may not know yet to die with its parent
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._channel)
        self._watch.close()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                cast("IO[bytes]", stream).close()
        cgroup.remove(self._group)


class _Deadline:
    """When a program must have ended, and when to look at what it holds."""

    def __init__(self, limits: Limits, watch: Watch) -> None:
        self._limits, self._watch = limits, watch
        self._ends = self._ends_at_last = self._looks = monotonic() + STARTS_WITHIN
        self._has_started = False

    def start(self) -> float:
        """From now on the program's time runs."""
        now = monotonic()
        self._ends, self._ends_at_last = now + self._limits.seconds, now + STARVED * self._limits.seconds
        self._looks = now + WATCHED_EVERY
        self._has_started = True
        return now

    def wait(self) -> float:
        """Seconds until something is to be done."""
        return max(0.0, min(self._ends, self._looks) - monotonic())

    def passed(self) -> Message:
        """Why the program is to be ended, in a clause; empty while it may go on."""
        now = monotonic()
        if now >= self._ends:
            if not self._has_started:
                return say("stopped-no-start")
            if now >= self._ends_at_last or not self._watch.is_starved(0.9 * self._limits.seconds):
                return say("stopped-seconds", seconds=f"{self._limits.seconds:g}")
            self._ends = now + WATCHED_EVERY
        if self._has_started and now >= self._looks:
            self._looks = now + WATCHED_EVERY
            return self._watch.exceeded(self._limits)
        return NOTHING
