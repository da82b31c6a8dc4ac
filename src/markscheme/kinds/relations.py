"""The kind of an answer that is an equation, or an inequality that is not solved: right up to a factor."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Final

from markscheme.draw import Draw
from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.kinds.mathematics import Anywhere, Mathematics
from markscheme.reading.formulas import Applied, Constant, Formula, Name, names_of
from markscheme.reading.mathematics import TooLarge, Undefined, as_fraction, real_value
from markscheme.reading.relations import MIRRORED, Relation, read_relation
from markscheme.text.notation import Line, Notation, Symbol, show

_SIDE = Mathematics()
_TRIES: Final = 12
_SOLVED: Final = 4
_GRID: Final = tuple([Fraction(x) for x in (-7, -3, -1, 0, 1, 2, 5, 9)])
_WIDTH, _NEAR, _APART = Fraction(1, 2**36), Fraction(1, 10**7), Fraction(1, 10**4)
_SIGNS: Final = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True)
class RelationKind(Kind[Relation]):
    """An equation or inequality, right where its difference of sides is a multiple of the key's.

    Quotients are multiplied out first. An equation that a solution of the key's does not solve is wrong, with that
    solution; one that is no multiple, and solved by all that were tried, is left to a person.

    >>> kind = RelationKind()
    >>> bool(kind.compare(kind.read("2x + 4y - 3 = 0"), kind.read("y = -x/2 + 3/4")))
    True
    >>> kind.compare(kind.read("2x + 4y = 3"), kind.read("2x + 4y = 5")).agrees
    False
    """

    noun: ClassVar[str] = "an equation"

    @property
    def example(self) -> str:
        return "2x + 4y = 3"

    def read(self, text: str) -> Relation:
        return read_relation(text)

    def accept(self, value: object) -> Relation:
        if isinstance(value, Relation):
            return value
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: Relation, value: Relation) -> Comparison:
        own, said = key.difference, value.difference
        if "=" == key.operation == value.operation:
            own, said = _multiplied_out(own), _multiplied_out(said)
        if key.operation == value.operation and _SIDE.compare(own, said):
            return Comparison(True)
        factor = _factor(own, said)
        if factor is not None and factor != 0 and _SIDE.compare(Applied("*", (Constant(factor), own)), said):
            operation = key.operation if factor > 0 else MIRRORED[key.operation]
            return Comparison(operation == value.operation)
        if not key.operation == value.operation == "=":
            return Comparison(False)
        if _defines(key) and _defines(value) and _SIDE.compare(key.right, value.right):
            return Comparison(True)
        return _at_solutions(own, said)

    def show(self, value: Relation) -> Notation:
        sign = Symbol(_SIGNS.get(value.operation, value.operation))
        return Line((_SIDE.show(value.left), sign, _SIDE.show(value.right)))

    def write(self, value: Relation) -> str:
        return show(self.show(value), "plain", math=True)

    def right(self, key: Relation, rng: Draw) -> str:
        factor = Constant(rng.int(2, 9))
        scaled = [Applied("*", (factor, side)) for side in (key.left, key.right)]
        turned = Relation(key.right, MIRRORED[key.operation], key.left)
        moved = Relation(key.difference, key.operation, Constant(0))
        return self.write(rng.choice((key, turned, moved, Relation(scaled[0], key.operation, scaled[1]))))

    def wrong(self, key: Relation, rng: Draw) -> str:
        moved = Applied("+", (key.right, Constant(rng.int(1, 9))))
        return self.write(Relation(key.left, key.operation, moved))

    def malformed(self, rng: Draw) -> str:
        return rng.choice(("?", "x + y", "x =", "= 3", "x = y = z", "x = (1", "x == because", "2 3 = x", "[1, 2]"))


def _defines(relation: Relation) -> bool:
    """Whether an equation says what a name stands for: `f(x) = 2x`."""
    return isinstance(relation.left, Name) and relation.left.name not in names_of(relation.right)


def _points(own: Formula, said: Formula) -> list[Anywhere]:
    return [Anywhere(f"{own} and {said}/{number}", 0, whole=False) for number in range(_TRIES)]


def _factor(own: Formula, said: Formula) -> Fraction | None:
    """What one difference is of the other, at the first point where both have a value and the key's is not 0."""
    for at in _points(own, said):
        try:
            below, above = as_fraction(real_value(own, at)), as_fraction(real_value(said, at))
        except (Undefined, TooLarge):
            continue
        if below:
            return above / below
    return None


def _at_solutions(own: Formula, said: Formula) -> Comparison:
    """Wrong, where a solution of the key's is none of the other. Raises `Undecided` where all that are found are."""
    for name in list(dict.fromkeys(names_of(own)))[:2]:
        for at in _points(own, said)[:_SOLVED]:
            try:
                if _solve(own, at, name) and abs(as_fraction(real_value(said, at))) > _APART:
                    point = ", ".join([f"{used} = {float(at[used]):.6g}" for used in dict.fromkeys(names_of(own))])
                    return Comparison(False, f"{point} solves the key's equation, and not yours")
            except (Undefined, TooLarge):
                continue
    raise Undecided("this equation is no multiple of the key's, and may have the same solutions")


def _solve(formula: Formula, at: Anywhere, name: str) -> bool:
    """Whether a number for one name is found that makes the formula 0 there, by halving; it is put into the point."""

    def value(x: Fraction) -> Fraction:
        at[name] = x
        return as_fraction(real_value(formula, at))

    values = [(x, value(x)) for x in _GRID]
    ends = next(((low, high) for (low, below), (high, above) in pairwise(values) if below * above <= 0), None)
    if ends is None:
        return False
    low, high = ends
    below = value(low)
    while high - low > _WIDTH and below:
        middle = (low + high) / 2
        found = value(middle)
        low, high, below = (middle, high, found) if found * below > 0 else (low, middle, below)
    return abs(value(low)) < _NEAR


def _multiplied_out(difference: Formula) -> Formula:
    """A formula that is 0 where the difference is, without its denominators."""
    above, _ = _quotient(difference)
    return above


def _quotient(formula: Formula) -> tuple[Formula, Formula]:
    """A formula as one above the other; sums are brought to one denominator."""
    one = Constant(1)
    match formula:
        case Applied("/", (above, below)):
            (a, b), (c, d) = _quotient(above), _quotient(below)
            return _times(a, d), _times(b, c)
        case Applied("-", (part,)):
            above, below = _quotient(part)
            return Applied("-", (above,)), below
        case Applied("*", parts):
            above, below = one, one
            for a, b in map(_quotient, parts):
                above, below = _times(above, a), _times(below, b)
            return above, below
        case Applied("+", parts):
            above, below = _quotient(parts[0])
            for a, b in map(_quotient, parts[1:]):
                if b == below:
                    above = Applied("+", (above, a))
                else:
                    above, below = Applied("+", (_times(above, b), _times(a, below))), _times(below, b)
            return above, below
        case _:
            return formula, one


def _times(one: Formula, other: Formula) -> Formula:
    if one == Constant(1):
        return other
    return one if other == Constant(1) else Applied("*", (one, other))
