"""A backup: one file with the whole database and the papers that were made here, taken while the server runs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from markscheme.core.errors import MarkschemeError
from markscheme.paper.files import write_whole
from markscheme.web.serving import DATABASE

CONTENTS = "contents.json"
PAPERS = "papers"


def back_up(data: Path, to: Path) -> list[str]:
    """Write a backup of a data folder; returns what is in it. What is saved meanwhile is whole in it or not at all.

    Raises `MarkschemeError` where there is no database.
    """
    if not (data / DATABASE).is_file():
        raise MarkschemeError(f"{data} has no {DATABASE}: nothing is kept there (PostgreSQL is backed up by pg_dump)")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(data / DATABASE)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        files = {DATABASE: copy.read_bytes()}
        files |= {f"{PAPERS}/{page.name}": page.read_bytes() for page in sorted((data / PAPERS).glob("*.toml"))}
        hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
        bundle = Path(folder) / "backup.zip"
        with ZipFile(bundle, "w", ZIP_DEFLATED) as made:
            made.writestr(CONTENTS, json.dumps(hashes, indent=1))
            for name, content in files.items():
                made.writestr(name, content)
        write_whole(to, bundle.read_bytes(), 0o600)
    return list(files)


def restore(page: Path, data: Path) -> list[str]:
    """Put a backup into an empty data folder; returns what was put there.

    Raises `MarkschemeError` for a file that is no whole backup, and for a folder that has a database.
    """
    if (data / DATABASE).exists():
        raise MarkschemeError(f"{data} has a database already: restore into an empty folder, for `serve --data`")
    try:
        with ZipFile(page) as found:
            hashes: dict[str, str] = json.loads(found.read(CONTENTS))
            files = {name: found.read(name) for name in hashes}
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise MarkschemeError(f"{page} is no backup of markscheme: {error}") from None
    for name, content in files.items():
        if not _is_ours(name) or sha256(content).hexdigest() != hashes[name]:
            raise MarkschemeError(f"{page}: {name} is not as it was backed up; nothing was restored")
    for name, content in sorted(files.items(), key=lambda it: it[0] == DATABASE):  # the database last
        (data / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(data / name, content, 0o600)
    return list(files)


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name == DATABASE or (len(parts) == 2 and parts[0] == PAPERS and parts[1].endswith(".toml"))
