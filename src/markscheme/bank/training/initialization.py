"""Which initialization made which accuracy curve, and what it does to the signal."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import pairwise, product

from markscheme import Draw, Problem, only_if
from markscheme.bank.trained import ruled, trained
from markscheme.core.printed import Ruling
from markscheme.exact import Shape
from markscheme.kinds import OneOf, TokenSequence
from markscheme.mechanisms import initialization
from markscheme.pictures import Picture, accuracy_curves

METHODS = ("zero", "Xavier", "He")
LETTERS = ("A", "B", "C")
SHOWN = {
    "relu": "ReLU, 16 layers",
    "sigmoid": "sigmoid, 2 layers, inputs 0 to 255",
}
LAB = trained("initialization")


@cache
def curves(network: str) -> dict[str, list[float]]:
    """By method the held-out accuracy after each epoch, on average over the seeds, as the lab trained that network."""
    rows = [row["accuracy"] for row in LAB.measured(network)]
    return {
        method: [round(sum(seeds) / len(rows), 3) for seeds in zip(*[row[method] for row in rows], strict=True)]
        for method in METHODS
    }


problem = Problem(
    "training/initialization",
    version=1,
    title="Initialization",
    source="EECS 182 midterm, Spring 2023, question 6(a)",
    lab=LAB,
    symbols={"A": r"\text{A}", "B": r"\text{B}", "C": r"\text{C}", "factor": r"\rho", "widths": "n"},
    text=r"""
    Two networks learn to tell the digits of small images apart: one with ReLU, one with sigmoids. Each is trained with
    its weights initialized in three ways, zero, Xavier and He; all biases start at zero. The figure shows the
    accuracy on held-out images after each epoch (means of five runs on scikit-learn's $8 \times 8$ digits, with
    SGD on the left and Adam on the right). A letter stands for one way of initialization in both plots.
    """,
)
a = problem.part("a", "Which initialization is A, which is B, and which is C?")
b = problem.part("b", "Explain your choice briefly.")
c = problem.part(
    "c",
    r"A ReLU network has the widths [[widths]], from the input to the output, and Xavier initialization with "
    r"$\operatorname{Var}(w) = 2/(n_\text{in} + n_\text{out})$. By what factor $\rho$ does the mean square of the "
    "activations change from the input to the output, on average over the weights?",
)


@problem.givens(order=TokenSequence(METHODS))
def draw(rng: Draw, *, layers: int = 3) -> dict[str, object]:
    if not 1 <= layers <= 5:
        raise ValueError(f"1 to 5 layers can be computed by hand, not {layers}")
    return {"order": rng.shuffled(METHODS), "widths": Shape(rng.choices((2, 3, 4, 6, 8, 10), layers + 1))}


def reader(place: int) -> Callable[[tuple[str, ...]], str]:
    def method(order: tuple[str, ...]) -> str:
        """ReLU drops half of the signal's variance in every layer. He initialization makes up for it, Xavier
        does not: in a deep ReLU network the signal fades, and learning is slow. Xavier keeps the variance where the
        activation is nearly linear, so it leads in the plot with sigmoids. With zero weights all neurons of a layer
        stay alike: that network learns next to nothing.
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
    """ReLU drops half of the variance in each layer, and He initialization has twice the variance to make up for
    it: it is the best curve of the ReLU network. Xavier is made for activations that are nearly linear around zero, as
    the sigmoid is: it leads in the other plot. Not in every network of sigmoids: with more layers, and inputs from 0
    to 1, He's leads there too. With zero weights all neurons of a layer compute the same and get the same gradient:
    this is the curve that stays low in both.
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
def _(order: tuple[str, ...]) -> Picture:
    return accuracy_curves(
        {
            title: {letter: curves(name)[method] for letter, method in zip(LETTERS, order, strict=True)}
            for name, title in SHOWN.items()
        }
    )


@problem.check
def _(order: tuple[str, ...], widths: Shape) -> dict[str, object]:
    """The letters read off the curves alone: the highest with ReLU, the highest with sigmoids, the lowest of all. The
    factor by brute force: the mean over all signs of the weights of what ReLU lets through.
    """
    heights = {
        name: {letter: sum(curves(name)[method]) for letter, method in zip(LETTERS, order, strict=True)}
        for name in SHOWN
    }
    read = {max(heights["relu"], key=heights["relu"].__getitem__): "He"}
    read[max(heights["sigmoid"], key=heights["sigmoid"].__getitem__)] = "Xavier"
    both = {letter: heights["relu"][letter] + heights["sigmoid"][letter] for letter in LETTERS}
    read[min(both, key=both.__getitem__)] = "zero"
    found = Fraction(1)
    for before, after in pairwise(widths):
        passed = [max(0, sum(signs)) ** 2 for signs in product((-1, 1), repeat=before)]
        found *= Fraction(sum(passed), len(passed)) * Fraction(2, before + after)
    return {**read, "factor": found}


# The paper's curves are lost: these are trained anew, in settings in which its key is right. The widths are ours.
published = problem.published(
    "",
    givens={"order": ("Xavier", "He", "zero"), "widths": (4, 4, 4)},
    key={"A": "Xavier", "B": "He", "C": "zero"},
)


def average(name: str, method: str) -> float:
    curve = curves(name)[method]
    return sum(curve) / len(curve)


@published.claim("He initialization performs better for ReLU", about="B")
def _() -> bool | Ruling:
    return ruled(problem, "He initialization performs better for ReLU")


@published.claim("Xavier initialization performs better for sigmoid", about="A")
def _() -> bool | Ruling:
    return ruled(problem, "Xavier initialization performs better for sigmoid")


@published.claim("with zero weights the accuracy is the lowest and not updating for different iterations", about="C")
def _() -> bool | Ruling:
    is_lowest = all(average(name, "zero") < min(average(name, "Xavier"), average(name, "He")) for name in SHOWN)
    curve = curves("sigmoid")["zero"]
    if is_lowest and max(curve) - min(curve) < 0.05:
        return True
    return only_if(
        "no bias learns, or it does not matter",
        f"{'it is' if is_lowest else 'it is not even'} the lowest, but with sigmoids it moves between {min(curve)} "
        f"and {max(curve)}, as trained here: the biases learn, and sigmoid neurons pass a signal on that is not zero",
    )
