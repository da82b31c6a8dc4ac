"""Exact values: small vectors and matrices as tuples with arithmetic, shapes, and intervals of the real line.

They compare with `==`, hash, and never round. Entries are int or Fraction. For large arrays use NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm
from operator import mul
from typing import TypeAlias, cast, overload

Rational: TypeAlias = int | Fraction
_times = cast("Callable[[Rational, Rational], Rational]", mul)


_EXACT = frozenset({int, Fraction})
_Over: TypeAlias = tuple[Sequence[Rational], int] | None
"""Numbers over one denominator."""


def over_one(numbers: Sequence[Rational]) -> tuple[list[int], int] | None:
    """Fractions, or some of them and whole numbers, as whole numbers over one denominator; None for anything else.

    >>> over_one((Fraction(1, 2), 3)), over_one((1, 2))
    (([1, 6], 2), None)

    What is added up over one denominator is reduced once, and not at each step.
    """
    kinds = {*map(type, numbers)}
    if Fraction not in kinds or not kinds <= _EXACT:
        return None
    below = [number.denominator for number in numbers]
    one = lcm(*below)
    return [number.numerator * (one // its) for number, its in zip(numbers, below)], one  # noqa: B905 (as long)


def added(numbers: Sequence[Rational]) -> Rational:
    """The sum of some numbers.

    >>> added((Fraction(1, 2), Fraction(1, 3), 1))
    Fraction(11, 6)
    """
    found = over_one(numbers)
    return sum(numbers) if found is None else Fraction(sum(found[0]), found[1])


def dot(one: Sequence[Rational], other: Sequence[Rational]) -> Rational:
    """The sum of the products of as many numbers.

    >>> dot((Fraction(1, 2), 3), (4, Fraction(1, 3)))
    Fraction(3, 1)
    """
    left, right = over_one(one), over_one(other)
    return sum(map(_times, one, other)) if left is right is None else _product(one, left, other, right)


def _products(rows: Sequence[Sequence[Rational]], columns: Sequence[Sequence[Rational]]) -> list[list[Rational]]:
    """The sum of products of each row with each column."""
    lefts, rights = [over_one(row) for row in rows], [over_one(column) for column in columns]
    if not any(lefts) and not any(rights):
        return [[sum(map(_times, row, column)) for column in columns] for row in rows]
    return [
        [_product(row, left, column, right) for column, right in zip(columns, rights)]  # noqa: B905 (as long)
        for row, left in zip(rows, lefts)  # noqa: B905
    ]


def _product(one: Sequence[Rational], left: _Over, other: Sequence[Rational], right: _Over) -> Rational:
    if left is None:
        left = (one, 1) if right and {*map(type, one)} == {int} else None
    elif right is None:
        right = (other, 1) if {*map(type, other)} == {int} else None
    if left is None or right is None:
        return sum(map(_times, one, other))
    (above, below), (other_above, other_below) = left, right
    return Fraction(sum(map(_times, above, other_above)), below * other_below)


def exact_root(number: Rational) -> Fraction | None:
    """The square root, where it is a fraction.

    >>> exact_root(Fraction(9, 4)), exact_root(2)
    (Fraction(3, 2), None)

    Raises `ValueError` for a negative number.
    """
    if number < 0:
        raise ValueError(f"a root is taken of 0 or more, not of {number}")
    root = Fraction(isqrt(number.numerator), isqrt(number.denominator))
    return root if root * root == number else None


class Shape(tuple[int, ...]):
    """The shape of an array, such as `[n, c, h, w]`.

    >>> Shape((10, 64, 32, 32))
    Shape((10, 64, 32, 32))
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Shape({super().__repr__()})"


class Vector(tuple[Rational, ...]):
    """A vector of exact numbers.

    >>> 2 * Vector((0, 1)) + Vector((2, 1))
    Vector((2, 3))
    >>> Vector((2, 4)) @ Vector((1, 1))
    6

    Raises `ValueError` where lengths differ, and names both.
    """

    __slots__ = ()

    def __add__(self, other: tuple[Rational, ...]) -> Vector:  # type: ignore[override]
        if len(self) != len(other):
            raise ValueError(f"vectors of one length can be added, not of {len(self)} and {len(other)}")
        return Vector([a + b for a, b in zip(self, other)])  # noqa: B905 (lengths were compared)

    def __sub__(self, other: tuple[Rational, ...]) -> Vector:
        if len(self) != len(other):
            raise ValueError(f"vectors of one length can be subtracted, not of {len(self)} and {len(other)}")
        return Vector([a - b for a, b in zip(self, other)])  # noqa: B905

    def __neg__(self) -> Vector:
        return Vector([-a for a in self])

    def __mul__(self, factor: Rational) -> Vector:  # type: ignore[override]
        return Vector([a * factor for a in self])

    def __rmul__(self, factor: Rational) -> Vector:  # type: ignore[override]
        return Vector([factor * a for a in self])

    @overload
    def __matmul__(self, other: Vector) -> Rational: ...
    @overload
    def __matmul__(self, other: Matrix) -> Vector: ...
    def __matmul__(self, other: Vector | Matrix) -> Rational | Vector:
        if len(self) != len(other):
            what = "vector" if isinstance(other, Vector) else "matrix"
            raise ValueError(f"a vector of {len(self)} entries cannot be multiplied by a {what} of {len(other)}")
        if isinstance(other, Vector):
            return dot(self, other)
        if len(self) == 2:  # most of an exam, and half the time
            x, y = self
            return Vector([x * a + y * b for a, b in zip(*other)])  # noqa: B905 (rows have one length)
        return Vector(_products((self,), tuple(zip(*other)))[0])  # noqa: B905

    def __repr__(self) -> str:
        return f"Vector({super().__repr__()})"


class Matrix(tuple[tuple[Rational, ...], ...]):
    """A matrix of exact numbers, as a tuple of rows.

    >>> Matrix([(-1, 2), (0, 1)]) @ Vector((0, 1))
    Vector((2, 1))
    >>> Matrix([(1, 2), (3, 4)]) @ Matrix([(0, 1), (1, 0)])
    Matrix(((2, 1), (4, 3)))
    >>> Matrix([(1, 2), (3, 4)]).T
    Matrix(((1, 3), (2, 4)))
    >>> Matrix([(1, 2), (3,)])
    Traceback (most recent call last):
    ValueError: the rows of a matrix have one length, not 1 and 2

    Raises `ValueError` where shapes do not fit, and names both.
    """

    __slots__ = ()

    def __new__(cls, rows: Iterable[Iterable[Rational]]) -> Matrix:
        self = super().__new__(cls, [tuple(row) for row in rows])
        lengths = {len(row) for row in self}
        if len(lengths) > 1:
            raise ValueError(f"the rows of a matrix have one length, not {' and '.join(map(str, sorted(lengths)))}")
        return self

    @classmethod
    def diagonal(cls, entries: Iterable[Rational]) -> Matrix:
        """A square matrix of these entries, with zeros beside them.

        >>> Matrix.diagonal((2, 3))
        Matrix(((2, 0), (0, 3)))
        """
        placed = tuple(entries)
        return cls([[entry if i == j else 0 for j in range(len(placed))] for i, entry in enumerate(placed)])

    @classmethod
    def identity(cls, size: int) -> Matrix:
        """The identity of so many rows and columns."""
        return cls.diagonal([1] * size)

    @property
    def is_zero(self) -> bool:
        """Whether every entry is 0."""
        return not any([any(row) for row in self])

    @property
    def is_diagonal(self) -> bool:
        """Whether every entry off the diagonal is 0."""
        return not any([entry for i, row in enumerate(self) for j, entry in enumerate(row) if i != j])

    @property
    def trace(self) -> Rational:
        """The sum of the diagonal of a square matrix.

        >>> Matrix([(1, 2), (3, 4)]).trace
        5
        """
        return sum([row[i] for i, row in enumerate(self)])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), len(self[0]) if self else 0

    @property
    def T(self) -> Matrix:
        """The transpose."""
        return Matrix(zip(*self, strict=True))

    def inverse(self) -> Matrix:
        """The inverse, by elimination.

        >>> Matrix([(2, 1), (1, 1)]).inverse() == Matrix([(1, -1), (-1, 2)])
        True

        Raises `ZeroDivisionError` where there is none, and `ValueError` for a matrix that is not square.
        """
        size = len(self)
        if self.shape != (size, size):
            raise ValueError(f"only a square matrix has an inverse, not one of {self.shape[0]}×{self.shape[1]}")
        rows = [[*map(Fraction, row), *[Fraction(i == j) for j in range(size)]] for i, row in enumerate(self)]
        for i in range(size):
            pivot = next((k for k in range(i, size) if rows[k][i]), None)
            if pivot is None:
                raise ZeroDivisionError("a singular matrix has no inverse")
            rows[i], rows[pivot] = rows[pivot], rows[i]
            rows[i] = [entry / rows[i][i] for entry in rows[i]]
            for k in range(size):
                if k != i and rows[k][i]:
                    rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
        return Matrix([row[size:] for row in rows])

    @overload
    def __matmul__(self, other: Vector) -> Vector: ...
    @overload
    def __matmul__(self, other: Matrix) -> Matrix: ...
    def __matmul__(self, other: Vector | Matrix) -> Vector | Matrix:
        if len(self[0]) != len(other):
            what = "vector" if isinstance(other, Vector) else "matrix"
            raise ValueError(f"a {len(self)}×{len(self[0])} matrix cannot be multiplied by a {what} of {len(other)}")
        if isinstance(other, Vector):
            if len(other) == 2:
                x, y = other
                return Vector([a * x + b * y for a, b in self])
            return Vector([product for (product,) in _products(self, (other,))])
        return Matrix(_products(self, tuple(zip(*other))))  # noqa: B905 (rows have one length)

    def __add__(self, other: Matrix) -> Matrix:  # type: ignore[override]
        self._same_shape(other)
        return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self, other)])  # noqa: B905

    def __sub__(self, other: Matrix) -> Matrix:
        self._same_shape(other)
        return Matrix([[a - b for a, b in zip(r, s)] for r, s in zip(self, other)])  # noqa: B905

    def __mul__(self, factor: Rational) -> Matrix:  # type: ignore[override]
        return Matrix([[a * factor for a in row] for row in self])

    def __rmul__(self, factor: Rational) -> Matrix:  # type: ignore[override]
        return Matrix([[factor * a for a in row] for row in self])

    def _same_shape(self, other: Matrix) -> None:
        if self.shape != other.shape:
            raise ValueError(f"matrices of one shape can be added, not of {self.shape} and {other.shape}")

    def __repr__(self) -> str:
        return f"Matrix({super().__repr__()})"


def quadratic_gradient(function: Callable[[Matrix], Rational], W: Matrix) -> Matrix:
    """The gradient of a quadratic function of a matrix, by central differences, which are exact.

    >>> quadratic_gradient(lambda W: W[0][0] ** 2 + 3 * W[0][1], Matrix([(2, 5)]))
    Matrix(((Fraction(4, 1), Fraction(3, 1)),))
    """
    rows, columns = map(range, W.shape)
    units = [[Matrix([[int((i, j) == (k, l)) for l in columns] for k in rows]) for j in columns] for i in rows]
    return Matrix([[(function(W + E) - function(W - E)) / Fraction(2) for E in row] for row in units])


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of the real line; `None` is an end at infinity. An end that belongs to it is closed.

    >>> print(Interval(Fraction(1), Fraction(4)))
    [1, 4]
    >>> print(Interval(Fraction(1, 1000), None, low_closed=False))
    (1/1000, ∞)
    >>> 1 in Interval(1, 4), 4 in Interval(1, 4, high_closed=False)
    (True, False)

    Raises `ValueError` if the ends are in the wrong order.
    """

    low: Rational | None
    high: Rational | None
    low_closed: bool = True
    high_closed: bool = True

    def __post_init__(self) -> None:
        if self.low is None:
            object.__setattr__(self, "low_closed", False)
        if self.high is None:
            object.__setattr__(self, "high_closed", False)
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"an interval runs from its low end to its high end, not from {self.low} to {self.high}")

    def meet(self, other: Interval) -> Interval | None:
        """What two intervals share; None if that is nothing.

        >>> print(Interval(None, 4).meet(Interval(0, None)))
        [0, 4]
        """
        low, low_closed = self.low, self.low_closed
        if low is None or (other.low is not None and (other.low, not other.low_closed) > (low, not low_closed)):
            low, low_closed = other.low, other.low_closed
        high, high_closed = self.high, self.high_closed
        if high is None or (other.high is not None and (other.high, other.high_closed) < (high, high_closed)):
            high, high_closed = other.high, other.high_closed
        if low is not None and high is not None and (low > high or (low == high and not (low_closed and high_closed))):
            return None
        return Interval(low, high, low_closed, high_closed)

    def __contains__(self, x: Rational) -> bool:
        above = self.low is None or x > self.low or (self.low_closed and x == self.low)
        below = self.high is None or x < self.high or (self.high_closed and x == self.high)
        return above and below

    def __str__(self) -> str:
        low = "-∞" if self.low is None else self.low
        high = "∞" if self.high is None else self.high
        return f"{'[' if self.low_closed else '('}{low}, {high}{']' if self.high_closed else ')'}"
