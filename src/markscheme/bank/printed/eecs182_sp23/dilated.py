"""Question 3(d)i as printed: its numbers, its key, its claims."""

from itertools import pairwise

from markscheme import never
from markscheme.bank.convolution.dilated import problem, size
from markscheme.core.layout import Figure
from markscheme.core.published import Ruling
from markscheme.exact import Matrix
from markscheme.mechanisms import convolution
from markscheme.pictures import Picture, dilated_kernel

PRINTED_K = Matrix([(1, 1), (1, 1), (1, 1)])  # the matrix that stands beside the words "2x2 filter"

PRINTED_OUTPUT = Matrix([(20,)])

published = problem.published(
    "",
    givens={"matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "kernel": [[1, 1], [1, 1]], "dilation": 2},
    key={"widened": [[1, 0, 1], [0, 0, 0], [1, 0, 1]], "output_map": PRINTED_OUTPUT},
    asks={"output_map": 4},
    text=r"""
    Compute the dilated convolution of the input $M$ with the filter $k$, with $d = [[dilation]]$:
    $$M = [[matrix]], \qquad k = [[kernel]].$$
    The gaps in the kernel are filled with zeros, the stride is 1, and there is no padding. As in deep-learning
    libraries the kernel is not flipped.
    """,
    figures={},
)


@published.figure(
    Figure(
        "Figure 1: A $3 \\times 3$ kernel with $d = 1$ and with $d = 2$. After Du et al., “Brain MRI Super-Resolution "
        "Using 3D Dilated Convolutional Encoder–Decoder Network”.",
        place="above",
        lead="Figure 1 shows a $3 \\times 3$ kernel with $d = 1$, which is a usual one, and with $d = 2$.",
    )
)
def kernels() -> Picture:
    return dilated_kernel(Matrix([[1] * 3] * 3), (1, 2))


@published.claim("a 2x2 filter k = [[1, 1], [1, 1], [1, 1]]", about="kernel", where="question")
def _(matrix: Matrix, kernel: Matrix, dilation: int, output_map: Matrix) -> bool | Ruling:
    if kernel == PRINTED_K:
        return True
    printed, wide, room, used = (size(M) for M in (PRINTED_K, convolution.dilate(PRINTED_K, dilation), matrix, kernel))
    follows = "does" if output_map == PRINTED_OUTPUT else "does not"
    return never(
        f"the matrix printed is {printed}; dilated by {dilation} it is {wide}, on an input of {room}, "
        f"where it {'fits' if is_inside(PRINTED_K, dilation, matrix) else 'does not fit'}. "
        f"From a {used} kernel of ones the printed {listed(PRINTED_OUTPUT)} {follows} follow",
        printed,
    )


def is_inside(kernel: Matrix, dilation: int, matrix: Matrix) -> bool:
    return all(
        span <= side for span, side in zip(convolution.dilate(kernel, dilation).shape, matrix.shape, strict=True)
    )


def listed(matrix: Matrix) -> str:
    return str([list(row) for row in matrix])


@published.claim("a dilation of d introduces d − 1 gaps between two kernel elements", about="widened", where="question")
def _() -> bool:
    return all(gaps_between_neighbors(d) == {d - 1} for d in range(1, 8))


def gaps_between_neighbors(dilation: int) -> set[int]:
    """How many zeros stand between entries of a 3×3 kernel of ones that were neighbors, in rows and in columns."""
    wide = convolution.dilate([(1, 1, 1)] * 3, dilation)
    gaps = set[int]()
    for line in (*wide, *wide.T):
        ones = [place for place, entry in enumerate(line) if entry]
        gaps |= {after - before - 1 for before, after in pairwise(ones)}
    return gaps


@published.claim("d = 1 is equivalent to a regular convolutional kernel", about="widened", where="question")
def _(kernel: Matrix) -> bool:
    return convolution.dilate(kernel, 1) == kernel


@published.claim("gaps result in a larger receptive field for each output pixel", about="widened", where="question")
def _(kernel: Matrix, widened: Matrix) -> bool:
    return len(widened) > len(kernel) and len(widened[0]) > len(kernel[0])


@published.claim("with dilation d = 2, the kernel becomes a 3x3 kernel", about="widened")
def _(widened: Matrix) -> bool:
    return widened.shape == (3, 3)


@published.claim("regular convolution M * k_d = [20]", about="output_map")
def _(matrix: Matrix, widened: Matrix) -> bool:
    return convolution.convolve(matrix, widened) == convolution.cross_correlate(matrix, widened) == PRINTED_OUTPUT
