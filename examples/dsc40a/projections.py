"""Projections in the plane, and their errors, as multiples of a few vectors."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal, cast

from markscheme import Draw, Problem, Vector, never
from markscheme.core.published import Ruling

Named = Literal["c", "cf", "d", "df"]

problem = Problem(
    "dsc40a/projections",
    version=1,
    source="DSC 40A midterm, UC San Diego, Spring 2024, problem 1(b) to (e)",
    text=r"""
    The *friend* of $v = (v_1, v_2)$ is $v_f = (-v_2, v_1)$, which stands at a right angle to it. Take

    $$c = [[c]], \qquad d = [[d]].$$

    Write each of these vectors as a number times one of $c$, $c_f$, $d$ and $d_f$ (`c`, `cf`, `d`, `df`).
    """,
)


def friend(v: Vector) -> Vector:
    return Vector((-v[1], v[0]))


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    while True:
        c, d = rng.vector(2, -7, 7), rng.vector(2, -3, 3)
        if c != d and c @ d and c @ friend(d) and c @ c != d @ d:  # neither along the other, nor at a right angle
            return {"c": c, "d": d}


parts = {
    "a": ("c", "d", "the projection of $c$ onto the span of $d$"),
    "b": ("c", "d", "the error of that projection, $c$ less the projection"),
    "c": ("d", "c", "the projection of $d$ onto the span of $c$"),
    "d": ("d", "c", "the error of that projection, $d$ less the projection"),
}


def along(y: Vector, x: Vector) -> Fraction:
    r"""The factor of the projection: $(x \cdot y)/(x \cdot x)$."""
    return Fraction(x @ y, x @ x)


def across(y: Vector, x: Vector) -> Fraction:
    r"""In the plane the error lies along $x_f$, and the factor is $(x_f \cdot y)/(x \cdot x)$."""
    return Fraction(friend(x) @ y, x @ x)


def onto(x: str, *, turned: bool) -> Callable[[], Named]:
    def which() -> Named:
        """A projection lies along what it is onto, its error at a right angle to that."""
        return cast("Named", f"{x}f" if turned else x)

    return which


for label, (y, x, asked) in parts.items():
    part, turned = problem.part(label, f"{asked[0].upper()}{asked[1:]}."), label in "bd"
    factor = problem.answer(
        f"factor_{label}", across if turned else along, marks=1, part=part, label="The number", y=y, x=x
    )
    problem.answer(f"vector_{label}", onto(x, turned=turned), marks=1, part=part, label="times", fixed=True)

    def wrong_square(y: Vector, x: Vector, turned: bool = turned) -> Fraction:
        return Fraction((friend(x) if turned else x) @ y, y @ y)

    def undivided(y: Vector, x: Vector, turned: bool = turned) -> Fraction:
        return Fraction((friend(x) if turned else x) @ y)

    factor.slip("divides by the other vector's square", wrong_square)
    factor.slip("does not divide", undivided, may_coincide=True)


@problem.check
def _(c: Vector, d: Vector) -> dict[str, object]:
    """Both at once, by Cramer's rule: y = w x + s x_f; the names by what each is parallel to."""
    found: dict[str, object] = {}
    vectors = {"c": c, "cf": friend(c), "d": d, "df": friend(d)}
    for (first, second), y, x in ((("a", "b"), c, d), (("c", "d"), d, c)):
        (x1, x2), (y1, y2) = x, y
        size = x1 * x1 + x2 * x2
        w, s = Fraction(y1 * x1 + y2 * x2, size), Fraction(x1 * y2 - x2 * y1, size)
        whole = Vector((w * x1, w * x2))
        rest = Vector((y1 - whole[0], y2 - whole[1]))
        for letter, vector, number in ((first, whole, w), (second, rest, s)):
            found[f"factor_{letter}"] = number
            found[f"vector_{letter}"] = next(
                name for name, it in vectors.items() if it[0] * number == vector[0] and it[1] * number == vector[1]
            )
    return found


published = problem.published(
    "sp24",
    givens={"c": [1, 7], "d": [-2, 1]},
    key={"factor_a": 1, "vector_a": "d", "factor_b": -3, "vector_b": "df", "factor_c": Fraction(1, 10), "vector_c": "c",
         "factor_d": Fraction(3, 10), "vector_d": "cf"},
)  # fmt: skip


@published.claim("the factor from before, with which (e) goes on, is 1", about="factor_d", where="working")
def _() -> bool | Ruling:
    factor = along(Vector((-2, 1)), Vector((1, 7)))
    return factor == 1 or never(f"(c · d)/(c · c) = {factor}, as the solution of (d) has it")
