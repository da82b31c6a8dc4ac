"""Text to one number, exact, or in digits where it is no fraction."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from markscheme.exact import Rational
from markscheme.language import Message, message_of, say
from markscheme.reading.claims import as_written, value_alone
from markscheme.reading.evaluate import value_of
from markscheme.reading.grammar import Dialect, read
from markscheme.reading.limits import LARGEST_EXPONENT, Unreadable
from markscheme.reading.prose import first_read
from markscheme.reading.syntax import Quantity
from markscheme.reading.units import Unit
from markscheme.reading.values import MOST_BITS, Approx, TooLarge, Undefined, agree, size_of

_PLAIN: Final = re.compile(r"\s*[+-]?[0-9]{1,18}\s*").fullmatch
_SMALL: Final = 10**6
"""Denominators up to which digits are taken for a fraction."""
_A_NUMBER: Final = say("a-number-such-as")
_TOO_LARGE: Final = say("number-too-large")


def read_number(text: str, expected: Message | str = _A_NUMBER, unit: str = "") -> Rational:
    """The exact number that a text says.

    >>> read_number("-0.65"), read_number("1 1/2"), read_number("1 x 10^-3"), read_number("1,000")
    (Fraction(-13, 20), Fraction(3, 2), Fraction(1, 1000), 1000)
    >>> read_number("x = 4/2"), read_number("49 pixels"), read_number("0,25")
    (2, 49, Fraction(1, 4))

    Raises `Unreadable`.
    """
    if len(text) < 24 and _PLAIN(text):
        return int(text.strip())
    found = read_real(text, expected, unit)
    if isinstance(found, Approx):
        raise Unreadable(say("no-fraction"), text=text)
    return found


def read_real(text: str, expected: Message | str, unit: str = "") -> Rational | Approx:
    """The number that a text says, in digits where it is no fraction. Raises `Unreadable`."""
    dialect = Dialect(expected=expected, free=False, units=True, largest_power=LARGEST_EXPONENT)
    return first_read(text, lambda said: number_in(read(said, dialect), said, unit))


def read_quantity(text: str, expected: Message | str) -> tuple[Rational | Approx, Unit | None]:
    """The number that a text says, and its unit; None where it names none.

    >>> number, measured = read_quantity("2.5 mA", "a current such as 3 mA")
    >>> number, str(measured)
    (Fraction(5, 2), 'mA')

    Raises `Unreadable`, also for a unit that is not known.
    """
    dialect = Dialect(expected=expected, free=False, units=True, largest_power=LARGEST_EXPONENT)

    def taken(said: str) -> tuple[Rational | Approx, Unit | None]:
        tree = read(said, dialect)
        found = value_alone(tree)
        if not isinstance(found, Quantity):
            return number_in(tree, said), None
        if not found.unit.is_known:
            raise Unreadable(say("unit-not-known", unit=f"{found.unit}"), text=said)
        return number_in(found.value, said), found.unit

    return first_read(text, taken)


def number_in(tree: Any, text: str, unit: str = "") -> Rational | Approx:
    """The value of a tree without names, past what it is called. Raises `Unreadable`."""
    try:
        said = value_alone(tree)
        if isinstance(said, Quantity):
            said = without_unit(said, unit, text)
        found = value_of(said, {})
    except TooLarge:
        raise Unreadable(_TOO_LARGE, text=text) from None
    except Undefined as error:
        raise Unreadable(message_of(error) or say("no-value"), text=text) from None
    except LookupError:
        raise Unreadable(say("number-without-letters"), text=text) from None
    if isinstance(found, Approx):
        if size_of(found.value) > MOST_BITS:
            raise Unreadable(_TOO_LARGE, text=text)
        near = Fraction(str(found.value.real)).limit_denominator(_SMALL) if found.is_real else None
        return near if near is not None and agree(found, near) else found
    said = as_written(tree)
    return Written(found).to(said[1]) if said and isinstance(found, Fraction) else found


class Written(Fraction):
    """A decimal with as many places as were written, where that is more than its value shows: `0.50`."""

    places: int = 0

    def to(self, places: int) -> Fraction:
        """It with so many places; a plain fraction where it shows them itself."""
        self.places = places
        return self if 10 ** (places - 1) % self.denominator == 0 else Fraction(self)


def without_unit(said: Quantity, unit: str, text: str) -> Any:
    """The number of a quantity, whose unit is one that is known, or the one that is asked for."""
    if said.unit.is_known or str(said.unit).lower() in {unit, f"{unit}s"}:
        return said.value
    raise Unreadable(say("unit-is-unknown", unit=f"{said.unit}"), text=text)
