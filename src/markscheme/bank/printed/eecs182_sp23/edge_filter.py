"""Question 3(b) as printed: its numbers, its key, its claims."""

from markscheme.bank.convolution.edge_filter import problem, strength
from markscheme.exact import Matrix
from markscheme.mechanisms import convolution

PRINTED = Matrix([(-1, 0, 1)] * 3)

published = problem.published(  # the picture is lost: its grays are ours, and so is the other filter
    "",
    givens={
        "image": convolution.step_edge(6, 6, (0, 1), (0, 3), dark=2, light=8),
        "down": 0,
        "right": 1,
        "probe": [[1, 2, -1], [0, 3, -2], [1, 0, 2]],
        "row": 3,
        "column": 4,
    },
    key={"edge_kernel": PRINTED},
    asks={"edge_kernel": 3},
    text=r"""
    Design a $3 \times 3$ filter $E$ that detects vertical edges, such as the one in the image $X$. It is laid on each
    place of an image where it fits, without flipping it. It gives 0 wherever there is but one gray, does not give 0
    everywhere on $X$, and answers $X$, turned clockwise by a quarter turn, at most half as strongly as $X$ itself: how
    strongly is the largest size of what it gives anywhere.
    """,
)


@published.claim("[[−1, 0, 1], [−1, 0, 1], [−1, 0, 1]] detects vertical edges", about="edge_kernel", where="key")
def _() -> bool:
    vertical, horizontal = (
        {strength(convolution.step_edge(5, 5, toward, (2, 2), 0, 9), PRINTED) > 0 for toward in directions}
        for directions in (((0, 1), (0, -1)), ((1, 0), (-1, 0)))
    )
    return vertical == {True} and horizontal == {False}
