"""What a wrong answer is near: the key with another sign, its reciprocal, ten times it, its entries reordered."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from markscheme.exact import Matrix, Rational, Vector
from markscheme.reading.syntax import Constant, Listed

MOST_ENTRIES = 64


def near(key: Any, value: Any) -> str:
    """What a wrong value has to do with the key, in a few words; empty where nothing plain has.

    >>> near(4, -4), near(Fraction(1, 4), 4), near(3, 300), near(Vector((1, 2)), Vector((2, 1)))
    ('the key with the other sign', "the key's reciprocal", 'the key times 100', "the key's entries in another order")
    """
    key, value = _plain(key), _plain(value)
    if isinstance(key, bool):
        return ""
    if isinstance(key, int | Fraction) and isinstance(value, int | Fraction):
        return _near_number(key, value)
    if isinstance(key, Matrix) and isinstance(value, Matrix):
        if value == Matrix(list(zip(*key, strict=True))):
            return "the key transposed"
        return _near_entries([entry for row in key for entry in row], [entry for row in value for entry in row])
    if isinstance(key, Vector) and isinstance(value, Vector):
        return _near_entries(list(key), list(value))
    return ""


def _plain(value: Any) -> Any:
    """What is in a tree that is a number or a row of numbers."""
    match value:
        case Constant():
            return value.value
        case Listed(items, "()" | "[]" | "[,]") if all(isinstance(it, Constant) for it in items):
            return Vector([it.value for it in items])
        case _:
            return value


def _near_number(key: Rational, value: Rational) -> str:
    if not key or not value:
        return ""
    if value == -key:
        return "the key with the other sign"
    for ten in (10, 100, 1000, 10**6, 10**9):
        if value == ten * key:
            return f"the key times {ten}"
        if ten * value == key:
            return f"the key over {ten}"
    if key * value == 1:
        return "the key's reciprocal"
    return "twice the key" if value == 2 * key else "half the key" if 2 * value == key else ""


def _near_entries(key: list[Any], value: list[Any]) -> str:
    if len(key) != len(value) or len(key) > MOST_ENTRIES:
        return ""
    if value == [-entry for entry in key]:
        return "the key with the other sign"
    return "the key's entries in another order" if sorted(key) == sorted(value) else ""
