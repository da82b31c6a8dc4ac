"""Pose, key and mark one item, beside one item and its score in reasoning-gym: on one core, in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import markscheme as ms
from bench.timing import Figure, each
from markscheme.kinds import kind_of

SEEDS = 7 * 300


def right_submissions(name: str) -> list[dict[str, str]]:
    """What a student who has everything right types, for each seed; made beforehand, as a student does."""
    problem = ms.problem(name)
    keys = (problem.pose(str(seed)).key for seed in range(SEEDS))
    return [{answer: kind_of(value).write(value) for answer, value in key.items()} for key in keys]


def pose_key_mark(name: str) -> Callable[[int], object]:
    problem, submissions = ms.problem(name), right_submissions(name)

    def work(number: int) -> object:
        item = problem.pose(str(number))
        marked = item.mark(submissions[number])
        if marked.marks != marked.out_of:
            raise AssertionError(f"{item.id}: a right submission got {marked.marks} of {marked.out_of}")
        return item.key

    return work


def gcd_item_and_score() -> Callable[[int], object]:
    data: Any = import_module("reasoning_gym").create_dataset("gcd", size=SEEDS, seed=1)

    def work(number: int) -> object:
        entry = data[number]
        return data.score_answer(entry["answer"], entry)

    return work


def figures() -> Iterator[Figure]:
    peer = each(gcd_item_and_score())
    yield Figure("reasoning-gym `gcd`: item and score", peer, "µs", note="the peer")
    for name, times in (("convolution/output_shape", 3), ("attention/linear_rnn", 12)):
        problem, submissions = ms.problem(name), right_submissions(name)
        whole = each(pose_key_mark(name))
        yield Figure(f"`{name}`: pose, key, mark", whole, "µs", times * peer, f"{whole / peer:.1f} × the peer")
        yield Figure(f"`{name}`: pose alone", each(lambda seed, problem=problem: problem.pose(str(seed))), "µs")
        items = [problem.pose(str(seed)) for seed in range(SEEDS)]
        yield Figure(
            f"`{name}`: mark alone", each(lambda n, items=items, said=submissions: items[n].mark(said[n])), "µs"
        )
        yield Figure(f"`{name}`: the prompt's text", each(lambda n, items=items: items[n].prompt(), calls=100), "µs")
