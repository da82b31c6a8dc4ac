"""Bounds on what a stranger's text may cost, and the one error that reading raises."""

from __future__ import annotations

LONGEST_TEXT = 2_000
LONGEST_NUMBER = 60
LARGEST_EXPONENT = 400
DEEPEST_NESTING = 8
MOST_ENTRIES = 1_000


class Unreadable(ValueError):
    """A submission that could not be read; `reason` is a sentence for the student, `position` the place in the text.

    >>> print(Unreadable("expected a number", text="[2, x]", position=4).pointed())
    expected a number
      [2, x]
          ^
    """

    def __init__(self, reason: str, *, text: str = "", position: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        self.position = position

    def pointed(self) -> str:
        """The reason, and below it the text with a caret under the place."""
        if self.position is None or "\n" in self.text:
            return self.reason
        return f"{self.reason}\n  {self.text}\n  {' ' * self.position}^"


def bounded(text: str) -> str:
    """The text itself. Raises `Unreadable` where it is too long to look at."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"an answer is at most {LONGEST_TEXT} characters long, not {len(text)}")
    return text
