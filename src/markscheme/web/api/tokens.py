"""Tokens: a person lets a program do some of what that person may do, until the token ends or is revoked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select, update

from markscheme.web import schema
from markscheme.web.call import Refused
from markscheme.web.clock import DAY, HOUR
from markscheme.web.database import Row, first, rows
from markscheme.web.people import Person, person_of
from markscheme.web.security import hashed, new_token

SCOPES: Final = {
    "courses:read": "see courses and what you are in them",
    "rosters:read": "see who is in a course",
    "rosters:write": "send rosters",
    "exams:read": "see exams, and how far their sittings are",
    "exams:write": "make exams, prepare, open and close them",
    "answers:read": "see what was written in sittings that are over",
    "marks:read": "see marks, where you may see them",
}
"""What a token can be good for, in words that follow "This program may"."""
PREFIX: Final = "markscheme_"
"""Of every token: so that one which was published by mistake is found."""
MOST_TOKENS = 20
MOST_DAYS = 400
_USED_EVERY = HOUR


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever sent a token that is good, and what it is good for."""

    token: int
    person: Person
    scopes: frozenset[str]


def make(connection: Connection, person: str, name: str, scopes: Collection[str], days: int, now: int) -> str:
    """A new token, which is shown once: what is kept is its hash. Raises `Refused`."""
    if not 0 < len(name) <= 100:
        raise Refused(400, "Say in at most 100 letters what the token is for.")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused(400, f"A token is good for one or more of {', '.join(SCOPES)}.")
    if not 0 < days <= MOST_DAYS:
        raise Refused(400, f"A token ends after 1 to {MOST_DAYS} days.")
    if len(of_person(connection, person, now)) >= MOST_TOKENS:
        raise Refused(409, f"There are {MOST_TOKENS} tokens already: revoke one first.")
    token = PREFIX + new_token()
    connection.execute(schema.tokens.insert().values(
        person=person, hash=hashed(token), name=name, scopes=" ".join(sorted(scopes)), made_at=now,
        ends_at=now + days * DAY,
    ))  # fmt: skip
    return token


def of_person(connection: Connection, person: str, now: int) -> list[Row]:
    """The tokens of a person that are good, the newest first."""
    table = schema.tokens
    return rows(connection, select(table).where(table.c.person == person, _good(now)).order_by(table.c.id.desc()))


def revoke(connection: Connection, person: str, token: int, now: int) -> None:
    """End one of a person's tokens. Raises `Refused` for another one."""
    table = schema.tokens
    here = (table.c.id == token) & (table.c.person == person) & _good(now)
    if not connection.execute(update(table).where(here).values(revoked_at=now)).rowcount:
        raise Refused(404, "There is no such token of yours.")


def holder(connection: Connection, token: str, now: int) -> Holder | None:
    """Who sends a token; None for one that is not good."""
    table = schema.tokens
    query = (
        select(schema.people, table.c.id.label("token"), table.c.scopes)
        .join(table, table.c.person == schema.people.c.code)
        .where(table.c.hash == hashed(token), _good(now))
    )
    found = first(connection, query)
    return Holder(found["token"], person_of(found), frozenset(found["scopes"].split())) if found else None


def used(connection: Connection, token: int, now: int) -> None:
    """Note that a token was used, to the hour."""
    table = schema.tokens
    before = func.coalesce(table.c.used_at, 0) < now - _USED_EVERY
    connection.execute(update(table).where(table.c.id == token, before).values(used_at=now))


def is_news(connection: Connection, token: int, now: int) -> bool:
    """Whether `used` would change anything."""
    query = select(schema.tokens.c.used_at).where(schema.tokens.c.id == token)
    return (connection.execute(query).scalar() or 0) < now - _USED_EVERY


def _good(now: int) -> ColumnElement[bool]:
    return schema.tokens.c.revoked_at.is_(None) & (schema.tokens.c.ends_at > now)
