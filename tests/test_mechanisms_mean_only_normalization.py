"""The normalization that only takes the mean away: backward against differences of forward."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.exact import Vector
from markscheme.mechanisms.mean_only_normalization import backward, forward, mean

numbers = st.fractions(-9, 9, max_denominator=9)
batches = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6)


@given(batches, numbers, numbers)
def test_backward_is_the_slope_of_forward(batch: list[tuple[Fraction, Fraction]], g: Fraction, b: Fraction) -> None:
    """Each gradient is how much a linear loss changes when one input moves by 1: exact, as all of it is linear."""
    x, upstream = Vector([one for one, _ in batch]), Vector([other for _, other in batch])
    before = upstream @ forward(x, g, b)
    units = [Vector([int(i == j) for j in range(len(x))]) for i in range(len(x))]
    assert backward(upstream, g) == Vector([upstream @ forward(x + unit, g, b) - before for unit in units])


@given(batches, numbers, numbers)
def test_nothing_goes_through_the_mean(batch: list[tuple[Fraction, Fraction]], g: Fraction, b: Fraction) -> None:
    """Outputs have the mean β, gradients add up to 0, and a shift of the batch changes nothing."""
    x, upstream = Vector([one for one, _ in batch]), Vector([other for _, other in batch])
    assert mean(forward(x, g, b)) == b
    assert sum(backward(upstream, g)) == 0
    assert forward(x + Vector([g] * len(x)), g, b) == forward(x, g, b)


def test_an_empty_batch_is_refused() -> None:
    """A batch has at least one number."""
    with pytest.raises(ValueError, match="at least 1 number, not 0"):
        forward(Vector(()), 1, 0)
