"""Hats that are dealt anew, some to each person, and who gets all their own."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, factorial, prod

from markscheme import Draw, Expression, Problem

IN_ABC = Expression(("A", "B", "C"))

problem = Problem(
    "mit18440/hats",
    version=1,
    source="18.440 midterm 1, MIT, Fall 2012, problem 2",
    text=r"""
    [[people]] people have [[hats]] hats each. All hats are shuffled and dealt again, [[hats]] to each person, so
    that every way to divide them is equally likely. $E_i$ is the event that person $i$ gets all of their own hats
    back.
    """,
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    people = rng.int(4, 6)
    return {"people": people, "hats": rng.int(2, 4), "first": rng.int(3, 4) if people == 4 else 3}


a = problem.part("a", "How many ways are there to divide the different hats among the different people?")
b = problem.part("b", "What is $P[E_1]$?")
c = problem.part("c", "What are $P[E_1 E_2]$ and $P[E_1 E_2 E_3]$?")
d = problem.part(
    "d",
    "Let $A = P[E_1]$, $B = P[E_1 E_2]$ and $C = P[E_1 E_2 E_3]$. Write the probability that at least one of the first "
    "[[first]] people gets all of their own hats back in $A$, $B$ and $C$.",
)


@problem.answer(marks=5, part=a)
def ways(people: int, hats: int) -> int:
    r"""The orders of all hats; within a person's hats the order does not matter.

    $([[people]] \cdot [[hats]])!/([[hats]]!)^{[[people]]}$
    """
    return factorial(people * hats) // factorial(hats) ** people


@ways.slip("tells the orders of a person's hats apart")
def _(people: int, hats: int) -> int:
    return factorial(people * hats)


@ways.slip("takes the people as alike")
def _(people: int, hats: int) -> int:
    return factorial(people * hats) // (factorial(hats) ** people * factorial(people))


def chance(people: int, hats: int, lucky: int) -> Fraction:
    return Fraction(1, prod([comb((people - i) * hats, hats) for i in range(lucky)]))


@problem.answer(marks=5, part=b, label="$P[E_1]$")
def one(people: int, hats: int) -> Fraction:
    """Of all sets of hats that person 1 may get, one is right."""
    return chance(people, hats, 1)


@one.slip("lets each hat come home by itself")
def _(people: int, hats: int) -> Fraction:
    return Fraction(1, people**hats)


@problem.answer(marks=3, part=c, label="$P[E_1 E_2]$")
def two(people: int, hats: int) -> Fraction:
    """Then person 2 gets some of the hats that are left."""
    return chance(people, hats, 2)


@two.slip("takes the events as independent")
def _(people: int, hats: int) -> Fraction:
    return chance(people, hats, 1) ** 2


@problem.answer(marks=2, part=c, label="$P[E_1 E_2 E_3]$")
def three(people: int, hats: int) -> Fraction:
    """And person 3 some of what is left then."""
    return chance(people, hats, 3)


@three.slip("takes the events as independent")
def _(people: int, hats: int) -> Fraction:
    return chance(people, hats, 1) ** 3


@problem.answer(marks=5, part=d, kind=IN_ABC, label="Probability", fixed=True)
def any_of_them(first: int) -> object:
    """Inclusion and exclusion; where all but one have their hats, so has the last one, and four at once are C again."""
    return IN_ABC.read("4A - 6B + 4C - C" if first == 4 else "3A - 3B + C")


@any_of_them.slip("adds them up")
def _(first: int) -> object:
    return IN_ABC.read(f"{first} A")


@problem.check
def _(people: int, hats: int, first: int) -> dict[str, object]:
    """Person by person, from the hats that are left; and by the inclusion of each set of people."""
    left, number = people * hats, 1
    while left:
        number *= comb(left, hats)
        left -= hats

    def lucky(count: int) -> Fraction:
        return Fraction(number // prod([comb((people - i) * hats, hats) for i in range(count)]), number)

    counts = [0, 0, 0]
    for size in range(1, first + 1):
        for group in combinations(range(first), size):
            counts[min(len(group), 3) - 1] += -1 if size % 2 == 0 else 1
    said = " + ".join([f"({count}) {name}" for count, name in zip(counts, "ABC", strict=True)])
    return {"ways": number, "one": lucky(1), "two": lucky(2), "three": lucky(3), "any_of_them": IN_ABC.read(said)}


problem.published(
    "fa12",
    givens={"people": 4, "hats": 2, "first": 4},
    key={
        "ways": 2520,
        "one": Fraction(1, 28),
        "two": Fraction(1, 420),
        "three": Fraction(16, factorial(8)),
        "any_of_them": "4A - 6B + 4C - C",
    },
)
