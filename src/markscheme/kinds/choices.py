"""Kinds of answers that are choices: one of some labels, all of them that apply, and yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Final, cast

from markscheme.exact import Rational
from markscheme.kinds.base import Credit, Kind, Scoring
from markscheme.kinds.numerals import unpacked_array
from markscheme.language import Message, say
from markscheme.reading.labels import read_choice, read_choices
from markscheme.reading.limits import Unreadable
from markscheme.reading.numbers import read_number
from markscheme.text.field import Field, Form
from markscheme.text.notation import Notation, Word

YES: Final = ("yes", "y", "true", "t")
NO: Final = ("no", "n", "false", "f")


def _alike(labels: tuple[str, ...]) -> tuple[str, str] | None:
    """Two labels that are the same number, such as `1/2` and `0.5`."""
    read: dict[Rational, str] = {}
    for label in labels:
        with suppress(Unreadable):
            number = read_number(label)
            if number in read:
                return read[number], label
            read[number] = label
    return None


@dataclass(frozen=True)
class _Labeled:
    """Some labels, in the order in which they are offered."""

    labels: tuple[str, ...]

    def __init__(self, labels: Iterable[str]) -> None:
        object.__setattr__(self, "labels", tuple(labels))
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError(f"a choice is between two or more different labels, not {list(self.labels)}")
        if any(not label.strip() or label.strip() != label for label in self.labels):
            raise ValueError(f"a label is not blank and has no space around it, as one of {list(self.labels)} has")
        if alike := _alike(self.labels):
            raise ValueError(f"the labels {alike[0]} and {alike[1]} are the same number: leave one out")


@dataclass(frozen=True, init=False)
class OneOf(_Labeled, Kind[str]):
    """One of some labels.

    >>> OneOf(["zero", "Xavier", "He"]).read("the answer is (he).")
    'He'
    """

    noun: ClassVar[str] = "a choice"
    form: ClassVar[Form] = "one of"

    def field(self) -> Field:
        return replace(super().field(), labels=self.labels)

    @property
    def example(self) -> str:
        return self.labels[0]

    def read(self, text: str) -> str:
        return read_choice(text, self.labels)

    def accept(self, value: object) -> str:
        if isinstance(value, str) and value in self.labels:
            return value
        raise TypeError(f"expected one of {', '.join(self.labels)}, not {value!r}")

    def squares(self, value: str) -> tuple[tuple[str, bool], ...]:
        return tuple([(label, label == value) for label in self.labels])

    def show(self, value: str) -> Notation:
        return Word(value)

    def write(self, value: str) -> str:
        return value

    def difference(self, left: str, right: str) -> str:
        return f"{left} against {right}"


@dataclass(frozen=True, init=False)
class AllThatApply(_Labeled, Kind[frozenset[str]]):
    """All of some labels that apply.

    >>> sorted(AllThatApply("1234").read("1, 3 and 4"))
    ['1', '3', '4']
    """

    noun: ClassVar[str] = "a selection"
    form: ClassVar[Form] = "all that apply"

    def field(self) -> Field:
        return replace(super().field(), labels=self.labels)

    @property
    def example(self) -> str:
        return f"{self.labels[0]}, {self.labels[-1]}"

    def read(self, text: str) -> frozenset[str]:
        return read_choices(text, self.labels)

    def accept(self, value: object) -> frozenset[str]:
        if isinstance(value, Iterable) and not isinstance(value, str):
            chosen = frozenset(cast("Iterable[object]", value))
            if chosen <= set(self.labels):
                return cast("frozenset[str]", chosen)
        raise TypeError(f"expected a set of some of {', '.join(self.labels)}, not {value!r}")

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry", "net-correct")

    def entries(self, key: frozenset[str], value: frozenset[str]) -> list[bool]:
        return [(label in key) == (label in value) for label in self.labels]

    def credit(self, key: frozenset[str], value: frozenset[str], scoring: Scoring) -> Credit:
        """As of any kind; with "net-correct" it is max(0, r - w)/k: r right ticks and w wrong ones, where k are right.

        >>> AllThatApply("1234").credit(frozenset("134"), frozenset("12"), "per-entry").share
        Fraction(1, 4)
        >>> credit = AllThatApply("1234").credit(frozenset("134"), frozenset("123"), "net-correct")
        >>> credit.share, f"{credit.counted}"
        (Fraction(1, 3), 'Right ticks: 2, wrong ones: 1.')
        """
        if scoring != "net-correct" or not key:
            return super().credit(key, value, scoring)
        right, wrong = len(value & key), len(value - key)
        return Credit(Fraction(max(0, right - wrong), len(key)), say("right-ticks", right=right, wrong=wrong))

    def rule(self, scoring: Scoring) -> Message:
        return say(f"rule-ticks-{scoring}")

    def squares(self, value: frozenset[str]) -> tuple[tuple[str, bool], ...]:
        return (*[(label, label in value) for label in self.labels], ("none", not value))

    def show(self, value: frozenset[str]) -> Notation:
        return Word(self.write(value))

    def write(self, value: frozenset[str]) -> str:
        return ", ".join([label for label in self.labels if label in value]) or "none"

    def difference(self, left: frozenset[str], right: frozenset[str]) -> str:
        extra, missing = self.write(left - right), self.write(right - left)
        parts = [f"{extra} too many" if left - right else "", f"{missing} missing" if right - left else ""]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class YesNo(Kind[bool]):
    """Yes or no.

    >>> YesNo().read("True"), YesNo().write(False)
    (True, 'no')
    """

    noun: ClassVar[str] = "yes or no"
    form: ClassVar[Form] = "yes or no"

    @property
    def example(self) -> str:
        return "yes"

    def read(self, text: str) -> bool:
        return read_choice(text, YES + NO) in YES

    def accept(self, value: object) -> bool:
        unpacked = unpacked_array(value)
        if isinstance(unpacked, bool):
            return unpacked
        raise TypeError(f"expected True or False, not {value!r}")

    def squares(self, value: bool) -> tuple[tuple[str, bool], ...]:
        return ("yes", value), ("no", not value)

    def show(self, value: bool) -> Notation:
        return Word(self.write(value))

    def write(self, value: bool) -> str:
        return "yes" if value else "no"
