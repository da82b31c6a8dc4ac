"""Follow-through, both sides: how many honest errors are carried, and how little chosen values earn.

In `attention/linear_rnn` a student gets h_2 wrong and goes on from it to v_2 without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import markscheme as ms
from bench.timing import Figure
from markscheme.core.item import Item
from markscheme.exact import Matrix, Vector


@dataclass
class Tally:
    """Verdicts on v_2 by what became of them."""

    asked: int = 0
    carried: int = 0
    by_hand: int = 0
    right: int = 0
    wrong: int = 0


def honest_errors(item: Item) -> Iterator[Vector]:
    """One entry off by one, a sign lost, the entries swapped, the last input's sign turned, and each slip."""
    key: Vector = item.values["h_2"]
    yield Vector((key[0] + 1, key[1]))
    yield Vector((key[0], key[1] - 1))
    yield Vector((-key[0], key[1]))
    yield Vector((key[1], key[0]))
    yield item.values["W_h"] @ item.values["h_1"] - item.values["u_2"] * item.values["W_u"]
    for slip in item.problem.answers["h_2"].slips:
        yield slip.wired(item.values)


def zeros(_: Item) -> Iterator[Vector]:
    yield Vector((0, 0))


def units(item: Item) -> Iterator[Vector]:
    """Unit vectors, but for those that a named slip gives: that error is known, and what follows from it is trusted."""
    slips = [slip.wired(item.values) for slip in item.problem.answers["h_2"].slips]
    for place in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        if place not in slips:
            yield Vector(place)


FARMED: dict[str, Callable[[Item], Iterator[Vector]]] = {"the zero vector": zeros, "unit vectors": units}


def tally(submitted: Callable[[Item], Iterator[Vector]], seeds: int) -> Tally:
    """What v_2 earns, when it follows from a wrong h_2 as submitted."""
    problem, found = ms.problem("attention/linear_rnn"), Tally()
    for seed in range(seeds):
        item = problem.pose(f"follow-through {seed}")
        projection: Matrix = item.values["W_V"]
        for own in submitted(item):
            if own == item.values["h_2"]:
                continue
            status = item.mark({"h_2": own, "v_2": projection @ own})["v_2"].status
            found.asked += 1
            found.carried += status == "follow-through"
            found.by_hand += status == "by hand"
            found.right += status == "right"
            found.wrong += status in ("wrong", "slip")
    return found


def figures() -> Iterator[Figure]:
    honest = tally(honest_errors, 300)
    lost = 100 * (honest.asked - honest.carried - honest.right) / honest.asked
    note = f"{honest.carried} carried, {honest.by_hand} by hand, {honest.right} right anyway, of {honest.asked}"
    yield Figure("honest errors not carried", lost, "%", 5, note)
    for name, submitted in FARMED.items():
        farmed = tally(submitted, 300)
        note = f"{farmed.by_hand} by hand, {farmed.right} right anyway, of {farmed.asked}"
        yield Figure(f"{name}: earned", 100 * farmed.carried / farmed.asked, "%", 2, note)
