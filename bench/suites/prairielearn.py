"""PrairieLearn's symbolic input: what it reads a text as, with sympy's value written back as mathematics."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from bench.suites.rows import Row
from bench.suites.sources import Source

SUITE: Final = "PrairieLearn"
SOURCE: Final = Source("PrairieLearn/PrairieLearn", "88fb8556a7a1768e2082736be9095241b11238d7")
PATH: Final = "apps/prairielearn/python/test/sympy_utils_test.py"
TABLES: Final = {
    "CUSTOM_FUNCTION_PAIRS": True,
    "INCORRECT_FUNCTION_PAIRS": False,
    "EXPR_PAIRS": True,
    "SET_EXPR_PAIRS": True,
}
_NAMES: Final = {"M": "m", "N": "n", "ALPHA": "alpha", "MU0": "μ0", "F": "f", "G": "g", "BEEF": "beef", "PHI": "φ"}
_FUNCTIONS: Final = {"Abs": "abs", "acos": "arccos", "asin": "arcsin", "atan": "arctan", "log": "ln", "sign": "sgn",
                     "Max": "max", "Min": "min"}  # fmt: skip
_SPANS: Final = {"open": "()", "Lopen": "(]", "Ropen": "[)", "Interval": "[]"}


def rows() -> Iterator[Row]:
    """The rows, key first. Raises `NotFetched`."""
    for node in ast.walk(ast.parse(SOURCE.read(PATH))):
        if not isinstance(node, ast.Assign) or ast.unparse(node.targets[0]) not in TABLES:
            continue
        table = ast.unparse(node.targets[0])
        pairs: list[Any] = getattr(node.value, "elts", [])
        for number, pair in enumerate(pairs, 1):
            text, meant = pair.elts
            apart = "names that the question declares" if "beef" in text.value else ""
            yield Row(SUITE, f"{table}/{number}", written(meant), text.value, TABLES[table], apart)


def written(node: ast.expr, binding: int = 0) -> str:
    """A sympy expression of the tests as mathematics."""
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.Name():
            return _NAMES.get(node.id, node.id)
        case ast.Attribute(attr=("oo" | "pi") as name):
            return name
        case ast.Attribute(attr="I"):
            return "i"
        case ast.Attribute(attr="EmptySet"):
            return "∅"
        case ast.UnaryOp():
            return _within(f"-{written(node.operand, 2)}", 1, binding)
        case ast.BinOp():
            return _operated(node, binding)
        case ast.Call():
            return _called(node)
        case _:
            raise ValueError(ast.unparse(node))


def _operated(node: ast.BinOp, binding: int) -> str:
    signs: dict[type[ast.operator], tuple[str, int]] = {
        ast.Add: ("+", 1),
        ast.Sub: ("-", 1),
        ast.Mult: ("*", 2),
        ast.Div: ("/", 2),
        ast.Pow: ("^", 3),
    }
    sign, own = signs[type(node.op)]
    left = written(node.left, own + (sign == "^"))
    right = written(node.right, own + (sign in "-/"))
    return _within(f"{left} {sign} {right}" if sign != "^" else f"{left}^{right}", own, binding)


def _within(text: str, own: int, binding: int) -> str:
    return f"({text})" if own < binding else text


def _called(node: ast.Call) -> str:
    name = ast.unparse(node.func).removeprefix("sympy.")
    parts = [written(it) for it in node.args]
    if name == "sympify":
        return parts[0]
    if name == "FiniteSet":
        return f"{{{', '.join(parts)}}}"
    if name.startswith("Interval"):
        left, right = _SPANS[name.rpartition(".")[2]]
        return f"{left}{parts[0]}, {parts[1]}{right}"
    if name in {"Union", "Intersection"}:
        return (" ∪ " if name == "Union" else " ∩ ").join([f"({it})" if " ∪ " in it else it for it in parts])
    return f"{_NAMES.get(name, _FUNCTIONS.get(name, name))}({', '.join(parts)})"
