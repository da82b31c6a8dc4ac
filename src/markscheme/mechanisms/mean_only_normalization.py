r"""A batch normalization that only takes the mean away, forward and backward.

$y_i = \gamma (x_i - \mu) + \beta$ with $\mu = \frac{1}{n} \sum_j x_j$ over a batch of n numbers: batch normalization
without its division, as in the EECS 182 midterm, Spring 2023, question 8(b). Ioffe and Szegedy, "Batch normalization"
(https://arxiv.org/abs/1502.03167).
"""

from __future__ import annotations

from fractions import Fraction

from markscheme.exact import Rational, Vector


def mean(x: Vector) -> Fraction:
    """The mean of n numbers.

    >>> mean(Vector((1, 2, 6)))
    Fraction(3, 1)

    Raises `ValueError` for an empty batch.
    """
    if not x:
        raise ValueError("a batch must have at least 1 number, not 0")
    return Fraction(sum(x)) / len(x)


def forward(x: Vector, gamma: Rational, beta: Rational) -> Vector:
    r"""The n outputs $\gamma (x_i - \mu) + \beta$.

    >>> forward(Vector((1, 2, 6)), 2, 1) == (-3, -1, 7)
    True

    Raises `ValueError` for an empty batch.
    """
    mu = mean(x)
    return Vector([gamma * (entry - mu) + beta for entry in x])


def backward(upstream: Vector, gamma: Rational) -> Vector:
    r"""The gradients $\gamma \left(g_i - \frac{1}{n} \sum_j g_j\right)$ of a loss by the n inputs.

    `upstream` are its gradients $g_j = \partial L / \partial y_j$ by the outputs. An input moves its own output, and
    through the mean all of them.

    >>> backward(Vector((1, 2, 6)), 2) == (-4, -2, 6)
    True

    Raises `ValueError` for an empty batch.
    """
    share = mean(upstream)
    return Vector([gamma * (entry - share) for entry in upstream])
