"""Kinds of answers that are expressions in declared symbols, or matrices, compared by their values at random points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Final, TypeAlias, cast

from markscheme.draw import Draw
from markscheme.exact import Matrix, Rational
from markscheme.kinds.agreement import at_slots, is_real
from markscheme.kinds.base import Comparison, Kind
from markscheme.kinds.showing import Computed, shown, symbol
from markscheme.language import NOTHING, Message, message_of, say
from markscheme.reading.evaluate import Evaluator, evaluate, evaluate_matrix
from markscheme.reading.expressions import read_expression
from markscheme.reading.limits import Unreadable
from markscheme.reading.symbols import Symbols
from markscheme.reading.syntax import Constant, Formula, Name, Point, names_of
from markscheme.reading.values import DIGITS, Identity, Misfit, TooLarge
from markscheme.reading.words import SPELLED
from markscheme.text.field import Field
from markscheme.text.notation import Notation, show

_SIZES: Final = (2, 3, 1, 5)
_ROUNDS: Final = 4
_TRIES: Final = 8
_LARGE: Final = 10**6
_SMALL: Final = (2, 3, -1, Fraction(1, 2), -2, 5, Fraction(1, 3), -3, 4, Fraction(3, 2), 7, Fraction(-1, 2))
_MATRIX_SIZES: Final = (2, 1, 3, 2)
_MATRIX_TRIES: Final = 4
_TYPED: Final = str.maketrans(SPELLED | {"∂": "d", "∑": "sum", "−": "-", "·": "*", "√": "sqrt", "ᵀ": "^T"})

Value: TypeAlias = Formula | Computed
Points: TypeAlias = Callable[[Draw, int], Point]
"""Draws a value for each symbol, where diagonal matrices are of a size."""


@dataclass(frozen=True)
class Expression(Kind[Value]):
    r"""An expression in declared symbols: right in whatever form, if it has the key's values.

    Values are compared exactly at random points, at several sizes and all places where symbols are indexed; roots that
    are no fractions by their digits. What is undefined at a point is compared at another. A check may give a function
    of the point in place of an expression.

    >>> rule = Expression(("beta_1", "m", "g"))
    >>> key = rule.read(r"\beta_1 m + (1 - \beta_1) g")
    >>> bool(rule.compare(key, rule.read("g + b*(m - g)".replace("b", "beta_1"))))
    True
    >>> print(rule.compare(key, rule.read("beta_1 g + (1 - beta_1) m")).note)
    at β_1 = 4, m = 3/2, g = 5 yours gives 15.5, the key -9
    """

    noun: ClassVar[str] = "an expression"
    commuting: ClassVar[str] = "+*"
    """The operations whose parts may change places."""
    symbols: Symbols = field()

    def __init__(
        self,
        symbols: Iterable[str],
        *,
        indexed: Iterable[str] = (),
        also: Mapping[str, str] | None = None,
        index: str = "i",
        size: str = "n",
    ) -> None:
        declared = Symbols(tuple(symbols), tuple(indexed), tuple((also or {}).items()), index, size)
        object.__setattr__(self, "symbols", declared)

    def field(self) -> Field:
        symbols = self.symbols
        names = tuple(dict.fromkeys([*symbols.names, *symbols.indexed, *symbols.matrices]))
        return replace(super().field(), names=names, matrices=symbols.matrices)

    @property
    def example(self) -> str:
        first, *others = self.symbols.names
        written = f"2 {first}^2" + (f" - {others[0]}" if others else "")
        if not self.symbols.indexed:
            return written
        return f"{written} + sum_j {typed(self.show(Name(self.symbols.indexed[0], 'j')))}"

    def read(self, text: str) -> Formula:
        formula = read_expression(text, self.symbols)
        if reason := _unfit(self, formula):
            raise Unreadable(reason, text=text)
        return formula

    def accept(self, value: object) -> Value:
        if isinstance(value, Formula | Computed):
            return value
        if callable(value):
            return Computed(cast("Callable[[Point], Any]", value))
        if isinstance(value, int | Fraction) and not isinstance(value, bool):
            return Constant(value)
        if isinstance(value, str):
            try:
                return self.read(value)
            except Unreadable as error:
                raise TypeError(error.pointed()) from None
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: Value, value: Value) -> Comparison:
        return Comparison(True) if key == value else _compared(self, key, value)

    def at(self, formula: Formula, values: Point) -> Any:
        """The exact value of a formula where its names have these values.

        >>> kind = Expression(("eta", "lambda"))
        >>> kind.at(kind.read("1 - eta lambda"), {"eta": Fraction(1, 2), "lambda": 3})
        Fraction(-1, 2)

        Raises `ArithmeticError` where it has none, or one that is no fraction, and `LookupError` where a name has none.
        """
        return evaluate(formula, values)

    def points(self, name: str) -> Iterator[Iterator[Point]]:
        """What is to be compared, each as points to try one after another: small numbers first, for people."""
        return _slots(self.symbols, name)

    def value(self, tree: Value, at: Point, digits: int = DIGITS) -> Any:
        """The value of an expression at a point. Raises `ArithmeticError` where it has none."""
        if isinstance(tree, Computed):
            return tree.function(at)
        return Evaluator(at, digits=digits, symbols=self.symbols).value(tree)

    def told(self, point: Point, values: Iterable[Value]) -> str:
        """The coordinates of a point that matter to some values, for people."""
        symbols, used = self.symbols, set[str]()
        for value in values:
            used |= set(symbols.names) if isinstance(value, Computed) else set(names_of(value))
        indices = (symbols.size, symbols.index) if symbols.indexed else ()
        if used.intersection(symbols.indexed):
            used |= set(indices)
        names = dict.fromkeys([*indices, *symbols.names, *symbols.indexed])
        return ", ".join([f"{_named(name)} = {_listed(point[name])}" for name in names if name in used & set(point)])

    def show(self, value: Value) -> Notation:
        return shown(value, apart=False)

    def write(self, value: Value) -> str:
        return show(self.show(value), "plain", math=True)

    def difference(self, left: Value, right: Value) -> str:
        found = self.compare(right, left)
        return "" if found.agrees else f"{found.note}".replace(" yours gives ", ": ").replace(", the key ", " against ")


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
        declared = Symbols(tuple(numbers), tuple(indexed), tuple(spelled.items()), index, size, tuple(matrices))
        object.__setattr__(self, "symbols", declared)
        object.__setattr__(self, "draw", points)

    @property
    def example(self) -> str:
        first, *_ = self.symbols.matrices
        entries = [f" - diag({name}_{self.symbols.index} + 1)" for name in self.symbols.indexed[:1]]
        return f"2 {first} {first}^T{''.join(entries) or ' - I'}"

    def at(self, formula: Formula, values: Point) -> Matrix | None:
        """The exact value of a formula where its names, and the size, have these values; None if it is no such matrix.

        >>> kind = MatrixExpression((), matrices=("X",), points=lambda rng, size: {"X": rng.orthogonal(size)})
        >>> kind.at(kind.read("X^T - I"), {"X": Matrix([(1, 2), (3, 4)]), "m": 2})
        Matrix(((0, 3), (2, 3)))
        """
        try:
            found = evaluate_matrix(formula, values, self.symbols)
        except ArithmeticError:
            return None
        size = values[self.symbols.size]
        if isinstance(found, Identity):
            found = found.sized(size)
        return found if isinstance(found, Matrix) and found.shape == (size, size) else None

    def points(self, name: str) -> Iterator[Iterator[Point]]:
        rng = Draw(name)
        for size in _MATRIX_SIZES:
            yield ({**self.draw(rng, size), self.symbols.size: size} for _ in range(_MATRIX_TRIES))


@lru_cache(maxsize=1_024)
def _unfit(kind: Expression, formula: Formula) -> Message:
    """Why a formula cannot be compared: it has no value anywhere, or one with too many digits."""
    is_defined = False
    reason = say("no-value-anywhere")
    for tries in kind.points(f"{formula}"):
        for point in tries:
            try:
                found = kind.value(formula, point)
                if not is_real(found):
                    continue
            except TooLarge:
                return say("expression-too-large")
            except Misfit as error:
                reason = say("no-value-for", why=message_of(error))
            except ArithmeticError:
                continue
            else:
                is_defined = True
            break
    return NOTHING if is_defined else reason


@lru_cache(maxsize=1_024)
def _compared(kind: Expression, key: Value, value: Value) -> Comparison:
    """Whether two values agree, at points that depend on what is compared, so that nothing is made to agree at them."""
    slots = kind.points(f"{key} against {value}")
    return at_slots(key, value, slots, told=kind.told, value_at=kind.value, one_domain=False)


def _slots(symbols: Symbols, name: str) -> Iterator[Iterator[Point]]:
    rng = Draw(name)
    sizes = _SIZES if symbols.indexed else (1, 1, 1)
    for number in range(_ROUNDS):
        for size in sizes:
            for place in range(1, size + 1):
                yield (_point(symbols, rng, size, place, number) for _ in range(_TRIES))


def _point(symbols: Symbols, rng: Draw, size: int, place: int, number: int) -> Point:
    """Values of a round: small ones, all negative, and large ones."""

    def numbers(count: int) -> tuple[Rational, ...]:
        if number == _ROUNDS - 1:
            return rng.ints(count, -_LARGE, _LARGE)
        found = (rng.sample if count <= len(_SMALL) else rng.choices)(_SMALL, count)
        return tuple([-abs(it) for it in found]) if number == 1 else found

    point: dict[str, object] = dict(zip(symbols.scalars, numbers(len(symbols.scalars)), strict=True))
    if symbols.indexed:
        point |= {name: numbers(size) for name in symbols.indexed} | {symbols.size: size, symbols.index: place}
    return point


def _named(name: str) -> str:
    return re.sub(r"_\{?\}?$", "", show(symbol(name), "plain", math=True))


def _listed(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_listed, cast('tuple[object, ...]', value)))}]"
    return str(value)


def typed(node: Notation) -> str:
    """What is shown, as people type it who have no Greek letters."""
    return show(node, "plain", math=True).translate(_TYPED)
