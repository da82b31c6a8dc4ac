"""Question 7(a) as printed: its numbers, its key, its claims."""

import re
from collections.abc import Sequence
from fractions import Fraction

from markscheme import never, only_if
from markscheme.bank.point_clouds.permutation_invariance import alone, problem
from markscheme.core.layout import Figure
from markscheme.core.published import Ruling
from markscheme.exact import Matrix, Rational, Vector
from markscheme.kinds import VectorKind
from markscheme.mechanisms import point_clouds

# The paper gives the points, and no weights: these are ours.
published = problem.published(
    "",
    givens={
        "X": [[0, 4], [0, 3], [0, 2], [0, 1]],
        "permuted": [[0, 3], [0, 4], [0, 2], [0, 1]], "weights": [[1, 2], [1, -1]],
    },
    key={},
    asks={"proof": 8},
    text=r"""
    The module for *point features* learns $f$ features of each point apart: with shared weights $W_1 \in \mathbb{R}^{2
    \times f}$ it computes $Z = X W_1$. Then a non-linear activation function is applied to every entry, and the average
    over the points is taken: the global feature $F \in \mathbb{R}^f$.

    Suppose that the first two points of the cloud are swapped: $x_2, x_1, x_3, \ldots, x_n$ in place of $x_1, x_2, x_3,
    \ldots, x_n$. Show that the global feature $F$ does not change.

    *Note: The network is in fact permutation-invariant: no order of the $n$ points changes $F$.*
    """,
    figures={
        "network": Figure(
            "Figure 4: A network for clouds of points in the plane.",
            place="above",
            lead=r"The network of Figure 4 reads a cloud of $n$ points in the plane, $X = \{x_i\}_{i=1}^n \in "
            r"\mathbb{R}^{n \times 2}$; the original features of a point are its two coordinates. A cloud that shows "
            r"the digit 1, for example, is $[[X]]$, where each row is another point.",
        )
    },
)  # fmt: skip

CLOUD = Matrix([(0, 1), (1, 0)])

MIXED = Matrix([(1, -1), (-1, 1)])  # every point has an entry that ReLU drops


@published.claim("Z = X W₁ has the rows x_i W₁", about="hidden")
def _(X: Matrix, weights: Matrix, hidden: Matrix) -> bool:
    return all(Matrix([point]) @ weights == Matrix([row]) for point, row in zip(X, hidden, strict=True))


@published.claim("the global feature F is the average of all row vectors of Z", about="feature")
def _() -> bool | Ruling:
    rows = CLOUD @ MIXED
    average = [Fraction(sum(column), len(rows)) for column in rows.T]
    found = list(point_clouds.pooled(CLOUD, alone, MIXED))
    if average == found:
        return True
    return only_if(
        "no entry of Z is negative",
        f"with the rows {listed(rows)} the average is {told(average)}; F, of ReLU as in the formula, is {told(found)}",
    )


@published.claim("F is a sum of all input point coordinates transformed by a weight matrix", about="feature")
def _() -> bool | Ruling:
    rows = CLOUD @ MIXED
    total = [sum(column) for column in rows.T]
    found = list(point_clouds.pooled(CLOUD, alone, MIXED))
    if total == found:
        return True
    return never(
        f"the rows {listed(rows)} of Z have the sum {told(total)}; F is {told(found)}: it lacks ReLU and the average",
        "an average of their ReLU",
    )


@published.claim("ReLU is invariant to the permutation of the order of input points", about="feature_permuted")
def _() -> bool | Ruling:
    clouds = CLOUD, Matrix(CLOUD[::-1])
    once, swapped = ([[max(0, entry) for entry in row] for row in cloud @ MIXED] for cloud in clouds)
    if once == swapped:
        return True
    follows = "swaps with them" if once[::-1] == swapped else "does not even swap with them"
    return never(
        f"with Z = {listed(CLOUD @ MIXED)} its output is {listed(once)}, with the points swapped {listed(swapped)}: "
        f"it {follows}; what is invariant is the average",
        "equivariant",
    )


STACKED = "Z = X W_1 = [x_1; x_2; …; x_n] W_1 = [x_1 W_1; x_2 W_1; …; x_n W_1]"


@published.claim(f"expand X row-wise, derive X_1: {STACKED}", about="hidden")
def _() -> bool | Ruling:
    derived, *symbols = dict.fromkeys(re.findall(r"[A-Za-z]\w*", STACKED))
    if "X_1" in (derived, *symbols):
        return True
    return never(f"what is derived is {derived}, from {', '.join(symbols)}: X_1 is none of them", f"derive {derived}")


def told(numbers: Sequence[Rational]) -> str:
    return VectorKind().write(Vector(numbers))


def listed(rows: Sequence[Sequence[Rational]]) -> str:
    return str([list(row) for row in rows])
