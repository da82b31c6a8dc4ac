"""Exact numbers as people write them, and the numbers of programs as exact ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, Final, Literal, TypeAlias, cast

from markscheme.exact import Rational
from markscheme.text.notation import Number, Ratio

Floats: TypeAlias = Literal["whole", "as written", "exact"]
_MOST_PLACES: Final = 40

_LARGE_FLOAT: Final = 10**300


def as_decimal(value: Rational) -> str | None:
    """The number as a decimal, if it has one that ends.

    >>> as_decimal(Fraction(-13, 20)), as_decimal(Fraction(1, 3))
    ('-0.65', None)
    """
    above, below = value.numerator, value.denominator
    if below == 1:
        return str(above)
    twos = (below & -below).bit_length() - 1
    fives, rest = 0, below >> twos
    while rest % 5 == 0 and fives <= _MOST_PLACES:
        fives, rest = fives + 1, rest // 5
    places = max(twos, fives)
    if rest != 1 or places > _MOST_PLACES:
        return None
    digits = str(abs(above) * 10**places // below).zfill(places + 1)
    return f"{'-' if above < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def in_digits(value: Rational | Decimal, digits: int) -> str:
    """A number rounded to that many digits, however large it is.

    >>> in_digits(Fraction(1, 3), 3), in_digits(Fraction(10**400), 3)
    ('0.333', '1.00e+400')
    """
    if not isinstance(value, Decimal):
        value = Decimal(value.numerator) / value.denominator
    return f"{float(value):.{digits}g}" if abs(value) < _LARGE_FLOAT else f"{value:.{digits - 1}e}"


def notation(value: Rational, *, decimal: bool = False) -> Number | Ratio:
    """The number as a decimal where that is wanted and ends, else as an integer or a fraction."""
    if isinstance(value, int) or value.denominator == 1:
        return Number(str(value))
    written = as_decimal(value) if decimal else None
    return Number(written) if written else Ratio(str(value.numerator), str(value.denominator))


def written(value: Rational, *, decimal: bool = False) -> str:
    """The number as a student would type it."""
    return (as_decimal(value) if decimal else None) or str(value)


def as_rational(value: object, floats: Floats = "whole") -> Rational:
    """The exact number of a program's value: of an int, a Fraction, a Decimal, a float, or a scalar array.

    >>> as_rational(Decimal("-0.65")), as_rational(2.0), as_rational(0.1, "as written")
    (Fraction(-13, 20), 2, Fraction(1, 10))

    A float that is no whole number is taken for the decimal that it is written as, for its exact binary value, or
    refused. Raises `TypeError`.
    """
    if isinstance(value, bool):
        raise TypeError(f"expected a number, not {value}")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Fraction):
        return _simplest(value)
    if isinstance(value, Decimal | float):
        return _finite(value, floats)
    unpacked = unpacked_array(value)
    if unpacked is value or isinstance(unpacked, list):
        raise TypeError(f"expected a number, not {value!r}")
    return as_rational(unpacked, floats)


def as_items(value: object, what: str) -> list[object]:
    """The items of a program's list, tuple or array. Raises `TypeError`."""
    unpacked = unpacked_array(value)
    if isinstance(unpacked, Sequence) and not isinstance(unpacked, str | bytes):
        return list(cast("Sequence[object]", unpacked))
    raise TypeError(f"expected {what} as a list, a tuple or an array, not {value!r}")


def _finite(value: Decimal | float, floats: Floats) -> Rational:
    if not isfinite(value):
        raise TypeError(f"expected a finite number, not {value}")
    if isinstance(value, Decimal) or float(value).is_integer() or floats == "exact":
        return _simplest(Fraction(value))
    if floats == "as written":
        return Fraction(repr(value))
    raise TypeError(f"expected an exact number, such as a Fraction or a Decimal, not the float {value!r}")


def unpacked_array(value: object) -> object:
    """An array or an array's scalar as lists and Python numbers."""
    tolist: Callable[[], Any] | None = getattr(value, "tolist", None)
    return tolist() if callable(tolist) else value


def _simplest(value: Fraction) -> Rational:
    return value.numerator if value.denominator == 1 else value
