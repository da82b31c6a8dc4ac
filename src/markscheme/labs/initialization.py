"""Initialization: zero, Xavier and He, in convolutional networks of ReLU and of sigmoids, each at its own rate.

A weight's variance decides what becomes of a signal in many layers. ReLU halves the mean square of a symmetric
pre-activation, so He's variance of 2/fan in keeps the mean squared activation, and Xavier's loses a factor of two a
layer. (Its variance falls by more, from 1 to 1/2 − 1/(2π) = 0.341, as its mean is no longer 0.) Xavier's variance is
made for an activation of slope 1 and mean 0 near zero, such as tanh. A sigmoid has slope 1/4 and mean 1/2: it is
neither's. It shrinks every gradient, and He's larger weights make up for more of that; on raw pixels from 0 to 255 they
drive it into saturation sooner.

The exam compares two deep convolutional networks, and does not say how they were trained. Here is a sweep over depth,
input scale, optimizer and rate. What a method reaches is judged at the rate that suits it best, chosen on images that
the verdict does not see; and apart from that at the one rate that suits two methods best together. A rate that is good
for He's weights may be far too small for Xavier's: at one rate a method may lead by much that at its own rate hardly
trails. With rates tuned, most leads are within the error. He's for certain is that in a fully connected ReLU network of
sixteen layers; in a convolutional one of twelve, by SGD, it is small. Xavier's method leads nowhere for certain: on
pixels from 0 to 255 it is ahead with ReLU, within the error. In five layers of sigmoids on standardized inputs He's
method learned with each of five seeds, and Xavier's with one.

With zero weights a ReLU network never moves but for its last biases. One of sigmoids does, as its neurons say 1/2 to
zero; all channels of a layer stay alike, but a shallow one learns what one channel can. That they stay alike is so in
exact arithmetic. In floats a matrix product may add in another order for the columns that do not fill a vector
register: these part from the others by a rounding error, and training makes it grow. Whether that happens, and at which
widths, depends on the machine and its library of matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import torch

from markscheme.labs.engine.charts import COLORS, mean, panel
from markscheme.labs.engine.lab import Experiment, Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Convolutional, Dense, drawn_weights, losses, optimizer_for, train
from markscheme.labs.tuning import EACH, ONE, Built, at_best, lead, swept
from markscheme.mechanisms.backpropagation import Variable, gradients
from markscheme.mechanisms.initialization import Method, relu_signal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

METHODS: tuple[Method, ...] = ("zero", "Xavier", "He")
DEPTHS = {"relu": (3, 12), "sigmoid": (3, 5)}
"""Of the convolutional networks."""
INPUTS = {"standardized": "standardized inputs", "raw": "inputs 0 to 255"}
SCALES = {
    "relu": (("standardized", "SGD"), ("standardized", "Adam"), ("raw", "Adam")),
    "sigmoid": (("standardized", "Adam"), ("raw", "Adam")),
}
"""Inputs and optimizers of the convolutional networks."""
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
WIDTHS = (7, 8)
LEADERS: dict[str, tuple[Method, Method]] = {"relu": ("He", "Xavier"), "sigmoid": ("Xavier", "He")}
"""The method that is said to perform better, and the other."""

lab = Lab(
    "initialization",
    title="Initialization",
    source="EECS 182 midterm, Spring 2023, question 6(a)",
    problems=("training/initialization",),
    text="""
    Convolutional networks with ReLU and with sigmoids are trained from zero, Xavier and He weights, at many rates, with
    biases that start at zero. Does the method that is made for an activation lead there?
    """,
    version=2,
)


def setting(depth: int, inputs: str, optimizer: str) -> str:
    """The name of a place in the sweep."""
    return f"{depth} layers, {INPUTS[inputs]}, {optimizer}"


def convolutional(trial: Trial, activation: str, channels: int, epochs: int) -> Measured:
    """By depth, input scale and optimizer, networks of each method at each rate."""
    found: Measured = {}
    for depth, (inputs, optimizer) in product(DEPTHS[activation], SCALES[activation]):

        def build(methods: Sequence[Method], depth: int = depth) -> Built:
            (height, width), sizes = trial.images.x.shape[1:], [channels] * (depth - 1)
            networks = Convolutional(methods, (height, width), sizes, trial.images.classes, activation,
                                     trial.random(f"weights {depth}"), trial.device)  # fmt: skip
            return networks, networks.parameters

        found[setting(depth, inputs, optimizer)] = swept(
            trial, trial.parts(inputs), METHODS, RATES, build, optimizer=optimizer, epochs=epochs
        )
    return found


@lab.experiment(seeds=5, again=0, apart=True)
def relu(trial: Trial, *, channels: int = 8, epochs: int = 10) -> Measured:
    """Convolutions of 3×3 that keep the size, with ReLU, and a linear layer."""
    return convolutional(trial, "relu", channels, epochs)


@lab.experiment(seeds=5, again=0, apart=True)
def sigmoid(trial: Trial, *, channels: int = 8, epochs: int = 10) -> Measured:
    """The same with sigmoids."""
    return convolutional(trial, "sigmoid", channels, epochs)


def dense(
    trial: Trial, activation: str, inputs: str, optimizer: str, *, depth: int, width: int, epochs: int
) -> Measured:
    """Fully connected networks of each method at each rate; and of each method before training, by layer, the mean
    square of the pre-activations, and of the gradients with respect to them.
    """
    parts = trial.parts(inputs)
    sizes = [trial.images.x[0].size, *[width] * (depth - 1), trial.images.classes]

    def networks(methods: Sequence[Method]) -> Dense:
        rng = trial.random("weights")
        return Dense([drawn_weights(methods, *fans, rng, trial.device) for fans in pairwise(sizes)], activation)

    def build(methods: Sequence[Method]) -> Built:
        made = networks(methods)
        return made, made.parameters

    sums = networks(METHODS).layers(parts.training[0][:256])
    gradients = torch.autograd.grad(losses(sums[-1], parts.training[1][:256]).sum(), sums)
    squares = [
        [[float(it) for it in layer.detach().square().mean((1, 2))] for layer in layers] for layers in (sums, gradients)
    ]
    signal, gradient = (dict(zip(METHODS, map(list, zip(*it, strict=True)), strict=True)) for it in squares)
    trained = swept(trial, parts, METHODS, RATES, build, optimizer=optimizer, epochs=epochs)
    return {**trained, "signal": signal, "gradient": gradient}


@lab.experiment(seeds=5, quick={"depth": 8, "epochs": 1})
def relu_dense(trial: Trial, *, depth: int = 16, width: int = 64, epochs: int = 12) -> Measured:
    """Fully connected, ReLU, by SGD with momentum, on inputs from 0 to 1."""
    return dense(trial, "relu", "scaled", "SGD", depth=depth, width=width, epochs=epochs)


@lab.experiment(seeds=5, again=1, quick={"depth": 8, "epochs": 1})
def tanh_dense(trial: Trial, *, depth: int = 40, width: int = 64, epochs: int = 12) -> Measured:
    """Fully connected and very deep, tanh, by SGD with momentum, on standardized inputs."""
    return dense(trial, "tanh", "standardized", "SGD", depth=depth, width=width, epochs=epochs)


@lab.experiment(quick={"epochs": 1})
def sigmoid_dense(trial: Trial, *, depth: int = 2, width: int = 128, epochs: int = 12) -> Measured:
    """Fully connected and shallow, sigmoids, by Adam, on inputs from 0 to 255."""
    return dense(trial, "sigmoid", "raw", "Adam", depth=depth, width=width, epochs=epochs)


@lab.experiment(quick={"epochs": 1})
def symmetry(trial: Trial, *, rate: float = 0.02, epochs: int = 6) -> Measured:
    """Sigmoid networks of one hidden layer with zero weights, of two widths: how far the weights of their hidden
    neurons have parted in floats, which are the same ones in exact arithmetic.
    """
    parts, found = trial.parts(), Measured()
    for width in WIDTHS:
        sizes = pairwise([trial.images.x[0].size, width, trial.images.classes])
        weights = [torch.zeros(1, *fans, device=trial.device) for fans in sizes]
        network = Dense(weights, "sigmoid")
        train(network, optimizer_for("Adam", network.parameters, rate), parts.training, parts.validation,
              epochs=epochs, batch=64, rng=trial.random("batches"))  # fmt: skip
        first = weights[0][0].detach()
        found[str(width)] = float((first - first[:, :1]).abs().max())
    return found


def places(found: Experiment, depth: int, inputs: str) -> dict[str, Quantity]:
    """What was trained of a convolutional network of a depth at an input scale, by setting."""
    return {name: found[name] for name in [setting(depth, *it) for it in SCALES[found.name] if it[0] == inputs]}


SAYS = {"relu": "He initialization performs better for ReLU",
        "sigmoid": "Xavier initialization performs better for sigmoid"}  # fmt: skip

for trained, depth in [(it, depth) for it in (relu, sigmoid) for depth in DEPTHS[it.name]]:
    one, other = LEADERS[trained.name]
    is_deep = depth == max(DEPTHS[trained.name])  # as the exam's
    for scale in INPUTS:
        for rate in (EACH, ONE) if scale == "standardized" else (EACH,):
            lab.claims(
                SAYS[trained.name],
                {f"CNN, {where}, {rate}": lead(it, one, other)[rate]
                 for where, it in places(trained, depth, scale).items()},
                effect=f"{one} − {other}", printed=is_deep and scale != "raw",
            )  # fmt: skip
    settings, name = places(trained, depth, "standardized"), {"relu": "ReLU", "sigmoid": "sigmoid"}[trained.name]
    lab.claims(
        "with zero weights the accuracy is not updating",
        {f"{name} CNN, {where}, {EACH}": it.then(at_best, "zero") for where, it in settings.items()},
        effect="accuracy", below=0.134, printed=is_deep,
        because="the commonest digit is 10.2 % of all, and an accuracy on 360 images has a standard error of 1.6 %",
    )  # fmt: skip
    lab.claims(
        "with zero weights the accuracy is the lowest",
        {f"{name} CNN, {where}, {EACH}": lead(it, "zero", "Xavier")[EACH] for where, it in settings.items()},
        effect="zero − Xavier", below=0, printed=is_deep,
    )  # fmt: skip

for where, trained, (one, other) in (
    ("ReLU, 16 layers, SGD", relu_dense, LEADERS["relu"]), ("sigmoid, 2 layers, inputs 0 to 255, Adam", sigmoid_dense,
     LEADERS["sigmoid"]), ("tanh, 40 layers, SGD", tanh_dense, LEADERS["sigmoid"]),
):  # fmt: skip
    lab.claims(
        f"{one} performs better for {where.split(',')[0]} in fully connected networks",
        {f"{where}, {rate}": it for rate, it in lead(trained, one, other).items()},
        effect=f"{one} − {other}",
    )  # fmt: skip


@lab.identity("zero weights cause neurons to perform the same calculation", "three steps of SGD in fractions",
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    """A rational function in place of the sigmoid: it is bounded, and its slope at 0 is 1."""
    x, y = Variable([[1, 2], [-1, 3], [2, -1]]), Variable([[1, 0], [0, 1], [1, 1]])
    weights = [[[Fraction(0)] * 3] * 2, [[Fraction(0)] * 2] * 3]
    for _ in range(3):
        W_1, W_2 = map(Variable, weights)
        z = x @ W_1
        h = z / (z * z + 1) + Fraction(1, 2)
        loss = ((h @ W_2 - y) ** 2).sum()
        weights = [
            (W.array - Fraction(1, 8) * np.asarray(g)).tolist()
            for W, g in zip((W_1, W_2), gradients(loss, [W_1, W_2]), strict=True)
        ]
    columns, rows = list(zip(*weights[0], strict=True)), weights[1]
    alike = columns[0] == columns[1] == columns[2] and rows[0] == rows[1] == rows[2]
    return alike and any(columns[0]), "three hidden neurons have moved, and are one and the same"


lab.claims(
    "they do so in floats, too", {f"a hidden layer of {width} sigmoids": symmetry[str(width)] for width in WIDTHS},
    effect="most that two weights differ by", below=1e-6, because="rounding alone leaves 1e-7",
)  # fmt: skip


@lab.figure("Accuracy by learning rate, after the last epoch: mean of the seeds, and their range. Above and below: "
            "convolutional networks on standardized inputs; right: fully connected ones.",
            relu, sigmoid, relu_dense, tanh_dense, problems=("training/initialization",), size=(7.4, 4.2))  # fmt: skip
def rates(figure: Figure, rows: Rows) -> str:
    """A panel a network, a curve a method."""
    panels = figure.subplots(2, 3, sharey=True)
    shown = {
        "ReLU CNN, 12 layers, SGD": relu[setting(12, "standardized", "SGD")],
        "ReLU CNN, 12 layers, Adam": relu[setting(12, "standardized", "Adam")],
        "ReLU, 16 layers, SGD": relu_dense,
        "sigmoid CNN, 5 layers, Adam": sigmoid[setting(5, "standardized", "Adam")],
        "same, inputs 0 to 255": sigmoid[setting(5, "raw", "Adam")],
        "tanh, 40 layers, SGD": tanh_dense,
    }
    told = [
        panel(axes, title, {method: rows(it["test"][method]) for method in METHODS}, RATES, xscale="log",
              xlabel="rate", ylim=(0, 1))
        for axes, (title, it) in zip(panels.flat, shown.items(), strict=True)
    ]  # fmt: skip
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return f"Accuracies from the smallest rate, {RATES[0]}, to the largest, {RATES[-1]}. {''.join(told)}"


@lab.figure("By how much He's method leads Xavier's in accuracy, in convolutional networks, each at its best rate: "
            "mean of the seeds, and their standard deviation. Blue: He leads; red: Xavier does.", relu, sigmoid,
            size=(7.4, 3.2))  # fmt: skip
def leads(figure: Figure, rows: Rows) -> str:
    """A map an activation: input scale and optimizer by depth."""
    panels = figure.subplots(1, 2)
    told: list[str] = []
    for axes, trained in zip(panels, (relu, sigmoid), strict=True):
        depths, scales = DEPTHS[trained.name], SCALES[trained.name]
        found = [[rows(lead(trained[setting(depth, *where)], "He", "Xavier")[EACH]) for depth in depths]
                 for where in scales]  # fmt: skip
        means = np.asarray([[mean(it) for it in line] for line in found])
        axes.imshow(means, cmap="RdBu", vmin=-0.5, vmax=0.5, aspect="auto")
        for i, j in np.ndindex(*means.shape):
            shown = f"{means[i, j]:+.2f} ± {np.std(found[i][j], ddof=min(1, len(found[i][j]) - 1)):.2f}"
            axes.text(j, i, shown.replace("-", "−"), ha="center", va="center",
                      color="white" if abs(means[i, j]) > 0.3 else "black")  # fmt: skip
        axes.set(title={"relu": "ReLU", "sigmoid": "sigmoid"}[trained.name])
        axes.set_xticks(range(len(depths)), [f"{it} layers" for it in depths])
        axes.set_yticks(range(len(scales)), [f"{INPUTS[inputs]},\n{optimizer}" for inputs, optimizer in scales])
        axes.grid(visible=False)
        lines = [f"{INPUTS[inputs]}, {optimizer}, {', '.join([f'{it:+.2f}' for it in line])}"
                 for (inputs, optimizer), line in zip(scales, means, strict=True)]  # fmt: skip
        told.append(f"{trained.name}, {' and '.join(map(str, depths))} layers: {'; '.join(lines)}".replace("-", "−"))
    return f"He − Xavier. {'. '.join(told)}."


@lab.figure("Before training, in fully connected networks: the mean squared pre-activation, and the mean squared "
            "gradient with respect to it. Dotted: theory, from the first layer on.", relu_dense, tanh_dense,
            size=(7.4, 2.8))  # fmt: skip
def variances(figure: Figure, rows: Rows) -> str:
    """What becomes of the signal and of the gradient, beside theory."""
    told: list[str] = []
    for axes, (trained, what, title) in zip(
        figure.subplots(1, 3), ((relu_dense, "signal", "ReLU: signal"), (relu_dense, "gradient", "ReLU: gradient"),
                                (tanh_dense, "signal", "tanh: signal")), strict=True,
    ):  # fmt: skip
        lines: dict[Method, list[list[float]]] = {method: rows(trained[what][method]) for method in METHODS[1:]}
        layers = list(range(1, len(lines["He"][0]) + 1))
        told.append(
            panel(
                axes,
                title,
                {str(it): lines[it] for it in lines},
                layers,
                first=1,
                yscale="log",
                xlabel="layer",
                legend="best",
            )
        )
        if trained is relu_dense and len(layers) > 1:
            for place, (method, it) in enumerate(lines.items(), 1):
                _theory(axes, what, method, mean([row[-2 if what == "gradient" else 0] for row in it]), layers, place)
    return f"Mean squares by layer, first to last, before training. {''.join(told)}"


def _theory(axes: Axes, what: str, method: Method, start: float, layers: Sequence[int], place: int) -> None:
    """Layers of one width keep the mean square with He, and halve it with Xavier: forward, and backward alike."""
    factor = float(relu_signal((2, 2), method))
    inner = layers[:-1]  # the last layer has another width
    away = [len(inner) - layer if what == "gradient" else layer - 1 for layer in inner]
    axes.plot(inner, [start * factor**steps for steps in away], color=COLORS[place], linestyle=":", linewidth=1)
