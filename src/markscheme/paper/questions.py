"""What a paper is made of: questions, their parts, the problems that stand in them, and the spaces to answer in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from markscheme.core.answer import Answer
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.layout import Layout, Section
from markscheme.core.marks import Marks, exact_marks, total
from markscheme.core.problem import Problem
from markscheme.language import Message
from markscheme.paper.entries import PartEntry, QuestionEntry
from markscheme.paper.rules import NO_CHOICE_RULE, ChoiceRule
from markscheme.text.source import Text


@dataclass(frozen=True)
class Slot:
    """Where a problem stands in a paper. `path` is its label, level by level."""

    path: tuple[str, ...]
    entry: PartEntry
    problem: Problem
    occurrence: int
    others: frozenset[str] = frozenset()
    """The problems of the whole paper."""
    bonus: bool = False
    choices: ChoiceRule = NO_CHOICE_RULE
    """What its wrong choices take off."""

    @cached_property
    def label(self) -> str:
        """The label as it is printed and as answers.csv has it: `3(a)i`."""
        return label_of(self.path)

    @property
    def variant(self) -> str | None:
        """The published numbers that stand here, if any do."""
        return self.problem.default_variant if self.entry.published is True else self.entry.published or None

    @cached_property
    def layout(self) -> Layout:
        """What is asked here, for the marks that the paper gives."""
        if self.variant is None:
            own = self.problem.layout_beside(self.others)
        else:
            own = self.problem.layout_of(self.variant)
        if isinstance(self.entry.marks, dict):
            given = {name: exact_marks(marks) for name, marks in self.entry.marks.items()}
            return replace(own, marks={**own.marks, **given})
        return own if self.entry.marks is None else own.scaled(exact_marks(self.entry.marks))

    @property
    def marks(self) -> Marks:
        """What the problem carries in this paper."""
        return self.layout.total

    def item(self, seed: str) -> Item:
        """The item that stands here, in the copy of a seed."""
        item = self._posed(seed)
        asked_as = None if self.layout is item.layout else self.layout
        if asked_as is None and self.entry.scoring is None:
            return item
        return replace(item, scoring=self.entry.scoring, asked_as=asked_as)

    def _posed(self, seed: str) -> Item:
        if self.entry.published is not False:
            return self.problem.as_published(self.variant)
        own = seed if self.entry.seed is None else str(self.entry.seed)
        return self.problem.pose(own if self.occurrence == 1 else f"{own}#{self.occurrence}", **self.entry.knobs)


@dataclass(frozen=True)
class Space:
    """Where students answer: the answers of one section of a problem, under one label."""

    path: tuple[str, ...]
    slot: Slot
    section: Section

    @property
    def label(self) -> str:
        """The label as it is printed and as answers.csv has it."""
        return label_of(self.path)

    @property
    def answers(self) -> tuple[Answer[..., Any], ...]:
        """The answers that are written here."""
        return self.section.answers

    @property
    def is_bonus(self) -> bool:
        """Whether its marks come on top."""
        return self.slot.bonus

    @property
    def marks(self) -> Marks:
        """What this space carries."""
        return total([self.slot.layout.marks[answer.name] for answer in self.answers])


@dataclass(frozen=True)
class Group:
    """A labeled part of a question that has parts of its own, a problem, or both."""

    path: tuple[str, ...]
    text: Text
    groups: tuple[Group, ...]
    slot: Slot | None
    spaces: tuple[Space, ...]
    entry: PartEntry = field(default_factory=PartEntry)
    rules: tuple[Message, ...] = ()
    """What students are told of its marks."""

    @property
    def label(self) -> str:
        """The label as it is printed."""
        return label_of(self.path)

    @property
    def is_bonus(self) -> bool:
        """Whether all of it comes on top."""
        return all([space.slot.bonus for space in self.all_spaces()]) and any(self.all_spaces())

    @property
    def marks(self) -> Marks:
        """What the part carries: as many of its parts as count, and no bonus, unless all of it is one."""
        worth = [
            inner.marks for inner in (*self.groups, *self.spaces) if self.is_bonus or not inner.is_bonus
        ]  # fmt: skip
        return total(worth[: self.entry.choose or self.entry.pool or len(worth)])

    @property
    def below(self) -> tuple[Slot, ...]:
        """The problems whose figures may stand with its text: those of its parts, or of a question without parts."""
        if not self.groups and len(self.path) > 1:
            return ()
        return tuple([group.slot for group in self.groups or (self,) if group.slot])

    @property
    def labels(self) -> frozenset[str]:
        """The labels of the spaces in it."""
        return frozenset([space.label for space in self.all_spaces()])

    def all_spaces(self) -> Iterator[Space]:
        """The spaces in it, in printed order."""
        yield from self.spaces
        for group in self.groups:
            yield from group.all_spaces()


@dataclass(frozen=True)
class Question:
    """A numbered question: problems in it, or a question of section 0 that no problem stands behind."""

    number: int
    title: Text
    kind: Literal["problem", "honor_code", "free"]
    body: Group
    own_marks: Marks
    answer_name: str = ""
    entry: QuestionEntry = field(default_factory=QuestionEntry)

    @property
    def is_bonus(self) -> bool:
        """Whether all of it comes on top."""
        return self.entry.bonus or self.body.is_bonus

    @property
    def marks(self) -> Marks:
        """What the question carries."""
        return self.body.marks if self.kind == "problem" else self.own_marks


def label_of(path: tuple[str, ...]) -> str:
    """A label as it is printed: letters below a question and capitals stand in parentheses.

    >>> label_of(("5",)), label_of(("5", "a")), label_of(("10", "b", "ii"))
    ('5', '5(a)', '10(b)ii')
    """
    return "".join([f"({name})" if depth in (1, 3) else name for depth, name in enumerate(path)])


def question_of(label: str) -> str:
    """The number of the question that a label stands in.

    >>> question_of("10(b)ii")
    '10'
    """
    return label.partition("(")[0]


def label_at(depth: int, index: int) -> str:
    """The label of a part: letters below a question, then Roman numerals, then capitals.

    >>> label_at(1, 1), label_at(2, 2), label_at(3, 0)
    ('b', 'iii', 'A')
    """
    if depth > 3:
        raise MarkschemeError("parts nest at most three deep below a question")
    if index >= 26 or (depth == 2 and index >= 12):
        raise MarkschemeError(f"one part has at most {12 if depth == 2 else 26} parts of its own")
    roman = "i ii iii iv v vi vii viii ix x xi xii".split()
    return (chr(ord("a") + index), roman[index] if index < len(roman) else "", chr(ord("A") + index))[depth - 1]


def short_label(path: tuple[str, ...]) -> str:
    """How a part is called within its question: `(a)`, `ii`, or a question's number."""
    return f"({path[-1]})" if len(path) in (2, 4) else path[-1]
