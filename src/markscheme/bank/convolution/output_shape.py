"""Output shape of a convolution layer."""

from markscheme import Draw, Problem
from markscheme.exact import Shape
from markscheme.mechanisms import convolution

problem = Problem(
    "convolution/output_shape",
    version=1,
    title="Output shape of a convolution",
    source="EECS 182 midterm, Spring 2023, question 3(a)",
    symbols={"shape": "[n, c, h, w]"},
    text=r"""
    A convolution layer takes an input of shape $[n, c, h, w] = [[input_shape]]$: batch size, channels, height and
    width. It has [[filters]] filters of size $[[kernel]] \times [[kernel]]$, with stride [[stride]] and padding
    [[padding]]. What is the shape of its output?
    """,
)


@problem.givens
def draw(rng: Draw, *, largest: int = 64) -> dict[str, object]:
    stride = rng.int(2, 4)
    left_over = rng.int(1, stride - 1)  # a part of a stride that no longer fits, so that rounding shows
    padding = left_over + rng.int(1, 2)  # more than what is left over, so that padding one side only shows
    kernel = padding + rng.int(1, 3)
    channels, filters = rng.sample((3, 4, 8, 16, 32, 64), 2)
    height, width = (
        places * stride + kernel - 2 * padding + left_over for places in rng.ints(2, 4, max(5, largest // stride))
    )
    return {
        "input_shape": Shape((rng.choice((10, 20, 25, 50, 100)), channels, height, width)),
        "filters": filters,
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
    }


@problem.answer(marks=3)
def shape(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    r"""The batch size stays, each filter makes one channel, and along height and width a kernel fits
    $\lfloor (\ell + 2p - k)/s \rfloor + 1$ times into a length $\ell$, with kernel size $k$, padding $p$ on both ends
    and stride $s$: the first place, and one more for each whole stride that is left.
    """
    return convolution.output_shape(input_shape, filters, kernel, stride, padding)


@shape.trace("side", "length", r"room left: $\ell + 2p - k$", "whole strides", "places")
def _(input_shape: Shape, kernel: int, stride: int, padding: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for side, length in zip(("height", "width"), input_shape[2:], strict=True):
        room = length + 2 * padding - kernel
        rows.append((side, length, room, room // stride, room // stride + 1))
    return rows


def with_sides(input_shape: Shape, filters: int, height: int, width: int) -> Shape:
    return Shape((input_shape[0], filters, height, width))


@shape.slip("pads one side only")
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    height, width = ((length + padding - kernel) // stride + 1 for length in input_shape[2:])
    return with_sides(input_shape, filters, height, width)


@shape.slip("rounds up")
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    height, width = (-(-(length + 2 * padding - kernel) // stride) + 1 for length in input_shape[2:])
    return with_sides(input_shape, filters, height, width)


@shape.slip("forgets the + 1")
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    height, width = ((length + 2 * padding - kernel) // stride for length in input_shape[2:])
    return with_sides(input_shape, filters, height, width)


@shape.slip("keeps the input's channels")
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    return shape(input_shape, input_shape[1], kernel, stride, padding)


@shape.slip("swaps n and c")
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    n, c, height, width = shape(input_shape, filters, kernel, stride, padding)
    return Shape((c, n, height, width))


@shape.check
def _(input_shape: Shape, filters: int, kernel: int, stride: int, padding: int) -> Shape:
    """Slide the kernel along each side of a padded row of ones, and count the places where it lies on it whole."""

    def places(length: int) -> int:
        padded = length + 2 * padding
        return sum(1 for start in range(0, padded, stride) if start + kernel <= padded)

    n, _, height, width = input_shape
    return Shape((n, sum(1 for _ in range(filters)), places(height), places(width)))
