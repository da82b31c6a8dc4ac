"""Question 6(a) as printed: its numbers, its key, its claims."""

from markscheme.bank.trained import ruled
from markscheme.bank.training.initialization import problem
from markscheme.core.printed import Ruling

# The paper's curves are lost: these are trained anew, and chosen from the lab's sweep by a rule. The widths are ours.
published = problem.published(
    "",
    givens={"order": ("Xavier", "He", "zero"), "widths": (4, 4, 4)},
    key={"A": "Xavier", "B": "He", "C": "zero"},
    asks={"A": 2, "B": 2, "C": 2, "why": 3},
    text=r"""
    Three ways to initialize the weights of a network were taught: zero, Xavier and He. Two deep networks learn to
    classify images, (i) one with ReLU and (ii) one with sigmoids; each is trained with all three, and all biases start
    at zero. The figure shows the accuracy on held-out images after each epoch (means of five runs of dense networks on
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
