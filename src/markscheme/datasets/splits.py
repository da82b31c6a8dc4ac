"""The splits of a data set: an item is in one alone, by its content and whatever its seed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Final, Literal, TypeAlias, get_args

Split: TypeAlias = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
_ENDS: Final[Mapping[Split, int]] = {
    "train": ceil(Fraction(8, 10) * 16**16), "validation": ceil(Fraction(9, 10) * 16**16), "test": 16**16,
}  # fmt: skip


def split_of(content: str) -> Split:
    """The split that a content belongs to: eight tenths are for training, a tenth each for validation and testing.

    >>> split_of("00" * 12), split_of("ff" * 12)
    ('train', 'test')
    """
    place = int(content[:16], 16)
    for split, end in _ENDS.items():
        if place < end:
            return split
    raise AssertionError
