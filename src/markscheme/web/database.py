"""The database: SQLite in a file, or PostgreSQL. One writer commits for all; whoever asked waits for the disk."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from itertools import groupby
from threading import Event, Thread
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import Connection, Select, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from markscheme.core.errors import MarkschemeError
from markscheme.web.schema import LOGS, REVISION

T = TypeVar("T")
Result = TypeVar("Result")
Selectable: TypeAlias = Select[*tuple[Any, ...]]
Row: TypeAlias = dict[str, Any]
"""A row of a result, by its columns."""
MOST_AT_ONCE = 200
"""Changes in one commit."""
LOG_MOVED = 2.0
"""Seconds between two times that SQLite's log is moved into its file."""


Together: TypeAlias = Callable[[Connection, Sequence[T]], Sequence[Result | Exception]]
"""A change of many things of one sort: what came of each, or what is to be raised where it was asked for."""


class _Change(NamedTuple):
    act: Together[Any, Any]
    thing: Any
    done: Future[Any]


class _Outcome(NamedTuple):
    change: _Change
    result: Any


class Database:
    """Reading on as many connections as there are readers; writing on one, many changes a commit.

    Raises `MarkschemeError` for a database that cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 20}
        if self.is_sqlite:
            options = {"poolclass": NullPool} if ":memory:" in url else {"pool_size": 20, "max_overflow": 20}
        self.engine = create_engine(url, **options)
        self._reader = self.engine
        if self.is_sqlite:
            event.listen(self.engine, "connect", _careful)
            event.listen(self.engine, "begin", _begin)
        else:  # reads what is committed, statement by statement, as a transaction there does as well
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._changes: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._writer = Thread(target=self._write, name="writer", daemon=True)
        self._is_open = True
        self._closed = Event()
        self._writer.start()
        if self.is_sqlite and ":memory:" not in url:
            Thread(target=self._move_log, name="log mover", daemon=True).start()

    def upgrade(self) -> None:
        """Bring the tables to their form of today, whatever is in them."""
        with complaining(self.url):
            if self._revision() == REVISION:
                return
            from alembic import command  # noqa: PLC0415 (loading it takes longer than most starts)
            from alembic.config import Config  # noqa: PLC0415
            from alembic.util import CommandError  # noqa: PLC0415

            config = Config()
            with as_file(files("markscheme.web") / "migrations") as folder, self.engine.begin() as connection:
                config.set_main_option("script_location", str(folder))
                config.attributes["connection"] = connection
                try:
                    command.upgrade(config, "head")
                except CommandError as error:  # it has come to a migration that is not known here
                    raise MarkschemeError(
                        f"the database {_shown(self.url)} is of a newer markscheme: {error}"
                    ) from error
                for name in LOGS:
                    self._protect(connection, name, "DELETE" if name == "audit" else "")

    def _revision(self) -> str | None:
        """The migration that the database has come to; None where it is new."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()

    def _protect(self, connection: Connection, log: str, *acts: str) -> None:
        """Let the database itself refuse to change rows of a log."""
        for act in ("UPDATE", *filter(None, acts)):
            name = f"{log}_{act.lower()}"
            if self.is_sqlite:
                refused = "BEGIN SELECT RAISE(ABORT, 'rows of a log are never changed'); END"
                connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act} ON {log} {refused}")
            else:
                connection.exec_driver_sql(
                    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'rows of a log are never changed'; END $$"
                )
                each = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                connection.exec_driver_sql(f"CREATE OR REPLACE TRIGGER {name} BEFORE {act} ON {log} {each}")

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection to read with."""
        with self._reader.connect() as connection:
            yield connection

    def write(self, change: Callable[[Connection], T]) -> T:
        """Make a change, whole or not at all; returns what it returns once that is on the disk.

        What the change raises is raised here, and nothing of it stays.
        """
        return self.write_together(lambda connection, _: [change(connection)], None)

    def write_together(self, change: Together[T, Result], thing: T) -> Result:
        """Make a change of a thing, with what others change by the same function meanwhile, in the order of the calls.

        What the function returns for a thing is returned here, or raised where it is an exception; the function sees
        to it that nothing stays of that one.
        """
        if not self._is_open:
            raise MarkschemeError("the database is closed")
        done: Future[Result] = Future()
        self._changes.put(_Change(change, thing, done))
        return done.result()

    def close(self) -> None:
        """Write what waits, and let go."""
        if self._is_open:
            self._is_open = False
            self._closed.set()
            self._changes.put(None)
            self._writer.join()
            self.engine.dispose()

    def _move_log(self) -> None:
        """Move SQLite's log into its file beside the writer, who would make all wait for it."""
        while not self._closed.wait(LOG_MOVED):
            with suppress(DBAPIError), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def _write(self) -> None:
        while True:
            first = self._changes.get()
            if first is None:
                return
            waiting = [first]
            is_last = False
            while len(waiting) < MOST_AT_ONCE and not self._changes.empty():
                change = self._changes.get()
                if change is None:
                    is_last = True
                    break
                waiting.append(change)
            self._commit(waiting)
            if is_last:
                return

    def _commit(self, waiting: list[_Change]) -> None:
        try:
            with self.engine.begin() as connection:
                if len(waiting) == 1:  # nothing else would be undone with it
                    outcomes = _made(connection, waiting)
                else:
                    groups = [list(group) for _, group in groupby(waiting, key=lambda change: change.act)]
                    outcomes = [outcome for group in groups for outcome in _apart(connection, group)]
        except Exception as error:  # noqa: BLE001 (nothing of it is on the disk)
            outcomes = [_Outcome(change, error) for change in waiting]
        for change, result in outcomes:
            if isinstance(result, Exception):
                change.done.set_exception(result)
            else:
                change.done.set_result(result)


def _made(connection: Connection, changes: Sequence[_Change]) -> list[_Outcome]:
    """Changes by one function."""
    results = changes[0].act(connection, [change.thing for change in changes])
    return [_Outcome(change, result) for change, result in zip(changes, results, strict=True)]


def _apart(connection: Connection, changes: Sequence[_Change]) -> list[_Outcome]:
    """The same, leaving nothing behind if it fails, whatever is committed with it: then each is made by itself."""
    try:
        with connection.begin_nested():
            return _made(connection, changes)
    except Exception as error:  # noqa: BLE001 (it is raised where it was asked for)
        if len(changes) == 1:
            return [_Outcome(changes[0], error)]
        return [outcome for change in changes for outcome in _apart(connection, [change])]


def rows(connection: Connection, query: Selectable, **values: Any) -> list[Row]:
    """All that a query finds; `values` are for its `bindparam`s."""
    return [dict(it) for it in connection.execute(query, values).mappings()]


def first(connection: Connection, query: Selectable, **values: Any) -> Row | None:
    """The first that a query finds, or None."""
    found = connection.execute(query, values).mappings().first()
    return None if found is None else dict(found)


def one(connection: Connection, query: Selectable, **values: Any) -> Row:
    """The only row that a query finds. Raises `NoResultFound` where there is none."""
    return dict(connection.execute(query, values).mappings().one())


@contextmanager
def complaining(url: str) -> Generator[None]:
    """What a database says, as a mistake of whoever named it."""
    try:
        yield
    except DBAPIError as error:
        raise MarkschemeError(f"the database {_shown(url)} cannot be used: {error.orig}") from error


def _shown(url: str) -> str:
    """A database's address without the password."""
    return url.rsplit("@", 1)[-1]


def _careful(connection: Any, _record: object) -> None:
    """What is committed is on the disk, whatever happens to the process or the machine."""
    connection.isolation_level = None  # SQLAlchemy begins, not the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "wal_autocheckpoint=20000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
