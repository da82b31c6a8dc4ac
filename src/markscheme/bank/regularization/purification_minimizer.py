"""The purifier that ridge regression gives, in the coordinates of the data's singular value decomposition."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache
from math import lcm

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Rational, Vector, dot, exact_root, quadratic_gradient
from markscheme.kinds import Exact, MatrixExpression, MatrixKind, Numbers
from markscheme.reading.syntax import Applied, Constant, Formula, Point

DECIMALS = MatrixKind(decimal=True)


def decomposed(U: Matrix, V: Matrix, sigmas: tuple[Rational, ...], lam: Rational) -> Point:
    """A value for each symbol, for data with this singular value decomposition."""
    Sigma = Matrix.diagonal(sigmas)
    return {"U": U, "V": V, "Sigma": Sigma, "sigma": sigmas, "X": U @ Sigma @ V.T, "lambda": lam, "m": len(U)}


def decomposition(rng: Draw, size: int) -> Point:
    V = Matrix([row[:size] for row in rng.orthogonal(size + 1)])
    falling = tuple(sorted(rng.distinct(size, 1, 9), reverse=True))
    return decomposed(rng.orthogonal(size), V, falling, rng.int(1, 6))


BOX = MatrixExpression(
    ("lambda",), matrices=("X", "U", "V", "Sigma"), indexed=("sigma",), also={"S": "Sigma"}, points=decomposition
)

problem = Problem(
    "regularization/purification_minimizer",
    version=1,
    title="The purifying minimizer",
    source="EECS 182 midterm, Spring 2023, question 10(b)",
    lab=trained("purification"),
    symbols={
        "left": "A", "middle": "B", "right": "C", "lam": r"\lambda", "U": "U", "X": "X", "sigmas": r"\sigma",
        "minimizer": r"\hat{W}", "A": "A", "B": "B", "C": "C",
    },
    text=r"""
    The square matrix $W$ is to minimize
    $$\mathcal{L}_2(W) = \lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$$
    for a $\lambda > 0$, where $X \in \mathbb{R}^{m \times n}$ holds $n > m$ data points, one in each column. Its
    singular value decomposition is $X = U \Sigma V^\top$: the columns of $U \in \mathbb{R}^{m \times m}$ and of
    $V \in \mathbb{R}^{n \times m}$ are orthonormal, and
    $\Sigma = \operatorname{diag}(\sigma_1, \ldots, \sigma_m)$ with $\sigma_1 > \cdots > \sigma_m > 0$.
    """,
)  # fmt: skip

MINIMIZER = BOX.read("X X^T (X X^T + λI)^{-1}")
ROOTS = (1, 2, 3, 4, 6, 7, 8, 9, 12)
STRENGTHS = (1, 2, 3, 4, 6, 9, 12, 16, 36)
SIGNS = ((1, 1, 1, 1), (1, -1, 1, -1), (1, 1, -1, -1), (1, -1, -1, 1))


def share(sigma: int, lam: int) -> Fraction:
    return Fraction(sigma * sigma, sigma * sigma + lam)


FRIENDLY = tuple([
    (sigma, other, lam)
    for lam in STRENGTHS for sigma in ROOTS for other in ROOTS
    if other < sigma and all(100 % share(it, lam).denominator == 0 for it in (sigma, other))
])  # fmt: skip


@problem.givens(X=DECIMALS, U=DECIMALS, sigmas=Numbers(), lam=Exact(decimal=True))
def draw(rng: Draw) -> dict[str, object]:
    sigma, other, lam = rng.choice(FRIENDLY)
    a, b = rng.choice(((3, 4), (4, 3)))
    c, s = Fraction(rng.choice((-1, 1)) * a, 5), Fraction(rng.choice((-1, 1)) * b, 5)
    U = Matrix([(c, -s), (s, c)])
    V = Matrix(zip(*rng.sample(SIGNS, 2), strict=True)) * Fraction(1, 2)
    return {"X": U @ Matrix.diagonal((sigma, other)) @ V.T, "U": U, "sigmas": (sigma, other), "lam": lam}


a = problem.part(
    "a",
    r"The minimizer is a product $\hat{W} = A\,B\,C$ of three $m \times m$ matrices, of which the middle one is "
    r"diagonal, and the two others do not depend on $\lambda$. Fill in the three matrices, in terms of $X$, $U$, $V$, "
    r"$\Sigma$, $\lambda$ and the $\sigma_i$.",
)
b = problem.part("b", "Derive this.")
c = problem.part(
    "c",
    r"For $m = 2$ the data are $X = [[X]]$, with the left singular vectors in the columns of $U = [[U]]$ and the "
    r"singular values [[sigmas]]. What is $\hat{W}$ for $\lambda = [[lam]]$? Do not round.",
)


@problem.answer(marks=1, part=a, kind=BOX, fixed=True)
def left() -> Formula:
    r"""Seen along the left singular vectors, the problem falls apart: the purifier first takes the coordinates
    $U^\top x$ of a point, then scales each, and goes back with $U$. So $U$ stands on the left.
    """
    return BOX.read("U")


@cache
def tried() -> tuple[Point, ...]:
    """Data with which boxes are tried: of two features, and of three."""
    rng = Draw("regularization/purification_minimizer: data")
    return tuple([decomposition(rng, size) for size in (2, 2, 3)])


@left.property("has the left singular directions of X as its columns, each of length 1, from the strongest on")
@cache
def _(left: Formula) -> bool | str:
    for at in tried():
        directions = BOX.at(left, at)
        if directions is None:
            return "it is no m × m matrix"
        if directions.T @ directions != Matrix.identity(len(directions)):
            return f"at U = {DECIMALS.write(at['U'])} its columns are not orthonormal"
        if directions.T @ (at["X"] @ at["X"].T) @ directions != at["Sigma"] @ at["Sigma"]:
            return f"at U = {DECIMALS.write(at['U'])} its columns are no singular directions of X"
    return True


left.slips_read(
    {
        "writes the right singular vectors": "V",
        "swaps the two outer matrices": "U^T",
        "writes the product form, before it is decomposed": "X X^T",
    }
)


def loss(W: Matrix, X: Matrix, lam: Rational) -> Rational:
    off, weights = ([entry for row in matrix for entry in row] for matrix in (X - W @ X, W))
    return dot(off, off) + lam * dot(weights, weights)


def gradient(W: Matrix, X: Matrix, lam: Rational) -> Matrix:
    """The gradient of the loss by W."""
    return quadratic_gradient(lambda W: loss(W, X, lam), W)


def best_along(direction: Vector, X: Matrix, lam: Rational) -> Rational:
    """The multiple of the projection on a direction at which the loss is least: the vertex of a parabola."""
    outer = Matrix([[x * y for y in direction] for x in direction])
    low, still, high = (loss(outer * step, X, lam) for step in (-1, 0, 1))
    return Fraction(low - high) / (2 * (low - 2 * still + high))


def best_scales(at: Point) -> Matrix:
    return Matrix.diagonal([best_along(Vector(u), at["X"], at["lambda"]) for u in zip(*at["U"], strict=True)])


@left.check
@cache
def _(left: Formula) -> bool:
    """With the best scales between it and its transpose, the gradient of the loss is zero."""
    for at in tried():
        outer = BOX.at(left, at)
        if outer is None:
            return False
        slope = gradient(outer @ best_scales(at) @ outer.T, at["X"], at["lambda"])
        if not slope.is_zero:
            return False
    return True


@problem.answer(marks=3, part=a, kind=BOX, fixed=True)
def middle() -> Formula:
    r"""Along the $i$-th direction the loss of a scale $d$ is $\sigma_i^2 (1 - d)^2 + \lambda d^2$. It is least where
    $\sigma_i^2 (1 - d) = \lambda d$, at the share $\sigma_i^2/(\sigma_i^2 + \lambda)$: strong directions are kept,
    weak ones are damped.
    """
    return BOX.read(r"\operatorname{diag}(\frac{\sigma_i^2}{\sigma_i^2 + \lambda})")


middle.slips_read(
    {
        "uses σ in place of σ²": r"diag(\sigma_i/(\sigma_i + \lambda))",
        "squares λ": r"diag(\sigma_i^2/(\sigma_i^2 + \lambda^2))",
        "writes the shares of ridge regression, which has one σ above": r"diag(\sigma_i/(\sigma_i^2 + \lambda))",
        "writes what is taken away, not what stays": r"diag(\lambda/(\sigma_i^2 + \lambda))",
        "turns the fractions upside down": r"diag((\sigma_i^2 + \lambda)/\sigma_i^2)",
        "forgets the numerator": r"diag(1/(\sigma_i^2 + \lambda))",
        "writes Σ itself": "Sigma",
    }
)


@middle.check
def _() -> Callable[[Point], Matrix]:
    """Along each direction the vertex of the loss, which is a parabola there."""
    return best_scales


@problem.answer(marks=1, part=a, kind=BOX, fixed=True)
def right(left: Formula) -> Formula:
    r"""What takes the coordinates of a point is the transpose of what goes back with them: $C = A^\top$."""
    return Applied("ᵀ", (left,))


@right.slip("forgets to transpose")
def _(left: Formula) -> Formula:
    return left


right.slips_read({"writes the right singular vectors": "V^T"})


@right.check
def _(left: Formula) -> Formula:
    """The way back undone."""
    return Applied("^", (left, Constant(-1)))


@right.together
@cache
def _(left: Formula, middle: Formula, right: Formula) -> bool:
    """Any three factors of the minimizer will do, if the middle one is diagonal and the outer ones are free of λ."""
    return all([is_factored(at, left, middle, right) for at in tried()])


def is_factored(at: Point, left: Formula, middle: Formula, right: Formula) -> bool:
    A, B, C = (BOX.at(box, at) for box in (left, middle, right))
    if A is None or B is None or C is None or not B.is_diagonal or BOX.at(MINIMIZER, at) != A @ B @ C:
        return False
    elsewhere = [{**at, "lambda": at["lambda"] + more} for more in (1, 2)]
    return all([(BOX.at(left, other), BOX.at(right, other)) == (A, C) for other in elsewhere])


@problem.rubric(
    {
        "takes the loss apart, into ridge regressions of the rows of W or along the directions of U; or sets its "
        "gradient by W to zero": 3,
        "solves: W = XXᵀ(XXᵀ + λI)⁻¹, or the scale of each direction": 3,
        "puts the singular value decomposition in, and simplifies with orthonormal columns": 2,
    },
    part=b,
    label="Derivation",
)
def derivation() -> None:
    r"""By rows: $\lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$ is the sum over the rows $w_i$ of $W$ and
    $x_i$ of $X$ of $\lVert x_i^\top - X^\top w_i^\top \rVert^2 + \lambda \lVert w_i \rVert^2$: a ridge regression for
    each row, least at $w_i^\top = (XX^\top + \lambda I)^{-1} X x_i^\top$. Together
    $\hat{W} = XX^\top (XX^\top + \lambda I)^{-1}$.

    By the gradient: $-2(X - WX)X^\top + 2 \lambda W = 0$ says $W(XX^\top + \lambda I) = XX^\top$, the same.

    With $XX^\top = U \Sigma^2 U^\top$ and $U U^\top = I$ both become
    $U \Sigma^2 U^\top \cdot U (\Sigma^2 + \lambda I)^{-1} U^\top = U \Sigma^2 (\Sigma^2 + \lambda I)^{-1} U^\top$.
    """


@lru_cache(maxsize=4)
def point(X: Matrix, U: Matrix, sigmas: tuple[Rational, ...], lam: Rational) -> Point:
    """A value for each symbol, at these numbers."""
    return decomposed(U, X.T @ U @ Matrix.diagonal(sigmas).inverse(), sigmas, lam)


def box(box: Formula, X: Matrix, U: Matrix, sigmas: tuple[Rational, ...], lam: Rational) -> Matrix:
    """The three matrices at these numbers."""
    found = BOX.at(box, point(X, U, sigmas, lam))
    if found is None:
        raise ValueError("the box is no matrix of the features here")
    return found


problem.step("A", box, part=c, kind=DECIMALS, box="left")
problem.step("B", box, part=c, kind=DECIMALS, box="middle")
problem.step("C", box, part=c, kind=DECIMALS, box="right")


@problem.answer(marks=2, part=c, kind=DECIMALS)
def minimizer(A: Matrix, B: Matrix, C: Matrix) -> Matrix:
    r"""Their product. It keeps each direction of $U$, scaled by its share.

    $[[A]]\, [[B]]\, [[C]]$
    """
    return A @ B @ C


def scaled(U: Matrix, first: Rational, second: Rational) -> Matrix:
    return U @ Matrix.diagonal((first, second)) @ U.T


@minimizer.slip("uses σ in place of σ²")
def _(U: Matrix, sigmas: tuple[Rational, ...], lam: Rational) -> Matrix:
    first, second = (Fraction(sigma) / (sigma + lam) for sigma in sigmas)
    return scaled(U, first, second)


@minimizer.slip("swaps U and its transpose")
def _(U: Matrix, B: Matrix) -> Matrix:
    return U.T @ B @ U


@minimizer.slip("forgets to go back with U")
def _(U: Matrix, B: Matrix) -> Matrix:
    return B @ U.T


@minimizer.slip("scales the features in place of the directions")
def _(B: Matrix) -> Matrix:
    return B


@minimizer.slip("swaps the two shares")
def _(U: Matrix, B: Matrix) -> Matrix:
    return scaled(U, B[1][1], B[0][0])


@minimizer.slip("takes what is lost for what is kept")
def _(U: Matrix, B: Matrix) -> Matrix:
    return scaled(U, 1 - B[0][0], 1 - B[1][1])


@minimizer.slip("forgets the factor XXᵀ")
def _(X: Matrix, lam: Rational) -> Matrix:
    return (X @ X.T + Matrix.identity(2) * lam).inverse()


@problem.check
def _(X: Matrix, U: Matrix, lam: Rational) -> dict[str, object]:
    """From the data alone: directions as what XXᵀ leaves of a vector, scales and minimizer by the loss.

    The gradient is linear in W: from its values at four matrices Cramer's rule has the W at which it is zero. Of U only
    the signs of its columns are taken. Data are multiplied by a number, and λ by its square: that changes none of it.
    """
    one = lcm(lam.denominator, *[entry.denominator for row in X for entry in row])
    data, lam = Matrix([[int(entry * one) for entry in row] for row in X]), int(lam * one * one)
    (p, q), (_, r) = data @ data.T
    middle, spread = Fraction(p + r, 2), exact_root(Fraction(p - r) ** 2 / 4 + Fraction(q) ** 2)
    assert spread is not None
    columns: list[Vector] = []
    for strength, (x, y) in zip((middle + spread, middle - spread), zip(*U, strict=True), strict=True):
        found = Vector((q, strength - p))
        length = exact_root(found @ found)
        assert length
        columns.append(found * (1 / length) if found @ Vector((x, y)) > 0 else found * (-1 / length))
    A = Matrix(zip(*columns, strict=True))
    rest = gradient(Matrix([(0, 0), (0, 0)]), data, lam)
    (a, b), (c, d) = [gradient(Matrix([unit, (0, 0)]), data, lam)[0] for unit in ((1, 0), (0, 1))]
    a, b, c, d = a - rest[0][0], b - rest[0][1], c - rest[0][0], d - rest[0][1]
    minimizer = [((y * c - x * d) / (a * d - b * c), (x * b - y * a) / (a * d - b * c)) for x, y in rest]
    scales = Matrix.diagonal([best_along(column, data, lam) for column in columns])
    return {"A": A, "B": scales, "C": A.T, "minimizer": minimizer}
