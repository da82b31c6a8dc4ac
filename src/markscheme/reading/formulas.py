"""Formulas: what is read of an expression, as a small immutable tree, and its value at numbers.

A formula's cost is bounded where it is read; `evaluate` bounds the size of numbers on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import Any, Final, Literal, TypeAlias, TypeVar

from markscheme.exact import Rational

Operation: TypeAlias = Literal["+", "-", "*", "/", "^", "√", "ᵀ", "diag"]
Point: TypeAlias = Mapping[str, Any]
"""A number for each name, a sequence for each indexed one, and places, from 1, for the indices."""

_MOST_BITS: Final = 1_024
N = TypeVar("N", Fraction, Decimal)


class TooLarge(ArithmeticError):
    """A value with more digits than are worth comparing."""


class Irrational(ArithmeticError):
    """A root that no fraction is."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: Rational


@dataclass(frozen=True, slots=True)
class Name:
    """A declared symbol, or an entry of an indexed one."""

    name: str
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A sum, a product, a quotient, a power with a whole exponent, a root or a negative of formulas.

    Of matrices also a transpose, or the diagonal matrix with an entry for each place.
    """

    operation: Operation
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Summed:
    """A sum of the body over an index from 1 to a size, of which it may leave out one place."""

    index: str
    size: str
    body: Formula
    without: str | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A function of formulas by its name, such as `sin`; without parts, a constant such as `pi`."""

    function: str
    parts: tuple[Formula, ...] = ()


Formula: TypeAlias = Constant | Name | Applied | Summed | Called


def names_of(formula: Formula) -> Iterator[str]:
    """The names in a formula, with repetitions, and the indices and sizes that it needs."""
    match formula:
        case Name(name, index):
            yield name
            if index:
                yield index
        case Applied(_, parts) | Called(_, parts):
            for part in parts:
                yield from names_of(part)
        case Summed(index, size, body, without):
            yield size
            yield from (name for name in names_of(body) if name != index)
            if without:
                yield without
        case Constant():
            pass


def evaluate(formula: Formula, at: Point) -> Rational:
    """The exact value of a formula.

    >>> evaluate(Summed("j", "n", Applied("^", (Name("y", "j"), Constant(2)))), {"n": 2, "y": (3, 4)})
    Fraction(25, 1)

    Raises `ZeroDivisionError` where it is undefined, `Irrational` at a root that is no fraction, `TooLarge`, and
    `LookupError` where a name has no value.
    """
    return _value(formula, at, Fraction)


def approximate(formula: Formula, at: Point) -> Decimal:
    """The value in the digits of the decimal context. Raises `ArithmeticError` where it is undefined."""
    return _value(formula, at, Decimal)


def _value(formula: Formula, at: Point, kind: type[N]) -> N:
    match formula:
        case Constant(value):
            return _number(value, kind)
        case Name(name, index):
            return _number(at[name] if index is None else at[name][at[index] - 1], kind)
        case Summed(index, size, body, without):
            places = [place for place in range(1, int(at[size]) + 1) if without is None or place != at[without]]
            return _total([_value(body, {**at, index: place}, kind) for place in places], kind)
        case Applied("+", parts):
            return _total([_value(part, at, kind) for part in parts], kind)
        case Applied("*", parts):
            product = kind(1)
            for part in parts:
                product = _kept(product * _value(part, at, kind))
            return product
        case Applied("-", (part,)):
            return -_value(part, at, kind)
        case Applied("/", (above, below)):
            return _kept(_value(above, at, kind) / _value(below, at, kind))
        case Applied("^", (base, Constant(int(exponent)))):
            return _power(_value(base, at, kind), exponent)
        case Applied("√", (part,)):
            return _root(_value(part, at, kind))
        case Called():
            raise Irrational
        case Applied():
            raise TypeError(f"no formula is applied like {formula}")


def _number(value: Rational, kind: type[N]) -> N:
    return kind(value) if isinstance(value, int) else kind(value.numerator) / kind(value.denominator)


def _total(values: list[N], kind: type[N]) -> N:
    total = kind(0)
    for value in values:
        total = _kept(total + value)
    return total


def _power(base: N, exponent: int) -> N:
    if isinstance(base, Fraction) and abs(exponent) * _bits(base) > _MOST_BITS:
        raise TooLarge
    return base**exponent  # pyright: ignore[reportReturnType] (a whole exponent)


def _root(value: N) -> N:
    if value < 0:
        raise ZeroDivisionError("a negative number has no root")
    if isinstance(value, Decimal):
        return value.sqrt()
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    if above * above != value.numerator or below * below != value.denominator:
        raise Irrational
    return Fraction(above, below)


def _kept(value: N) -> N:
    if isinstance(value, Fraction) and _bits(value) > _MOST_BITS:
        raise TooLarge
    return value


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
