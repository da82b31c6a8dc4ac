"""How much of the input one output pixel of a stack of convolutions sees."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise, product
from math import prod
from typing import TypeAlias

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Shape
from markscheme.kinds import Numbers
from markscheme.mechanisms import convolution
from markscheme.pictures import Picture, receptive_fields
from markscheme.text.notation import Line, Notation, Number, Symbol

Sizes: TypeAlias = tuple[int, ...]
"""A number for each layer, from the input on."""

problem = Problem(
    "convolution/receptive_field",
    version=1,
    title="Receptive field of a stack",
    source="EECS 182 midterm, Spring 2023, question 3(d)ii",
    lab=trained("receptive_fields"),
    symbols={
        "kernels": "k", "strides": "s", "dilations": "d", "jumps": "j", "fields": "r", "size": r"\text{field}",
    },
    text=r"""
    Convolution layers stand on top of each other. Their square kernels have sides $k = ([[kernels]])$, their strides
    are $s = ([[strides]])$ and their dilations $d = ([[dilations]])$, each in order from the input on; a dilation of 1
    leaves a kernel as it is. The *receptive field* of an output pixel is the smallest square of pixels of the
    input image that holds all those on which it depends. How large is the receptive field of a pixel that comes out of
    the last layer, far from the borders?
    """,
)  # fmt: skip


@problem.givens(kernels=Numbers(), strides=Numbers(), dilations=Numbers())
def draw(rng: Draw, *, layers: int = 3) -> dict[str, object]:
    if not 2 <= layers <= 4:
        raise ValueError(f"a stack has from 2 to 4 layers, not {layers}")
    strides, dilations = [list[int](rng.choices(sizes, layers)) for sizes in ((1, 2), (1, 1, 2))]
    strides[rng.below(layers - 1)] = rng.int(2, 3)  # the stride of the last layer does not matter
    dilations[rng.below(layers)] = rng.int(2, 3)
    return {"kernels": rng.choices((2, 3, 4, 5), layers), "strides": tuple(strides), "dilations": tuple(dilations)}


@problem.step(kind=Numbers())
def jumps(strides: Sizes) -> Sizes:
    r"""Neighboring inputs of layer $i$ lie $j_i = s_1 \cdots s_{i-1}$ pixels of the image apart: each stride counts for
    all layers after its own, and that of the last layer for none.
    """
    return convolution.jumps(strides)


@problem.step(kind=Numbers())
def fields(kernels: Sizes, strides: Sizes, dilations: Sizes) -> Sizes:
    r"""A pixel of the image sees itself: $r_0 = 1$. The first and the last entry of the kernel of layer $i$ lie
    $(k_i - 1)\, d_i$ inputs of that layer apart, which are $(k_i - 1)\, d_i\, j_i$ pixels of the image. By so much
    the field grows.
    """
    return convolution.receptive_field(kernels, strides, dilations)


@fields.trace("layer", "$k$", "$d$", "$j$", r"grows by $(k - 1) \, d \, j$", "side of the field")
def _(kernels: Sizes, dilations: Sizes, jumps: Sizes, fields: Sizes) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for i, (k, d, j, (before, after)) in enumerate(
        zip(kernels, dilations, jumps, pairwise((1, *fields)), strict=True), 1
    ):
        grows = written(k - 1, "·", d, "·", j, "=", after - before)
        rows.append((i, k, d, j, grows, written(before, "+", after - before, "=", after)))
    return rows


def written(*parts: int | str) -> Line:
    notations: list[Notation] = [Symbol(part) if isinstance(part, str) else Number(str(part)) for part in parts]
    return Line(tuple(notations))


@problem.answer(marks=3, label=r"height $\times$ width of the field")
def size(fields: Sizes) -> Shape:
    """The field of a pixel of the last layer is a square, and its side is the last of these."""
    return square(fields[-1])


def square(side: int) -> Shape:
    return Shape((side, side))


def side_of(kernels: Sequence[int], dilations: Sequence[int], jumps: Sequence[int]) -> int:
    return 1 + sum([(k - 1) * d * j for k, d, j in zip(kernels, dilations, jumps, strict=True)])


@size.slip("adds the sides of the kernels")
def _(kernels: Sizes) -> Shape:
    return square(sum(kernels))


@size.slip("multiplies the sides of the kernels")
def _(kernels: Sizes) -> Shape:
    return square(prod(kernels))


@size.slip("ignores the dilations")
def _(kernels: Sizes, dilations: Sizes, jumps: Sizes) -> Shape | None:
    return square(side_of(kernels, [1] * len(kernels), jumps)) if max(dilations) > 1 else None


@size.slip("puts d zeros into each gap, not d − 1")
def _(kernels: Sizes, dilations: Sizes, jumps: Sizes) -> Shape:
    return square(side_of(kernels, [d + 1 for d in dilations], jumps))


@size.slip("ignores the strides")
def _(kernels: Sizes, strides: Sizes, dilations: Sizes) -> Shape | None:
    return square(side_of(kernels, dilations, [1] * len(kernels))) if max(strides[:-1]) > 1 else None


@size.slip("counts each stride for its own layer already")
def _(kernels: Sizes, strides: Sizes, dilations: Sizes) -> Shape | None:
    return square(side_of(kernels, dilations, list(accumulate(strides, int.__mul__)))) if max(strides) > 1 else None


@size.slip("counts each stride for the next layer alone", may_coincide=True)
def _(kernels: Sizes, strides: Sizes, dilations: Sizes) -> Shape:
    return square(side_of(kernels, dilations, (1, *strides[:-1])))


@size.slip("carries the dilations on like strides")
def _(kernels: Sizes, strides: Sizes, dilations: Sizes) -> Shape | None:
    if max(dilations[:-1]) == 1:
        return None
    return square(
        side_of(kernels, dilations, convolution.jumps([s * d for s, d in zip(strides, dilations, strict=True)]))
    )


@size.slip("looks at the last layer alone")
def _(kernels: Sizes, dilations: Sizes) -> Shape:
    return square(1 + (kernels[-1] - 1) * dilations[-1])


@size.slip("adds up the widened kernels")
def _(kernels: Sizes, dilations: Sizes, jumps: Sizes) -> Shape:
    return square(side_of(kernels, dilations, jumps) + len(kernels) - 1)


@size.slip("forgets the first pixel")
def _(fields: Sizes) -> Shape:
    return square(fields[-1] - 1)


@size.slip("takes the layers in the wrong order", may_coincide=True)
def _(kernels: Sizes, strides: Sizes, dilations: Sizes) -> Shape:
    return square(side_of(kernels[::-1], dilations[::-1], convolution.jumps(strides[::-1])))


@size.slip("counts the pixels of the square")
def _(fields: Sizes) -> Shape:
    return Shape((fields[-1] ** 2,))


@size.slip("gives one side alone", marks=2)
def _(fields: Sizes) -> Shape:
    return Shape((fields[-1],))


@problem.figure()
def stack(kernels: Sizes, strides: Sizes, dilations: Sizes, jumps: Sizes, fields: Sizes) -> Picture:
    return receptive_fields(kernels, strides, dilations, jumps, fields)


@problem.check
def _(kernels: Sizes, strides: Sizes, dilations: Sizes) -> dict[str, object]:
    """Change the image, one row or one column at a time, and see which of them move two neighbors in the output."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    layers = list(zip(kernels, strides, dilations, strict=True))

    @cache
    def moved(depth: int, axis: int) -> list[list[int]]:
        """The rows (or columns) of the image that move the first output of the first layers, and the second one."""
        room = 2
        for k, s, d in layers[:depth][::-1]:
            room = s * (room - 1) + d * (k - 1) + 1
        images = np.zeros((room, room, room), dtype=bool)
        images[range(room), range(room)] = True  # the i-th image is nothing but its i-th row
        x = images if axis == 0 else images.transpose(0, 2, 1)
        for k, s, d in layers[:depth]:
            places = (x.shape[1] - d * (k - 1) - 1) // s + 1
            steps = [slice(d * a, d * a + s * (places - 1) + 1, s) for a in range(k)]
            y = np.zeros((room, places, places), dtype=bool)
            for down, across in product(steps, steps):
                y |= x[:, down, across]
            x = y
        neighbor = (1, 0) if axis == 0 else (0, 1)
        return [np.flatnonzero(x[:, i, j]).tolist() for i, j in ((0, 0), neighbor)]

    def side(depth: int, axis: int) -> int:
        first, _ = moved(depth, axis)
        return max(first) - min(first) + 1

    seen = [moved(depth, 0) for depth in range(len(layers))]
    return {
        "jumps": [min(second) - min(first) for first, second in seen],
        "fields": [side(depth + 1, 0) for depth in range(len(layers))],
        "size": [side(len(layers), axis) for axis in (0, 1)],
    }
