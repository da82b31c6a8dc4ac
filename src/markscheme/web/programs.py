"""Where strangers' programs are run for pages: in processes apart from the server's own, so many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from markscheme.core.parallel import pool
from markscheme.web.call import Refused

P = ParamSpec("P")
R = TypeVar("R")


class Programs:
    """A queue of bounded length before processes; each starts its own sandbox."""

    def __init__(self, processes: int = 1, most_waiting: int = 40) -> None:
        self._processes = processes
        self._most = most_waiting
        self._waiting = 0
        self._executor: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What a function gives there. Raises `Refused` where too many wait already."""
        if self._waiting >= self._most:
            raise Refused(503, "Too many programs are waiting to be run. Try again in a minute; your text is kept.")
        self._waiting += 1
        try:
            for _ in range(2):  # somebody may have ended a process: once more, in others
                try:
                    return await self._result(function, *args, **kwargs)
                except BrokenProcessPool:
                    self._executor = None
        finally:
            self._waiting -= 1
        raise Refused(503, "Programs cannot be run just now. Try again in a minute; your text is kept.")

    async def _result(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._executor is None:
            self._executor = pool(self._processes)
        return await asyncio.wrap_future(self._executor.submit(function, *args, **kwargs))

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
