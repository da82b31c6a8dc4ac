"""People: how they sign in, and how the server knows them again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, delete, select

from markscheme.web import schema
from markscheme.web.clock import DAY, SECOND
from markscheme.web.database import Database, Row, first
from markscheme.web.security import hashed, new_code, new_token

SESSION = 30 * DAY
"""How long a browser stays signed in: longer than any exam lasts."""
INVITATION = 120 * DAY
MOST_PASSWORD = 200
LEAST_PASSWORD = 10
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    code: str
    name: str
    email: str | None
    is_operator: bool


def person_of(row: Row) -> Person:
    """A row of `people` as a person."""
    return Person(row["code"], row["name"], row["email"], row["is_operator"])


def add(connection: Connection, name: str, email: str | None, now: int, *, is_operator: bool = False) -> Person:
    """A new person."""
    person = Person(new_code(), name, email or None, is_operator)
    connection.execute(schema.people.insert().values(
        code=person.code, name=name, email=person.email, is_operator=is_operator, made_at=now
    ))  # fmt: skip
    return person


def by_email(connection: Connection, email: str) -> Person | None:
    """Who has an address."""
    found = first(connection, select(schema.people).where(schema.people.c.email == email.strip().lower()))
    return person_of(found) if found else None


def by_code(connection: Connection, code: str) -> Person | None:
    """Who has a code."""
    found = first(connection, select(schema.people).where(schema.people.c.code == code))
    return person_of(found) if found else None


def operator(connection: Connection, now: int) -> Person:
    """The person who runs the server; made where there is none yet."""
    found = first(connection, select(schema.people).where(schema.people.c.is_operator))
    return person_of(found) if found else add(connection, "Operator", None, now, is_operator=True)


def invite(connection: Connection, person: str, now: int, lasting: int = INVITATION) -> str:
    """A token by which a person signs in, as often as needed, until it ends."""
    token = new_token()
    row = {"hash": hashed(token), "person": person, "made_at": now, "ends_at": now + lasting}
    connection.execute(schema.invitations.insert().values(row))
    return token


def invited(connection: Connection, token: str, now: int) -> Person | None:
    """Who may enter with a token."""
    return _with_token(connection, schema.invitations, token, now)


def sign_in(connection: Connection, person: str, now: int) -> str:
    """A new session: the token of its cookie."""
    token = new_token()
    connection.execute(delete(schema.sessions).where(schema.sessions.c.ends_at < now))
    row = {"hash": hashed(token), "person": person, "made_at": now, "ends_at": now + SESSION}
    connection.execute(schema.sessions.insert().values(row))
    return token


def signed_in(connection: Connection, token: str, now: int) -> Person | None:
    """Who has a session of this token."""
    return _with_token(connection, schema.sessions, token, now)


class Sessions:
    """Who has which session: asked of the database at most every few seconds.

    Signing out through here ends a session at once; there is one server to a database.
    """

    LASTS = 10 * SECOND
    MOST = 10_000

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[int, Person]] = {}

    def person(self, token: str, now: int) -> Person | None:
        """Who has a token."""
        found = self._known.get(token)
        if found is not None and found[0] <= now < found[0] + self.LASTS:
            return found[1]
        with self._database.reading() as connection:
            person = signed_in(connection, token, now)
        self._known.pop(token, None)
        if person is not None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            self._known[token] = (now, person)
        return person

    def end(self, connection: Connection, token: str) -> None:
        """End a session."""
        sign_out(connection, token)
        self._known.pop(token, None)

    def forget(self) -> None:
        """Ask the database again of everybody: somebody has another name, role, or is gone."""
        self._known.clear()


def sign_out(connection: Connection, token: str) -> None:
    """End a session."""
    connection.execute(delete(schema.sessions).where(schema.sessions.c.hash == hashed(token)))


def _with_token(connection: Connection, table: Any, token: str, now: int) -> Person | None:
    query = (
        select(schema.people)
        .join(table, table.c.person == schema.people.c.code)
        .where(table.c.hash == hashed(token), table.c.ends_at > now)
    )
    found = first(connection, query)
    return person_of(found) if found else None


def password_hash(password: str) -> str:
    """A password as it is kept: Argon2id."""
    return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    return password_hash("nobody has this password")


def has_password(connection: Connection, email: str, password: str) -> Person | None:
    """Who has this address and password; it takes as long where there is nobody."""
    nobodys = _nobodys_hash()
    query = select(schema.people).where(schema.people.c.email == email.strip().lower())
    found = first(connection, query)
    try:
        _HASHER.verify(found["password"] if found and found["password"] else nobodys, password[:MOST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return None
    return person_of(found) if found and found["password"] else None
