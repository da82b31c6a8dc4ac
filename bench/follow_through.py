"""Follow-through, both sides: how many honest errors are carried, and how little chosen values earn.

In `attention/linear_rnn` a student gets h_2 wrong and goes on from it to v_2 without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import markscheme as ms
from bench.timing import Figure
from markscheme.core.answer import Answer
from markscheme.core.item import Item
from markscheme.core.problem import Problem
from markscheme.core.wiring import UNDEFINED
from markscheme.draw import Draw
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


def wrong_values(item: Item, answer: Answer[..., Any]) -> Iterator[Any]:
    """Honest errors in one answer: each slip, what its kind makes up as wrong, and a number or a sign that is off."""
    key = item.values[answer.name]
    for slip in answer.slips:
        with suppress(*UNDEFINED):
            if not slip.decides and (value := slip.wired(item.values)) is not None:
                yield value
    rng = Draw(f"{item.id}: errors")
    for _ in range(2):
        yield answer.kind.read(answer.kind.wrong(key, rng))
    if isinstance(key, int | Fraction) and not isinstance(key, bool):
        yield from (key + 1, -key)
    elif isinstance(key, Vector):
        yield from (Vector((key[0] + 1, *key[1:])), Vector((*key[:-1], -key[-1])), Vector(key[::-1]))


def carried_on(item: Item, name: str, wrong: Any) -> dict[str, Any]:
    """All answers by a student who got one wrong, and everything else right at what stands on the page and above."""
    values = {**item.values, name: wrong}
    for other, answer in item.problem.answers.items():
        if other != name and answer.role != "shown" and name in answer.ancestors and not answer.properties:
            values[other] = answer.wired(values)
    return {answer.name: values[answer.name] for answer in item.layout.asked if not answer.kind.by_hand}


def tally_of(problem: Problem, seeds: int) -> Tally:
    """What becomes of what follows rightly from an honest error, and is not the key."""
    found = Tally()
    for item in (problem.pose(f"honest {seed}") for seed in range(seeds)):
        for answer in item.layout.asked:
            after = [it.name for it in item.layout.asked if answer.name in it.ancestors and not it.kind.by_hand]
            for wrong in wrong_values(item, answer) if after and not answer.kind.is_run else ():
                if answer.is_right(wrong, item.values):
                    continue
                try:
                    said = carried_on(item, answer.name, wrong)
                    moved = [name for name in after if not item.problem.answers[name].is_right(said[name], item.values)]
                except Exception:  # noqa: BLE001 (such an error cannot be gone on from)
                    continue
                marked = item.mark(said)
                for name in moved:
                    status = marked[name].status
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
