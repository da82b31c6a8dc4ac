"""The kind of an answer that is measured: a number and its unit, converted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from markscheme.exact import Rational
from markscheme.kinds.base import Comparison, Kind
from markscheme.kinds.numerals import as_rational, notation, written
from markscheme.kinds.tolerance import Bound, Tolerance
from markscheme.language import noun_of, say
from markscheme.reading.limits import Unreadable
from markscheme.reading.numbers import read_quantity
from markscheme.reading.units import Unit
from markscheme.reading.values import Approx
from markscheme.text.field import Field, Form
from markscheme.text.notation import Line, Notation, Number, Word


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A number of a unit that measures something else than was asked for."""

    number: Rational
    unit: str

    def __str__(self) -> str:
        return f"{written(self.number, decimal=True)} {self.unit}"


@dataclass(frozen=True, init=False)
class Quantity(Kind[Any]):
    """A number of a unit. Its value is the number of that unit: others that measure the same are converted.

    >>> current = Quantity("mA", relative=0.01)
    >>> current.read("0.0025 A"), current.write(current.read("2500 uA"))
    (Fraction(5, 2), '2.5 mA')
    >>> print(current.compare(Fraction(5, 2), current.read("2.5 V")).note)
    it is measured in V, and a number of mA is asked for

    A number without a unit cannot be read. Raises `ValueError` for a unit that is not known.
    """

    noun: ClassVar[str] = "a number with its unit"
    form: ClassVar[Form] = "number"
    unit: str
    tolerance: Tolerance
    measured: Unit

    def __init__(
        self, unit: str, *, absolute: Bound | None = None, relative: Bound | None = None, rounding: bool = True
    ) -> None:
        try:
            _, measured = read_quantity(f"1 {unit}", "a unit")
        except Unreadable as error:
            raise ValueError(f"{unit!r} is no unit that is known: {error.reason}") from None
        if measured is None:
            raise ValueError(f"{unit!r} is no unit that is known")
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative, rounding=rounding))
        object.__setattr__(self, "measured", measured)

    @property
    def allows(self) -> Tolerance:
        return self.tolerance

    def field(self) -> Field:
        return replace(super().field(), names=(self.unit,))

    @property
    def example(self) -> str:
        return f"0.25 {self.unit}"

    def read(self, text: str) -> Rational | Elsewhere:
        number, unit = read_quantity(text, say("such-as-quantity", noun=noun_of(self.noun), example=self.example))
        exact = Fraction(str(number.value.real)) if isinstance(number, Approx) else number
        if unit is None:
            raise Unreadable(say("write-the-unit", example=self.example), text=text)
        factor = unit.in_terms_of(self.measured)
        return Elsewhere(exact, str(unit)) if factor is None else exact * factor

    def accept(self, value: object) -> Rational | Elsewhere:
        if isinstance(value, Elsewhere):
            return value
        return self.read(value) if isinstance(value, str) else as_rational(value, "as written")

    def compare(self, key: Any, value: Any) -> Comparison:
        if isinstance(value, Elsewhere) or isinstance(key, Elsewhere):
            other = value if isinstance(value, Elsewhere) else key
            return Comparison(key == value, say("measured-in", said=other.unit, unit=self.unit))
        if key == value:
            return Comparison(True)
        agrees = self.tolerance.admits(key, value)
        return Comparison(agrees, self.tolerance.note if agrees else "")

    def show(self, value: Any) -> Notation:
        number, unit = (value.number, value.unit) if isinstance(value, Elsewhere) else (value, self.unit)
        shown = Number(self.tolerance.rounded(number)) if self.tolerance.bounded else notation(number, decimal=True)
        return Line((shown, Word(f"\N{NO-BREAK SPACE}{unit}")))

    def write(self, value: Any) -> str:
        if isinstance(value, Elsewhere):
            return str(value)
        number = self.tolerance.rounded(value) if self.tolerance.bounded else written(value, decimal=True)
        return f"{number} {self.unit}"

    def difference(self, left: Any, right: Any) -> str:
        return f"{self.write(left)} against {self.write(right)}"
