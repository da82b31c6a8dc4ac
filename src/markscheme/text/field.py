"""How an answer is typed, as data: what a page, a form or another program needs to ask for it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Literal, TypeAlias

Form: TypeAlias = Literal[
    "number", "list", "vector", "matrix", "shape", "interval", "set", "tokens", "sequences", "one of",
    "all that apply", "yes or no", "ordering", "expression", "equation", "words", "output", "prose", "program",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How one answer is typed. What does not belong to its form is empty.

    >>> Field(form="one of", noun="a choice", example="A", labels=("A", "B")).as_json()
    {'form': 'one of', 'noun': 'a choice', 'example': 'A', 'labels': ['A', 'B']}
    """

    form: Form
    noun: str
    """The kind in words, with its article: `a vector`."""
    example: str
    """One submission as a student would type it."""
    labels: tuple[str, ...] = ()
    """Of a choice: what can be chosen; of an ordering: the lines."""
    vocabulary: tuple[str, ...] = ()
    """Of tokens: those that may occur."""
    names: tuple[str, ...] = ()
    """Of an expression: the names that may occur; of an interval: its variable."""
    matrices: tuple[str, ...] = ()
    """Of an expression: which of its names are matrices."""
    rows: int | None = None
    """Of a vector or a matrix: how many rows, where the author says so."""
    columns: int | None = None
    points: tuple[tuple[str, int | Fraction], ...] = ()
    """Of prose and programs: what earns marks, and how many."""
    language: str = ""
    """Of a program."""
    starter: str = ""
    """Of a program: where a student starts."""

    @property
    def is_chosen(self) -> bool:
        """Whether it is answered by filling squares."""
        return self.form in ("one of", "all that apply", "yes or no")

    @property
    def is_long(self) -> bool:
        """Whether it is written out, in prose or as a program, rather than into a blank."""
        return self.form in ("prose", "program")

    def as_json(self) -> dict[str, Any]:
        """The field as plain data, without what is empty and without the points, which come after release."""
        shown = {it.name: getattr(self, it.name) for it in fields(self) if it.name != "points"}
        given = {name: value for name, value in shown.items() if value not in ((), None, "")}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
