"""The server's clock: the only one that counts."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Milliseconds since 1970, in UTC."""

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    """The time now."""
    return int(time() * SECOND)
