"""Question 10(b) as printed: its numbers, its key, its claims."""

from fractions import Fraction
from math import sqrt

from markscheme import never, only_if
from markscheme.bank.regularization.purification_minimizer import BOX, DECIMALS, gradient, loss, problem
from markscheme.core.published import Ruling
from markscheme.exact import Matrix, Rational, Vector, quadratic_gradient

# The numbers are ours: the paper asks for the formula alone.
published = problem.published(
    "",
    givens={
        "X": [[1.1, 0.5, 1.1, 0.5], [-0.2, -1, -0.2, -1]], "U": [[0.8, 0.6], [-0.6, 0.8]], "sigmas": (2, 1),
        "lam": 1,
    },
    key={"left": "U", "middle": r"\operatorname{diag}(\sigma_i^2/(\sigma_i^2 + \lambda))", "right": "U^T"},
    asks={"left": 2, "middle": 3, "right": 2, "derivation": 8},
    text=r"""
    Now consider any square linear encoder $W \in \mathbb{R}^{m \times m}$, and the regularized objective again:
    $$\mathcal{L}_2(W) = \lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2, \qquad \lambda > 0.$$
    There are more training points than features, $n > m$, and $\sigma_1 > \cdots > \sigma_m > 0$ are the singular
    values of $X = U \Sigma V^\top$: the columns of $U \in \mathbb{R}^{m \times m}$ and of $V \in \mathbb{R}^{n \times
    m}$ are orthonormal, and $\Sigma$ is the diagonal matrix of the $\sigma_i$.
    """,
    parts={
        "a": r"""
        The weights that minimize it are a product $\widehat{W} = A \cdot B \cdot C$ of which the matrix in the middle
        is diagonal, and the two others do not depend on $\lambda$. Fill in the three matrices, in terms of $X$, $U$,
        $V$, $\Sigma$, $\lambda$ and the $\sigma_i$.
        """,
        "b": r"""
        Derive this expression. *Hint: can the objective be read as a sum of $m$ ridge regressions that have nothing to
        do with each other?*
        """,
    },
)  # fmt: skip

# The statements of the working, tried at whole numbers: two features, three points, a W that is not symmetric.
SAMPLE = Matrix([(1, 2, 0), (-1, 3, 1)])

OTHER = Matrix([(2, 1), (-1, 1)])

STRENGTH = 3


def regular(X: Matrix, lam: Rational) -> Matrix:
    """XXᵀ + λI."""
    return X @ X.T + lam * Matrix.identity(len(X))


def agree(text: str, *others: str) -> bool:
    """Whether expressions have the same values, at data drawn for each."""
    return all(BOX.compare(BOX.read(text), BOX.read(other)) for other in others)


@published.claim("W = I minimizes the reconstruction loss ‖X − WX‖_F²", about="minimizer", where="question")
def _() -> bool:
    return loss(Matrix.identity(2), SAMPLE, 0) == 0


@published.claim("with σ_1 > ⋯ > σ_m ≥ 0, Ŵ has this form for the regularized objective", about="middle",
                 where="question")  # fmt: skip
def _() -> bool | Ruling:
    flat = Matrix([(1, 2, 3), (2, 4, 6)])  # its second singular value is 0
    try:
        regular(flat, 0).inverse()
    except ZeroDivisionError:
        unique = not all([gradient(W, flat, 0).is_zero for W in (Matrix.identity(2), projection(flat))])
        return only_if(
            "λ > 0, or σ_m > 0",
            f"at λ = 0 and X = {DECIMALS.write(flat)}, where σ_2 = 0, the share σ_2²/(σ_2² + λ) is 0/0"
            + ("" if unique else ", and both I and a projection minimize the loss"),
        )
    return True


def projection(X: Matrix) -> Matrix:
    """The projection on the first column of X."""
    u = [row[0] for row in X]
    return Matrix([[Fraction(x * y, sum([z * z for z in u])) for y in u] for x in u])


@published.claim("the loss is Σ_i ‖X_i − W_i X‖² + λ‖W_i‖², over the rows", about="derivation")
def _() -> bool | Ruling:
    W = [Vector(row) for row in OTHER]
    residuals = [Vector(x) - w @ SAMPLE for w, x in zip(W, SAMPLE, strict=True)]
    first, second = ([v @ v for v in rows] for rows in (residuals, W))
    both, first_alone = sum(first) + STRENGTH * sum(second), [sum(first) + STRENGTH * square for square in second]
    whole = loss(OTHER, SAMPLE, STRENGTH)
    if both != whole:
        return never(f"at W = {DECIMALS.write(OTHER)} the sum is {both}, the loss {whole}")
    if first_alone == [whole] * len(W):
        return True
    return only_if(
        "parentheses put both terms under the sum",
        f"at X = {DECIMALS.write(SAMPLE)}, W = {DECIMALS.write(OTHER)} and λ = {STRENGTH} the loss is {whole}; with "
        f"the second term outside it is {first_alone[0]} for i = 1 and {first_alone[1]} for i = 2 (the "
        "line below it, with transposes, is written likewise)",
        "Σ_i (‖X_i − W_i X‖² + λ‖W_i‖²)",
    )


@published.claim("the squared Frobenius norm decouples into a sum of m l2 norms", about="derivation")
def _() -> bool | Ruling:
    squares = [Vector(row) @ Vector(row) for row in OTHER]
    whole, norms = (OTHER @ OTHER.T).trace, sum(map(sqrt, squares))
    if norms == whole:
        return True
    computed = "a sum of m squared l2 norms" if sum(squares) == whole else ""
    return never(f"at W = {DECIMALS.write(OTHER)} it is {whole}; the l2 norms of the rows, "
                 f"{' and '.join([f'√{square}' for square in squares])}, add up to {norms:.2f}", computed)  # fmt: skip


@published.claim("Ŵ_iᵀ = (XXᵀ + λI)⁻¹ X X_iᵀ, from ridge regression", about="derivation")
def _() -> bool:
    solved = regular(SAMPLE, STRENGTH).inverse()
    rows = Matrix([solved @ (SAMPLE @ Vector(row)) for row in SAMPLE])
    return gradient(rows, SAMPLE, STRENGTH).is_zero


@published.claim("Ŵ = XXᵀ(XXᵀ + λI)⁻¹", about="derivation")
def _() -> bool:
    product = SAMPLE @ SAMPLE.T @ regular(SAMPLE, STRENGTH).inverse()
    return gradient(product, SAMPLE, STRENGTH).is_zero


@published.claim("Ŵ = UΣΣᵀUᵀ(UΣΣᵀUᵀ + λI)⁻¹ = UΣΣᵀUᵀU(ΣΣᵀ + λI)⁻¹Uᵀ = UΣΣᵀ(ΣΣᵀ + λI)⁻¹Uᵀ", about="derivation")
def _() -> bool:
    return agree(
        "X X^T (X X^T + λI)^{-1}",
        "U Σ Σ^T U^T (U Σ Σ^T U^T + λI)^{-1}",
        "U Σ Σ^T U^T U (Σ Σ^T + λI)^{-1} U^T",
        "U Σ Σ^T (Σ Σ^T + λI)^{-1} U^T",
    )


@published.claim("‖A‖_F² = Tr(AᵀA)", about="derivation")
def _() -> bool:
    return (SAMPLE.T @ SAMPLE).trace == sum([entry * entry for row in SAMPLE for entry in row])


@published.claim("‖X − WX‖_F² + λ‖W‖_F² = Tr((X − WX)(X − WX)ᵀ) + λ Tr(WWᵀ)", about="derivation")
def _() -> bool:
    residual = SAMPLE - OTHER @ SAMPLE
    traces = (residual @ residual.T).trace + STRENGTH * (OTHER @ OTHER.T).trace
    return traces == loss(OTHER, SAMPLE, STRENGTH)


@published.claim("expanded: Tr(XXᵀ) − Tr(XXᵀW) − Tr(WXXᵀ) + Tr(WXXᵀW) + λ Tr(WWᵀ)", about="derivation")
def _() -> bool | Ruling:
    A, W = SAMPLE @ SAMPLE.T, OTHER

    def expanded(last: Matrix, W: Matrix) -> Rational:
        return A.trace - (A @ W).trace - (W @ A).trace + (W @ A @ last).trace + STRENGTH * (W @ W.T).trace

    printed, meant, whole = expanded(W, W), expanded(W.T, W), loss(W, SAMPLE, STRENGTH)
    symmetric = W + W.T
    if printed == whole:
        return True
    is_of_meant = quadratic_gradient(lambda W: (W @ A @ W.T).trace, W) == 2 * W @ A
    if meant != whole or not is_of_meant or expanded(symmetric, symmetric) != loss(symmetric, SAMPLE, STRENGTH):
        return never(f"at W = {DECIMALS.write(W)} it is {printed}, the loss {whole}")
    return only_if(
        "W is symmetric",
        f"at X = {DECIMALS.write(SAMPLE)}, W = {DECIMALS.write(W)} and λ = {STRENGTH} it is {printed}, "
        f"the loss {whole}; the printed gradient 2WXXᵀ, {DECIMALS.write(2 * W @ A)}, is that of Tr(WXXᵀWᵀ), too: "
        f"Tr(WXXᵀW) has {DECIMALS.write(quadratic_gradient(lambda W: (W @ A @ W).trace, W))}",
        "… + Tr(WXXᵀWᵀ) + λ Tr(WWᵀ)",
    )


@published.claim("the gradient is −2XXᵀ + 2WXXᵀ + 2λW", about="derivation")
def _() -> bool:
    A = SAMPLE @ SAMPLE.T
    return gradient(OTHER, SAMPLE, STRENGTH) == 2 * (OTHER @ A - A + STRENGTH * OTHER)


@published.claim("−2XXᵀ + 2WXXᵀ + 2λW = 0 gives W = XXᵀ(XXᵀ + λI)⁻¹", about="derivation")
def _() -> bool:
    A = SAMPLE @ SAMPLE.T
    W = A @ regular(SAMPLE, STRENGTH).inverse()
    return (W @ A - A + STRENGTH * W).is_zero
