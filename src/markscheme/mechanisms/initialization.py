r"""Initialization of weights: the variance that each method gives them, and what becomes of a signal in many layers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

Method: TypeAlias = Literal["zero", "Xavier", "He"]


def variance(method: Method, fan_in: int, fan_out: int) -> Fraction:
    r"""The variance of the weights of a layer: $2/(\text{fan in} + \text{fan out})$ for Xavier (Glorot and Bengio
    2010), $2/\text{fan in}$ for He (He et al. 2015, https://arxiv.org/abs/1502.01852), none for zero.

    >>> variance("Xavier", 4, 8), variance("He", 4, 8)
    (Fraction(1, 6), Fraction(1, 2))

    Raises `ValueError` for a layer without inputs or outputs.
    """
    if fan_in < 1 or fan_out < 1:
        raise ValueError(f"a layer has inputs and outputs, not {fan_in} and {fan_out}")
    return {"zero": Fraction(0), "Xavier": Fraction(2, fan_in + fan_out), "He": Fraction(2, fan_in)}[method]


def relu_signal(widths: Sequence[int], method: Method) -> Fraction:
    r"""How the mean square of the activations changes through ReLU layers of these widths, on average over the weights:
    the product of $\tfrac{1}{2}\,\text{fan in} \cdot \operatorname{Var}(w)$ over the layers.

    Half of the variance of a sum is lost in ReLU, which drops one of two signs (He et al. 2015, equation 9).

    >>> relu_signal([4, 4, 4], "Xavier"), relu_signal([4, 8, 2], "He")
    (Fraction(1, 4), Fraction(1, 1))

    Raises `ValueError` unless there is a layer.
    """
    if len(widths) < 2:
        raise ValueError(f"a layer has a width before and after it, not {list(widths)}")
    factor = Fraction(1)
    for fan_in, fan_out in pairwise(widths):
        factor *= fan_in * variance(method, fan_in, fan_out) / 2
    return factor
