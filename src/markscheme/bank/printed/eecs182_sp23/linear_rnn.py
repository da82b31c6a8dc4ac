"""Question 5 as printed: its numbers, its key, its claims."""

from markscheme.bank.attention.linear_rnn import problem
from markscheme.exact import Rational, Vector
from markscheme.mechanisms import attention

published = problem.published(
    "",
    givens={
        "W_h": [[-1, 2], [0, 1]], "W_u": [0, 1], "h_0": [0, 0], "u_1": 1, "u_2": 2, "u_3": -1,
        "W_K": [[2, -1], [-1, 1]], "W_V": [[1, 0], [-1, 1]], "W_Q": [[3, 1], [4, 2]],
    },
    key={
        "v_1": [0, 1], "h_2": [2, 3], "v_2": [2, 1], "k_3": [6, -1], "h_out": [0, 2],
        "scores": [2, 6, 4], "weights": [0, 1, 0], "output": [2, 1],
    },
)  # fmt: skip


@published.claim("argmax([1, 3, 2]) = [0, 1, 0]", about="weights", where="question")
def _() -> bool:
    return attention.argmax_weights((1, 3, 2)) == (0, 1, 0)


@published.claim("the weighted sum is 0·[0, 1] + 1·[2, 1] + 0·[4, −2]", about="output")
def _(weights: Vector, v_1: Vector, v_2: Vector, v_3: Vector) -> bool:
    printed: tuple[tuple[Rational, Vector], ...] = ((0, Vector((0, 1))), (1, Vector((2, 1))), (0, Vector((4, -2))))
    return printed == tuple(zip(weights, (v_1, v_2, v_3), strict=True))
