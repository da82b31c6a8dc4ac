"""Question 15 as printed: its key, its claims. It has no numbers: those are ours."""

from markscheme import only_if
from markscheme.bank.training.zero_weights import problem
from markscheme.core.published import Ruling
from markscheme.mechanisms.backpropagation import Variable, gradients

STEPS = 300

# The third statement is ours: as printed it is true as well, see below.
published = problem.published(
    "csc671-15",
    givens={
        "inputs": [1, 2], "target": 3, "rate": 0.01, "W": [[0, 0]] * 3, "biases": [0, 0, 0], "v": [0, 0, 0],
        "statements": ("differ", "alike", "layers", "part"),
    },
    key={"fate": "B"},
    asks={"fate": 1},
    text=r"""
    A multi-layer perceptron is built, and all its weights and biases are initialized to zero; then gradient descent
    trains it. Which statement about the neurons of its first hidden layer is true?
    """,
)  # fmt: skip


@published.claim(
    "it is false that the neurons of the first hidden layer compute the same thing and those of different layers "
    "different things",
    about="fate",
    where="key",
)
def _() -> bool | Ruling:
    first, second = trained_from_zeros(steps=STEPS)
    are_alike = all([max(units) - min(units) < 1e-9 for units in (first, second)])
    if not are_alike or abs(first[0] - second[0]) < 0.01:
        return True
    return only_if(
        "it is about the first pass alone",
        f"two hidden layers of two sigmoids and a linear output, from zeros: after {STEPS} steps of gradient descent "
        f"both units of the first put out {first[0]:.2f} at (1, 1), and both of the second {second[0]:.2f}",
    )


def trained_from_zeros(steps: int) -> tuple[list[float], list[float]]:
    """What the units of two hidden layers of sigmoids put out at (1, 1), once the network was trained from zeros."""
    examples = [((0.0, 0.0), 0.0), ((0.0, 1.0), 1.0), ((1.0, 0.0), 1.0), ((1.0, 1.0), 2.0)]
    shapes = [(2, 2), (2,), (2, 2), (2,), (2,), ()]
    parameters = [zeros(*shape) for shape in shapes]

    def hidden(x: tuple[float, ...]) -> tuple[Variable, Variable]:
        W, b, V, c, *_ = parameters
        first = sigmoid(W @ Variable(list(x)) + b)
        return first, sigmoid(V @ first + c)

    for _ in range(steps):
        loss = Variable(0.0)
        for x, target in examples:
            off = parameters[4] @ hidden(x)[1] + parameters[5] - target
            loss = loss + off * off / 2
        slopes = gradients(loss, parameters)
        parameters = [Variable((it + Variable(g) * -0.3).value) for it, g in zip(parameters, slopes, strict=True)]
    first, second = hidden((1.0, 1.0))
    return first.value, second.value


def zeros(*shape: int) -> Variable:
    row: object = 0.0
    for length in reversed(shape):
        row = [row] * length
    return Variable(row)


def sigmoid(t: Variable) -> Variable:
    return ((t / 2.0).tanh() + 1.0) / 2.0
