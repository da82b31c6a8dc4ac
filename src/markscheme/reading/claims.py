"""What chains of equations claim: a name, and the one value that all their other sides have."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from markscheme.language import message_of, say
from markscheme.reading.evaluate import value_of
from markscheme.reading.limits import Unreadable
from markscheme.reading.syntax import Applied, Called, Constant, Listed, Name, Related, Rounded, names_of
from markscheme.reading.values import Approx, TooLarge, Undefined, add, agree


def value_alone(tree: Any) -> Any:
    """The value that a tree says, whatever it is called: `x = shape: 5`. Raises `Unreadable`."""
    if isinstance(tree, Related) and set(tree.signs) <= {"=", "≈"} and all(map(is_name, tree.sides[:-1])):
        return value_alone(tree.sides[-1])
    return named_value(tree)[1]


def named_value(tree: Any) -> tuple[Any, Any]:
    """The name that a chain of equations begins with, or None, and the value that it says; any other tree as it is.

    >>> x, five = Name("x"), Constant(5)
    >>> named_value(Related((x, Applied("+", (Constant(2), Constant(3))), five), ("=", "=")))
    (Name(name='x', index=None, bold=False), Constant(value=5))

    Raises `Unreadable` where sides of the chain are numbers that are not equal: a chain is one claim.
    """
    if not isinstance(tree, Related) or not set(tree.signs) <= {"=", "≈"}:
        return None, tree
    sides = list(tree.sides)
    name = None
    if is_name(sides[0]) or (_is_measure(sides[0]) and _are_numbers(sides[1:])):
        name, *sides = sides
    elif len(sides) == 2 and is_name(sides[1]) and not any(names_of(sides[0])):
        sides, name = sides[:1], sides[1]
    if any(is_name(side) and side != name for side in sides[:-1]) or (len(sides) > 1 and not _are_numbers(sides)):
        return None, tree
    for other in sides[1:]:
        if name is None and other == sides[0]:
            raise Unreadable(say("equal-to-itself"))
        if not _same(sides[0], other):
            raise Unreadable(say("equal-and-are-not"))
    exact = next((side for side in sides if as_written(side) is None), sides[-1])
    return name, exact if as_written(sides[-1]) is not None else sides[-1]


def is_name(tree: Any) -> bool:
    """Whether a tree is what something may be called: a symbol, or a function's value such as f(x) or P(A | B)."""
    match tree:
        case Name():
            return True
        case Applied("()", (Name(), _)):
            return True
        case Listed(items, "()"):
            return len(items) > 1 and all(map(is_name, items))
        case Called(function, parts) if parts and function not in {"sin", "cos", "tan", "log", "ln", "exp", "!"}:
            return (function in {"abs", "given", "norm"} and any(names_of(tree))) or _is_unknown(function)
        case _:
            return False


def _is_measure(tree: Any) -> bool:
    """Whether a tree is made of capitals alone, as what is measured in a drawing is: `AB`, `NO/BO`, `S_{MBCN}:S`."""
    if not isinstance(tree, Applied) or tree.operation not in {"*", "/"}:
        return False
    return all((isinstance(it, Name) and it.name[:1].isupper()) or _is_measure(it) for it in tree.parts)


def _is_unknown(function: str) -> bool:
    from markscheme.reading.evaluate import KNOWN  # noqa: PLC0415

    return function not in KNOWN


def _are_numbers(sides: list[Any]) -> bool:
    return not any(any(names_of(side)) for side in sides)


def _same(one: Any, other: Any) -> bool:
    """Whether two sides are the same number, or one is the other rounded."""
    try:
        left, right = value_of(one, {}), value_of(other, {})
    except (Undefined, TooLarge) as error:
        raise Unreadable(say("no-value-for", why=message_of(error))) from None
    if agree(left, right):
        return True
    for exact, side in ((left, as_written(other)), (right, as_written(one))):
        if side is not None:
            off = add(exact, -side[0])
            size = Fraction(str(abs(off.value.real))) if isinstance(off, Approx) else abs(off)
            if size <= Fraction(1, 2) / Fraction(10) ** side[1] or size <= abs(side[0]) / 2**52:
                return True
    return False


def as_written(tree: Any) -> tuple[Fraction, int] | None:
    """What a decimal says, and how many places it has: of `3.33e-3`, `66.7 %` and `3.33 x 10^-3` too."""
    match tree:
        case Rounded(number, places):
            return Fraction(number), places
        case Applied("-", (inner,)):
            found = as_written(inner)
            return found and (-found[0], found[1])
        case Applied("/", (Rounded() as inner, Constant(100))):
            return Fraction(inner.value) / 100, inner.places + 2
        case Applied("×" | "*", (Rounded() as inner, Applied("^", (Constant(10), Constant(int(power)))))):
            return Fraction(inner.value) * Fraction(10) ** power, inner.places - power
        case _:
            return None
