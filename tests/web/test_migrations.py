"""The tables that migrations make are those of `web.schema`."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DatabaseError

from markscheme.core.errors import MarkschemeError
from markscheme.web.database import Database
from markscheme.web.recording import record
from markscheme.web.schema import LOGS, META, REVISION
from tests.web.site import World, world


def test_migrations_end_in_the_tables_of_the_schema(tmp_path: Path) -> None:
    """A database that was brought to today's form lacks nothing of the schema and has nothing more, nor is it older.

    One that a newer version has changed is left as it is.
    """
    database = Database(f"sqlite:///{tmp_path / 'web.sqlite'}")
    database.upgrade()
    with database.engine.connect() as connection:
        migrated = MigrationContext.configure(connection)
        assert compare_metadata(migrated, META) == []
        assert migrated.get_current_revision() == REVISION
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of tomorrow'")
    with pytest.raises(MarkschemeError, match=r"web\.sqlite is of a newer markscheme"):
        database.upgrade()
    database.close()


def test_the_database_itself_refuses_to_change_a_log(tmp_path: Path) -> None:
    """Whatever a program forgets: rows of logs are added and stay as they are, and those of the audit log stay."""
    it = world(tmp_path)
    now = it.time[0]
    it.site.database.write(lambda connection: record(connection, now, "ann", "said"))
    for log in LOGS:
        it.site.database.write(lambda connection, log=log: _fill(connection, it, log))
        with pytest.raises(DatabaseError, match="never changed"), it.site.database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {log} SET id = id + 1000")
    with pytest.raises(DatabaseError, match="never changed"), it.site.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    it.site.close()


def _fill(connection: Connection, it: World, log: str) -> None:
    """A log with a row in it, so that there is something to change."""
    table = META.tables[log]
    if connection.execute(select(func.count()).select_from(table)).scalar_one():
        return
    values: dict[str, object] = {}
    for column in table.columns:
        if column.name == "request":
            values[column.name] = 1
        elif column.foreign_keys:
            values[column.name] = it.sitting("ann")["code"]
        elif not column.nullable and not column.primary_key and column.default is None:
            values[column.name] = 1 if "INT" in str(column.type).upper() else "saved"
    connection.execute(table.insert().values(values))
