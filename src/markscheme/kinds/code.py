"""The kind of answers that are programs: run in the sandbox, and judged by what they leave; or read by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from textwrap import dedent
from typing import Any, ClassVar

from markscheme.kinds.base import Undecided
from markscheme.kinds.rubric import Rubric
from markscheme.sandbox import Harness, Outcome, run


@dataclass(frozen=True, init=False)
class Code(Rubric):
    """A Python program. With a harness it is run, where there is a sandbox; a person has the rubric for the rest.

    >>> Code({"splits before it augments": 2}).read("indices = list(range(10))")
    'indices = list(range(10))'
    """

    noun: ClassVar[str] = "a Python program"
    heads: ClassVar = ("The program", "marks")
    harness: Harness | None
    listing: str
    """The program of the question, from which a student starts."""

    def __init__(self, points: Mapping[str, int | Fraction], harness: Harness | None = None, listing: str = "") -> None:
        super().__init__(points)
        object.__setattr__(self, "harness", harness)
        object.__setattr__(self, "listing", listing)

    @property
    def by_hand(self) -> str:
        return "" if self.is_run else "A person reads this program, and marks it by its rubric."

    @property
    def is_run(self) -> bool:
        return self.harness is not None

    @property
    def example(self) -> str:
        return "x = ..."

    def read(self, text: str) -> str:
        self._bound(text)
        return dedent(text).strip("\n").rstrip()

    def tried(self, value: str) -> Any:
        if self.harness is None:
            return value
        try:
            outcome = run(value, self.harness)
        except RuntimeError as error:
            raise Undecided(f"the program was not run, for {error}") from None
        if outcome.error and outcome.error.module:
            raise Undecided(f"the program imports {outcome.error.module!r}, which is not there where programs are run")
        return outcome

    def failed(self, value: str, tried: Any) -> str:
        if isinstance(tried, Outcome) and tried.error:
            what = "What it leaves cannot be looked at" if tried.error.after else "It does not run to its end"
            return f"{what}: {tried.error.told(value)}"
        return ""
