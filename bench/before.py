"""How fast an item is posed, marked and made data of, beside an older tree in the same run.

    python -m bench.before
    python -m bench.before --before ../older      the same, in turn with the package in ../older/src

Each round is a process of its own; times are the processor's. A figure is the mean over problems and tens of items,
each at the best of the rounds: what else runs on the machine costs a ten of one round. `read` is all answers of one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import fmean
from typing import Final

import markscheme as ms
from bench.timing import Figure, machine, table

ROUNDS: Final = 5
_ROUND: Final = """
import json
from time import process_time as clock
start = clock()
import markscheme as ms
times = {"import": [1e3 * (clock() - start)]}
NAMES = ("convolution/output_shape", "attention/linear_rnn", "decoding/beam_search", "normalization/axes",
         "regularization/purification_losses", "optimizers/weight_decay")
problems = [ms.problem(name) for name in NAMES]
asked = {problem.name: [answer.name for answer in problem.asked] for problem in problems}
for problem in problems:
    item = problem.pose("warm")
    item.mark({name: "[1, 2]" for name in asked[problem.name]})
    if hasattr(item, "posed"):
        item.posed().as_json()
def timed(what, work, count):
    for begin in range(0, count, 10):
        for problem in problems:
            numbers = range(begin, min(begin + 10, count))
            start = clock()
            for number in numbers:
                work(problem, number)
            times.setdefault(what, []).append(1e6 * (clock() - start) / len(numbers))
timed("posing", lambda problem, number: problem.pose(f"{number}"), 60)
items = {(problem.name, number): problem.pose(f"{number}") for problem in problems for number in range(40)}
right = {(problem.name, number): {it.name: it.kind.write(items[problem.name, number].values[it.name])
                                  for it in problem.asked} for problem in problems for number in range(40)}
def mark(problem, number):
    items[problem.name, number].mark(right[problem.name, number])
def mark_another(problem, number):
    items[problem.name, number].mark(right[problem.name, (number + 1) % 40])
def mark_unreadable(problem, number):
    items[problem.name, number].mark({name: f"(( {number}" for name in asked[problem.name]})
timed("marking the key", mark, 40)
timed("marking another item's key", mark_another, 40)
timed("marking what cannot be read", mark_unreadable, 40)
if hasattr(item, "posed"):
    timed("posed().as_json()", lambda problem, number: items[problem.name, number].posed().as_json(), 40)
    posed = {problem.name: items[problem.name, 0].posed() for problem in problems}
    timed("read", lambda problem, number: [items[problem.name, number].read(name, text)
          for name, text in right[problem.name, number].items()], 40)
    drawn = {name: [it for it in found.all_blocks() if hasattr(it, "svg")] for name, found in posed.items()}
    timed("figures, first", lambda problem, number: [it.svg() for it in drawn[problem.name]], 1)
    timed("figures, from the cache", lambda problem, number: [it.svg() for it in drawn[problem.name]], 30)
print(json.dumps(times))
"""
LIMITS: Final = {"posed().as_json()": 1_000.0, "figures, from the cache": 200.0, "read": 500.0}
"""Microseconds that are claimed."""


def round_of(source: Path) -> dict[str, list[float]]:
    """The times of one round with the package in a folder."""
    environment = os.environ | {"PYTHONPATH": str(source)}
    ran = subprocess.run([sys.executable, "-c", _ROUND], check=True, capture_output=True, text=True, env=environment)
    return json.loads(ran.stdout)


def best(rounds: list[dict[str, list[float]]]) -> dict[str, float]:
    return {what: fmean(map(min, *[it[what] for it in rounds])) for what in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast an item is posed and marked.")
    parser.add_argument("--before", type=Path, help="another tree of this repository, measured in turn")
    before = parser.parse_args().before
    here = Path(ms.__file__).parents[1]
    own: list[dict[str, list[float]]] = []
    other: list[dict[str, list[float]]] = []
    for _ in range(ROUNDS):
        own.append(round_of(here))
        other += [round_of(before / "src")] if before else []
    peer = best(other) if other else {}
    figures = [
        Figure(
            what,
            value,
            "ms" if what == "import" else "µs",
            LIMITS.get(what),
            f"before: {peer[what]:.3g}" if what in peer else "",
        )
        for what, value in best(own).items()
    ]
    print(machine())
    print(table(figures))


if __name__ == "__main__":
    main()
