"""Heads of independent fair coins."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from markscheme import Draw, Problem

problem = Problem(
    "mit18440/coins",
    version=1,
    source="18.440 midterm 1, MIT, Fall 2012, problem 1",
    text="[[n]] independent fair coins are tossed, and $X$ of them come up heads.",
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"n": rng.int(5, 14)}


a, b = problem.part("a", "What is the mean of $X$?"), problem.part("b", "What is its variance?")
c = problem.part("c", r"What is the conditional probability that all come up heads, given that at most one does not?")


@problem.answer(marks=5, part=a, label="$E[X]$")
def mean(n: int) -> Fraction:
    """Each coin adds a half.

    $[[n]]/2$
    """
    return Fraction(n, 2)


@problem.answer(marks=5, part=b, label=r"$\mathrm{Var}[X]$")
def variance(n: int) -> Fraction:
    """The variance of one coin is a quarter, and they are independent.

    $[[n]]/4$
    """
    return Fraction(n, 4)


@variance.slip("gives the mean")
def _(n: int) -> Fraction:
    return Fraction(n, 2)


@problem.answer(marks=10, part=c, label="Probability")
def all_heads(n: int) -> Fraction:
    """Of the sequences with at most one tail, all equally likely, one has none.

    $1/([[n]] + 1)$
    """
    return Fraction(1, n + 1)


@all_heads.slip("forgets the condition")
def _(n: int) -> Fraction:
    return Fraction(1, 2**n)


@all_heads.slip("does not count the sequence itself")
def _(n: int) -> Fraction:
    return Fraction(1, n)


@problem.check
def _(n: int) -> dict[str, object]:
    """By every sequence of tosses."""
    heads = [sum(tosses) for tosses in product((0, 1), repeat=n)]
    middle = Fraction(sum(heads), len(heads))
    spread = Fraction(sum(x * x for x in heads), len(heads)) - middle**2
    return {"mean": middle, "variance": spread, "all_heads": Fraction(heads.count(n), sum(x >= n - 1 for x in heads))}


problem.published("fa12", givens={"n": 6}, key={"mean": 3, "variance": Fraction(3, 2), "all_heads": Fraction(1, 7)})
