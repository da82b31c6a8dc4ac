"""Clocks: the best of several rounds for small work, the median over processes for a cold start."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

CLOCKED = ("s", "ms", "µs", "1/s")
"""Units of what a clock says."""


@dataclass(frozen=True)
class Figure:
    """One measured figure, and what is claimed of it: at most `limit`, at least `least`; None claims nothing."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def holds(self) -> bool:
        return (self.limit is None or self.value <= self.limit) and (self.least is None or self.value >= self.least)

    @property
    def fails(self) -> bool:
        """Whether it is missed and depends on no clock: a time belongs to a machine, and is an aim."""
        return not self.holds and self.unit not in CLOCKED


def cpu_seconds(command: Iterable[object], folder: Path | None = None) -> float:
    """CPU seconds of a command and of all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def each(work: Callable[[int], object], rounds: int = 7, calls: int = 300) -> float:
    """Microseconds of one call of `work(number)`: the mean of a round of calls, and of the rounds the best."""
    best = float("inf")
    for turn in range(rounds):
        numbers = range(turn * calls, (turn + 1) * calls)
        start = perf_counter()
        for number in numbers:
            work(number)
        best = min(best, perf_counter() - start)
    return best / calls * 1e6


def cold(code: str, runs: int = 15) -> float:
    """Seconds that `code` takes in a fresh interpreter: the median, without the interpreter's own start."""
    timed = f"from time import perf_counter as c; s = c()\n{code}\nprint(c() - s)"
    outputs = (
        subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout
        for _ in range(runs)
    )
    return statistics.median([float(output.split()[-1]) for output in outputs])


def machine() -> str:
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| figure | measured | claimed | |", "|---|--:|--:|---|"]
    for figure in figures:
        bounds = [("≤", figure.limit), ("≥", figure.least)]
        claimed = ", ".join([f"{sign} {bound:.3g} {figure.unit}" for sign, bound in bounds if bound is not None])
        failed = "" if figure.holds else "**missed** "
        lines.append(f"| {figure.name} | {figure.value:.3g} {figure.unit} | {claimed} | {failed}{figure.note} |")
    return "\n".join(lines)
