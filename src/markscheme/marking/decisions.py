"""What people decide: marks by hand, point by point of a rubric, and overrides of any mark, with who, why and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from markscheme.core.errors import near_misses
from markscheme.core.marks import Marks, exact_marks, status_of, total
from markscheme.language import Message, joined, say, words
from markscheme.marking.decision import Decision, Replaced, persons
from markscheme.marking.gradebook import Mark, Report, decimal
from markscheme.marking.submissions import questions_of
from markscheme.paper.plan import Paper
from markscheme.paper.tables import BrokenRow, csv_text, in_a_cell, read_rows, safe_cell, safe_id, unsafe_id

BY_HAND = ("student", "seed", "question", "answer", "point", "out_of", "marks", "who", "text", "reason")
OVERRIDES = ("student", "question", "answer", "marks", "who", "why", "when")

_MARKS = re.compile(r"\s*[-+]?\d{0,9}(?:[.,]\d{0,20}|/\d{1,9})?\s*", re.ASCII)
"""What can be marks: `1e999999999` would be long to compute."""

Place: TypeAlias = tuple[str, str, str]
"""Student, question and answer."""


Decisions: TypeAlias = Mapping[Place, Decision]


def points_of(paper: Paper) -> dict[tuple[str, str], dict[str, Marks]]:
    """What each answer's marks are given for: the points of a rubric, or the whole, under an empty name."""
    found = {(str(it.number), it.answer_name): {"": it.marks} for it in paper.questions if it.kind != "problem"}
    for space in paper.spaces:
        for answer in space.answers:
            found[space.label, answer.name] = dict(space.slot.layout.points(answer))
    return found


def rubric_sheet(paper: Paper, reports: Iterable[Report]) -> str:
    """by_hand.csv: a row for each point that a person has yet to decide, or to read, its marks left out."""
    points = points_of(paper)
    return csv_text(BY_HAND, [
        (safe_id(mark.student), safe_cell(mark.seed), mark.question, mark.answer, point, decimal(marks), "", "",
         safe_cell(mark.text), safe_cell(mark.verdict.reason))
        for report in reports for mark in report.marks if mark.is_queued
        for point, marks in points[mark.question, mark.answer].items()
    ])  # fmt: skip


def has_marks(page: Path) -> bool:
    """Whether somebody filled marks into a by_hand.csv or by_hand.xlsx."""
    if not page.is_file():
        return False
    rows = read_rows(page, required=("marks",), known=BY_HAND)
    return any(isinstance(row, str) or row["marks"] for _, row in rows)


def read_by_hand(page: Path, paper: Paper, reports: Iterable[Report]) -> tuple[Decisions, list[BrokenRow]]:
    """The answers whose points are all decided in a filled-in by_hand.csv, and the rows that cannot be used."""
    waiting = _by_place(reports)
    points = points_of(paper)
    given: dict[Place, dict[str, Decision]] = {}

    def complaint(row: Mapping[str, str]) -> str:
        place = (row["student"], row["question"], row["answer"])
        mark, known = waiting[place], points[place[1:]]
        if not mark.is_queued:
            return f"{_named(place)} is not by hand, but {mark.verdict.status}: give it in the overrides"
        if row.get("text") is not None and _seen(row["text"]) != _seen(safe_cell(mark.text)):
            return f"{_named(place)} has another text now: mark it anew"
        if row["point"] not in known:
            return f"column 'point': {_named(place)} has no {row['point']!r}; {near_misses(row['point'], known)}"
        if row["marks"]:
            marks = marks_read(row["marks"], known[row["point"]])
            if isinstance(marks, str):
                return marks
            if row["point"] in given.get(place, {}):
                return f"column 'point': {row['point']!r} of {_named(place)} stands there twice"
            said = _given(row["point"], marks, known[row["point"]], row.get("who", ""))
            given.setdefault(place, {})[row["point"]] = Decision(marks, said, row.get("who", ""))
        return ""

    required = ("student", "question", "answer", "point", "marks")
    broken = _rows(page, paper, waiting, required, BY_HAND, complaint)
    decided = {
        place: Decision(total([it.marks for it in decisions.values()]),
                        by_hand([it.message for it in decisions.values()]),
                        persons(decisions.values()), replaces=_replaced(waiting[place]))
        for place, decisions in given.items() if decisions.keys() == points[place[1:]].keys()
    }  # fmt: skip
    return decided, broken


def by_points(given: Mapping[str, Marks], points: Mapping[str, Marks], comment: str = "") -> Decision:
    """A decision by hand, from the marks given for each point of `points_of`.

    >>> decision = by_points({"a reason": 1, "a name": 0}, {"a reason": 1, "a name": 2}, "Which one?")
    >>> decision.marks, f"{decision.message}"
    (1, 'By hand. a reason: 1 of 1; a name: 0 of 2. Which one?')
    """
    said = by_hand([_given(point, given[point], most) for point, most in points.items()])
    return Decision(total(given.values()), joined("sentences", said, words(comment)))


def by_hand(points: Sequence[Message]) -> Message:
    """Why marks are what they are that a person gave point by point."""
    return say("by-hand", points=joined("clauses", *points))


def _given(point: str, marks: Marks, most: Marks, who: str = "") -> Message:
    """What was given for a point."""
    said = say("given-points", marks=decimal(marks), most=decimal(most))
    said = say("given-by", given=said, who=who) if who else said
    return say("given-for", point=point, given=said) if point else said


def override(mark: Mark, marks: Marks, who: str, why: str, when: str) -> Decision:
    """Other marks in place of a verdict's, with who gave them, why and when."""
    before = {"marks": decimal(mark.verdict.marks), "status": status_of(mark.verdict.status)}
    said = say("overridden", why=why, who=who, when=when, **before)
    return Decision(marks, said, who, when, _replaced(mark))


def read_overrides(page: Path, paper: Paper, reports: Iterable[Report]) -> tuple[Decisions, list[BrokenRow]]:
    """The overrides in a file, each with who, why and when, and the rows that cannot be used."""
    known = _by_place(reports)
    given: dict[Place, Decision] = {}

    def complaint(row: Mapping[str, str]) -> str:
        place = (row["student"], row["question"], row["answer"])
        for column in ("who", "why", "when"):
            if not row[column]:
                return f"column {column!r} is empty: an override says who changed the marks, why and when"
        try:
            date.fromisoformat(row["when"])
        except ValueError:
            return f"column 'when' is a date such as 2026-11-24, not {row['when']!r}"
        marks = marks_read(row["marks"], known[place].verdict.out_of)
        if isinstance(marks, str):
            return marks
        if place in given:
            return f"{_named(place)} is overridden twice"
        given[place] = override(known[place], marks, row["who"], row["why"], row["when"])
        return ""

    return given, _rows(page, paper, known, OVERRIDES, OVERRIDES, complaint)


def _replaced(mark: Mark) -> Replaced:
    return Replaced(mark.verdict.marks, mark.verdict.status)


def decided(reports: Iterable[Report], decisions: Decisions) -> list[Report]:
    """The reports, with what people decided in place of the verdicts there."""

    def mark_of(mark: Mark) -> Mark:
        decision = decisions.get((mark.student, mark.question, mark.answer))
        if decision is None:
            return mark
        verdict = replace(mark.verdict, marks=decision.marks, message=decision.message)
        return replace(mark, verdict=verdict, decision=decision)

    return [replace(report, marks=tuple([mark_of(mark) for mark in report.marks])) for report in reports]


def _rows(
    page: Path, paper: Paper, known: Mapping[Place, Mark], required: tuple[str, ...], columns: tuple[str, ...],
    complaint: Callable[[Mapping[str, str]], str],
) -> list[BrokenRow]:  # fmt: skip
    """Take each row whose student, question and answer are known; the others are broken."""
    questions = questions_of(paper)
    students = {student for student, _, _ in known}
    broken: list[BrokenRow] = []
    for number, row in read_rows(page, required=required, known=columns):
        if not isinstance(row, str):
            row["question"] = paper.label(row["question"])
            row["student"] = unsafe_id(row["student"])
        if isinstance(row, str):
            said = row
        elif row["student"] not in students:
            said = f"column 'student': {row['student']!r} handed nothing in; {near_misses(row['student'], students)}"
        elif row["question"] not in questions:
            said = f"column 'question': there is no {row['question']!r}; {near_misses(row['question'], questions)}"
        elif row["answer"] not in (names := questions[row["question"]]):
            said = f"column 'answer': {row['question']} asks no {row['answer']!r}; {near_misses(row['answer'], names)}"
        else:
            said = complaint(row)
        if said:
            broken.append(BrokenRow(page.name, number, said))
    return broken


def _by_place(reports: Iterable[Report]) -> dict[Place, Mark]:
    return {(mark.student, mark.question, mark.answer): mark for report in reports for mark in report.marks}


def marks_read(text: str, most: Marks) -> Marks | str:
    """Marks from 0 to the most there are, or a complaint; the most itself is also as it was written, rounded."""
    if text == decimal(most):
        return most
    try:
        marks = exact_marks(Fraction(text.replace(",", ".") if _MARKS.fullmatch(text) else ""))
    except (ValueError, ZeroDivisionError):
        return f"column 'marks' is a number, not {text!r}"
    if not 0 <= marks <= most:
        return f"column 'marks' is from 0 to {decimal(most)}, not {text}"
    return marks


def _seen(text: str) -> list[str]:
    """The words of a text, as every form of a file keeps them."""
    return in_a_cell(text.replace("\r", " ")).split()


def _named(place: Place) -> str:
    student, question, answer = place
    return f"{student}'s {question} {answer}"


# What moved


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer whose marks are others than in an earlier marks.csv."""

    student: str
    question: str
    answer: str
    before: str
    after: str
    reason: str


def moved(page: Path, reports: Iterable[Report]) -> list[Moved]:
    """The answers whose marks or status differ from those in an earlier marks.csv; those that came or went too."""
    columns = ("student", "question", "answer", "marks", "status")
    before = {
        (row["student"], row["question"], row["answer"]): f"{row['marks']} ({row['status']})"
        for _, row in read_rows(page, required=columns, known=columns) if not isinstance(row, str)
    }  # fmt: skip
    return moved_since(before, reports)


def moved_since(before: Mapping[Place, str], reports: Iterable[Report]) -> list[Moved]:
    """The answers whose marks or status are others than `outcomes` said before; those that came or went too."""
    left = dict(before)
    found: list[Moved] = []
    for report in reports:
        for mark, (place, after) in zip(report.marks, outcomes([report]).items(), strict=True):
            was = left.pop(place, "none")
            if was != after:
                found.append(Moved(*place, was, after, mark.verdict.reason))
    return found + [Moved(*place, was, "none", f"{say('gone')}") for place, was in left.items()]


def outcomes(reports: Iterable[Report]) -> dict[Place, str]:
    """Marks and status of each answer, as `moved_since` compares them: `1.5 (slip)`."""
    return {
        (safe_id(mark.student), mark.question, mark.answer):
            f"{decimal(mark.verdict.marks) if report.counts else '0'} ({mark.verdict.status})"
        for report in reports for mark in report.marks
    }  # fmt: skip


def moved_csv(moves: Iterable[Moved]) -> str:
    """moved.csv: what was, what is, and why."""
    heads = ("student", "question", "answer", "before", "after", "reason")
    return csv_text(heads, [(it.student, it.question, it.answer, it.before, it.after, safe_cell(it.reason))
                            for it in moves])  # fmt: skip
