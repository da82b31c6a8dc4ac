"""What a wrong answer is near: the key with another sign, its reciprocal, ten times it, its entries reordered."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from markscheme.exact import Matrix, Vector
from markscheme.reading.formulas import Constant

MOST_ENTRIES = 64


def near(key: Any, value: Any) -> str:
    """What a wrong value has to do with the key, in a few words; empty where nothing plain has.

    >>> near(4, -4), near(Fraction(1, 4), 4), near(3, 300), near(Vector((1, 2)), Vector((2, 1)))
    ('the key with the other sign', "the key's reciprocal", 'the key times 100', "the key's entries in another order")
    """
    key, value = [it.value if isinstance(it, Constant) else it for it in (key, value)]
    if isinstance(key, bool):
        return ""
    if isinstance(key, int | Fraction) and isinstance(value, int | Fraction):
        return _near_number(Fraction(key), Fraction(value))
    if isinstance(key, Matrix) and isinstance(value, Matrix):
        if value == Matrix(list(zip(*key, strict=True))):
            return "the key transposed"
        return _near_entries([entry for row in key for entry in row], [entry for row in value for entry in row])
    if isinstance(key, Vector) and isinstance(value, Vector):
        return _near_entries(list(key), list(value))
    return ""


def _near_number(key: Fraction, value: Fraction) -> str:
    if not key or not value:
        return ""
    if value == -key:
        return "the key with the other sign"
    ratio = value / key
    for power in (1, 2, 3, 6, 9):
        if ratio in (10**power, Fraction(1, 10**power)):
            return f"the key {'times' if ratio > 1 else 'over'} {10**power}"
    if value == 1 / key:
        return "the key's reciprocal"
    return {Fraction(2): "twice the key", Fraction(1, 2): "half the key"}.get(ratio, "")


def _near_entries(key: list[Any], value: list[Any]) -> str:
    if len(key) != len(value) or len(key) > MOST_ENTRIES:
        return ""
    if value == [-entry for entry in key]:
        return "the key with the other sign"
    return "the key's entries in another order" if sorted(key) == sorted(value) else ""
