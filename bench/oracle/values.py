"""The value of a term, by sympy."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from importlib import import_module
from operator import add, mul, neg, truediv
from typing import Any

from bench.oracle.terms import MARKS, Term

mpmath: Any = import_module("mpmath")  # untyped, as sympy is where it matters
sympy: Any = import_module("sympy")


def _root(it: Any) -> Any:
    return sympy.real_root(it, 3)


def _logarithm(base: Any, it: Any) -> Any:
    return sympy.log(it) / sympy.log(base)


def _entry(letter: str, row: Any, column: Any) -> Any:
    return sympy.Symbol(f"{letter}{row}{column}", real=True)


_NAMED: dict[str, Callable[..., Any]] = {
    "abs": sympy.Abs, "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "ceil": sympy.ceiling,
    "ln": sympy.log, "sgn": sympy.sign, "max": sympy.Max, "min": sympy.Min, "mod": sympy.Mod,
    "gcd": sympy.gcd, "lcm": sympy.lcm, "cbrt": _root, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan,
    "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "exp": sympy.exp, "sqrt": sympy.sqrt,
    "floor": sympy.floor, "factorial": sympy.factorial, "binomial": sympy.binomial, "log": _logarithm,
    "+": lambda *parts: reduce(add, parts), "*": lambda *parts: reduce(mul, parts), "/": truediv, "neg": neg,
    "T": sympy.MatrixBase.transpose, "det": sympy.MatrixBase.det, "tr": sympy.MatrixBase.trace,
    "row": lambda *parts: parts, "matrix": lambda *rows: sympy.Matrix([list(row) for row in rows]),
}  # fmt: skip
_LEAVES: dict[str, Callable[[Term], Any]] = {
    "number": lambda node: sympy.Rational(node.text),
    "name": lambda node: _real(node.text),
    "constant": lambda node: _CONSTANTS[node.text],
    "derivative": lambda node: _real(node.text),
    "bold": lambda node: _symbolic(node.text),
    "letter": lambda node: _symbolic(node.text),
}
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}


def value(node: Term) -> Any:
    """The sympy expression, or matrix, of a term; what is not an expression raises `ValueError`."""
    if node.head in _LEAVES:
        return _LEAVES[node.head](node)
    parts = [value(part) for part in node.parts]
    if node.head in MARKS:
        return _real(f"{node.head} {parts[0]}")
    if node.head in _NAMED:
        if node.head in {"factorial", "binomial"}:
            _bounded(*parts)
        return _NAMED[node.head](*parts)
    match node.head:
        case "^":
            _bounded(parts[1])
            return parts[0] ** parts[1]
        case "call":
            return _moment(node.text, *parts) if node.text in {"E", "Var"} else sympy.Function(node.text)(*parts)
        case "sum":
            return sympy.Sum(parts[2], (_real(node.text), parts[0], parts[1])).doit()
        case _:
            raise ValueError(f"{node.head} has no value")


def _real(name: str) -> Any:
    return sympy.Symbol(name, real=True)


def _moment(which: str, of_what: Any) -> Any:
    """The expectation or variance, where capital letters take one of three pairs of values each."""
    chances = [sympy.Rational(1, 2), sympy.Rational(1, 3), sympy.Rational(1, 6)]
    letters = [it for it in of_what.free_symbols if str(it).isupper()]
    outcomes = [
        of_what.subs({it: sympy.Symbol(f"{it}{number}", real=True) for it in letters}) for number in range(len(chances))
    ]
    mean = sum([chance * it for chance, it in zip(chances, outcomes, strict=True)])
    squares = sum([chance * it**2 for chance, it in zip(chances, outcomes, strict=True)])
    return mean if which == "E" else squares - mean**2


def _bounded(*arguments: Any) -> None:
    """Raises `ValueError` for numbers whose powers or factorials nobody writes out."""
    for it in arguments:
        if it.is_Rational and (abs(it.p) > 400 * it.q or it.q > 1_000):
            raise ValueError(f"{it} is too large")


def _symbolic(letter: str) -> Any:
    """A matrix of 2×2 for a capital letter, a column for a small one; I is the identity."""
    if letter == "I":
        return sympy.eye(2)
    columns = 2 if letter.isupper() else 1
    return sympy.Matrix(2, columns, [_entry(letter, row, column) for row in range(2) for column in range(columns)])


def decimal_of(node: Term, digits: int) -> str | None:
    """The value rounded to so many significant digits, written out; None where it is not real."""
    try:
        found = sympy.N(value(node), digits + 15)
    except (TypeError, ValueError):
        return None
    if not found.is_Float and not found.is_Rational:
        return None
    with mpmath.workdps(digits + 15):
        return str(mpmath.nstr(mpmath.mpf(str(found)), digits, min_fixed=-12, max_fixed=25, strip_zeros=False)).rstrip(
            "."
        )


def rounds_to(node: Term, text: str) -> bool:
    """Whether a decimal of three significant digits or more is within one unit of its last place of the value."""
    digits = text.lstrip("-").replace(".", "").lstrip("0")
    places = len(text.partition(".")[2])
    found = decimal_of(node, 40)
    return found is None or (len(digits) >= 3 and abs(Fraction(found) - Fraction(text)) <= Fraction(1, 10**places))
