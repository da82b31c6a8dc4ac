"""Answers that are programs: a verdict from a warm worker, a class of 300, a killed program, hostile messages.

`python -m bench.programs` prints the figures; with `--tables`, the hostile and the honest programs with their verdicts.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter, sleep
from typing import Any

import markscheme as ms
from bench.timing import Figure, machine, table
from markscheme.bank.training._leakage_programs import GROUPED, REPAIRED
from markscheme.bank.training._leakage_runs import HARNESS, REAL
from markscheme.sandbox import Outcome, Run, is_installed, run, unavailable
from markscheme.sandbox.received import Meddled, read

CLASS = 300
CORES = 2
WITH_TORCH = REPAIRED.replace("import random", "import random\nimport torch\ntorch.cuda.is_available()")


def figures() -> Iterator[Figure]:
    if reason := unavailable():
        raise SystemExit(f"no program can be run here: {reason}")
    seconds = marking()
    run("pass", HARNESS)  # the pool starts
    yield Figure("a program's verdict from a warm worker, median", _warm(seconds, REPAIRED, 25, 0.15), "ms", 15)
    if is_installed(REAL.packages):
        seconds(f"{WITH_TORCH}\n# the pool starts")
        yield Figure("the same with torch itself, median", _warm(seconds, WITH_TORCH, 7, 4), "ms", 150)
    programs = [f"{REPAIRED if number % 2 else GROUPED}\n# class {number}" for number in range(CLASS)]
    with ThreadPoolExecutor(CORES) as threads:
        start = perf_counter()
        list(threads.map(seconds, programs))
        yield Figure(f"{CLASS} programs marked, {CORES} at a time", perf_counter() - start, "s", 10)
    limit = HARNESS.limits.seconds
    killed = seconds("import time\ntime.sleep(999)")
    yield Figure("a killed program, beyond its limit", killed - limit, "s", 0.1, f"limit {limit:g} s")
    yield from _trusted()


def marking() -> Callable[[str], float]:
    """What marks a program of training/leakage, and says how many seconds that took."""
    item = ms.problem("training/leakage").pose("bench")

    def seconds(program: str) -> float:
        start = perf_counter()
        item.mark({"code": program})
        return perf_counter() - start

    return seconds


def _warm(seconds: Callable[[str], float], program: str, count: int, pause: float) -> float:
    times: list[float] = []
    for number in range(count):
        sleep(pause)  # as students hand in: the next worker has started meanwhile
        times.append(seconds(f"{program}\n# {number}"))
    return 1e3 * median(times)


def _trusted() -> Iterator[Figure]:
    """The worst of what hostile messages cost outside: to be read, and to be judged."""
    from tests.hostile_programs import HOSTILE_LINES  # noqa: PLC0415 (the tests' own)

    took, peaks = [0.0], [0]
    for line in HOSTILE_LINES:
        start = perf_counter()
        _judged(line)
        took.append(perf_counter() - start)
        tracemalloc.start()
        _judged(line)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    yield Figure("what a hostile message costs outside, at worst", 1e3 * max(took), "ms", 100)
    yield Figure("and of memory", max(peaks) / 2**20, "MB", 50)


def _judged(line: bytes) -> None:
    (given,) = HARNESS.inputs_of("", "bench")[:1]
    try:
        found, _ = read(line, HARNESS.limits.values)
        left: Any = found.get("left")
    except Meddled:
        return
    for rule in ms.problem("training/leakage").answers["code"].properties:
        try:
            rule.wired({"code": Outcome((Run(given, left),))})
        except Exception:  # noqa: BLE001 (as in marking)
            continue


def tables() -> int:
    """The hostile and the honest programs, each with its verdict; how many hostile are right, and honest wrong."""
    from tests.honest_programs import HONEST  # noqa: PLC0415 (the tests' own)
    from tests.hostile_programs import HOSTILE, LEAKS  # noqa: PLC0415

    item = ms.problem("training/leakage").pose("bench")
    hostile = {name: program for name, (program, _) in (HOSTILE | LEAKS).items()}
    groups: Mapping[str, Mapping[str, str]] = {"Hostile": hostile, "Honest": HONEST}
    mistakes = 0
    for head, programs in groups.items():
        print(f"\n## {head}\n\n| what | status | marks | what it is told | seconds |\n|---|---|--:|---|--:|")
        for name, program in programs.items():
            start = perf_counter()
            verdict = item.mark({"code": program})["code"]
            mistakes += verdict.status in ({"right"} if head == "Hostile" else {"wrong", "slip"})
            told = " ".join(verdict.reason.split()).replace("|", "\\|")[:160]
            print(
                f"| {name} | {verdict.status} | {verdict.marks} | {told} | {perf_counter() - start:.2f} |", flush=True
            )
    return mistakes


if __name__ == "__main__":
    if "--tables" in sys.argv:
        sys.exit(tables() > 0)
    else:
        print(f"{machine()}\n\n{table(figures())}")
