"""What people, spreadsheets, programs and models write for a key is right, in whatever notation."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import markscheme as ms
from markscheme.kinds import Exact, Integer, IntervalKind, Kind, Mathematics, OneOf, Real, VectorKind
from markscheme.reading import Unreadable

UNITS = [
    ("7 kJ", "7000 J"), ("20 m/s", "72 km/h"), ("256", "256 MB"), ("3 hours", "180 minutes"), ("2.5 km", "2500 metres"),
    ("40 percent", "40 %"), ("$12.50", "12.50 dollars"), ("8 bits", "1 byte"), ("5 N", "5 kg m/s^2"),
    ("300 K", "300 kelvin"),
    ("1 L", "1000 cm^3"), ("9.81 m/s²", "9.81 m s^{-2}"), ("4 square metres", "4 m^2"), ("10 µA", "10 microamperes"),
    (r"3\,\mathrm{kg}", "3000 g"), ("49", "49 pixels"), ("5 kW", "5*kW"), ("6 m", "2*(3 m)"), ("90°", "90 degrees"),
    ("2 TB", "2000 GB"), ("5 euros", "5 €"), ("3 dozen", "36"), ("5 thousand", "5000"), ("-5", "minus 5"),
]  # fmt: skip
NUMBERS = [
    ("1/7", "1/7 ≈ 0.143"), (r"\sqrt{3}/2", r"\sqrt{3}/2 = 0.8660"), ("5/6", "0.8333333333333334"),
    ("sqrt(5)", "2.23606797749979"),
    ("0.7", "0.7000000000000001"), ("4.44e-2", "2/45"), ("3/7", "42.9 %"), ("1/8", "0,125"), ("0,25", "1/4"),
    ("23456", "23_456"), ("23456", r"23\,456"), ("23456", "23'456"), ("23456", "23,456"), ("23456", "23 456"),
    ("23456", "**23456**"),
    ("2.5e6", "2.5 × 10⁶"), ("1e-3", "10^{-3}"), ("3", "⌊3.7⌋"), ("floor(3.7)", "3"), ("gcd(12, 18)", "6"),
    ("lcm(4, 6)", "12"),
    ("max(2, 9, 4)", "9"), ("17 mod 5", "2"), (r"\sum_{k=1}^{10} k", "55"), (r"\prod_{k=1}^{4} k", "24"),
    (r"\int_0^1 x^2 dx", "1/3"), (r"\lim_{x \to 0} \frac{\sin x}{x}", "1"), ("arcsinh(1)", r"\ln(1+\sqrt{2})"),
    ("log10(1000)", "3"), ("log(8, 2)", "3"), ("C(6, 2)", "15"), (r"6 \choose 2", "15"), ("np.sqrt(9)", "3"),
    ("math.factorial(5)", "120"), (r"\lvert -4 \rvert", "4"), (r"\vert x \vert", "|x|"), ("x^2_i", "x_i^2"),
    ("Xi", r"\Xi"),
    ("3! ", "6"), ("½", "0.5"), ("1 1/2", "3/2"), ("I^2", "I*I"), ("2 + 3i", "2 + 3j"), ("sqrt(-9)", "3i"),
    ("100!/98!", "9900"), ("sech(0)", "1"), ("re(3 + 4i)", "3"), ("Abs(-3)", "3"), ("1e3", "10**3"), ("2ˆ3", "8"),
]  # fmt: skip
EXPRESSIONS = [
    ("k(x+1)", "kx+k"), ("f(x+1)", "f(1+x)"), ("nRT", "RTn"), ("lnx", "ln(x)"), ("2pir", "2πr"), ("x sin y", "xsin(y)"),
    (r"g_t \odot g_t", "g_t^2"), (r"\frac17\begin{bmatrix}1&1\\1&1\end{bmatrix}", "1/7*[[1,1],[1,1]]"),
    ("e^{x+y}", "e^x e^y"),
    (r"\mathbf{W}(\mathbf{x}+\mathbf{y})", r"\mathbf{W}\mathbf{x}+\mathbf{W}\mathbf{y}"), ("(AB)^T", "B^T A^T"),
    ("a^(b+c)", "a^b a^c"),
    ("2 E[X]", "E[X] + E[X]"), ("|x|", "sqrt(x^2)"), ("softmax(Wx)", "softmax(W x)"), ("sin^2(x)", "(sin x)^2"),
    ("1/x", "x^{-1}"),
]  # fmt: skip
STATEMENTS = [
    ("x^2=9", "x=±3"), ("x>3 or x<-3", "|x|>3"), ("x=1, y=2", "y=2 and x=1"), ("x + y = 5, x - y = 1", "x = 3, y = 2"),
    ("x=2, y=1", "x+y=3, x-y=1"), ("not (x <= 1)", "x > 1"), ("A and (B or C)", "(A and B) or (A and C)"),
    ("(p, q) = (4, 1)", "(4, 1)"),
    ("a*b = 0", "a = 0 or b = 0"), ("5", "x = 5"), ("y = 3x - 2", "3x - y = 2"), ("x^3 = 8", "2"),
    (r"x \notin [1, 2]", "x < 1 or x > 2"),
    ("{1, 2} ∪ {3}", "{1, 2, 3}"), (r"[0, 3] \setminus (1, 2)", "[0, 1] ∪ [2, 3]"), ("1, 2 or 3", "3, 1, 2"),
]  # fmt: skip
FRAMED = [
    ("7", "#### 7"), ("7", "<answer>7</answer>"), ("7", '{"answer": 7}'), ("7", "<think>is it 8?</think> 7"),
    ("7", r"\boxed{7}"),
    ("7", "So the answer is 7."), ("7", "Adding, we get 3.\nTherefore, the result is 7."),
    ("7", "**Final answer:** 7"), ("125/2", "so we get 125/2"),
    ("B", "B."), ("B", "B)"), ("B", "option B"), ("B", "(b)"), ("x^2", "Thus $x^2$ is our answer."),
    ("7", "The largest n is 7."),
]  # fmt: skip
ROWS = [
    pytest.param(*row, id=f"{row[0]} / {row[1]}")
    for rows in (UNITS, NUMBERS, EXPRESSIONS, STATEMENTS, FRAMED)
    for row in rows
]
VALUES: list[tuple[object, str]] = [
    ([2, 3], "[2, 3]"), ({1, 2}, "{2, 1}"), ({1, 2}, "1, 2"), ([29, 29, 32], "29x29x32"), (["1/2", "x"], "[0.5, x]"),
    (0.5, "1/2"),
    (0.3333, "0.333"), (3.14159, "3.14"), (Fraction(2, 3), "0.6666666666666666"), ((1, 2), "(1, 2)"), (2.0, "2"),
    (["a", "b"], "a, b"),
]  # fmt: skip
DOORS: list[tuple[Kind[Any], str, object]] = [
    (Exact(), r"\frac12", Fraction(1, 2)), (Integer(), "sqrt(4)", 2), (Exact(), "0,25", Fraction(1, 4)),
    (Exact(), "50 percent", Fraction(1, 2)),
    (Integer(), "49 pixels", 49), (Exact(), "66.7 %", Fraction(667, 1000)), (Integer(), "minus 5", -5),
    (Integer(), "5 thousand", 5000),
    (Exact(), "1/3 ≈ 0.33", Fraction(1, 3)), (OneOf(("A", "B")), "B. Adam", "B"), (OneOf(("A", "B")), "option B", "B"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text"), ROWS)
def test_the_key_in_another_notation_is_right(key: str, text: str) -> None:
    """The key is right in whatever notation people write it."""
    assert ms.verify(key, text), ms.verify(key, text)


@pytest.mark.parametrize(("key", "text"), VALUES)
def test_values_are_keys(key: object, text: str) -> None:
    """A program's value is a key, and what says it is right; of a float three digits suffice."""
    assert ms.verify(key, text), ms.verify(key, text)


@pytest.mark.parametrize(("kind", "text", "value"), DOORS)
def test_kinds_read_what_verify_reads(kind: Kind[Any], text: str, value: object) -> None:
    """A declared kind reads the notations that a text alone may be written in."""
    assert kind.read(text) == value


def test_one_tree_behind_every_door() -> None:
    """An interval and a vector are read of the texts that `verify` reads them of."""
    assert IntervalKind().compare(IntervalKind().read("2x < 4"), IntervalKind().read("x < 2"))
    assert VectorKind().read("1/2*[2, 4]") == VectorKind().read(r"\begin{bmatrix}1\\2\end{bmatrix}")


@pytest.mark.parametrize("text", ["3/4/2026", "4-Mar", "2026-03-04", "Mar-26"])
@pytest.mark.parametrize(
    "kind", [Exact(), Integer(), Real(absolute=1), VectorKind(), Mathematics()], ids=lambda it: type(it).__name__
)
def test_dates_of_spreadsheets_are_named(kind: Kind[Any], text: str) -> None:
    """What a spreadsheet made a date is unreadable as any number, and the reason says that it is a date."""
    with pytest.raises(Unreadable, match="date"):
        kind.read(text)


BY_HAND = [
    ("ln(xy)", "ln x + ln y", "none at"), (r"\binom{n}{k}", "n!/(k!(n-k)!)", "none at"),
    ("x/2", "1/2x", "more ways than one"),
    ("E[X + Y]", "E[X] + E[Y]", "laws of E"), ("log(x)", "ln(x)", "more ways than one"),
    ("42", "The answer is 42!", "more ways"),
    ("6", "The answer is 3!", "more ways"), ("10", "10 %", "more ways than one"), ("x = 4", "y = 4", "says it of x"),
    ("512", "2^3^2", "more ways"), ("7", "7 gizmos", "gizmos"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "reason"), BY_HAND)
def test_readings_that_part_go_to_a_person(key: str, text: str, reason: str) -> None:
    """Where one reading agrees and another does not, a person decides, and the reason shows what parts."""
    verdict = ms.verify(key, text)
    assert verdict.status == "by hand"
    assert reason in verdict.reason


def test_a_declared_domain_decides() -> None:
    """Where letters are declared positive, what agrees there is right."""
    assert ms.verify("ln(xy)", "ln x + ln y", Mathematics(positive=["x", "y"]))
    assert ms.verify("log(x)", "ln(x)", Mathematics(log="e", positive=["x"]))
