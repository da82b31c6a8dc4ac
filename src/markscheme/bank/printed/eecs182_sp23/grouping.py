"""Question 7(b) as printed: its numbers, its key, its claims."""

from functools import partial

from markscheme import Draw, never, only_if
from markscheme.bank.point_clouds.grouping import BY_PLACE, cloud_without_ties, groupings, problem
from markscheme.core.published import Ruling
from markscheme.exact import Matrix, Vector
from markscheme.kinds import VectorKind
from markscheme.mechanisms import point_clouds
from markscheme.mechanisms.point_clouds import Cloud, Grouping

# The paper leaves open what happens to neighbors that are equally far, and its own cloud has some. Posed here with the
# rule that makes its key right on that cloud; m, r and the weights are ours.
published = problem.published(
    "",
    givens={
        "methods": ("nearest_by_distance", "nearest_by_order", "within_by_distance", "furthest_within"),
        "ties": BY_PLACE, "m": 2, "r": 3, "X": [[0, 4], [0, 3], [0, 2], [0, 1]], "weights": [1, 1, 2, 2, 3, 3, 4, 4],
    },
    key={"invariant": ["1", "3", "4"]},
    asks={"invariant": 8},
    text=r"""
    The point features of (a) do not look at how points lie to each other. One idea is to group each point with those
    around it, by their Euclidean distance: each point $x_i$ is extended to a longer row $\tilde{x}_i$, and
    $$F = \frac{1}{n} \sum_{i=1}^{n} \operatorname{ReLU}(\tilde{x}_i W)$$
    with weights $W$ that all points share. A point's *neighbors* are the other points, ranked by their distance from
    it; neighbors that are equally far from a point [[ties]].

    Select all ways that guarantee permutation invariance: the global feature $F$ is the same for every order of the
    points, whatever the cloud and the weights.
    """,
    figures={},
)  # fmt: skip

WEIGHTS = Matrix([(1 + i, (3 * i) % 5 - 1) for i in range(10)])

SIZES = (1, 2, 3)

RADII = (2, 3, 4)


def counterexamples(method: str, cloud: Cloud) -> list[tuple[str, Cloud, Vector, Vector]]:
    """For each m or r at which some order of the points changes F: which, the order, and both values of F."""
    found: list[tuple[str, Cloud, Vector, Vector]] = []
    for name, values in (("m", SIZES),) if method.startswith("nearest") else (("r", RADII),):
        for value in values:
            way = groupings(value, value, "order")[method]
            order = point_clouds.permutation_counterexample(cloud, partial(feature, way))
            if order is not None:
                moved = point_clouds.permuted(cloud, order)
                found.append((f"{name} = {value}", moved, feature(way, cloud), feature(way, moved)))
    return found


def feature(way: Grouping, cloud: Cloud) -> Vector:
    return point_clouds.pooled(cloud, way, WEIGHTS)


def ruling_on(method: str, X: Matrix) -> bool | Ruling:
    """Whether a method is invariant: always, without ties only, or never; tried in all orders, at several m or r."""
    found = counterexamples(method, X)
    fails_apart = [example for number in range(5) for example in counterexamples(method, apart_cloud(number))]
    if not found and not fails_apart:
        return True
    size, moved, before, after = (fails_apart or found)[0]
    evidence = f"with {size}, F = {written(before)} becomes {written(after)} in the order {listed(moved)}"
    if fails_apart:
        return never(evidence)
    i, j, k = point_clouds.tied(X)[0]
    tie = f"{listed([X[j]])} and {listed([X[k]])} are equally far from {listed([X[i]])}"
    sizes = ", ".join([example[0] for example in found])
    return only_if("no two neighbors of a point are equally far from it",
                   f"on the paper's own cloud {listed(X)}, where {tie}, it fails for {sizes}: {evidence}")  # fmt: skip


def apart_cloud(number: int) -> Cloud:
    return cloud_without_ties(Draw(f"point_clouds/grouping: claims {number}"), 4)[0]


def written(F: Vector) -> str:
    return VectorKind().write(F)


def listed(points: Cloud) -> str:
    return ", ".join([f"({', '.join(map(str, point))})" for point in points])


for label, method in (("first", "nearest_by_distance"), ("third", "within_by_distance"), ("fourth", "furthest_within")):

    def is_invariant(X: Matrix, method: str = method) -> bool | Ruling:
        return ruling_on(method, X)

    published.claim(f"the {label} method is permutation-invariant", about="invariant", where="key")(is_invariant)


@published.claim("the second method cannot guarantee permutation invariance", about="invariant", where="key")
def _(X: Matrix) -> bool:
    return len(counterexamples("nearest_by_order", X)) == len(SIZES)


@published.claim("methods 1 and 2: X̃ ∈ ℝ^{n×2(m+1)}", about="invariant", where="question")
def _(X: Matrix) -> bool:
    ways = [groupings(m, 1, "order")[method] for m in SIZES for method in ("nearest_by_distance", "nearest_by_order")]
    lengths = [[len(way(X, i)) for i in range(len(X))] for way in ways]
    return lengths == [[2 * (m + 1)] * len(X) for m in SIZES for _ in range(2)]


@published.claim("method 3: the shared weights are in ℝ^{2(n+1)×f}", about="invariant", where="question")
def _(X: Matrix) -> bool | Ruling:
    n = len(X)
    longest = max([len(point_clouds.within_by_distance(X, i, 100)) for i in range(n)])
    if longest == 2 * (n + 1):
        return True
    with_itself = longest + 2  # its own coordinates once more
    condition = "a point counts as its own neighbor" if with_itself == 2 * (n + 1) else "never"
    return Ruling(
        condition,
        f"with n = {n} points a point and all its neighbors have {longest} coordinates, not 2(n + 1) = {2 * (n + 1)}: "
        f"{2 * (n + 1) - longest} rows of the weights are never used",
        f"ℝ^{{{'2n' if longest == 2 * n else longest}×f}}",
    )


@published.claim(
    "method 4, the distance to the furthest point within r: X̃ ∈ ℝ^{n×3}", about="invariant", where="question"
)
def _(X: Matrix) -> bool | Ruling:
    for r in (*RADII, 1):
        alone = [X[i] for i in range(len(X)) if not point_clouds.within(X, i, r)]
        if alone:
            return only_if(
                "each point has a neighbor closer than r, or counts as its own neighbor",
                f"with r = {r} no point is closer than r to {listed(alone)}: there is no furthest one",
            )
    return True
