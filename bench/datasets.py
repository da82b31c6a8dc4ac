"""Data sets: rows a second, made and scored, beside reasoning-gym's own sets in the same run."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from statistics import median
from time import process_time
from typing import Any

from bench.timing import Figure, table
from markscheme.bank.catalog import catalog
from markscheme.core.item import Item
from markscheme.core.proof import confirm, prove_item
from markscheme.datasets import dataset, score_answer
from markscheme.datasets.rows import row_of, scorable
from markscheme.datasets.sets import askable

ROWS = 60


def a_second(work: Callable[[int], object]) -> float:
    """Calls of `work(number)` a second of processor time."""
    work(0)
    start = process_time()
    for number in range(1, ROWS + 1):
        work(number)
    return ROWS / (process_time() - start)


def _ours(name: str) -> float:
    problem = catalog()[name]

    def one(number: int) -> None:
        item = problem.pose(f"bench {number}")
        row_of(item, scorable(item))

    return a_second(one)


def _proven(name: str, prove: Callable[[Item], object]) -> float:
    problem = catalog()[name]
    items = [problem.pose(f"bench {number}") for number in range(ROWS + 1)]
    return a_second(lambda number: prove(items[number]))


def _keys_alone(item: Item) -> object:
    return confirm(item, [answer.name for answer in scorable(item)])


def _theirs() -> list[float]:
    reasoning_gym: Any = import_module("reasoning_gym")
    names = sorted({*import_module("reasoning_gym.factory").DATASETS} - {"composite"})  # which is a mixture
    rates: list[float] = []
    for name in names:
        data = reasoning_gym.create_dataset(name, seed=1, size=ROWS + 1)
        rates.append(a_second(data.__getitem__))
    return rates


def figures() -> list[Figure]:
    """Rows of each problem, and what scoring a reply takes."""
    ours = {name: _ours(name) for name in askable()}
    slowest = min(ours, key=ours.__getitem__)
    theirs = _theirs()
    rows = list(dataset("convolution/output_shape", ROWS, 1))
    verbatim = a_second(lambda number: score_answer(rows[number % ROWS]["answer"], rows[number % ROWS]))
    spaced = a_second(lambda number: score_answer(f" {rows[number % ROWS]['answer']} ", rows[number % ROWS]))
    wrong, again = (a_second(lambda number: score_answer("[1, 2, 3, 4]", rows[number % ROWS])) for _ in range(2))
    explained = a_second(lambda number: score_answer("[1, 2, 3, 4]", rows[number % ROWS], explain=True))
    keys = median([_proven(name, _keys_alone) for name in ours])
    proven = median([_proven(name, prove_item) for name in ours])
    peer = f"reasoning-gym {median(theirs):,.0f}: {len(theirs)} sets, no steps, no proof"
    return [
        Figure("rows, median of our problems", median(ours.values()), "1/s", note=peer, least=5_000),
        Figure(f"rows, the slowest: {slowest}", ours[slowest], "1/s", least=500),
        Figure("keys of a row proven, median of our problems", keys, "1/s"),
        Figure("whole items proven, slips and programs too", proven, "1/s"),
        Figure("scored: the key as it stands", verbatim, "1/s", least=30_000),
        Figure("scored: the key with space around it", spaced, "1/s", least=30_000),
        Figure("scored: a wrong answer, the first to its row, whose item is posed", wrong, "1/s"),
        Figure("scored: a wrong answer, a later one", again, "1/s", least=30_000),
        Figure("scored: a wrong answer, with its slips looked for", explained, "1/s"),
    ]


if __name__ == "__main__":
    print(table(figures()))
