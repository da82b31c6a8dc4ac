"""Which initialization made which accuracy curve, and what it does to the signal."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product
from operator import sub
from statistics import fmean
from typing import NamedTuple

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Shape
from markscheme.kinds import OneOf, TokenSequence
from markscheme.mechanisms import initialization
from markscheme.pictures import Picture, accuracy_curves

METHODS = ("zero", "Xavier", "He")
LETTERS = ("A", "B", "C")
NETWORKS = {"relu": ("ReLU", "12 layers, standardized inputs"), "sigmoid": ("sigmoid", "5 layers, standardized inputs")}
"""Of each activation the deepest network that the lab trains, on the inputs for which the exam's claims are made."""
LAB = trained("initialization")


class Trained(NamedTuple):
    """A setting of the lab's sweep, its learning rate, and by method the held-out accuracy after each epoch, on average
    over the seeds.
    """

    setting: str
    rate: float
    curves: dict[str, list[float]]

    @property
    def apart(self) -> float:
        """How far the two curves are apart that are nearest to each other, on average over the epochs."""
        return min([fmean(map(abs, map(sub, *pair))) for pair in combinations(self.curves.values(), 2)])


@cache
def shown(network: str) -> Trained:
    """The optimizer and rate of the sweep at which the three curves of the deepest network lie farthest apart: whoever
    leads, they can be told apart best.
    """
    seeds, (_, deepest) = LAB.measured(network), NETWORKS[network]
    found = [
        Trained(setting, rate, {method: averaged([row[setting]["validation"][method][place] for row in seeds])
                                for method in METHODS})
        for setting, first in seeds[0].items() if setting.startswith(deepest)
        for place, rate in enumerate(first["rates"])
    ]  # fmt: skip
    return max(found, key=lambda it: it.apart)


def averaged(curves: list[list[float | None]]) -> list[float]:
    """The mean curve of the seeds; where one diverged, its accuracy counts as none."""
    return [round(fmean([it or 0 for it in epoch]), 3) for epoch in zip(*curves, strict=True)]


problem = Problem(
    "training/initialization",
    version=1,
    title="Initialization",
    source="EECS 182 midterm, Spring 2023, question 6(a)",
    lab=LAB,
    symbols={"A": r"\text{A}", "B": r"\text{B}", "C": r"\text{C}", "factor": r"\rho", "widths": "n"},
    text=r"""
    Two convolutional networks learn to tell the digits of small images apart: one with ReLU, one with sigmoids. Each is
    trained with its weights initialized in three ways, zero, Xavier and He; all biases start at zero. The figure shows
    the accuracy on held-out images after each epoch (means of five runs on scikit-learn's $8 \times 8$ digits, pixels
    standardized; depth, optimizer and learning rate are written above each plot). A letter stands for one way of
    initialization in both plots.
    """,
)
a = problem.part("a", "Which initialization is A, which is B, and which is C?")
b = problem.part("b", "Explain your choice briefly.")
c = problem.part(
    "c",
    r"A fully connected network has the widths [[widths]], from the input to the output. ReLU follows every layer, the "
    r"last one too. The weights have Xavier initialization, independent and symmetric about 0, with "
    r"$\operatorname{Var}(w) = 2/(n_\text{in} + n_\text{out})$. By what factor $\rho$ does the mean square of the "
    "activations change from the input to the output, on average over the weights? Give a fraction.",
)


@problem.givens(order=TokenSequence(METHODS))
def draw(rng: Draw, *, layers: int = 3) -> dict[str, object]:
    if not 1 <= layers <= 5:
        raise ValueError(f"1 to 5 layers can be computed by hand, not {layers}")
    return {"order": rng.shuffled(METHODS), "widths": Shape(rng.choices((2, 3, 4, 6, 8, 10), layers + 1))}


def reader(place: int) -> Callable[[tuple[str, ...]], str]:
    def method(order: tuple[str, ...]) -> str:
        """ReLU halves the mean square of a symmetric pre-activation in every layer. He initialization has twice the
        variance to make up for it: it leads in a deep ReLU network at this rate. Xavier initialization does not, so the
        signal fades, and learning is slow. With zero weights all neurons of a layer stay alike, and this network learns
        next to nothing.
        """
        return order[place]

    return method


for letter in LETTERS:
    answer = problem.answer(letter, reader(LETTERS.index(letter)), marks=2, part=a, kind=OneOf(METHODS), label=letter)

    def swapped(order: tuple[str, ...], place: int = LETTERS.index(letter)) -> str | None:
        return {"Xavier": "He", "He": "Xavier"}.get(order[place])

    answer.slip("swaps Xavier and He", swapped)


@problem.rubric(
    {
        "says that He initialization is made for ReLU, and leads there": 1,
        "says that zero weights keep all neurons of a layer alike, so that this curve stays low": 1,
    },
    part=b,
    label="Why",
)
def why() -> None:
    r"""ReLU halves the mean square of a symmetric pre-activation in each layer (its variance falls by more, from 1 to
    1/2 − 1/(2π) = 0.341, as its mean is no longer 0). He initialization has twice the variance to make up for it: it is
    the best curve of the ReLU network. Xavier asks for an activation with slope 1 and mean 0 near zero, such as tanh. A
    sigmoid has slope 1/4 and mean 1/2, so it is neither's; in the deep network of this plot He's larger weights make up
    for more of that slope, and lead. On raw pixels from 0 to 255 they saturate sigmoids sooner, and that lead is gone.
    With zero weights all neurons of a layer compute the same and get the same gradient: this is the curve that stays
    low in both.

    What was trained for the picture: convolutional networks, 12 layers deep with ReLU and 5 with sigmoids, of 8
    channels each, on $8 \times 8$ digits. Of a sweep over optimizers and learning rates it shows the setting at which
    the three curves lie farthest apart, so its leads say less than they seem to: at the rate that suits each method
    best most of them are within the error.
    """


@problem.answer(marks=1, part=c)
def factor(widths: Shape) -> Fraction:
    r"""A sum of $n_\text{in}$ products has $n_\text{in} \operatorname{Var}(w)$ times the mean square of its inputs. It
    is as often negative as positive, so ReLU keeps half of that: each layer contributes
    $\frac{1}{2} n_\text{in} \operatorname{Var}(w) = \frac{n_\text{in}}{n_\text{in} + n_\text{out}}$.
    """
    return initialization.relu_signal(widths, "Xavier")


@factor.trace("layer", "fan in", "fan out", "factor")
def _(widths: Shape) -> list[tuple[object, ...]]:
    layers = enumerate(pairwise(widths), 1)
    return [(layer, m, n, initialization.relu_signal((m, n), "Xavier")) for layer, (m, n) in layers]


@factor.slip("forgets that ReLU drops half")
def _(widths: Shape) -> Fraction:
    return initialization.relu_signal(widths, "Xavier") * 2 ** (len(widths) - 1)


@factor.slip("takes He's variance")
def _(widths: Shape) -> Fraction:
    return initialization.relu_signal(widths, "He")


@factor.slip("swaps fan in and fan out", may_coincide=True)
def _(widths: Shape) -> Fraction:
    return initialization.relu_signal(widths[::-1], "Xavier")


@factor.slip("looks at the last layer alone")
def _(widths: Shape) -> Fraction:
    return initialization.relu_signal(widths[-2:], "Xavier")


@problem.figure()
@cache
def _(order: tuple[str, ...]) -> Picture:
    return accuracy_curves(
        {
            f"{title}, {shown(name).setting.replace(', standardized inputs', '')}, rate {shown(name).rate:g}": {
                letter: shown(name).curves[method] for letter, method in zip(LETTERS, order, strict=True)
            }
            for name, (title, _) in NETWORKS.items()
        }
    )


@problem.check
def _(order: tuple[str, ...], widths: Shape) -> dict[str, object]:
    """The letters read off the curves of the ReLU network alone, the highest, the lowest and the one between. The
    factor by brute force: the mean over all signs of the weights of what ReLU lets through.
    """
    curves = shown("relu").curves
    heights = {letter: sum(curves[method]) for letter, method in zip(LETTERS, order, strict=True)}
    read = dict(zip(sorted(heights, key=heights.__getitem__), METHODS, strict=True))
    found = Fraction(1)
    for before, after in pairwise(widths):
        passed = [max(0, sum(signs)) ** 2 for signs in product((-1, 1), repeat=before)]
        found *= Fraction(sum(passed), len(passed)) * Fraction(2, before + after)
    return {**read, "factor": found}
