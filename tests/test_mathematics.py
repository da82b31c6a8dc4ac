"""Any mathematics: what is the same, what is another, what is not read, and what none of it may cost.

Each row names where its convention comes from: Math-Verify's tests (MV), PrairieLearn's symbolic input (PL), STACK,
or the field's use (no name).
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import markscheme as ms
from markscheme.draw import Draw
from markscheme.kinds import Mathematics, Undecided
from markscheme.reading import Unreadable
from markscheme.reading.evaluate import value_of
from markscheme.reading.syntax import Applied, Called, Constant, Formula, Name
from markscheme.reading.values import agree as same_value
from markscheme.text.notation import show
from tests.steps import at_most

KIND = Mathematics()

SAME = [
    # numbers
    ("1/3", r"\frac{1}{3}"), ("1/3", r"\frac13"), ("1", r"\frac3{3}"), ("1/3", r"\dfrac{1}{3}"),  # MV
    ("1/3", r"$\left( \frac{1}{3} \right)$"), ("1/3", r"\boxed{\frac{1}{3}}"), ("1/3", r"$k = \frac{1}{3}$"),  # MV
    ("1/3", r"\frac{1}{3} \text{meters}"), ("125", r"125\text{ miles}"), ("15", "15 cm^2"),  # MV
    ("7425000", "7,425,000"), ("1000", "1000.0"), ("0.4", ".4"), ("-10/9", r"-\frac{10}{9}"),  # MV
    (r"28\%", "28 %"), (r"28\%", "0.28"), (r"90^\circ", "90"), (r"90^{\circ}", "90°"),  # MV
    ("2^10", "1024"), ("10^{-3}", "0.001"), ("1e-7", "0.0000001"), ("5!", "120"), ("6!/4!", "30"),
    (r"\binom{5}{2}", "10"), ("binom(5, 2)", "10"), ("1 1/2", "3/2"), ("½", "0.5"), ("−2", "-2"), ("(9+1)", "10"),
    (r"0.\overline{3}", "1/3"), (r"-1.1\overline{6}", "-7/6"), (r"\$18.90", "18.9"),
    # roots and constants
    (r"\sqrt{3}", r"\sqrt3"), (r"3\sqrt{13}", r"\sqrt{117}"), (r"\sqrt{2}+\sqrt{5}", r"\sqrt 2+\sqrt 5"),  # MV
    (r"\frac{9}{4}\pi", r"\frac94\pi"), (r"\frac{9}{4}\pi", "9π/4"), (r"\frac{\sqrt{2}}{2}", "1/sqrt(2)"),  # MV
    (r"\sqrt{17}", "4.1231"), (r"\sqrt{17}", "4.12311"), ("pi", "3.14159"), (r"\frac{\pi}{2}", "1.571"),  # MV
    ("1/3", "0.333"), ("2/3", "0.6667"), ("-2/3", "-0.667"), ("e", "2.718"), (r"\sqrt[3]{8}", "2"),
    (r"\sqrt[3]{-8}", "-2"), ("8^{1/3}", "2"), ("cbrt(27)", "3"), ("sqrt(4)", "2"), (r"\sqrt{1/4}", "0.5"),
    (r"\sqrt{3+2\sqrt{2}}", r"1+\sqrt{2}"), ("2^{0.5}", r"\sqrt{2}"), ("0", r"\sin(\pi)"),
    # functions of numbers
    ("log_2 8", "3"), (r"\log_{10} 100", "2"), (r"\ln e", "1"), ("lg 1000", "3"), (r"\ln(e^5)", "5"),
    ("cos(60°)", "1/2"), ("sin 30°", "0.5"), (r"\arcsin(1)", r"\pi/2"), ("arctan(1)", "pi/4"), ("exp(0)", "1"),
    ("|-3|", "3"), ("abs(-3)", "3"), ("tan(pi/4)", "1"), (r"e^{\ln 3}", "3"), ("cosh 0", "1"),
    # symbols
    ("x^2+2x+1", "(x+1)^2"), ("2-2p", "2(1-p)"), (r"\frac{\pi r}{h+r}", "πr/(h+r)"), ("x", "x"),  # MV
    (r"2 \sin b \cos a", r"\sin(a+b)-\sin(a-b)"), (r"\sin^2 x + \cos^2 x", "1"), ("tan x", "sin x/cos x"),  # MV
    ("|x|", "sqrt(x^2)"), (r"\ln(x^2)", "2 ln|x|"), ("x^2", "x*x"), ("xy^2", "x y^2"), ("ab", "ba"),  # PL
    ("e^{-x}", "1/e^x"), ("2^x * 2^y", "2^(x+y)"), (r"\frac{x^2-1}{x-1}", "x+1"), (r"\alpha\beta", "beta*alpha"),
    ("x_1 + x_2", "x_2 + x_1"), (r"x^{1/2}", r"\sqrt{x}"), (r"-\frac{1}{2}x", "-0.5x"), ("(a+b)(a-b)", "a^2 - b^2"),
    (r"\frac{d}{2}", "d/2"), ("sin(2x)", "2 sin x cos x"), (r"\log_a b", "ln(b)/ln(a)"), ("cosh(x)", "(e^x+e^{-x})/2"),
    (r"\sin x^2", "sin(x^2)"), ("n!/(n!)", "1"), ("x²y³", "x^2 y^3"), ("2·x", r"x \cdot 2"), ("x ÷ 2", "x/2"),
    (r"\infty", "∞"), ("-oo", r"-\infty"), ("infinity", "+oo"),
    # the imaginary unit
    ("3+4i", "4i + 3"), ("i^2", "-1"), ("(1+i)^2", "2i"), (r"e^{i\pi}", "-1"), ("1/i", "-i"),
    (r"\frac{1}{1+i}", "(1-i)/2"),
    ("|3+4i|", "5"), ("x + 2i", "2i + x"), (r"e^{ix}", r"\cos x + i \sin x"),
]  # fmt: skip
OTHER = [
    ("2", "AZYUK2"), ("1e-7", "2e-7"), (r"\sqrt{17}", "4.124"), (r"\sqrt{17}", "4.1232"), ("1/3", "0.33"),
    ("1/3", "0.334"), ("1/3", "0.3333334"), ("pi", "3.1415"), ("pi", "22/7"), ("0.1", "0.1000001"), ("4", "4.0001"),
    ("x", "y"), ("x", "-x"), ("|x|", "x"), (r"\sqrt{x^2}", "x"), ("2 log x", "log x^2"), ("(x+1)^2", "x^2+1"),
    ("x^2", "x^2 + 1"), ("sin x", "cos x"), ("x/y", "y/x"), ("e^x", "e^{x+1}"), (r"\sqrt{2}", r"-\sqrt{2}"),
    ("sin(30°)", "sin 30"), ("log 100", "2"), ("2^x", "x^2"), ("15x", "15"), ("x", "2x"), ("5!", "5"), ("x_1", "x_2"),
    ("a-b", "b-a"), ("sqrt(x)sqrt(x)", "x"), (r"\ln(x^2)", "2 ln x"), ("28", r"28\%"), ("1000", "1 001"),
    (r"\infty", "-oo"), (r"\infty", "5"), ("5", "oo"), ("i", "-i"), ("3+4i", "3-4i"), ("i", "1"), ("x + i", "x"),
]  # fmt: skip
UNREAD = [
    ("", "the text ends"),
    ("because of that", "because is not known"),
    ("9**(9**9)", "too large"),
    ("((9^{99})^{99})^{99}", "too large"),
    ("sin^{-1} x", "two ways"),
    ("e^xy", "several letters"),
    ("1/0", "no value|divided by zero"),
    ("log(0)", "no value"),
    ("(-1)!", "no value"),
    ("1001!", "no value"),
    ("2 x 3 4", "cannot be read"),
    ("(x", "the text ends"),
    ("|x", "the text ends"),
    ("sin", "the text ends"),
    ("__import__('os')", "cannot be read|not known"),
    ("x" * 3_000, "at most 2000 characters"),
]


@pytest.mark.parametrize(("key", "text"), SAME)
def test_the_same_in_any_form(key: str, text: str) -> None:
    """Whatever form it has, what has the key's values is right, and the key with its."""
    assert ms.verify(key, text), ms.verify(key, text)
    if "." not in text:  # a decimal may stand for a number that it rounds
        assert ms.verify(text, key)


@pytest.mark.parametrize(("key", "text"), OTHER)
def test_other_values(key: str, text: str) -> None:
    """What has other values is not right, either way."""
    assert not ms.verify(key, text)
    if text[0] != "A":
        assert not ms.verify(text, key)


@pytest.mark.parametrize(("text", "reason"), UNREAD)
def test_what_is_not_clear_is_not_read(text: str, reason: str) -> None:
    """What has no reading, two of them, or no real value is unreadable, and says why."""
    with pytest.raises(Unreadable, match=reason):
        KIND.read(text)


def test_a_counterexample_is_told() -> None:
    """A wrong expression is told where it parts from the key, with both values; a wrong number, both numbers."""
    assert ms.verify("x^2", "2x").reason.startswith("at x = ")
    assert ms.verify("sqrt(17)", "4.124").reason == "yours gives 4.124, the key 4.12311"
    assert "the key has none at x = -" in ms.verify("2 ln x", "ln x^2").reason


def test_a_rounding_is_told() -> None:
    """Where a decimal stands for a number without end, the verdict says to how many places, and how far off."""
    assert ms.verify("sqrt(17)", "4.1231").reason == "Right: rounded to 4 decimals: off by 5.6e-06."


HOSTILE = {
    "towers": "^".join(["(9"] * 7) + ")" * 7,
    "factorials": "9" + "!" * 1_900,
    "sums of factorials": "+".join(["170!"] * 150),
    "sines": "sin " * 400 + "x",
    "nested sines": "sin(" * 7 + "x" + ")" * 7,
    "large sines": "sin(9^99)" + "+sin(9^98)" * 90,
    "large exponents": "e^(9^9)",
    "sinh": "sinh(9^99)",
    "roots": r"\sqrt[999]{x}" * 60,
    "huge roots": r"\sqrt[99999999]{2}",
    "logs": "ln " * 600 + "x",
    "bars": "|" * 1_999,
    "binomials": r"\binom{170}{85}" * 100,
    "fractions": r"\frac{" * 300,
    "brackets": "(" * 1_999,
    "products": "xyz" * 600,
    "quotients": "+".join([f"1/(x+{n})" for n in range(150)]),
    "digits": "9" * 1_999,
    "decimals": "0." + "9" * 1_900,
    "degrees": "9" + "°" * 1_900,
    "powers": "x" + "^9" * 900,
    "unicode": "²" * 1_999,
    "long": "x+" * 500_000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_mathematics_is_cheap(hostile: str) -> None:
    """Whatever a text says, reading and comparing end soon, and raise nothing but Unreadable and Undecided."""
    with at_most(1_000_000), suppress(Unreadable, Undecided):
        KIND.compare(KIND.read("x + sqrt(2)"), KIND.read(HOSTILE[hostile]))


PIECES = ["x", "y", "2", "10", "+", "-", "*", "/", "^", "(", ")", "{", "}", "|", "!", "sin ", r"\sqrt", r"\frac", "log",
          "_", "pi", "e", "°", "%", ".", ",", " ", "=", r"\pi", "ab", "²", "½", r"\binom", "ln ", "[3]"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=20))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    """No text makes reading raise anything but Unreadable, and what is read is read again as written."""
    with suppress(Unreadable):
        value = KIND.read(text)
        with suppress(Undecided):
            assert KIND.compare(value, KIND.read(KIND.write(value))), KIND.write(value)


leaves = st.sampled_from([Name("x"), Name("y"), Called("pi"), Called("e")]) | st.integers(-9, 9).map(Constant)
formulas = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Applied, st.sampled_from("+*"), st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Applied, st.just("/"), st.tuples(inner, inner))
        | st.builds(Applied, st.sampled_from("-√"), st.tuples(inner))
        | st.builds(Called, st.sampled_from(["sin", "cos", "exp", "ln", "abs", "atan"]), st.tuples(inner))
        | st.builds(Applied, st.just("^"), st.tuples(inner, inner))
    ),
    max_leaves=5,
)


def read_back(text: str) -> Formula | None:
    """What is read of a text; None where that has no value anywhere, or nests too deep."""
    try:
        return KIND.read(text)
    except Unreadable as unreadable:
        if any(word in unreadable.reason for word in ("no value", "too large", "deep")):
            return None
        raise


@given(formulas, st.integers(0, 99))
@example(Applied("^", (Name("x"), Applied("*", (Name("x"), Called("sin", (Name("x"),)))))), 0)
@example(Applied("^", (Name("x"), Applied("^", (Name("x"), Constant(1))))), 0)
@example(Applied("^", (Name("x"), Applied("*", (Applied("/", (Name("x"), Name("x"))), Name("x"))))), 0)
def test_what_is_written_is_read(formula: Formula, seed: int) -> None:
    """What the kind writes of an expression, in any notation, it reads as one with the same values."""
    for text in (
        KIND.write(formula),
        show(KIND.show(formula), "latex", math=True),
        KIND.right(formula, Draw(str(seed))),
    ):
        with suppress(Undecided):
            assert KIND.compare(formula, read_back(text) or formula), text


@given(formulas, formulas, st.fractions(-5, 5, max_denominator=7), st.fractions(-5, 5, max_denominator=7))
def test_lenience_never_turns_wrong_into_right(one: Formula, other: Formula, x: Fraction, y: Fraction) -> None:
    """Two expressions agree only where they have the same value at numbers that the comparison did not choose."""
    with suppress(Undecided, ArithmeticError):
        agree = KIND.compare(one, other).agrees
        one_value, other_value = [value_of(formula, {"x": x, "y": y}) for formula in (one, other)]
        assert not agree or same_value(one_value, other_value) is not False


def test_parse_says_what_a_text_says() -> None:
    """`parse` gives numbers, arrays and intervals as they are, and a formula for anything else."""
    assert ms.parse("0.5") == Fraction(1, 2)
    assert ms.parse("[[1, 2], [3, 4]]") == ((1, 2), (3, 4))
    assert str(ms.parse("1 < x <= 4")) == "(1, 4]"
    assert ms.parse("x") == Name("x")
    assert ms.parse("2x", KIND) == KIND.read("2x")
    with pytest.raises(Unreadable):
        ms.parse("[1, 2")
