"""Linear recurrent networks: the state after each input, step by step and in closed form.

EECS 182 midterm, Spring 2023, question 5; linear recurrences as layers: Martin and Cundy, "Parallelizing linear
recurrent neural nets over sequence length" (https://arxiv.org/abs/1709.04057).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markscheme.exact import Matrix, Rational, Vector
from markscheme.mechanisms.arrays import Array, namespace, refuse_shape


def linear_step(W_h: Matrix, h: Vector, W_u: Vector, u: Rational) -> Vector:
    r"""The next state $W_h h + W_u u$ of a linear RNN with $n$ state entries and one input entry.

    `W_h` is n × n, `h` and `W_u` have n entries, `u` is a number.

    >>> linear_step(Matrix([(-1, 2), (0, 1)]), Vector((0, 1)), Vector((0, 1)), 2)
    Vector((2, 3))

    Raises `ValueError` where the shapes do not fit.
    """
    return W_h @ h + u * W_u


def unroll(W_h: Matrix, h_0: Vector, W_u: Vector, inputs: Sequence[Rational]) -> tuple[Vector, ...]:
    r"""The states $h_1, \dots, h_T$ in closed form, each from $h_0$ and the inputs alone.

    $h_t = W_h^t h_0 + \sum_{s=1}^{t} u_s W_h^{t-s} W_u$: the recurrence put into itself, with powers of $W_h$ and no
    state but the first. `inputs` are $u_1, \dots, u_T$; no inputs, no states.

    >>> unroll(Matrix([(-1, 2), (0, 1)]), Vector((0, 0)), Vector((0, 1)), (1, 2, -1))
    (Vector((0, 1)), Vector((2, 3)), Vector((4, 2)))

    Raises `ValueError` if `W_h` is not square or the shapes do not fit.
    """
    rows, columns = W_h.shape
    if rows != columns or len(h_0) != rows or len(W_u) != rows:
        raise ValueError(
            f"W_h must be square, h_0 and W_u as long as its sides, not {rows}×{columns}, {len(h_0)} and {len(W_u)}"
        )
    powers = [Matrix([[int(i == j) for j in range(rows)] for i in range(rows)])]
    for _ in inputs:
        powers.append(powers[-1] @ W_h)
    moved = [power @ W_u for power in powers]
    states: list[Vector] = []
    for t in range(1, len(inputs) + 1):
        state = powers[t] @ h_0
        for s, u in enumerate(inputs[:t], start=1):
            state = state + moved[t - s] * u
        states.append(state)
    return tuple(states)


# On arrays


def elman_step(x: Array, h: Array, W_x: Array, W_h: Array, b: Array | None = None) -> Array:
    r"""The next state $\tanh(W_x x + W_h h + b)$ of an Elman network; b rows of inputs, b × i, and of states, b × n.

    `W_x` is n × i, `W_h` n × n, `b` has n entries (Elman, "Finding structure in time", 1990).

    >>> import numpy as np
    >>> elman_step(np.zeros((1, 2)), np.zeros((1, 3)), np.ones((3, 2)), np.ones((3, 3))).tolist()
    [[0.0, 0.0, 0.0]]

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(x, h, W_x, W_h, b)
    _refuse_cell(x, h, W_x, W_h, b, gates=1)
    return xp.tanh(_gates(xp, x, W_x, b) + _gates(xp, h, W_h, None))


def gru_step(x: Array, h: Array, W_x: Array, W_h: Array, b_x: Array | None = None, b_h: Array | None = None) -> Array:
    r"""The next state of a gated recurrent unit: $(1 - z) \odot n + z \odot h$.

    $r = \sigma(W_{xr} x + W_{hr} h)$, $z = \sigma(W_{xz} x + W_{hz} h)$, $n = \tanh(W_{xn} x + r \odot W_{hn} h)$, each
    with its biases; weights are 3n × i and 3n × n, stacked r, z, n, as torch has them (Cho et al., 2014).

    >>> import numpy as np
    >>> gru_step(np.zeros((1, 2)), np.ones((1, 1)), np.zeros((3, 2)), np.zeros((3, 1))).tolist()
    [[0.5]]

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(x, h, W_x, W_h, b_x, b_h)
    _refuse_cell(x, h, W_x, W_h, b_x, gates=3)
    n = h.shape[1]
    of_x, of_h = _gates(xp, x, W_x, b_x), _gates(xp, h, W_h, b_h)
    r = _sigmoid(xp, of_x[:, :n] + of_h[:, :n])
    z = _sigmoid(xp, of_x[:, n : 2 * n] + of_h[:, n : 2 * n])
    new = xp.tanh(of_x[:, 2 * n :] + r * of_h[:, 2 * n :])
    return (1 - z) * new + z * h


def lstm_step(x: Array, h: Array, c: Array, W_x: Array, W_h: Array, b: Array | None = None) -> tuple[Array, Array]:
    r"""The next state and cell of an LSTM: $c' = f \odot c + i \odot g$, $h' = o \odot \tanh c'$.

    $i, f, o = \sigma(W_x x + W_h h + b)$ and $g = \tanh(\ldots)$; weights are 4n × i and 4n × n, stacked i, f, g, o, as
    torch has them (Hochreiter and Schmidhuber, 1997; Gers et al., 2000).

    >>> import numpy as np
    >>> h, c = lstm_step(np.zeros((1, 2)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((4, 2)), np.zeros((4, 1)))
    >>> c.tolist()
    [[0.5]]

    Raises `ValueError`, with both shapes and the axis, where they do not fit.
    """
    xp = namespace(x, h, c, W_x, W_h, b)
    _refuse_cell(x, h, W_x, W_h, b, gates=4)
    refuse_shape("c", c, tuple(h.shape))
    n = h.shape[1]
    gates = _gates(xp, x, W_x, b) + _gates(xp, h, W_h, None)
    i, f, o = [_sigmoid(xp, gates[:, k * n : (k + 1) * n]) for k in (0, 1, 3)]
    cell = f * c + i * xp.tanh(gates[:, 2 * n : 3 * n])
    return o * xp.tanh(cell), cell


def linear_gradients(
    W_h: Matrix, W_u: Vector, states: Sequence[Vector], inputs: Sequence[Rational], upstream: Sequence[Vector]
) -> tuple[Matrix, Vector, Vector]:
    r"""Gradients of a loss by $W_h$, $W_u$ and $h_0$, backward through all T steps of a linear RNN.

    `states` are $h_0, \dots, h_{T-1}$, what each step started from; `upstream` are $\partial L / \partial h_t$ where
    the loss meets the states $h_1, \dots, h_T$ directly. $\delta_t = \partial L/\partial h_t + W_h^\top \delta_{t+1}$,
    and $\sum_t \delta_t h_{t-1}^\top$, $\sum_t u_t \delta_t$, $W_h^\top \delta_1$ (Werbos, 1990).

    >>> W_h, W_u, upstream = Matrix([(2,)]), Vector((1,)), [Vector((0,)), Vector((1,))]
    >>> linear_gradients(W_h, W_u, [Vector((1,)), Vector((3,))], (1, 1), upstream)
    (Matrix(((5,),)), Vector((3,)), Vector((4,)))

    Raises `ValueError` unless there is a state, an input and a gradient for each step.
    """
    if not len(states) == len(inputs) == len(upstream) > 0:
        raise ValueError(
            f"each step has a state, an input and a gradient, not {len(states)}, {len(inputs)} and {len(upstream)}"
        )
    transposed = Matrix(list(zip(*W_h, strict=True)))
    size = len(W_u)
    by_W_h, by_W_u = Matrix([[0] * size for _ in range(size)]), Vector([0] * size)
    carried = Vector([0] * size)
    for h, u, g in zip(reversed(states), reversed(inputs), reversed(upstream), strict=True):
        delta = g + carried
        by_W_h = Matrix([[entry + d * other for entry, other in zip(row, h, strict=True)]
                         for row, d in zip(by_W_h, delta, strict=True)])  # fmt: skip
        by_W_u = by_W_u + u * delta
        carried = transposed @ delta
    return by_W_h, by_W_u, carried


def _gates(xp: Any, x: Array, W: Array, b: Array | None) -> Array:
    found = xp.matmul(x, xp.permute_dims(W, (1, 0)))
    return found if b is None else found + b


def _sigmoid(xp: Any, x: Array) -> Array:
    return (xp.tanh(x / 2) + 1) / 2


def _refuse_cell(x: Array, h: Array, W_x: Array, W_h: Array, b: Array | None, *, gates: int) -> None:
    refuse_shape("x", x, ("b", "i"))
    refuse_shape("h", h, (x.shape[0], "n"))
    refuse_shape("W_x", W_x, (gates * h.shape[1], x.shape[1]))
    refuse_shape("W_h", W_h, (gates * h.shape[1], h.shape[1]))
    if b is not None:
        refuse_shape("b", b, (gates * h.shape[1],))
