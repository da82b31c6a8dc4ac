"""Whether two terms say the same, by sympy and pint alone: nothing here knows what markscheme does.

A difference is shown by a point where the two values part by far more than digits can tell; sameness by algebra. Where
neither is shown, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.oracle.terms import Term, is_expression
from bench.oracle.units import ratio
from bench.oracle.values import mpmath, sympy, value
from markscheme.draw import Draw

DIGITS = 120
_LEAST = mpmath.mpf(10) ** -90
"""Below it a value may be what rounding left of zero."""
_POINTS = ((1, 1), (-1, 1), (0, 1), (0, 1), (0, 50), (1, 3_000), (-1, 3_000), (2, 1))
"""Sign (0: any; 2: whole numbers, for factorials) and scale of each point at which two expressions are compared."""
_NO_NUMBERS = (sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)
_CURRENCIES = {"$", "€", "£"}


@cache
def differ(left: Term, right: Term) -> bool:
    """Whether two terms are shown to differ."""
    return _Proof(by_algebra=False).same(left, right) is False


@cache
def agree(left: Term, right: Term) -> bool:
    """Whether two terms are shown to say the same."""
    return _Proof(by_algebra=True).same(left, right) is True


@dataclass(frozen=True, slots=True)
class _Proof:
    """What can be shown of two terms; algebra is slow, and of no use where only a difference counts."""

    by_algebra: bool

    def same(self, left: Term, right: Term) -> bool | None:
        """True where the two are shown to be the same, False where they are shown to differ, else None."""
        if left == right:
            return True
        try:
            both = is_expression(left) and is_expression(right)
            return self._expressions(left, right) if both else self._forms(left, right)
        except (TypeError, ValueError, AttributeError, ZeroDivisionError):
            return None

    def _expressions(self, left: Term, right: Term) -> bool | None:
        ours, theirs = value(left), value(right)
        if getattr(ours, "shape", ()) != getattr(theirs, "shape", ()):
            return False
        return _all([self._values(one, other) for one, other in zip(_entries(ours), _entries(theirs), strict=True)])

    def _values(self, one: Any, other: Any) -> bool | None:
        if one == other:
            return True
        if one.has(*_NO_NUMBERS) or other.has(*_NO_NUMBERS) or any(_difference_at(one, other)):
            return False
        try:
            return True if self.by_algebra and sympy.simplify(one - other) == 0 else None
        except RecursionError:
            return None

    def _forms(self, left: Term, right: Term) -> bool | None:
        """Sets, vectors, relations, quantities, words: by what they are made of."""
        if {left.head, right.head} <= {"number", "quantity", "percent", "money", "scientific", "/", "*", "neg", "+"}:
            return self._quantities(left, right)
        if left.head != right.head:
            return None if _may_meet(left, right) else False
        match left.head:
            case "label" | "words" | "tokens" | "yes" | "ratio":
                return left.text == right.text
            case "set" | "list" | "or" | "and" | "union":
                is_list = left.head == "list"  # in which how often something stands counts
                differs = is_list and len(left.parts) != len(right.parts)
                return False if differs else self._in_any_order(left.parts, right.parts)
            case "named":
                return self._by_name(left, right)
            case "=":
                return self._equations(left, right)
            case _:
                if left.text != right.text or len(left.parts) != len(right.parts):
                    return False
                return _all([self.same(one, other) for one, other in zip(left.parts, right.parts, strict=True)])

    def _in_any_order(self, left: tuple[Term, ...], right: tuple[Term, ...]) -> bool | None:
        table = [[self.same(one, other) for other in right] for one in left]
        if any([None in row for row in table]):
            return None
        return all([True in row for row in table]) and all([True in column for column in zip(*table, strict=True)])

    def _by_name(self, left: Term, right: Term) -> bool | None:
        ours, theirs = [{relation.parts[0]: relation.parts[1] for relation in side.parts} for side in (left, right)]
        return _all([self.same(ours[it], theirs[it]) for it in ours]) if set(ours) == set(theirs) else False

    def _quantities(self, left: Term, right: Term) -> bool | None:
        (number, unit), (other, of_other) = _measured(left), _measured(right)
        if (unit is None) != (of_other is None):
            return None
        if unit is None or of_other is None or unit == of_other:
            return self.same(number, other) if is_expression(number) and is_expression(other) else None
        size = None if {unit, of_other} & _CURRENCIES else ratio(unit, of_other)
        if size is None:
            return False
        return self._values(value(number) * sympy.Rational(size.numerator, size.denominator), value(other))

    def _equations(self, left: Term, right: Term) -> bool | None:
        """The same where the differences of sides are multiples of each other; other where a point solves one alone."""
        ours, theirs = [value(side.parts[0]) - value(side.parts[1]) for side in (left, right)]
        if self.by_algebra and theirs != 0:
            multiple = sympy.simplify(ours / theirs)
            if multiple.is_number and multiple.is_finite and multiple != 0:
                return True
        return False if any(_solves_one_alone(*_concretely(ours, theirs))) else None


def _all(found: list[bool | None]) -> bool | None:
    return False if False in found else None if None in found else True


def _entries(some: Any) -> list[Any]:
    return list(some) if isinstance(some, sympy.MatrixBase) else [some]


def _may_meet(left: Term, right: Term) -> bool:
    """Whether two forms have values in common: an interval and a double inequality, a value and its equation."""
    sets = {"span", "between", "union", "<", "<=", ">", ">=", "!=", "or", "and"}
    heads = {left.head, right.head}
    return heads <= sets or (("=" in heads or "named" in heads) and not heads & {"!=", "<", ">", "<=", ">="})


def _measured(node: Term) -> tuple[Term, str | None]:
    match node.head:
        case "quantity" | "money":
            return node.parts[0], node.text
        case "percent":
            return node.parts[0] / 100, None
        case "scientific":
            return node.parts[0] * Term("^", (Term("number", (), "10"), Term("number", (), node.text))), None
        case _:
            return node, None


def _concretely(one: Any, other: Any) -> tuple[Any, Any]:
    """The two with functions of no pattern in place of those that are only named."""
    applied = {it.func for side in (one, other) for it in side.atoms(sympy.core.function.AppliedUndef)}
    for function in sorted(applied, key=str):
        one, other = [side.replace(function, _concrete(str(function))) for side in (one, other)]
    return one, other


def _difference_at(one: Any, other: Any) -> Iterator[bool]:
    """Whether the two part, point by point: everywhere positive, negative, and mixed, near and far."""
    one, other = _concretely(one, other)
    symbols = sorted(one.free_symbols | other.free_symbols, key=str)
    sides = [_computed(symbols, side) for side in (one, other)]
    for number, (sign, scale) in enumerate(_POINTS if symbols else _POINTS[:1]):
        rng = Draw(f"oracle/point/{number}")
        point = [_coordinate(rng, sign) * scale for _ in symbols]
        with mpmath.workdps(DIGITS):
            yield _apart(*[_at(side, point) for side in sides])


def _coordinate(rng: Draw, sign: int) -> Any:
    """A number with no pattern, up to about 4."""
    if sign == 2:
        return mpmath.mpf(rng.int(5, 12))
    drawn = mpmath.mpf(rng.int(100, 4_000)) / 971
    return drawn * (sign or rng.choice((1, -1)))


def _concrete(named: str) -> Callable[..., Any]:
    """A function of no pattern in place of one that is only named."""
    rng = Draw(f"oracle/function/{named}")
    weights = [sympy.Rational(rng.int(2, 99), 7) for _ in range(12)]

    def concrete(*arguments: Any) -> Any:
        terms = [weights[3 * place] * it**3 + weights[3 * place + 1] * it**2 for place, it in enumerate(arguments[:3])]
        return sum(terms, weights[9]) + weights[10] * sum([(n + 1) * it for n, it in enumerate(arguments)])

    return concrete


def _computed(symbols: list[Any], side: Any) -> Callable[..., Any]:
    return sympy.lambdify(symbols, side, "mpmath")


def _at(side: Callable[..., Any], point: list[Any]) -> Any:
    """A real or complex value; None where there is none."""
    try:
        found = mpmath.mpmathify(side(*point))
    except (TypeError, ValueError, ArithmeticError, NameError, AttributeError):
        return None
    return found if mpmath.isfinite(found) else None


def _apart(one: Any, other: Any) -> bool:
    """Whether two values part; one that is not real where the other is real parts from it."""
    if one is None or other is None:
        return False
    size = max(abs(one), abs(other))
    return size > _LEAST and abs(one - other) > size * mpmath.mpf(10) ** -20


def _solves_one_alone(ours: Any, theirs: Any) -> Iterator[bool]:
    """Whether a solution of the first, found from drawn values of all symbols but one, is none of the second."""
    for first, second in ((ours, theirs), (theirs, ours)):
        symbols = sorted(first.free_symbols | second.free_symbols, key=str)
        for number, symbol in enumerate(sorted(first.free_symbols, key=str)):
            rng = Draw(f"oracle/root/{number}")
            known = {it: sympy.Rational(rng.int(100, 4000), 971) for it in symbols if it != symbol}
            along = sympy.lambdify([symbol], first.subs(known), "mpmath")
            with mpmath.workdps(DIGITS):
                try:
                    root = mpmath.findroot(along, mpmath.mpf(rng.int(100, 4000)) / 971)
                    there = sympy.lambdify([symbol], second.subs(known), "mpmath")(root)
                    yield bool(mpmath.isfinite(there) and abs(there) > mpmath.mpf(10) ** -9)
                except (ValueError, TypeError, ZeroDivisionError, ArithmeticError, NameError):
                    continue
