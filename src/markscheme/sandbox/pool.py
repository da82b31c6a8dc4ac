"""Warm workers, each used once: when one has run a program, the next ones start."""

from __future__ import annotations

import atexit
import json
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any, Final, cast

from markscheme.language import joined, message_of, say
from markscheme.sandbox.bubblewrap import unavailable
from markscheme.sandbox.outcome import ENDED, Harness, Outcome, ProgramError, Run
from markscheme.sandbox.received import MEDDLED, Meddled, read
from markscheme.sandbox.worker import Stopped, Talk, Worker

WARM: Final = 2
"""Workers that wait, for each sort of harness; one, where they have imported something large."""


class Pool:
    """The workers that wait for programs of one sort of harness."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self._warm = 1 if harness.preload else WARM
        self._waiting: deque[Future[Worker]] = deque()
        self._lock = Lock()

    def take(self) -> Worker:
        """A worker, warm if one is."""
        while True:
            with self._lock:
                self._have(1)
                try:
                    worker = self._waiting.popleft().result()
                except OSError as error:
                    raise RuntimeError(f"the sandbox does not start ({error})") from None
            if worker.process.poll() is None:
                return worker
            worker.end()  # it has died while it waited

    def refill(self) -> None:
        """Let the next workers start: when a program has ended, so that it had the machine to itself."""
        with self._lock:
            self._have(self._warm)

    def _have(self, count: int) -> None:
        while len(self._waiting) < count:
            self._waiting.append(_starter().submit(Worker, self.harness))

    def close(self) -> None:
        """End the workers that wait."""
        with self._lock:
            while self._waiting:
                self._waiting.pop().result().end()


_POOLS: dict[tuple[object, ...], Pool] = {}
_POOLS_LOCK = Lock()


@cache
def _starter() -> ThreadPoolExecutor:
    """The thread that starts all workers: they die with the thread that started them, and this one stays."""
    return ThreadPoolExecutor(1, "sandbox")


def _forget() -> None:
    """A forked child has workers of its own."""
    _POOLS.clear()
    _starter.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _pool(harness: Harness) -> Pool:
    """The pool of this process for a sort of harness; a forked child has its own."""
    sort = (harness.source, harness.packages, harness.preload, harness.limits)
    with _POOLS_LOCK:
        return _POOLS.setdefault(sort, Pool(harness))


@atexit.register
def _close_all() -> None:
    for pool in _POOLS.values():
        pool.close()


@lru_cache(maxsize=16)
def run(program: str, harness: Harness, salt: str = "") -> Outcome:
    """What comes of a program in the sandbox. Raises `RuntimeError` where no sandbox is to be had.

    Its inputs are drawn from `salt` and the program's text. The same program gives the same outcome, unless it reads a
    clock or true randomness: `random` is seeded.
    """
    if reason := unavailable():
        raise RuntimeError(reason)
    inputs = harness.inputs_of(program, salt)
    said = ""
    workers = _pool(harness)
    for _ in range(2):  # a worker may have died while it waited
        worker = workers.take()
        try:
            return worker.run(_talk(program, harness, inputs))
        except (Stopped, Meddled) as error:
            said = message_of(error)
        finally:
            workers.refill()
        if worker.started_at is not None:
            return Outcome(error=ProgramError(ENDED, said), printed=worker.printed)
    last = worker.printed.strip().splitlines()[-1:]  # pyright: ignore[reportPossiblyUnboundVariable]
    raise RuntimeError(f"the sandbox does not start ({last[0] if last else said})")


def _talk(program: str, harness: Harness, inputs: list[Any]) -> Talk:
    """What is said to a worker: the job; and for each run its inputs, then, when the program has ended, the rest.

    Raises `Meddled` for what no worker answers, and `RuntimeError` where the harness itself fails.
    """
    room = harness.limits.values

    def answer(line: bytes, *keys: str) -> tuple[str, Any]:
        """The one thing that a message says."""
        nonlocal room
        found, used = read(line, room)
        room -= used
        known = next((key for key in keys if key in found), "")
        if not known:
            raise Meddled(MEDDLED)
        return known, found[known]

    seed = int.from_bytes(sha256(program.encode("utf-8", "surrogatepass")).digest()[:6], "big")
    said, text = answer((yield _line({"program": program, "seed": seed})), "text", "error")
    if said == "error":
        return Outcome(error=_error(text, program, has_column=True))
    facts = _Facts(text)
    runs: list[Run] = []
    for number, given in enumerate(inputs):
        said, found = answer(
            (yield _line({"run": number, "inputs": given if harness.prepares else None})), "ended", "error", "harness"
        )
        if said == "harness" and not number:
            raise RuntimeError(f"the harness fails: {_error(found, '').told('')}")
        if said == "ended":
            facts.notice(found)
            after = {"inputs": None if harness.prepares else given, "after": "" if number else harness.after}
            said, found = answer((yield _line(after)), "left", "error")
        if said != "left":
            return facts.outcome(error=_error(found, program, facts))
        runs.append(Run(given, found))
    return facts.outcome(runs=tuple(runs))


def _line(message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


class _Facts:
    """What a program's text says of it, as the worker read it before it ran, and how it ended."""

    def __init__(self, found: Any) -> None:
        self.imports = frozenset(str(name) for name in found["imports"])
        self.raises = frozenset(found["raises"])
        looks = [say("reaches-in-line", what=what, line=line) for line, what in found["reaches"][:3]]
        self._reaches = joined("enumeration", *looks)

    def notice(self, ended: Any) -> None:
        if isinstance(ended, dict) and cast("dict[str, Any]", ended).get("threads") and not self._reaches:
            self._reaches = say("reaches-threads")

    def outcome(self, *, runs: tuple[Run, ...] = (), error: ProgramError | None = None) -> Outcome:
        return Outcome(runs, error, reaches=self._reaches, imports=self.imports)


def _error(found: Any, program: str, facts: _Facts | None = None, *, has_column: bool = False) -> ProgramError:
    """An error as a worker tells it, as far as it can be true."""
    if not isinstance(found, dict):
        raise Meddled(MEDDLED)
    told = cast("dict[str, Any]", found)
    error, message, line, column = (told.get(name) for name in ("kind", "message", "line", "column"))
    if not (isinstance(error, str) and isinstance(message, str)):
        raise Meddled(MEDDLED)
    lines = program.split("\n")
    line = line if type(line) is int and 1 <= line <= len(lines) else None
    is_inside = has_column and line is not None and type(column) is int and 1 <= column <= len(lines[line - 1]) + 1
    raised = facts is not None and line in facts.raises
    module = _module(told.get("module"), facts) if error == "ModuleNotFoundError" and not raised else ""
    return ProgramError(
        error[:100], message, line, column if is_inside else None, module, bool(told.get("after")), raised
    )


def _module(name: Any, facts: _Facts | None) -> str:
    """The module that is not there, if the text imports it: that an error says so is not enough."""
    imported = {it.partition(".")[0] for it in facts.imports} if facts else set[str]()
    return name if isinstance(name, str) and name.partition(".")[0] in imported else ""
