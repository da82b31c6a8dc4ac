"""Sets of real numbers: their algebra, and the sets that trees say: intervals, inequalities, equations, points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, reduce
from math import inf
from typing import Any, Final, TypeAlias

from markscheme.exact import Interval
from markscheme.language import Message, as_message, say
from markscheme.reading.claims import is_name
from markscheme.reading.evaluate import value_of
from markscheme.reading.grammar import Dialect, read
from markscheme.reading.limits import Unreadable, bounded
from markscheme.reading.prose import first_read
from markscheme.reading.syntax import (
    INFINITY,
    Applied,
    Called,
    Constant,
    Joined,
    Listed,
    Name,
    Quantity,
    Related,
    Rounded,
    Rows,
    Such,
    is_set_algebra,
    is_two_signed,
    names_of,
    walked,
)
from markscheme.reading.values import Approx, TooLarge, Undefined, kept, root

Cut: TypeAlias = "tuple[Fraction | float, int]"
"""A place on the line between numbers: just before a number (0), or just after it (1)."""
MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "≠": "≠"}
MOST_PARTS: Final = 40


@dataclass(frozen=True)
class Span:
    """The numbers between two ends, None where there is no end; a number alone is its own low and high end."""

    low: Any
    high: Any
    low_closed: bool = False
    high_closed: bool = False

    @cached_property
    def low_cut(self) -> Cut:
        return (-inf, 1) if self.low is None else (as_fraction(self.low), int(not self.low_closed))

    @cached_property
    def high_cut(self) -> Cut:
        return (inf, 0) if self.high is None else (as_fraction(self.high), int(self.high_closed))

    @property
    def is_empty(self) -> bool:
        return self.low_cut >= self.high_cut

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low_closed and self.high_closed and self.low_cut[0] == self.high_cut[0]


@dataclass(frozen=True)
class RealSet:
    """Spans in their order, apart from each other and none of them empty.

    >>> one, two = RealSet((Span(Constant(1), Constant(3)),)), RealSet((Span(Constant(2), None),))
    >>> (one | two).spans
    (Span(low=Constant(value=1), high=None, low_closed=False, high_closed=False),)
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


def point(at: Any) -> RealSet:
    """The set of one number."""
    return RealSet((Span(at, at, low_closed=True, high_closed=True),))


REALS: Final = RealSet((Span(None, None),))
EMPTY: Final = RealSet(())


def as_fraction(end: Any) -> Fraction:
    """The value of a number's tree, its digits taken as they are. Raises `Undefined` where it is no real number."""
    value = value_of(end, {})
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if not isinstance(value, Approx):
        raise Undefined(say("ends-are-real"))
    mantissa, exponent = value.value.real.man_exp  # of the absolute value
    return (-1 if value.value.real < 0 else 1) * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


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


# What trees say


@dataclass(frozen=True)
class Said:
    """A set of real numbers, of what it is said, and whether the tree can say nothing else."""

    numbers: RealSet
    names: frozenset[str] = frozenset()
    is_sure: bool = True


def set_in(tree: Any) -> Said | None:
    """The set of real numbers that a tree says; None where it says none.

    Raises `Unreadable` for one that is written wrongly, such as an interval whose ends are in the wrong order.
    """
    try:
        return _set(tree)
    except TooLarge:
        raise Unreadable(say("ends-too-large")) from None
    except Undefined:
        if INFINITY in walked(tree):
            raise Unreadable(say("infinity-is-no-number")) from None
        return None
    except LookupError:
        return None


def _set(tree: Any) -> Said | None:
    match tree:
        case Called("reals") | Name("R"):
            return Said(REALS, is_sure=tree == Called("reals"))
        case Listed((), "{}"):
            return Said(EMPTY)
        case Listed((low, high), "()" | "[]" | "[)" | "(]" as brackets):
            return _interval(low, high, brackets)
        case Rows(((low,), (high,)), "()" | "[]" | "[)" | "(]" as brackets):
            return _interval(low, high, brackets)
        case Listed(items, "{}") if all(map(_is_number, items)):
            return Said(reduce(RealSet.__or__, [point(plain(it)) for it in items]), is_sure=False)
        case Such(name, statement):
            found = _set(statement)
            return Said(found.numbers) if found and found.names <= {name} else None
        case Related((name, numbers), ("in" | "∉" as sign,)):
            found = _set(numbers)
            if found is None:
                return None
            return Said(found.numbers if sign == "in" else REALS - found.numbers, frozenset(_named(name)))
        case Related():
            return _chain(tree)
        case Called("not", (statement,)):
            found = _set(statement)
            return Said(REALS - found.numbers, found.names) if found else None
        case Joined(word, parts):
            are_intervals = all(isinstance(it, Listed | Rows) for it in parts)
            return _joined("list" if word == "and" and are_intervals else word, parts)
        case Applied("∪" | "∩" | "∖" as sign, parts):
            return _joined(sign, parts)
        case Listed(items, "") | Rows((items,), "") if all(isinstance(it, Related | Listed | Applied) for it in items):
            return _joined("list", items)
        case _:
            return None


def _is_number(tree: Any) -> bool:
    """Whether a tree is one number, as far as its parts tell."""
    return not any(
        isinstance(it, Name | Listed | Rows | Related | Joined | Such | Quantity)
        or is_two_signed(it)
        or is_set_algebra(it)
        or it in (INFINITY, Called("reals"))
        for it in walked(tree)
    )


def _named(tree: Any) -> list[str]:
    return list(dict.fromkeys(names_of(tree)))


def _interval(low: Any, high: Any, brackets: str) -> Said | None:
    if any(names_of(low)) or any(names_of(high)):
        return None
    is_sure = brackets in {"[)", "(]"}
    ends: list[Any] = []
    for end, sign in ((low, -1), (high, 1)):
        if end in (INFINITY, Applied("-", (INFINITY,))):
            if (end == INFINITY) != (sign > 0):
                raise Unreadable(say("ends-in-wrong-order"))
            ends.append(None)
            is_sure = True
        elif isinstance(end, Listed | Rows | Related):
            return None
        else:
            ends.append(plain(end))
    span = Span(
        ends[0], ends[1], brackets[0] == "[" and ends[0] is not None, brackets[1] == "]" and ends[1] is not None
    )
    if not span.is_empty:
        return Said(RealSet((span,)), is_sure=is_sure)
    if is_sure:
        raise Unreadable(say("interval-is-empty"))
    return None


def _joined(word: str, parts: tuple[Any, ...]) -> Said | None:
    if word == "and" and all(isinstance(part, Related) and set(part.signs) == {"="} for part in parts):
        return None
    is_algebra = word in {"∪", "∩", "∖"}
    found = [Said(point(plain(it))) if is_algebra and _is_number(it) else _set(it) for it in parts[:MOST_PARTS]]
    sets = [it for it in found if it is not None]
    if len(sets) < len(parts):
        return None
    names = frozenset[str]().union(*[it.names for it in sets])
    numbers = [it.numbers for it in sets]
    if len(names) > 1:
        return None
    match word:
        case "or" | "∪":
            whole = reduce(RealSet.__or__, numbers)
            if word == "or":
                _refuse_idle(numbers)
        case "∖":
            whole = reduce(RealSet.__sub__, numbers)
        case "list":
            if not any(isinstance(part, Related) for part in parts) and not any(it.is_sure for it in sets):
                return None
            whole = reduce(_listed, numbers)
            if not any(isinstance(part, Related) for part in parts):
                _refuse_idle(numbers)
        case _:
            whole = reduce(RealSet.__and__, numbers)
            if whole == EMPTY:
                raise Unreadable(say("set-is-empty"))
    return Said(whole, names)


def _refuse_idle(sets: list[RealSet]) -> None:
    """Raises `Unreadable` where one of several alternatives adds nothing to the others: these are several tries."""
    sets = list(dict.fromkeys(sets))
    whole = reduce(RealSet.__or__, sets)
    others = [reduce(RealSet.__or__, [*sets[:k], *sets[k + 1 :]], EMPTY) for k in range(len(sets))]
    if len(sets) > 1 and whole in others:
        raise Unreadable(say("one-set-in-another"))


def _listed(one: RealSet, other: RealSet) -> RealSet:
    """What `x > 1, x < 5` says, and what `x < 1, x > 5` and `(0, 1), (2, 3)` do."""
    ends = [(span.low is None, span.high is None) for span in (*one.spans, *other.spans)]
    both = one & other
    return both if both != EMPTY and sorted(ends) == [(False, True), (True, False)] else one | other


# Solutions


def _chain(tree: Related) -> Said | None:
    """The solutions of a chain of inequalities on one name, or of one equation that is solved here."""
    if {"in", "∉"} & set(tree.signs) or "≈" in tree.signs or any(map(is_two_signed, walked(tree))):
        return None
    directions = {sign[0] for sign in tree.signs}
    if len(tree.signs) > 1 and (len(directions) > 1 or not directions <= {"<", ">"}):
        if directions <= {"<", ">", "=", "≠"} and directions & {"<", ">"}:
            raise Unreadable(say("inequalities-one-way"))
        return None
    sides = [_as_name(side) for side in tree.sides]
    names = dict.fromkeys([name for side in sides for name in names_of(side)])
    if len(names) != 1 or len(tree.signs) > 2:
        return None
    (name,) = names
    links = zip(sides, tree.signs, sides[1:], strict=False)
    found = [_solutions(left, sign, right, name) for left, sign, right in links]
    solved = [it for it in found if it is not None]
    if len(solved) < len(found):
        return None
    whole = reduce(RealSet.__and__, solved)
    if whole == EMPTY and len(solved) > 1:
        raise Unreadable(say("set-is-empty"))
    return Said(whole, frozenset({name}), is_sure=tree.signs[:1] != ("=",))


def _as_name(side: Any) -> Any:
    """A function's value at a name, as a name: the set of its values is meant."""
    match side:
        case Applied("()", (Name(name), Name(of))):
            return Name(f"{name}({of})")
        case _:
            return side


def _solutions(left: Any, sign: str, right: Any, name: str) -> RealSet | None:
    """The numbers for which a relation in one name holds; None where it is not solved here."""
    for one, other, said in ((left, right, sign), (right, left, MIRRORED[sign])):
        if other in (INFINITY, Applied("-", (INFINITY,))):
            return (REALS if (said[0] == "<") == (other == INFINITY) else EMPTY) if said[0] in "<>" else None
        if isinstance(one, Called) and one.function == "abs" and not any(names_of(other)):
            return _within(one.parts[0], said, other, name)
        if isinstance(one, Name) and not any(names_of(other)):
            return _side_of(plain(other), said)
        if (found := _of_power(one, said, other, name)) is not None:
            return found
    return _polynomial(Applied("+", (left, Applied("-", (right,)))), sign, name)


def _of_power(power: Any, sign: str, bound: Any, name: str) -> RealSet | None:
    """The solutions of `base^n < bound` and its like, for n above 2."""
    match power:
        case Applied("^", (base, Constant(int() as exponent))) if exponent > 2 and not any(names_of(bound)):
            size = Called("root", (bound, Constant(exponent)))
            if exponent % 2:
                return _solutions(base, sign, plain(size), name)
            if as_fraction(bound) < 0:
                return EMPTY if sign in {"<", "<=", "="} else REALS
            return _within(base, sign, plain(size), name)
        case _:
            return None


def _within(size: Any, sign: str, bound: Any, name: str) -> RealSet | None:
    """The solutions of `|size| < bound` and its like."""
    if as_fraction(bound) < 0:
        return EMPTY if sign in {"<", "<=", "="} else REALS
    above = _solutions(size, sign, bound, name)
    below = _solutions(size, MIRRORED[sign], Applied("-", (bound,)), name)
    if above is None or below is None:
        return None
    return above & below if sign in {"<", "<=", "≠"} else above | below


def is_rational(tree: Any) -> bool:
    """Whether a tree is made of sums, products, quotients and whole powers of names and numbers alone."""
    match tree:
        case Constant() | Name():
            return True
        case Applied("^", (base, Constant(int()))):
            return is_rational(base)
        case Applied("+" | "-" | "*" | "×" | "/" | "^" | "√", parts):
            return all(map(is_rational, parts)) if tree.operation not in "^√" else not any(names_of(tree))
        case _:
            return isinstance(tree, Called) and not any(names_of(tree))


def coefficients(tree: Any, name: str) -> tuple[Fraction, Fraction, Fraction] | None:
    """c, b and a of a x² + b x + c; None where a tree in one name is no such polynomial with rational coefficients."""
    if not is_rational(tree):
        return None
    try:
        values = [value_of(tree, {name: x}) for x in (0, 1, 2, 7, Fraction(-5, 3))]
    except (Undefined, TooLarge):
        return None
    if not all(isinstance(value, int | Fraction) for value in values):
        return None
    start, one, two = map(Fraction, values[:3])
    square = (two - 2 * one + start) / 2
    slope = one - start - square
    fits = all(start + slope * x + square * x * x == y for x, y in ((7, values[3]), (Fraction(-5, 3), values[4])))
    return (start, slope, square) if fits else None


def _polynomial(difference: Any, sign: str, name: str) -> RealSet | None:
    """The solutions of a polynomial of the first or second degree against zero."""
    found = coefficients(difference, name)
    if found is None or found[1:] == (0, 0):
        return None
    start, slope, square = found
    if square == 0:
        return _side_of(Constant(kept(-start / slope)), sign if slope > 0 else MIRRORED[sign])
    discriminant = slope * slope - 4 * square * start
    upward = sign if square > 0 else MIRRORED[sign]
    if discriminant < 0:
        return REALS if upward in {">", ">=", "≠"} else EMPTY
    middle, half = -slope / (2 * square), _half_width(discriminant, square)
    low, high = [_sum(middle, width) for width in (Applied("-", (half,)), half)]
    outside = _side_of(low, "<=" if upward[1:] else "<") | _side_of(high, ">=" if upward[1:] else ">")
    match upward[0]:
        case "=":
            return point(low) | point(high)
        case "≠":
            return REALS - point(low) - point(high)
        case ">":
            return outside
        case _:
            return REALS - (_side_of(low, "<" if upward[1:] else "<=") | _side_of(high, ">" if upward[1:] else ">="))


def _half_width(discriminant: Fraction, square: Fraction) -> Any:
    exact = root(discriminant, 2)
    if exact is not None:
        return Constant(kept(abs(Fraction(exact) / (2 * square))))
    return Applied("/", (Applied("√", (Constant(discriminant),)), Constant(kept(abs(2 * square)))))


def _sum(middle: Fraction, width: Any) -> Any:
    return plain(Applied("+", (Constant(kept(middle)), width)))


def plain(end: Any) -> Any:
    """An end as the number that it is, where that is a fraction."""
    if isinstance(end, Constant) or any(names_of(end)):
        return end
    value = value_of(end, {})
    is_rounded = isinstance(end, Applied) and isinstance(end.parts[0], Rounded)
    return Constant(kept(Fraction(value))) if isinstance(value, int | Fraction) and not is_rounded else end


def _side_of(end: Any, sign: str) -> RealSet:
    """The numbers x for which `x sign end`."""
    closed = sign in {"<=", ">="}
    match sign:
        case "<" | "<=":
            return RealSet((Span(None, end, high_closed=closed),))
        case ">" | ">=":
            return RealSet((Span(end, None, low_closed=closed),))
        case "≠":
            return REALS - point(end)
        case _:
            return point(end)


# Texts


STATEMENTS: Final = Dialect(expected=say("interval-inequality-or-set"), lists=True,
                            statements=True)  # fmt: skip


def read_real_set(text: str) -> RealSet:
    r"""The set of real numbers that a text says.

    >>> read_real_set(r"x \neq 3") == read_real_set(r"\mathbb{R} \setminus \{3\}")
    True

    Raises `Unreadable`, for an equation too.
    """

    def numbers(said: str) -> RealSet:
        found = set_in(_past_introduction(read(said, STATEMENTS)))
        if found is None:
            raise Unreadable(say("expected-set"), text=said)
        return found.numbers

    return first_read(bounded(text), numbers)


_AN_INTERVAL: Final = say("an-interval-such-as")


def read_interval(text: str, expected: Message | str = _AN_INTERVAL) -> Interval:
    r"""The interval that a text says.

    >>> print(read_interval("1 <= x < 4"), read_interval("(0.001, inf)"), read_interval(r"\lambda \in [1, 4]"))
    [1, 4) (1/1000, ∞) [1, 4]

    Raises `Unreadable`.
    """
    dialect = replace(STATEMENTS, expected=expected)

    def interval(said: str) -> Interval:
        tree = _past_introduction(read(said, dialect))
        found = set_in(tree)
        if found is None or len(found.numbers.spans) != 1 or (isinstance(tree, Related) and "=" in tree.signs):
            raise Unreadable(say("expected", expected=as_message(expected)), text=said)
        (span,) = found.numbers.spans
        low, high = [None if end is None else value_of(end, {}) for end in (span.low, span.high)]
        if isinstance(low, Approx) or isinstance(high, Approx):
            raise Unreadable(say("ends-are-no-fractions"), text=said)
        return Interval(low, high, span.low_closed, span.high_closed)

    return first_read(bounded(text), interval)


def _past_introduction(tree: Any) -> Any:
    """What a name is said to be: `λ: [1, 4]`."""
    if isinstance(tree, Related) and tree.signs == ("=",) and is_name(tree.sides[0]):
        return tree.sides[1] if not isinstance(tree.sides[1], Constant | Name) else tree
    return tree
