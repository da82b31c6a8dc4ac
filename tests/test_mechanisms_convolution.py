from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from markscheme.exact import Matrix, Shape
from markscheme.mechanisms.convolution import (
    center_weighted,
    compass_kernel,
    convolve,
    cross_correlate,
    dilate,
    jumps,
    output_length,
    output_shape,
    receptive_field,
    step_edge,
    strongest_answer,
)

SIZES = st.integers(1, 6)


def matrices(low: int = 1, high: int = 5) -> st.SearchStrategy[Matrix]:
    def fill(size: tuple[int, int]) -> st.SearchStrategy[Matrix]:
        row = st.lists(st.integers(-9, 9), min_size=size[1], max_size=size[1])
        return st.lists(row, min_size=size[0], max_size=size[0]).map(Matrix)

    return st.tuples(st.integers(low, high), st.integers(low, high)).flatmap(fill)


def slowly(image: Matrix, kernel: Matrix, stride: int, padding: int, dilation: int) -> list[list[int]]:
    """NumPy windows over a padded array, a kernel widened entry by entry: no code of the library."""
    padded = np.pad(np.array(image, dtype=object), padding)
    wide = np.zeros([dilation * (size - 1) + 1 for size in np.shape(kernel)], dtype=object)
    for (a, b), entry in np.ndenumerate(np.array(kernel, dtype=object)):
        wide[a * dilation, b * dilation] = entry
    windows = np.lib.stride_tricks.sliding_window_view(padded, wide.shape)
    return [[int((window * wide).sum()) for window in row[::stride]] for row in windows[::stride]]


@given(SIZES, SIZES, st.integers(1, 3), st.integers(0, 3), st.integers(1, 3))
def test_length_counts_places(length: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    """The output is as long as there are starts, a stride apart, at which every tap lies on the padded input."""
    inside = range(length + 2 * padding)
    starts = [s for s in inside[::stride] if all(s + dilation * tap in inside for tap in range(kernel))]
    if starts:
        assert output_length(length, kernel, stride, padding, dilation) == len(starts)
    else:
        with pytest.raises(ValueError, match="must fit"):
            output_length(length, kernel, stride, padding, dilation)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"length": 0}, "length must be at least 1, not 0"),
        ({"kernel": 0}, "kernel must be at least 1, not 0"),
        ({"stride": 0}, "stride must be at least 1, not 0"),
        ({"stride": -2}, "stride must be at least 1, not -2"),
        ({"dilation": 0}, "dilation must be at least 1, not 0"),
        ({"padding": -1}, "padding must be at least 0, not -1"),
        ({"kernel": 10}, "span 10 entries of 9"),
        ({"kernel": 4, "dilation": 3, "padding": 0}, "span 10 entries of 7"),
    ],
)
def test_refused_sizes(sizes: dict[str, int], message: str) -> None:
    """A size that means nothing is refused by the rule, then the offending value."""
    with pytest.raises(ValueError, match=message):
        output_length(**({"length": 7, "kernel": 3, "stride": 1, "padding": 1, "dilation": 1} | sizes))


def test_published_shapes() -> None:
    """The two shapes of question 3(a) are as printed."""
    assert output_shape((10, 3, 32, 32), 64, 3, stride=1, padding=1) == Shape((10, 64, 32, 32))
    assert output_shape((10, 3, 32, 32), 64, 4, stride=2, padding=0) == Shape((10, 64, 15, 15))


@pytest.mark.parametrize("shape", [(3, 32, 32), (0, 3, 32, 32), (1, 0, 32, 32)])
def test_refused_shapes(shape: tuple[int, ...]) -> None:
    """An input without images, channels or the four axes is refused."""
    with pytest.raises(ValueError, match="not"):
        output_shape(shape, 1, 3)


@given(matrices(), matrices(high=3), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_cross_correlation(image: Matrix, kernel: Matrix, stride: int, padding: int, dilation: int) -> None:
    """Cross-correlation is the sum of products over every window, and dilating first changes nothing."""
    assume(all(dilation * (k - 1) < n + 2 * padding for k, n in zip(kernel.shape, image.shape, strict=True)))
    result = cross_correlate(image, kernel, stride, padding, dilation)
    assert [list(row) for row in result] == slowly(image, kernel, stride, padding, dilation)
    assert result == cross_correlate(image, dilate(kernel, dilation), stride, padding)


@given(matrices(high=4), matrices(high=4))
def test_convolution_is_a_product_of_polynomials(image: Matrix, kernel: Matrix) -> None:
    """Convolving a fully padded image multiplies two polynomials in two variables."""
    rows, columns = kernel.shape
    coefficients = np.zeros((image.shape[0] + rows - 1, image.shape[1] + columns - 1), dtype=int)
    for (i, j), (a, b) in product(np.ndindex(image.shape), np.ndindex(kernel.shape)):
        coefficients[i + a, j + b] += int(image[i][j]) * int(kernel[a][b])
    padding = max(rows, columns) - 1
    full = np.array(convolve(image, kernel, padding=padding))
    down, across = padding - rows + 1, padding - columns + 1
    inner = full[down : full.shape[0] - down, across : full.shape[1] - across]
    assert inner.tolist() == coefficients.tolist()


@given(matrices(high=4), st.integers(1, 4))
def test_dilation_spreads(kernel: Matrix, dilation: int) -> None:
    """A dilated kernel holds the old one at every `dilation`-th place, and zeros elsewhere."""
    wide = np.array(dilate(kernel, dilation))
    assert wide[::dilation, ::dilation].tolist() == [list(row) for row in kernel]
    assert np.abs(wide).sum() == np.abs(np.array(kernel)).sum()
    assert wide.shape == tuple(dilation * (size - 1) + 1 for size in kernel.shape)


def test_published_dilation() -> None:
    """Question 3(d): the kernel called 2×2 gives [[20]], and the 3×2 kernel that is printed does not fit."""
    image = Matrix([(1, 2, 3), (4, 5, 6), (7, 8, 9)])
    assert cross_correlate(image, [(1, 1), (1, 1)], dilation=2) == Matrix([(20,)])
    with pytest.raises(ValueError, match="span 5 entries of 3"):
        cross_correlate(image, [(1, 1), (1, 1), (1, 1)], dilation=2)


DIRECTIONS = [toward for toward in product((-1, 0, 1), repeat=2) if any(toward)]


@pytest.mark.parametrize("toward", DIRECTIONS)
@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_step_edges(toward: tuple[int, int], height: int, width: int, data: st.DataObject) -> None:
    """A pixel of a step edge is light exactly if the way to it from the edge does not lead back."""
    through = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    image = np.array(step_edge(height, width, toward, through, 2, 7))
    way = np.moveaxis(np.indices((height, width)), 0, -1) - through
    assert (image == np.where(way @ np.array(toward) < 0, 2, 7)).all()


@pytest.mark.parametrize("toward", DIRECTIONS)
def test_compass_kernels(toward: tuple[int, int]) -> None:
    """A compass kernel is 0 on an edge that runs across its own, and answers its own with three entries or more."""
    kernel, (down, right) = compass_kernel(toward), toward
    across, _ = strongest_answer(step_edge(7, 7, (right, -down), (3, 3), 0, 1), kernel)
    own, window = strongest_answer(step_edge(7, 7, toward, (3, 3), 0, 1), kernel)
    assert (across, own) == (0, 3)
    assert cross_correlate(window, kernel) == Matrix([(own,)])
    assert kernel * -1 == compass_kernel((-down, -right))


@given(matrices(low=3), matrices(high=3))
def test_the_strongest_answer(image: Matrix, kernel: Matrix) -> None:
    """No window of the picture is answered more strongly, and the window given is answered so."""
    strongest, window = strongest_answer(image, kernel)
    answers = slowly(image, kernel, 1, 0, 1)
    assert max(abs(answer) for row in answers for answer in row) == abs(strongest)
    assert cross_correlate(window, kernel) == Matrix([(strongest,)])


@given(st.sampled_from((3, 5, 7)), st.fractions(0, 1))
def test_center_weighted(size: int, center: Fraction) -> None:
    """The weights sum to 1, the middle is as asked, and all others are alike."""
    kernel = center_weighted(size, center)
    weights = [weight for row in kernel for weight in row]
    assert kernel.shape == (size, size)
    assert sum(weights) == 1
    assert weights.pop(len(weights) // 2) == center
    assert len(set(weights)) == 1


def test_refused_filters() -> None:
    """No direction, an even window and an empty picture are refused by the rule, then the offending value."""
    for toward in ((0, 0), (2, 0)):
        with pytest.raises(ValueError, match=rf"not \({toward[0]}, 0\)"):
            compass_kernel(toward)
        with pytest.raises(ValueError, match="a direction has steps"):
            step_edge(3, 3, toward, (1, 1), 0, 1)
    with pytest.raises(ValueError, match="not 0 and 3"):
        step_edge(0, 3, (0, 1), (1, 1), 0, 1)
    for size in (1, 4):
        with pytest.raises(ValueError, match=f"not {size}"):
            center_weighted(size, 0)


STACKS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=3)


def sources(stack: list[tuple[int, int, int]], place: int) -> set[int]:
    """The pixels of one row of an image from which an output comes, followed back tap by tap."""
    places = {place}
    for kernel, stride, dilation in reversed(stack):
        places = {stride * at + dilation * tap for at in places for tap in range(kernel)}
    return places


@given(STACKS)
def test_receptive_fields_span_what_is_seen(stack: list[tuple[int, int, int]]) -> None:
    """The field of each layer spans the pixels that its output comes from; its neighbor's lies a jump further."""
    kernels, strides, dilations = zip(*stack, strict=True)
    for depth, side in enumerate(receptive_field(kernels, strides, dilations)):
        seen = sources(stack[: depth + 1], 0)
        assert side == max(seen) - min(seen) + 1
        assert jumps(strides)[depth] == min(sources(stack[:depth], 1)) - min(sources(stack[:depth], 0))


def test_published_receptive_field() -> None:
    """Question 3(d)ii is 7×7, and another such layer with dilation 4 gives the 15×15 of Yu and Koltun."""
    assert receptive_field((3, 3, 3), (1, 1, 1), (1, 2, 4)) == (3, 7, 15)


def test_refused_stacks() -> None:
    """Layers that lack a number, or have one below 1, are refused."""
    with pytest.raises(ValueError, match="not 2, 1 and 2"):
        receptive_field((3, 3), (1,), (1, 2))
    for layer, what in (((0, 1, 1), "kernel"), ((3, 0, 1), "stride"), ((3, 1, 0), "dilation")):
        kernel, stride, dilation = layer
        with pytest.raises(ValueError, match=f"a {what} must be at least 1, not 0"):
            receptive_field((kernel,), (stride,), (dilation,))


@pytest.mark.parametrize("rows", [[], [()], [(1, 2), (3,)]])
def test_refused_pictures(rows: list[tuple[int, ...]]) -> None:
    """Empty and ragged pictures and kernels are refused."""
    with pytest.raises(ValueError, match="rows of one length"):
        cross_correlate(rows, [(1,)])
    with pytest.raises(ValueError, match="rows of one length"):
        cross_correlate([(1,)], rows)
    with pytest.raises(ValueError, match="rows of one length"):
        dilate(rows, 2)


def test_refused_dilation() -> None:
    """A dilation below 1 is refused."""
    with pytest.raises(ValueError, match="dilation must be at least 1, not 0"):
        dilate([(1,)], 0)
