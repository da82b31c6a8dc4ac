"""The backward pass of a normalization that only takes the mean away."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Rational, Vector
from markscheme.kinds import Exact, Expression, VectorKind
from markscheme.mechanisms import mean_only_normalization
from markscheme.reading.syntax import Formula, Point

NUMBER = Exact(decimal=True)
NUMBERS = VectorKind(decimal=True)
RULE = Expression(("gamma", "beta"), indexed=("dL/dy",))

problem = Problem(
    "normalization/mean_only_backward",
    version=1,
    title="Gradients through a mean",
    source="EECS 182 midterm, Spring 2023, question 8(b)",
    lab=trained("normalization"),
    symbols={
        "gradient": r"\frac{\partial L}{\partial x_i}",
        "at_one": r"\frac{\partial L}{\partial x_1}",
        "limit": r"\lim_{n \to \infty} \frac{\partial L}{\partial x_i}",
        "dx": r"\frac{\partial L}{\partial x}",
        "upstream": r"\frac{\partial L}{\partial y}",
    },
    text=r"""
    A layer takes the mean out of a batch of $n$ numbers $x_1, \ldots, x_n$, then scales and shifts what is left. Unlike
    batch normalization it does not divide by a standard deviation:
    $$\mu = \frac{1}{n} \sum_{j=1}^n x_j, \qquad y_i = \gamma (x_i - \mu) + \beta.$$
    Later layers make a loss $L$ of the outputs $y_1, \ldots, y_n$.
    """,
)


@problem.givens(gamma=NUMBER, beta=NUMBER, x=NUMBERS, upstream=NUMBERS)
def draw(rng: Draw, *, size: int = 4) -> dict[str, object]:
    if size < 2:
        raise ValueError(f"a batch has 2 numbers or more here, not {size}")
    return {
        "gamma": Fraction(rng.choice((-1, 1)) * rng.choice((2, 3, 4, 5, 6, 8)), 2), "beta": rng.int(1, 5),
        "x": rng.vector(size, -9, 9), "upstream": Vector([rng.choice((-1, 1)) * rng.int(1, 9) for _ in range(size)]),
    }  # fmt: skip


a = problem.part(
    "a",
    r"What is $\frac{\partial L}{\partial x_i}$, in terms of the $\frac{\partial L}{\partial y_j}$, of $n$, and of "
    r"$\gamma$ and $\beta$ as far as they matter?",
)
b = problem.part(
    "b",
    r"Which number is $\frac{\partial L}{\partial x_1}$ when the batch is $x_1$ alone, $n = 1$?",
)
c = problem.part(
    "c",
    r"What does $\frac{\partial L}{\partial x_i}$ tend to as $n \to \infty$, if the sum of all "
    r"$\frac{\partial L}{\partial y_j}$ stays bounded?",
)
d = problem.part(
    "d",
    r"With $\gamma = [[gamma]]$ and $\beta = [[beta]]$, the batch $x = [[x]]$ came in, and "
    r"$\frac{\partial L}{\partial y} = [[upstream]]$ comes back. What is $\frac{\partial L}{\partial x}$?",
)


@problem.answer(marks=6, part=a, kind=RULE, fixed=True)
def gradient() -> Formula:
    r"""The loss depends on $x_i$ through all outputs:
    $\frac{\partial L}{\partial x_i} = \sum_j \frac{\partial L}{\partial y_j} \frac{\partial y_j}{\partial x_i}$. Each
    output loses $\frac{\gamma}{n}$ by the mean, and $y_i$ gains $\gamma$ by $x_i$ itself; $\beta$ moves nothing.
    """
    return RULE.read(
        r"\gamma (\frac{\partial L}{\partial y_i} - \frac{1}{n} \sum_{j=1}^n \frac{\partial L}{\partial y_j})"
    )


gradient.slips_read(
    {
        "takes the mean for a constant": "γ ∂L/∂y_i",
        "adds the share of the mean, in place of taking it away": "γ (∂L/∂y_i + 1/n Σ_j ∂L/∂y_j)",
        "divides by n − 1": "γ (∂L/∂y_i - (Σ_j ∂L/∂y_j)/(n - 1))",
        "forgets to divide by n": "γ (∂L/∂y_i - Σ_j ∂L/∂y_j)",
        "leaves its own output out of the sum": "γ (∂L/∂y_i - 1/n Σ_{j≠i} ∂L/∂y_j)",
        "follows the way through its own output alone": "γ (1 - 1/n) ∂L/∂y_i",
        "forgets the scale γ": "∂L/∂y_i - 1/n Σ_j ∂L/∂y_j",
    }
)


def at(gamma: Rational, beta: Rational, upstream: Vector, place: int) -> Point:
    return {"gamma": gamma, "beta": beta, "dL/dy": upstream, "n": len(upstream), "i": place}


@problem.answer(marks=2, part=b, kind=NUMBER, fixed=True)
def at_one(gradient: Formula, gamma: Rational, beta: Rational, upstream: Vector) -> Rational:
    r"""A number that is alone is its own mean: $y_1 = \beta$, whatever $x_1$ is. In the formula the only term of the
    sum cancels the first.
    """
    return RULE.at(gradient, at(gamma, beta, Vector(upstream[:1]), 1))


@at_one.slip("forgets that the mean is the number itself")
def _(gamma: Rational) -> Rational:
    return gamma


@problem.answer(marks=2, part=c, kind=RULE, fixed=True)
def limit() -> Formula:
    """A bounded sum, divided by $n$, tends to 0: what goes through the mean fades, and each number is left with the way
    through its own output.
    """
    return RULE.read("γ ∂L/∂y_i")


limit.slips_read(
    {
        "forgets the scale γ": "∂L/∂y_i",
        "lets everything fade": "0",
    }
)


@limit.slip("writes the formula itself, not its limit")
def _(gradient: Formula) -> Formula:
    return gradient


@problem.answer(marks=2, part=d, kind=NUMBERS)
def dx(gradient: Formula, gamma: Rational, beta: Rational, upstream: Vector) -> Vector:
    r"""The formula at these numbers: take the mean away from what comes back, then scale. Neither $x$ nor $\beta$
    matters.
    """
    return Vector([RULE.at(gradient, at(gamma, beta, upstream, place)) for place in range(1, len(upstream) + 1)])


@dx.trace("$i$", r"$\frac{\partial L}{\partial y_i}$", "less their mean", r"times $\gamma$")
def _(gamma: Rational, upstream: Vector) -> list[tuple[object, ...]]:
    centered = mean_only_normalization.backward(upstream, 1)
    scaled = mean_only_normalization.backward(upstream, gamma)
    return [(i, *map(NUMBER.show, row)) for i, row in enumerate(zip(upstream, centered, scaled, strict=True), 1)]


@dx.require("what comes back has a mean that is not 0")
def _(upstream: Vector) -> bool:
    return sum(upstream) != 0


@dx.slip("takes the mean for a constant")
def _(gamma: Rational, upstream: Vector) -> Vector:
    return gamma * upstream


@dx.slip("adds the mean, in place of taking it away")
def _(gamma: Rational, upstream: Vector) -> Vector:
    return gamma * upstream + upstream_mean(upstream, len(upstream), gamma)


@dx.slip("divides by n − 1")
def _(gamma: Rational, upstream: Vector) -> Vector:
    return gamma * upstream - upstream_mean(upstream, len(upstream) - 1, gamma)


@dx.slip("takes the sum away, not the mean")
def _(gamma: Rational, upstream: Vector) -> Vector:
    return gamma * upstream - upstream_mean(upstream, 1, gamma)


@dx.slip("scales before the mean is taken away")
def _(gamma: Rational, upstream: Vector) -> Vector:
    return gamma * upstream - upstream_mean(upstream, len(upstream), 1)


@dx.slip("forgets the scale γ")
def _(upstream: Vector) -> Vector:
    return mean_only_normalization.backward(upstream, 1)


@dx.slip("goes forward, not backward")
def _(gamma: Rational, beta: Rational, x: Vector) -> Vector:
    return mean_only_normalization.forward(x, gamma, beta)


def upstream_mean(upstream: Vector, n: int, gamma: Rational) -> Vector:
    return Vector([gamma * Fraction(sum(upstream)) / n] * len(upstream))


def difference(upstream: Vector, gamma: Rational, beta: Rational, place: int) -> Rational:
    """The slope of L = Σ g_j y_j by one input, by a difference: exact, since that loss is linear in the inputs."""

    def loss(x: list[int]) -> Rational:
        middle = Fraction(sum(x), len(x))
        return sum([g * (gamma * (entry - middle) + beta) for g, entry in zip(upstream, x, strict=True)])

    batch = [number * number for number in range(len(upstream))]
    moved = [entry + (number == place) for number, entry in enumerate(batch, 1)]
    return loss(moved) - loss(batch)


@gradient.check
@cache
def _() -> Callable[[Point], Rational]:
    return lambda at: difference(at["dL/dy"], at["gamma"], at["beta"], at["i"])


@limit.check
@cache
def _() -> Callable[[Point], Rational]:
    """Slopes for batches that double: they are a + b/n, so that a is twice the next less this one, for every loss."""

    def extrapolated(at: Point) -> Rational:
        own, found = at["dL/dy"][at["i"] - 1], set[Rational]()
        for tail in ((), (5,), (-7, Fraction(1, 2))):
            slopes = [
                difference(Vector((own, *tail, *[0] * (n - 1 - len(tail)))), at["gamma"], at["beta"], 1) for n in (4, 8)
            ]
            found.add(2 * slopes[1] - slopes[0])
        (value,) = found
        return value

    return extrapolated


@problem.check
def _(gamma: Rational, beta: Rational, upstream: Vector) -> dict[str, object]:
    """Each slope by a difference."""
    places = range(1, len(upstream) + 1)
    return {
        "at_one": difference(Vector(upstream[:1]), gamma, beta, 1),
        "dx": [difference(upstream, gamma, beta, place) for place in places],
    }
