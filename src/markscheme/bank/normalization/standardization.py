"""A feature standardized by its training set: what becomes of the test set."""

from fractions import Fraction
from math import isqrt

from markscheme import Draw, Problem
from markscheme.exact import Rational, Vector

problem = Problem(
    "normalization/standardization",
    version=1,
    title="Standardized features",
    source="CSC 671 midterm, question 3",
    symbols={
        "training": r"x_\text{train}", "test": r"x_\text{test}", "mean": r"\mu", "deviation": r"\sigma",
        "standardized": r"z_\text{test}", "in_both": r"\text{in both}",
    },
    text=r"""
    A feature has the values [[training]] in the training set and [[test]] in the test set. It is standardized: the
    mean $\mu$ of the training set is subtracted, and what is left is divided by the standard deviation $\sigma$ of the
    training set, the root of the mean squared distance from $\mu$.
    """,
)  # fmt: skip
a = problem.part("a", "What are the test values after that?")
b = problem.part(
    "b", "Has the feature then the mean 0 and the standard deviation 1 in the training set and in the test set?"
)

PATTERNS = ((1, 1, -1, -1), (5, -1, -1, -3), (-5, 1, 1, 3), (7, 1, -1, -7), (1, 1, 1, 1, -4), (-1, -1, -1, -1, 4))
"""Distances from a mean whose mean square is a square."""


@problem.givens
def draw(rng: Draw, *, largest: int = 20) -> dict[str, object]:
    pattern, scale, center = rng.choice(PATTERNS), rng.int(2, 4), rng.int(-largest, largest) or largest
    training = Vector([center + scale * it for it in rng.shuffled(pattern)])
    if rng.below(2):  # the other way around: the same mean, and the same deviation
        test = Vector([2 * center - it for it in rng.shuffled(training)])
    else:
        test = Vector([center + rng.choice((-1, 1)) * scale * rng.int(1, 8) + rng.int(1, scale) for _ in pattern])
    return {"training": training, "test": test}


@problem.step(part=a)
def mean(training: Vector) -> Fraction:
    """The sum of the training values by their number."""
    return Fraction(sum(training), len(training))


@mean.slip("takes the mean of both sets")
def _(training: Vector, test: Vector) -> Fraction | None:
    both = Fraction(sum(training) + sum(test), len(training) + len(test))
    return both if both != Fraction(sum(training), len(training)) else None


@problem.step(part=a)
def deviation(training: Vector, mean: Fraction) -> Fraction:
    """The root of the mean squared distance from it."""
    square = Fraction(sum([(it - mean) ** 2 for it in training])) / len(training)
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    if root**2 != square:
        raise ValueError(f"a standard deviation is exact where the variance is a square, not {square}")
    return root


@deviation.slip("takes the variance for its root")
def _(training: Vector, mean: Fraction) -> Fraction | None:
    square = Fraction(sum([(it - mean) ** 2 for it in training])) / len(training)
    return square if square != 1 else None


@problem.answer(marks=2, part=a)
def standardized(test: Vector, mean: Fraction, deviation: Fraction) -> Vector:
    r"""The test set is treated as the training set was, with the same two numbers: at test time there may be but one
    example.

    $([[test]] - [[mean]]) / [[deviation]]$
    """
    return Vector([(it - mean) / deviation for it in test])


@standardized.slip("subtracts no mean")
def _(test: Vector, mean: Fraction, deviation: Fraction) -> Vector | None:
    return Vector([it / deviation for it in test]) if mean else None


@standardized.slip("subtracts the mean of the test set")
def _(test: Vector, mean: Fraction, deviation: Fraction) -> Vector | None:
    own = Fraction(sum(test), len(test))
    return Vector([(it - own) / deviation for it in test]) if own != mean else None


@standardized.slip("does not divide")
def _(test: Vector, mean: Fraction, deviation: Fraction) -> Vector | None:
    return Vector([it - mean for it in test]) if deviation != 1 else None


def moments(values: Vector) -> tuple[Rational, Rational]:
    """The mean and the mean square distance from it."""
    center = Fraction(sum(values), len(values))
    return center, Fraction(sum([(it - center) ** 2 for it in values])) / len(values)


@problem.answer(marks=1, part=b, label="in both sets")
def in_both(standardized: Vector) -> bool:
    """In the training set it has, by construction. In the test set it has if that has the mean and the deviation of the
    training set already, and real test sets do only nearly.
    """
    return moments(standardized) == (0, 1)


@in_both.trace("mean of the standardized test values", "their variance")
def _(standardized: Vector) -> list[tuple[object, ...]]:
    return [moments(standardized)]


@in_both.slip("takes the test set to follow the training set", may_coincide=True)
def _() -> bool:
    return True


@problem.check
def _(training: Vector, test: Vector) -> dict[str, object]:
    """By sums of values and of squares alone: the variance is the mean square less the square of the mean."""
    n = len(training)
    total, squares = sum(training), sum([it * it for it in training])
    root = isqrt(int(n * squares - total * total))
    raw = len(test) * sum([it * it for it in test]) - sum(test) ** 2
    same = sum(test) * n == total * len(test) and raw * n * n == root * root * len(test) ** 2
    return {
        "mean": Fraction(total, n),
        "deviation": Fraction(root, n),
        "standardized": [Fraction(n * it - total, root) for it in test],
        "in_both": same,
    }
