"""Dot-product attention of one query over a sequence.

Vaswani et al., "Attention is all you need" (https://arxiv.org/abs/1706.03762), section 3.2.1, without the division by
the root of the key size unless it is asked for; EECS 182 midterm, Spring 2023, question 5(b) takes argmax for softmax.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any, overload

from markscheme.exact import Rational, Vector
from markscheme.mechanisms.arrays import Array, namespace, refuse_shape


def scores(q: Vector, keys: Sequence[Vector]) -> Vector:
    r"""The scores $\langle q, k_t \rangle$ of a query against each key: T numbers for T keys.

    >>> scores(Vector((2, 4)), [Vector((-1, 1)), Vector((1, 1)), Vector((6, -2))])
    Vector((2, 6, 4))

    Raises `ValueError` if a key has not as many entries as the query.
    """
    return Vector([q @ key for key in keys])


def argmax_weights(scores: Sequence[Rational]) -> Vector:
    """Weight 1 for the highest score and 0 for the others; of equal highest scores the first takes all.

    >>> argmax_weights((2, 6, 4))
    Vector((0, 1, 0))
    >>> argmax_weights((6, 6, 4))
    Vector((1, 0, 0))

    Raises `ValueError` if there is no score.
    """
    if not scores:
        raise ValueError("attention weights need at least one score, not none")
    highest = scores.index(max(scores))
    return Vector([int(t == highest) for t in range(len(scores))])


def softmax(scores: Sequence[Rational] | Sequence[float], scale: float = 1.0) -> tuple[float, ...]:
    r"""The weights $e^{c s_t} / \sum_r e^{c s_r}$ for scores $s_t$ and a `scale` $c$ ($1/\sqrt{d}$ in a transformer).

    The highest score is subtracted first, so that nothing overflows; the weights are floats, and sum to 1 to within a
    few times 1e-16.

    >>> softmax((3, 3))
    (0.5, 0.5)

    Raises `ValueError` if there is no score.
    """
    if not scores:
        raise ValueError("attention weights need at least one score, not none")
    scaled = [scale * float(score) for score in scores]
    highest = max(scaled)
    powers = [math.exp(score - highest) for score in scaled]
    total = math.fsum(powers)
    return tuple([power / total for power in powers])


@overload
def attend(weights: Sequence[Rational], values: Sequence[Vector]) -> Vector: ...
@overload
def attend(weights: Sequence[float], values: Sequence[Vector]) -> tuple[float, ...]: ...
def attend(weights: Sequence[Rational] | Sequence[float], values: Sequence[Vector]) -> Vector | tuple[float, ...]:
    r"""The attended value $\sum_t w_t v_t$: exact for exact weights, floats for those of `softmax`.

    T weights, T values of d entries each; the result has d entries.

    >>> attend((0, 1, 0), [Vector((0, 1)), Vector((2, 1)), Vector((4, -2))])
    Vector((2, 1))
    >>> attend((0.5, 0.5), [Vector((0, 1)), Vector((2, 1))])
    (1.0, 1.0)

    Raises `ValueError` if there is no value, or not one weight for each, or their lengths differ.
    """
    if not values or len(weights) != len(values):
        raise ValueError(f"attention needs one weight for each of its values, not {len(weights)} for {len(values)}")
    size = len(values[0])
    for value in values:
        if len(value) != size:
            raise ValueError(f"the values must have one length, not {size} and {len(value)}")
    exact = weights if isinstance(weights, Vector) else [it for it in weights if isinstance(it, int | Fraction)]
    if len(exact) == len(weights):
        return Vector([sum(map(mul, exact, entries)) for entries in zip(*values, strict=True)])
    return tuple(
        [
            math.fsum(float(weight) * float(value[i]) for weight, value in zip(weights, values, strict=True))
            for i in range(size)
        ]
    )


# On arrays


@dataclass(frozen=True, slots=True)
class Attended:
    """The attended values, … × T × d, and the weights, … × T × S, each row of which sums to 1."""

    output: Array
    weights: Array


def softmax_array(scores: Array, axis: int = -1) -> Array:
    """`softmax` along an axis of an array; -∞ gets no weight. A row of -∞ alone has no weights: its entries are 0.

    >>> import numpy as np
    >>> softmax_array(np.asarray([[0.0, 0.0], [-np.inf, 3.0]])).tolist()
    [[0.5, 0.5], [0.0, 1.0]]

    Raises `ValueError` for an empty axis, and for NaN or +∞ among the scores.
    """
    xp = namespace(scores)
    if scores.shape[axis] == 0:
        raise ValueError(f"attention weights need at least one score, not none, as on axis {axis} of {scores.shape}")
    highest = xp.max(scores, axis=axis, keepdims=True)
    if bool(xp.any(xp.isnan(highest) | (highest == xp.inf))):
        raise ValueError("scores must be numbers below infinity: there is a NaN or an infinity among them")
    highest = xp.where(highest == -xp.inf, xp.zeros_like(highest), highest)
    powers = xp.exp(scores - highest)
    total = xp.sum(powers, axis=axis, keepdims=True)
    return powers / xp.where(total == 0, xp.ones_like(total), total)


def dot_product_attention(
    q: Array, keys: Array, values: Array, *, scale: float | None = None, mask: Array | None = None
) -> Attended:
    r"""$\operatorname{softmax}(c\, Q K^\top) V$ for queries … × T × d, keys … × S × d and values … × S × e.

    `scale` is $c$, by default $1/\sqrt{d}$; a `mask` of booleans, T × S, says which keys a query may look at.

    >>> import numpy as np
    >>> q, k = np.zeros((1, 2)), np.zeros((2, 2))
    >>> dot_product_attention(q, k, np.asarray([[0.0], [2.0]]), mask=np.asarray([[True, False]])).output.tolist()
    [[0.0]]

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(q, keys, values, mask)
    for name, one, axis, other_name, other, other_axis in (
        ("keys", keys, -1, "q", q, -1), ("values", values, -2, "keys", keys, -2),
    ):  # fmt: skip
        if one.ndim < 2 or other.ndim < 2 or one.shape[axis] != other.shape[other_axis]:
            raise ValueError(f"{name} {tuple(one.shape)} must be as long on axis {axis} as {other_name} "
                             f"{tuple(other.shape)} on axis {other_axis}")  # fmt: skip
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    found = xp.matmul(q, xp.matrix_transpose(keys)) * scale
    if mask is not None:
        if tuple(mask.shape[-2:]) != tuple(found.shape[-2:]):
            raise ValueError(f"a mask is T × S, {tuple(found.shape[-2:])}, not {tuple(mask.shape)}")
        if not xp.isdtype(mask.dtype, "bool"):  # one that is added has 0 where a query may look
            raise ValueError(f"a mask has True where a query may look, and False elsewhere, not {mask.dtype}")
        found = xp.where(mask, found, xp.full_like(found, -xp.inf))
    weights = softmax_array(found)
    return Attended(xp.matmul(weights, values), weights)


def causal_mask(length: int) -> tuple[tuple[bool, ...], ...]:
    """Which keys each query may look at where none may look ahead: itself, and those before it.

    >>> causal_mask(2)
    ((True, False), (True, True))
    """
    return tuple([tuple([s <= t for s in range(length)]) for t in range(length)])


def multi_head_attention(
    x: Array, W_q: Array, W_k: Array, W_v: Array, W_o: Array, heads: int, *, mask: Array | None = None
) -> Attended:
    r"""Self-attention in several heads: … × T × m in and out, weights … × heads × T × T.

    Each of `W_q`, `W_k`, `W_v` is m × m, its columns divided into heads of m/heads; their outputs side by side are
    multiplied by `W_o`, m × m (Vaswani et al., section 3.2.2).

    >>> import numpy as np
    >>> eye = np.eye(4)
    >>> multi_head_attention(np.ones((3, 4)), eye, eye, eye, eye, heads=2).output.shape
    (3, 4)

    Raises `ValueError` unless the heads part m evenly, and where shapes do not fit.
    """
    xp = namespace(x, W_q, W_k, W_v, W_o, mask)
    m = x.shape[-1]
    if heads < 1 or m % heads:
        raise ValueError(f"heads part a width of {m} evenly, not into {heads}")
    for name, W in (("W_q", W_q), ("W_k", W_k), ("W_v", W_v), ("W_o", W_o)):
        refuse_shape(name, W, (m, m))
    *outer, length, _ = x.shape

    def heads_of(W: Array) -> Array:
        split = xp.reshape(xp.matmul(x, W), (*outer, length, heads, m // heads))
        return _swapped(xp, split)

    found = dot_product_attention(heads_of(W_q), heads_of(W_k), heads_of(W_v), mask=mask)
    joined = xp.reshape(_swapped(xp, found.output), (*outer, length, m))
    return Attended(xp.matmul(joined, W_o), found.weights)


def linear_attention(q: Array, keys: Array, values: Array, *, causal: bool = False) -> Array:
    r"""Attention without softmax, linear in the length: $\phi(q) \sum_s \phi(k_s) v_s^\top / \phi(q) \sum_s \phi(k_s)$.

    $\phi(x) = \operatorname{elu}(x) + 1$ (Katharopoulos et al., https://arxiv.org/abs/2006.16236). Queries T × d, keys
    S × d, values S × e; `causal` takes only the keys up to a query's own place, as a linear RNN would, and wants T = S.

    >>> import numpy as np
    >>> linear_attention(np.zeros((1, 2)), np.zeros((2, 2)), np.asarray([[0.0], [2.0]])).tolist()
    [[1.0]]

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(q, keys, values)
    refuse_shape("q", q, ("T", "d"))
    refuse_shape("keys", keys, (q.shape[0] if causal else "S", q.shape[1]))
    refuse_shape("values", values, (keys.shape[0], "e"))
    a, b = _elu_plus_one(xp, q), _elu_plus_one(xp, keys)
    if not causal:
        return xp.matmul(a, xp.matmul(xp.matrix_transpose(b), values)) / xp.matmul(a, xp.sum(b, axis=0)[:, None])
    outer = b[:, :, None] * values[:, None, :]
    above = xp.sum(a[:, :, None] * xp.cumulative_sum(outer, axis=0), axis=1)
    return above / xp.sum(a * xp.cumulative_sum(b, axis=0), axis=1)[:, None]


def _swapped(xp: Any, x: Array) -> Array:
    """The array with its third and second axis from the end in each other's place."""
    axes = list(range(x.ndim))
    axes[-3], axes[-2] = axes[-2], axes[-3]
    return xp.permute_dims(x, tuple(axes))


def _elu_plus_one(xp: Any, x: Array) -> Array:
    return xp.where(x > 0, x + 1, xp.exp(xp.where(x > 0, xp.zeros_like(x), x)))
