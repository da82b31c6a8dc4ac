"""Partial derivatives of a loss with a mixed term, at a point."""

from fractions import Fraction

from markscheme import Draw, Problem

problem = Problem(
    "backpropagation/partial_derivative",
    version=1,
    title="Partial derivatives",
    source="CSC 671 midterm, question 1",
    symbols={"by_y": r"\frac{\partial L}{\partial y}", "by_z": r"\frac{\partial L}{\partial z}"},
    text=r"""
    A loss depends on three numbers:
    $$L(x, y, z) = [[a]]\, x^2 + [[b]]\, y^2 - [[c]]\, y z.$$
    Find its partial derivatives at the point $x = [[x]]$, $y = [[y]]$, $z = [[z]]$.
    """,
)


@problem.givens
def draw(rng: Draw, *, largest: int = 6) -> dict[str, object]:
    if largest < 4:
        raise ValueError(f"numbers are drawn up to 4 or more, not {largest}")
    a, b, c = rng.distinct(3, 2, largest)
    x, y, z = rng.distinct(3, 2, largest + 3)
    return {"a": a, "b": b, "c": c, "x": x, "y": y * rng.choice((-1, 1)), "z": z * rng.choice((-1, 1))}


@problem.answer(marks=1)
def by_y(b: int, c: int, y: int, z: int) -> int:
    r"""All but $y$ is held fixed: the first term is a constant, the second has the slope $2 \cdot [[b]]\, y$, and the
    mixed one is $y$ times a constant: together $2 \cdot [[b]] \cdot [[y]] - [[c]] \cdot [[z]]$.
    """
    return 2 * b * y - c * z


@by_y.slip("forgets the factor 2")
def _(b: int, c: int, y: int, z: int) -> int:
    return b * y - c * z


@by_y.slip("drops the mixed term")
def _(b: int, y: int) -> int:
    return 2 * b * y


@by_y.slip("adds the mixed term")
def _(b: int, c: int, y: int, z: int) -> int:
    return 2 * b * y + c * z


@by_y.slip("keeps the whole mixed term")
def _(b: int, c: int, y: int, z: int) -> int | None:
    return None if y == 1 else 2 * b * y - c * y * z


@by_y.slip("differentiates by x as well")
def _(a: int, b: int, c: int, x: int, y: int, z: int) -> int:
    return 2 * a * x + 2 * b * y - c * z


@problem.answer(marks=1)
def by_z(c: int, y: int) -> int:
    r"""Only the mixed term has a $z$, and it is $z$ times a constant: $-[[c]] \cdot [[y]]$."""
    return -c * y


@by_z.slip("loses the sign")
def _(c: int, y: int) -> int:
    return c * y


@by_z.slip("puts z in place of y")
def _(c: int, z: int) -> int:
    return -c * z


@problem.check
def _(a: int, b: int, c: int, x: int, y: int, z: int) -> dict[str, object]:
    """Difference quotients to both sides: of a quadratic they are exact, however wide the step."""

    def loss(y: Fraction | int, z: Fraction | int) -> Fraction | int:
        return a * x**2 + b * y**2 - c * y * z

    step = Fraction(1, 2)
    return {
        "by_y": loss(y + step, z) - loss(y - step, z),
        "by_z": loss(y, z + step) - loss(y, z - step),
    }
