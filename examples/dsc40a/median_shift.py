"""What a new value does to the mean absolute error of a constant."""

from __future__ import annotations

from fractions import Fraction
from statistics import median
from typing import Literal

from markscheme import Draw, Expression, Problem

IN_N = Expression(("n",))
Ends = Literal["open", "closed left", "closed right", "closed"]

problem = Problem(
    "dsc40a/median_shift",
    version=1,
    source="DSC 40A midterm, UC San Diego, Spring 2024, problem 3",
    text=r"""
    A data set has $n > [[k]]$ values $y_1 < \dots < y_n$, and $R(h)$ is the mean absolute error of the constant
    prediction $h$. One more value $\alpha$, none of these, is added, and $S(h)$ is the mean absolute error on all
    $n + 1$ values. Every $h$ between [[low]] and [[high]] minimizes $S$, and no other but perhaps the ends. Right
    after $\alpha$ the slope of $S$ is $([[at_n]] n + [[at_1]])/(n + 1)$.
    """,
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    low, k, sign = rng.int(2, 40), 2 * rng.int(1, 6) + 1, rng.choice((1, -1))
    return {"low": low, "high": low + rng.int(2, 9), "k": k, "at_n": sign, "at_1": -sign * k}


ends = problem.part("a", r"Which ends of the interval minimize $S$ as well?")
before = problem.part("b", r"Which value minimizes $R$?")
slope = problem.part("c", r"What is the slope of $S$ right before $\alpha$?")


@problem.answer(part=ends, label="Ends", fixed=True)
def closed() -> Ends:
    """Between two middle values the sum of the distances is constant, and it is continuous: both ends belong to it."""
    return "closed"


@problem.answer(marks=2, part=before)
def minimizer(low: int, high: int, at_n: int) -> int:
    r"""Where $S$ falls, $\alpha$ is in the lower half: without it the upper middle value is the median."""
    return high if at_n < 0 else low


@minimizer.slip("takes the other middle value")
def _(low: int, high: int, at_n: int) -> int:
    return low if at_n < 0 else high


@problem.answer(marks=2, part=slope, kind=IN_N, label="Slope")
def slope_before(at_n: int, at_1: int) -> object:
    r"""A slope is what lies before less what lies after, over $n + 1$; $\alpha$ changes sides: 2 less."""
    return IN_N.read(f"({at_n} n + {at_1 - 2})/(n + 1)")


@slope_before.slip("moves one value only")
def _(at_n: int, at_1: int) -> object:
    return IN_N.read(f"({at_n} n + {at_1 - 1})/(n + 1)")


@slope_before.slip("goes the wrong way")
def _(at_n: int, at_1: int) -> object:
    return IN_N.read(f"({at_n} n + {at_1 + 2})/(n + 1)")


@problem.check
def _(low: int, high: int, k: int, at_n: int, at_1: int) -> dict[str, object]:
    """On data that are made so: the median without the new value, and slopes as differences, at two sizes."""
    found: dict[str, object] = {}
    tops: list[tuple[int, Fraction]] = []
    for n in (k + 2, k + 4):
        half = (n + 1) // 2
        values = [low - 10 * i for i in range(half)][::-1] + [high + 10 * i for i in range(half)]
        place = (n + 1 + at_n * n + at_1) // 2 - 1  # so many stand before or at it
        alpha = values[place]

        def error(h: Fraction, values: list[int] = values) -> Fraction:
            return sum((abs(y - h) for y in values), Fraction(0)) / len(values)

        step = Fraction(1, 10)
        assert (error(alpha + step) - error(Fraction(alpha))) / step == Fraction(at_n * n + at_1, n + 1)
        tops.append((n, (error(Fraction(alpha)) - error(alpha - step)) / step * (n + 1)))
        found["minimizer"] = median([y for y in values if y != alpha])
        least = error(Fraction(low + high, 2))
        shut = {
            (True, True): "closed",
            (True, False): "closed left",
            (False, True): "closed right",
            (False, False): "open",
        }
        found["closed"] = shut[error(Fraction(low)) == least, error(Fraction(high)) == least]
    (n_1, top_1), (n_2, top_2) = tops
    grows = (top_2 - top_1) / (n_2 - n_1)
    found["slope_before"] = IN_N.read(f"({grows} n + {top_1 - grows * n_1})/(n + 1)")
    return found


problem.published(
    "sp24",
    givens={"low": 7, "high": 9, "k": 5, "at_n": -1, "at_1": 5},
    key={"closed": "closed", "minimizer": 9, "slope_before": "(3 - n)/(1 + n)"},
)
