"""Which points of a cloud a network keeps when it halves the cloud."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations, permutations

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Rational
from markscheme.kinds import OneOf, TokenSequence
from markscheme.mechanisms import point_clouds
from markscheme.pictures import Picture, pipeline, point_cloud
from markscheme.text.notation import Word

MOST_POINTS = 12
NAMES = tuple([f"x_{i + 1}" for i in range(MOST_POINTS)])
OPTIONS = {
    "furthest": "Move the point whose saved distance is the *largest* to the sampled ones.",
    "nearest": "Move the point whose saved distance is the *smallest* to the sampled ones.",
}
LABELS = ("1", "2")

problem = Problem(
    "point_clouds/downsampling",
    version=1,
    title="Downsampling a point cloud",
    source="EECS 182 midterm, Spring 2023, question 7(c)",
    lab=trained("point_clouds"),
    symbols={"chosen": r"\text{sampled}"},
    text=r"""
    A deeper network pools: between two layers it keeps only part of the $n$ points of a cloud. Two algorithms are
    proposed. Both start with one point in the set of *sampled* points and all others in the set of *remaining* ones,
    and both repeat two steps until at least $n/2$ points are sampled. The first step is the same: for each remaining
    point, find the nearest sampled point, and save the distance to it. They differ in the second step.
    """,
)
a = problem.part("a", "Which algorithm is closer in spirit to max pooling in a convolutional network?")
b = problem.part(
    "b",
    "Run the algorithm that you chose on the cloud of the figure, starting with [[first]]. Which points are "
    "sampled? List their names in order, the first one too.",
)
c = problem.part(
    "c",
    "Which points of a cloud does each of the two algorithms keep, and which does it lose? Compare them as pooling.",
)


@problem.givens(offered=TokenSequence(OPTIONS), first=OneOf(NAMES))
def draw(rng: Draw, *, points: int = 7, largest: int = 6) -> dict[str, object]:
    if not 4 <= points <= MOST_POINTS:
        raise ValueError(f"a cloud has 4 to {MOST_POINTS} points, not {points}")
    places = [(x, y) for x in range(largest + 1) for y in range(largest + 1)]
    cloud = rng.sample(places, points)
    return {
        "offered": rng.shuffled(tuple(OPTIONS)),
        "X": Matrix(cloud),
        "first": NAMES[rng.below(points)],
    }


@problem.answer(
    marks=1, part=a, kind=OneOf(LABELS), options=OPTIONS, drawn="offered", label="the number of one algorithm"
)
def algorithm(offered: tuple[str, ...]) -> str:
    """Max pooling keeps what stands out of each region, and drops what is like it. Keeping points far from those that
    are kept already does the same to a cloud: every region keeps a point. Keeping points close to them keeps one
    region, and loses the others.
    """
    return LABELS[offered.index("furthest")]


@algorithm.slip("keeps points that are alike")
def _(offered: tuple[str, ...]) -> str:
    return LABELS[offered.index("nearest")]


def half(X: Matrix) -> int:
    """The least number of points that is at least half of them."""
    return (len(X) + 1) // 2


def run(X: Matrix, first: str, keep: str) -> tuple[str, ...]:
    way = "furthest" if keep == "furthest" else "nearest"
    return tuple([NAMES[i] for i in point_clouds.sampled(X, NAMES.index(first), half(X), way)])


@problem.answer(marks=3, part=b, kind=TokenSequence(NAMES), label="The sampled points, in order")
def chosen(offered: tuple[str, ...], X: Matrix, first: str, algorithm: str) -> tuple[str, ...]:
    """In each round, each remaining point has a distance to the sampled point that is nearest to it. The point for
    which it is the largest is sampled next; then the distances to this new point may be the smaller ones. Squares
    of distances are enough to compare.
    """
    return run(X, first, offered[LABELS.index(algorithm)])


@chosen.trace("sampled so far", "squared distance of each remaining point", "next")
def _(X: Matrix, chosen: tuple[str, ...]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for count, gaps in rounds(X, chosen):
        told = ", ".join([f"{plain(NAMES[i])}: {gap}" for i, gap in gaps.items()])
        rows.append((Word(", ".join(map(plain, chosen[:count]))), told, plain(chosen[count])))
    return rows


def rounds(X: Matrix, chosen: tuple[str, ...]) -> list[tuple[int, dict[int, Rational]]]:
    """For each number of points sampled so far, the squared distance of each remaining point to the nearest of them."""
    places = [NAMES.index(name) for name in chosen]
    return [(count, point_clouds.gaps_to(X, places[:count])) for count in range(1, len(places))]


def plain(name: str) -> str:
    return name.replace("_", "")


@chosen.require("in every round one remaining point is the furthest, or the nearest, alone")
def _(offered: tuple[str, ...], X: Matrix, chosen: tuple[str, ...], algorithm: str) -> bool:
    best = max if offered[LABELS.index(algorithm)] == "furthest" else min
    found = [list(gaps.values()) for _, gaps in rounds(X, chosen)]
    return all(gaps.count(best(gaps)) == 1 for gaps in found)


@chosen.slip("measures the distance to the last sampled point alone")
def _(X: Matrix, first: str) -> tuple[str, ...]:
    places = [NAMES.index(first)]
    while len(places) < half(X):
        gaps = point_clouds.gaps_to(X, places[-1:])
        places.append(max([i for i in gaps if i not in places], key=lambda i: gaps[i]))
    return tuple([NAMES[i] for i in places])


@chosen.slip("measures the distance to the first point alone")
def _(X: Matrix, first: str) -> tuple[str, ...]:
    gaps = point_clouds.gaps_to(X, [NAMES.index(first)])
    return (first, *[NAMES[i] for i in sorted(gaps, key=lambda i: -gaps[i])[: half(X) - 1]])


@chosen.slip("keeps the points that are close", may_coincide=True)
def _(X: Matrix, first: str) -> tuple[str, ...]:
    return run(X, first, "nearest")


@chosen.slip("stops one point short of half", may_coincide=True)
def _(offered: tuple[str, ...], X: Matrix, first: str, algorithm: str) -> tuple[str, ...]:
    return run(X, first, offered[LABELS.index(algorithm)])[:-1]


@problem.rubric(
    {
        "says that the sampled points are spread over the whole cloud, or are as different as can be": 1,
        "says that the other algorithm stays near its start, so that whole regions are lost": 1,
    },
    part=c,
    label="Why",
)
def why() -> None:
    """The distance of a remaining point to its nearest sampled one says how much is lost if the point is dropped. To
    sample where it is largest spreads the points over the cloud: dense groups are thinned out to a few points, and a
    single point far from all others is kept, as max pooling keeps the strongest value of each region. To sample where
    it is smallest grows one dense group around the start, and drops the rest of the cloud.
    """


@problem.figure()
def network() -> Picture:
    return pipeline(
        [("X", "n × 2"), ("Z", "n × f"), ("Z_1", "n/2 × f"), ("Z_2", "n/2 × 2f"), ("F", "2f")],
        ["point features", "pooling", "point features", "average pooling"],
        emphasized="pooling",
    )


@problem.figure(part=b)
def _(X: Matrix) -> Picture:
    return point_cloud([(x, y) for x, y in X])


@problem.check
def _(offered: tuple[str, ...], X: Matrix, first: str) -> dict[str, object]:
    """Of all ways to sample half of the points one after the other, the one whose list of distances (each to the
    nearest point before it) comes last in the dictionary. And which algorithm keeps a point of each of three groups.
    """
    way = best(X, NAMES.index(first), len(X) - len(X) // 2, 1)
    return {"algorithm": str(1 + offered.index(covering())), "chosen": [NAMES[i] for i in way]}


@cache
def covering() -> str:
    clumps = [(group * 1000 + place, 0) for group in range(3) for place in range(4)]
    covered = {key: {i // 4 for i in best(clumps, 0, 3, sign)} for key, sign in (("furthest", 1), ("nearest", -1))}
    (spread,) = [key for key, groups in covered.items() if len(groups) == 3]
    return spread


def best(cloud: Sequence[Sequence[Rational]], start: int, count: int, sign: int) -> tuple[int, ...]:
    apart = [[sum([(p - q) ** 2 for p, q in zip(a, b, strict=True)]) for b in cloud] for a in cloud]

    def distances(way: tuple[int, ...]) -> list[Rational]:
        places = (start, *way)
        return [sign * min([apart[i][j] for j in places[:k]]) for k, i in enumerate(way, 1)]

    others = [i for i in range(len(cloud)) if i != start]
    return (start, *max(permutations(others, count - 1), key=distances))


def told(listed: Sequence[object]) -> str:
    return ", ".join(map(str, listed))


def spread(cloud: Matrix, places: Sequence[int]) -> Rational:
    """The smallest squared distance between two of some points: how different they are."""
    return min([point_clouds.squared_distance(cloud[i], cloud[j]) for i, j in combinations(places, 2)])
