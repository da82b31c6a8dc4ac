"""Question 16 as printed: its numbers, its key, its claims."""

from markscheme import only_if
from markscheme.bank.training.perceptron_bound import problem
from markscheme.core.published import Ruling
from markscheme.exact import Rational

published = problem.published(
    "csc671-16",
    givens={"longest": [5, 3, 7], "margin": 2},
    key={"bound": 21},
    asks={"bound": 1},
    text=r"""
    A perceptron starts from zeros, on examples with three coordinates. The example of the largest norm $\lVert \cdot
    \rVert_2$ is $([[longest]])$. To absorb the bias, each example gets one coordinate more, which is 1, and becomes for
    instance $(1, 5, 3, 7)$. The examples can be separated, with the margin [[margin]] in this extended space. How many
    mistakes can the perceptron make at most before it converges, by the bound $R^2/\gamma^2$ on them?
    """,
)


@published.claim("21 is the smallest upper bound on the number of mistakes", about="bound", where="question")
def _(radius_squared: int, margin: Rational, bound: int) -> bool | Ruling:
    if (bound * margin) ** 2 < bound * radius_squared:
        return True
    return only_if(
        "what is meant is the value of the theorem's bound, R²/γ²",
        f"{bound} mistakes leave no room between the two bounds on the weights, ({bound} · {margin})² = {bound} · "
        f"{radius_squared}: each would be at an example of the largest norm, with wᵀx = 0. Only one example has it, "
        f"and after the first mistake there wᵀx = ±{radius_squared}. So {bound - 1} is an upper bound as well",
        f"at most {bound - 1}",
    )
