"""A problem of one's own, as a file: sound as it stands; NAME is its name."""

from __future__ import annotations

GOOD = '''"""A sum."""

from fractions import Fraction
from typing import Literal

from markscheme import Draw, Picture, Problem, Vector

problem = Problem("own/NAME", version=1, text="How much is $[[a]] + [[b]]$?")


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"a": rng.int(10, 99), "b": rng.int(100, 999)}


@problem.answer(marks=2)
def total(a: int, b: int) -> int:
    """Add both."""
    return a + b


@problem.check
def _(a: int, b: int) -> dict[str, object]:
    return {"total": len([*range(a), *range(b)])}
'''
