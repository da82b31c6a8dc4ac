"""Marks, exact, and the statuses of answers: as values, as data and as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from markscheme.language import Message, say

Marks: TypeAlias = int | Fraction
Status: TypeAlias = Literal["right", "follow-through", "slip", "wrong", "unreadable", "blank", "by hand"]


def exact_marks(marks: float | Fraction) -> Marks:
    """Marks as an int where they are whole, exactly otherwise.

    >>> exact_marks(2.0), exact_marks(2.5)
    (2, Fraction(5, 2))
    """
    exact = Fraction(str(marks)) if isinstance(marks, float) else Fraction(marks)
    return exact.numerator if exact.denominator == 1 else exact


def total(marks: Iterable[Marks]) -> Marks:
    """The sum of marks, exact.

    >>> total([2, Fraction(1, 2), Fraction(1, 2)])
    3
    """
    summed = sum(marks)
    return summed if isinstance(summed, int) else exact_marks(summed)


def shared(whole: Marks, weights: Sequence[Marks]) -> list[Marks]:
    """Marks shared in proportion to weights, as people give them: whole ones, or halves where whole ones are too few.

    What is left over goes to the largest remainders, the first of them first. Where every share is whole or half as it
    is, it stays so.

    >>> shared(10, [2, 2, 2, 1]), shared(10, [1, 1, 1]), shared(Fraction(3, 2), [1, 2])
    ([3, 3, 3, 1], [4, 3, 3], [Fraction(1, 2), 1])
    """
    sum_of = Fraction(total(weights)) or Fraction(1)
    exact = [whole * Fraction(weight) / sum_of for weight in weights]
    if all([(2 * share).denominator == 1 for share in exact]):
        return [exact_marks(share) for share in exact]
    for unit in (Fraction(1), Fraction(1, 2), Fraction(1, 4)):
        floors = [share // unit for share in exact]
        left = Fraction(whole) / unit - sum(floors)
        if left.denominator == 1:
            largest = sorted(range(len(exact)), key=lambda i: floors[i] * unit - exact[i])[: int(left)]
            units = [floor + (i in largest) for i, floor in enumerate(floors)]
            if all([count or not share for count, share in zip(units, exact, strict=True)]):
                return [exact_marks(count * unit) for count in units]
    return [exact_marks(share) for share in exact]


def to_halves(marks: Marks) -> Marks:
    """Marks rounded to halves, as a person would give them; a quarter goes up.

    >>> to_halves(Fraction(510, 11)), to_halves(Fraction(5, 4)), to_halves(2)
    (Fraction(93, 2), Fraction(3, 2), 2)
    """
    return exact_marks(Fraction((4 * Fraction(marks) + 1) // 2, 2))


def written(marks: Marks) -> str:
    """Marks for people: `2`, `2.5`, or `1/3` where decimals do not end."""
    if isinstance(marks, int):
        return str(marks)
    decimal = f"{float(marks):g}"
    return decimal if Fraction(decimal) == marks else str(marks)


def exactly(marks: Marks) -> int | str:
    """Marks for JSON, with nothing lost: a whole number, or a text such as `"2.5"` or `"1/3"`."""
    return marks if isinstance(marks, int) else written(marks)


def marks_from(data: int | str) -> Marks:
    """The marks that `exactly` made the data of.

    >>> marks_from(2), marks_from("1/3")
    (2, Fraction(1, 3))
    """
    return data if isinstance(data, int) else exact_marks(Fraction(data))


def plain(marks: Marks) -> float:
    """Marks as a JSON number."""
    return marks if isinstance(marks, int) else float(marks)


def status_of(status: Status) -> Message:
    """A status as people read it."""
    return say(f"status-{status.replace(' ', '-')}")
