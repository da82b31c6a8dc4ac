"""Question 3(c) as printed: its numbers, its key, its claims."""

from fractions import Fraction

from markscheme.bank.convolution.blur_filter import problem
from markscheme.exact import Matrix
from markscheme.mechanisms import convolution

# No image is printed, and the picture of the solution is lost: bounds and image are ours.
published = problem.published(
    "",
    givens={
        "size": 3,
        "least": Fraction(1, 10),
        "most": Fraction(1, 2),
        "image": [[1, 1, 2, 8, 8], [1, 2, 9, 8, 8], [1, 2, 8, 8, 7], [2, 1, 2, 8, 8], [1, 2, 1, 7, 8]],
        "row": 3,
        "column": 3,
    },
    key={},
    asks={"blur_kernel": 3},
    text=r"""
    Design a $[[size]] \times [[size]]$ filter $B$ that blurs an image. No weight is negative, and they sum to 1
    (decimals may be rounded to two places); the four pixels above, below, left and right have positive weights, and the
    weight of the pixel itself, in the middle, is at least $[[least]]$ and at most $[[most]]$.

    *Hint: to blur is to average the value of a pixel with the values of its neighbors.*
    """,
    figures={},
)


@published.claim(
    "blurring involves averaging a pixel's value with those of its neighbors", about="blur_kernel", where="question"
)
def _(image: Matrix, blur_kernel: Matrix, row: int, column: int, blurred: Fraction) -> bool:
    return convolution.cross_correlate(image, blur_kernel)[row - 2][column - 2] == blurred
