"""Courses, who is in them, and the exams that are sat in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from markscheme.web import people, schema, sittings
from markscheme.web.call import Refused
from markscheme.web.database import Row, first, one, rows
from markscheme.web.security import new_code

MOST_MINUTES = 24 * 60
"""Of an exam."""


def add_course(connection: Connection, title: str, teacher: str, now: int) -> str:
    """A new course with its first teacher; returns its code."""
    code = new_code()
    connection.execute(schema.courses.insert().values(code=code, title=title, made_at=now))
    enroll(connection, code, teacher, "teacher")
    return code


def enroll(
    connection: Connection, course: str, person: str, role: str, *, student: str = "", section: str = "",
    extra_factor: float = 1.0, extra_minutes: int = 0,
) -> None:  # fmt: skip
    """Make a person a member of a course, or change what the person is there."""
    table = schema.members
    values: dict[str, Any] = {
        "role": role, "student": student, "section": section, "extra_factor": extra_factor,
        "extra_minutes": extra_minutes,
    }  # fmt: skip
    here = (table.c.course == course) & (table.c.person == person)
    if connection.execute(update(table).where(here).values(**values)).rowcount == 0:
        connection.execute(table.insert().values(course=course, person=person, **values))


def add_student(
    connection: Connection, course: str, student: str, name: str, email: str, now: int, **more: Any
) -> people.Person:
    """A student of a roster as a member: known again by the address, or by the id in the roster."""
    table = schema.members
    query = select(table.c.person).where(table.c.course == course, table.c.student == student)
    code = connection.execute(query).scalar()
    person = people.by_code(connection, code) if code else people.by_email(connection, email) if email else None
    if person is None:
        person = people.add(connection, name or student, email.strip().lower() or None, now)
    role = connection.execute(
        select(table.c.role).where(table.c.course == course, table.c.person == person.code)
    ).scalar()  # fmt: skip
    enroll(connection, course, person.code, role or "student", student=student, **more)
    return person


def members(connection: Connection, course: str) -> list[Row]:
    """Who is in a course, with names."""
    query = (
        select(schema.members, schema.people.c.name, schema.people.c.email)
        .join(schema.people, schema.people.c.code == schema.members.c.person)
        .where(schema.members.c.course == course)
        .order_by(schema.members.c.student, schema.people.c.name)
    )
    return rows(connection, query)


def is_only_here(connection: Connection, person: str, course: str) -> bool:
    """Whether somebody is a student of this course, and nothing else on this server, and has set no password."""
    table = schema.members
    query = select(table.c.role).where(
        table.c.person == person, (table.c.course != course) | (table.c.role != "student")
    )
    own = one(connection, select(schema.people).where(schema.people.c.code == person))
    return not rows(connection, query) and not own["is_operator"] and not own["password"]


def add_exam(connection: Connection, course: str, title: str, paper: str, minutes: int, now: int) -> str:
    """A new exam of a paper, closed yet; returns its code."""
    code = new_code()
    connection.execute(schema.exams.insert().values(
        code=code, course=course, title=title, paper=paper, minutes=minutes, made_at=now
    ))  # fmt: skip
    return code


def open_exam(connection: Connection, exam: str, opens_at: int, closes_at: int | None = None) -> None:
    """Let students start from one time to another one."""
    here = schema.exams.c.code == exam
    connection.execute(update(schema.exams).where(here).values(opens_at=opens_at, closes_at=closes_at))


def accommodate(
    connection: Connection, course: str, member: int, factor: float, minutes: int, *, now: int, who: str
) -> None:
    """Change a student's extra time, also of sittings that have begun."""
    table = schema.members
    here = (table.c.id == member) & (table.c.course == course)
    row = first(connection, select(table).where(here))
    if row is None:
        raise Refused(404, "There is no such student in this course.")
    if not 1 <= factor <= 5 or not 0 <= minutes <= 600:
        raise Refused(400, "Extra time is a factor from 1 to 5, and 0 to 600 minutes.")
    connection.execute(update(table).where(here).values(extra_factor=factor, extra_minutes=minutes))
    query = (
        select(schema.sittings, schema.exams.c.minutes)
        .join(schema.exams, schema.exams.c.code == schema.sittings.c.exam)
        .where(schema.exams.c.course == course, schema.sittings.c.person == row["person"])
    )
    for it in rows(connection, query):
        sitting = sittings.sitting_of(it)
        more = sittings.allowed(it["minutes"], factor, minutes) - sitting.allowed_ms
        if more and sitting.state not in sittings.OVER:
            sittings.give_time(connection, sitting, more, now, who)


def forget(connection: Connection, person: str) -> None:
    """Delete a person's data: sittings, texts, marks; what remains is that somebody was there."""
    for it in rows(connection, select(schema.sittings.c.code).where(schema.sittings.c.person == person)):
        connection.execute(schema.sittings.delete().where(schema.sittings.c.code == it["code"]))
    connection.execute(schema.people.delete().where(schema.people.c.code == person))
