"""Initialization: zero, Xavier and He, in networks of three activations.

A weight's variance decides what becomes of a signal in many layers. ReLU lets half of the mean square through, so He's
variance of 2/fan in keeps it, and Xavier's loses a factor of two a layer: in a deep ReLU network He's learns and
Xavier's hardly begins to. With tanh it is the other way round: near zero it is linear, so Xavier's variance keeps the
signal, while with He's it grows until the neurons saturate.

What the key says of sigmoids is not robust. A sigmoid's slope is at most 1/4: it shrinks every gradient, and on inputs
from 0 to 1 the larger weights of He make up for some of that. Xavier's lead is real in shallow networks on raw inputs
from 0 to 255, where He's weights drive more neurons into saturation. Both settings are here.

With zero weights a network of ReLU hardly moves: no signal, so no gradient but that of the last biases. One of sigmoids
does move, as its neurons say 1/2 to zero, but all neurons of a layer stay alike: it is a network of width one, better
than chance and no more. That is so in exact arithmetic. In floats a matrix product may add in another order for the
columns that do not fill a vector register. Where it does, these columns part from the others by a rounding error, and
training makes the error grow until the neurons are different ones: the network of width 7 learns, the one of width 8
does not. Whether that happens, and at which widths, depends on the machine and its library of matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import conv2d

from markscheme.labs.engine.charts import COLORS, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, drawn_weights, losses, optimizer_for, train
from markscheme.mechanisms.initialization import Method, relu_signal, variance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

METHODS: tuple[Method, ...] = ("zero", "Xavier", "He")
WIDTHS = (7, 8, 16, 17)

lab = Lab(
    "initialization",
    title="Initialization",
    source="EECS 182 midterm, Spring 2023, question 6(a)",
    problems=("training/initialization",),
    text="""
    Networks with ReLU, tanh and sigmoid are trained from zero, Xavier and He weights; biases start at zero. Does the
    method that is made for an activation lead there?
    """,
)


def dense(
    trial: Trial, activation: str, inputs: str, optimizer: str, *, depth: int, width: int, rate: float, epochs: int
) -> Measured:
    """Networks of `depth` layers, one a method, from the same normal numbers, on the same batches."""
    data, held_out, classes = _parts(trial, inputs)
    rng = trial.random("weights")
    sizes = pairwise([data[0][0].numel(), *[width] * (depth - 1), classes])
    networks = Dense([drawn_weights(METHODS, *fans, rng, trial.device) for fans in sizes], activation)
    return _trained(trial, networks, networks.layers, networks.parameters, data, held_out, (optimizer, rate, epochs))


@lab.experiment(quick={"epochs": 3})
def relu(trial: Trial, *, depth: int = 16, width: int = 64, rate: float = 0.005, epochs: int = 12) -> Measured:
    """Fully connected, ReLU, by SGD with momentum."""
    return dense(trial, "relu", "scaled", "SGD", depth=depth, width=width, rate=rate, epochs=epochs)


@lab.experiment(quick={"epochs": 4})
def tanh(trial: Trial, *, depth: int = 40, width: int = 64, rate: float = 0.01, epochs: int = 12) -> Measured:
    """Fully connected and very deep, tanh, on standardized inputs."""
    return dense(trial, "tanh", "standardized", "SGD", depth=depth, width=width, rate=rate, epochs=epochs)


@lab.experiment(quick={"epochs": 5})
def sigmoid(trial: Trial, *, depth: int = 2, width: int = 128, rate: float = 0.001, epochs: int = 12) -> Measured:
    """Shallow, sigmoid, by Adam on raw inputs from 0 to 255: here the printed claim holds."""
    return dense(trial, "sigmoid", "raw", "Adam", depth=depth, width=width, rate=rate, epochs=epochs)


@lab.experiment(quick={"epochs": 6})
def sigmoid_scaled(trial: Trial, *, depth: int = 4, width: int = 64, rate: float = 0.1, epochs: int = 12) -> Measured:
    """Deeper, sigmoid, by SGD with momentum on inputs from 0 to 1: here it does not."""
    return dense(trial, "sigmoid", "scaled", "SGD", depth=depth, width=width, rate=rate, epochs=epochs)


@lab.experiment(quick={"epochs": 2, "channels": 8})
def convolutional(
    trial: Trial, *, depth: int = 12, channels: int = 16, rate: float = 0.005, epochs: int = 8
) -> Measured:
    """Convolutions of 3×3 that keep the size, ReLU, and a linear layer."""
    data, held_out, classes = _parts(trial, "scaled")
    rng = trial.random("weights")
    kernels: list[Tensor] = []
    for before in [1] + [channels] * (depth - 2):
        normal = rng.standard_normal((channels, before, 3, 3), dtype="float32")
        scales = [float(variance(method, 9 * before, 9 * channels)) ** 0.5 for method in METHODS]
        kernels.append(torch.cat([torch.from_numpy(normal * scale) for scale in scales]).to(trial.device))
    biases = [torch.zeros(len(kernel), device=trial.device) for kernel in kernels]
    last = Dense([drawn_weights(METHODS, channels * data[0][0].numel(), classes, rng, trial.device)])
    for parameter in (*kernels, *biases):
        parameter.requires_grad_()

    def layers(x: Tensor) -> list[Tensor]:
        """Networks side by side as groups of channels; each layer's sums are networks × batch × …"""
        sums, h = list[Tensor](), x[:, None].expand(-1, len(METHODS), -1, -1)
        for kernel, bias in zip(kernels, biases, strict=True):
            grouped = conv2d(h, kernel, bias, padding=1, groups=len(METHODS))
            sums.append(grouped.unflatten(1, (len(METHODS), channels)).transpose(0, 1))
            h = torch.relu(sums[-1]).transpose(0, 1).flatten(1, 2)
        return [*sums, torch.baddbmm(last.biases[0], torch.relu(sums[-1]).flatten(2), last.weights[0])]

    parameters = [*kernels, *biases, *last.parameters]
    return _trained(trial, lambda x: layers(x)[-1], layers, parameters, data, held_out, ("SGD", rate, epochs))


@lab.experiment(quick={"epochs": 6})
def symmetry(trial: Trial, *, rate: float = 0.02, epochs: int = 40) -> Measured:
    """Sigmoid networks of one hidden layer with zero weights, of several widths: what they reach, and how far the
    weights of their hidden neurons have parted, which are the same ones in exact arithmetic.
    """
    data, held_out, classes = _parts(trial, "scaled")
    found: dict[str, dict[str, float]] = {"accuracy": {}, "parted": {}}
    for width in WIDTHS:
        sizes = pairwise([data[0][0].numel(), width, classes])
        weights = [torch.zeros(1, *fans, device=trial.device) for fans in sizes]
        network = Dense(weights, "sigmoid")
        curve = train(network, optimizer_for("Adam", network.parameters, rate), data, held_out, epochs=epochs, batch=64,
                      rng=trial.random("batches"))  # fmt: skip
        first = weights[0][0].detach()
        found["accuracy"][str(width)] = curve.accuracy[0][-1]
        found["parted"][str(width)] = float((first - first[:, :1]).abs().max())
    return found


def _parts(trial: Trial, inputs: str) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor], int]:
    """Training and held-out images as inputs, with labels, and the number of classes.

    Inputs are `raw` from 0 to 255, `scaled` from 0 to 1, or `standardized`: each pixel to mean 0 and
    variance 1 over the training images.
    """
    (x, y), (watched, labels) = trial.parts()
    shift, scale = {"raw": (0.0, 1 / 255), "scaled": (0.0, 1.0), "standardized": (x.mean(0), x.std(0) + 1e-8)}[inputs]
    return ((x - shift) / scale, y), ((watched - shift) / scale, labels), trial.images.classes


def _trained(
    trial: Trial, forward: Callable[[Tensor], Tensor], layers: Callable[[Tensor], list[Tensor]],
    parameters: Sequence[Tensor], data: tuple[Tensor, Tensor], held_out: tuple[Tensor, Tensor],
    how: tuple[str, float, int],
) -> Measured:  # fmt: skip
    """By method: accuracy and loss after each epoch; before training, by layer, the mean square of the sums before the
    activation, and that of the loss's gradient by them.
    """
    optimizer, rate, epochs = how
    sums = layers(data[0][:256])
    gradients = torch.autograd.grad(losses(sums[-1], data[1][:256]).sum(), sums)
    signal, gradient = (
        [[float(net.detach().square().mean()) for net in layer] for layer in it] for it in (sums, gradients)
    )
    found = train(forward, optimizer_for(optimizer, parameters, rate), data, held_out, epochs=epochs, batch=64,
                  rng=trial.random("batches"))  # fmt: skip
    by_method = {"accuracy": found.accuracy, "loss": found.loss,
                 "signal": zip(*signal, strict=True), "gradient": zip(*gradient, strict=True)}  # fmt: skip
    return {
        name: {method: list(it) for method, it in zip(METHODS, rows, strict=True)} for name, rows in by_method.items()
    }


def lead(measured: Measured, one: Method, other: Method) -> float:
    """By how much one method's final accuracy exceeds another's."""
    return measured["accuracy"][one][-1] - measured["accuracy"][other][-1]


@lab.claim("He initialization performs better for ReLU", printed=True, number="He − Xavier", above=0,
           where="16 layers, SGD")  # fmt: skip
def _(relu: Measured) -> float:
    return lead(relu, "He", "Xavier")


@lab.claim("He initialization performs better for ReLU", printed=True, number="He − Xavier", above=0,
           where="a CNN of 12 layers, SGD")  # fmt: skip
def _(convolutional: Measured) -> float:
    return lead(convolutional, "He", "Xavier")


@lab.claim("Xavier initialization performs better for sigmoid", printed=True, number="Xavier − He", above=0,
           where="2 layers, Adam, inputs from 0 to 255")  # fmt: skip
def _(sigmoid: Measured) -> float:
    return lead(sigmoid, "Xavier", "He")


@lab.claim("Xavier initialization performs better for sigmoid", printed=True, number="Xavier − He", above=0,
           where="4 layers, SGD, inputs from 0 to 1")  # fmt: skip
def _(sigmoid_scaled: Measured) -> float:
    return lead(sigmoid_scaled, "Xavier", "He")


@lab.claim("Xavier performs better for tanh", number="Xavier − He", above=0,
           where="40 layers, SGD, standardized inputs")  # fmt: skip
def _(tanh: Measured) -> float:
    return lead(tanh, "Xavier", "He")


@lab.claim("with zero weights a deep ReLU network stays at chance", number="accuracy with zero weights", below=0.15,
           where="16 layers, SGD")  # fmt: skip
def _(relu: Measured) -> float:
    return relu["accuracy"]["zero"][-1]


@lab.claim("with zero weights the accuracy is not updating", printed=True, number="highest accuracy", below=0.15,
           where="sigmoid, a hidden layer of 8")  # fmt: skip
def _(symmetry: Measured) -> float:
    return symmetry["accuracy"]["8"]


@lab.claim("zero weights keep the neurons of a layer alike", number="most that two weights differ by", below=1e-12,
           where="sigmoid, a hidden layer of 8", of_machine=True)  # fmt: skip
def _(symmetry: Measured) -> float:
    return symmetry["parted"]["8"]


@lab.claim("zero weights keep the neurons of a layer alike", number="most that two weights differ by", below=1e-12,
           where="sigmoid, a hidden layer of 7, in floats", of_machine=True)  # fmt: skip
def _(symmetry: Measured) -> float:
    return symmetry["parted"]["7"]


PANELS = {
    "relu": "ReLU, 16 layers",
    "convolutional": "ReLU, CNN of 12 layers",
    "tanh": "tanh, 40 layers, standardized inputs",
    "sigmoid": "sigmoid, 2 layers, inputs 0 to 255",
    "sigmoid_scaled": "sigmoid, 4 layers, inputs 0 to 1",
}


@lab.figure("Held-out accuracy after each epoch: mean of the seeds, and their range.",
            problems=("training/initialization",), size=(7.4, 4.2))  # fmt: skip
def accuracy(
    figure: Figure, relu: list[Measured], convolutional: list[Measured], tanh: list[Measured], sigmoid: list[Measured],
    sigmoid_scaled: list[Measured],
) -> str:  # fmt: skip
    """A panel a network, a curve a method."""
    panels = figure.subplots(2, 3, sharey=True)
    told: list[str] = []
    for axes, (title, rows) in zip(
        panels.flat,
        zip(PANELS.values(), (relu, convolutional, tanh, sigmoid, sigmoid_scaled), strict=True),
        strict=False,
    ):
        by_method = {method: [row["accuracy"][method] for row in rows] for method in METHODS}
        curves(axes, by_method)
        axes.set(title=title, xlabel="epoch", ylim=(0, 1))
        told.append(
            f"{title}: "
            + ", ".join([f"{method} {mean([row[-1] for row in it]):.2f}" for method, it in by_method.items()])
        )
    panels[1, 2].axis("off")
    panels[1, 2].legend(*panels[0, 0].get_legend_handles_labels(), loc="center", title="initialization")
    return f"Held-out accuracy after the last epoch, on average. {'; '.join(told)}."


@lab.figure("Before training: the mean square of the sums before each activation, and of the loss's gradient by them. "
            "Dotted: theory, from the first layer on.", size=(7.4, 2.8))  # fmt: skip
def variances(figure: Figure, relu: list[Measured], tanh: list[Measured]) -> str:
    """What becomes of the signal and of the gradient, beside theory."""
    panels = figure.subplots(1, 3)
    shown = ((relu, "signal", "ReLU: signal"), (relu, "gradient", "ReLU: gradient"), (tanh, "signal", "tanh: signal"))
    told: list[str] = []
    for axes, (rows, what, title) in zip(panels, shown, strict=True):
        by_method: dict[Method, list[list[float]]] = {
            method: [row[what][method] for row in rows] for method in METHODS[1:]
        }
        layers = list(range(1, len(rows[0][what]["He"]) + 1))
        curves(axes, by_method, layers, first=1)
        if rows is relu and len(layers) > 1:
            for place, (method, it) in enumerate(by_method.items(), 1):
                _theory(axes, what, method, mean([row[-2 if what == "gradient" else 0] for row in it]), layers, place)
        axes.set(title=title, xlabel="layer", yscale="log")
        ends = [
            f"{method} from {mean([row[0] for row in it]):.2g} to {mean([row[-1] for row in it]):.2g}"
            for method, it in by_method.items()
        ]
        told.append(f"{title}: {' and '.join(ends)}")
    panels[0].legend()
    return f"Mean squares by layer, first to last, before training. {'; '.join(told)}."


def _theory(axes: Axes, what: str, method: Method, start: float, layers: Sequence[int], place: int) -> None:
    """Layers of one width keep the mean square with He, and halve it with Xavier: forward, and backward alike."""
    factor = float(relu_signal((2, 2), method))
    inner = layers[:-1]  # the last layer has another width
    away = [len(inner) - layer if what == "gradient" else layer - 1 for layer in inner]
    axes.plot(inner, [start * factor**steps for steps in away], color=COLORS[place], linestyle=":", linewidth=1)
