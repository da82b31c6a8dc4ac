r"""Text to formulas: plain text or LaTeX in declared symbols, with sums over an index.

Read are + − · / ^ and parentheses, `\frac`, `\sqrt`, products without a sign, and powers by small whole numbers. Where
a text has two readings (`1/2m`) it is not read. Length, depth, and the work of evaluating are bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final, NoReturn

from markscheme.reading.formulas import Applied, Constant, Formula, Name, Summed, evaluate
from markscheme.reading.lexer import Cursor, Token, bounded, letter, quoted, tokens, trimmed
from markscheme.reading.limits import Unreadable
from markscheme.reading.numbers import simplest

MOST_WORK: Final = 1_000
"""Nodes of a formula; within a sum a node counts `LONGEST_SUM` times."""
LONGEST_SUM: Final = 5
DEEPEST_SUMS: Final = 2
LARGEST_POWER: Final = 12
_LONGEST_NUMBER: Final = 15
_LONGEST_SUBSCRIPT: Final = 6
_HALF: Final = Fraction(1, 2)

CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_TIMES: Final = frozenset({"*", "×", "⊙"})
_ARROWS: Final = frozenset({"←", "⟵", "\\leftarrow", "\\gets", "\\longleftarrow"})
_SUM: Final = re.compile(r"(?:Σ|∑|sum(?=_|$))_?").match
_DERIVATIVE: Final = re.compile(r"d(\w+)/d(\w+)").fullmatch
_LEAD: Final = re.compile(r"(?:\\[dt]?frac)?[∂d](\w+?)/?[∂d](\w+?)_?\w").fullmatch


@dataclass(frozen=True)
class Symbols:
    """What an expression may be written in: symbols such as `beta_1` and `m_{t-1}`, and indexed ones such as `y`.

    An indexed `dL/dy` is a derivative: `dL/dy_i`, `∂L/∂y_i`. `also` has other spellings, each with its symbol. Entries
    are taken at the free `index`, and at the index of a sum, which runs from 1 to `size`.
    """

    scalars: tuple[str, ...]
    indexed: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    index: str = "i"
    size: str = "n"

    def __post_init__(self) -> None:
        spellings = [spelling for name in self.names for spelling in _spellings(name)]
        spellings += [spelling for name, _ in self.also for spelling in _spellings(name)]
        if twice := {spelling for spelling in spellings if spellings.count(spelling) > 1}:
            raise ValueError(f"a spelling names one symbol, unlike {', '.join(sorted(twice))}")
        if odd := [symbol for _, symbol in self.also if symbol not in self.names]:
            raise ValueError(f"another spelling is one of a symbol, unlike that of {', '.join(odd)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols without an index."""
        return (*self.scalars, self.size) if self.indexed and self.size not in self.scalars else self.scalars

    @cached_property
    def spelled(self) -> Mapping[str, Formula]:
        """What stands for each symbol without an index, however it is spelled."""
        own = [(name, name) for name in self.names]
        return {spelling: Name(name) for said, name in [*own, *self.also] for spelling in _spellings(said)}

    @cached_property
    def derivatives(self) -> Mapping[tuple[str, str], str]:
        """The indexed symbols that are derivatives, by what is derived by what."""
        return {(found[1], found[2]): name for name in self.indexed if (found := _DERIVATIVE(name))}

    def entries(self, index: str) -> Mapping[str, Formula]:
        """The entries at an index, however they are spelled; derivatives are read apart."""
        plain = [name for name in self.indexed if "/" not in name]
        return {f"{said}_{index}": Name(name, index) for name in plain for said in _spellings(name)}

    def listed(self) -> str:
        """The symbols, for messages."""
        entries = [re.sub(r"^d(\w+)/d", r"∂\1/∂", letter(name)) + f"_{self.index}" for name in self.indexed]
        return ", ".join([*map(_as_letters, self.names), *entries])


def read_expression(text: str, symbols: Symbols) -> Formula:
    r"""The formula that a text says.

    >>> read_expression(r"2 \beta_1", Symbols(("beta_1",)))
    Applied(operation='*', parts=(Constant(value=2), Name(name='beta_1', index=None)))

    Raises `Unreadable`.
    """
    return _read(bounded(text), symbols)


@lru_cache(maxsize=1_024)
def _read(text: str, symbols: Symbols) -> Formula:
    reader = Reader(Cursor(text, prepared(text, symbols), "an expression"), symbols)
    formula = reader.sum()
    reader.at.end()
    return formula


class Reader:
    """One pass of recursive descent over the tokens of a text."""

    most_work = MOST_WORK

    def __init__(self, at: Cursor, symbols: Symbols) -> None:
        self.at = at
        self.symbols = symbols
        self.bound: list[str] = []
        self.work = 0

    def sum(self) -> Formula:
        terms = [self.signed(self.product)]
        while self.at.kind in {"+", "-"}:
            terms.append(self.signed(self.product))
        return terms[0] if len(terms) == 1 else self.applied("+", *terms)

    def signed(self, read: Callable[[], Formula]) -> Formula:
        negative = False
        while self.at.kind in {"+", "-"}:
            negative ^= self.at.next().kind == "-"
        value = read()
        return self.applied("-", value) if negative else value

    def product(self) -> Formula:
        value = self.power()
        loose = tight = False  # just behind a slash
        while True:
            if self.at.kind in _TIMES:
                self.at.next()
                value, loose, tight = self.times(value, self.signed(self.power)), False, False
            elif self.at.kind == "/":
                tight = not self.at.next().spaced and not self.at.token.spaced
                value, loose = self.applied("/", value, self.signed(self.power)), True
            elif self.starts_factor():
                if loose and not self._stands_apart(tight):
                    self.at.fail("this can be read in two ways: write a/(b c) or (a/b) c")
                value, loose, tight = self.times(value, self.power()), False, False
            else:
                return value

    def times(self, *factors: Formula) -> Formula:
        first, *others = factors
        if not others:
            return first
        if isinstance(first, Applied) and first.operation == "*":
            return self.applied("*", *first.parts, *others)
        return self.applied("*", *factors)

    def power(self) -> Formula:
        """A factor with its exponent; of letters that run together, as in `λη²`, the last has it."""
        *others, base = self.atoms()
        return self.times(*others, self.scripted(base))

    def scripted(self, base: Formula) -> Formula:
        if self.at.kind == "raised":
            return self._raised(base, self._raised_digits())
        if self.at.kind in {"^", "**"}:
            self.at.next()
            base = self._raised(base, self._exponent())
            if self.at.kind in {"^", "**", "raised"}:
                self.at.fail("a power of a power needs parentheses")
        return base

    def atoms(self) -> list[Formula]:
        """What stands here without a sign: one thing, or the symbols of a name that runs several together."""
        kind, text = self.at.kind, folded(self.at.token)
        if kind == "number":
            return [self.literal()]
        if kind == "vulgar":
            above, below = unicodedata.normalize("NFKC", self.at.next().text).split("⁄")
            return [self.made(Constant(Fraction(int(above), int(below))))]
        if kind == "frac":
            return [self._fraction()]
        if kind in CLOSING:
            return [self.grouped()]
        if text in {"sqrt", "√", "\\sqrt"} and text not in self.symbols.spelled:
            return [self._rooted()]
        if self.starts_sum():
            return [self._summed()]
        if self._starts_differential():
            value = self._derivative()
            if self.at.kind in {"^", "**", "raised"}:
                self.at.fail("a power of a derivative needs parentheses")
            return [value]
        return self._named() if kind == "name" else self.at.fail()

    def grouped(self) -> Formula:
        closing = CLOSING[self.at.next().kind]
        self.at.enter()
        value = self.sum()
        self.at.expect(closing)
        self.at.leave()
        return value

    def applied(self, operation: str, *parts: Formula) -> Formula:
        return self.made(Applied(operation, parts))  # pyright: ignore[reportArgumentType] (callers name operations)

    def made(self, formula: Formula) -> Formula:
        self.work += LONGEST_SUM ** len(self.bound)
        if self.work > self.most_work:
            self.at.fail("this expression is too long to be compared")
        return formula

    # Where a factor starts

    def starts_factor(self) -> bool:
        return self.at.kind in {"name", "frac", *CLOSING} or self._starts_tall() or self._starts_differential()

    def _starts_tall(self) -> bool:
        return self.starts_sum() or folded(self.at.token) in {"√", "\\sqrt"}

    def _stands_apart(self, tight: bool) -> bool:
        """Whether a factor behind `a/b` is plainly no part of the denominator."""
        return self.starts_sum() or self.at.kind == "frac" or (tight and self.at.token.spaced)

    def starts_sum(self) -> bool:
        return bool(self.symbols.indexed and _SUM(folded(self.at.token)))

    def _starts_differential(self, ahead: int = 0) -> bool:
        text = folded(self.at.ahead(ahead))
        if not self.symbols.derivatives or text in self.symbols.spelled:
            return False
        return text in {"∂", "d"} or any(text == f"d{above}" for above, _ in self.symbols.derivatives)

    def _rooted(self) -> Formula:
        self.at.next()
        if self.at.kind == "[":
            self.at.fail("square roots are read, and no others")
        is_grouped = self.at.kind in CLOSING
        value = self.applied("√", self.times(*self.atoms()))
        if not is_grouped and self.at.kind in {"^", "**", "raised"}:
            self.at.fail("a root of a power needs parentheses")
        return value

    # Numbers

    def _raised_digits(self) -> int:
        digits = unicodedata.normalize("NFKC", self.at.next().text).replace("−", "-")
        return int(digits) if len(digits) < 4 else LARGEST_POWER + 1

    def literal(self) -> Formula:
        mantissa, _, exponent = self.at.token.text.lower().partition("e")
        if len(mantissa) > _LONGEST_NUMBER or len(exponent) > 3 or abs(int(exponent or 0)) > LARGEST_POWER:
            self.at.fail(f"numbers in an expression have up to {_LONGEST_NUMBER} digits")
        return self.made(Constant(simplest(Fraction(self.at.next().text))))

    def _exponent(self) -> Fraction | int:
        value = self.grouped() if self.at.kind in CLOSING else self.signed(self._bare_exponent)
        try:
            return simplest(Fraction(evaluate(value, {})))
        except (LookupError, ArithmeticError):
            return LARGEST_POWER + 1

    def _bare_exponent(self) -> Formula:
        return self.literal() if self.at.kind == "number" else self.at.fail("an exponent is a whole number, as in g^2")

    def _raised(self, base: Formula, exponent: Fraction | int) -> Formula:
        if abs(exponent) == _HALF:
            root = self.applied("√", base)
            return root if exponent > 0 else self.applied("/", Constant(1), root)
        if not isinstance(exponent, int) or abs(exponent) > LARGEST_POWER:
            self.at.fail(f"an exponent is a whole number up to {LARGEST_POWER}, or 1/2")
        return self.applied("^", base, Constant(exponent))

    def _fraction(self) -> Formula:
        self.at.next()
        if self.at.kind == "{" and self._starts_differential(1):
            after = self.at.ahead(2 if len(folded(self.at.ahead())) > 1 else 3)
            if after.kind == "}":
                return self._derivative(braces=True)
        digits = self.at.token.text
        if self.at.kind == "number" and len(digits) == 2 and digits.isdecimal():
            self.at.next()
            return self.applied("/", Constant(int(digits[0])), Constant(int(digits[1])))
        above = self._argument()
        return self.applied("/", above, self._argument())

    def _argument(self) -> Formula:
        if self.at.kind == "{":
            return self.grouped()
        if self.at.kind == "number" and len(self.at.token.text) == 1:
            return self.literal()
        if self.at.kind == "name" and len(self.at.token.text) == 1:
            return self.times(*self._named())
        return self.at.fail(r"expected a fraction such as \frac{1}{2}")

    # Names

    def _named(self) -> list[Formula]:
        token = self.at.token
        said = self._spelled()
        known = self.known()
        readings = [[said]] if said in known else _divided(said, known)
        if len(readings) != 1:
            self._unknown(token, said, ambiguous=bool(readings))
        return [self.made(known[piece]) for piece in readings[0]]

    def known(self) -> Mapping[str, Formula]:
        """What a name may say here."""
        known = dict(self.symbols.spelled)
        for index in {self.symbols.index, *self.bound}:
            known |= self.symbols.entries(index)
        return known

    def _unknown(self, token: Token, said: str, *, ambiguous: bool) -> NoReturn:
        name = said if len(said) <= 20 else f"{said[:19]}…"
        what = "can be read in two ways" if ambiguous else "is not known here"
        known = self.symbols.listed()
        raise Unreadable(f"{name} {what}: known are {known}", text=self.at.text, position=token.position)

    def _spelled(self) -> str:
        """A name with its subscript, which the lexer may have left in pieces: `β`, `_`, `{`, `1`, `}`."""
        said = folded(self.at.next())
        if said.endswith("_"):
            return said + self._subscript()
        return f"{said}_{self._subscript()}" if self.at.take("_") else said

    def _subscript(self) -> str:
        if self.at.kind not in {"{", "("}:
            return folded(self.at.next()) if self.at.kind in {"name", "number"} else self.at.fail("expected an index")
        closing, said = CLOSING[self.at.next().kind], ""
        for _ in range(_LONGEST_SUBSCRIPT):
            if self.at.kind in {"name", "number", "+", "-", ","}:
                said += folded(self.at.next())
        self.at.expect(closing)
        return said

    # Sums and derivatives

    def _summed(self) -> Formula:
        token = self.at.next()
        said = folded(token)
        found = _SUM(said)
        rest = said[found.end() :] if found else ""
        index, without, has_upper = rest, None, False
        if said.endswith("_"):
            index, without = self._limits()
        while self.at.kind in {"_", "^"}:
            if self.at.kind == "_" and not index:
                self.at.next()
                index, without = self._limits()
            elif self.at.kind == "^" and not has_upper:
                self.at.next()
                self._upper()
                has_upper = True
            else:
                self.at.fail()
        if not index:
            raise Unreadable(
                "a sum says what it runs over, as in sum_j or \\sum_{j=1}^{n}", text=self.at.text,
                position=token.position,
            )  # fmt: skip
        if index in self.bound or index in self.symbols.spelled or len(index) > 1 or without == index:
            self.at.fail(f"a sum cannot run over {quoted(index)} here")
        if len(self.bound) == DEEPEST_SUMS:
            self.at.fail(f"sums are read {DEEPEST_SUMS} deep, not deeper")
        self.bound.append(index)
        self.at.enter()
        body = self.signed(self.product)
        self.at.leave()
        self.bound.pop()
        return self.made(Summed(index, self.symbols.size, body, without))

    def _limits(self) -> tuple[str, str | None]:
        """The index of a sum, and the place that it leaves out."""
        if self.at.kind not in {"{", "("}:
            return folded(self.at.expect("name")), None
        closing = CLOSING[self.at.next().kind]
        index, without = folded(self.at.expect("name")), None
        if self.at.take("="):
            if self.at.token.text != "1":
                self.at.fail(f"a sum runs from 1 to {self.symbols.size}")
            self.at.next()
            if self.at.take(","):
                self.at.take("name")
                without = self._without()
        elif self.at.kind != closing:
            without = self._without()
        self.at.expect(closing)
        return index, without

    def _without(self) -> str:
        if self.at.take("!"):
            self.at.expect("=")
        elif folded(self.at.token) in {"≠", "\\ne", "\\neq"}:
            self.at.next()
        else:
            self.at.fail(f"a sum runs from 1 to {self.symbols.size}, or over all places but {self.symbols.index}")
        index = folded(self.at.expect("name"))
        if index != self.symbols.index and index not in self.bound:
            self.at.fail(f"{quoted(index)} is no index here")
        return index

    def _upper(self) -> None:
        closing = CLOSING.get(self.at.kind) if self.at.kind != "[" else None
        if closing:
            self.at.next()
        if folded(self.at.token) != self.symbols.size:
            self.at.fail(f"a sum runs from 1 to {self.symbols.size}")
        self.at.next()
        if closing:
            self.at.expect(closing)

    def _derivative(self, *, braces: bool = False) -> Formula:
        token = self.at.token
        ends: list[str] = []
        for divider in ("/", ""):
            if braces:
                self.at.expect("{")
            ends.append(self._differential())
            if braces:
                self.at.expect("}")
            elif divider:
                self.at.expect(divider)
        above, (below, _, index) = ends[0], ends[1].partition("_")
        name = self.symbols.derivatives.get((above, below))
        if name is None or (index != self.symbols.index and index not in self.bound):
            self._unknown(token, f"∂{above}/∂{ends[1]}", ambiguous=False)
        return self.made(Name(name, index))

    def _differential(self) -> str:
        if self.at.kind != "name" and folded(self.at.token) != "∂":
            self.at.fail()
        if folded(self.at.token) in {"∂", "d"}:
            self.at.next()
            return self._spelled() if self.at.kind == "name" else self.at.fail()
        if not folded(self.at.token).startswith("d"):
            self.at.fail()
        return self._spelled()[1:]


def prepared(text: str, symbols: Symbols) -> list[Token]:
    """The tokens of the expression itself: past a lead-in such as `m =`, `dL/dx_i =` or `the answer is`."""
    found: list[Token] = []
    for token in tokens(text):
        if token.kind == "–":
            found.append(token._replace(kind="-"))
        elif token.text in _ARROWS:
            found.append(token._replace(kind="="))
        elif token.kind == "-" and found and found[-1].kind == "<" and not token.spaced:
            found[-1] = found[-1]._replace(kind="=")
        elif token.kind == "×" and token.text in symbols.spelled:
            found.append(token._replace(kind="name"))
        elif token.kind == "name" and "Σ" not in symbols.spelled and (place := folded(token).find("Σ")) > 0:
            found.append(Token("name", token.text[:place], token.position, token.spaced))
            found.append(Token("name", token.text[place:], token.position + place, False))
        else:
            found.append(token)
    found = _past_derivative(found, symbols)
    kept = trimmed(found)
    left_out = found[: found.index(kept[0])] if kept else []
    named = [token for token in left_out if folded(token) in symbols.spelled]
    if len(named) > 1 or len([token for token in left_out if token.kind == "="]) > 1:
        raise Unreadable("expected one expression, not an equation", text=text, position=left_out[0].position)
    return kept


def _past_derivative(found: list[Token], symbols: Symbols) -> list[Token]:
    """The tokens past a lead-in such as `dL/dx_i =`; a derivative that may stand in the answer is no lead-in."""
    place = next((place for place, token in enumerate(found) if token.kind == "="), 0)
    said = _LEAD("".join([folded(token) for token in found[:place] if token.text not in "{}"]))
    if said and (said[1], said[2].rstrip("_")) not in symbols.derivatives:
        return found[place + 1 :]
    return found


def _divided(said: str, known: Mapping[str, Formula]) -> list[list[str]]:
    """The ways to divide a name into known ones, up to two: `λη` is λ times η."""
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, min(len(said), 40) + 1):
        ways.append([
            [*way, said[start:end]]
            for start in range(end) if said[start:end] in known
            for way in ways[start]
        ][:2])  # fmt: skip
    return ways[-1] if len(said) == len(ways) - 1 else []


def folded(token: Token) -> str:
    """What a token says, in one of its spellings: subscripts as digits, Greek as letters."""
    if token.text in {"\\partial", "\\sum"}:
        return "∂" if token.text == "\\partial" else "∑"
    return unicodedata.normalize("NFKC", token.text)


@lru_cache(maxsize=1_024)
def _spellings(name: str) -> frozenset[str]:
    """How a symbol may be spelled: `beta_1` is `β_1`, `beta1` and `β1` too."""
    base, _, index = name.partition("_")
    index = index.strip("{}")
    if not index:
        return frozenset({base, letter(base)})
    return frozenset(f"{said}{divider}{index}" for said in (base, letter(base)) for divider in ("_", ""))


def _as_letters(name: str) -> str:
    base, divider, index = name.partition("_")
    return f"{letter(base)}{divider}{index}"
