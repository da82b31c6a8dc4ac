"""Attention: softmax, argmax and bare scores in a linear RNN that recalls which value came with a key.

The network is the exam's: a linear RNN, keys, values and a query that are linear in its states, the query from one step
beyond the last. It reads pairs of a key and a value, then one of the keys, and is to say that key's value. Four
networks start from the same weights and see the same sequences. One weights the values by softmax of the scores; one
puts all weight on the highest score, as the exam does; one does so forward, and backward passes the gradient of softmax
(straight through); one takes the scores themselves as weights, which is linear attention without a normalization.

The exam takes argmax to simplify calculations. With its own numbers that changes the output visibly, as the second best
score has some weight left. In a network that was trained with softmax nothing is lost: it has learned scores so far
apart that softmax is nearly argmax already. Trained with argmax from the beginning, the network does not learn to
recall. Which score is highest does not change with a small step of W_Q or W_K, so the loss is a staircase in them:
level almost everywhere, with a jump where another key takes the lead. The gradient is zero, exactly, and the two
matrices end where they began. The other matrices do learn, and bring the network to a guess among the values that it
has read, which is well above chance. The straight-through gradient is not the gradient of anything, but it points to
scores that are further apart, and with it argmax learns as softmax does.

Softmax is not needed where keys have as many entries as there are keys: then these can be orthogonal, each score is
zero but one, and the scores themselves are good weights. With fewer entries than keys they are not: every pair adds its
crosstalk to the sum, and the more pairs there are to read, the less is recalled. Softmax suppresses what is not the
highest, and recalls many keys in few dimensions. Nor can argmax be put in place of bare scores after training: a sum
may rest on negative scores, and then the highest is the wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from markscheme.core.errors import MarkschemeError
from markscheme.labs.engine.charts import COLORS, bars, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import losses, measure, optimizer_for, train
from markscheme.mechanisms.attention import softmax_array

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.random import Generator

VALUES = 8
NUMBERS_OF_PAIRS = (2, 4, 8, 16)

lab = Lab(
    "attention",
    title="Attention",
    source="EECS 182 midterm, Spring 2023, question 5",
    problems=("attention/linear_rnn",),
    text="""
    Linear RNNs with attention learn to recall the value of a key, with softmax, with argmax as in the exam, and with
    neither. When may argmax take softmax's place?
    """,
)


def hard(scores: Tensor) -> Tensor:
    """All the weight on the highest score."""
    return one_hot(scores.argmax(-1), scores.shape[-1]).to(scores.dtype)


def straight_through(scores: Tensor) -> Tensor:
    """Argmax, with the gradient of softmax."""
    soft = softmax_array(scores)
    return hard(scores) + soft - soft.detach()


WEIGHTS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": softmax_array, "argmax": hard, "straight through": straight_through, "bare scores": lambda it: it,
}  # fmt: skip


class Networks(NamedTuple):
    r"""Networks of the exam's form side by side: $h_t = W_h h_{t-1} + W_u u_t$, and attention of the query
    $W_Q W_h h_T$ over $W_K h_t$ and $W_V h_t$. Matrices are networks × rows × columns.
    """

    W_h: Tensor
    W_u: Tensor
    W_K: Tensor
    W_V: Tensor
    W_Q: Tensor

    def attended(self, u: Tensor, rules: Sequence[str]) -> Tensor:
        """Attention of each network by its rule, networks × batch × value, for inputs batch × T × input."""
        scores, values = self.scores_and_values(u)
        weights = torch.stack([WEIGHTS[rule](it) for rule, it in zip(rules, scores, strict=True)])
        return (weights[..., None, :] @ values)[..., 0, :]

    def scores_and_values(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """Scores, networks × batch × T, and values, networks × batch × T × value."""
        batch = u.shape[:2]
        read = (u.flatten(0, 1) @ self.W_u.mT).unflatten(1, batch)
        h, states = torch.zeros_like(read[:, :, 0]), list[Tensor]()
        for t in range(u.shape[1]):
            h = torch.baddbmm(read[:, :, t], h, self.W_h.mT)
            states.append(h)
        over = torch.stack(states, 2).flatten(1, 2)
        query = h @ self.W_h.mT @ self.W_Q.mT
        keys, values = ((over @ W.mT).unflatten(1, batch) for W in (self.W_K, self.W_V))
        return (keys @ query[..., None])[..., 0], values


@lab.experiment()
def exam(trial: Trial) -> Measured:
    """The exam's own network: what attention returns with softmax and with argmax, and the weights of softmax."""
    matrices = [[[-1, 2], [0, 1]], [[0], [1]], [[2, -1], [-1, 1]], [[1, 0], [-1, 1]], [[3, 1], [4, 2]]]
    network = Networks(*[trial.tensor([it], double=True).double() for it in matrices])
    u = trial.tensor([[[1], [2], [-1]]]).double()
    output = {rule: network.attended(u, [rule])[0, 0].tolist() for rule in ("softmax", "argmax")}
    return {"output": output, "weights": softmax_array(network.scores_and_values(u)[0])[0, 0].tolist()}


@lab.experiment()
def untrained(trial: Trial, *, keys: int = 16, size: int = 16, pairs: int = 4, state: int = 64) -> Measured:
    """Two networks with the same weights before training, by softmax and by argmax: the loss along a line through W_Q,
    and the largest entry of its gradient by each matrix.
    """
    start = [it.double() for it in _start(trial, keys, size, state)]
    u, y = _sequences(trial, trial.random("sequences"), 12, keys, pairs)
    u, W_Q = u.double(), start[-1]
    direction = trial.tensor(trial.random("direction").standard_normal(tuple(W_Q.shape)), double=True)
    direction *= W_Q.norm() / direction.norm()
    steps = np.linspace(-1, 1, 161)
    line: dict[str, list[float]] = {}
    gradient: dict[str, dict[str, float]] = {}
    for rule in ("softmax", "argmax"):
        network = Networks(*[it[None].requires_grad_() for it in start])
        by_matrix = torch.autograd.grad(
            losses(network.attended(u, [rule]), y), network, allow_unused=True, materialize_grads=True
        )
        largest = [float(it.abs().max()) for it in by_matrix]
        gradient[rule] = dict(zip(Networks._fields, largest, strict=True))
        with torch.no_grad():
            moved = [network._replace(W_Q=network.W_Q + float(step) * direction) for step in steps]
            line[rule] = [float(losses(it.attended(u, [rule]), y)) for it in moved]
    return {"steps": steps.tolist(), "line": line, "gradient": gradient}


@lab.experiment(quick={"epochs": 3})
def recall(trial: Trial, *, keys: int = 16, size: int = 16, pairs: int = 4, state: int = 64, rate: float = 0.003,
           epochs: int = 7) -> Measured:  # fmt: skip
    """Keys of as many entries as there are keys."""
    return _trained(trial, keys, size, pairs, state, rate, epochs)


@lab.experiment(quick={"epochs": 3})
def crowded(trial: Trial, *, keys: int = 16, size: int = 4, pairs: int = 4, state: int = 64, rate: float = 0.005,
            epochs: int = 8) -> Measured:  # fmt: skip
    """Keys of fewer entries than there are keys."""
    return _trained(trial, keys, size, pairs, state, rate, epochs)


def _start(trial: Trial, keys: int, size: int, state: int) -> list[Tensor]:
    """The matrices of a network before training."""
    inputs, rng = keys + VALUES, trial.random("weights")
    shapes = {"W_h": (state, state, 0.5), "W_u": (state, inputs, inputs**0.5), "W_K": (size, state, 1.0),
              "W_V": (VALUES, state, 1.0), "W_Q": (size, state, 1.0)}  # fmt: skip
    drawn = [rng.standard_normal((rows, columns)) * scale / columns**0.5 for rows, columns, scale in shapes.values()]
    return [trial.tensor(it) for it in drawn]


def _trained(trial: Trial, keys: int, size: int, pairs: int, state: int, rate: float, epochs: int) -> Measured:
    """One network a rule, from the same weights; by rule, what it reaches, and how far its matrices have moved."""
    rules, start = list(WEIGHTS), _start(trial, keys, size, state)
    networks = Networks(*[W.repeat(len(rules), 1, 1).requires_grad_() for W in start])

    def forward(u: Tensor) -> Tensor:
        return networks.attended(u, rules)

    def hardened(u: Tensor) -> Tensor:
        return networks.attended(u, ["argmax"] * len(rules))

    data, held_out = (
        _sequences(trial, trial.random(name), count, keys, pairs) for name, count in (("training", 4096), ("test", 500))
    )
    fast, slow = (
        train(forward, optimizer_for("Adam", networks, it), data, held_out, epochs=count, batch=128,
              rng=trial.random(f"batches, {stage}"))
        for stage, it, count in (("fast", rate, epochs), ("slow", rate / 5, 2))
    )  # fmt: skip
    more = [count for count in NUMBERS_OF_PAIRS if count <= keys]
    longer = [_sequences(trial, trial.random(f"{count} pairs"), 500, keys, count) for count in more]
    by_pairs = [measure(forward, *it)[0] for it in longer]
    moved = [(W - it).detach().abs().amax((1, 2)).tolist() for W, it in zip(networks, start, strict=True)]
    found = {
        "accuracy": [before + after[1:] for before, after in zip(fast.accuracy, slow.accuracy, strict=True)],
        "as argmax": measure(hardened, *held_out)[0],
        "by pairs": [dict(zip(map(str, more), it, strict=True)) for it in zip(*by_pairs, strict=True)],
        "moved": [dict(zip(Networks._fields, it, strict=True)) for it in zip(*moved, strict=True)],
    }
    return {what: dict(zip(rules, rows, strict=True)) for what, rows in found.items()}


def _sequences(trial: Trial, rng: Generator, count: int, keys: int, pairs: int) -> tuple[Tensor, Tensor]:
    """Sequences of pairs with different keys, then one of the keys: inputs count × (pairs + 1) × (keys + values), and
    that key's value.
    """
    if pairs > keys:
        raise MarkschemeError(f"a sequence of {keys} keys has at most as many pairs, not {pairs}")
    key = rng.random((count, keys)).argsort(1)[:, :pairs]
    value = rng.integers(0, VALUES, (count, pairs))
    asked = rng.integers(0, pairs, (count, 1))
    all_keys = np.concatenate([key, np.take_along_axis(key, asked, 1)], 1)
    shown = np.concatenate([np.eye(VALUES)[value], np.zeros((count, 1, VALUES))], 1)
    u = np.concatenate([np.eye(keys)[all_keys], shown], 2)
    return trial.tensor(u), trial.tensor(np.take_along_axis(value, asked, 1)[:, 0])


def lost(measured: Measured, rule: str) -> float:
    """How much accuracy a network loses when argmax takes the place of what it was trained with."""
    return measured["accuracy"][rule][-1] - measured["as argmax"][rule]


@lab.claim("argmax may take softmax's place", printed=True, number="largest change of an entry of the output",
           below=0.1, where="the exam's own numbers")  # fmt: skip
def _(exam: Measured) -> float:
    return max([abs(one - other) for one, other in zip(*exam["output"].values(), strict=True)])


@lab.claim("argmax may take softmax's place", printed=True, number="accuracy lost", below=0.05,
           where="after training with softmax")  # fmt: skip
def _(recall: Measured) -> float:
    return lost(recall, "softmax")


@lab.claim("argmax may take softmax's place", printed=True, number="accuracy lost", below=0.05,
           where="in training, from the beginning")  # fmt: skip
def _(recall: Measured) -> float:
    return recall["accuracy"]["softmax"][-1] - recall["accuracy"]["argmax"][-1]


@lab.claim("argmax may take the place of bare scores", number="accuracy lost", below=0.05,
           where="after training with them, 4 entries a key")  # fmt: skip
def _(crowded: Measured) -> float:
    return lost(crowded, "bare scores")


@lab.claim("the loss has a gradient by W_Q and W_K", number="its largest entry", above=1e-9, where="softmax")
def _(untrained: Measured) -> float:
    return of_choice(untrained["gradient"]["softmax"])


@lab.claim("the loss has a gradient by W_Q and W_K", number="its largest entry", above=1e-9, where="argmax")
def _(untrained: Measured) -> float:
    return of_choice(untrained["gradient"]["argmax"])


@lab.claim("training moves W_Q and W_K", number="the most that an entry moves", above=1e-9, where="argmax")
def _(recall: Measured) -> float:
    return of_choice(recall["moved"]["argmax"])


def of_choice(matrices: dict[str, float]) -> float:
    """The larger of the numbers for the two matrices that decide which score is highest."""
    return max(matrices["W_Q"], matrices["W_K"])


@lab.claim("a small step of W_Q changes the loss", number="share of steps that do", above=0.9, where="softmax")
def _(untrained: Measured) -> float:
    return changing(untrained["line"]["softmax"])


@lab.claim("a small step of W_Q changes the loss", number="share of steps that do", above=0.9, where="argmax")
def _(untrained: Measured) -> float:
    return changing(untrained["line"]["argmax"])


def changing(losses: Sequence[float]) -> float:
    """The share of neighbors that differ."""
    return mean([before != after for before, after in pairwise(losses)])


@lab.claim("a network with argmax learns nothing", number="accuracy − chance", below=0.1, where="trained with argmax")
def _(recall: Measured) -> float:
    return recall["accuracy"]["argmax"][-1] - 1 / VALUES


@lab.claim("with a straight-through gradient argmax learns to recall", number="accuracy", above=0.9,
           where="argmax forward, softmax backward")  # fmt: skip
def _(recall: Measured) -> float:
    return recall["accuracy"]["straight through"][-1]


@lab.claim("bare scores recall as well as softmax", number="accuracy, bare scores − softmax", above=-0.1,
           where="16 entries a key, 16 keys, 4 pairs")  # fmt: skip
def _(recall: Measured) -> float:
    return recall["accuracy"]["bare scores"][-1] - recall["accuracy"]["softmax"][-1]


@lab.claim("bare scores recall as well as softmax", number="accuracy, bare scores − softmax", above=-0.1,
           where="4 entries a key, 16 keys, 16 pairs")  # fmt: skip
def _(crowded: Measured) -> float:
    bare, softmax = (list(crowded["by pairs"][rule].values())[-1] for rule in ("bare scores", "softmax"))
    return bare - softmax


@lab.figure("Recall of one of four pairs. Left: accuracy on other sequences after each epoch, mean of the seeds and "
            "their range. Right: accuracy after training, and when argmax then takes the place of what a network was "
            "trained with.", problems=("attention/linear_rnn",), size=(7.4, 2.9))  # fmt: skip
def learning(figure: Figure, recall: list[Measured]) -> str:
    """Accuracies by rule: in training, and with argmax at test."""
    during, after = figure.subplots(1, 2)
    curves(during, {rule: [row["accuracy"][rule] for row in recall] for rule in WEIGHTS})
    during.axhline(1 / VALUES, color="black", linewidth=0.8, linestyle=":")
    during.set(title="in training", xlabel="epoch", ylabel="accuracy", ylim=(0, 1.03))
    figure.legend(*during.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    pairs = {rule.replace(" ", "\n"): {"as trained": [row["accuracy"][rule][-1] for row in recall],
                                       "argmax in its place": [row["as argmax"][rule] for row in recall]}
             for rule in WEIGHTS}  # fmt: skip
    bars(after, pairs)
    after.axhline(1 / VALUES, color="black", linewidth=0.8, linestyle=":")
    after.set(title="after training", ylim=(0, 1.03))
    figure.legend(*after.get_legend_handles_labels(), loc="outside lower right")
    told = [
        f"{rule} {mean([row['accuracy'][rule][-1] for row in recall]):.2f}, then with argmax "
        f"{mean([row['as argmax'][rule] for row in recall]):.2f}"
        for rule in WEIGHTS
    ]
    return f"Accuracy after training, on average; chance is {1 / VALUES:.3f}. {'; '.join(told)}."


@lab.figure("Left: the loss along a line through W_Q before training, first seed; 1 is a step as long as W_Q. Right: "
            "accuracy by the number of pairs, with 16 keys of 4 entries, trained with four pairs.",
            size=(7.4, 2.9))  # fmt: skip
def steps(figure: Figure, untrained: list[Measured], crowded: list[Measured]) -> str:
    """A staircase beside a curve; crosstalk."""
    along, by_pairs = figure.subplots(1, 2)
    rules = list(WEIGHTS)
    for rule, style in (("softmax", "-"), ("argmax", ".")):
        along.plot(untrained[0]["steps"], untrained[0]["line"][rule], style, color=COLORS[rules.index(rule)],
                   markersize=3, label=rule)  # fmt: skip
    along.set(title="loss along a line", xlabel="step of W_Q", ylabel="loss")
    figure.legend(*along.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    for place, rule in enumerate(rules):
        if rule != "straight through":
            rows = [list(row["by pairs"][rule].values()) for row in crowded]
            curves(by_pairs, {rule: rows}, [int(count) for count in crowded[0]["by pairs"][rule]], first=place)
    by_pairs.set(title="crowded keys", xlabel="pairs", ylabel="accuracy", ylim=(0, 1.03))
    by_pairs.set_xscale("log", base=2)
    by_pairs.set_xticks(NUMBERS_OF_PAIRS, [str(count) for count in NUMBERS_OF_PAIRS])
    by_pairs.minorticks_off()
    figure.legend(*by_pairs.get_legend_handles_labels(), loc="outside lower right", ncols=3)
    shares = [
        f"{mean([changing(row['line'][rule]) for row in untrained]):.2f} with {rule}" for rule in untrained[0]["line"]
    ]
    told: list[str] = []
    for rule in rules:
        columns = zip(*[row["by pairs"][rule].values() for row in crowded], strict=True)
        told.append(f"{rule} {', '.join([f'{mean(it):.2f}' for it in columns])}")
    return (f"Share of small steps that change the loss: {', '.join(shares)}. Accuracy with keys of 4 entries, for "
            f"{', '.join(crowded[0]['by pairs']['softmax'])} pairs: {'; '.join(told)}.")  # fmt: skip
