"""What a wrong answer is near: the key with another sign, its reciprocal, ten times it, its entries reordered."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from markscheme.exact import Matrix, Rational, Vector
from markscheme.language import NOTHING, Message, say
from markscheme.reading.syntax import Constant, Listed

MOST_ENTRIES = 64


def near(key: Any, value: Any) -> Message:
    """What a wrong value has to do with the key, in a few words; empty where nothing plain has.

    >>> [f"{near(*pair)}" for pair in ((4, -4), (Fraction(1, 4), 4), (3, 300), (Vector((1, 2)), Vector((2, 1))))]
    ['the key with the other sign', "the key's reciprocal", 'the key times 100', "the key's entries in another order"]
    """
    key, value = _plain(key), _plain(value)
    if isinstance(key, bool):
        return NOTHING
    if isinstance(key, int | Fraction) and isinstance(value, int | Fraction):
        return _near_number(key, value)
    if isinstance(key, Matrix) and isinstance(value, Matrix):
        if value == Matrix(list(zip(*key, strict=True))):
            return say("near-transposed")
        return _near_entries([entry for row in key for entry in row], [entry for row in value for entry in row])
    if isinstance(key, Vector) and isinstance(value, Vector):
        return _near_entries(list(key), list(value))
    return NOTHING


def _plain(value: Any) -> Any:
    """What is in a tree that is a number or a row of numbers."""
    match value:
        case Constant():
            return value.value
        case Listed(items, "()" | "[]" | "[,]") if all(isinstance(it, Constant) for it in items):
            return Vector([it.value for it in items])
        case _:
            return value


def _near_number(key: Rational, value: Rational) -> Message:
    if not key or not value:
        return NOTHING
    if value == -key:
        return say("near-other-sign")
    for ten in (10, 100, 1000, 10**6, 10**9):
        if value == ten * key:
            return say("near-times", ten=ten)
        if ten * value == key:
            return say("near-over", ten=ten)
    if key * value == 1:
        return say("near-reciprocal")
    return say("near-twice") if value == 2 * key else say("near-half") if 2 * value == key else NOTHING


def _near_entries(key: list[Any], value: list[Any]) -> Message:
    if len(key) != len(value) or len(key) > MOST_ENTRIES:
        return NOTHING
    if value == [-entry for entry in key]:
        return say("near-other-sign")
    return say("near-another-order") if sorted(key) == sorted(value) else NOTHING
