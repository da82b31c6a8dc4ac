"""Text to exact numbers: integers, decimals, fractions, mixed numbers, powers of ten and small sums and products.

A comma is read only where it groups thousands. Nothing can grow: digits, exponents and results are bounded.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final

from markscheme.exact import Rational
from markscheme.reading.lexer import Cursor, bounded, cursor
from markscheme.reading.limits import LARGEST_EXPONENT, LONGEST_NUMBER

_PLAIN: Final = re.compile(r"\s*[+-]?[0-9]{1,18}\s*").fullmatch
_THOUSANDS: Final = re.compile(r"\s*\$?([+−-]?[0-9]{1,3}(?:,[0-9]{3}){1,6}(?:\.[0-9]{1,18})?)\$?\.?\s*").fullmatch
_MOST_BITS: Final = 4_096
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
TOO_LARGE: Final = "this number is too large to be read"


def read_number(text: str, expected: str = "a number such as 2, -3/4 or 0.25") -> Rational:
    """The exact number that a text says.

    >>> read_number("-0.65"), read_number("1 1/2"), read_number("1 x 10^-3"), read_number("1,000")
    (Fraction(-13, 20), Fraction(3, 2), Fraction(1, 1000), 1000)
    >>> read_number("x = 4/2")
    2

    Raises `Unreadable`.
    """
    if len(bounded(text)) < 24 and _PLAIN(text):
        return int(text.strip())
    if grouped := _THOUSANDS(text):
        return simplest(Fraction(grouped[1].replace(",", "").replace("−", "-")))
    at = cursor(text, expected)
    while at.kind in {"~", "="}:
        at.next()
    value = number(at)
    if at.kind == "," and at.ahead().kind == "number":
        at.fail("a comma is read between entries and between thousands only: write a decimal with a point, as in 0.25")
    at.end()
    return value


def number(at: Cursor) -> Rational:
    """The number at a cursor: a sum of products. Where entries are divided by space, `1 -2` ends after the 1."""
    total = _product(at)
    while at.kind in {"+", "-"} and not (at.entries and at.token.spaced and not at.ahead().spaced):
        sign = 1 if at.next().kind == "+" else -1
        total = _kept(at, total + sign * _product(at))
    return total


def simplest(value: Fraction) -> Rational:
    """The number as an int where it is one."""
    return value.numerator if value.denominator == 1 else value


def _product(at: Cursor) -> Rational:
    total = _signed(at)
    while True:
        if at.kind == "*":
            at.next()
            total = _kept(at, total * _signed(at))
        elif at.kind == "/":
            at.next()
            total = _quotient(at, total, _signed(at))
        elif at.kind == "×":
            total = _scientific(at, total)
        else:
            return total


def _scientific(at: Cursor, mantissa: Rational) -> Rational:
    if not (at.ahead().text == "10" and at.ahead(2).kind in {"^", "**", "raised"}):
        at.fail(f"{at.token.text} is read before a power of ten only, as in 2 x 10^-3; write * for a product")
    at.next()
    return _kept(at, mantissa * _power(at))


def _signed(at: Cursor) -> Rational:
    if at.take("-"):
        return -_power(at)
    at.take("+")
    return _power(at)


def _power(at: Cursor) -> Rational:
    base = _atom(at)
    if at.kind == "raised":
        if len(at.token.text) > 5:
            at.fail(TOO_LARGE)
        base = _raised(at, base, int(at.next().text.translate(_SUPERSCRIPTS)))
    elif at.kind in {"^", "**"} and not _transposes(at):
        at.next()
        at.enter()
        exponent = _signed(at)
        at.leave()
        base = _raised(at, base, exponent)
    while at.take("%"):
        base = _kept(at, Fraction(base, 100))
    return base


def _transposes(at: Cursor) -> bool:
    after = at.ahead(2) if at.ahead().kind == "{" else at.ahead()
    return after.kind == "transpose" or after.text == "T"


def _raised(at: Cursor, base: Rational, exponent: Rational) -> Rational:
    if not isinstance(exponent, int):
        at.fail(f"exponents are whole numbers, not {exponent}")
    if abs(exponent) > LARGEST_EXPONENT or abs(exponent) * _bits(base) > _MOST_BITS:
        at.fail(TOO_LARGE)
    if base == 0 and exponent < 0:
        at.fail("a number cannot be divided by zero")
    return simplest(Fraction(base) ** exponent)


def _atom(at: Cursor) -> Rational:
    if at.kind == "number":
        return _literal(at)
    if at.kind == "vulgar":
        return _vulgar(at)
    if at.kind == "frac":
        return _fraction(at)
    if at.kind in {"(", "{"}:
        return _grouped(at)
    return at.fail()


def _grouped(at: Cursor) -> Rational:
    closing = ")" if at.next().kind == "(" else "}"
    at.enter()
    value = number(at)
    at.expect(closing)
    at.leave()
    return value


def _fraction(at: Cursor) -> Rational:
    at.next()
    if at.kind != "{":
        at.fail(r"expected a fraction such as \frac{1}{2}")
    above = _grouped(at)
    if at.kind != "{":
        at.fail(r"expected a fraction such as \frac{1}{2}")
    return _quotient(at, above, _grouped(at))


def _vulgar(at: Cursor) -> Rational:
    above, below = unicodedata.normalize("NFKC", at.next().text).split("⁄")
    return Fraction(int(above), int(below))


def _literal(at: Cursor) -> Rational:
    digits = at.token.text
    mantissa, _, exponent = digits.lower().partition("e")
    if len(mantissa) > LONGEST_NUMBER:
        at.fail(f"numbers are read up to {LONGEST_NUMBER} digits")
    if len(exponent) > 5 or abs(int(exponent or 0)) > LARGEST_EXPONENT:
        at.fail(TOO_LARGE)
    at.next()
    if digits.isdecimal():
        return int(digits) + _mixed(at)
    return simplest(Fraction(digits))


def _mixed(at: Cursor) -> Rational:
    """The fraction after a whole number: `1 1/2`, `1½`. Between entries divided by space only the second is one."""
    if at.kind == "vulgar" and not (at.entries and at.token.spaced):
        return _vulgar(at)
    if at.entries:
        return 0
    if at.kind == "frac":
        part = _fraction(at)
    elif [at.kind, at.ahead().kind, at.ahead(2).kind] == ["number", "/", "number"] and at.token.spaced:
        above = _whole(at)
        at.next()
        part = _quotient(at, above, _whole(at))
    else:
        return 0
    if not 0 < part < 1:
        at.fail("a mixed number ends in a fraction between 0 and 1, as in 1 1/2")
    return part


def _whole(at: Cursor) -> int:
    if not at.token.text.isdecimal() or len(at.token.text) > LONGEST_NUMBER:
        at.fail("a mixed number ends in a fraction of whole numbers, as in 1 1/2")
    return int(at.next().text)


def _quotient(at: Cursor, above: Rational, below: Rational) -> Rational:
    if below == 0:
        at.fail("a number cannot be divided by zero")
    return _kept(at, Fraction(above) / below)


def _kept(at: Cursor, value: Rational) -> Rational:
    if _bits(value) > _MOST_BITS:
        at.fail(TOO_LARGE)
    return value if isinstance(value, int) else simplest(value)


def _bits(value: Rational) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
