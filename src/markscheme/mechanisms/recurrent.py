"""Linear recurrent networks: the state after each input, step by step and in closed form.

EECS 182 midterm, Spring 2023, question 5; linear recurrences as layers: Martin and Cundy, "Parallelizing linear
recurrent neural nets over sequence length" (https://arxiv.org/abs/1709.04057).
"""

from __future__ import annotations

from collections.abc import Sequence

from markscheme.exact import Matrix, Rational, Vector


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
