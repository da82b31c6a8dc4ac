"""Kinds of answers that are numbers: an integer, an exact number, a real within a tolerance, and several numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, TypeAlias

from markscheme.draw import Draw
from markscheme.exact import Rational
from markscheme.kinds.base import Comparison, Kind, Scoring
from markscheme.kinds.numerals import (
    as_decimal,
    as_items,
    as_rational,
    in_digits,
    introduced,
    notation,
    spelled,
    written,
)
from markscheme.kinds.tolerance import Bound, Tolerance, distance
from markscheme.reading.arrays import read_vector
from markscheme.reading.numbers import read_number
from markscheme.text.notation import Listing, Notation, Number

_MALFORMED: Final = (
    "?",
    "five",
    "2 apples",
    "1/0",
    "9**9**9**9",
    "1,5",
    "7x7",
    "[2, 3]",
    "(1",
    "1..2",
    "\\frac{1}{",
    "--",
)
AnyReal: TypeAlias = Rational | float


@dataclass(frozen=True)
class Integer(Kind[Rational]):
    """An integer. A fraction is read, and wrong.

    >>> Integer().read("4/2"), Integer().read("2.0"), bool(Integer().compare(2, Integer().read("5/2")))
    (2, 2, False)
    """

    noun: ClassVar[str] = "an integer"

    @property
    def example(self) -> str:
        return "12"

    def read(self, text: str) -> Rational:
        return read_number(text, "an integer such as 12")

    def accept(self, value: object) -> Rational:
        number = as_rational(value)
        if not isinstance(number, int):
            raise TypeError(f"expected an integer, not {value!r}")
        return number

    def show(self, value: Rational) -> Notation:
        return notation(value)

    def write(self, value: Rational) -> str:
        return written(value)

    def parting(self, left: Rational, right: Rational) -> str:
        return f"{left} against {right}"

    def right(self, key: Rational, rng: Draw) -> str:
        return introduced(spelled(key, rng), rng)

    def wrong(self, key: Rational, rng: Draw) -> str:
        return introduced(spelled(key + rng.choice((-2, -1, 1, 2, Fraction(1, 2))), rng), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(_MALFORMED)


@dataclass(frozen=True)
class Exact(Kind[Rational]):
    """An exact number, shown as a fraction, or with `decimal` as a decimal where it has one that ends.

    >>> Exact(decimal=True).write(Fraction(-13, 20)), Exact().write(Fraction(-13, 20))
    ('-0.65', '-13/20')
    """

    noun: ClassVar[str] = "a number"
    decimal: bool = False

    @property
    def example(self) -> str:
        return "-0.65" if self.decimal else "3/4"

    def read(self, text: str) -> Rational:
        return read_number(text, f"a number such as {self.example}")

    def accept(self, value: object) -> Rational:
        return as_rational(value, "as written" if self.decimal else "whole")

    def show(self, value: Rational) -> Notation:
        return notation(value, decimal=self.decimal)

    def write(self, value: Rational) -> str:
        return written(value, decimal=self.decimal)

    def parting(self, left: Rational, right: Rational) -> str:
        return f"{self.write(left)} against {self.write(right)}"

    def right(self, key: Rational, rng: Draw) -> str:
        return introduced(spelled(key, rng), rng)

    def wrong(self, key: Rational, rng: Draw) -> str:
        return introduced(spelled(key + rng.choice((-1, 1, Fraction(1, 10), Fraction(-1, 3))), rng), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(_MALFORMED)


@dataclass(frozen=True)
class Real(Kind[AnyReal]):
    """A real number within a stated tolerance: absolute, relative to the key, or either.

    >>> Real(absolute=0.01).compare(0.3333, Real(absolute=0.01).read("1/3"))
    Comparison(agrees=True, note='off by 3.33e-05, within the tolerance of 0.01')

    Raises `ValueError` where no tolerance is stated.
    """

    noun: ClassVar[str] = "a real number"
    tolerance: Tolerance

    def __init__(self, *, absolute: Bound | None = None, relative: Bound | None = None) -> None:
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative))
        if self.tolerance.exact:
            raise ValueError("a real answer states its tolerance: Real(absolute=0.01) or Real(relative=0.001)")

    def __repr__(self) -> str:
        return f"Real(tolerance={self.tolerance})"

    @property
    def example(self) -> str:
        return "0.25"

    def read(self, text: str) -> AnyReal:
        return read_number(text)

    def accept(self, value: object) -> AnyReal:
        number = as_rational(value, "exact")
        return float(value) if isinstance(value, float) else number

    def compare(self, key: AnyReal, value: AnyReal) -> Comparison:
        if key == value:
            return Comparison(True)
        agrees = self.tolerance.admits(key, value)
        off = f"off by {_brief(distance(key, value))}"
        return Comparison(agrees, f"{off}, {'within' if agrees else 'beyond'} the tolerance of {self.tolerance}")

    def show(self, value: AnyReal) -> Notation:
        return Number(self.write(value))

    def write(self, value: AnyReal) -> str:
        return self.tolerance.rounded(value)

    def parting(self, left: AnyReal, right: AnyReal) -> str:
        return f"{_brief(Fraction(left))} against {_brief(Fraction(right))}"

    def right(self, key: AnyReal, rng: Draw) -> str:
        exact = Fraction(key)
        short = exact.denominator < 10**9 and abs(exact.numerator) < 10**9
        return introduced(spelled(exact, rng) if short and rng.chance(1, 2) else self.write(key), rng)

    def wrong(self, key: AnyReal, rng: Draw) -> str:
        off = self.tolerance.beyond(key) * rng.choice((-1, 1))
        return introduced(self.write(Fraction(key) + off), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(_MALFORMED)


@dataclass(frozen=True)
class Numbers(Kind[tuple[Rational, ...]]):
    """Several numbers, exact or each within a tolerance, in order or in any; `whole` ones are shown by their example.

    >>> key = Numbers().accept([-0.87, -1.31])
    >>> Numbers().write(key), bool(Numbers(ordered=False).compare(key, Numbers().read("-1.31 and -0.87")))
    ('-0.87, -1.31', True)
    """

    noun: ClassVar[str] = "a list of numbers"
    tolerance: Tolerance
    ordered: bool = True
    decimal: bool = True
    whole: bool = False
    count: int | None = None

    def __init__(
        self,
        *,
        count: int | None = None,
        ordered: bool = True,
        decimal: bool = True,
        whole: bool = False,
        absolute: Bound | None = None,
        relative: Bound | None = None,
    ) -> None:
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative))
        object.__setattr__(self, "ordered", ordered)
        object.__setattr__(self, "decimal", decimal)
        object.__setattr__(self, "whole", whole)
        object.__setattr__(self, "count", count)

    @property
    def example(self) -> str:
        if self.whole:
            return ", ".join(("3", "7", "12", "5")[: self.count or 2])
        numbers = ("-0.5", "2.25", "-1.75", "3.5") if self.decimal else ("-1/2", "3", "5/4", "7")
        return ", ".join(numbers[: self.count or 2])

    def read(self, text: str) -> tuple[Rational, ...]:
        return tuple(read_vector(text, f"numbers such as {self.example}"))

    def accept(self, value: object) -> tuple[Rational, ...]:
        floats = "exact" if not self.tolerance.exact else "as written" if self.decimal else "whole"
        numbers = tuple([as_rational(item, floats) for item in as_items(value, "numbers")])
        if not numbers or len(numbers) != (self.count or len(numbers)):
            raise TypeError(f"expected {self.count or 'some'} numbers, not {len(numbers)}")
        return numbers

    def compare(self, key: tuple[Rational, ...], value: tuple[Rational, ...]) -> Comparison:
        left, right = (key, value) if self.ordered else (sorted(key), sorted(value))
        agrees = len(left) == len(right) and all(map(self.tolerance.admits, left, right))
        near = agrees and tuple(left) != tuple(right)
        return Comparison(agrees, f"within the tolerance of {self.tolerance}" if near else "")

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry") if self.ordered else ("all-or-nothing",)

    def entries(self, key: tuple[Rational, ...], value: tuple[Rational, ...]) -> list[bool]:
        return list(map(self.tolerance.admits, key, value)) if len(key) == len(value) else []

    def show(self, value: tuple[Rational, ...]) -> Notation:
        return Listing(tuple([self._entry(number) for number in value]), "", "")

    def write(self, value: tuple[Rational, ...]) -> str:
        return ", ".join([self._written(number) for number in value])

    def parting(self, left: tuple[Rational, ...], right: tuple[Rational, ...]) -> str:
        if len(left) != len(right):
            return f"{len(left)} numbers against {len(right)}"
        pairs = zip(left, right, strict=True) if self.ordered else zip(sorted(left), sorted(right), strict=True)
        apart = [f"{self._written(a)} against {self._written(b)}" for a, b in pairs if not self.tolerance.admits(b, a)]
        return ", ".join(apart)

    def right(self, key: tuple[Rational, ...], rng: Draw) -> str:
        numbers = key if self.ordered else rng.shuffled(key)
        divider = rng.choice((", ", ",", " ", "; ", "\n", " and "))
        return introduced(divider.join([self._written(number) for number in numbers]), rng)

    def wrong(self, key: tuple[Rational, ...], rng: Draw) -> str:
        numbers = list(key)
        if rng.chance(1, 4):
            return self.write((*numbers, numbers[0]))
        place = rng.below(len(numbers))
        greatest = max(numbers) if rng.chance(1, 2) else min(numbers)
        beyond = self.tolerance.beyond(greatest)
        numbers[place] = greatest + beyond if greatest == max(numbers) else greatest - beyond
        return introduced(self.write(tuple(numbers)), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(("?", "[2, 3", "2, three", "2,, 3", "[1, 2; 3, 4]", "1 2, 3", "[]", "1/0, 2", "1 < x < 4"))

    def _written(self, number: Rational) -> str:
        if self.tolerance.exact or (self.decimal and as_decimal(number)):
            return written(number, decimal=self.decimal)
        return self.tolerance.rounded(number)

    def _entry(self, number: Rational) -> Notation:
        return notation(number, decimal=self.decimal) if self.tolerance.exact else Number(self._written(number))


def _brief(number: Fraction) -> str:
    decimal = as_decimal(number)
    return decimal if decimal and len(decimal) <= 8 else in_digits(number, 3)
