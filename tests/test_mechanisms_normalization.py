from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.mechanisms.normalization import (
    Block,
    batch_blocks,
    group_blocks,
    instance_blocks,
    layer_blocks,
    statistics,
)

COUNTS = st.integers(1, 6)


def moved_together(images: int, channels: int, groups: int, axes: tuple[int, ...]) -> set[Block]:
    """For each map the maps that move with it when NumPy takes the mean away over some axes of N × G × C/G."""
    found = set[Block]()
    for n, c in np.ndindex(images, channels):
        x = np.zeros((images, channels))
        x[n, c] = 1
        x = x.reshape(images, groups, channels // groups)
        shared = np.broadcast_to(x.mean(axis=axes, keepdims=True), x.shape).reshape(images, channels)
        found.add(frozenset([(int(i), int(j)) for i, j in np.argwhere(shared)]))
    return found


@given(COUNTS, COUNTS, st.data())
def test_blocks_are_what_moves_together(images: int, channels: int, data: st.DataObject) -> None:
    """A block is all the maps whose mean a change in one of them moves."""
    groups = data.draw(st.sampled_from([g for g in range(1, channels + 1) if channels % g == 0]))
    for blocks, parts, axes in (
        (batch_blocks(images, channels), channels, (0, 2)),
        (layer_blocks(images, channels), 1, (1, 2)),
        (instance_blocks(images, channels), channels, (2,)),
        (group_blocks(images, channels, groups), groups, (2,)),
    ):
        assert set(blocks) == moved_together(images, channels, parts, axes)


@given(COUNTS, COUNTS)
def test_blocks_part_the_maps(images: int, channels: int) -> None:
    """Every map lies in one block and one alone, and each normalization has as many blocks as it has means."""
    for blocks, count in (
        (batch_blocks(images, channels), channels),
        (layer_blocks(images, channels), images),
        (instance_blocks(images, channels), images * channels),
    ):
        assert len(blocks) == count
        assert sorted(each for block in blocks for each in block) == list(product(range(images), range(channels)))


@given(st.tuples(*[st.integers(1, 3)] * 4), st.integers(0, 99))
def test_statistics_against_numpy(shape: tuple[int, int, int, int], seed: int) -> None:
    """Means and variances are NumPy's over the axes of the papers."""
    x = np.random.default_rng(seed).integers(-9, 10, shape)
    for blocks, axes in (
        (batch_blocks(*shape[:2]), (0, 2, 3)),
        (layer_blocks(*shape[:2]), (1, 2, 3)),
        (instance_blocks(*shape[:2]), (2, 3)),
    ):
        means, variances = zip(*statistics(x.tolist(), blocks), strict=True)
        assert np.allclose(np.array(means, dtype=float), x.mean(axis=axes).ravel())
        assert np.allclose(np.array(variances, dtype=float), x.var(axis=axes).ravel())


def test_refused() -> None:
    """No images, no channels, uneven groups and empty blocks are refused by the rule, then the offending value."""
    for blocks in (batch_blocks, layer_blocks, instance_blocks):
        with pytest.raises(ValueError, match="at least one image and one channel, not 0 and 3"):
            blocks(0, 3)
    for groups in (0, 4):
        with pytest.raises(ValueError, match=f"part 6 channels evenly, not {groups}"):
            group_blocks(2, 6, groups)
    with pytest.raises(ValueError, match="at least one entry, not 0"):
        statistics([[[[]]]], batch_blocks(1, 1))
    with pytest.raises(IndexError):
        statistics([[[[1]]]], batch_blocks(2, 1))
