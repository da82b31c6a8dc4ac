"""Pictures made of cells: kernels, widened kernels, the matrices that they slide over, and gray images."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from markscheme.pictures.picture import Later, Picture
from markscheme.pictures.values import Value, label, listed, node, said, words


def dilated_kernel(
    kernel: Sequence[Sequence[Value]],
    dilation: int | Sequence[int] = (1, 2),
    *,
    name: str = "k",
    matrix: Sequence[Sequence[Value]] | None = None,
    matrix_name: str = "M",
    asked: bool = False,
) -> Picture:
    """A kernel at one dilation or several, with zeros in its gaps, and if wanted the matrix that it slides over.

    If `asked`, the widened kernels are empty on the blank. The kernel's own cells are shaded.

    >>> print(dilated_kernel([[1, 2], [3, 4]]).alt)
    Kernel k at dilation d = 1, a 2 by 2 grid: [[1, 2], [3, 4]]. Kernel k at dilation d = 2, a 3 by 3 grid, \
zeros in the gaps: [[1, 0, 2], [0, 0, 0], [3, 0, 4]].

    Raises `ValueError` if a dilation is less than 1, or the kernel is no grid.
    """
    drawn: list[tuple[list[list[Value]], int | None, str, bool]] = []
    told: list[str] = []
    told_filled: list[str] = []
    if matrix is not None:
        rows = _grid(matrix)
        drawn.append((rows, None, matrix_name, False))
        told.append(f"Matrix {said(matrix_name)}, a {len(rows)} by {len(rows[0])} grid: {_said(rows)}.")
        told_filled.append(told[-1])
    for d in (dilation,) if isinstance(dilation, int) else dilation:
        rows = _widened(_grid(kernel), d)
        empty = asked and d > 1
        drawn.append((rows, d, name, empty))
        size = f"Kernel {said(name)} at dilation d = {d}, a {len(rows)} by {len(rows[0])} grid"
        told_filled.append(f"{size}{', zeros in the gaps' if d > 1 else ''}: {_said(rows)}.")
        told.append(f"{size}, empty, to be filled in." if empty else told_filled[-1])

    def panels() -> dict[str, object]:
        return {
            "panels": [
                {
                    "rows": [[None] * len(row) for row in rows] if empty else _nodes(rows),
                    "dilation": d,
                    "label": label(called),
                    "asked": empty,
                }
                for rows, d, called, empty in drawn
            ]
        }

    def filled() -> dict[str, object]:
        found = {str(place): _nodes(rows) for place, (rows, _, _, empty) in enumerate(drawn) if empty}
        return {"filled": found} if found else {}

    return Picture("dilated-kernel", Later(panels), " ".join(told), Later(filled), " ".join(told_filled))


def gray_image(rows: Sequence[Sequence[int | Fraction]], white: int = 9, *, name: str = "") -> Picture:
    """A gray image of few pixels, each with its level in it, from 0 (black) to `white`; rows and columns are numbered.

    >>> print(gray_image([[0, 9], [0, 9]], name="X").alt)
    Image X, 2 rows of 2 pixels, gray levels from 0 (black) to 9 (white): [[0, 9], [0, 9]].

    Raises `ValueError` if the rows are no grid, or a level is none.
    """
    levels = _grid(rows)
    odd = [level for row in rows for level in row if not 0 <= level <= white]
    if odd:
        raise ValueError(f"a gray level is from 0 to {white}, not {odd[0]}")

    def data() -> dict[str, object]:
        lightness = [[round(float(100 * level / white), 2) for level in row] for row in rows]
        return {"rows": _nodes(levels), "lightness": lightness, "label": label(name) if name else None}

    size = f"{len(levels)} rows of {len(levels[0])} pixels, gray levels from 0 (black) to {white} (white)"
    return Picture("gray-image", Later(data), f"Image{f' {said(name)}' if name else ''}, {size}: {_said(levels)}.")


def receptive_fields(
    kernels: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    jumps: Sequence[int],
    fields: Sequence[int],
) -> Picture:
    """A stack of layers, each as the taps of its kernel; the key adds the fields on the image, one inside the other.

    All are given from the image on, a number for each layer: `jumps` are the pixels between neighboring inputs of a
    layer, `fields` the sides of the fields after it. Each field stands where a tap near the middle of the next has it.

    >>> picture = receptive_fields((3, 2), (2, 1), (1, 2), (1, 2), (3, 7))
    >>> print(picture.alt)
    2 layers, from the input image on, each as the grid of its own inputs that one output pixel sees, the taps of the \
kernel shaded: layer 1 has a 3 by 3 kernel, stride 2 and dilation 1; layer 2 has a 2 by 2 kernel, stride 1 and \
dilation 2. Beside them is an empty square, to draw the fields on the input image.
    >>> print(picture.alt_solution.partition("Beside them ")[2])
    are the fields on the input image, one inside the other: 3 by 3 pixels after layer 1 and 7 by 7 pixels after layer \
2.

    Raises `ValueError` if there are no layers, or not each has all five numbers.
    """
    counts = [len(sizes) for sizes in (kernels, strides, dilations, jumps, fields)]
    if not kernels or len(set(counts)) > 1:
        raise ValueError(f"each of one layer or more has five numbers, not {counts}")
    layers = [{"kernel": k, "stride": s, "dilation": d} for k, s, d in zip(kernels, strides, dilations, strict=True)]
    corners = [0]
    for k, d, j in list(zip(kernels, dilations, jumps, strict=True))[:0:-1]:
        corners.append(corners[-1] + k // 2 * d * j)

    def squares() -> dict[str, object]:
        found = [
            {"corner": corner, "side": side, "label": {"base": "r", "sub": str(i), "sup": "", "is": node(side)}}
            for i, (corner, side) in enumerate(zip(corners[::-1], fields, strict=True), 1)
        ]
        return {"squares": found}

    told = "; ".join(
        f"layer {i} has a {layer['kernel']} by {layer['kernel']} kernel, stride {layer['stride']} and dilation "
        f"{layer['dilation']}"
        for i, layer in enumerate(layers, 1)
    )
    alt = (
        f"{len(layers)} layers, from the input image on, each as the grid of its own inputs that one output pixel "
        f"sees, the taps of the kernel shaded: {told}. Beside them "
    )
    sides = listed([f"{side} by {side} pixels after layer {i}" for i, side in enumerate(fields, 1)])
    return Picture(
        "receptive-fields",
        {"layers": layers},
        f"{alt}is an empty square, to draw the fields on the input image.",
        Later(squares),
        f"{alt}are the fields on the input image, one inside the other: {sides}.",
    )


def _grid(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    grid = [list(row) for row in rows]
    if not grid or not grid[0] or any(len(row) != len(grid[0]) for row in grid):
        raise ValueError(f"a grid has rows of one length, not {[len(row) for row in grid]}")
    return grid


def _widened(rows: list[list[Value]], dilation: int) -> list[list[Value]]:
    if dilation < 1:
        raise ValueError(f"a dilation is at least 1, not {dilation}")
    height, width = dilation * (len(rows) - 1) + 1, dilation * (len(rows[0]) - 1) + 1
    wide: list[list[Value]] = [[0] * width for _ in range(height)]
    for r, row in enumerate(rows):
        for c, entry in enumerate(row):
            wide[r * dilation][c * dilation] = entry
    return wide


def _nodes(rows: list[list[Value]]) -> list[list[object]]:
    return [[node(entry) for entry in row] for row in rows]


def _said(rows: list[list[Value]]) -> str:
    return f"[{', '.join(['[' + ', '.join(map(words, row)) + ']' for row in rows])}]"
