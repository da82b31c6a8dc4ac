"""Splits, against pairs and places tried one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.mechanisms import splitting


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.data())
def test_what_leaks_has_a_version_on_the_other_side(groups: list[int], data: st.DataObject) -> None:
    """A validation example leaks if some training example shows its image, and no other does."""
    validation = data.draw(st.lists(st.sampled_from(range(len(groups))), unique=True))
    train = [index for index in range(len(groups)) if index not in validation]
    expected = [i for i in validation if any(groups[i] == groups[j] for j in train)]
    assert list(splitting.leaking(groups, validation)) == expected


@given(st.integers(1, 4), st.integers(1, 3), st.data())
def test_the_probability_is_the_share_of_splits(images: int, versions: int, data: st.DataObject) -> None:
    """Over all splits of one size, the share of leaking validation examples is the probability."""
    examples = range(images * versions)
    held_out = data.draw(st.integers(1, len(examples)))
    groups = [index % images for index in examples]
    leaks = [len(splitting.leaking(groups, split)) for split in combinations(examples, held_out)]
    assert splitting.leak_probability(images, versions, held_out) == Fraction(sum(leaks), len(leaks) * held_out)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: splitting.leaking((0, 1), (0, 0)), "once, not twice"),
        (lambda: splitting.leaking((0, 1), (2,)), "from 0 to 1, not 2"),
        (lambda: splitting.leak_probability(0, 2, 1), "at least 1, not 0, 2 and 1"),
        (lambda: splitting.leak_probability(2, 2, 5), "at most all 4 examples, not 5"),
    ],
)
def test_splits_that_cannot_be(call: object, says: str) -> None:
    """What is no split of the examples is an error that says why."""
    assert callable(call)
    with pytest.raises(ValueError, match=says):
        call()
