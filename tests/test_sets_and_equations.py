"""Sets of real numbers, equations, units, words and matrices of expressions; and the pairs of Math-Verify's own tests.

Each row names where its convention comes from: Math-Verify's tests (MV), or the field's use (no name).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fractions import Fraction
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from bench.verify import DIFFERENT, FROM_TESTS, NO_NOTATION, ours
from markscheme.draw import Draw
from markscheme.exact import Interval
from markscheme.kinds import Mathematics, RealSetKind, RelationKind, Undecided
from markscheme.reading import Unreadable
from markscheme.reading.sets import REALS, RealSet, Span, read_real_set
from markscheme.reading.syntax import Constant, Related

SAME = [
    # sets of real numbers
    ("1 <= x <= 4", "[1,4]"), ("x > 0.001", r"(0.001, \infty)"), ("(-oo, 1)", "x < 1"), ("x < 1", "-x > -1"),  # MV
    ("x <= 1", "-x >= -1"), ("x != 3", r"We find that $x \neq 3$."), (r"x \neq 5", "$x != 5$"),  # MV
    (r"1 \leq |z| \leq \frac{3}{2}", r"z \in \left[-\frac{3}{2}, -1\right] \cup \left[1, \frac{3}{2}\right]"),  # MV
    (r"(2, 12) \cup (12, 102)", r"x \in (2,12) \cup (12,102)"), ("0 < f(x) < 1", "(0, 1)"),  # MV
    (r"\{-1\} \cup [0,7)", "[0, 7) U {-1}"), (r"(\frac{3}{5}, \frac{8}{3}]", "(0.6, 2.6667]"),  # MV
    ("x < 1 or x > 3", "(-oo, 1) ∪ (3, oo)"), ("x > 1 and x < 5", "(1, 5)"), ("x > 1, x < 5", "5 > x > 1"),
    ("x < 1, x > 5", "(5, ∞) ∪ (-∞, 1)"), ("|x - 2| >= 3", r"(-\infty, -1] \cup [5, \infty)"), ("|x| > 0", "x ≠ 0"),
    (r"\mathbb{R}", "(-oo, oo)"), (r"\mathbb{R} \setminus \{0\}", "x != 0"), (r"x \in \mathbb{R}", "ℝ"),
    ("(0, 1] ∪ (1, 2)", "(0, 2)"), ("[0, 3] ∩ (1, 5)", "(1, 3]"), ("(0, 2) ∪ (1, 3)", "0 < x < 3"),
    ("]1; 2[", "(1, 2)"),
    ("x > sqrt(2)", r"(\sqrt{2}, \infty)"), ("(0, pi)", "0 < t < 3.14159"), ("{x : x > 1}", "x > 1"),
    ("∅", r"\emptyset"),
    (r"\{x \mid 2x + 1 \le 7\}", "x ≤ 3"), ("3 > -x", "x > -3"), ("1 < 2x < 4", "(1/2, 2)"), ("1/2 < x", "x > 0.5"),
    ("-oo < x <= 2", "(-oo, 2]"), ("(0, 1)", "0<x<1"), ("[0, 1) ∪ {1}", "[0, 1]"),
    # equations
    ("2x+4y-3=0", r"$y=-\frac{1}{2}x+\frac{3}{4}$"), ("x^2/4 + y^2/3 = 1", "x^2/16 + y^2/12 = 1/4"),  # MV
    ("34x+45y-20z+100=0", "-34x-45y+20z-100=0"), ("$|AB|=1$", "1"),  # MV
    (r"$\frac{NO}{BO}=\frac{1}{\sqrt{6}}$", r"1/\sqrt{6}"), ("$S_{MBCN}:S=7:32$", r"$\boxed{7:32}$"),  # MV
    ("y = 2x", "2x"), ("y = 2x", "x = y/2"), ("F = m a", "a = F/m"), ("y = 1/x", "x y = 1"),
    ("x^2 + y^2 = 1", "1 - y^2 = x^2"), ("x = 5", "5"), ("y > 2x", "2x < y"), ("a < b", "b > a"),
    ("2x + 4y = 3", "so we get y = 3/4 - x/2"), ("y = sqrt(2) x", "x = y/sqrt(2)"), ("x/2 + y/3 = 1", "3x + 2y = 6"),
    ("y = (x+1)/(x-1)", "y (x - 1) = x + 1"),
    # several, in groups
    ("p=5,q=2;p=7,q=2", "(5,2),(7,2)"), (r"\boxed{1} papers and \boxed{2} bins", r"$\boxed{1,2}$"),  # MV
    ("$(2,1),(1,2),(-1,-20)$", r"\boxed{(1, 2)}, \boxed{(2, 1)}, \boxed{(-1, -20)}"),
    ("(3,5),(7,9),(3,5)", "(3,5), (3,5), (7,9)"), ("{1, 2}", "{2, 1, 1}"), ("1, 22", "22 and 1"),
    ("1,22", "1.22"),  # MV
    # matrices
    (r"\begin{pmatrix}x & 1 \\ 0 & y\end{pmatrix}", "[[x, 1], [0, y]]"), ("(1/3, 2)", "(0.333, 2)"),
    (r"\begin{pmatrix}\frac{1}{\sqrt[3]{x}^2}&0\\0&1\end{pmatrix}", r"\begin{bmatrix}x^{-2/3}&0\\0&1\end{bmatrix}"),
    (r"\begin{bmatrix} \sin t \\ \cos t \end{bmatrix}", "(sin t, cos t)"), ("[x, 1; 0, y]", "[[x, 1], [0, y]]"),
    ("[10,64,32,32]", "10×64×32×32"), ("64x112x112", "(64, 112, 112)"), ("(64, 112, 112)", "64x112x112"),
    # units and words
    ("5 km", "5000 m"), ("5 km", "5"), ("5 meters", "5 m"), (r"15 \text{ cm}^2", "0.0015 m²"),
    (r"2 \text{ h}", "120 min"),
    ("yes", "Yes."), ("No", "n"), ("true", "yes"), ("3 h", "3h"),
    (r"$125$ miles", r"The distance is $\boxed{125\textnormal{ miles}}.$"), (r"0.06 \text{ yuan}", "0.06"),  # MV
    (r"\text{Even}", "even."), ("a regular hexagon", r"$\text{A regular hexagon}$"), ("12:00", "$12:00$"),  # MV
]  # fmt: skip
OTHER = [
    ("[1, 4]", "(1, 4]"), ("x < 1", "x <= 1"), ("x < 1", "x > 1"), ("(0, 1)", "(0, 1) ∪ (2, 3)"), ("x != 3", "x = 3"),
    ("(0, sqrt(2)]", "(0, 1.4]"), ("|x| < 2", "x < 2"), ("∅", "x != x"), ("x < 1 or x > 3", "1 < x < 3"),
    ("ℝ", "x > 0"),
    ("2x + 4y = 3", "2x + 4y = 5"), ("x^2 + y^2 = 1", "x^2 + y^2 = 2"), ("x^2 = 4", "x = 2"), ("y = 2x", "x = 2y"),
    ("y > 2x", "y < 2x"), ("y > 2x", "y >= 2x"), ("y = 2x", "y = 3x"), ("x^2 < 4", "x^2 > 4"), ("2x = y", "2x"),
    ("5 km", "5 m"), ("5 km", "5 kg"), ("15 cm^2", "15 cm"), (r"2 \mathrm{h}", "2 min"), ("3 h", "3"), ("4m", "4"),
    ("yes", "no"), ("Even", "odd"), ("12:00", "1:00"),
    ("[[x, 1], [0, y]]", "[[x, 0], [1, y]]"), ("[1/3, 2]", "[0.33, 2]"), ("[1/3, 2]", "[0.334, 2]"),
    ("1, 2", r"\boxed{1} and \boxed{3}"), ("2", r"\boxed{1} or \boxed{2}"), ("1, 2", r"\boxed{1} not \boxed{2}"),
    ("3", r"It is not \boxed{3} but \boxed{4}."), ("12:00", "12"), ("(1, 2], [3, 4)", "(1, 2) ∪ (3, 4)"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text"), SAME)
def test_the_same_in_any_form(key: str, text: str) -> None:
    """Whatever says what the key says is right."""
    assert ms.verify(key, text), ms.verify(key, text)


@pytest.mark.parametrize(("key", "text"), OTHER)
def test_what_says_something_else(key: str, text: str) -> None:
    """What says something else than the key is not right."""
    assert not ms.verify(key, text), ms.verify(key, text)


@pytest.mark.parametrize(("key", "text", "expected"), FROM_TESTS)
def test_the_pairs_of_math_verify(key: str, text: str, expected: int) -> None:
    """Math-Verify's own tests hold, but for the pairs that are listed with a reason; and those still differ."""
    is_listed = (text, expected) in NO_NOTATION or (key, text) in DIFFERENT
    assert ((ours(key, text) == "right") == bool(expected)) != is_listed


def test_why_an_answer_is_wrong() -> None:
    """A wrong equation is told a solution of the key's, another unit both units, a rounding how far off it is."""
    assert "solves the key's equation, and not yours" in ms.verify("2x + 4y = 3", "2x + 4y = 5").reason
    assert ms.verify("15 cm^2", "15 cm").reason == "the unit is cm^2, not cm"
    assert ms.verify("(0, sqrt(2)]", "(0, 1.4142]").reason == "Right: high end rounded to 4 decimals: off by 1.4e-05."


def test_what_cannot_be_decided_goes_to_a_person() -> None:
    """Equations that may have the same solutions, and other words than the key's, are by hand and never wrong."""
    assert ms.verify("x^2 = y", "x = sqrt(y) or x = -sqrt(y)").status == "by hand"
    assert ms.verify("even", "divisible by two").status == "by hand"


def test_threads_agree() -> None:
    """Threads that judge at the same time say what one says alone."""
    pairs = [*SAME, *OTHER] * 3
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda pair: ms.verify(*pair).status, pairs))
    assert found == [ms.verify(*pair).status for pair in pairs]


def test_values_are_keys() -> None:
    """Sets, equations and intervals are keys as values, as they are as texts."""
    assert ms.verify(Mathematics().read("x != 3"), "(-oo, 3) ∪ (3, oo)")
    assert ms.verify(Mathematics().read("y = 2x"), "2x - y = 0")
    assert ms.verify(Interval(1, 4), "1 ≤ x ≤ 4")
    assert isinstance(ms.parse("x < 1 or x > 3"), RealSet)
    assert isinstance(ms.parse("2x + y = 3"), Related)
    assert ms.parse("Even") == "even"


UNREAD = [
    ("[4, 1)", "no number lies"), ("x >= 1 and x < 1", "write ∅"), ("1 < x > 4", "point the same way"),
    ("x < y and x < 2", "set of real numbers"), ("(oo, 1)", "wrong order"), ("[0, log(0))", "real numbers"),
    ("(1, 2) ∪", "the text ends"), ("x <", "the text ends"),
    ("1 < x < y", "set of real num"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), UNREAD)
def test_what_is_no_set_is_not_read(text: str, reason: str) -> None:
    """What names no set of numbers, or an empty one unasked, is unreadable, and says why."""
    with pytest.raises(Unreadable, match=reason):
        read_real_set(text)


ends = st.none() | st.fractions(-4, 4, max_denominator=2)
Ends: TypeAlias = "tuple[Fraction | None, Fraction | None, bool, bool]"
spans = st.tuples(ends, ends, st.booleans(), st.booleans())


def holds(span: Ends, x: Fraction) -> bool:
    low, high, low_closed, high_closed = span
    above = low is None or x > low or (x == low and low_closed)
    return above and (high is None or x < high or (x == high and high_closed))


def set_of(*parts: Ends) -> RealSet:
    """The union of spans, through the algebra."""
    joined = RealSet(())
    for low, high, low_closed, high_closed in parts:
        lower, upper = [None if end is None else Constant(end) for end in (low, high)]
        span = Span(lower, upper, low_closed and low is not None, high_closed and high is not None)
        joined |= RealSet((span,))
    return joined


def contains(found: RealSet, x: Fraction) -> bool:
    return any(span.low_cut <= (x, 0) and (x, 1) <= span.high_cut for span in found.spans)


POINTS = [Fraction(n, 4) for n in range(-20, 21)]


@given(st.lists(spans, max_size=3), st.lists(spans, max_size=3))
def test_the_algebra_of_sets(one: list[Ends], other: list[Ends]) -> None:
    """A number is in a union, a meeting or a difference as its parts say, one by one."""
    left, right = set_of(*one), set_of(*other)
    for x in POINTS:
        in_one, in_other = any(holds(span, x) for span in one), any(holds(span, x) for span in other)
        assert contains(left, x) == in_one
        assert contains(left | right, x) == (in_one or in_other)
        assert contains(left & right, x) == (in_one and in_other)
        assert contains(left - right, x) == (in_one and not in_other)
        assert contains(REALS - left, x) != in_one


@given(st.lists(spans, max_size=3), st.integers(0, 99))
def test_a_set_is_read_as_it_is_written(parts: list[Ends], seed: int) -> None:
    """What the kind writes of a set, in any style, it reads as that set; what it makes up as wrong is another."""
    kind, key = RealSetKind(), set_of(*parts)
    rng = Draw(str(seed))
    assert kind.compare(key, kind.read(kind.write(key)))
    assert kind.compare(key, kind.read(kind.right(key, rng)))
    assert not kind.compare(key, kind.read(kind.wrong(key, rng)))


SIDES = st.sampled_from(["2x", "y + 1", "x y", "3", "x^2", "-y", "x/2", "1/(y + 3)", "sqrt(2) x", "x - y"])


@given(SIDES, SIDES, st.integers(-9, 9), st.sampled_from(["=", "<", "<=", ">", ">="]))
def test_a_relation_agrees_up_to_a_factor(left: str, right: str, factor: int, sign: str) -> None:
    """An equation times a number is the same, and an inequality where the sign turns with the number's."""
    kind = RelationKind()
    with suppress(Unreadable, Undecided):  # `x < 3` is a set
        key = kind.read(f"{left} {sign} {right}")
        scaled = kind.read(f"{factor} ({left}) {sign} {factor} ({right})")
        if factor > 0 or (factor < 0 and sign == "="):
            assert kind.compare(key, scaled)
        elif factor < 0 and left != right:
            assert not kind.compare(key, scaled)


@given(st.text(alphabet="0123456789x<>=≠|,;(){}[]∪∩∞ -+/oR\\", max_size=25))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    """No text makes the reader of sets and equations raise anything but Unreadable."""
    with suppress(Unreadable):
        Mathematics().read(text)
