r"""Steps of optimizers: SGD with momentum, Adam, weight decay and L2 regularization.

Adam is that of the EECS 182 midterm, Spring 2023, question 9: without bias correction and without $\epsilon$. Kingma
and Ba, "Adam: a method for stochastic optimization" (https://arxiv.org/abs/1412.6980); Loshchilov and Hutter,
"Decoupled weight decay regularization" (https://arxiv.org/abs/1711.05101).
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, sqrt
from typing import TypeAlias

from markscheme.exact import Rational, Vector

Real: TypeAlias = Rational | float


def moving_average(past: Rational, new: Rational, beta: Rational) -> Rational:
    r"""The exponential moving average $\beta \cdot \text{past} + (1 - \beta) \cdot \text{new}$.

    >>> moving_average(4, 8, Fraction(3, 4))
    Fraction(5, 1)

    Raises `ValueError` for a `beta` outside 0 to 1.
    """
    if not 0 <= beta <= 1:
        raise ValueError(f"the share of the past must be from 0 to 1, not {beta}")
    return beta * past + (1 - beta) * new


def sgd_step(theta: Vector, gradient: Vector, eta: Rational) -> Vector:
    r"""One step of gradient descent, $\theta - \eta \nabla f$; all vectors have n entries.

    >>> sgd_step(Vector((1, 2)), Vector((4, -2)), Fraction(1, 2))
    Vector((Fraction(-1, 1), Fraction(3, 1)))

    Raises `ValueError` where lengths differ.
    """
    return theta - eta * gradient


def momentum_step(theta: Vector, m: Vector, gradient: Vector, eta: Rational, beta: Rational) -> tuple[Vector, Vector]:
    r"""One step of SGD with momentum; returns θ and m. All vectors have n entries.

    $m \leftarrow \beta m + (1 - \beta) \nabla f$, $\theta \leftarrow \theta - \eta m$.

    >>> momentum_step(Vector((1,)), Vector((0,)), Vector((2,)), 1, Fraction(1, 2))
    (Vector((Fraction(0, 1),)), Vector((Fraction(1, 1),)))

    Raises `ValueError` where lengths differ.
    """
    m = beta * m + (1 - beta) * gradient
    return theta - eta * m, m


def adam_update(theta: Real, m: Rational, v: Rational, eta: Rational) -> Real:
    r"""How Adam moves one parameter: $\theta - \eta\, m / \sqrt{v}$, exact where $v$ is the square of a fraction.

    >>> adam_update(1, 3, 4, Fraction(1, 2))
    Fraction(1, 4)
    >>> round(adam_update(0, 1, 2, 1), 6)
    -0.707107

    Raises `ZeroDivisionError` at v = 0 (there is no ε), `ValueError` for a negative v.
    """
    return theta - eta * m / square_root(v)


def adam_step(
    theta: Real, m: Rational, v: Rational, gradient: Rational, eta: Rational, beta_1: Rational, beta_2: Rational
) -> tuple[Real, Rational, Rational]:
    r"""One step of Adam for one parameter, without bias correction and ε; returns θ, m and v.

    $m \leftarrow \beta_1 m + (1 - \beta_1) g$, $v \leftarrow \beta_2 v + (1 - \beta_2) g^2$, then
    $\theta \leftarrow \theta - \eta\, m / \sqrt{v}$.

    >>> adam_step(1, 0, 0, 4, 1, Fraction(1, 2), Fraction(3, 4))
    (Fraction(0, 1), Fraction(2, 1), Fraction(4, 1))

    Raises `ZeroDivisionError` where v stays 0.
    """
    m = moving_average(m, gradient, beta_1)
    v = moving_average(v, gradient * gradient, beta_2)
    return adam_update(theta, m, v, eta), m, v


def l2_gradient(theta: Vector, gradient: Vector, lam: Rational) -> Vector:
    r"""The gradient $\nabla f + \lambda \theta$ of the regularized loss $f + \frac{\lambda}{2} \lVert \theta \rVert^2$.

    >>> l2_gradient(Vector((4, -2)), Vector((1, 1)), Fraction(1, 2))
    Vector((Fraction(3, 1), Fraction(0, 1)))

    Raises `ValueError` where lengths differ.
    """
    return gradient + lam * theta


def decay_step(theta: Vector, gradient: Vector, eta: Rational, gamma: Rational) -> Vector:
    r"""One step of SGD with weight decay, $(1 - \gamma) \theta - \eta \nabla f$; all vectors have n entries.

    >>> decay_step(Vector((4, -2)), Vector((1, 1)), Fraction(1, 2), Fraction(1, 4))
    Vector((Fraction(5, 2), Fraction(-2, 1)))

    Raises `ValueError` where lengths differ.
    """
    return (1 - gamma) * theta - eta * gradient


def square_root(x: Rational) -> Real:
    """The square root: a fraction where there is one, else a float.

    >>> square_root(Fraction(9, 4)), square_root(2)
    (Fraction(3, 2), 1.4142135623730951)

    Raises `ValueError` for a negative number.
    """
    if x < 0:
        raise ValueError(f"a root is taken of 0 or more, not of {x}")
    above, below = isqrt(x.numerator), isqrt(x.denominator)
    if above * above == x.numerator and below * below == x.denominator:
        return Fraction(above, below)
    return sqrt(x)
