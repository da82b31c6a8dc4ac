"""Kinds of answers that are numbers: an integer, an exact number, a real within a tolerance, and several numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, TypeAlias

from markscheme.exact import Rational
from markscheme.kinds.base import Comparison, Kind, Scoring
from markscheme.kinds.numerals import as_decimal, as_items, as_rational, in_digits, notation, written
from markscheme.kinds.tolerance import Bound, Tolerance, distance
from markscheme.language import Message, say
from markscheme.reading.arrays import read_vector
from markscheme.reading.limits import such_as
from markscheme.reading.numbers import read_number, read_real
from markscheme.reading.values import Approx
from markscheme.text.field import Form
from markscheme.text.notation import Listing, Notation, Number

AnyReal: TypeAlias = Rational | float


@dataclass(frozen=True)
class Integer(Kind[Rational]):
    """An integer. A fraction is read, and wrong; behind it may stand what is counted, or the `unit` that is asked for.

    >>> Integer().read("4/2"), Integer().read("2.0"), bool(Integer().compare(2, Integer().read("5/2")))
    (2, 2, False)
    """

    noun: ClassVar[str] = "an integer"
    form: ClassVar[Form] = "number"
    unit: str = ""

    @property
    def example(self) -> str:
        return "12"

    def read(self, text: str) -> Rational:
        return read_number(text, such_as("an integer", "12"), self.unit)

    def accept(self, value: object) -> Rational:
        number = as_rational(value)
        if not isinstance(number, int):
            raise TypeError(f"expected an integer, not {value!r}")
        return number

    def show(self, value: Rational) -> Notation:
        return notation(value)

    def write(self, value: Rational) -> str:
        return written(value)

    def difference(self, left: Rational, right: Rational) -> str:
        return f"{left} against {right}"


@dataclass(frozen=True)
class Exact(Kind[Rational]):
    """An exact number, shown as a fraction, or with `decimal` as a decimal where it has one that ends.

    A decimal of three digits or more agrees with a fraction without end that rounds to it, unless `rounding` is False.

    >>> Exact(decimal=True).write(Fraction(-13, 20)), Exact().write(Fraction(-13, 20))
    ('-0.65', '-13/20')
    >>> [bool(Exact().compare(Fraction(2, 3), Exact().read(it))) for it in ("0.667", "0.6666666666666666", "0.67")]
    [True, True, False]
    """

    noun: ClassVar[str] = "a number"
    form: ClassVar[Form] = "number"
    decimal: bool = False
    rounding: bool = True
    unit: str = ""

    @property
    def example(self) -> str:
        return "-0.65" if self.decimal else "3/4"

    def read(self, text: str) -> Rational:
        return read_number(text, such_as("a number", self.example), self.unit)

    def accept(self, value: object) -> Rational:
        return as_rational(value, "as written" if self.decimal else "whole")

    @property
    def is_lenient(self) -> bool:
        return False

    def compare(self, key: Rational, value: Rational) -> Comparison:
        agrees = key == value
        if not agrees and Tolerance(rounding=self.rounding).admits(key, value):
            return Comparison(True, say("rounded-off-by", off=_brief(distance(key, value))))
        return Comparison(agrees)

    def show(self, value: Rational) -> Notation:
        return notation(value, decimal=self.decimal)

    def write(self, value: Rational) -> str:
        return written(value, decimal=self.decimal)

    def difference(self, left: Rational, right: Rational) -> str:
        return f"{self.write(left)} against {self.write(right)}"


@dataclass(frozen=True)
class Real(Kind[AnyReal]):
    """A real number within a stated tolerance: absolute, relative to the key, or either.

    >>> print(Real(absolute=0.01).compare(0.3333, Real(absolute=0.01).read("1/3")).note)
    off by 3.33e-05, within the tolerance of 0.01
    >>> bool(Real(relative=0.001).compare(1.4142, Real(relative=0.001).read("sqrt(2)")))
    True

    Raises `ValueError` where no tolerance is stated.
    """

    noun: ClassVar[str] = "a real number"
    form: ClassVar[Form] = "number"
    tolerance: Tolerance
    unit: str = ""

    def __init__(self, *, absolute: Bound | None = None, relative: Bound | None = None, unit: str = "") -> None:
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative))
        object.__setattr__(self, "unit", unit)
        if self.tolerance.exact:
            raise ValueError("a real answer states its tolerance: Real(absolute=0.01) or Real(relative=0.001)")

    def __repr__(self) -> str:
        return f"Real(tolerance={self.tolerance})"

    @property
    def allows(self) -> Tolerance:
        return self.tolerance

    @property
    def example(self) -> str:
        return "0.25"

    def read(self, text: str) -> AnyReal:
        found = read_real(text, say("a-number-such-as"), self.unit)
        return Fraction(str(found.value.real)) if isinstance(found, Approx) else found

    def accept(self, value: object) -> AnyReal:
        number = as_rational(value, "exact")
        return float(value) if isinstance(value, float) else number

    def compare(self, key: AnyReal, value: AnyReal) -> Comparison:
        if key == value:
            return Comparison(True)
        agrees = self.tolerance.admits(key, value)
        code = "within-tolerance" if agrees else "beyond-tolerance"
        off = _brief(distance(key, value))
        return Comparison(agrees, Message(code, {"off": off, "tolerance": f"{self.tolerance}"}))

    def show(self, value: AnyReal) -> Notation:
        return Number(self.write(value))

    def write(self, value: AnyReal) -> str:
        return self.tolerance.rounded(value)

    def difference(self, left: AnyReal, right: AnyReal) -> str:
        return f"{_brief(Fraction(left))} against {_brief(Fraction(right))}"


@dataclass(frozen=True)
class Numbers(Kind[tuple[Rational, ...]]):
    """Several numbers, exact or each within a tolerance, in order or in any; `whole` ones are shown by their example.

    >>> key = Numbers().accept([-0.87, -1.31])
    >>> Numbers().write(key), bool(Numbers(ordered=False).compare(key, Numbers().read("-1.31 and -0.87")))
    ('-0.87, -1.31', True)
    """

    noun: ClassVar[str] = "a list of numbers"
    form: ClassVar[Form] = "list"
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
        rounding: bool = True,
    ) -> None:
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative, rounding=rounding))
        object.__setattr__(self, "ordered", ordered)
        object.__setattr__(self, "decimal", decimal)
        object.__setattr__(self, "whole", whole)
        object.__setattr__(self, "count", count)

    @property
    def allows(self) -> Tolerance:
        return self.tolerance

    @property
    def example(self) -> str:
        if self.whole:
            return ", ".join(("3", "7", "12", "5")[: self.count or 2])
        numbers = ("-0.5", "2.25", "-1.75", "3.5") if self.decimal else ("-1/2", "3", "5/4", "7")
        return ", ".join(numbers[: self.count or 2])

    def read(self, text: str) -> tuple[Rational, ...]:
        return tuple(read_vector(text, say("numbers-such-as", example=self.example)))

    def accept(self, value: object) -> tuple[Rational, ...]:
        floats = "exact" if self.tolerance.bounded else "as written" if self.decimal else "whole"
        numbers = tuple([as_rational(item, floats) for item in as_items(value, "numbers")])
        if not numbers or len(numbers) != (self.count or len(numbers)):
            raise TypeError(f"expected {self.count or 'some'} numbers, not {len(numbers)}")
        return numbers

    def compare(self, key: tuple[Rational, ...], value: tuple[Rational, ...]) -> Comparison:
        left, right = (key, value) if self.ordered else (sorted(key), sorted(value))
        agrees = len(left) == len(right) and all(map(self.tolerance.admits, left, right))
        near = agrees and tuple(left) != tuple(right)
        return Comparison(agrees, self.tolerance.note if near else "")

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry") if self.ordered else ("all-or-nothing",)

    def entries(self, key: tuple[Rational, ...], value: tuple[Rational, ...]) -> list[bool]:
        return list(map(self.tolerance.admits, key, value)) if len(key) == len(value) else []

    def show(self, value: tuple[Rational, ...]) -> Notation:
        return Listing(tuple([self._entry(number) for number in value]), "", "")

    def write(self, value: tuple[Rational, ...]) -> str:
        return ", ".join([self.written(number) for number in value])

    def difference(self, left: tuple[Rational, ...], right: tuple[Rational, ...]) -> str:
        if len(left) != len(right):
            return f"{len(left)} numbers against {len(right)}"
        pairs = zip(left, right, strict=True) if self.ordered else zip(sorted(left), sorted(right), strict=True)
        apart = [f"{self.written(a)} against {self.written(b)}" for a, b in pairs if not self.tolerance.admits(b, a)]
        return ", ".join(apart)

    def written(self, number: Rational) -> str:
        """One of the numbers as a student would type it."""
        if not self.tolerance.bounded or (self.decimal and as_decimal(number)):
            return written(number, decimal=self.decimal)
        return self.tolerance.rounded(number)

    def _entry(self, number: Rational) -> Notation:
        if self.tolerance.bounded:
            return Number(self.written(number))
        return notation(number, decimal=self.decimal)


def _brief(number: Fraction) -> str:
    decimal = as_decimal(number)
    return decimal if decimal and len(decimal) <= 8 else in_digits(number, 3)
