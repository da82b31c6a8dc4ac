"""The kind of an answer that is a set of real numbers: intervals and points joined, the solutions of inequalities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markscheme.draw import Draw
from markscheme.exact import Interval
from markscheme.kinds.base import Comparison, Kind
from markscheme.kinds.mathematics import Mathematics
from markscheme.reading.formulas import Applied, Constant, Formula
from markscheme.reading.real_sets import REALS, RealSet, Span, point
from markscheme.reading.relations import read_real_set
from markscheme.text.notation import Line, Listing, Notation, Symbol, show

_END = Mathematics()


@dataclass(frozen=True)
class RealSetKind(Kind[RealSet]):
    r"""A set of real numbers, right in whatever form; its ends agree as `Mathematics` does.

    >>> kind = RealSetKind()
    >>> bool(kind.compare(kind.read("(-1, 1)"), kind.read("|x| < 1")))
    True
    >>> kind.compare(kind.read("(0, sqrt(2)]"), kind.read("(0, 1.414]")).note
    'high end rounded to 3 decimals: off by 2.1e-04'
    """

    noun: ClassVar[str] = "a set of real numbers"

    @property
    def example(self) -> str:
        return "(-oo, 1) ∪ [2, 3]"

    def read(self, text: str) -> RealSet:
        return read_real_set(text)

    def accept(self, value: object) -> RealSet:
        if isinstance(value, RealSet):
            return value
        if isinstance(value, Interval):
            low, high = [None if end is None else Constant(end) for end in (value.low, value.high)]
            return RealSet((Span(low, high, value.low_closed, value.high_closed),))
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: RealSet, value: RealSet) -> Comparison:
        if len(key.spans) != len(value.spans):
            return Comparison(False)
        notes: list[str] = []
        for one, other in zip(key.spans, value.spans, strict=True):
            if (one.low_closed, one.high_closed) != (other.low_closed, other.high_closed):
                return Comparison(False)
            for name, own, said in (("low", one.low, other.low), ("high", one.high, other.high)):
                end = _agree(own, said)
                if not end.agrees:
                    return Comparison(False)
                notes += [f"{name} end {end.note}"] if end.note.startswith("rounded") else []
        return Comparison(True, ", ".join(dict.fromkeys(notes)))

    def show(self, value: RealSet) -> Notation:
        if not value.spans:
            return Symbol("∅")
        parts: list[Notation] = []
        for span in value.spans:
            parts += [Symbol("∪"), _shown(span)] if parts else [_shown(span)]
        return parts[0] if len(parts) == 1 else Line(tuple(parts))

    def write(self, value: RealSet) -> str:
        return show(self.show(value), "plain", math=True)

    def right(self, key: RealSet, rng: Draw) -> str:
        spans = rng.shuffled(key.spans)
        typed = [show(_shown(span), "plain", math=True) for span in spans] or ["∅"]
        styles = [self.write(key), rng.choice((" ∪ ", " U ", r" \cup ", " or ")).join(typed), f"x ∈ {self.write(key)}"]
        return rng.choice(styles)

    def wrong(self, key: RealSet, rng: Draw) -> str:
        others = (REALS - key, key | point(Constant(10**6)), key - point(Constant(rng.int(-9, 9))), RealSet(()))
        return self.write(next(it for it in rng.shuffled(others) if not self.compare(key, it)))

    def malformed(self, rng: Draw) -> str:
        return rng.choice(
            ("?", "[4, 1]", "[1, 4", "1 < x > 4", "x = 2y", "(1, 2) ∪", "x < y < 2", "{1, 2", "[1, 2, 3]")
        )


def _agree(key: Formula | None, value: Formula | None) -> Comparison:
    if key is None or value is None:
        return Comparison(key is value)
    return _END.compare(key, value)


def _shown(span: Span) -> Notation:
    if span.is_point and span.low is not None:
        return Listing((_END.show(span.low),), "{", "}")
    low = Applied("-", (Constant(1),)) if span.low is None else span.low
    ends = (
        Line((Symbol("-"), Symbol("∞"))) if span.low is None else _END.show(low),
        Symbol("∞") if span.high is None else _END.show(span.high),
    )
    return Listing(ends, "[" if span.low_closed else "(", "]" if span.high_closed else ")")
