"""What a wrong answer is near: said where it is so, and of no right one."""

from __future__ import annotations

from fractions import Fraction

import pytest

import markscheme as ms
from markscheme.exact import Matrix, Vector
from markscheme.kinds.nearness import near

NEAR = [
    (4, -4, "other sign"), (Fraction(2, 3), Fraction(3, 2), "reciprocal"), (3, 300, "times 100"),
    (3000, 3, "over 1000"),
    (Fraction(1, 2), 50, "times 100"), (3, 6, "twice"), (6, 3, "half"), (3, 4, ""), (0, 1, ""), (1, 0, ""),
    (Vector((1, -2)), Vector((-1, 2)), "other sign"), (Vector((1, 2, 3)), Vector((3, 1, 2)), "another order"),
    (Vector((1, 2)), Vector((1, 2, 3)), ""), (Vector((1, 1)), Vector((2, 2)), ""), (True, False, ""),
    (Matrix([[1, 2], [3, 4]]), Matrix([[1, 3], [2, 4]]), "transposed"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "said"), NEAR)
def test_what_is_near(key: object, value: object, said: str) -> None:
    """A wrong value that is plainly made of the key is told how; any other is told nothing."""
    found = f"{near(key, value)}"
    assert said in found
    assert bool(found) == bool(said)


def test_the_verdict_says_what_is_near() -> None:
    """A wrong answer's reason says what it is near, in and outside of a problem."""
    assert ms.verify("[1, 2]", "[2, 1]").reason == "it is the key's entries in another order"
    assert ms.verify("28", "2800").reason == "it is the key times 100"
    item = ms.problem("attention/linear_rnn").as_published()
    verdict = item.mark({"v_1": "[0, -1]"})["v_1"]
    assert verdict.status == "wrong"
    assert verdict.reason == "Wrong. It is the key with the other sign."
