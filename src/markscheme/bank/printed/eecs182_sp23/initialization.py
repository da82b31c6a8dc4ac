"""Question 6(a) as printed: its numbers, its key, its claims."""

from markscheme.bank.trained import ruled
from markscheme.bank.training.initialization import problem
from markscheme.core.printed import Ruling

# The paper's curves are lost: these are trained anew, and chosen from the lab's sweep by a rule. The widths are ours.
published = problem.published(
    "",
    givens={"order": ("Xavier", "He", "zero"), "widths": (4, 4, 4)},
    key={"A": "Xavier", "B": "He", "C": "zero"},
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
