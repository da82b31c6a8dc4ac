"""The kind of an answer that puts lines in order: steps of a proof, lines of a program (a Parsons problem)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import ClassVar

from markscheme.kinds.base import Comparison, Kind
from markscheme.kinds.numerals import as_items
from markscheme.language import say
from markscheme.reading.labels import read_sequence
from markscheme.reading.limits import Unreadable
from markscheme.text.field import Field, Form
from markscheme.text.notation import Notation, Word


@dataclass(frozen=True, init=False)
class Ordering(Kind[tuple[str, ...]]):
    """Labels of lines, in an order. Lines that the key does not use are distractors.

    `before` says which line must stand before which, for as many orders as are right: without it the key's alone is.

    >>> kind = Ordering("ABCD", before=[("A", "C"), ("B", "C")])
    >>> bool(kind.compare(("A", "B", "C"), kind.read("B, A, C")))
    True
    >>> print(kind.compare(("A", "B", "C"), ("A", "C", "B")).note)
    B must stand before C
    """

    noun: ClassVar[str] = "lines in order"
    form: ClassVar[Form] = "ordering"
    labels: tuple[str, ...]
    before: tuple[tuple[str, str], ...] | None

    def __init__(self, labels: Iterable[str], *, before: Iterable[tuple[str, str]] | None = None) -> None:
        object.__setattr__(self, "labels", tuple(labels))
        object.__setattr__(self, "before", None if before is None else tuple(before))
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError(f"there are two or more different lines to order, not {list(self.labels)}")
        for pair in self.before or ():
            if odd := [label for label in pair if label not in self.labels]:
                raise ValueError(f"{odd[0]!r} is no label of a line: they are {', '.join(self.labels)}")
        try:
            TopologicalSorter({later: {earlier} for earlier, later in self.before or ()}).prepare()
        except CycleError as error:
            raise ValueError(f"no order has each line before the next: {' before '.join(error.args[1])}") from None

    def field(self) -> Field:
        return replace(super().field(), labels=self.labels)

    @property
    def example(self) -> str:
        return ", ".join(self.labels[:3])

    def read(self, text: str) -> tuple[str, ...]:
        letters = text.strip()
        run_together = {*letters} <= {*self.labels} and all([len(label) == 1 for label in self.labels])
        said = read_sequence(" ".join(letters) if run_together else text, self.labels)
        if len(set(said)) < len(said):
            twice = next(label for label in said if said.count(label) > 1)
            raise Unreadable(say("line-twice", line=twice), text=text)
        return said

    def accept(self, value: object) -> tuple[str, ...]:
        said = value.split(", ") if isinstance(value, str) else as_items(value, "lines in order")
        known = tuple([label for label in said if isinstance(label, str) and label in self.labels])
        if len(known) < len(said) or len(set(known)) < len(known):
            raise TypeError(f"expected different labels of {', '.join(self.labels)}, not {value!r}")
        return known

    @property
    def is_lenient(self) -> bool:
        return self.before is not None

    def compare(self, key: tuple[str, ...], value: tuple[str, ...]) -> Comparison:
        if key == value:
            return Comparison(True)
        if extra := [label for label in value if label not in key]:
            return Comparison(False, say("line-does-not-belong", line=extra[0]))
        if missing := [label for label in key if label not in value]:
            return Comparison(False, say("lines-missing", count=len(missing)))
        if self.before is None:
            place = next(place for place, pair in enumerate(zip(key, value, strict=True), 1) if pair[0] != pair[1])
            return Comparison(False, say("another-line-at", place=place))
        at = {label: place for place, label in enumerate(value)}
        for earlier, later in self.before:
            if earlier in at and later in at and at[earlier] > at[later]:
                return Comparison(False, say("line-before", earlier=earlier, later=later))
        return Comparison(True, say("another-right-order"))

    def show(self, value: tuple[str, ...]) -> Notation:
        return Word(self.write(value))

    def write(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)

    def difference(self, left: tuple[str, ...], right: tuple[str, ...]) -> str:
        return f"{self.write(left)} against {self.write(right)}"
