"""The kind of an answer that is an expression in matrices, compared by its values at random ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

from markscheme.draw import Draw
from markscheme.exact import Matrix
from markscheme.kinds.arrays import MatrixKind
from markscheme.kinds.expressions import Computed, Expression, Value
from markscheme.reading.formulas import Applied, Constant, Formula, Point
from markscheme.reading.matrices import Identity, MatrixSymbols, MatrixValue, evaluate_matrix, read_matrix_expression

_SIZES: Final = (2, 1, 3, 2)
_TRIES: Final = 4

Points: TypeAlias = Callable[[Draw, int], Point]
"""Draws a value for each symbol, where diagonal matrices are of a size."""


@dataclass(frozen=True)
class MatrixExpression(Expression):
    r"""An expression in declared matrices and numbers: right in whatever form, if it has the key's values.

    Products do not commute. `points` draws matrices that are what the question says they are (orthogonal, the product
    of others), exactly, and values are compared there, at several sizes.

    >>> def points(rng: Draw, size: int) -> Point:
    ...     return {"U": rng.orthogonal(size), "sigma": rng.distinct(size, 1, 9), "lambda": rng.int(1, 5)}
    >>> box = MatrixExpression(("lambda",), matrices=("U",), indexed=("sigma",), points=points)
    >>> key = box.read(r"U \operatorname{diag}(\sigma_i + \lambda) U^\top")
    >>> bool(box.compare(key, box.read("U diag(sigma_i) U^{-1} + lambda I")))
    True
    >>> bool(box.compare(key, box.read("U^T diag(sigma_i + lambda) U")))
    False
    """

    noun: ClassVar[str] = "a matrix expression"
    commuting: ClassVar[str] = "+"
    symbols: MatrixSymbols = field()
    draw: Points = field()

    def __init__(
        self,
        numbers: Iterable[str],
        *,
        matrices: Iterable[str],
        points: Points,
        indexed: Iterable[str] = (),
        also: Mapping[str, str] | None = None,
        index: str = "i",
        size: str = "m",
    ) -> None:
        spelled = {f"I_{size}": "I", **(also or {})}
        declared = MatrixSymbols(
            tuple(numbers), tuple(indexed), tuple(spelled.items()), index, size, matrices=tuple(matrices)
        )
        object.__setattr__(self, "symbols", declared)
        object.__setattr__(self, "draw", points)

    @property
    def example(self) -> str:
        first, *_ = self.symbols.matrices
        entries = [f" - diag({name}_{self.symbols.index} + 1)" for name in self.symbols.indexed[:1]]
        return f"2 {first} {first}^T{''.join(entries) or ' - I'}"

    def parsed(self, text: str) -> Formula:
        return read_matrix_expression(text, self.symbols)

    def points(self, name: str) -> Iterator[Iterator[Point]]:
        rng = Draw(name)
        for size in _SIZES:
            yield ({**self.draw(rng, size), self.symbols.size: size} for _ in range(_TRIES))

    def both(self, key: Value, value: Value, point: Point) -> tuple[object, object, bool | None]:
        own, other = self.value(key, point), self.value(value, point)
        if isinstance(own, Matrix) and isinstance(other, Identity):
            other = other.sized(len(own))
        if isinstance(own, Identity) and isinstance(other, Matrix):
            own = own.sized(len(other))
        return own, other, own == other

    def value(self, value: Value, point: Point) -> MatrixValue:
        """The value of an expression at a point. Raises `ArithmeticError` where it has none."""
        if isinstance(value, Computed):
            return value.function(point)
        return evaluate_matrix(value, point, self.symbols)

    def written_at(self, value: Any) -> str:
        if isinstance(value, Identity):
            return f"{value.factor} I"
        return MatrixKind().write(value) if isinstance(value, Matrix) else str(value)

    def altered(self, key: Formula, rng: Draw) -> tuple[Formula, ...]:  # noqa: ARG002 (whatever is drawn)
        tripled = Applied("*", (Constant(3), key))
        return Applied("*", (Constant(2), key)), Applied("+", (key, key)), tripled, Applied("-", (tripled,))

    def malformed(self, rng: Draw) -> str:
        name = rng.choice(self.symbols.matrices)
        return rng.choice(
            ("?", f"{name} +", f"({name}", f"{name} qqq_q", f"{name}^{name}", f"1/{name}", f"{name} + 1", "[1, 2]",
             f"sqrt({name})", "9**9**9**9", "diag()", "__import__('os')", f"{name} = I = 2")
        )  # fmt: skip
