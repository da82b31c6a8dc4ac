"""How much work copies ask for, beside each other."""

from __future__ import annotations

from markscheme import Draw, Problem
from markscheme.exam.difficulty import compared, warnings_of, whole_shares

problem = Problem("difficulty/product", version=1, text="What is [[a]] times [[b]], and its square?")


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"a": rng.int(2, 9), "b": rng.int(2, 9)}


@problem.answer(marks=1)
def product(a: int, b: int) -> int:
    """Multiply."""
    return a * b


@problem.answer(marks=1)
def square(product: int) -> int:
    """Multiply again."""
    return product * product


NUMBERS = {"plain": (3, 4), "again": (4, 3), "large": (9876, 8765), "zero": (7, 0)}
for name, (first, second) in NUMBERS.items():
    problem.published(name, givens={"a": first, "b": second}, key={"product": first * second})


def test_larger_numbers_are_more_work_and_zeros_none() -> None:
    """A copy with larger numbers, carried through its graph, asks for more; one whose numbers vanish for less."""
    found = compared({name: {"1": problem.as_published(name)} for name in NUMBERS})
    shares = {it.code: it.share for it in found}
    assert shares["plain"] == shares["again"]
    assert shares["zero"] < shares["plain"] < shares["large"]
    assert whole_shares(found) == shares
    assert [said.partition(":")[0] for said in warnings_of(found, {"large": "B"})] == ["B", "zero"]
