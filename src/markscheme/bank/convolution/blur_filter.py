"""A filter that blurs an image: any that does is right."""

from fractions import Fraction

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Rational
from markscheme.mechanisms import convolution
from markscheme.pictures import Picture, gray_image

problem = Problem(
    "convolution/blur_filter",
    version=1,
    title="A blur filter",
    source="EECS 182 midterm, Spring 2023, question 3(c)",
    lab=trained("filters"),
    symbols={
        "image": "X",
        "size": "n",
        "least": r"m_\text{least}",
        "most": r"m_\text{most}",
        "blur_kernel": "B",
        "blurred": r"\bar{x}",
    },
    text=r"""
    Design a $[[size]] \times [[size]]$ filter $B$ that blurs images: it replaces each pixel by a weighted mean of this
    pixel and its neighbors. No weight is negative, and they sum to 1 (decimals may be rounded to two places). The four
    pixels above, below, left and right have positive weights; and the pixel itself, in the middle, weighs at least
    $[[least]]$ and at most $[[most]]$.

    Then take the image $X$. What is the plain mean of the $[[size]] \times [[size]]$ pixels around row [[row]], column
    [[column]], this one among them?
    """,
)


@problem.givens
def draw(rng: Draw, *, size: int = 3) -> dict[str, object]:
    size = max(3, size) | 1  # a window around a pixel has an odd side
    height, width = rng.ints(2, size + 1, size + 3)
    least = rng.int(2, 12)  # in twentieths, so that no one filter suits most draws
    return {
        "size": size,
        "least": Fraction(least, 20),
        "most": Fraction(least + 2, 20),
        "image": rng.matrix(height, width, 0, 9),
        "row": rng.int(size // 2 + 1, height - size // 2),
        "column": rng.int(size // 2 + 1, width - size // 2),
    }


@problem.figure()
def _(image: Matrix) -> Picture:
    return gray_image(image, name="X")


@problem.answer(marks=2, label=r"The filter $B$, $[[size]] \times [[size]]$")
def blur_kernel(size: int, least: Fraction, most: Fraction) -> Matrix:
    """An even gray stays as it is if the weights sum to 1. The plain mean weighs all pixels alike; where that gives the
    pixel itself too little or too much, let it weigh as much as lies midway between the bounds, and share the rest
    among its neighbors.
    """
    plain = Fraction(1, size * size)
    return convolution.center_weighted(size, plain if least <= plain <= most else (least + most) / 2)


@blur_kernel.property("has as many rows and columns as are asked for")
def _(size: int, blur_kernel: Matrix) -> bool | str:
    rows, columns = blur_kernel.shape
    return (rows, columns) == (size, size) or f"yours has {rows} and {columns}"


@blur_kernel.property("has no negative weight")
def _(blur_kernel: Matrix) -> bool | str:
    least = min(map(min, blur_kernel))
    return least >= 0 or f"yours has {least}"


@blur_kernel.property("has weights that sum to 1")
def _(blur_kernel: Matrix) -> bool | str:
    return sums_to_one(blur_kernel) or f"of a pixel of gray 1 among its like it makes {sum(map(sum, blur_kernel))}"


@blur_kernel.property("spreads a pixel to the four beside it")
def _(size: int, blur_kernel: Matrix) -> bool | str:
    middle = size // 2
    point = Matrix([[int(i == j == middle) for j in range(size)] for i in range(size)])
    spread = convolution.cross_correlate(point, blur_kernel, padding=middle)
    beside = (
        spread[middle - 1][middle], spread[middle + 1][middle], spread[middle][middle - 1], spread[middle][middle + 1]
    )  # fmt: skip
    return all(beside) or f"of {listed(point)} it makes {listed(spread)}"


@blur_kernel.property("weighs the pixel itself as asked for")
def _(size: int, least: Fraction, most: Fraction, blur_kernel: Matrix) -> bool | str:
    own = blur_kernel[size // 2][size // 2]
    return least <= own <= most or f"yours weighs it {own}, not from {least} to {most}"


def sums_to_one(kernel: Matrix) -> bool:
    """Nearly, as weights do that were rounded to two places."""
    rows, columns = kernel.shape
    return abs(sum(map(sum, kernel)) - 1) <= Fraction(rows * columns, 200)


def listed(matrix: Matrix) -> str:
    return f"[{', '.join(['[' + ', '.join(map(str, row)) + ']' for row in matrix])}]"


@blur_kernel.slip("does not divide by the sum of the weights")
def _(blur_kernel: Matrix) -> bool:
    return min(map(min, blur_kernel)) >= 0 < sum(map(sum, blur_kernel)) and not sums_to_one(blur_kernel)


@blur_kernel.slip("subtracts neighbors")
def _(blur_kernel: Matrix) -> bool:
    return min(map(min, blur_kernel)) < 0


@blur_kernel.slip("blurs along one line alone")
def _(size: int, blur_kernel: Matrix) -> bool:
    lines = (blur_kernel, blur_kernel.T)
    return blur_kernel.shape == (size, size) and any(
        all(any(row) == (i == size // 2) for i, row in enumerate(line)) and not is_point(line[size // 2])
        for line in lines
    )


def is_point(row: tuple[Rational, ...]) -> bool:
    return sum(map(bool, row)) < 2


@blur_kernel.slip("leaves the image as it is")
def _(size: int) -> Matrix:
    return convolution.center_weighted(size, 1)


@blur_kernel.slip("leaves the pixel itself out")
def _(size: int) -> Matrix:
    return convolution.center_weighted(size, 0)


@blur_kernel.slip("takes the plain mean, whatever the pixel itself is to weigh", may_coincide=True)
def _(size: int) -> Matrix:
    return convolution.center_weighted(size, Fraction(1, size * size))


@problem.answer(marks=1, label="The mean, as a fraction or to two decimals")
def blurred(image: Matrix, size: int, row: int, column: int) -> Fraction:
    r"""Add the $[[size]] \cdot [[size]]$ pixels of the window, and divide by how many they are."""
    return Fraction(sum(window(image, size, row, column)), size * size)


def window(image: Matrix, size: int, row: int, column: int) -> list[Rational]:
    """The pixels around one, row by row."""
    top, left = row - 1 - size // 2, column - 1 - size // 2
    return [pixel for line in image[top : top + size] for pixel in line[left : left + size]]


@blurred.trace("row of $X$", "pixels", "sum")
def _(image: Matrix, size: int, row: int, column: int) -> list[tuple[object, ...]]:
    pixels = window(image, size, row, column)
    lines = [pixels[at : at + size] for at in range(0, len(pixels), size)]
    return [(i, ", ".join(map(str, line)), sum(line)) for i, line in enumerate(lines, row - size // 2)]


@blurred.slip("forgets to divide")
def _(image: Matrix, size: int, row: int, column: int) -> Fraction:
    return Fraction(sum(window(image, size, row, column)))


@blurred.slip("leaves the pixel itself out")
def _(image: Matrix, size: int, row: int, column: int) -> Fraction:
    return Fraction(sum(window(image, size, row, column)) - image[row - 1][column - 1], size * size - 1)


@blurred.slip("divides by the number of neighbors")
def _(image: Matrix, size: int, row: int, column: int) -> Fraction:
    return Fraction(sum(window(image, size, row, column)), size * size - 1)


@blurred.slip("takes the four pixels beside it alone")
def _(image: Matrix, row: int, column: int) -> Fraction:
    i, j = row - 1, column - 1
    return Fraction(image[i][j] + image[i - 1][j] + image[i + 1][j] + image[i][j - 1] + image[i][j + 1], 5)


@blurred.slip("swaps row and column", may_coincide=True)
def _(image: Matrix, size: int, row: int, column: int) -> Fraction | None:
    swapped = window(image, size, column, row)
    return Fraction(sum(swapped), size * size) if len(swapped) == size * size else None


@blur_kernel.check
def _(size: int, least: Fraction, most: Fraction, blur_kernel: Matrix) -> bool:
    """NumPy filters an image of one bright pixel: what comes out must be a blot around it that is as bright in all."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    kernel = np.array(blur_kernel, dtype=object)
    if kernel.shape != (size, size):
        return False
    point = np.zeros((2 * size - 1, 2 * size - 1), dtype=object)
    point[size - 1, size - 1] = 1
    blot = (np.lib.stride_tricks.sliding_window_view(point, (size, size)) * kernel).sum(axis=(2, 3))
    middle = size // 2
    beside = [*blot[middle - 1 : middle + 2 : 2, middle], *blot[middle, middle - 1 : middle + 2 : 2]]
    is_even = 1 - Fraction(size**2, 200) <= blot.sum() <= 1 + Fraction(size**2, 200)
    return bool(is_even and blot.min() >= 0 < min(beside) and least <= blot[middle, middle] <= most)


@problem.check
def _(image: Matrix, size: int, least: Fraction, row: int, column: int) -> dict[str, object]:
    """Another right answer: the least that is allowed for the pixel itself, and the rest for the four beside it alone.

    The mean by running totals over rows and columns, of which four give the sum of any window.
    """
    import numpy as np  # noqa: PLC0415

    cross = np.zeros((size, size), dtype=object)
    middle = size // 2
    for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        cross[middle + i, middle + j] = (1 - least) / 4
    cross[middle, middle] = least
    totals = np.pad(np.array(image).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    top, left, bottom, right = row - 1 - middle, column - 1 - middle, row + middle, column + middle
    total = totals[bottom, right] - totals[top, right] - totals[bottom, left] + totals[top, left]
    return {"blur_kernel": cross, "blurred": Fraction(int(total), size**2)}
