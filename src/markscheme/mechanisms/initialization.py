r"""Initialization of weights: the variance that each method gives them, and what becomes of a signal in many layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from markscheme.mechanisms.arrays import Array, numpy

Method: TypeAlias = Literal["zero", "Xavier", "He"]
Generator: TypeAlias = Any
"""A `numpy.random.Generator`."""
Activation: TypeAlias = Literal["linear", "relu", "tanh", "sigmoid"]


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

    ReLU drops one of two signs, and so halves the mean square of a symmetric pre-activation (He et al. 2015, equation
    9). The variance falls by more, from 1 to 1/2 − 1/(2π) = 0.341 of a normal one, as the mean rises.

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


def draw_weights(method: Method | Literal["LeCun", "orthogonal"], fan_in: int, fan_out: int, rng: Generator) -> Array:
    r"""The weights of a layer, fan out × fan in: normal ones of the method's variance, or an orthogonal matrix.

    LeCun's variance is $1/\text{fan in}$ (LeCun et al., "Efficient backprop", 1998). Of an orthogonal one the rows, or
    the columns if there are fewer, are orthonormal (Saxe, McClelland and Ganguli, https://arxiv.org/abs/1312.6120).

    >>> import numpy as np
    >>> W = draw_weights("orthogonal", 3, 2, np.random.default_rng(0))
    >>> bool(np.allclose(W @ W.T, np.eye(2)))
    True

    Raises `ValueError` for a layer without inputs or outputs.
    """
    np = numpy()
    if method == "orthogonal":
        if fan_in < 1 or fan_out < 1:
            raise ValueError(f"a layer has inputs and outputs, not {fan_in} and {fan_out}")
        tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
        basis, triangle = np.linalg.qr(tall)
        basis = basis * np.sign(np.diagonal(triangle))  # else its columns lean one way
        return basis if fan_out >= fan_in else basis.T
    wanted = Fraction(1, fan_in) if method == "LeCun" and fan_in > 0 else variance(method, fan_in, fan_out)  # pyright: ignore[reportArgumentType]
    return rng.standard_normal((fan_out, fan_in)) * float(wanted) ** 0.5


@dataclass(frozen=True, slots=True)
class Signal:
    """What passes a layer: the mean square of its activations forward, and of the gradients by them backward."""

    activations: float
    gradients: float


def measured_signals(
    widths: Sequence[int], method: Method | Literal["LeCun", "orthogonal"], activation: Activation,
    rng: Generator, examples: int = 256,
) -> tuple[Signal, ...]:  # fmt: skip
    """The signals of a random network, layer by layer from the input on, measured on normal inputs.

    One `Signal` for the input and for the output of each layer; gradients are those of the sum of the outputs, each
    times a normal number. `relu_signal` is what theory expects of the last activations with ReLU.

    >>> import numpy as np
    >>> signals = measured_signals([200, 200, 200], "He", "relu", np.random.default_rng(0))
    >>> [0.8 < it.activations < 1.2 for it in signals]
    [True, True, True]

    Raises `ValueError` unless there is a layer.
    """
    if len(widths) < 2:
        raise ValueError(f"a layer has a width before and after it, not {list(widths)}")
    layers = [draw_weights(method, fan_in, fan_out, rng) for fan_in, fan_out in pairwise(widths)]
    signals = [rng.standard_normal((examples, widths[0]))]
    slopes: list[Array] = []
    for weights in layers:
        before = signals[-1] @ weights.T
        after, slope = _activated(before, activation)
        signals.append(after)
        slopes.append(slope)
    back = [rng.standard_normal(signals[-1].shape)]
    for weights, slope in zip(reversed(layers), reversed(slopes), strict=True):
        back.append((back[-1] * slope) @ weights)
    pairs = zip(signals, reversed(back), strict=True)
    return tuple([Signal(float((x * x).mean()), float((g * g).mean())) for x, g in pairs])


def _activated(x: Array, activation: Activation) -> tuple[Array, Array]:
    """The activations, and their slopes."""
    np = numpy()
    if activation == "relu":
        return np.maximum(x, 0), (x > 0).astype(float)
    if activation == "tanh":
        y = np.tanh(x)
        return y, 1 - y * y
    if activation == "sigmoid":
        y = (np.tanh(x / 2) + 1) / 2
        return y, y * (1 - y)
    return x, np.ones_like(x)
