"""Rosters in and out, extra time, and the links by which students sign in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from markscheme.core.errors import MarkschemeError
from markscheme.paper.roster import Student, read_roster
from markscheme.paper.tables import FORMS, BrokenRow, csv_text, safe_cell, safe_id
from markscheme.web import courses, people
from markscheme.web.call import Upload

MOST_STUDENTS = 5000
_PERCENT = re.compile(r"\+?\s*(\d{1,3}(?:[.,]\d)?)\s*%(?:\s*\+?\s*(\d{1,3})\s*min)?")
_MINUTES = re.compile(r"\+?\s*(\d{1,3})\s*(?:min|minutes|m|minuten)?\.?")
_FACTOR = re.compile(r"(?:x|×)?\s*([1-3][.,]\d{1,2})\s*(?:x|×)?")


def extra_time(said: str) -> tuple[float, int] | None:
    """Extra time in a roster's words, as a factor and minutes; None for words that say neither.

    >>> extra_time("25% + 5 min"), extra_time("15 min"), extra_time("1.5x"), extra_time(""), extra_time("some")
    ((1.25, 5), (1.0, 15), (1.5, 0), (1.0, 0), None)
    """
    words = said.strip().casefold()
    if not words or words in ("no", "n", "0"):
        return 1.0, 0
    if found := _PERCENT.fullmatch(words):
        return round(1 + float(found[1].replace(",", ".")) / 100, 4), int(found[2] or 0)
    if found := _FACTOR.fullmatch(words):
        return float(found[1].replace(",", ".")), 0
    if found := _MINUTES.fullmatch(words):
        return 1.0, int(found[1])
    return None


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster that was sent: its students, and the rows that could not be used."""

    students: Sequence[Student]
    broken: Sequence[BrokenRow]


def roster(sent: Upload) -> Roster:
    """Read a roster, as the command line does. Raises `MarkschemeError` for a file that is none."""
    ending = Path(sent.name).suffix.lower()
    if ending not in FORMS:
        raise MarkschemeError(f"a roster is a file that ends in {', '.join(FORMS)}")
    with TemporaryDirectory() as folder:
        page = Path(folder) / f"roster{ending}"
        page.write_bytes(sent.content)
        students, broken = read_roster(page)
    strange = {it.student for it in students if extra_time(it.extra_time) is None}
    broken += [
        BrokenRow(sent.name, 0, f"{it.student}: extra time {it.extra_time!r} is neither 25% nor 15 min")
        for it in students if it.student in strange
    ]  # fmt: skip
    if len(students) > MOST_STUDENTS:
        raise MarkschemeError(f"a course has at most {MOST_STUDENTS:,} students")
    return Roster([it for it in students if it.student not in strange], broken)


def take_roster(connection: Connection, course: str, found: Roster, now: int) -> int:
    """Make the students of a roster members; what they were before is kept. Returns how many are new."""
    before = {it["student"] for it in courses.members(connection, course)}
    for it in found.students:
        factor, minutes = extra_time(it.extra_time) or (1.0, 0)
        name = " ".join([part for part in (it.first, it.last) if part])
        courses.add_student(
            connection, course, it.student, name, it.email, now,
            section=it.section, extra_factor=factor, extra_minutes=minutes,
        )  # fmt: skip
    return len([it for it in found.students if it.student not in before])


def links_csv(connection: Connection, course: str, address: str, now: int) -> str:
    """links.csv: a link for each student, by which a browser is signed in; each download makes new ones.

    Whoever is anything elsewhere on this server has an account already, and gets none: a teacher could sign in as them.
    """
    found: list[tuple[str, str, str, str]] = []
    for it in courses.members(connection, course):
        if it["role"] == "student":
            is_new = courses.is_only_here(connection, it["person"], course)
            link = f"{address}/enter/{people.invite(connection, it['person'], now)}" if is_new else "has an account"
            found.append((safe_id(it["student"]), safe_cell(it["name"]), safe_cell(it["email"] or ""), link))
    return csv_text(("student", "name", "email", "link"), found)


def roster_csv(connection: Connection, course: str) -> str:
    """roster.csv of a course, as it can be sent again."""
    found: list[tuple[str, ...]] = []
    for it in courses.members(connection, course):
        if it["role"] == "student":
            percent = f"{round((it['extra_factor'] - 1) * 100, 1):g}%" if it["extra_factor"] != 1 else ""
            minutes = f"{it['extra_minutes']} min" if it["extra_minutes"] else ""
            extra = " + ".join([part for part in (percent, minutes) if part])
            cells = (it["name"], "", it["section"], it["email"] or "", extra)
            found.append((safe_id(it["student"]), *map(safe_cell, cells)))
    return csv_text(("student", "last", "first", "section", "email", "extra_time"), found)
