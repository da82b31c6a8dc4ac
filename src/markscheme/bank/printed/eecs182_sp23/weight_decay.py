"""Question 9(b) as printed: its numbers, its key, its claims."""

from markscheme import only_if
from markscheme.bank.optimizers.weight_decay import problem, regularized_step
from markscheme.core.published import Ruling
from markscheme.exact import Rational, Vector
from markscheme.mechanisms import optimizers

published = problem.published(
    "",
    givens={"eta": 0.1, "lam": 0.5, "theta": [4, -2], "gradient": [3, 1]},  # ours: the paper asks for the formula alone
    key={"gamma": r"\lambda \eta"},
    asks={"gamma": 2, "proof": 4},
    text=r"""
    Two ways to keep the weights $\theta$ small are related.

    - *L2 regularization* adds a squared Euclidean norm of the weights to the loss:
      $f_t^\text{reg}(\theta) = f_t(\theta) + \frac{\lambda}{2} \lVert \theta \rVert_2^2$.
    - *Weight decay* puts a scalar $\gamma$ into the update, with the loss as it is:
      $\theta_{t+1} = (1 - \gamma)\, \theta_t - \eta \nabla f_t(\theta_t)$. With $\gamma = 0$ this is SGD.

    Show that SGD with weight decay on the loss $f_t$ is the same as SGD on the regularized loss $f_t^\text{reg}$ when
    $\gamma$ is chosen rightly, and find such a $\gamma$ in terms of $\lambda$ and $\eta$.
    """,
)


@published.claim("γ = 0 is SGD without weight decay", about="theta_next", where="question")
def _(eta: Rational, theta: Vector, gradient: Vector) -> bool:
    return optimizers.decay_step(theta, gradient, eta, 0) == optimizers.sgd_step(theta, gradient, eta)


@published.claim("the gradient of the regularized loss is that of f plus λθ", about="gamma")
def _(lam: Rational, theta: Vector, gradient: Vector) -> bool:
    return theta - regularized_step(theta, gradient, 1, lam) == optimizers.l2_gradient(theta, gradient, lam)


@published.claim("SGD on the regularized loss gives (1 − ηλ)θ_t − η∇f_t(θ_t)", about="theta_next")
def _(eta: Rational, lam: Rational, theta: Vector, gradient: Vector) -> bool:
    on_loss = optimizers.sgd_step(theta, optimizers.l2_gradient(theta, gradient, lam), eta)
    return on_loss == optimizers.decay_step(theta, gradient, eta, eta * lam)


@published.claim("θ_{t+1} ← θ_t − η∇f_t(θ_t) is SGD, as in the algorithms of this question", about="theta_next")
def _(eta: Rational, theta: Vector) -> bool | Ruling:
    def gradient(t: int) -> Vector:
        return Vector([t] * len(theta))  # of f_t(θ) = t · (the sum of the entries of θ)

    here, algorithms = (optimizers.sgd_step(theta, gradient(t), eta) for t in (0, 1))
    if here == algorithms:
        return True
    return only_if(
        "all f_t are one loss",
        f"the algorithms move from θ_0 by ∇f_1 (g_t ← ∇f_t(θ_{{t−1}})), this line by ∇f_0: with f_t(θ) = t Σ_i θ_i, "
        f"θ_0 = {list(theta)} and η = {float(eta)} that is {list(map(float, algorithms))} or "
        f"{list(map(float, here))}",
    )
