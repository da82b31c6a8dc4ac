"""Text of unknown kind to a value."""

from __future__ import annotations

from typing import TypeAlias

from markscheme.exact import Interval, Matrix, Rational, Vector
from markscheme.reading.arrays import as_matrix, as_vector, read_nested
from markscheme.reading.intervals import read_interval
from markscheme.reading.limits import Unreadable
from markscheme.reading.numbers import read_number

Value: TypeAlias = Rational | Vector | Matrix | Interval

_EXPECTED = "a number, a vector, a matrix or an interval"


def read_any(text: str) -> Value:
    """The number, vector, matrix or interval that a text says; `[1, 4]` is read as a vector.

    >>> read_any("3/6"), read_any("[1, 4]"), read_any("[[1, 2], [3, 4]]")
    (Fraction(1, 2), Vector((1, 4)), Matrix(((1, 2), (3, 4))))
    >>> print(read_any("1 < x <= 4"))
    (1, 4]

    Raises `Unreadable`.
    """
    failures: list[Unreadable] = []
    for read in (read_number, _read_array, read_interval):
        try:
            return read(text)
        except Unreadable as failure:
            failures.append(failure)
    furthest = max(failures, key=lambda failure: failure.position or 0)
    raise Unreadable(f"expected {_EXPECTED}: {furthest.reason}", text=furthest.text, position=furthest.position)


def _read_array(text: str) -> Vector | Matrix:
    nested, at = read_nested(text, "entries such as [2, 3] or [[1, 2], [3, 4]]")
    if isinstance(nested, list) and any(isinstance(row, list) for row in nested):
        return as_matrix(nested, at)
    return as_vector(nested, at)
