"""Text to vectors, matrices and shapes, in the notations of mathematics, Python, MATLAB, Typst and TeX."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from markscheme.exact import Matrix, Rational, Shape, Vector
from markscheme.language import Message, as_message, joined, message_of, say
from markscheme.reading.claims import value_alone
from markscheme.reading.evaluate import value_of
from markscheme.reading.grammar import Dialect, read
from markscheme.reading.limits import LARGEST_EXPONENT, Unreadable, bounded, such_as
from markscheme.reading.numbers import number_in
from markscheme.reading.prose import first_read
from markscheme.reading.syntax import Applied, Listed, Rows, walked
from markscheme.reading.values import Approx, TooLarge, Undefined

_PLAIN: Final = re.compile(r"\[\s*[+-]?[0-9]{1,18}(?:\s*,\s*[+-]?[0-9]{1,18})*\s*\]").fullmatch
_PLAIN_ROWS: Final = re.compile(
    r"\[\[[+-]?[0-9]{1,18}(?:, ?[+-]?[0-9]{1,18})*\](?:, ?\[[+-]?[0-9]{1,18}(?:, ?[+-]?[0-9]{1,18})*\])*\]"
).fullmatch
_ROW_ENDS: Final = re.compile(r"\], ?\[")
_VECTOR: Final = such_as("a vector", "[2, 3]")
_MATRIX: Final = such_as("a matrix", "[[1, 2], [3, 4]]")
_SHAPE: Final = such_as("a shape", "[10, 64, 32, 32]")


def read_vector(text: str, expected: Message | str = _VECTOR) -> Vector:
    r"""The vector that a text says; one row and one column are vectors, too.

    >>> read_vector("h_2 = (2, 3)"), read_vector(r"\begin{bmatrix} 1/2 \\ -3 \end{bmatrix}")
    (Vector((2, 3)), Vector((Fraction(1, 2), -3)))

    Raises `Unreadable`.
    """
    if _PLAIN(plain := bounded(text).strip()):
        return Vector([int(entry) for entry in plain[1:-1].split(",")])
    return first_read(text, lambda said: _vector(_tree(said, expected), said, expected))


def read_matrix(text: str, expected: Message | str = _MATRIX) -> Matrix:
    """The matrix that a text says.

    >>> read_matrix("[[1, 2], [3, 4]]") == read_matrix("1 2; 3 4") == read_matrix("2 * [[1/2, 1], [3/2, 2]]")
    True

    Raises `Unreadable`.
    """
    if _PLAIN_ROWS(plain := bounded(text).strip()):
        rows = [[int(entry) for entry in row.split(",")] for row in _ROW_ENDS.split(plain[2:-2])]
        if len({len(row) for row in rows}) == 1:
            return Matrix(rows)
    return first_read(text, lambda said: _matrix(_tree(said, expected), said, expected))


def read_shape(text: str, expected: Message | str = _SHAPE) -> Shape:
    """The shape of an array that a text says.

    >>> read_shape("10×64×32×32")
    Shape((10, 64, 32, 32))

    Raises `Unreadable`.
    """
    if _PLAIN(plain := bounded(text).strip()) and "-" not in plain:
        return Shape([int(length) for length in plain[1:-1].split(",")])

    def shape(said: str) -> Shape:
        tree = _tree(said, expected, shape=True)
        if isinstance(tree, Listed) and any(isinstance(it, Applied) and it.operation == "×" for it in tree.items):
            raise Unreadable(say("lengths-divided-twice"), text=said)
        lengths = _vector(tree, said, expected)
        whole = [length for length in lengths if isinstance(length, int) and length >= 0]
        if len(whole) < len(lengths):
            raise Unreadable(say("lengths-are-whole"), text=said)
        return Shape(whole)

    return first_read(text, shape)


def _tree(text: str, expected: Message | str, *, shape: bool = False) -> Any:
    dialect = Dialect(expected=expected, free=False, lists=True, by_spaces=True, shape=shape, most_work=4_000,
                      largest_power=LARGEST_EXPONENT)  # fmt: skip
    return _computed(value_alone(read(text, dialect)), text)


def _computed(tree: Any, text: str) -> Any:
    """A tree whose arithmetic on arrays is done: transposes, sums, multiples."""
    if isinstance(tree, Applied) and any(isinstance(it, Listed | Rows) for it in walked(tree)):
        if tree.operation == "ᵀ" and isinstance(tree.parts[0], Listed) and not _is_nested(tree.parts[0]):
            return tree.parts[0]
        try:
            found = value_of(tree, {})
        except (Undefined, TooLarge) as error:
            raise Unreadable(message_of(error) or say("no-value"), text=text) from None
        if isinstance(found, Matrix):
            return found
    return tree


def _is_nested(tree: Any) -> bool:
    return isinstance(tree, Rows) or (
        isinstance(tree, Listed) and any(isinstance(it, Listed | Rows) for it in tree.items)
    )


def _vector(tree: Any, text: str, expected: Message | str) -> Vector:
    """A tree as a vector, if all but one of its lengths are 1."""
    if isinstance(tree, Matrix):
        entries = [entry for row in tree for entry in row] if 1 in tree.shape else None
    else:
        entries = _entries(tree)
    if entries is None:
        raise Unreadable(say("expected-not-rows", expected=as_message(expected)), text=text)
    return Vector([_rational(entry, text) for entry in entries])


def _entries(tree: Any) -> list[Any] | None:
    """The entries of a list, a row or a column, one after another; None of several rows of several."""
    match tree:
        case Listed((Listed() | Rows() as inner,), _):
            return _entries(inner)
        case Listed(items):
            rows: list[tuple[Any, ...]] = [it.items if isinstance(it, Listed) else (it,) for it in items]
        case Rows(rows_of):
            rows = list(rows_of)
        case Applied("×", parts):
            return list(parts)
        case _:
            return [tree]
    if len(rows) > 1 and any(len(row) != 1 for row in rows):
        return None
    return [entry for row in rows for entry in row]


def _matrix(tree: Any, text: str, expected: Message | str) -> Matrix:
    """A tree as a matrix, if it has rows of one length; a lone number is the 1×1 matrix of it."""
    if isinstance(tree, Matrix):
        return Matrix([[_rational(entry, text) for entry in row] for row in tree])
    while isinstance(tree, Listed) and len(tree.items) == 1 and _is_nested(tree.items[0]):
        tree = tree.items[0]
    match tree:
        case Rows(rows_of):
            rows = list(rows_of)
        case Listed(items) if all(isinstance(it, Listed) for it in items) or len(items) == 1:
            rows = [it.items if isinstance(it, Listed) else (it,) for it in items]
        case Listed() | Applied("×"):
            raise Unreadable(say("expected-rows", expected=as_message(expected)), text=text)
        case _:
            rows = [(tree,)]
    if len({len(row) for row in rows}) > 1:
        lengths = joined("places", *[f"{len(row)}" for row in rows[:6]])
        raise Unreadable(say("rows-of-one-length", lengths=lengths), text=text)
    return Matrix([[_rational(entry, text) for entry in row] for row in rows])


def _rational(entry: Any, text: str) -> Rational:
    if isinstance(entry, Listed | Rows):
        raise Unreadable(say("entries-are-numbers"), text=text)
    found = entry if isinstance(entry, int | Fraction | Approx) else number_in(entry, text)
    if isinstance(found, Approx):
        raise Unreadable(say("entry-is-no-fraction"), text=text)
    return found
