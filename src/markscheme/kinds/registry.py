"""Which kind an annotation or a value has; open to plug-ins through the entry points `markscheme.kinds`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin

from markscheme.exact import Interval, Matrix, Shape, Vector
from markscheme.kinds.arrays import MatrixKind, ShapeKind, VectorKind
from markscheme.kinds.base import Kind
from markscheme.kinds.choices import OneOf, YesNo
from markscheme.kinds.intervals import IntervalKind
from markscheme.kinds.numbers import Exact, Integer, Real
from markscheme.kinds.numerals import as_items, unpacked_array

Factory: TypeAlias = Callable[[], Kind[Any]]

_FACTORIES: Final[dict[object, Factory]] = {
    bool: YesNo,
    int: Integer,
    Fraction: Exact,
    Decimal: lambda: Exact(decimal=True),
    Vector: VectorKind,
    Matrix: MatrixKind,
    Shape: ShapeKind,
    Interval: IntervalKind,
}


def register(annotation: object, factory: Factory) -> None:
    """Makes `factory()` the kind of an annotation, and of the values of that type.

    A package registers its kinds by an entry point in the group `markscheme.kinds` that loads to a function without
    parameters; it is called when an annotation is met that is not known yet. Raises `ValueError` for a known one.
    """
    if _FACTORIES.get(annotation, factory) is not factory:
        raise ValueError(f"{_named(annotation)} has a kind already: {_FACTORIES[annotation]().noun}")
    _FACTORIES[annotation] = factory


def is_kind(value: object) -> bool:
    """Whether a value is a kind of answer: not its class, nor a type that has one."""
    return isinstance(value, Kind)


def kind_for(annotation: object) -> Kind[Any]:
    """The kind of answer that a function with this return annotation gives.

    >>> kind_for(Vector).noun, kind_for(Literal["A", "B"]).example
    ('a vector', 'A')
    >>> kind_for(float)
    Traceback (most recent call last):
    TypeError: a float answer states its tolerance: give kind=Real(absolute=...) or kind=Real(relative=...)

    Raises `TypeError` where none is known, and lists those that are.
    """
    if get_origin(annotation) is Literal:
        labels = get_args(annotation)
        if all(isinstance(label, str) for label in labels):
            return OneOf(labels)
    factory = _factory(annotation)
    if factory is not None:
        return factory()
    if annotation is float:
        raise TypeError("a float answer states its tolerance: give kind=Real(absolute=...) or kind=Real(relative=...)")
    known = ", ".join(sorted(_named(one) for one in _FACTORIES))
    raise TypeError(f"no kind of answer is known for {_named(annotation)}; known are {known} and Literal[...] of texts")


def kind_of(value: object) -> Kind[Any]:
    """The kind of answer that a value is; lists and arrays are vectors and matrices, a float is real within 1e-6 of it.

    >>> kind_of([[1, 2], [3, 4]]).noun, kind_of(Fraction(1, 2)).noun
    ('a matrix', 'a number')

    Raises `TypeError`.
    """
    for cls in type(value).__mro__[:-1]:
        if cls is not tuple and (factory := _FACTORIES.get(cls)):
            return factory()
    unpacked = unpacked_array(value)
    if isinstance(unpacked, float):
        return Real(relative="1e-6")
    if type(unpacked) in {list, tuple}:
        return _kind_of_items(as_items(unpacked, "an array"))
    if unpacked is not value:
        return kind_of(unpacked)
    factory = next((found for cls in type(value).__mro__[:-1] if (found := _factory(cls))), None)
    if factory is None:
        raise TypeError(f"no kind of answer is known for {value!r}")
    return factory()


def _kind_of_items(items: list[object]) -> Kind[Any]:
    rows = [as_items(row, "a row") for row in items if type(row) in {list, tuple, Vector}]
    entries = [entry for row in rows for entry in row] if rows else items
    relative = "1e-6" if any(isinstance(entry, float) for entry in entries) else None
    return MatrixKind(relative=relative) if rows else VectorKind(relative=relative)


def _factory(annotation: object) -> Factory | None:
    try:
        if annotation not in _FACTORIES:
            _load_plugins()
        return _FACTORIES.get(annotation)
    except TypeError:  # an annotation that does not hash
        return None


@cache
def _load_plugins() -> None:
    for entry_point in entry_points(group="markscheme.kinds"):
        entry_point.load()()


def _named(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else repr(annotation)
