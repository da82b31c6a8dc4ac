"""Text to vectors, matrices and shapes, in the notations of mathematics, Python, MATLAB, Typst and TeX."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from markscheme.exact import Matrix, Rational, Shape, Vector
from markscheme.reading.lexer import Cursor, Token, bounded, tokens, trimmed
from markscheme.reading.limits import MOST_ENTRIES
from markscheme.reading.numbers import number

Nested: TypeAlias = "Rational | list[Nested]"

_PLAIN: Final = re.compile(r"\[\s*[+-]?[0-9]{1,18}(?:\s*,\s*[+-]?[0-9]{1,18})*\s*\]").fullmatch
_PLAIN_ROWS: Final = re.compile(
    r"\[\[[+-]?[0-9]{1,18}(?:, ?[+-]?[0-9]{1,18})*\](?:, ?\[[+-]?[0-9]{1,18}(?:, ?[+-]?[0-9]{1,18})*\])*\]"
).fullmatch
_ROW_ENDS: Final = re.compile(r"\], ?\[")
_CLOSING: Final = {"[": "]", "(": ")", "{": "}", "⟨": "⟩", "<": ">", "\\begin": "\\end"}
_CONSTRUCTORS: Final = frozenset(
    "array np.array numpy.array jnp.array torch.tensor tensor Tensor Vector Matrix vec mat list tuple Shape Size "
    "torch.Size".split()
)
_ROW: Final = frozenset({";", "newline", "row"})
_VECTOR: Final = "a vector such as [2, 3]"
_MATRIX: Final = "a matrix such as [[1, 2], [3, 4]]"
_SHAPE: Final = "a shape such as [10, 64, 32, 32]"


def read_vector(text: str, expected: str = _VECTOR) -> Vector:
    r"""The vector that a text says; one row and one column are vectors, too.

    >>> read_vector("h_2 = (2, 3)"), read_vector(r"\begin{bmatrix} 1/2 \\ -3 \end{bmatrix}")
    (Vector((2, 3)), Vector((Fraction(1, 2), -3)))

    Raises `Unreadable`.
    """
    if _PLAIN(bounded(text)):
        return Vector([int(entry) for entry in text[1:-1].split(",")])
    at = _cursor(text, expected)
    return as_vector(_read(at), at)


def read_matrix(text: str, expected: str = _MATRIX) -> Matrix:
    """The matrix that a text says.

    >>> read_matrix("[[1, 2], [3, 4]]") == read_matrix("1 2; 3 4")
    True

    Raises `Unreadable`.
    """
    if _PLAIN_ROWS(bounded(text)):
        rows = [[int(entry) for entry in row.split(",")] for row in _ROW_ENDS.split(text[2:-2])]
        if len({len(row) for row in rows}) == 1:
            return Matrix(rows)
    at = _cursor(text, expected)
    return as_matrix(_read(at), at)


def read_shape(text: str, expected: str = _SHAPE) -> Shape:
    """The shape of an array that a text says.

    >>> read_shape("10×64×32×32")
    Shape((10, 64, 32, 32))

    Raises `Unreadable`.
    """
    if _PLAIN(bounded(text)) and "-" not in text:
        return Shape([int(length) for length in text[1:-1].split(",")])
    at = _cursor(text, expected, by=frozenset({"×", "*", "by"}))
    lengths = as_vector(_read(at), at)
    whole = [length for length in lengths if isinstance(length, int) and length >= 0]
    if len(whole) < len(lengths):
        at.fail("the lengths in a shape are whole numbers, 0 or more")
    return Shape(whole)


def read_nested(text: str, expected: str) -> tuple[Nested, Cursor]:
    """The numbers of a text in lists as nested as its brackets and rows, and the cursor at its end."""
    at = _cursor(text, expected)
    return _read(at), at


def as_vector(nested: Nested, at: Cursor) -> Vector:
    """Nested numbers as a vector, if all but one of their lengths are 1."""
    inner = nested
    while isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], list):
        inner = inner[0]
    entries = [_only(entry) for entry in inner] if isinstance(inner, list) else [inner]
    whole = [entry for entry in entries if entry is not None]
    if not entries:
        at.fail()
    if len(whole) < len(entries):
        at.fail(f"expected {at.expected}, not several rows of several numbers")
    return Vector(whole)


def as_matrix(nested: Nested, at: Cursor) -> Matrix:
    """Nested numbers as a matrix, if they are rows of one length; a lone number is the 1×1 matrix of it."""
    if not isinstance(nested, list):
        return Matrix([[nested]])
    while len(nested) == 1 and isinstance(nested[0], list) and any(isinstance(row, list) for row in nested[0]):
        nested = nested[0]
    if len(nested) == 1 and not isinstance(nested[0], list):
        return Matrix([[nested[0]]])
    rows = [_entries(row) for row in nested]
    whole = [row for row in rows if row]
    if not whole or len(whole) < len(rows):
        at.fail(f"expected {at.expected}: each row in its own brackets, or rows divided by ;")
    if len({len(row) for row in whole}) > 1:
        at.fail(f"the rows of a matrix have one length, not {' and '.join(str(len(row)) for row in whole[:6])}")
    return Matrix(whole)


def _only(nested: Nested) -> Rational | None:
    while isinstance(nested, list):
        if len(nested) != 1:
            return None
        nested = nested[0]
    return nested


def _entries(row: Nested) -> list[Rational]:
    """The numbers of a row; none where it is not a row."""
    if not isinstance(row, list):
        return []
    numbers = [entry for entry in row if not isinstance(entry, list)]
    return numbers if len(numbers) == len(row) else []


def _cursor(text: str, expected: str, *, by: frozenset[str] = frozenset()) -> Cursor:
    found = trimmed(tokens(text))
    if by:
        found = [_divider(token, by) for token in found[:-1]] + found[-1:]
    return Cursor(text, found, expected, entries=True)


def _divider(token: Token, by: frozenset[str]) -> Token:
    return token._replace(kind=",") if token.kind in by or token.text in by else token


def _read(at: Cursor) -> Nested:
    """Everything in the text: one thing, or entries and rows without brackets around them."""
    items = _listed(_rows(at, "end"))
    return items[0] if len(items) == 1 else items


def _item(at: Cursor) -> Nested:
    if at.token.text in _CONSTRUCTORS and at.ahead().kind == "(":
        return _transposed(at, _constructed(at))
    if at.kind in {"(", "{"} and _is_number(at):
        return number(at)
    if at.kind in _CLOSING:
        return _transposed(at, _bracketed(at))
    return number(at)


def _is_number(at: Cursor) -> bool:
    """Whether the parenthesis here holds a number, as in `(1/2)*3`, and not entries."""
    depth, steps = 0, 0
    while True:
        token = at.ahead(steps)
        depth += (token.kind in {"(", "{"}) - (token.kind in {")", "}"})
        if depth == 0:
            return at.ahead(steps + 1).kind in {"+", "-", "*", "/", "^", "**", "%"} and not _transposing(at, steps + 1)
        if token.kind in {",", ";", "newline", "row", "&", "[", "]", "and", "end", "\\begin"}:
            return False
        steps += 1


def _bracketed(at: Cursor) -> list[Nested]:
    opening = at.next().kind
    at.enter()
    rows = _rows(at, _CLOSING[opening], lines=opening != "\\begin")
    at.expect(_CLOSING[opening])
    at.leave()
    return list(rows) if opening == "\\begin" else _listed(rows)


def _constructed(at: Cursor) -> list[Nested]:
    """`np.array([2, 3], dtype=int)`, `Vector((2, 3))`, `vec(2, 3)`."""
    at.next()
    at.next()
    at.enter()
    items = _listed(_rows(at, ")"))
    if at.token.text == "dtype" and at.ahead().kind == "=" and at.ahead(2).kind == "name":
        for _ in range(3):
            at.next()
    at.expect(")")
    at.leave()
    return items[0] if len(items) == 1 and isinstance(items[0], list) else items


def _rows(at: Cursor, closing: str, *, lines: bool = True) -> list[list[Nested]]:
    """The rows that stand before a closing bracket, none of them empty."""
    rows: list[list[Nested]] = [[]]
    divider, count = "", 0
    while at.kind not in {closing, "end"} and at.token.text != "dtype":
        if at.kind in _ROW:
            if at.next().kind != "newline" or lines:
                rows.append([])
            continue
        rows[-1].append(_item(at))
        count += 1
        if count > MOST_ENTRIES:
            at.fail(f"at most {MOST_ENTRIES} entries are read")
        divider = _divided(at, closing, divider)
    return [row for row in rows if row]


def _listed(rows: list[list[Nested]]) -> list[Nested]:
    """Rows as a list of themselves; entries on one row, and things in brackets on any, as a list of those."""
    items = [item for row in rows for item in row]
    if len(rows) < 2 or all(isinstance(item, list) for item in items):
        return items
    return list(rows)


def _divided(at: Cursor, closing: str, before: str) -> str:
    """Moves past what divides two entries; raises where commas and spaces are mixed."""
    if at.kind in {closing, "end"} or at.kind in _ROW:
        return before
    if at.kind in {",", "&", "and"}:
        divider = ","
        at.next()
        at.take("and")
        at.take("newline")
    elif at.token.spaced or (at.kind in _CLOSING and at.ahead(-1).kind in _CLOSING.values()):
        divider = " "
    else:
        at.fail()
    if before and divider != before:
        at.fail("entries are divided by commas or by spaces, not by both")
    return divider


def _transposed(at: Cursor, nested: list[Nested]) -> list[Nested]:
    """The transpose, where `^T` or the like follows."""
    steps = _transposing(at, 0)
    if not steps:
        return nested
    for _ in range(steps):
        at.next()
    rows = [_entries(row) for row in nested]
    if not all(rows):
        return nested
    if len({len(row) for row in rows}) > 1:
        at.fail("the rows of a matrix have one length")
    return [list(column) for column in zip(*rows, strict=True)]


def _transposing(at: Cursor, steps: int) -> int:
    r"""How many tokens of a transpose stand that many steps ahead: `^T`, `^{T}`, `^\top`, `ᵀ`, `.T`, `'`."""

    def turns(token: Token) -> bool:
        return token.kind == "transpose" or token.text == "T"

    first, second, third = at.ahead(steps), at.ahead(steps + 1), at.ahead(steps + 2)
    if first.kind in {"transpose", "'"}:
        return 1
    if first.kind in {"^", "."} and turns(second):
        return 2
    return 4 if first.kind == "^" and second.kind == "{" and turns(third) else 0
