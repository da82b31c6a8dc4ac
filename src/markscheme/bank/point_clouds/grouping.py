"""Which ways to group the points of a cloud leave the network's output alone when the points are reordered."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from math import isqrt, lcm
from typing import TypeAlias

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Rational, Vector, dot
from markscheme.kinds import AllThatApply, Exact, OneOf, TokenSequence
from markscheme.mechanisms import point_clouds
from markscheme.mechanisms.point_clouds import Grouping, Point, Ties
from markscheme.pictures import Picture, point_cloud
from markscheme.text.notation import Notation, Number

Methods: TypeAlias = tuple[str, ...]

LABELS = "1234"
DISTINCT = "never occur"
IN_ORDER = "are ranked in the order in which they stand in the cloud"
BY_PLACE = "are ranked by their first coordinates, smaller ones first, and then by their second coordinates"

USES_ORDER = ("nearest_by_order", "within_by_order", "first_within", "next_in_order", "number")
"""Methods that look at the places of points in X."""
RANKS = ("nearest_by_distance", "within_by_distance", "mean_of_nearest", "furthest_point")
"""Methods for which it matters how two equally far points are ranked."""
UNORDERED = ("furthest_within", "count_within", "mean_within", "nearest_distances", "total_distance")
"""Methods that depend on neither."""
VARIES = ("within_by_distance", "furthest_within", "count_within", "mean_within", "furthest_point")
"""Methods that look at a varying number of neighbors, though not at their order in X."""
_INSIDE = "neighbors closer than [[r]]"
_NEAREST = "its [[m]] nearest neighbors"
_TRUNCATED = "A point with few of them uses the first rows of the weights alone."
OPTIONS = {
    method: f"Append to each point {what}"
    for method, what in {
        "nearest_by_distance": f"the coordinates of {_NEAREST}, the nearest one first.",
        "nearest_by_order": f"the coordinates of {_NEAREST}, in the order in which they stand in $X$.",
        "within_by_distance": f"the coordinates of all its {_INSIDE}, the nearest one first. {_TRUNCATED}",
        "within_by_order": f"the coordinates of all its {_INSIDE}, in the order of $X$. {_TRUNCATED}",
        "furthest_within": f"one number: the distance to the furthest of its {_INSIDE} (0 if there is none).",
        "furthest_point": f"the coordinates of the last-ranked of its {_INSIDE} (its own if there is none).",
        "first_within": f"the coordinates of the first in $X$ of its {_INSIDE} (its own if there is none).",
        "count_within": f"one number: how many {_INSIDE} it has.",
        "mean_of_nearest": f"the mean of the coordinates of {_NEAREST}.",
        "mean_within": f"the mean of the coordinates of itself and all its {_INSIDE}.",
        "nearest_distances": f"the distances to {_NEAREST}, the smallest one first.",
        "total_distance": f"one number: the sum of the distances to {_NEAREST}.",
        "next_in_order": "the coordinates of the point that follows it in $X$ (the first follows the last).",
        "number": "its place in $X$, a number from 1 to $n$.",
    }.items()
}

problem = Problem(
    "point_clouds/grouping",
    version=1,
    title="Grouping the points of a cloud",
    source="EECS 182 midterm, Spring 2023, question 7(b)",
    lab=trained("point_clouds"),
    symbols={"changed": r"\text{changed}", "invariant": r"\text{invariant}"},
    text=r"""
    A network reads a cloud of $n$ points in the plane as the rows of a matrix $X$. It extends each point $x_i$ to a
    longer row $\tilde{x}_i$ that says something about the points around it, and returns the global feature
    $$F = \frac{1}{n} \sum_{i=1}^{n} \operatorname{ReLU}(\tilde{x}_i W)$$
    with weights $W$ that all points share. A cloud is a set: the order of its points means nothing.
    Which of these ways to extend the points guarantee that $F$ is the same for every order of the rows of $X$,
    whatever the cloud and the weights?

    A point's *neighbors* are the other points, ranked by their distance from it. Neighbors that are equally far
    from a point [[ties]]. The figure shows one such cloud, and the distance [[r]].
    """,
)


def methods_for(rng: Draw, ties: str) -> tuple[str, ...]:
    """Four methods, one of them fooled by the order of X and one that ranks; each set of right answers is as likely."""
    if ties == IN_ORDER:
        count = 1 if rng.below(10) < 4 else 2
        wrong = [rng.choice(USES_ORDER), rng.choice(RANKS)]
        wrong += rng.sample([method for method in (*USES_ORDER, *RANKS) if method not in wrong], 2 - count)
        return rng.shuffled([*wrong, *rng.sample(UNORDERED, count)])
    count = rng.choice((1, 1, 2, 2, 2, 3, 3))
    right = [rng.choice(RANKS)]
    right += rng.sample([method for method in (*RANKS, *UNORDERED) if method not in right], count - 1)
    return rng.shuffled([*right, *rng.sample(USES_ORDER, 4 - count)])


def cloud_without_ties(rng: Draw, size: int) -> tuple[list[Point], int]:
    """Points, no two equally far from a third, and a radius within which the first has two neighbors or more."""
    while True:
        points: list[Point] = [(rng.int(-3, 3), rng.int(-3, 3)) for _ in range(size)]
        if len(set(points)) == size and not point_clouds.tied(points):
            second = sorted([point_clouds.squared_distance(points[0], point) for point in points[1:]])[1]
            return points, isqrt(int(second)) + 1


WEIGHT = (-3, -2, -1, 1, 2, 3)
ROUND = [(x, y) for x in range(-4, 5) for y in range(-4, 5)]


def cloud_with_a_tie(rng: Draw, size: int, m: int) -> tuple[list[Point], int]:
    """Points, one of which has a tie for its m-th neighbor, and a radius that reaches this pair and no further."""
    a, b = rng.choice(((2, 1), (1, 2), (3, 0), (2, 2), (3, 1), (1, 3)))
    length = a * a + b * b
    r = isqrt(length) + 1
    pair = rng.sample(((a, b), (-a, -b), (-b, a), (b, -a)), 2)
    near = rng.sample([(x, y) for x, y in ROUND if 0 < x * x + y * y < length], m - 1)
    far = rng.sample([(x, y) for x, y in ROUND if x * x + y * y > r * r], size - m - 2)
    x, y = rng.int(-1, 1), rng.int(-1, 1)
    return [(x + i, y + j) for i, j in ((0, 0), *near, *pair, *far)], r


@problem.givens(methods=TokenSequence(OPTIONS), ties=OneOf((DISTINCT, IN_ORDER, BY_PLACE)))
def draw(rng: Draw, *, points: int = 5) -> dict[str, object]:
    ties, m = rng.choice((DISTINCT, IN_ORDER, BY_PLACE)), rng.int(2, 3)
    cloud, r = cloud_without_ties(rng, points) if ties == DISTINCT else cloud_with_a_tie(rng, points, m)
    return {
        "methods": methods_for(rng, ties),
        "ties": ties,
        "m": m,
        "r": r,
        "X": Matrix(rng.shuffled(cloud)),
        "weights": Vector([rng.choice(WEIGHT) for _ in range(2 * points)]),
    }


def groupings(m: int, r: Rational, ties: Ties) -> dict[str, Grouping]:
    """Every method, as a function of a cloud and the number of a point."""
    return {
        "nearest_by_distance": partial(point_clouds.nearest_by_distance, m=m, ties=ties),
        "nearest_by_order": partial(point_clouds.nearest_by_order, m=m, ties=ties),
        "within_by_distance": partial(point_clouds.within_by_distance, r=r, ties=ties),
        "within_by_order": partial(point_clouds.within_by_order, r=r),
        "furthest_within": partial(point_clouds.furthest_within, r=r),
        "furthest_point": partial(point_clouds.furthest_point, r=r, ties=ties),
        "first_within": partial(point_clouds.first_within, r=r),
        "count_within": partial(point_clouds.count_within, r=r),
        "mean_of_nearest": partial(point_clouds.mean_of_nearest, m=m, ties=ties),
        "mean_within": partial(point_clouds.mean_within, r=r),
        "nearest_distances": partial(point_clouds.nearest_distances, m=m),
        "total_distance": partial(point_clouds.total_distance, m=m),
        "next_in_order": point_clouds.next_in_order,
        "number": point_clouds.numbered,
    }


def outputs(methods: Methods, ties: str, m: int, r: int, X: Matrix, weights: Vector) -> list[tuple[Rational, Rational]]:
    """What the network returns for the cloud and for the cloud in reverse order, for each method."""
    ways = groupings(m, r, "coordinates" if ties == BY_PLACE else "order")
    column, backward = Matrix([(weight,) for weight in weights]), X[::-1]
    return [
        (point_clouds.pooled(X, ways[method], column)[0], point_clouds.pooled(backward, ways[method], column)[0])
        for method in methods
    ]


@problem.step(kind=AllThatApply(LABELS))
def changed(methods: Methods, ties: str, m: int, r: int, X: Matrix, weights: Vector) -> frozenset[str]:
    """One cloud cannot prove that a method is safe, but it can show that it is not. Take the cloud of the figure and
    any weights, here the one column [[weights]], of which shorter rows use the first entries. Read the same
    points in reverse order: where $F$ is another number, nothing is guaranteed.
    """
    results = outputs(methods, ties, m, r, X, weights)
    return frozenset([label for label, (forward, backward) in zip(LABELS, results, strict=True) if forward != backward])


@changed.trace("method", "$F$", "$F$ in reverse order")
def _(methods: Methods, ties: str, m: int, r: int, X: Matrix, weights: Vector) -> list[tuple[object, ...]]:
    results = outputs(methods, ties, m, r, X, weights)
    return [(label, *[short(F) for F in pair]) for label, pair in zip(LABELS, results, strict=True)]


def short(number: Rational) -> Notation:
    return Exact().show(number) if number.denominator <= 60 else Number(f"{float(number):.3f}")


@changed.require("the reverse order shows which methods depend on the order")
def _(changed: frozenset[str], methods: Methods, ties: str) -> bool:
    return changed == frozenset(LABELS) - invariant(methods, ties)


@problem.answer(
    marks=8,
    kind=AllThatApply(LABELS),
    options=OPTIONS,
    drawn="methods",
    label="the numbers of all methods that guarantee it",
)
def invariant(methods: Methods, ties: str) -> frozenset[str]:
    """The mean over the points does not mind the order of its terms. So $F$ stays the same if each longer row does,
    that is, if it says something about the point and the *set* of the others. What looks at places in $X$ fails.
    A ranking by distance is safe as long as the points alone decide it. Neighbors that are equally far [[ties]]. If it
    were for the order in $X$ to decide between two of them, a method would fail as soon as it matters
    which of the two comes first. That the number of neighbors varies from point to point does no harm: it does
    not vary with the order.
    """
    return frozenset([label for label, method in zip(LABELS, methods, strict=True) if is_safe(method, ties)])


def is_safe(method: str, ties: str) -> bool:
    return method in UNORDERED or (method in RANKS and ties != IN_ORDER)


@invariant.trace("method", "looks at places in $X$", "equally far neighbors matter", "guaranteed")
def _(methods: Methods, ties: str) -> list[tuple[object, ...]]:
    return [
        (label, yes(method in USES_ORDER), yes(method in RANKS), yes(is_safe(method, ties)))
        for label, method in zip(LABELS, methods, strict=True)
    ]


def yes(holds: bool) -> str:
    return "yes" if holds else "no"


def labeled(methods: Methods, those: Iterable[str]) -> frozenset[str]:
    """The labels of those methods that this item has."""
    return frozenset([label for label, method in zip(LABELS, methods, strict=True) if method in those])


@invariant.slip("selects the methods that fail")
def _(methods: Methods, ties: str) -> frozenset[str]:
    return frozenset(LABELS) - invariant(methods, ties)


@invariant.slip("trusts the order of X")
def _(methods: Methods, ties: str) -> frozenset[str]:
    return invariant(methods, ties) | labeled(methods, USES_ORDER)


@invariant.slip("overlooks that the order of X ranks equally far neighbors")
def _(methods: Methods, ties: str) -> frozenset[str] | None:
    return labeled(methods, (*RANKS, *UNORDERED)) if ties == IN_ORDER else None


@invariant.slip("distrusts every ranking by distance")
def _(methods: Methods, ties: str) -> frozenset[str] | None:
    return labeled(methods, UNORDERED) if ties != IN_ORDER else None


@invariant.slip("doubts a method because the number of neighbors varies", may_coincide=True)
def _(methods: Methods, ties: str) -> frozenset[str]:
    return invariant(methods, ties) - labeled(methods, VARIES)


@invariant.slip("takes any mean for safe, whichever neighbors it is of", may_coincide=True)
def _(methods: Methods, ties: str) -> frozenset[str]:
    return invariant(methods, ties) | labeled(methods, ("mean_of_nearest",))


@problem.figure()
def _(X: Matrix, r: int) -> Picture:
    plane = [(x, y) for x, y in X]
    return point_cloud(plane, radius=r, center=plane[center_of(X, r)])


def center_of(X: Matrix, r: int) -> int:
    """The number of a point with no other just on the circle around it; with equally far neighbors if there are any."""
    on_circle = [any(point_clouds.squared_distance(x, other) == r * r for other in X) for x in X]
    tied = {i for i, _, _ in point_clouds.tied(X)}
    return min(range(len(X)), key=lambda i: (on_circle[i], i not in tied, i))


@problem.check
def _(methods: Methods, ties: str, m: int, r: int, X: Matrix, weights: Vector) -> dict[str, object]:
    """Run the network, for rotations of the cloud, their reversals and swaps; on this cloud, and on one where no two
    distances are equal. Squared distances stand for distances: they have the same order.
    """
    apart = [(1000 * x + 7 * i * i, 1000 * y + 11 * i**3) for i, (x, y) in enumerate(X)]

    def reordered(cloud: Sequence[Point]) -> Iterator[list[Point]]:
        for start in range(len(cloud)):
            rotated = [*cloud[start:], *cloud[:start]]
            yield rotated
            yield rotated[::-1]
            yield [rotated[1], rotated[0], *rotated[2:]]

    def networks(methods: Collection[str], cloud: list[Point], r: int) -> dict[str, Rational]:
        seen = [neighbors(cloud, i, ties) for i in range(len(cloud))]
        return {method: network(method, cloud, seen, m, r, weights) for method in methods}

    same = set(methods)
    for cloud, scale in ((list(X), 1), (apart, 1000)):
        first = networks(same, cloud, r * scale)
        for order in reordered(cloud):
            same = {method for method, found in networks(same, order, r * scale).items() if found == first[method]}
    ahead, back = (networks(methods, cloud, r) for cloud in (list(X), list(X)[::-1]))
    return {
        "changed": [label for label, it in zip(LABELS, methods, strict=True) if ahead[it] != back[it]],
        "invariant": [label for label, it in zip(LABELS, methods, strict=True) if it in same],
    }


def neighbors(cloud: list[Point], i: int, ties: str) -> list[tuple[Rational, int]]:
    """The other points by their distance to point i, squared, each with its number."""
    x, y = cloud[i]
    squares = [(u - x) * (u - x) + (v - y) * (v - y) for u, v in cloud]
    others = [j for j in range(len(cloud)) if j != i]
    others.sort(key=lambda j: (squares[j], cloud[j]) if ties == BY_PLACE else squares[j])  # else by their numbers
    return [(squares[j], j) for j in others]


def network(
    method: str, cloud: list[Point], seen: Sequence[Sequence[tuple[Rational, int]]], m: int, r: int, weights: Vector
) -> Rational:  # fmt: skip
    total: Rational = 0
    for i, others in enumerate(seen):
        row = extended(method, cloud, i, others, m, r)
        total += max(0, dot(row, weights[: len(row)]))
    return total


def extended(
    method: str, cloud: list[Point], i: int, others: Sequence[tuple[Rational, int]], m: int, r: int
) -> list[Rational]:  # fmt: skip
    """Point i and what a method appends to it. A row with a mean in it is multiplied, so that it is whole."""
    nearest, inside = [j for _, j in others[:m]], [j for square, j in others if square < r * r]
    squares = [square for square, _ in others]
    match method:
        case "furthest_within":
            return [*cloud[i], squares[len(inside) - 1] if inside else 0]
        case "count_within":
            return [*cloud[i], len(inside)]
        case "nearest_distances":
            return [*cloud[i], *squares[:m]]
        case "total_distance":
            return [*cloud[i], sum(squares[:m])]
        case "number":
            return [*cloud[i], i + 1]
        case "mean_of_nearest" | "mean_within":
            members = nearest if method == "mean_of_nearest" else [i, *inside]
            every = lcm(*range(1, len(cloud) + 1))
            means = [every // len(members) * sum([cloud[j][axis] for j in members]) for axis in (0, 1)]
            return [*[every * it for it in cloud[i]], *means]
        case "nearest_by_distance":
            chosen = nearest
        case "nearest_by_order":
            chosen = sorted(nearest)
        case "within_by_distance":
            chosen = inside
        case "within_by_order":
            chosen = sorted(inside)
        case "furthest_point":
            chosen = [i, *inside][-1:]
        case "first_within":
            chosen = sorted(inside)[:1] or [i]
        case _:
            chosen = [(i + 1) % len(cloud)]
    return [coordinate for j in (i, *chosen) for coordinate in cloud[j]]
