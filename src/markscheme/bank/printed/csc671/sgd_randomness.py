"""Question 18 as printed: its options, its claims. The numbers are ours."""

from markscheme import only_if
from markscheme.bank.optimizers.sgd_randomness import problem, run
from markscheme.core.published import Ruling

# The key ticks the first option. It is transcribed as a claim: how the batches are formed decides.
published = problem.published(
    "csc671-18",
    givens={"examples": 1000, "batch": 32, "passes": 1, "methods": ("several", "pixels", "noise", "few")},
    key={},
    asks={"random": 1},
    text=r"""
    Stochastic gradient descent is a kind of gradient descent whose training has something random in it. What does it
    do to this end? What is not said to be random is not.
    """,
)


@published.claim(
    "SGD brings randomness in as it updates the weights more than once for each pass over the training set",
    about="random",
    where="key",
)
def _() -> bool | Ruling:
    fixed, drawn = ({list(run(method, f"run {it}"))[-1][0] for it in range(4)} for method in ("several", "shuffled"))
    if len(fixed) > 1:
        return True
    return only_if(
        "its batches are drawn at random",
        f"one weight, four examples, two updates in each of three passes: with the same batches in the same order four "
        f"runs end alike, at {min(fixed)}; with batches drawn at random they end at "
        f"{len(drawn)} different weights",
    )
