from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import permutations
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from markscheme.exact import Matrix
from markscheme.mechanisms import point_clouds as pc

Cloud = tuple[tuple[int, int], ...]
CLOUDS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=5).map(tuple)
WEIGHTS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=12, max_size=12).map(Matrix)

ALWAYS: dict[str, Callable[[int], pc.Grouping]] = {
    "furthest_within": lambda m: partial(pc.furthest_within, r=m),
    "count_within": lambda m: partial(pc.count_within, r=m),
    "mean_within": lambda m: partial(pc.mean_within, r=m),
    "nearest_distances": lambda m: partial(pc.nearest_distances, m=m),
    "total_distance": lambda m: partial(pc.total_distance, m=m),
    "nearest_by_distance, ties by coordinates": lambda m: partial(pc.nearest_by_distance, m=m, ties="coordinates"),
    "within_by_distance, ties by coordinates": lambda m: partial(pc.within_by_distance, r=m, ties="coordinates"),
    "mean_of_nearest, ties by coordinates": lambda m: partial(pc.mean_of_nearest, m=m, ties="coordinates"),
}
WITHOUT_TIES: dict[str, Callable[[int], pc.Grouping]] = {
    "nearest_by_distance": lambda m: partial(pc.nearest_by_distance, m=m),
    "within_by_distance": lambda m: partial(pc.within_by_distance, r=m),
    "mean_of_nearest": lambda m: partial(pc.mean_of_nearest, m=m),
}


def distance(a: tuple[int, int], b: tuple[int, int]) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


@given(CLOUDS, st.data())
def test_nearest(cloud: Cloud, data: st.DataObject) -> None:
    """The m nearest are m others, in rising distance, and nobody left out is nearer."""
    i, m = data.draw(st.integers(0, len(cloud) - 1)), data.draw(st.integers(0, len(cloud) - 1))
    found = pc.nearest(cloud, i, m)
    far = [distance(cloud[i], point) for point in cloud]
    assert len(found) == len(set(found)) == m
    assert i not in found
    assert [(far[j], j) for j in found] == sorted((far[j], j) for j in range(len(cloud)) if j != i)[:m]
    by_coordinates = pc.nearest(cloud, i, m, ties="coordinates")
    assert [(far[j], cloud[j]) for j in by_coordinates] == sorted(
        (far[j], cloud[j]) for j in range(len(cloud)) if j != i
    )[:m]


@given(CLOUDS, st.data())
def test_within(cloud: Cloud, data: st.DataObject) -> None:
    """Within a radius are all others closer than it, none as far as it, nearest first."""
    i, r = data.draw(st.integers(0, len(cloud) - 1)), data.draw(st.integers(0, 6))
    near = sorted((distance(cloud[i], point), j) for j, point in enumerate(cloud) if j != i)
    assert pc.within(cloud, i, r) == tuple(j for far, j in near if far < r)


@given(CLOUDS, st.data())
def test_features(cloud: Cloud, data: st.DataObject) -> None:
    """Each feature is the point followed by what its name says, computed here in floating point."""
    i, m = data.draw(st.integers(0, len(cloud) - 1)), data.draw(st.integers(1, len(cloud) - 1))
    r = data.draw(st.integers(0, 6))
    near = sorted((distance(cloud[i], point), j) for j, point in enumerate(cloud) if j != i)
    inside = [pair for pair in near if pair[0] < r]
    expected: dict[pc.Features, list[float]] = {
        pc.nearest_by_distance(cloud, i, m): [x for _, j in near[:m] for x in cloud[j]],
        pc.nearest_by_order(cloud, i, m): [x for j in sorted(j for _, j in near[:m]) for x in cloud[j]],
        pc.within_by_distance(cloud, i, r): [x for _, j in inside for x in cloud[j]],
        pc.within_by_order(cloud, i, r): [x for j in sorted(j for _, j in inside) for x in cloud[j]],
        pc.furthest_within(cloud, i, r): [max((far for far, _ in inside), default=0)],
        pc.mean_of_nearest(cloud, i, m): list(np.mean([cloud[j] for _, j in near[:m]], axis=0)),
        pc.mean_within(cloud, i, r): list(np.mean([cloud[i], *(cloud[j] for _, j in inside)], axis=0)),
        pc.nearest_distances(cloud, i, m): [far for far, _ in near[:m]],
        pc.total_distance(cloud, i, m): [sum(far for far, _ in near[:m])],
    }
    for features, rest in expected.items():
        assert [float(x) for x in features] == pytest.approx([*cloud[i], *rest], abs=1e-9)
    assert pc.count_within(cloud, i, r) == (*cloud[i], len(inside))


@given(st.fractions(min_value=0, max_value=10**6))
def test_root(square: Fraction) -> None:
    """A root is exact for squares, and otherwise the largest number of 12 decimals that is not above it."""
    assert pc.root(square * square) == square
    below = pc.root(square)
    assert below * below <= square < (below + Fraction(1, 10**12)) ** 2


@given(CLOUDS, WEIGHTS)
def test_pooled(cloud: Cloud, weights: Matrix) -> None:
    """Pooling is the mean over points of the ReLU of features times weights, cut to the features' length."""
    grouping = partial(pc.within_by_distance, r=3)
    rows = [np.array(grouping(cloud, i), dtype=float) for i in range(len(cloud))]
    table = np.array(weights, dtype=float)
    expected = np.mean([np.maximum(row @ table[: len(row)], 0) for row in rows], axis=0)
    assert [float(x) for x in pc.pooled(cloud, grouping, weights)] == pytest.approx(expected.tolist(), abs=1e-9)


@pytest.mark.parametrize("name", ALWAYS)
@given(cloud=CLOUDS, weights=WEIGHTS, data=st.data())
def test_always_invariant(name: str, cloud: Cloud, weights: Matrix, data: st.DataObject) -> None:
    """Groupings that the module calls indifferent to order are, ties or not."""
    cloud = cloud[:4]
    grouping = ALWAYS[name](data.draw(st.integers(1, len(cloud) - 1)))
    assert pc.permutation_counterexample(cloud, lambda points: pc.pooled(points, grouping, weights)) is None


@pytest.mark.parametrize("name", WITHOUT_TIES)
@given(cloud=CLOUDS, weights=WEIGHTS, data=st.data())
def test_invariant_without_ties(name: str, cloud: Cloud, weights: Matrix, data: st.DataObject) -> None:
    """Groupings ordered by distance are indifferent to the order of a cloud without ties."""
    cloud = cloud[:4]
    assume(not pc.tied(cloud))
    grouping = WITHOUT_TIES[name](data.draw(st.integers(1, len(cloud) - 1)))
    assert pc.permutation_counterexample(cloud, lambda points: pc.pooled(points, grouping, weights)) is None


@pytest.mark.parametrize("name", WITHOUT_TIES)
def test_ties_break_invariance(name: str, digit_one: Cloud) -> None:
    """On the paper's own cloud, which has ties, some m or r and some weights tell two orders apart."""
    weights = Matrix([(0, 0), (-2, 1), (0, 0), (3, -2), (0, 0), (1, 3), (0, 0), (0, -1)])

    def changed(m: int) -> tuple[int, ...] | None:
        grouping = WITHOUT_TIES[name](m)
        return pc.permutation_counterexample(digit_one, lambda points: pc.pooled(points, grouping, weights))

    assert pc.tied(digit_one)
    assert any(changed(m) for m in (1, 2, 3))


def test_order_of_the_cloud_shows() -> None:
    """Neighbors in the order of the cloud give its order away without any tie, but one neighbor cannot."""
    cloud, weights = ((0, 0), (0, 1), (0, 3)), Matrix([(0, 0), (0, 1), (0, 0), (0, -2), (0, 0), (0, 3)])
    assert not pc.tied(cloud)
    for m, invariant in ((1, True), (2, False)):
        grouping = partial(pc.nearest_by_order, m=m)
        found = pc.permutation_counterexample(cloud, partial(pc.pooled, grouping=grouping, weights=weights))
        assert (found is None) == invariant


@given(CLOUDS)
def test_first_counterexample(cloud: Cloud) -> None:
    """The counterexample is the first order, in lexicographic order, that changes the result."""
    changed = [o for o in permutations(range(len(cloud))) if [cloud[j] for j in o] != list(cloud)]
    assert pc.permutation_counterexample(cloud, lambda points: points) == (changed[0] if changed else None)
    assert pc.permutation_counterexample(cloud, lambda points: points, orders=[range(len(cloud))]) is None


@given(CLOUDS)
def test_tied(cloud: Cloud) -> None:
    """The ties are the triples with two equal squared distances to a third point."""
    far = ((np.array(cloud)[:, None] - np.array(cloud)) ** 2).sum(axis=-1)
    n = len(cloud)
    expected = {
        (i, j, k)
        for i in range(n)
        for j in range(n)
        for k in range(j + 1, n)
        if len({i, j, k}) == 3 and far[i, j] == far[i, k]
    }
    assert set(pc.tied(cloud)) == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda c: pc.nearest(c, 4, 1),
        lambda c: pc.nearest(c, -1, 1),
        lambda c: pc.nearest(c, 0, 4),
        lambda c: pc.nearest(c, 0, -1),
        lambda c: pc.within(c, 0, -1),
        lambda c: pc.mean_of_nearest(c, 0, 0),
        lambda c: pc.permuted(c, (0, 1, 1, 2)),
        lambda c: pc.permutation_counterexample(c * 3, len),
        lambda c: pc.pooled(c, partial(pc.nearest_by_distance, m=3), Matrix([(1,), (2,)])),
        lambda _: pc.pooled((), partial(pc.nearest_by_distance, m=3), Matrix([(1,), (2,)])),
        lambda _: pc.squared_distance((1,), (1, 2)),
        lambda _: pc.root(-1),
    ],
)
def test_refused(call: Callable[[Cloud], object], digit_one: Cloud) -> None:
    """Places, numbers of neighbors, radii, orders and weights that do not fit are refused with the value."""
    with pytest.raises(ValueError, match=r"not |0"):
        call(digit_one)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6, unique=True), st.data())
def test_sampling_is_greedy_in_every_round(cloud: list[tuple[int, int]], data: st.DataObject) -> None:
    """Each sampled point is as far from those before it (or as near) as any that remains; none comes twice."""
    ways: tuple[Literal["furthest", "nearest"], ...] = ("furthest", "nearest")
    start, keep = data.draw(st.integers(0, len(cloud) - 1)), data.draw(st.sampled_from(ways))
    places = pc.sampled(cloud, start, len(cloud), keep)
    assert sorted(places) == list(range(len(cloud)))
    assert places[0] == start
    for count in range(1, len(cloud)):

        def gap(i: int, before: tuple[int, ...] = places[:count]) -> int:
            return min((cloud[i][0] - cloud[j][0]) ** 2 + (cloud[i][1] - cloud[j][1]) ** 2 for j in before)

        best = (max if keep == "furthest" else min)(gap(i) for i in places[count:])
        assert gap(places[count]) == best


@pytest.mark.parametrize(("start", "count"), [(-1, 1), (2, 1), (0, 0), (0, 3)])
def test_sampling_needs_points(start: int, count: int) -> None:
    """A start or a count that the cloud has not is an error."""
    with pytest.raises(ValueError, match="point"):
        pc.sampled([(0, 0), (1, 1)], start, count)
