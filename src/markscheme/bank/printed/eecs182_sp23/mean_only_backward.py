"""Question 8(b) as printed: its numbers, its key, its claims."""

from fractions import Fraction

from markscheme import only_if
from markscheme.bank.normalization.mean_only_backward import NUMBERS, RULE, problem
from markscheme.core.published import Ruling
from markscheme.exact import Rational, Vector
from markscheme.mechanisms import mean_only_normalization, normalization
from markscheme.reading.syntax import Formula

published = problem.published(
    "",
    givens={"gamma": 2, "beta": 1, "x": [3, 5, 4, -2], "upstream": [1, 2, 3, 6]},  # ours: the paper has symbols alone
    key={
        "gradient": r"\gamma \left[\frac{\partial L}{\partial y_i} "
        r"- \frac{1}{n} \sum_{j=1}^n \frac{\partial L}{\partial y_j}\right]",
        "at_one": 0,
        "limit": r"\gamma \cdot \frac{\partial L}{\partial y_i}",
    },
    asks={"gradient": 8, "at_one": 2, "limit": 2},
    text=r"""
    A simplified batch normalization does not divide by the standard deviation of the batch: it takes the mean out, then
    scales by $\gamma$ and shifts by $\beta$. For a batch of $n$ numbers $x_1, \ldots, x_n$,
    $$\mu = \frac{1}{n} \sum_{j=1}^n x_j, \qquad \hat{x}_i = x_i - \mu, \qquad y_i = \gamma \hat{x}_i + \beta,$$
    and the next layer reads $y_1, \ldots, y_n$. Somewhere downstream is a loss $L$.

    Calculate $\frac{\partial L}{\partial x_i}$ in terms of the $\frac{\partial L}{\partial y_j}$ for $j = 1, \ldots,
    n$, and of $\gamma$ and $\beta$ as needed.

    Numerically, what is $\frac{\partial L}{\partial x_1}$ when $n = 1$, and the batch is $x_1$ alone? (No reason is
    asked.)

    What happens as $n \to \infty$? Assume that all quantities are bounded, and the sum of all $\frac{\partial
    L}{\partial y_j}$ too.
    """,
)


@published.claim("y_j = γ(x_j − 1/n Σ_{k=1}^m x_k) + β", about="gradient")
def _(gamma: Rational, beta: Rational, x: Vector) -> bool | Ruling:
    outputs = mean_only_normalization.forward(x, gamma, beta)
    for m in range(1, len(x) + 1):
        printed = Vector([gamma * (entry - Fraction(sum(x[:m])) / len(x)) + beta for entry in x])
        if printed != outputs:
            return only_if(
                "m is n",
                f"m is not defined; with n = {len(x)}, m = {m} and x = {NUMBERS.write(x)} the sum gives y = "
                f"{NUMBERS.write(printed)}, the layer {NUMBERS.write(outputs)}",
            )
    return True


@published.claim("∂y_j/∂x_i is γ(1 − 1/n) where i = j, and γ(−1/n) elsewhere", about="gradient")
def _(gamma: Rational, beta: Rational, x: Vector) -> bool:
    n = len(x)
    units = [Vector([int(i == j) for j in range(n)]) for i in range(n)]
    before = mean_only_normalization.forward(x, gamma, beta)
    slopes = [mean_only_normalization.forward(x + unit, gamma, beta) - before for unit in units]
    return all(slopes[i][j] == gamma * ((i == j) - Fraction(1, n)) for i in range(n) for j in range(n))


@published.claim(
    "[Σ_{j=1, j≠i}^n γ(−1/n) ∂L/∂y_j] + [γ(1 − 1/n) ∂L/∂y_i] is γ[∂L/∂y_i − 1/n Σ_j ∂L/∂y_j]", about="gradient"
)
def _(gradient: Formula) -> bool:
    apart = RULE.read("[Σ_{j=1,j≠i}^n γ (-1/n) ∂L/∂y_j] + [γ (1 - 1/n) ∂L/∂y_i]")
    return RULE.compare(gradient, apart).agrees


@published.claim("as n → ∞ it is γ ∂L/∂y_i, where all relevant quantities are bounded", about="limit", where="key")
def _(gamma: Rational) -> bool | Ruling:
    sizes = (10, 100, 1_000)
    added = [mean_only_normalization.backward(Vector([1] * n), gamma)[0] for n in sizes]  # the loss adds the outputs up
    if gamma in added:
        return True
    return only_if(
        "the mean of the ∂L/∂y_j tends to 0",
        f"for L = y_1 + ... + y_n each ∂L/∂y_j is 1 and bounded, and at n = 10, 100, 1000 ∂L/∂x_i is "
        f"{', '.join(map(str, added))}, not γ = {gamma}: the outputs add up to nβ, whatever came in",
    )


@published.claim("with larger batch size, batchnorm has an ideal effect of isolating the gradients", about="limit")
def _() -> bool | Ruling:
    """The loss is half the sum of the squared outputs, at inputs 1 and −1: their mean is 0, and so is that of ∂L/∂y."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    sizes, found = (10, 100, 1_000), dict[normalization.Over, list[float]]()
    for layer in ("mean-only", "batch"):
        for n in sizes:
            forward = normalization.normalize(np.array([[1.0], [-1.0]] * (n // 2)), layer, eps=0.0)
            found.setdefault(layer, []).append(float(normalization.normalize_backward(forward.y, forward)[0][0, 0]))
    if found["batch"] == found["mean-only"]:
        return True
    without, with_deviation = (", ".join([f"{slope:g}" for slope in found[layer]]) for layer in found)
    return only_if(
        "the layer does not divide by the standard deviation, as here, and the mean of the ∂L/∂y_j tends to 0",
        f"for L = (y_1² + ... + y_n²)/2, γ = 1 and β = 0, the inputs 1, −1, 1, −1, ... give ∂L/∂y_1 = 1, and at "
        f"n = 10, 100, 1000 ∂L/∂x_1 is {without} here, and {with_deviation} with batch normalization",
    )
