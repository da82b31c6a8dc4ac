"""Sets of real numbers as intervals side by side, with exact ends that are formulas of numbers alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import TypeAlias

from markscheme.reading.formulas import Formula
from markscheme.reading.mathematics import as_fraction, real_value

Cut: TypeAlias = "tuple[Fraction | float, int]"
"""A place on the line between numbers: just before a number (0), or just after it (1)."""


@dataclass(frozen=True)
class Span:
    """The numbers between two ends, None where there is no end; a number alone is its own low and high end."""

    low: Formula | None
    high: Formula | None
    low_closed: bool = False
    high_closed: bool = False

    @cached_property
    def low_cut(self) -> Cut:
        return (-inf, 1) if self.low is None else (_value(self.low), int(not self.low_closed))

    @cached_property
    def high_cut(self) -> Cut:
        return (inf, 0) if self.high is None else (_value(self.high), int(self.high_closed))

    @property
    def is_empty(self) -> bool:
        return self.low_cut >= self.high_cut

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low_closed and self.high_closed and self.low_cut[0] == self.high_cut[0]


@dataclass(frozen=True)
class RealSet:
    """Spans in their order, apart from each other and none of them empty.

    >>> from markscheme.reading.relations import read_real_set
    >>> read_real_set("(1, 3) ∪ [2, 5]") == read_real_set("1 < x <= 5")
    True
    """

    spans: tuple[Span, ...]

    def __or__(self, other: RealSet) -> RealSet:
        return RealSet(_merged([*self.spans, *other.spans]))

    def __and__(self, other: RealSet) -> RealSet:
        return RealSet(_merged([_meet(one, two) for one in self.spans for two in other.spans]))

    def __sub__(self, other: RealSet) -> RealSet:
        rest = self
        for span in other.spans:
            below = Span(None, span.low, high_closed=not span.low_closed)
            above = Span(span.high, None, low_closed=not span.high_closed)
            rest &= RealSet(tuple([
                side for side, end in ((below, span.low), (above, span.high)) if end is not None
            ]))  # fmt: skip
        return rest


def point(at: Formula) -> RealSet:
    """The set of one number."""
    return RealSet((Span(at, at, low_closed=True, high_closed=True),))


REALS = RealSet((Span(None, None),))
EMPTY = RealSet(())


def _value(end: Formula) -> Fraction:
    return as_fraction(real_value(end, {}))


def _meet(one: Span, other: Span) -> Span:
    lower = max(one, other, key=lambda span: span.low_cut)
    upper = min(one, other, key=lambda span: span.high_cut)
    return Span(lower.low, upper.high, lower.low_closed, upper.high_closed)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted([span for span in spans if not span.is_empty], key=lambda span: span.low_cut):
        if merged and span.low_cut <= merged[-1].high_cut:
            last = merged.pop()
            upper = max(last, span, key=lambda it: it.high_cut)
            span = Span(last.low, upper.high, last.low_closed, upper.high_closed)  # noqa: PLW2901
        merged.append(span)
    return tuple(merged)
