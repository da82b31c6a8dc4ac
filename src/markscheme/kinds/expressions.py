"""The kind of an answer that is an expression in declared symbols, compared by its values at random points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Final, TypeAlias, cast

from markscheme.draw import Draw
from markscheme.exact import Rational
from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.kinds.numerals import in_digits, introduced, notation
from markscheme.reading.expressions import Symbols, read_expression
from markscheme.reading.formulas import (
    Applied,
    Called,
    Constant,
    Formula,
    Irrational,
    Name,
    Point,
    Summed,
    TooLarge,
    approximate,
    evaluate,
    names_of,
)
from markscheme.reading.lexer import letter
from markscheme.reading.limits import Unreadable
from markscheme.reading.matrices import Misfit
from markscheme.text.notation import Line, Listing, Notation, Over, Root, Scripts, Symbol, Word, show

_SIZES: Final = (2, 3, 1, 5)
_ROUNDS: Final = 3
_TRIES: Final = 8
_LARGE: Final = 10**6
_SMALL: Final = (2, 3, -1, Fraction(1, 2), -2, 5, Fraction(1, 3), -3, 4, Fraction(3, 2), 7, Fraction(-1, 2))
_DIGITS: Final = 60
_NEAR, _APART = Decimal("1e-40"), Decimal("1e-15")
_MINUS: Final = Symbol("−")
_TIMES: Final = Symbol("·")
_GREEK: Final = {
    letter(word): word
    for word in "alpha beta gamma delta epsilon eta theta lambda mu rho sigma tau phi omega Sigma".split()
}
_TYPED: Final = str.maketrans(_GREEK | {"∂": "d", "∑": "sum", "−": "-", "·": "*", "√": "sqrt", "ᵀ": "^T"})


@dataclass(frozen=True)
class Computed:
    """A value that a check computes at a point, where it has no expression."""

    function: Callable[[Point], Any]

    def __repr__(self) -> str:
        return f"Computed({self.function.__module__}.{self.function.__qualname__})"


Value: TypeAlias = Formula | Computed


@dataclass(frozen=True)
class Expression(Kind[Value]):
    r"""An expression in declared symbols: right in whatever form, if it has the key's values.

    Values are compared exactly at random points, at several sizes and all places where symbols are indexed; roots that
    are no fractions to 40 digits. What is undefined at a point is compared at another. A check may give a function of
    the point in place of an expression.

    >>> rule = Expression(("beta_1", "m", "g"))
    >>> key = rule.read(r"\beta_1 m + (1 - \beta_1) g")
    >>> bool(rule.compare(key, rule.read("g + b*(m - g)".replace("b", "beta_1"))))
    True
    >>> rule.compare(key, rule.read("beta_1 g + (1 - beta_1) m")).note
    'at β_1 = 3/2, m = 5, g = 2 yours gives 1/2, the key 13/2'
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

    @property
    def example(self) -> str:
        first, *others = self.symbols.names
        typed = f"2 {first}^2" + (f" - {others[0]}" if others else "")
        if not self.symbols.indexed:
            return typed
        entry = _typed(self.show(Name(self.symbols.indexed[0], "j")))
        return f"{typed} + sum_j {entry}"

    def read(self, text: str) -> Formula:
        formula = self.parsed(text)
        if reason := _unfit(self, formula):
            raise Unreadable(reason, text=text)
        return formula

    def parsed(self, text: str) -> Formula:
        """The formula that a text says, whether or not it has a value."""
        return read_expression(text, self.symbols)

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
        if key == value:
            return Comparison(True)
        parting = _parting(self, key, value)
        if parting is None:
            return Comparison(True, "another form of the key")
        point, own, other = parting
        return Comparison(False, f"at {point} yours gives {other}, the key {own}")

    def points(self, name: str) -> Iterator[Iterator[Point]]:
        """What is to be compared, each as points to try one after another: small numbers first, for people."""
        return _slots(self.symbols, name)

    def both(self, key: Value, value: Value, point: Point) -> tuple[object, object, bool | None]:
        """Both values at a point, and whether they agree: None where that cannot be told. Raises `ArithmeticError`."""
        return _both(key, value, point)

    def said(self, point: Point, values: Iterable[Value]) -> str:
        """The coordinates of a point that matter to some values, for people."""
        symbols, used = self.symbols, set[str]()
        for value in values:
            used |= set(symbols.names) if isinstance(value, Computed) else set(names_of(value))
        indices = (symbols.size, symbols.index) if symbols.indexed else ()
        if used.intersection(symbols.indexed):
            used |= set(indices)
        names = dict.fromkeys([*indices, *symbols.names, *symbols.indexed])
        return ", ".join([f"{_named(name)} = {_listed(point[name])}" for name in names if name in used & set(point)])

    def written_at(self, value: Any) -> str:
        """A value at a point, for people."""
        exact = str(value)
        return exact if not isinstance(value, Decimal) and len(exact) <= 12 else in_digits(value, 6)

    def show(self, value: Value) -> Notation:
        return Word("a function") if isinstance(value, Computed) else _shown(value)

    def write(self, value: Value) -> str:
        return show(self.show(value), "plain", math=True)

    def parting(self, left: Value, right: Value) -> str:
        parting = None if left == right else _parting(self, left, right)
        return "" if parting is None else f"{parting[0]}: {parting[1]} against {parting[2]}"

    def right(self, key: Value, rng: Draw) -> str:
        if isinstance(key, Computed):
            raise TypeError("a function has no spelling")
        formula = _expanded(key) if rng.chance(1, 3) else key
        node = _shown(reordered(formula, rng, self.commuting), explicit=rng.chance(1, 3))
        styles = (show(node, "plain", math=True), show(node, "latex", math=True), _typed(node))
        return introduced(rng.choice(styles), rng)

    def wrong(self, key: Value, rng: Draw) -> str:
        if isinstance(key, Computed):
            raise TypeError("a function has no spelling")
        others = [it for it in rng.shuffled(self.altered(key, rng)) if it != key and not self.compare(key, it)]
        return introduced(_typed(_shown(others[0])), rng)

    def altered(self, key: Formula, rng: Draw) -> tuple[Formula, ...]:
        """Formulas that are most likely not the key."""
        added = Name(rng.choice(self.symbols.names)), Constant(1)
        others = Applied("*", (Constant(2), key)), Applied("-", (key,))
        return (*others, *[Applied("+", (key, it)) for it in added])

    def malformed(self, rng: Draw) -> str:
        name = rng.choice(self.symbols.names)
        return rng.choice(
            ("?", f"{name} +", f"(1 - {name}", f"{name} qqq_q", f"{name}^{name}", "1/0", "9**9**9**9", "2 3", "[1, 2]",
             f"{name} = 1 = 2", r"\frac{1}", "log 2", "__import__('os')")
        )  # fmt: skip


# Comparing


@lru_cache(maxsize=1_024)
def _unfit(kind: Expression, formula: Formula) -> str:
    """Why a formula cannot be compared: it has no value anywhere, or one with too many digits."""
    is_defined = False
    reason = "this has no value: it divides by zero, or takes the root of a negative number"
    for tries in kind.points(f"{formula}"):
        for point in tries:
            try:
                kind.both(formula, formula, point)
            except TooLarge:
                return "this expression is too large to be compared"
            except Misfit as error:
                reason = f"this has no value: {error}"
            except ArithmeticError:
                continue
            else:
                is_defined = True
            break
    return "" if is_defined else reason


@lru_cache(maxsize=1_024)
def _parting(kind: Expression, key: Value, value: Value) -> tuple[str, str, str] | None:
    """A point at which two values differ, and both there; None where they agree at all points.

    Points depend on what is compared, so that nothing can be made to agree at them. Raises `Undecided`.
    """
    slots = compared = 0
    for tries in kind.points(f"{key} against {value}"):
        slots += 1
        for point in tries:
            try:
                own, other, agree = kind.both(key, value, point)
            except TooLarge:
                raise Undecided("its values are too large to be compared") from None
            except ArithmeticError:
                continue
            if agree is None:
                continue
            if not agree:
                return kind.said(point, [key, value]), kind.written_at(own), kind.written_at(other)
            compared += 1
            break
    if 2 * compared <= slots:
        raise Undecided("there are too few points at which both this and the key have a value")
    return None


def _both(key: Value, value: Value, point: Point) -> tuple[Rational | Decimal, Rational | Decimal, bool | None]:
    """Both values at a point, and whether they agree: None where digits cannot tell."""
    try:
        own, other = _value(key, point), _value(value, point)
    except Irrational:
        with localcontext() as context:
            context.prec = _DIGITS
            left, right = _digits(key, point), _digits(value, point)
            off, scale = abs(left - right), max(abs(left), abs(right), Decimal(1))
            return left, right, True if off <= _NEAR * scale else False if off > _APART * scale else None
    return own, other, own == other


def _value(value: Value, point: Point) -> Rational:
    return value.function(point) if isinstance(value, Computed) else evaluate(value, point)


def _digits(value: Value, point: Point) -> Decimal:
    if isinstance(value, Computed):
        exact = Fraction(value.function(point))
        return Decimal(exact.numerator) / Decimal(exact.denominator)
    return approximate(value, point)


def _slots(symbols: Symbols, name: str) -> Iterator[Iterator[Point]]:
    """What is to be compared, each as points to try one after another: small numbers first, for people."""
    rng = Draw(name)
    for number in range(_ROUNDS):
        for size in _SIZES if symbols.indexed else (1,):
            for place in range(1, size + 1):
                yield (_point(symbols, rng, size, place, large=number == _ROUNDS - 1) for _ in range(_TRIES))


def _point(symbols: Symbols, rng: Draw, size: int, place: int, *, large: bool) -> Point:
    def numbers(count: int) -> tuple[Rational, ...]:
        if large:
            return rng.ints(count, -_LARGE, _LARGE)
        return (rng.sample if count <= len(_SMALL) else rng.choices)(_SMALL, count)

    point: dict[str, object] = dict(zip(symbols.scalars, numbers(len(symbols.scalars)), strict=True))
    if symbols.indexed:
        point |= {name: numbers(size) for name in symbols.indexed} | {symbols.size: size, symbols.index: place}
    return point


def _named(name: str) -> str:
    shown = show(_symbol(name), "plain", math=True)
    return re.sub(r"_\{?\}?$", "", shown)


def _listed(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_listed, cast('tuple[object, ...]', value)))}]"
    return str(value)


# Showing

_SUM, _OPEN, _PRODUCT, _POWER, _ATOM = range(5)
"""How tightly a notation holds together; an open one ends in a sum over an index, which takes in what follows."""


def _shown(formula: Formula, *, explicit: bool = False) -> Notation:
    """The formula as notation; with `explicit`, products have a sign."""
    return _Shown(explicit).at(formula)[0]


@dataclass(frozen=True)
class _Shown:
    explicit: bool

    def at(self, formula: Formula) -> tuple[Notation, int]:
        """The notation, and how tightly it holds together."""
        match formula:
            case Constant(value):
                return notation(value), _SUM if value < 0 else _PRODUCT if isinstance(value, Fraction) else _ATOM
            case Name(name, index):
                return _symbol(name, index), _PRODUCT if "/" in name else _ATOM
            case Summed(index, size, body, without):
                limits = Line((Symbol(index), Symbol("="), notation(1)))
                if without:
                    limits = Line((Symbol(index), Symbol("≠"), Symbol(without)))
                sign = Scripts(Symbol("∑"), limits, None if without else Symbol(size))
                return Line((sign, self.within(body, _OPEN))), _OPEN
            case Applied("+", parts):
                return self.added(parts), _SUM
            case Applied("-", (part,)):
                return Line((_MINUS, self.within(part, _OPEN))), _SUM
            case Applied("*", parts):
                return self.multiplied(parts), _OPEN if self.at(parts[-1])[1] == _OPEN else _PRODUCT
            case Applied("/", (above, below)):
                return Over(self.at(above)[0], self.at(below)[0]), _PRODUCT
            case Applied("^", (base, Constant(exponent))):
                return Scripts(self.within(base, _ATOM), None, notation(exponent)), _POWER
            case Applied("√", (part,)):
                return Root(self.at(part)[0]), _POWER
            case Called(name, parts):
                return self.called(name, parts)
            case Applied():
                return self.matrix(formula)

    def matrix(self, formula: Applied) -> tuple[Notation, int]:
        """What is applied to matrices alone."""
        match formula:
            case Applied("ᵀ", (part,)):
                return Scripts(self.within(part, _ATOM), None, Symbol("⊤")), _POWER
            case Applied("diag", (part,)):
                return Line((Word("diag"), Listing((self.at(part)[0],), "(", ")"))), _ATOM
            case _:
                raise TypeError(f"no formula is applied like {formula}")

    def called(self, name: str, parts: tuple[Formula, ...]) -> tuple[Notation, int]:
        """A function of formulas, in its own notation."""
        shown = [self.at(part)[0] for part in parts]
        match name, shown:
            case _, []:
                return Symbol({"pi": "π", "infinity": "∞"}.get(name, name)), _ATOM
            case "pow", (_, exponent):
                return Scripts(self.within(parts[0], _ATOM), None, exponent), _POWER
            case "abs", (inner,) if "function='abs'" not in f"{parts}":  # bars within bars could not be told
                return Listing((inner,), "|", "|"), _ATOM
            case "!", _:
                return Line((self.within(parts[0], _ATOM), Symbol("!"))), _POWER
            case "log_", (inner, base):
                return Line((Scripts(Word("log"), base, None), Listing((inner,), "(", ")"))), _ATOM
            case "root", (inner, index) if parts[1] != Constant(3):
                exponent = Over(notation(1), index)
                return Scripts(Listing((inner,), "(", ")"), None, exponent), _POWER
            case _:
                word = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "root": "cbrt", "log": "ln"}.get(
                    name, name
                )
                return Line((Word(word), Listing(tuple(shown[:1] if name == "root" else shown), "(", ")"))), _ATOM

    def within(self, formula: Formula, least: int) -> Notation:
        """The notation, in parentheses where it would fall apart."""
        shown, hold = self.at(formula)
        return shown if hold >= least else Listing((shown,), "(", ")")

    def added(self, parts: tuple[Formula, ...]) -> Notation:
        nodes: list[Notation] = []
        for part in parts:
            if isinstance(part, Applied) and part.operation == "-":
                nodes += [_MINUS, self.within(part.parts[0], _OPEN)]
            else:
                nodes += [Symbol("+"), self.within(part, _OPEN)] if nodes else [self.within(part, _SUM)]
        return Line(tuple(nodes))

    def multiplied(self, parts: tuple[Formula, ...]) -> Notation:
        *others, last = parts
        nodes = [self.within(part, _PRODUCT) for part in others] + [self.within(last, _OPEN)]
        line = nodes[:1]
        for part, node in zip(parts[1:], nodes[1:], strict=True):
            line += [_TIMES, node] if self.explicit or _opens_with_number(part) else [node]
        return Line(tuple(line))


def _opens_with_number(formula: Formula) -> bool:
    """Whether it needs a sign before it in a product: `γ · 1/n`."""
    while (isinstance(formula, Applied) and formula.operation in "*/^") or (
        isinstance(formula, Called) and formula.function in {"pow", "!"}
    ):
        formula = formula.parts[0]
    return isinstance(formula, Constant)


def _symbol(name: str, index: str | None = None) -> Notation:
    """A symbol, such as `beta_1` or `m_{t-1}`; a derivative such as `dL/dy`, at an index."""
    if "/" in name:
        above, below = [Symbol(letter(end[1:])) for end in name.split("/")]
        entry = Scripts(below, Symbol(index)) if index else below
        return Over(Line((Symbol("∂"), above)), Line((Symbol("∂"), entry)))
    base, _, own = name.partition("_")
    said = letter(base)
    shown = Symbol(said) if len(said) == 1 else Word(said)
    below = index or own.strip("{}")
    if not below:
        return shown
    return Scripts(shown, Line(tuple([notation(int(it)) if it.isdecimal() else Symbol(it.replace("-", "−"))
                                      for it in re.findall(r"\d+|\D", below)])))  # fmt: skip


def _typed(node: Notation) -> str:
    """What is shown, as people type it who have no Greek letters."""
    return show(node, "plain", math=True).translate(_TYPED)


# Other forms of the same


def reordered(formula: Formula, rng: Draw, operations: str) -> Formula:
    """The formula with the parts of some operations in another order."""
    match formula:
        case Applied(operation, parts):
            again = [reordered(part, rng, operations) for part in parts]
            return Applied(operation, rng.shuffled(again) if operation in operations else tuple(again))
        case Summed(index, size, body, without):
            return Summed(index, size, reordered(body, rng, operations), without)
        case _:
            return formula


def _expanded(formula: Formula) -> Formula:
    """The first product with a sum in it multiplied out, in each term."""
    match formula:
        case Applied("+", parts):
            return Applied("+", tuple([_expanded(part) for part in parts]))
        case Applied("*", parts):
            for place, part in enumerate(parts):
                if isinstance(part, Applied) and part.operation == "+":
                    terms = [Applied("*", (*parts[:place], term, *parts[place + 1 :])) for term in part.parts]
                    return Applied("+", tuple(terms))
            return formula
        case _:
            return formula
