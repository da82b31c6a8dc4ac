"""Warm workers, each used once: while one runs a program, the next ones start."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import subprocess
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import IO, Any, Final, cast

from markscheme.sandbox import bubblewrap
from markscheme.sandbox.bubblewrap import unavailable
from markscheme.sandbox.outcome import ENDED, Harness, Limits, Outcome, ProgramError, showable

STARTED: Final = b"\n"
WARM: Final = 2
"""Workers that wait, for each sort of harness."""
_KILLED: Final = {128 + 24: "it uses too much CPU time", 128 + 9: "it uses too much CPU time or memory",
                  128 + 25: "it writes too large a file", 128 + 11: "it crashes Python"}  # fmt: skip


class Worker:
    """A process in the sandbox that waits for one program."""

    def __init__(self, harness: Harness) -> None:
        inner, outer = os.pipe()[::-1]
        words = bubblewrap.command(harness.limits, harness.packages, inner, harness.preload)
        self.result = outer
        self.process = subprocess.Popen(  # noqa: S603 (our own words)
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[inner], env={},
            start_new_session=True,
        )  # fmt: skip
        os.close(inner)

    def run(self, job: bytes, limits: Limits) -> tuple[bytes, bytes, str]:
        """What a job writes as its result, what it prints, and why it was ended, if it was."""
        stdin, stdout = cast("IO[bytes]", self.process.stdin), cast("IO[bytes]", self.process.stdout)
        read = {self.result: (bytearray(), limits.result), stdout.fileno(): (bytearray(), limits.output)}
        ended = ""
        deadline = monotonic() + limits.seconds
        with suppress(BrokenPipeError):  # it has died while it waited: there is no result
            stdin.write(job)
            stdin.close()
        with selectors.DefaultSelector() as waiting:
            for source in read:
                waiting.register(source, selectors.EVENT_READ)
            while waiting.get_map() and not ended:
                ready = waiting.select(max(0.0, deadline - monotonic()))
                if not ready:
                    ended = f"it takes more than {limits.seconds:g} seconds"
                for key, _ in ready:
                    page, most = read[key.fd]
                    piece = os.read(key.fd, 65_536)
                    page += piece
                    if not piece:
                        waiting.unregister(key.fd)
                    elif len(page) > most:
                        ended = "it prints too much" if key.fd != self.result else "it leaves too much"
        self.end()
        (result, _), (printed, most) = read.values()
        return bytes(result), bytes(printed[:most]), ended or _KILLED.get(self.process.returncode, "")

    def end(self) -> None:
        """Kill what is left of it, with all its children."""
        if self.process.poll() is None:
            self.process.kill()  # and with it, the whole namespace of processes
        self.process.wait()
        os.close(self.result)
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):
                cast("IO[bytes]", stream).close()


class Pool:
    """The workers that wait for programs of one sort of harness."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self._waiting: deque[Worker] = deque()
        self._lock = Lock()

    def take(self) -> Worker:
        """A worker, warm if one is; the next one starts meanwhile."""
        with self._lock:
            while self._waiting and self._waiting[0].process.poll() is not None:
                self._waiting.popleft().end()
            worker = self._waiting.popleft() if self._waiting else _started(self.harness)
            while len(self._waiting) < WARM:
                self._waiting.append(_started(self.harness))
            return worker

    def close(self) -> None:
        """End the workers that wait."""
        with self._lock:
            while self._waiting:
                self._waiting.pop().end()


_POOLS: dict[tuple[object, ...], Pool] = {}
_POOLS_LOCK = Lock()


@cache
def _starter() -> ThreadPoolExecutor:
    """The thread that starts all workers: they die with the thread that started them, and this one stays."""
    return ThreadPoolExecutor(1, "sandbox")


def _started(harness: Harness) -> Worker:
    return _starter().submit(Worker, harness).result()


def _forget() -> None:
    """A forked child has workers of its own."""
    _POOLS.clear()
    _starter.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _pool(harness: Harness) -> Pool:
    """The pool of this process for a sort of harness; a forked child has its own."""
    sort = (harness.packages, harness.preload, harness.limits)
    with _POOLS_LOCK:
        return _POOLS.setdefault(sort, Pool(harness))


@atexit.register
def _close_all() -> None:
    for pool in _POOLS.values():
        pool.close()


@lru_cache(maxsize=512)
def run(program: str, harness: Harness) -> Outcome:
    """What comes of a program in the sandbox. Raises `RuntimeError` where no sandbox is to be had.

    The same program gives the same outcome, unless it reads a clock or true randomness: `random` is seeded.
    """
    if reason := unavailable():
        raise RuntimeError(reason)
    limits = harness.limits
    job: dict[str, object] = {
        "program": program, "harness": harness.source, "inputs": harness.inputs(),
        "seed": int.from_bytes(sha256(program.encode("utf-8", "surrogatepass")).digest()[:6], "big"),
        "limits": {"cpu_seconds": limits.cpu_seconds, "memory": limits.memory, "file_size": limits.file_size,
                   "files": limits.files},
    }  # fmt: skip
    printed, ended = b"", ""
    for _ in range(2):  # a worker may have died while it waited
        start = monotonic()
        result, printed, ended = _pool(harness).take().run(json.dumps(job).encode() + b"\n", limits)
        if result.startswith(STARTED):
            return _read(result.removeprefix(STARTED), printed.decode("utf-8", "replace"), ended, monotonic() - start)
    said = printed.decode("utf-8", "replace").strip().splitlines()
    raise RuntimeError(f"the sandbox does not start ({said[-1] if said else ended or 'it says nothing'})")


def _read(result: bytes, printed: str, ended: str, seconds: float) -> Outcome:
    """The outcome that a result says; what is no result of a worker says that the program meddled with it."""
    try:
        found: Any = ended or json.loads(result or b"null", parse_constant=_refuse)
    except (ValueError, RecursionError):
        found = ""
    match found:
        case {"left": left} if len(found) == 1:
            return Outcome(left, None, printed, seconds)
        case {"error": {"kind": str(kind), "message": str(message), "line": int() | None as line}}:
            more: dict[str, Any] = found["error"]
            column, module = more.get("column"), more.get("module")
            error = ProgramError(
                showable(kind), showable(message), line, column if type(column) is int else None,
                module if type(module) is str else "", bool(more.get("after")),
            )  # fmt: skip
        case None:
            error = ProgramError(ENDED, "it ends without a result")
        case _:
            error = ProgramError(ENDED, ended or "it writes where only the sandbox may")
    return Outcome(None, error, printed, seconds)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
