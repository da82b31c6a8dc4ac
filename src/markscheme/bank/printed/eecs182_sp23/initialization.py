"""Question 6(a) as printed: its numbers, its key, its claims."""

from difflib import get_close_matches
from math import exp, tanh

from markscheme import never, only_if
from markscheme.bank.trained import ruled
from markscheme.bank.training.initialization import problem
from markscheme.core.published import Ruling
from markscheme.mechanisms import initialization

# The paper's curves are lost: these are trained anew, and chosen from the lab's sweep by a rule. The widths are ours.
published = problem.published(
    "",
    givens={"order": ("Xavier", "He", "zero"), "widths": (4, 4, 4)},
    key={"A": "Xavier", "B": "He", "C": "zero"},
    asks={"A": 2, "B": 2, "C": 2, "why": 3},
    text=r"""
    Three ways to initialize the weights of a network were taught: zero, Xavier and He. Two deep networks learn to
    classify images, (i) one with ReLU and (ii) one with sigmoids; each is trained with all three, and all biases start
    at zero. The figure shows the accuracy on held-out images after each epoch (means of five runs on
    scikit-learn's $8 \times 8$ digits, pixels standardized; depth, optimizer and learning rate are written above each
    plot). A letter stands for one way of initialization in both plots.

    Which way is A, which is B, and which is C? Explain your choice very briefly.
    """,
)


@published.claim("He initialization performs better for ReLU", about="B")
def _() -> bool | Ruling:
    return ruled(problem, "He initialization performs better for ReLU")


@published.claim("Xavier initialization performs better for sigmoid", about="A")
def _() -> bool | Ruling:
    return ruled(problem, "Xavier initialization performs better for sigmoid")


@published.claim("with zero weights the accuracy is the lowest and not updating for different iterations", about="C")
def _() -> bool | Ruling:
    lowest = ruled(problem, "with zero weights the accuracy is the lowest")
    return lowest if lowest is not True else ruled(problem, "with zero weights the accuracy is not updating")


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


@published.claim("Xavier is designed for sigmoid activations", about="A")
def _() -> bool | Ruling:
    """It keeps the mean square of a signal through layers that multiply it by fan in · Var(w) times a slope squared."""
    near = 1e-4
    slopes = [round((f(near) - f(-near)) / (2 * near), 6) for f in (sigmoid, tanh)]
    linear = 100 * initialization.variance("Xavier", 100, 100)
    kept, kept_by_tanh = (float(linear) * slope**2 for slope in slopes)
    if kept == 1 and sigmoid(0) == 0:
        return True
    return only_if(
        "'sigmoid' is any S-shaped function with slope 1 and value 0 at 0, such as tanh",
        f"the sigmoids of this question have slope {slopes[0]} and value {sigmoid(0)} there: a layer of equal fan in "
        f"and fan out leaves {kept} of the mean square of a small gradient, with tanh {kept_by_tanh:g}",
    )


MISSPELLED: tuple[str, ...] = ("Xaiver", "closet", "flexiblity", "digram", "it's", "Forbenius")

SPELLED: tuple[str, ...] = ("Xavier", "closest", "flexibility", "diagram", "its", "frobenius")
"""How the paper itself spells these words elsewhere."""


@published.claim(
    "Xaiver initialization, the closet point, flexiblity, the following digram, it's derivative, the Forbenius norm",
    about="spelling",
)
def _() -> bool | Ruling:
    wrong = [word for word in MISSPELLED if word not in SPELLED]
    meant = [get_close_matches(word, SPELLED, 1)[0] for word in wrong]
    return never(f"elsewhere the paper itself has {', '.join(meant)}", ", ".join(meant)) if wrong else True
