"""Dot-product attention of one query over a sequence.

Vaswani et al., "Attention is all you need" (https://arxiv.org/abs/1706.03762), section 3.2.1, without the division by
the root of the key size unless it is asked for; EECS 182 midterm, Spring 2023, question 5(b) takes argmax for softmax.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import overload

from markscheme.exact import Rational, Vector


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
    highest = max(range(len(scores)), key=scores.__getitem__)
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
    exact = [weight for weight in weights if isinstance(weight, int | Fraction)]
    if len(exact) == len(weights):
        return Vector([sum(map(mul, exact, entries)) for entries in zip(*values, strict=True)])
    return tuple(
        [
            math.fsum(float(weight) * float(value[i]) for weight, value in zip(weights, values, strict=True))
            for i in range(size)
        ]
    )
