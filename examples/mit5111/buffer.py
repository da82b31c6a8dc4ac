"""The pH of a buffer."""

from __future__ import annotations

from decimal import Decimal
from math import log10

from markscheme import Draw, Problem, Real

problem = Problem(
    "mit5111/buffer",
    version=1,
    source="5.111 third hour exam, MIT, Fall 2008, question 3(a)",
    text=r"""
    [[acid]] mol of acetic acid and [[salt]] mol of sodium acetate are dissolved in water. For acetic acid $K_a =
    [[Ka]] \cdot 10^{-5}$. What is the pH?
    """,
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    acid, salt = rng.sample(range(2, 13), 2)
    return {"acid": Decimal(acid) / 40, "salt": Decimal(salt) / 40, "Ka": Decimal("1.76")}


@problem.answer(marks=6, kind=Real(absolute="0.02"), label="pH")
def pH(acid: Decimal, salt: Decimal, Ka: Decimal) -> float:
    r"""$\mathrm{pH} = pK_a + \log_{10}(\text{salt}/\text{acid})$, for little of either reacts with water."""
    return 5 - log10(Ka) + log10(salt / acid)


@pH.slip("turns the ratio round")
def _(acid: Decimal, salt: Decimal, Ka: Decimal) -> float:
    return 5 - log10(Ka) + log10(acid / salt)


@pH.slip("takes the acid alone")
def _(acid: Decimal, Ka: Decimal) -> float:
    return -log10((float(Ka) * 1e-5 * float(acid)) ** 0.5)


@pH.check
def _(acid: Decimal, salt: Decimal, Ka: Decimal) -> float:
    """The whole balance of charges in a liter, solved for the hydrogen ions by halving."""
    low, high = 0.0, 14.0
    for _ in range(60):
        middle = (low + high) / 2
        h = 10**-middle
        acetate = float(acid + salt) * float(Ka) * 1e-5 / (float(Ka) * 1e-5 + h)
        low, high = (middle, high) if float(salt) + h > acetate + 1e-14 / h else (low, middle)
    return low


problem.published("fa08", givens={"acid": Decimal("0.05"), "salt": Decimal("0.2"), "Ka": Decimal("1.76")}, key={})
