"""How much work Python does, counted and not timed: the same number on every machine."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class TooManySteps(BaseException):
    """More calls than were allowed; nothing that catches exceptions goes on after it."""


@contextmanager
def at_most(calls: int) -> Generator[None]:
    """Within it so many functions are called at most, in Python and in C; `TooManySteps` ends what calls more."""
    left = calls

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal left
        if event.endswith("call"):
            left -= 1
            if left < 0:
                raise TooManySteps(f"more than {calls:,} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
