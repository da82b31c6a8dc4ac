"""Optimizers: weight decay beside L2 regularization, momentum beside plain SGD, and Adam as it is printed.

For plain SGD the proof of the exam is confirmed in fractions: with γ = λη, training on the loss with (λ/2)‖θ‖² and
decaying the weights apart from it are the same. What follows goes beyond the exam, which says SGD. With momentum they
differ. In the exam's form, an average of the gradients, the penalty's part comes some steps late, and the difference is
small. In the form of Polyak and of torch, a sum of the gradients, η counts for 1/(1 − β) as much: the penalty in the
loss decays ten times as fast as a decay of λη, and γ = λη/(1 − β) brings the two as near as they are in the exam's
form. With Adam no γ makes them alike. It divides each weight's gradient by its own root mean square, the penalty's part
with it: a weight in whose gradient the penalty prevails moves towards zero by about η a step, however small λ is.

The exam's SGD with momentum is beside plain SGD at many rates. As it averages the gradients, a step is as long as one
of plain SGD: at one rate it is no faster, and each at its best rate they can be compared.

The exam's Adam has no bias correction. Its first step is (1 − β_1)/√(1 − β_2) = √10 times η, and the next ones are
longer still, where gradients keep their sign. With the printed η = 0.001 that is a help at first. The listing has no ε
either. A weight whose gradient has always been zero, as one from a pixel that is black in all images so far, gets 0/0:
it is NaN after the first step, and so the network's outputs are. Either ε, or the rule that such a weight stays where
it is, mends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor

from markscheme.exact import Vector
from markscheme.labs.engine.charts import COLORS, mean, panel
from markscheme.labs.engine.lab import Lab, Measured, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, Optimizer, drawn_weights, he, losses, measure
from markscheme.labs.tuning import by_name, lead
from markscheme.mechanisms.optimizers import (
    State,
    adam_array_step,
    decay_step,
    heavy_ball_step,
    l2_gradient,
    sgd_step,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Step: TypeAlias = Callable[[Any, Any, State, Any], Any]
"""From weights, their gradient, what is remembered, and η to the next weights."""
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SHOWN = STRENGTHS.index(0.03)
"""The λ for which weights are compared: one with which all networks learn."""
STRONG = STRENGTHS.index(0.3)
CHECKED = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300)
"""Steps after which weights and accuracies are looked at."""

lab = Lab(
    "optimizers",
    title="Optimizers",
    source="EECS 182 midterm, Spring 2023, question 9",
    problems=("optimizers/adam_fill_in", "optimizers/weight_decay"),
    text="""
    L2 regularization and weight decay are tried side by side with three optimizers. SGD, momentum and Adam train
    networks at many rates, Adam as it is printed, without bias correction and without ε.
    """,
    version=2,
)


def plain_step(theta: Any, gradient: Any, state: State, eta: float) -> Any:  # noqa: ARG001
    """A step of plain SGD."""
    return theta - eta * gradient


def averaged_step(theta: Any, gradient: Any, state: State, eta: float) -> Any:
    """A step of SGD with momentum in the exam's form, β = 0.9."""
    state.averages["m"] = m = 0.9 * state.average("m", theta) + 0.1 * gradient
    return theta - eta * m


DECAYED: Mapping[str, tuple[Step, float]] = {
    "momentum": (averaged_step, 10),
    "heavy ball": (heavy_ball_step, 1),
    "Adam": (adam_array_step, 1),
}
"""Steps, and the multiple of the rate with which they go as far as the others."""


WAYS = [(0.0, 0.0), *[(it, 0.0) for it in STRENGTHS], *[(0.0, it) for it in STRENGTHS]]
"""A network each: λ in the loss, and λ of decoupled decay."""
IN_LOSS, DECOUPLED = slice(1, 1 + len(STRENGTHS)), slice(1 + len(STRENGTHS), len(WAYS))


@lab.experiment(quick={"steps": 30}, seeds=5)
def decay(trial: Trial, *, width: int = 32, steps: int = 300, rate: float = 0.01) -> Measured:
    """By optimizer: accuracies with decay in the loss and decoupled, γ = λη, for each λ and without. Of the
    network with 0.03 in the loss: how far its weights are from those with γ = λη after some steps, relative to their
    size, and at the end from those with each γ.
    """
    found: Measured = {"steps": checked(steps)}
    (x, y), _, test = trial.parts(double=True)
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
        accuracy = measure(networks, *test)[0]
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


FORMS: Mapping[str, Step] = {
    "SGD": plain_step,
    "momentum": averaged_step,
    "Adam": lambda theta, g, state, eta: adam_array_step(theta, g, state, eta, corrected=False),
    "Adam, corrected": adam_array_step,
}
"""The exam's two algorithms, the second with ε, beside plain SGD and Adam with bias correction."""
RATES = {"SGD": (0.001, 0.1, 0.3, 1.0, 3.0, 10.0), "Adam": (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)}
"""Which each have 0.001, as printed."""
SGD, ADAM = ("SGD", "momentum"), ("Adam", "Adam, corrected")


@lab.experiment(quick={"steps": 20})
def training(trial: Trial, *, width: int = 32, steps: int = 300) -> Measured:
    """SGD and SGD with momentum, and Adam without bias correction and with it, at each rate: accuracies to choose by
    and to judge by after the last step, and the latter after some steps before.
    """
    parts, found = trial.parts(), Measured(steps=checked(steps))
    x, y = parts.training
    for names in (SGD, ADAM):
        rates = RATES[names[0]]
        networks = made(trial, len(names) * len(rates), width)

        def moved(theta: Tensor, g: Tensor, state: State, eta: Tensor, names: Sequence[str] = names) -> Tensor:
            """Half of the networks by each step, each half with a state of its own."""
            rows = zip(names, theta.chunk(2), g.chunk(2), eta.chunk(2), strict=True)
            own: dict[str, Any] = state.averages
            return torch.cat([
                FORMS[name](old, slope, own.setdefault(name, State()), rate) for name, old, slope, rate in rows
            ])  # fmt: skip

        optimizer, looks = Optimizer(networks.parameters, [*rates] * 2, moved), list[list[float]]()
        for at, chosen in enumerate(batches(trial, len(y), steps), 1):
            optimizer.zero_grad()
            losses(networks(x[chosen]), y[chosen]).sum().backward()
            optimizer.step()
            if at in found["steps"]:
                looks.append(measure(networks, *parts.test)[0])
        rows = {"validation": [[it] for it in measure(networks, *parts.validation)[0]], "test": looks[-1],
                "course": list(zip(*looks, strict=True))}  # fmt: skip
        found[names[0]] = {what: by_name(names, it, len(rates)) for what, it in rows.items()}
    return found


def printed_step(theta: Any, gradient: Any, state: State, eta: float) -> Any:
    """A step of Adam as the exam has it: what is 0/0 is NaN."""
    m = state.averages["m"] = 0.9 * state.average("m", theta) + 0.1 * gradient
    v = state.averages["v"] = 0.999 * state.average("v", theta) + 0.001 * gradient**2
    return theta - eta * m / v.sqrt()


@lab.experiment()
def printed(trial: Trial, *, width: int = 32, rate: float = 0.001) -> Measured:
    """The share of a network's weights that are NaN after one step of Adam as printed."""
    x, y = trial.parts().training
    networks, chosen = made(trial, 1, width), batches(trial, len(y), 1)[0]
    gradients = gradients_of(networks, x[chosen], y[chosen])
    moved = [
        printed_step(theta, g, State(), rate).flatten() for theta, g in zip(networks.parameters, gradients, strict=True)
    ]
    return {"NaN": float(torch.cat(moved).isnan().double().mean())}


def made(trial: Trial, count: int, width: int, *, double: bool = False) -> Dense:
    """Networks of one hidden layer, all from the same weights."""
    rng, sizes = trial.random("weights"), (trial.images.x[0].size, width, trial.images.classes)
    weights = [drawn_weights(he(count), *fans, rng, trial.device) for fans in pairwise(sizes)]
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


@lab.identity("L2 regularization and weight decay are equivalent when γ = λη", "SGD, five steps in fractions",
              problem=DECAY, printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    one = other = Vector((3, -2))
    eta, lam = Fraction(1, 10), Fraction(1, 3)
    for _ in range(5):
        one = sgd_step(one, l2_gradient(one, _slope(one), lam), eta)
        other = decay_step(other, _slope(other), eta, lam * eta)
    return one == other, "the same weights" if one == other else f"{one} and {other}"


def _slope(theta: Vector) -> Vector:
    """The gradient of a loss that is no quadratic."""
    return Vector([theta[0] ** 3 - theta[1], theta[1] - 2 * theta[0]])


@lab.identity("without bias correction the first step of Adam is √10 times as long", "β_1 = 0.9, β_2 = 0.999")
def _() -> tuple[bool, str]:
    return (1 - Fraction(9, 10)) ** 2 / (1 - Fraction(999, 1000)) == 10, "(1 − β_1)²/(1 − β_2) = 10"


@lab.identity("θ_t ← θ_{t−1} − η · m_t/√v_t is a step", "a weight whose gradient has been 0", printed=True)
def _() -> tuple[bool, str]:
    zero = torch.zeros(1, dtype=torch.float64)
    return bool(
        printed_step(zero, zero, State(), 0.001).isfinite()
    ), "m_t = v_t = 0, and 0/0 is none: the listing has no ε"


lab.claims("some weights of a network are NaN after one step", {"Adam as printed, no ε, η = 0.001": printed["NaN"]},
           effect="share of them")  # fmt: skip
lab.claims(
    "L2 regularization and weight decay lead to other weights",
    {"SGD with momentum, as in the exam, γ = λη": decay["momentum"]["distance"][-1],
     "SGD with momentum, as in torch, γ = λη": decay["heavy ball"]["distance"][-1],
     "SGD with momentum, as in torch, γ = λη/(1 − β)": decay["heavy ball"]["distances at the end"][STRONG],
     "Adam, γ = λη": decay["Adam"]["distance"][-1],
     "Adam, γ = cλη, with the best of seven c": decay["Adam"]["distances at the end"].then(min)},
    effect="distance of the weights, relative", above=1e-9, because="rounding in double precision leaves 1e-15 a step",
    problem=DECAY,
)  # fmt: skip
lab.claims("decay in the loss and decoupled decay give networks of different accuracy",
           {"Adam, λ = 0.3": decay["Adam"]["decoupled"][STRONG] - decay["Adam"]["in the loss"][STRONG]},
           effect="decoupled − in the loss", problem=DECAY)  # fmt: skip
for names, says, effect in (
    (SGD, "SGD with momentum does better than plain SGD", "momentum − plain"),
    (ADAM, "bias correction makes Adam better", "with − without"),
):  # fmt: skip
    found = training[names[0]]
    lab.claims(f"{says} after 300 steps", {
        **lead(found, names[1], names[0]),
        "at the printed rate, η = 0.001": found["test"][names[1]][RATES[names[0]].index(0.001)]
        - found["test"][names[0]][RATES[names[0]].index(0.001)],
    }, effect=f"{effect}, in accuracy")  # fmt: skip
lab.claims(
    "without bias correction Adam is ahead at first",
    {"η = 0.001, after 20 steps": training.then(lambda row: row["Adam"]["course"]["Adam"][1][looked(row, 20)]
     - row["Adam"]["course"]["Adam, corrected"][1][looked(row, 20)])},
    effect="lead in accuracy",
)  # fmt: skip


def looked(row: Measured, step: int) -> int:
    """The place of a step among those at which one looked; the last, if it was not reached."""
    return row["steps"].index(step) if step in row["steps"] else -1


@lab.figure("L2 regularization and decoupled weight decay with γ = λη. Left: how far the weights of the two are "
            "apart. Then accuracy by strength. Mean of the seeds, and their range.", decay,
            problems=(DECAY,), size=(7.4, 2.9))  # fmt: skip
def two_ways(figure: Figure, rows: Rows) -> str:
    """Distances by step, and accuracies by λ for torch's momentum and Adam."""
    panels = figure.subplots(1, 3)
    told = panel(panels[0], "distance of the weights, λ = 0.03",
                 {name: rows(decay[name]["distance"]) for name in DECAYED},
                 rows(decay["steps"])[0], xlabel="step", xscale="log", yscale="log", legend="lower right")  # fmt: skip
    panels[2].sharey(panels[1])
    for axes, name in zip(panels[1:], ("heavy ball", "Adam"), strict=True):
        ways = {way: rows(decay[name][way]) for way in ("in the loss", "decoupled")}
        told += panel(axes, f"accuracy, {name}", ways, STRENGTHS, xlabel="λ", xscale="log", ylim=(0, 1))
        axes.axhline(mean(rows(decay[name]["none"])), color=COLORS[5], linewidth=0.8, label="without either")
    panels[1].legend(loc="lower left")
    return told


@lab.figure("Accuracy by learning rate, after 300 steps: mean of the seeds, and their range. Right: by step, with the "
            "printed rate.", training, problems=("optimizers/adam_fill_in",), size=(7.4, 3.0))  # fmt: skip
def rates(figure: Figure, rows: Rows) -> str:
    """The exam's algorithms beside their nearest."""
    panels, told = figure.subplots(1, 3, sharey=True), ""
    for axes, names in zip(panels, (SGD, ADAM), strict=False):
        told += panel(axes, " and ".join(names), {name: rows(training[names[0]]["test"][name]) for name in names},
                      RATES[names[0]], xlabel="rate", xscale="log", ylim=(0, 1), legend="best")  # fmt: skip
    course = {name: rows(training[names[0]]["course"][name][RATES[names[0]].index(0.001)])
              for names in (SGD, ADAM) for name in names}  # fmt: skip
    return told + panel(panels[2], "η = 0.001", course, rows(training["steps"])[0], xlabel="step", xscale="log",
                        legend="upper left")  # fmt: skip
