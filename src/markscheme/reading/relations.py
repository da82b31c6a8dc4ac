r"""Text to equations, inequalities and sets of real numbers.

`2x + 4y = 3` is an equation. An inequality in one symbol that enters as it is, times a number, plus a number, or within
bars is the set of its solutions: `-x > -1` is `(-∞, 1)`, `|x| <= 2` is `[-2, 2]`. Sets are read in brackets, joined by
`∪`, `or`, `∩`, `and`, `\setminus`, and as `{x : x > 1}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from markscheme.reading.expressions import CLOSING
from markscheme.reading.formulas import Applied, Called, Constant, Formula, Name, names_of
from markscheme.reading.lexer import Cursor, Token, bounded, tokens, trimmed_end
from markscheme.reading.limits import Unreadable
from markscheme.reading.mathematics import AnyReader, Rounded, Undefined, as_fraction, in_one_notation, real_value
from markscheme.reading.numbers import simplest
from markscheme.reading.real_sets import EMPTY, REALS, RealSet, Span, point

MOST_PARTS: Final = 20
MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "≠": "≠"}
_RETOLD: Final = {
    "or": "or", "\\lor": "or", "\\vee": "or", "∨": "or", "∪": "∪", "\\cup": "∪", "∩": "∩", "\\cap": "∩",
    "\\setminus": "∖", "\\backslash": "∖", "∖": "∖", "≠": "≠", "\\ne": "≠", "\\neq": "≠", "∅": "∅", "\\emptyset": "∅",
    "\\varnothing": "∅", "\\colon": ":",
}  # fmt: skip
_INTRODUCTIONS: Final = frozenset(
    "for when where if iff all exactly only so hence thus then therefore that is we get have find obtain".split()
)
_INFINITE: Final = frozenset({"+∞", "-∞"})
_EXPECTED: Final = "an equation, an inequality, or a set such as [1, 4) or (0, 1) ∪ {3}"


@dataclass(frozen=True, slots=True)
class Relation:
    """Two formulas and what is said of them: `=`, `≠`, `<`, `<=`, `>` or `>=`."""

    left: Formula
    operation: str
    right: Formula

    @property
    def difference(self) -> Formula:
        return Applied("+", (self.left, Applied("-", (self.right,))))


Statement: TypeAlias = "Relation | RealSet"


def read_statement(text: str) -> Statement:
    """The equation, the inequality or the set of real numbers that a text says.

    >>> read_statement("2x = 3")
    Relation(left=Applied(operation='*', parts=(Constant(value=2), Name(name='x', index=None))), operation='=', right=Constant(value=3))
    >>> read_statement("-x > -1") == read_statement("(-oo, 1)")
    True

    Raises `Unreadable`.
    """  # noqa: E501 (as it is printed)
    at = Cursor(text, _prepared(text), _EXPECTED)
    while at.token.text.lower() in _INTRODUCTIONS:
        at.next()
    reader = _StatementReader(at)
    try:
        said = reader.statement()
        at.end()
        if said == EMPTY and "∅" not in text and "empty" not in text and "varnothing" not in text:
            raise Unreadable("no number is in this set: write ∅ where that is meant", text=text)
    except (ArithmeticError, LookupError):
        raise Unreadable("the ends of an interval are real numbers", text=text) from None
    return said


def read_real_set(text: str) -> RealSet:
    r"""The set of real numbers that a text says.

    >>> read_real_set(r"x \neq 3") == read_real_set(r"\mathbb{R} \setminus \{3\}")
    True

    Raises `Unreadable`, for an equation too.
    """
    said = read_statement(text)
    if isinstance(said, RealSet):
        return said
    raise Unreadable("expected a set of real numbers such as [1, 4) or x > 2, not an equation", text=text)


def read_relation(text: str) -> Relation:
    """The equation or inequality that a text says, if it is not a set of numbers.

    Raises `Unreadable`.
    """
    said = read_statement(text)
    if isinstance(said, Relation):
        return said
    raise Unreadable("expected an equation such as 2x + y = 3", text=text)


def _prepared(text: str) -> list[Token]:
    found: list[Token] = []
    for token in trimmed_end(tokens(in_one_notation(bounded(text)))):
        kind = _RETOLD.get(token.text)
        if token.kind == "=" and found and found[-1].kind == "!" and not token.spaced:
            found[-1] = found[-1]._replace(kind="≠")
        elif kind:
            found.append(token._replace(kind=kind))
        elif token.text == "U" and found and found[-1].kind in {")", "]", "}"}:
            found.append(token._replace(kind="∪"))
        elif token.kind == "–":
            found.append(token._replace(kind="-"))
        elif token.kind == "×" and token.text in "xX":
            found.append(token._replace(kind="name"))
        elif token.kind != "newline":
            found.append(token)
    return found


class _StatementReader(AnyReader):
    """One pass over a text of relations and sets; formulas are read as in any mathematics."""

    def __init__(self, at: Cursor) -> None:
        super().__init__(at)
        self._parts = 0
        self._names = set[str]()

    def starts_factor(self) -> bool:
        return self.at.kind != "[" and super().starts_factor()  # `]1, 2[` ends there

    def statement(self) -> Statement:
        first = self._meet()
        while self.at.kind in {"∪", "or", ","}:
            is_listed = self.at.next().kind == ","
            self.at.take("or")
            first, second = self._set_of(first), self._set_of(self._meet())
            first = _listed(first, second) if is_listed else first | second
        return first

    def _meet(self) -> Statement:
        first = self._atom()
        while self.at.kind in {"∩", "and", "∖", ";", "&"}:
            takes_away = self.at.next().kind == "∖"
            self.at.take("and")
            first, second = self._set_of(first), self._set_of(self._atom())
            first = first - second if takes_away else first & second
        return first

    def _set_of(self, said: Statement) -> RealSet:
        """A statement as a set. Raises `Unreadable` where it is not solved, or one of several names."""
        if isinstance(said, Relation):
            self._names |= {*names_of(said.left), *names_of(said.right)} - _INFINITE
            solved = _solutions(said)
            return solved or self.at.fail("this cannot be read as a set of numbers")
        if len(self._names) > 1:
            self.at.fail("expected inequalities on one variable, not on several")
        return said

    def _atom(self) -> Statement:
        self._parts += 1
        if self._parts > MOST_PARTS:
            self.at.fail(f"up to {MOST_PARTS} intervals are read")
        if self.at.kind == "name" and self.at.ahead().kind == "in":
            self.at.next()
            self.at.next()
            return self._atom()
        if self.at.take("reals") or (self.at.token.text == "R" and self.at.ahead(-1).kind == "in" and self.at.next()):
            return REALS
        if self.at.take("∅"):
            return EMPTY
        if self.at.kind == "{":
            return self._braces()
        if self.at.kind in {"[", "]"} or (self.at.kind == "(" and self._holds_two()):
            return self._interval()
        if self.at.kind == "(" and self._holds_a_set():
            return self._nested()
        return self._chain()

    def _holds_two(self) -> bool:
        """Whether the parenthesis here holds two ends, and not one number."""
        depth = steps = 0
        while (token := self.at.ahead(steps)).kind != "end":
            depth += (token.kind in CLOSING) - (token.kind in CLOSING.values() and steps > 0)
            if depth == 1 and token.kind in {",", ";"}:
                return True
            if depth <= 0:
                return False
            steps += 1
        return False

    def _holds_a_set(self) -> bool:
        return self.at.ahead().kind in {"(", "[", "{", "reals"} and any(
            self.at.ahead(steps).kind in {"∪", "∩", "∖"} for steps in range(40)
        )

    def _nested(self) -> Statement:
        self.at.next()
        self.at.enter()
        said = self.statement()
        self.at.expect(")")
        self.at.leave()
        return said

    def _interval(self) -> RealSet:
        low_closed = self.at.next().kind == "["
        low = self._end(-1)
        if self.at.kind not in {",", ";"}:
            self.at.fail()
        self.at.next()
        high = self._end(1)
        if self.at.kind not in {"]", ")", "["}:
            self.at.fail()
        span = Span(low, high, low is not None and low_closed, self.at.next().kind == "]" and high is not None)
        if span.is_empty:
            self.at.fail("no number lies in this interval: its low end comes first, and lies below its high end")
        return RealSet((span,))

    def _end(self, sign: int) -> Formula | None:
        signed = self.at.kind in {"+", "-"}
        if (self.at.ahead() if signed else self.at.token).kind != "infinity":
            return plain(self.sum())
        if (signed and self.at.next().kind == "-") != (sign < 0):
            self.at.fail("the ends of an interval are in the wrong order: the low end comes first")
        self.at.expect("infinity")
        return None

    def _braces(self) -> RealSet:
        self.at.next()
        if self.at.kind == "name" and self.at.ahead().kind in {":", "|", "in"}:
            self.at.next()
            if self.at.take("in") and not self.at.take("reals"):
                self.at.next()
            if self.at.next().kind not in {":", "|"}:
                self.at.fail()
            said = self._set_of(self.statement())
            self.at.expect("}")
            return said
        numbers = EMPTY
        while self.at.kind != "}":
            numbers |= point(plain(self.sum()))
            if not self.at.take(","):
                break
        self.at.expect("}")
        return numbers

    def _chain(self) -> Statement:
        left, relations = self._side(), list[Relation]()
        while self.at.kind in MIRRORED and len(relations) < 2:
            operation = self.at.next().kind
            right = self._side()
            relations.append(Relation(left, operation, right))
            left = right
        if not relations:
            self.at.fail()
        if len(relations) == 1:
            is_set = relations[0].operation != "=" and _solutions(relations[0])
            return self._set_of(relations[0]) if is_set else relations[0]
        if len({relation.operation[0] for relation in relations}) > 1 or relations[0].operation[0] not in "<>":
            self.at.fail("expected inequalities that point the same way, as in 1 < x <= 4")
        one, other = [self._set_of(relation) for relation in relations]
        return one & other

    def _side(self) -> Formula:
        """A side of a relation: a formula, infinity, or a function's value such as `f(x)`, which is taken as a name."""
        if self.at.kind == "infinity" or (self.at.kind in {"+", "-"} and self.at.ahead().kind == "infinity"):
            sign = self.at.next().text if self.at.kind in {"+", "-"} else "+"
            self.at.next()
            return Name(f"{sign}∞")
        following = [self.at.ahead(steps) for steps in range(5)]
        is_value = len(following[0].text) == 1 and following[4].kind in {*MIRRORED, "end"}
        if is_value and [it.kind for it in following[:4]] == ["name", "(", "name", ")"]:
            return Name("".join([self.at.next().text for _ in range(4)]))
        return self.sum()


def _listed(one: RealSet, other: RealSet) -> RealSet:
    """What `x > 1, x < 5` says, and what `x < 1, x > 5` and `(0, 1), (2, 3)` do."""
    ends = [(span.low is None, span.high is None) for span in (*one.spans, *other.spans)]
    both = one & other
    return both if both != EMPTY and sorted(ends) == [(False, True), (True, False)] else one | other


# Solutions of inequalities


def _solutions(relation: Relation) -> RealSet | None:
    """The numbers for which a relation in one symbol holds; None where it is not solved here."""
    left, operation, right = relation.left, relation.operation, relation.right
    if isinstance(left, Name) and left.name in _INFINITE:
        left, operation, right = right, MIRRORED[operation], left
    if isinstance(right, Name) and right.name in _INFINITE:
        return REALS if (operation[0] == "<") == (right.name == "+∞") else EMPTY
    names = {*names_of(left), *names_of(right)}
    if len(names) != 1:
        return None
    for one, other, said in ((left, right, operation), (right, left, MIRRORED[operation])):
        if isinstance(one, Called) and one.function == "abs" and not any(names_of(other)):
            return _within(one.parts[0], said, other)
    (name,) = names
    if isinstance(left, Name) and not any(names_of(right)):
        return _side_of(plain(right), operation)
    if isinstance(right, Name) and not any(names_of(left)):
        return _side_of(plain(left), MIRRORED[operation])
    return _linear(relation.difference, operation, name)


def _within(size: Formula, operation: str, bound: Formula) -> RealSet | None:
    """The solutions of `|size| < bound` and its like."""
    if as_fraction(real_value(bound, {})) < 0:
        return EMPTY if operation in {"<", "<=", "="} else REALS
    above = _solutions(Relation(size, operation, bound))
    below = _solutions(Relation(size, MIRRORED[operation], Applied("-", (bound,))))
    if above is None or below is None:
        return None
    return above & below if operation in {"<", "<=", "≠"} else above | below


def _linear(difference: Formula, operation: str, name: str) -> RealSet | None:
    """The solutions of `a x + b < 0` and its like, where the difference is linear, and a and b are rational."""
    try:
        values = [real_value(difference, {name: x}) for x in (0, 1, 2, 7)]
    except Undefined:
        return None
    if not all(isinstance(value, int | Fraction) for value in values):
        return None
    start, slope = Fraction(values[0]), Fraction(values[1] - values[0])
    if slope == 0 or any(values[i] != start + slope * x for i, x in ((2, 2), (3, 7))):
        return None
    root = Constant(simplest(-start / slope))
    return _side_of(root, operation if slope > 0 else MIRRORED[operation])


def plain(end: Formula) -> Formula:
    """An end as the number that it is, where that is a fraction."""
    if isinstance(end, Constant) or any(names_of(end)):
        return end
    value = real_value(end, {})
    is_rounded = isinstance(end, Applied) and isinstance(end.parts[0], Rounded)
    return Constant(simplest(Fraction(value))) if isinstance(value, int | Fraction) and not is_rounded else end


def _side_of(end: Formula, operation: str) -> RealSet:
    """The numbers x for which `x operation end`."""
    closed = operation in {"<=", ">="}
    match operation:
        case "<" | "<=":
            return RealSet((Span(None, end, high_closed=closed),))
        case ">" | ">=":
            return RealSet((Span(end, None, low_closed=closed),))
        case "≠":
            return REALS - point(end)
        case _:
            return point(end)
