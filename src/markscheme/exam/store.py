"""exam.sqlite: what happened, what was answered, what was decided. Rows are added, and never changed or removed."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.exc import DatabaseError

from markscheme.core.errors import MarkschemeError
from markscheme.language import Message

NAME = "exam.sqlite"
_META = MetaData()


def _table(name: str, *columns: str) -> Table:
    texts = [Column(it, Text, nullable=False, default="") for it in columns]
    return Table(name, _META, Column("id", Integer, primary_key=True), *texts, sqlite_autoincrement=True)


events = _table("events", "at", "who", "what", "data")
answers = _table("answers", "at", "code", "student", "question", "answer", "text", "source")
decisions = _table(
    "decisions", "at", "code", "question", "answer", "marks", "reason", "who", "kind", "on_text", "source"
)
pages = _table("pages", "at", "who", "page", "what", "data")
"""What happened to each scanned page."""
pins = _table("pins", "at", "who", "code", "pin", "what", "data")
"""What happened to each comment that is pinned to a place on a page of a copy."""


@dataclass(frozen=True, slots=True)
class StoredPin:
    """Something that happened to a comment on a copy: it was set, taken off, or put back."""

    code: str
    pin: str
    """Its number on its copy."""
    what: str
    data: Mapping[str, Any]
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """Something that happened to a scanned page: it was received, was read, or a person decided about it."""

    page: str
    what: str
    data: Mapping[str, Any]
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a student wrote into a space, as it came in, and from where."""

    code: str
    student: str
    question: str
    answer: str
    text: str
    source: str
    """The file and the row."""
    at: str = ""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """Marks that a person gave for one answer."""

    code: str
    question: str
    answer: str
    marks: str
    """Exact: `5/3`."""
    reason: str
    """Why: a message, as JSON."""
    who: str
    kind: str
    """`by hand`, or `override`, which wins."""
    on_text: str
    """What the answer was then: of another one the decision says nothing."""
    source: str
    at: str = ""

    @property
    def message(self) -> Message:
        """Why, as a message."""
        return Message.from_json(json.loads(self.reason))


class Store:
    """The database of an exam."""

    def __init__(self, page: Path) -> None:
        self.page = page
        self._engine: Engine = create_engine(f"sqlite:///{page}")
        event.listen(self._engine, "connect", _careful)

    def create(self) -> None:
        """Make the tables, and refuse from then on to change a row."""
        with self._reading(), self._engine.begin() as connection:
            _META.create_all(connection)
            for table in _META.tables:
                for act in ("UPDATE", "DELETE"):
                    connection.exec_driver_sql(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_{act} BEFORE {act} ON {table} "
                        "BEGIN SELECT RAISE(ABORT, 'rows are never changed'); END"
                    )

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def adding(self, what: str, who: str = "", **data: object) -> Generator[Adding]:
        """Add rows, all or none, under an event that says what happened."""
        with self._reading(), self._engine.begin() as connection:
            adding = Adding(connection, datetime.now(UTC).isoformat(timespec="seconds"), dict(data))
            yield adding
            told = json.dumps(adding.data, ensure_ascii=False, sort_keys=True)
            connection.execute(events.insert().values(at=adding.at, who=who, what=what, data=told))

    def events(self, what: str = "") -> list[dict[str, Any]]:
        """Everything that happened, in order; or all of one sort."""
        which = [events.c.what == what] if what else []
        return [{**row, "data": json.loads(row["data"])} for row in self._rows(events, *which)]

    def answers(self, question: str = "", answer: str = "") -> dict[tuple[str, str, str], StoredAnswer]:
        """The latest text of each answer, by code, question and answer; of one question, or one answer of it, alone."""
        fields = StoredAnswer.__dataclass_fields__
        given = {answers.c.question: question, answers.c.answer: answer}
        which = [column == value for column, value in given.items() if value]
        found = [StoredAnswer(**{name: row[name] for name in fields}) for row in self._rows(answers, *which)]
        return {(it.code, it.question, it.answer): it for it in found}

    def decisions(self) -> list[StoredDecision]:
        """All decisions, in order."""
        fields = StoredDecision.__dataclass_fields__
        return [StoredDecision(**{name: row[name] for name in fields}) for row in self._rows(decisions)]

    def pages(self, *, after: int = 0, decided: bool = False) -> list[StoredPage]:
        """What happened to scanned pages, in order, but for the first ones; of what persons `decided` alone."""
        which = [(pages.c.what != "received") & ((pages.c.what != "read") | (pages.c.who != ""))] if decided else []
        return [
            StoredPage(it["page"], it["what"], json.loads(it["data"]), it["who"], it["at"])
            for it in self._rows(pages, *which, after=after)
        ]

    def pins(self, code: str = "") -> list[StoredPin]:
        """What happened to comments, in order; to those of one copy alone."""
        with self._reading(), self._engine.connect() as connection:
            if pins.name not in inspect(connection).get_table_names():  # an exam of before
                return []
        which = [pins.c.code == code] if code else []
        return [
            StoredPin(it["code"], it["pin"], it["what"], json.loads(it["data"]), it["who"], it["at"])
            for it in self._rows(pins, *which)
        ]

    def pages_stamp(self) -> tuple[int, int]:
        """Numbers that are others as soon as more has happened to a scanned page, or a copy has found its owner."""
        with self._reading(), self._engine.connect() as connection:
            if pages.name not in inspect(connection).get_table_names():  # an exam of before
                return 0, 0
            last = connection.execute(select(func.max(pages.c.id))).scalar() or 0
            owned = connection.execute(select(func.max(events.c.id)).where(events.c.what == "owner")).scalar() or 0
            return last, owned

    def is_sound(self) -> bool:
        """Whether the file is whole, as SQLite finds it."""
        with self._reading(), self._engine.connect() as connection:
            return connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self._reading(), self._engine.connect() as connection:
            there = inspect(connection).get_table_names()  # an exam of before lacks some
            return {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in _META.tables.items() if name in there
            }  # fmt: skip

    def _rows(self, table: Table, *which: ColumnElement[bool], after: int = 0) -> list[Mapping[str, Any]]:
        query = select(table).where(*which).order_by(table.c.id).offset(after)
        with self._reading(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    @contextmanager
    def _reading(self) -> Generator[None]:
        try:
            yield
        except DatabaseError as error:
            said = str(error.orig)
            mend = "; make room and run it again: all that was noted before is there" if "full" in said else ""
            raise MarkschemeError(f"{self.page} cannot be used: {said}{mend}") from error


class Adding:
    """Rows that are about to be added."""

    def __init__(self, connection: Connection, at: str, data: dict[str, object]) -> None:
        self._connection = connection
        self.at = at
        self.data = data
        """What the event says besides."""

    def answers(self, rows: Iterable[StoredAnswer]) -> None:
        """Add answers."""
        if found := [{**asdict(row), "at": self.at} for row in rows]:
            self._connection.execute(answers.insert(), found)

    def decisions(self, rows: Iterable[StoredDecision]) -> None:
        """Add decisions."""
        if found := [{**asdict(row), "at": self.at} for row in rows]:
            self._connection.execute(decisions.insert(), found)

    def pins(self, rows: Iterable[StoredPin]) -> None:
        """Add what happened to comments."""
        if found := [{**asdict(it), "at": self.at, "data": json.dumps(it.data, sort_keys=True)} for it in rows]:
            self._connection.execute(pins.insert(), found)

    def pages(self, rows: Iterable[StoredPage]) -> None:
        """Add what happened to scanned pages."""
        if found := [
            {
                "at": self.at,
                "who": it.who,
                "page": it.page,
                "what": it.what,
                "data": json.dumps(it.data, sort_keys=True),
            }
            for it in rows
        ]:
            self._connection.execute(pages.insert(), found)


def _careful(connection: Any, _record: object) -> None:
    """What is committed is on the disk, whatever happens to the process or the machine."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
