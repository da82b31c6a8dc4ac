from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.exact import Interval, Matrix
from markscheme.mechanisms.regularization import (
    not_better_range,
    purification_loss,
    purifier_range,
    reconstruction_loss,
    regularization_loss,
    shrinkage,
    worse_range,
)

SMALL = st.fractions(min_value=0, max_value=6, max_denominator=4)
LOSSES = st.tuples(SMALL, SMALL)
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=8)
X = Matrix([[Fraction(x) for x in row.split()] for row in ("-2.17 1.98 2.41 -2.03", "0.02 -0.01 0.01 -0.02")])


def matrices(rows: int, columns: int) -> st.SearchStrategy[Matrix]:
    row = st.lists(st.integers(-5, 5), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows).map(Matrix)


@given(matrices(3, 3), matrices(3, 4), SMALL)
def test_losses_against_numpy(W: Matrix, points: Matrix, lam: Fraction) -> None:
    """The losses are NumPy's squared Frobenius norms, and the whole one is their weighted sum."""
    A, B = np.array(W), np.array(points)
    assert reconstruction_loss(W, points) == ((B - A @ B) ** 2).sum()
    assert regularization_loss(W) == (A**2).sum()
    assert purification_loss(W, points, lam) == ((B - A @ B) ** 2).sum() + lam * int((A**2).sum())


def test_published_losses() -> None:
    """The table of question 10(a) is exact, and the tie is at its λ: "not better" includes it, "worse" does not."""
    alpha, beta = Matrix([(1, 0), (0, 1)]), Matrix([(1, 0), (0, 0)])
    of_alpha = reconstruction_loss(alpha, X), regularization_loss(alpha)
    of_beta = reconstruction_loss(beta, X), regularization_loss(beta)
    assert (of_alpha, of_beta) == ((0, 2), (Fraction(1, 1000), 1))
    assert not_better_range(of_alpha, of_beta) == Interval(Fraction(1, 1000), None)
    assert worse_range(of_alpha, of_beta) == Interval(Fraction(1, 1000), None, low_closed=False)


@given(LOSSES, LOSSES, SMALL)
def test_ranges_of_losses(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction], lam: Fraction) -> None:
    """A strength is in the range exactly where the two losses, computed there, compare so; and none is negative."""
    ranges = not_better_range(one, other), worse_range(one, other)
    probes = [lam, Fraction(0), Fraction(-1), *(end for span in ranges if span for end in (span.low, span.high))]
    for at in probes:
        if at is not None:
            first, second = one[0] + at * one[1], other[0] + at * other[1]
            assert (ranges[0] is not None and at in ranges[0]) == (at >= 0 and first >= second)
            assert (ranges[1] is not None and at in ranges[1]) == (at >= 0 and first > second)


@given(matrices(2, 4), st.integers(1, 9))
def test_shrinkage_is_what_the_minimizer_does(points: Matrix, lam: int) -> None:
    """The minimizer, solved for as a linear system, keeps the share `shrinkage` of each singular direction."""
    A = np.array(points, dtype=float)
    W = np.linalg.solve(A @ A.T + lam * np.eye(2), A @ A.T).T
    left, sigmas, _ = np.linalg.svd(A)
    shares = [float(shrinkage(Fraction(float(sigma)), lam)) for sigma in sigmas]
    assert np.allclose(left.T @ W @ left, np.diag(shares), atol=1e-9)


def test_published_range() -> None:
    """Question 10(c) gives 1 ≤ λ ≤ 4, and 0.6, which its working writes on the way, would give 2/3 instead of 1."""
    sigmas = [Fraction(sigma) for sigma in "10 8 4 1 0.5 0.36 0.16 0.01".split()]
    assert purifier_range(sigmas, 3, Fraction(8, 10), Fraction(1, 2)) == Interval(1, 4)
    assert purifier_range(sigmas, 3, Fraction(8, 10), Fraction(6, 10)) == Interval(Fraction(2, 3), 4)


@given(st.lists(SMALL, max_size=4), st.data(), SHARES, SHARES, SMALL)
def test_purifier_range(sigmas: list[Fraction], data: st.DataObject, p: Fraction, q: Fraction, lam: Fraction) -> None:
    """A strength is in the range exactly where every direction, shrunk at it, meets its demand."""
    kept = data.draw(st.integers(0, len(sigmas)))
    span = purifier_range(sigmas, kept, p, q)
    for at in (lam, Fraction(0), *((end for end in (span.low, span.high) if end is not None) if span else ())):
        shares = [shrinkage(sigma, at) for sigma in sigmas]
        met = all(share >= p for share in shares[:kept]) and all(share <= q for share in shares[kept:])
        assert (span is not None and at in span) == met
    assert span is None or Fraction(-1) not in span


@pytest.mark.parametrize(
    "arguments",
    [((1, 2), 3, 1, 1), ((1, 2), -1, 1, 1), ((1, 2), 1, 2, 1), ((1, 2), 1, 1, Fraction(-1, 2)), ((1, -2), 1, 1, 1)],
)
def test_refused_ranges(arguments: tuple[tuple[int, ...], int, Fraction, Fraction]) -> None:
    """Demands that mean nothing are refused with the value."""
    with pytest.raises(ValueError, match="not "):
        purifier_range(*arguments)


def test_refused_strengths() -> None:
    """Strengths and singular values are not negative, and shapes fit."""
    with pytest.raises(ValueError, match="at least 0, not -1"):
        shrinkage(1, -1)
    with pytest.raises(ValueError, match="at least 0, not -1"):
        shrinkage(-1, 1)
    with pytest.raises(ValueError, match="at least 0, not -1"):
        purification_loss(Matrix([(1,)]), Matrix([(1,)]), -1)
    with pytest.raises(ValueError, match="cannot be multiplied"):
        reconstruction_loss(Matrix([(1, 2)]), Matrix([(1,)]))
