"""How far from the key a submitted number may lie."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ulp
from typing import Final, TypeAlias

from markscheme.exact import Rational
from markscheme.kinds.numerals import as_decimal
from markscheme.language import Message, say

Bound: TypeAlias = Rational | float | str
_SHORT: Final = 12
_LONG: Final = 20
DIGITS_OF_DOUBLES: Final = 15
LEAST_DIGITS: Final = 3
"""Digits that a decimal needs to stand for a number that has none to its end."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A bound on the distance from the key, on its ratio to the key, or on either; with no bound, exactness.

    With `rounding`, a decimal of three digits or more also agrees with a number without end that rounds to it.

    >>> Tolerance(absolute=0.01).admits(1, Fraction("1.01"))
    True
    >>> [Tolerance(rounding=True).admits(Fraction(1, 3), Fraction(it)) for it in ("0.333", "0.33", "0.334")]
    [True, False, False]
    >>> Tolerance(relative="1e-3").admits(0, Fraction("1e-9"))
    False

    A float or a text bound counts as the decimal that it is written as. Raises `ValueError` for a negative bound.
    """

    absolute: Fraction | None = None
    relative: Fraction | None = None
    rounding: bool = False

    def __init__(self, absolute: Bound | None = None, relative: Bound | None = None, *, rounding: bool = False) -> None:
        object.__setattr__(self, "absolute", _bound("absolute", absolute))
        object.__setattr__(self, "relative", _bound("relative", relative))
        object.__setattr__(self, "rounding", rounding)

    @property
    def bounded(self) -> bool:
        """Whether it states how far a number may lie from the key."""
        return self.absolute is not None or self.relative is not None

    @property
    def exact(self) -> bool:
        return not self.bounded and not self.rounding

    @property
    def note(self) -> Message:
        """How numbers agree that are not the same."""
        return say("agrees-within-tolerance", tolerance=f"{self}") if self.bounded else say("agrees-rounded")

    def admits(self, key: Rational | float, value: Rational | float) -> bool:
        if key == value:
            return True
        if self.exact:
            return False
        if (
            self.rounding
            and not self.bounded
            and is_rounding(Fraction(key), value if isinstance(value, Fraction) else Fraction(value))
        ):
            return True
        return self.bounded and distance(key, value) <= self._width(key)

    def beyond(self, key: Rational | float) -> Rational:
        """A distance from the key that is surely too far."""
        return 1 + 2 * int(self._width(key) + 1) if self.bounded else 1

    def rounded(self, value: Rational | float) -> str:
        """The number in digits, rounded well within the tolerance where it is long."""
        exact = Fraction(value)
        written = as_decimal(exact)
        if written is not None and len(written) <= _SHORT:
            return written
        with localcontext() as context:
            context.prec = 50 if self.relative is None else min(50, _places(self.relative) + 1)
            decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
            if self.relative is None and self.absolute is not None and decimal.adjusted() < 30:
                decimal = decimal.quantize(Decimal(1).scaleb(-min(_places(self.absolute), 18)))
        plain = f"{decimal:f}"
        return plain if len(plain) <= _LONG else f"{decimal.normalize():e}".replace("e+", "e")

    def __str__(self) -> str:
        absolute = "" if self.absolute is None else (as_decimal(self.absolute) or str(self.absolute))
        relative = "" if self.relative is None else f"{as_decimal(100 * self.relative) or 100 * self.relative}%"
        rounding = "a rounding" if self.rounding else ""
        return " or ".join(bound for bound in (absolute, relative, rounding) if bound) or "0"

    def _width(self, key: Rational | float) -> Fraction:
        widest = self.absolute or Fraction(0)
        return widest if self.relative is None else max(widest, self.relative * distance(key, 0))


def is_rounding(key: Fraction, value: Fraction) -> bool:
    """Whether a value is a decimal of three digits or more that a key without end rounds to, or a program's double."""
    decimal = as_decimal(value)
    if decimal is None:
        return False
    places = getattr(value, "places", 0) or len(decimal.partition(".")[2])
    return is_double_of(key, value, places) or (as_decimal(key) is None and rounds_to(key, value, places))


def rounds_to(key: Fraction, decimal: Fraction, places: int) -> bool:
    """Whether a decimal, with so many places, has three digits or more and is what the key rounds to."""
    scaled = abs(decimal) * Fraction(10) ** places
    significant = len(str(scaled.numerator // scaled.denominator))
    return significant >= LEAST_DIGITS and abs(key - decimal) <= Fraction(1, 2) / Fraction(10) ** places


def is_double_of(number: Fraction, decimal: Fraction, places: int) -> bool:
    """Whether a decimal of 15 digits or more is a number as the arithmetic of a program has it.

    >>> is_double_of(Fraction(3, 10), Fraction("0.30000000000000004"), 17)
    True
    """
    if not 0 < places < 400 or len(str(abs(decimal.numerator) * 10**places // decimal.denominator)) < DIGITS_OF_DOUBLES:
        return False
    if not Fraction(1, 10**300) < abs(decimal) < 10**300 or not Fraction(1, 10**300) < abs(number) < 10**300:
        return False
    return Fraction(repr(float(decimal))) == decimal and abs(number - decimal) <= Fraction(2 * ulp(float(number)))


def distance(one: Rational | float, other: Rational | float) -> Fraction:
    """How far apart two numbers are, exactly; a float counts as the decimal that it is written as."""
    return abs(_exactly(one) - _exactly(other))


def _exactly(number: Rational | float) -> Fraction:
    if type(number) is Fraction:
        return number
    return Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)


def _bound(name: str, bound: Bound | None) -> Fraction | None:
    if bound is None:
        return None
    fraction = Fraction(str(bound))
    if fraction < 0:
        raise ValueError(f"a tolerance is 0 or more, not {name}={bound}")
    return fraction


def _places(bound: Fraction) -> int:
    """Decimal places that hold a number to a tenth of a bound, or better."""
    places = 1
    while places < 50 and Fraction(1, 10 ** (places - 1)) > bound:
        places += 1
    return places
