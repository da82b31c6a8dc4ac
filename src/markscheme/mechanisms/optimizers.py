r"""Steps of optimizers: SGD with momentum, Adam, weight decay and L2 regularization.

Adam is that of the EECS 182 midterm, Spring 2023, question 9: without bias correction and without $\epsilon$. Kingma
and Ba, "Adam: a method for stochastic optimization" (https://arxiv.org/abs/1412.6980); Loshchilov and Hutter,
"Decoupled weight decay regularization" (https://arxiv.org/abs/1711.05101).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt
from typing import TypeAlias

from markscheme.exact import Rational, Vector, exact_root
from markscheme.mechanisms.arrays import Array, namespace, numpy, quotient, refuse_shape

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


def square_root(x: Rational) -> Fraction | float:
    """The square root: a fraction where there is one, else a float.

    >>> square_root(Fraction(9, 4)), square_root(2)
    (Fraction(3, 2), 1.4142135623730951)

    Raises `ValueError` for a negative number.
    """
    exact = exact_root(x)
    return sqrt(x) if exact is None else exact


# On arrays

CHUNK = 1 << 15
"""Entries that are moved at a time: few enough to stay in a processor's cache."""


@dataclass
class State:
    """What an optimizer remembers from step to step: how many steps it took, and its averages, by name."""

    steps: int = 0
    averages: dict[str, Array] = field(default_factory=dict[str, Array])

    def average(self, name: str, like: Array) -> Array:
        """An average in the shape of a parameter; zeros before the first step."""
        if name not in self.averages:
            self.averages[name] = namespace(like).zeros_like(like)
        return self.averages[name]


def nesterov_step(theta: Array, gradient: Array, state: State, eta: float | Array, beta: float = 0.9) -> Array:
    r"""One step of SGD with Nesterov's momentum; returns θ. $m \leftarrow \beta m + g$, $\theta - \eta (g + \beta m)$.

    The form of Sutskever et al. (2013) in which `torch.optim.SGD(nesterov=True)` has it. Sizes: all of one shape.

    >>> import numpy as np
    >>> nesterov_step(np.asarray([1.0]), np.asarray([2.0]), State(), eta=0.5, beta=0.5)
    array([-0.5])

    Raises `ValueError` where shapes differ.
    """
    _refuse_other(theta, gradient)
    m = state.averages["m"] = beta * state.average("m", theta) + gradient
    state.steps += 1
    return theta - eta * (gradient + beta * m)


def heavy_ball_step(theta: Array, gradient: Array, state: State, eta: float | Array, beta: float = 0.9) -> Array:
    r"""One step of SGD with Polyak's momentum, as torch has it: $m \leftarrow \beta m + g$, $\theta - \eta m$.

    `eta` is a number, or an array that is broadcast with θ, such as a rate for each of several networks.

    >>> import numpy as np
    >>> heavy_ball_step(np.asarray([1.0]), np.asarray([2.0]), State(), eta=0.5)
    array([0.])

    Raises `ValueError` where shapes differ.
    """
    _refuse_other(theta, gradient)
    m = state.averages["m"] = beta * state.average("m", theta) + gradient
    state.steps += 1
    return theta - eta * m


def adagrad_step(theta: Array, gradient: Array, state: State, eta: float, eps: float = 1e-10) -> Array:
    r"""One step of AdaGrad: $s \leftarrow s + g^2$, $\theta - \eta g / (\sqrt{s} + \epsilon)$ (Duchi et al., 2011).

    >>> import numpy as np
    >>> adagrad_step(np.asarray([1.0]), np.asarray([2.0]), State(), eta=0.5).round(6)
    array([0.5])

    Raises `ValueError` where shapes differ.
    """
    _refuse_other(theta, gradient)
    xp = namespace(theta)
    s = state.averages["s"] = state.average("s", theta) + gradient * gradient
    state.steps += 1
    return theta - eta * gradient / (xp.sqrt(s) + eps)


def rmsprop_step(
    theta: Array, gradient: Array, state: State, eta: float, alpha: float = 0.99, eps: float = 1e-8
) -> Array:
    r"""One step of RMSprop: $s \leftarrow \alpha s + (1 - \alpha) g^2$, $\theta - \eta g / (\sqrt{s} + \epsilon)$.

    Source: Tieleman and Hinton, lecture 6.5 (2012).

    >>> import numpy as np
    >>> rmsprop_step(np.asarray([1.0]), np.asarray([2.0]), State(), eta=0.1).round(6)
    array([0.])

    Raises `ValueError` where shapes differ.
    """
    _refuse_other(theta, gradient)
    xp = namespace(theta)
    s = state.averages["s"] = alpha * state.average("s", theta) + (1 - alpha) * gradient * gradient
    state.steps += 1
    return theta - eta * gradient / (xp.sqrt(s) + eps)


def adam_array_step(
    theta: Array, gradient: Array, state: State, eta: float | Array = 1e-3, beta_1: float = 0.9, beta_2: float = 0.999,
    eps: float = 1e-8, *, decay: float = 0.0, corrected: bool = True,
) -> Array:  # fmt: skip
    r"""One step of Adam, with `decay` of AdamW; moves `theta` in place where it is a NumPy array, and returns it.

    $m \leftarrow \beta_1 m + (1 - \beta_1) g$, $v \leftarrow \beta_2 v + (1 - \beta_2) g^2$, and
    $\theta \leftarrow (1 - \eta \lambda) \theta - \eta \hat m / (\sqrt{\hat v} + \epsilon)$, where
    $\hat m = m / (1 - \beta_1^t)$ and $\hat v = v / (1 - \beta_2^t)$ with bias correction, and the averages themselves
    without (`corrected=False`). With ε = 0 a gradient that has always been zero moves nothing: 0/0 counts as 0. η is a
    number, or an array that is broadcast with θ: then θ is left as it is.

    >>> import numpy as np
    >>> adam_array_step(np.asarray([1.0, 1.0]), np.asarray([5.0, 0.0]), State(), eta=0.1, eps=0.0)
    array([0.9, 1. ])

    Raises `ValueError` where shapes differ.
    """
    _refuse_other(theta, gradient)
    m, v = state.average("m", theta), state.average("v", theta)
    state.steps += 1
    c_1 = 1 - beta_1**state.steps if corrected else 1.0
    c_2 = 1 - beta_2**state.steps if corrected else 1.0
    if (
        isinstance(eta, float | int)
        and hasattr(theta, "__array_interface__")
        and theta.flags.c_contiguous
        and theta.flags.writeable
    ):
        _adam_in_place(theta, gradient, m, v, (eta, beta_1, beta_2, eps, decay, c_1, c_2))
        return theta
    m = state.averages["m"] = beta_1 * m + (1 - beta_1) * gradient
    v = state.averages["v"] = beta_2 * v + (1 - beta_2) * gradient * gradient
    below = namespace(theta).sqrt(v / c_2) + eps
    return (1 - eta * decay) * theta - eta * quotient(m / c_1, below, below != 0)


def _adam_in_place(theta: Array, gradient: Array, m: Array, v: Array, settings: tuple[float, ...]) -> None:
    """The step chunk by chunk, so that what one operation leaves in the cache the next one finds there."""
    np = numpy()

    eta, beta_1, beta_2, eps, decay, c_1, c_2 = settings
    flat = [array.reshape(-1) for array in (theta, np.ascontiguousarray(gradient), m, v)]
    one, other = np.empty(min(CHUNK, theta.size), theta.dtype), np.empty(min(CHUNK, theta.size), theta.dtype)
    root = float(np.sqrt(c_2))
    for start in range(0, theta.size, CHUNK):
        t, g, mean, square = [array[start : start + CHUNK] for array in flat]
        a, b = one[: t.size], other[: t.size]
        mean *= beta_1
        np.multiply(g, 1 - beta_1, out=a)
        mean += a
        square *= beta_2
        np.multiply(g, g, out=a)
        a *= 1 - beta_2
        square += a
        np.sqrt(square, out=a)
        if root != 1:
            a *= 1 / root
        if eps:
            a += eps
        else:
            a[a == 0] = 1
        np.divide(mean, a, out=b)
        b *= eta / c_1
        if decay:
            t *= 1 - eta * decay
        t -= b


def _refuse_other(theta: Array, gradient: Array) -> None:
    if tuple(theta.shape) != tuple(gradient.shape):
        refuse_shape("gradient", gradient, tuple(theta.shape))
