"""Question 7(c) as printed: its numbers, its key, its claims."""

from itertools import combinations, pairwise

from markscheme import never, only_if
from markscheme.bank.point_clouds.downsampling import OPTIONS, half, problem, spread, told
from markscheme.core.layout import Figure
from markscheme.core.published import Ruling
from markscheme.exact import Matrix
from markscheme.mechanisms import point_clouds

# The paper gives no coordinates with this question: its cloud from part (a) stands in, with the start that is ours.
published = problem.published(
    "",
    givens={"offered": tuple(OPTIONS), "X": [[0, 4], [0, 3], [0, 2], [0, 1]], "first": "x_1"},
    key={"algorithm": "1"},
    asks={"algorithm": 6},
    text=r"""
    A deeper network, shown in Figure 5, has a pooling layer (in bold) after its first layer of point features. It keeps
    half of the points, $Z \to Z_1$, and the next layer doubles the features of each, $Z_1 \to Z_2$, much as pooling in
    a convolutional network makes the image smaller and its features more.

    Two algorithms are proposed. Both start with a point picked at random in the set of *sampled* points and all others
    in the set of *remaining* ones, and both repeat two steps until at least $n/2$ points are sampled. The first step is
    the same: for each remaining point, find the nearest sampled point, and save the distance to it. They differ in the
    second. At the end, the sampled points alone go on to the next layer.

    Which algorithm is closer in spirit to max pooling in a convolutional network?
    """,
    figures={"network": Figure("Figure 5: A deeper network for clouds of points.")},
)

EIGHT = Matrix([(6, 0), (5, 7), (9, 6), (3, 4), (2, 12), (2, 9), (8, 1), (7, 10)])


@published.claim("the first algorithm outputs the leading N/2 most different points", about="algorithm")
def _() -> bool | Ruling:
    best = max([spread(EIGHT, places) for places in combinations(range(len(EIGHT)), half(EIGHT))])
    found = [spread(EIGHT, point_clouds.sampled(EIGHT, start, half(EIGHT))) for start in range(len(EIGHT))]
    if max(found) == best:
        return True
    return only_if(
        "the points chosen one by one are the best together, too",
        f"of the points {told([f'({x}, {y})' for x, y in EIGHT])} it takes four of which two are at most "
        f"√{max(found)} apart, wherever it starts; "
        f"four that are at least √{best} apart were possible",
    )


@published.claim("the second algorithm forces each point to bind with its nearest neighbor", about="algorithm")
def _() -> bool | Ruling:
    pairs = Matrix([(0, 0), (1, 0), (10, 0), (12, 0)])
    taken = point_clouds.sampled(pairs, 0, 2, "nearest")
    if {i // 2 for i in taken} == {0, 1}:
        return True
    places = told([pairs[i][0] for i in taken])
    return never(
        f"of two pairs of points, 0 and 1, 10 and 12, it samples {places}: both of one pair, none of the other"
    )


@published.claim("the first algorithm can output any number of points, the most significant first", about="algorithm")
def _(X: Matrix) -> bool:
    ways = [point_clouds.sampled(X, 0, count) for count in range(1, len(X) + 1)]
    return all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(ways))


@published.claim("the pixels' nearest neighbor distances are all the same", about="algorithm")
def _() -> bool:
    pixels = Matrix([(x, y) for x in range(4) for y in range(4)])
    others = [[point_clouds.squared_distance(p, q) for q in pixels if q != p] for p in pixels]
    return len({min(distances) for distances in others}) == 1


@published.claim("the first algorithm outputs N/2 points", about="algorithm")
def _() -> bool | Ruling:
    for n in range(2, 9):
        count = half(Matrix([(place, 0) for place in range(n)]))
        if 2 * count != n:
            return only_if("N is n, and n is even", "the cloud has n points, and N is not defined; until there are at "
                           f"least n/2 samples means {count} at n = {n}, not {n}/2")  # fmt: skip
    return True


@published.claim("select the point whose nearest neighbor distance is the smallest", about="algorithm",
                 where="question")  # fmt: skip
def _(X: Matrix) -> bool | Ruling:
    for start, first in enumerate(X):
        gaps = point_clouds.gaps_to(X, [start])
        smallest = [X[i] for i, gap in gaps.items() if gap == min(gaps.values())]
        if len(smallest) > 1:
            return only_if(
                "no two remaining points are equally near",
                f"in the paper's own cloud {told(list(map(tuple, X)))}, started at {tuple(first)}, "
                f"{' and '.join(map(str, map(tuple, smallest)))} have the same smallest distance",
            )
    return True
