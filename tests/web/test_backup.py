"""A backup while the server runs, and the same server from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from markscheme.core.errors import MarkschemeError
from markscheme.web.backup import back_up, restore
from markscheme.web.database import Database
from markscheme.web.serving import DATABASE
from tests.web.site import POSTGRES, world

pytestmark = pytest.mark.skipif(bool(POSTGRES), reason="a backup is of SQLite")


def test_a_backup_is_the_server_again(tmp_path: Path) -> None:
    """Taken while the database is open and written to; restored it has the same rows, and is this user's alone."""
    it = world(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "quiz.toml").write_text("title = 'Quiz'", "utf-8")
    shutil.copy(tmp_path / "web.sqlite", tmp_path / DATABASE)
    it.site.close()
    running = Database(f"sqlite:///{tmp_path / DATABASE}")
    page = tmp_path / "backup.zip"
    assert back_up(tmp_path, page) == [DATABASE, "papers/quiz.toml"]
    assert page.stat().st_mode & 0o077 == 0
    running.close()
    restore(page, tmp_path / "new")
    assert (tmp_path / "new" / "papers" / "quiz.toml").read_text("utf-8") == "title = 'Quiz'"
    again = Database(f"sqlite:///{tmp_path / 'new' / DATABASE}")
    again.upgrade()
    with again.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sittings").scalar() == 2
    again.close()


def test_nothing_is_restored_over_a_database_nor_from_half_a_file(tmp_path: Path) -> None:
    """A folder in use stays as it is, and so does one when the backup is cut short, changed, or no backup."""
    it = world(tmp_path)
    it.site.close()
    shutil.copy(tmp_path / "web.sqlite", tmp_path / DATABASE)
    page = tmp_path / "backup.zip"
    back_up(tmp_path, page)
    with pytest.raises(MarkschemeError, match="has a database already"):
        restore(page, tmp_path)
    content = page.read_bytes()
    for broken in (content[: len(content) // 2], b"no backup", content[:5000] + b"x" * 50 + content[5050:]):
        page.write_bytes(broken)
        with pytest.raises(MarkschemeError):
            restore(page, tmp_path / "new")
        assert not (tmp_path / "new" / DATABASE).exists()
