"""Attention: softmax, argmax and bare scores in a linear RNN that recalls which value came with a key.

The network is the exam's: a linear RNN, keys, values and a query that are linear in its states, the query from one step
beyond the last. It reads pairs of a key and a value, then one of the keys, and is to say that key's value. Networks of
four kinds start from the same weights and see the same sequences, each at its best rate. One weights the values by
softmax of the scores; one puts all weight on the highest score, as the exam does; one does so forward, and backward
passes the gradient of softmax (straight through); one takes the scores themselves as weights, which is linear attention
without a normalization.

The exam takes argmax to simplify calculations, and claims nothing about it: all that is found here goes beyond it. With
its own numbers argmax changes the output visibly, as the second best score has some weight left. In a network that was
trained with softmax nothing is lost: it has learned scores so far apart that softmax is nearly argmax already. Trained
with argmax from the beginning, the network does not learn to recall. Which score is highest does not change with a
small step of W_Q or W_K: the gradient is zero, exactly, and the two matrices end where they began. The others do learn,
and bring the network to a guess among the values that it has read, which is well above chance. The straight-through
gradient is not the gradient of anything, but it points to scores that are further apart, and with it argmax learns.

Softmax is not needed where keys have as many entries as there are keys: then these can be orthogonal, each score is
zero but one, and the scores themselves are good weights. With fewer entries than keys they are not: every pair adds its
crosstalk to the sum, and the more pairs there are to read, the less is recalled. Nor can argmax be put in place of bare
scores after training: a sum may rest on negative scores, and then the highest is the wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from markscheme.core.errors import MarkschemeError
from markscheme.labs.engine.charts import bars, panel
from markscheme.labs.engine.lab import Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Labeled, Parts, Trial
from markscheme.labs.networks import measure
from markscheme.labs.tuning import EACH, Built, at_best, best, by_name, lead, swept
from markscheme.mechanisms.attention import softmax_array

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.random import Generator

VALUES = 8
NUMBERS_OF_PAIRS = (2, 4, 8, 16)
RATES = (0.0003, 0.001, 0.003, 0.01)
TESTED = 500

lab = Lab(
    "attention",
    title="Attention",
    source="EECS 182 midterm, Spring 2023, question 5",
    problems=("attention/linear_rnn",),
    text="""
    Linear RNNs with attention learn to recall the value of a key, with softmax, with argmax as in the exam, and with
    neither. When may argmax take softmax's place?
    """,
    version=2,
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


@lab.experiment(quick={"epochs": 1}, seeds=5)
def recall(
    trial: Trial, *, keys: int = 16, size: int = 16, pairs: int = 4, state: int = 64, epochs: int = 8
) -> Measured:
    """Keys of as many entries as there are keys."""
    return _trained(trial, keys, size, pairs, state, epochs)


@lab.experiment(quick={"epochs": 1}, seeds=5)
def crowded(
    trial: Trial, *, keys: int = 16, size: int = 4, pairs: int = 4, state: int = 64, epochs: int = 8
) -> Measured:
    """Keys of fewer entries than there are keys."""
    return _trained(trial, keys, size, pairs, state, epochs)


def _start(trial: Trial, keys: int, size: int, state: int) -> list[Tensor]:
    """The matrices of a network before training."""
    inputs, rng = keys + VALUES, trial.random("weights")
    shapes = {"W_h": (state, state, 0.5), "W_u": (state, inputs, inputs**0.5), "W_K": (size, state, 1.0),
              "W_V": (VALUES, state, 1.0), "W_Q": (size, state, 1.0)}  # fmt: skip
    drawn = [rng.standard_normal((rows, columns)) * scale / columns**0.5 for rows, columns, scale in shapes.values()]
    return [trial.tensor(it) for it in drawn]


def _trained(trial: Trial, keys: int, size: int, pairs: int, state: int, epochs: int) -> Measured:
    """Networks of each rule at each rate, from the same weights; by rule and rate, also the accuracy with argmax in its
    place, and by the number of pairs.
    """
    parts = Parts(*[_sequences(trial, trial.random(name), count, keys, pairs)
                    for name, count in (("training", 4096), ("validation", TESTED), ("test", TESTED))])  # fmt: skip
    start, made = _start(trial, keys, size, state), list[Networks]()

    def build(rules: Sequence[str]) -> Built:
        made.append(Networks(*[W.repeat(len(rules), 1, 1).requires_grad_() for W in start]))
        return lambda u: made[-1].attended(u, rules), made[-1]

    def tested(rules: Sequence[str], asked: Labeled) -> dict[str, list[float]]:
        names = [rule for rule in rules for _ in RATES]
        return by_name(list(WEIGHTS), measure(lambda u: made[-1].attended(u, names), *asked)[0], len(RATES))

    found = swept(trial, parts, list(WEIGHTS), RATES, build, optimizer="Adam", epochs=epochs, batch=128)
    more = {
        str(it): _sequences(trial, trial.random(f"{it} pairs"), TESTED, keys, it)
        for it in NUMBERS_OF_PAIRS
        if it <= keys
    }
    return {**found, "as argmax": tested(["argmax"] * len(WEIGHTS), parts.test),
            "by pairs": {count: tested(list(WEIGHTS), asked) for count, asked in more.items()}}  # fmt: skip


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


def chosen(found: Measured, what: dict[str, list[float]], rule: str) -> float:
    """What was measured of a rule at its best rate."""
    return what[rule][best(found, rule)]


def lost(found: Quantity, rule: str) -> Quantity:
    """How much accuracy a network at its best rate loses when argmax takes the place of what it was trained with."""
    return found.then(at_best, rule) - found.then(chosen, found["as argmax"], rule)


EXAM = Networks(*[torch.tensor([it], dtype=torch.float64) for it in (
    [[-1, 2], [0, 1]], [[0], [1]], [[2, -1], [-1, 1]], [[1, 0], [-1, 1]], [[3, 1], [4, 2]])])  # fmt: skip
"""The exam's own matrices."""
READ = torch.tensor([[[1], [2], [-1]]], dtype=torch.float64)


@lab.identity("argmax in softmax's place changes the output", "the exam's own numbers")
def _() -> tuple[bool, str]:
    change = (EXAM.attended(READ, ["softmax"]) - EXAM.attended(READ, ["argmax"])).abs().max()
    return bool(change > 1e-6), f"by {float(change):.2f} in one entry"


@lab.identity("through argmax no gradient reaches W_Q and W_K", "the exam's own numbers")
def _() -> tuple[bool, str]:
    network = Networks(*[it.clone().requires_grad_() for it in EXAM])
    found = torch.autograd.grad(
        network.attended(READ, ["argmax"]).sum(), network, allow_unused=True, materialize_grads=True
    )
    by_name = dict(zip(Networks._fields, found, strict=True))
    return not (by_name["W_Q"].any() or by_name["W_K"].any()) and bool(by_name["W_V"].any()), "zero, exactly"


ERROR = "the standard error of an accuracy of 90 % on 500 sequences"
lab.claims("argmax may take softmax's place after training with softmax", {f"16 entries a key, {EACH}": lost(recall,
           "softmax")},
           effect="accuracy lost", below=0.0134, because=ERROR)  # fmt: skip
lab.claims("a network that is trained with argmax recalls less than one with softmax",
           {f"16 entries a key, {EACH}": lead(recall, "softmax", "argmax")[EACH]},
           effect="accuracy, softmax − argmax")  # fmt: skip
lab.claims("a network that is trained with argmax learns more than chance", {f"16 entries a key, {EACH}": recall.then(
    at_best, "argmax")}, effect="accuracy", above=1 / VALUES, because="chance among eight values")  # fmt: skip
lab.claims("with a straight-through gradient argmax learns more than without",
           {f"16 entries a key, {EACH}": lead(recall, "straight through", "argmax")[EACH]},
           effect="accuracy, straight through − argmax")  # fmt: skip
lab.claims("bare scores recall as well as softmax", {f"16 entries a key, 4 pairs, {EACH}": lead(
    recall, "bare scores", "softmax")[EACH]}, effect="accuracy, bare scores − softmax", above=-0.0134,
    because=ERROR)  # fmt: skip
lab.claims("bare scores recall as well as softmax", {f"4 entries a key, 16 pairs, {EACH}": crowded.then(
    chosen, crowded["by pairs"]["16"], "bare scores") - crowded.then(chosen, crowded["by pairs"]["16"], "softmax")},
    effect="accuracy, bare scores − softmax", above=-0.0134, because=ERROR)  # fmt: skip
lab.claims("argmax may take the place of bare scores after training with them", {f"4 entries a key, {EACH}": lost(
    crowded, "bare scores")}, effect="accuracy lost", below=0.0134, because=ERROR)  # fmt: skip


@lab.figure("Recall of one of four pairs, keys of 16 entries. Left: accuracy on other sequences by rate, mean of the "
            "seeds and their range. Right: accuracy at the best rate, and when argmax then takes the place of what a "
            "network was trained with.", recall, problems=("attention/linear_rnn",), size=(7.4, 2.9))  # fmt: skip
def learning(figure: Figure, rows: Rows) -> str:
    """Accuracies by rule: by rate, and with argmax at test."""
    left, right = figure.subplots(1, 2)
    told = panel(left, "by rate", {rule: rows(recall["test"][rule]) for rule in WEIGHTS}, RATES, xlabel="rate",
                 xscale="log", ylabel="accuracy", ylim=(0, 1.03))  # fmt: skip
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    groups = {rule.replace(" ", "\n"): {
        "as trained": rows(recall.then(at_best, rule)),
        "argmax in its place": rows(recall.then(chosen, recall["as argmax"], rule)),
    } for rule in WEIGHTS}  # fmt: skip
    told += bars(right, "after training", groups, ylim=(0, 1.03))
    for axes in (left, right):
        axes.axhline(1 / VALUES, color="black", linewidth=0.8, linestyle=":")
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower right")
    return f"Accuracies; chance is {1 / VALUES:.3f}. {told}"


@lab.figure("Accuracy by the number of pairs, with 16 keys of 4 entries, trained with four pairs, each at its best "
            "rate.",
            crowded, size=(5.0, 2.9))  # fmt: skip
def crosstalk(figure: Figure, rows: Rows) -> str:
    """A curve a rule."""
    axes, counts = figure.subplots(), list(rows(crowded["by pairs"])[0])
    found = rows(crowded)
    lines = {rule: [[chosen(row, row["by pairs"][it], rule) for it in counts] for row in found] for rule in WEIGHTS}
    told = panel(axes, "accuracy, crowded keys", lines, [int(it) for it in counts], xlabel="pairs", ylim=(0, 1.03),
                 legend="lower left")  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.set_xticks(NUMBERS_OF_PAIRS, [str(count) for count in NUMBERS_OF_PAIRS])
    return told
