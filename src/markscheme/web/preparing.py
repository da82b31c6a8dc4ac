"""Sittings made ready before an exam starts: seeds drawn, items posed and proven, pages drawn."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import lru_cache
from html import escape
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from markscheme.core.errors import MarkschemeError, UnknownName
from markscheme.core.item import Item
from markscheme.core.parallel import run
from markscheme.core.reading import Reading
from markscheme.paper.copies import proven
from markscheme.paper.manifest import numbers_of
from markscheme.paper.plan import Paper, load_once
from markscheme.paper.questions import Question
from markscheme.paper.source import Copy
from markscheme.paper.web_page import question_html
from markscheme.text.source import Text
from markscheme.web import schema, sittings
from markscheme.web.database import Database, one, rows
from markscheme.web.security import new_code

if TYPE_CHECKING:
    from markscheme.web.site import Site

HONOR_CODE = "I work on this exam alone, with nothing but the aids that it allows, and I pass nothing of it on."
"""For papers that have none of their own."""


class Prepared(NamedTuple):
    """A copy, proven and drawn."""

    pages: list[tuple[int, str, str]]
    """Number, title and HTML of each question."""
    numbers: str


def prepared(task: tuple[str, str]) -> Prepared:
    """The pages of a paper's copy, by the paper's name and the seed. Raises `MarkschemeError` for a key that parts."""
    name, seed = task
    paper = load_once(name)
    items, _ = proven(paper, seed)
    copy = Copy(paper.on_copy(seed), "", items, None, "")
    asked = [it for it in copy.paper.questions if it.kind != "honor_code"]
    pages = [(it.number, _plain(it.title), question_html(copy, it) + _written(it)) for it in asked]
    return Prepared(pages, numbers_of(items))


def _written(question: Question) -> str:
    """Where a free question is answered, behind which no problem stands."""
    if question.kind != "free":
        return ""
    name = escape(f"{question.number} {question.answer_name}")
    field = escape('{"form": "prose"}')
    return f'<p><label>Your answer <textarea name="{name}" rows="6" data-field="{field}"></textarea></label></p>\n'


def read(paper: str, seed: str, name: str, text: str) -> Reading:
    """What a text says as the answer of an input's name, in a copy of a paper. Raises `UnknownName`."""
    label, _, answer = name.rpartition(" ")
    for space in load_once(paper).on_copy(seed).spaces:
        if space.label == label and answer in space.slot.layout.marks:
            return _item(paper, seed, label).read(answer, text)
    raise UnknownName(f"this exam asks no {name!r}")


@lru_cache(maxsize=2000)
def _item(paper: str, seed: str, label: str) -> Item:
    return next(it.slot.item(seed) for it in load_once(paper).on_copy(seed).spaces if it.label == label)


def honor_code(paper: Paper) -> tuple[str, str, str]:
    """What a student signs before the start, and the question and the answer that it is; a default where none is."""
    for it in paper.questions:
        if it.kind == "honor_code":
            return it.body.text.render("plain", _nothing).strip(), str(it.number), it.answer_name
    return HONOR_CODE, "", ""


def _plain(title: Text) -> str:
    return title.render("plain", _nothing).strip()


def _nothing(name: str) -> str:
    raise KeyError(name)


def enroll(connection: Connection, exam: str, now: int) -> list[str]:
    """Make the sittings that an exam's students do not have yet; returns those that are not ready."""
    row = one(connection, select(schema.exams).where(schema.exams.c.code == exam))
    taken = select(schema.sittings.c.person).where(schema.sittings.c.exam == exam)
    query = select(schema.members).where(
        schema.members.c.course == row["course"],
        schema.members.c.role == "student",
        schema.members.c.person.not_in(taken),
    )
    for member in rows(connection, query):
        code = new_code()
        allowed = sittings.allowed(row["minutes"], member["extra_factor"], member["extra_minutes"])
        connection.execute(schema.sittings.insert().values(
            code=code, exam=exam, person=member["person"], seed=secrets.token_hex(16), state="made", allowed_ms=allowed
        ))  # fmt: skip
        sittings.log(connection, code, now, "", "made", {})
    made = select(schema.sittings.c.code).where(schema.sittings.c.exam == exam, schema.sittings.c.state == "made")
    return list(connection.execute(made.order_by(schema.sittings.c.code)).scalars())


def prepare(database: Database, exam: str, codes: Sequence[str], now: int, executor: Executor | None = None) -> None:
    """Pose, prove and draw sittings. Raises `MarkschemeError` for a key that does not prove; what is ready stays."""
    with database.reading() as connection:
        paper = connection.execute(select(schema.exams.c.paper).where(schema.exams.c.code == exam)).scalar_one()
        query = select(schema.sittings.c.code, schema.sittings.c.seed).where(schema.sittings.c.code.in_(codes))
        seeds: dict[str, str] = {it.code: it.seed for it in connection.execute(query)}
    order = sorted(seeds)
    found = run(prepared, [(paper, seeds[code]) for code in order], executor)
    for code, it in zip(order, found, strict=True):
        database.write(lambda connection, code=code, it=it: _keep(connection, code, it, now))


def _keep(connection: Connection, code: str, found: Prepared, now: int) -> None:
    sitting = sittings.find(connection, code, now)
    ready = sittings.do(connection, sitting, "prepare", now, "")
    connection.execute(delete(schema.pages).where(schema.pages.c.sitting == code))
    found_pages = [
        {"sitting": ready.code, "number": number, "title": title, "html": html} for number, title, html in found.pages
    ]
    connection.execute(schema.pages.insert(), found_pages)
    connection.execute(update(schema.sittings).where(schema.sittings.c.code == code).values(numbers=found.numbers))


def start(site: Site, exam: str) -> None:
    """Make an exam's sittings ready in the background; what goes wrong stands in `site.troubles`."""
    site.troubles.pop(exam, None)
    if exam in site.preparing:
        return
    site.preparing.add(exam)
    Thread(target=_prepare, args=(site, exam), name=f"prepare {exam}", daemon=True).start()


def _prepare(site: Site, exam: str) -> None:
    try:
        codes = site.database.write(lambda connection: enroll(connection, exam, site.clock()))
        prepare(site.database, exam, codes, site.clock(), site.workers)
    except Exception as error:  # noqa: BLE001 (whatever it is, the teacher is told, and the server goes on)
        site.troubles[exam] = str(error) if isinstance(error, MarkschemeError) else f"{type(error).__name__}: {error}"
    finally:
        site.preparing.discard(exam)


def counts(connection: Connection, exam: str) -> dict[str, int]:
    """How many sittings are in which state."""
    table = schema.sittings
    query = select(table.c.state, func.count().label("count")).where(table.c.exam == exam).group_by(table.c.state)
    return {it["state"]: it["count"] for it in rows(connection, query)}
