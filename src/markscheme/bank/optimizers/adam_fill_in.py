"""The two lines that make Adam of SGD with momentum, and two steps of it by hand."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Rational, exact_root
from markscheme.kinds import Exact, Expression, Real
from markscheme.mechanisms import optimizers
from markscheme.pictures import Algorithm, Blank, Picture, Piece, Step, pseudocode
from markscheme.reading.syntax import Formula, Point
from markscheme.text.notation import Line, Listing, Notation, Number, Scripts, Symbol

DECIMAL = Exact(decimal=True)
NEAR = Real(absolute="0.0001")
RULE = Expression(("beta_1", "beta_2", "m_{t-1}", "v_{t-1}", "g_t"), also={"m": "m_{t-1}", "v": "v_{t-1}", "g": "g_t"})

problem = Problem(
    "optimizers/adam_fill_in",
    version=1,
    title="From momentum to Adam",
    source="EECS 182 midterm, Spring 2023, question 9(a)",
    lab=trained("optimizers"),
    symbols={"m": "m_t", "v": "v_t"},
    text=r"""
    Algorithm 1 is SGD with momentum. Algorithm 2 is Adam, here without bias correction, and two of its lines are
    incomplete. Both go down the gradients $g_t$ of a loss $f_t$, with the learning rate $\eta$; $\beta_1$ and, in Adam,
    $\beta_2$ say how much of the past is kept. Squares, roots and quotients are taken entry by entry.
    """,
)

DECAYS = tuple(Fraction(n, 100) for n in (36, 64, 75, 84, 96, 99))
KEPT = tuple(Fraction(n, 100) for n in (50, 60, 75, 80, 90))


def is_decimal(number: Fraction) -> bool:
    return 10**6 % number.denominator == 0


def is_friendly(beta_1: Fraction, beta_2: Fraction, a: int, b: int) -> bool:
    """Whether two steps with these gradients stay among short decimals, roots included."""
    first, second = exact_root(1 - beta_2), exact_root(beta_2 * a * a + b * b)
    if not first or not second or abs(a) == abs(b):
        return False
    moves = (1 - beta_1) / first, (1 - beta_1) * (beta_1 * a + b) / (first * second)
    return all(map(is_decimal, moves))


GRADIENTS = [(a, b) for a in (*range(1, 11), 15, 20) for b in range(-17, 18)]
FRIENDLY = tuple([
    (beta_1, beta_2, a, b)
    for beta_2 in DECAYS for beta_1 in KEPT for a, b in GRADIENTS if b and is_friendly(beta_1, beta_2, a, b)
])  # fmt: skip


@problem.givens(
    eta=DECIMAL, beta_1=DECIMAL, beta_2=DECIMAL, m_0=DECIMAL, v_0=DECIMAL, theta_0=DECIMAL, g_1=DECIMAL, g_2=DECIMAL
)
def draw(rng: Draw, *, largest: int = 4) -> dict[str, object]:
    beta_1, beta_2, a, b = rng.choice(FRIENDLY)
    scale = rng.choice((-1, 1)) * rng.choice((Fraction(1, 10), Fraction(1, 5), Fraction(1, 2), 1))
    return {
        "eta": Fraction(rng.choice((5, 10, 20, 50)), 100), "beta_1": beta_1, "beta_2": beta_2, "m_0": 0, "v_0": 0,
        "theta_0": Fraction(rng.int(-10 * largest, 10 * largest), 10), "g_1": scale * a, "g_2": scale * b,
    }  # fmt: skip


a = problem.part("a", "What stands at (A), and what at (B)?")
b = problem.part(
    "b",
    r"Take two steps of Adam for a single parameter, with $\eta = [[eta]]$, $\beta_1 = [[beta_1]]$, $\beta_2 = "
    r"[[beta_2]]$, from $\theta_0 = [[theta_0]]$ with the gradients $g_1 = [[g_1]]$ and $g_2 = [[g_2]]$. What are "
    r"$m_2$, $v_2$ (both exactly) and $\theta_2$ (to four decimals)?",
)


@problem.answer(marks=1, part=a, kind=RULE, label="(A), the new $m_t$", fixed=True)
def m() -> Formula:
    r"""As in SGD with momentum: a moving average of the gradients. Of the past the share $\beta_1$ stays, and the new
    gradient gets the rest.
    """
    return RULE.read(r"\beta_1 m_{t-1} + (1 - \beta_1) g_t")


m.slips_read(
    {
        "swaps the weights of past and present": r"(1 - \beta_1) m_{t-1} + \beta_1 g_t",
        "uses β₂ for the average of the gradients": r"\beta_2 m_{t-1} + (1 - \beta_2) g_t",
        "adds the whole gradient, unweighted": r"\beta_1 m_{t-1} + g_t",
        "squares the gradient here": r"\beta_1 m_{t-1} + (1 - \beta_1) g_t^2",
    }
)


@problem.answer(marks=1, part=a, kind=RULE, label="(B), the new $v_t$", fixed=True)
def v() -> Formula:
    r"""A moving average again, with its own share $\beta_2$, of the squares of the gradients: its root says how large
    gradients have been, whatever their signs.
    """
    return RULE.read(r"\beta_2 v_{t-1} + (1 - \beta_2) g_t^2")


v.slips_read(
    {
        "forgets the square": r"\beta_2 v_{t-1} + (1 - \beta_2) g_t",
        "uses β₁ for the average of the squares": r"\beta_1 v_{t-1} + (1 - \beta_1) g_t^2",
        "swaps the weights of past and present": r"(1 - \beta_2) v_{t-1} + \beta_2 g_t^2",
        "squares the weight too": r"\beta_2 v_{t-1} + ((1 - \beta_2) g_t)^2",
        "adds the whole square, unweighted": r"\beta_2 v_{t-1} + g_t^2",
    }
)


LINE = Expression(
    ("theta_{t-1}", "eta", "m_t", "v_t", "t", "beta_1", "beta_2", "m_{t-1}", "v_{t-1}", "g_t", "theta_t", "m_0", "v_0",
     "theta_0")
)  # fmt: skip
TAKES = Symbol("←")


@cache
def line(text: str) -> Notation:
    return LINE.show(LINE.read(text))


def sets(name: str, value: Piece) -> Step:
    return Step([line(name), TAKES, value], 1)


@problem.figure()
@lru_cache(maxsize=256)  # there are 120 pairs of algorithms
def _(eta: Rational, beta_1: Rational, beta_2: Rational, m: Formula, v: Formula) -> Picture:
    """The two algorithms, side by side."""

    def given(**values: Rational) -> Step:
        *others, last = [(line(name), Symbol("="), DECIMAL.show(value)) for name, value in values.items()]
        return Step(["given", *[Line((*other, Symbol(","))) for other in others], Line(last)])

    def starts(*names: str) -> Step:
        zeros = [Line((line(name), TAKES, Number("0"), Symbol(","))) for name in names]
        return Step(["start with", *zeros, "any", line("theta_0")])

    gradient = Line((Symbol("∇"), Scripts(Symbol("f"), Symbol("t")), Listing((line("theta_{t-1}"),), "(", ")")))
    first = [Step(["repeat"]), sets("t", line("t + 1")), sets("g_t", gradient)]
    last = Step(["until it is time to stop"])
    return pseudocode(
        [
            Algorithm(
                "Algorithm 1: SGD with momentum",
                [
                    given(eta=eta, beta_1=beta_1),
                    starts("t", "m_0"),
                    *first,
                    sets("m_t", line("beta_1 m_{t-1} + (1 - beta_1) g_t")),
                    sets("theta_t", line("theta_{t-1} - eta m_t")),
                    last,
                ],
            ),
            Algorithm(
                "Algorithm 2: Adam, without bias correction",
                [
                    given(eta=eta, beta_1=beta_1, beta_2=beta_2),
                    starts("t", "m_0", "v_0"),
                    *first,
                    sets("m_t", Blank("A", RULE.show(m))),
                    sets("v_t", Blank("B", RULE.show(v))),
                    sets("theta_t", line("theta_{t-1} - eta m_t/sqrt(v_t)")),
                    last,
                ],
            ),
        ]
    )


def at(m: Rational, v: Rational, g: Rational, beta_1: Rational, beta_2: Rational) -> Point:
    return {"m_{t-1}": m, "v_{t-1}": v, "g_t": g, "beta_1": beta_1, "beta_2": beta_2}


def average(rule: Formula, m: Rational, v: Rational, g: Rational, beta_1: Rational, beta_2: Rational) -> Rational:
    r"""The formula of (A) at these numbers.

    $[[beta_1]] \cdot [[m]] + (1 - [[beta_1]]) \cdot [[g]]$
    """
    return RULE.at(rule, at(m, v, g, beta_1, beta_2))


def squares(rule: Formula, m: Rational, v: Rational, g: Rational, beta_1: Rational, beta_2: Rational) -> Rational:
    r"""The formula of (B) at these numbers.

    $[[beta_2]] \cdot [[v]] + (1 - [[beta_2]]) \cdot [[g]]^2$
    """
    return RULE.at(rule, at(m, v, g, beta_1, beta_2))


def moved(theta: Rational | float, m: Rational, v: Rational, eta: Rational) -> Rational | float:
    r"""The step is the average gradient, measured against the root of the average square.

    $[[theta]] - [[eta]] \cdot \frac{[[m]]}{\sqrt{[[v]]}}$
    """
    return optimizers.adam_update(theta, m, v, eta)


problem.step("m_1", average, part=b, kind=DECIMAL, rule="m", m="m_0", v="v_0", g="g_1")
problem.step("v_1", squares, part=b, kind=DECIMAL, rule="v", m="m_0", v="v_0", g="g_1")
problem.step("theta_1", moved, part=b, kind=NEAR, theta="theta_0", m="m_1", v="v_1")
m_2 = problem.answer("m_2", average, marks=0.5, part=b, kind=DECIMAL, rule="m", m="m_1", v="v_1", g="g_2")
v_2 = problem.answer("v_2", squares, marks=0.5, part=b, kind=DECIMAL, rule="v", m="m_1", v="v_1", g="g_2")
theta_2 = problem.answer("theta_2", moved, marks=1, part=b, kind=NEAR, theta="theta_1", m="m_2", v="v_2")


@m_2.slip("forgets the first step")
def _(beta_1: Rational, g: Rational) -> Rational:
    return (1 - beta_1) * g


@m_2.slip("starts from the first gradient itself")
def _(beta_1: Rational, g_1: Rational, g: Rational) -> Rational:
    return beta_1 * g_1 + (1 - beta_1) * g


@v_2.slip("forgets the first step")
def _(beta_2: Rational, g: Rational) -> Rational:
    return (1 - beta_2) * g**2


@v_2.slip("starts from the square of the first gradient itself")
def _(beta_2: Rational, g_1: Rational, g: Rational) -> Rational:
    return beta_2 * g_1**2 + (1 - beta_2) * g**2


@v_2.slip("squares m_2")
def _(m_2: Rational) -> Rational:
    return m_2**2


@theta_2.slip("moves by the gradient in place of its average")
def _(theta: Rational | float, eta: Rational, g_2: Rational, v: Rational) -> Rational | float:
    return optimizers.adam_update(theta, g_2, v, eta)


@theta_2.slip("divides by v, not by its root")
def _(theta: Rational | float, eta: Rational, m: Rational, v: Rational) -> Rational | float:
    return theta - eta * m / v


@theta_2.slip("never divides by the root of v")
def _(theta: Rational | float, eta: Rational, m: Rational) -> Rational | float:
    return theta - eta * m


@theta_2.slip("goes on from θ_0")
def _(theta_0: Rational, eta: Rational, m: Rational, v: Rational) -> Rational | float:
    return optimizers.adam_update(theta_0, m, v, eta)


@theta_2.slip("moves up the gradient")
def _(theta: Rational | float, eta: Rational, m: Rational, v: Rational) -> Rational | float:
    return optimizers.adam_update(theta, -m, v, eta)


def weighted(gradients: tuple[Rational, ...], beta: Rational) -> Rational:
    """An average unrolled: each gradient with its weight."""
    return sum([(1 - beta) * beta ** (len(gradients) - s) * g for s, g in enumerate(gradients, 1)])


def unrolled(past: str, beta: str, power: int) -> Callable[[Point], Rational]:
    """The average as an unrolled sum over a history: three gradients of which the last makes the past what it is."""

    def average(at: Point) -> Rational:
        first, second = Fraction(3, 2), Fraction(-5)
        share = at[beta]
        third = Fraction(at[past]) / (1 - share) - share * second - share**2 * first
        return weighted((first, second, third, at["g_t"] ** power), share)

    return average


@m.check
@cache
def _() -> Callable[[Point], Rational]:
    return unrolled("m_{t-1}", "beta_1", 1)


@v.check
@cache
def _() -> Callable[[Point], Rational]:
    return unrolled("v_{t-1}", "beta_2", 2)


@problem.check
def _(
    eta: Rational, beta_1: Rational, beta_2: Rational, theta_0: Rational, g_1: Rational, g_2: Rational
) -> dict[str, object]:
    """Unrolled: averages as weighted sums, and the parameter as its start less all moves, in floats."""
    means = [weighted(gradients, beta_1) for gradients in ((g_1,), (g_1, g_2))]
    sizes = [weighted(gradients, beta_2) for gradients in ((g_1**2,), (g_1**2, g_2**2))]
    moves = [float(mean) / float(size) ** 0.5 for mean, size in zip(means, sizes, strict=True)]
    return {
        "m_1": means[0], "m_2": means[1], "v_1": sizes[0], "v_2": sizes[1],
        "theta_1": float(theta_0) - float(eta) * moves[0], "theta_2": float(theta_0) - float(eta) * sum(moves),
    }  # fmt: skip
