"""Bounds on what a stranger's text may cost, and the one error that reading raises."""

from __future__ import annotations

from functools import lru_cache

from markscheme.language import Message, as_message, noun_of, say

LONGEST_TEXT = 2_000
LONGEST_NUMBER = 60
LARGEST_EXPONENT = 400
DEEPEST_NESTING = 8
MOST_ENTRIES = 1_000


class Unreadable(ValueError):
    """A submission that could not be read: the message for the student, and the place in the text.

    >>> print(Unreadable("expected a number", text="[2, x]", position=4).pointed())
    expected a number
      [2, x]
          ^
    """

    def __init__(self, reason: Message | str, *, text: str = "", position: int | None = None) -> None:
        super().__init__(reason)
        self.message = as_message(reason)
        self.text = text
        self.position = position

    @property
    def reason(self) -> str:
        """The message as a sentence."""
        return f"{self.message}"

    def pointed(self) -> Message:
        """The message, and below it the text with a caret under the place."""
        if self.position is None or "\n" in self.text:
            return self.message
        return say("pointed", reason=self.message, text=self.text, position=self.position)


def bounded(text: str) -> str:
    """The text itself. Raises `Unreadable` where it is too long to look at."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(say("answer-too-long", longest=LONGEST_TEXT, length=len(text)))
    return text


@lru_cache(maxsize=256)
def such_as(noun: str, example: str) -> Message:
    """What is expected: a kind, by its noun, and one such answer."""
    return say("such-as-this", noun=noun_of(noun), example=example)
