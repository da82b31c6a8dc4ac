"""A server for tests: a course with people in it, an exam that is ready, and a clock that stands."""

from __future__ import annotations

import atexit
import os
import shutil
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from markscheme.web import courses, people, preparing, schema, security
from markscheme.web.app import application
from markscheme.web.clock import HOUR
from markscheme.web.database import Database
from markscheme.web.site import Site

POSTGRES = os.environ.get("MARKSCHEME_TEST_POSTGRES", "")
PAPER = """
title = "Short exam"

[[question]]
kind = "honor_code"
title = "Honor code"
text = "I have worked alone."
marks = 1

[[question]]
title = "Output shapes"
problem = "convolution/output_shape"

[[question]]
title = "A linear recurrent network"
problem = "attention/linear_rnn"
"""


@dataclass
class World:
    """A site, its clock, and the people in it by name."""

    site: Site
    course: str
    exam: str
    people: dict[str, people.Person]
    time: list[int] = field(default_factory=lambda: [1_000 * HOUR])

    @cached_property
    def application(self) -> Starlette:
        """The site's application, made once."""
        return application(self.site)

    def client(self, name: str = "") -> Client:
        """A browser without a screen, signed in as somebody."""
        client = Client(self.application, base_url="https://testserver")
        if name:
            token = self.site.database.write(
                lambda connection: people.sign_in(connection, self.people[name].code, self.time[0])
            )
            client.cookies.set(security.COOKIE, token)
            client.csrf = security.csrf_of(self.site.key, token)
        return client

    def sitting(self, name: str) -> dict[str, Any]:
        """A student's sitting, as it is in the database."""
        with self.site.database.reading() as connection:
            query = select(schema.sittings).where(schema.sittings.c.person == self.people[name].code)
            return dict(connection.execute(query).mappings().one())


class Client(TestClient):
    """A client that sends the token of its pages."""

    csrf = ""

    def act(self, address: str, data: dict[str, Any] | None = None, json: Any = None) -> Any:
        """POST a form, or JSON."""
        headers = {"X-CSRF-Token": self.csrf}
        if json is None:
            return self.post(address, data=data or {}, headers=headers)
        return self.post(address, json=json, headers=headers)


def world(folder: Path, students: tuple[str, ...] = ("ann", "bob"), paper: str = PAPER) -> World:
    """A new one: a copy of one that is made once, in SQLite, or in the PostgreSQL server that the environment names."""
    made, url = _made(students, paper)
    if POSTGRES:
        own = _new_database(make_url(url).database)
    else:
        shutil.copy(made.site.folder / "web.sqlite", folder)
        own = f"sqlite:///{folder / 'web.sqlite'}"
    return _ticking(World(Site(Database(own), folder), made.course, made.exam, dict(made.people)))


@cache
def _made(students: tuple[str, ...], paper: str) -> tuple[World, str]:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    url = _new_database() if POSTGRES else f"sqlite:///{folder / 'web.sqlite'}"
    found = filled(folder, url, students, paper)
    found.site.close()
    return found, url


def _new_database(template: str | None = None) -> str:
    name = f"web{token_hex(6)}"
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    engine.dispose()
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def filled(folder: Path, url: str, students: tuple[str, ...] = ("ann", "bob"), paper: str = PAPER) -> World:
    """A new one in an empty database."""
    page = folder / "paper.toml"
    page.write_text(paper, "utf-8")
    database = Database(url)
    database.upgrade()
    found = _ticking(World(Site(database, folder), "", "", {}))
    now = found.time[0]

    def fill(connection: Connection) -> None:
        for name in ("operator", "teacher", "marker", "stranger"):
            email = f"{name}@example.edu"
            found.people[name] = people.add(connection, name.title(), email, now, is_operator=name == "operator")
        found.course = courses.add_course(connection, "Deep learning", found.people["teacher"].code, now)
        courses.enroll(connection, found.course, found.people["marker"].code, "marker")
        for name in students:
            email = f"{name}@example.edu"
            found.people[name] = courses.add_student(connection, found.course, name, name.title(), email, now)
        found.exam = courses.add_exam(connection, found.course, "Midterm", str(page), 60, now)
        courses.open_exam(connection, found.exam, now)

    database.write(fill)
    codes = database.write(lambda connection: preparing.enroll(connection, found.exam, now))
    preparing.prepare(database, found.exam, codes, now)
    return found


def _ticking(found: World) -> World:
    found.site.clock = lambda: found.time[0]
    return found
