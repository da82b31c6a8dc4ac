"""Question 3 as printed: its key. It has no numbers: those are ours, for the solution."""

from markscheme.bank.normalization.standardization import problem

published = problem.published(
    "csc671-3",
    givens={"training": [11, -1, -1, -5], "test": [4, 8]},
    key={"in_both": False},
    asks={"in_both": 1},
    text=r"""
    True or false: once its features are standardized (z-scores), each of them has the mean 0 and the standard deviation
    1, in the training set and in the test set. Yes stands for true.
    """,
)
