"""Who somebody of a platform is here, which course is which, and what somebody is in it.

A person is known by the platform and its `sub` alone: never by name or address, which people may choose themselves.
Whoever comes for the first time is a new person, but for a student whose id in the school's register, as the platform
signed it, stands in the roster of the course that the launch is linked to, and who is nothing else here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from markscheme.web import courses, people, schema
from markscheme.web.call import Refused
from markscheme.web.clock import MINUTE
from markscheme.web.database import first, one
from markscheme.web.lti.launching import Launch
from markscheme.web.people import Person
from markscheme.web.security import hashed, new_token

_ID = re.compile(r"(?!\.)[A-Za-z0-9._+@-]{1,64}(?<!-key)(?<!-KEY)")
"""Ids that a roster may have too."""
TICKET_LASTS = 30 * MINUTE


def course_of(connection: Connection, launch: Launch) -> str | None:
    """The course that a platform's is linked to."""
    table = schema.lti_contexts
    query = select(table.c.course).where(
        table.c.lti_platform == launch.platform, table.c.deployment == launch.deployment,
        table.c.context == launch.context,
    )  # fmt: skip
    return connection.execute(query).scalar()


def link_course(connection: Connection, launch: Launch, course: str, now: int) -> None:
    """Link a platform's course to one here. Raises `Refused` where it is linked already."""
    if course_of(connection, launch):
        raise Refused(409, "This course is connected already.")
    connection.execute(schema.lti_contexts.insert().values(
        lti_platform=launch.platform, deployment=launch.deployment, context=launch.context, course=course,
        title=launch.context_title, made_at=now,
    ))  # fmt: skip


def known(connection: Connection, platform: str, subject: str) -> Person | None:
    """Who somebody of a platform is here."""
    table = schema.lti_people
    query = select(table.c.person).where(table.c.lti_platform == platform, table.c.subject == subject)
    code = connection.execute(query).scalar()
    return people.by_code(connection, code) if code else None


def person_of(connection: Connection, launch: Launch, course: str | None, now: int) -> Person:
    """Who a launch brings; a new person the first time."""
    found = known(connection, launch.platform, launch.subject)
    if found is None:
        found = _on_roster(connection, launch, course) if course else None
        found = found or people.add(connection, launch.name, None, now)
        remember(connection, launch, found.code, now)
    return found


def remember(connection: Connection, launch: Launch, person: str, now: int) -> None:
    """From now on this person is who a launch of that platform's subject brings."""
    connection.execute(schema.lti_people.insert().values(
        lti_platform=launch.platform, subject=launch.subject, person=person, made_at=now
    ))  # fmt: skip


def _on_roster(connection: Connection, launch: Launch, course: str) -> Person | None:
    """The student of the roster whom a launch brings, if nobody else of the platform is that one."""
    if not launch.student or launch.role != "student":
        return None
    member, link = schema.members, schema.lti_people
    taken = select(link.c.person).where(link.c.lti_platform == launch.platform)
    query = select(member.c.person).where(
        member.c.course == course, member.c.student == launch.student, member.c.role == "student",
        member.c.person.not_in(taken),
    )  # fmt: skip
    code = connection.execute(query).scalar()
    found = people.by_code(connection, code) if code else None
    return found if found and not _is_more(connection, found, launch.platform) else None


def _is_more(connection: Connection, person: Person, platform: str) -> bool:
    """Whether somebody is more here than a student of courses that the platform is linked to: it must not be them."""
    member, context = schema.members, schema.lti_contexts
    linked = select(context.c.course).where(context.c.lti_platform == platform)
    query = select(member.c.id).where(
        member.c.person == person.code, (member.c.role != "student") | member.c.course.not_in(linked)
    )
    return person.is_operator or connection.execute(query).first() is not None


def admit(connection: Connection, launch: Launch, course: str, person: str) -> str:
    """Make whom a launch brings a member of the course; returns what they are there. Raises `Refused`.

    A role that a launch gave is changed by the next one; a role that was given here stays what it is.
    """
    if not launch.role:
        raise Refused(
            403, "What you are in that course has no place here: it is for students, assistants and teachers."
        )
    members, given = schema.members, schema.lti_roles
    here = (members.c.course == course) & (members.c.person == person)
    there = (given.c.course == course) & (given.c.person == person)
    role = connection.execute(select(members.c.role).where(here)).scalar()
    last = connection.execute(select(given.c.role).where(there)).scalar()
    if role is None:
        student = _id(connection, launch, course) if launch.role == "student" else ""
        courses.enroll(connection, course, person, launch.role, student=student)
    elif role == last and role != launch.role:
        connection.execute(update(members).where(here).values(role=launch.role))
    elif role != last:
        return role
    if last is None:
        connection.execute(given.insert().values(course=course, person=person, role=launch.role))
    else:
        connection.execute(update(given).where(there).values(role=launch.role))
    return launch.role


def _id(connection: Connection, launch: Launch, course: str) -> str:
    """An id for a student that nobody has in the course's roster: nobody's marks are to go to another."""
    table = schema.members
    for student in (launch.student, launch.subject):
        taken = select(table.c.id).where(table.c.course == course, table.c.student == student)
        if _ID.fullmatch(student) and not connection.execute(taken).first():
            return student
    return f"lti-{hashed(f'{launch.platform} {launch.subject}')[:16]}"


def exam_of(connection: Connection, launch: Launch, course: str) -> str | None:
    """The exam that a launch leads to, with where its grades go noted; None for the course as a whole.

    Raises `Refused` for an exam that is none of the linked course's.
    """
    table = schema.lti_links
    here = (
        (table.c.lti_platform == launch.platform)
        & (table.c.deployment == launch.deployment)
        & (table.c.resource == launch.resource)
    )
    link = first(connection, select(table).where(here))
    exam = link["exam"] if link else launch.exam
    if not exam:
        return None
    query = select(schema.exams.c.course).where(schema.exams.c.code == exam)
    if connection.execute(query).scalar() != course:
        raise Refused(404, "This link leads to an exam of another course, or to one that is gone: link it again.")
    if link is None:
        connection.execute(table.insert().values(
            lti_platform=launch.platform, deployment=launch.deployment, resource=launch.resource, exam=exam,
            line_item=launch.line_item,
        ))  # fmt: skip
    elif launch.line_item and launch.line_item != link["line_item"]:
        connection.execute(update(table).where(here).values(line_item=launch.line_item))
    return exam


def ticket(
    connection: Connection, kind: str, launch: Launch, browser: str, now: int, more: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """What a later step of a launch is done with, once, by the browser that launched."""
    table, made = schema.lti_tickets, new_token()
    connection.execute(delete(table).where(table.c.ends_at < now))
    data = {"launch": {name: getattr(launch, name) for name in Launch.__dataclass_fields__}, **(more or {})}
    connection.execute(table.insert().values(
        hash=hashed(made), lti_platform=launch.platform, browser=hashed(browser), kind=kind, data=json.dumps(data),
        ends_at=now + TICKET_LASTS,
    ))  # fmt: skip
    return made


def with_ticket(
    connection: Connection, kind: str, sent: str, browser: str, now: int, *, use: bool
) -> tuple[Launch, dict[str, Any]]:
    """The launch of a ticket, and what else it carries; it is gone if it is used. Raises `Refused`."""
    table = schema.lti_tickets
    here = (table.c.hash == hashed(sent)) & (table.c.kind == kind) & (table.c.ends_at > now)
    found = first(connection, select(table).where(here))
    if found is None or not browser or found["browser"] != hashed(browser):
        raise Refused(404, "This has ended, or was begun in another browser: start again from your course.")
    if use:
        connection.execute(delete(table).where(here))
    data = json.loads(found["data"])
    return Launch(**data.pop("launch")), data


def connect(connection: Connection, launch: Launch, person: str, course: str, now: int) -> None:
    """A teacher connects a platform's course to their own here, and is from now on whom their launches bring.

    The operator's account is never one that a platform signs in: they stay two. Raises `Refused`.
    """
    link_course(connection, launch, course, now)
    row = one(connection, select(schema.people).where(schema.people.c.code == person))
    if known(connection, launch.platform, launch.subject) is None and not row["is_operator"]:
        remember(connection, launch, person, now)
