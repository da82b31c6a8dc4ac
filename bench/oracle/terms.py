"""What a key says, as a tree of the bench's own: built from Python operators, never read from text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    """A node: what it is (`head`), what it is made of, and the letters or digits of a leaf.

    >>> x = name("x")
    >>> (x**2 + 1).head, [part.head for part in (x**2 + 1).parts]
    ('+', ['^', 'number'])
    """

    head: str
    parts: tuple[Term, ...] = ()
    text: str = ""

    def __add__(self, other: Some) -> Term:
        return Term("+", (self, term(other)))

    def __radd__(self, other: Some) -> Term:
        return term(other) + self

    def __sub__(self, other: Some) -> Term:
        return self + -term(other)

    def __rsub__(self, other: Some) -> Term:
        return term(other) - self

    def __mul__(self, other: Some) -> Term:
        return Term("*", (self, term(other)))

    def __rmul__(self, other: Some) -> Term:
        return term(other) * self

    def __truediv__(self, other: Some) -> Term:
        return Term("/", (self, term(other)))

    def __rtruediv__(self, other: Some) -> Term:
        return term(other) / self

    def __pow__(self, other: Some) -> Term:
        return Term("^", (self, term(other)))

    def __rpow__(self, other: Some) -> Term:
        return term(other) ** self

    def __neg__(self) -> Term:
        return Term("neg", (self,))

    @property
    def is_negative(self) -> bool:
        return self.head == "neg" or (self.head == "number" and self.text.startswith("-"))

    def walk(self, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Term]]:
        """Every node with the way to it, itself first."""
        yield path, self
        for place, part in enumerate(self.parts):
            yield from part.walk((*path, place))

    def at(self, path: tuple[int, ...], new: Term) -> Term:
        """The tree with another node at a place."""
        if not path:
            return new
        parts = list(self.parts)
        parts[path[0]] = parts[path[0]].at(path[1:], new)
        return replace(self, parts=tuple(parts))

    def named(self) -> set[str]:
        """The letters in it that stand for numbers."""
        return {node.text for _, node in self.walk() if node.head == "name"}


Some: TypeAlias = "Term | int | str"


def term(some: Some) -> Term:
    """A term itself; an integer or the digits of a decimal as a number."""
    return some if isinstance(some, Term) else Term("number", (), str(some))


def name(text: str) -> Term:
    return Term("name", (), text)


def names(text: str) -> tuple[Term, ...]:
    return tuple([name(one) for one in text.split()])


def of(head: str, *parts: Some, text: str = "") -> Term:
    """A function or a form with its parts: `of("sin", x)`, `of("vector", 1, 2)`, `of("call", x, text="f")`."""
    return Term(head, tuple([term(part) for part in parts]), text)


def matrix(*rows: tuple[Some, ...]) -> Term:
    return Term("matrix", tuple([of("row", *row) for row in rows]))


def letters(text: str, *, bold: bool = True) -> tuple[Term, ...]:
    """Matrices (capital letters) and column vectors (small ones)."""
    return tuple([Term("bold" if bold else "letter", (), one) for one in text.split()])


PI, E, I, OO = [Term("constant", (), text) for text in ("pi", "e", "i", "oo")]
"""The constants."""
RELATIONS = ("=", "!=", "<", "<=", ">", ">=")
MARKS = ("prime", "hat", "dot", "bar", "tilde")


def under_marks(node: Term) -> set[tuple[int, ...]]:
    """The ways to what stands under a mark, such as a hat."""
    return {(*path, *below) for path, part in node.walk() if part.head in MARKS for below, _ in part.walk() if below}


FUNCTIONS = (
    "sin cos tan arcsin arccos arctan sinh cosh tanh ln exp sqrt cbrt abs floor ceil sgn gcd lcm max min mod"
).split()
ARITHMETIC = ("+", "*", "/", "^", "neg", "number", "name", "constant", "call", "factorial", "binomial", "log", "sum")
"""Heads of which a node is a number or an expression, besides those of functions, marks and matrices."""


def is_expression(node: Term) -> bool:
    """Whether a node is a number or an expression, not a set, a vector, a relation or words."""
    return node.head in {*ARITHMETIC, *FUNCTIONS, *MARKS, "derivative", "det", "tr", "bold", "letter", "T"}
