"""The weight decay that equals L2 regularization under SGD."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Rational, Vector
from markscheme.kinds import Exact, Expression, VectorKind
from markscheme.mechanisms import optimizers
from markscheme.reading.syntax import Formula, Point

DECIMAL = Exact(decimal=True)
DECIMALS = VectorKind(decimal=True)
RATE = Expression(("lambda", "eta"))

problem = Problem(
    "optimizers/weight_decay",
    version=1,
    title="Weight decay and L2 regularization",
    source="EECS 182 midterm, Spring 2023, question 9(b)",
    lab=trained("optimizers"),
    symbols={
        "lam": r"\lambda",
        "rate": r"\gamma",
        "theta": r"\theta_t",
        "theta_next": r"\theta_{t+1}",
        "gradient": r"\nabla f(\theta_t)",
    },
    text=r"""
    There are two ways to keep the weights $\theta$ of a network small. *L2 regularization* adds to the loss $f$ half
    the squared Euclidean norm of the weights, and SGD with learning rate $\eta$ goes down
    $$f_\text{reg}(\theta) = f(\theta) + \frac{\lambda}{2} \lVert \theta \rVert_2^2.$$
    *Weight decay* leaves the loss alone and shrinks the weights in each step:
    $$\theta_{t+1} = (1 - \gamma)\, \theta_t - \eta \nabla f(\theta_t).$$
    """,
)


@problem.givens(eta=DECIMAL, lam=DECIMAL, theta=DECIMALS, gradient=DECIMALS)
def draw(rng: Draw, *, size: int = 2) -> dict[str, object]:
    theta = [rng.choice((-1, 1)) * rng.int(1, 9) for _ in range(size)]
    gradient = [rng.choice((-1, 1)) * rng.int(1, 9) for _ in range(size)]
    return {
        "eta": Fraction(rng.choice((1, 2, 5, 10, 20, 25, 50)), 100),
        "lam": Fraction(rng.choice((1, 2, 3, 4, 5, 8)), 10),
        "theta": Vector(theta),
        "gradient": Vector(gradient),
    }


a = problem.part(
    "a",
    r"For which $\gamma$, in terms of $\lambda$ and $\eta$, do both ways take the same steps, whatever $f$ and the "
    "weights?",
)
b = problem.part("b", "Show that they do.")
c = problem.part(
    "c",
    r"Let $\eta = [[eta]]$ and $\lambda = [[lam]]$. At the weights $\theta_t = [[theta]]$ the gradient is "
    r"$\nabla f(\theta_t) = [[gradient]]$. Where does the next step lead?",
)


@problem.answer(marks=2, part=a, kind=RATE, fixed=True)
def gamma() -> Formula:
    r"""The gradient of the regularized loss is $\nabla f(\theta) + \lambda \theta$: the half and the 2 of the square
    cancel. A step of SGD down it takes $\eta \lambda \theta_t$ from the weights, beside $\eta \nabla f(\theta_t)$: it
    leads to $(1 - \eta \lambda)\, \theta_t - \eta \nabla f(\theta_t)$, as weight decay does with this share.
    """
    return RATE.read(r"\lambda \eta")


gamma.slips_read(
    {
        "forgets that the half cancels the 2": r"2 \lambda \eta",
        "keeps the half": r"\frac{1}{2} \lambda \eta",
        "forgets the learning rate": r"\lambda",
        "divides by the learning rate": r"\frac{\lambda}{\eta}",
        "gives what is left of the weights, not what is taken": r"1 - \lambda \eta",
        "turns the sign": r"-\lambda \eta",
    }
)


@problem.rubric(
    {
        "finds the gradient of the regularized loss: that of the loss, plus λ times the weights": 1,
        "puts it into a step of SGD, and collects the weights so that both steps can be compared": 1,
    },
    part=b,
    label="Proof",
)
def proof() -> None:
    r"""Of $\frac{\lambda}{2} \lVert \theta \rVert_2^2$ the gradient is $\lambda \theta$. A step of SGD down the
    regularized loss is $\theta_{t+1} = \theta_t - \eta (\nabla f(\theta_t) + \lambda \theta_t)
    = (1 - \eta \lambda)\, \theta_t - \eta \nabla f(\theta_t)$. This is the step of weight decay with
    $\gamma = \eta \lambda$, for every $f$ and all weights; with another $\gamma$ the steps differ wherever
    $\theta_t \neq 0$.
    """


@problem.step(part=c, kind=DECIMAL)
def rate(gamma: Formula, eta: Rational, lam: Rational) -> Rational:
    r"""The share at these numbers.

    $[[lam]] \cdot [[eta]]$
    """
    return RATE.at(gamma, {"eta": eta, "lambda": lam})


@problem.answer(marks=2, part=c, kind=DECIMALS)
def theta_next(rate: Rational, eta: Rational, theta: Vector, gradient: Vector) -> Vector:
    r"""The weights shrink by their share, and move down the gradient of the loss alone.

    $(1 - [[rate]]) \cdot [[theta]] - [[eta]] \cdot [[gradient]]$
    """
    return optimizers.decay_step(theta, gradient, eta, rate)


@theta_next.slip("shrinks the step too")
def _(rate: Rational, eta: Rational, theta: Vector, gradient: Vector) -> Vector:
    return (1 - rate) * optimizers.sgd_step(theta, gradient, eta)


@theta_next.slip("lets the weights grow")
def _(rate: Rational, eta: Rational, theta: Vector, gradient: Vector) -> Vector:
    return optimizers.decay_step(theta, gradient, eta, -rate)


@theta_next.slip("forgets the decay")
def _(eta: Rational, theta: Vector, gradient: Vector) -> Vector:
    return optimizers.sgd_step(theta, gradient, eta)


@theta_next.slip("forgets the learning rate")
def _(rate: Rational, theta: Vector, gradient: Vector) -> Vector:
    return optimizers.decay_step(theta, gradient, 1, rate)


@theta_next.slip("moves up the gradient")
def _(rate: Rational, eta: Rational, theta: Vector, gradient: Vector) -> Vector:
    return optimizers.decay_step(theta, gradient, -eta, rate)


@theta_next.slip("writes the weights that are left, before the step")
def _(rate: Rational, theta: Vector) -> Vector:
    return (1 - rate) * theta


def regularized_step(theta: Vector, gradient: Vector, eta: Rational, lam: Rational) -> Vector:
    """A step of SGD on the regularized loss, its gradient by differences: exact, as the loss is quadratic here."""

    def loss(weights: Vector) -> Rational:
        return gradient @ weights + Fraction(lam) / 2 * (weights @ weights)

    units = [Vector([int(i == j) for j in range(len(theta))]) for i in range(len(theta))]
    slope = Vector([(loss(theta + unit) - loss(theta - unit)) / Fraction(2) for unit in units])
    return theta - eta * slope


@gamma.check
@cache
def _() -> Callable[[Point], Rational]:
    """The share that a step on the regularized loss takes of the weights: one share, in many steps."""

    def share(at: Point) -> Rational:
        eta, lam = at["eta"], at["lambda"]
        theta, shares = Vector((Fraction(3), Fraction(-5, 2))), set[Rational]()
        for step in range(1, 5):
            gradient = Vector((step, 1 - step * step))
            moved = regularized_step(theta, gradient, eta, lam)
            shares |= {1 - (new + eta * g) / old for new, g, old in zip(moved, gradient, theta, strict=True)}
            theta = theta + gradient
        (found,) = shares
        return found

    return share


@problem.check
def _(eta: Rational, lam: Rational, theta: Vector, gradient: Vector) -> dict[str, object]:
    """Down the regularized loss; the share is what it takes of weights at which the loss is flat."""
    flat = regularized_step(Vector((1,)), Vector((0,)), eta, lam)
    return {"rate": 1 - flat[0], "theta_next": regularized_step(theta, gradient, eta, lam)}
