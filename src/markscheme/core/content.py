"""What two items have in common: the same content is the same question, whatever the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final, cast

from markscheme.core.item import Item
from markscheme.exact import Matrix, Shape, Vector

_PLAIN: Final = frozenset({int, bool, float, Fraction, type(None)})
_ROWS: Final = frozenset({tuple, list, Vector, Matrix, Shape})


def content_of(item: Item) -> str:
    """A hash of what an item asks: its problem, and its givens as values, however they are spelled.

    >>> import markscheme as ms
    >>> problem = ms.problem("convolution/output_shape")
    >>> content_of(problem.pose("7")) == content_of(problem.pose("7", largest=64))
    True
    """
    text = f"{item.problem.name}\n{canonical(item.givens)}"
    return sha256(text.encode()).hexdigest()[:24]


def canonical(value: Any) -> str:
    """A value as one text, the same for equal values on every machine and with every hash seed.

    >>> canonical({"b": frozenset({2, 1}), "a": Fraction(4, 2)}) == canonical({"a": 2, "b": {1, 2}})
    True
    """
    if type(value) in _PLAIN:
        return str(value)
    if type(value) in _ROWS:
        return f"({', '.join([str(it) if type(it) is int else canonical(it) for it in value])})"
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, Decimal):
        return str(Fraction(value))
    if hasattr(value, "tolist"):
        return canonical(value.tolist())
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, Any]", value).items()
        return "{" + ", ".join(sorted([f"{canonical(key)}: {canonical(it)}" for key, it in entries])) + "}"
    if isinstance(value, Set):
        return "{" + ", ".join(sorted(map(canonical, cast("Set[Any]", value)))) + "}"
    if isinstance(value, Sequence):
        return "(" + ", ".join(map(canonical, cast("Sequence[Any]", value))) + ")"
    return str(value)
