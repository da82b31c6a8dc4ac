"""A filter that detects edges like the one pictured: any that does is right."""

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Rational
from markscheme.mechanisms import convolution
from markscheme.pictures import Picture, gray_image
from markscheme.text.notation import Line, Notation, Number, Symbol, parenthesized

problem = Problem(
    "convolution/edge_filter",
    version=1,
    title="An edge filter",
    source="EECS 182 midterm, Spring 2023, question 3(b)",
    lab=trained("filters"),
    symbols={"image": "X", "probe": "k", "edge_kernel": "E", "response": "r"},
    text=r"""
    In the image $X$ two grays meet in an edge. A filter is laid on each place of an image where it fits, as it is,
    without flipping it; the entries that meet are multiplied, and the products added.

    Design a $3 \times 3$ filter $E$ that detects edges that run this way. Where there is but one gray its output is 0;
    on $X$ it is not 0 everywhere; and on $X$ turned clockwise by a quarter turn its largest absolute value is at most
    half of that on $X$.

    Then another filter is laid with its middle on row [[row]], column [[column]] of $X$:
    $$k = [[probe]].$$
    What does it give there?
    """,
)

DIRECTIONS = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right]


@problem.givens
def draw(rng: Draw, *, smallest: int = 5, largest: int = 7) -> dict[str, object]:
    smallest = max(4, smallest)
    height, width = rng.ints(2, smallest, max(smallest, largest))
    down, right = rng.choice(DIRECTIONS)
    row, column = rng.int(2, height - 1), rng.int(2, width - 1)  # a place on the edge, with room around it
    dark, light = rng.int(0, 3), rng.int(6, 9)
    return {
        "image": convolution.step_edge(height, width, (down, right), (row - 1, column - 1), dark, light),
        "down": down,
        "right": right,
        "probe": rng.asymmetric(3, -2, 3),
        "row": row,
        "column": column,
    }


@problem.figure()
def _(image: Matrix) -> Picture:
    return gray_image(image, name="X")


@problem.answer(marks=2, label=r"The filter $E$, $3 \times 3$")
def edge_kernel(down: int, right: int) -> Matrix:
    """Compare the two sides of the edge: entries of $-1$ on the darker side, of $1$ on the lighter. On one gray they
    cancel; across the edge they add up to a difference of grays. An edge that runs the other way has as much of each
    gray under the one side as under the other, and they cancel again.
    """
    return convolution.compass_kernel((down, right))


@edge_kernel.property("has 3 rows and 3 columns")
def _(edge_kernel: Matrix) -> bool | str:
    rows, columns = edge_kernel.shape
    return (rows, columns) == (3, 3) or f"yours has {rows} and {columns}"


@edge_kernel.property("gives 0 where there is but one gray")
def _(edge_kernel: Matrix) -> bool | str:
    gray = Matrix([(1, 1, 1)] * 3)
    ((given,),) = convolution.cross_correlate(gray, edge_kernel)
    return given == 0 or f"on {listed(gray)} it gives {given}"


@edge_kernel.property("answers the edge of the image")
def _(image: Matrix, edge_kernel: Matrix) -> bool | str:
    return strength(image, edge_kernel) > 0 or "it gives 0 everywhere on the image"


@edge_kernel.property("answers the image turned by a quarter turn at most half as strongly")
def _(image: Matrix, edge_kernel: Matrix) -> bool | str:
    given, window = convolution.strongest_answer(turned(image), edge_kernel)
    strongest = strength(image, edge_kernel)
    is_weak = 2 * abs(given) <= strongest
    return is_weak or f"on {listed(window)} it gives {given}, and on the image itself no more than {strongest} in size"


def strength(image: Matrix, kernel: Matrix) -> Rational:
    return abs(convolution.strongest_answer(image, kernel)[0])


def turned(image: Matrix) -> Matrix:
    return Matrix([row[::-1] for row in image.T])


def listed(matrix: Matrix) -> str:
    return str([list(row) for row in matrix])


def cancels(kernel: Matrix) -> bool:
    return kernel.shape == (3, 3) and sum(map(sum, kernel)) == 0


@edge_kernel.slip("does not sum to zero")
def _(edge_kernel: Matrix) -> bool:
    return edge_kernel.shape == (3, 3) and not cancels(edge_kernel)


@edge_kernel.slip("detects edges that run the other way")
def _(image: Matrix, edge_kernel: Matrix) -> bool:
    here, there = strength(image, edge_kernel), strength(turned(image), edge_kernel)
    return cancels(edge_kernel) and there > 0 and 2 * here <= there


@edge_kernel.slip("answers edges whichever way they run")
def _(image: Matrix, edge_kernel: Matrix) -> bool:
    weaker, stronger = sorted((strength(image, edge_kernel), strength(turned(image), edge_kernel)))
    return cancels(edge_kernel) and 2 * weaker > stronger


@edge_kernel.slip("copies the other filter")
def _(probe: Matrix) -> Matrix:
    return probe


@problem.answer(marks=1, label="What $k$ gives there")
def response(image: Matrix, probe: Matrix, row: int, column: int) -> int:
    """Nine pixels lie under $k$, three by three around row [[row]], column [[column]]. Multiply each by the entry that
    lies on it, and add.
    """
    return at(convolution.cross_correlate(image, probe), row, column)


def at(answers: Matrix, row: int, column: int) -> int:
    """What a 3×3 filter gives with its middle on a place of the image; the first that has room is row 2, column 2."""
    return int(answers[row - 2][column - 2])


@response.trace("row of $X$", "entries of $X$ times entries of $k$", "sum")
def _(image: Matrix, probe: Matrix, row: int, column: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for i, entries in enumerate(probe, row - 1):
        pixels = image[i - 1][column - 2 : column + 1]
        rows.append((i, products(pixels, entries), sum(x * k for x, k in zip(pixels, entries, strict=True))))
    return rows


def products(pixels: tuple[Rational, ...], entries: tuple[Rational, ...]) -> Line:
    parts: list[Notation] = []
    for pixel, entry in zip(pixels, entries, strict=True):
        parts += [Symbol("+"), Number(str(pixel)), Symbol("·"), parenthesized(Number(str(entry)))]
    return Line(tuple(parts[1:]))


@response.slip("flips the filter")
def _(image: Matrix, probe: Matrix, row: int, column: int) -> int:
    return at(convolution.convolve(image, probe), row, column)


@response.slip("transposes the filter", may_coincide=True)
def _(image: Matrix, probe: Matrix, row: int, column: int) -> int:
    return at(convolution.cross_correlate(image, probe.T), row, column)


@response.slip("lays the filter's corner there, not its middle", may_coincide=True)
def _(image: Matrix, probe: Matrix, row: int, column: int) -> int:
    return at(convolution.cross_correlate(image, probe), row + 1, column + 1)


@response.slip("swaps row and column", may_coincide=True)
def _(image: Matrix, probe: Matrix, row: int, column: int) -> int:
    return at(convolution.cross_correlate(image, probe), column, row)


@edge_kernel.check
def _(image: Matrix, edge_kernel: Matrix) -> bool:
    """NumPy lays the filter on every window of an even image, of the image, and of the image turned."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    kernel, X = np.array(edge_kernel, dtype=object), np.array(image, dtype=object)
    if kernel.shape != (3, 3):
        return False
    even, own, other = (
        np.abs((np.lib.stride_tricks.sliding_window_view(shown, (3, 3)) * kernel).sum(axis=(2, 3))).max()
        for shown in (np.full_like(X, 7), X, np.rot90(X, -1))
    )
    return bool(even == 0 < own and 2 * other <= own)


@problem.check
def _(image: Matrix, probe: Matrix, row: int, column: int) -> dict[str, object]:
    """Another right answer: the part of the image where the edge is seen best, less its mean (a matched filter)."""
    import numpy as np  # noqa: PLC0415

    X = np.array(image)
    windows = np.lib.stride_tricks.sliding_window_view(X, (3, 3))
    best = windows.reshape(-1, 3, 3)[windows.var(axis=(2, 3)).argmax()]
    return {
        "edge_kernel": (9 * best - best.sum()).tolist(),
        "response": (windows[row - 2, column - 2] * np.array(probe)).sum(),
    }
