"""The tables that migrations make are those of `web.schema`."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from markscheme.web.database import Database
from markscheme.web.schema import META


def test_migrations_end_in_the_tables_of_the_schema(tmp_path: Path) -> None:
    """A database that was brought to today's form lacks nothing of the schema and has nothing more."""
    database = Database(f"sqlite:///{tmp_path / 'web.sqlite'}")
    database.upgrade()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), META) == []
    database.close()
