"""Question 10(c) as printed: its numbers, its key, its claims."""

from fractions import Fraction

from markscheme import never, only_if
from markscheme.bank.regularization.purification_range import Sigmas, problem, share
from markscheme.core.published import Ruling
from markscheme.exact import Interval, Rational

published = problem.published(
    "",
    givens={"sigmas": (10, 8, 4, 1, 0.5, 0.36, 0.16, 0.01), "kept": 3, "least": 80, "most": 50},
    key={"weakest_kept": 4, "strongest_other": 1, "highest": 4, "lowest": 1, "lambda_range": Interval(1, 4)},
    asks={"lambda_range": 8},
    text=r"""
    The data matrix $X \in \mathbb{R}^{8 \times n}$ has the singular values
    $$\{\sigma_i\} = \{[[sigmas]]\}.$$
    For which $\lambda \ge 0$ is it certain that the learned purifier $\widehat{W}$ preserves at least [[least]] % of
    the component of a feature vector along each of the first [[kept]] left singular vectors of $X$, and attenuates the
    component along each of the others to at most [[most]] % of its strength?

    *Hint: which two singular values are critical?*
    """,
)


def least_for(sigma: Rational, most: Fraction) -> Fraction:
    """The λ from which on a direction keeps at most the share `most`."""
    return sigma**2 / most - sigma**2


@published.claim("X ∈ ℝ^{8×n} has the singular values 10 > 8 > … > 0.01", about="sigmas", where="question")
def _(sigmas: Sigmas) -> bool:
    return len(sigmas) == 8 and all(sigmas[i] > sigmas[i + 1] >= 0 for i in range(7))


@published.claim("there are two critical singular values: σ_3 and σ_4", about="lambda_range", where="question")
def _(sigmas: Sigmas, kept: int, least: int, most: int) -> bool | Ruling:
    for lam in (Fraction(n, 20) for n in range(1, 201)):
        shares = [100 * share(sigma, lam) for sigma in sigmas]
        both = shares[2] >= least and shares[3] <= most
        if both != (min(shares[:kept]) >= least and max(shares[kept:]) <= most):
            return never(f"at λ = {float(lam)} another singular value decides")
    return True


@published.claim("4²/(4² + λ) ≥ 0.8 ⟹ λ ≤ 4", about="highest")
def _() -> bool:
    return all((share(4, lam) >= Fraction(8, 10)) == (lam <= 4) for lam in (Fraction(n, 100) for n in range(801)))


@published.claim("σ_4²/(σ_4² + λ) ≤ 0.6 ⟹ 1/(1 + λ) ≤ 0.5", about="lowest")
def _(strongest_other: Rational, most: int) -> bool | Ruling:
    written, meant = Fraction(6, 10), Fraction(5, 10)
    first, then = least_for(strongest_other, written), least_for(1, meant)
    if first >= then:
        return True
    return never(
        f"the left side holds from λ = {first} on, the right side from λ = {then} on: at λ = {first} the share is "
        f"{float(share(strongest_other, first))}; the question asks for at most {most} %",
        f"σ_4²/(σ_4² + λ) ≤ {float(Fraction(most, 100))}",
    )


@published.claim("1/(1 + λ) ≤ 0.5 ⟹ λ ≥ 1", about="lowest")
def _() -> bool:
    return least_for(1, Fraction(1, 2)) == 1 and share(1, 1) == Fraction(1, 2) < share(1, Fraction(99, 100))


HUNDREDTHS = tuple([Fraction(n, 100) for n in range(1, 2001)])


@published.claim("preserve at least 80% of the feature directions of the first 3 singular vectors", about="highest",
                 where="question")  # fmt: skip
def _(sigmas: Sigmas, kept: int, least: int, highest: Rational) -> bool | Ruling:
    together = max([lam for lam in HUNDREDTHS if 100 * sum(share(s, lam) for s in sigmas[:kept]) >= least * kept])
    if together == highest:
        return True
    return only_if(
        f"of each of the {kept} directions at least {least} % of the length remain",
        f"so λ is at most {highest}; if {least} % of the {kept} together are to remain, on average, it is at most "
        f"{float(together):.2f}",
    )


@published.claim("attenuate components to at most 50% of their original strength", about="lowest", where="question")
def _(strongest_other: Rational, most: int, lowest: Rational) -> bool | Ruling:
    energy = min([lam for lam in HUNDREDTHS if 100 * share(strongest_other, lam) ** 2 <= most])
    if energy == lowest:
        return True
    return only_if("the strength of a component is its length", f"so λ is at least {lowest}; if it is the squared "
                   f"length (the energy), λ = {float(energy)} is enough")  # fmt: skip
