"""An expression in another form of the same value: by its commuting parts, by identities, by sympy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, TypeAlias

from bench.oracle.terms import OO, Term, is_expression, name, of, term, under_marks
from bench.oracle.values import sympy, value
from markscheme.draw import Draw

Form: TypeAlias = Callable[[Term], "Term | None"]
TURNED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
"""Each relation as it reads from the other side."""
_DEFINED: Final = {"call", "prime", "hat", "dot"}


def commuted(node: Term, rng: Draw) -> Term:
    """Terms, factors, members of sets in another order; sides exchanged, but where one side is what is defined."""
    parts = tuple([commuted(part, rng) for part in node.parts])
    if node.head in {"+", "set", "list", "or", "named"} or (node.head == "*" and not is_in_matrices(node)):
        parts = rng.shuffled(parts)
    if node.head in TURNED and parts[0].head not in _DEFINED and rng.chance(1, 2):
        return Term(TURNED[node.head], parts[::-1])
    return replace(node, parts=parts)


def reformed(node: Term, rng: Draw) -> Term | None:
    """The term with one node in another form; None where that form does not fit it."""
    marked = under_marks(node)
    places = [(path, it) for path, it in node.walk() if is_plain(it) and path not in marked]
    if not places:
        return None
    path, part = rng.choice(places)
    other = rng.choice(_FORMS)(part)
    return None if other is None or other == part else node.at(path, other)


def rearranged(node: Term, rng: Draw) -> Term | None:
    """An equation with terms on the other side, or times a number."""
    if node.head != "=" or not all([is_plain(it) or it.head == "number" for it in node.parts]):
        return None
    if any([it.head in _DEFINED for _, it in node.walk()]):
        return None
    left, right = node.parts
    factor = rng.choice((2, 3, -1, term(1) / 2))
    return rng.choice((
        of("=", left - right, 0), of("=", 0, right - left), of("=", factor * left, factor * right),
        of("=", left + 1, right + 1), of("=", -left, -right), of("=", left - 5, right - 5), of("=", right, left),
    ))  # fmt: skip


def is_plain(node: Term) -> bool:
    """Whether a node is an expression in numbers, of more than digits or a constant's name."""
    return (
        is_expression(node)
        and node.head not in {"bold", "letter", "T", "number", "constant"}
        and not is_in_matrices(node)
    )


def is_in_matrices(node: Term) -> bool:
    return any([it.head in {"bold", "letter", "T", "matrix"} or it == OO for _, it in node.walk()])


def _distributed(node: Term) -> Term | None:
    if node.head != "*" or node.parts[-1].head != "+":
        return None
    *factors, last = node.parts
    front = factors[0] if len(factors) == 1 else Term("*", tuple(factors))
    return Term("+", tuple([front * part for part in last.parts]))


def _by_identity(node: Term) -> Term | None:
    match node.head:
        case "sqrt":
            return node.parts[0] ** (term(1) / 2)
        case "/":
            return node.parts[0] * node.parts[1] ** -1
        case "^" if node.parts[1] == term(2):
            return node.parts[0] * node.parts[0]
        case "abs":
            return of("sqrt", node.parts[0] ** 2)
        case "tan":
            return of("sin", *node.parts) / of("cos", *node.parts)
        case _:
            return None


def _by_sympy(how: str) -> Form:
    def form(node: Term) -> Term | None:
        if any([it.head == "call" and it.text in {"E", "Var"} for _, it in node.walk()]):
            return None  # sympy sees their definitions
        try:
            return from_sympy(getattr(sympy, how)(value(node)))
        except (TypeError, ValueError, sympy.PolynomialError, NotImplementedError):
            return None

    return form


_FORMS: Final[tuple[Form, ...]] = (
    _distributed, _by_identity, *map(_by_sympy, ("expand", "factor", "together", "expand_trig")),
    lambda node: of("neg", of("neg", node)), lambda node: node + 1 - 1, lambda node: (2 * node) / 2,
    lambda node: node - 0, lambda node: node * (of("sin", 1) ** 2 + of("cos", 1) ** 2),
)  # fmt: skip
_HEADS: Final = {"log": "ln", "Abs": "abs", "asin": "arcsin", "atan": "arctan"} | {
    it: it for it in ("exp", "sin", "cos", "tan")
}
_CONSTANTS: Final = {"Pi": "pi", "Exp1": "e", "ImaginaryUnit": "i"}


def from_sympy(some: Any) -> Term:
    """The term of a sympy expression. Raises `ValueError` for what has no form here."""
    if (some.is_Rational or some.is_Mul) and some.as_coeff_Mul()[0] < 0:
        return -from_sympy(-some)
    if some.is_Rational:
        return term(some.p) / some.q if some.q != 1 else term(some.p)
    if some.is_Symbol and str(some).replace("_", "").isalnum():
        return name(str(some))
    kind = str(some.func.__name__)
    if kind in _CONSTANTS:
        return Term("constant", (), _CONSTANTS[kind])
    if some.is_Add or some.is_Mul:
        parts = some.as_ordered_terms() if some.is_Add else some.as_ordered_factors()
        return Term("+" if some.is_Add else "*", tuple(map(from_sympy, parts)))
    parts = [from_sympy(part) for part in some.args]
    if some.is_Pow:
        return of("sqrt", parts[0]) if str(some.exp) == "1/2" else parts[0] ** parts[1]
    if kind in _HEADS:
        return of(_HEADS[kind], *parts)
    if isinstance(some, sympy.core.function.AppliedUndef):
        return of("call", *parts, text=kind)
    raise ValueError(kind)
