"""Question 10(a) as printed: its numbers, its key, its claims."""

from fractions import Fraction

from markscheme import only_if
from markscheme.bank.regularization.purification_losses import (
    DECIMAL,
    entrywise_loss,
    entrywise_norm,
    problem,
)
from markscheme.core.published import Ruling
from markscheme.exact import Interval, Matrix, Rational

published = problem.published(
    "",
    givens={
        "W_alpha": [[1, 0], [0, 1]],
        "W_beta": [[1, 0], [0, 0]],
        "X": [[-2.17, 1.98, 2.41, -2.03], [0.02, -0.01, 0.01, -0.02]],
    },
    key={
        "reconstruction_alpha": 0, "regularization_alpha": 2, "reconstruction_beta": 0.001, "regularization_beta": 1,
        "lambda_range": Interval(Fraction(1, 1000), None, low_closed=False),
    },
)  # fmt: skip


def total_loss(W: Matrix, X: Matrix, lam: Fraction) -> Rational:
    return entrywise_loss(W, X) + lam * entrywise_norm(W)


STRENGTHS = tuple([Fraction(n, 4000) for n in (1, 2, 3, 4, 5, 6, 8, 12, 40, 4000)])


@published.claim("the reconstruction loss of β is 0.001", about="reconstruction_beta", where="question")
def _(W_beta: Matrix, X: Matrix) -> bool:
    return entrywise_loss(W_beta, X) == Fraction("0.001")


@published.claim("W = I can minimize ‖X − WX‖²", about="reconstruction_alpha", where="question")
def _(X: Matrix) -> bool:
    return entrywise_loss(Matrix.identity(len(X)), X) == 0  # and a sum of squares is never less


@published.claim("the β encoder is a better choice for λ > 1 × 10⁻³", about="lambda_range")
def _(W_alpha: Matrix, W_beta: Matrix, X: Matrix) -> bool:
    above = [lam for lam in STRENGTHS if lam > Fraction("1e-3")]
    return all(total_loss(W_beta, X, lam) < total_loss(W_alpha, X, lam) for lam in above)


def minimizer(X: Matrix, lam: Fraction) -> Matrix:
    """XXᵀ(XXᵀ + λI)⁻¹ for two rows, by Cramer's rule."""
    (a, b), (_, d) = X @ X.T
    det = (a + lam) * (d + lam) - b * b
    inverse = Matrix([((d + lam) / det, -b / det), (-b / det, (a + lam) / det)])
    return Matrix([(a, b), (b, d)]) @ inverse


@published.claim("regularization prevents the encoder from learning an identity mapping", about="lambda_range")
def _(X: Matrix) -> bool:
    return all(total_loss(minimizer(X, lam), X, lam) < total_loss(Matrix.identity(2), X, lam) for lam in STRENGTHS)


@published.claim("regularization induces a bottleneck in the encoder", about="lambda_range")
def _(X: Matrix) -> bool | Ruling:
    for lam in STRENGTHS[5:]:
        (a, b), (c, d) = minimizer(X, lam)
        if determinant := a * d - b * c:
            return only_if(
                "a bottleneck may be soft: directions are damped, none is removed",
                f"at λ = {DECIMAL.write(lam)} the minimizer XXᵀ(XXᵀ + λI)⁻¹ has determinant {float(determinant):.2f}: "
                "it has full rank",
            )
    return True
