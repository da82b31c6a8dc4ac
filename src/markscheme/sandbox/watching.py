"""What the limits of a process do not count: the kernel's memory for names and threads, looked at from outside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from markscheme.language import NOTHING, Message, say
from markscheme.sandbox.outcome import Limits

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Watch:
    """What one sandbox holds, as far as the system tells."""

    def __init__(self, info: int) -> None:
        self._info = info

    def close(self) -> None:
        os.close(self._info)

    def exceeded(self, limits: Limits) -> Message:
        """Which of the limits on names and threads is exceeded, in a clause; empty where none is."""
        if self._names() > limits.names:
            return say("stopped-names", most=limits.names)
        if self._threads() > limits.threads:
            return say("stopped-threads", most=limits.threads)
        return NOTHING

    def is_starved(self, seconds: float) -> bool:
        """Whether it would run, and has not had that much CPU time: others have."""
        fields = self._state()
        return bool(fields) and fields[0] == "R" and (int(fields[11]) + int(fields[12])) / _TICKS < seconds

    @cached_property
    def _first(self) -> int | None:
        """The first process of the sandbox, under its number outside."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return int(json.loads(os.read(self._info, 65_536))["child-pid"])
        return None

    @cached_property
    def _worker(self) -> int | None:
        """The process that runs the program: the first one's child."""
        return next((number for number, parent in _parents() if parent == self._first), None)

    def _names(self) -> int:
        with suppress(OSError):
            folder = os.statvfs(f"/proc/{self._first}/root/work")
            return folder.f_files - folder.f_ffree
        return 0

    def _threads(self) -> int:
        fields = self._state()
        return int(fields[17]) if fields else 0

    def _state(self) -> list[str]:
        return _state_of(self._worker)


def _state_of(number: int | None) -> list[str]:
    """The fields of /proc/PID/stat from the state on; none where it cannot be read."""
    with suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return []


def _parents() -> Iterator[tuple[int, int]]:
    """Each process, newest first, and its parent."""
    for number in sorted([int(page.name) for page in Path("/proc").iterdir() if page.name.isdigit()], reverse=True):
        if fields := _state_of(number):
            yield number, int(fields[1])
