"""Values: exact numbers where they are rational, else digits with a bound of their error; matrices of both.

The bound is what makes "the same" and "another" more than a guess: two numbers agree if they differ by no more than
what was lost in computing them, which is relative to the size of what was added up, and never an absolute amount.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, isqrt
from typing import Any, Final, TypeAlias

from markscheme.exact import Matrix, Rational
from markscheme.language import Message, say

DIGITS: Final = 60
MOST_BITS: Final = 2_048
"""Of a fraction; a larger one goes on as digits."""
LARGEST: Final = 1 << 17
"""Of the exponent of a number, to the base 2."""
_MEANT: Final = 50
_EXACT: Final = 80
"""Bits that two numbers must have in common to be the same, and to be so without a look at more digits."""
_SURE: Final = 16
"""Bits beyond the error from which two numbers are surely others."""
_NOTHING: Final = -(1 << 40)
_LOCAL = threading.local()


class Undefined(ArithmeticError):
    """No value of the sort that is wanted: a division by zero, a root of a negative number, shapes that do not fit."""


class Misfit(Undefined):
    """Operands whose shapes do not fit; says which."""


class TooLarge(ArithmeticError):
    """A value with more digits than are worth comparing."""


class Irrational(ArithmeticError):
    """A value that no fraction is."""


def digits_at(digits: int) -> Any:
    """Mpmath at a precision, a context of its own for each thread; complex numbers are let through."""
    contexts: dict[int, Any] | None = getattr(_LOCAL, "contexts", None)
    if contexts is None:
        contexts = _LOCAL.contexts = {}
    if digits not in contexts:
        from mpmath.ctx_mp import MPContext  # noqa: PLC0415 (50 ms that few answers need)  # pyright: ignore[reportMissingTypeStubs]

        contexts[digits] = MPContext()
        contexts[digits].dps = digits
    return contexts[digits]


@dataclass(frozen=True, slots=True)
class Approx:
    """Digits (an `mpf` or `mpc`) whose error is below 2 to the power of `error`.

    >>> third = Approx.of(Fraction(1, 3), 60)
    >>> agree(third * 3, 1), agree(third, Fraction(1, 3) + Fraction(1, 10**50))
    (True, False)
    """

    value: Any
    error: int
    digits: int = DIGITS

    @classmethod
    def of(cls, number: Rational | Approx, digits: int) -> Approx:
        """A number as digits."""
        if isinstance(number, Approx):
            return number
        mp = digits_at(digits)
        exact = mp.mpf(number.numerator) / number.denominator
        return cls(exact, size_of(exact) - mp.prec, digits)

    def made(self, value: Any, *errors: int) -> Approx:
        """Another value, of which parts have these errors. Raises `TooLarge` and `Undefined`."""
        mp = digits_at(self.digits)
        if mp.isnan(value) or mp.isinf(value):
            raise Undefined(say("no-value"))
        size = size_of(value)
        if size > LARGEST or (size < -LARGEST and value):
            raise TooLarge
        return Approx(value, max(size - mp.prec, *errors) + 1, self.digits)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Matrix | Identity):
            return NotImplemented
        it = Approx.of(other, self.digits)
        return self.made(self.value + it.value, self.error, it.error)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Matrix | Identity):
            return NotImplemented
        it = Approx.of(other, self.digits)
        return self.made(self.value * it.value, self.error + size_of(it.value), it.error + size_of(self.value))

    def __truediv__(self, other: Any) -> Any:
        it = Approx.of(other, self.digits)
        if not it.is_away_from_zero:
            raise Undefined(say("divided-by-zero"))
        quotient, below = self.value / it.value, size_of(it.value)
        return self.made(quotient, self.error - below + 1, it.error + size_of(quotient) - below + 1)

    def __rtruediv__(self, other: Any) -> Any:
        return Approx.of(other, self.digits) / self

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __neg__(self) -> Approx:
        return Approx(-self.value, self.error, self.digits)

    __radd__, __rmul__ = __add__, __mul__

    @property
    def is_away_from_zero(self) -> bool:
        """Whether it is surely not zero."""
        return bool(self.value) and size_of(self.value) > self.error + 1

    @property
    def is_real(self) -> bool:
        return not hasattr(self.value, "_mpc_") or size_of(self.value.imag) <= self.error + 1

    @property
    def whole(self) -> int | None:
        """The whole number that it is, as far as its digits tell."""
        if not self.is_real or self.error > -8:
            return None
        mp = digits_at(self.digits)
        nearest = int(mp.nint(self.value.real))
        return nearest if size_of(self.value.real - nearest) <= self.error + 1 else None

    def short(self, digits: int) -> str:
        """Its first digits."""
        return digits_at(self.digits).nstr(self.value.real if self.is_real else self.value, digits)

    def __str__(self) -> str:
        return self.short(10)


Number: TypeAlias = Rational | Approx


@dataclass(frozen=True, slots=True)
class Identity:
    """A multiple of the identity, of whatever size is wanted."""

    factor: Any = 1

    def sized(self, size: int) -> Matrix:
        """It as a matrix."""
        return Matrix([[self.factor if i == j else 0 for j in range(size)] for i in range(size)])


Value: TypeAlias = Any
"""A number, a multiple of the identity, or a matrix."""


def size_of(value: Any) -> int:
    """The exponent of a number's size, to the base 2; far below all others for 0."""
    if not value:
        return _NOTHING
    if hasattr(value, "_mpc_"):
        return max(size_of(value.real), size_of(value.imag)) + 1
    _, _, exponent, bits = value._mpf_
    return exponent + bits


def agree(one: Value, other: Value) -> bool | None:
    """Whether two values are the same; None where digits cannot tell."""
    if isinstance(one, Matrix) or isinstance(other, Matrix):
        return _matrices_agree(one, other)
    if isinstance(one, Identity) and isinstance(other, Identity):
        return agree(one.factor, other.factor)
    if isinstance(one, Identity) or isinstance(other, Identity):
        return False
    if not isinstance(one, Approx) and not isinstance(other, Approx):
        return one == other
    digits = min([it.digits for it in (one, other) if isinstance(it, Approx)])
    left, right = Approx.of(one, digits), Approx.of(other, digits)
    off, error = size_of(left.value - right.value), max(left.error, right.error)
    if off == _NOTHING:
        return True
    if off > error + _SURE:
        return False
    scale = max(size_of(left.value), size_of(right.value))
    return True if off <= error + 2 and (error < scale - _MEANT or scale <= error + 2) else None


def is_rough(one: Value, other: Value) -> bool:
    """Whether few digits of two values are known, so that a look at more is worth it."""
    numbers = [it for it in (one, other) if isinstance(it, Approx)]
    return any([it.error >= size_of(it.value) - _EXACT for it in numbers])


def _matrices_agree(one: Value, other: Value) -> bool | None:
    if isinstance(one, Identity) or isinstance(other, Identity):
        matrix = one if isinstance(one, Matrix) else other
        size = len(matrix) if isinstance(matrix, Matrix) else 1
        one, other = [it.sized(size) if isinstance(it, Identity) else it for it in (one, other)]
    if not isinstance(one, Matrix) or not isinstance(other, Matrix):
        return False
    if one.shape != other.shape:
        return False
    found = [
        agree(a, b) for row, other_row in zip(one, other, strict=True) for a, b in zip(row, other_row, strict=True)
    ]
    return False if False in found else None if None in found else True


# Arithmetic of whatever is there

_NUMBERS: Final = frozenset({int, Fraction})


def kept(value: Any) -> Any:
    """A value, its fractions no larger than is worth it: beyond that they go on as digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value.bit_length() <= MOST_BITS else _shortened(value)
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return kept(value.numerator)
        longest = max(value.numerator.bit_length(), value.denominator.bit_length())
        return value if longest <= MOST_BITS else _shortened(value)
    if isinstance(value, Matrix):
        return Matrix([[kept(entry) for entry in row] for row in value])
    return value


def _shortened(value: Rational) -> Approx:
    if abs(value.numerator.bit_length() - value.denominator.bit_length()) > LARGEST:
        raise TooLarge
    return Approx.of(value, DIGITS)


def add(left: Value, right: Value) -> Value:
    """A sum. Raises `Misfit`."""
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return kept(left + right)
    match left, right:
        case Identity(), Identity():
            return Identity(add(left.factor, right.factor))
        case Matrix(), Identity():
            return add(left, right.sized(side_of(left, "identity-not-square")))
        case Identity(), Matrix():
            return add(right, left)
        case Matrix(), Matrix() if left.shape == right.shape:
            return kept(
                Matrix([[add(a, b) for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)])
            )
        case Matrix() | Identity(), _:
            raise misfit("cannot-add", left, right)
        case _, Matrix() | Identity():
            raise misfit("cannot-add", left, right)
        case _:
            return kept(left + right)


def multiply(left: Value, right: Value) -> Value:
    """A product. Raises `Misfit`."""
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return kept(left * right)
    match left, right:
        case Matrix(), Matrix():
            if left.shape[1] != right.shape[0]:
                raise misfit("cannot-multiply", left, right)
            columns = list(zip(*right, strict=True))
            return Matrix([[_dot(row, column) for column in columns] for row in left])
        case Identity(), Identity():
            return Identity(multiply(left.factor, right.factor))
        case Matrix(), Identity(factor):
            return multiply(factor, left)
        case Identity(factor), Matrix():
            return multiply(factor, right)
        case Matrix(), _:
            return multiply(right, left)
        case _, Matrix():
            return Matrix([[multiply(left, entry) for entry in row] for row in right])
        case Identity(), _:
            return Identity(multiply(left.factor, right))
        case _, Identity():
            return Identity(multiply(left, right.factor))
        case _:
            return kept(left * right)


def _dot(row: tuple[Any, ...], column: tuple[Any, ...]) -> Any:
    return reduce(add, [multiply(a, b) for a, b in zip(row, column, strict=True)], 0)


def divide(above: Value, below: Value) -> Value:
    """A quotient by a number. Raises `Misfit` where it is by a matrix, and `Undefined` where it is by zero."""
    if isinstance(below, Matrix | Identity):
        raise Misfit(say("quotient-by-matrix"))
    if isinstance(below, Approx):
        return multiply(above, 1 / below)
    if below == 0:
        raise Undefined(say("divided-by-zero"))
    return multiply(above, Fraction(1) / below)


def whole_power(base: Value, exponent: int) -> Value:
    """A power with a whole exponent. Raises `Misfit`, `Undefined` and `TooLarge`."""
    if isinstance(base, Identity):
        return Identity(whole_power(base.factor, exponent))
    if isinstance(base, Matrix):
        side = side_of(base, "inverse-not-square")
        factor = base if exponent >= 0 else inverse(base)
        return reduce(multiply, [factor] * min(abs(exponent), 64), Identity().sized(side))
    if isinstance(base, Approx):
        if exponent < 0 and not base.is_away_from_zero:
            raise Undefined(say("divided-by-zero"))
        if abs(exponent) * max(1, abs(size_of(base.value))) > LARGEST and base.value:
            raise TooLarge
        value = base.value**exponent
        lost = base.error + size_of(value) - size_of(base.value) if base.value else base.error
        return base.made(value, lost + exponent.bit_length())
    if base == 0 and exponent < 0:
        raise Undefined(say("divided-by-zero"))
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(exponent) * bits > MOST_BITS:
        return base if base in (0, 1) else whole_power(Approx.of(base, DIGITS), exponent)
    return kept(Fraction(base) ** exponent)


def inverse(matrix: Matrix) -> Matrix:
    """The inverse of a matrix of fractions. Raises `Undefined` where there is none."""
    entries: list[Value] = [entry for row in matrix for entry in row]
    if not all(isinstance(entry, int | Fraction) for entry in entries):
        raise Undefined(say("inverse-not-computed"))
    try:
        return kept(matrix.inverse())
    except ZeroDivisionError:
        raise Undefined(say("singular-has-no-inverse")) from None


def determinant(matrix: Matrix) -> Value:
    """The determinant, by expansion along the first row."""
    side = side_of(matrix, "determinant-not-square")
    if side == 1:
        return matrix[0][0]
    minors = [Matrix([[*row[:j], *row[j + 1 :]] for row in matrix[1:]]) for j in range(side)]
    terms = [multiply((-1) ** j * matrix[0][j], determinant(minor)) for j, minor in enumerate(minors)]
    return reduce(add, terms)


def root(value: Rational, index: int) -> Rational | None:
    """The exact root of a fraction, where it is one; of a negative one where the index is odd.

    >>> root(Fraction(9, 4), 2), root(-8, 3), root(2, 2)
    (Fraction(3, 2), -2, None)
    """
    if value < 0:
        positive = root(-value, index) if index % 2 else None
        return None if positive is None else -positive
    above, below = [_whole_root(it, index) for it in (value.numerator, value.denominator)]
    return None if above is None or below is None else kept(Fraction(above, below))


def _whole_root(value: int, index: int) -> int | None:
    if index == 2:
        found = isqrt(value)
    elif value.bit_length() > 900:
        return None
    else:
        found = round(value ** (1 / index)) if value else 0
        found = next((it for it in (found - 1, found, found + 1) if it >= 0 and it**index == value), -1)
    return found if found >= 0 and found**index == value else None


def side_of(matrix: Matrix, rule: str) -> int:
    """How many rows a square matrix has. Raises `Misfit` for another; `rule` is the code of what asks for it."""
    rows, columns = matrix.shape
    if rows != columns:
        raise Misfit(Message(rule, {"rows": rows, "columns": columns}))
    return rows


def _shape(value: Value) -> Message:
    if isinstance(value, Matrix):
        rows, columns = value.shape
        return say("a-matrix-of", rows=rows, columns=columns)
    return say("a-multiple-of-I") if isinstance(value, Identity) else say("a-number")


def misfit(code: str, left: Value, right: Value) -> Misfit:
    """What to raise where the shapes of two values do not allow an operation, whose code says which."""
    return Misfit(Message(code, {"left": _shape(left), "right": _shape(right)}))


def whole_numbers(values: list[Any]) -> list[int]:
    """Values as whole numbers. Raises `Undefined` where one is none."""
    found = [it.whole if isinstance(it, Approx) else it if isinstance(it, int) else None for it in values]
    if None in found:
        raise Undefined(say("for-whole-numbers"))
    return [it for it in found if it is not None]


def least_common_multiple(values: list[int]) -> int:
    """The least positive number of which all are divisors; 0 if one of them is 0."""
    return reduce(lambda a, b: abs(a * b) // gcd(a, b) if a and b else 0, values)
