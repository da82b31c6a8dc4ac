"""The server's clock: the only one that counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import time
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Milliseconds since 1970, in UTC."""

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def in_iso(milliseconds: int) -> str:
    """A time in ISO 8601, to the second.

    >>> in_iso(1_000)
    '1970-01-01T00:00:01+00:00'
    """
    return datetime.fromtimestamp(milliseconds // SECOND, UTC).isoformat(timespec="seconds")


def now() -> int:
    """The time now."""
    return int(time() * SECOND)
