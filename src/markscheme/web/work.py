"""Work that lasts, done in the background: its progress is told, and what fails is named and stops nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Generic, TypeVar

from markscheme.core.errors import MarkschemeError
from markscheme.core.parallel import pool

LOG = logging.getLogger("markscheme.web")
Task = TypeVar("Task")
Result = TypeVar("Result")
BROKEN = "the process that worked on it ended: it needs more memory than there is, or a problem's code ended it"


@dataclass
class Work:
    """Something that is being done, or was done last."""

    what: str
    total: int
    done: int = 0
    failed: dict[str, str] = field(default_factory=dict[str, str])
    """What could not be done, by name, and why."""
    has_ended: bool = False

    def as_json(self) -> dict[str, Any]:
        """For a page that waits."""
        return {"what": self.what, "total": self.total, "done": self.done, "ended": self.has_ended}


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    """What came of one task: a result, or why there is none."""

    name: str
    result: Result | None
    why_not: str = ""


def each(function: Callable[[Task], Result], tasks: Mapping[str, Task], jobs: int) -> Iterator[Done[Result]]:
    """Do tasks, in the order in which they get done, each whatever becomes of the others; without jobs, here.

    The processes are new ones, which read problem files and papers as they are now.

    >>> def half(number: int) -> int:
    ...     return 6 // number
    >>> [(it.name, it.result, it.why_not) for it in each(half, {"a": 2, "b": 0}, jobs=0)]
    [('a', 3, ''), ('b', None, 'ZeroDivisionError: integer division or modulo by zero')]
    """
    if not jobs or not tasks:
        for name, task in tasks.items():
            yield _tried(function, name, task)
        return
    again: list[str] = []
    with pool(min(jobs, len(tasks))) as executor:
        futures = {executor.submit(_tried, function, name, task): name for name, task in tasks.items()}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                again.append(futures[future])
    for name in again:  # one by one, so that the one that breaks its process is found
        try:
            with pool(1) as executor:
                yield executor.submit(_tried, function, name, tasks[name]).result()
        except BrokenProcessPool:
            yield Done(name, None, BROKEN)


def _tried(function: Callable[[Task], Result], name: str, task: Task) -> Done[Result]:
    try:
        return Done(name, function(task))
    except MarkschemeError as error:
        return Done(name, None, f"{error}")
    except Exception as error:
        LOG.exception("%s failed", name)
        return Done(name, None, f"{type(error).__name__}: {error}")


def start(
    works: dict[str, Work],
    name: str,
    work: Work,
    done: Callable[[], Iterable[Done[Any]]],
    keep: Callable[[str, Any], None],
) -> Work:
    """Begin work in the background, unless some of its name goes on: then that is returned.

    `keep` is called with the name and the result of each task that was done, and may fail as well.
    """
    before = works.get(name)
    if before is not None and not before.has_ended:
        return before
    works[name] = work

    def act() -> None:
        try:
            for it in done():
                why_not = it.why_not or _kept(keep, it)
                if why_not:
                    work.failed[it.name] = why_not
                work.done += 1
        except Exception as error:
            LOG.exception("%s failed", work.what)
            work.failed["all that was left"] = f"{error}"
        finally:
            work.has_ended = True

    Thread(target=act, name=work.what, daemon=True).start()
    return work


def _kept(keep: Callable[[str, Any], None], it: Done[Any]) -> str:
    try:
        keep(it.name, it.result)
    except Exception as error:
        LOG.exception("%s was not kept", it.name)
        return f"it could not be kept: {error}"
    return ""
