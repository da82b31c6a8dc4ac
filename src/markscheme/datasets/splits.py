"""The splits of a data set: an item is in one alone, by its content and whatever its seed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

Split: TypeAlias = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
_ENDS: Final[Mapping[Split, Fraction]] = {
    "train": Fraction(8, 10), "validation": Fraction(9, 10), "test": Fraction(1),
}  # fmt: skip


def split_of(content: str) -> Split:
    """The split that a content belongs to: eight tenths are for training, a tenth each for validation and testing.

    >>> split_of("00" * 12), split_of("ff" * 12)
    ('train', 'test')
    """
    share = Fraction(int(content[:16], 16), 16**16)
    return next(split for split in SPLITS if share < _ENDS[split])
