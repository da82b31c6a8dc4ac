"""The value of a tree at a point: exact where it is rational, else digits with their error; bounded in its work."""

# ruff: noqa: ARG005 (tables of functions of one signature)

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from math import comb, factorial, floor, gcd
from typing import Any, Final

from markscheme.exact import Matrix, Rational
from markscheme.language import say
from markscheme.reading.symbols import Symbols
from markscheme.reading.syntax import (
    Applied,
    Called,
    Constant,
    Limit,
    Listed,
    Name,
    Point,
    Quantity,
    Rows,
    Summed,
    grid,
)
from markscheme.reading.values import (
    DIGITS,
    Approx,
    Identity,
    Irrational,
    Misfit,
    TooLarge,
    Undefined,
    Value,
    add,
    agree,
    determinant,
    digits_at,
    divide,
    inverse,
    kept,
    least_common_multiple,
    multiply,
    root,
    size_of,
    whole_numbers,
    whole_power,
)

IDENTITY: Final = "I"
MOST_WORK: Final = 20_000
"""Nodes that are visited for one value."""
DEAREST: Final = 25
"""Nodes' worth of a function that takes digits."""
MOST_TERMS: Final = 400
MOST_FACTORS: Final = 1_000
LARGEST_ROOT: Final = 1_000
_LARGEST_ANGLE: Final = 120
"""Of the size of what a trigonometric function takes, to the base 2."""
_TINY: Final = Fraction(1, 10**25)

Unknown = Callable[[str, tuple[Any, ...]], Any]
"""The value of a function of which nothing is known, at some arguments."""


def evaluate(tree: Any, at: Point) -> Rational:
    """The exact value of a formula.

    >>> evaluate(Summed("j", "n", Applied("^", (Name("y", "j"), Constant(2)))), {"n": 2, "y": (3, 4)})
    25

    Raises `Undefined` where it has none, `Irrational` where it is no fraction, `TooLarge`, and `LookupError` where a
    name has no value.
    """
    found = Evaluator(at).value(tree)
    if isinstance(found, int | Fraction):
        return found
    raise Irrational


def evaluate_matrix(tree: Any, at: Point, symbols: Symbols) -> Value:
    """The exact value of an expression in matrices, where `at` has a number or a matrix for each name.

    >>> symbols = Symbols((), ("sigma",), matrices=("U",), size="m")
    >>> at = {"U": Matrix([(0, 1), (1, 0)]), "sigma": (3, 2)}
    >>> evaluate_matrix(Applied("*", (Name("U"), Applied("diag", (Name("sigma", "i"),)))), at, symbols)
    Matrix(((0, 2), (3, 0)))

    Raises `Misfit` where shapes do not fit, `Undefined` where something has no inverse, and `TooLarge`.
    """
    return Evaluator(at, symbols=symbols).value(tree)


def value_of(tree: Any, at: Point, *, digits: int = DIGITS, unknown: Unknown | None = None, real: bool = True) -> Value:
    """The value of a tree; digits where it is no fraction, and a complex number only where that is allowed.

    >>> print(value_of(Applied("√", (Constant(17),)), {}))
    4.123105626

    Raises `Undefined`, `TooLarge`, and `LookupError` where a name has no value.
    """
    return Evaluator(at, digits=digits, unknown=unknown, real=real).value(tree)


class Evaluator:
    """The values of trees at one point."""

    def __init__(
        self, at: Point, *, digits: int = DIGITS, unknown: Unknown | None = None, symbols: Symbols | None = None,
        real: bool = True,
    ) -> None:  # fmt: skip
        self.at = at
        self.symbols = symbols
        self.digits = digits
        self.real = real
        self.unknown = unknown
        self.work = 0

    def value(self, tree: Any) -> Value:
        self.work += 1
        if self.work > MOST_WORK:
            raise TooLarge
        found = self.visited(tree)
        if self.real and isinstance(found, Approx) and not found.is_real:
            raise Undefined(say("no-real-value"))
        return found

    def visited(self, tree: Any) -> Value:
        if isinstance(tree, Applied):  # most nodes are one of these
            return self.applied(tree.operation, tree.parts)
        match tree:
            case Constant(number):
                return number
            case Name(name, None):
                return Identity() if name == IDENTITY and name not in self.at else self.at[name]
            case Name(name, index):
                return self.at[name][self.at[index or ""] - 1]
            case Called(function, parts):
                return self.called(function, parts)
            case Summed():
                return self.summed(tree)
            case Limit():
                return self.limit(tree)
            case Quantity():
                raise Undefined(say("unit-stands-alone"))
            case Listed((item,), "[]"):
                return self.value(item)
            case Listed() | Rows() if rows := grid(tree):
                return Matrix([[self.value(entry) for entry in row] for row in rows])
            case _:
                raise Undefined(say("no-number"))

    def within(self, more: Mapping[str, Any], tree: Any) -> Value:
        """The value of a tree where some names have other values."""
        outside, self.at = self.at, ChainMap(dict(more), self.at)  # type: ignore[arg-type]
        try:
            return self.value(tree)
        finally:
            self.at = outside

    def applied(self, operation: str, parts: tuple[Any, ...]) -> Value:
        match operation:
            case "^":
                return self.power(*parts)
            case "diag":
                return self.diagonal(parts[0])
            case "+":
                return reduce(add, [self.value(part) for part in parts])
            case "*" | "×" | "⊙" | "()":
                return self.product(operation, [self.value(part) for part in parts])
            case "-":
                return multiply(-1, self.value(parts[0]))
            case "/":
                return divide(self.value(parts[0]), self.value(parts[1]))
            case "√":
                return self.root(self.value(parts[0]), 2)
            case "ᵀ":
                found = self.value(parts[0])
                return found.T if isinstance(found, Matrix) else found
            case _:
                raise Undefined(say("several-values"))

    def product(self, operation: str, values: list[Value]) -> Value:
        """A product; that of two columns of one length is their inner product, or entry by entry with ⊙."""
        found = values[0]
        for other in values[1:]:
            both = isinstance(found, Matrix) and isinstance(other, Matrix) and found.shape == other.shape
            if both and operation == "⊙":
                rows = zip(found, other, strict=True)
                found = Matrix([[multiply(a, b) for a, b in zip(*pair, strict=True)] for pair in rows])
            elif both and operation == "*" and found.shape[1] == 1 < found.shape[0]:
                found = multiply(found.T, other)[0][0]
            else:
                found = multiply(found, other)
        return found

    def diagonal(self, entry: Any) -> Matrix:
        if self.symbols is None or not self.symbols.indexed:
            raise Undefined(say("no-diagonal-here"))
        size = len(self.at[self.symbols.indexed[0]])
        entries = [self.within({self.symbols.size: size, self.symbols.index: i + 1}, entry) for i in range(size)]
        return Matrix([[entries[i] if i == j else 0 for j in range(size)] for i in range(size)])

    def power(self, base: Any, exponent: Any) -> Value:
        found, raised = self.value(base), self.value(exponent)
        if isinstance(raised, int):
            return whole_power(found, raised)
        if isinstance(raised, Matrix | Identity):
            raise Misfit(say("exponents-are-numbers"))
        if isinstance(found, Matrix | Identity):
            raise Misfit(say("matrix-to-whole-powers"))
        if isinstance(raised, Fraction) and isinstance(found, int | Fraction) and raised.denominator <= LARGEST_ROOT:
            if found == 0 and raised > 0:
                return 0
            exact = root(found, raised.denominator) if found > 0 or raised.denominator % 2 else None
            if exact is not None:
                return whole_power(exact, raised.numerator)
        return self.digits_power(found, raised)

    def digits_power(self, base: Value, exponent: Value) -> Value:
        """A power in digits; of a negative number with an odd denominator in the exponent its real root."""
        self.work += DEAREST
        left, right = Approx.of(base, self.digits), Approx.of(exponent, self.digits)
        if isinstance(exponent, Fraction) and left.is_real and left.value.real < 0 and exponent.denominator % 2:
            sign = -1 if exponent.numerator % 2 else 1
            return sign * self.digits_power(-left, exponent)
        if not left.value:
            raise Undefined(say("power-of-zero"))
        return self.exp(self.log(left) * right)

    def root(self, value: Value, index: int) -> Value:
        if isinstance(value, Matrix | Identity):
            raise Misfit(say("roots-of-numbers"))
        if isinstance(value, int | Fraction):
            exact = root(value, index)
            if exact is not None:
                return exact
        return self.digits_root(Approx.of(value, self.digits), index)

    def digits_root(self, value: Approx, index: int) -> Approx:
        self.work += DEAREST
        mp = digits_at(self.digits)
        if not value.value:
            return value
        if value.is_real and value.value.real < 0 and index % 2:
            return -self.digits_root(-value, index)
        if self.real and value.value.real < 0:
            raise Undefined(say("no-such-root"))
        found = mp.root(value.value, index) if index > 2 else mp.sqrt(value.value)
        return value.made(found, value.error - size_of(value.value) + size_of(found) + 1)

    # Functions

    def called(self, function: str, parts: tuple[Any, ...]) -> Value:
        if not parts:
            return self.constant(function)
        handler = _FUNCTIONS.get(function)
        values = [self.value(part) for part in parts]
        if handler is None:
            if self.unknown is None:
                raise Undefined(say("names-not-known", names=function))
            return self.unknown(function, tuple(values))
        if function not in _OF_MATRICES and any(isinstance(it, Matrix | Identity) for it in values):
            raise Misfit(say("function-of-numbers", function=function))
        self.work += DEAREST if function in _DEAR else 1
        return kept(handler(self, values))

    def constant(self, name: str) -> Value:
        mp = digits_at(self.digits)
        match name:
            case "pi" | "e":
                return Approx(+getattr(mp, name), 3 - mp.prec, self.digits)
            case "i":
                return Approx(mp.mpc(0, 1), 1 - mp.prec, self.digits)
            case _:
                raise Undefined(say("no-finite-value"))

    def exp(self, value: Approx) -> Approx:
        if size_of(value.value) > 20:
            raise TooLarge
        found = digits_at(self.digits).exp(value.value)
        return value.made(found, size_of(found) + max(value.error, -self.digits * 4) + 1)

    def log(self, value: Approx) -> Approx:
        if not value.is_away_from_zero or (self.real and value.value.real < 0):
            raise Undefined(say("no-such-logarithm"))
        return value.made(digits_at(self.digits).log(value.value), value.error - size_of(value.value) + 2)

    def smooth(self, name: str, value: Value) -> Value:
        """A function of one number whose slope tells what an error of that number does."""
        mp, it = digits_at(self.digits), Approx.of(value, self.digits)
        if name in _PERIODIC and size_of(it.value) > _LARGEST_ANGLE:
            raise TooLarge
        if name in {"sinh", "cosh", "tanh", "erf"} and size_of(it.value) > 15:
            raise TooLarge
        try:
            found = getattr(mp, name)(it.value)
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise Undefined from error
        try:
            lost = it.error + size_of(_SLOPES[name](mp, it.value, found)) + 1
        except ZeroDivisionError:  # as of arcsin at 1
            lost = it.error // 2 + 2
        return it.made(found, lost)

    # Sums and limits

    def summed(self, tree: Summed) -> Value:
        index, without = tree.index, tree.without
        if tree.operation == "int":
            return self.integral(tree)
        last = self.at[tree.size] if isinstance(tree.size, str) else self.value(tree.size)
        low, high = whole_numbers([self.value(tree.low), last])
        if high - low > MOST_TERMS:
            raise TooLarge
        places = [place for place in range(low, high + 1) if without is None or place != self.at[without]]
        terms = [self.within({index: place}, tree.body) for place in places]
        return reduce(add, terms, 0) if tree.operation == "+" else reduce(multiply, terms, 1)

    def integral(self, tree: Summed) -> Value:
        """A definite integral, by quadrature at two precisions of which the first digits agree."""
        self.work += MOST_WORK // 4
        low, high = [Approx.of(self.value(it), 30) for it in (tree.low, tree.size)]
        mp = digits_at(30)

        def at(x: Any) -> Any:
            found = self.within({tree.index: Approx(x, size_of(x) - mp.prec, 30)}, tree.body)
            return Approx.of(found, 30).value

        try:
            found, error = mp.quad(at, [low.value, high.value], error=True, maxdegree=5)
        except (ValueError, ZeroDivisionError, TypeError) as failure:
            raise Undefined(say("integral-not-computed")) from failure
        if size_of(error) > size_of(found) - 66:
            raise Undefined(say("integral-not-computed"))
        return Approx(found, size_of(found) - 60, 30)

    def limit(self, tree: Limit) -> Value:
        """What a body tends to: its values very near, from each side that is asked for, where they agree."""
        target, tiny = self.value(tree.target) if tree.target != Called("infinity") else None, _TINY
        if tree.target in (Called("infinity"), Applied("-", (Called("infinity"),))):
            steps = [1 / tiny] if tree.target == Called("infinity") else [-1 / tiny]
        else:
            steps = [add(target, step) for step in (tiny, -tiny) if (step > 0) != (tree.side == "-") or not tree.side]
        found = [Approx.of(self.within({tree.name: step}, tree.body), self.digits) for step in steps]
        first, *others = [it.made(it.value, size_of(it.value) - 60, -70) for it in found]
        if not all(agree(first, it) for it in others) or not first.is_real:
            raise Undefined(say("limit-not-computed"))
        return first


def order(one: Value, other: Value) -> int:
    """Below 0, 0 or above 0 as the first of two real numbers is less, the same or more. Raises `Undefined`."""
    if not isinstance(one, Approx) and not isinstance(other, Approx):
        return (one > other) - (one < other)
    apart = add(one, -other)
    if isinstance(apart, Approx) and not apart.is_real:
        raise Undefined(say("no-order"))
    if isinstance(apart, Approx) and not apart.is_away_from_zero:
        return 0
    value = apart.value.real if isinstance(apart, Approx) else apart
    return (value > 0) - (value < 0)


def _absolute(of: Evaluator, values: list[Value]) -> Value:
    (it,) = values
    if isinstance(it, Matrix):
        return determinant(it) if it.shape[0] == it.shape[1] else _norm(of, values)
    if isinstance(it, Approx):
        return it.made(abs(it.value), it.error)
    return abs(it)


def _norm(of: Evaluator, values: list[Value]) -> Value:
    (it,) = values
    entries = [entry for row in it for entry in row] if isinstance(it, Matrix) else [it]
    return of.root(reduce(add, [multiply(entry, entry) for entry in entries]), 2)


def _trace(of: Evaluator, values: list[Value]) -> Value:  # noqa: ARG001
    (it,) = values
    if not isinstance(it, Matrix) or it.shape[0] != it.shape[1]:
        raise Misfit(say("trace-of-square"))
    return reduce(add, [it[i][i] for i in range(len(it))])


def _determinant(of: Evaluator, values: list[Value]) -> Value:  # noqa: ARG001
    if not isinstance(values[0], Matrix):
        raise Misfit(say("determinant-of-square"))
    return determinant(values[0])


def _inverse(of: Evaluator, values: list[Value]) -> Value:  # noqa: ARG001
    return inverse(values[0]) if isinstance(values[0], Matrix) else whole_power(values[0], -1)


def _floor(value: Value) -> int:
    if isinstance(value, Approx):
        if not value.is_real:
            raise Undefined(say("no-floor"))
        return value.whole if value.whole is not None else int(digits_at(value.digits).floor(value.value.real))
    return floor(value)


def _modulo(left: Value, right: Value) -> Value:
    if order(right, 0) == 0:
        raise Undefined(say("divided-by-zero"))
    return add(left, -multiply(right, _floor(divide(left, right))))


def _factorial(values: list[Value]) -> int:
    (whole,) = whole_numbers(values)
    if not 0 <= whole <= MOST_FACTORS:
        raise Undefined(say("factorials-of-whole"))
    return factorial(whole)


def _binomial(values: list[Value]) -> int:
    above, below = whole_numbers(values)
    if not 0 <= above <= MOST_FACTORS or below < 0:
        raise Undefined(say("binomials-of-whole"))
    return comb(above, below)


def _logarithm(of: Evaluator, value: Value, base: int | None = None) -> Value:
    found = of.log(Approx.of(value, of.digits))
    return found if base is None else found / of.log(Approx.of(base, of.digits))


def _any_root(of: Evaluator, values: list[Value]) -> Value:
    value, index = values[0], whole_numbers(values[1:])[0]
    if not 1 <= index <= LARGEST_ROOT:
        raise Undefined(say("roots-up-to", largest=LARGEST_ROOT))
    return of.root(value, index)


def _sinc(of: Evaluator, value: Value) -> Value:
    return divide(of.smooth("sin", value), value) if order(value, 0) else 1


def _part(of: Evaluator, value: Value, part: str) -> Value:
    """The real part, the imaginary part, or the conjugate."""
    it = Approx.of(value, of.digits)
    if not hasattr(it.value, "_mpc_"):
        return 0 if part == "imag" else value
    return it.made(it.value.conjugate() if part == "conj" else getattr(it.value, part), it.error)


def _angle(of: Evaluator, y: Value, x: Value) -> Value:
    """The angle of a point, from the positive x axis."""
    mp, above, right = digits_at(of.digits), Approx.of(y, of.digits), Approx.of(x, of.digits)
    if not above.is_away_from_zero and not right.is_away_from_zero:
        raise Undefined(say("no-angle"))
    size = max(size_of(above.value), size_of(right.value))
    return above.made(mp.atan2(above.value, right.value), max(above.error, right.error) - size + 2)


def _argument(of: Evaluator, value: Value) -> Value:
    return _angle(of, _part(of, value, "imag"), _part(of, value, "real"))


_RECIPROCALS: Final = {"sech": "cosh", "csch": "sinh", "coth": "tanh"}
_OF_RECIPROCALS: Final = {
    "acot": "atan", "asec": "acos", "acsc": "asin", "acoth": "atanh", "asech": "acosh", "acsch": "asinh",
}  # fmt: skip
_SLOPES: Final[Mapping[str, Callable[[Any, Any, Any], Any]]] = {
    "sin": lambda mp, x, y: mp.mpf(1), "cos": lambda mp, x, y: mp.mpf(1), "tan": lambda mp, x, y: 1 + abs(y) ** 2,
    "cot": lambda mp, x, y: 1 + abs(y) ** 2, "sec": lambda mp, x, y: abs(y) * (abs(y) + 1),
    "csc": lambda mp, x, y: abs(y) * (abs(y) + 1), "asin": lambda mp, x, y: 1 / mp.sqrt(abs(1 - x * x)),
    "acos": lambda mp, x, y: 1 / mp.sqrt(abs(1 - x * x)), "atan": lambda mp, x, y: mp.mpf(1),
    "sinh": lambda mp, x, y: abs(y) + 1, "cosh": lambda mp, x, y: abs(y), "tanh": lambda mp, x, y: mp.mpf(1),
    "asinh": lambda mp, x, y: mp.mpf(1), "acosh": lambda mp, x, y: 1 / mp.sqrt(abs(x * x - 1)),
    "atanh": lambda mp, x, y: 1 / abs(1 - x * x), "erf": lambda mp, x, y: mp.mpf(2),
    "gamma": lambda mp, x, y: abs(y) * (abs(x) + 2) ** 2,
}  # fmt: skip
"""At least the size of a function's slope at x, where its value is y."""
_PERIODIC: Final = frozenset("sin cos tan cot sec csc".split())
_DEAR: Final = frozenset(
    {
        *_SLOPES,
        *_RECIPROCALS,
        *_OF_RECIPROCALS,
        "arg",
        "atan2",
        "exp",
        "log",
        "ln",
        "log10",
        "log2",
        "log_",
        "sigmoid",
        "softplus",
    }
)
_OF_MATRICES: Final = frozenset("abs norm tr det inv".split())
_FUNCTIONS: Final[Mapping[str, Callable[[Evaluator, list[Value]], Value]]] = {
    **{name: (lambda of, v, name=name: of.smooth(name, v[0])) for name in _SLOPES},
    **{name: (lambda of, v, it=it: divide(1, of.smooth(it, v[0]))) for name, it in _RECIPROCALS.items()},
    **{name: (lambda of, v, it=it: of.smooth(it, divide(1, v[0]))) for name, it in _OF_RECIPROCALS.items()},
    "sinc": lambda of, v: _sinc(of, v[0]),
    "re": lambda of, v: _part(of, v[0], "real"),
    "im": lambda of, v: _part(of, v[0], "imag"),
    "conj": lambda of, v: _part(of, v[0], "conj"),
    "arg": lambda of, v: _argument(of, v[0]),
    "atan2": lambda of, v: _angle(of, v[0], v[1]),
    "exp": lambda of, v: of.exp(Approx.of(v[0], of.digits)),
    "ln": lambda of, v: _logarithm(of, v[0]),
    "log": lambda of, v: _logarithm(of, v[0]),
    "log10": lambda of, v: _logarithm(of, v[0], 10),
    "log2": lambda of, v: _logarithm(of, v[0], 2),
    "log_": lambda of, v: divide(_logarithm(of, v[0]), _logarithm(of, v[1])),
    "root": _any_root,
    "cbrt": lambda of, v: of.root(v[0], 3),
    "abs": _absolute,
    "norm": _norm,
    "sgn": lambda of, v: order(v[0], 0),
    "floor": lambda of, v: _floor(v[0]),
    "ceil": lambda of, v: -_floor(multiply(-1, v[0])),
    "round": lambda of, v: _floor(add(v[0], Fraction(1, 2))),
    "gcd": lambda of, v: gcd(*whole_numbers(v)),
    "lcm": lambda of, v: least_common_multiple(whole_numbers(v)),
    "max": lambda of, v: reduce(lambda a, b: a if order(a, b) >= 0 else b, v),
    "min": lambda of, v: reduce(lambda a, b: a if order(a, b) <= 0 else b, v),
    "relu": lambda of, v: v[0] if order(v[0], 0) > 0 else 0,
    "sigmoid": lambda of, v: 1 / (1 + of.exp(Approx.of(multiply(-1, v[0]), of.digits))),
    "softplus": lambda of, v: of.log(1 + of.exp(Approx.of(v[0], of.digits))),
    "hypot": lambda of, v: of.root(reduce(add, [multiply(it, it) for it in v]), 2),
    "mod": lambda of, v: _modulo(v[0], v[1]),
    "!": lambda of, v: _factorial(v),
    "binom": lambda of, v: _binomial(v),
    "gamma_function": lambda of, v: of.smooth("gamma", v[0]),
    "det": _determinant,
    "tr": _trace,
    "inv": _inverse,
}
KNOWN: Final = frozenset(_FUNCTIONS)
"""The functions that have values here; of others nothing is known."""
