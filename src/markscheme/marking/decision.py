"""A decision of a person as data: what it gives, why, by whom and when, and what it replaces. None is ever changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from markscheme.core.marks import Marks, Status, exact_marks, exactly
from markscheme.language import Message


class Replaced(NamedTuple):
    """The marks and the status that stood there before."""

    marks: Marks
    status: Status


@dataclass(frozen=True, slots=True)
class Decision:
    """Marks that a person gave. CSV and xlsx have it at the edge, a store keeps it as JSON; a later one replaces it."""

    marks: Marks
    message: Message
    """Why."""
    who: str = ""
    when: str = ""
    """A date, or a time, in ISO 8601."""
    replaces: Replaced | None = None

    def as_json(self) -> dict[str, Any]:
        """The decision as plain data, with exact marks."""
        before = self.replaces
        return {
            "marks": exactly(self.marks),
            "reason": self.message.as_json(),
            "sentence": f"{self.message}",
            "who": self.who,
            "when": self.when,
            "replaces": None if before is None else {"marks": exactly(before.marks), "status": before.status},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        """The decision that `as_json` made the data of.

        >>> from markscheme.language import words
        >>> decision = Decision(Fraction(1, 3), words("Half of it."), "Ada", "2026-11-24", Replaced(0, "wrong"))
        >>> Decision.from_json(decision.as_json()) == decision
        True
        """
        before = data["replaces"]
        replaced = before and Replaced(exact_marks(Fraction(before["marks"])), before["status"])
        return cls(
            exact_marks(Fraction(data["marks"])), Message.from_json(data["reason"]), data["who"], data["when"], replaced
        )


def persons(decisions: Iterable[Decision]) -> str:
    """Who decided, each named once."""
    return ", ".join(dict.fromkeys([it.who for it in decisions if it.who]))
