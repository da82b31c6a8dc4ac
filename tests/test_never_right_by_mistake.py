"""What is not the key is never right: names, functions, marks, brackets, orders, denials, units, near misses."""

from __future__ import annotations

import pytest

import markscheme as ms

NAMES = [
    ("u=4, v=7", "u=7, v=4"), ("median = 3, mode = 8", "median = 8, mode = 3"), ("p=4q, r=9q", "p=9q, r=4q"),
    ("P(B)=0.2", "P(B|C)=0.2"), ("w_1=6", "w_2=6"), ("alpha = 1, beta = 3", "beta = 1, alpha = 3"),
    ("x=2, y=5", "x=5, y=2"), ("x = 2, y = 5", "x = 2 or y = 5"), ("a_n = 4", "a_{n-1} = 4"),
    ("m = 3, k = 2, n = 1", "m = 3, k = 1, n = 2"), ("f(0) = 1", "f(1) = 1"),
]  # fmt: skip
FUNCTIONS = [
    ("E[Y^3]", "E[Y]^3"), ("Var(U+V)", "Var(U)+Var(V)"), ("g(3t)", "3g(t)"), ("h(f(x))", "f(h(x))"),
    ("det(3B)", "3det(B)"), ("σ(Vh)", "Vσ(h)"), ("S(n)=3S(n/3)+n", "S(n)=S(n)+n"), ("dz/dt", "z/t"),
    ("f(x+1)", "f(x)+1"),
    ("T(2n)", "2T(n)"), ("Cov(X, Y)", "Cov(X, Z)"), ("softmax(Wx)", "W softmax(x)"), ("f(x)", "fx"),
    ("φ(a b)", "φ(a) b"),
    ("KL(p, q)", "KL(q, p)"), ("f^{-1}(x)", "1/f(x)"), ("max(x, y)", "x y"), ("sgn(-3)", "-3"),
]  # fmt: skip
MARKS = [
    ("z'=2z", "z=2z"), (r"\dot{q}=4", "q=4"), (r"\hat{p}=7", "p=7"), (r"\bar{x}", "x"), ("f''", "f'"),
    (r"\tilde{h}_t", "h_t"), ("ẋ = -x", "x = -x"),
]  # fmt: skip
RELATIONS = [
    ("y=/=7", "y=7"), ("t != 4", "t = 4"), (r"x \neq 3", "x = 3"), ("x >= 2", "x > 2"),
    (r"x \notin [1, 2]", r"x \in [1, 2]"),
    ("a < b", "a > b"), ("not x > 2", "x > 2"), ("x < 3", "x = 3"),
]  # fmt: skip
BRACKETS = [
    ("[2,7]", "{2,7}"), ("(4,5,6)", "{4,5,6}"), ("[1, 5]", "(1, 5]"), ("(2, y)", "(2, y]"),
    ("((1, 2), {1, 2})", "({1, 2}, (1, 2))"), ("[{3, 4}, {5, 6}]", "[(3, 4), (5, 6)]"),
    ("((1, 2), {3, 4})", "((1, 2), (3, 4))"), ("(5, ([1, 2), [3, 4)))", "(5, ([1, 2], [3, 4]))"),
    ("{1, {2, 3}}", "{1, 2, 3}"),
    (r"\begin{pmatrix}1&2\\3&5\end{pmatrix}", r"\begin{vmatrix}1&2\\3&5\end{vmatrix}"),
    ("(1, 2), (3, 4)", "1, 2, 3, 4"),
    ("[[1, 2], [3, 4]]", "[1, 2, 3, 4]"), ("⌊x⌋", "⌈x⌉"), ("|x|", "(x)"), ("{3}", "[3, 3.5]"),
]  # fmt: skip
LINES = [
    ("-2", "5\n-7"), ("-7", "0\n-7"), ("12", "5\n+7"), ("x - 7", "x\n-7"), ("-1/2", "1/2\n-1"),
]  # fmt: skip
ORDERS = [
    (r"\mathbf{P}\mathbf{Q}", r"\mathbf{Q}\mathbf{P}"), ("y y^T", "y^T y"), ("PQ-QP", "0"), ("(1, 2)", "(2, 1)"),
    (r"\mathbf{W}\mathbf{x}", r"\mathbf{x}\mathbf{W}"), ("(AB)^T", "A^T B^T"), ("A^{-1} B^T", "B^T A^{-1}"),
]  # fmt: skip
DENIED = [
    "it cannot be {}", "{} is wrong", r"\boxed{{{}}} is not correct", "anything except {}", "at least {}", "twice {}",
    "minus {}", "{} thousand", "the complement of {}", "the derivative of {}", "the wrong answer is {}", "all but: {}",
    "my second choice is {}", "never {}", "{}? No.", "It is {} only if I am mistaken.", "half of {}", "more than {}",
    "not {}",
    "I first thought it was {}, which is false.", "The answer isn't {}.", "{} would be too large", "ten times {}",
    "{} or more",
    "the square root of {}", "a number below {}", "{} at most", "opposite of {}", "I doubt {}", "unless it is {}",
    "everyone says {}", "the previous answer was {}", "the answer to another question is {}", "one less than {}",
    r"\text{{not }} {}", "{} is what I would say if I were guessing badly",
]  # fmt: skip
VALUES = ["7", "(3, 8]", "x^3", "B", "[2, 5]", "3/8"]
UNITS = [
    ("6 kg", "6 tonnes"), ("6 kg", "about 6 pounds"), ("12 cm^2", "12 square inches"), ("$8", "8 euros"),
    ("0 K", "0 J"),
    ("4 m", "4 km"), ("4 m/s", "4 m"), ("3 MB", "3 Mb"), ("90 s", "90 min"), ("2 kJ", "2 kW"), ("0 m", "0 s"),
    ("5 mg", "5 Mg"),
    ("20 %", "20 permille"), ("1 GB", "1 GiB"), ("30 days", "30 weeks"),
]  # fmt: skip
NEAR = [
    ("t - h*g", "t - (h + |h + 1000| - h - 1000)*g"), ("floor(x/2)", "floor(x/(2 + 7*10^(-12)))"),
    ("ceil(3t)", "ceil(3t + 10^(-9))"), ("|u - 500|", "|u - 500| + |u + 250| - u - 250"),
    ("e^{-90}", "e^{-91}"), ("e^{-120}", "0"), (r"\pi\cdot10^{-40}", "0.000"), ("|x-30|", "30-x"),
    ("x", "x+|x-70|+x-70"),
    ("x^2-x/30", "|x^2-x/30|"), ("x", "x + 10^{-9}"), ("1/3", "0.334"), ("sqrt(2)", "1.415"), ("2/3", "0.66666666"),
    ("x", "sqrt(x^2)"), ("0.1", "0.1000001"), ("10^{30}", "10^{30} + 1"), ("sin(x)", "x - x^3/6"),
    ("(x-1)(x-2)", "|(x-1)(x-2)|"),
    ("max(x, 50)", "50"), ("floor(x)", "x"), ("n!", "n^n"), ("x/1000", "|x|/1000"),
]  # fmt: skip
CHAINS = [
    ("5", "x = 6 = 5"), ("5", "2 + 2 = 5"), ("4", "3 = 4"), ("5", "5 = 6"), ("x + 1", "x + 1 = x + 2"), ("A", "he = A"),
    ("3", "2 = 3"), ("4", "4 = 4 + 1"),
]  # fmt: skip
NOTHING_DROPPED = [
    ("5", "5 or 6"), ("5", "5, 6"), ("5", "5 x"), ("5", "5^2"), ("5", "5?!"), ("x", "x x"), ("1, 2", "1, 2, 3"),
    ("5", "5 6"),
    ("12", "1,2"), ("667", "0,667"), ("5", "5 (wrong)"), ("5", r"\sout{5}"), ("5", "55"), ("5", "5e5"),
    ("5", "2026-05-05"),
    ("1/2", "1/2/2026"), ("-2", "2-Jan"), ("110", "so we get -110/1"), ("4", r"\cancel{4}"), ("5", "5%"), ("x", "-x"),
]  # fmt: skip
TABLES = {
    "names": NAMES, "functions": FUNCTIONS, "marks": MARKS, "relations": RELATIONS, "brackets": BRACKETS,
    "orders": ORDERS, "lines": LINES,
    "units": UNITS, "near misses": NEAR, "chains": CHAINS, "what else is written": NOTHING_DROPPED,
    "denials": [(value, frame.format(said)) for frame in DENIED for value in VALUES for said in (value, f"${value}$")],
}  # fmt: skip
ROWS = [pytest.param(*row, id=f"{name}: {row[1]}") for name, rows in TABLES.items() for row in rows]
ONE_WAY = {"denials", "chains", "what else is written"}
BACK = [
    pytest.param(*row[::-1], id=f"{name}: {row[0]}")
    for name, rows in TABLES.items()
    if name not in ONE_WAY
    for row in rows
]


@pytest.mark.parametrize(("key", "text"), ROWS)
def test_another_answer_is_not_right(key: str, text: str) -> None:
    """What says something else than the key is not right, however near it looks."""
    assert not ms.verify(key, text), ms.verify(key, text).reason


@pytest.mark.parametrize(("key", "text"), BACK)
def test_another_answer_is_not_right_the_other_way_round(key: str, text: str) -> None:
    """Two texts that say different things do not agree, whichever of them is the key."""
    assert not ms.verify(key, text), ms.verify(key, text).reason


@pytest.mark.parametrize(("key", "text"), [*FUNCTIONS[:1], *NAMES[:2], *UNITS[:3], *NEAR[:4], *BRACKETS[:2]])
def test_what_is_not_right_says_why(key: str, text: str) -> None:
    """Every verdict that is not right has a reason."""
    assert ms.verify(key, text).reason
