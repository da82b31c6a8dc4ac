"""Data sets on disk: how long a million rows of all problems take by what fewer take, and whether memory stays flat.

`python -m bench.dataset_files` writes 20,000 rows (`--size 1000000`: the million itself) in three splits, keys proven,
as `markscheme dataset` does, with 2 processes, into a folder that is deleted again. It prints rows a second; of the
second half, when all processes are warm, the rate and the processor time of a row in all processes together, and what
a million would take at either; and the memory of the process that writes, and of its workers, at a quarter, a half,
and the end.

Items that are drawn twice become more with a set's size, so a million takes longer than what is said of it, by as much
as `--size 1000000` shows. Only on Linux, for what processes use is read from /proc.
"""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from multiprocessing import active_children
from os import getpid, sysconf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.timing import Figure, table
from markscheme.cli.datasets import sizes_of
from markscheme.cli.options import processes
from markscheme.datasets import dataset
from markscheme.datasets.writing import write_sets

MILLION = 1_000_000


@dataclass(frozen=True)
class Seen:
    """What was seen at some moment: rows, seconds by the clock and of processor, megabytes of writer and workers."""

    rows: int
    clock: float
    processor: float
    writer: float
    workers: float


def seen(rows: int) -> Seen:
    workers = [pid for it in active_children() if (pid := it.pid)]
    return Seen(rows, perf_counter(), sum(map(seconds, [getpid(), *workers])), held(getpid()), sum(map(held, workers)))


def held(process: int) -> float:
    """Megabytes that a process holds in memory, shared ones among them."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * sysconf("SC_PAGE_SIZE") / 1e6


def seconds(process: int) -> float:
    """Seconds of processor that a process has used."""
    _, _, fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    return sum(map(int, fields.split()[11:13])) / sysconf("SC_CLK_TCK")


def figures(size: int = 20_000, jobs: int = 2) -> list[Figure]:
    sets = {split: dataset((), count, "bench", split, prove=True) for split, count in sizes_of("all", size).items()}
    start = perf_counter()
    marks = [size // 4, size // 2, size]
    at: list[Seen] = []
    with TemporaryDirectory() as folder, processes(jobs, size) as executor:
        for rows in write_sets(sets, Path(folder), executor=executor, workers=jobs):
            if rows >= marks[len(at)]:
                at.append(seen(rows))
        written = sum([page.stat().st_size for page in Path(folder).glob("*.jsonl")]) / size
    _, half, end = at
    rows = end.rows - half.rows
    by_clock, by_processor = (end.clock - half.clock) / rows, (end.processor - half.processor) / rows
    return [
        Figure(f"{size:,} rows of all problems, {jobs} processes", size / (end.clock - start), "1/s"),
        Figure("rows of the second half", 1 / by_clock, "1/s"),
        Figure("a million at this rate", MILLION * by_clock, "s", limit=600),
        Figure("processor time of a row, in the second half", 1e3 * by_processor, "ms"),
        Figure(f"a million on {jobs} cores by processor time", MILLION * by_processor / jobs, "s", limit=600),
        Figure("a row on disk", written / 1e3, "kB"),
        *[
            Figure(f"memory at {when}: writer", it.writer, "MB", note=f"workers {it.workers:.0f} MB")
            for when, it in zip(("a quarter", "a half", "the end"), at, strict=True)
        ],
        Figure("memory that the second half added", end.writer + end.workers - half.writer - half.workers, "MB"),
    ]


if __name__ == "__main__":
    parser = ArgumentParser(description="How fast sets are written, and in how much memory.")
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    print(table(figures(asked.size, asked.jobs)))
