"""Optimizers: each step against a second way, and what their averages add up to."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.exact import Vector
from markscheme.mechanisms.optimizers import (
    adam_step,
    adam_update,
    decay_step,
    l2_gradient,
    momentum_step,
    moving_average,
    sgd_step,
    square_root,
)

numbers = st.fractions(-9, 9, max_denominator=9)
shares = st.fractions(0, 1, max_denominator=20)


def vectors(size: int) -> st.SearchStrategy[Vector]:
    return st.lists(numbers, min_size=size, max_size=size).map(Vector)


@given(st.lists(numbers, min_size=1, max_size=6), shares)
def test_an_average_unrolls(gradients: list[Fraction], beta: Fraction) -> None:
    """A moving average from 0 is the sum of what came in, each with its weight, and the weights add up to 1 − βᵗ."""
    average: Fraction | int = 0
    for gradient in gradients:
        average = moving_average(average, gradient, beta)
    weights = [(1 - beta) * beta ** (len(gradients) - s) for s in range(1, len(gradients) + 1)]
    assert average == sum(w * g for w, g in zip(weights, gradients, strict=True))
    assert sum(weights) == 1 - beta ** len(gradients)


@given(vectors(2), vectors(2), st.lists(vectors(2), max_size=4), numbers, shares)
def test_momentum_moves_by_averages(
    theta: Vector, m: Vector, gradients: list[Vector], eta: Fraction, beta: Fraction
) -> None:
    """Each entry moves by η times the moving average of its gradients; with β = 0 this is plain SGD."""
    expected, averages = list(theta), list(m)
    for gradient in gradients:
        assert momentum_step(theta, m, gradient, eta, 0) == (sgd_step(theta, gradient, eta), gradient)
        theta, m = momentum_step(theta, m, gradient, eta, beta)
        averages = [moving_average(a, g, beta) for a, g in zip(averages, gradient, strict=True)]
        expected = [x - eta * a for x, a in zip(expected, averages, strict=True)]
    assert (list(theta), list(m)) == (expected, averages)


@given(numbers, numbers.filter(bool), numbers, shares, st.integers(1, 9))
def test_the_first_step_of_adam_does_not_see_the_size_of_the_gradient(
    theta: Fraction, gradient: Fraction, eta: Fraction, beta_1: Fraction, root: int
) -> None:
    """From rest Adam moves by η (1 − β₁)/√(1 − β₂), against the sign of the gradient, whatever its size."""
    beta_2 = 1 - Fraction(root, 10) ** 2
    moved, _, _ = adam_step(theta, 0, 0, gradient, eta, beta_1, beta_2)
    sign = 1 if gradient > 0 else -1
    assert moved == theta - sign * eta * (1 - beta_1) / Fraction(root, 10)


@given(st.lists(numbers, min_size=1, max_size=5), st.integers(1, 99).map(lambda n: Fraction(n, 100)))
def test_adam_against_floats(gradients: list[Fraction], beta: Fraction) -> None:
    """Steps of Adam are those of a plain loop in floats."""
    theta, m, v = (0.0, Fraction(0), Fraction(0))
    x = mean = size = 0.0
    for gradient in (Fraction(1), *gradients):
        moved, m, v = adam_step(theta, m, v, gradient, Fraction(1, 10), Fraction(1, 2), beta)
        theta = float(moved)
        mean = mean / 2 + float(gradient) / 2
        size = float(beta) * size + (1 - float(beta)) * float(gradient) ** 2
        x -= 0.1 * mean / size**0.5
    assert theta == pytest.approx(x)


@given(vectors(3), st.lists(vectors(3), max_size=6), numbers, numbers)
def test_weight_decay_is_l2_under_sgd(theta: Vector, gradients: list[Vector], eta: Fraction, lam: Fraction) -> None:
    """Step by step, SGD on the regularized loss and weight decay with γ = λη stay together."""
    other = theta
    for gradient in gradients:
        theta = sgd_step(theta, l2_gradient(theta, gradient, lam), eta)
        other = decay_step(other, gradient, eta, lam * eta)
        assert theta == other


@given(st.fractions(0, 99, max_denominator=30))
def test_roots(x: Fraction) -> None:
    """The root of a square is exact, any other within rounding."""
    assert square_root(x * x) == x
    assert float(square_root(x)) ** 2 == pytest.approx(float(x))


def test_refused_numbers() -> None:
    """A share beyond 1, a negative mean of squares, and a division by 0 are refused."""
    with pytest.raises(ValueError, match="from 0 to 1, not 2"):
        moving_average(0, 1, 2)
    with pytest.raises(ValueError, match="not of -1"):
        adam_update(0, 1, -1, 1)
    with pytest.raises(ZeroDivisionError):
        adam_step(0, 0, 0, 0, 1, Fraction(1, 2), Fraction(1, 2))
