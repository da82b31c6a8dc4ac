"""The kind of answers that are programs: run in the sandbox, and judged by what they leave; or read by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from textwrap import dedent
from typing import Any, ClassVar, Final

from markscheme.kinds.base import Undecided
from markscheme.kinds.rubric import Rubric
from markscheme.language import Message, say
from markscheme.sandbox import ENDED, Harness, Outcome, is_installed, run
from markscheme.text.field import Field, Form

NOT_RUN: Final = "program-not-run"
"""The code of what is said of a program that could not be run."""
_LACKS: Final = frozenset({"AttributeError", "ImportError", "ModuleNotFoundError", "NotImplementedError", "TypeError"})
"""The errors of a program that finds less of a library than it knows."""
_OWN: Final = frozenset({
    ENDED, "SyntaxError", "IndentationError", "TabError", "NameError", "UnboundLocalError", "ZeroDivisionError",
    "MemoryError", "RecursionError", "KeyboardInterrupt",
})  # fmt: skip
"""The errors that are a program's own, whatever there is of a library."""


@dataclass(frozen=True, init=False)
class Code(Rubric):
    """A Python program. With a harness it is run, where there is a sandbox; a person has the rubric for the rest.

    >>> Code({"splits before it augments": 2}).read("indices = list(range(10))")
    'indices = list(range(10))'
    """

    noun: ClassVar[str] = "a Python program"
    form: ClassVar[Form] = "program"
    harness: Harness | None
    listing: str
    """The program of the question, from which a student starts."""

    def __init__(self, points: Mapping[str, int | Fraction], harness: Harness | None = None, listing: str = "") -> None:
        super().__init__(points)
        object.__setattr__(self, "harness", harness)
        object.__setattr__(self, "listing", listing)

    def field(self) -> Field:
        return replace(super().field(), language="python", starter=self.listing)

    @property
    def by_hand(self) -> Message | str:
        return "" if self.is_run else say("program-by-rubric")

    @property
    def is_run(self) -> bool:
        return self.harness is not None

    @property
    def example(self) -> str:
        return "x = ..."

    def read(self, text: str) -> str:
        self._bound(text)
        return dedent(text).strip("\n").rstrip()

    def tried(self, value: str, salt: str = "") -> Any:
        if self.harness is None:
            return value
        outcome = self._run(value, self.harness, salt)
        if lacking := _may_lack(outcome, self.harness):
            if self.harness.real is not None and is_installed(self.harness.real.packages):
                outcome = self._run(value, self.harness.real, salt)
            elif outcome.error and outcome.error.kind in _LACKS:
                raise Undecided(say("program-may-need", library=lacking, error=outcome.error.told(value)))  # fmt: skip
        if outcome.error and outcome.error.module:
            raise Undecided(say("program-imports", module=f"{outcome.error.module!r}"))
        return outcome

    @staticmethod
    def _run(value: str, harness: Harness, salt: str) -> Outcome:
        try:
            return run(value, harness, salt)
        except RuntimeError as error:
            raise Undecided(say("program-not-run", why=f"{error}")) from None

    def doubts(self, tried: Any) -> Message | str:
        if isinstance(tried, Outcome) and tried.reaches:
            return say("looks-into-process", what=tried.reaches)
        return ""

    def failed(self, value: str, tried: Any) -> Message | str:
        if isinstance(tried, Outcome) and tried.error:
            return say("left-not-looked-at" if tried.error.after else "program-fails", error=tried.error.told(value))
        return ""


def _may_lack(outcome: Outcome, harness: Harness) -> str:
    """The library of which a program that failed may need more than the harness has; empty if it failed by itself."""
    error = outcome.error
    if error is None or error.kind in _OWN or error.raised:
        return ""
    used = {name.partition(".")[0] for name in outcome.imports}
    return " and ".join([name for name in harness.stands_in_for if name in used])
