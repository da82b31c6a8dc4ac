"""Normalization: which entries are taken together, what becomes of a batch of one, and of the gradient in a large one.

What a layer takes together can be read off its gradients: an output of batch normalization moves with the same channel
of all images, and one of layer normalization with all channels of the same image, as the exam's cubes A and B have it.
So layer, instance and group normalization are the same function for every size of the batch, and batch normalization
is not. In a fully connected network a batch of one leaves it nothing: each number is its own mean, the output is β, and
the weights below get a gradient of exactly zero and stay where they were (torch's own layers refuse such a batch). What
is learned is how often each class occurs. With two images batch normalization says of each feature which image has more
of it: the network learns, but less than with layer normalization, and from 16 images on they are alike. In a
convolutional network one image is many numbers to a channel: there batch normalization of one image is instance
normalization, and the network learns.

A network may normalize with the statistics of the batch at hand, as in training, or with running averages of those seen
in training. Small batches are a poor estimate, so networks that were trained on them do better with the averages.

The gradient by an input is γ times that by its output, less the mean of the gradients by all outputs of the batch, as
the key has it; at n = 1 it is zero for every loss. The printed limit, γ · ∂L/∂y_i as n grows, asks for more than
bounded quantities: the mean of the ∂L/∂y_j has to vanish. It does for a loss of one output, and where the gradients
have no common sign. It does not for a sum of squares whose residuals have a mean, and for a sum of the outputs the
gradient is zero for every n. A mean over the batch in place of the sum makes both sides tend to zero, and so to each
other; relative to their size the gap stays what it was.

The sum of the ∂L/∂y_j is the gradient of the loss by β. So the limit holds where β is at its optimum, as in a trained
network, up to the chance of the batch, and it does not in a network that is not trained yet. Both are here.

That a large batch isolates the samples is true of each pair: what a sample's loss sends to any other fades as 1/n. What
it sends to all the others together does not fade: in absolute value it is as much as the sample gets itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from markscheme.labs.engine.charts import COLORS, STYLES, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import drawn_weights, losses, optimizer_for
from markscheme.mechanisms.initialization import Method
from markscheme.mechanisms.mean_only_normalization import backward_array
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

SIZES = (1, 2, 4, 16, 64, 256)
"""Images in a batch."""
ON_VECTORS: tuple[Over, ...] = ("batch", "layer", "group", "mean-only")
ON_MAPS: tuple[Over, ...] = (*ON_VECTORS, "instance")
GROUPS = 4
IMAGES, CHANNELS, SIDE = 5, 6, 4
"""Of the array in the exam's cubes."""

lab = Lab(
    "normalization",
    title="Normalization",
    source="EECS 182 midterm, Spring 2023, question 8",
    problems=("normalization/axes", "normalization/mean_only_backward"),
    text="""
    Networks with batch, layer, instance, group and mean-only normalization are trained on batches of 1 to 256 images.
    The gradient through a mean is compared with its printed limit as the batch grows, for several losses.
    """,
)


class Normalization(torch.autograd.Function):
    """`markscheme.mechanisms.normalization`, forward and backward, as torch calls it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, over: Over) -> Tensor:
        """The normalized array."""
        ctx.normalized, ctx.gamma = normalize(x, over, gamma, beta, groups=GROUPS), gamma
        return ctx.normalized.y

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The gradients by x, γ and β."""
        return *normalize_backward(upstream, ctx.normalized, ctx.gamma), None


class Layer:
    """A layer's normalizations, one a network, each with γ, β and running statistics."""

    def __init__(self, methods: Sequence[Over], channels: int, device: str) -> None:
        def each(value: float) -> list[Tensor]:
            return list(torch.full((len(methods), channels), value, device=device))

        self.methods = methods
        self.gammas, self.betas = each(1.0), each(0.0)
        self.running = list(zip(each(0.0), each(1.0), strict=True))
        """Means and variances."""

    def __call__(self, parts: Sequence[Tensor], *, running: bool) -> list[Tensor]:
        """Normalize each network's n × c × … array, by the running statistics or by its own."""
        found: list[Tensor] = []
        for x, over, gamma, beta, kept in zip(parts, self.methods, self.gammas, self.betas, self.running, strict=True):
            of_batch = over in ("batch", "mean-only")
            if of_batch and running:
                found.append(inferred(x, gamma, beta, kept, over))
                continue
            if of_batch and torch.is_grad_enabled():
                update(kept, x)
            found.append(apply(x, gamma, beta, over))
        return found


def apply(x: Tensor, gamma: Tensor, beta: Tensor, over: Over) -> Tensor:
    """The normalization with the statistics of the array itself."""
    made: Any = Normalization.apply(x, gamma, beta, over)
    return made


def inferred(x: Tensor, gamma: Tensor, beta: Tensor, kept: tuple[Tensor, Tensor], over: Over) -> Tensor:
    """The normalization with running statistics."""
    average, variance = kept
    scale = gamma / (variance + 1e-5).sqrt() if over == "batch" else gamma
    shape = (1, -1, *[1] * (x.ndim - 2))
    return (x - average.reshape(shape)) * scale.reshape(shape) + beta.reshape(shape)


def update(kept: tuple[Tensor, Tensor], x: Tensor) -> None:
    """Move the running statistics a tenth of the way to those of a batch."""
    axes = (0, *range(2, x.ndim))
    variance, average = torch.var_mean(x.detach(), axes, correction=0)
    for running, seen in zip(kept, (average, variance), strict=True):
        running.lerp_(seen, 0.1)


class Networks:
    """Networks side by side, alike but for the normalization after each layer: fully connected, or of 3×3 convolutions.

    `seen` has the last normalizations' input and output of the latest call.
    """

    def __init__(
        self, trial: Trial, methods: Sequence[Over], widths: Sequence[int], *, convolutional: bool = False
    ) -> None:
        count, self.convolutional = len(methods), convolutional
        he: list[Method] = ["He"] * count
        rng, image = trial.random("weights"), trial.images.x[0]
        self.weights: list[Tensor] = []
        before = 1 if convolutional else image.size
        for width in widths:
            drawn = drawn_weights(he, before * (9 if convolutional else 1), width, rng, trial.device)
            maps = drawn.transpose(1, 2).reshape(-1, before, 3, 3) if convolutional else drawn
            self.weights.append(maps.contiguous())
            before = width
        self.norms = [Layer(methods, width, trial.device) for width in widths]
        self.seen: tuple[list[Tensor], list[Tensor]] = ([], [])
        features = self.hidden(trial.tensor(image[None]), running=True)[0].numel()
        self.last = drawn_weights(he, features, trial.images.classes, rng, trial.device)
        self.bias = torch.zeros(count, 1, trial.images.classes, device=trial.device)
        scales = [scale for norm in self.norms for scale in (*norm.gammas, *norm.betas)]
        self.parameters = [*self.weights, self.last, self.bias, *scales]
        for parameter in self.parameters:
            parameter.requires_grad_()

    def hidden(self, x: Tensor, *, running: bool) -> list[Tensor]:
        """What the last layer sees, of each network."""
        parts = [x[:, None] if self.convolutional else x.flatten(1)] * len(self.norms[0].methods)
        for place, (weights, norm) in enumerate(zip(self.weights, self.norms, strict=True)):
            sums = self.sums(weights, parts, stride=1 + (place > 0))
            self.seen = (sums, norm(sums, running=running))
            parts = [torch.relu(y) for y in self.seen[1]]
        return [part.flatten(1) for part in parts]

    def sums(self, weights: Tensor, parts: Sequence[Tensor], stride: int) -> list[Tensor]:
        """A layer's sums; convolutions are made side by side as groups of channels."""
        if not self.convolutional:
            return list(torch.bmm(torch.stack(list(parts)), weights).unbind())
        made = conv2d(torch.cat(list(parts), 1), weights, padding=1, stride=stride, groups=len(parts))
        return list(made.chunk(len(parts), 1))

    def __call__(self, x: Tensor, *, running: bool = False) -> Tensor:
        return torch.baddbmm(self.bias, torch.stack(self.hidden(x, running=running)), self.last)

    def train(self, data: tuple[Tensor, Tensor], batch: int, steps: int, rate: float, trial: Trial) -> None:
        """Train by Adam on images drawn with replacement."""
        x, y = data
        optimizer, rng = optimizer_for("Adam", self.parameters, rate), trial.random(f"batches of {batch}")
        for chosen in torch.from_numpy(rng.integers(0, len(y), (steps, batch))).to(y.device):
            optimizer.zero_grad()
            losses(self(x[chosen]), y[chosen]).sum().backward()
            optimizer.step()


def over_sizes(
    trial: Trial, methods: Sequence[Over], widths: Sequence[int], *, convolutional: bool, how: tuple[int, int, float]
) -> Measured:
    """For each size of the batch: accuracy with running statistics and with those of held-out batches of that size,
    and the farthest that a weight of the first layer has moved.
    """
    largest, steps, rate = how
    data, (x, y) = trial.parts()
    sizes = [size for size in SIZES if size <= max(1, largest)]
    found: dict[str, Any] = {"sizes": sizes}
    found |= {what: {over: [] for over in methods} for what in ("running", "own", "moved")}
    for size in sizes:
        networks = Networks(trial, methods, widths, convolutional=convolutional)
        start = networks.weights[0].detach().clone()
        networks.train(data, size, steps, rate, trial)
        with torch.no_grad():
            batches = list(zip(x.split(size), y.split(size), strict=True))[: max(1, len(y) // size)][:64]
            own = torch.cat([(networks(a).argmax(2) == b).float() for a, b in batches], 1).mean(1)
            running = (networks(x, running=True).argmax(2) == y).float().mean(1)
            moved = (networks.weights[0] - start).abs().reshape(len(methods), -1).amax(1)
        for what, values in (("running", running), ("own", own), ("moved", moved)):
            for over, value in zip(methods, values.tolist(), strict=True):
                found[what][over].append(value)
    return found


@lab.experiment(quick={"largest": 16, "steps": 100})
def dense(trial: Trial, *, largest: int = 256, width: int = 64, steps: int = 240, rate: float = 0.005) -> Measured:
    """Fully connected networks of two hidden layers."""
    return over_sizes(trial, ON_VECTORS, [width] * 2, convolutional=False, how=(largest, steps, rate))


@lab.experiment(quick={"largest": 1})
def convolutional(
    trial: Trial, *, largest: int = 256, channels: int = 8, steps: int = 100, rate: float = 0.005
) -> Measured:
    """Networks of two convolutions of 3×3, the second of which halves the sides, and a linear layer."""
    return over_sizes(trial, ON_MAPS, [channels] * 2, convolutional=True, how=(largest, steps, rate))


@lab.experiment()
def together(trial: Trial) -> Measured:
    """By how much each map moves one output of torch's layers, images × channels, and how many maps are not as in
    `markscheme.mechanisms`: in the block of that output and without a gradient, or the other way round.
    """
    rng = trial.random("array")
    x = trial.tensor(rng.standard_normal((IMAGES, CHANNELS, SIDE, SIDE)), double=True).requires_grad_()
    n, c = int(rng.integers(IMAGES)), int(rng.integers(CHANNELS))
    layers: dict[str, tuple[Callable[[Tensor], Tensor], Sequence[Block]]] = {
        "batch": (nn.BatchNorm2d(CHANNELS), batch_blocks(IMAGES, CHANNELS)),
        "layer": (nn.LayerNorm([CHANNELS, SIDE, SIDE]), layer_blocks(IMAGES, CHANNELS)),
        "instance": (nn.InstanceNorm2d(CHANNELS), instance_blocks(IMAGES, CHANNELS)),
        "group": (nn.GroupNorm(2, CHANNELS), group_blocks(IMAGES, CHANNELS, 2)),
    }
    found: Measured = {"place": [n, c], "gradient": {}, "other": {}}
    for name, (layer, blocks) in layers.items():
        made: Any = layer
        (gradient,) = torch.autograd.grad(made.to(x)(x)[n, c, 0, 0], x)
        moved = gradient.abs().sum((2, 3)).tolist()
        block = next(block for block in blocks if (n, c) in block)
        found["gradient"][name] = moved
        found["other"][name] = sum([
            (value > 1e-12) != ((a, b) in block) for a, row in enumerate(moved) for b, value in enumerate(row)
        ])  # fmt: skip
    return found


LOSSES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "one output": lambda y, t: (y[0] - t[0]).square(),
    "sum of squares, β fitted": lambda y, t: (y - t).square().sum(),
    "sum of squares": lambda y, t: (y - t).square().sum(),
    "mean of squares": lambda y, t: (y - t).square().mean(),
    "sum of outputs": lambda y, t: y.sum(),  # noqa: ARG005
}
"""Of outputs y and targets t, whose mean is 1 over all there is; β is 0, or 1 where it is fitted."""


@lab.experiment()
def limit(trial: Trial, *, doublings: int = 12) -> Measured:
    """Scalar inputs without their mean, times γ, plus β: the true gradient by them beside γ times that by the outputs.

    By loss, for n from 1 on: the gap relative to the latter, and the largest; the largest gap to the printed formula.
    """
    rng = trial.random("batch")
    inputs, targets = trial.tensor(rng.standard_normal((2, 1 << doublings)), double=True)
    gamma = float(rng.uniform(0.5, 2))
    sizes = [1 << k for k in range(doublings + 1)]
    found: Measured = {"sizes": sizes, "relative": {}, "absolute": {}, "formula": {}, "at one": {}}
    for name, loss in LOSSES.items():
        beta = 1.0 if "fitted" in name else 0.0
        gaps, formula = list[tuple[float, float]](), list[float]()
        for n in sizes:
            x = inputs[:n].clone().requires_grad_()
            y = gamma * (x - x.mean()) + beta
            dx, dy = torch.autograd.grad(loss(y, 1 + targets[:n]), (x, y))
            gaps.append(gap(dx, gamma * dy))
            formula.append(float((dx - backward_array(dy[:, None], gamma)[:, 0]).abs().max()))
            if n == 1:
                found["at one"][name] = float(dx.abs().max())
        found["relative"][name], found["absolute"][name] = zip(*gaps, strict=True)
        found["formula"][name] = max(formula)
    return found


@lab.experiment()
def isolation(trial: Trial, *, n: int = 4096) -> Measured:
    """What the loss of one sample sends to the others, relative to what it sends to its own input."""
    x = trial.tensor(trial.random("batch").standard_normal(n), double=True).requires_grad_()
    own, *others = torch.autograd.grad((x - x.mean())[0].square(), x)[0].abs().tolist()
    return {"largest": max(others) / own, "sum": sum(others) / own}


@lab.experiment(quick={"steps": 70})
def inside(trial: Trial, *, width: int = 64, steps: int = 100, rate: float = 0.01) -> Measured:
    """The same gap at the last layer of a network of mean-only normalization, untrained and trained: on batches of 64
    images, then on larger ones with smaller steps, to come near the optimum.
    """
    (x, y), _ = trial.parts()
    networks = Networks(trial, ("mean-only",), [width] * 2)
    sizes = sorted({*[4**k for k in range(1, 10) if 4**k < len(y)], len(y)})
    found: Measured = {"sizes": sizes}
    for when in ("untrained", "trained"):
        if when == "trained":
            networks.train((x, y), 64, steps, rate, trial)
            networks.train((x, y), 256, steps // 4, rate / 10, trial)
        found[when] = []
        for n in sizes:
            loss = losses(networks(x[:n]), y[:n]).sum()
            (before,), (after,) = networks.seen
            dx, dy = torch.autograd.grad(loss, (before, after))
            found[when].append(gap(dx, networks.norms[-1].gammas[0].detach() * dy)[0])
    return found


def gap(gradient: Tensor, printed: Tensor) -> tuple[float, float]:
    """How far the printed limit is from a gradient: by their norms, relative to the printed; and the largest."""
    difference = printed - gradient
    return float(difference.norm() / printed.norm()), float(difference.abs().max())


def at(measured: Measured, what: str, over: Over, size: int) -> float:
    """A number at a size of the batch; none where that size was not tried."""
    return measured[what][over][measured["sizes"].index(size)] if size in measured["sizes"] else nan


def learns(where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that a network learns from batches of one image."""
    return lab.claim("a network learns from batches of one image", number="accuracy", above=0.3, where=where)


@learns("fully connected, batch normalization")
def _(dense: Measured) -> float:
    return at(dense, "running", "batch", 1)


@learns("fully connected, mean-only normalization")
def _(dense: Measured) -> float:
    return at(dense, "running", "mean-only", 1)


@learns("fully connected, layer normalization")
def _(dense: Measured) -> float:
    return at(dense, "running", "layer", 1)


@learns("CNN, batch normalization")
def _(convolutional: Measured) -> float:
    return at(convolutional, "running", "batch", 1)


@learns("CNN, mean-only normalization")
def _(convolutional: Measured) -> float:
    return at(convolutional, "running", "mean-only", 1)


@lab.claim("batch normalization does worse than layer normalization", number="layer − batch, in accuracy", above=0.05,
           where="fully connected, batches of 2")  # fmt: skip
def _(dense: Measured) -> float:
    return at(dense, "running", "layer", 2) - at(dense, "running", "batch", 2)


@lab.claim("batch normalization does worse than layer normalization", number="layer − batch, in accuracy", above=0.05,
           where="fully connected, batches of 16")  # fmt: skip
def _(dense: Measured) -> float:
    return at(dense, "running", "layer", 16) - at(dense, "running", "batch", 16)


@lab.claim("running averages serve better than the statistics of a held-out batch", number="gain in accuracy",
           above=0.05, where="fully connected, batch normalization, batches of 2")  # fmt: skip
def _(dense: Measured) -> float:
    return at(dense, "running", "batch", 2) - at(dense, "own", "batch", 2)


@lab.claim("batch norm is option A: one channel of all images is normalized together", printed=True,
           number="maps that do not fit", below=0.5, where="torch, gradients of an output")  # fmt: skip
def _(together: Measured) -> float:
    return together["other"]["batch"]


@lab.claim("layer norm is option B: all channels of one image are normalized together", printed=True,
           number="maps that do not fit", below=0.5, where="torch, gradients of an output")  # fmt: skip
def _(together: Measured) -> float:
    return together["other"]["layer"]


BACKWARD = "normalization/mean_only_backward"


@lab.claim("∂L/∂x_i = γ(∂L/∂y_i − 1/n Σ_j ∂L/∂y_j)", printed=True, problem=BACKWARD,
           number="largest gap to the true gradient", below=1e-12, where="five losses, n from 1 to 4096")  # fmt: skip
def _(limit: Measured) -> float:
    return max(limit["formula"].values())


@lab.claim("∂L/∂x_1 is 0 when n = 1", printed=True, problem=BACKWARD, number="largest gradient", below=1e-12,
           where="five losses")  # fmt: skip
def _(limit: Measured) -> float:
    return max(limit["at one"].values())


@lab.claim("∂L/∂x_1 is 0 when n = 1", printed=True, problem=BACKWARD, number="farthest that a weight below has moved",
           below=1e-12, where="a fully connected network, trained on batches of one")  # fmt: skip
def _(dense: Measured) -> float:
    return at(dense, "moved", "mean-only", 1)


def approaches(where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that the gradient tends to the printed limit: their distance, relative to the limit, vanishes."""
    return lab.claim("∂L/∂x_i is γ · ∂L/∂y_i when n approaches infinity", printed=True, problem=BACKWARD,
                     number="relative gap", below=0.1, where=f"{where}, n = 4096")  # fmt: skip


@approaches("a loss of one output")
def _(limit: Measured) -> float:
    return limit["relative"]["one output"][-1]


@approaches("a sum of squares, β at its optimum")
def _(limit: Measured) -> float:
    return limit["relative"]["sum of squares, β fitted"][-1]


@approaches("a sum of squares")
def _(limit: Measured) -> float:
    return limit["relative"]["sum of squares"][-1]


@approaches("a mean of squares")
def _(limit: Measured) -> float:
    return limit["relative"]["mean of squares"][-1]


@approaches("a sum of the outputs")
def _(limit: Measured) -> float:
    return limit["relative"]["sum of outputs"][-1]


def by_chance(where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that the gap in a network is what chance leaves in the mean of n gradients without a common sign."""
    return lab.claim("∂L/∂x_i is γ · ∂L/∂y_i when n approaches infinity", printed=True, problem=BACKWARD,
                     number="relative gap times √n, which chance makes 1", below=2.5,
                     where=f"{where}, all training images")  # fmt: skip


@by_chance("in a trained network")
def _(inside: Measured) -> float:
    return inside["trained"][-1] * inside["sizes"][-1] ** 0.5


@by_chance("in an untrained network")
def _(inside: Measured) -> float:
    return inside["untrained"][-1] * inside["sizes"][-1] ** 0.5


@lab.claim("a larger batch isolates the gradients through each sample", printed=True, problem=BACKWARD, below=0.01,
           where="each other sample, n = 4096", number="largest gradient to another, over that to the own")  # fmt: skip
def _(isolation: Measured) -> float:
    return isolation["largest"]


@lab.claim("a larger batch isolates the gradients through each sample", printed=True, problem=BACKWARD, below=0.01,
           where="all others together, n = 4096", number="gradients to all, over that to the own")  # fmt: skip
def _(isolation: Measured) -> float:
    return isolation["sum"]


def columns(rows: list[Measured], what: str) -> dict[str, list[list[float]]]:
    """By name, a row a seed."""
    return {name: [row[what][name] for row in rows] for name in rows[0][what]}


@lab.figure("Held-out accuracy by the size of the training batches: mean of the seeds, and their range.",
            problems=("normalization/axes",), size=(7.4, 3.0))  # fmt: skip
def accuracy(figure: Figure, dense: list[Measured], convolutional: list[Measured]) -> str:
    """Networks on vectors, with running statistics and those of held-out batches, and on maps."""
    panels = figure.subplots(1, 3, sharey=True)
    shown = (
        (dense, "running", "fully connected"),
        (dense, "own", "the same, held-out batches'\nown statistics"),
        (convolutional, "running", "CNN"),
    )
    told: list[str] = []
    for axes, (rows, what, title) in zip(panels, shown, strict=True):
        sizes, by_method = rows[0]["sizes"], columns(rows, what)
        curves(axes, by_method, sizes)
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, list(map(str, sizes)))
        axes.set(title=title, xlabel="images in a batch", ylim=(0, 1))
        ends = [
            f"{name} {mean([row[0] for row in it]):.2f} and {mean([row[-1] for row in it]):.2f}"
            for name, it in by_method.items()
        ]
        told.append(f"{title}: {', '.join(ends)}".replace("\n", " "))
    panels[2].legend(loc="lower right")
    return (
        f"Held-out accuracy on average, with batches of {dense[0]['sizes'][0]} and of {dense[0]['sizes'][-1]} images. "
        f"{'; '.join(told)}."
    )


@lab.figure("Which maps of an array of 5 images and 6 channels move one output in the map with the dot, measured in "
            "torch's layers: the darker, the more; white, not at all.",
            problems=("normalization/axes",), size=(7.4, 2.1))  # fmt: skip
def blocks(figure: Figure, together: list[Measured]) -> str:
    """The gradients of one output by all maps, of the first seed."""
    import numpy as np  # noqa: PLC0415

    first = together[0]
    n, c = first["place"]
    panels = figure.subplots(1, len(first["gradient"]), sharey=True)
    told: list[str] = []
    for axes, (name, gradient) in zip(panels, first["gradient"].items(), strict=True):
        moved = np.asarray(gradient)
        axes.imshow(np.log10(np.clip(moved / moved.max(), 1e-3, 1)), cmap="Blues", vmin=-3, vmax=0.5, aspect="auto")
        axes.plot([c], [n], "o", color=COLORS[1], markersize=4)
        axes.set(title=name, xlabel="channel", xticks=range(CHANNELS), xticklabels=range(1, CHANNELS + 1),
                 yticks=range(IMAGES), yticklabels=range(1, IMAGES + 1))  # fmt: skip
        axes.grid(visible=False)
        told.append(f"{name} {int((moved > 1e-12).sum())}")
    panels[0].set_ylabel("image")
    images, channels = [f"image {n + 1} and {what}" for what in (f"channel {c + 1}", "all its channels")]
    return (
        f"How many maps an output at {images} moves with: {', '.join(told)}. Batch: channel {c + 1} of all images; "
        f"layer: {channels}; instance: its own map; group: some channels of its image."
    )


@lab.figure("How far the true gradient is from γ ∂L/∂y_i, as the batch grows: mean of the seeds, and their range. "
            "On the left, the sum and the mean of squares have one line.",
            problems=(BACKWARD,), size=(7.4, 3.6))  # fmt: skip
def limits(figure: Figure, limit: list[Measured], inside: list[Measured]) -> str:
    """The gap for several losses, relative and absolute, and in a network."""
    panels = figure.subplots(1, 3)
    told: list[str] = []
    for axes, what in zip(panels, ("relative", "absolute"), strict=False):
        by_loss = columns(limit, what)
        curves(axes, by_loss, limit[0]["sizes"])
        axes.set(title=f"a layer alone, {what} gap")
        ends = [f"{name} {mean([row[-1] for row in it]):.2g}" for name, it in by_loss.items()]
        told.append(f"{what} gap at n = {limit[0]['sizes'][-1]}: {', '.join(ends)}")
    sizes = inside[0]["sizes"]
    by_state = {f"{when} network": [row[when] for row in inside] for when in ("untrained", "trained")}
    curves(panels[2], by_state, sizes)
    panels[2].plot(sizes, [n**-0.5 for n in sizes], color=COLORS[5], linestyle=STYLES[3], label="1/√n, by chance")
    panels[2].set(title="inside a network, relative gap")
    panels[2].legend(loc="lower left")
    for axes in panels:
        axes.set(xscale="log", yscale="log", xlabel="n")
    panels[2].yaxis.set_minor_formatter("")
    panels[2].set_ylim(top=1)
    ends = [f"{name} {mean([row[-1] for row in it]):.2g}" for name, it in by_state.items()]
    told.append(f"relative gap inside at n = {sizes[-1]}: {', '.join(ends)}")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return f"The gap between the gradient by the inputs and its printed limit. {'; '.join(told)}."
