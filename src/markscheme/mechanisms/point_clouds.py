r"""Point clouds: neighborhoods of points, features pooled over a cloud, and orders of the points that change them.

A cloud is a sequence of points, each a tuple of exact coordinates, here called $X$. A grouping makes one row of
features of point `i`; `pooled` applies shared weights, ReLU and the mean over points: the network of EECS 182 midterm,
Spring 2023, question 7, after PointNet (Qi et al., https://arxiv.org/abs/1612.00593) and PointNet++
(https://arxiv.org/abs/1706.02413).

What a grouping does with two points equally far is part of it, so it is said: with `ties="order"` the point that
stands first in $X$ comes first; with `ties="coordinates"` the one with the smaller coordinates (as tuples compare). A
point is not its own neighbor; another point at the same place is. Distances are compared as exact squares.

| feature of a point | for any order of the points the same |
|---|---|
| `nearest_by_distance`, `within_by_distance`, `mean_of_nearest` | without ties, or with `ties="coordinates"` |
| `nearest_by_order`, `within_by_order` | no (unless there is at most one neighbor to order) |
| `furthest_within`, `count_within`, `mean_within`, `nearest_distances`, `total_distance` | yes |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, permutations
from math import factorial, isqrt
from typing import Any, Literal, TypeAlias

from markscheme.draw import Draw
from markscheme.exact import Matrix, Rational, Vector, dot, exact_root
from markscheme.mechanisms.arrays import Array, device, namespace, numpy, refuse_infinite, refuse_shape

Point: TypeAlias = tuple[Rational, ...]
Cloud: TypeAlias = Sequence[Point]
Features: TypeAlias = tuple[Rational, ...]
Grouping: TypeAlias = Callable[[Cloud, int], Features]
Ties: TypeAlias = Literal["order", "coordinates"]

_ROOT_DIGITS = 12
_MOST_POINTS = 8


def squared_distance(a: Point, b: Point) -> Rational:
    r"""The squared Euclidean distance $\sum_c (a_c - b_c)^2$ of two points of one dimension.

    >>> squared_distance((0, 4), (3, 0))
    25

    Raises `ValueError` if their dimensions differ.
    """
    if len(a) != len(b):
        raise ValueError(f"points must have one dimension, not {len(a)} and {len(b)}")
    if len(a) == 2:
        across, up = a[0] - b[0], a[1] - b[1]
        return across * across + up * up
    return sum([(x - y) * (x - y) for x, y in zip(a, b)])  # noqa: B905 (lengths were compared)


def root(square: Rational) -> Fraction:
    """The square root: exact if it is rational, else rounded down to 12 decimals.

    Equal squares have equal roots, so that what does not depend on the order of the points stays so.

    >>> root(Fraction(9, 4)), root(2)
    (Fraction(3, 2), Fraction(1414213562373, 1000000000000))

    Raises `ValueError` for a negative number.
    """
    if square < 0:
        raise ValueError(f"a real root needs a number that is at least 0, not {square}")
    return _root(square)


@lru_cache(maxsize=1_024)
def _root(square: Rational) -> Fraction:
    if (exact := exact_root(square)) is not None:
        return exact
    scale = 10**_ROOT_DIGITS
    return Fraction(isqrt(square.numerator * scale * scale // square.denominator), scale)


def nearest(points: Cloud, i: int, m: int, ties: Ties = "order") -> tuple[int, ...]:
    """The places in the cloud of the `m` nearest neighbors of point `i`, nearest first.

    >>> nearest([(0, 4), (0, 3), (0, 2), (0, 1)], 1, 2)
    (0, 2)
    >>> nearest([(0, 4), (0, 3), (0, 2), (0, 1)], 1, 2, ties="coordinates")
    (2, 0)

    Raises `ValueError` if there is no point `i`, or there are not `m` other points.
    """
    others = _by_distance(points, i, ties)
    if not 0 <= m <= len(others):
        raise ValueError(f"a point of {len(points)} can have 0 to {len(others)} neighbors, not {m}")
    return tuple(others[:m])


def within(points: Cloud, i: int, r: Rational, ties: Ties = "order") -> tuple[int, ...]:
    """The places in the cloud of all points closer to point `i` than the radius `r` (not as far as it), nearest first.

    >>> within([(0, 4), (0, 3), (0, 2), (0, 1)], 3, 3)
    (2, 1)

    Raises `ValueError` if there is no point `i`, or `r` is negative.
    """
    if r < 0:
        raise ValueError(f"a radius must be at least 0, not {r}")
    others, far = _by_distance(points, i, ties), _distances(points, i)
    return tuple([j for j in others if far[j] < r * r])


def nearest_by_distance(points: Cloud, i: int, m: int, ties: Ties = "order") -> Features:
    """Method 1: the point, then its `m` nearest neighbors, nearest first: d(m + 1) numbers in d dimensions.

    >>> nearest_by_distance([(0, 4), (0, 2), (0, 1)], 0, 2)
    (0, 4, 0, 2, 0, 1)

    Raises `ValueError` where `nearest` does.
    """
    return _joined(points, i, nearest(points, i, m, ties))


def nearest_by_order(points: Cloud, i: int, m: int, ties: Ties = "order") -> Features:
    """Method 2: the point, then its `m` nearest neighbors as they stand in the cloud: d(m + 1) numbers.

    `ties` decides which of equally far points are among the nearest, not their order.

    >>> nearest_by_order([(0, 1), (0, 4), (0, 2)], 1, 2)
    (0, 4, 0, 1, 0, 2)

    Raises `ValueError` where `nearest` does.
    """
    return _joined(points, i, sorted(nearest(points, i, m, ties)))


def within_by_distance(points: Cloud, i: int, r: Rational, ties: Ties = "order") -> Features:
    """Method 3: the point, then all points closer than `r`, nearest first; as long as there are points.

    >>> within_by_distance([(0, 4), (0, 2), (0, 1)], 0, 3)
    (0, 4, 0, 2)

    Raises `ValueError` where `within` does.
    """
    return _joined(points, i, within(points, i, r, ties))


def within_by_order(points: Cloud, i: int, r: Rational) -> Features:
    """The point, then all points closer than `r` as they stand in the cloud.

    >>> within_by_order([(0, 1), (0, 4), (0, 2)], 1, 4)
    (0, 4, 0, 1, 0, 2)

    Raises `ValueError` where `within` does.
    """
    return _joined(points, i, sorted(within(points, i, r)))


def furthest_within(points: Cloud, i: int, r: Rational) -> Features:
    """Method 4: the point, then the distance (`root`) to the furthest point closer than `r`; 0 if there is none.

    >>> furthest_within([(0, 4), (0, 2), (0, 1)], 0, 3)
    (0, 4, Fraction(2, 1))

    Raises `ValueError` where `within` does.
    """
    near = within(points, i, r)
    return (*points[i], root(squared_distance(points[i], points[near[-1]])) if near else 0)


def furthest_point(points: Cloud, i: int, r: Rational, ties: Ties = "order") -> Features:
    """The point, then the last-ranked of its neighbors closer than `r`, itself if there is none: 2d numbers.

    >>> furthest_point([(0, 4), (0, 2), (0, 1)], 0, 3)
    (0, 4, 0, 2)

    Raises `ValueError` where `within` does.
    """
    return (*points[i], *points[(i, *within(points, i, r, ties))[-1]])


def first_within(points: Cloud, i: int, r: Rational) -> Features:
    """The point, then the first in X of its neighbors closer than `r`, itself if there is none: 2d numbers.

    >>> first_within([(0, 1), (0, 2), (0, 4)], 2, 4)
    (0, 4, 0, 1)

    Raises `ValueError` where `within` does.
    """
    return (*points[i], *points[min(within(points, i, r), default=i)])


def next_in_order(points: Cloud, i: int) -> Features:
    """The point, then the one that follows it in X, where the first follows the last: 2d numbers.

    >>> next_in_order([(0, 4), (0, 2), (0, 1)], 2)
    (0, 1, 0, 4)
    """
    return (*points[i], *points[(i + 1) % len(points)])


def numbered(points: Cloud, i: int) -> Features:
    """The point, then its place in X, from 1 on: d + 1 numbers.

    >>> numbered([(0, 4), (0, 2)], 1)
    (0, 2, 2)
    """
    return (*points[i], i + 1)


def count_within(points: Cloud, i: int, r: Rational) -> Features:
    """The point, then the number of other points closer than `r`.

    >>> count_within([(0, 4), (0, 2), (0, 1)], 0, 3)
    (0, 4, 1)

    Raises `ValueError` where `within` does.
    """
    return (*points[i], len(within(points, i, r)))


def mean_of_nearest(points: Cloud, i: int, m: int, ties: Ties = "order") -> Features:
    """The point, then the mean of its `m` nearest neighbors (at least one): 2d numbers.

    >>> mean_of_nearest([(0, 4), (0, 2), (0, 1)], 0, 2)
    (0, 4, Fraction(0, 1), Fraction(3, 2))

    Raises `ValueError` where `nearest` does, and if `m` is 0.
    """
    if m == 0:
        raise ValueError("a mean needs at least one neighbor, not 0")
    return (*points[i], *_mean([points[j] for j in nearest(points, i, m, ties)]))


def mean_within(points: Cloud, i: int, r: Rational) -> Features:
    """The point, then the mean of all points closer than `r`, itself among them: 2d numbers.

    >>> mean_within([(0, 4), (0, 2), (0, 1)], 0, 3)
    (0, 4, Fraction(0, 1), Fraction(3, 1))

    Raises `ValueError` where `within` does.
    """
    return (*points[i], *_mean([points[i], *[points[j] for j in within(points, i, r)]]))


def nearest_distances(points: Cloud, i: int, m: int) -> Features:
    """The point, then the distances (`root`) to its `m` nearest neighbors, in rising order: d + m numbers.

    >>> nearest_distances([(0, 4), (0, 2), (0, 1)], 0, 2)
    (0, 4, Fraction(2, 1), Fraction(3, 1))

    Raises `ValueError` where `nearest` does.
    """
    return (*points[i], *[root(squared_distance(points[i], points[j])) for j in nearest(points, i, m)])


def total_distance(points: Cloud, i: int, m: int) -> Features:
    """The point, then the sum of the distances (`root`) to its `m` nearest neighbors: d + 1 numbers.

    >>> total_distance([(0, 4), (0, 2), (0, 1)], 0, 2)
    (0, 4, Fraction(5, 1))

    Raises `ValueError` where `nearest` does.
    """
    return (*points[i], sum([root(squared_distance(points[i], points[j])) for j in nearest(points, i, m)], Fraction(0)))


def pooled(points: Cloud, grouping: Grouping, weights: Matrix) -> Vector:
    r"""The global feature $\frac{1}{n} \sum_i \operatorname{ReLU}(\tilde{x}_i W)$ of n points: f exact numbers.

    `grouping(points, i)` gives $\tilde{x}_i$ (a `functools.partial` of a function above); `weights` is k × f. A row of
    features shorter than k uses the first rows of the weights only, as method 3 of the exam does.

    >>> def alone(points, i):
    ...     return points[i]
    >>> pooled([(0, 4), (0, 3), (0, 2), (0, 1)], alone, Matrix([(1, 0), (1, -1)]))
    Vector((Fraction(5, 2), Fraction(0, 1)))

    Raises `ValueError` for an empty cloud, and if a row of features is longer than k.
    """
    if not points:
        raise ValueError("a mean over points needs at least one, not an empty cloud")
    rows, width = weights.shape
    columns = [[row[column] for row in weights] for column in range(width)]
    totals: list[Rational] = [0] * width
    for i in range(len(points)):
        features = grouping(points, i)
        if len(features) > rows:
            raise ValueError(f"the weights must have a row for each feature, not {rows} for {len(features)}")
        for place, column in enumerate(columns):
            activation = dot(features, column[: len(features)])
            if activation > 0:
                totals[place] += activation
    return Vector([Fraction(total, len(points)) for total in totals])


def sampled(
    points: Cloud, start: int, count: int, keep: Literal["furthest", "nearest"] = "furthest"
) -> tuple[int, ...]:
    r"""The places of `count` points, in the order in which they are sampled: `start`, and then again and again the
    remaining point whose distance to the nearest of those sampled, $\min_{j \in S} \lVert x_i - x_j \rVert$, is the
    largest (furthest point sampling) or the smallest. Of equally good points the one that stands first is taken.

    Source: Eldar et al., "The farthest point strategy for progressive image sampling" (1997); PointNet++
    (https://arxiv.org/abs/1706.02413); EECS 182 midterm, Spring 2023, question 7(c).

    >>> sampled([(0, 4), (0, 3), (0, 2), (0, 1)], 0, 3)
    (0, 3, 1)
    >>> sampled([(0, 4), (0, 3), (0, 2), (0, 1)], 0, 3, keep="nearest")
    (0, 1, 2)

    Raises `ValueError` if there is no point `start`, or there are not `count` points.
    """
    if not 0 <= start < len(points):
        raise ValueError(f"a point of {len(points)} has a place from 0 to {len(points) - 1}, not {start}")
    if not 1 <= count <= len(points):
        raise ValueError(f"1 to {len(points)} points can be sampled, not {count}")
    chosen = [start]
    while len(chosen) < count:
        gaps = gaps_to(points, chosen)
        wanted = (max if keep == "furthest" else min)(gaps.values())
        chosen.append(next(i for i, gap in gaps.items() if gap == wanted))
    return tuple(chosen)


def gaps_to(points: Cloud, chosen: Sequence[int]) -> dict[int, Rational]:
    """For each point that is not chosen, by its place: the squared distance to the nearest of those that are.

    >>> gaps_to([(0, 4), (0, 3), (0, 1)], [0])
    {1: 1, 2: 9}
    """
    return {
        i: min([squared_distance(points[i], points[j]) for j in chosen]) for i in range(len(points)) if i not in chosen
    }


def permuted(points: Cloud, order: Sequence[int]) -> tuple[Point, ...]:
    """The cloud in another order: first the point at place `order[0]`, then that at `order[1]`, and so on.

    >>> permuted([(0, 4), (0, 3), (0, 2)], (2, 0, 1))
    ((0, 2), (0, 4), (0, 3))

    Raises `ValueError` if `order` is not a permutation of all places.
    """
    if sorted(order) != list(range(len(points))):
        raise ValueError(f"an order must name each of the places 0 to {len(points) - 1} once, not {tuple(order)}")
    return tuple([points[j] for j in order])


def permutation_counterexample(
    points: Cloud, features: Callable[[Cloud], object], orders: Iterable[Sequence[int]] | None = None
) -> tuple[int, ...] | None:
    """The first order of the points that changes their features; `None` if none does.

    `features` makes something comparable of a whole cloud (`pooled`, say). `orders` are the permutations to try;
    without them all are tried, in lexicographic order. That settles the question for these points and this function,
    and for no others.

    >>> permutation_counterexample([(0, 2), (0, 1), (5, 5)], lambda cloud: cloud[0])
    (1, 0, 2)
    >>> permutation_counterexample([(0, 2), (0, 1), (5, 5)], lambda cloud: max(cloud)) is None
    True

    Raises `ValueError` for more than 8 points without `orders` (over 40,320 permutations), and where `permuted` does.
    """
    if orders is None:
        if len(points) > _MOST_POINTS:
            raise ValueError(
                f"all orders are tried of at most {_MOST_POINTS} points ({factorial(_MOST_POINTS):,} orders), "
                f"not of {len(points)}; name the orders to try"
            )
        orders = permutations(range(len(points)))
    before = features(tuple(points))
    for order in orders:
        if features(permuted(points, order)) != before:
            return tuple(order)
    return None


def tied(points: Cloud) -> tuple[tuple[int, int, int], ...]:
    """All ties of the cloud: `(i, j, k)` where points `j` < `k` are equally far from point `i`, different from both.

    >>> tied([(0, 4), (0, 3), (0, 2), (0, 0)])
    ((1, 0, 2), (2, 0, 3))
    """
    ties: list[tuple[int, int, int]] = []
    for i, center in enumerate(points):
        far = [squared_distance(center, other) for other in points]
        ties += [(i, j, k) for j, k in combinations(range(len(points)), 2) if i not in {j, k} and far[j] == far[k]]
    return tuple(ties)


def _by_distance(points: Cloud, i: int, ties: Ties) -> Sequence[int]:
    """All places but `i`, by distance from point `i`, ties as asked; of a cloud that is a tuple, from memory."""
    return _ranked(points, i, ties) if isinstance(points, tuple) else _ranking(points, i, ties)


@lru_cache(maxsize=128)
def _ranked(points: tuple[Point, ...], i: int, ties: Ties) -> tuple[int, ...]:
    return tuple(_ranking(points, i, ties))


def _ranking(points: Cloud, i: int, ties: Ties) -> list[int]:
    if not 0 <= i < len(points):
        raise ValueError(f"a point of {len(points)} has a place from 0 to {len(points) - 1}, not {i}")
    far = _distances(points, i)
    others = [*range(i), *range(i + 1, len(points))]
    if ties == "coordinates":
        others.sort(key=points.__getitem__)
    others.sort(key=far.__getitem__)  # stable: equally far points keep their order
    return others


def _distances(points: Cloud, i: int) -> Sequence[Rational]:
    """The squared distance of each point from point `i`; of a cloud that is asked again and again, from memory."""
    return _measured(points, i) if isinstance(points, tuple) else [squared_distance(points[i], it) for it in points]


@lru_cache(maxsize=128)
def _measured(points: tuple[Point, ...], i: int) -> tuple[Rational, ...]:
    return tuple([squared_distance(points[i], point) for point in points])


def _joined(points: Cloud, i: int, neighbors: Iterable[int]) -> Features:
    """The coordinates of the point and of its neighbors, one after the other."""
    return tuple([coordinate for j in (i, *neighbors) for coordinate in points[j]])


def _mean(points: Sequence[Point]) -> Point:
    return tuple([Fraction(sum(coordinates), len(points)) for coordinates in zip(*points, strict=True)])


# On arrays

LARGE = 50_000
"""Points from which on whole neighborhoods are passed over in furthest point sampling."""
LEAF = 256
"""Points of a neighborhood."""
CELLS = 1_023
"""Cells of a Morton curve along an axis, less one: ten bits."""


def furthest_points(points: Array, count: int, start: int = 0, *, compiled: bool = False) -> Array:
    r"""`sampled` for large clouds: the places of `count` points of an n × d array, exactly as the definition has them.

    It starts at `start`; of equally far points the one that stands first is taken, and none twice, though points
    coincide. Distances are those of the array's own precision: $((x_1 - c_1)^2 + (x_2 - c_2)^2) + \ldots$ in order.
    From `LARGE` NumPy points on, neighborhoods along a Morton curve are passed over where the box around them lies
    further from the new point than each of its points from those chosen before, which changes nothing. `compiled` does
    that in machine code by numba (the extra `fast`), for NumPy points: the same places, after a second for compiling.

    >>> import numpy as np
    >>> furthest_points(np.asarray([[0.0, 4.0], [0.0, 3.0], [0.0, 2.0], [0.0, 1.0]]), 3).tolist()
    [0, 3, 1]

    Raises `ValueError` unless there is a point `start` and there are `count` points, all of finite numbers.
    """
    xp = namespace(points)
    if points.ndim != 2 or 0 in points.shape:
        raise ValueError(f"points are the rows of an n × d array, not of shape {tuple(points.shape)}")
    n = points.shape[0]
    if not 0 <= start < n:
        raise ValueError(f"a point of {n} has a place from 0 to {n - 1}, not {start}")
    if not 1 <= count <= n:
        raise ValueError(f"1 to {n} points can be sampled, not {count}")
    refuse_infinite("points", points)
    if not hasattr(points, "__array_interface__"):
        return _furthest_anywhere(xp, points, count, start)
    if compiled:
        return _furthest_compiled(points, count, start)
    return _furthest_by_leaves(points, count, start) if n >= LARGE else _furthest_in_numpy(points, count, start)


def _furthest_anywhere(xp: Any, points: Array, count: int, start: int) -> Array:
    gaps = xp.full((points.shape[0],), float("inf"), dtype=points.dtype, device=device(points))
    chosen = [start]
    while len(chosen) < count:
        apart = points - points[chosen[-1], ...]
        gaps = xp.minimum(gaps, xp.sum(apart * apart, axis=1))
        gaps[chosen[-1]] = -1
        chosen.append(int(xp.argmax(gaps)))
    return xp.asarray(chosen, device=device(points))


def _furthest_in_numpy(points: Array, count: int, start: int) -> Array:
    """Coordinate by coordinate, in place."""
    np = numpy()
    columns = [np.ascontiguousarray(column) for column in _floats(points).T]
    gaps = np.full(len(columns[0]), np.inf, columns[0].dtype)
    apart, square = np.empty_like(gaps), np.empty_like(gaps)
    chosen = np.empty(count, np.intp)
    chosen[0] = newest = start
    for turn in range(1, count):
        _squared_gaps(columns, [column[newest] for column in columns], apart, square)
        np.minimum(gaps, square, out=gaps)
        gaps[newest] = -1
        chosen[turn] = newest = gaps.argmax()
    return chosen


def _squared_gaps(columns: Sequence[Array], center: Sequence[Any], apart: Array, out: Array) -> None:
    np = numpy()
    first, *others = zip(columns, center, strict=True)
    np.subtract(*first, out=out)
    np.multiply(out, out, out=out)
    for column, coordinate in others:
        np.subtract(column, coordinate, out=apart)
        np.multiply(apart, apart, out=apart)
        np.add(out, apart, out=out)


@dataclass
class _Leaves:
    """A cloud in leaves of neighbors: d columns of leaves × `LEAF` points, in each the first of the cloud first."""

    columns: list[Array]
    order: Array
    gaps: Array
    low: list[Array]
    high: list[Array]
    leaf_of: Array
    place_of: Array
    slack: float


def _in_leaves(points: Array) -> _Leaves:
    np = numpy()
    n, dimensions = points.shape
    leaves = -(-n // LEAF)
    order = np.full(leaves * LEAF, n, np.intp)  # n stands for no point
    order[:n] = _along_morton_curve(points)
    order = np.sort(order.reshape(leaves, LEAF), axis=1)  # then the first of equals in a leaf stands first
    inside = np.minimum(order, n - 1)
    columns = [np.ascontiguousarray(points[:, d][inside]) for d in range(dimensions)]
    gaps = np.where(order < n, np.asarray(np.inf, points.dtype), np.asarray(-1, points.dtype))
    leaf_of, place_of = np.empty(n, np.intp), np.empty(n, np.intp)
    leaf, place = np.nonzero(order < n)
    leaf_of[order[leaf, place]], place_of[order[leaf, place]] = leaf, place
    return _Leaves(
        columns, order, gaps,
        # Bounds in double precision, with room for rounding.
        [column.min(axis=1).astype(float) for column in columns],
        [column.max(axis=1).astype(float) for column in columns],
        leaf_of, place_of, 1 - 64 * float(np.finfo(points.dtype).eps),
    )  # fmt: skip


def _furthest_by_leaves(points: Array, count: int, start: int) -> Array:
    """Leaf by leaf: only those whose box is nearer to the new point than their furthest point is to the old ones."""
    np = numpy()
    points = _floats(points)
    cloud = _in_leaves(points)
    columns, order, gaps, low, high = cloud.columns, cloud.order, cloud.gaps, cloud.low, cloud.high
    furthest = gaps.max(axis=1)
    chosen = np.empty(count, np.intp)
    chosen[0] = newest = start
    beyond, side = np.empty(len(order)), np.empty(len(order))
    for turn in range(1, count):
        center = points[newest]
        beyond.fill(0)
        for d, c in enumerate(center.tolist()):
            np.maximum(np.subtract(low[d], c, out=side), c - high[d], out=side)
            np.maximum(side, 0, out=side)
            np.multiply(side, side, out=side)
            beyond += side
        beyond *= cloud.slack
        own = cloud.leaf_of[newest]
        beyond[own] = -1
        near = np.nonzero(beyond < furthest)[0]
        found = gaps[near]
        parts = [column[near] for column in columns]
        apart, square = np.empty_like(found), np.empty_like(found)
        _squared_gaps(parts, list(center), apart, square)
        np.minimum(found, square, out=found)
        gaps[near] = found
        gaps[own, cloud.place_of[newest]] = -1
        furthest[near] = found.max(axis=1)
        furthest[own] = gaps[own].max()
        best = np.nonzero(furthest == furthest.max())[0]
        newest = min([int(order[leaf, gaps[leaf].argmax()]) for leaf in best])
        chosen[turn] = newest
    return chosen


def _furthest_compiled(points: Array, count: int, start: int) -> Array:
    try:
        from markscheme.mechanisms.compiled import furthest_by_leaves  # noqa: PLC0415 (an extra, slow to load)
    except ImportError as error:
        raise ValueError("compiled=True needs numba: pip install 'markscheme[fast]'") from error
    np = numpy()
    cloud = _in_leaves(_floats(points))
    chosen = np.full(count, start, np.intp)
    low, high = [np.ascontiguousarray(np.stack(it, axis=1)) for it in (cloud.low, cloud.high)]
    furthest_by_leaves(
        np.stack(cloud.columns), cloud.order, cloud.gaps, low, high, cloud.leaf_of, cloud.place_of, chosen, cloud.slack
    )
    return chosen


def _along_morton_curve(points: Array) -> Array:
    """The places of points in the order of a curve on which neighbors are near, along up to three of their axes."""
    np = numpy()
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    widest = np.argsort(low - high, kind="stable")[:3]
    code = np.zeros(len(points), np.uint32)
    for shift, d in enumerate(widest.tolist()):
        span = high[d] - low[d] or 1.0
        cells = ((points[:, d] - low[d]) * (CELLS / span)).astype(np.uint32)
        for mask, step in ((0x030000FF, 16), (0x0300F00F, 8), (0x030C30C3, 4), (0x09249249, 2)):
            cells = (cells | (cells << np.uint32(step))) & np.uint32(mask)  # two empty bits behind each bit
        code |= cells << np.uint32(shift)
    return np.argsort(code)


def _floats(points: Array) -> Array:
    """NumPy points in a floating type that holds them."""
    return points if points.dtype.kind == "f" else points.astype(float)


def knn_group(points: Array, centers: Array, k: int) -> Array:
    """The places of the `k` nearest of n points for each of m centers, m × k, nearest first; of equals the first.

    A point at a center is its own nearest. `points` is n × d, `centers` m × d.

    >>> import numpy as np
    >>> knn_group(np.asarray([[0.0], [2.0], [1.0]]), np.asarray([[0.0], [1.0]]), 2).tolist()
    [[0, 2], [2, 0]]

    Raises `ValueError` unless there are k points, and for shapes and numbers that do not fit.
    """
    xp = namespace(points, centers)
    _refuse_cloud(points, centers)
    if not 1 <= k <= points.shape[0]:
        raise ValueError(f"1 to {points.shape[0]} neighbors can be grouped, not {k}")
    return xp.argsort(_all_gaps(xp, points, centers), axis=1, stable=True)[:, :k]


def ball_group(points: Array, centers: Array, radius: float, most: int) -> Array:
    """The places of up to `most` points within a radius of each of m centers, m × most, in the order of the cloud.

    As PointNet++ has it: a ball takes the first that it finds, and where it holds fewer its first one again; a ball
    that holds none takes the nearest point. A point as far as the radius lies within.

    >>> import numpy as np
    >>> ball_group(np.asarray([[0.0], [2.0], [1.0]]), np.asarray([[0.0], [9.0]]), 1.0, 3).tolist()
    [[0, 2, 0], [1, 1, 1]]

    Raises `ValueError` for a negative radius, fewer than 1 point a ball, and shapes and numbers that do not fit.
    """
    xp = namespace(points, centers)
    _refuse_cloud(points, centers)
    if not radius >= 0 or most < 1:
        raise ValueError(f"a ball has a radius of at least 0 and takes at least 1 point, not {radius} and {most}")
    gaps = _all_gaps(xp, points, centers)
    outside = xp.astype(gaps > radius * radius, xp.int64)
    first = xp.argsort(outside, axis=1, stable=True)[:, : min(most, points.shape[0])]
    if first.shape[1] < most:
        first = xp.concat([first, *[first[:, :1]] * (most - first.shape[1])], axis=1)
    count = points.shape[0] - xp.sum(outside, axis=1, keepdims=True)
    nearest_one = xp.argmin(gaps, axis=1, keepdims=True)
    again = xp.where(count > 0, first[:, :1], nearest_one)
    places = xp.reshape(xp.arange(most, device=device(points)), (1, most))
    return xp.where(places < count, first, again)


def grid_sample(points: Array, cell: float) -> Array:
    """The places of one point a cell of a grid: the first of the cloud in each cell, in the order of the cloud.

    >>> import numpy as np
    >>> grid_sample(np.asarray([[0.1], [0.9], [1.5]]), 1.0).tolist()
    [0, 2]

    Raises `ValueError` for a cell that is not wider than 0, and for points that are not finite.
    """
    np = numpy()
    refuse_infinite("points", points)
    if not cell > 0:
        raise ValueError(f"a cell is wider than 0, not {cell}")
    cells = np.floor(np.asarray(points, float) / cell)
    _, first = np.unique(cells, axis=0, return_index=True)
    return np.sort(first)


def random_sample(count: int, points: int, rng: Draw) -> tuple[int, ...]:
    """The places of `count` of so many points, drawn without repetition.

    >>> sorted(random_sample(3, 3, Draw("1")))
    [0, 1, 2]

    Raises `ValueError` unless there are `count` points.
    """
    if not 1 <= count <= points:
        raise ValueError(f"1 to {points} points can be sampled, not {count}")
    return tuple(rng.sample(range(points), count))


def _all_gaps(xp: Any, points: Array, centers: Array) -> Array:
    apart = centers[:, None, :] - points[None, :, :]
    return xp.sum(apart * apart, axis=2)


def _refuse_cloud(points: Array, centers: Array) -> None:
    refuse_shape("points", points, ("n", "d"))
    refuse_shape("centers", centers, ("m", points.shape[1]))
    refuse_infinite("points", points)
    refuse_infinite("centers", centers)
