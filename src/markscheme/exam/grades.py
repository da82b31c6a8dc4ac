"""Grades by rules that are declared in a file: which questions count, a curve, boundaries, rounding."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, sqrt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from markscheme.core.errors import MarkschemeError
from markscheme.core.marks import Marks, total
from markscheme.marking.gradebook import Report, decimal
from markscheme.paper.entries import Strict, line_of
from markscheme.paper.questions import question_of
from markscheme.paper.roster import Student
from markscheme.paper.tables import csv_text, safe_cell, safe_id


class Curve(Strict):
    """What is done to the percent of every student."""

    kind: Literal["add", "square root", "best is full"]
    points: float = 0
    """In percent, for `add`."""


class BestOf(Strict):
    """Questions of which the best count: each by its share, at the marks of the first."""

    questions: tuple[str, ...] = Field(min_length=2)
    count: int = Field(ge=1)


class Boundary(Strict):
    """A grade, and from which percent on it is given."""

    name: str
    least: Annotated[float, Field(alias="from", ge=0, le=1000)]


class GradeRules(Strict):
    """The rules of a class's grades; the empty ones give percent alone."""

    grade: tuple[Boundary, ...] = ()
    best_of: tuple[BestOf, ...] = ()
    curve: Curve | None = None
    decimals: int = Field(default=1, ge=0, le=4)
    """Of a percent, rounded half up, before it is held against the boundaries."""
    cap: bool = True
    """Whether nobody has over 100 percent."""


NO_RULES = GradeRules()


@dataclass(frozen=True)
class Grade:
    """What a student has, or why nothing yet."""

    student: str
    marks: Marks
    out_of: Marks
    percent: float | None
    grade: str
    note: str


def read_rules(page: Path) -> GradeRules:
    """The rules in a TOML file. Raises `MarkschemeError` with the line and what was expected."""
    text = ""
    try:
        text = page.read_text("utf-8-sig")
        rules = GradeRules.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MarkschemeError(f"{page} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise MarkschemeError(f"{page}, line {line_of(text, first['loc'])}: {where}: {first['msg']}") from error
    least = [it.least for it in rules.grade]
    if least != sorted(least, reverse=True) or len(set(least)) != len(least):
        raise MarkschemeError(f"{page}: [[grade]]: boundaries fall from the best grade to the last")
    for best in rules.best_of:
        if best.count >= len(best.questions):
            raise MarkschemeError(f"{page}: [[best_of]]: count = {best.count} leaves none of "
                                  f"{', '.join(best.questions)} out")  # fmt: skip
    return rules


def graded(
    reports: Sequence[Report], absent: Sequence[str], rules: GradeRules = NO_RULES, *, known: Sequence[str] = ()
) -> list[Grade]:
    """A grade for each student by the rules; none for who handed nothing in, or has an answer that waits.

    Raises `MarkschemeError` where a rule names a question that the paper has not.
    """
    for best in rules.best_of:
        for question in best.questions:
            if question not in known:
                raise MarkschemeError(f"[[best_of]] has the question {question!r}; the paper has {', '.join(known)}")
    shares = {it.student: _share(it, rules) for it in reports}
    top = max(shares.values(), default=Fraction(0))
    found: list[Grade] = []
    for it in reports:
        waiting = it.waiting + it.unreadable
        percent = _rounded(_curved(shares[it.student], rules.curve, top), rules)
        name = next((boundary.name for boundary in rules.grade if percent >= boundary.least), "")
        note = f"{waiting} answer{'' if waiting == 1 else 's'} to be decided" if waiting else f"{it.remark}"
        if waiting:
            found.append(Grade(it.student, it.total, it.out_of, None, "", note))
        else:
            found.append(Grade(it.student, it.total, it.out_of, percent, name, note))
    return found + [Grade(it, 0, 0, None, "", "nothing was handed in") for it in absent]


def _share(report: Report, rules: GradeRules) -> Fraction:
    """The share of the marks that was earned, of the questions that count."""
    if not report.counts:
        return Fraction(0)
    if not rules.best_of:
        return Fraction(report.total) / report.out_of if report.out_of else Fraction(0)
    whole = {number: _of_question(report, number) for number in dict.fromkeys(map(question_of, _labels(report)))}
    earned, out_of = Fraction(0), Fraction(0)
    left = dict(whole)
    for best in rules.best_of:
        shares = sorted([Fraction(a) / b if b else Fraction(0) for a, b in map(left.pop, best.questions)], reverse=True)
        worth = Fraction(whole[best.questions[0]][1])
        earned += worth * sum(shares[: best.count])
        out_of += worth * best.count
    earned += sum([Fraction(a) for a, _ in left.values()])
    out_of += sum([Fraction(b) for _, b in left.values()])
    return earned / out_of if out_of else Fraction(0)


def _labels(report: Report) -> list[str]:
    return [mark.question for mark in report.marks]


def _of_question(report: Report, number: str) -> tuple[Marks, Marks]:
    marks = [mark.verdict for mark in report.marks if question_of(mark.question) == number]
    return total([it.marks for it in marks]), total([it.out_of for it in marks])


def _curved(share: Fraction, curve: Curve | None, top: Fraction) -> float | Fraction:
    """In percent."""
    match curve:
        case Curve(kind="add", points=points):
            return 100 * share + Fraction(str(points))
        case Curve(kind="square root"):
            return 100 * sqrt(max(share, Fraction(0)))
        case Curve():
            return 100 * share / top if top else Fraction(0)
        case None:
            return 100 * share


def _rounded(percent: float | Fraction, rules: GradeRules) -> float:
    """Rounded half up, as people do."""
    factor = 10**rules.decimals
    rounded = floor(Fraction(percent) * factor + Fraction(1, 2)) / factor
    return min(rounded, 100.0) if rules.cap else rounded


def grades_csv(grades: Sequence[Grade], students: Mapping[str, Student]) -> str:
    """grades.csv: a row a student."""
    rows = [
        (safe_id(it.student), *[safe_cell(part) for part in _names(students.get(it.student))], decimal(it.marks),
         decimal(it.out_of), "" if it.percent is None else f"{it.percent:g}", it.grade, safe_cell(it.note))
        for it in grades
    ]  # fmt: skip
    return csv_text(("student", "last", "first", "section", "marks", "out_of", "percent", "grade", "note"), rows)


def _names(student: Student | None) -> tuple[str, str, str]:
    return (student.last, student.first, student.section) if student else ("", "", "")


def near_boundaries(grades: Sequence[Grade], rules: GradeRules, within: float = 0.5) -> list[tuple[Grade, Boundary]]:
    """Who is less than half a percent below a better grade: a person may want to look again."""
    return [
        (it, boundary) for it in grades if it.percent is not None
        for boundary in rules.grade if 0 < boundary.least - it.percent <= within
    ]  # fmt: skip


def question_numbers(labels: Sequence[str]) -> list[str]:
    """The numbers of a paper's questions."""
    return list(dict.fromkeys(map(question_of, labels)))
