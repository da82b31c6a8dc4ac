"""Trees as notation: how a formula, a list, a set or a relation is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from markscheme.kinds.numerals import notation
from markscheme.reading.sets import RealSet, Span
from markscheme.reading.syntax import (
    Applied,
    Called,
    Constant,
    Joined,
    Limit,
    Listed,
    Name,
    Quantity,
    Related,
    Rows,
    Such,
    Summed,
)
from markscheme.reading.words import letter
from markscheme.text.notation import Grid, Line, Listing, Notation, Over, Root, Scripts, Symbol, Word, show

_SUM, _OPEN, _PRODUCT, _POWER, _ATOM = range(5)
"""How tightly a notation holds together; an open one ends in a sum over an index, which takes in what follows."""
_MINUS: Final = Symbol("−")
_TIMES: Final = Symbol("·")
_RELATIONS: Final = {"<=": "≤", ">=": "≥", "in": "∈"}
_CONSTANTS: Final = {"pi": "π", "infinity": "∞", "reals": "ℝ", "dots": "…"}
_WORDS: Final = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log10": "lg", "gamma_function": "Gamma"}


@dataclass(frozen=True)
class Computed:
    """A value that a check computes at a point, where it has no expression."""

    function: Any

    def __repr__(self) -> str:
        return f"Computed({self.function.__module__}.{self.function.__qualname__})"


def shown(tree: Any, *, explicit: bool = False, apart: bool = True) -> Notation:
    """A tree as notation; with `explicit`, products have a sign, and with `apart` those that a name begins, as in
    `x · (y + 1)`: without it a function's value could be meant.
    """
    return _Shown(explicit, apart).at(tree)[0]


def shown_set(numbers: RealSet) -> Notation:
    """A set of reals as intervals and points, joined."""
    parts: list[Notation] = []
    for span in numbers.spans:
        parts += [Symbol("∪"), shown_span(span)] if parts else [shown_span(span)]
    return Symbol("∅") if not parts else parts[0] if len(parts) == 1 else Line(tuple(parts))


def shown_span(span: Span) -> Notation:
    """An interval, or the one number that is in it, in braces."""
    if span.is_point:
        return Listing((shown(span.low),), "{", "}")
    ends = (
        Line((Symbol("-"), Symbol("∞"))) if span.low is None else shown(span.low),
        Symbol("∞") if span.high is None else shown(span.high),
    )
    return Listing(ends, "[" if span.low_closed else "(", "]" if span.high_closed else ")")


@dataclass(frozen=True)
class _Shown:
    explicit: bool
    apart: bool

    def at(self, tree: Any) -> tuple[Notation, int]:
        """The notation, and how tightly it holds together."""
        match tree:
            case Constant(value):
                return notation(value), _SUM if value < 0 else _PRODUCT if isinstance(value, Fraction) else _ATOM
            case Name(name, index):
                return symbol(name, index), _PRODUCT if "/" in name else _ATOM
            case Summed():
                return self.summed(tree), _OPEN
            case Applied(operation, parts):
                return self.applied(operation, parts)
            case Called(name, parts):
                return self.called(name, parts)
            case Computed():
                return Word("a function"), _ATOM
            case _:
                return self.arranged(tree), _ATOM

    def applied(self, operation: str, parts: tuple[Any, ...]) -> tuple[Notation, int]:
        match operation, parts:
            case "+", _:
                return self.added(parts), _SUM
            case "-" | "±" | "∓" as sign, (part,):
                return Line((_MINUS if sign == "-" else Symbol(sign), self.within(part, _OPEN))), _SUM
            case "*" | "×" | "⊙", _:
                return self.multiplied(parts), _OPEN if self.at(parts[-1])[1] == _OPEN else _PRODUCT
            case "/", (above, below):
                return Over(self.at(above)[0], self.at(below)[0]), _PRODUCT
            case "^", (base, exponent):
                return Scripts(self.within(base, _ATOM), None, self.at(exponent)[0]), _POWER
            case "√", (part,):
                return Root(self.at(part)[0]), _POWER
            case "ᵀ", (part,):
                return Scripts(self.within(part, _ATOM), None, Symbol("⊤")), _POWER
            case "diag", (part,):
                return Line((Word("diag"), Listing((self.at(part)[0],), "(", ")"))), _ATOM
            case "()", (head, argument):
                return Line((self.within(head, _ATOM), Listing((self.at(argument)[0],), "(", ")"))), _ATOM
            case _:
                nodes: list[Notation] = []
                for part in parts:
                    nodes += [Symbol(operation), self.at(part)[0]] if nodes else [self.at(part)[0]]
                return Line(tuple(nodes)), _SUM

    def summed(self, tree: Summed) -> Notation:
        size = Symbol(tree.size) if isinstance(tree.size, str) else self.at(tree.size)[0]
        limits = Line((Symbol(tree.index), Symbol("="), self.at(tree.low)[0]))
        if tree.without:
            limits = Line((Symbol(tree.index), Symbol("≠"), Symbol(tree.without)))
        sign = Symbol({"*": "∏", "int": "∫"}.get(tree.operation, "∑"))
        return Line((Scripts(sign, limits, None if tree.without else size), self.within(tree.body, _OPEN)))

    def arranged(self, tree: Any) -> Notation:
        """What is no formula: lists, rows, relations, quantities."""
        match tree:
            case Listed(items, brackets):
                opening, closing = (brackets[:1], brackets[-1:]) if brackets != "±" else ("", "")
                return Listing(tuple([self.at(it)[0] for it in items]), opening, closing)
            case Rows(rows):
                return Grid(tuple([tuple([self.at(it)[0] for it in row]) for row in rows]))
            case Related(sides, signs):
                nodes = [self.at(sides[0])[0]]
                for sign, side in zip(signs, sides[1:], strict=True):
                    nodes += [Symbol(_RELATIONS.get(sign, sign)), self.at(side)[0]]
                return Line(tuple(nodes))
            case Joined(word, parts):
                nodes = [self.at(parts[0])[0]]
                for part in parts[1:]:
                    nodes += [Word(word), self.at(part)[0]]
                return Line(tuple(nodes))
            case Quantity(value, unit):
                return Line((self.at(value)[0], Word(str(unit))))
            case Such(name, statement):
                return Listing((Line((symbol(name), Symbol(":"), self.at(statement)[0])),), "{", "}")
            case Limit(name, target, body):
                below = Line((Symbol(name), Symbol("→"), self.at(target)[0]))
                return Line((Scripts(Word("lim"), below, None), self.within(body, _OPEN)))
            case _:
                raise TypeError(f"no tree is shown like {tree}")

    def called(self, name: str, parts: tuple[Any, ...]) -> tuple[Notation, int]:
        """A function of formulas, in its own notation."""
        nodes = tuple([self.at(part)[0] for part in parts])
        match name, nodes:
            case _, ():
                return Symbol(_CONSTANTS[name]) if name in _CONSTANTS else Word(name), _ATOM
            case "abs", (inner,) if "function='abs'" not in f"{parts}":  # bars within bars could not be told
                return Listing((inner,), "|", "|"), _ATOM
            case "!", _:
                return Line((self.within(parts[0], _ATOM), Symbol("!"))), _POWER
            case "given", (one, other):
                return Line((one, Symbol("|"), other)), _SUM
            case "log_", (inner, base):
                return Line((Scripts(Word("log"), base, None), Listing((inner,), "(", ")"))), _ATOM
            case "root", (inner, index):
                return Scripts(Listing((inner,), "(", ")"), None, Over(notation(1), index)), _POWER
            case _:
                return Line((Word(_WORDS.get(name, name)), Listing(nodes, "(", ")"))), _ATOM

    def within(self, tree: Any, least: int) -> Notation:
        """The notation, in parentheses where it would fall apart."""
        node, hold = self.at(tree)
        return node if hold >= least else Listing((node,), "(", ")")

    def added(self, parts: tuple[Any, ...]) -> Notation:
        nodes: list[Notation] = []
        for part in parts:
            if isinstance(part, Applied) and part.operation in {"-", "±", "∓"}:
                sign = _MINUS if part.operation == "-" else Symbol(part.operation)
                nodes += [sign, self.within(part.parts[0], _OPEN)]
            else:
                nodes += [Symbol("+"), self.within(part, _OPEN)] if nodes else [self.within(part, _SUM)]
        return Line(tuple(nodes))

    def multiplied(self, parts: tuple[Any, ...]) -> Notation:
        *others, last = parts
        nodes = [self.within(part, _PRODUCT) for part in others] + [self.within(last, _OPEN)]
        line = nodes[:1]
        for before, part, node in zip(parts, parts[1:], nodes[1:], strict=False):
            is_call = self.apart and isinstance(node, Listing) and _ends_in_name(before)
            line += [_TIMES, node] if self.explicit or is_call or _opens_with_number(part) else [node]
        return Line(tuple(line))


def _ends_in_name(tree: Any) -> bool:
    """Whether parentheses behind it would be read as what a function is taken of."""
    return isinstance(tree, Name) or (
        isinstance(tree, Applied) and tree.operation == "^" and _ends_in_name(tree.parts[0])
    )


def _opens_with_number(tree: Any) -> bool:
    """Whether it needs a sign before it in a product: `γ · 1/n`."""
    while (isinstance(tree, Applied) and tree.operation in {"*", "/", "^", "×"}) or (
        isinstance(tree, Called) and tree.function == "!"
    ):
        tree = tree.parts[0]
    return isinstance(tree, Constant)


def symbol(name: str, index: str | None = None) -> Notation:
    """A symbol, such as `beta_1` or `m_{t-1}`; a derivative such as `dL/dy`, at an index."""
    if "/" in name:
        above, below = [Symbol(letter(end[1:])) for end in name.split("/")]
        entry = Scripts(below, Symbol(index)) if index else below
        return Over(Line((Symbol("∂"), above)), Line((Symbol("∂"), entry)))
    base, _, own = name.partition("_")
    said = base if base.startswith("\\") else letter(base)
    node = Symbol(said) if len(said) == 1 else Word(said)
    below = index or own.strip("{}")
    if not below:
        return node
    return Scripts(node, Line(tuple([notation(int(it)) if it.isdecimal() else Symbol(it.replace("-", "−"))
                                     for it in re.findall(r"\d+|\D", below)])))  # fmt: skip


def written(tree: Any) -> str:
    """A tree as people write it, short."""
    text = show(shown(tree), "plain", math=True)
    return text if len(text) <= 60 else f"{text[:59]}…"
