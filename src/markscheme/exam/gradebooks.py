"""Marks in the forms that learning platforms take: Canvas, Moodle, Blackboard; and as Gradescope writes its own.

Each is as its documentation has it:

- Canvas (*How do I import grades in the Gradebook?*): CSV with `Student`, `ID`, `SIS User ID`, `SIS Login ID` and
  `Section`, then a column an assignment, under the row `Points Possible`. An empty cell leaves a mark as it is. A
  column with the assignment's own number behind its name, `Midterm (12345)`, is that one; else a new one is made.
- Moodle (*Grade import*): CSV in UTF-8, whose columns are mapped by hand; by `ID number`, or by an e-mail address, the
  case of which counts. Marks and feedback come together, for one without the other empties it.
- Blackboard (*Upload grades*): a student is a `Username`; separated by tabs, and called .xls; a column is one that is
  there by its number, `|_12345_1`, else a new one of text without points.
- Gradescope takes in no marks; the file is as its own *Download Grades*, for scripts that read those.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markscheme.core.marks import total
from markscheme.exam.grades import Grade
from markscheme.marking.gradebook import Report, decimal
from markscheme.paper.roster import Student
from markscheme.paper.tables import safe_cell


@dataclass(frozen=True)
class Class:
    """What a gradebook has of a class."""

    title: str
    column: str
    """The assignment as the platform calls it; the title if nothing is said."""
    out_of: str
    grades: Sequence[Grade]
    reports: Mapping[str, Report]
    students: Mapping[str, Student]

    def student(self, name: str) -> Student:
        """A row of the roster, or who is not in it."""
        return self.students.get(name, Student(name))


def canvas(it: Class) -> tuple[str, bytes]:
    """For Canvas: Grades, Import."""
    heads = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", it.column)
    rows: list[Sequence[str]] = [("    Points Possible", "", "", "", "", it.out_of)]
    for grade in it.grades:
        who = it.student(grade.student)
        rows.append(
            (
                safe_cell(who.name or grade.student),
                "",
                grade.student,
                _login(who),
                safe_cell(who.section),
                _marks(grade),
            )
        )
    return "canvas.csv", _written(heads, rows)


def moodle(it: Class) -> tuple[str, bytes]:
    """For Moodle: Grades, Import, CSV file; map from `ID number`."""
    heads = ("ID number", "First name", "Last name", "Email address", it.column, f"{it.column} (feedback)")
    rows = [
        (grade.student, safe_cell(who.first), safe_cell(who.last), who.email, _marks(grade) or "-",
         safe_cell(grade.note))
        for grade in it.grades for who in [it.student(grade.student)]
    ]  # fmt: skip
    return "moodle.csv", _written(heads, rows)


def blackboard(it: Class) -> tuple[str, bytes]:
    """For Blackboard: Work Offline, Upload; delimiter: tab."""
    heads = ("Last Name", "First Name", "Username", "Student ID", it.column)
    rows = [
        (safe_cell(who.last), safe_cell(who.first), _login(who), grade.student, _marks(grade))
        for grade in it.grades for who in [it.student(grade.student)]
    ]  # fmt: skip
    text = _written(heads, rows, separator="\t", quoting=csv.QUOTE_ALL).decode()
    return "blackboard.xls", text.encode("utf-16")


def gradescope(it: Class) -> tuple[str, bytes]:
    """As Gradescope's own download of an assignment's grades."""
    questions = list(dict.fromkeys([mark.question for report in it.reports.values() for mark in report.marks]))
    worth = {
        question: max([_at(report, question)[1] for report in it.reports.values()], key=float) for question in questions
    }
    heads = ("First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status",
             *[f"{question} ({worth[question]} pts)" for question in questions])  # fmt: skip
    rows: list[Sequence[str]] = []
    for grade in it.grades:
        who, report = it.student(grade.student), it.reports.get(grade.student)
        status = "Missing" if report is None else "Graded" if grade.percent is not None else "Ungraded"
        marks = [_at(report, question)[0] if report else "" for question in questions]
        rows.append((safe_cell(who.first), safe_cell(who.last), grade.student, who.email, safe_cell(who.section),
                     _marks(grade), it.out_of, status, *marks))  # fmt: skip
    return "gradescope.csv", _written(heads, rows)


def _at(report: Report, question: str) -> tuple[str, str]:
    found = [mark.verdict for mark in report.marks if mark.question == question]
    return decimal(total([it.marks for it in found])), decimal(total([it.out_of for it in found]))


def _marks(grade: Grade) -> str:
    """The marks, or nothing while an answer waits."""
    return "" if grade.percent is None else decimal(grade.marks)


def _login(student: Student) -> str:
    """What a student logs in by: the e-mail address without its domain, or the id."""
    return student.email.partition("@")[0] or student.student


def _written(
    heads: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ",", quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    page = io.StringIO(newline="")
    quoted: Any = quoting
    writer = csv.writer(page, delimiter=separator, lineterminator="\r\n", quoting=quoted)
    writer.writerow(heads)
    writer.writerows(rows)
    return page.getvalue().encode()


PLATFORMS: Mapping[str, Callable[[Class], tuple[str, bytes]]] = {
    "canvas": canvas, "moodle": moodle, "blackboard": blackboard, "gradescope": gradescope,
}  # fmt: skip
