"""Question 9(a) as printed: its numbers, its key, its claims."""

import re

from markscheme import only_if
from markscheme.bank.optimizers.adam_fill_in import RULE, at, problem
from markscheme.core.published import Ruling
from markscheme.exact import Rational, Vector
from markscheme.mechanisms import optimizers
from markscheme.reading.syntax import Formula

published = problem.published(
    "",
    givens={  # the paper prints the rates alone; the gradients and the start are ours
        "eta": 0.001, "beta_1": 0.9, "beta_2": 0.999, "m_0": 0, "v_0": 0, "theta_0": 1, "g_1": 2, "g_2": -3,
    },
    key={"m": r"\beta_1 m_{t-1} + (1 - \beta_1) g_t", "v": r"\beta_2 v_{t-1} + (1 - \beta_2) g_t^2"},
    asks={"m": 2, "v": 2},
    text=r"""
    Algorithm 1 is SGD with momentum. Algorithm 2 is Adam, without bias correction; squares, roots and quotients are
    taken entry by entry. Complete (A) and (B) in the pseudocode of Adam.
    """,
)  # fmt: skip


@published.claim("SGD with momentum: m_t ← β₁ m_{t−1} + (1 − β₁) g_t, as in Adam", about="m", where="question")
def _(m: Formula, beta_1: Rational, g_1: Rational) -> bool:
    point = at(g_1, 1, -g_1, beta_1, 0)
    return RULE.at(m, point) == optimizers.moving_average(g_1, -g_1, beta_1)


@published.claim("θ_t ← θ_{t−1} − η · m_t/√v_t", about="theta_2", where="question")
def _(theta_0: Rational, eta: Rational, beta_1: Rational, beta_2: Rational) -> bool | Ruling:
    try:
        optimizers.adam_step(theta_0, 0, 0, 0, eta, beta_1, beta_2)
    except ZeroDivisionError:
        return only_if(
            "some gradient so far was not 0",
            "where g_1 = 0, both m_1 and v_1 are 0 and the step is 0/0: Adam adds ε to the root, the listing does not",
        )
    return True


INITIALIZED = ("t", "θ")

REPEATED = ("t ← t + 1", "g_t ← ∇f_t(θ_{t−1})", "m_t ← β₁ m_{t−1} + (1 − β₁) g_t", "θ_t ← θ_{t−1} − η m_t")
"""What Algorithm 1 sets before its loop, and the lines in it."""


@published.claim(f"SGD with momentum: initialize t ← 0 and θ_0, repeat {', '.join(REPEATED)}", about="m",
                 where="question")  # fmt: skip
def _(theta_0: Rational, eta: Rational, beta_1: Rational, g_1: Rational) -> bool | Ruling:
    read = re.findall(r"(\w)_\{t−1\}", " ".join(REPEATED))
    never_set = [state for state in dict.fromkeys(read) if state not in INITIALIZED]
    if not never_set:
        return True
    first = [optimizers.momentum_step(Vector((theta_0,)), Vector((m_0,)), Vector((g_1,)), eta, beta_1)[0][0]
             for m_0 in (0, g_1)]  # fmt: skip
    state = never_set[0]
    return only_if(
        f"{state}_0 = 0, as in Algorithm 2",
        f"{state}_0 is read at t = 1, and never set: with θ_0 = {theta_0} and g_1 = {g_1}, θ_1 is {float(first[0])} "
        f"where {state}_0 = 0, and {float(first[1])} where it is g_1",
    )


@published.claim("v_t ← β₂ v_{t−1} + (1 − β₂) g_t², θ_t ← θ_{t−1} − η · m_t/√v_t with θ ∈ ℝⁿ", about="v", where="key")
def _(beta_1: Rational, beta_2: Rational) -> bool | Ruling:
    g = Vector((3, 4))
    m = (1 - beta_1) * g
    entrywise, by_norm = (
        [float(optimizers.adam_update(0, mean, (1 - beta_2) * square, -1)) for mean, square in zip(m, v, strict=True)]
        for v in ([entry**2 for entry in g], [g @ g] * len(g))
    )
    if entrywise == by_norm:
        return True
    return only_if(
        "square, root and quotient are taken entry by entry",
        f"a vector has no square: with g_1 = {list(g)}, m_1/√v_1 is {decimals(entrywise)} entry by entry, and "
        f"{decimals(by_norm)} with g_1ᵀg_1",
    )


def decimals(numbers: list[float]) -> str:
    return f"[{', '.join([f'{number:.2f}' for number in numbers])}]"
