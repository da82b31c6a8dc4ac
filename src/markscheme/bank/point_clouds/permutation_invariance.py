"""The global feature of a point cloud does not depend on the order of its points."""

from fractions import Fraction
from itertools import permutations

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Vector
from markscheme.mechanisms import point_clouds
from markscheme.pictures import Picture, pipeline

problem = Problem(
    "point_clouds/permutation_invariance",
    version=1,
    title="Permutation invariance",
    source="EECS 182 midterm, Spring 2023, question 7(a)",
    lab=trained("point_clouds"),
    symbols={"feature": "F", "feature_permuted": "F'", "hidden": "Z", "weights": "W_1", "permuted": "X'"},
    text=r"""
    A cloud of $n$ points in the plane is given as the rows of a matrix $X$. A network computes $Z = X W_1$ with shared
    weights $W_1$, applies $\operatorname{ReLU}$ to every entry, and takes the average over the points: the global
    feature $F$.
    """,
)
a = problem.part("a", r"For $X = [[X]]$ and $W_1 = [[weights]]$, what is $F$?")
b = problem.part("b", r"The same points come in another order, $X' = [[permuted]]$. What is the global feature $F'$?")
c = problem.part("c", "Show that swapping two points changes no global feature, whatever the cloud and the weights.")


def mixed(rng: Draw) -> Matrix:
    """Weights with both signs in each column, so that ReLU has something to do, and no two columns alike."""
    low, high = rng.choices((-3, -2, -1), 2), rng.choices((1, 2, 3), 2)
    columns = [(a, b) if rng.below(2) else (b, a) for a, b in zip(low, high, strict=True)]
    return Matrix(columns).T


@problem.givens
def draw(rng: Draw, *, points: int = 4, largest: int = 4) -> dict[str, object]:
    if points < 2:
        raise ValueError(f"a cloud whose points can be swapped has 2 or more, not {points}")
    places = [(x, y) for x in range(largest + 1) for y in range(largest + 1)]
    cloud = rng.sample(places, points)
    i, j = rng.sample(range(points), 2)
    swapped = list(cloud)
    swapped[i], swapped[j] = cloud[j], cloud[i]
    return {"X": Matrix(cloud), "permuted": Matrix(swapped), "weights": mixed(rng)}


def alone(points: point_clouds.Cloud, i: int) -> point_clouds.Features:
    return points[i]


@problem.step(part=a)
def hidden(X: Matrix, weights: Matrix) -> Matrix:
    """Each row of $Z$ belongs to one point: it is the point times the weights, and no other point enters it.

    $[[X]] [[weights]]$
    """
    return X @ weights


@hidden.require("ReLU changes some entry of each column, and not all of them")
def _(hidden: Matrix) -> bool:
    return all(min(column) < 0 < max(column) for column in hidden.T)


@problem.answer(marks=3, part=a, label="$F$")
def feature(X: Matrix, weights: Matrix) -> Vector:
    r"""ReLU keeps the positive entries of $Z$ and makes the others zero. The average over the points is the average of
    each column.

    $\frac{1}{n} \sum_{i=1}^{n} \operatorname{ReLU}(z_i)$
    """
    return point_clouds.pooled(X, alone, weights)


@feature.slip("forgets ReLU")
def _(hidden: Matrix) -> Vector:
    return Vector([Fraction(sum(column)) / len(column) for column in hidden.T])


@feature.slip("applies ReLU after the average", may_coincide=True)
def _(hidden: Matrix) -> Vector:
    return Vector([max(Fraction(0), Fraction(sum(column)) / len(column)) for column in hidden.T])


@feature.slip("adds without dividing by the number of points")
def _(hidden: Matrix) -> Vector:
    return Vector([sum([max(0, entry) for entry in column]) for column in hidden.T])


@feature.slip("takes the maximum in place of the average")
def _(hidden: Matrix) -> Vector:
    return Vector([max(0, *column) for column in hidden.T])


@feature.slip("pools over the features in place of the points")
def _(hidden: Matrix) -> Vector:
    return Vector([Fraction(sum([max(0, entry) for entry in row])) / len(row) for row in hidden])


@problem.answer(marks=1, part=b, label="$F'$")
def feature_permuted(permuted: Matrix, weights: Matrix) -> Vector:
    """Two rows of $Z$ have changed places, and nothing else has. The average of a column does not mind the order of its
    entries: it is what it was.
    """
    return point_clouds.pooled(permuted, alone, weights)


@feature_permuted.slip("swaps the entries of the feature too", may_coincide=True)
def _(permuted: Matrix, weights: Matrix) -> Vector:
    return Vector(point_clouds.pooled(permuted, alone, weights)[::-1])


@problem.rubric(
    {
        "writes each row of Z as one point times the weights": 1,
        "says that ReLU acts on every entry alone, so that a swap of rows before it is the same swap after it": 1,
        "writes F as an average (or a sum) over the points, and says that its terms may change places": 2,
    },
    part=c,
    label="Proof",
)
def proof() -> None:
    r"""Row $i$ of $Z = X W_1$ is $x_i W_1$: it depends on point $i$ alone. ReLU acts on each entry alone, so
    $F = \frac{1}{n} \sum_{i=1}^{n} \operatorname{ReLU}(x_i W_1)$ is a sum with one term for each point. To
    swap two points swaps two terms of this sum, and addition commutes. Every order of the points can be reached by
    swaps of two, so $F$ is the same for all of them.
    """


@problem.figure()
def network() -> Picture:
    return pipeline(
        [("X", "n × 2"), ("Z", "n × f"), ("", "n × f"), ("F", "f")], ["times W₁", "ReLU", "average pooling"]
    )


@problem.check
def _(X: Matrix, weights: Matrix, permuted: Matrix) -> dict[str, object]:
    """In NumPy: what the network returns for every order of the points, which must be one value."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    W = np.array(weights)

    def network(cloud: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> tuple[int, ...]:
        return tuple(int(total) for total in np.clip(cloud @ W, 0, None).sum(axis=0))

    orders = {network(np.array(order)) for order in permutations(X)}
    (totals,) = orders
    n = len(X)
    return {
        "hidden": (np.array(X) @ W).tolist(),
        "feature": [Fraction(total, n) for total in totals],
        "feature_permuted": [Fraction(total, n) for total in network(np.array(permuted))],
    }
