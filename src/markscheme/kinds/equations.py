"""Whether two relations have the same solutions: as multiples, at solutions, or where one holds and not the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import reduce
from itertools import islice, pairwise
from typing import Any, Final

from markscheme.exact import Matrix
from markscheme.kinds.agreement import At, Field, formulas, points_around, points_for
from markscheme.kinds.base import Comparison, Undecided
from markscheme.language import say
from markscheme.reading.evaluate import order, value_of
from markscheme.reading.sets import MIRRORED, is_rational
from markscheme.reading.syntax import Applied, Called, Constant, Joined, Related, names_of
from markscheme.reading.values import TooLarge, Undefined, digits_at


def difference_of(relation: Related) -> Any:
    """The first side less the last: 0 where an equation holds."""
    left, right = relation.sides[0], relation.sides[-1]
    return Applied("+", (left, Applied("-", (right,))))


def compare_relations(own: Related, said: Related, field: Field) -> Comparison | None:
    """Relations with one sign each: right up to a factor, wrong with a solution of the key's, else undecided."""
    if len(own.signs) > 1 or len(said.signs) > 1 or "in" in own.signs + said.signs:
        raise Undecided(say("chains-by-hand")) if own != said else Undecided("")
    if are_multiples(own, said, field):
        return Comparison(True)
    if own.signs == said.signs == ("=",):
        return _at_solutions(own, said)
    return _at_truths(own, said)


def _at_truths(own: Related, said: Related) -> Comparison:
    """Wrong at a point at which one relation holds, and not the other. Raises `Undecided` where none is found."""
    for at in islice(points_around(own, said), MOST_TRIED):
        try:
            truths = [_holds(it, at) for it in (own, said)]
        except (Undefined, TooLarge):
            continue
        if truths[0] != truths[1]:
            point = _told(at, dict.fromkeys(names_of(own)))
            return Comparison(False, say("only-key-holds" if truths[0] else "only-yours-holds", point=point))
    raise Undecided(say("relation-no-multiple"))


def _holds(relation: Related, at: Any) -> bool:
    found = order(*[value_of(side, at, digits=30, unknown=at.unknown) for side in relation.sides])
    (sign,) = relation.signs
    holds = {"=": found == 0, "≠": found != 0, "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0}
    return holds[sign]


def are_multiples(own: Related, said: Related, field: Field) -> bool:
    """Whether the difference of sides is a multiple of the key's, quotients multiplied out."""
    if (len(own.signs), len(said.signs)) != (1, 1) or not {*own.signs, *said.signs} <= set(MIRRORED):
        return False
    own_sign, said_sign = own.signs[0], said.signs[0]
    one, other = difference_of(own), difference_of(said)
    if own_sign == said_sign == "=":
        one, other = multiplied_out(one), multiplied_out(other)
    factor = _factor(one, other)
    if not factor or not have_same_values(Applied("*", (Constant(factor), one)), other, field):
        return False
    return (own_sign if factor > 0 else MIRRORED[own_sign]) == said_sign


def have_same_values(one: Any, other: Any, field: Field) -> bool:
    """Whether two formulas are known to have the same values."""
    try:
        return formulas(one, other, field).agrees
    except Undecided:
        return False


def _factor(own: Any, said: Any) -> Fraction | None:
    """What one difference is of the other, at the first point where both have a value and the key's is not 0."""
    for at in points_for(own, said, 12):
        try:
            below, above = value_of(own, at, unknown=at.unknown), value_of(said, at, unknown=at.unknown)
        except (Undefined, TooLarge):
            continue
        if isinstance(below, int | Fraction) and isinstance(above, int | Fraction):
            if below:
                return Fraction(above) / Fraction(below)
            continue
        ratio = _ratio(below, above)
        if ratio is not None:
            return ratio
    return None


def _ratio(below: Any, above: Any) -> Fraction | None:
    """The quotient of two values in digits, where it is a fraction of small numbers."""
    try:
        quotient = above / below
        found = Fraction(str(quotient.value.real)).limit_denominator(10**6)
    except (ArithmeticError, AttributeError, ValueError):
        return None
    return found or None


MOST_TRIED: Final = 48
SOLVED: Final = 4
_TRIED: Final = tuple([Fraction(x) for x in (-7, -3, -1, 0, 1, 2, 5, 9)])
_STEPS, _NEAR, _APART = 12, Fraction(1, 10**7), Fraction(1, 10**4)


def _at_solutions(own: Related, said: Related) -> Comparison:
    """Wrong, where a solution of one is none of the other. Raises `Undecided` where all that are found are."""
    one, other = [multiplied_out(difference_of(it)) for it in (own, said)]
    for solved, tried, told in _both_ways(one, other, "equation"):
        names = list(dict.fromkeys(names_of(solved)))
        for name in names[:3]:
            for at in points_for(one, other, SOLVED):
                for _ in _roots(solved, at, name):
                    if _is_apart(tried, at):
                        return Comparison(False, say(f"solves-{told}", point=_told(at, names)))
    raise Undecided(say("equation-no-multiple"))


def at_common_solutions(own: list[Related], said: list[Related]) -> Comparison | None:
    """Wrong, where a common solution of some equations is none of the others'; None where none is found."""
    if any(it.signs != ("=",) for it in (*own, *said)):
        return None
    one, other = [[multiplied_out(difference_of(it)) for it in relations] for relations in (own, said)]
    for solved, tried, told in _both_ways(one, other, "equations"):
        for at in _common_roots(solved, tried):
            if any(_is_apart(it, at) for it in tried):
                return Comparison(False, say(f"solves-{told}", point=_told(at, sorted(at))))
    return None


def _both_ways(own: Any, said: Any, noun: str) -> tuple[tuple[Any, Any, str], ...]:
    """What is solved, what is tried at its solutions, and what a solution of the one alone solves."""
    return (own, said, noun), (said, own, "yours")


def _told(at: At, names: Iterable[str]) -> str:
    return ", ".join([f"{name} = {float(at[name]):.6g}" for name in names if name in at])


def _is_apart(tree: Any, at: At) -> bool:
    """Whether a tree has a value at a point, and is surely not 0 there."""
    return (off := _size(tree, at)) is not None and off > _APART


def _size(tree: Any, at: Any) -> Fraction | None:
    """How far from 0 a tree is at a point; None where it has no value."""
    try:
        return abs(_decimal(tree, at))
    except (Undefined, TooLarge):
        return None


def _decimal(tree: Any, at: Any) -> Fraction:
    value = value_of(tree, at, digits=30, unknown=at.unknown)
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(str(value.value.real))


def _roots(tree: Any, at: Any, name: str) -> Iterator[Fraction]:
    """Numbers for one name that make a tree 0 at a point, between two signs; each is put into the point."""

    def value(x: Fraction) -> Fraction | None:
        at[name] = x
        try:
            return _decimal(tree, at)
        except (Undefined, TooLarge):
            return None

    values = [(x, y) for x in _TRIED if (y := value(x)) is not None]
    for x, y in values:
        if not y and value(x) == 0:
            yield x
    for one, other in pairwise(values):
        if one[1] * other[1] < 0 and (root := _between(value, *one, *other)) is not None:
            yield root


def _between(
    value: Callable[[Fraction], Fraction | None], low: Any, below: Any, high: Any, above: Any
) -> Fraction | None:
    """A root between two points of different signs, by the Illinois variant of false position."""
    for _ in range(_STEPS):
        x = (high - above * (high - low) / (above - below)).limit_denominator(10**12)
        y = value(x)
        if y is None or abs(y) < _NEAR:
            return None if y is None else x
        low, below = (high, above) if y * above < 0 else (low, below / 2)
        high, above = x, y
    return None


def multiplied_out(difference: Any) -> Any:
    """A tree that is 0 where the difference is, without its denominators, powers, and factors that are never 0."""
    above, _ = _quotient(difference)
    factors = _factors(above)
    if Constant(0) in factors or not any(names_of(above)):
        return above
    return reduce(_times, dict.fromkeys([_base(it) for it in factors if any(names_of(it))]))


def _factors(tree: Any) -> list[Any]:
    match tree:
        case Applied("*" | "×", parts):
            return [it for part in parts for it in _factors(part)]
        case Applied("-", (part,)) | Applied("+", (part, Constant(0) | Applied("-", (Constant(0),)))):
            return _factors(part)
        case Applied("+", (Constant(0), Applied("-", (part,)))):
            return _factors(part)
        case Called("exp") | Applied("^", (Called("e" | "pi") | Constant(), _)):
            return []
        case _:
            return [tree]


def _base(tree: Any) -> Any:
    """What is 0 where a factor is: of a positive power its base."""
    match tree:
        case Applied("^", (base, Constant(power))) if power > 0:
            return base
        case _:
            return tree


def _quotient(tree: Any) -> tuple[Any, Any]:
    """A tree as one above the other; sums are brought to one denominator."""
    one = Constant(1)
    match tree:
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
            return tree, one


def _times(one: Any, other: Any) -> Any:
    if one == Constant(1):
        return other
    return one if other == Constant(1) else Applied("*", (one, other))


def _common_roots(system: list[Any], other: list[Any]) -> Iterator[At]:
    """Points at which all trees of a system are 0, by Newton's method from several points."""
    names = list(dict.fromkeys([name for tree in system for name in names_of(tree)]))[: len(system)]
    square = system[: len(names)]
    for at in points_for(Joined("and", tuple(square)), Joined("and", tuple(other)), SOLVED):
        start = [float(at[name]) for name in names]

        def values(*xs: Any, at: At = at) -> list[Any]:
            at.update(zip(names, [Fraction(str(x)) for x in xs], strict=True))
            return [float(_decimal(tree, at)) for tree in square]

        try:
            xs = digits_at(15).findroot(values, start, tol=1e-16, maxsteps=8)
            at.update(zip(names, [Fraction(str(x)).limit_denominator(10**7) for x in xs], strict=True))
        except (ArithmeticError, ValueError, LookupError):
            continue
        if all((off := _size(it, at)) is not None and off < _NEAR for it in system):
            yield at


def solution(relations: list[Related]) -> dict[str, Fraction] | None:
    """The values that linear equations give as many names; None where they give none."""
    differences = [difference_of(it) for it in relations]
    names = list(dict.fromkeys([name for it in differences for name in names_of(it)]))
    if any(it.signs != ("=",) for it in relations) or not 0 < len(names) <= min(6, len(differences)):
        return None
    try:
        rows = [_linear_row(it, names) for it in differences]
        square = rows[: len(names)]
        found = Matrix([row[:-1] for row in square]).inverse() @ Matrix([[-row[-1]] for row in square])
    except (Undefined, TooLarge, ZeroDivisionError, ValueError):
        return None
    values = [Fraction(row[0]) for row in found]
    if any(sum(a * b for a, b in zip(row[:-1], values, strict=True)) + row[-1] for row in rows):
        return None
    return dict(zip(names, values, strict=True))


def _linear_row(tree: Any, names: list[str]) -> list[Fraction]:
    """The coefficients of a linear tree, and its constant last. Raises `ValueError` where it is none."""
    zero = dict.fromkeys(names, Fraction(0))
    if not is_rational(tree):
        raise ValueError("this is not linear")
    start = value_of(tree, zero)
    slopes = [value_of(tree, {**zero, name: Fraction(1)}) - start for name in names]
    for at in ([Fraction(k + 2) for k in range(len(names))], [Fraction(-3 * k - 5, 7) for k in range(len(names))]):
        expected = start + sum(slope * x for slope, x in zip(slopes, at, strict=True))
        if not isinstance(expected, int | Fraction) or value_of(tree, dict(zip(names, at, strict=True))) != expected:
            raise ValueError("this is not linear")
    return [*slopes, start]
