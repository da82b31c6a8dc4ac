"""The room: how every student of an exam is doing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from markscheme.web import schema, sittings
from markscheme.web.clock import SECOND
from markscheme.web.database import rows

UNHEARD = 60 * SECOND
"""A window that runs asks for the time more often than this."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One student as the room's page shows it."""

    sitting: str
    student: str
    name: str
    state: str
    left: int | None
    """Milliseconds; None where it is over."""
    saved: int | None
    """Milliseconds since the last save."""
    trouble: str

    def as_json(self) -> list[Any]:
        """For the page."""
        return [self.sitting, self.state, self.left, self.saved, self.trouble]


def seats(connection: Connection, exam: str, seen: Mapping[str, int], now: int) -> list[Seat]:
    """The students of an exam, and how each is doing."""
    table, member = schema.sittings, schema.members
    course = select(schema.exams.c.course).where(schema.exams.c.code == exam).scalar_subquery()
    query = (
        select(table, member.c.student, schema.people.c.name)
        .join(schema.people, schema.people.c.code == table.c.person)
        .join(member, (member.c.person == table.c.person) & (member.c.course == course), isouter=True)
        .where(table.c.exam == exam)
        .order_by(member.c.student, schema.people.c.name)
    )
    found: list[Seat] = []
    for row in rows(connection, query):
        sitting = sittings.sitting_of(row)
        state = "time up" if sitting.is_out_of_time(now) else sitting.state
        last = max(
            [it for it in (sitting.last_saved_at, sitting.started_at, seen.get(sitting.code)) if it], default=now
        )
        silent = state == "running" and now - last > UNHEARD
        trouble = f"not heard for {(now - last) // SECOND} s" if silent else ""
        saved = None if sitting.last_saved_at is None else now - sitting.last_saved_at
        left = None if state in sittings.OVER else sitting.left(now)
        found.append(Seat(sitting.code, row["student"] or "", row["name"], state, left, saved, trouble))
    return found


def end_times(connection: Connection, exam: str, now: int) -> None:
    """Say of every sitting whose time has ended that it has."""
    table = schema.sittings
    query = select(table.c.code).where(table.c.exam == exam, table.c.state == "running", table.c.ends_at <= now)
    for row in rows(connection, query):
        sittings.find(connection, row["code"], now)


def act_on_all(connection: Connection, exam: str, act: sittings.Act, now: int, who: str) -> int:
    """Let the same happen to all sittings of an exam that it can happen to: pause, resume. Returns how many."""
    count = 0
    for row in rows(connection, select(schema.sittings.c.code).where(schema.sittings.c.exam == exam)):
        sitting = sittings.find(connection, row["code"], now)
        if (sitting.state, act) in sittings.TRANSITIONS:
            sittings.do(connection, sitting, act, now, who)
            count += 1
    return count
