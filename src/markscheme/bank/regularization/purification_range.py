"""The regularization that keeps the strong directions of the data and damps the weak ones."""

from bisect import bisect_left
from fractions import Fraction
from typing import TypeAlias

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Interval, Rational
from markscheme.kinds import Exact, IntervalKind, Numbers
from markscheme.mechanisms import regularization
from markscheme.pictures import Picture, shrinkage

Sigmas: TypeAlias = tuple[Rational, ...]

problem = Problem(
    "regularization/purification_range",
    version=1,
    title="How strongly to purify",
    source="EECS 182 midterm, Spring 2023, question 10(c)",
    lab=trained("purification"),
    symbols={
        "weakest_kept": r"\sigma_\text{keep}",
        "strongest_other": r"\sigma_\text{damp}",
        "highest": r"\lambda_\text{max}",
        "lowest": r"\lambda_\text{min}",
        "least": "p",
        "most": "q",
        "lambda_range": r"\Lambda",
    },
    text=r"""
    The square matrix $W$ that minimizes $\lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$ scales the component
    of a feature vector along the $i$-th left singular direction of the data $X$ by $\sigma_i^2/(\sigma_i^2 + \lambda)$.
    The singular values of $X$ are, from the first to the last,
    $$[[sigmas]].$$
    Along each of the first [[kept]] directions at least [[least]] % of the component must remain, along each of the
    other directions at most [[most]] %. For which $\lambda \ge 0$ are both met?
    Find out first which singular value decides about the one, and which about the other.
    """,
    beside={
        "regularization/purification_minimizer": r"""
        The square matrix $W$ that minimizes $\lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$ scales the
        component of a feature vector along each left singular direction of the data $X$. The singular values of $X$
        are, from the first to the last,
        $$[[sigmas]].$$
        Along each of the first [[kept]] directions at least [[least]] % of the component must remain, along each of
        the other directions at most [[most]] %. For which $\lambda \ge 0$ are both met?
        Find out first which singular value decides about the one, and which about the other.
        """,
    },
)

STRONG = (150, 200, 300, 400, 500, 600, 800, 900, 1000, 1200)  # in hundredths, as all singular values here
WEAK = (20, 30, 40, 50, 60, 80, 120, 150, 200, 300, 400)
SMALL = (300, 200, 150, 100, 80, 60, 50, 40, 36, 30, 25, 20, 16, 10, 8, 5, 4, 2, 1)


def is_friendly(least: int, strong: int, most: int, weak: int) -> bool:
    """Whether the upper end is a decimal, and the ends are well apart."""
    low, high = weak * weak * (100 - most) * least, strong * strong * (100 - least) * most
    return weak < strong and 3 * low <= 2 * high <= 16 * low and strong * strong * (100 - least) % least == 0


FRIENDLY = tuple([
    (least, strong, most, weak)
    for least in (60, 75, 80, 90) for strong in STRONG for most in (10, 20, 25, 40, 50) for weak in WEAK
    if is_friendly(least, strong, most, weak)
])  # fmt: skip


def hundredths(number: int) -> Rational:
    return Fraction(number, 100) if number % 100 else number // 100


@problem.givens(sigmas=Numbers())
def draw(rng: Draw, *, directions: int = 8) -> dict[str, object]:
    least, strong, most, weak = rng.choice(FRIENDLY)
    kept = rng.int(2, directions // 2)
    stronger = [strong]
    while len(stronger) < kept:
        stronger.append(stronger[-1] + 100 * rng.int(1, 4))
    weaker = rng.sample([small for small in SMALL if small < weak], directions - kept - 1)
    falling = (*reversed(stronger), weak, *sorted(weaker, reverse=True))
    return {"sigmas": tuple([hundredths(sigma) for sigma in falling]), "kept": kept, "least": least, "most": most}


@problem.step(kind=Exact(decimal=True))
def weakest_kept(sigmas: Sigmas, kept: int) -> Rational:
    r"""The share $\sigma^2/(\sigma^2 + \lambda)$ grows with $\sigma$. So of the first [[kept]] directions the one with
    the smallest singular value loses most: if enough of it remains, then enough remains of the others too.
    """
    return min(sigmas[:kept])


@weakest_kept.slip("looks at the strongest direction to keep")
def _(sigmas: Sigmas, kept: int) -> Rational:
    return max(sigmas[:kept])


@problem.step(kind=Exact(decimal=True))
def strongest_other(sigmas: Sigmas, kept: int) -> Rational:
    """Of the other directions the one with the largest singular value keeps most: it is damped enough last."""
    return max(sigmas[kept:])


@strongest_other.slip("looks at the weakest of the other directions")
def _(sigmas: Sigmas, kept: int) -> Rational:
    return min(sigmas[kept:])


@problem.step(kind=Exact(decimal=True))
def highest(weakest_kept: Rational, least: int) -> Rational:
    r"""With $p = [[least]]\,\%$ to keep, $\sigma^2/(\sigma^2 + \lambda) \ge p/100$ says that
    $\lambda \le \sigma^2 (100 - p)/p$: more regularization would take too much away.

    $[[weakest_kept]]^2 \cdot \frac{100 - [[least]]}{[[least]]}$
    """
    met = regularization.purifier_range((weakest_kept,), 1, Fraction(least, 100), 1)
    assert met is not None
    assert met.high is not None
    return met.high


@highest.slip("uses σ in place of σ²")
def _(weakest_kept: Rational, least: int) -> Rational:
    return weakest_kept * Fraction(100 - least, least)


@highest.slip("turns the fraction upside down")
def _(weakest_kept: Rational, least: int) -> Rational:
    return weakest_kept**2 * Fraction(least, 100 - least)


@problem.step(kind=Exact(decimal=True))
def lowest(strongest_other: Rational, most: int) -> Rational:
    r"""With at most $q = [[most]]\,\%$ to be left, $\sigma^2/(\sigma^2 + \lambda) \le q/100$ says that
    $\lambda \ge \sigma^2 (100 - q)/q$: less regularization would leave too much.

    $[[strongest_other]]^2 \cdot \frac{100 - [[most]]}{[[most]]}$
    """
    met = regularization.purifier_range((strongest_other,), 0, 0, Fraction(most, 100))
    assert met is not None
    assert met.low is not None
    return met.low


@lowest.slip("uses σ in place of σ²")
def _(strongest_other: Rational, most: int) -> Rational:
    return strongest_other * Fraction(100 - most, most)


@lowest.slip("turns the fraction upside down", may_coincide=True)  # half is half either way
def _(strongest_other: Rational, most: int) -> Rational:
    return strongest_other**2 * Fraction(most, 100 - most)


@problem.answer(
    marks=8, kind=IntervalKind(domain=Interval(0, None)), label=r"all $\lambda$ that meet both, as an interval"
)
def lambda_range(lowest: Rational, highest: Rational) -> Interval:
    """Both must hold, so λ lies between the two. At each end one of the two directions has exactly the share that was
    asked for, which is allowed: both ends belong to the range.
    """
    return Interval(lowest, highest)


@lambda_range.trace(
    "$i$", r"$\sigma_i$", r"share at $\lambda_\text{min}$", r"share at $\lambda_\text{max}$", "asked for"
)
def _(
    sigmas: Sigmas, kept: int, least: int, most: int, lowest: Rational, highest: Rational
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for i, sigma in enumerate(sigmas, 1):
        shares = [percent(regularization.shrinkage(sigma, lam)) for lam in (lowest, highest)]
        rows.append(
            (i, Exact(decimal=True).show(sigma), *shares, f"at least {least} %" if i <= kept else f"at most {most} %")
        )
    return rows


def percent(share: Fraction) -> str:
    """A share to a tenth of a percent; to more places where that would round it to nothing."""
    return (
        next((text for places in (1, 2, 3) if float(text := f"{100 * float(share):.{places}f}")), "0").removesuffix(
            ".0"
        )
        + " %"
    )


@lambda_range.slip("leaves out both ends", marks=6)
def _(lowest: Rational, highest: Rational) -> Interval:
    return Interval(lowest, highest, low_closed=False, high_closed=False)


@lambda_range.slip("leaves out the lower end", marks=7)
def _(lowest: Rational, highest: Rational) -> Interval:
    return Interval(lowest, highest, low_closed=False)


@lambda_range.slip("leaves out the upper end", marks=7)
def _(lowest: Rational, highest: Rational) -> Interval:
    return Interval(lowest, highest, high_closed=False)


@lambda_range.slip("meets the first demand alone")
def _(highest: Rational) -> Interval:
    return Interval(0, highest)


@lambda_range.slip("meets the second demand alone")
def _(lowest: Rational) -> Interval:
    return Interval(lowest, None)


def between(damped: Rational, most: int, preserved: Rational, least: int) -> Interval:
    """The range between the ends that two squared singular values (or what was taken for them) and two shares give."""
    return Interval(damped * Fraction(100 - most, most), preserved * Fraction(100 - least, least))


@lambda_range.slip("uses σ in place of σ²")
def _(weakest_kept: Rational, strongest_other: Rational, least: int, most: int) -> Interval:
    return between(strongest_other, most, weakest_kept, least)


@lambda_range.slip("looks at the first and the last singular value")
def _(sigmas: Sigmas, least: int, most: int) -> Interval:
    return between(sigmas[-1] ** 2, most, sigmas[0] ** 2, least)


@lambda_range.slip("swaps what to keep and what to damp")
def _(weakest_kept: Rational, strongest_other: Rational, least: int, most: int) -> Interval:
    return between(strongest_other**2, least, weakest_kept**2, most)


@lambda_range.slip("turns the fractions upside down")
def _(weakest_kept: Rational, strongest_other: Rational, least: int, most: int) -> Interval:
    return between(strongest_other**2, 100 - most, weakest_kept**2, 100 - least)


@problem.figure(place="solution")
def _(sigmas: Sigmas, kept: int, least: int, most: int, highest: Rational, lambda_range: Interval) -> Picture:
    rounds = (Fraction(digit * 10**power, 1000) for power in range(9) for digit in (1, 2, 5))
    end = next(end for end in rounds if 2 * end > 3 * highest)  # the axis of the blank figure gives nothing away
    shares = {"least": Fraction(least, 100), "most": Fraction(most, 100)}
    return shrinkage(sigmas, lambda_range, kept=kept, **shares, upto=end, shown=False)


@problem.check
def _(sigmas: Sigmas, kept: int, least: int, most: int) -> dict[str, object]:
    """Try each λ of a grid of millionths on every direction, in whole numbers; at both ends a share is met exactly."""
    strengths = [int(100 * sigma) ** 2 * 100 for sigma in sigmas]  # σ² in millionths

    def spare(s: int, n: int) -> int:
        """How far a share s/(s + n) lies above the least asked for, times what clears the denominators."""
        return 100 * s - least * (s + n)

    def excess(s: int, n: int) -> int:
        return 100 * s - most * (s + n)

    millionths = range(strengths[0] * 100)
    first = bisect_left(millionths, True, key=lambda n: all(excess(s, n) <= 0 for s in strengths[kept:]))
    last = bisect_left(millionths, True, key=lambda n: any(spare(s, n) < 0 for s in strengths[:kept])) - 1
    met_by = [sigma for sigma, s in zip(sigmas[:kept], strengths[:kept], strict=True) if spare(s, last) == 0]
    left_by = [sigma for sigma, s in zip(sigmas[kept:], strengths[kept:], strict=True) if excess(s, first) == 0]
    if len(met_by) != 1 or len(left_by) != 1:
        raise ValueError("an end of the range lies between the millionths")
    low, high = Fraction(first, 10**6), Fraction(last, 10**6)
    return {
        "weakest_kept": met_by[0], "strongest_other": left_by[0], "highest": high, "lowest": low,
        "lambda_range": Interval(low, high),
    }  # fmt: skip


def share(sigma: Rational, lam: Rational) -> Fraction:
    return Fraction(sigma**2) / (sigma**2 + lam)
