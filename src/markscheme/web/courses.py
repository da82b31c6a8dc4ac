"""Courses, who is in them, and the exams that are sat in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from markscheme.web import people, schema
from markscheme.web.database import Row, rows
from markscheme.web.security import new_code


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
