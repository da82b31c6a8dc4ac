"""Normalization layers: which entries of an array of shape N × C × H × W share a mean and a variance.

Every layer here takes the maps (one channel of one image, H × W entries) whole, so what tells them apart is which maps
they put together. Batch: Ioffe and Szegedy (https://arxiv.org/abs/1502.03167); layer: Ba, Kiros and Hinton
(https://arxiv.org/abs/1607.06450); instance: Ulyanov, Vedaldi and Lempitsky (https://arxiv.org/abs/1607.08022); group,
and all four as shaded cubes: Wu and He (https://arxiv.org/abs/1803.08494). EECS 182 midterm, Spring 2023, question 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from markscheme.exact import Rational

Block: TypeAlias = frozenset[tuple[int, int]]
"""Maps that share their statistics, each as its image n and its channel c, from 0."""
Array: TypeAlias = Sequence[Sequence[Sequence[Sequence[Rational]]]]
"""An array of shape N × C × H × W, as nested sequences."""


def batch_blocks(images: int, channels: int) -> tuple[Block, ...]:
    r"""The blocks of batch normalization: $C$ of them, a channel of all images each.

    $\mu_c = \frac{1}{NHW} \sum_{n,h,w} x_{nchw}$ (Ioffe and Szegedy, section 3.2).

    >>> [sorted(block) for block in batch_blocks(2, 3)]
    [[(0, 0), (1, 0)], [(0, 1), (1, 1)], [(0, 2), (1, 2)]]

    Raises `ValueError` without images or channels.
    """
    _refuse_none(images, channels)
    return tuple([frozenset([(n, c) for n in range(images)]) for c in range(channels)])


def layer_blocks(images: int, channels: int) -> tuple[Block, ...]:
    r"""The blocks of layer normalization: $N$ of them, all channels of an image each.

    $\mu_n = \frac{1}{CHW} \sum_{c,h,w} x_{nchw}$ (Ba, Kiros and Hinton, section 3; on maps: Wu and He, section 3.1).

    >>> [sorted(block) for block in layer_blocks(2, 3)]
    [[(0, 0), (0, 1), (0, 2)], [(1, 0), (1, 1), (1, 2)]]

    Raises `ValueError` without images or channels.
    """
    return group_blocks(images, channels, 1)


def instance_blocks(images: int, channels: int) -> tuple[Block, ...]:
    r"""The blocks of instance normalization: $NC$ of them, a single map each.

    $\mu_{nc} = \frac{1}{HW} \sum_{h,w} x_{nchw}$ (Ulyanov, Vedaldi and Lempitsky; Wu and He, section 3.1).

    >>> [sorted(block) for block in instance_blocks(1, 2)]
    [[(0, 0)], [(0, 1)]]

    Raises `ValueError` without images or channels.
    """
    return group_blocks(images, channels, channels)


def group_blocks(images: int, channels: int, groups: int) -> tuple[Block, ...]:
    r"""The blocks of group normalization: $NG$ of them, $C/G$ neighboring channels of an image each.

    $\mu_{ng} = \frac{G}{CHW} \sum_{c \in g} \sum_{h,w} x_{nchw}$ (Wu and He, section 3.1).

    >>> [sorted(block) for block in group_blocks(1, 4, 2)]
    [[(0, 0), (0, 1)], [(0, 2), (0, 3)]]

    Raises `ValueError` without images or channels, and unless `channels` can be parted into `groups` of one size.
    """
    _refuse_none(images, channels)
    if groups < 1 or channels % groups:
        raise ValueError(f"groups must be at least 1 and part {channels} channels evenly, not {groups}")
    size = channels // groups
    return tuple(
        [
            frozenset([(n, c) for c in range(first, first + size)])
            for n in range(images)
            for first in range(0, channels, size)
        ]
    )


def statistics(x: Array, blocks: Sequence[Block]) -> tuple[tuple[Fraction, Fraction], ...]:
    r"""Mean and variance of each block of an array of shape N × C × H × W.

    $\mu = \frac{1}{m} \sum x$ and $\sigma^2 = \frac{1}{m} \sum (x - \mu)^2$ over the $m$ entries of the block's maps
    (Wu and He, equation 2, without its $\epsilon$).

    >>> statistics([[[[1, 2]], [[3, 6]]]], layer_blocks(1, 2))
    ((Fraction(3, 1), Fraction(7, 2)),)

    Raises `ValueError` if a block has no entries, and `IndexError` if it names a map that the array does not have.
    """
    found: list[tuple[Fraction, Fraction]] = []
    for block in blocks:
        entries = [entry for n, c in block for row in x[n][c] for entry in row]
        if not entries:
            raise ValueError("a block must have at least one entry, not 0")
        mean = Fraction(sum(entries), len(entries))
        found.append((mean, sum([(entry - mean) ** 2 for entry in entries], Fraction()) / len(entries)))
    return tuple(found)


def _refuse_none(images: int, channels: int) -> None:
    if images < 1 or channels < 1:
        raise ValueError(f"there must be at least one image and one channel, not {images} and {channels}")
