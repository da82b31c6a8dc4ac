"""Questions 6 and 14 as printed: their numbers, their keys. The figures are lost; the key of 6 fits a product."""

from markscheme.bank.backpropagation.computation_graph import problem

product = problem.published(
    "csc671-6",
    givens={
        "called": ("x", "y", "z"), "inputs": [2, -3, 4], "first": "×", "second": "×", "last": "none", "upstream": 1.5,
        "wanted": "x",
    },
    key={"gradient": -18},
    asks={"gradient": 1},
    text=r"""
    The figure shows a part of a computation graph, with the values of its inputs, and with the gradient of the loss $L$
    that comes in from the right. What is $\partial L / \partial x$? The empty boxes are for your working.
    """,
)  # fmt: skip

neuron = problem.published(
    "csc671-14",
    givens={
        "called": ("w", "x", "b"), "inputs": [2, 3, -6], "first": "×", "second": "+", "last": "sigmoid", "upstream": 7,
        "wanted": "b",
    },
    key={"gradient": 1.75},
    asks={"gradient": 1},
    text=r"""
    The figure shows a neuron with one weight $w$, one input $x$ and a bias $b$. Its function is the sigmoid
    $\sigma(t) = 1/(1 + e^{-t})$, and the gradient of the loss $L$ by its output comes in from the right. What is the
    gradient $\partial L / \partial b$ that goes on to $b$? The empty boxes are for your working.
    """,
)  # fmt: skip
