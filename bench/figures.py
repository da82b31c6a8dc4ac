"""Figures of many items: drawn one after another here, in processes, and found again in the cache."""

from __future__ import annotations

import os
import tempfile
from time import perf_counter, process_time

import markscheme as ms
from bench.timing import Figure, machine, table
from markscheme.core.figures import drawn
from markscheme.core.parallel import pool
from markscheme.core.posed import Posed

ITEMS = 300
NAME = "attention/linear_rnn"


def posed(sort: str) -> list[Posed]:
    """Items whose figures nobody has drawn yet."""
    problem = ms.problem(NAME)
    return [problem.pose(f"figures {sort} {seed}").posed() for seed in range(ITEMS)]


def timed(items: list[Posed], jobs: int = 0) -> tuple[float, float]:
    """Seconds to draw their figures, and of these the start of the processes."""
    begun = perf_counter()
    if not jobs:
        drawn(items)
        return perf_counter() - begun, 0.0
    with pool(jobs) as executor:
        list(executor.map(_ready, range(jobs)))
        started = perf_counter() - begun
        drawn(items, executor)
        return perf_counter() - begun, started


def _ready(_: int) -> None:
    drawn([ms.problem(NAME).pose("ready").posed()])


def figures() -> list[Figure]:
    """Milliseconds a figure, in a cache of its own that begins empty."""
    jobs = os.cpu_count() or 1
    before = os.environ.get("XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        try:
            drawn([ms.problem(NAME).pose("warm").posed()])
            here, _ = timed(posed("here"))
            there, started = timed(items := posed("there"), jobs)
            begun = process_time()
            drawn(items)
            again = process_time() - begun
        finally:
            os.environ.pop("XDG_CACHE_HOME")
            if before is not None:
                os.environ["XDG_CACHE_HOME"] = before
    each = 1_000 / ITEMS
    return [
        Figure("a figure, drawn here", each * here, "ms"),
        Figure(f"a figure, by {jobs} processes that run", each * (there - started), "ms"),
        Figure(f"{jobs} processes, to start", 1_000 * started, "ms"),
        Figure("a figure, again (processor)", each * again, "ms", 0.2),
    ]


if __name__ == "__main__":
    print(machine())
    print(table(figures()))
