"""Who may call what: the one place that decides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from markscheme.web import schema
from markscheme.web.call import Call, Refused, not_found
from markscheme.web.database import Row, first
from markscheme.web.routing import Access
from markscheme.web.schema import ROLES
from markscheme.web.sittings import OVER

# Statements of every request, built once: building one takes longer than running it.
_SITTING = (
    select(schema.sittings, schema.exams.c.course, schema.exams.c.title)
    .join(schema.exams, schema.exams.c.code == schema.sittings.c.exam)
    .where(schema.sittings.c.code == bindparam("of"))
)
EXAM = select(schema.exams).where(schema.exams.c.code == bindparam("of"))
_COURSE = select(schema.courses, schema.courses.c.code.label("course")).where(schema.courses.c.code == bindparam("of"))
_ROLE = select(schema.members.c.role).where(
    schema.members.c.course == bindparam("of"), schema.members.c.person == bindparam("who")
)
_LEAST = {Access.MEMBER: "student", Access.MARKER: "marker", Access.TEACHER: "teacher"}


def admit(call: Call, access: Access) -> None:
    """Let a call through, with its row and the person's role in the course; else raise `Refused`.

    Whoever has nothing to do with a course learns no more of it than that there is no such page.
    """
    if access is Access.ANYONE:
        return
    if call.person is None:
        raise Refused(401, "Please sign in.")
    if access is Access.SIGNED_IN:
        return
    if access is Access.OPERATOR:
        if not call.person.is_operator:
            raise not_found()
        return
    with call.site.database.reading() as connection:
        call.row = _row(connection, call.path)
        if access is not Access.SITTER:
            call.role = _role(connection, call.row["course"], call.person.code)
    if access is Access.SITTER:
        if call.row.get("person") != call.person.code:
            raise not_found()
        return
    if not call.role:
        raise not_found()
    if ROLES.index(call.role) < ROLES.index(_LEAST[access]):
        raise Refused(403, f"This page is for {access.value}.")


def _row(connection: Connection, path: Mapping[str, str]) -> Row:
    if not all([str(it).isascii() and str(it).isprintable() for it in path.values()]):
        raise not_found()  # PostgreSQL takes no NUL
    if "sitting" in path:
        query, code = _SITTING, path["sitting"]
    elif "exam" in path:
        query, code = EXAM, path["exam"]
    else:
        query, code = _COURSE, path.get("course", "")
    found = first(connection, query, of=code)
    if found is None:
        raise not_found()
    return found


def _role(connection: Connection, course: str, person: str) -> str:
    return connection.execute(_ROLE, {"of": course, "who": person}).scalar() or ""


def may_see(what: str, sitting: Mapping[str, Any], person: str, role: str) -> bool:
    """Whether a person may see what of a sitting: its `questions`, `answers`, `marks` or `key`.

    `role` is the person's in the sitting's course. Questions are seen from the start on, marks and keys once they are
    released; markers see them when the sitting is over, and nobody does before.
    """
    state = sitting["state"]
    is_own = sitting["person"] == person
    is_over = state in OVER and state != "void"
    if not is_own and role not in ("marker", "teacher"):
        return False
    match what:
        case "questions" | "answers":
            return state in ("running", "paused") or is_over if is_own else is_over or role == "teacher"
        case "marks" | "key":
            return state in ("released", "revised") if is_own else is_over
        case _:
            return False
