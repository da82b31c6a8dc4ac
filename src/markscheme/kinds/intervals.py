"""The kind of an answer that is an interval of the real line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from markscheme.exact import Interval, Rational
from markscheme.kinds.base import Comparison, Kind
from markscheme.kinds.numerals import as_items, as_rational, notation, written
from markscheme.language import say
from markscheme.reading.sets import read_interval
from markscheme.text.field import Field, Form
from markscheme.text.notation import Line, Listing, Notation, Symbol


@dataclass(frozen=True)
class IntervalKind(Kind[Interval]):
    """An interval of the real line, shown in brackets or as inequalities on a variable.

    What lies outside the `domain` does not count: where λ ≥ 0 is stated, `λ ≤ 4` is `[0, 4]`.

    >>> IntervalKind("λ").write(Interval(1, 4)), IntervalKind().write(Interval(1, None, low_closed=False))
    ('1 ≤ λ ≤ 4', '(1, ∞)')
    """

    noun: ClassVar[str] = "an interval"
    form: ClassVar[Form] = "interval"
    variable: str | None = None
    decimal: bool = True
    domain: Interval | None = None

    def field(self) -> Field:
        return replace(super().field(), names=(self.variable,) if self.variable else ())

    @property
    def example(self) -> str:
        return f"1 < {self.variable} <= 4" if self.variable else "[1, 4)"

    def read(self, text: str) -> Interval:
        return read_interval(text, say("interval-such-as", example=f"1 < {self.variable or 'x'} <= 4"))

    def accept(self, value: object) -> Interval:
        if isinstance(value, Interval):
            return value
        ends = as_items(value, "an interval")
        if len(ends) != 2:
            raise TypeError(f"expected an interval as its low and its high end, not {value!r}")
        low, high = (self._end(end, infinite) for end, infinite in zip(ends, (-1, 1), strict=True))
        try:
            return Interval(low, high)
        except ValueError as error:
            raise TypeError(str(error)) from None

    @property
    def is_lenient(self) -> bool:
        return self.domain is not None

    def compare(self, key: Interval, value: Interval) -> Comparison:
        if key == value or self.domain is None:
            return Comparison(key == value)
        return Comparison(
            key.meet(self.domain) == value.meet(self.domain), say("for-numbers-in", domain=f"{self.domain}")
        )

    def show(self, value: Interval) -> Notation:
        if self.variable is None:
            opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
            return Listing((self._shown(value.low, "-"), self._shown(value.high, "")), opening, closing)
        below, above = Symbol("≤" if value.low_closed else "<"), Symbol("≤" if value.high_closed else "<")
        if value.low is not None and value.high is None:
            return Line((Symbol(self.variable), Symbol("≥" if value.low_closed else ">"), self._shown(value.low, "")))
        if value.low is None and value.high is not None:
            return Line((Symbol(self.variable), above, self._shown(value.high, "")))
        low, high = self._shown(value.low, "-"), self._shown(value.high, "")
        return Line((low, below, Symbol(self.variable), above, high))

    def write(self, value: Interval) -> str:
        low, high = self.written_end(value.low, "-∞"), self.written_end(value.high, "∞")
        if self.variable is None:
            return f"{'[' if value.low_closed else '('}{low}, {high}{']' if value.high_closed else ')'}"
        if value.low is not None and value.high is None:
            return f"{self.variable} {'≥' if value.low_closed else '>'} {low}"
        right = f"{self.variable} {'≤' if value.high_closed else '<'} {high}"
        if value.low is None and value.high is not None:
            return right
        return f"{low} {'≤' if value.low_closed else '<'} {right}"

    def difference(self, left: Interval, right: Interval) -> str:
        parts = [
            self._difference_at("low", left.low, right.low, left.low_closed, right.low_closed),
            self._difference_at("high", left.high, right.high, left.high_closed, right.high_closed),
        ]
        return ", ".join(part for part in parts if part)

    def _end(self, end: object, infinite: int) -> Rational | None:
        if end is None or end == float(f"{infinite}e999"):
            return None
        return as_rational(end, "as written" if self.decimal else "whole")

    def written_end(self, end: Rational | None, infinite: str) -> str:
        """An end as a student would type it."""
        return infinite if end is None else written(end, decimal=self.decimal)

    def _shown(self, end: Rational | None, sign: str) -> Notation:
        if end is not None:
            return notation(end, decimal=self.decimal)
        return Line((Symbol("-"), Symbol("∞"))) if sign else Symbol("∞")

    def _difference_at(
        self, which: str, one: Rational | None, other: Rational | None, closed: bool, other_closed: bool
    ) -> str:
        if one != other:
            infinite = "-∞" if which == "low" else "∞"
            return f"{which} end: {self.written_end(one, infinite)} against {self.written_end(other, infinite)}"
        if closed == other_closed:
            return ""
        return (
            f"{which} end {'included' if closed else 'left out'} against {'included' if other_closed else 'left out'}"
        )
