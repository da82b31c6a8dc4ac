"""What is asked of a problem, and where it stands: all of it at drawn numbers, or what an exam asked, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from markscheme.core.marks import Marks, shared, to_halves, total
from markscheme.text.source import Text

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Part
    from markscheme.core.problem import Problem
    from markscheme.core.published import Published
    from markscheme.core.wiring import Wired

Place: TypeAlias = Literal["question", "above", "solution"]
"""Where a figure stands: with the question, with the text of the paper above it, or in the solution alone."""


@dataclass(frozen=True)
class Figure:
    """How an exam shows a figure: under which caption, where, and led in by which text."""

    caption: str = ""
    place: Place = "question"
    lead: str = ""


@dataclass(frozen=True)
class FigureRule:
    """A figure drawn from the problem's values, in a part or beside the problem's text."""

    name: str
    part: Part | None
    wired: Wired
    answered: bool = False
    """Whether students write into it."""
    place: Place = "question"
    caption: Text | None = None
    lead: Text | None = None

    def shown_as(self, figure: Figure) -> FigureRule:
        """The figure as an exam shows it."""
        caption = Text(figure.caption, inline=True) if figure.caption else None
        lead = Text(figure.lead) if figure.lead else None
        return replace(self, place=figure.place, caption=caption, lead=lead)


@dataclass(frozen=True)
class TableRule:
    """A table to fill in: its cells are texts; one that is the hole of an asked answer is a blank."""

    part: Part | None
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        """The names in its cells."""
        return frozenset([name for row in self.rows for cell in row for name in cell.names])


@dataclass(frozen=True, eq=False)
class Section:
    """Answers that stand together: those of a part, with its text, or those beside the problem's text."""

    label: str
    part: Part | None
    text: Text
    answers: tuple[Answer[..., Any], ...]
    worked: tuple[Answer[..., Any], ...]
    """What its solution works out: its answers, and the steps and shown values that lead to them."""
    figures: tuple[FigureRule, ...] = ()
    tables: tuple[TableRule, ...] = ()

    def shows(self, place: Place) -> tuple[FigureRule, ...]:
        """Its figures at a place."""
        return tuple([figure for figure in self.figures if figure.place == place])

    @property
    def is_answered_in_figure(self) -> bool:
        """Whether students write into a figure of it."""
        return any([figure.answered for figure in self.figures])


@dataclass(frozen=True, eq=False)
class Layout:
    """The text, the sections below it, and what each answer that is asked here earns."""

    text: Text
    sections: tuple[Section, ...]
    marks: Mapping[str, Marks]
    head: tuple[FigureRule, ...] = ()
    """The figures beside the text."""
    prompts: dict[object, tuple[Any, ...]] = field(default_factory=dict[object, "tuple[Any, ...]"], init=False)
    """The question as it was written before, by target, language and scoring: texts, and what writes the rest."""

    @cached_property
    def asked(self) -> tuple[Answer[..., Any], ...]:
        """The answers that the student writes, in order."""
        return tuple([answer for section in self.sections for answer in section.answers])

    @property
    def total(self) -> Marks:
        """The marks of all of it."""
        return total(self.marks.values())

    def points(self, answer: Answer[..., Any]) -> tuple[tuple[str, Marks], ...]:
        """What the marks of an answer are given for: the points of its rubric, or the whole, under an empty name."""
        marks = self.marks[answer.name]
        points = answer.kind.field().points
        if not points:
            return (("", marks),)
        shares = shared(marks, [earned for _, earned in points])
        return tuple([(point, share) for (point, _), share in zip(points, shares, strict=True)])

    def worth(self, answer: Answer[..., Any], marks: Marks) -> Marks:
        """What some of the answer's own marks, such as those of a slip, are worth here: whole or half marks."""
        own = self.marks[answer.name]
        if own == answer.marks or not answer.marks:
            return marks
        return to_halves(Fraction(marks) * Fraction(own) / Fraction(answer.marks))

    def scaled(self, whole: Marks) -> Layout:
        """The same questions for other marks altogether, shared in proportion."""
        shares = shared(whole, list(self.marks.values()))
        return replace(self, marks=dict(zip(self.marks, shares, strict=True)))

    def is_seen(self, answer: Answer[..., Any]) -> bool:
        """Whether a student sees an answer's name: it is asked here, or shown."""
        return answer.name in self.marks or answer.is_printed

    def texts(self) -> Iterator[Text]:
        """Its texts, those of its sections, and what is said of its figures."""
        yield self.text
        for section in self.sections:
            yield section.text
        for figure in (*self.head, *[it for section in self.sections for it in section.figures]):
            yield from (text for text in (figure.caption, figure.lead) if text)

    def shows(self, place: Place) -> tuple[FigureRule, ...]:
        """The figures beside the text, at a place."""
        return tuple([figure for figure in self.head if figure.place == place])


def whole(problem: Problem) -> Layout:
    """Everything that a problem can ask, part by part."""
    return _laid_out(problem, problem.text, {it.name: it.marks for it in problem.asked}, None, problem.figures)


def as_asked(problem: Problem, published: Published) -> Layout:
    """What an exam asks of a problem. With a text of its own, and no parts, it is one question; a sole part is none."""
    asks, text, parts = published.asks, published.text, published.parts
    shown = [*(problem.figures if published.figures is None else published.figures), *published.own_figures]
    if text is not None and not parts:
        return _one_section(problem, Text(text), asks, [replace(it, part=None) for it in shown])
    laid = _laid_out(problem, problem.text if text is None else Text(text), asks, parts, shown)
    sections = [section for section in laid.sections if section.answers]
    if len(sections) == 1:
        (alone,) = sections
        own = _together(problem, laid.text, alone.text)
        return _one_section(problem, own, asks, [replace(it, part=None) for it in (*laid.head, *alone.figures)])
    labels = iter([part.label for part in problem.parts])
    return replace(laid, sections=tuple([replace(it, label=next(labels) if it.part else "") for it in sections]))


def _together(problem: Problem, text: Text, below: Text) -> Text:
    """Two texts as one, in every language that has them."""
    own = f"{text.source}\n\n{below.source}".strip()
    for said in problem.graph.translations.values():
        if text.source in said or below.source in said:
            said[own] = "\n\n".join([said.get(it.source, it.source) for it in (text, below)]).strip()
    return Text(own)


def _one_section(problem: Problem, text: Text, asks: Mapping[str, Marks], figures: Sequence[FigureRule]) -> Layout:
    asked = tuple([answer for answer in problem.asked if answer.name in asks])
    tables = _tables(problem, asks, lambda _: True)
    worked = _worked(problem, asks, lambda _: True)
    answered = tuple([figure for figure in figures if figure.answered])
    section = Section("", None, Text(""), asked, worked, answered, tables)
    return Layout(text, (section,), asks, tuple([figure for figure in figures if not figure.answered]))


def _laid_out(
    problem: Problem, text: Text, asks: Mapping[str, Marks], parts: Mapping[str, str] | None,
    figures: Sequence[FigureRule],
) -> Layout:  # fmt: skip
    asked = [answer for answer in problem.asked if answer.name in asks]
    beside = any([answer.part is None for answer in asked]) or not problem.parts
    sections: list[Section] = []
    for part in (None, *problem.parts):
        if part is None and not beside:
            continue

        def is_here(own: Part | None, part: Part | None = part) -> bool:
            return own is part or (own is None and not sections)

        own = Text("") if part is None else Text(parts[part.label]) if parts and part.label in parts else part.text
        here = tuple([answer for answer in asked if answer.part is part])
        drawn = tuple([figure for figure in figures if figure.part is part and part is not None])
        worked = _worked(problem, asks, is_here)
        tables = _tables(problem, asks, is_here)
        sections.append(Section(part.label if part else "", part, own, here, worked, drawn, tables))
    return Layout(text, tuple(sections), asks, tuple([figure for figure in figures if figure.part is None]))


def _worked(
    problem: Problem, asks: Mapping[str, Marks], is_here: Callable[[Part | None], bool]
) -> tuple[Answer[..., Any], ...]:
    """The answers asked and what leads to them, even if it is asked elsewhere. Where all are asked, all the rest."""
    needed = {before for name in asks for before in problem.answers[name].ancestors}
    are_all = all([answer.name in asks for answer in problem.asked])
    return tuple([
        answer for name, answer in problem.answers.items()
        if is_here(answer.part) and answer.role != "option"
        and (name in asks or name in needed or (are_all and answer.role != "asked"))
    ])  # fmt: skip


def _tables(
    problem: Problem, asks: Mapping[str, Marks], is_here: Callable[[Part | None], bool]
) -> tuple[TableRule, ...]:
    return tuple([table for table in problem.tables if is_here(table.part) and not table.names.isdisjoint(asks)])
