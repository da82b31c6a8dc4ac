"""Posing in processes of their own: with other hash seeds, in another order, in another folder, on another day."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, TypeAlias

HASH_SEEDS: Final = (1, 2, 3, 4)
LATER: Final = 400 * 24 * 3600 + 4321
"""How many seconds the clocks of these processes are ahead."""

Values: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]
"""The values of items by name, by id, by problem."""
Posed: TypeAlias = Values | Literal["ended", "endless"]
"""What came of a file: its values, none where it cannot be used; or that it ends the process, or takes too long."""
Elsewhere: TypeAlias = tuple[list[str], int, int, int]
"""Files, how many seeds, the CPU seconds that each may take, and a hash seed."""


def pose_elsewhere(task: Elsewhere) -> dict[str, Posed]:
    """What another process poses, by file."""
    pages, seeds, limit, hash_seed = task
    found: dict[str, Posed] = {}
    left = pages[::-1]
    while left:
        said = _said_by_process({"pages": left, "seeds": seeds, "limit": limit}, hash_seed)
        found |= said
        left = [page for page in left if page not in found]
        if left and not said:
            raise RuntimeError("a process in which problems are posed again does not start")
    return found


def _said_by_process(asked: dict[str, Any], hash_seed: int) -> dict[str, Posed]:
    code = "from markscheme.cli.elsewhere import pose_here; pose_here()"
    with TemporaryDirectory() as folder:
        out = Path(folder) / "values.jsonl"
        subprocess.run(  # noqa: S603 (Python itself)
            [sys.executable, "-c", code],
            input=json.dumps(asked | {"out": str(out)}).encode(),
            cwd=folder,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        )
        return dict(map(json.loads, out.read_text("utf-8").splitlines())) if out.is_file() else {}


def pose_here() -> None:
    """Pose what standard input names; of each file a line when it is begun, and one when it is done."""
    from markscheme.bank.catalog import problems_of_file  # noqa: PLC0415
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    asked = json.loads(sys.stdin.read())
    set_clocks_ahead()
    with Path(asked["out"]).open("w", encoding="utf-8") as out:
        for page in asked["pages"]:
            print(json.dumps([page, "ended"]), file=out, flush=True)
            posed: Posed = {}
            try:
                with within(asked["limit"]):
                    posed = {it.name: values_by_seed(it, asked["seeds"]) for it in problems_of_file(Path(page))}
            except MarkschemeError:
                posed = {}
            except Endless:
                posed = "endless"
            print(json.dumps([page, posed]), file=out, flush=True)


def values_by_seed(problem: Any, count: int) -> dict[str, dict[str, str]]:
    """The values of a problem's items of the first seeds, by their ids."""
    from markscheme.core.checking import pose_again, values_of  # noqa: PLC0415

    return values_of(pose_again(problem, [str(seed) for seed in range(count)]))


class Endless(BaseException):
    """The CPU time of a file is over; no `except Exception` of it stops this."""


@contextmanager
def within(seconds: int) -> Generator[None]:
    """Bound the CPU time of what is done here, where the system and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def set_clocks_ahead() -> None:
    """Let whatever asks for the time get a later one, as a run on another day would."""
    import datetime  # noqa: PLC0415
    import time  # noqa: PLC0415

    now, now_ns = time.time, time.time_ns

    class Known(type):
        def __instancecheck__(cls, it: object) -> bool:
            return isinstance(it, cls.__mro__[1])

    class Later(datetime.datetime, metaclass=Known):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return super().now(tz) + datetime.timedelta(seconds=LATER)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    class LaterDay(datetime.date, metaclass=Known):
        @classmethod
        def today(cls) -> Any:
            return super().today() + datetime.timedelta(seconds=LATER)

    time.time = lambda: now() + LATER
    time.time_ns = lambda: now_ns() + LATER * 10**9
    localtime, gmtime = time.localtime, time.gmtime
    time.localtime = lambda seconds=None: localtime(time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: gmtime(time.time() if seconds is None else seconds)
    datetime.datetime, datetime.date = Later, LaterDay  # type: ignore[misc]
