"""A class: roster.csv, one student a row. Broken rows are named, and the others kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markscheme.core.errors import MarkschemeError, near_misses

FIELDS = ("student", "last", "first", "section", "email", "row", "seat")


@dataclass(frozen=True, slots=True)
class Student:
    """One row of roster.csv."""

    student: str
    last: str = ""
    first: str = ""
    section: str = ""
    email: str = ""
    row: str = ""
    seat: str = ""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be used: which, and why."""

    file: str
    row: int
    complaint: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.complaint}"


def read_roster(page: Path) -> tuple[list[Student], list[BrokenRow]]:
    """The students of a roster, and the rows that are broken. Raises `MarkschemeError` for a file that is no roster."""
    students: dict[str, Student] = {}
    broken: list[BrokenRow] = []
    for number, row in read_rows(page, required=("student",), known=FIELDS):
        complaint = row if isinstance(row, str) else _complaint(row, students)
        if complaint:
            broken.append(BrokenRow(page.name, number, complaint))
        elif not isinstance(row, str):
            students[row["student"]] = Student(**{name: row.get(name, "") for name in FIELDS})
    return list(students.values()), broken


class _Rows:
    """The rows of a CSV text. After a broken one it goes on at the next line: one stray quote costs one row."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="").readlines()
        self.at = 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        start = self.at
        try:
            return next(csv.reader(self._from_here(), strict=True))
        except csv.Error:
            self.at = start + 1
            raise

    def _from_here(self) -> Iterator[str]:
        while self.at < len(self.lines):
            self.at += 1
            yield self.lines[self.at - 1]


def _complaint(row: Mapping[str, str], students: Mapping[str, Student]) -> str:
    student = row["student"]
    if not student:
        return "column 'student' is empty"
    if student in students:
        return f"column 'student': {student!r} stands there twice"
    if not all(character.isalnum() or character in "-_.@" for character in student) or student.strip(".") == "":
        return f"column 'student': letters, digits, '-', '_', '.' and '@' only, not {student!r}"
    if student.lower().endswith("-key"):
        return f"column 'student': {student!r} ends like the name of a file with solutions"
    return ""


def read_rows(page: Path, required: Sequence[str], known: Sequence[str]) -> Iterator[tuple[int, dict[str, str] | str]]:
    """The rows of a CSV file with their numbers, as a spreadsheet counts them; a broken row is a complaint.

    Raises `MarkschemeError` if the file cannot be read, or lacks a column.
    """
    try:
        text = page.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkschemeError(f"{page} is not UTF-8 text (byte {error.start}); save it as CSV UTF-8") from error
    except OSError as error:
        raise MarkschemeError(f"{page} cannot be read: {error.strerror}") from error
    rows = _Rows(text)
    try:
        heads = [name.strip().lower() for name in next(rows, list[str]())]
    except csv.Error as error:
        raise MarkschemeError(f"{page}, row 1: {error}; check the quotes") from error
    for name in required:
        if name not in heads:
            raise MarkschemeError(f"{page}, row 1: a column {name!r} is missing; {near_misses(name, heads)}; "
                                  f"the first row is {','.join(known)}")  # fmt: skip
    for name in known:
        if heads.count(name) > 1:
            raise MarkschemeError(f"{page}, row 1: {heads.count(name)} columns are called {name!r}")
    number = 1
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"{error}; check the quotes"
            continue
        if not any([cell.strip() for cell in cells]):
            continue
        if len(cells) > len(heads):
            yield number, f"{len(cells)} columns, but the first row names {len(heads)}; quote cells that have commas"
            continue
        cells += [""] * (len(heads) - len(cells))
        yield number, {name: cell.strip() for name, cell in zip(heads, cells, strict=True)}
