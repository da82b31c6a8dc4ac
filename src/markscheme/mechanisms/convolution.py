"""Convolution layers: what shape comes out, and what numbers.

Deep-learning libraries call cross-correlation "convolution". Here `cross_correlate` slides the kernel as it is,
`convolve` turns it by half a turn first. Arithmetic after Dumoulin and Visin, "A guide to convolution arithmetic for
deep learning" (https://arxiv.org/abs/1603.07285); dilation after Yu and Koltun, "Multi-scale context aggregation by
dilated convolutions" (https://arxiv.org/abs/1511.07122); receptive fields after Araujo, Norris and Sim, "Computing
receptive fields of convolutional neural networks" (https://distill.pub/2019/computing-receptive-fields).
EECS 182 midterm, Spring 2023, question 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate, product
from math import prod
from operator import mul
from typing import Any, NamedTuple, TypeAlias, cast

from markscheme.exact import Matrix, Rational, Shape, over_one
from markscheme.mechanisms.arrays import Array, device, namespace, per_side, refuse_shape

Padding: TypeAlias = "int | str | Sequence[int] | Sequence[tuple[int, int]]"
Direction = tuple[int, int]
"""A step in a picture: so many rows down and so many columns to the right, each -1, 0 or 1."""
Rows = Sequence[Sequence[Rational]]
"""A picture or a kernel, row by row: a `Matrix`, or any sequence of rows of one length."""


def output_length(length: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    r"""Number of places where a kernel fits along one side of its input.

    $\lfloor (\ell + 2p - d(k - 1) - 1)/s \rfloor + 1$ for an input of `length` $\ell$ with `padding` $p$ on both ends,
    a kernel of $k$ entries that are `dilation` $d$ apart, and `stride` $s$ (Dumoulin and Visin, relation 15).

    >>> output_length(32, 3, stride=1, padding=1)
    32
    >>> output_length(32, 4, stride=2)
    15
    >>> output_length(3, 2, dilation=2)
    1
    >>> output_length(3, 5)
    Traceback (most recent call last):
    ValueError: a kernel must fit into its padded input, not span 5 entries of 3

    Raises `ValueError` if the kernel does not fit, if `length`, `kernel`, `stride` or `dilation` is below 1, or
    `padding` below 0.
    """
    room = length + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0 or length < 1 or kernel < 1 or stride < 1 or padding < 0 or dilation < 1:
        raise _refusal(length, kernel, stride, padding, dilation)
    return room // stride + 1


def output_shape(
    input_shape: Sequence[int], filters: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Shape:
    r"""Shape $[n, f, h', w']$ of what `filters` $f$ square kernels make of an input of shape $[n, c, h, w]$.

    Each filter spans all $c$ channels and makes one channel of the output; `output_length` gives $h'$ and $w'$.

    >>> output_shape((10, 3, 32, 32), filters=64, kernel=4, stride=2)
    Shape((10, 64, 15, 15))

    Raises `ValueError` if `input_shape` has not four entries, each at least 1, if there is no filter, and where
    `output_length` does.
    """
    if len(input_shape) != 4:
        raise ValueError(
            f"the input of a convolution layer has a shape [n, c, h, w], not one of {len(input_shape)} entries"
        )
    images, channels, height, width = input_shape
    if images < 1 or channels < 1 or filters < 1:
        raise ValueError(
            f"there must be at least one image, channel and filter, not {images}, {channels} and {filters} of them"
        )
    return Shape(
        (
            images,
            filters,
            output_length(height, kernel, stride, padding, dilation),
            output_length(width, kernel, stride, padding, dilation),
        )
    )


def dilate(kernel: Rows, dilation: int) -> Matrix:
    """The kernel with `dilation - 1` rows and columns of zeros put between its own.

    A kernel of h × w entries becomes one of `dilation * (h - 1) + 1` × `dilation * (w - 1) + 1`.

    >>> dilate([(1, 2), (3, 4)], 2)
    Matrix(((1, 0, 2), (0, 0, 0), (3, 0, 4)))

    Raises `ValueError` if `dilation` is below 1, and for an empty or a ragged kernel.
    """
    if dilation < 1:
        raise ValueError(f"a dilation must be at least 1, not {dilation}")
    height, width = _size(kernel, "kernel")
    rows: list[list[Rational]] = [[0] * (dilation * (width - 1) + 1) for _ in range(dilation * (height - 1) + 1)]
    for spread, row in zip(rows[::dilation], kernel, strict=True):
        spread[::dilation] = row
    return Matrix(rows)


def cross_correlate(image: Rows, kernel: Rows, stride: int = 1, padding: int = 0, dilation: int = 1) -> Matrix:
    r"""The kernel laid on every place of the image where it fits: products summed, the kernel as it is.

    $Y_{ij} = \sum_{a,b} K_{ab}\, X_{si + da - p,\; sj + db - p}$ with zeros outside the image (`padding` $p$). Image
    and kernel may be any sizes that fit; the output has `output_length` rows and columns.

    >>> cross_correlate([(1, 2, 3), (4, 5, 6), (7, 8, 9)], [(1, 1), (1, 1)], dilation=2)
    Matrix(((20,),))
    >>> cross_correlate([(1, 2), (3, 4)], [(0, 1)], padding=1)
    Matrix(((0, 0, 0), (1, 2, 0), (3, 4, 0), (0, 0, 0)))

    Raises `ValueError` for an empty or ragged image or kernel, and where `output_length` does.
    """
    height, width = _size(image, "image")
    kernel_height, wide = _size(kernel, "kernel")
    down = output_length(height, kernel_height, stride, padding, dilation)
    across = output_length(width, wide, stride, padding, dilation)
    if any([type(entry) is Fraction for row in kernel for entry in row]):
        weights, entries = _over_one(kernel), _over_one(image)
        if weights and entries:
            whole = cross_correlate(entries[0], weights[0], stride, padding, dilation)
            below = entries[1] * weights[1]
            return Matrix([[Fraction(int(entry), below) for entry in row] for row in whole])
    padded: Rows = image
    if padding:
        side, empty = (0,) * padding, (0,) * (width + 2 * padding)
        padded = [empty] * padding + [(*side, *row, *side) for row in image] + [empty] * padding
    columns = range(0, across * stride, stride)
    if dilation == 1:  # the kernel's rows lie on rows of the picture
        return Matrix([
            [sum([_dot(row, padded[i + a][j : j + wide]) for a, row in enumerate(kernel)]) for j in columns]
            for i in range(0, down * stride, stride)
        ])  # fmt: skip
    taps = [(dilation * a, dilation * b, entry) for a, row in enumerate(kernel) for b, entry in enumerate(row)]
    return Matrix([
        [sum([entry * padded[i + a][j + b] for a, b, entry in taps]) for j in columns]
        for i in range(0, down * stride, stride)
    ])  # fmt: skip


def _over_one(rows: Rows) -> tuple[Rows, int] | None:
    """Whole numbers and fractions as whole numbers over one denominator; None for anything else."""
    flat = [entry for row in rows for entry in row]
    if {*map(type, flat)} == {int}:
        return rows, 1
    found = over_one(flat)
    if found is None:
        return None
    above, below = found
    width = len(rows[0])
    return [above[start : start + width] for start in range(0, len(flat), width)], below


def _dot(one: Sequence[Rational], other: Sequence[Rational]) -> Rational:
    return sum(map(mul, one, other))  # pyright: ignore[reportArgumentType, reportUnknownVariableType]


def convolve(image: Rows, kernel: Rows, stride: int = 1, padding: int = 0, dilation: int = 1) -> Matrix:
    """The convolution of mathematics: `cross_correlate` with the kernel turned by half a turn.

    Only the places where the (dilated) kernel lies within the padded image are computed, as in `cross_correlate`.

    >>> convolve([(1, 2), (3, 4)], [(1, 0), (0, 0)])
    Matrix(((4,),))
    >>> cross_correlate([(1, 2), (3, 4)], [(1, 0), (0, 0)])
    Matrix(((1,),))

    Raises `ValueError` where `cross_correlate` does.
    """
    return cross_correlate(image, [row[::-1] for row in kernel][::-1], stride, padding, dilation)


def step_edge(
    height: int, width: int, toward: Direction, through: tuple[int, int], dark: Rational, light: Rational
) -> Matrix:
    r"""A picture of two grays that meet in one straight edge.

    $X_{ij}$ is `light` where $u(i - r) + v(j - c) \ge 0$, else `dark`, with `toward` $(u, v)$ and `through` $(r, c)$
    counted from 0: whatever lies `toward` of `through` is light.

    >>> step_edge(2, 4, toward=(0, 1), through=(0, 2), dark=0, light=9)
    Matrix(((0, 0, 9, 9), (0, 0, 9, 9)))

    Raises `ValueError` for an empty picture, and where `toward` is no direction.
    """
    _check_direction(toward)
    if height < 1 or width < 1:
        raise ValueError(f"a picture has at least one row and one column, not {height} and {width}")
    (u, v), (r, c) = toward, through
    return Matrix([
        [light if u * (i - r) + v * (j - c) >= 0 else dark for j in range(width)] for i in range(height)
    ])  # fmt: skip


def compass_kernel(toward: Direction) -> Matrix:
    r"""The 3×3 kernel that answers edges across which a picture gets lighter `toward` a direction.

    $K_{ab} = \operatorname{sgn}(u(a - 1) + v(b - 1))$ for `toward` = $(u, v)$ and $a, b$ from 0. The eight of them are
    the compass operators of Prewitt, "Object enhancement and extraction" (1970), with a middle of 0.

    >>> compass_kernel((0, 1))
    Matrix(((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)))
    >>> compass_kernel((0, 0))
    Traceback (most recent call last):
    ValueError: a direction has steps of -1, 0 or 1, not all 0: not (0, 0)

    Raises `ValueError` where `toward` is no direction.
    """
    _check_direction(toward)
    u, v = toward
    along = [[u * a + v * b for b in (-1, 0, 1)] for a in (-1, 0, 1)]
    return Matrix([[(step > 0) - (step < 0) for step in row] for row in along])


def strongest_answer(image: Rows, kernel: Rows) -> tuple[Rational, Matrix]:
    r"""The answer of a kernel that is largest in size, $|Y_{ij}|$, and the window of the picture that it lies on there.

    $Y$ is what `cross_correlate` gives. The answer keeps its sign; of several windows it is the first.

    >>> strongest_answer([(0, 0, 9, 5)], [(1, -1)])
    (-9, Matrix(((0, 9),)))

    Raises `ValueError` where `cross_correlate` does.
    """
    answers = cross_correlate(image, kernel)
    places = [(i, j) for i, row in enumerate(answers) for j in range(len(row))]
    i, j = max(places, key=lambda place: abs(answers[place[0]][place[1]]))
    height, width = _size(kernel, "kernel")
    return answers[i][j], Matrix([row[j : j + width] for row in image[i : i + height]])


def center_weighted(size: int, center: Rational) -> Matrix:
    r"""A blur of `size` × `size` weights that sum to 1: `center` in the middle, and equal shares around it.

    $K_{ab} = (1 - m)/(n^2 - 1)$ but for the middle, $m$ = `center`; with $m = 1/n^2$ it is the mean of the window.

    >>> center_weighted(3, Fraction(1, 5))[1]
    (Fraction(1, 10), Fraction(1, 5), Fraction(1, 10))

    Raises `ValueError` unless `size` is odd and at least 3.
    """
    if size < 3 or size % 2 == 0:
        raise ValueError(f"a window around a pixel has an odd side of at least 3, not {size}")
    share, middle = (1 - Fraction(center)) / (size * size - 1), size // 2
    return Matrix([[center if a == b == middle else share for b in range(size)] for a in range(size)])


def _check_direction(toward: Direction) -> None:
    if not any(toward) or not {-1, 0, 1}.issuperset(toward):
        raise ValueError(f"a direction has steps of -1, 0 or 1, not all 0: not {toward}")


def jumps(strides: Sequence[int]) -> tuple[int, ...]:
    r"""For each layer of a stack, how many pixels of the image lie between two neighboring inputs of that layer.

    $j_i = s_1 \cdots s_{i-1}$ for the strides $s_i$ from the image on: one number a layer, the first is 1.

    >>> jumps((2, 1, 3))
    (1, 2, 2)

    Raises `ValueError` if a stride is below 1.
    """
    _all_positive("stride", strides)
    return tuple([*accumulate(strides[:-1], mul, initial=1)][: len(strides)])


def receptive_field(kernels: Sequence[int], strides: Sequence[int], dilations: Sequence[int]) -> tuple[int, ...]:
    r"""Side of the receptive field of one pixel after each layer of a stack: as many numbers as layers.

    $r_i = r_{i-1} + (k_i - 1)\, d_i\, j_i$ with $r_0 = 1$, for square kernels of side $k_i$, dilations $d_i$ and
    `jumps` $j_i$ (Araujo, Norris and Sim, on single-path networks). The field is the smallest square of image pixels
    that holds all those on which the pixel depends, far from the borders; padding moves it, and does not widen it.

    >>> receptive_field((3, 3, 3), strides=(1, 1, 1), dilations=(1, 2, 4))
    (3, 7, 15)
    >>> receptive_field((3, 3), strides=(2, 1), dilations=(1, 1))
    (3, 7)

    Raises `ValueError` if the layers have not each a kernel, a stride and a dilation, all at least 1.
    """
    if not len(kernels) == len(strides) == len(dilations):
        raise ValueError(
            f"each layer has a kernel, a stride and a dilation, not {len(kernels)}, {len(strides)} and {len(dilations)}"
        )
    _all_positive("kernel", kernels)
    _all_positive("dilation", dilations)
    added = [(k - 1) * d * j for k, d, j in zip(kernels, dilations, jumps(strides), strict=True)]
    return tuple(accumulate(added, initial=1))[1:]


def _all_positive(what: str, sizes: Sequence[int]) -> None:
    for size in sizes:
        if size < 1:
            raise ValueError(f"a {what} must be at least 1, not {size}")


def _size(rows: Rows, what: str) -> tuple[int, int]:
    """Height and width of a picture, or a complaint."""
    if isinstance(rows, Matrix) and rows and rows[0]:
        return rows.shape
    widths = {len(row) for row in rows}
    if len(widths) != 1 or 0 in widths:
        raise ValueError(f"the {what} must have rows of one length, at least 1, not {[len(row) for row in rows]}")
    return len(rows), widths.pop()


def _refusal(length: int, kernel: int, stride: int, padding: int, dilation: int) -> ValueError:
    """What is wrong with these sizes, in a sentence."""
    for name, value in (("length", length), ("kernel", kernel), ("stride", stride), ("dilation", dilation)):
        if value < 1:
            return ValueError(f"a {name} must be at least 1, not {value}")
    if padding < 0:
        return ValueError(f"a padding must be at least 0, not {padding}")
    span = dilation * (kernel - 1) + 1
    return ValueError(f"a kernel must fit into its padded input, not span {span} entries of {length + 2 * padding}")


# Stacks


class Layer(NamedTuple):
    """A layer of a stack, along one side of the picture."""

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1


class Geometry(NamedTuple):
    """Where a stack has come to, along one side: how long its output is, and what one pixel of that sees.

    Neighboring pixels of the output see fields of `field` pixels, whose centers lie `jump` pixels of the image apart;
    the center of the first lies at `start`, counted from 0, and may lie outside the image where there is padding.
    """

    size: int
    jump: int
    start: float
    field: int


def stack_geometry(length: int, layers: Iterable[tuple[int, int, int, int]]) -> Geometry:
    r"""The geometry after a stack of layers, each a `Layer` or (kernel, stride, padding, dilation).

    $j_i = j_{i-1} s_i$, $r_i = r_{i-1} + (k_i - 1) d_i j_{i-1}$,
    $c_i = c_{i-1} + \left(\tfrac{1}{2} d_i (k_i - 1) - p_i\right) j_{i-1}$ (Araujo, Norris and Sim).

    >>> stack_geometry(224, [Layer(7, 2, 3), Layer(3, 2, 1)])
    Geometry(size=56, jump=4, start=0.0, field=11)

    Raises `ValueError` where `output_length` does.
    """
    jump, field, twice_start = 1, 1, 0
    for kernel, stride, padding, dilation in layers:
        length = output_length(length, kernel, stride, padding, dilation)
        span = dilation * (kernel - 1)
        field += span * jump
        twice_start += (span - 2 * padding) * jump
        jump *= stride
    return Geometry(length, jump, twice_start / 2, field)


def trace_stack(length: int, layers: Sequence[tuple[int, int, int, int]]) -> tuple[Geometry, ...]:
    """The geometry after each layer of a stack.

    >>> [it.field for it in trace_stack(32, [Layer(3), Layer(3, 1, 0, 2), Layer(3, 1, 0, 4)])]
    [3, 7, 15]

    Raises `ValueError` where `output_length` does.
    """
    return tuple([stack_geometry(length, layers[:depth]) for depth in range(1, len(layers) + 1)])


def receptive_mask(layers: Sequence[tuple[int, int, int, int]]) -> tuple[bool, ...]:
    """Which pixels of its field one output pixel really depends on, along one side: a dilated stack has holes.

    In n dimensions a pixel counts where it does along each side.

    >>> receptive_mask([Layer(2, dilation=3), Layer(2)])
    (True, True, False, True, True)

    Raises `ValueError` for layers below 1 in kernel, stride or dilation.
    """
    seen = {0}
    for kernel, stride, _, dilation in reversed(layers):
        _all_positive("kernel", [kernel])
        _all_positive("stride", [stride])
        _all_positive("dilation", [dilation])
        seen = {place * stride + tap * dilation for place in seen for tap in range(kernel)}
    return tuple([place in seen for place in range(max(seen) + 1)])


def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """Zeros before and after that keep a length at stride 1; the odd one goes to the end, as in TensorFlow and torch.

    >>> same_padding(3), same_padding(4)
    ((1, 1), (1, 2))
    """
    _all_positive("kernel", [kernel])
    _all_positive("dilation", [dilation])
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2


def transposed_length(
    length: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, output_padding: int = 0
) -> int:
    r"""Number of entries that a transposed convolution makes of `length`: $(\ell - 1)s - 2p + d(k - 1) + o + 1$.

    Source: Dumoulin and Visin, relation 14, with dilation; $o$ is `output_padding`, below the stride or the dilation.

    >>> transposed_length(15, 4, stride=2, padding=1)
    30

    Raises `ValueError` for sizes out of range, or an output of no entries.
    """
    if min(length, kernel, stride, dilation) < 1 or min(padding, output_padding) < 0:
        raise _refusal(length, kernel, stride, padding, dilation)
    if output_padding >= max(stride, dilation):
        raise ValueError(f"an output padding lies below the stride or the dilation, not at {output_padding}")
    made = (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if made < 1:
        raise ValueError(f"a transposed convolution must leave at least 1 entry, not {made}: its padding is too large")
    return made


def parameter_count(channels: int, filters: int, kernel: Sequence[int], groups: int = 1, *, bias: bool = True) -> int:
    r"""Parameters of a convolution layer: $f \cdot c/g \cdot k_1 \cdots k_d$, and a bias for each filter.

    >>> parameter_count(3, 64, (3, 3))
    1792

    Raises `ValueError` unless `groups` part channels and filters evenly.
    """
    _refuse_groups(channels, filters, groups)
    return filters * (channels // groups * prod(kernel) + bias)


# Layers on arrays


def convolution_layer(
    x: Array, weight: Array, bias: Array | None = None, *, stride: int | Sequence[int] = 1,
    padding: Padding = 0, dilation: int | Sequence[int] = 1, groups: int = 1,
) -> Array:  # fmt: skip
    r"""What deep-learning libraries call a convolution: each filter cross-correlated with all channels, in any number
    of dimensions.

    `x` is n × c × sides, `weight` f × c/groups × kernel, `bias` has f entries; the output is n × f × sides, of the
    library and type of the input. `padding` is a number, one a side, a pair (before, after) a side, "same" (at stride
    1) or "valid". Computed tap by tap: as many products of matrices as the kernel has entries.

    >>> import numpy as np
    >>> convolution_layer(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), dilation=2)
    array([[[[4.]]]])

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(x, weight, bias)
    sides = x.ndim - 2
    if sides < 1 or weight.ndim != x.ndim:
        raise ValueError(f"x is n × c × sides and the weight f × c × kernel, not {x.shape} and {weight.shape}")
    (images, channels, *lengths), (filters, own, *kernel) = x.shape, weight.shape
    _refuse_groups(channels, filters, groups)
    if own * groups != channels:
        raise ValueError(f"weight {weight.shape} must have {channels // groups} channels on axis 1 for x {x.shape} in "
                         f"{groups} group{'s' if groups > 1 else ''}, not {own}")  # fmt: skip
    if bias is not None:
        refuse_shape("bias", bias, (filters,))
    strides, dilations = per_side(stride, sides, "stride"), per_side(dilation, sides, "dilation")
    around = _paddings(padding, kernel, strides, dilations)
    made = [
        _padded_length(length, k, s, sum(pad), d)
        for length, k, s, pad, d in zip(lengths, kernel, strides, around, dilations, strict=True)
    ]
    padded = x
    if any(map(any, around)):
        full = [length + before + after for length, (before, after) in zip(lengths, around, strict=True)]
        padded = xp.zeros((images, channels, *full), dtype=x.dtype, device=device(x))
        inner = [slice(before, before + length) for length, (before, _) in zip(lengths, around, strict=True)]
        padded[(slice(None), slice(None), *inner)] = x
    parts = [
        _correlated(
            xp, padded[:, first * own : (first + 1) * own, ...],
            weight[first * (filters // groups) : (first + 1) * (filters // groups), ...], made, strides, dilations,
        )
        for first in range(groups)
    ]  # fmt: skip
    y = parts[0] if groups == 1 else xp.concat(parts, axis=1)
    return y if bias is None else y + xp.reshape(bias, (1, filters, *[1] * sides))


def transposed_layer(
    x: Array, weight: Array, bias: Array | None = None, *, stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0, dilation: int | Sequence[int] = 1, output_padding: int | Sequence[int] = 0,
) -> Array:  # fmt: skip
    """The transpose of `convolution_layer`: each entry of the input lays the kernel, times itself, on the output.

    `x` is n × c × sides, `weight` c × f × kernel, `bias` has f entries; sides grow as in `transposed_length`.

    >>> import numpy as np
    >>> transposed_layer(np.asarray([[[1.0, 2.0]]]), np.asarray([[[1.0, 10.0]]]), stride=2)
    array([[[ 1., 10.,  2., 20.]]])

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(x, weight, bias)
    sides = x.ndim - 2
    if sides < 1 or weight.ndim != x.ndim or weight.shape[0] != x.shape[1]:
        raise ValueError(f"weight {weight.shape} must have the channels of x {x.shape}, its axis 1, on its axis 0")
    (images, _, *lengths), (_, filters, *kernel) = x.shape, weight.shape
    if bias is not None:
        refuse_shape("bias", bias, (filters,))
    strides, dilations = per_side(stride, sides, "stride"), per_side(dilation, sides, "dilation")
    pads, extra = per_side(padding, sides, "padding", 0), per_side(output_padding, sides, "output padding", 0)
    settings = list(zip(lengths, kernel, strides, pads, dilations, extra, strict=True))
    made = [transposed_length(*setting) for setting in settings]
    full = [length + 2 * pad for length, pad in zip(made, pads, strict=True)]
    y = xp.zeros((images, filters, *full), dtype=x.dtype, device=device(x))
    for tap in product(*map(range, kernel)):
        part = xp.tensordot(weight[(slice(None), slice(None), *tap)], x, axes=((0,), (1,)))
        places = [
            slice(t * d, t * d + (length - 1) * s + 1, s)
            for t, (length, _, s, _, d, _) in zip(tap, settings, strict=True)
        ]
        y[(slice(None), slice(None), *places)] += xp.permute_dims(part, (1, 0, *range(2, x.ndim)))
    y = y[(slice(None), slice(None), *[slice(p, p + length) for p, length in zip(pads, made, strict=True)])]
    return y if bias is None else y + xp.reshape(bias, (1, filters, *[1] * sides))


def _correlated(
    xp: Any, padded: Array, weight: Array, made: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> Array:
    total: Array = None
    for tap in product(*map(range, weight.shape[2:])):
        places = [
            slice(t * d, t * d + (length - 1) * s + 1, s)
            for t, length, s, d in zip(tap, made, strides, dilations, strict=True)
        ]
        window = padded[(slice(None), slice(None), *places)]
        part = xp.tensordot(weight[(slice(None), slice(None), *tap)], window, axes=((1,), (1,)))
        total = part if total is None else total + part
    return xp.permute_dims(total, (1, 0, *range(2, padded.ndim)))


def _paddings(
    padding: Padding, kernel: Sequence[int], strides: Sequence[int], dilations: Sequence[int]
) -> list[tuple[int, int]]:
    """Zeros before and after each side."""
    if padding == "valid":
        return [(0, 0)] * len(kernel)
    if padding == "same":
        if any(s != 1 for s in strides):
            raise ValueError(f'"same" padding keeps lengths at stride 1, not at {tuple(strides)}')
        return [same_padding(k, d) for k, d in zip(kernel, dilations, strict=True)]
    if isinstance(padding, str):
        raise ValueError(  # noqa: TRY004 (a word that is none of the two)
            f'a padding is a number, one a side, a pair a side, "same" or "valid", not {padding!r}'
        )
    if isinstance(padding, int) or all(isinstance(pad, int) for pad in padding):
        return [(pad, pad) for pad in per_side(cast("int | Sequence[int]", padding), len(kernel), "padding", 0)]
    pairs = cast("Sequence[tuple[int, int]]", padding)
    flat = per_side([pad for pair in pairs for pad in pair], 2 * len(kernel), "padding", 0)
    return list(zip(flat[::2], flat[1::2], strict=True))


def _padded_length(length: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    room = length + padding - dilation * (kernel - 1) - 1
    if room < 0 or length < 1 or kernel < 1:
        raise ValueError(f"a kernel must fit into its padded input, not span {dilation * (kernel - 1) + 1} entries of "
                         f"{length + padding}")  # fmt: skip
    return room // stride + 1


def _refuse_groups(channels: int, filters: int, groups: int) -> None:
    if groups < 1 or channels % groups or filters % groups:
        raise ValueError(f"groups part {channels} channels and {filters} filters evenly, not into {groups}")
