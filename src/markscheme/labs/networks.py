"""Networks trained side by side: one batched matrix product a layer for all of them, each with a loss of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import conv2d, cross_entropy

from markscheme.mechanisms.initialization import Method, variance
from markscheme.mechanisms.optimizers import State, adam_array_step, heavy_ball_step

if TYPE_CHECKING:
    from numpy.random import Generator

    from markscheme.labs.engine.trial import Labeled

Step: TypeAlias = Callable[[Tensor, Tensor, State, Any], Tensor]
"""From parameters, their gradient, what is remembered, and the rate to the next parameters."""
Forward: TypeAlias = Callable[[Tensor], Tensor]
"""Inputs, batch × …, to scores, networks × batch × classes."""
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
}  # fmt: skip


def he(count: int) -> list[Method]:
    """He's method, for so many networks."""
    return ["He"] * count


def drawn_weights(methods: Sequence[Method], fan_in: int, fan_out: int, rng: Generator, device: str = "cpu") -> Tensor:
    """Normal weights, networks × fan in × fan out, one network a method: the same normal numbers scaled by each."""
    normal = rng.standard_normal((fan_in, fan_out), dtype="float32")
    scales = [float(variance(method, fan_in, fan_out)) ** 0.5 for method in methods]
    return torch.stack([torch.from_numpy(normal * scale) for scale in scales]).to(device)


@dataclass
class Dense:
    """Fully connected networks side by side, alike but for their weights; biases start at zero.

    `weights` are networks × fan in × fan out a layer.
    """

    weights: list[Tensor]
    activation: str = "relu"

    def __post_init__(self) -> None:
        self.biases = [W.new_zeros(len(W), 1, W.shape[2]) for W in self.weights]
        for parameter in self.parameters:
            parameter.requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        """Weights, then biases."""
        return [*self.weights, *self.biases]

    def layers(self, x: Tensor) -> list[Tensor]:
        """The layers' pre-activations, networks × batch × width each; `x` is batch × features."""
        sums: list[Tensor] = []
        h = x.flatten(1).expand(len(self.weights[0]), -1, -1)
        for W, b in zip(self.weights, self.biases, strict=True):
            sums.append(torch.baddbmm(b, h, W))
            h = ACTIVATIONS[self.activation](sums[-1])
        return sums

    def __call__(self, x: Tensor) -> Tensor:
        return self.layers(x)[-1]


class Convolutional:
    """Convolutions of 3×3 that keep the size, and a linear layer, networks side by side: one a method, from the
    same normal numbers; biases start at zero.
    """

    def __init__(
        self, methods: Sequence[Method], image: tuple[int, int], channels: Sequence[int], classes: int,
        activation: str, rng: Generator, device: str = "cpu",
    ) -> None:  # fmt: skip
        self.activation, self.count = activation, len(methods)
        widths = [(9 * before, 9 * after) for before, after in pairwise([1, *channels])]
        drawn = [drawn_weights(methods, *fans, rng, device)[:, :, : fans[1] // 9] for fans in widths]
        self.kernels = [W.mT.unflatten(2, (-1, 3, 3)).contiguous() for W in drawn]
        """Networks × channels out × channels in × 3 × 3 each."""
        self.biases = [kernel.new_zeros(kernel.shape[:2]) for kernel in self.kernels]
        self.last = Dense([drawn_weights(methods, channels[-1] * image[0] * image[1], classes, rng, device)])
        for parameter in self.parameters:
            parameter.requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        """Kernels, their biases, and the linear layer's weights and biases."""
        return [*self.kernels, *self.biases, *self.last.parameters]

    def __call__(self, x: Tensor) -> Tensor:
        h = x[:, None].expand(-1, self.count, -1, -1)
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            made = conv2d(h, kernel.flatten(0, 1), bias.flatten(), padding=1, groups=self.count)
            h = ACTIVATIONS[self.activation](made)
        features = h.unflatten(1, (self.count, -1)).transpose(0, 1).flatten(2)
        return torch.baddbmm(self.last.biases[0], features, self.last.weights[0])


class Optimizer:
    """Moves parameters by a step of `markscheme.mechanisms.optimizers`, each with a state of its own; `rates` are one
    for all, or one a network.
    """

    def __init__(self, parameters: Sequence[Tensor], rates: float | Sequence[float], step: Step) -> None:
        self.states = [(parameter, _spread(rates, parameter), State()) for parameter in parameters]
        self.move = step

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter, _, _ in self.states:
            parameter.grad = None

    def step(self) -> None:
        """Move each parameter that has a gradient."""
        with torch.no_grad():
            for parameter, rate, state in self.states:
                if parameter.grad is not None:
                    parameter.copy_(self.move(parameter, parameter.grad, state, rate))


def _spread(rates: float | Sequence[float], parameter: Tensor) -> float | Tensor:
    if isinstance(rates, float | int):
        return rates
    return parameter.new_tensor(list(rates)).reshape(-1, *[1] * (parameter.ndim - 1))


def optimizer_for(
    name: str, parameters: Sequence[Tensor], rates: float | Sequence[float], decay: float = 0.0, momentum: float = 0.9
) -> Optimizer:
    """SGD with momentum, Adam, both with the decay as L2 in the loss, or AdamW with a decoupled one.

    The same steps as torch.optim's, which would import its compiler first (a second for each process).
    """

    def sgd(theta: Tensor, gradient: Tensor, state: State, rate: float | Tensor) -> Tensor:
        return heavy_ball_step(theta, gradient + decay * theta if decay else gradient, state, rate, momentum)

    def adam(theta: Tensor, gradient: Tensor, state: State, rate: float | Tensor) -> Tensor:
        return adam_array_step(theta, gradient + decay * theta if decay else gradient, state, rate)

    def adamw(theta: Tensor, gradient: Tensor, state: State, rate: float | Tensor) -> Tensor:
        return adam_array_step(theta, gradient, state, rate, decay=decay)

    return Optimizer(parameters, rates, {"SGD": sgd, "Adam": adam, "AdamW": adamw}[name])


@dataclass(frozen=True)
class Curves:
    """By network, one number after each epoch, the first before any."""

    accuracy: list[list[float]]
    loss: list[list[float]]


def train(
    forward: Forward, optimizer: Optimizer, data: Labeled, watched: Labeled, *, epochs: int, batch: int, rng: Generator
) -> Curves:
    """Train networks side by side on the same batches by the mean cross-entropy of each, and watch other data.

    A network whose loss becomes NaN does not disturb the others; its accuracy is reported as NaN.
    """
    x, y = data
    seen = [measure(forward, *watched)]
    for _ in range(epochs):
        for chosen in torch.from_numpy(rng.permutation(len(y))).to(y.device).split(batch):
            optimizer.zero_grad()
            losses(forward(x[chosen]), y[chosen]).sum().backward()
            optimizer.step()
        seen.append(measure(forward, *watched))
    accuracies, losses_after = zip(*seen, strict=True)
    return Curves(
        [list(it) for it in zip(*accuracies, strict=True)], [list(it) for it in zip(*losses_after, strict=True)]
    )


def losses(scores: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy of each network."""
    networks, count, classes = scores.shape
    each = cross_entropy(scores.reshape(-1, classes), y.repeat(networks), reduction="none")
    return each.reshape(networks, count).mean(1)


def measure(forward: Forward, x: Tensor, y: Tensor) -> tuple[list[float], list[float]]:
    """Accuracy and loss of each network."""
    with torch.no_grad():
        scores = forward(x)
        loss = losses(scores, y)
        right = (scores.argmax(2) == y).float().mean(1)
        return torch.where(loss.isfinite(), right, torch.nan).tolist(), loss.tolist()
