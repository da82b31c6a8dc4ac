"""What a text may say, of whatever kind: the readings of a key, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

from markscheme.exact import Interval, Matrix, Vector
from markscheme.kinds.arrays import MatrixKind, ShapeKind, VectorKind
from markscheme.kinds.base import Kind
from markscheme.kinds.choices import YesNo
from markscheme.kinds.mathematics import Mathematics
from markscheme.kinds.real_sets import RealSetKind
from markscheme.kinds.registry import kind_of
from markscheme.kinds.relations import RelationKind
from markscheme.kinds.several import SeveralKind
from markscheme.reading.arrays import read_shape
from markscheme.reading.formulas import Formula, names_of
from markscheme.reading.limits import Unreadable
from markscheme.reading.mathematics import has_decimal_comma
from markscheme.reading.real_sets import RealSet
from markscheme.reading.relations import Relation, read_statement
from markscheme.reading.several import Several, read_several
from markscheme.reading.values import read_any

NUMBER = Mathematics()


def kind_of_key(value: object) -> Kind[Any]:
    """The kind of a key that is a value: of numbers and formulas any mathematics, of others their own.

    >>> kind_of_key(2).noun, kind_of_key([1, 2]).noun
    ('a mathematical expression', 'a vector')

    Raises `TypeError`.
    """
    if isinstance(value, Several):
        return SeveralKind()
    if isinstance(value, RealSet | Interval):
        return RealSetKind()
    if isinstance(value, Relation):
        return RelationKind()
    is_number = isinstance(value, int | Fraction | Decimal) and not isinstance(value, bool)
    return NUMBER if is_number or isinstance(value, Formula) else kind_of(value)


def readings(text: str) -> Iterator[tuple[Kind[Any], Any]]:
    """Each kind and value that a text may have: `(0, 1)` is a vector, two answers, an interval, and a shape.

    >>> [kind.noun for kind, _ in readings("(0, 1)")]
    ['a vector', 'a list of answers', 'a set of real numbers', 'a shape']
    >>> [kind.noun for kind, _ in readings("y = 2x")]
    ['an equation', 'a mathematical expression']

    Raises `Unreadable` where there is none; the error is that of the reader which came furthest.
    """
    failures: list[Unreadable] = []
    found: tuple[Kind[Any], Any] | None = None
    for read in (_yes_or_no, _definition, _value, _formula, _several, _statement, _shape):
        try:
            other = read(text)
        except Unreadable as failure:
            failures.append(failure)
            continue
        if other is not None and other != found:
            found = found or other
            yield other
            if isinstance(other[1], bool):
                return
    if found is None:
        raise max(failures, key=lambda failure: failure.position or 0)


def _yes_or_no(text: str) -> tuple[Kind[Any], Any] | None:
    """An answer that the letters of `yes` would make a product of."""
    said = text.strip(" .$").casefold()
    return (YesNo(), said in {"yes", "true"}) if said in {"yes", "no", "true", "false"} else None


def _definition(text: str) -> tuple[Kind[Any], Any] | None:
    """An equation that is more than a name for a number."""
    if "=" not in text:
        return None
    with suppress(Unreadable):
        said = read_statement(text)
        if isinstance(said, Relation) and said.operation == "=" and any(names_of(said.right)):
            return RelationKind(), said
    return None


def _value(text: str) -> tuple[Kind[Any], Any] | None:
    """An interval, a vector or a matrix; a number is a formula too, and read as one."""
    if has_decimal_comma(text):
        return None
    value = read_any(text)
    if isinstance(value, Interval):
        return RealSetKind(), value
    if isinstance(value, int | Fraction) or _is_bare_list(text, value):
        return None
    return (MatrixKind if isinstance(value, Matrix) else VectorKind)(rounding=True), value


def _formula(text: str) -> tuple[Kind[Any], Any]:
    return NUMBER, NUMBER.read(text)


def _several(text: str) -> tuple[Kind[Any], Any]:
    return SeveralKind(), read_several(text)


def _statement(text: str) -> tuple[Kind[Any], Any] | None:
    said = read_statement(text)
    if isinstance(said, Relation):
        return RelationKind(), said
    return RealSetKind(), said


def _shape(text: str) -> tuple[Kind[Any], Any] | None:
    shape = read_shape(text)
    return (ShapeKind(), shape) if len(shape) > 1 else None


def _is_bare_list(text: str, value: Vector | Matrix) -> bool:
    """Whether numbers, or points in parentheses, are listed without brackets around them all, and so in any order."""
    if "[" in text or "matrix" in text or "⟨" in text or not any(it in text for it in (",", ";", "and")):
        return False
    if isinstance(value, Vector):
        return "(" not in text
    bare = text.replace(" ", "")
    return (")," in bare and "((" not in bare) or ("(" not in bare and value.shape[1] == 1)
