"""Answers that are programs: a verdict from a warm worker, a class of 300, and what a killed program costs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter, sleep

import markscheme as ms
from bench.timing import Figure
from markscheme.bank.training.leakage import GROUPED, HARNESS, REPAIRED
from markscheme.sandbox import run, unavailable

CLASS = 300
CORES = 2


def figures() -> Iterator[Figure]:
    if reason := unavailable():
        raise SystemExit(f"no program can be run here: {reason}")
    item = ms.problem("training/leakage").pose("bench")

    def seconds(program: str) -> float:
        start = perf_counter()
        item.mark({"code": program})
        return perf_counter() - start

    run("pass", HARNESS)  # the pool starts
    times: list[float] = []
    for number in range(25):
        sleep(0.15)  # as students hand in: the next worker has started meanwhile
        times.append(seconds(f"{REPAIRED}\n# {number}"))
    yield Figure("a program's verdict from a warm worker, median", 1e3 * median(times), "ms", 60)
    programs = [f"{REPAIRED if number % 2 else GROUPED}\n# class {number}" for number in range(CLASS)]
    with ThreadPoolExecutor(CORES) as threads:
        start = perf_counter()
        list(threads.map(seconds, programs))
        yield Figure(f"{CLASS} programs marked, {CORES} at a time", perf_counter() - start, "s", 20)
    limit = HARNESS.limits.seconds
    killed = seconds("import time\ntime.sleep(999)")
    yield Figure("a killed program, beyond its limit", killed - limit, "s", 0.2, f"limit {limit:g} s")
