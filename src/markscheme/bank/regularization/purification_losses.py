"""Two linear encoders under weight decay: their losses, and where the simpler one wins."""

from bisect import bisect_left
from decimal import Decimal
from fractions import Fraction
from itertools import product

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Interval, Matrix, Rational, added, dot
from markscheme.kinds import Exact, IntervalKind, MatrixKind, Numbers
from markscheme.mechanisms import regularization
from markscheme.pictures import Picture, loss_lines

DECIMAL = Exact(decimal=True)
DECIMALS = MatrixKind(decimal=True)

problem = Problem(
    "regularization/purification_losses",
    version=2,
    title="What weight decay prefers",
    source="EECS 182 midterm, Spring 2023, question 10(a)",
    lab=trained("purification"),
    symbols={
        "W_alpha": r"W_\alpha",
        "W_beta": r"W_\beta",
        "reconstruction_alpha": r"R_\alpha",
        "reconstruction_beta": r"R_\beta",
        "regularization_alpha": r"G_\alpha",
        "regularization_beta": r"G_\beta",
        "lambda_range": r"\Lambda",
    },
    text=r"""
    A linear encoder $W$ replaces each column $x$ of the data $X$ by $Wx$. Training makes
    $$\mathcal{L}_2(W) = \lVert X - WX \rVert_F^2 + \lambda \lVert W \rVert_F^2$$
    small: the *reconstruction loss*, plus $\lambda \ge 0$ times the *regularization loss*.
    Here are two encoders, $\alpha$ and $\beta$, and data:
    $$W_\alpha = [[W_alpha]], \qquad W_\beta = [[W_beta]], \qquad X = [[X]].$$
    """,
)

HALF = Fraction(1, 2)
GAINS = ((1,), (HALF,), (HALF,)), ((1, 1), (1, HALF), (HALF, HALF), (1, 0), (HALF, 0))
"""What α lets through of the faint rows of X, if there is one of them or two; β lets nothing through."""


def strong_row(rng: Draw, points: int, unit: int) -> list[int]:
    return [rng.choice((-1, 1)) * rng.int(unit * 11 // 10, unit * 3 - 1) for _ in range(points)]


@problem.givens(X=DECIMALS, W_alpha=DECIMALS, W_beta=DECIMALS)
def draw(rng: Draw, *, rows: int = 4, points: int = 4) -> dict[str, object]:
    strong = rng.int(1, rows - 1)
    faint = rng.int(1, min(2, rows - strong))
    size = strong + faint
    gains: tuple[Rational, ...] = rng.choice(GAINS[faint - 1])
    unit = rng.choice((10, 100))
    data = [strong_row(rng, points, unit) for _ in range(strong)]
    data += [[rng.choice((-3, -2, -1, 1, 2, 3)) for _ in range(points)] for _ in range(faint)]
    alpha, beta = (*[1] * strong, *gains), (*[1] * strong, *[0] * faint)
    places = rng.shuffled(range(size))
    return {
        "W_alpha": Matrix.diagonal([alpha[place] for place in places]),
        "W_beta": Matrix.diagonal([beta[place] for place in places]),
        "X": Matrix([[Fraction(entry, unit) for entry in data[place]] for place in places]),
    }


i = problem.part(
    "i",
    "Compute the reconstruction loss and the regularization loss of each encoder, and fill in the table. One of the "
    "four is given.",
)
ii = problem.part(
    "ii",
    r"For which $\lambda \ge 0$ is $W_\alpha$ *not* the better of the two, that is, not the one with the smaller "
    r"$\mathcal{L}_2$?",
)


def reconstruction(W: Matrix, X: Matrix) -> Rational:
    r"""What the encoder loses of the data is $X - WX$. The squared Frobenius norm adds the squares of all its entries:
    the size of the error, over all points and features.

    $\lVert [[X]] - [[W]] [[X]] \rVert_F^2$
    """
    return regularization.reconstruction_loss(W, X)


def regularized(W: Matrix) -> Rational:
    r"""The squared Frobenius norm of the matrix itself: the sum of the squares of its entries. It pays for every
    direction that the encoder lets through.

    $\lVert [[W]] \rVert_F^2$
    """
    return regularization.regularization_loss(W)


def residual(W: Matrix, X: Matrix) -> list[tuple[object, ...]]:
    missing = X - W @ X
    return [
        (number, Numbers().show(row), DECIMAL.show(sum([entry**2 for entry in row])))
        for number, row in enumerate(missing, 1)
    ]


def without_squares(W: Matrix, X: Matrix) -> Rational:
    return added([abs(entry) for row in X - W @ X for entry in row])


def of_what_is_kept(W: Matrix, X: Matrix) -> Rational:
    kept = [entry for row in W @ X for entry in row]
    return dot(kept, kept)


def mean_over_points(W: Matrix, X: Matrix) -> Rational:
    return Fraction(regularization.reconstruction_loss(W, X), X.shape[1])


def adds_entries(W: Matrix) -> Rational:
    return sum([abs(entry) for row in W for entry in row])


def squares_the_sum(W: Matrix) -> Rational:
    return adds_entries(W) ** 2


def largest_gain(W: Matrix) -> Rational:
    return max([abs(entry) for row in W for entry in row]) ** 2


def entrywise_loss(W: Matrix, X: Matrix) -> Rational:
    """Another way to the reconstruction loss: entry by entry, in decimals."""
    total = Decimal(0)
    for i in range(len(X)):
        for j in range(len(X[0])):
            encoded = sum([as_decimal(W[i][k]) * as_decimal(X[k][j]) for k in range(len(X))], Decimal(0))
            total += (as_decimal(X[i][j]) - encoded) ** 2
    return Fraction(total)


def entrywise_norm(W: Matrix) -> Rational:
    return Fraction(sum([as_decimal(entry) ** 2 for row in W for entry in row], Decimal(0)))


def as_decimal(number: Rational) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


for name, loss in product(("alpha", "beta"), ("reconstruction", "regularization")):
    W, own = f"W_{name}", f"{loss}_{name}"
    is_alpha = name == "alpha"
    if loss == "reconstruction":
        if is_alpha:
            label = r"reconstruction loss of $\alpha$"
            declared = problem.answer(own, reconstruction, part=i, marks=2, kind=DECIMAL, label=label, W=W)
        else:
            declared = problem.shown(own, reconstruction, part=i, kind=DECIMAL, W=W)
        declared.trace("row", "$X - WX$", "squares, added")(residual)
        declared.slip("forgets the squares", without_squares, may_coincide=is_alpha)  # α may lose nothing at all
        declared.slip("measures $WX$, not what is missing", of_what_is_kept)
        declared.slip("takes the mean over the points", mean_over_points, may_coincide=is_alpha)
        declared.check(entrywise_loss)
    else:
        label = r"regularization loss of $\alpha$"
        if not is_alpha:
            label = r"regularization loss of $\beta$"
        declared = problem.answer(own, regularized, part=i, marks=2, kind=DECIMAL, label=label, W=W)
        declared.slip("forgets the squares", adds_entries, may_coincide=True)  # 1 is its own square
        declared.slip("squares the sum, in place of summing the squares", squares_the_sum, may_coincide=not is_alpha)
        declared.slip("takes the largest entry alone", largest_gain, may_coincide=not is_alpha)
        declared.check(entrywise_norm)


problem.table(
    ("Encoder", "Reconstruction loss", "Regularization loss"),
    [
        (r"$\alpha$", "[[reconstruction_alpha]]", "[[regularization_alpha]]"),
        (r"$\beta$", "[[reconstruction_beta]]", "[[regularization_beta]]"),
    ],
    part=i,
)


def not_better(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Interval | None:
    r"""Each loss is a line in $\lambda$: it starts at the reconstruction loss and rises by the regularization loss.
    $\alpha$ starts lower, and rises faster. So it is better until the lines cross, and worse after that.
    Where they cross the two are equally good: there, too, $\alpha$ is not better, so the crossing belongs to the range.

    $\{\lambda \ge 0 \mid [[r_alpha]] + [[g_alpha]] \lambda \ge [[r_beta]] + [[g_beta]] \lambda\}$
    """
    return regularization.not_better_range((r_alpha, g_alpha), (r_beta, g_beta))


lambda_range = problem.answer(
    "lambda_range", not_better, part=ii, marks=2, kind=IntervalKind(domain=Interval(0, None)),
    label=r"all $\lambda \ge 0$ at which $\alpha$ is not better, as an interval",
    r_alpha="reconstruction_alpha", g_alpha="regularization_alpha",
    r_beta="reconstruction_beta", g_beta="regularization_beta",
)  # fmt: skip


@lambda_range.require("the two losses are equal at some λ > 0")
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> bool:
    return (r_beta - r_alpha) * (g_alpha - g_beta) > 0


@lambda_range.trace(r"$\lambda$", r"$\mathcal{L}_2(W_\alpha)$", r"$\mathcal{L}_2(W_\beta)$", "better")
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for times in (0, 1, 2):
        lam = times * tie(r_alpha, g_alpha, r_beta, g_beta)
        alpha, beta = r_alpha + lam * g_alpha, r_beta + lam * g_beta
        better = "neither" if alpha == beta else "α" if alpha < beta else "β"
        rows.append((DECIMAL.show(lam), DECIMAL.show(alpha), DECIMAL.show(beta), better))
    return rows


def tie(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Fraction:
    return Fraction(r_beta - r_alpha) / (g_alpha - g_beta)


@lambda_range.slip("leaves out the tie", marks=1)
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Interval:
    return Interval(tie(r_alpha, g_alpha, r_beta, g_beta), None, low_closed=False)


@lambda_range.slip("finds where α is better")
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Interval:
    return Interval(0, tie(r_alpha, g_alpha, r_beta, g_beta), high_closed=False)


@lambda_range.slip("inverts the inequality")
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Interval:
    return Interval(0, tie(r_alpha, g_alpha, r_beta, g_beta))


@lambda_range.slip("forgets that β is regularized too")
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational) -> Interval:
    return Interval(tie(r_alpha, g_alpha, r_beta, 0), None)


@lambda_range.slip("adds the regularization losses, in place of comparing them")
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Interval:
    return Interval(tie(r_alpha, g_alpha, r_beta, -g_beta), None)


@lambda_range.slip("forgets the squares in all losses")
def _(W_alpha: Matrix, W_beta: Matrix, X: Matrix) -> Interval:
    alpha, beta = ((without_squares(W, X), adds_entries(W)) for W in (W_alpha, W_beta))
    return Interval(tie(*alpha, *beta), None)


@lambda_range.check
def _(r_alpha: Rational, g_alpha: Rational, r_beta: Rational, g_beta: Rational) -> Interval:
    """Compare the two losses on a grid of λ, in whole numbers. The first at which α is not lower is a tie."""
    grid = 10**7
    r_a, r_b = (int(loss * grid * 100) for loss in (r_alpha, r_beta))
    g_a, g_b = (int(loss * 100) for loss in (g_alpha, g_beta))
    first = bisect_left(range(100 * grid), True, key=lambda n: r_a + n * g_a >= r_b + n * g_b)
    if first == 0 or r_a + first * g_a != r_b + first * g_b:
        raise ValueError("the losses cross between the points of the grid")
    return Interval(Fraction(first, grid), None)


@problem.figure(part=ii, place="solution")
def _(
    reconstruction_alpha: Rational, regularization_alpha: Rational,
    reconstruction_beta: Rational, regularization_beta: Rational,
) -> Picture:  # fmt: skip
    lines = {"α": (reconstruction_alpha, regularization_alpha), "β": (reconstruction_beta, regularization_beta)}
    crossing = tie(reconstruction_alpha, regularization_alpha, reconstruction_beta, regularization_beta)
    rounds = (Fraction(digit * 10**power, 10**6) for power in range(9) for digit in (1, 2, 5))
    end = next(end for end in rounds if 2 * end > 3 * crossing)  # the axis of the blank figure gives nothing away
    return loss_lines(lines, against="α", upto=end, shown=False)
