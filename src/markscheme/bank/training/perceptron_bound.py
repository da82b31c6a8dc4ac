"""How many mistakes a perceptron can make before it converges."""

from fractions import Fraction
from math import isqrt
from typing import TypeAlias

from markscheme import Draw, Problem
from markscheme.exact import Rational
from markscheme.kinds import Exact, Numbers

Point: TypeAlias = tuple[int, ...]

problem = Problem(
    "training/perceptron_bound",
    version=2,
    title="Mistakes of a perceptron",
    source="CSC 671 midterm, question 16",
    symbols={
        "longest": "x", "margin": r"\gamma", "radius_squared": "R^2", "bound": r"\lfloor R^2/\gamma^2 \rfloor"
    },
    text=r"""
    A perceptron starts at $w = 0$ and, at each example $(x, y)$ with $y = \pm 1$ that it gets wrong, adds $y x$ to $w$.
    The bias is absorbed: in front of its coordinates each example gets one more, which is 1. The example of the largest
    Euclidean norm is $([[longest]])$, written without it. The data can be separated, and in the extended space with the
    margin $\gamma = [[margin]]$: some unit vector $u$ has $y\, u^\top x \geq \gamma$ for all of them.
    """,
)  # fmt: skip
a = problem.part("a", "How large is the square $R^2$ of the largest norm in the extended space?")
b = problem.part("b", r"How many mistakes does the perceptron bound $R^2/\gamma^2$ allow, at most?")


@problem.givens(longest=Numbers(whole=True), margin=Exact(decimal=True))
def draw(rng: Draw, *, size: int = 3, largest: int = 9) -> dict[str, object]:
    longest = rng.distinct(max(2, size), 1, max(size + 1, largest))
    margin = Fraction(rng.int(10, 80), 50)  # of few or large margins one could guess the bound
    return {"longest": tuple([rng.choice((-1, 1)) * it for it in longest]), "margin": margin}


@problem.answer(marks=1, part=a)
def radius_squared(longest: Point) -> int:
    """The squares of the coordinates, and that of the one in front."""
    return sum([it * it for it in longest]) + 1


@radius_squared.require("the square of the norm is larger than the sum of the coordinates")
def _(radius_squared: int, longest: Point) -> bool:
    return radius_squared > sum(map(abs, longest))


@radius_squared.slip("leaves out the coordinate of the bias")
def _(longest: Point) -> int:
    return sum([it * it for it in longest])


@radius_squared.slip("adds the coordinates before it squares", may_coincide=True)
def _(longest: Point) -> int:
    return (1 + sum(longest)) ** 2


@problem.answer(marks=2, part=b)
def bound(radius_squared: int, margin: Rational) -> int:
    r"""After $m$ mistakes $u^\top w \geq m \gamma$, since each adds at least $\gamma$, and $\lVert w \rVert^2 \leq m
    R^2$, since each adds at most $R^2$: the mixed term is not positive where the perceptron was wrong. So $m^2 \gamma^2
    \leq m R^2$, and $m$ is the largest whole number up to $R^2/\gamma^2$.
    """
    return int(Fraction(radius_squared) / (Fraction(margin) ** 2))


@bound.slip("does not square the margin")
def _(radius_squared: int, margin: Rational) -> int:
    return int(radius_squared / Fraction(margin))


@bound.slip("does not divide by the margin")
def _(radius_squared: int) -> int:
    return radius_squared


@bound.slip("takes R for its square", may_coincide=True)
def _(radius_squared: int, margin: Rational) -> int:
    return isqrt(int(radius_squared / Fraction(margin) ** 2))


@bound.slip("rounds up")
def _(radius_squared: int, margin: Rational) -> int | None:
    ratio = radius_squared / Fraction(margin) ** 2
    return None if ratio.denominator == 1 else int(ratio) + 1


@problem.check
def _(longest: Point, margin: Rational) -> dict[str, object]:
    """Count mistakes up, one by one, as long as both bounds on the weights leave room for them."""
    extended = [1, *longest]
    square = sum([it * it for it in extended])
    above, below = margin.numerator, margin.denominator
    mistakes = 0
    while ((mistakes + 1) * above) ** 2 <= (mistakes + 1) * square * below**2:
        mistakes += 1
    return {"radius_squared": square, "bound": mistakes}
