"""The kind of answers that are programs."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import ClassVar

from markscheme.draw import Draw
from markscheme.kinds.rubric import Rubric


@dataclass(frozen=True, init=False)
class Code(Rubric):
    """A Python program, with the rubric by which a person marks it. Nothing here runs or compiles it.

    >>> Code({"splits before it augments": 2}).read("indices = list(range(10))")
    'indices = list(range(10))'
    """

    noun: ClassVar[str] = "a Python program"
    by_hand: ClassVar[str] = "A person reads this program, and marks it by its rubric."
    heads: ClassVar = ("The program", "marks")

    @property
    def example(self) -> str:
        return "train_data, val_data = ..."

    def read(self, text: str) -> str:
        self._bound(text)
        return dedent(text).strip("\n").rstrip()

    def right(self, key: str, rng: Draw) -> str:
        return f"{key}{rng.choice(('', chr(10)))}"

    def wrong(self, key: str, rng: Draw) -> str:  # noqa: ARG002 (whatever the key says)
        return rng.choice(("pass", "print(42)", "import this"))
