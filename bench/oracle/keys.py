"""Two hundred keys of every kind, as terms, each with its kind in a word."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from bench.oracle.notation import Hand, written
from bench.oracle.terms import OO, PI, E, I, Some, Term, letters, matrix, name, names, of, term
from markscheme.kinds import (
    Exact,
    Integer,
    IntervalKind,
    Kind,
    Mathematics,
    MatrixKind,
    OneOf,
    ShapeKind,
    TokenSequence,
    VectorKind,
    YesNo,
)

Door: TypeAlias = Literal["text", "value", "kind"]

a, b, c, k, m, n, p, r, t, x, y, z, A, F, T, X, Y = names("a b c k m n p r t x y z A F T X Y")
alpha, beta, gamma, eta, theta, lamda, mu, sigma, Xi = names("alpha beta gamma eta theta lamda mu sigma Xi")
x_1, x_2, W_h, h_1, beta_1, g_t, v_0, Q, K, L = names("x_1 x_2 W_h h_1 beta_1 g_t v_0 Q K L")
bA, bB, bC, bI, bx, by, bW = letters("A B C I x y W")
mA, mB, mx, my = letters("A B x y", bold=False)


def _quotient(above: int, below: int) -> Term:
    return -(term(-above) / below) if above < 0 else term(above) / below


def call(function: str, *arguments: Some) -> Term:
    return of("call", *arguments, text=function)


def log(base: Some, what: Some) -> Term:
    return of("log", base, what)


def sqrt(what: Some) -> Term:
    return of("sqrt", what)


def span(brackets: str, low: Some, high: Some) -> Term:
    return of("span", low, high, text=brackets)


def quantity(number: Some, unit: str) -> Term:
    return of("quantity", number, text=unit)


def given(**values: Some) -> Term:
    return of("named", *[of("=", name(symbol.replace("lamda", "lambda")), number) for symbol, number in values.items()])


def transposed(what: Term) -> Term:
    return Term("T", (what,))


def said(head: str, text: str) -> Term:
    return Term(head, (), text)


KEYS_BY_KIND: dict[str, tuple[Term, ...]] = {
    "integer": tuple([term(it) for it in (4, 5, -3, 7, 12, 42, -17, 100, 144, 360, 7193, -2048, 14400, 1000000)]),
    "fraction": tuple([_quotient(above, below) for above, below in (
        (1, 3), (2, 3), (3, 4), (5, 6), (22, 7), (7, 8), (110, 3), (125, 2), (13, 16), (1, 9), (-3, 4), (-10, 9))]),
    "decimal": tuple([term(it) for it in (
        "0.25", "3.5", "-0.065", "12.75", "0.667", "99.9", "-1.2", "0.0004", "2.74", "1.234", "1024.5")]),
    "percent": tuple([of("percent", it) for it in ("28", "12.5", "66.7", "0.5", "150")]),
    "scientific": (of("scientific", "3.2", text="-5"), of("scientific", "6.02", text="23"),
                   of("scientific", "1.5", text="6"), of("scientific", "4.7", text="-3")),
    "irrational": (
        sqrt(2) / 2, 3 * sqrt(5), sqrt(17), 1 + sqrt(2), (1 + sqrt(5)) / 2, PI / 4, 9 * PI / 4, 2 * PI, E**-1, E**2,
        of("ln", 2), log(2, 10), of("cbrt", 4), 2 ** (term(1) / 3), PI**2 / 6, of("arctan", 2), of("sin", 1),
        E**-100, PI * term(10) ** -50, sqrt(3) - sqrt(2), 2 * of("ln", 3) + 1,
    ),
    "combinatorial": (of("factorial", 5), of("binomial", 10, 3), term(2) ** 10, 6 * of("factorial", 4),
                      of("binomial", 52, 5), of("factorial", 7) / of("factorial", 3)),
    "complex": (3 + 4 * I, 2 - I, -(5 * I), E ** (I * PI / 3), (1 + I) / 2, sqrt(2) + I * sqrt(3)),
    "quantity": tuple([quantity(number, unit) for number, unit in (
        (5, "km"), (15, "cm^2"), (5, "kg"), (10, "m/s"), (5, "kJ"), (90, "min"), ("9.81", "m/s^2"), ("2.5", "L"),
        (60, "km/h"), (512, "MB"), (12, "V"), ("0.5", "mol/L"), (101325, "Pa"), (3, "GHz"), ("1.6", "kWh"), (8, "ft"),
        (250, "mL"), (20, "N*m"), (150, "lb"), ("2.7", "g/cm^3"), (0, "V"))]),
    "money": (of("money", 5, text="$"), of("money", "18.90", text="$"), of("money", 20, text="€")),
    "vector": (
        of("vector", 1, 2, 3), of("vector", 6, -2), of("vector", 0, 1, 0, -1), of("vector", term(1) / 2, term(3) / 4),
        of("vector", "0.5", "-1.25"), of("vector", sqrt(2), 1), of("vector", x, 2 * x), of("vector", 7, -4, 12),
        of("tuple", 3, 5), of("tuple", 1, 2, 4), of("tuple", 3, PI / 2), of("tuple", -1, term(1) / 3),
    ),
    "matrix": (
        matrix((1, 2), (3, 4)), matrix((0, -1), (1, 0)), matrix((2, 5, 7), (1, -3, 4)),
        matrix((1, 0, 2), (0, 3, 0), (4, 0, 5)), matrix((term(1) / 2, 3), (-2, term(5) / 7)), matrix((a, b), (c, 3)),
        matrix((x, 1), (0, y)), matrix((of("cos", t), -of("sin", t)), (of("sin", t), of("cos", t))),
        matrix(("0.25", "0.75"), ("0.6", "0.4")),
        matrix((6,), (-2,)),
    ),
    "set": (of("set", 1, 2, 3), of("set", -2, 5), of("set", 0, 4, 9, 16), of("set", sqrt(2), -sqrt(2)),
            of("set", term(1) / 2, 3), of("set", a, b)),
    "list": (of("list", 1, 2), of("list", -3, 8, 11), of("list", 2, term(5) / 3), of("list", sqrt(3), 7),
             of("list", of("tuple", 1, 2), of("tuple", 3, 4))),
    "interval": (
        span("[]", 1, 4), span("(]", 9, 12), span("[)", -2, 7), span("()", 0, 1), span("()", -OO, 3), span("[)", 5, OO),
        span("(]", term(3) / 5, term(8) / 3), span("()", -sqrt(2), sqrt(2)),
        of("union", span("()", -OO, 1), span("()", 3, OO)), of("union", span("[]", -5, -1), span("[]", 1, 5)),
    ),
    "inequality": (
        of("<", x, 1), of(">=", x, 5), of(">", t, term(7) / 2), of("<=", y, -3), of("!=", x, 3),
        of("between", 1, x, 4, text="<= <"), of("between", -2, x, 7, text="< <="),
    ),
    "expression": (
        x**2 + 2 * x + 1, (x - 1) * (x + 4), 3 * x**2 - 5 * x + 7, x / (x + 1), (x + y) ** 2, 2 * a * b, a**2 - b**2,
        (2 * x + 3) / (x**2 + 1), sqrt(x**2 + y**2), E ** (-x) * x, x * of("ln", x) - x, of("sin", x) * of("cos", y),
        of("sin", x) ** 2, of("tan", x), of("abs", x - 20), of("abs", x), 1 / (1 + E ** (-x)), PI * r**2,
        k * (x + 1), n * (n + 1) / 2, 2**n - 1, x**3 - x, alpha * beta + gamma, beta_1 * m + (1 - beta_1) * g_t,
        theta - eta * g_t, (x - mu) / sigma, x_1 + 2 * x_2, -(x / 2) + term(3) / 4, x**2 - x / 20,
        of("exp", -(x**2) / 2), of("factorial", n) / n, log(2, n) + n, Xi + x, sqrt(x) + 1, n * r * T,
        of("max", 0, x), of("floor", x / 2), p * (1 - p), x * y * z, a * x**2 + b * x + c,
    ),
    "equation": (
        of("=", y, 2 * x + 1), of("=", y, 3 * x), of("=", x**2 + y**2, 4), of("=", F, m * a), of("=", 2 * x + 4 * y, 3),
        of("=", y, 1 / x), of("=", x**2 / 4 + y**2 / 9, 1), of("=", z, x * y), of("=", y, E ** (2 * x)),
        of("=", 3 * x - y + z, 7), of("=", p, n * T / b), of("=", y, sqrt(x)),
    ),
    "named": (
        given(x=1, y=2), given(x=-3, y=term(1) / 2), given(mean=4, variance=2), given(a=3, b=-1, c=2),
        given(p=5, q=7), given(x_1=3, x_2=8), given(lamda=2, mu="0.5"),
        of("named", of("=", y, 2 * x), of("=", z, 3 * x)), given(x=5), given(x_1=3), given(n=12),
        of("named", of("=", call("P", A), "0.3")),
    ),
    "solutions": (
        of("or", of("=", x, 2), of("=", x, -3)), of("or", of("=", x, 1), of("=", x, 4)),
        of("or", of("=", y, sqrt(5)), of("=", y, -sqrt(5))),
    ),
    "function": (
        call("E", X**2), call("E", X) ** 2, call("Var", X + Y), call("f", 2 * x), 2 * call("f", x), call("f", x + 1),
        call("f", call("g", x)), of("=", call("T", n), 2 * call("T", n / 2) + n), call("P", A, name("B")),
        call("sigma", W_h * x), call("f", x) * call("g", x), of("=", call("T", n), call("T", n - 1) + 1),
        call("f", x, y), call("E", X) * call("E", Y), call("E", X * Y),
    ),
    "marked name": (
        of("=", of("prime", y), 3 * y), of("=", of("dot", x), -(k * x)), of("=", of("hat", y), 3 * x + b),
        of("bar", x) + 1, of("hat", theta) - theta, of("=", Term("derivative", (), "dy/dx"), 2 * x),
        Term("derivative", (), "dy/dx"), of("hat", beta) / 2,
    ),
    "matrix algebra": (
        bA * bB, bA * bB - bB * bA, transposed(bx) * bA * bx, bA * bB * bC, of("det", 2 * bA), of("tr", bA * bB),
        transposed(mx) * mx, mx * transposed(mx), bA * bx + by, transposed(bA) * bA, transposed(bA * bB),
        bA * (bB + bC),
    ),
    "summed": (of("sum", 1, n, k**2, text="k"), of("sum", 1, 10, k, text="k"), of("sum", 0, n, 2**k, text="k")),
    "choice": tuple([said("label", it) for it in ("A", "B", "C", "D", "(b)")]),
    "yes or no": tuple([said("yes", it) for it in ("yes", "no", "true", "false")]),
    "words": tuple([said("words", it) for it in ("even", "Adam", "batch norm", "the sigmoid", "a regular hexagon")]),
    "tokens": tuple([said("tokens", it) for it in ("deep learn deep", "the cat sat", "learn deep <EOS>")]),
    "shape": (of("shape", 64, 112, 112), of("shape", 29, 29, 32), of("shape", 3, 5)),
    "ratio": (said("ratio", "7:32"), said("ratio", "3:4")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its kind in a word, what it says, and the text that stands for it."""

    kind: str
    term: Term
    text: str

    @property
    def doors(self) -> tuple[Door, ...]:
        """How markscheme is asked about it: with the key as text, as a value, or by the kind of a problem's answer."""
        if self.kind == "tokens":
            return ("kind",)
        is_value = _value(self.term) is not None
        return ("text", *(("value",) if is_value else ()), *(("kind",) if self._made else ()))

    @property
    def _made(self) -> Kind[Any] | None:
        if self.kind in {"vector", "matrix", "interval"} and not _is_in_numbers(self.term):
            return None
        if self.kind == "choice" and len(self.text) > 1:
            return None
        words = tuple(dict.fromkeys(self.term.text.split()))
        return TokenSequence(words) if self.kind == "tokens" else _MADE.get(self.kind)

    def asked(self, door: Door) -> tuple[object, Kind[Any] | None]:
        """The key and the kind that `ms.verify` is given."""
        return (_value(self.term) if door == "value" else self.text), self._made if door == "kind" else None


_MADE: dict[str, Kind[Any]] = {
    "integer": Integer(), "fraction": Exact(), "decimal": Exact(decimal=True), "vector": VectorKind(),
    "matrix": MatrixKind(), "interval": IntervalKind(), "choice": OneOf("ABCDE"), "yes or no": YesNo(),
    "shape": ShapeKind(), "expression": Mathematics(),
}  # fmt: skip


def _is_in_numbers(node: Term) -> bool:
    return all(
        [
            it.head in {"vector", "tuple", "matrix", "row", "span", "number", "/", "neg"} or it == OO
            for _, it in node.walk()
        ]
    )


def _value(node: Term) -> object:
    """A Python value that says the same, or None."""
    match node.head:
        case "number":
            return Decimal(node.text) if "." in node.text else int(node.text)
        case "/" if all([it.head == "number" for it in node.parts]):
            return Fraction(node.parts[0].text) / Fraction(node.parts[1].text)
        case "neg":
            size = _value(node.parts[0])
            return -size if isinstance(size, Fraction) else None
        case "vector" | "matrix" | "row" | "set":
            entries = [_value(part) for part in node.parts]
            return None if None in entries else set(entries) if node.head == "set" else entries
        case _:
            return None


def _written(kind: str, what: Term, number: int) -> str:
    is_latex = kind in {"quantity", "matrix algebra", "marked name", "summed"} or number % 2
    return written(what, Hand("latex") if is_latex else Hand("plain", "*"))


KEYS = tuple([
    Key(kind, what, _written(kind, what, number))
    for kind, terms in KEYS_BY_KIND.items()
    for number, what in enumerate(terms)
])  # fmt: skip
