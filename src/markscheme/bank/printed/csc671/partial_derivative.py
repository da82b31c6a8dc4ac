"""Question 1 as printed: its numbers, its key, its claims."""

from markscheme.bank.backpropagation.partial_derivative import problem

published = problem.published(
    "csc671-1",
    givens={"a": 2, "b": 3, "c": 3, "x": 1, "y": 3, "z": 4},
    key={"by_y": 6},
    asks={"by_y": 1},
    text=r"""
    A loss is $L(x, y, z) = [[a]] x^2 + [[b]] y^2 - [[c]] z y$. What is its partial derivative by $y$ at $x = [[x]]$,
    $y = [[y]]$, $z = [[z]]$?
    """,
)
