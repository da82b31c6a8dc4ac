"""Reading: each notation has its value, hostile text is cheap, and lenience never turns wrong into right."""

import re
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.exact import Interval, Matrix, Shape, Vector
from markscheme.reading import (
    Unreadable,
    read_choice,
    read_choices,
    read_expression,
    read_interval,
    read_matrix,
    read_number,
    read_sequence,
    read_sequences,
    read_shape,
    read_vector,
)
from markscheme.reading.symbols import Symbols
from markscheme.reading.syntax import Applied, Constant, Name, Summed
from tests.steps import at_most

NUMBERS = [
    ("0\x1f", 0),
    ("5", 5),
    (" 5 ", 5),
    ("+5", 5),
    ("-5", -5),
    ("−5", -5),
    ("–5", -5),
    ("5.", 5),
    ("5.0", 5),
    ("007", 7),
    ("５", 5),
    ("0.25", Fraction(1, 4)),
    (".25", Fraction(1, 4)),
    ("-0.65", Fraction(-13, 20)),
    ("1/2", Fraction(1, 2)),
    ("-3/4", Fraction(-3, 4)),
    ("4/2", 2),
    ("3 / 4", Fraction(3, 4)),
    ("1 1/2", Fraction(3, 2)),
    ("-1 1/2", Fraction(-3, 2)),
    ("½", Fraction(1, 2)),
    ("1½", Fraction(3, 2)),
    ("-2¾", Fraction(-11, 4)),
    (r"1\frac{1}{2}", Fraction(3, 2)),
    ("1e-3", Fraction(1, 1000)),
    ("1E3", 1000),
    ("1 x 10^-3", Fraction(1, 1000)),
    ("1×10⁻³", Fraction(1, 1000)),
    ("10^{-3}", Fraction(1, 1000)),
    (r"2 \times 10^{-3}", Fraction(1, 500)),
    (r"2 \cdot 10^{-3}", Fraction(1, 500)),
    ("2*10**3", 2000),
    ("50%", Fraction(1, 2)),
    (r"50\%", Fraction(1, 2)),
    ("2+3", 5),
    ("2 - 3", -1),
    ("2*3+4", 10),
    ("2(3)", 6),
    ("(1+2)*3", 9),
    ("2^10", 1024),
    ("-2^2", -4),
    ("2^-1", Fraction(1, 2)),
    ("1/2/2", Fraction(1, 4)),
    ("1,000", 1000),
    ("-1,234,567", -1234567),
    ("12,34", Fraction(617, 50)),
    ("1,5", Fraction(3, 2)),
    ("1.000,5", None),
    ("1,000,00", None),
    (r"\frac{1}{2}", Fraction(1, 2)),
    (r"-\dfrac{3}{4}", Fraction(-3, 4)),
    (r"$\frac{1}{2}$", Fraction(1, 2)),
    (r"\boxed{5}", 5),
    (r"\boxed{\frac{1}{2}}", Fraction(1, 2)),
    (r"\left( 5 \right)", 5),
    (r"\(5\)", 5),
    (r"\[ 5 \]", 5),
    ("**5**", 5),
    ("**Answer:** 5", 5),
    ("`5`", 5),
    ('"5"', 5),
    (r"5\,", 5),
    ("x = 5", 5),
    ("the answer is 5", 5),
    ("The answer is: 5.", 5),
    ("h_{out} = 5", 5),
    (r"\lambda = 5", 5),
    ("≈ 0.33", Fraction(33, 100)),
    ("~0.33", Fraction(33, 100)),
    ("x1 = 5", 5),
    (r"x \not= 5", None),
    (r"x \neq 5", None),
    ("x^2 = 9", None),
    ("-x = 5", None),
    ("2x = 10", None),
    ("wrong: 5", None),
    ("2⁰⁰⁰⁰⁰⁰⁵", None),
    ("2²", 4),
    ("h_{2} = 5", 5),
    ("1 - –2", 3),
    ("3(a): 5", None),
    ("the answer is not 5", None),
    ("isn't it: 5", None),
    ("5 or 6", None),
    ("x ≠ 5", None),
    ("5 = 6", None),
    ("7x7", None),
    ("7×7", 49),
    ("5 pixels", 5),
    ("5 gizmos", None),
    ("5 m", 5),
    ("--5", 5),
    ("1..2", None),
    ("1 2", None),
    ("1/0", None),
    ("0^-1", None),
    ("2^½", None),
    ("1 3/2", None),
    ("", None),
    ("five", None),
    ("1_000", 1000),
    ("0x10", None),
    ("nan", None),
    ("inf", None),
    ("1e999", None),
    ("9**9**9**9", None),
    ("10^400*10^400*10^400*10^400*10^400", None),
    ("1" * 61, None),
    ("½½", None),
]

VECTORS = [
    *[
        (text, Vector((2, 3)))
        for text in (
            "[2, 3]",
            "[2,3]",
            " [ 2 , 3 ] ",
            "(2,3)",
            "2, 3",
            "2 3",
            "[2 3]",
            "[2; 3]",
            "2; 3",
            "2\n3",
            "[[2],[3]]",
            "[[2, 3]]",
            "[2],[3]",
            "<2,3>",
            "⟨2, 3⟩",
            r"\langle 2, 3 \rangle",
            "{2,3}",
            r"\{2,3\}",
            "array([2, 3])",
            "np.array([2,3])",
            "np.array([2., 3.], dtype=float32)",
            "Vector((2, 3))",
            "torch.tensor([2, 3])",
            "vec(2, 3)",
            "[2,3]^T",
            "[2,3]^{T}",
            r"[2, 3]^\top",
            "[2, 3]ᵀ",
            "[2, 3].T",
            "(2 3)'",
            r"\begin{bmatrix}2\\3\end{bmatrix}",
            r"\begin{pmatrix} 2 & 3 \end{pmatrix}^T",
            "\\begin{bmatrix}\n2 \\\\\n3\n\\end{bmatrix}",
            r"$\begin{bmatrix} 2 \\ 3 \\ \end{bmatrix}$",
            r"\left[\begin{array}{c} 2 \\ 3 \end{array}\right]",
            r"\boxed{[2, 3]}",
            r"\boxed{\begin{bmatrix} 2 \\ 3 \end{bmatrix}}",
            "h_2 = [2, 3]",
            "v_1: [2,3]",
            "The answer is [2, 3].",
            "[4/2, 6/2]",
            "[2.0, 3.0]",
            "[(2), (3)]",
            "2 and 3",
            "[2, 3,]",
            "［2，3］",
            "[1+1, 3]",
            "(2,\n3)",
        )
    ],
    ("[1, -2]", Vector((1, -2))),
    ("[1 1/2, 3]", Vector((Fraction(3, 2), 3))),
    ("[2, 3] + [1, 1]", Vector((3, 4))),
    ("2 * [1, 2]", Vector((2, 4))),
    ("1 -2", Vector((1, -2))),
    ("[1 −2]", Vector((1, -2))),
    ("[½, 1/2]", Vector((Fraction(1, 2), Fraction(1, 2)))),
    ("[1 1/2]", Vector((1, Fraction(1, 2)))),
    ("[-0.5 .25]", Vector((Fraction(-1, 2), Fraction(1, 4)))),
    ("[(1/2)*3, 1]", Vector((Fraction(3, 2), 1))),
    ("5", Vector((5,))),
    ("[–1, 2]", Vector((-1, 2))),
    ("[1 - 2, 3]", Vector((-1, 3))),
    ("[1e-3, 10^-3]", Vector((Fraction(1, 1000), Fraction(1, 1000)))),
    ("[2^2, 3]", Vector((4, 3))),
    *[
        (text, None)
        for text in (
            "[]",
            "[2, 3",
            "2, 3]",
            "[2, 3)",
            "[2,, 3]",
            "[1 2, 3]",
            "[[1, 2], [3, 4]]",
            "[2, x]",
            "two three",
            "2(3)",
            "[2 3] 4 [5]]",
            "[2, 3] or [3, 2]",
            "[1.2.3]",
            "not [2, 3]",
            "[2, 3]^2",
            "[1/0, 2]",
            "[9**9**9, 1]",
            r"\begin{bmatrix} 2 \\ 3",
            r"\end{bmatrix}",
            "(((((((((2)))))))))",
        )
    ],
]

MATRICES = [
    *[
        (text, Matrix([(1, 2), (3, 4)]))
        for text in (
            "[[1,2],[3,4]]",
            "[[1, 2],\n [3, 4]]",
            "[[1 2]\n [3 4]]",
            "1 2; 3 4",
            "1, 2; 3, 4",
            "[1 2; 3 4]",
            "[1, 2; 3, 4]",
            "1 2\n3 4",
            "1, 2\n3, 4",
            "[1 2]\n[3 4]",
            "((1, 2), (3, 4))",
            "(1,2),(3,4)",
            "[1,2],[3,4]",
            "{{1,2},{3,4}}",
            "np.array([[1, 2], [3, 4]])",
            "Matrix([[1, 2], [3, 4]])",
            "mat(1, 2; 3, 4)",
            r"\begin{bmatrix}1 & 2\\3 & 4\end{bmatrix}",
            "\\begin{pmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{pmatrix}",
            r"W = \left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]",
            r"\boxed{[[1,2],[3,4]]}",
            "[[1, 3], [2, 4]]^T",
            "M: [[1, 2], [3, 4]].",
            "[[1, 2], [3, 4]]\n",
            "'[[1, 2], [3, 4]]'",
            "[[1,3],[2,4]]'",
            "tensor([[1., 2.], [3., 4.]])",
        )
    ],
    ("20", Matrix([[20]])),
    ("[20]", Matrix([[20]])),
    ("[[20]]", Matrix([[20]])),
    ("[[1], [2]]", Matrix([[1], [2]])),
    ("[[1, 2]]", Matrix([[1, 2]])),
    ("1; 2", Matrix([[1], [2]])),
    ("[[-1 -2]; [1/2 3]]", Matrix([[-1, -2], [Fraction(1, 2), 3]])),
    (r"\begin{bmatrix} 1 & 2 \end{bmatrix}", Matrix([[1, 2]])),
    *[
        (text, None)
        for text in (
            "[2, 3]",
            "2 3",
            "[[1,2],[3]]",
            "[[1,2],3]",
            "[[]]",
            "[[[1,2],[3,4]],[[1,2],[3,4]]]",
            "[[1,2],[3,x]]",
            "[[1,2],[3,4]",
            "1 2; 3",
        )
    ],
]

SHAPES = [
    *[
        (text, Shape((10, 64, 32, 32)))
        for text in (
            "[10,64,32,32]",
            "(10, 64, 32, 32)",
            "10×64×32×32",
            "10x64x32x32",
            "10 x 64 x 32 x 32",
            "10 64 32 32",
            "torch.Size([10, 64, 32, 32])",
            r"10 \times 64 \times 32 \times 32",
            "10*64*32*32",
            "10 by 64 by 32 by 32",
            "shape: [10, 64, 32, 32]",
            "(10×64×32×32)",
            "N = 10x64x32x32.",
            "10, 64, 32, 32",
            "10X64X32X32",
        )
    ],
    ("64x112x112", Shape((64, 112, 112))),
    ("7×7", Shape((7, 7))),
    ("[10]", Shape((10,))),
    ("5", Shape((5,))),
    *[(text, None) for text in ("[n, c]", "10x", "[10, -3]", "[1.5]", "x64", "[[1,2],[3,4]]", "10 64x32", "")],
]

INTERVALS = [
    *[
        (text, Interval(1, 4))
        for text in (
            "1 ≤ λ ≤ 4",
            "1<=x<=4",
            "4 >= lambda >= 1",
            "[1,4]",
            "[1; 4]",
            "x ∈ [1,4]",
            r"\lambda \in [1, 4]",
            r"$1 \le \lambda \leq 4$",
            "1 ≤ λ and λ ≤ 4",
            "λ >= 1 and λ <= 4",
            "λ ≥ 1, λ ≤ 4",
            "lambda >= 1 and λ <= 4",
            "{λ : 1 ≤ λ ≤ 4}",
            r"\{ \lambda \mid 1 \le \lambda \le 4 \}",
            "{x ∈ ℝ | 1 ≤ x ≤ 4}",
            "for 1 ≤ λ ≤ 4",
            "λ: [1, 4]",
            "The answer is [1, 4].",
            "1 =< x =< 4",
            "[2/2, 8/2]",
            "(1) <= x <= (4)",
            r"\left[1, 4\right]",
            "1 ⩽ λ ⩽ 4",
        )
    ],
    *[
        (text, Interval(Fraction(1, 1000), None, low_closed=False))
        for text in (
            "λ > 0.001",
            "(0.001, ∞)",
            "(0.001, inf)",
            "0.001 < λ",
            r"\lambda > 10^{-3}",
            "(1e-3, +oo)",
            r"(0.001, \infty)",
            "]0.001, ∞[",
            "0.001 < λ < ∞",
            "when λ > 0.001",
            "λ > 1/1000 and λ > 0",
        )
    ],
    ("lambda >= 1e-3", Interval(Fraction(1, 1000), None)),
    ("]1,4]", Interval(1, 4, low_closed=False)),
    ("[1,4)", Interval(1, 4, high_closed=False)),
    ("[1, 4[", Interval(1, 4, high_closed=False)),
    ("(-∞, 3]", Interval(None, 3)),
    ("x < -3", Interval(None, -3, high_closed=False)),
    ("(-inf, inf)", Interval(None, None)),
    ("ℝ", Interval(None, None)),
    (r"\lambda \in \mathbb{R}", Interval(None, None)),
    ("[3, 3]", Interval(3, 3)),
    *[
        (text, None)
        for text in (
            "[4, 1]",
            "4 ≤ x ≤ 1",
            "1 ≤ x ≥ 4",
            "(3, 3)",
            "[1, 4",
            "1, 4",
            "between 1 and 4",
            "x < y",
            "1 < 2",
            "x ≤ 1 and y ≥ 0",
            "x not in [1, 4]",
            "[1, 2, 3]",
            "(∞, 1)",
            "λ ≠ 1",
            "not better for λ > 1",
            "1–4",
            "λ",
            "",
            "5",
            "1 < x < 2 < 3",
            "x > 1 or x < 0",
            "λ > 0.001 is wrong",
        )
    ],
]

CHOICES = [
    *[
        (text, "A")
        for text in (
            "A",
            "a",
            " A ",
            "a)",
            "(a)",
            "[A]",
            "A.",
            "(A).",
            "Option A",
            "**A**",
            "the answer is A",
            "Answer: A",
            r"\boxed{A}",
            r"\boxed{\text{A}}",
            '"A"',
            "$A$",
            "answer = (a)",
        )
    ],
    *[
        (text, None)
        for text in (
            "",
            "D",
            "A or B",
            "not A",
            "the answer is not A",
            "A, B",
            "AB",
            "it isn't A: B",
            "A is right or it is B",
            "neither is A",
            "(" * 50,
        )
    ],
]

SELECTIONS = [
    *[
        (text, {"1", "3", "4"})
        for text in (
            "1, 3, 4",
            "1 3 4",
            "1,3 and 4",
            "{1,3,4}",
            "(1), (3), (4)",
            "1; 3; 4",
            "4, 3, 1",
            "134",
            "[1, 3, 4]",
            "the answer is 1, 3, 4.",
            "1\n3\n4",
            r"\{1, 3, 4\}",
            "1, 3, and 4",
            "1,1,3,4",
        )
    ],
    *[(text, set[str]()) for text in ("none", "None.", "None of them", "{}", "∅")],
    ("all", {"1", "2", "3", "4"}),
    ("2", {"2"}),
    ("(2)", {"2"}),
    *[(text, None) for text in ("", "5", "1, 5", "not 1", "1 or 3", "all but 1", "1-3", "11", "1, two")],
]

WORDS = ("deep", "learn", "<EOS>")
SEQUENCES = [
    *[
        (text, ("deep", "deep", "<EOS>"))
        for text in (
            "deep deep <EOS>",
            "deep, deep, <EOS>",
            "deep -> deep -> <EOS>",
            "deep → deep → EOS",
            "Deep deep <eos>",
            '["deep", "deep", "<EOS>"]',
            "'deep deep EOS'",
            "(deep deep EOS)",
            "y = deep deep EOS",
            "The answer is: deep deep EOS.",
            "deep deep<EOS>",
            "deep\ndeep\nEOS",
            r"deep \to deep \to EOS",
            "“deep deep <EOS>”",
        )
    ],
    *[(text, None) for text in ("", "deep dope", "</s>", "not deep", "deep or learn", "[]", "deep+deep")],
]

BOTH = (("deep", "deep", "<EOS>"), ("learn", "<EOS>"))
SEVERAL = [
    *[
        (text, BOTH)
        for text in (
            "deep deep <EOS>\nlearn <EOS>",
            "deep deep EOS; learn EOS",
            "deep deep EOS, learn EOS",
            "1. deep deep EOS\n2. learn EOS",
            "[deep, deep, EOS], [learn, EOS]",
            '[["deep", "deep", "<EOS>"], ["learn", "<EOS>"]]',
            '"deep deep EOS" and "learn EOS"',
            "deep -> deep -> EOS\nlearn -> EOS",
            "- deep deep EOS\n- learn EOS",
            "Sequences: deep deep EOS; learn EOS",
            "deep deep EOS\n\nlearn EOS\n",
            "(deep deep EOS) and (learn EOS)",
        )
    ],
    ("deep, learn", (("deep", "learn"),)),
    *[(text, None) for text in ("", ";", "deep; dope", "deep deep EOS or learn EOS")],
]

SYMBOLS = Symbols(("beta_1", "m"), indexed=("dL/dy",))
EXPRESSIONS = [
    ("beta_1", Name("beta_1")),
    (r"m = \frac{1}{2}", Applied("/", (Constant(1), Constant(2)))),
    ("Σ_j ∂L/∂y_j", Summed("j", "n", Name("dL/dy", "j"))),
    *[(text, None) for text in ("b_1", "1/2m", "m^m", "2 3", "Σ m", "")],
]

READERS: dict[str, Any] = {
    "number": (read_number, NUMBERS),
    "vector": (read_vector, VECTORS),
    "matrix": (read_matrix, MATRICES),
    "shape": (read_shape, SHAPES),
    "interval": (read_interval, INTERVALS),
    "choice": (lambda text: read_choice(text, ("A", "B", "C")), CHOICES),
    "selection": (lambda text: read_choices(text, ("1", "2", "3", "4")), SELECTIONS),
    "sequence": (lambda text: read_sequence(text, WORDS), SEQUENCES),
    "sequences": (lambda text: read_sequences(text, WORDS), SEVERAL),
    "expression": (lambda text: read_expression(text, SYMBOLS), EXPRESSIONS),
}
ROWS = [pytest.param(name, *row, id=f"{name}: {row[0][:40]}") for name, (_, rows) in READERS.items() for row in rows]

HOSTILE = {
    "deep brackets": "[" * 100_000,
    "closed deep brackets": "[" * 900 + "]" * 900,
    "deep parentheses": "(" * 1_999,
    "braces": "{" * 1_999,
    "long": "1" * 1_000_000,
    "tower": "9**9**9**9",
    "tower in a vector": "[9^9^9^9, 1]",
    "products": "*".join(["9" * 60] * 32),
    "powers": "+".join(["9^400"] * 300),
    "inverse powers": "+".join([f"{n}^-200" for n in range(2, 250)]),
    "exponent": "1e999999999",
    "fractions": r"\frac{" * 300,
    "fraction bomb": r"\frac{1}{" * 200 + "1" + "}" * 200,
    "signs": "-" * 1_999,
    "carets": "2^" * 900,
    "nul": "[2, \x003]",
    "surrogate": "[2, \ud8003]",
    "right to left": "\u202e[3 ,2]",
    "commas": "," * 1_999,
    "spaces": " " * 1_999,
    "space then x": "1" + " " * 1_990 + "x",
    "newlines": "1\n" * 999 + "x",
    "semicolons": "1;" * 999 + "x",
    "underscores": "a_{" * 600,
    "dots": "a." * 900,
    "relations": "1<x<" * 400,
    "ands": "x>1 and " * 200,
    "quotes": '"' * 1_999,
    "is": "is " * 600,
    "stars": "*" * 1_999,
    "dollars": "$" * 1_999,
    "boxed": r"\boxed{" * 250,
    "environments": r"\begin{bmatrix}" * 120,
    "backslashes": "\\" * 1_999,
    "code": "__import__('os').system('true')",
    "separators": "((1),(1)),((1" * 150,
    "angles": "<" * 1_999,
    "superscripts": "2" + "⁹" * 1_990,
    "superscript minus": "2⁻",
    "arabic digits": "٣",
}


@pytest.mark.parametrize(("name", "text", "value"), ROWS)
def test_notations(name: str, text: str, value: object) -> None:
    """A text has the value of its row, or is unreadable where the row has none."""
    read = READERS[name][0]
    if value is None:
        with pytest.raises(Unreadable) as caught:
            read(text)
        assert caught.value.reason
    else:
        assert read(text) == value
        assert type(read(text)) in (type(value), frozenset)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_cheap(name: str, hostile: str) -> None:
    """Whatever a text says, reading ends soon and raises nothing but Unreadable."""
    reason = ""
    try:
        with at_most(1_000_000):
            READERS[name][0](HOSTILE[hostile])
    except Unreadable as unreadable:
        reason = unreadable.reason
    assert len(reason.encode()) < 1_000


@pytest.mark.parametrize("text", ["9**(9**9)", "9^(9^9)", "10^401", "1e401", "(10^400)^4"])
def test_large_numbers_are_said_to_be_too_large(text: str) -> None:
    """A number beyond the bounds is unreadable for its size."""
    with pytest.raises(Unreadable, match="too large"):
        read_number(text)


def test_the_place_is_pointed_at() -> None:
    """An error points at the place in the text as it was typed."""
    with pytest.raises(Unreadable) as caught:
        read_vector("h = [２, −x]")
    assert caught.value.position == 9
    assert f"{caught.value.pointed()}".splitlines()[2].index("^") == 11


ALPHABET = "0123456789[](){}<>,;:.+-*/^%=≤λx \n\\$½⁻²ᵀ×&'\"_|e∞∈"
WORDS_OF_TEXTS = (
    r"\frac",
    r"\begin{bmatrix}",
    r"\end{bmatrix}",
    "np.array(",
    "inf",
    "and",
    "not",
    "is",
    "<=",
    ">=",
    r"\boxed{",
    "T",
    "none",
    "deep",
    "A",
    "or",
)
TEXTS = (
    st.text(ALPHABET, max_size=30)
    | st.lists(st.sampled_from([*WORDS_OF_TEXTS, *ALPHABET]), max_size=25).map("".join)
    | st.text(max_size=40)
)


@settings(max_examples=400)
@given(TEXTS, st.sampled_from(sorted(READERS)))
def test_any_text_is_read_or_unreadable(text: str, name: str) -> None:
    """No text makes a reader raise anything but Unreadable."""
    with suppress(Unreadable):
        READERS[name][0](text)


RATIONALS = st.fractions(min_value=-1000, max_value=1000, max_denominator=60).map(
    lambda x: x.numerator if x.denominator == 1 else x
)
FRAMES = ("{}", " {}\n", "x = {}", "the answer is {}.", "${}$", r"\boxed{{{}}}", "**{}**")


@given(
    st.lists(RATIONALS, min_size=1, max_size=4), st.lists(RATIONALS, min_size=1, max_size=4), st.sampled_from(FRAMES)
)
def test_lenience_never_turns_wrong_into_right(
    one: list[Fraction | int], other: list[Fraction | int], frame: str
) -> None:
    """However a vector is written, it is read as itself or not at all."""
    texts = [str(entry) for entry in other]
    styles = [
        "[{}]".format(", ".join(texts)),
        " ".join(texts),
        ";".join(texts),
        ",".join(texts),
        "(" + " ".join(texts) + ")",
        r"\begin{bmatrix}" + r"\\".join(texts) + r"\end{bmatrix}",
    ]
    for style in styles:
        try:
            value = read_vector(frame.format(style))
        except Unreadable:
            continue
        assert (value == Vector(one)) == (list(one) == list(other))


@given(st.text("0123456789+-*/(). ", max_size=14))
def test_arithmetic_agrees_with_python(text: str) -> None:
    """What is read of a sum has the value that Python's own arithmetic gives, mixed numbers aside."""
    try:
        value = read_number(text)
        exact = eval(re.sub(r"(\d*\.\d+|\d+\.?)", r"Fraction('\1')", text), {"Fraction": Fraction})
    except (Unreadable, SyntaxError, TypeError, ZeroDivisionError, OverflowError, ValueError):
        return
    assert value == exact
