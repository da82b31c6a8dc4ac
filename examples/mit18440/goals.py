"""Goals of a game, minute by minute."""

from __future__ import annotations

from fractions import Fraction

from markscheme import Draw, Problem, Real

problem = Problem(
    "mit18440/goals",
    version=1,
    source="18.440 midterm 1, MIT, Fall 2012, problem 3(a) and (b)",
    text=r"""
    In each minute of a game of [[minutes]] minutes one goal falls with probability $[[goals]]/[[minutes]]$, and
    none otherwise, whatever happens in the other minutes. $N$ goals fall in all.
    """,
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"minutes": 10 * rng.int(4, 12), "goals": rng.int(1, 6)}


a = problem.part("a", "What are the mean and the variance of $N$, exactly?")
b = problem.part("b", "What is the probability of exactly one goal? An expression in numbers will do.")


@problem.answer(marks=4, part=a, label="$E[N]$")
def mean(goals: int) -> int:
    """As many minutes as the chance has in its denominator."""
    return goals


@problem.answer(marks=6, part=a, label=r"$\mathrm{Var}[N]$")
def variance(minutes: int, goals: int) -> Fraction:
    r"""The variance of a minute is $p(1 - p)$.

    $[[minutes]] \cdot \frac{[[goals]]}{[[minutes]]} \cdot \frac{[[minutes]] - [[goals]]}{[[minutes]]}$
    """
    return Fraction(goals * (minutes - goals), minutes)


@variance.slip("takes that of a Poisson variable")
def _(goals: int) -> Fraction:
    return Fraction(goals)


@problem.answer(marks=10, part=b, kind=Real(relative="1e-3"), label="Probability")
def one_goal(minutes: int, goals: int) -> float:
    r"""Any one of the minutes has it, and no other.

    $[[goals]] \cdot \left(\frac{[[minutes]] - [[goals]]}{[[minutes]]}\right)^{[[minutes]] - 1}$
    """
    return goals * (1 - goals / minutes) ** (minutes - 1)


@one_goal.slip("lets only one minute have it")
def _(minutes: int, goals: int) -> float:
    return goals / minutes * (1 - goals / minutes) ** (minutes - 1)


@one_goal.slip("forgets that the other minutes have none")
def _(minutes: int, goals: int) -> float:
    return float(goals)


@problem.check
def _(minutes: int, goals: int) -> dict[str, object]:
    """The probabilities of each number of goals, minute after minute."""
    p = Fraction(goals, minutes)
    chances = [Fraction(1)]
    for _ in range(minutes):
        chances = [
            (chances[i] if i < len(chances) else 0) * (1 - p) + (chances[i - 1] * p if i else 0)
            for i in range(min(len(chances) + 1, 3))
        ]
    mean = sum([p] * minutes)
    return {"mean": mean, "variance": sum([p - p * p] * minutes), "one_goal": float(chances[1])}


problem.published(
    "fa12",
    givens={"minutes": 90, "goals": 2},
    key={"mean": 2, "variance": Fraction(176, 90), "one_goal": 90 * (2 / 90) * (88 / 90) ** 89},
)
