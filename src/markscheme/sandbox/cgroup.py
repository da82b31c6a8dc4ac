"""A control group for each worker, where one can be made: it counts the kernel's memory for a process as well.

One can be made below `MARKSCHEME_CGROUP`, if that is set; else below the nearest group above this process which lets it
(version 2: root, or a delegated one, as systemd gives to users).
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

from markscheme.sandbox.outcome import MIB, Limits

PYTHON = 256 * MIB
"""Of memory beyond a program's own: Python, its libraries, the folder, and the kernel's."""
_MOUNT = Path("/sys/fs/cgroup")
_numbers = count()
_left: list[Path] = []
"""Groups that could not be taken away yet."""


@cache
def parent() -> Path | None:
    """The group below which groups with a bound on memory can be made; None where there is none."""
    named = os.environ.get("MARKSCHEME_CGROUP")
    return next((folder for folder in ([Path(named)] if named else _above()) if _takes_groups(folder)), None)


def make(limits: Limits) -> Path | None:
    """A new group with the bounds of a worker; None where there can be none."""
    above = parent()
    if above is None:
        return None
    group = above / f"markscheme-{os.getpid()}-{next(_numbers)}"
    try:
        group.mkdir()
        _bound_memory(group, limits.memory + limits.folder + PYTHON)
        with suppress(OSError):  # the controller of numbers of processes may not be there
            (group / "pids.max").write_text(str(limits.threads + 8))
    except OSError:
        return None
    return group


def within(group: Path | None, words: list[str]) -> list[str]:
    """The command that runs `words` in a group from its start."""
    if group is None:
        return words
    return ["/bin/sh", "-c", 'echo 0 > "$0/cgroup.procs" && exec "$@"', str(group), *words]


def remove(group: Path | None) -> None:
    """Take a group away whose processes have ended, and those before it whose last processes took their time."""
    if group is not None:
        _left.append(group)
        for it in list(_left):
            with suppress(OSError):
                it.rmdir()
            if not it.exists():
                _left.remove(it)


def _above() -> list[Path]:
    try:
        own = next(line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
    except (OSError, StopIteration):
        return []
    here = _MOUNT / own.strip("/")
    return [folder for folder in (here, *here.parents) if folder.is_relative_to(_MOUNT)]


def _takes_groups(folder: Path) -> bool:
    """Whether a group with a bound on memory can be made there, tried."""
    group = folder / f"markscheme-{os.getpid()}-tried"
    if not (folder / "cgroup.procs").is_file():
        return False
    try:
        group.mkdir()
    except OSError:
        return False
    with suppress(OSError):
        _bound_memory(group, PYTHON)
        moved = subprocess.run(within(group, ["true"]), capture_output=True, check=False)  # noqa: S603 (our own words)
        remove(group)
        return moved.returncode == 0
    remove(group)
    return False


def _bound_memory(group: Path, most: int) -> None:
    """Raises `OSError` where the group has no bound on memory."""
    names = [name for name in ("memory.max", "memory.limit_in_bytes") if (group / name).is_file()]
    if not names:
        raise FileNotFoundError(group)
    (group / names[0]).write_text(str(most))
