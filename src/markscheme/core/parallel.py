"""The one door for work over many items: the same results in the same order, whoever does the work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def run(
    function: Callable[[Task], Result], tasks: Iterable[Task], executor: Executor | None = None,
    ahead: int | None = None,
) -> Iterator[Result]:  # fmt: skip
    """`function` of each task, in the order of the tasks; done by the executor, or here without one.

    Tasks and results travel between processes: they are ids and plain data, and items are posed again where they are
    needed. The first error is raised, and what has not begun is dropped. Tasks all begin at once, or at most `ahead`
    of them before the first is needed: there may be tasks without end.

    >>> list(run(abs, [-2, 1]))
    [2, 1]
    """
    if executor is None:
        yield from map(function, tasks)
        return
    waiting = iter(tasks)
    futures: deque[Future[Result]] = deque([executor.submit(function, task) for task in islice(waiting, ahead)])
    try:
        while futures:
            yield futures[0].result()
            futures.popleft()
            futures += [executor.submit(function, task) for task in islice(waiting, 1)]
    finally:
        for future in futures:
            future.cancel()


def pool(count: int) -> ProcessPoolExecutor:
    """Processes for work over many items, which end with the one that started them, however that ends."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=end_with_parent)


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has: one that is killed can end nobody itself."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.sentinel,), name="parent", daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
