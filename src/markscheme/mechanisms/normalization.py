"""Normalization layers: which entries of an array of shape N × C × H × W share a mean and a variance.

Every layer here takes the maps (one channel of one image, H × W entries) whole, so what tells them apart is which maps
they put together. Batch: Ioffe and Szegedy (https://arxiv.org/abs/1502.03167); layer: Ba, Kiros and Hinton
(https://arxiv.org/abs/1607.06450); instance: Ulyanov, Vedaldi and Lempitsky (https://arxiv.org/abs/1607.08022); group,
and all four as shaded cubes: Wu and He (https://arxiv.org/abs/1803.08494). EECS 182 midterm, Spring 2023, question 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, Literal, TypeAlias, get_args

from markscheme.exact import Rational
from markscheme.mechanisms.arrays import Array as Tensor
from markscheme.mechanisms.arrays import device, namespace, refuse_infinite, refuse_shape

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

    Raises `ValueError` without images or channels, and unless `channels` can be divided into `groups` of one size.
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


# On arrays

Over: TypeAlias = Literal["batch", "layer", "instance", "group", "rms", "mean-only"]
"""What a normalization takes together: `rms` is layer normalization without the mean, `mean-only` batch normalization
without the variance."""

LAST = ("layer", "rms")
"""Normalizations of the last axes, with γ and β in the shape of these; others have one γ and β a channel, on axis 1."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """What a normalization gives, and what its backward pass needs."""

    y: Tensor
    centered: Tensor
    """The input less its mean, over its deviation, in the shape of the input."""
    deviation: Tensor
    """1 over the square root of variance plus ε, for each block; 1 where nothing is divided."""
    over: Over
    axes: tuple[int, ...]
    """Those that share a mean and a variance; of group normalization, once axis 1 is divided."""
    groups: int


def axes_of(over: Over, dimensions: int) -> tuple[int, ...]:
    """The axes of an array n × c × ... that share a mean and a variance unless others are named: those of torch's
    layers of the name. `layer` and `rms` take the last axis alone, as `torch.nn.LayerNorm(d)` does.

    >>> axes_of("batch", 4), axes_of("layer", 3), axes_of("instance", 4), axes_of("batch", 2)
    ((0, 2, 3), (2,), (2, 3), (0,))

    Raises `ValueError` for a name that is no normalization, and for too few axes.
    """
    least = 3 if over == "instance" else 2
    if over not in get_args(Over):
        raise ValueError(f"a normalization is one of {', '.join(get_args(Over))}, not {over!r}")
    if dimensions < least:
        raise ValueError(f"{over} normalization needs an array n × c{' × sides' * (least > 2)}, not {dimensions} axes")
    if over in LAST:
        return (dimensions - 1,)
    rest = tuple(range(2, dimensions))
    return {"instance": rest, "group": (1, *rest)}.get(over, (0, *rest))


def normalize(
    x: Tensor,
    over: Over,
    gamma: Tensor | None = None,
    beta: Tensor | None = None,
    *,
    axes: Sequence[int] | None = None,
    groups: int = 1,
    eps: float = 1e-5,
) -> Normalized:
    r"""$\gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$ with mean and variance over each block; `eps` is ε.

    `x` is n × c × sides. `layer` and `rms` take the last axis together, or with `axes` the last ones: the exam's cube B
    is `axes=(1, 2, 3)`, torch's `LayerNorm([c, h, w])`. Their `gamma` and `beta` have the shape of these axes; those of
    the others have c entries, one a channel. The variance is that of the whole block, over its number of entries, as in
    training.

    >>> import numpy as np
    >>> normalize(np.asarray([[1.0, 5.0], [3.0, 9.0]]), "mean-only").y
    array([[-1., -2.],
           [ 1.,  2.]])
    >>> normalize(np.asarray([[[1.0, 3.0], [5.0, 9.0]]]), "layer", eps=0.0).y
    array([[[-1.,  1.],
            [-1.,  1.]]])

    Raises `ValueError` for shapes that do not fit, an empty block, entries that are not finite, axes that are not the
    last ones of a layer normalization, and groups that do not part the channels evenly.
    """
    xp = namespace(x, gamma, beta)
    shape = tuple(x.shape)
    axes = axes_of(over, x.ndim) if axes is None else _last_axes(over, axes, x.ndim)
    if 0 in shape:
        raise ValueError(f"a block must have at least one entry, not none, as of shape {shape}")
    for name, scale in (("gamma", gamma), ("beta", beta)):
        if scale is not None:
            refuse_shape(name, scale, shape[axes[0] :] if over in LAST else (shape[1],))
    blocks = _grouped(xp, x, over, groups)
    if over == "group":
        axes = tuple(range(2, blocks.ndim))
    mean = xp.mean(blocks * blocks if over == "rms" else blocks, axis=axes, keepdims=True)
    refuse_infinite("x", mean)  # which any NaN or infinity reaches
    centered = blocks if over == "rms" else blocks - mean
    if over == "mean-only":
        deviation = xp.ones((1,) * blocks.ndim, dtype=x.dtype, device=device(x))
    else:
        variance = mean if over == "rms" else xp.mean(centered * centered, axis=axes, keepdims=True)
        deviation = 1 / xp.sqrt(variance + eps)
        centered = centered * deviation if over == "rms" else _scaled(centered, deviation)
    centered = xp.reshape(centered, shape)
    y = centered if gamma is None else centered * _laid_out(xp, gamma, over, x.ndim)
    y = y if beta is None else y + _laid_out(xp, beta, over, x.ndim)
    return Normalized(y, centered, deviation, over, axes, groups)


def normalize_backward(
    upstream: Tensor, forward: Normalized, gamma: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    r"""The gradients of a loss by the input, by γ and by β, from those by the output.

    With $\hat g = \gamma g$ it is $\frac{1}{\sqrt{\sigma^2 + \epsilon}} \left(\hat g - \overline{\hat g} - \hat x\,
    \overline{\hat g \hat x}\right)$, means over each block (Ioffe and Szegedy, section 3); without the term of the mean
    for `rms`, and without that of the variance for `mean-only`.

    >>> import numpy as np
    >>> forward = normalize(np.asarray([[1.0], [5.0]]), "mean-only")
    >>> normalize_backward(np.asarray([[2.0], [0.0]]), forward)[0].tolist()
    [[1.0], [-1.0]]

    Raises `ValueError` where the upstream gradient has not the shape of the output.
    """
    xp = namespace(upstream, forward.y, gamma)
    refuse_shape("upstream", upstream, tuple(forward.y.shape))
    own = forward.axes if forward.over in LAST else (1,)
    others = tuple([axis for axis in range(upstream.ndim) if axis not in own])
    by_gamma = xp.sum(upstream * forward.centered, axis=others)
    by_beta = xp.sum(upstream, axis=others)
    over, shape = forward.over, tuple(upstream.shape)
    if over in ("batch", "mean-only"):  # a block is a channel, whose sums are there
        count = prod(shape) // shape[1]
        by_x = upstream - _by_channel(xp, by_beta / count, upstream.ndim)
        if over == "batch":
            by_x -= forward.centered * _by_channel(xp, by_gamma / count, upstream.ndim)
        scale = forward.deviation if gamma is None else forward.deviation * _by_channel(xp, gamma, upstream.ndim)
        return _scaled(by_x, scale), by_gamma, by_beta
    scaled = upstream if gamma is None else upstream * _laid_out(xp, gamma, over, upstream.ndim)
    g, x = _grouped(xp, scaled, over, forward.groups), _grouped(xp, forward.centered, over, forward.groups)
    axes = forward.axes
    by_x = g if over == "rms" else g - xp.mean(g, axis=axes, keepdims=True)
    by_x = (by_x - x * xp.mean(g * x, axis=axes, keepdims=True)) * forward.deviation
    return xp.reshape(by_x, shape), by_gamma, by_beta


def _grouped(xp: Any, x: Tensor, over: Over, groups: int) -> Tensor:
    """The array with its channels in groups on an axis of their own, where groups are what is normalized."""
    if over != "group":
        return x
    images, channels, *sides = x.shape
    if groups < 1 or channels % groups:
        raise ValueError(f"groups must be at least 1 and part {channels} channels evenly, not {groups}")
    return xp.reshape(x, (images, groups, channels // groups, *sides))


def _scaled(own: Tensor, factors: Tensor) -> Tensor:
    """An array of our own, times factors, in place."""
    own *= factors
    return own


def _by_channel(xp: Any, scale: Tensor, dimensions: int) -> Tensor:
    return xp.reshape(scale, (1, -1, *[1] * (dimensions - 2)))


def _laid_out(xp: Any, scale: Tensor, over: Over, dimensions: int) -> Tensor:
    """γ or β so that it is broadcast with the array: over the last axes, or along axis 1."""
    return scale if over in LAST else _by_channel(xp, scale, dimensions)


def _last_axes(over: Over, axes: Sequence[int], dimensions: int) -> tuple[int, ...]:
    """The axes of a layer normalization, in rising order, from 0 on."""
    found = tuple(sorted([axis % dimensions for axis in axes]))
    if over not in LAST or found != tuple(range(dimensions - len(found), dimensions)) or not found or found[0] == 0:
        raise ValueError(f"axes are for layer and rms normalization, and the last ones, not {tuple(axes)} for {over} "
                         f"normalization of {dimensions} axes")  # fmt: skip
    return found
