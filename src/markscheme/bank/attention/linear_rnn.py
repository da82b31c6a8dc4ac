"""Attention over the hidden states of a linear RNN."""

from typing import Any

from markscheme import Draw, Problem
from markscheme.bank.trained import trained
from markscheme.exact import Matrix, Vector
from markscheme.mechanisms import attention, recurrent
from markscheme.pictures import Picture, rnn_attention

problem = Problem(
    "attention/linear_rnn",
    version=1,
    title="Attention on linear RNNs",
    source="EECS 182 midterm, Spring 2023, question 5",
    lab=trained("attention"),
    symbols={"output": r"\text{output}"},
    text=r"""
    A linear RNN has a state $h_t$ of two entries and reads a number $u_t$ at each step:
    $$h_t = W_h h_{t-1} + W_u u_t, \qquad W_h = [[W_h]], \quad W_u = [[W_u]], \quad h_0 = [[h_0]].$$
    It reads $u_1 = [[u_1]]$, $u_2 = [[u_2]]$, $u_3 = [[u_3]]$, and its decoder state is $h_\text{out} = W_h h_3$.
    Keys, values and the query are linear in the states, $k_t = W_K h_t$, $v_t = W_V h_t$ and
    $q = W_Q h_\text{out}$, with
    $$W_K = [[W_K]], \qquad W_V = [[W_V]], \qquad W_Q = [[W_Q]].$$
    In the computation graph an arrow that bears a matrix multiplies by it from the left.
    """,
)


def projection(rng: Draw, largest: int) -> Matrix:
    """A matrix that loses nothing, and that differs from its transpose: the side it multiplies from must show."""
    if largest < 1:
        raise ValueError(f"the entries of a matrix run up to 1 or more, not {largest}")
    while True:
        a, b, c, d = rng.ints(4, -largest, largest)
        if b != c and a * d != b * c:
            return Matrix(((a, b), (c, d)))


@problem.givens
def draw(rng: Draw, *, largest: int = 2) -> dict[str, object]:
    first, second = rng.choice(((-1, 1), (1, -1), (-1, -1)))
    rows = (first, rng.choice((-2, -1, 1, 2))), (0, second)  # as the exam's: states stay small at every step
    pushed = rng.int(-1, 1), rng.choice((-1, 1))
    entry, inputs = 0, list[int]()
    for u in rng.choices((-2, -1, 1, 2), 3):
        inputs.append(u if second * entry + pushed[1] * u else -u)  # no state loses the entry that the input feeds
        entry = second * entry + pushed[1] * inputs[-1]
    if rng.below(2):
        rows, pushed = (rows[1][::-1], rows[0][::-1]), pushed[::-1]
    return {
        "W_h": Matrix(rows), "W_u": Vector(pushed), "h_0": Vector((0, 0)),
        "u_1": inputs[0], "u_2": inputs[1], "u_3": inputs[2],
        "W_K": projection(rng, largest), "W_V": projection(rng, largest), "W_Q": projection(rng, 1),
    }  # fmt: skip


a = problem.part(
    "a",
    "Fill in the empty boxes of the computation graph: the states, keys and values that are missing. The numbers that "
    "are given help to check your work.",
)
b = problem.part(
    "b",
    r"Which vector does attention return for the decoder's query? Take $\operatorname{argmax}$ in place of softmax: "
    r"$\operatorname{argmax}([1, 3, 2]) = [0, 1, 0]$.",
)
BLANKS = ("v_1", "h_2", "v_2", "k_3", "h_out")


def state(W_h: Matrix, W_u: Vector, h: Vector, u: int) -> Vector:
    r"""What was remembered, moved on by $W_h$, plus the new input.

    $[[W_h]] [[h]] + [[u]] \cdot [[W_u]]$
    """
    return recurrent.linear_step(W_h, h, W_u, u)


def project(W: Matrix, h: Vector) -> Vector:
    """Each entry is a row of the matrix times the state: the matrix stands on the left.

    $[[W]] [[h]]$
    """
    return W @ h


def from_the_right(W: Matrix, h: Vector) -> Vector:
    return h @ W


def forget_input(W_h: Matrix, h: Vector) -> Vector:
    return W_h @ h


def step_from_the_right(W_h: Matrix, W_u: Vector, h: Vector, u: int) -> Vector:
    return h @ W_h + u * W_u


def uses_h_3(h: Vector) -> Vector:
    return h


for t in (1, 2, 3):
    past, number = f"h_{t - 1}", f"u_{t}"
    if f"h_{t}" in BLANKS:
        h = problem.answer(f"h_{t}", state, part=a, marks=2, h=past, u=number)
    else:
        h = problem.shown(f"h_{t}", state, part=a, h=past, u=number)
    h.slip("forgets the input", forget_input)
    if t > 1:  # the first state is zero, and cannot tell the sides apart
        h.slip("multiplies from the right", step_from_the_right)
    for letter in "kv":
        name, matrix = f"{letter}_{t}", f"W_{letter.upper()}"
        if name in BLANKS:
            projected = problem.answer(name, project, part=a, marks=2, W=matrix, h=f"h_{t}")
        else:
            projected = problem.shown(name, project, part=a, W=matrix, h=f"h_{t}")
        projected.slip("multiplies from the right", from_the_right)
h_out = problem.answer("h_out", project, part=a, marks=2, W="W_h", h="h_3")
h_out.slip("multiplies from the right", from_the_right)
h_out.slip("uses h_3 itself", uses_h_3)
problem.shown("q", project, part=a, W="W_Q", h="h_out").slip("multiplies from the right", from_the_right)


@problem.step(part=b)
def scores(q: Vector, k_1: Vector, k_2: Vector, k_3: Vector) -> Vector:
    r"""The score of each key is its inner product with the query.

    $\left([[q]]^\top [[k_1]],\; [[q]]^\top [[k_2]],\; [[q]]^\top [[k_3]]\right)$
    """
    return attention.scores(q, (k_1, k_2, k_3))


@scores.require("one score is highest")
def _(scores: Vector) -> bool:
    return scores.count(max(scores)) == 1


@problem.step(part=b)
def weights(scores: Vector) -> Vector:
    """All the weight goes to the key that scores highest."""
    return attention.argmax_weights(scores)


@problem.answer(marks=4, part=b)
def output(weights: Vector, v_1: Vector, v_2: Vector, v_3: Vector) -> Vector:
    """The values, weighted and added: only the one whose key scored highest remains."""
    return attention.attend(weights, (v_1, v_2, v_3))


@output.trace("$t$", r"score $\langle q, k_t \rangle$", "weight", "value $v_t$")
def _(scores: Vector, weights: Vector, v_1: Vector, v_2: Vector, v_3: Vector) -> list[tuple[object, ...]]:
    return list(zip((1, 2, 3), scores, weights, (v_1, v_2, v_3), strict=True))


@output.slip("takes the lowest score")
def _(scores: Vector, v_1: Vector, v_2: Vector, v_3: Vector) -> Vector:
    return (v_1, v_2, v_3)[scores.index(min(scores))]


@output.slip("weights by the scores, with neither softmax nor argmax")
def _(scores: Vector, v_1: Vector, v_2: Vector, v_3: Vector) -> Vector:
    return attention.attend(scores, (v_1, v_2, v_3))


@output.slip("takes the argmax over the values", may_coincide=True)
def _(q: Vector, v_1: Vector, v_2: Vector, v_3: Vector) -> Vector:
    return max((v_1, v_2, v_3), key=lambda v: q @ v)


@output.slip("returns the key instead of the value")
def _(scores: Vector, k_1: Vector, k_2: Vector, k_3: Vector) -> Vector:
    return (k_1, k_2, k_3)[scores.index(max(scores))]


@problem.figure(part=a, answered=True)
def _(**values: Any) -> Picture:
    return rnn_attention(values, asked=BLANKS)


@problem.check
def _(
    W_h: Matrix, W_u: Vector, W_K: Matrix, W_V: Matrix, W_Q: Matrix, h_0: Vector, u_1: int, u_2: int, u_3: int
) -> dict[str, object]:
    """Unrolled, in NumPy: every state from the inputs alone by powers of W_h; attention as one product of matrices."""
    import numpy as np  # noqa: PLC0415 (posing needs no NumPy)

    A, B, inputs = np.array(W_h), np.array(W_u), (u_1, u_2, u_3)

    def unrolled(t: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
        pushed = [np.linalg.matrix_power(A, t - s) @ B * inputs[s - 1] for s in range(1, t + 1)]
        return np.sum([np.linalg.matrix_power(A, t) @ np.array(h_0), *pushed], axis=0)

    H = np.array([unrolled(t) for t in (1, 2, 3)])
    K, V = H @ np.array(W_K).T, H @ np.array(W_V).T
    last = A @ H[2]
    query = np.array(W_Q) @ last
    onehot = np.eye(3, dtype=int)[np.argmax(K @ query)]
    rows = {f"{letter}_{t}": X[t - 1] for letter, X in (("h", H), ("k", K), ("v", V)) for t in (1, 2, 3)}
    rest = {"h_out": last, "q": query, "scores": K @ query, "weights": onehot, "output": onehot @ V}
    return {name: Vector(map(int, row)) for name, row in (rows | rest).items()}
