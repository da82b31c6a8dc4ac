r"""Reverse mode differentiation on a small scale: over NumPy arrays of floats, and of fractions, exactly.

A `Variable` remembers what it was computed from; `gradients` walks back from one number to all that went into it, each
function's own rule times what comes from above (Linnainmaa, 1970; Rumelhart, Hinton and Williams, 1986). With fractions
(an array of dtype object) all of + − × ÷ @, whole powers, sums, means and ReLU stay exact, as in a calculation by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from markscheme.mechanisms.arrays import Array

Back: TypeAlias = Callable[[Array], Array]
"""The gradient by a parent, from the gradient by the child."""


class Variable:
    """An array with what it was computed from. Numbers and lists of them become arrays; ints become fractions.

    >>> w = Variable([Fraction(1, 2), 3])
    >>> loss = ((w * w).sum() - 1) / 2
    >>> loss.value, gradients(loss, [w])
    (Fraction(33, 8), [[Fraction(1, 2), Fraction(3, 1)]])
    """

    __slots__ = ("array", "parents")
    __array_priority__ = 1.0  # NumPy leaves its operators to us

    def __init__(self, array: Any, parents: Sequence[tuple[Variable, Back]] = ()) -> None:
        self.array = _as_numbers(array)
        self.parents = tuple(parents)

    @property
    def value(self) -> Any:
        """The number, or the array as nested lists."""
        return self.array.tolist() if self.array.ndim else self.array.item()

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    def __repr__(self) -> str:
        return f"Variable({self.value!r})"

    def __add__(self, other: Any) -> Variable:
        other = _lifted(other)
        return Variable(self.array + other.array, [(self, lambda g: g), (other, lambda g: g)])

    def __neg__(self) -> Variable:
        return Variable(-self.array, [(self, lambda g: -g)])

    def __sub__(self, other: Any) -> Variable:
        return self + -_lifted(other)

    def __mul__(self, other: Any) -> Variable:
        other = _lifted(other)
        return Variable(
            self.array * other.array, [(self, lambda g: g * other.array), (other, lambda g: g * self.array)]
        )

    def __truediv__(self, other: Any) -> Variable:
        other = _lifted(other)
        quotient = self.array / other.array
        return Variable(quotient, [(self, lambda g: g / other.array), (other, lambda g: -g * quotient / other.array)])

    def __pow__(self, exponent: int) -> Variable:
        raised = self.array**exponent
        return Variable(raised, [(self, lambda g: g * exponent * self.array ** (exponent - 1))])

    def __matmul__(self, other: Any) -> Variable:
        other = _lifted(other)
        left, right = self.array, other.array
        if left.ndim not in (1, 2) or right.ndim not in (1, 2) or left.shape[-1] != right.shape[0]:
            raise ValueError(f"{left.shape} @ {right.shape}: axis {left.ndim - 1} of the first is as long as axis 0 "
                             "of the second, of vectors or matrices")  # fmt: skip

        def by_left(g: Array) -> Array:
            return np.multiply.outer(g, right) if right.ndim == 1 else g @ right.T

        def by_right(g: Array) -> Array:
            return np.multiply.outer(left, g) if left.ndim == 1 else left.T @ g

        return Variable(left @ right, [(self, by_left), (other, by_right)])

    def __radd__(self, other: Any) -> Variable:
        return _lifted(other) + self

    def __rsub__(self, other: Any) -> Variable:
        return _lifted(other) - self

    def __rmul__(self, other: Any) -> Variable:
        return _lifted(other) * self

    def __rtruediv__(self, other: Any) -> Variable:
        return _lifted(other) / self

    @property
    def T(self) -> Variable:
        return Variable(self.array.T, [(self, lambda g: g.T)])

    def sum(self, axis: int | None = None) -> Variable:
        """The sum of all entries, or along an axis."""
        shape = self.shape

        def back(g: Array) -> Array:
            return np.broadcast_to(g if axis is None else np.expand_dims(g, axis), shape)

        return Variable(self.array.sum(axis=axis), [(self, back)])

    def mean(self, axis: int | None = None) -> Variable:
        """The mean of all entries, or along an axis. Raises `ValueError` where there are none."""
        count = self.array.size if axis is None else self.shape[axis]
        if not count:
            raise ValueError(f"a mean needs at least one entry, not an empty axis of {self.shape}")
        return self.sum(axis) / count

    def relu(self) -> Variable:
        """The positive part; its slope at 0 is taken as 0."""
        is_positive = self.array > 0
        return Variable(np.where(is_positive, self.array, 0 * self.array), [(self, lambda g: g * is_positive)])

    def exp(self) -> Variable:
        """The exponential, in floats."""
        power = np.exp(self.array.astype(float))
        return Variable(power, [(self, lambda g: g * power)])

    def log(self) -> Variable:
        """The natural logarithm, in floats. Raises `ValueError` for what is not positive."""
        if not (self.array > 0).all():
            raise ValueError("a logarithm is taken of positive numbers")
        numbers = self.array.astype(float)
        return Variable(np.log(numbers), [(self, lambda g: g / numbers)])

    def tanh(self) -> Variable:
        """The hyperbolic tangent, in floats."""
        found = np.tanh(self.array.astype(float))
        return Variable(found, [(self, lambda g: g * (1 - found * found))])


def gradients(output: Variable, by: Sequence[Variable]) -> list[Any]:
    """The gradients of one number by variables, in their shapes, as nested lists or numbers; 0 where nothing leads.

    >>> x, y = Variable(3), Variable(Fraction(1, 2))
    >>> gradients(x * x * y + x, [x, y])
    [Fraction(4, 1), Fraction(9, 1)]

    Raises `ValueError` unless the output is one number.
    """
    return [found.tolist() if found.ndim else found.item() for found in gradient_arrays(output, by)]


def gradient_arrays(output: Variable, by: Sequence[Variable]) -> list[Array]:
    """`gradients`, as arrays. Raises `ValueError` unless the output is one number."""
    if output.array.ndim:
        raise ValueError(f"gradients are of one number, not of an array of shape {output.shape}")
    order, seen = list[Variable](), set[int]()
    waiting: list[tuple[Variable, bool]] = [(output, False)]
    while waiting:  # children before parents, without recursion
        variable, is_done = waiting.pop()
        if is_done:
            order.append(variable)
        elif id(variable) not in seen:
            seen.add(id(variable))
            waiting.append((variable, True))
            waiting += [(parent, False) for parent, _ in variable.parents]
    found: dict[int, Array] = {
        id(output): _as_numbers(Fraction(1)) if output.array.dtype == object else np.asarray(1.0)
    }
    for variable in reversed(order):
        g = found.get(id(variable))
        if g is None:
            continue
        for parent, back in variable.parents:
            share = _unbroadcast(np.asarray(back(np.asarray(g))), parent.shape)
            found[id(parent)] = found[id(parent)] + share if id(parent) in found else share
    return [np.asarray(found.get(id(it), 0 * it.array)) for it in by]


def _lifted(value: Any) -> Variable:
    return value if isinstance(value, Variable) else Variable(value)


def _as_numbers(value: Any) -> Array:
    """A NumPy array of floats, or of fractions where all numbers are exact."""
    array = np.asarray(value)
    if array.dtype.kind in "iu" or array.dtype == object:
        exact = np.empty(array.shape, dtype=object)
        exact[...] = np.frompyfunc(lambda it: it if isinstance(it, float) else Fraction(it), 1, 1)(array)
        return exact
    return array


def _unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """A gradient summed over what NumPy had repeated."""
    while g.ndim > len(shape):
        g = np.asarray(g.sum(axis=0))
    for axis, length in enumerate(shape):
        if length == 1 and g.shape[axis] != 1:
            g = g.sum(axis=axis, keepdims=True)
    return g
