"""The kind of an answer that is any mathematical expression, in whatever symbols: numbers, roots, functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Final

from markscheme.draw import Draw
from markscheme.exact import Rational
from markscheme.kinds.base import Comparison
from markscheme.kinds.expressions import Computed, Expression, Value
from markscheme.kinds.numerals import as_decimal, in_digits
from markscheme.kinds.tolerance import rounds_to
from markscheme.reading.expressions import Symbols
from markscheme.reading.formulas import Applied, Called, Constant, Formula, Name, Point, names_of
from markscheme.reading.lexer import letter
from markscheme.reading.mathematics import (
    Rounded,
    Undefined,
    as_fraction,
    complex_value,
    is_infinite,
    read_mathematics,
    real_value,
)

_POINTS: Final = 6
_TRIES: Final = 6
_NEAR, _APART = Fraction(1, 10**40), Fraction(1, 10**25)
_SMALL: Final = (2, -3, Fraction(1, 2), 3, -2, Fraction(5, 3), 5, Fraction(-1, 3), 7, Fraction(9, 4))


class Anywhere(dict[str, Rational]):
    """A value for every symbol, drawn when it is first asked for: a real number, or a whole one."""

    def __init__(self, name: str, sign: int, *, whole: bool, kind: Mathematics | None = None) -> None:
        super().__init__()
        self._name, self._sign, self._whole, self._kind = name, sign, whole, kind

    def __missing__(self, symbol: str) -> Rational:
        rng = Draw(f"{self._name}: {symbol}")
        is_positive = self._kind is not None and symbol in self._kind.positive
        if self._kind is not None and symbol in self._kind.integer:
            self[symbol] = rng.int(1 if is_positive else -9, 9)
        elif self._whole:
            self[symbol] = rng.int(0, 9)
        else:
            drawn = rng.choice(_SMALL) if rng.chance(2, 3) else Fraction(rng.int(1, 400) * rng.choice((1, -1)), 97)
            sign = 1 if is_positive else self._sign
            self[symbol] = sign * abs(drawn) if sign else drawn
        return self[symbol]


@dataclass(frozen=True, init=False)
class Mathematics(Expression):
    r"""Any expression, right in whatever form, if it has the key's values wherever that has real ones.

    Symbols are real, but for those that are said to be positive, or integers; `i` is the imaginary unit. A rational
    number agrees with its equal alone; a decimal of three digits or more also with a number that it is the rounding of,
    where that has no end.

    >>> kind = Mathematics()
    >>> bool(kind.compare(kind.read(r"\frac{\sqrt{2}}{2}"), kind.read("1/sqrt(2)")))
    True
    >>> kind.compare(kind.read("sqrt(17)"), kind.read("4.1231")).note
    'rounded to 4 decimals: off by 5.6e-06'
    >>> size = kind.read("|x|")
    >>> bool(kind.compare(size, kind.read("sqrt(x^2)"))), bool(kind.compare(size, kind.read("x")))
    (True, False)
    >>> kind = Mathematics(positive=["x"])
    >>> bool(kind.compare(kind.read("2 log x"), kind.read("log x^2")))
    True
    """

    noun: ClassVar[str] = "a mathematical expression"
    positive: frozenset[str] = frozenset()
    integer: frozenset[str] = frozenset()

    def __init__(self, *, positive: Iterable[str] = (), integer: Iterable[str] = ()) -> None:
        object.__setattr__(self, "symbols", Symbols(()))
        object.__setattr__(self, "positive", frozenset(positive))
        object.__setattr__(self, "integer", frozenset(integer))

    @property
    def example(self) -> str:
        return "2 x^2 - sqrt(3)"

    def read(self, text: str) -> Formula:
        formula = read_mathematics(text)
        return formula if isinstance(formula, Constant) or is_infinite(formula) else super().read(text)

    def parsed(self, text: str) -> Formula:
        return read_mathematics(text)

    def accept(self, value: object) -> Value:
        if isinstance(value, float):
            decimals = repr(value).partition(".")[2]
            return Rounded(Fraction(repr(value)), len(decimals) if decimals.isdecimal() else 0)
        return super().accept(value)

    def compare(self, key: Value, value: Value) -> Comparison:
        if isinstance(key, Constant) and isinstance(value, Constant):
            return Comparison(True) if key.value == value.value else self._near(key, value)
        if key == value or is_infinite(key) or is_infinite(value):
            return Comparison(key == value)
        near = self._near(key, value)
        if near.agrees:
            return near
        compared = super().compare(key, value)
        return Comparison(compared.agrees, compared.note.removeprefix("at every point "))

    def _near(self, key: Value, value: Value) -> Comparison:
        """Whether a decimal is the rounding of the other number, which has no end in decimals."""
        for number, decimal in ((key, value), (value, key)):
            found = _decimal(decimal)
            if found is None or isinstance(number, Computed) or any(names_of(number)):
                continue
            written, places = found
            try:
                exact = real_value(number, {})
            except ArithmeticError:
                continue
            if isinstance(exact, int | Fraction) and as_decimal(exact) is not None:
                continue
            full = as_fraction(exact)
            if rounds_to(full, written, places):
                return Comparison(True, f"rounded to {places} decimals: off by {float(abs(full - written)):.1e}")
        return Comparison(False)

    def points(self, name: str) -> Iterator[Iterator[Point]]:
        # Symbols of factorials and binomials are whole; else all are positive, then all negative, then anything.
        whole = any(f"Called(function={it!r}" in name for it in ("!", "binom"))
        for slot in range(_POINTS):
            sign = (1, -1, *[0] * _POINTS)[slot]
            yield (Anywhere(f"{name}/{slot}/{number}", sign, whole=whole, kind=self) for number in range(_TRIES))

    def both(self, key: Value, value: Value, point: Point) -> tuple[object, object, bool | None]:
        if not isinstance(key, Computed) and not isinstance(value, Computed) and (_has_i(key) or _has_i(value)):
            own, other = complex_value(key, point), complex_value(value, point)
            off, scale = abs(own - other), max(abs(own), abs(other), 1)
            return own, other, bool(off <= _NEAR.numerator * scale / _NEAR.denominator)
        own, other = _value(key, point), _value(value, point)
        if own is None and other is None:
            raise Undefined
        if own is None or other is None:
            return own, other, False
        if isinstance(own, int | Fraction) and isinstance(other, int | Fraction):
            return own, other, own == other
        left, right = as_fraction(own), as_fraction(other)
        off, scale = abs(left - right), max(abs(left), abs(right), 1)
        return own, other, True if off <= _NEAR * scale else False if off > _APART * scale else None

    def said(self, point: Point, values: Iterable[Value]) -> str:
        used = {name: None for value in values if not isinstance(value, Computed) for name in names_of(value)}
        used.pop("i", None)
        return ", ".join([f"{_symbol(name)} = {point[name]}" for name in used]) or "every point"

    def written_at(self, value: Any) -> str:
        if value is None:
            return "nothing real"
        if value.imag:
            return f"{complex(value):.6g}".replace("j", "i")
        exact = as_decimal(value) or str(value) if isinstance(value, int | Fraction) else ""
        return exact if exact and len(exact) <= 12 else in_digits(as_fraction(value.real), 6)

    def altered(self, key: Formula, rng: Draw) -> tuple[Formula, ...]:
        added = Constant(rng.int(1, 9)), Name("x"), Called("pi")
        others = Applied("*", (Constant(3), key)), Applied("-", (Applied("*", (Constant(2), key)),))
        return (*others, *[Applied("+", (key, it)) for it in added])

    def malformed(self, rng: Draw) -> str:
        return rng.choice(
            ("?", "x +", "(1 - x", "2 3", "1/0", "9**9**9**9", "[1, 2", "x = 1 = 2", "__import__('os')", "sin",
             "log(0)", "sqrt(-1)", "1/2x", "because of that", "|x")
        )  # fmt: skip


@lru_cache(maxsize=1_024)
def _has_i(formula: Formula) -> bool:
    return "i" in names_of(formula)


def _symbol(name: str) -> str:
    base, divider, index = name.partition("_")
    return f"{letter(base)}{divider}{index}"


def _value(value: Value, point: Point) -> Any:
    """A real value; None where there is none."""
    if isinstance(value, Computed):
        return value.function(point)
    try:
        return real_value(value, point)
    except Undefined:
        return None


def _decimal(value: Value) -> tuple[Fraction, int] | None:
    """What a decimal says, and how many places it has."""
    match value:
        case Rounded(number, places) if places:
            return Fraction(number), places
        case Applied("-", (Rounded(number, places),)) if places:
            return -Fraction(number), places
        case _:
            return None
