"""The kind of answers that a person marks: an explanation or a proof, point by point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Final

from markscheme.kinds.base import Kind
from markscheme.language import Message, say
from markscheme.reading.limits import Unreadable
from markscheme.text.field import Field, Form
from markscheme.text.notation import Notation, Word

LONGEST_PROSE: Final = 20_000


@dataclass(frozen=True)
class Rubric(Kind[str]):
    """Prose, with its rubric: what earns marks, and how many.

    >>> rubric = Rubric({"says what is drawn": 1, "says why": 2})
    >>> rubric.marks, rubric.read(" It shrinks. ")
    (3, 'It shrinks.')
    """

    points: tuple[tuple[str, int | Fraction], ...]
    noun: ClassVar[str] = "an explanation"
    form: ClassVar[Form] = "prose"

    def __init__(self, points: Mapping[str, int | Fraction]) -> None:
        object.__setattr__(self, "points", tuple(points.items()))
        if not points or any(marks <= 0 for marks in points.values()):
            raise ValueError(f"a rubric has points that each earn marks, not {dict(points)}")

    def field(self) -> Field:
        return replace(super().field(), points=self.points)

    @property
    def by_hand(self) -> Message | str:
        return say("by-rubric")

    @property
    def marks(self) -> int | Fraction:
        """What all points earn together."""
        return sum([marks for _, marks in self.points])

    @property
    def example(self) -> str:
        return "this holds because ..."

    def read(self, text: str) -> str:
        self._bound(text)
        return text.strip()

    def _bound(self, text: str) -> None:
        if len(text) > LONGEST_PROSE:
            raise Unreadable(say("longer-than", longest=LONGEST_PROSE))

    def accept(self, value: object) -> str:
        if isinstance(value, str):
            return value.strip()
        raise TypeError(f"expected a text, not {value!r}")

    def show(self, value: str) -> Notation:
        return Word(value)

    def write(self, value: str) -> str:
        return value
