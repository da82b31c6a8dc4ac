"""The learning platforms that the operator has registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, select

from markscheme.web import schema
from markscheme.web.call import Refused
from markscheme.web.database import Row, first, rows
from markscheme.web.security import new_code

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform: who it says it is, who we are to it, and where it answers."""

    code: str
    name: str
    issuer: str
    client: str
    login_url: str
    token_url: str
    token_audience: str
    """What a platform wants to be called in its token endpoint, where that is not the address."""
    keys_url: str
    deployments: str
    """Ids, separated by spaces."""
    may_make_courses: bool
    """Whether its teachers may make courses here."""


FIELDS = tuple(Platform.__dataclass_fields__)


def safe_url(url: str) -> bool:
    """Whether an address is one that we send secrets to: https, or a server on this machine.

    >>> safe_url("https://canvas.example.edu/x"), safe_url("http://localhost:8080/x"), safe_url("http://example.edu/")
    (True, True, False)
    >>> safe_url("javascript:alert(1)"), safe_url("https://user@example.edu"), safe_url("https://a b/")
    (False, False, False)
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)


def origin(url: str) -> str:
    """The site of an address, as a policy names it.

    >>> origin("https://canvas.example.edu:8443/x?y")
    'https://canvas.example.edu:8443'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def register(connection: Connection, now: int, **values: Any) -> Platform:
    """A new platform. Raises `Refused` for what is missing or unsafe."""
    found = Platform(new_code(), **{name: values[name] for name in FIELDS if name != "code"})
    if not found.name or not found.issuer or not found.client or not found.deployments.split():
        raise Refused(400, "A platform has a name, an issuer, a client ID and at least one deployment ID.")
    if len(found.issuer) > 500 or len(found.client) > 255 or len(found.name) > 200 or len(found.deployments) > 5000:
        raise Refused(400, "That is too long for a platform.")
    for what, url in (("login", found.login_url), ("token", found.token_url), ("key set", found.keys_url)):
        if not safe_url(url):
            raise Refused(400, f"The {what} address begins with https://, not {url[:100]!r}.")
    if by_issuer(connection, found.issuer, found.client):
        raise Refused(409, "This platform is registered already, with this client ID.")
    row = {name: getattr(found, name) for name in FIELDS}
    connection.execute(schema.lti_platforms.insert().values(**row, made_at=now))
    return found


def remove(connection: Connection, code: str) -> None:
    """Remove a platform, with its links; people, courses and marks stay. Raises `Refused`."""
    if not connection.execute(delete(schema.lti_platforms).where(schema.lti_platforms.c.code == code)).rowcount:
        raise Refused(404, "There is no such platform.")


def platform_of(row: Row) -> Platform:
    """A row as a platform."""
    return Platform(**{name: row[name] for name in FIELDS})


def by_code(connection: Connection, code: str) -> Platform | None:
    """The platform of a code."""
    found = first(connection, select(schema.lti_platforms).where(schema.lti_platforms.c.code == code))
    return platform_of(found) if found else None


def by_issuer(connection: Connection, issuer: str, client: str) -> list[Platform]:
    """The platforms of an issuer; of one client of it, where that is named."""
    table = schema.lti_platforms
    query = select(table).where(table.c.issuer == issuer)
    if client:
        query = query.where(table.c.client == client)
    return [platform_of(it) for it in rows(connection, query)]


def every(connection: Connection) -> list[Platform]:
    """All of them, the first one first."""
    return [
        platform_of(it)
        for it in rows(connection, select(schema.lti_platforms).order_by(schema.lti_platforms.c.made_at))
    ]
