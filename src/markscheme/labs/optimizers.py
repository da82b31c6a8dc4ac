"""Optimizers: weight decay beside L2 regularization, Adam on a long valley, and Adam as it is printed.

For plain SGD the proof of the exam is confirmed to the last digits: with γ = λη, training on the loss with (λ/2)‖θ‖²
and decaying the weights apart from it lead to the same weights but for rounding. With momentum they do not. In the
exam's form, an average of the gradients, the penalty's part comes some steps late, and the difference is small. In the
form of Polyak and of torch, a sum of the gradients, η counts for 1/(1 − β) as much: the penalty in the loss decays ten
times as fast as a decay of λη, and γ = λη/(1 − β) brings the two as near as they are in the exam's form.

With Adam no γ makes them alike. It divides each weight's gradient by its own root mean square, the penalty's part with
it: a weight in whose gradient the penalty prevails moves towards zero by about η a step, however small λ is. At a λ at
which decoupled decay costs next to nothing, the penalty in the loss takes a network to chance. That does not make
decoupled decay an improvement: on these images, in this time, no strength of it does noticeably better than none.

On a quadratic whose curvatures span a factor κ gradient descent needs in the order of κ steps, and heavy ball and
Nesterov's momentum, with the best constants, in the order of √κ. Adam is far ahead of them if the axes of the quadratic
are those of the weights, since it scales each weight apart. Turned at random, the same valley takes it longer than
either. The others take the same steps in all axes.

The exam's Adam has no bias correction. Its first step is (1 − β_1)/√(1 − β_2) = √10 times η, and the next ones are
longer still, where gradients keep their sign. With the printed η = 0.001 that is a help: it learns faster at first.
With a hundred times the rate the first steps are so long that the network is lost, while with correction it learns.

The listing has no ε either. A weight whose gradient has always been zero, as one from a pixel that is black in all
images so far, gets 0/0: it is no number after the first step, and so the network's outputs are none. Either ε, or the
rule that such a weight stays where it is, mends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from math import inf, nan
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor

from markscheme.labs.engine.charts import COLORS, STYLES, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, drawn_weights, losses, measure
from markscheme.mechanisms.arrays import Array
from markscheme.mechanisms.initialization import Method
from markscheme.mechanisms.optimizers import (
    State,
    adam_array_step,
    heavy_ball_step,
    nesterov_step,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Step: TypeAlias = Callable[[Any, Any, State, float], Any]
"""From weights, their gradient, what is remembered, and η to the next weights."""
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SHOWN = STRENGTHS.index(0.03)
"""The λ for which weights are compared: one with which all networks learn."""
STRONG = STRENGTHS.index(0.3)
LEVELS = tuple([10 ** (-k / 4) for k in range(25)])
CHECKED = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300)
"""Steps after which weights and accuracies are looked at."""

lab = Lab(
    "optimizers",
    title="Optimizers",
    source="EECS 182 midterm, Spring 2023, question 9",
    problems=("optimizers/adam_fill_in", "optimizers/weight_decay"),
    text="""
    L2 regularization and weight decay are tried side by side with four optimizers. SGD, momentum and Adam go down a
    long valley, along the axes and across them. Adam as it is printed, without bias correction and without ε, trains
    networks.
    """,
)


def plain_step(theta: Any, gradient: Any, state: State, eta: float) -> Any:  # noqa: ARG001
    """A step of plain SGD."""
    return theta - eta * gradient


def averaged_step(theta: Any, gradient: Any, state: State, eta: float) -> Any:
    """A step of SGD with momentum in the exam's form, β = 0.9."""
    state.averages["m"] = m = 0.9 * state.average("m", theta) + 0.1 * gradient
    return theta - eta * m


DECAYED: Mapping[str, tuple[Step, float]] = {
    "SGD": (plain_step, 10),
    "momentum": (averaged_step, 10),
    "heavy ball": (heavy_ball_step, 1),
    "Adam": (adam_array_step, 1),
}
"""Steps, and the multiple of the rate with which they go as far as the others."""


WAYS = [(0.0, 0.0), *[(it, 0.0) for it in STRENGTHS], *[(0.0, it) for it in STRENGTHS]]
"""A network each: λ in the loss, and λ of decoupled decay."""
IN_LOSS, DECOUPLED = slice(1, 1 + len(STRENGTHS)), slice(1 + len(STRENGTHS), len(WAYS))


@lab.experiment(quick={"steps": 120})
def decay(trial: Trial, *, width: int = 32, steps: int = 300, rate: float = 0.01) -> Measured:
    """By optimizer: accuracies with decay in the loss and decoupled, γ = λη, for each λ and without. Of the
    network with 0.03 in the loss: how far its weights are from those with γ = λη after some steps, relative to their
    size, and at the end from those with each γ.
    """
    found: Measured = {"steps": checked(steps)}
    (x, y), held_out = trial.parts(double=True)
    penalty, shrinking = trial.tensor(WAYS, double=True).T[..., None, None]
    for name, (step, factor) in DECAYED.items():
        eta, networks = rate * factor, made(trial, len(WAYS), width, double=True)
        states = [State() for _ in networks.parameters]
        apart = list[list[float]]()
        for at, chosen in enumerate(batches(trial, len(y), steps), 1):
            gradients = gradients_of(networks, x[chosen], y[chosen])
            with torch.no_grad():
                for theta, gradient, state in zip(networks.parameters, gradients, states, strict=True):
                    moved = step(theta, gradient + penalty * theta, state, eta)
                    theta.copy_(moved - eta * shrinking * theta)
            if at in found["steps"]:
                apart.append(distances(networks, SHOWN))
        accuracy = measure(networks, *held_out)[0]
        found[name] = {
            "none": accuracy[0], "in the loss": accuracy[IN_LOSS], "decoupled": accuracy[DECOUPLED],
            "distance": [it[SHOWN] for it in apart], "distances at the end": apart[-1],
        }  # fmt: skip
    return found


def distances(networks: Dense, place: int) -> list[float]:
    """From the weights with a λ in the loss to those with each λ of decoupled decay, relative to the former's size."""
    weights = torch.cat([parameter.detach().flatten(1) for parameter in networks.parameters], 1)
    start = weights[IN_LOSS][place]
    return ((weights[DECOUPLED] - start).norm(dim=1) / start.norm()).tolist()


@lab.experiment()
def valley(trial: Trial, *, dimensions: int = 10, kappa: float = 1e4, rate: float = 0.1) -> Measured:
    """By optimizer, the steps until a quadratic with curvatures from 1/κ to 1 falls below each share of its start, with
    its axes along the weights, and in axes turned at random, start and all. Adam has the rate, the others the best
    constants.
    """
    import numpy as np  # noqa: PLC0415

    rng = trial.random("valley")
    curvatures = np.diag(np.geomspace(1 / kappa, 1, dimensions))
    start = rng.standard_normal(dimensions)
    turn = np.linalg.qr(rng.standard_normal((dimensions, dimensions)))[0]
    root = kappa**0.5
    best = (root - 1) / (root + 1)
    steps: dict[str, Step] = {
        "gradient descent": lambda theta, g, state, _: plain_step(theta, g, state, 2 / (1 + 1 / kappa)),
        "heavy ball": lambda theta, g, state, _: heavy_ball_step(theta, g, state, 4 / (1 + 1 / root) ** 2, best**2),
        "Nesterov": lambda theta, g, state, _: nesterov_step(theta, g, state, 1.0, best),
        "Adam": adam_array_step,
    }
    return {
        where: {name: steps_down(hessian, theta, step, rate) for name, step in steps.items()}
        for where, hessian, theta in (
            ("along the axes", curvatures, start),
            ("turned", turn @ curvatures @ turn.T, turn @ start),
        )
    }


def steps_down(hessian: Array, theta: Array, step: Step, eta: float, most: int = 1_000_000) -> list[float]:
    """After how many steps ½ θᵀHθ first is below each level; no number for levels that are not reached."""
    state, reached, first, lowest, theta = State(), list[float](), 0.0, inf, theta.copy()
    for at in range(most):
        gradient = hessian @ theta
        value = float(theta @ gradient)
        first = first or value
        if value < lowest:
            lowest = value
            while len(reached) < len(LEVELS) and value <= LEVELS[len(reached)] * first:
                reached.append(at)
            if len(reached) == len(LEVELS):
                break
        theta = step(theta, gradient, state, eta)
    return reached + [nan] * (len(LEVELS) - len(reached))


def printed_step(theta: Any, gradient: Any, state: State, eta: float) -> Any:
    """A step of Adam as the exam has it: what is 0/0 is no number."""
    m = state.averages["m"] = 0.9 * state.average("m", theta) + 0.1 * gradient
    v = state.averages["v"] = 0.999 * state.average("v", theta) + 0.001 * gradient**2
    return theta - eta * m / v.sqrt()


ADAMS: Mapping[str, Step] = {
    "as printed": printed_step,
    "0/0 as 0": lambda theta, g, state, eta: adam_array_step(theta, g, state, eta, eps=0.0, corrected=False),
    "without correction": lambda theta, g, state, eta: adam_array_step(theta, g, state, eta, corrected=False),
    "with correction": adam_array_step,
}


@lab.experiment(quick={"steps": 150})
def adam(trial: Trial, *, width: int = 32, steps: int = 300, rate: float = 0.001, high: float = 0.1) -> Measured:
    """By form of Adam and rate, the accuracy after some steps, the first before any, and the root mean square of the
    last move of the weights that moved, in units of η; and the share of weights that are no number after one step.
    """
    forms = [(step, eta) for eta in (rate, high) for step in ADAMS.values()]
    (x, y), held_out = trial.parts()
    networks = made(trial, len(forms), width)
    states = [[State() for _ in forms] for _ in networks.parameters]
    accuracies, lengths, lost = [measure(networks, *held_out)[0]], list[list[float]](), list[float]()
    looks = checked(steps)
    for at, chosen in enumerate(batches(trial, len(y), steps), 1):
        gradients = gradients_of(networks, x[chosen], y[chosen])
        moves: list[Tensor] = []
        with torch.no_grad():
            for theta, gradient, kept in zip(networks.parameters, gradients, states, strict=True):
                rows = zip(forms, theta, gradient, kept, strict=True)
                moved = torch.stack([step(old, g, state, eta) for (step, eta), old, g, state in rows])
                moves.append((moved - theta).flatten(1))
                theta.copy_(moved)
        if at in looks:
            accuracies.append(measure(networks, *held_out)[0])
            move = torch.cat(moves, 1)
            rms = (move.square().sum(1) / (move != 0).sum(1)).sqrt().tolist()
            lengths.append([it / eta for it, (_, eta) in zip(rms, forms, strict=True)])
        if at == 1:
            lost = torch.cat(moves, 1).isnan().double().mean(1).tolist()
    found: Measured = {"steps": looks, "low": {}, "high": {}}
    for what, rows in (("accuracy", accuracies), ("length", lengths), ("lost", [lost])):
        by_form = [list(row) for row in zip(*rows, strict=True)]
        found["low"][what] = dict(zip(ADAMS, by_form[: len(ADAMS)], strict=True))
        found["high"][what] = dict(zip(ADAMS, by_form[len(ADAMS) :], strict=True))
    return found


def made(trial: Trial, count: int, width: int, *, double: bool = False) -> Dense:
    """Networks of one hidden layer, all from the same weights."""
    he: list[Method] = ["He"] * count
    rng, sizes = trial.random("weights"), (trial.images.x[0].size, width, trial.images.classes)
    weights = [drawn_weights(he, *fans, rng, trial.device) for fans in pairwise(sizes)]
    return Dense([W.double() for W in weights] if double else weights)


def batches(trial: Trial, count: int, steps: int) -> Tensor:
    """Batches of 64 images, drawn with replacement: the same ones for all that is compared."""
    return trial.tensor(trial.random("batches").integers(0, count, (max(1, steps), 64)))


def gradients_of(networks: Dense, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
    """The gradient of each network's loss."""
    return torch.autograd.grad(losses(networks(x), y).sum(), networks.parameters)


def checked(steps: int) -> list[int]:
    """The steps at which one looks; the last is among them."""
    return sorted({*[it for it in CHECKED if it < steps], max(1, steps)})


DECAY = "optimizers/weight_decay"


def equivalent(where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that both ways lead to the same weights."""
    return lab.claim("L2 regularization and weight decay are equivalent when γ = λη", printed=True, problem=DECAY,
                     number="distance of the weights, relative", below=1e-9, where=f"{where}, λ = 0.03")  # fmt: skip


@equivalent("plain SGD")
def _(decay: Measured) -> float:
    return decay["SGD"]["distance"][-1]


@equivalent("SGD with momentum, as in the exam")
def _(decay: Measured) -> float:
    return decay["momentum"]["distance"][-1]


@equivalent("SGD with momentum, as in torch")
def _(decay: Measured) -> float:
    return decay["heavy ball"]["distance"][-1]


@equivalent("Adam")
def _(decay: Measured) -> float:
    return decay["Adam"]["distance"][-1]


def nearly(gamma: str, where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that both ways lead to nearly the same weights."""
    return lab.claim(f"L2 regularization and weight decay are nearly the same when γ = {gamma}", problem=DECAY,
                     number="distance of the weights, relative", below=0.1, where=f"{where}, λ = 0.03")  # fmt: skip


@nearly("λη", "SGD with momentum, as in the exam")
def _(decay: Measured) -> float:
    return decay["momentum"]["distance"][-1]


@nearly("λη", "SGD with momentum, as in torch")
def _(decay: Measured) -> float:
    return decay["heavy ball"]["distance"][-1]


@nearly("λη/(1 − β)", "SGD with momentum, as in torch")
def _(decay: Measured) -> float:
    return decay["heavy ball"]["distances at the end"][STRONG]


@nearly("cλη, with the best of seven c", "Adam")
def _(decay: Measured) -> float:
    return min(decay["Adam"]["distances at the end"])


@lab.claim("decay in the loss and decoupled decay give networks of different accuracy", problem=DECAY,
           number="decoupled − in the loss", above=0.3, where="Adam, λ = 0.3")  # fmt: skip
def _(decay: Measured) -> float:
    return decay["Adam"]["decoupled"][STRONG] - decay["Adam"]["in the loss"][STRONG]


@lab.claim("decoupled decay gives a better network than none", problem=DECAY, number="the best λ − none, in accuracy",
           above=0.03, where="Adam")  # fmt: skip
def _(decay: Measured) -> float:
    return max(decay["Adam"]["decoupled"]) - decay["Adam"]["none"]


def ahead(name: str, where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that Adam needs fewer steps than another."""
    return lab.claim(f"Adam needs fewer steps than {name}", number="steps of the other, over Adam's", above=1,
                     where=f"a quadratic with κ = 10⁴, {where}")  # fmt: skip


def times(measured: Measured, one: str, other: str) -> float:
    """How many times as many steps one takes to the last level, along the axes."""
    return measured["along the axes"][one][-1] / measured["along the axes"][other][-1]


@ahead("the heavy ball", "along the axes")
def _(valley: Measured) -> float:
    return times(valley, "heavy ball", "Adam")


@ahead("the heavy ball", "turned at random")
def _(valley: Measured) -> float:
    return valley["turned"]["heavy ball"][-1] / valley["turned"]["Adam"][-1]


@ahead("gradient descent", "turned at random")
def _(valley: Measured) -> float:
    return valley["turned"]["gradient descent"][-1] / valley["turned"]["Adam"][-1]


@lab.claim("momentum needs fewer steps than gradient descent", number="gradient descent's steps, over heavy ball's",
           above=20, where="a quadratic with κ = 10⁴")  # fmt: skip
def _(valley: Measured) -> float:
    return times(valley, "gradient descent", "heavy ball")


def in_all_axes(name: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that an optimizer takes as many steps in turned axes."""
    return lab.claim("it takes as many steps in all axes", number="steps turned, over those along the axes",
                     above=0.9, below=1.1, where=f"{name}, a quadratic with κ = 10⁴")  # fmt: skip


@in_all_axes("heavy ball")
def _(valley: Measured) -> float:
    return valley["turned"]["heavy ball"][-1] / valley["along the axes"]["heavy ball"][-1]


@in_all_axes("Adam")
def _(valley: Measured) -> float:
    return valley["turned"]["Adam"][-1] / valley["along the axes"]["Adam"][-1]


PLAIN, CORRECTED = "without correction", "with correction"


@lab.claim("θ_t ← θ_{t−1} − η · m_t/√v_t is a step", printed=True, below=1e-9,
           number="share of the weights that are no number after it", where="as printed, no ε")  # fmt: skip
def _(adam: Measured) -> float:
    return adam["low"]["lost"]["as printed"][0]


def trains(where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that Adam without bias correction trains a network."""
    return lab.claim("Adam without bias correction trains a network", printed=True, number="accuracy", above=0.6,
                     where=f"η = 0.001, {where}")  # fmt: skip


@trains("as printed, no ε")
def _(adam: Measured) -> float:
    return adam["low"]["accuracy"]["as printed"][-1]


@trains("a weight with 0/0 stays where it is")
def _(adam: Measured) -> float:
    return adam["low"]["accuracy"]["0/0 as 0"][-1]


@trains("ε = 10⁻⁸")
def _(adam: Measured) -> float:
    return adam["low"]["accuracy"][PLAIN][-1]


@lab.claim("without bias correction the first step is √10 times as long", above=3.1, below=3.2,
           number="length of the first step, over that with correction")  # fmt: skip
def _(adam: Measured) -> float:
    return adam["low"]["length"][PLAIN][0] / adam["low"]["length"][CORRECTED][0]


@lab.claim("without bias correction Adam is ahead at first", number="lead in accuracy after 20 steps", above=0.2,
           where="η = 0.001")  # fmt: skip
def _(adam: Measured) -> float:
    at = 1 + adam["steps"].index(20) if 20 in adam["steps"] else -1
    return adam["low"]["accuracy"][PLAIN][at] - adam["low"]["accuracy"][CORRECTED][at]


def no_worse(where: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Claim that nothing is lost without bias correction."""
    return lab.claim("Adam does as well without bias correction", number="what correction gains in accuracy",
                     below=0.1, where=where)  # fmt: skip


@no_worse("η = 0.001")
def _(adam: Measured) -> float:
    return adam["low"]["accuracy"][CORRECTED][-1] - adam["low"]["accuracy"][PLAIN][-1]


@no_worse("η = 0.1")
def _(adam: Measured) -> float:
    return adam["high"]["accuracy"][CORRECTED][-1] - adam["high"]["accuracy"][PLAIN][-1]


@lab.figure("L2 regularization and decoupled weight decay with γ = λη. Left: how far the weights of the two are apart. "
            "Then held-out accuracy by strength. Mean of the seeds, and their range.",
            problems=(DECAY,), size=(7.4, 2.9))  # fmt: skip
def two_ways(figure: Figure, decay: list[Measured]) -> str:
    """Distances by step, and accuracies by λ for torch's momentum and Adam."""
    panels = figure.subplots(1, 3)
    by_optimizer = {name: [row[name]["distance"] for row in decay] for name in DECAYED}
    curves(panels[0], by_optimizer, decay[0]["steps"])
    panels[0].set(title="distance of the weights, λ = 0.03", xlabel="step", xscale="log", yscale="log")
    panels[0].set_ylim(1e-17, 1e3)
    panels[0].legend(loc="center right")
    far = [f"{name} {mean([row[-1] for row in rows]):.2g}" for name, rows in by_optimizer.items()]
    told = [f"Relative distance of the weights after {decay[0]['steps'][-1]} steps: {', '.join(far)}"]
    panels[2].sharey(panels[1])
    for axes, name in zip(panels[1:], ("heavy ball", "Adam"), strict=True):
        ways = {way: [row[name][way] for row in decay] for way in ("in the loss", "decoupled")}
        curves(axes, ways, STRENGTHS)
        none = mean([row[name]["none"] for row in decay])
        axes.axhline(none, color=COLORS[5], linewidth=0.8, label="without either")
        axes.set(title=f"accuracy, {name}", xlabel="λ", xscale="log", ylim=(0, 1))
        strong = [f"{way} {mean([row[STRONG] for row in rows]):.2f}" for way, rows in ways.items()]
        told.append(f"accuracy with {name} at λ = 0.3: {', '.join(strong)}, without decay {none:.2f}")
    panels[1].legend(loc="lower left")
    return f"{'; '.join(told)}."


@lab.figure("Steps until a quadratic with curvatures from 10⁻⁴ to 1 has fallen below a share of its start: mean of the "
            "seeds, and their range.", problems=("optimizers/adam_fill_in",), size=(7.0, 3.0))  # fmt: skip
def steps(figure: Figure, valley: list[Measured]) -> str:
    """A panel for the valley along the axes, and one for it turned."""
    panels = figure.subplots(1, 2, sharey=True)
    told: list[str] = []
    for axes, where in zip(panels, ("along the axes", "turned"), strict=True):
        # a step more, so that the start has a place on the scale
        by_name = {name: [[1 + it for it in row[where][name]] for row in valley] for name in valley[0][where]}
        curves(axes, by_name, LEVELS)
        axes.set(title=f"valley {where}", xlabel="share of the start", xscale="log", yscale="log")
        axes.invert_xaxis()
        last = [f"{name} {mean([row[-1] - 1 for row in rows]):,.0f}" for name, rows in by_name.items()]
        told.append(f"{where}: {', '.join(last)}")
    panels[0].set_ylabel("steps")
    panels[1].legend(loc="lower right")
    return f"Steps to a millionth of the start, on average. {'; '.join(told)}."


@lab.figure("Adam with ε, without bias correction and with it. Left: the root mean square of a step's moves, with η = "
            "0.001. Then held-out accuracy: mean of the seeds, and their range. As printed, without ε, the network is "
            "no number from the first step on.",
            problems=("optimizers/adam_fill_in",), size=(7.4, 3.2))  # fmt: skip
def start(figure: Figure, adam: list[Measured]) -> str:
    """Lengths of steps beside theory, and accuracies with both rates."""
    panels = figure.subplots(1, 3)
    looks = adam[0]["steps"]
    lengths = {form: [row["low"]["length"][form] for row in adam] for form in (PLAIN, CORRECTED)}
    curves(panels[0], lengths, looks, first=2)
    constant = [(1 - 0.9**t) / (1 - 0.999**t) ** 0.5 for t in looks]
    panels[0].plot(looks, constant, color=COLORS[5], linestyle=STYLES[5],
                   label="without, constant gradient")  # fmt: skip
    panels[0].set(title="length of a step, in η", ylim=0)
    told = [
        f"a first step moves weights by {mean([row[0] for row in rows]):.2f} η {form}" for form, rows in lengths.items()
    ]
    panels[2].sharey(panels[1])
    for axes, which, eta in zip(panels[1:], ("low", "high"), ("0.001", "0.1"), strict=True):
        by_form = {form: [row[which]["accuracy"][form][1:] for row in adam] for form in ADAMS}
        curves(axes, {form: by_form[form] for form in (PLAIN, CORRECTED)}, looks, first=2)
        axes.set(title=f"accuracy, η = {eta}", ylim=(0, 1))
        last = [
            f"{form} {mean([row[-1] for row in rows]):.2f}" for form, rows in by_form.items() if form != "as printed"
        ]
        told.append(f"accuracy at the end with η = {eta}: {', '.join(last)}")
    for axes in panels:
        axes.set(xscale="log", xlabel="step")
    lost = mean([row["low"]["lost"]["as printed"][0] for row in adam])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return f"As printed {lost:.0%} of the weights are no number after the first step; {'; '.join(told)}."
