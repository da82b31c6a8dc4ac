"""Normalization: which entries are taken together, what becomes of a batch of one, and of the gradient in a large one.

What a layer takes together can be read off its gradients: an output of batch normalization moves with the same channel
of all images, and one of layer normalization with all channels of the same image, as the exam's cubes A and B have it.
So layer, instance and group normalization are the same function for every size of the batch, and batch normalization
is not. In a fully connected network a batch of one leaves it nothing: each number is its own mean, the output is β, and
the weights below get a gradient of exactly zero (torch's own layers refuse such a batch). With two images batch
normalization says of each feature which image has more of it: the network learns, but less than with layer
normalization, and from 16 images on they are alike. In a convolutional network one image is many numbers to a channel:
there batch normalization of one image is instance normalization, and the network learns.

A network may normalize with the statistics of the batch at hand, as in training, or with running averages of those seen
in training. Small batches are a poor estimate, so networks that were trained on them do better with the averages. The
exam's simplified batch normalization leaves out the deviation: what that costs is tried as well, each at its best rate.

The gradient with respect to an input is γ times that with respect to its output, less the mean of the gradients with
respect to all outputs of the batch, as the key has it; at n = 1 it is zero for every loss. The printed limit, which is
γ · ∂L/∂y_i as n grows, holds where the sum of the ∂L/∂y_j is bounded: so one may read "all relevant quantities are
bounded". Where each is bounded and no more, it need not: for a sum of the outputs the gradient is zero for every n.

That a large batch isolates the samples is true of each pair: what a sample's loss sends to any other fades as 1/n. What
it sends to all the others together does not fade: in absolute value it is as much as the sample gets itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from markscheme.labs.engine.charts import panel
from markscheme.labs.engine.lab import Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import drawn_weights, he, losses, measure, optimizer_for
from markscheme.labs.tuning import EACH, at_best, best, by_name, lead
from markscheme.mechanisms.backpropagation import Variable, gradients
from markscheme.mechanisms.normalization import (
    Block,
    Over,
    batch_blocks,
    group_blocks,
    instance_blocks,
    layer_blocks,
    normalize,
    normalize_backward,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZES = (1, 2, 4, 16, 64)
"""Images in a batch."""
RATES = (0.001, 0.003, 0.01, 0.03)
ON_VECTORS: tuple[Over, ...] = ("batch", "layer", "group", "mean-only")
ON_MAPS: tuple[Over, ...] = (*ON_VECTORS, "instance")
OF_BATCH: tuple[Over, ...] = ("batch", "mean-only")
GROUPS = 4
IMAGES, CHANNELS, SIDE = 5, 6, 4
"""Of the array in the exam's cubes."""

AXES, BACKWARD = "normalization/axes", "normalization/mean_only_backward"
lab = Lab(
    "normalization",
    title="Normalization",
    source="EECS 182 midterm, Spring 2023, question 8",
    problems=(AXES, BACKWARD),
    text="""
    Networks with batch, layer, instance, group and mean-only normalization are trained on batches of 1 to 64 images,
    each at its best rate. The gradient through a mean is compared with its printed limit as the batch grows.
    """,
    version=2,
)


class Normalization(torch.autograd.Function):
    """`markscheme.mechanisms.normalization` without γ and β, forward and backward, as torch calls it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, over: Over) -> Tensor:
        """The normalized array, n × c × …; layer normalization takes all but the first axis together."""
        axes = tuple(range(1, x.ndim)) if over == "layer" else None
        ctx.normalized = normalize(x, over, axes=axes, groups=GROUPS)
        return ctx.normalized.y

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The gradient with respect to x."""
        return normalize_backward(upstream, ctx.normalized)[0], None


class Layer:
    """The normalizations of a layer of networks side by side, some of each kind, with γ, β and running statistics."""

    def __init__(self, methods: Sequence[Over], each: int, channels: int, device: str) -> None:
        self.methods, self.each = methods, each
        shape = (len(methods) * each, channels)
        self.gamma, self.beta = torch.ones(shape, device=device), torch.zeros(shape, device=device)
        self.running = torch.zeros(shape, device=device), torch.ones(shape, device=device)
        """Means and variances."""

    def __call__(self, x: Tensor, *, running: bool) -> Tensor:
        """Normalize n × networks × c × …, by the running statistics or by its own."""
        if torch.is_grad_enabled():
            variance, average = torch.var_mean(x.detach(), (0, *range(3, x.ndim)), correction=0)
            for kept, seen in zip(self.running, (average, variance), strict=True):
                kept.lerp_(seen, 0.1)  # a tenth of the way to those of the batch
        found: list[Tensor] = []
        for place, over in enumerate(self.methods):
            own = slice(place * self.each, (place + 1) * self.each)
            part = x[:, own]
            if over in OF_BATCH and running:
                average, variance = (_by_channel(it[own], part) for it in self.running)
                found.append((part - average) / ((variance + 1e-5).sqrt() if over == "batch" else 1))
            elif over in (*OF_BATCH, "instance"):  # a channel apart, whatever network it is of
                found.append(_normalized(part.flatten(1, 2), over).reshape(part.shape))
            else:
                found.append(_normalized(part.flatten(0, 1), over).reshape(part.shape))
        normalized = torch.cat(found, 1)
        return normalized * _by_channel(self.gamma, x) + _by_channel(self.beta, x)


def _normalized(x: Tensor, over: Over) -> Tensor:
    made: Any = Normalization.apply(x, over)
    return made


def _by_channel(scale: Tensor, x: Tensor) -> Tensor:
    return scale.reshape(1, *scale.shape, *[1] * (x.ndim - 3))


class Networks:
    """Networks side by side, `each` of every kind, alike but for the normalization after each layer: fully connected,
    or of 3×3 convolutions. `seen` has the last normalization's input and output of the latest call.
    """

    def __init__(
        self, trial: Trial, methods: Sequence[Over], each: int, widths: Sequence[int], *, convolutional: bool = False
    ) -> None:
        self.count, self.convolutional = len(methods) * each, convolutional
        rng, image = trial.random("weights"), trial.images.x[0]

        def drawn(fan_in: int, fan_out: int) -> Tensor:
            return drawn_weights(he(self.count), fan_in, fan_out, rng, trial.device)

        self.weights: list[Tensor] = []
        before = 1 if convolutional else image.size
        for width in widths:
            made = drawn(before * (9 if convolutional else 1), width)
            self.weights.append(made.mT.unflatten(2, (-1, 3, 3)).contiguous() if convolutional else made)
            before = width
        self.norms = [Layer(methods, each, width, trial.device) for width in widths]
        self.seen: tuple[Tensor, Tensor] | None = None
        with torch.no_grad():
            features = self.hidden(trial.tensor(image[None]), running=True).shape[2]
        self.last = drawn(features, trial.images.classes)
        self.bias = self.last.new_zeros(self.count, 1, trial.images.classes)
        self.parameters = [
            *self.weights,
            self.last,
            self.bias,
            *[it for norm in self.norms for it in (norm.gamma, norm.beta)],
        ]
        for parameter in self.parameters:
            parameter.requires_grad_()

    def hidden(self, x: Tensor, *, running: bool) -> Tensor:
        """What the last layer sees, n × networks × features."""
        one = x[:, None, None] if self.convolutional else x.flatten(1)[:, None]
        h = one.expand(-1, self.count, *[-1] * (one.ndim - 2))
        for place, (weights, norm) in enumerate(zip(self.weights, self.norms, strict=True)):
            sums = self.sums(weights, h, stride=1 + (place > 0))
            self.seen = (sums, norm(sums, running=running))
            h = torch.relu(self.seen[1])
        return h.flatten(2)

    def sums(self, weights: Tensor, h: Tensor, stride: int) -> Tensor:
        """A layer's pre-activations; convolutions are made side by side as groups of channels."""
        if not self.convolutional:
            return torch.bmm(h.transpose(0, 1), weights).transpose(0, 1)
        made = conv2d(h.flatten(1, 2), weights.flatten(0, 1), padding=1, stride=stride, groups=self.count)
        return made.unflatten(1, (self.count, -1))

    def __call__(self, x: Tensor, *, running: bool = False) -> Tensor:
        return torch.baddbmm(self.bias, self.hidden(x, running=running).transpose(0, 1), self.last)

    def train(
        self, data: tuple[Tensor, Tensor], batch: int, steps: int, rates: float | Sequence[float], trial: Trial
    ) -> None:
        """Train by Adam on images drawn with replacement."""
        x, y = data
        optimizer, rng = optimizer_for("Adam", self.parameters, rates), trial.random(f"batches of {batch}")
        for chosen in torch.from_numpy(rng.integers(0, len(y), (steps, batch))).to(y.device):
            optimizer.zero_grad()
            losses(self(x[chosen]), y[chosen]).sum().backward()
            optimizer.step()


def over_sizes(
    trial: Trial, methods: Sequence[Over], widths: Sequence[int], largest: int, steps: int, *, convolutional: bool
) -> Measured:
    """For each size of the batch, by method and rate: accuracies with running statistics, and those to judge by with
    the statistics of batches of that size (`own`).
    """
    parts, found = trial.parts(), Measured()
    for size in [it for it in SIZES if it <= max(1, largest)]:
        networks = Networks(trial, methods, len(RATES), widths, convolutional=convolutional)
        networks.train(parts.training, size, steps, [*RATES] * len(methods), trial)
        validation, test = (
            measure(lambda x: networks(x, running=True), *it)[0]  # noqa: B023 (called at once)
            for it in (parts.validation, parts.test)
        )
        x, y = parts.test
        with torch.no_grad():
            batches = list(zip(x.split(size), y.split(size), strict=True))[: max(1, len(y) // size)][:64]
            own = torch.cat([(networks(a).argmax(2) == b).float() for a, b in batches], 1).mean(1).tolist()
        rows = {"validation": [[it] for it in validation], "test": test, "own": own}
        found[str(size)] = {what: by_name(methods, it, len(RATES)) for what, it in rows.items()}
    return found


@lab.experiment(quick={"largest": 2, "steps": 20}, seeds=5, again=1)
def dense(trial: Trial, *, largest: int = 64, width: int = 64, steps: int = 240) -> Measured:
    """Fully connected networks of two hidden layers."""
    return over_sizes(trial, ON_VECTORS, [width] * 2, largest, steps, convolutional=False)


@lab.experiment(quick={"largest": 1, "steps": 10}, seeds=5, again=1)
def convolutional(trial: Trial, *, largest: int = 64, channels: int = 8, steps: int = 100) -> Measured:
    """Networks of two convolutions of 3×3, the second of which halves the sides, and a linear layer."""
    return over_sizes(trial, ON_MAPS, [channels] * 2, largest, steps, convolutional=True)


LAYERS: Mapping[str, tuple[Callable[[], nn.Module], Sequence[Block]]] = {
    "batch": (lambda: nn.BatchNorm2d(CHANNELS), batch_blocks(IMAGES, CHANNELS)),
    "layer": (lambda: nn.LayerNorm([CHANNELS, SIDE, SIDE]), layer_blocks(IMAGES, CHANNELS)),
    "instance": (lambda: nn.InstanceNorm2d(CHANNELS), instance_blocks(IMAGES, CHANNELS)),
    "group": (lambda: nn.GroupNorm(2, CHANNELS), group_blocks(IMAGES, CHANNELS, 2)),
}
"""torch's layers, and the maps that `markscheme.mechanisms` says they take together."""


def maps_moving(name: str, x: Tensor, n: int, c: int) -> list[list[float]]:
    """The gradient of an output of one of torch's layers, over each map, images × channels."""
    layer: Any = LAYERS[name][0]().to(x)
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(layer(x)[n, c, 0, 0], x)
    return gradient.abs().sum((2, 3)).tolist()


@lab.identity("batch norm is option A: one channel of all images is normalized together",
              "torch, gradients of an output",
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    return fits("batch")


@lab.identity("layer norm is option B: all channels of one image are normalized together",
              "torch, gradients of an output",
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    return fits("layer")


def fits(name: str) -> tuple[bool, str]:
    """Whether just the maps of a block move its outputs; without a path to an output a gradient is 0, not small."""
    x = torch.linspace(-1, 1, IMAGES * CHANNELS * SIDE * SIDE, dtype=torch.float64).sin()
    for n, c in ((0, 0), (IMAGES - 1, 2)):
        moving = maps_moving(name, x.reshape(IMAGES, CHANNELS, SIDE, SIDE), n, c)
        (block,) = [it for it in LAYERS[name][1] if (n, c) in it]
        if set(block) != {(i, j) for i, row in enumerate(moving) for j, it in enumerate(row) if it != 0}:
            return False, f"image {n + 1}, channel {c + 1} moves with others"
    return True, "just these move an output"


def through_mean(n: int, loss: Callable[[Any, Any], Any]) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """In fractions, the gradients with respect to n inputs and to their outputs, and γ."""
    gamma, x = Fraction(3, 2), Variable([Fraction(k * k % 7, 3) for k in range(n)])
    y = (x - x.mean()) * gamma + 1
    t = [Fraction(k % 3, 2) for k in range(n)]
    dx, dy = gradients(loss(y, Variable(t)), [x, y])
    return dx, dy, gamma


EXACT: dict[str, Callable[[Any, Any], Any]] = {
    "a sum of squares": lambda y, t: ((y - t) ** 2).sum(), "a sum of outputs": lambda y, t: (y * 1).sum(),  # noqa: ARG005
    "a sum of cubes": lambda y, t: ((y - t) ** 3).sum(),
}  # fmt: skip


@lab.identity("∂L/∂x_i = γ(∂L/∂y_i − 1/n Σ_j ∂L/∂y_j)", "three losses, n from 1 to 6, in fractions", problem=BACKWARD,
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    found = [(through_mean(n, loss), n) for loss in EXACT.values() for n in range(1, 7)]
    return all(dx == [gamma * (it - sum(dy, Fraction()) / n) for it in dy] for (dx, dy, gamma), n in found), "equal"


@lab.identity("∂L/∂x_1 is 0 when n = 1", "three losses, in fractions", problem=BACKWARD, printed=True)
def _() -> tuple[bool, str]:
    return all(through_mean(1, loss)[0] == [0] for loss in EXACT.values()), "zero"


LIMIT = "∂L/∂x_i is γ · ∂L/∂y_i when n approaches infinity"


def one_output(n: int) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """The same for a loss that is the first output."""
    return through_mean(n, lambda y, _: y @ [1, *[0] * (n - 1)])


@lab.identity(LIMIT, "the sum of the ∂L/∂y_j is bounded", problem=BACKWARD, printed=True)
def _() -> tuple[bool, str]:
    differences = [gamma * dy[0] - dx[0] for dx, dy, gamma in map(one_output, (1, 2, 4, 8))]
    return differences == [Fraction(3, 2 * n) for n in (1, 2, 4, 8)], "they differ by γ/n times the sum, which vanishes"


@lab.identity(LIMIT, "each ∂L/∂y_j is bounded, and no more", problem=BACKWARD)
def _() -> tuple[bool, str]:
    found = [through_mean(n, EXACT["a sum of outputs"]) for n in (1, 2, 4, 8)]
    return any(any(dx) for dx, _, _ in found), "for a sum of the outputs ∂L/∂x_i is 0 and γ · ∂L/∂y_i is γ, for every n"


ISOLATES = "a larger batch isolates the gradients through each sample"


@lab.identity(ISOLATES, "from each other sample", problem=BACKWARD, printed=True)
def _() -> tuple[bool, str]:
    shares = [abs(dx[1] / dx[0]) for dx, _, _ in map(one_output, (2, 4, 8))]
    return shares == [1, Fraction(1, 3), Fraction(1, 7)], "each other one gets 1/(n − 1) of the own gradient"


@lab.identity(ISOLATES, "from all others together", problem=BACKWARD)
def _() -> tuple[bool, str]:
    sums = [sum(map(abs, dx[1:])) / dx[0] for dx, _, _ in map(one_output, (2, 4, 8))]
    return sums != [1, 1, 1], "all others together get as much as the own gradient, for every n"


CHANCE = "the commonest digit is 10.2 % of all, and an accuracy on 360 images has a standard error of 1.6 %"


def learnt(found: Quantity, method: Over) -> Quantity:
    """The accuracy after training on batches of one image, at the best rate."""
    return found["1"].then(at_best, method)


lab.claims(
    f"a network learns from batches of one image, {EACH}",
    {"fully connected, layer normalization": learnt(dense, "layer"), "CNN, batch normalization": learnt(convolutional,
    "batch"),
     "CNN, mean-only normalization": learnt(convolutional, "mean-only")},
    effect="accuracy", above=0.134, because=CHANCE,
)  # fmt: skip
lab.claims(
    f"a network learns nothing from batches of one image, {EACH}",
    {f"fully connected, {it} normalization": learnt(dense, it) for it in OF_BATCH},
    effect="accuracy", below=0.134, because=CHANCE,
)  # fmt: skip
for size in ("2", "16"):
    lab.claims("layer normalization does better than batch normalization",
               {f"fully connected, batches of {size}, {EACH}": lead(dense[size], "layer", "batch")[EACH]},
               effect="layer − batch, in accuracy")  # fmt: skip
lab.claims(
    "running averages serve better than the statistics of a held-out batch",
    {f"fully connected, batch normalization, batches of 2, {EACH}": dense["2"].then(
        lambda row: row["test"]["batch"][best(row, "batch")] - row["own"]["batch"][best(row, "batch")])},
    effect="gain in accuracy",
)  # fmt: skip
lab.claims("dividing by the deviation makes batch normalization better",
           {f"fully connected, batches of 64, {rate}": it for rate, it in lead(dense["64"], "batch",
           "mean-only").items()},
           effect="batch − mean-only, in accuracy", problem=BACKWARD)  # fmt: skip


@lab.figure("Accuracy by the size of the training batches, each at its best rate: mean of the seeds, and their range. "
            "Right: by rate, on batches of two.", dense, convolutional, problems=(AXES,), size=(7.4, 3.2))  # fmt: skip
def accuracy(figure: Figure, rows: Rows) -> str:
    """Networks on vectors and on maps; and the sweep over rates."""
    panels = figure.subplots(1, 3, sharey=True)
    told = ""
    for axes, found, methods, title in ((panels[0], dense, ON_VECTORS, "fully connected"),
                                        (panels[1], convolutional, ON_MAPS, "CNN")):  # fmt: skip
        sizes = [int(it) for it in rows(found)[0]]
        lines = {str(it): [[at_best(row[str(size)], it) for size in sizes] for row in rows(found)] for it in methods}
        told += panel(axes, title, lines, sizes, xlabel="images in a batch", ylim=(0, 1))
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, list(map(str, sizes)))
    told += panel(panels[2], "fully connected, batches of 2",
                  {str(it): rows(dense["2"]["test"][it]) for it in ON_VECTORS},
                  RATES, xlabel="rate", xscale="log")  # fmt: skip
    figure.legend(*panels[1].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return f"Accuracies from the smallest to the largest. {told}"
