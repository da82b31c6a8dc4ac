"""Which of many keys have been seen, in a few bytes each."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final

_FEWEST: Final = 1 << 10
"""Places of a table, a power of two."""
_BYTES: Final = 8


def digest_of(key: str) -> int:
    """A key as a number of 8 bytes, which is never 0 and the same on every machine.

    >>> digest_of("a"), digest_of("a") == digest_of("b")
    (4681665781835383343, False)
    """
    return int.from_bytes(blake2b(key.encode(), digest_size=_BYTES).digest()) or 1


class Digests:
    """A set of digests in 12 to 24 bytes for each: one array of places, of which two in three are taken at most.

    Two of a million keys have one digest once in 37 million times; then the later one counts as seen.

    >>> seen = Digests()
    >>> [seen.add(digest_of(key)) for key in ("a", "b", "a")], len(seen)
    ([True, True, False], 2)
    """

    def __init__(self) -> None:
        self._places = array("Q", bytes(_BYTES * _FEWEST))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def bytes(self) -> int:
        """What it holds in memory."""
        return _BYTES * len(self._places)

    def add(self, digest: int) -> bool:
        """Add a digest, and say whether it is new."""
        if not _put(self._places, digest):
            return False
        self._count += 1
        if 3 * self._count > 2 * len(self._places):
            more = array("Q", bytes(2 * self.bytes))
            for known in self._places:
                if known:
                    _put(more, known)
            self._places = more
        return True


def _put(places: array[int], digest: int) -> bool:
    """Put a digest into the first empty place from its own on; False where it stands there already."""
    last = len(places) - 1
    place = digest & last
    while known := places[place]:
        if known == digest:
            return False
        place = (place + 1) & last
    places[place] = digest
    return True
