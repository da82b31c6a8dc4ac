"""What the functions on arrays share: the array's own library by the array API standard, and complaints with shapes.

Arrays are NumPy's, torch's, or those of any library that follows the standard (https://data-apis.org/array-api); what
comes out is of the library that went in. Lists are taken as NumPy arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, TypeAlias

Array: TypeAlias = Any
"""An array of a library that follows the array API standard."""


def namespace(*arrays: Array) -> Any:
    """The library of some arrays, with the functions of the array API standard.

    >>> import numpy as np
    >>> namespace(np.ones(2)).__name__
    'array_api_compat.numpy'

    Raises `TypeError` for arrays of several libraries.
    """
    from array_api_compat import array_namespace  # noqa: PLC0415 (the exact functions need no arrays)

    return array_namespace(*[array for array in arrays if array is not None])


def numpy() -> Any:
    """NumPy, loaded when it is first needed: the exact functions need none."""
    return import_module("numpy")


def device(x: Array) -> Any:
    """Where an array lies, such as a GPU."""
    import array_api_compat  # noqa: PLC0415

    library: Any = array_api_compat
    return library.device(x)


def as_array(x: Array) -> Array:
    """An array as it is; a sequence of numbers as a NumPy array."""
    if hasattr(x, "shape") and hasattr(x, "dtype"):
        return x
    np = numpy()

    return np.asarray(x)


def quotient(above: Array, below: Array, counts: Array) -> Array:
    """One array over another where it counts, and 0 elsewhere; no division is made there.

    >>> import numpy as np
    >>> below = np.asarray([2.0, 0.0])
    >>> quotient(np.asarray([1.0, 0.0]), below, below != 0).tolist()
    [0.5, 0.0]
    """
    xp = namespace(above, below, counts)
    return xp.where(counts, above / xp.where(counts, below, xp.ones_like(below)), xp.zeros_like(below))


def refuse_shape(name: str, x: Array, wanted: Sequence[int | str]) -> None:
    """Raise `ValueError` unless an array has the shape wanted; a name stands for any length, each time the same.

    >>> import numpy as np
    >>> refuse_shape("weights", np.ones((3, 4)), (3, "k"))
    >>> refuse_shape("weights", np.ones((3, 4)), ("n", "n"))
    Traceback (most recent call last):
    ValueError: weights must have the shape (n, n), not (3, 4): axis 1 is 4, not 3
    """
    shape = tuple(x.shape)
    said = f"({', '.join(map(str, wanted))}{',' if len(wanted) == 1 else ''})"
    if len(shape) != len(wanted):
        raise ValueError(f"{name} must have the shape {said}, not {shape}: {len(wanted)} axes, not {len(shape)}")
    known: dict[str, int] = {}
    for axis, (length, want) in enumerate(zip(shape, wanted, strict=True)):
        expected = known.setdefault(want, length) if isinstance(want, str) else want
        if length != expected:
            raise ValueError(f"{name} must have the shape {said}, not {shape}: axis {axis} is {length}, not {expected}")


def refuse_infinite(name: str, x: Array) -> None:
    """Raise `ValueError` where an array has an entry that is NaN or infinite."""
    xp = namespace(x)
    if xp.isdtype(x.dtype, "real floating") and not bool(xp.all(xp.isfinite(x))):
        raise ValueError(f"{name} must be finite numbers: there is a NaN or an infinity among them")


def per_side(value: int | Sequence[int], sides: int, name: str, least: int = 1) -> tuple[int, ...]:
    """A setting for each side: one number for all, or one a side.

    >>> per_side(2, 2, "stride"), per_side((1, 2), 2, "stride")
    ((2, 2), (1, 2))

    Raises `ValueError` for another number of them, and for one below the least.
    """
    values = (value,) * sides if isinstance(value, int) else tuple(value)
    if len(values) != sides:
        raise ValueError(f"a {name} is one number, or {sides} of them, not {len(values)}")
    for one in values:
        if one < least:
            raise ValueError(f"a {name} must be at least {least}, not {one}")
    return values
