r"""A linear encoder that reconstructs its data under weight decay, and how strong the decay should be.

$\mathcal{L}_1(W) = \lVert X - WX \rVert_F^2$ and $\mathcal{L}_2(W) = \mathcal{L}_1(W) + \lambda \lVert W \rVert_F^2$
for a square $W$ and data $X$ with a point in each column. With $X = U \Sigma V^\top$ the minimizer of the second is
$U \operatorname{diag}(\sigma_i^2/(\sigma_i^2+\lambda))\, U^\top$: it keeps strong directions and damps weak ones.
EECS 182 midterm, Spring 2023, question 10; ridge regression after Hoerl and Kennard, "Ridge regression: biased
estimation for nonorthogonal problems", Technometrics 12 (1970).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from markscheme.exact import Interval, Matrix, Rational, dot
from markscheme.mechanisms.arrays import Array, device, namespace, numpy, quotient, refuse_infinite, refuse_shape

Losses: TypeAlias = tuple[Rational, Rational]
"""Reconstruction loss and regularization loss of one encoder."""


def reconstruction_loss(W: Matrix, X: Matrix) -> Rational:
    r"""The reconstruction loss $\lVert X - WX \rVert_F^2$, for `W` m × m and `X` m × n.

    >>> reconstruction_loss(Matrix([(1, 0), (0, 0)]), Matrix([(5, 6), (1, -2)]))
    5

    Raises `ValueError` where the shapes do not fit.
    """
    return _squared_norm(X - W @ X)


def regularization_loss(W: Matrix) -> Rational:
    r"""The regularization loss $\lVert W \rVert_F^2$, the sum of the squares of all entries, before $\lambda$.

    >>> regularization_loss(Matrix([(1, 0), (2, -1)]))
    6
    """
    return _squared_norm(W)


def purification_loss(W: Matrix, X: Matrix, lam: Rational) -> Rational:
    r"""The whole loss $\lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$, for `W` m × m and `X` m × n.

    >>> purification_loss(Matrix([(1, 0), (0, 0)]), Matrix([(5, 6), (1, -2)]), 3)
    8

    Raises `ValueError` where the shapes do not fit, and for a negative `lam`.
    """
    _check_strength(lam)
    return _squared_norm(X - W @ X) + lam * _squared_norm(W)


def not_better_range(one: Losses, other: Losses) -> Interval | None:
    r"""The $\lambda \ge 0$ at which `one` encoder is not better than the `other`: its whole loss is as high or higher.

    With reconstruction losses $r_1, r_2$ and regularization losses $g_1, g_2$ these are the solutions of
    $r_1 + \lambda g_1 \ge r_2 + \lambda g_2$; a tie belongs to them. `None` if there are none.

    >>> print(not_better_range((0, 2), (Fraction(1, 1000), 1)))
    [1/1000, ∞)
    >>> print(not_better_range((5, 1), (1, 2)))
    [0, 4]
    >>> print(not_better_range((0, 1), (1, 1)))
    None
    """
    lead, slope = other[0] - one[0], one[1] - other[1]  # not better where slope * lam >= lead
    if slope == 0:
        return Interval(0, None) if lead <= 0 else None
    tie = Fraction(lead) / slope
    if slope > 0:
        return Interval(max(Fraction(0), tie), None)
    return Interval(0, tie) if tie >= 0 else None


def worse_range(one: Losses, other: Losses) -> Interval | None:
    r"""The $\lambda \ge 0$ at which `one` encoder is worse than the `other`: its whole loss is higher, ties left out.

    >>> print(worse_range((0, 2), (Fraction(1, 1000), 1)))
    (1/1000, ∞)
    >>> print(worse_range((1, 2), (0, 2)))
    [0, ∞)

    `None` if there are none.
    """
    lead, slope = other[0] - one[0], one[1] - other[1]  # worse where slope * lam > lead
    if slope == 0:
        return Interval(0, None) if lead < 0 else None
    tie = Fraction(lead) / slope
    if slope > 0:
        return Interval(0, None) if tie < 0 else Interval(tie, None, low_closed=False)
    return Interval(0, tie, high_closed=False) if tie > 0 else None


def shrinkage(sigma: Rational, lam: Rational) -> Fraction:
    r"""The share $\sigma^2/(\sigma^2 + \lambda)$ that the minimizer of $\mathcal{L}_2$ keeps of a singular direction.

    It runs from 0 to 1. At $\sigma = \lambda = 0$ it is 0, as for the minimizer of least norm.

    >>> shrinkage(4, 4)
    Fraction(4, 5)

    Raises `ValueError` for a negative `lam` or `sigma`.
    """
    _check_strength(lam)
    if sigma < 0:
        raise ValueError(f"a singular value must be at least 0, not {sigma}")
    strength = sigma * sigma
    return Fraction(strength) / (strength + lam) if strength else Fraction(0)


def purifier_range(
    sigmas: Sequence[Rational], kept: int, keep_at_least: Rational, attenuate_to_at_most: Rational
) -> Interval | None:
    r"""The $\lambda \ge 0$ that keep the first `kept` directions well, and attenuate all others enough.

    $\sigma_i^2/(\sigma_i^2+\lambda) \ge p$ (`keep_at_least`) for the first, $\le q$ (`attenuate_to_at_most`) for the
    others. Solved for $\lambda$: from the largest $\sigma_i^2 (1-q)/q$ of the others to the smallest
    $\sigma_i^2 (1-p)/p$ of the first, both ends included; `None` if that is empty. The singular values may come in any
    order; those named first are the ones to keep.

    >>> print(purifier_range((10, 8, 4, 1), 3, Fraction(8, 10), Fraction(1, 2)))
    [1, 4]
    >>> print(purifier_range((4, 3), 1, Fraction(9, 10), Fraction(1, 2)))
    None

    Raises `ValueError` for a negative singular value, for `kept` beyond their number, and for shares outside 0 to 1.
    """
    if not 0 <= kept <= len(sigmas):
        raise ValueError(f"the number of directions to keep must be from 0 to {len(sigmas)}, not {kept}")
    for share in (keep_at_least, attenuate_to_at_most):
        if not 0 <= share <= 1:
            raise ValueError(f"a share must be from 0 to 1, not {share}")
    for sigma in sigmas:
        if sigma < 0:
            raise ValueError(f"a singular value must be at least 0, not {sigma}")
    low, high = Fraction(0), None
    for sigma in sigmas[:kept]:
        if keep_at_least > 0:
            if sigma == 0:
                return None
            most = Fraction(sigma * sigma) * (1 - keep_at_least) / keep_at_least
            high = most if high is None else min(high, most)
    for sigma in sigmas[kept:]:
        if sigma > 0:
            if attenuate_to_at_most == 0:
                return None
            low = max(low, Fraction(sigma * sigma) * (1 - attenuate_to_at_most) / attenuate_to_at_most)
    return None if high is not None and low > high else Interval(low, high)


def _squared_norm(A: Matrix) -> Rational:
    entries = [entry for row in A for entry in row]
    return dot(entries, entries)


def _check_strength(lam: Rational) -> None:
    if lam < 0:
        raise ValueError(f"the strength of regularization must be at least 0, not {lam}")


# On arrays


def purifier(X: Array, lam: float) -> Array:
    r"""The minimizer $U \operatorname{diag}\left(\sigma_i^2/(\sigma_i^2+\lambda)\right) U^\top$ of
    $\lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$ for data `X`, m × n; m × m, by SVD.

    >>> import numpy as np
    >>> purifier(np.asarray([[2.0, 0.0], [0.0, 1.0]]), 1.0).round(6).tolist()
    [[0.8, 0.0], [0.0, 0.5]]

    Raises `ValueError` for a negative `lam`, and for data that are no matrix of finite numbers.
    """
    xp = namespace(X)
    _check_data(X, lam)
    U, sigma, _ = xp.linalg.svd(X, full_matrices=False)
    below = sigma * sigma + lam
    kept = quotient(sigma * sigma, below, below != 0)
    return xp.matmul(U * kept, xp.matrix_transpose(U))


def ridge_path(X: Array, y: Array, lams: Sequence[float]) -> Array:
    r"""Ridge regression for many strengths at the price of one SVD: a row of m weights for each `lam`.

    $w = V \operatorname{diag}\left(\frac{\sigma_i}{\sigma_i^2 + \lambda}\right) U^\top y$ minimizes
    $\lVert Xw - y \rVert^2 + \lambda \lVert w \rVert^2$; `X` is n × m, `y` has n entries. At λ = 0 it is the solution
    of least norm; singular values below the rounding of the largest count as 0 there. Nothing is squared before it is
    solved for, so it holds where the normal equations do not (Hoerl and Kennard, 1970).

    >>> import numpy as np
    >>> ridge_path(np.asarray([[1.0], [1.0]]), np.asarray([2.0, 4.0]), [0.0, 2.0]).round(6).tolist()
    [[3.0], [1.5]]

    Raises `ValueError` for a negative strength, and for shapes and numbers that do not fit.
    """
    xp = namespace(X, y)
    _check_data(X, *lams)
    refuse_shape("y", y, (X.shape[0],))
    refuse_infinite("y", y)
    U, sigma, Vt = xp.linalg.svd(X, full_matrices=False)
    along = xp.matmul(xp.matrix_transpose(U), y)
    floor = sigma[0] * max(X.shape) * xp.finfo(X.dtype).eps
    strengths = xp.asarray(list(lams), dtype=X.dtype, device=device(X))[:, None]
    below = sigma * sigma + strengths
    counts = (strengths > 0) | (sigma > floor)
    return xp.matmul(quotient(sigma, below, counts) * along, Vt)


def ridge_path_by_gram(X: Array, y: Array, lams: Sequence[float]) -> Array:
    r"""`ridge_path` by the eigenvalues of $X^\top X$: faster where n is far larger than m, and less exact.

    Squaring `X` squares its condition: directions below $\sqrt{\epsilon}$ of the largest are noise. Where the smallest
    λ does not cover them, a `RuntimeWarning` says so.

    >>> import numpy as np
    >>> ridge_path_by_gram(np.asarray([[1.0], [1.0]]), np.asarray([2.0, 4.0]), [2.0]).round(6).tolist()
    [[1.5]]

    Raises `ValueError` where `ridge_path` does, and for a strength of 0.
    """
    xp = namespace(X, y)
    _check_data(X, *lams)
    if min(lams) == 0:
        raise ValueError("the eigenvalues of a square say nothing at a strength of 0: use ridge_path")
    refuse_shape("y", y, (X.shape[0],))
    transposed = xp.matrix_transpose(X)
    values, Q = xp.linalg.eigh(xp.matmul(transposed, X))
    noise = float(values[-1]) * max(X.shape) * float(xp.finfo(X.dtype).eps)
    if float(values[0]) < noise and min(lams) < 100 * noise:
        warnings.warn(f"lam = {min(lams):g} lies within the rounding of the squared data ({noise:.1e}): use ridge_path",
                      RuntimeWarning, stacklevel=2)  # fmt: skip
    along = xp.matmul(xp.matrix_transpose(Q), xp.matmul(transposed, y))
    strengths = xp.asarray(list(lams), dtype=X.dtype, device=device(X))[:, None]
    return xp.matmul(along / (values + strengths), xp.matrix_transpose(Q))


def lasso(X: Array, y: Array, lam: float, *, tolerance: float = 1e-10, most_rounds: int = 10_000) -> Array:
    r"""The minimizer of $\frac{1}{2n} \lVert Xw - y \rVert^2 + \lambda \lVert w \rVert_1$, by coordinate descent.

    Each weight in turn moves to its own minimum, $S(\rho_j, \lambda) / z_j$ with soft thresholding $S$ (Friedman et
    al., 2010), until no round moves a weight by more than `tolerance` of the largest. A NumPy array of m weights.

    >>> import numpy as np
    >>> lasso(np.eye(2) * 2**0.5, np.asarray([2.0, 0.1]) * 2**0.5, 0.5).round(6).tolist()
    [1.5, 0.0]

    Raises `ValueError` where `ridge_path` does, and where the rounds do not suffice.
    """
    np = numpy()

    _check_data(X, lam)
    refuse_shape("y", y, (X.shape[0],))
    data, wanted = np.asarray(X, float), np.asarray(y, float)
    count = data.shape[0]
    gram, target = data.T @ data / count, data.T @ wanted / count
    weights = np.zeros(data.shape[1])
    for _ in range(most_rounds):
        largest = 0.0
        for j, z in enumerate(np.diagonal(gram).tolist()):
            if z == 0:
                continue
            rho = target[j] - gram[j] @ weights + z * weights[j]
            new = np.sign(rho) * max(abs(rho) - lam, 0.0) / z
            largest = max(largest, abs(new - weights[j]))
            weights[j] = new
        if largest <= tolerance * max(1.0, float(np.abs(weights).max(initial=0.0))):
            return weights
    raise ValueError(f"coordinate descent has not settled in {most_rounds} rounds; allow more, or a larger tolerance")


def _check_data(X: Array, *lams: float) -> None:
    for lam in lams:
        if not lam >= 0 or lam == float("inf"):
            raise ValueError(f"the strength of regularization must be at least 0 and finite, not {lam}")
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"data are a matrix with rows and columns, not of shape {tuple(X.shape)}")
    refuse_infinite("X", X)
