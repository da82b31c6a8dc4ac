"""What numba compiles (the extra `fast`): the rounds of furthest point sampling over leaves, as machine code.

Without fast-math, so that each distance is rounded as NumPy rounds it: the same places come out.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_compile: Any = numba.njit(cache=True)


@_compile
def furthest_by_leaves(
    columns: Any, order: Any, gaps: Any, low: Any, high: Any, leaf_of: Any, place_of: Any, chosen: Any, slack: float
) -> None:
    """Fill `chosen` from its first place on.

    `columns` are d × leaves × points of a leaf, `order` their places in the cloud, `gaps` their squared distances to
    those chosen; `low` and `high` the leaves' boxes, leaves × d; `leaf_of` and `place_of` say where a point lies.
    """
    dimensions, leaves, size = columns.shape
    furthest = np.empty(leaves, gaps.dtype)
    for leaf in range(leaves):
        furthest[leaf] = gaps[leaf].max()
    squares = np.empty(size, gaps.dtype)
    center = np.empty(dimensions, gaps.dtype)
    newest = chosen[0]
    for turn in range(1, chosen.shape[0]):
        own, at = leaf_of[newest], place_of[newest]
        for d in range(dimensions):
            center[d] = columns[d, own, at]
        gaps[own, at] = -1
        best = gaps[own, at]
        for leaf in range(leaves):
            beyond = 0.0
            for d in range(dimensions):
                c = float(center[d])
                side = max(low[leaf, d] - c, c - high[leaf, d], 0.0)
                beyond += side * side
            if leaf == own or beyond * slack < furthest[leaf]:
                mine = gaps[leaf]
                squares[:] = 0
                for d in range(dimensions):
                    c, column = center[d], columns[d, leaf]
                    for i in range(size):
                        apart = column[i] - c
                        squares[i] += apart * apart
                most = best * 0 - 1
                for i in range(size):
                    gap = min(mine[i], squares[i])
                    mine[i] = gap
                    most = max(most, gap)
                furthest[leaf] = most
            best = max(best, furthest[leaf])
        newest = leaf_of.shape[0]
        for leaf in range(leaves):
            if furthest[leaf] == best:
                for i in range(size):
                    if gaps[leaf, i] == best and order[leaf, i] < newest:
                        newest = order[leaf, i]
        chosen[turn] = newest
