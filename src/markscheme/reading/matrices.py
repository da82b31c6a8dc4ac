r"""Text to formulas in matrices: products that do not commute, transposes, inverses, `diag(f(σ_i))`.

Read is what `expressions` reads, and `U^T`, `Uᵀ`, `U'`, `X^{-1}`, `inv(X)`, `I`; a diagonal matrix as `diag` of its
entry at `i`, of a list `σ_1, …, σ_m`, or as `\begin{bmatrix} … \end{bmatrix}` with dots between its corners.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from markscheme.exact import Matrix, Rational
from markscheme.reading.expressions import CLOSING, Reader, Symbols, folded, prepared
from markscheme.reading.formulas import Applied, Constant, Formula, Name, TooLarge, evaluate
from markscheme.reading.lexer import Cursor, Token, bounded
from markscheme.reading.numbers import simplest

MOST_BITS: Final = 1_024
MOST_NODES: Final = 100
IDENTITY: Final = "I"
_TRANSPOSED: Final = frozenset({"T", "⊤", "⊺"})
_FUNCTIONS: Final = frozenset({"diag", "inv"})
_DOTS: Final = frozenset({".", "…", "⋯", "⋱", "⋮", "\\dots", "\\ldots", "\\cdots", "\\ddots", "\\vdots"})


@dataclass(frozen=True)
class MatrixSymbols(Symbols):
    """What a matrix expression may be written in: the `matrices` and the identity `I`, beside numbers.

    Indexed symbols are the entries of diagonal matrices, of which there are `size`.
    """

    matrices: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*super().names, *self.matrices, IDENTITY)

    def listed(self) -> str:
        *known, entries = super().listed().split(", ") if self.indexed else (super().listed(), "")
        return f"{', '.join(known)}, and inside diag( ) {entries}" if entries else known[0]

    def entries(self, index: str) -> Mapping[str, Formula]:
        spaced = super().entries(index)
        return {**spaced, **{said.replace("_", ""): entry for said, entry in spaced.items()}}


@dataclass(frozen=True, slots=True)
class Identity:
    """A multiple of the identity, of whatever size is wanted."""

    factor: Rational = 1

    def sized(self, size: int) -> Matrix:
        """It as a matrix."""
        return Matrix([[self.factor if i == j else 0 for j in range(size)] for i in range(size)])


MatrixValue: TypeAlias = Rational | Identity | Matrix


class Misfit(ArithmeticError):
    """Operands whose shapes do not fit; says which."""


def read_matrix_expression(text: str, symbols: MatrixSymbols) -> Formula:
    """The formula that a text says.

    >>> read_matrix_expression("U^T X", MatrixSymbols((), matrices=("U", "X")))
    Applied(operation='*', parts=(Applied(operation='ᵀ', parts=(Name(name='U', index=None),)), \
Name(name='X', index=None)))

    Raises `Unreadable`.
    """
    return _read(bounded(text), symbols)


@lru_cache(maxsize=1_024)
def _read(text: str, symbols: MatrixSymbols) -> Formula:
    reader = _MatrixReader(Cursor(text, _separated(prepared(text, symbols)), "a matrix expression"), symbols)
    formula = reader.sum()
    reader.at.end()
    return formula


def _separated(found: list[Token]) -> list[Token]:
    """Tokens with functions and exponents apart from the letters beside them: `Udiag(`, `X^TX`."""
    kept: list[Token] = []
    for token, following in zip_longest(found, found[1:]):
        cut = 0
        if token.kind == "name" and kept and kept[-1].kind == "^" and token.text[0] in _TRANSPOSED:
            cut = 1
        elif token.kind == "name" and following and following.kind in CLOSING:
            end = next((name for name in _FUNCTIONS if token.text.endswith(name)), "")
            cut = len(token.text) - len(end) if end else 0
        if 0 < cut < len(token.text):
            kept += [
                token._replace(text=token.text[:cut]), Token("name", token.text[cut:], token.position + cut, False)
            ]  # fmt: skip
        else:
            kept.append(token)
    return kept


class _MatrixReader(Reader):
    """The reader of expressions, with what matrices add to it."""

    most_work = MOST_NODES

    symbols: MatrixSymbols

    def __init__(self, at: Cursor, symbols: MatrixSymbols) -> None:
        super().__init__(at, symbols)
        self.on_diagonal = False

    def scripted(self, base: Formula) -> Formula:
        while True:
            if self._takes_transpose() or self.at.take("'"):
                base = self.applied("ᵀ", base)
            elif self.at.kind == "raised":
                base = self._raised(base, self._raised_digits())
            elif self.at.kind in {"^", "**"}:
                self.at.next()
                base = self._superscript(base)
            else:
                return base

    def atoms(self) -> list[Formula]:
        if self.at.kind == "\\begin" and not self.on_diagonal:
            return [self._laid_out()]
        said = folded(self.at.token).removeprefix("\\")
        if said in _FUNCTIONS and self.at.ahead().kind in CLOSING and not self.on_diagonal:
            self.at.next()
            return [self._diagonal() if said == "diag" else self.applied("^", self.grouped(), Constant(-1))]
        return super().atoms()

    def known(self) -> Mapping[str, Formula]:
        """The entries of diagonal matrices inside those, and matrices outside."""
        symbols = self.symbols
        if not self.on_diagonal:
            return symbols.spelled
        matrices = [Name(name) for name in (*symbols.matrices, IDENTITY)]
        numbers = {said: it for said, it in symbols.spelled.items() if it not in matrices}
        for index in (symbols.index, symbols.size, "1", "2", "3"):
            numbers |= symbols.entries(index)
        return numbers

    def starts_factor(self) -> bool:
        return self.at.kind == "\\begin" or folded(self.at.token) == "\\diag" or super().starts_factor()

    def starts_sum(self) -> bool:
        return False

    def _takes_transpose(self) -> bool:
        return self.at.take("transpose") or self.at.take("⊤") or self.at.take("⊺")

    def _superscript(self, base: Formula) -> Formula:
        closing = CLOSING.get(self.at.kind)
        if closing:
            self.at.next()
        is_negative = self.at.take("-")
        if self._takes_transpose() or (self.at.kind == "name" and self.at.next().text in _TRANSPOSED):
            base = self.applied("ᵀ", base)
            if is_negative:
                base = self.applied("^", base, Constant(-1))
        elif self.at.kind == "number" and self.at.token.text.isdecimal():
            digits = self.at.next().text
            base = self._raised(base, (-1 if is_negative else 1) * int(digits[:4]))
        else:
            self.at.fail("an exponent is a whole number or T, as in X^{-1} and X^T")
        if closing:
            self.at.expect(closing)
        return base

    # Diagonal matrices

    def _diagonal(self) -> Formula:
        closing = CLOSING[self.at.next().kind]
        self.at.enter()
        self.on_diagonal = True
        entries = [self.sum()]
        while self.at.take(",") or self._takes_dots():
            while self.at.take(",") or self._takes_dots():
                pass
            entries.append(self.sum())
        self.on_diagonal = False
        self.at.expect(closing)
        self.at.leave()
        return self.applied("diag", self._general(entries))

    def _laid_out(self) -> Formula:
        """A matrix in rows, of which the corners and the dots between them say what it is."""
        self.at.next()
        self.on_diagonal = True
        row = column = 0
        entries: list[Formula] = []
        while self.at.kind != "\\end":
            if self.at.take("&"):
                column += 1
            elif self.at.take("row"):
                row, column = row + 1, 0
            elif not self._takes_dots():
                entry = self.sum()
                if row == column and entry != Constant(0):
                    entries.append(entry)
                elif entry != Constant(0):
                    self.at.fail("of a matrix in rows only a diagonal one is read")
        self.at.next()
        self.on_diagonal = False
        return self.applied("diag", self._general(entries))

    def _takes_dots(self) -> bool:
        is_dots = self.at.token.text in _DOTS
        if is_dots:
            self.at.next()
        return is_dots

    def _general(self, entries: list[Formula]) -> Formula:
        """The entry at `i` that is meant by one, or by several from the first to the last."""
        index, size = self.symbols.index, self.symbols.size
        if len(entries) == 1 and entries[0] == _moved(entries[0], {"1", "2", "3", size}, index):
            return entries[0]
        *first, last = entries or [Constant(0)]
        meant = {_moved(entry, {str(place)}, index) for place, entry in enumerate(first, 1)} | {
            _moved(last, {size}, index)
        }
        if len(first) not in {1, 2, 3} or len(meant) > 1:
            self.at.fail(f"expected the entry at {index}, or the first ones, dots, and the one at {size}")
        return meant.pop()


def _moved(formula: Formula, places: set[str], index: str) -> Formula:
    """The formula with its entries at some places taken at the free index."""
    match formula:
        case Name(name, place) if place in places:
            return Name(name, index)
        case Applied(operation, parts):
            return Applied(operation, tuple([_moved(part, places, index) for part in parts]))
        case _:
            return formula


# Evaluating


def evaluate_matrix(formula: Formula, at: Mapping[str, Any], symbols: MatrixSymbols) -> MatrixValue:
    """The exact value of a matrix expression, where `at` has a number or a matrix for each name.

    >>> at = {"U": Matrix([(0, 1), (1, 0)]), "sigma": (3, 2)}
    >>> symbols = MatrixSymbols((), ("sigma",), matrices=("U",), size="m")
    >>> evaluate_matrix(read_matrix_expression("U diag(sigma_i^2 + 1) U^T", symbols), at, symbols)
    Matrix(((5, 0), (0, 10)))

    Raises `Misfit` where shapes do not fit, `ZeroDivisionError` where something has no inverse, and `TooLarge`.
    """
    match formula:
        case Name(name) if name == IDENTITY:
            return Identity()
        case Name(name, None) if name in symbols.matrices:
            return at[name]
        case Applied("diag", (entry,)):
            size = len(at[symbols.indexed[0]])
            entries = [evaluate(entry, {**at, symbols.size: size, symbols.index: i + 1}) for i in range(size)]
            return Matrix(
                [[simplest(Fraction(_kept(entries[i]))) if i == j else 0 for j in range(size)] for i in range(size)]
            )
        case Applied("^", (base, Constant(int(exponent)))):
            return _powered(evaluate_matrix(base, at, symbols), exponent)
        case Applied(operation, parts):
            return _applied(operation, [evaluate_matrix(part, at, symbols) for part in parts])
        case _:
            return evaluate(formula, at)


def _applied(operation: str, operands: list[MatrixValue]) -> MatrixValue:
    match operation, operands:
        case "+", _:
            return reduce(_added, operands)
        case "*", _:
            return reduce(_multiplied, operands)
        case "-", (it,):
            return _multiplied(-1, it)
        case "ᵀ", (it,):
            return it.T if isinstance(it, Matrix) else it
        case "/", (above, int() | Fraction() as below):
            return _multiplied(1 / Fraction(below), above)
        case "/", _:
            raise Misfit("a quotient by a matrix can be read in two ways: write a product with an inverse, A B^{-1}")
        case _, (int() | Fraction() as it,):
            return evaluate(Applied("√", (Constant(it),)), {})
        case _:
            raise Misfit("roots are taken of numbers alone")


def _added(left: MatrixValue, right: MatrixValue) -> MatrixValue:
    match left, right:
        case (int() | Fraction(), int() | Fraction()):
            return _kept(left + right)
        case Identity(), Identity():
            return Identity(_kept(left.factor + right.factor))
        case Matrix(), Identity():
            return _added(left, right.sized(_side(left, "a multiple of I is added to")))
        case Identity(), Matrix():
            return _added(right, left)
        case Matrix(), Matrix() if left.shape == right.shape:
            return _kept_all(left + right)
        case _:
            raise _misfit("added to", left, right)


def _multiplied(left: MatrixValue, right: MatrixValue) -> MatrixValue:
    match left, right:
        case Matrix(), Matrix():
            if left.shape[1] != right.shape[0]:
                raise _misfit("multiplied by", left, right)
            return _kept_all(left @ right)
        case Matrix(), _:
            return _multiplied(right, left)
        case (int() | Fraction(), int() | Fraction()):
            return _kept(left * right)
        case (int() | Fraction(), Identity()):
            return Identity(_kept(left * right.factor))
        case (int() | Fraction(), Matrix()):
            return _kept_all(left * right)
        case Identity(), _:
            product = _multiplied(left.factor, right)
            return product if isinstance(product, Identity | Matrix) else Identity(product)
        case _:
            return _multiplied(right, left)


def _powered(base: MatrixValue, exponent: int) -> MatrixValue:
    if isinstance(base, Identity):
        return Identity(_raised(base.factor, exponent))
    if not isinstance(base, Matrix):
        return _raised(base, exponent)
    side = _side(base, "there are powers and inverses only of")
    factor = base if exponent >= 0 else base.inverse()
    power: MatrixValue = Identity().sized(side)
    for _ in range(abs(exponent)):
        power = _multiplied(power, factor)
    return power


def _raised(base: Rational, exponent: int) -> Rational:
    return evaluate(Applied("^", (Constant(base), Constant(exponent))), {})


def _side(matrix: Matrix, rule: str) -> int:
    rows, columns = matrix.shape
    if rows != columns:
        raise Misfit(f"{rule} a square matrix, not {_shape(matrix)}")
    return rows


def _shape(value: MatrixValue) -> str:
    if isinstance(value, Matrix):
        return "one of {}×{}".format(*value.shape)
    return "a multiple of I" if isinstance(value, Identity) else "a number"


def _misfit(act: str, left: MatrixValue, right: MatrixValue) -> Misfit:
    said = [_shape(it).replace("one of", "a matrix of") for it in (left, right)]
    return Misfit(f"{said[0]} cannot be {act} {said[1]}")


def _kept(value: Rational) -> Rational:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise TooLarge
    return value


def _kept_all(matrix: Matrix) -> Matrix:
    for row in matrix:
        for entry in row:
            _kept(entry)
    return matrix
