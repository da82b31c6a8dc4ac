r"""A batch normalization that only takes the mean away, forward and backward.

$y_i = \gamma (x_i - \mu) + \beta$ with $\mu = \frac{1}{n} \sum_j x_j$ over a batch of n numbers: batch normalization
without its division, as in the EECS 182 midterm, Spring 2023, question 8(b). Ioffe and Szegedy, "Batch normalization"
(https://arxiv.org/abs/1502.03167).
"""

from __future__ import annotations

from fractions import Fraction

from markscheme.exact import Rational, Vector
from markscheme.mechanisms.arrays import Array, namespace


def mean(x: Vector) -> Fraction:
    """The mean of n numbers.

    >>> mean(Vector((1, 2, 6)))
    Fraction(3, 1)

    Raises `ValueError` for an empty batch.
    """
    _refuse_empty(x)
    return Fraction(sum(x)) / len(x)


def forward(x: Vector, gamma: Rational, beta: Rational) -> Vector:
    r"""The n outputs $\gamma (x_i - \mu) + \beta$.

    >>> forward(Vector((1, 2, 6)), 2, 1) == (-3, -1, 7)
    True

    Raises `ValueError` for an empty batch.
    """
    _refuse_empty(x)
    n, total = len(x), sum(x)
    return Vector([Fraction(gamma * (n * entry - total) + n * beta, n) for entry in x])


def backward(upstream: Vector, gamma: Rational) -> Vector:
    r"""The gradients $\gamma \left(g_i - \frac{1}{n} \sum_j g_j\right)$ of a loss by the n inputs.

    `upstream` are its gradients $g_j = \partial L / \partial y_j$ by the outputs. An input moves its own output, and
    through the mean all of them.

    >>> backward(Vector((1, 2, 6)), 2) == (-4, -2, 6)
    True

    Raises `ValueError` for an empty batch.
    """
    _refuse_empty(upstream)
    n, total = len(upstream), sum(upstream)
    return Vector([Fraction(gamma * (n * entry - total), n) for entry in upstream])


def backward_array(upstream: Array, gamma: Array | float = 1.0, out: Array | None = None) -> Array:
    r"""`backward` for a batch of n rows of f features at once, n × f: $\gamma \left(g - \bar g\right)$ by column.

    `gamma` is a number or has f entries; the result is of the library and type of `upstream`. For NumPy arrays `out`
    takes the result.

    >>> import numpy as np
    >>> backward_array(np.asarray([[1.0, 0.0], [2.0, 0.0], [6.0, 3.0]]), 2.0)
    array([[-4., -2.],
           [-2., -2.],
           [ 6.,  4.]])

    Raises `ValueError` for an empty batch, or another shape.
    """
    if upstream.ndim != 2 or upstream.shape[0] < 1:
        raise ValueError(
            f"upstream is a batch of n rows, n × f with n at least 1, not of shape {tuple(upstream.shape)}"
        )
    xp = namespace(upstream)
    if not hasattr(upstream, "__array_interface__"):
        return (upstream - xp.mean(upstream, axis=0, keepdims=True)) * gamma
    share = upstream.sum(axis=0, keepdims=True)
    share /= upstream.shape[0]
    found = xp.subtract(upstream, share, out=out)
    if not (isinstance(gamma, float | int) and gamma == 1):
        found *= gamma
    return found


def _refuse_empty(batch: Vector) -> None:
    if not batch:
        raise ValueError("a batch must have at least 1 number, not 0")
