"""Text to intervals of the real line: brackets, chains of inequalities, and sets of the numbers with a property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from markscheme.exact import Interval, Rational
from markscheme.reading.lexer import Cursor, cursor
from markscheme.reading.numbers import number

_RELATIONS: Final = frozenset({"<", "<=", ">", ">="})
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_INTRODUCTIONS: Final = frozenset({"for", "when", "where", "if", "iff", "all", "exactly", "only"})
_INTERVAL: Final = "an interval such as [1, 4] or 1 < x <= 4"


@dataclass(frozen=True, slots=True)
class _Infinity:
    sign: int


_End: TypeAlias = Rational | _Infinity
_Bound: TypeAlias = tuple[str, str, _End]


def read_interval(text: str, expected: str = _INTERVAL) -> Interval:
    r"""The interval that a text says.

    >>> print(read_interval("1 <= x < 4"), read_interval("(0.001, inf)"), read_interval(r"\lambda \in [1, 4]"))
    [1, 4) (1/1000, ∞) [1, 4]

    Raises `Unreadable`.
    """
    at = cursor(text, expected)
    while at.token.text.lower() in _INTRODUCTIONS:
        at.next()
    if at.kind == "name" and at.ahead().kind == "in":
        at.next()
        at.next()
    interval = _interval(at)
    at.end()
    return interval


def _interval(at: Cursor) -> Interval:
    if at.take("reals"):
        return Interval(None, None)
    if at.kind == "{":
        return _set(at)
    if at.kind in {"[", "]"} or (at.kind == "(" and _paired(at)):
        return _bracketed(at)
    return _chained(at)


def _paired(at: Cursor) -> bool:
    """Whether the parenthesis here holds two ends and not one number."""
    depth = steps = 0
    while at.ahead(steps).kind != "end":
        token = at.ahead(steps)
        depth += (token.kind == "(") - (token.kind in {")", "]", "["} and steps > 0)
        if depth <= 1 and token.kind in {",", ";"}:
            return True
        if depth <= 0:
            return False
        steps += 1
    return False


def _bracketed(at: Cursor) -> Interval:
    low_closed = at.next().kind == "["
    low = _end(at)
    if at.kind not in {",", ";"}:
        at.fail()
    at.next()
    high = _end(at)
    if at.kind not in {"]", ")", "["}:
        at.fail()
    high_closed = at.next().kind == "]"
    bounds: list[_Bound] = [("", ">=" if low_closed else ">", low), ("", "<=" if high_closed else "<", high)]
    return _meeting(at, bounds)


def _set(at: Cursor) -> Interval:
    """The set builder `{x : x > 1}`."""
    at.next()
    at.expect("name")
    if at.take("in"):
        at.expect("reals")
    if at.kind not in {":", "|"}:
        at.fail()
    at.next()
    interval = _chained(at)
    at.expect("}")
    return interval


def _chained(at: Cursor) -> Interval:
    """One chain of inequalities or several: `1 <= x <= 4`, `1 <= x and x <= 4`."""
    bounds = _chain(at)
    while at.kind in {"and", ",", "&", ";"}:
        at.next()
        at.take("and")
        bounds += _chain(at)
    if len({name for name, _, _ in bounds}) > 1:
        at.fail("expected inequalities on one variable, not on several")
    return _meeting(at, bounds)


def _chain(at: Cursor) -> list[_Bound]:
    sides = [_side(at)]
    relations: list[str] = []
    while at.kind in _RELATIONS and len(relations) < 2:
        relations.append(at.next().kind)
        sides.append(_side(at))
    bounds = [
        bound
        for left, relation, right in zip(sides, relations, sides[1:])  # noqa: B905 (one side more than relations)
        if (bound := _bound(left, relation, right))
    ]
    if not relations or len(bounds) < len(relations):
        at.fail()
    if len({relation[0] for relation in relations}) > 1:
        at.fail("expected inequalities that point the same way, as in 1 < x <= 4")
    return bounds


def _bound(left: str | _End, relation: str, right: str | _End) -> _Bound | None:
    if isinstance(left, str) and not isinstance(right, str):
        return left, relation, right
    if isinstance(right, str) and not isinstance(left, str):
        return right, _MIRRORED[relation], left
    return None


def _side(at: Cursor) -> str | _End:
    return at.next().text if at.kind == "name" else _end(at)


def _end(at: Cursor) -> _End:
    signed = at.kind in {"+", "-"}
    if (at.ahead() if signed else at.token).kind != "infinity":
        return number(at)
    sign = -1 if signed and at.next().kind == "-" else 1
    at.take("+")
    at.expect("infinity")
    return _Infinity(sign)


def _meeting(at: Cursor, bounds: list[_Bound]) -> Interval:
    """The numbers within all the bounds."""
    low: Rational | None = None
    high: Rational | None = None
    low_closed = high_closed = False
    for _, relation, end in bounds:
        below = relation[0] == "<"
        if isinstance(end, _Infinity):
            if (end.sign > 0) != below:
                at.fail("the ends of an interval are in the wrong order: the low end comes first")
        elif below and (high is None or (end, relation == "<=") < (high, high_closed)):
            high, high_closed = end, relation == "<="
        elif not below and (low is None or (-end, relation == ">=") < (-low, low_closed)):
            low, low_closed = end, relation == ">="
    if low is not None and high is not None and (low > high or (low == high and not (low_closed and high_closed))):
        at.fail("no number lies in this interval: its low end comes first, and lies below its high end")
    return Interval(low, high, low_closed, high_closed)
