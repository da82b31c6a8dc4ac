"""Kinds of answers that are arrays: a vector, a matrix and the shape of an array."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from operator import eq
from typing import ClassVar

from markscheme.exact import Matrix, Rational, Shape, Vector
from markscheme.kinds.base import Comparison, Kind, Scoring
from markscheme.kinds.numerals import as_items, as_rational, notation, written
from markscheme.kinds.tolerance import Bound, Tolerance
from markscheme.reading.arrays import read_matrix, read_shape, read_vector
from markscheme.reading.limits import such_as
from markscheme.text.field import Field, Form
from markscheme.text.notation import Grid, Listing, Notation, Number, Ratio


@dataclass(frozen=True)
class _Entries:
    """What vectors and matrices share: whether entries are decimals, how far they may be off, and, where the question
    says it, how many rows and columns there are to write.
    """

    tolerance: Tolerance
    decimal: bool = False
    rows: int | None = None
    columns: int | None = None

    def __init__(
        self, *, decimal: bool = False, absolute: Bound | None = None, relative: Bound | None = None,
        rounding: bool = True, rows: int | None = None, columns: int | None = None,
    ) -> None:  # fmt: skip
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative, rounding=rounding))
        object.__setattr__(self, "decimal", decimal)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "columns", columns)

    @property
    def allows(self) -> Tolerance:
        return self.tolerance

    @property
    def is_lenient(self) -> bool:
        return self.tolerance.bounded

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry")

    def _accepted(self, value: object) -> Rational:
        floats = "exact" if self.tolerance.bounded else "as written" if self.decimal else "whole"
        return as_rational(value, floats)

    def written(self, entry: Rational) -> str:
        """An entry as a student would type it."""
        return self.tolerance.rounded(entry) if self.tolerance.bounded else written(entry, decimal=self.decimal)

    def _shown(self, entry: Rational) -> Number | Ratio:
        if self.tolerance.bounded:
            return Number(self.tolerance.rounded(entry))
        return notation(entry, decimal=self.decimal)

    def _comparison(self, left: list[Rational], right: list[Rational]) -> Comparison:
        if left == right:
            return Comparison(True)
        agrees = not self.tolerance.exact and all(map(self.tolerance.admits, left, right))
        return Comparison(agrees, self.tolerance.note if agrees else "")


@dataclass(frozen=True, init=False)
class VectorKind(_Entries, Kind[Vector]):
    """A vector of exact numbers, or with a tolerance of numbers near enough.

    >>> vector = VectorKind()
    >>> vector.difference(vector.read("[2, 3, 4]"), vector.accept([2, 3]))
    '3 entries against 2'
    """

    noun: ClassVar[str] = "a vector"
    form: ClassVar[Form] = "vector"

    def field(self) -> Field:
        return replace(super().field(), rows=self.rows, columns=self.columns)

    @property
    def example(self) -> str:
        return "[0.5, -1.25]" if self.decimal else "[2, 3]"

    def read(self, text: str) -> Vector:
        return read_vector(text, such_as("a vector", self.example))

    def accept(self, value: object) -> Vector:
        entries = [self._accepted(entry) for entry in as_items(value, self.noun)]
        if not entries:
            raise TypeError("expected a vector of one entry or more")
        return Vector(entries)

    def compare(self, key: Vector, value: Vector) -> Comparison:
        if len(key) != len(value):
            return Comparison(False)
        return self._comparison(list(key), list(value))

    def entries(self, key: Vector, value: Vector) -> list[bool]:
        return list(map(self.tolerance.admits, key, value)) if len(key) == len(value) else []

    def show(self, value: Vector) -> Notation:
        return Grid(tuple([(self._shown(entry),) for entry in value]))

    def write(self, value: Vector) -> str:
        return f"[{', '.join([self.written(entry) for entry in value])}]"

    def difference(self, left: Vector, right: Vector) -> str:
        if len(left) != len(right):
            return f"{_counted(len(left), 'entry', 'entries')} against {len(right)}"
        return ", ".join(
            f"entry {place}: {self.written(one)} against {self.written(other)}"
            for place, (one, other) in enumerate(zip(left, right, strict=True), 1)
            if not self.tolerance.admits(other, one)
        )


@dataclass(frozen=True, init=False)
class MatrixKind(_Entries, Kind[Matrix]):
    """A matrix of exact numbers, or with a tolerance of numbers near enough.

    >>> matrix = MatrixKind()
    >>> matrix.difference(matrix.read("1 2; 3 4"), matrix.accept([[1, 2], [3, 5]]))
    'row 2, column 2: 4 against 5'
    """

    noun: ClassVar[str] = "a matrix"
    form: ClassVar[Form] = "matrix"

    def field(self) -> Field:
        return replace(super().field(), rows=self.rows, columns=self.columns)

    @property
    def example(self) -> str:
        return "[[0.5, 1], [0, -1.25]]" if self.decimal else "[[1, 2], [3, 4]]"

    def read(self, text: str) -> Matrix:
        return read_matrix(text, such_as("a matrix", self.example))

    def accept(self, value: object) -> Matrix:
        rows = [[self._accepted(entry) for entry in as_items(row, "a row")] for row in as_items(value, self.noun)]
        if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
            raise TypeError(f"expected the rows of a matrix, all of one length, not {value!r}")
        return Matrix(rows)

    def compare(self, key: Matrix, value: Matrix) -> Comparison:
        if key.shape != value.shape:
            return Comparison(False)
        return self._comparison([entry for row in key for entry in row], [entry for row in value for entry in row])

    def entries(self, key: Matrix, value: Matrix) -> list[bool]:
        if key.shape != value.shape:
            return []
        return list(map(self.tolerance.admits, chain.from_iterable(key), chain.from_iterable(value)))

    def show(self, value: Matrix) -> Notation:
        return Grid(tuple([tuple([self._shown(entry) for entry in row]) for row in value]))

    def write(self, value: Matrix) -> str:
        return f"[{', '.join([f'[{self._row(row)}]' for row in value])}]"

    def difference(self, left: Matrix, right: Matrix) -> str:
        if left.shape != right.shape:
            return f"{left.shape[0]}×{left.shape[1]} against {right.shape[0]}×{right.shape[1]}"
        return ", ".join(
            f"row {i}, column {j}: {self.written(one)} against {self.written(other)}"
            for i, (row, other_row) in enumerate(zip(left, right, strict=True), 1)
            for j, (one, other) in enumerate(zip(row, other_row, strict=True), 1)
            if not self.tolerance.admits(other, one)
        )

    def _row(self, row: tuple[Rational, ...]) -> str:
        return ", ".join([self.written(entry) for entry in row])


@dataclass(frozen=True)
class ShapeKind(Kind[Shape]):
    """The shape of an array.

    >>> ShapeKind().read("64x112x112")
    Shape((64, 112, 112))
    """

    noun: ClassVar[str] = "a shape"
    form: ClassVar[Form] = "shape"

    @property
    def example(self) -> str:
        return "[10, 64, 32, 32]"

    def read(self, text: str) -> Shape:
        return read_shape(text, such_as("a shape", self.example))

    def accept(self, value: object) -> Shape:
        lengths = [as_rational(item) for item in as_items(value, self.noun)]
        whole = [length for length in lengths if isinstance(length, int) and length >= 0]
        if not whole or len(whole) < len(lengths):
            raise TypeError(f"expected a shape of whole numbers, 0 or more, not {value!r}")
        return Shape(whole)

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry")

    def entries(self, key: Shape, value: Shape) -> list[bool]:
        return list(map(eq, key, value)) if len(key) == len(value) else []

    def show(self, value: Shape) -> Notation:
        return Listing(tuple([Number(str(length)) for length in value]))

    def write(self, value: Shape) -> str:
        return f"[{', '.join([str(length) for length in value])}]"

    def difference(self, left: Shape, right: Shape) -> str:
        if len(left) != len(right):
            return f"{_counted(len(left), 'dimension', 'dimensions')} against {len(right)}"
        pairs = enumerate(zip(left, right, strict=True), 1)
        return ", ".join(f"dimension {place}: {one} against {other}" for place, (one, other) in pairs if one != other)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
