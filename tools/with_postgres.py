"""Run a command beside a PostgreSQL server of its own: `python tools/with_postgres.py pytest tests/web`.

The command finds it in MARKSCHEME_TEST_POSTGRES. The server has a folder of its own, which goes with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

USER = "postgres"


def main() -> None:
    with server() as url:
        done = subprocess.run(sys.argv[1:], env={**os.environ, "MARKSCHEME_TEST_POSTGRES": url}, check=False)  # noqa: S603
    sys.exit(done.returncode)


@contextmanager
def server() -> Generator[str]:
    """A running server: the address of its database `postgres`."""
    programs = programs_folder()
    with TemporaryDirectory() as made:
        folder = Path(made)
        own = []
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            shutil.chown(folder, USER)
            own = [shutil.which("runuser") or "runuser", "-u", USER, "--"]

        def call(program: str, *arguments: str) -> None:
            subprocess.run(  # noqa: S603
                [*own, str(programs / program), *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL
            )

        data = folder / "data"
        call("initdb", "-D", str(data), "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c max_connections=200"
        call("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def programs_folder() -> Path:
    """Where Debian and others put what belongs to the server."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
    if named := shutil.which("initdb"):
        found.insert(0, Path(named))
    if not found:
        sys.exit("PostgreSQL's server is missing: apt-get install postgresql")
    return found[0].resolve().parent


if __name__ == "__main__":
    main()
