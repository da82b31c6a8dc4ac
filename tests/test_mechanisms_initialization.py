"""Initialization, against sums over all signs of the weights."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.mechanisms import initialization

widths = st.integers(1, 6)


@given(widths, widths)
def test_he_keeps_the_signal(fan_in: int, fan_out: int) -> None:
    """With He initialization a ReLU layer keeps the mean square, whatever its widths."""
    assert initialization.relu_signal((fan_in, fan_out), "He") == 1


@given(widths, widths, st.sampled_from(["Xavier", "He", "zero"]))
def test_a_layer_is_the_mean_over_all_signs(fan_in: int, fan_out: int, method: initialization.Method) -> None:
    """What a layer lets through is the mean over weights of all signs, each as large as its variance says."""
    square = initialization.variance(method, fan_in, fan_out)
    passed = [max(0, sum(signs)) ** 2 for signs in product((-1, 1), repeat=fan_in)]
    assert initialization.relu_signal((fan_in, fan_out), method) == Fraction(sum(passed), len(passed)) * square


@given(st.lists(widths, min_size=3, max_size=6), st.integers(1, 4))
def test_layers_multiply(sizes: list[int], cut: int) -> None:
    """A network's factor is the product of its parts' factors."""
    cut = min(cut, len(sizes) - 2)
    parts = sizes[: cut + 1], sizes[cut:]
    first, second = (initialization.relu_signal(part, "Xavier") for part in parts)
    assert initialization.relu_signal(sizes, "Xavier") == first * second


def test_layers_have_widths() -> None:
    """A layer without inputs or outputs is an error, and so is a network without layers."""
    with pytest.raises(ValueError, match="inputs and outputs"):
        initialization.variance("He", 0, 3)
    with pytest.raises(ValueError, match="before and after"):
        initialization.relu_signal([3], "He")
