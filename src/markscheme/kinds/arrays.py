"""Kinds of answers that are arrays: a vector, a matrix and the shape of an array."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import eq
from typing import ClassVar

from markscheme.draw import Draw
from markscheme.exact import Matrix, Rational, Shape, Vector
from markscheme.kinds.base import Comparison, Kind, Scoring
from markscheme.kinds.numerals import as_items, as_rational, introduced, notation, spelled, written
from markscheme.kinds.tolerance import Bound, Tolerance
from markscheme.reading.arrays import read_matrix, read_shape, read_vector
from markscheme.text.notation import Grid, Listing, Notation, Number, Ratio


@dataclass(frozen=True)
class _Entries:
    """What vectors and matrices share: whether entries are decimals, and how far they may be off."""

    tolerance: Tolerance
    decimal: bool = False

    def __init__(
        self, *, decimal: bool = False, absolute: Bound | None = None, relative: Bound | None = None,
        rounding: bool = False,
    ) -> None:  # fmt: skip
        object.__setattr__(self, "tolerance", Tolerance(absolute, relative, rounding=rounding))
        object.__setattr__(self, "decimal", decimal)

    @property
    def is_lenient(self) -> bool:
        return not self.tolerance.exact

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry")

    def _accepted(self, value: object) -> Rational:
        floats = "exact" if not self.tolerance.exact else "as written" if self.decimal else "whole"
        return as_rational(value, floats)

    def _written(self, entry: Rational) -> str:
        return written(entry, decimal=self.decimal) if self.tolerance.exact else self.tolerance.rounded(entry)

    def _shown(self, entry: Rational) -> Number | Ratio:
        if self.tolerance.exact:
            return notation(entry, decimal=self.decimal)
        return Number(self.tolerance.rounded(entry))

    def _spelled(self, entry: Rational, rng: Draw) -> str:
        return spelled(entry, rng) if self.tolerance.exact else self._written(entry)

    def _off(self, entry: Rational, rng: Draw) -> Rational:
        return entry + rng.choice((-1, 1)) * self.tolerance.beyond(entry)

    def _comparison(self, left: list[Rational], right: list[Rational]) -> Comparison:
        if left == right:
            return Comparison(True)
        agrees = not self.tolerance.exact and all(map(self.tolerance.admits, left, right))
        return Comparison(agrees, f"within the tolerance of {self.tolerance}" if agrees else "")


@dataclass(frozen=True, init=False)
class VectorKind(_Entries, Kind[Vector]):
    """A vector of exact numbers, or with a tolerance of numbers near enough.

    >>> vector = VectorKind()
    >>> vector.parting(vector.read("[2, 3, 4]"), vector.accept([2, 3]))
    '3 entries against 2'
    """

    noun: ClassVar[str] = "a vector"

    @property
    def example(self) -> str:
        return "[0.5, -1.25]" if self.decimal else "[2, 3]"

    def read(self, text: str) -> Vector:
        return read_vector(text, f"a vector such as {self.example}")

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
        return f"[{', '.join([self._written(entry) for entry in value])}]"

    def parting(self, left: Vector, right: Vector) -> str:
        if len(left) != len(right):
            return f"{_counted(len(left), 'entry', 'entries')} against {len(right)}"
        return ", ".join(
            f"entry {place}: {self._written(one)} against {self._written(other)}"
            for place, (one, other) in enumerate(zip(left, right, strict=True), 1)
            if not self.tolerance.admits(other, one)
        )

    def right(self, key: Vector, rng: Draw) -> str:
        entries = [self._spelled(entry, rng) for entry in key]
        commas, spaces, rows = ", ".join(entries), " ".join(entries), r" \\ ".join(entries)
        frames = ("[{}]", "({})", "{}", "<{}>", "{{{}}}", "np.array([{}])", "Vector(({}))", "[{}]^T", "vec({})")
        styles = [frame.format(commas) for frame in frames]
        styles += [spaces, f"[{spaces}]", f"[{'; '.join(entries)}]", f"[[{'],['.join(entries)}]]"]
        styles += [rf"\begin{{{name}}} {rows} \end{{{name}}}" for name in ("bmatrix", "pmatrix")]
        return introduced(rng.choice(styles), rng)

    def wrong(self, key: Vector, rng: Draw) -> str:
        if rng.chance(1, 5):
            return introduced(self.write(Vector((*key, key[0]))), rng)
        place = rng.below(len(key))
        entries = [self._off(entry, rng) if at == place else entry for at, entry in enumerate(key)]
        return introduced(self.write(Vector(entries)), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(
            ("?", "[2, 3", "2, three", "[2,, 3]", "[[1, 2], [3, 4]]", "[1 2, 3]", "[]", "[1/0, 2]", "2(3)")
        )


@dataclass(frozen=True, init=False)
class MatrixKind(_Entries, Kind[Matrix]):
    """A matrix of exact numbers, or with a tolerance of numbers near enough.

    >>> matrix = MatrixKind()
    >>> matrix.parting(matrix.read("1 2; 3 4"), matrix.accept([[1, 2], [3, 5]]))
    'row 2, column 2: 4 against 5'
    """

    noun: ClassVar[str] = "a matrix"

    @property
    def example(self) -> str:
        return "[[0.5, 1], [0, -1.25]]" if self.decimal else "[[1, 2], [3, 4]]"

    def read(self, text: str) -> Matrix:
        return read_matrix(text, f"a matrix such as {self.example}")

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

    def parting(self, left: Matrix, right: Matrix) -> str:
        if left.shape != right.shape:
            return f"{left.shape[0]}×{left.shape[1]} against {right.shape[0]}×{right.shape[1]}"
        return ", ".join(
            f"row {i}, column {j}: {self._written(one)} against {self._written(other)}"
            for i, (row, other_row) in enumerate(zip(left, right, strict=True), 1)
            for j, (one, other) in enumerate(zip(row, other_row, strict=True), 1)
            if not self.tolerance.admits(other, one)
        )

    def right(self, key: Matrix, rng: Draw) -> str:
        rows = [[self._spelled(entry, rng) for entry in row] for row in key]
        commas, spaces = [", ".join(row) for row in rows], [" ".join(row) for row in rows]
        lists, tex = f"[[{'], ['.join(commas)}]]", r" \\ ".join([" & ".join(row) for row in rows])
        styles = [lists, f"np.array({lists})", "[[" + "]\n [".join(spaces) + "]]", f"(({',), ('.join(commas)},))"]
        styles += [rf"\begin{{{name}}} {tex} \end{{{name}}}" for name in ("bmatrix", "pmatrix", "matrix")]
        if len(rows) > 1:
            styles += ["; ".join(spaces), f"[{'; '.join(spaces)}]", "\n".join(spaces), f"mat({'; '.join(commas)})"]
        return introduced(rng.choice(styles), rng)

    def wrong(self, key: Matrix, rng: Draw) -> str:
        if rng.chance(1, 5):
            return introduced(self.write(Matrix([*key, key[0]])), rng)
        i, j = rng.below(key.shape[0]), rng.below(key.shape[1])
        rows = [list(row) for row in key]
        rows[i][j] = self._off(rows[i][j], rng)
        return introduced(self.write(Matrix(rows)), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(
            ("?", "[[1, 2], [3]]", "[1, 2]", "[[1, 2], [3, x]]", "[[1, 2], 3]", "[[1, 2]", "[[]]", "2(3)")
        )

    def _row(self, row: tuple[Rational, ...]) -> str:
        return ", ".join([self._written(entry) for entry in row])


@dataclass(frozen=True)
class ShapeKind(Kind[Shape]):
    """The shape of an array.

    >>> ShapeKind().read("64x112x112")
    Shape((64, 112, 112))
    """

    noun: ClassVar[str] = "a shape"

    @property
    def example(self) -> str:
        return "[10, 64, 32, 32]"

    def read(self, text: str) -> Shape:
        return read_shape(text, f"a shape such as {self.example}")

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

    def parting(self, left: Shape, right: Shape) -> str:
        if len(left) != len(right):
            return f"{_counted(len(left), 'dimension', 'dimensions')} against {len(right)}"
        pairs = enumerate(zip(left, right, strict=True), 1)
        return ", ".join(f"dimension {place}: {one} against {other}" for place, (one, other) in pairs if one != other)

    def right(self, key: Shape, rng: Draw) -> str:
        lengths = [str(length) for length in key]
        frames = ("[{}]", "({})", "{}", "torch.Size([{}])", "shape: ({})")
        styles = [frame.format(", ".join(lengths)) for frame in frames]
        styles += [divider.join(lengths) for divider in ("×", " x ", "x", r" \times ", " ", " by ")]
        return introduced(rng.choice(styles), rng)

    def wrong(self, key: Shape, rng: Draw) -> str:
        place = rng.below(len(key))
        lengths = list(key)
        lengths[place] += rng.int(1, 3)
        return introduced(self.write(Shape(lengths if rng.chance(3, 4) else [*key, 1])), rng)

    def malformed(self, rng: Draw) -> str:
        return rng.choice(
            ("?", "[10, 64", "[10, -3]", "[10, 1/2]", "10 channels", "[[1, 2], [3, 4]]", "[n, c, h, w]", "[]")
        )


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
