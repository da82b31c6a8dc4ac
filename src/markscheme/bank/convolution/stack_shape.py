"""The size of the vector into which the output of a stack of convolutions is flattened."""

from itertools import accumulate
from typing import TypeAlias

from markscheme import Draw, Problem
from markscheme.kinds import Numbers
from markscheme.mechanisms import convolution

Sizes: TypeAlias = tuple[int, ...]
"""A number for each layer, from the input on."""
WHOLE = Numbers(whole=True)

problem = Problem(
    "convolution/stack_shape",
    version=2,
    title="From convolutions to a fully connected layer",
    source="CSC 671 midterm, question 9",
    symbols={
        "side": r"\ell_0", "channels": "c_0", "filters": "f", "kernels": "k", "strides": "s", "paddings": "p",
        "sides": r"\ell", "flattened": "n",
    },
    text=r"""
    Square images of [[side]] × [[side]] pixels with [[channels]] channels pass convolution layers, one after the other.
    In order from the input on, the layers have $f = ([[filters]])$ filters, square kernels of sides
    $k = ([[kernels]])$, strides $s = ([[strides]])$ and paddings $p = ([[paddings]])$ on each side of their input.
    """,
)  # fmt: skip
a = problem.part("a", "How many pixels high, and wide, is what each of the layers puts out?")
b = problem.part(
    "b",
    "The output of the last layer is flattened, image by image, into a vector for a fully connected layer. How many "
    "numbers are in it?",
)


@problem.givens(filters=WHOLE, kernels=WHOLE, strides=WHOLE, paddings=WHOLE)
def draw(rng: Draw, *, layers: int = 3) -> dict[str, object]:
    """Drawn from the last layer back, with a part of a stride left over in most layers."""
    if not 2 <= layers <= 4:
        raise ValueError(f"a stack has from 2 to 4 layers, not {layers}")
    side = rng.int(4, 9)
    rows: list[tuple[int, int, int]] = []
    for _ in range(layers):
        stride = rng.int(2, 3)
        padding = rng.int(1, 2)
        kernel = padding + rng.int(1, 3)
        side = (side - 1) * stride + kernel - 2 * padding + rng.int(0, stride - 1)
        rows.append((kernel, stride, padding))
    kernels, strides, paddings = zip(*reversed(rows), strict=True)
    first, growth = rng.int(4, 9), rng.choices((1, 2, 2, 3), layers)
    return {
        "side": side,
        "channels": rng.choice((1, 3)),
        "filters": tuple(accumulate(growth, lambda f, times: f * times, initial=first))[1:],
        "kernels": kernels,
        "strides": strides,
        "paddings": paddings,
    }


@problem.answer(marks=2, part=a, kind=WHOLE, label="sides, layer by layer", scoring="per-entry")
def sides(side: int, kernels: Sizes, strides: Sizes, paddings: Sizes) -> Sizes:
    r"""A kernel of side $k_i$ fits $\ell_i = \lfloor (\ell_{i-1} + 2 p_i - k_i)/s_i \rfloor + 1$ times along a side of
    $\ell_{i-1}$ pixels with padding $p_i$ on both ends.
    """
    found = [side]
    for kernel, stride, padding in zip(kernels, strides, paddings, strict=True):
        found.append(convolution.output_length(found[-1], kernel, stride, padding))
    return tuple(found[1:])


@sides.require("each side is a whole number from 1")
def _(sides: Sizes) -> bool:
    return all([it >= 1 and it == int(it) for it in sides])


@sides.trace("layer", "side of the input", r"room left: $\ell_{i-1} + 2 p_i - k_i$", "whole strides", "side")
def _(side: int, kernels: Sizes, strides: Sizes, paddings: Sizes, sides: Sizes) -> list[tuple[object, ...]]:
    rows = zip((side, *sides), kernels, strides, paddings, sides, strict=False)
    return [
        (layer, length, length + 2 * p - k, (length + 2 * p - k) // s, found)
        for layer, (length, k, s, p, found) in enumerate(rows, 1)
    ]


def each(side: int, *layers: Sizes, room: int, fits: int, up: bool = False) -> Sizes | None:
    """The sides with so many paddings for each layer, so many places more, and rounded up or down."""
    found = [side]
    for kernel, stride, padding in zip(*layers, strict=True):
        left = found[-1] + room * padding - kernel
        found.append((-(-left // stride) if up else left // stride) + fits)
    return tuple(found[1:]) if min(found) > 0 else None


@sides.slip("pads one side only")
def _(side: int, kernels: Sizes, strides: Sizes, paddings: Sizes) -> Sizes | None:
    return each(side, kernels, strides, paddings, room=1, fits=1)


@sides.slip("forgets the padding")
def _(side: int, kernels: Sizes, strides: Sizes, paddings: Sizes) -> Sizes | None:
    return each(side, kernels, strides, paddings, room=0, fits=1) if any(paddings) else None


@sides.slip("forgets the + 1")
def _(side: int, kernels: Sizes, strides: Sizes, paddings: Sizes) -> Sizes | None:
    return each(side, kernels, strides, paddings, room=2, fits=0)


@sides.slip("rounds up", may_coincide=True)
def _(side: int, kernels: Sizes, strides: Sizes, paddings: Sizes) -> Sizes | None:
    return each(side, kernels, strides, paddings, room=2, fits=1, up=True)


@problem.answer(marks=2, part=b)
def flattened(sides: Sizes, filters: Sizes) -> int:
    """Each filter of the last layer makes one channel, and each channel has as many numbers as pixels: the last side
    squared. The earlier layers do not count any more.
    """
    return filters[-1] * sides[-1] ** 2


@flattened.slip("counts one channel")
def _(sides: Sizes) -> int:
    return sides[-1] ** 2


@flattened.slip("counts one side")
def _(sides: Sizes, filters: Sizes) -> int:
    return filters[-1] * sides[-1]


@flattened.slip("takes the channels of the images")
def _(sides: Sizes, channels: int, filters: Sizes) -> int | None:
    return channels * sides[-1] ** 2 if channels != filters[-1] else None


@flattened.slip("multiplies the filters of all layers")
def _(sides: Sizes, filters: Sizes) -> int:
    product = 1
    for count in filters:
        product *= count
    return product * sides[-1] ** 2


@flattened.slip("takes the input of the last layer", may_coincide=True)
def _(side: int, sides: Sizes, filters: Sizes) -> int:
    return ((0, *filters)[-2] or 1) * (side, *sides)[-2] ** 2


@problem.check
def _(side: int, channels: int, filters: Sizes, kernels: Sizes, strides: Sizes, paddings: Sizes) -> dict[str, object]:
    """Slide a kernel along a row of places, layer by layer, and count what comes out, number by number."""
    row, found = list(range(side)), list[int]()
    for k, s, p in zip(kernels, strides, paddings, strict=True):
        padded = [None] * p + [*row] + [None] * p
        row = [start for start in range(0, len(padded), s) if len(padded[start : start + k]) == k]
        found.append(len(row))
    outputs = [(channel, i, j) for channel in range(filters[-1]) for i in row for j in row]
    return {"sides": found, "flattened": len(outputs)}
