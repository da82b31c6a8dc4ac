"""Question 9(a) as printed: its numbers, its key, its claims."""

from markscheme import only_if
from markscheme.bank.optimizers.adam_fill_in import at, problem
from markscheme.core.printed import Ruling
from markscheme.exact import Rational
from markscheme.mechanisms import optimizers
from markscheme.reading.evaluate import evaluate
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
    return evaluate(m, point) == optimizers.moving_average(g_1, -g_1, beta_1)


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
