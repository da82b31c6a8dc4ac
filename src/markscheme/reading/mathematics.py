r"""Any mathematical text to a formula: symbols that nobody declared, functions, roots, powers, factorials.

Letters are symbols, and run together they are a product; `pi`, `π` and `e` are the constants. Read are what
`expressions` reads and `sin x`, `\ln(x)`, `\log_2 8`, `e^{-x}`, `\sqrt[3]{2}`, `5!`, `\binom{5}{2}`, `|x|`, and units
behind a number. A text is bounded where it is read; `real_value` bounds its value.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial
from typing import TYPE_CHECKING, Any, Final, Literal

from markscheme.exact import Rational
from markscheme.reading.expressions import CLOSING, Reader, Symbols, folded, prepared
from markscheme.reading.formulas import (
    Applied,
    Called,
    Constant,
    Formula,
    Irrational,
    Name,
    TooLarge,
    evaluate,
    names_of,
)
from markscheme.reading.lexer import Cursor, bounded, letter
from markscheme.reading.limits import Unreadable
from markscheme.reading.numbers import read_number, simplest
from markscheme.reading.units import UNITS

if TYPE_CHECKING:
    from mpmath.ctx_mp import MPContext  # pyright: ignore[reportMissingTypeStubs]

DIGITS: Final = 60
LARGEST: Final = 1_000
"""Of the logarithm of a value, to the base e."""
SMALLEST: Final = Fraction(1, 10**50)
"""What two numbers may differ by that digits cannot tell apart."""
MOST_FACTORS: Final = 170
LONGEST_RUN: Final = 3
"""Letters that may run together as a product: longer ones are a word."""
CONSTANTS: Final = {"pi": "pi", "π": "pi", "e": "e"}
PERCENT: Final = frozenset({"percent", "pct", "percentage"})
_OTHER_NAMES: Final = {
    "ln": "log", "tg": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctg": "atan", "abs": "abs",
}  # fmt: skip
FUNCTIONS: Final = frozenset("sin cos tan cot sec csc asin acos atan sinh cosh tanh exp log lg abs sqrt cbrt".split())
_GREEK: Final = "alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega".split()
_WORDS: Final = {word: letter(word) for word in _GREEK}


@dataclass(frozen=True)
class _AnySymbols(Symbols):
    """Whatever letters a text has."""

    @property
    def spelled(self) -> Mapping[str, Formula]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return {"x": Name("x"), "X": Name("X"), "Σ": Name("Σ")}  # after a number, `x` is no sign

    def listed(self) -> str:
        return "letters, and functions such as sin and log"


_ANY: Final = _AnySymbols(())


@dataclass(frozen=True, slots=True)
class Rounded(Constant):
    """A number that was written in decimals: it may be a rounded one."""

    places: int = 0


INFINITY: Final = Called("infinity")


def is_infinite(formula: object) -> bool:
    """Whether a formula is infinity, of either sign; within a formula it has no value."""
    return formula in (INFINITY, Applied("-", (INFINITY,)))


def read_mathematics(text: str) -> Formula:
    r"""The formula that a text says; an exact number where it is one.

    >>> read_mathematics("3/6"), read_mathematics("2x")
    (Constant(value=Fraction(1, 2)), Applied(operation='*', parts=(Constant(value=2), Name(name='x', index=None))))

    Raises `Unreadable`.
    """
    text = in_one_notation(bounded(text))
    if repeating := _REPEATING.fullmatch(text.strip(" $")):
        return Constant(_repeated(*repeating.groups()))
    if labels := _LABELS.match(text) if "=" in text else None:
        text = text[labels.end() :]
    try:
        value = read_number(text)
    except Unreadable as failure:
        try:
            return _read(bounded(text))
        except Unreadable as other:
            further = other if (other.position or 0) >= (failure.position or 0) else failure
            raise further from None
    places = _places(text)
    return Rounded(value, places) if places else Constant(value)


_COMMA: Final = re.compile(r"([-+−]?(?:0|[0-9]{4,18})),([0-9]{1,18})|([-+−]?[0-9]{1,3}),([0-9]{1,2})")
_LABELS: Final = re.compile(
    r"[\s$]*(?>\\[dt]?frac|\\angle|\\triangle|\\overline|\\widehat|\\left|\\right|_\{?\w+\}?|[A-Z|{}():/\s]|\\[|])++="
)
"""What capitals measure: `|AB| =`, `\frac{NO}{BO} =`, `S_{MBCN}:S =`."""
_REPEATING: Final = re.compile(r"([-+−]?)([0-9]{0,18})\.([0-9]{0,18})\\(?:over|bar|dot)(?:line)?\{([0-9]{1,18})\}")
_TIED: Final = re.compile(r",\\!\s*|\{,\}")
_SPACED: Final = re.compile(r"[-+−]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,6}(?:\.[0-9]{1,18})?")


def has_decimal_comma(text: str) -> bool:
    """Whether a text is one number with a decimal comma, and no list of two: `0,25`, `1000,99`.

    >>> has_decimal_comma("0,25"), has_decimal_comma("1,25")
    (True, False)
    """
    found = _COMMA.fullmatch(text.strip(" $€£¥\n"))
    return bool(found and found[1])


def in_one_notation(text: str) -> str:
    """A number that has a decimal comma, thousands divided by space, or a currency, as others write it."""
    bare = _TIED.sub(",", text.replace(r"\$", "$")).strip(" $€£¥\n")
    if comma := _COMMA.fullmatch(bare):
        whole, places = [it for it in comma.groups() if it is not None]
        return f"{whole}.{places}"
    if _SPACED.fullmatch(bare):
        return re.sub(r"\s", "", bare)
    return bare if bare[:1].isdecimal() and bare[-1:].isdecimal() else text


def _repeated(sign: str, whole: str, places: str, period: str) -> Rational:
    """The fraction that a repeating decimal is."""
    ahead = Fraction(int(f"{whole or 0}{places}"), 10 ** len(places))
    value = ahead + Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(places))
    return simplest(-value if sign and sign != "+" else value)


def _places(text: str) -> int:
    """How many decimals a text ends in."""
    digits = text.strip(" $.}").rpartition(".")[2]
    return len(digits) if "." in text.strip(" $.}") and digits.isdecimal() else 0


@lru_cache(maxsize=1_024)
def _read(text: str) -> Formula:
    reader = AnyReader(Cursor(text, prepared(text, _ANY), "a mathematical expression"))
    formula = reader.sum()
    if reader.at.take(":"):  # a ratio
        formula = reader.applied("/", formula, reader.sum())
    reader.at.end()
    return formula


class AnyReader(Reader):
    """The reader of expressions, in whatever letters there are, with functions."""

    most_work = 200
    _in_bars = False
    _in_function = False

    def __init__(self, at: Cursor) -> None:
        super().__init__(at, _ANY)

    def literal(self) -> Formula:
        places = _places(self.at.token.text)
        value = super().literal()
        return Rounded(value.value, places) if places and isinstance(value, Constant) else value

    def scripted(self, base: Formula) -> Formula:
        while True:
            if self.at.kind == "raised":
                base = self._power(base, Constant(self._raised_digits()))
            elif self.at.kind in {"^", "**"}:
                self.at.next()
                if self._takes_degrees():
                    base = self._in_degrees(base)
                    continue
                exponent = self.grouped() if self.at.kind in CLOSING else self.signed(self._exponent_bare)
                if self.at.kind in {"^", "**"}:
                    self.at.fail("a power of a power needs parentheses")
                base = self._power(base, exponent)
            elif self.at.kind == "!" and self.at.ahead().kind != "=":
                self.at.next()
                base = self.made(Called("!", (base,)))
            elif self.at.kind == "%":
                self.at.next()
                base = self.applied("/", base, Constant(100))
            elif self._takes_degrees():
                base = self._in_degrees(base)
            else:
                return base

    def atoms(self) -> list[Formula]:
        if self.at.kind == "infinity":
            self.at.next()
            return [self.made(INFINITY)]
        said = folded(self.at.token)
        word = said.lstrip("\\")
        word = _OTHER_NAMES.get(word, word)
        if said == "|" and not self._in_bars:
            return [self._bars()]
        if word == "sqrt" and self.at.ahead().kind == "[":
            return [self._nth_root()]
        if said in {"\\binom", "\\dbinom"} or (said == "binom" and self.at.ahead().kind in CLOSING):
            return [self._binomial()]
        if word in FUNCTIONS - {"sqrt"}:
            return [self._function(word)]
        if said.startswith("log_") or (said == "log" and self.at.ahead().kind == "_"):
            return [self._function("log")]
        return super().atoms()

    def starts_factor(self) -> bool:
        word = folded(self.at.token).lstrip("\\")
        if self.at.kind == "|":
            return not self._in_bars
        return super().starts_factor() or _OTHER_NAMES.get(word, word) in FUNCTIONS or word == "binom"

    def starts_sum(self) -> bool:
        return False

    def _takes_degrees(self) -> bool:
        r"""Past a sign of degrees: `°`, `^\circ` or `^{\circ}`."""
        if self.at.kind == "{" and self.at.ahead().text == "\\circ" and self.at.ahead(2).kind == "}":
            self.at.next()
            self.at.next()
            self.at.next()
            return True
        is_sign = self.at.token.text in {"°", "\\circ", "\\degree"}
        if is_sign:
            self.at.next()
        return is_sign

    def _in_degrees(self, base: Formula) -> Formula:
        """Degrees count as such within a function; elsewhere they are a unit."""
        if not self._in_function:
            return base
        return self.times(base, self.applied("/", Called("pi"), Constant(180)))

    def _power(self, base: Formula, exponent: Formula) -> Formula:
        match exponent:
            case Constant(int() as whole) | Applied("-", (Constant(int() as whole),)):
                signed = whole if isinstance(exponent, Constant) else -whole
                if abs(signed) <= LARGEST:
                    return self.applied("^", base, Constant(signed))
                return self.at.fail("this exponent is too large to be compared")
            case _:
                return self.made(Called("pow", (base, exponent)))

    def _exponent_bare(self) -> Formula:
        return self.times(*self.atoms()[:1]) if self.at.kind != "name" else self._single()

    def _single(self) -> Formula:
        """A name as an exponent without braces: LaTeX takes its first letter, people mean all of it."""
        names = self._named()
        return names[0] if len(names) == 1 else self.at.fail("an exponent of several letters needs parentheses")

    def _function(self, word: str) -> Formula:
        base = None
        said = folded(self.at.next())
        if word == "log" and (said.endswith("_") or "_" in said or self.at.kind == "_"):
            base = self._base_of_log(said)
        power = None
        if self.at.kind in {"^", "**"} and word not in {"exp", "abs"}:  # sin^2 x
            self.at.next()
            is_grouped = self.at.kind in CLOSING
            power = self.grouped() if is_grouped else self.literal() if self.at.kind == "number" else self.at.fail()
        outside, self._in_function = self._in_function, True
        self.at.enter()
        argument = self.grouped() if self.at.kind in CLOSING else self._argument_bare()
        self.at.leave()
        self._in_function = outside
        if word == "log" and base is None and said.lstrip("\\") == "log":
            value: Formula = self.made(Called("log", (argument,)))
        elif base is not None:
            value = self.made(Called("log_", (argument, base)))
        else:
            value = self.made(Called(word, (argument,)))
        if power is None:
            return value
        if power in (Constant(-1), Applied("-", (Constant(1),))):
            return self.at.fail("this can be read in two ways: write arcsin(x), or 1/sin(x)")
        return self._power(value, power)

    def _base_of_log(self, said: str) -> Formula:
        rest = said.partition("_")[2]
        if rest:
            return Constant(int(rest)) if rest.isdecimal() else Name(rest)
        self.at.take("_")
        if self.at.kind in CLOSING:
            return self.grouped()
        return self.literal() if self.at.kind == "number" else self._single()

    def _argument_bare(self) -> Formula:
        """What a function without parentheses takes: `sin 2x`, but `sin x + 1` ends at the sum."""
        value = self.signed(self.power)
        while self.at.kind == "name" and folded(self.at.token).lstrip("\\") not in FUNCTIONS | set(_OTHER_NAMES):
            value = self.times(value, self.power())
        return value

    def _bars(self) -> Formula:
        self.at.next()
        self.at.enter()
        self._in_bars = True
        value = self.sum()
        self._in_bars = False
        self.at.expect("|")
        self.at.leave()
        return self.made(Called("abs", (value,)))

    def _nth_root(self) -> Formula:
        self.at.next()
        index = self.grouped()
        return self.made(Called("root", (self.times(*self.atoms()), index)))

    def _binomial(self) -> Formula:
        said = folded(self.at.next())
        if said == "binom":
            self.at.next()
            above = self.sum()
            self.at.expect(",")
            below = self.sum()
            self.at.next()
        else:
            above, below = self._argument(), self._argument()
        return self.made(Called("binom", (above, below)))

    def _named(self) -> list[Formula]:
        token = self.at.token
        said = self._spelled()
        base, divider, index = said.partition("_")
        base = _WORDS.get(base, base)
        if base in CONSTANTS and not index:
            return [self.made(Called(CONSTANTS[base]))]
        if base in UNITS and len(base) > 1 and self.work:
            return [self.made(Constant(1))]
        if base in PERCENT and self.work:
            return [self.made(Constant(Fraction(1, 100)))]
        if len(base) == 1:
            return [self.made(Name(f"{base}{divider}{index}"))]
        if divider or len(base) > LONGEST_RUN or not base.isalpha():
            self._unknown(token, said, ambiguous=False)
        return [self.made(Called(CONSTANTS[it]) if it in CONSTANTS else Name(it)) for it in base]


# Values


class Undefined(ArithmeticError):
    """No real value."""


_LOCAL = threading.local()


def _context(name: Literal["real", "complex"] = "real") -> MPContext:
    """A context of mpmath at our precision; its own for each thread, which share nothing."""
    context: Any = getattr(_LOCAL, name, None)
    if context is None:
        from mpmath.ctx_mp import MPContext  # noqa: PLC0415 (50 ms that few answers need)  # pyright: ignore[reportMissingTypeStubs]

        context = MPContext()
        context.dps = DIGITS
        context.takes_complex = name == "complex"
        setattr(_LOCAL, name, context)
    return context


def complex_value(formula: Formula, at: Mapping[str, Any]) -> Any:
    """The digits of a formula in which `i` is the imaginary unit (an `mpc`, or an `mpf`).

    >>> print(complex_value(read_mathematics("e^{i pi} + i^2"), {}).real)
    -2.0

    Raises `Undefined` and `TooLarge`.
    """
    try:
        return _digits(formula, at, _context("complex"))
    except (ValueError, ZeroDivisionError, OverflowError, TypeError) as error:
        raise Undefined from error


def real_value(formula: Formula, at: Mapping[str, Any]) -> Rational | Any:
    """The exact value of a formula where it is rational, else its digits (an `mpf`).

    >>> real_value(read_mathematics("1/3 + 1/6"), {})
    Fraction(1, 2)
    >>> print(str(real_value(read_mathematics("sqrt(17)"), {}))[:9])
    4.1231056

    Raises `Undefined` where there is no real value, and `TooLarge`.
    """
    try:
        return evaluate(formula, at)
    except Irrational:
        pass
    except ZeroDivisionError as error:
        raise Undefined from error
    context: Any = _context()
    try:
        found = _digits(formula, at, context)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise Undefined from error
    return found


def _digits(formula: Formula, at: Mapping[str, Any], mp: Any) -> Any:
    match formula:
        case Constant(value):
            return _number(value, mp)
        case Name("i") if mp.takes_complex:
            return mp.j
        case Name(name):
            return _number(at[name], mp)
        case Called("pi" | "e" as name):
            return +getattr(mp, name)
        case Called("pow", (base, exponent)):
            return _bounded(_real_power(_digits(base, at, mp), exponent, at, mp), mp)
        case Called(name, parts):
            return _bounded(_called(name, [_digits(part, at, mp) for part in parts], mp), mp)
        case Applied("^", (base, Constant(int(exponent)))):
            return _bounded(_power(_digits(base, at, mp), mp.mpf(exponent), mp), mp)
        case Applied(operation, parts):
            values = [_digits(part, at, mp) for part in parts]
            return _bounded(_applied(operation, values, mp), mp)
        case _:
            raise Undefined


def _number(value: Rational, mp: Any) -> Any:
    return mp.mpf(value.numerator) / value.denominator


def _applied(operation: str, values: list[Any], mp: Any) -> Any:
    match operation:
        case "+":
            return sum(values, mp.mpf(0))
        case "-":
            return -values[0]
        case "/":
            return values[0] / values[1]
        case "√":
            return mp.sqrt(values[0])
        case _:
            return mp.fprod(values)


def _power(base: Any, exponent: Any, mp: Any) -> Any:
    if base == 0:
        if exponent < 0:
            raise Undefined
        return mp.mpf(exponent == 0)
    if abs(exponent * mp.log(abs(base))) > LARGEST:
        raise TooLarge
    return base**exponent


def _real_power(base: Any, exponent: Formula, at: Mapping[str, Any], mp: Any) -> Any:
    """A power; of a negative number too where the exponent is a fraction with an odd denominator: (-8)^{1/3} = -2."""
    if mp.takes_complex:
        return _power(base, _digits(exponent, at, mp), mp)
    value = real_value(exponent, at)
    raised = _number(value, mp) if isinstance(value, int | Fraction) else value
    if base < 0 and not any(names_of(exponent)):
        whole = as_fraction(value).limit_denominator(LARGEST)
        if whole.denominator % 2 and abs(whole - as_fraction(value)) < SMALLEST:
            return (-1) ** whole.numerator * _power(-base, raised, mp)
    return _power(base, raised, mp)


def _called(name: str, values: list[Any], mp: Any) -> Any:
    first, *others = values
    match name:
        case "root":
            index = others[0]
            if index != int(index) or not 1 <= index <= LARGEST:
                raise Undefined
            if first < 0 and int(index) % 2:
                return -mp.root(-first, int(index))
            return mp.root(first, int(index))
        case "cbrt":
            return mp.sign(first) * mp.cbrt(abs(first))
        case "abs":
            return abs(first)
        case "exp":
            return _power(+mp.e, first, mp)
        case "lg":
            return mp.log(first, 10)
        case "log_":
            return mp.log(first) / mp.log(others[0])
        case "!" | "binom":
            whole = [int(value) for value in values]
            if whole != values or min(whole) < 0 or max(whole) > MOST_FACTORS:
                raise Undefined
            return mp.mpf(factorial(whole[0]) if name == "!" else comb(*whole))
        case _:
            return getattr(mp, name)(first)


def _bounded(value: Any, mp: Any) -> Any:
    if isinstance(value, mp.mpc) and not mp.takes_complex:
        raise Undefined
    if mp.isnan(value) or mp.isinf(value):
        raise Undefined
    if value != 0 and abs(mp.log(abs(value))) > LARGEST:
        raise TooLarge
    return value


def as_fraction(value: Any) -> Fraction:
    """A value of `real_value`, its digits taken as they are."""
    if isinstance(value, int | Fraction):
        return Fraction(value)
    mantissa, exponent = value.man_exp  # of the absolute value
    return (-1 if value < 0 else 1) * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
