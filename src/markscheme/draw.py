"""The one source of randomness: a stream of draws that a text names, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

from markscheme.exact import Matrix, Vector

T = TypeVar("T")
_Int = int  # inside `Draw` the name `int` is the method
_LEAST_POOL = 1 << 64


class Draw:
    """A stream of random draws named by a text.

    The stream is SHA-256 of the text and a counter, read as one long number whose digits are the draws: nothing in it
    depends on the machine, the version of Python or the hash seed, and streams of different names share nothing. A
    draw among `n` is uniform to within `n / 2**64`.

    >>> rng = Draw("attention/linear_rnn/1/2026-07")
    >>> rng.ints(5, -2, 2)
    (0, 2, 1, 2, 2)
    >>> Draw("attention/linear_rnn/1/2026-07").ints(5, -2, 2)
    (0, 2, 1, 2, 2)
    """

    __slots__ = ("_block", "_name", "_pool", "_room")

    def __init__(self, name: str) -> None:
        self._name = name.encode("utf-8", "surrogatepass")
        self._block = 0
        self._pool = 0
        self._room = 1

    def below(self, n: _Int) -> _Int:
        """An integer from 0 to `n - 1`."""
        if n < 1:
            raise ValueError(f"can draw below a positive number, not below {n}")
        while self._room < _LEAST_POOL * n:
            digest = sha256(b"%d/%b" % (self._block, self._name)).digest()
            self._pool = (self._pool << 256) | int.from_bytes(digest)
            self._room <<= 256
            self._block += 1
        self._pool, drawn = divmod(self._pool, n)
        self._room //= n
        return drawn

    def int(self, low: _Int, high: _Int) -> _Int:
        """An integer from `low` to `high`, both included."""
        if high < low:
            raise ValueError(f"draws run from low to high, not from {low} to {high}")
        return low + self.below(high - low + 1)

    def ints(self, count: _Int, low: _Int, high: _Int) -> tuple[_Int, ...]:
        """`count` integers from `low` to `high`, both included; they may repeat."""
        if high < low:
            raise ValueError(f"draws run from low to high, not from {low} to {high}")
        span = high - low + 1
        if span**count >= _LEAST_POOL:
            return tuple([self.int(low, high) for _ in range(count)])
        together, drawn = self.below(span**count), list[_Int]()
        for _ in range(count):
            together, digit = divmod(together, span)
            drawn.append(low + digit)
        return tuple(drawn)

    def distinct(self, count: _Int, low: _Int, high: _Int) -> tuple[_Int, ...]:
        """`count` different integers from `low` to `high`, in random order."""
        return self.sample(range(low, high + 1), count)

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`."""
        if not items:
            raise ValueError("can draw one of some items, not of none")
        return items[self.below(len(items))]

    def choices(self, items: Sequence[T], count: _Int) -> tuple[T, ...]:
        """`count` of `items`, which may repeat."""
        return tuple([items[place] for place in self.ints(count, 0, len(items) - 1)])

    def sample(self, items: Sequence[T], count: _Int) -> tuple[T, ...]:
        """`count` of `items`, each at most once, in random order."""
        if count > len(items):
            raise ValueError(f"can draw at most {len(items)} of {len(items)} items without repeating, not {count}")
        pool = list(items)
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return tuple(pool[:count])

    def shuffled(self, items: Sequence[T]) -> tuple[T, ...]:
        """All of `items`, in random order."""
        return self.sample(items, len(items))

    def chance(self, numerator: _Int, denominator: _Int) -> bool:
        """True with probability `numerator / denominator`."""
        return self.below(denominator) < numerator

    def vector(self, size: _Int, low: _Int, high: _Int) -> Vector:
        """A vector of `size` integers from `low` to `high`."""
        return Vector(self.ints(size, low, high))

    def matrix(self, rows: _Int, columns: _Int, low: _Int, high: _Int) -> Matrix:
        """A matrix of integers from `low` to `high`."""
        entries = self.ints(rows * columns, low, high)
        return Matrix([entries[i * columns : (i + 1) * columns] for i in range(rows)])

    def asymmetric(self, size: _Int, low: _Int, high: _Int) -> Matrix:
        """A square matrix of integers that differs from its transpose: which side it multiplies from must show."""
        if size < 2 or high <= low:
            raise ValueError(f"no {size}×{size} matrix of integers from {low} to {high} differs from its transpose")
        while True:
            entries = self.ints(size * size, low, high)
            if any([entries[i * size + j] != entries[j * size + i] for i in range(size) for j in range(i)]):
                return Matrix([entries[i * size : (i + 1) * size] for i in range(size)])

    def orthogonal(self, size: _Int) -> Matrix:
        """An orthogonal matrix of fractions: two reflections, so that it differs from its transpose beyond 1×1."""
        turned = Matrix([[_Int(i == j) for j in range(size)] for i in range(size)])
        for _ in range(2):
            normal = self.sample((1, -1, 2, -2, 3, 0, *[1] * size), size)
            length = sum([entry * entry for entry in normal]) or 1
            reflection = [
                [(i == j) - Fraction(2 * normal[i] * normal[j], length) for j in range(size)] for i in range(size)
            ]
            turned = turned @ Matrix(reflection)
        return turned
