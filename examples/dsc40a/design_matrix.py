"""Fitting a constant and a square: the design matrix, a prediction, an entry of the normal equations."""

from __future__ import annotations

from math import sqrt

from markscheme import Draw, Expression, Matrix, MatrixKind, Problem

IN_N = Expression(("n",))

problem = Problem(
    "dsc40a/design_matrix",
    version=1,
    source="DSC 40A midterm, UC San Diego, Spring 2024, problem 4(a) to (c)",
    text=r"""
    The hypothesis $H(x) = w_0 + w_1 x^2$ is fitted to $n$ rows of data by the normal equations. In the first five
    rows $x$ is [[xs]]. All of $x_1, \dots, x_n$ have mean $[[mean]]$ and variance $[[variance]]$.
    """,
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    xs = rng.sample([x for x in range(-9, 10) if abs(x) > 1], 5)
    weights = {"w_0": rng.int(1, 9), "w_1": rng.int(-6, -2), "feature": rng.int(2, 9)}
    return {"xs": xs, **weights, "mean": rng.int(2, 6), "variance": rng.int(3, 12), "factor": rng.int(2, 5)}


a = problem.part("a", "Write out the first five rows of the design matrix $X$.")
b = problem.part(
    "b",
    "Suppose that the optimal parameters are $w_0 = [[w_0]]$ and $w_1 = [[w_1]]$. What is predicted for the augmented "
    "feature vector $(1, [[feature]])$?",
)
c = problem.part(
    "c", r"Let $Z = [[factor]] X$. Which expression in $n$ stands in the second row and first column of $Z^\top Z$?"
)


@problem.answer(marks=2, part=a, kind=MatrixKind(rows=5, columns=2), scoring="per-entry")
def X(xs: tuple[int, ...]) -> Matrix:
    """A column of ones for $w_0$, and one of squares for $w_1$."""
    return Matrix([[1, x * x] for x in xs])


@X.slip("leaves the numbers as they are")
def _(xs: tuple[int, ...]) -> Matrix:
    return Matrix([[1, x] for x in xs])


@problem.answer(marks=2, part=b)
def predicted(w_0: int, w_1: int, feature: int) -> int:
    r"""The augmented vector has the square already.

    $[[w_0]] + [[w_1]] \cdot [[feature]]$
    """
    return w_0 + w_1 * feature


@predicted.slip("squares the feature again")
def _(w_0: int, w_1: int, feature: int) -> int:
    return w_0 + w_1 * feature**2


@problem.answer(marks=2, part=c, kind=IN_N, label="Entry")
def corner(mean: int, variance: int, factor: int) -> object:
    r"""It is $[[factor]]^2 \sum x_i^2$, and $\sum x_i^2 = n(\sigma^2 + \bar{x}^2)$."""
    return IN_N.read(f"{factor**2 * (variance + mean**2)} n")


@corner.slip("scales once")
def _(mean: int, variance: int, factor: int) -> object:
    return IN_N.read(f"{factor * (variance + mean**2)} n")


@corner.slip("forgets the mean")
def _(variance: int, factor: int) -> object:
    return IN_N.read(f"{factor**2 * variance} n")


@problem.check
def _(
    xs: tuple[int, ...], w_0: int, w_1: int, feature: int, mean: int, variance: int, factor: int
) -> dict[str, object]:  # fmt: skip
    """Squares by adding odd numbers, the prediction by counting, the entry on two rows of that mean and variance."""
    rows = [[1, sum(range(1, 2 * abs(x), 2))] for x in xs]
    spread = sqrt(variance)
    scaled = [(factor, factor * x * x) for x in (mean - spread, mean + spread)]
    per_row = round(sum(one * square for one, square in scaled) / len(scaled), 6)
    return {"X": Matrix(rows), "predicted": w_0 + sum([w_1] * feature), "corner": IN_N.read(f"{per_row:.0f} n")}


problem.published(
    "sp24",
    givens={"xs": [2, -1, 3, -7, 3], "w_0": 2, "w_1": -5, "feature": 4, "mean": 2, "variance": 10, "factor": 3},
    key={"X": [[1, 4], [1, 1], [1, 9], [1, 49], [1, 9]], "predicted": -18, "corner": "126 n"},
)
