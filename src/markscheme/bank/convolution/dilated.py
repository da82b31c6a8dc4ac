"""A dilated convolution, computed by hand."""

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix
from markscheme.mechanisms import convolution
from markscheme.pictures import Picture, dilated_kernel
from markscheme.text.notation import Line, Notation, Number, Symbol, parenthesized

problem = Problem(
    "convolution/dilated",
    version=1,
    title="Dilated convolution",
    source="EECS 182 midterm, Spring 2023, question 3(d)i",
    lab=trained("receptive_fields"),
    symbols={"matrix": "M", "kernel": "k", "dilation": "d", "widened": "k_d", "output_map": "Y"},
    text=r"""
    To dilate a kernel by $d$ is to move its entries apart until neighbors in a row or a column are $d$ places apart,
    and to put zeros into the gaps; with $d = 1$ nothing moves. Here an input $M$ meets a kernel $k$:
    $$M = [[matrix]], \qquad k = [[kernel]].$$
    Dilate $k$ by $d = [[dilation]]$ and slide it over $M$ with stride 1 and without padding. As deep-learning libraries
    do, lay the kernel on the input as it is, without flipping it. What comes out?
    """,
)


def lopsided(rng: Draw, size: int) -> Matrix:
    """A kernel of small entries, none of them zero, that half a turn changes, and so does a transposition."""
    while True:
        kernel = Matrix([[rng.choice((-2, -1, 1, 2, 3)) for _ in range(size)] for _ in range(size)])
        if kernel not in (turned(kernel), kernel.T):
            return kernel


def turned(kernel: Matrix) -> Matrix:
    return Matrix([row[::-1] for row in kernel[::-1]])


@problem.givens
def draw(
    rng: Draw, *, kernel_size: int = 2, largest_dilation: int = 3, places: int = 2, largest: int = 5
) -> dict[str, object]:
    kernel_size, places = max(2, kernel_size), max(2, places)
    dilation = rng.int(2, max(2, largest_dilation))
    side = dilation * (kernel_size - 1) + places  # room for the kernel at `places` places a side
    return {
        "matrix": rng.matrix(side, side, 0, max(1, largest)),
        "kernel": lopsided(rng, kernel_size),
        "dilation": dilation,
    }


@problem.step
def widened(kernel: Matrix, dilation: int) -> Matrix:
    """Neighbors in $k$ come to stand $d = [[dilation]]$ places apart, with $d - 1$ zeros between them. A side of $n$
    entries becomes one of $d(n - 1) + 1$.
    """
    return convolution.dilate(kernel, dilation)


@problem.answer(marks=4, label="The output $Y$")
def output_map(matrix: Matrix, widened: Matrix) -> Matrix:
    r"""Lay $k_d$ on each place of $M$ where it fits, multiply the entries that meet, and add the products. What lies
    under a zero drops out, so each sum has as many terms as $k$ has entries.

    $[[matrix]] \star [[widened]]$
    """
    return convolution.cross_correlate(matrix, widened)


@output_map.trace("row of $Y$", "column of $Y$", "entries of $M$ times entries of $k$", "sum")
def _(matrix: Matrix, kernel: Matrix, dilation: int, output_map: Matrix) -> list[tuple[object, ...]]:
    return [
        (i + 1, j + 1, products(matrix, kernel, dilation, i, j), value)
        for i, row in enumerate(output_map)
        for j, value in enumerate(row)
    ]


def products(matrix: Matrix, kernel: Matrix, dilation: int, i: int, j: int) -> Line:
    """The sum of one place, written out."""
    parts: list[Notation] = []
    for a, row in enumerate(kernel):
        for b, entry in enumerate(row):
            met = Number(str(matrix[i + a * dilation][j + b * dilation]))
            parts += [Symbol("+"), met, Symbol("·"), parenthesized(Number(str(entry)))]
    return Line(tuple(parts[1:]))


@output_map.slip("ignores the dilation")
def _(matrix: Matrix, kernel: Matrix) -> Matrix:
    return convolution.cross_correlate(matrix, kernel)


@output_map.slip("puts d zeros into each gap, not d − 1")
def _(matrix: Matrix, kernel: Matrix, dilation: int) -> Matrix:
    return convolution.cross_correlate(matrix, kernel, dilation=dilation + 1)


@output_map.slip("flips the kernel")
def _(matrix: Matrix, widened: Matrix) -> Matrix:
    return convolution.convolve(matrix, widened)


@output_map.slip("transposes the kernel")
def _(matrix: Matrix, widened: Matrix) -> Matrix:
    return convolution.cross_correlate(matrix, widened.T)


@output_map.slip("takes the dilation for a stride")
def _(matrix: Matrix, kernel: Matrix, dilation: int) -> Matrix:
    return convolution.cross_correlate(matrix, kernel, stride=dilation)


@output_map.slip("strides by the dilation too")
def _(matrix: Matrix, widened: Matrix, dilation: int) -> Matrix:
    return convolution.cross_correlate(matrix, widened, stride=dilation)


@output_map.slip("pads as if to keep the size")
def _(matrix: Matrix, kernel: Matrix, widened: Matrix) -> Matrix | None:
    if len(widened) % 2 == 0:
        return None  # an even kernel has no middle
    return convolution.cross_correlate(matrix, widened, padding=len(widened) // 2)


@output_map.slip("dilates along the rows alone")
def _(matrix: Matrix, kernel: Matrix, dilation: int) -> Matrix:
    return convolution.cross_correlate(matrix, [convolution.dilate([row], dilation)[0] for row in kernel])


@problem.figure()
def _(kernel: Matrix, dilation: int) -> Picture:
    return dilated_kernel(kernel, (1, dilation), asked=True)


@problem.check
def _(matrix: Matrix, kernel: Matrix, dilation: int) -> dict[str, list[list[int]]]:
    """Never widened: NumPy picks every d-th entry of each window, and one sum over all of them is the output.

    The widened kernel itself as a Kronecker product: each entry grows into a d × d block with the entry in its corner.
    """
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    M, k = np.array(matrix), np.array(kernel)
    span = (np.array(k.shape) - 1) * dilation + 1
    windows = np.lib.stride_tricks.sliding_window_view(M, tuple(span.tolist()))
    corner = np.zeros((dilation, dilation), dtype=int)
    corner[0, 0] = 1
    return {
        "widened": np.kron(k, corner)[: span[0], : span[1]].tolist(),
        "output_map": np.einsum("ijab,ab->ij", windows[:, :, ::dilation, ::dilation], k).tolist(),
    }


def size(matrix: Matrix) -> str:
    rows, columns = matrix.shape
    return f"{rows}×{columns}"
