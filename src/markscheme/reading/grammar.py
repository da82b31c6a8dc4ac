r"""One grammar for all answers: tokens to a tree, by a Pratt parser whose dialect says what may stand in a text.

A row of the table says how tightly a sign binds what is to its left, and which method reads what is to its right. What
a dialect does not switch on is not understood, and what is not understood makes a text unreadable, with the place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from typing import Any, Final, NoReturn

from markscheme.exact import Rational
from markscheme.language import Message, as_message, noun_of, say
from markscheme.reading.lexer import Token, quoted, tokens
from markscheme.reading.limits import DEEPEST_NESTING, LARGEST_EXPONENT, LONGEST_NUMBER, MOST_ENTRIES, Unreadable
from markscheme.reading.symbols import Symbols, divided
from markscheme.reading.syntax import (
    INFINITY,
    Applied,
    Called,
    Constant,
    Joined,
    Limit,
    Listed,
    Name,
    Quantity,
    Related,
    Rounded,
    Rows,
    Such,
    Summed,
    Ways,
)
from markscheme.reading.units import ONE, Unit, counted, noun, unit
from markscheme.reading.values import kept
from markscheme.reading.words import (
    BARE,
    CONSTRUCTORS,
    FUNCTION_LETTERS,
    FUNCTIONS,
    GREEK,
    LEADS,
    MODULES,
    NEGATIVE,
    NUMERALS,
    PLAIN,
    QUANTITIES,
    letter,
)

LONGEST_SUM: Final = 5
"""What a node within a sum over a declared index counts for."""
DEEPEST_SUMS: Final = 2
LARGEST_POWER: Final = 12
LONGEST_RUN: Final = 3
"""Letters that may run together as a product: longer ones are a word."""
_OR, _AND, _RELATION, _UNION, _SUM, _PRODUCT, _POWER = 10, 20, 30, 35, 40, 50, 70
_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "⟨": "⟩", "<": ">", "|": "|", "||": "||",
                   "⌊": "⌋", "⌈": "⌉", "\\begin": "\\end"}  # fmt: skip
_ROUND: Final = frozenset("( [ {".split())
_ENDS: Final = frozenset([*_CLOSING.values(), "end"])
_OPENS: Final = frozenset("( [ { \\{ \\begin".split())
_WORDS: Final = {"mod": "mod", "is": "=", "are": "=", "equals": "=", "xor": "xor", "implies": "implies"}
_AROUND_SETS: Final = frozenset(
    {"end", ",", "(", ")", "{", "}", "\\{", "\\}", "[", "]", "∪", "∩", "∖", "in", "or", "and", "="}
)
_SIGNS: Final = frozenset("= ≈ ≠ < <= > >= in ∉".split())
_ROW: Final = frozenset({";", "newline", "row"})
_CONSTANTS: Final = {"pi": "pi", "π": "pi", "e": "e"}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
MATHEMATICS: Final = noun_of("a mathematical expression")
TOO_LARGE: Final = say("number-too-large")
TWO_WAYS: Final = say("two-ways-quotient")


@dataclass(frozen=True)
class Dialect:
    """What may stand in a text."""

    expected: Message | str = MATHEMATICS
    symbols: Symbols | None = None
    """The names that there are; where None, whatever letters a text has."""
    free: bool = True
    """Whether there are names at all, beside those that lead in, and functions of them."""
    lists: bool = False
    by_spaces: bool = False
    """Whether space may stand between entries, outside of brackets too: `1 -2` are two."""
    statements: bool = False
    """Whether relations, sets and `and` and `or` between them are read."""
    units: bool = False
    any_words: bool = False
    """Whether any words may name a value, `learning rate = 0.1`; else they are of those that are known to name one."""
    shape: bool = False
    """Whether `×` and `by` stand between the lengths of a shape."""
    in_ways: bool = False
    """Whether what may be read in several ways is, in each; else the writer is asked for parentheses."""
    most_work: int = 200
    largest_power: int = 1_000_000

    @property
    def matrices(self) -> bool:
        """Whether names are matrices, whose products do not commute."""
        return self.symbols is not None and bool(self.symbols.matrices)


@dataclass
class Parser:
    """One pass over the tokens of a text."""

    text: str
    tokens: list[Token]
    dialect: Dialect
    way: Ways = field(default_factory=Ways)
    place: int = 0
    kind: str = ""
    work: int = 0
    _deep: int = 0
    _brackets: list[str] = field(default_factory=list[str])
    _bound: list[str] = field(default_factory=list[str])
    _run_end: int = -1
    """The place just behind letters that run together."""
    _slash: tuple[int, bool] = (-1, False)
    """The place just behind a denominator, and whether it was written without space."""
    _spaces: bool = False
    """Whether entries are divided by space where we are."""
    _diagonal: bool = False
    """Whether we are within a diagonal matrix, whose entries are numbers."""
    _calls: int = 0
    """Within how many functions we are, whose letters are no units."""
    _angle: bool = False
    """Whether we are within a function, where degrees are angles."""

    def __post_init__(self) -> None:
        self.tokens.append(Token("end", "", len(self.text), True))
        self.kind = self.tokens[0].kind
        self._spaces = self.dialect.by_spaces

    # Going forward

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def ahead(self, steps: int = 1) -> Token:
        """The token that many steps further, or the end."""
        return self.tokens[min(self.place + steps, len(self.tokens) - 1)]

    def next(self) -> Token:
        """The token here; the parser moves past it."""
        token = self.tokens[self.place]
        if token.kind != "end":
            self.place += 1
        self.kind = self.tokens[self.place].kind
        return token

    def take(self, kind: str) -> bool:
        """Moves past a token of this kind, if one is here."""
        if self.kind != kind:
            return False
        self.next()
        return True

    def expect(self, kind: str) -> Token:
        return self.next() if self.kind == kind else self.fail()

    def fail(self, reason: Message | None = None, token: Token | None = None) -> NoReturn:
        """Raises `Unreadable`: by default, what was expected and what stands here."""
        if reason is None:
            is_end = self.kind == "end"
            found = say("text-ends") if is_end else say("cannot-be-read", said=quoted(self.token.text))
            reason = say("expected-here", expected=as_message(self.dialect.expected), found=found)
        raise Unreadable(reason, text=self.text, position=(token or self.token).position)

    def made(self, node: Any) -> Any:
        """A node, which counts."""
        self.work += LONGEST_SUM ** len(self._bound) if self.dialect.symbols else 1
        if self.work > self.dialect.most_work:
            self.fail(say("expression-too-long"))
        return node

    def applied(self, operation: str, *parts: Any) -> Any:
        return self.made(Applied(operation, parts))

    # The loop

    def whole(self) -> Any:
        """The tree of the whole text."""
        if self.dialect.symbols:
            self._skip_lead(self.dialect.symbols)
        self._spaces = self._spaces or (self.dialect.lists and self._is_list_by_spaces())
        found = self.listing("end") if self.dialect.lists or self.dialect.by_spaces else self.tree()
        if self.kind != "end":
            self.fail()
        return found

    def _is_list_by_spaces(self) -> bool:
        """Whether the text is rows of entries that lines or semicolons divide, or numbers side by side: `-1 0 1/2`."""
        kinds = {token.kind for token in self.tokens}
        if kinds & {"newline", ";"}:
            return not kinds & {"name", ",", "=", "<", "\\begin"}
        if not kinds <= {"number", "-", "/", "end"}:
            return False
        said = "".join([f" {it.text}" if it.spaced else it.text for it in self.tokens]).split()
        if len(said) < 2 or not all(map(_is_entry, said)) or _are_groups(said) or any(map(_are_mixed, said, said[1:])):
            return False
        are_signed = all(entry[0] == "-" for entry in said[1:])
        return not are_signed or self.way.of("a -b", "a difference", "a list") == "a list"

    def _skip_lead(self, symbols: Symbols) -> None:
        """Past what leads in to an expression in declared symbols: `m =`, `dL/dx_i =`, `m_t <-`."""
        depth = accumulate([(it.kind in _OPENS) - (it.kind in _ENDS) for it in self.tokens])
        outside = [(place, it) for place, (it, deep) in enumerate(zip(self.tokens, depth, strict=True)) if deep <= 0]
        signs = [place for place, token in outside if token.kind in {"=", ":", "≈"}]
        if not signs:
            return
        lead = self.tokens[: signs[0]]
        named = [token for token in lead if token.kind == "name" and token.text in symbols.known]
        derived = _derivative(
            self.tokens, lead[0].kind == "frac" if lead else 0, braces=bool(lead and lead[0].kind == "frac")
        )
        if derived and (derived[0], derived[1].partition("_")[0]) in symbols.derivatives:
            return
        is_name = all(token.kind in {"name", "partial", "/", "frac", "{", "}", "**", "newline"} for token in lead)
        if len(signs) > 1 or len(named) > 1 or not is_name or (len(lead) > 2 and not derived and named):
            self.fail(say("one-expression"))
        for _ in range(signs[0] + 1):
            self.next()

    def tree(self, power: int = 0) -> Any:
        """What stands here, as far as signs bind it more tightly than a power."""
        self._deep += 1
        if self._deep > 6 * DEEPEST_NESTING:
            self.fail(say("brackets-too-deep", deepest=DEEPEST_NESTING))
        while self.kind == "newline":
            self.next()
        left = self.prefix(power)
        while (row := self.row()) and row[0] > power:
            left = row[1](self, left)
        self._deep -= 1
        return left

    def row(self) -> tuple[int, Callable[[Parser, Any], Any]] | None:
        """How tightly the sign here binds what is left of it, and what reads on; None where nothing goes on."""
        if self.kind == "||" and self._brackets[-1:] == ["|"]:
            self._part_bars()
        if self.kind == "newline" and not self._spaces and self._goes_on_below():
            self.next()
        found = _INFIX.get(self._infix())
        if found:
            if (
                found[0] < _SUM
                and not self.dialect.statements
                and (self.dialect.symbols or self.kind not in {"=", "≈", ":"})
            ):
                return None
            if self.kind in {"+", "-"} and self._parts_entries():
                return None
            if self.kind == "|" and not self._is_condition():
                return (_PRODUCT, Parser.juxtaposed) if self.starts_factor() else None
            if self._brackets and _CLOSING.get(self._brackets[-1]) == self.kind:
                return None
            return found
        return (_PRODUCT, Parser.juxtaposed) if self.starts_factor() else None

    def _part_bars(self) -> None:
        """Make of the two bars here, of which the first closes, two tokens."""
        bar = self.token._replace(kind="|", text="|")
        self.tokens[self.place : self.place + 1] = [bar, bar._replace(position=bar.position + 1, spaced=False)]
        self.kind = "|"

    def _infix(self) -> str:
        """The kind of the token here as a sign between two, or behind one."""
        if self.kind == "&" and self._brackets[-1:] == ["\\begin"]:
            return ""
        if self.kind == "&" and self.ahead(-1).kind in _ENDS and self.ahead().kind in _ROUND:
            return "∩"
        if self.kind == "!" and self.ahead().kind == "=" and not self.ahead().spaced:
            may_be_factorial = not self.token.spaced and self.ahead(-1).kind in {"number", ")"}
            is_factorial = may_be_factorial and self.way.of("!=", "not equal", "a factorial") == "a factorial"
            return "!" if is_factorial else "≠"
        if self.kind == "." and self.ahead().text == "T" and not self.ahead().spaced:
            return "transpose"
        if self.kind != "name":
            return self.kind
        if self.token.text == "U" and self.dialect.statements and self.ahead(-1).kind in {")", "]", "[", "\\}", "}"}:
            return "∪"
        return _WORDS.get(self.token.text, "")

    def _goes_on_below(self) -> bool:
        """Whether the next line goes on with this one: `- 2` there is subtracted, and `-2` is a number of its own."""
        sign = self.ahead().kind
        return sign in {"=", "*", "/", "<=", "≈"} or (sign in {"+", "-"} and self.ahead(2).spaced)

    def _parts_entries(self) -> bool:
        """Whether a sign belongs to the entry behind it: `1 -2` are two where entries are divided by space."""
        return self._spaces and self.token.spaced and not self.ahead().spaced

    def starts_factor(self) -> bool:
        """Whether what stands here multiplies what is before it, without a sign."""
        if self.kind in {"|", "||"}:
            return self.kind not in self._brackets
        if self._closes_outward():
            return False
        if self.kind in {"(", "[", "{"}:
            return not self.dialect.by_spaces and not (self._spaces and self.token.spaced)
        if self.kind == "name":
            return not (self._spaces and self.token.spaced)
        if self.kind == "number" and self.dialect.units:
            return False
        return self.kind in {"frac", "sqrt", "sum", "prod", "int", "partial", "⌊", "⌈", "binom", "lim", "\\begin"}

    def _closes_outward(self) -> bool:
        """Whether a bracket that is turned outward closes an interval here: `[1, 4[`."""
        if self.kind != "[" or not self.dialect.statements or not {"[", "]"} & set(self._brackets[-1:]):
            return False
        return self.ahead().kind in {"end", "∪", "∩", "∖", "and", "or"} or self.ahead().text == "U"

    # What stands before anything else

    def prefix(self, power: int) -> Any:
        found = _PREFIX.get(self.kind)
        if found:
            return found(self, power)
        if self.kind in {"number", "thousands", "repeating", "vulgar"}:
            return self.number()
        if self.kind in {"name", "partial"}:
            return self.named(power)
        return self.fail()

    def signed(self, power: int) -> Any:
        """A sign and what it belongs to."""
        sign = self.next().kind
        value = self.tree(max(power, _SUM))
        if sign == "+":
            return value
        sign = "-" if sign in "-–" else sign
        if isinstance(value, Quantity):
            return Quantity(self.applied(sign, value.value), value.unit)
        return self.applied(sign, value)

    def number(self) -> Any:
        """A number, or with a whole number before a fraction both: `1 1/2`, `1½`."""
        token = self.token
        match self.kind:
            case "vulgar":
                return self.made(Constant(_vulgar(self.next().text)))
            case "repeating":
                return self.made(Constant(_repeating(self.next().text)))
            case "thousands":
                return self.thousands()
            case _:
                value = self.literal()
        if token.text.isdecimal() and isinstance(value, Constant):
            part = self.mixed()
            return self.made(Constant(value.value + part)) if part else value
        return value

    def literal(self) -> Any:
        digits = self.token.text
        mantissa, _, exponent = digits.lower().partition("e")
        if len(mantissa) > LONGEST_NUMBER:
            self.fail(say("digits-too-many", longest=LONGEST_NUMBER))
        if len(exponent) > 5 or abs(int(exponent or 0)) > LARGEST_EXPONENT:
            self.fail(TOO_LARGE)
        self.next()
        may_be_grouped = digits.isdecimal() and len(digits) < 4 and digits[0] != "0"
        if not self._spaces and not self._brackets and may_be_grouped:
            while self.kind == "number" and _GROUP(self.token.text) and self.ahead().kind != "/" and "." not in digits:
                digits = mantissa = digits + self.next().text
        if self._has_decimal_comma(digits):
            self.next()
            digits = mantissa = f"{digits}.{self.next().text}"
        value = kept(Fraction(digits))
        places = len(mantissa.partition(".")[2]) - int(exponent or 0)
        is_decimal = "." in mantissa or exponent
        return self.made(Rounded(value, places) if is_decimal and places > -40 else Constant(value))

    def _has_decimal_comma(self, digits: str) -> bool:
        """Whether a comma follows that is one of decimals: where there are no lists, and no other comma."""
        if self.kind != "," or self.dialect.lists or self.dialect.by_spaces or self._brackets or not digits.isdecimal():
            return False
        following = self.ahead()
        return (
            following.kind == "number" and following.text.isdecimal() and not following.spaced and not self.token.spaced
        )

    def thousands(self) -> Any:
        """A number with a comma: thousands are grouped by it, or entries of a list are divided."""
        if "." not in self.token.text and self.way.of("comma", *self._ways_of_comma()).startswith("a list"):
            self._part_at_commas()
            return self.literal()
        said = self.next().text
        places = said.partition(".")[2]
        value = kept(Fraction(said.replace(",", "")))
        return self.made(Rounded(value, len(places)) if places else Constant(value))

    def _ways_of_comma(self) -> tuple[str, ...]:
        has_others = any(it.kind == "," and self.tokens[k + 1].spaced for k, it in enumerate(self.tokens[:-1]))
        if self.dialect.by_spaces:
            return ("a list",)
        if has_others or not self.dialect.lists:
            return ("thousands",)
        return ("a list", "thousands?") if self._brackets else ("thousands", "a list?")

    def _part_at_commas(self) -> None:
        """Make of the number here, whose digits are grouped by commas, the numbers between them."""
        token, place = self.token, self.token.position
        apart: list[Token] = []
        for digits in token.text.split(","):
            apart += [Token(",", ",", place - 1, False), Token("number", digits, place, False)]
            place += len(digits) + 1
        self.tokens[self.place : self.place + 1] = apart[1:]
        self.kind = "number"

    def mixed(self) -> Rational:
        """The fraction behind a whole number; between entries divided by space only a vulgar one that touches it."""
        if self.kind == "vulgar" and not (self._spaces and self.token.spaced):
            return _vulgar(self.next().text)
        if self._spaces or self.dialect.symbols:
            return 0
        following = [self.kind, self.ahead().kind, self.ahead(2).kind]
        if following == ["number", "/", "number"] and self.token.spaced:
            above, _, below = self.next().text, self.next(), self.next().text
        elif self.kind == "frac" and [self.ahead(k).kind for k in (1, 2, 3, 4, 5, 6)] == ["{", "number", "}"] * 2:
            steps = [self.next().text for _ in range(7)]
            above, below = steps[2], steps[5]
        else:
            return 0
        if not (above.isdecimal() and below.isdecimal() and len(above + below) < LONGEST_NUMBER):
            self.fail(say("mixed-of-whole"))
        if not 0 < int(above) < int(below):
            self.fail(say("mixed-below-one"))
        return Fraction(int(above), int(below))

    # Signs between two

    def added(self, left: Any) -> Any:
        terms = [left]
        while self.kind in {"+", "-", "–", "±", "∓"} and not self._parts_entries():
            if self.kind == "–" and not self.token.spaced:
                self.fail(say("dash-or-range"))
            sign = self.next().kind
            term = self.tree(_SUM)
            terms.append(term if sign == "+" else self.applied("-" if sign in "-–" else sign, term))
        return self.applied("+", *terms)

    def times(self, left: Any) -> Any:
        if (
            self.token.text in {"x", "X"}
            and not self.dialect.free
            and not self.dialect.shape
            and not self._is_power_of_ten()
        ):
            self.fail(say("times-before-power-of-ten", sign=self.token.text))
        sign = self.next().kind
        if self.dialect.units and not self._brackets and (found := self.quantity(left, is_product=True)) is not None:
            return found
        sign = "×" if self.dialect.shape else {"by": "×", "circ": "⊙"}.get(sign, sign)
        return self.multiplied(left, self.tree(_PRODUCT), sign)

    def lengths(self, left: Any) -> Any:
        """The shape of an array, `64 by 112 by 112`: numbers with nothing but this word between them."""
        if self.place != 1 or not isinstance(left, Constant):
            self.fail()
        found = [left]
        while self.kind == "by":
            if self.ahead().kind != "number":
                self.fail(token=self.ahead())
            self.next()
            found.append(self.number())
        return self.made(Listed(tuple(found), "[,]"))

    def _is_power_of_ten(self) -> bool:
        return self.ahead().text == "10" and self.ahead(2).kind in {"^", "**", "raised"}

    def multiplied(self, left: Any, right: Any, sign: str = "*") -> Any:
        if isinstance(left, Applied) and left.operation == sign and sign != "()":
            return self.applied(sign, *left.parts, right)
        return self.applied(sign, left, right)

    def over(self, left: Any) -> Any:
        tight = not self.next().spaced and not self.token.spaced
        right = self.tree(_PRODUCT)
        self._slash = self.place, tight
        return self.applied("/", left, right)

    def ratio(self, left: Any) -> Any:
        """What a colon says: a name before it is said to have a value; numbers are in a ratio."""
        if isinstance(left, Name) and (self.ahead().spaced or self.ahead().kind in _ROUND):
            self.next()
            return self.made(Related((left, self.tree(_RELATION)), ("=",)))
        self.next()
        return self.applied("/", left, self.tree(_SUM))

    def modulo(self, left: Any) -> Any:
        self.next()
        return self.made(Called("mod", (left, self.tree(_PRODUCT))))

    def chosen(self, left: Any) -> Any:
        self.next()
        return self.made(Called("binom", (left, self.tree(_PRODUCT))))

    def juxtaposed(self, left: Any) -> Any:
        if self.dialect.units and (found := self.quantity(left)) is not None:
            return found
        place, tight = self._slash
        if place == self.place and not self._stands_apart(tight):
            if not self.dialect.in_ways:
                self.fail(TWO_WAYS)
            if self.way.of("a/b c", "(a/b) c", "a/(b c)") == "a/(b c)":
                return self._below(left, tight)
        return self.multiplied(left, self.tree(_PRODUCT))

    def _below(self, left: Applied, tight: bool) -> Any:
        """A quotient with one more factor below."""
        above, below = left.parts
        below = self.multiplied(below, self.tree(_PRODUCT))
        self._slash = self.place, tight
        return self.applied("/", above, below)

    def _stands_apart(self, tight: bool) -> bool:
        """Whether a factor behind `a/b` is plainly no part of the denominator."""
        return self._starts_sum() or self.kind in {"frac", "\\begin"} or (tight and self.token.spaced)

    def related(self, left: Any) -> Any:
        sides, signs = [left], list[str]()
        while (sign := self._relation()) and len(sides) < 24:
            self.next()
            sides.append(self.tree(_RELATION))
            signs.append(sign)
        return self.made(Related(tuple(sides), tuple(signs)))

    def _relation(self) -> str:
        """The sign of a relation here; empty where there is none."""
        if self._infix() == "≠" and self.kind == "!":
            self.next()
            return "≠"
        if self.kind == "name" and self.token.text in {"is", "are", "equals"}:
            return "="
        return self.kind if self.kind in _SIGNS else ""

    def joined(self, left: Any) -> Any:
        word = "and" if self.kind == "&" else self.kind
        parts = [left]
        while self.kind == word or (word == "and" and self.kind == "&"):
            self.next()
            parts.append(self.tree(_INFIX[word][0]))
        return self.made(Joined(word, tuple(parts)))

    def connected(self, left: Any) -> Any:
        """What holds if one of two does, or if one follows from the other."""
        word = self.next().text
        return self.made(Called(word, (left, self.tree(_OR))))

    def denied(self, power: int) -> Any:  # noqa: ARG002
        self.next()
        if not self.dialect.statements:
            self.fail()
        is_grouped = self.kind == "("
        statement = self.tree(_AND)
        is_logical = is_grouped or any(
            token.kind in {"and", "or"} or token.text in {"xor", "implies"} for token in self.tokens
        )
        if not isinstance(statement, Related | Joined | Called) and not (isinstance(statement, Name) and is_logical):
            self.fail(say("only-statements-denied"))
        return self.made(Called("not", (statement,)))

    def united(self, left: Any) -> Any:
        sign = self._infix()
        self.next()
        return self.applied(sign, left, self.tree(_UNION))

    def _is_condition(self) -> bool:
        """Whether the bar here parts an event from its condition, `P(A | B)`: no other bar closes it."""
        if not self._calls or self._brackets[-1:] == ["|"]:
            return False
        depth, steps, bars = 0, 0, 0
        while depth >= 0 and (token := self.ahead(steps) if steps else self.token).kind != "end":
            bars += token.kind == "|" and depth == 0
            depth += (token.kind in _ROUND) - (token.kind in {")", "]", "}"})
            steps += 1
        return bars % 2 == 1

    def given(self, left: Any) -> Any:
        """A condition behind a bar, as in P(A | B)."""
        if not self._brackets or not self.dialect.free:
            self.fail()
        self.next()
        return self.made(Called("given", (left, self.tree(_RELATION))))

    # Behind a factor

    def raised(self, left: Any) -> Any:
        """A power; of letters that run together, as in `λη²`, the last has it."""
        if self.place == self._run_end and isinstance(left, Applied):
            return self._of_last(left, self.raised)
        if self.kind == "raised":
            said = self.next().text
            if len(said) > 5:
                self.fail(TOO_LARGE)
            return self.to_the(left, Constant(int(said.translate(_SUPERSCRIPTS))))
        self.next()
        if self._takes_circle():
            return self.in_degrees(left)
        if transposed := self._takes_transpose():
            base = self.applied("ᵀ", left)
            return self.applied("^", base, Constant(-1)) if transposed < 0 else base
        exponent = self.tree(_POWER) if self.kind in _ROUND else self._bare_exponent()
        if (
            self.kind == "_"
            and isinstance(left, Name)
            and "_" not in left.name
            and self.ahead().kind in {"name", "number"}
        ):
            self.next()
            left = Name(f"{left.name}_{self.next().text}", None, left.bold)
        if self.kind == "raised" or (self.kind in {"^", "**"} and not self._transposes_next()):
            if not self.dialect.in_ways:
                self.fail(say("power-of-power"))
            if self.way.of("a^b^c", "a^(b^c)", "(a^b)^c") == "a^(b^c)":
                exponent = self.raised(exponent)
        return self.to_the(left, exponent)

    def _bare_exponent(self) -> Any:
        negative = False
        while self.kind in {"+", "-", "–"}:
            negative ^= self.next().kind != "+"
        if self.kind == "name":
            if self.dialect.symbols:
                self.fail(say("exponent-or-transpose") if self.dialect.matrices
                          else say("exponent-is-whole"))  # fmt: skip
            is_product = (
                self.ahead().kind == "(" and len(self.token.text) == 1 and self.token.text not in FUNCTION_LETTERS
            )
            value = self.made(Name(self.next().text)) if is_product else self.named(_POWER)
            if isinstance(value, Applied):
                self.fail(say("exponent-of-letters"))
        elif self.kind in {"number", "vulgar", "frac", "infinity"}:
            read_ahead = {"frac": self.fraction, "infinity": self.constant}
            value = read_ahead[self.kind](_POWER) if self.kind in read_ahead else self.number()
        else:
            self.fail()
        if self._infix() == "!":
            value = self.factorial(value)
        return self.applied("-", value) if negative else value

    def to_the(self, base: Any, exponent: Any) -> Any:
        whole = _whole(exponent)
        if self.dialect.symbols:
            return self._declared_power(base, exponent, whole)
        if whole is not None:
            if abs(whole) > self.dialect.largest_power:
                self.fail(say("exponent-too-large"))
            return self.applied("^", base, Constant(whole))
        return self.applied("^", base, exponent)

    def _declared_power(self, base: Any, exponent: Any, whole: Rational | None) -> Any:
        matrices = self.dialect.matrices
        if not matrices and whole is None and _half(exponent):
            rooted = self.applied("√", base)
            return rooted if _half(exponent) > 0 else self.applied("/", Constant(1), rooted)
        if whole is None and matrices:
            self.fail(say("exponent-or-transpose"))
        if whole is None or abs(whole) > LARGEST_POWER:
            self.fail(say("exponent-up-to" if matrices else "exponent-up-to-or-half", largest=LARGEST_POWER))
        return self.applied("^", base, Constant(whole))

    def factorial(self, left: Any) -> Any:
        self.next()
        return self.made(Called("!", (left,)))

    def percent(self, left: Any) -> Any:
        self.next()
        return self.hundredths(left)

    def hundredths(self, left: Any) -> Any:
        """So many per cent; what is asked for may be their number, too."""
        if self.dialect.in_ways and self.way.of("%", "a hundredth", "the unit that is asked for?") != "a hundredth":
            return left
        return self.applied("/", left, Constant(100))

    def paid(self, left: Any) -> Any:
        """An amount of a currency whose sign stands behind it."""
        money = unit(self.next().text.lstrip("\\")) or ONE
        return self.made(Quantity(left, money)) if self.dialect.units and _is_numeric(left) else self.fail()

    def _of_last(self, run: Applied, read: Callable[[Any], Any]) -> Any:
        *others, last = run.parts
        return self.applied("*", *others, read(last))

    def transposed(self, left: Any) -> Any:
        if self.kind == "'" and not self.dialect.matrices and not isinstance(left, Listed | Rows):
            self.fail(say("derivative-as-name"))
        if self.place == self._run_end and isinstance(left, Applied):
            return self._of_last(left, self.transposed)
        self.next()
        if self.kind == "name" and self.token.text == "T":
            self.next()
        return self.applied("ᵀ", left)

    def degrees(self, left: Any) -> Any:
        self.next()
        return self.in_degrees(left)

    def in_degrees(self, left: Any) -> Any:
        """Degrees count as angles within a function; elsewhere they are a unit, of temperature with a letter."""
        if self.kind == "name" and self.token.text in {"C", "F"} and self.dialect.units:
            return self.made(Quantity(left, noun(f"°{self.next().text}")))
        if self._angle:
            return self.applied("*", left, self.applied("/", Called("pi"), Constant(180)))
        return self.made(Quantity(left, Unit("°", Fraction(1), (("angle", 1),)))) if self.dialect.units else left

    def _takes_circle(self) -> bool:
        if self.kind == "{" and self.ahead().kind == "circ" and self.ahead(2).kind == "}":
            self.next()
            self.next()
        elif self.kind != "circ":
            return False
        self.next()
        return True

    def _transposes_next(self) -> bool:
        after = self.ahead(2) if self.ahead().kind == "{" else self.ahead()
        return after.kind == "transpose" or after.text == "T"

    def _takes_transpose(self) -> int:
        """Past `T`, `{T}`, `{-T}` and their like: 1, or -1 for the inverse's; 0 where there is none."""
        steps = 0
        braces = self.kind == "{"
        steps += braces
        sign = -1 if self.ahead(steps).kind == "-" and braces else 1
        steps += sign < 0
        token = self.ahead(steps) if steps else self.token
        if token.kind != "transpose" and not (token.kind == "name" and token.text[:1] in {"T", "⊤", "⊺"}):
            return 0
        rest = token.text[1:] if token.kind == "name" else ""
        if rest and (braces or not self.dialect.symbols):
            return 0
        if braces and self.ahead(steps + 1).kind != "}":
            return 0
        for _ in range(steps + 1 + braces):
            self.next()
        if rest:  # `X^TX`
            self.place -= 1
            self.tokens[self.place] = token._replace(text=rest, position=token.position + 1, spaced=False)
            self.kind = "name"
        return sign

    # Brackets

    def bracketed(self, power: int) -> Any:  # noqa: ARG002 (of all prefixes)
        """Brackets where a term may stand: braces may be those of a set."""
        return self.grouped(0, may_be_set=self.dialect.statements)

    def grouped(self, power: int, *, may_be_set: bool = False) -> Any:  # noqa: ARG002
        start, opening = self.place, self.next().kind
        if opening in {"{", "\\{"} and (found := self.such(opening)) is not None:
            return found
        is_half_open = self.dialect.statements and opening in "(["
        closing = {_CLOSING[opening], *(")][" if is_half_open else "")}
        rows, divider, closed = self.within(opening, closing)
        items = [item for row in rows for item in row]
        if not items and not (opening in {"\\{", "{"} and self.dialect.statements):
            self.fail()
        brackets = opening.lstrip("\\") + closed.lstrip("\\")
        if closed not in _CLOSING[opening]:
            return self.interval(items, brackets)
        if len(items) == 1 and not divider and self._only_groups(opening, items[0], start if may_be_set else None):
            return items[0]
        if not self.dialect.lists and not self.dialect.by_spaces:
            return items[0] if len(items) == 1 else self.fail(say("one-value"))
        if len(rows) > 1 and not all(isinstance(item, Listed) for item in items):
            return self.made(Rows(tuple(map(tuple, rows)), brackets))
        return self.made(Listed(tuple(items), brackets))

    def _only_groups(self, opening: str, item: Any, start: int | None) -> bool:
        """Whether brackets around one thing say nothing more: braces may be those of a set, or of typesetting."""
        if opening == "{" and start is not None:
            before = self.tokens[start - 1].kind if start else "end"
            return not ({before, self.kind} <= _AROUND_SETS or self._infix() in {"∪", "∩", "∖"})
        if opening == "(" and isinstance(item, Listed):
            return item.brackets not in {"", "()"}
        return isinstance(item, Rows) or (opening in "({" and not isinstance(item, Listed))

    def interval(self, items: list[Any], brackets: str) -> Any:
        """Two ends in brackets of which one is another: `[1, 4)`, `]1, 4[`."""
        if len(items) != 2:
            self.fail()
        return self.made(Listed(tuple(items), brackets.replace("][", "()").replace("]]", "(]").replace("[[", "[)")))

    def opened(self, power: int) -> Any:  # noqa: ARG002
        """An interval that a bracket turned outward opens: `]1, 4]`."""
        if not self.dialect.statements:
            self.fail()
        self.next()
        rows, _, closed = self.within("]", {"]", "["})
        return self.interval([item for row in rows for item in row], f"]{closed}")

    def within(self, opening: str, closing: set[str]) -> tuple[list[list[Any]], str, str]:
        """The rows before a closing bracket, what divides their entries, and that bracket."""
        if len(self._brackets) >= DEEPEST_NESTING:
            self.fail(say("brackets-too-deep", deepest=DEEPEST_NESTING))
        self._brackets.append(opening)
        outside, self._spaces = self._spaces, self._by_spaces(opening)
        rows, divider = self.rows(closing)
        self._spaces = outside
        self._brackets.pop()
        if self.kind not in closing:
            self.fail()
        return rows, divider, self.next().kind

    def _by_spaces(self, opening: str) -> bool:
        """Whether space alone may divide the entries of this bracket: nothing else does, and there are no names."""
        if opening not in {"[", "⟨", "<", "("} or not (self.dialect.lists or self.dialect.by_spaces):
            return False
        depth, steps, previous = 1, 0, opening
        while depth and (token := self.ahead(steps) if steps else self.token).kind != "end":
            depth += (token.kind in _CLOSING) - (token.kind in _CLOSING.values())
            if depth == 1 and (token.kind in {",", "&"} or (token.kind == "name" and not self.dialect.by_spaces)):
                return False
            if opening == "(" and token.kind in {"+", "-"} and token.spaced and previous not in {"(", ";"}:
                return self.dialect.by_spaces
            previous, steps = token.kind, steps + 1
        return True

    def rows(self, closing: set[str]) -> tuple[list[list[Any]], str]:
        """Rows of entries up to what closes them, none of them empty; and what divides entries."""
        rows: list[list[Any]] = [[]]
        divider, count = "", 0
        while self.kind != "end" and not (self.kind == "name" and self.token.text == "dtype"):
            if self.kind in closing and (self.kind != "[" or self._closes_outward()):
                break
            if self.kind in _ROW:
                self.next()
                rows.append([])
                continue
            rows[-1].append(self.tree())
            count += 1
            if count > MOST_ENTRIES:
                self.fail(say("entries-too-many", most=MOST_ENTRIES))
            divider = self._divided(closing, divider)
        return [row for row in rows if row], divider

    def _divided(self, closing: set[str], before: str) -> str:
        """Past what divides two entries; fails where commas and spaces are mixed."""
        if (self.kind in closing and self.kind != "[") or self._closes_outward() or self.kind in {*_ROW, "end"}:
            return before
        if self.kind in {",", "&", "and", "by", "×", "*"}:
            if self.kind in {"by", "×", "*"} and not self.dialect.shape:
                self.fail()
            divider = ","
            self.next()
            self.take("and")
            self.take("newline")
        elif (self.token.spaced and self._spaces) or (self.kind in _CLOSING and self.ahead(-1).kind in _ENDS):
            divider = " "
        else:
            self.fail()
        if before and divider != before:
            self.fail(say("entries-divided-twice"))
        return divider

    def listing(self, closing: str) -> Any:
        """Everything in the text: one thing, or entries and rows without brackets around them."""
        rows, divider = self.rows({closing})
        items = [item for row in rows for item in row]
        if not items:
            self.fail()
        if len(items) == 1:
            return items[0] if divider != "," else Listed((items[0],))
        if len(rows) > 1 and not all(isinstance(item, Listed) for item in items):
            return Rows(tuple(map(tuple, rows)), "")
        flat = [it for item in items for it in (item.parts if _joins_entries(item, divider) else (item,))]
        return Listed(tuple(flat))

    def laid_out(self, power: int) -> Any:  # noqa: ARG002
        r"""A matrix between `\begin` and `\end`, or several statements below each other."""
        token = self.next()
        name = token.text.partition("{")[2].partition("}")[0].rstrip("*")
        if len(self._brackets) >= DEEPEST_NESTING or not (self.dialect.lists or self.dialect.matrices):
            self.fail()
        self._brackets.append("\\begin")
        outside, self._spaces, diagonal, self._diagonal = self._spaces, False, self._diagonal, True
        rows: list[list[Any]] = [[]]
        empty = True
        while self.kind not in {"\\end", "end"}:
            if self.kind in {"row", "&"}:
                if empty and self.kind == "&":
                    rows[-1].append(Called("blank"))
                if self.next().kind == "row":
                    rows.append([])
                empty = True
            elif not self.take("newline"):
                rows[-1].append(self.tree())
                empty = False
                if self.kind not in {"row", "&", "\\end", "newline"}:
                    self.take(",")
        self._spaces, self._diagonal = outside, diagonal
        self._brackets.pop()
        self.expect("\\end")
        kept_rows = tuple([tuple(row) for row in rows if row])
        if "matrix" not in name and name != "array":
            return self.made(Listed(tuple([it for row in kept_rows for it in row])))
        found = self.made(Rows(kept_rows or self.fail()))
        return self.made(Called("det" if name[0] == "v" else "norm", (found,))) if name[0] in "vV" else found

    def bars(self, power: int) -> Any:  # noqa: ARG002
        bar = self.next().kind
        self._brackets.append(bar)
        if len(self._brackets) > DEEPEST_NESTING:
            self.fail(say("brackets-too-deep", deepest=DEEPEST_NESTING))
        value = self.tree()
        self._brackets.pop()
        self.expect(bar)
        if isinstance(value, Rows):
            return self.made(Called("det", (value,)))
        return self.made(Called("abs" if bar == "|" else "norm", (value,)))

    def rounded(self, power: int) -> Any:  # noqa: ARG002
        opening = self.next().kind
        value = self.tree()
        self.expect(_CLOSING[opening])
        return self.made(Called("floor" if opening == "⌊" else "ceil", (value,)))

    def such(self, opening: str) -> Any | None:
        """The set of a name's values with a property, where this is one."""
        if not self.dialect.statements or self.kind != "name" or self.ahead().kind not in {":", "|", "in"}:
            return None
        name = self.next().text
        if self.token.kind == "in":
            while self.kind not in {":", "|", "end", "\\}", "}"}:
                self.next()
        if self.kind not in {":", "|"}:
            self.fail()
        self.next()
        statements = [self.tree()]
        while self.take(","):
            statements.append(self.tree())
        self.expect(_CLOSING[opening])
        return self.made(Such(name, statements[0] if len(statements) == 1 else Joined("and", tuple(statements))))

    # Fractions, roots, sums

    def fraction(self, power: int) -> Any:  # noqa: ARG002
        token = self.next()
        if (found := self.derivative(token, braces=True)) is not None:
            return found
        digits = self.token.text
        if self.kind == "number" and len(digits) == 2 and digits.isdecimal():
            self.next()
            return self.applied("/", Constant(int(digits[0])), Constant(int(digits[1])))
        above = self.argument()
        return self.applied("/", above, self.argument())

    def argument(self) -> Any:
        r"""What `\frac` takes: a group in braces, or one digit or letter."""
        if self.kind == "{":
            return self.grouped(0)
        if self.kind == "number" and self.token.text.isdecimal():
            token = self.token
            if len(token.text) > 1:  # `\frac1{23}` and `\frac12` part at the digit
                rest = token._replace(text=token.text[1:], position=token.position + 1, spaced=False)
                self.tokens.insert(self.place + 1, rest)
            self.next()
            return self.made(Constant(int(token.text[0])))
        if self.kind == "name" and len(self.token.text) == 1:
            return self.named(_POWER)
        return self.fail(say("expected-fraction"))

    def _root_of_number(self, is_command: bool) -> Any:
        r"""What `\sqrt` takes of digits is one, and `√` all of them."""
        return self.argument() if is_command else self.literal()

    def rooted(self, power: int) -> Any:  # noqa: ARG002
        token = self.next()
        index = None
        if self.kind == "[":
            if self.dialect.symbols:
                self.fail(say("only-square-roots"))
            self.next()
            index = self.tree()
            self.expect("]")
        is_grouped = self.kind in _ROUND
        is_command = self.text[token.position : token.position + 1] == "\\"
        value = (
            self.grouped(0)
            if is_grouped
            else self._root_of_number(is_command)
            if self.kind == "number"
            else self.tree(_POWER)
        )
        if not is_grouped and self.kind in {"^", "**", "raised"}:
            self.fail(say("root-of-power"))
        return self.applied("√", value) if index is None else self.made(Called("root", (value, index)))

    def binomial(self, power: int) -> Any:  # noqa: ARG002
        self.next()
        above = self.argument()
        return self.made(Called("binom", (above, self.argument())))

    def _starts_sum(self) -> bool:
        if self.kind == "name" and self.token.text in {"Σ", "sum"}:
            symbols = self.dialect.symbols
            return bool(symbols.indexed and not symbols.matrices) if symbols else self.ahead().kind == "_"
        return self.kind in {"sum", "prod", "int"}

    def summed(self, power: int) -> Any:  # noqa: ARG002
        """A sum, a product or an integral, with its limits in either order."""
        token = self.next()
        operation = {"prod": "*", "int": "int"}.get(token.kind, "+")
        index, low, high, without = "", None, None, None
        while self.kind in {"_", "^"}:
            if self.next().kind == "_":
                index, low, without = self.limits(operation)
            else:
                high = self._upper()
        if operation == "int":
            return self.integral(low, high)
        symbols = self.dialect.symbols
        if not index:
            self.fail(say("sum-says-over-what"), token)
        if symbols:
            self._check_declared(symbols, index, low, high, without)
        if len(self._bound) == DEEPEST_SUMS:
            self.fail(say("sums-too-deep", deepest=DEEPEST_SUMS))
        self._bound.append(index)
        body = self.tree(_SUM)
        self._bound.pop()
        if symbols:
            return self.made(Summed(index, symbols.size, body, without))
        if high is None or low is None:
            self.fail(say("sum-says-from-where"), token)
        return self.made(Summed(index, high, body, without, low, operation))

    def _upper(self) -> Any:
        symbols = self.dialect.symbols
        named = self.ahead() if self.kind == "{" else self.token
        if symbols and named.text not in symbols.known:
            self.fail(say("sum-runs-to", size=symbols.size))
        return self.grouped(0) if self.kind == "{" else self.tree(_POWER)

    def limits(self, operation: str) -> tuple[str, Any, str | None]:
        """Below a sum: its index, where it starts, and the place that it leaves out."""
        if operation == "int":
            return "", self.argument() if self.kind == "{" else self.tree(_POWER), None
        closing = _CLOSING.get(self.kind)
        if closing is None:
            return self.expect("name").text, None, None
        self.next()
        index, low, without = self.expect("name").text, None, None
        if self.take("="):
            low = self.tree(_RELATION)
            if self.take(","):
                self.take("name")
                without = self._without()
        elif self.kind != closing:
            without = self._without()
        self.expect(closing)
        return index, low, without

    def _without(self) -> str:
        if not self.take("≠"):
            if self.kind == "!" and self.ahead().kind == "=":
                self.next()
                self.next()
            else:
                self.fail(say("sum-over-places"))
        return self.expect("name").text

    def _check_declared(self, symbols: Symbols, index: str, low: Any, high: Any, without: str | None) -> None:
        """Sums over declared symbols run from 1 to their size, at indices of their own."""
        if low not in (None, Constant(1)) or high not in (None, Name(symbols.size)):
            self.fail(say("sum-runs-to", size=symbols.size))
        if index in self._bound or index in symbols.known or len(index) > 1 or without == index:
            self.fail(say("sum-not-over", index=quoted(index)))
        if without and without != symbols.index and without not in self._bound:
            self.fail(say("no-index-here", index=quoted(without)))

    def integral(self, low: Any, high: Any) -> Any:
        """A definite integral: what stands before `dx` is integrated."""
        start = self.place
        end = next((k for k in range(start, len(self.tokens)) if _differential(self.tokens, k)), None)
        if end is None or low is None or high is None:
            self.fail(say("integral-has-ends"))
        name, width = _differential(self.tokens, end) or ("", 1)
        kept_tokens, self.tokens = self.tokens, [*self.tokens[:end], Token("end", "", self.tokens[end].position, True)]
        self._bound.append(name)
        body = self.tree(_SUM) if self.place < end else self.made(Constant(1))
        at_end = self.kind == "end"
        self._bound.pop()
        self.tokens = kept_tokens
        self.kind = self.tokens[self.place].kind
        if not at_end:
            self.fail()
        for _ in range(width):
            self.next()
        return self.made(Summed(name, high, body, None, low, "int"))

    def limit(self, power: int) -> Any:  # noqa: ARG002
        self.next()
        self.expect("_")
        closing = _CLOSING[self.expect("{").kind]
        name, side = self.expect("name").text, ""
        self.expect("->")
        target = self.tree(_POWER)
        if self.kind == "^" and self.ahead().kind in {"+", "-"}:
            self.next()
            side = self.next().kind
        self.expect(closing)
        self._bound.append(name)
        body = self.tree(_SUM)
        self._bound.pop()
        return self.made(Limit(name, target, body, side))

    # Names, functions, derivatives

    def named(self, power: int) -> Any:
        """What a name says: a symbol, letters that run together, a function's value, a sum, a word that leads in."""
        if self._starts_sum():
            return self.summed(power)
        token = self.token
        if (found := self.derivative(token)) is not None:
            return found
        if self.kind == "partial":
            self.fail()
        if self.dialect.symbols:
            return self._declared(self.dialect.symbols)
        if (steps := self._leads_in()) is not None:
            return self._label(steps)
        said = token.text.rpartition(".")[2] if token.text.partition(".")[0] in MODULES else token.text
        if (
            said in CONSTRUCTORS
            and self.ahead().kind in {"(", "\\{"}
            and (self.dialect.lists or self.dialect.by_spaces)
        ):
            return self.constructed()
        if said in NEGATIVE:
            self.next()
            return self.applied("-", self.tree(max(power, _SUM)))
        if said == "not" and self.dialect.statements:
            return self.denied(power)
        if (pieces := _with_function(said)) and self.dialect.free:
            self._part(pieces)
            return self.named(power)
        base, _, script = said.partition("_")
        base = base.lower() if len(base) > 2 and base not in FUNCTIONS else base
        if base in FUNCTIONS and self._takes_argument(base, script):
            return self.function(base, script)
        if not self.dialect.free and said not in _CONSTANTS:
            self.fail()
        self.next()
        return self.letters(token, said)

    def _part(self, pieces: list[str]) -> None:
        """Make of the name here several."""
        token, place = self.token, self.token.position
        apart: list[Token] = []
        for piece in pieces:
            apart.append(token._replace(text=letter(piece), position=place, spaced=token.spaced and not apart))
            place += len(piece)
        self.tokens[self.place : self.place + 1] = apart

    def _declared(self, symbols: Symbols) -> Any:
        """A declared symbol, or several that run together."""
        token = self.token
        if token.text == "sqrt" and "sqrt" not in symbols.known:
            self.next()
            return self.rooted_word()
        if symbols.matrices and not self._diagonal and token.text in {"diag", "inv"} and self.ahead().kind in _ROUND:
            self.next()
            return self.diagonal() if token.text == "diag" else self.applied("^", self.grouped(0), Constant(-1))
        self.next()
        known = symbols.numbers if symbols.matrices and self._diagonal else symbols.known
        if not symbols.matrices:
            known = {**known, **{k: v for it in (symbols.index, *self._bound) for k, v in symbols.entries(it).items()}}
        cut = next((len(token.text) - 4 for it in ("diag",) if symbols.matrices and token.text.endswith(it)), 0)
        said = token.text[:cut] if cut > 0 and self.kind in _ROUND else token.text
        readings = [[said]] if said in known else divided(said, known)
        if len(readings) != 1:
            name = said if len(said) <= 20 else f"{said[:19]}…"
            code = "symbol-two-ways" if readings else "symbol-not-known"
            self.fail(Message(code, {"name": name, "known": symbols.listed()}), token)
        if said != token.text:
            self.place -= 1
            self.tokens[self.place] = token._replace(text=token.text[cut:], position=token.position + cut, spaced=False)
            self.kind = "name"
        return self._run([self.made(known[piece]) for piece in readings[0]])

    def _run(self, names: list[Any]) -> Any:
        if len(names) == 1:
            return names[0]
        self._run_end = self.place
        return self.applied("*", *names)

    def letters(self, token: Token, said: str) -> Any:
        """A symbol, or a few that run together; followed by parentheses, perhaps a function's value."""
        is_one = len(said) == 1 or "_" in said or said.startswith("\\") or token.style == "upright"
        if said in _CONSTANTS:
            return self.made(Called(_CONSTANTS[said]))
        primes = ""
        while self.kind == "'" and not self.token.spaced and self.place + 1 < len(self.tokens):
            primes += self.next().text
        if self.kind in {"(", "["} and (not self.token.spaced or said in FUNCTION_LETTERS) and (
            is_one or primes or _is_function_word(said)
        ):  # fmt: skip
            return self.function_value(Name(f"{said}{primes}", bold=token.style == "bold"))
        if is_one or primes:
            if len(said.partition("_")[0]) > 1 and not said.startswith("\\") and not primes:
                self._refuse_word(token, said)
            return self.made(Name(f"{said}{primes}", bold=token.style == "bold"))
        if said in FUNCTIONS:
            self.fail()
        if len(said) > LONGEST_RUN or not said.isalpha() or (said.islower() and said in PLAIN | LEADS):
            self._refuse_word(token, said)
        return self._run([self.made(Called(_CONSTANTS[it]) if it in _CONSTANTS else
                                    Name(it, bold=token.style == "bold")) for it in said])  # fmt: skip

    def _refuse_word(self, token: Token, said: str) -> NoReturn:
        name = said if len(said) <= 20 else f"{said[:19]}…"
        self.fail(say("name-not-known", name=name), token)

    def function_value(self, head: Any) -> Any:
        """A name with something in parentheses behind it: of one thing it may be a product, too."""
        opening = self.next().kind
        self._calls += 1
        rows, divider, _ = self.within(opening, {_CLOSING[opening]})
        self._calls -= 1
        items = tuple([item for row in rows for item in row])
        if not items:
            self.fail()
        if len(items) == 1 and divider != "," and len(head.name.rstrip("'").partition("_")[0]) == 1:
            return self.applied("()", head, items[0])
        if head.name == "C" and len(items) == 2:
            return self.made(Called("binom", items))
        return self.made(Called(head.name, items))

    def _leads_in(self) -> int | None:
        """How many tokens here are a name that is said to have a value, `learning rate =`, where letters are none."""
        steps = words = 0
        if "." in self.token.text:
            return None
        while self.ahead(steps).kind in {"name", "-"} if steps else self.kind == "name":
            words += 1
            steps += 1
            if words > 5:
                return None
        if not self.dialect.free and (steps and self.ahead(steps).kind == "("):
            while self.ahead(steps).kind not in {")", "end"} and steps < 9:
                steps += 1
            steps += 1
        last = self.ahead(steps) if steps else self.token
        if last.kind == "'" and not self.dialect.free:
            steps, last = steps + 1, self.ahead(steps + 1)
        is_said = last.kind in {"=", "≈"} or (
            last.kind == ":" and (self.ahead(steps + 1).spaced or self.ahead(steps + 1).kind in _ROUND)
        )
        if not is_said and words > 1 and self.ahead(steps - 1).text in {"is", "are", "equals"}:
            steps, is_said = steps - 1, True
        first = self.token.text
        said = [self.ahead(k).text.lower() if k else first.lower() for k in range(words)]
        is_word = any(len(word.partition("_")[0]) > LONGEST_RUN for word in said) and not set(said) <= LEADS
        return steps if is_said and (is_word or not self.dialect.free) and not first.startswith("\\") else None

    def _label(self, steps: int) -> Any:
        for k in range(steps if not self.dialect.any_words else 0):
            word = (self.ahead(k) if k else self.token).text.partition("_")[0].lower()
            if len(word) > 1 and word.isascii() and word.isalpha() and word not in LEADS | QUANTITIES:
                self.fail(token=self.ahead(k) if k else self.token)
        start, end = self.token.position, (self.ahead(steps) if steps else self.token).position
        for _ in range(steps):
            self.next()
        return self.made(Name(" ".join(self.text[start:end].split()).strip("*$ ")))

    def constructed(self) -> Any:
        """`np.array([2, 3], dtype=int)`, `Vector((2, 3))`, `vec(2, 3)`."""
        self.next()
        opening = self.next().kind
        self._brackets.append(opening)
        outside, self._spaces = self._spaces, True
        rows, _ = self.rows({_CLOSING[opening]})
        if self.token.text == "dtype" and self.ahead().kind == "=" and self.ahead(2).kind == "name":
            for _ in range(3):
                self.next()
            if self.kind == "_":
                self.next()
        self._spaces = outside
        self._brackets.pop()
        self.expect(_CLOSING[opening])
        items = [item for row in rows for item in row]
        if len(rows) > 1 and not all(isinstance(item, Listed) for item in items):
            return self.made(Rows(tuple(map(tuple, rows))))
        inner = items[0] if len(items) == 1 and isinstance(items[0], Listed | Rows) else Listed(tuple(items), "[]")
        return self.made(Listed(inner.items, "[]") if isinstance(inner, Listed) else inner)

    def diagonal(self) -> Any:
        """A diagonal matrix by its entry at i, or by the first entries, dots, and the last."""
        closing = _CLOSING[self.next().kind]
        self._diagonal = True
        entries = [self.tree()]
        while self.kind in {",", "dots", "."}:
            while self.kind in {",", "dots", "."}:
                self.next()
            entries.append(self.tree())
        self._diagonal = False
        self.expect(closing)
        return self.made(Called("diag", tuple(entries)))

    def _takes_argument(self, base: str, script: str) -> bool:
        """Whether a function's name is followed by what it is taken of."""
        after = self.ahead()
        if after.kind in {"(", "[", "{", "|", "\\{"}:
            return True
        is_command = self.text[self.token.position : self.token.position + 1] == "\\"
        if script and base != "log" and not is_command:
            return False
        if after.kind in {"^", "**"} and len(base) > 2:
            return True
        starts = after.kind in {"number", "name", "frac", "sqrt", "-", "^", "**", "_", "vulgar", "\\begin", "raised"}
        return starts and (base in BARE or base == "sqrt" or is_command)

    def function(self, base: str, script: str) -> Any:
        token = self.next()
        name = "ln" if "." in token.text and base == "log" else FUNCTIONS[base]
        if name == "sqrt":
            return self.rooted_word()
        of = self.base_of_log(script) if name == "log" else None
        if script and name != "log":
            self.fail(say("name-not-known", name=token.text), token)
        power = None
        if self.kind in {"^", "**", "raised"} and name not in {"exp", "abs"}:  # sin^2 x
            if self.kind == "raised":
                power = Constant(int(self.next().text[:5].translate(_SUPERSCRIPTS)))
            else:
                self.next()
                power = self.grouped(0) if self.kind in _ROUND else self._bare_exponent()
            if _whole(power) == -1:
                self.fail(say("two-ways-inverse"))
        outside, self._angle = self._angle, name in _ANGLED
        parts = self.arguments() if self.kind in {"(", "[", "{", "|", "\\{"} else (self.bare_argument(),)
        self._angle = outside
        value = self.made(self.call(name, parts, of))
        return value if power is None else self.to_the(value, power)

    def call(self, name: str, parts: tuple[Any, ...], of: Any) -> Any:
        if name == "log" and (of is not None or len(parts) == 2):
            return Called("log_", (parts[0], of if of is not None else parts[1]))
        if name in {"pow", "factorial"}:
            return Called("!", parts) if name == "factorial" else Applied("^", parts[:2])
        counts = {"binom": (2,), "mod": (2,), "gcd": range(2, 40), "lcm": range(2, 40), "max": range(1, 40),
                  "min": range(1, 40), "hypot": range(2, 40), "atan2": (2,)}  # fmt: skip
        if len(parts) not in counts.get(name, (1,)):
            self.fail(say("not-a-function-of", name=name, count=len(parts)))
        return Called(name, parts)

    def rooted_word(self) -> Any:
        self.place -= 1
        self.tokens[self.place] = self.tokens[self.place]._replace(kind="sqrt")
        self.kind = "sqrt"
        return self.rooted(0)

    def base_of_log(self, script: str) -> Any:
        if not script and not self.take("_"):
            return None
        if script:
            return Constant(int(script)) if script.isdecimal() and len(script) < 6 else self.letter_of(script)
        return (
            self.grouped(0) if self.kind in _ROUND else self.number() if self.kind == "number" else self.named(_POWER)
        )

    def letter_of(self, script: str) -> Any:
        return Called(_CONSTANTS[script]) if script in _CONSTANTS else Name(script)

    def arguments(self) -> tuple[Any, ...]:
        if self.kind == "|":
            return (self.bars(0),)
        opening = self.next().kind
        self._calls += 1
        rows, _, _ = self.within(opening, {_CLOSING[opening]})
        self._calls -= 1
        items = tuple([item for row in rows for item in row])
        return items or self.fail()

    def bare_argument(self) -> Any:
        """What a function without parentheses takes: `sin 2x`, but `sin x + 1` ends at the sum."""
        negative = False
        while self.kind in {"-", "+"}:
            negative ^= self.next().kind == "-"
        value = self.tree(_PRODUCT)
        while self.kind == "name" and self.token.text.partition("_")[0] not in FUNCTIONS and not self._spaces:
            value = self.multiplied(value, self.tree(_PRODUCT))
        return self.applied("-", value) if negative else value

    def derivative(self, token: Token, *, braces: bool = False) -> Any | None:
        r"""`dy/dx`, `∂L/∂y_i`, `\frac{dy}{dx}` as one name, where this is one; behind `\frac` with `braces`."""
        symbols = self.dialect.symbols
        if symbols and (not symbols.derivatives or token.text in symbols.known):
            return None
        found = _derivative(self.tokens, self.place, braces=braces)
        if found is None:
            return None
        above, below, steps = found
        name = f"d{above}/d{below}"
        for _ in range(steps):
            self.next()
        if symbols:
            base, _, index = below.partition("_")
            known = symbols.derivatives.get((above, base))
            if known is None or (index != symbols.index and index not in self._bound):
                self.fail(say("derivative-not-known", above=above, below=below, known=symbols.listed()), token)
            if self.kind in {"^", "**", "raised"}:
                self.fail(say("power-of-derivative"))
            return self.made(Name(known, index))
        if not above:
            self.fail(say("derivative-as-quotient"), token)
        return self.made(Name(name))

    # Units

    def quantity(self, left: Any, *, is_product: bool = False) -> Any | None:
        """A number with what multiplies it in words, or with its unit; None where a factor follows instead."""
        if self.kind != "name" or not _is_numeric(left):
            return None
        start, spaced, found, multiplied = self.place, self.token.spaced, left, False
        while self.kind == "name" and (factor := NUMERALS.get(self.token.text.lower())) is not None:
            self.next()
            found = (
                self.hundredths(found)
                if factor == "1/100"
                else self.applied("*", found, Constant(kept(Fraction(factor))))
            )
            multiplied = True
        self.take_of()
        measured = self.units()
        if measured is not None and self._ends_here() and (
            measured.is_sure or _is_zero(left) or (not self._calls and self._is_unit(spaced, is_product=is_product))
        ):  # fmt: skip
            return self.made(Quantity(found, measured))
        if multiplied:
            return found
        self.place = start
        self.kind = self.token.kind
        word = self.token.text
        is_noun = (
            len(word) > 2
            and not _with_function(word)
            and word.isalpha()
            and word.isascii()
            and word.lower() not in LEADS | PLAIN | {"mod"}
        )
        if (
            not is_product
            and is_noun
            and word.lower() not in FUNCTIONS
            and word not in GREEK.values()
            and self._ends_here(1)
        ):
            self.next()
            return self.made(Quantity(left, noun(word)))
        return None

    def _is_unit(self, spaced: bool, *, is_product: bool) -> bool:
        """Whether a letter behind a number is a unit's: likelier behind a space than behind a `*`."""
        options = ("a symbol", "a unit?") if is_product else ("a unit", "a symbol?" if spaced else "a symbol")
        return self.way.of("a letter", *options).startswith("a unit")

    def take_of(self) -> None:
        """Past the `of` in `5 thousand of`."""
        if self.kind == "name" and self.token.text == "of":
            self.next()

    def _ends_here(self, steps: int = 0) -> bool:
        token = self.ahead(steps) if steps else self.token
        return token.kind in _ENDS | {",", ";", "and", "or", "newline", "=", "≈", "row", "&", ".", "**", '"'}

    def units(self) -> Unit | None:
        """The product and quotient of units here, as far as words are units; None where the first is none."""
        found: Unit | None = None
        sign = 1
        while self.kind in {"name", "/", "*", "infinity"}:
            place = self.place
            if found is not None and self.kind in {"/", "*"}:
                sign = -1 if self.next().kind == "/" else 1
            elif found is not None and self.token.text == "per":
                self.next()
                sign = -1
            one = self._units_in_parentheses() if self.kind == "(" else self._one_unit()
            if one is None:
                self.place = place
                self.kind = self.token.kind
                break
            found = one**sign if found is None else found / one if sign < 0 else found * one
            sign = 1
        return found

    def _units_in_parentheses(self) -> Unit | None:
        self.next()
        found = self.units()
        return found if found is not None and self.take(")") else None

    def _one_unit(self) -> Unit | None:
        """One unit with its power: `cm^2`, `square inches`, `fluid ounces`."""
        if self.kind != "name":
            return None
        token = self.next()
        power = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}.get(token.text.lower(), 1)
        if power > 1:
            self.take(".")
            token = self.next() if self.kind == "name" else token
        word = token.text
        found = unit(f"{word}_{self.token.text.removesuffix('s')}") if self.kind == "name" else None
        if found is not None:
            self.next()
        found = found or unit(word) or counted(word)
        if found is None:
            return None
        if token.style == "upright":
            found = Unit(found.name, found.size, found.dimensions)
        if self.kind in {"^", "**"} and self.ahead().kind in {"number", "{", "(", "-"}:
            self.next()
            exponent = _whole(self.tree(_POWER) if self.kind in _ROUND else self._bare_exponent())
            power *= exponent if isinstance(exponent, int) and abs(exponent) < 10 else 0
        elif self.token.kind == "raised":
            power *= int(self.next().text[:3].translate(_SUPERSCRIPTS))
        return found**power if power else None

    def priced(self, power: int) -> Any:
        """An amount of a currency whose sign stands before it."""
        sign = self.next().text.lstrip("\\")
        value = self.tree(max(power, _SUM))
        money = unit(sign) or ONE
        return self.made(Quantity(value, money)) if self.dialect.units and not isinstance(value, Quantity) else value

    def skipped(self, power: int) -> Any:
        """What stands behind a sign that says nothing where it stands, as in `= 5`, `~ 0.33`."""
        if self.place:
            self.fail()
        self.next()
        return self.tree(power)

    def constant(self, power: int) -> Any:  # noqa: ARG002
        kind = self.next().kind
        if kind == "infinity":
            return self.made(INFINITY)
        if not self.dialect.statements and kind != "dots":
            self.fail()
        return self.made(Listed((), "{}") if kind == "∅" else Called(kind))


_PREFIX: Final[dict[str, Callable[[Parser, int], Any]]] = {
    **dict.fromkeys(("-", "+", "–", "±", "∓"), Parser.signed),
    **dict.fromkeys(("(", "[", "{", "\\{", "⟨", "<"), Parser.bracketed),
    **dict.fromkeys(("|", "||"), Parser.bars),
    **dict.fromkeys(("⌊", "⌈"), Parser.rounded),
    **dict.fromkeys(("sum", "prod", "int"), Parser.summed),
    **dict.fromkeys(("=", "≈", "~"), Parser.skipped),
    **dict.fromkeys(("$", "€", "£", "¥", "₹"), Parser.priced),
    **dict.fromkeys(("infinity", "reals", "∅", "dots"), Parser.constant),
    "]": Parser.opened,
    "¬": Parser.denied,
    "frac": Parser.fraction,
    "sqrt": Parser.rooted,
    "binom": Parser.binomial,
    "lim": Parser.limit,
    "\\begin": Parser.laid_out,
}
_INFIX: Final[dict[str, tuple[int, Callable[[Parser, Any], Any]]]] = {
    "or": (_OR, Parser.joined),
    **dict.fromkeys(("and", "&"), (_AND, Parser.joined)),
    **dict.fromkeys(("xor", "implies"), (_OR, Parser.connected)),
    **dict.fromkeys(_SIGNS, (_RELATION, Parser.related)),
    ":": (_RELATION + 1, Parser.ratio),
    "|": (_RELATION + 1, Parser.given),
    **dict.fromkeys(("∪", "∩", "∖"), (_UNION, Parser.united)),
    **dict.fromkeys(("+", "-", "–", "±", "∓"), (_SUM, Parser.added)),
    **dict.fromkeys(("*", "×", "⊙", "circ"), (_PRODUCT, Parser.times)),
    "by": (_UNION, Parser.lengths),
    "/": (_PRODUCT, Parser.over),
    "mod": (_PRODUCT, Parser.modulo),
    "choose": (_PRODUCT, Parser.chosen),
    **dict.fromkeys(("^", "**", "raised"), (_POWER, Parser.raised)),
    **dict.fromkeys(("transpose", "'"), (_POWER, Parser.transposed)),
    "!": (_POWER, Parser.factorial),
    "%": (_POWER, Parser.percent),
    **dict.fromkeys(("$", "€", "£"), (_PRODUCT, Parser.paid)),
    "°": (_POWER, Parser.degrees),
}


def read(text: str, dialect: Dialect, way: Ways | None = None) -> Any:
    r"""The tree of a text.

    >>> read(r"\frac{1}{2}", Dialect())
    Applied(operation='/', parts=(Constant(value=1), Constant(value=2)))

    Raises `Unreadable`.
    """
    return Parser(text, trimmed(tokens(text)), dialect, way or Ways()).whole()


def trimmed(found: list[Token]) -> list[Token]:
    """Tokens without quotation or bold around them, and the period that ends them."""
    start, end = 0, len(found)
    while start < end and found[start].kind in {"newline", "**", '"'}:
        start += 1
    while end > start and found[end - 1].kind in {"newline", "**", '"', ".", "\\"}:
        end -= 1
    if end - start > 2 and found[start].kind == found[end - 1].kind == "'":
        start, end = start + 1, end - 1
    return found[start:end]


def _vulgar(text: str) -> Fraction:
    above, below = unicodedata.normalize("NFKC", text).split("⁄")
    return Fraction(int(above), int(below))


def _repeating(text: str) -> Fraction:
    r"""The fraction that a repeating decimal such as `0.1\overline{6}` is."""
    ahead, _, period = text.partition("\\")
    digits = period.partition("{")[2].rstrip("}")
    whole, _, places = ahead.partition(".")
    start = Fraction(int(f"{whole}{places}" or "0"), 10 ** len(places))
    return start + Fraction(int(digits), (10 ** len(digits) - 1) * 10 ** len(places))


def _whole(tree: Any) -> int | None:
    """The whole number that a tree is, with its sign."""
    match tree:
        case Constant(int() as value):
            return value
        case Applied("-", (part,)):
            value = _whole(part)
            return None if value is None else -value
        case _:
            return None


def _half(tree: Any) -> int:
    """1 or -1 for a half with its sign, else 0."""
    match tree:
        case Constant(value):
            return (value > 0) - (value < 0) if abs(value) == Fraction(1, 2) else 0
        case Applied("-", (part,)):
            return -_half(part)
        case Applied("/", (above, below)):
            found, other = _whole(above), _whole(below)
            return (found > 0) - (found < 0) if found and other == 2 * abs(found) else 0
        case _:
            return 0


def _is_numeric(tree: Any) -> bool:
    """Whether a tree is made of numbers alone, so that a word behind it may be its unit."""
    match tree:
        case Constant() | Called("pi" | "e"):
            return True
        case Applied(_, parts) | Called(_, parts):
            return bool(parts) and all(map(_is_numeric, parts))
        case _:
            return False


def _is_entry(said: str) -> bool:
    return bool(re.fullmatch(r"-?[\d.]+(?:e[-+]?\d+)?(?:/\d+)?", said))


def _are_groups(entries: list[str]) -> bool:
    """Whether numbers side by side are the digits of one, in groups."""
    return len(entries[0].lstrip("-")) < 4 and all(map(_GROUP, entries[1:])) and "." not in "".join(entries[:-1])


def _are_mixed(one: str, other: str) -> bool:
    """Whether two entries side by side are one mixed number, `1 1/2`."""
    return one.lstrip("-").isdecimal() and one.lstrip("-") != "0" and "/" in other and other[0] != "-"


def _is_zero(tree: Any) -> bool:
    return isinstance(tree, Constant | Rounded) and tree.value == 0


def _joins_entries(tree: Any, divider: str) -> bool:
    """Whether the last of several entries is two: `1, 2 or 3`."""
    if divider != "," or not isinstance(tree, Joined):
        return False
    return tree.word == "and" or not any(isinstance(it, Related | Joined) for it in tree.parts)


def _is_function_word(said: str) -> bool:
    """Whether a word before parentheses can be no product of letters."""
    word = said.partition("_")[0]
    return (
        len(word) > LONGEST_RUN or (len(word) > 1 and word[0].isupper()) or word in {"var", "cov", "std", "fib", "adj"}
    )


def _with_function(said: str) -> list[str]:
    """The names in a word where a function's or a Greek letter's stands beside others: `lnx`, `Bsin`, `pir`."""
    found = _STUCK(said)
    pieces = (
        [it for it in found.groups() if it]
        if found and said.lower() not in LEADS | PLAIN | {*FUNCTIONS, *GREEK}
        else []
    )
    return pieces if len(pieces) > 1 else []


_GROUP: Final = re.compile(r"\d{3}(?:\.\d+)?").fullmatch
_STUCK: Final = re.compile(
    r"([A-Za-z]{0,2}?)(ln|log|exp|sqrt|(?:arc)?(?:sin|cos|tan)|cot|sec|csc|pi|alpha|delta|gamma|kappa|lambda|omega|sigma|theta)"
    r"([a-zA-Z]?)"
).fullmatch


def _differential_at(found: list[Token], place: int) -> tuple[str, int]:
    """What a differential here is of, and how many tokens it takes; empty and 0 where there is none."""
    token = found[place]
    following = found[place + 1] if place + 1 < len(found) else None
    if token.kind == "partial" or (token.kind == "name" and token.text == "d"):
        return (following.text, 2) if following and following.kind == "name" else ("", 1)
    if token.kind == "name" and token.text[0] == "d" and len(token.text.partition("_")[0]) == 2:
        return token.text[1:], 1
    return "", 0


def _derivative(found: list[Token], place: int, *, braces: bool) -> tuple[str, str, int] | None:
    """What is derived by what here, and how many tokens say so."""
    start, ends = place, list[str]()
    for divider in ("/", ""):
        if braces and (place >= len(found) or found[place].kind != "{"):
            return None
        place += braces
        if place >= len(found):
            return None
        said, width = _differential_at(found, place)
        if not width or (not said and divider == ""):
            return None
        place += width
        ends.append(said)
        if braces and found[place].kind != "}":
            return None
        if not braces and divider and found[place].kind != "/":
            return None
        place += 1 if braces or divider else 0
    return ends[0], ends[1], place - start


def _differential(found: list[Token], place: int) -> tuple[str, int] | None:
    said, width = _differential_at(found, place)
    return (said, width) if said and found[place].kind == "name" else None


_ANGLED: Final = frozenset("sin cos tan cot sec csc".split())
