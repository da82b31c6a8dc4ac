from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.exact import Matrix, Vector
from markscheme.mechanisms.attention import argmax_weights, attend, scores, softmax
from markscheme.mechanisms.recurrent import linear_step, unroll

NUMBERS = st.integers(-5, 5)
FRACTIONS = st.fractions(min_value=-5, max_value=5, max_denominator=9)


def vectors(size: int) -> st.SearchStrategy[Vector]:
    return st.lists(FRACTIONS, min_size=size, max_size=size).map(Vector)


def squares(size: int) -> st.SearchStrategy[Matrix]:
    return st.lists(vectors(size), min_size=size, max_size=size).map(Matrix)


@st.composite
def networks(draw: st.DrawFn) -> tuple[Matrix, Vector, Vector, list[Fraction]]:
    size = draw(st.integers(1, 3))
    return draw(squares(size)), draw(vectors(size)), draw(vectors(size)), draw(st.lists(FRACTIONS, max_size=5))


@given(networks())
def test_closed_form(network: tuple[Matrix, Vector, Vector, list[Fraction]]) -> None:
    """The closed form passes through the states that steps reach one by one."""
    W_h, h, W_u, inputs = network
    states: list[Vector] = []
    for u in inputs:
        h = linear_step(W_h, h, W_u, u)
        states.append(h)
    assert unroll(W_h, network[1], W_u, inputs) == tuple(states)


@given(networks())
def test_step_against_numpy(network: tuple[Matrix, Vector, Vector, list[Fraction]]) -> None:
    """A step is NumPy's matrix product plus the scaled input."""
    W_h, h, W_u, inputs = network
    for u in inputs:
        expected = np.array(W_h, dtype=object) @ np.array(h, dtype=object) + u * np.array(W_u, dtype=object)
        assert linear_step(W_h, h, W_u, u) == tuple(expected)


def test_published_states() -> None:
    """The states of question 5 follow from its inputs."""
    assert unroll(Matrix([(-1, 2), (0, 1)]), Vector((0, 0)), Vector((0, 1)), (1, 2, -1)) == ((0, 1), (2, 3), (4, 2))


def test_refused_networks() -> None:
    """Shapes that do not fit are refused."""
    with pytest.raises(ValueError, match="not 1×2, 2 and 2"):
        unroll(Matrix([(1, 2)]), Vector((0, 0)), Vector((0, 1)), (1,))
    with pytest.raises(ValueError, match="cannot be multiplied"):
        linear_step(Matrix([(1, 2)]), Vector((0, 0, 1)), Vector((0,)), 1)


@given(st.integers(1, 4).flatmap(lambda size: st.tuples(vectors(size), st.lists(vectors(size), max_size=4))))
def test_scores_are_a_matrix_product(case: tuple[Vector, list[Vector]]) -> None:
    """Scores are the matrix of keys times the query."""
    q, keys = case
    expected = np.array(keys, dtype=object).reshape(len(keys), len(q)) @ np.array(q, dtype=object)
    assert scores(q, keys) == tuple(expected)


@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_argmax(numbers: list[int]) -> None:
    """The weights are one 1 among zeros, at the place that NumPy's argmax names: the first of equals."""
    assert argmax_weights(numbers) == tuple(np.eye(len(numbers), dtype=int)[np.argmax(numbers)])


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.integers(-900, 900))
def test_softmax(numbers: list[int], shift: int) -> None:
    """Softmax is the share of exponentials, sums to 1, and forgets a shift of all scores, however large."""
    weights = softmax(numbers)
    total = sum(math.exp(number) for number in numbers)
    assert weights == pytest.approx([math.exp(number) / total for number in numbers], rel=1e-12)
    assert math.fsum(weights) == pytest.approx(1, abs=1e-15 * len(weights))
    assert softmax([number + shift for number in numbers]) == weights


def test_sharp_softmax_is_argmax() -> None:
    """Softmax of ever larger scores becomes argmax, and of equal ones the uniform weights."""
    assert softmax((2, 6, 4), scale=1000) == argmax_weights((2, 6, 4))
    assert softmax((Fraction(1, 3),) * 4) == (0.25,) * 4


@given(
    st.integers(1, 4).flatmap(lambda size: st.tuples(vectors(size), st.lists(vectors(3), min_size=size, max_size=size)))
)
def test_attended_value(case: tuple[Vector, list[Vector]]) -> None:
    """The attended value is weights times the matrix of values: exact for exact weights, close for floats."""
    weights, values = case
    expected = np.array(weights, dtype=object) @ np.array(values, dtype=object)
    assert attend(weights, values) == tuple(expected)
    assert attend([float(weight) for weight in weights], values) == pytest.approx(
        [float(x) for x in expected], abs=1e-9
    )


@pytest.mark.parametrize("weigh", [softmax, argmax_weights])
def test_no_scores(weigh: Callable[[tuple[int, ...]], object]) -> None:
    """No score has no weight."""
    with pytest.raises(ValueError, match="at least one score"):
        weigh(())


@pytest.mark.parametrize(("weights", "values"), [((), []), ((1,), [(1, 2), (3, 4)]), ((1, 0), [(1, 2), (3,)])])
def test_refused_values(weights: tuple[int, ...], values: list[tuple[int, ...]]) -> None:
    """There is one weight for each value, and values have one length."""
    with pytest.raises(ValueError, match=r"must have one length|one weight for each"):
        attend(weights, [Vector(value) for value in values])
