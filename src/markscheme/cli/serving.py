"""`markscheme serve`: practice, sitting, marking and teaching in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from markscheme.cli.options import own_problems
from markscheme.core.errors import MarkschemeError


@click.command(
    "serve",
    epilog="""\b
Examples:
  markscheme serve                          on this machine alone, at http://localhost:8000
  markscheme serve --papers exams/          papers of your own can be sat too
  markscheme serve --problems course/       problems of your own, for practice and for papers made in the browser
  markscheme serve --exam midterm           mark an exam on paper, in the folder of `markscheme exam`
  markscheme serve --database postgresql+psycopg://user@host/name --address https://exams.example.edu""",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The network address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--address", help="What people type, behind a proxy with TLS.  [default: http://localhost:PORT]")
@click.option("--database", metavar="URL", help="PostgreSQL.  [default: SQLite in the data folder]")
@click.option("--data", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="The data folder.  [default: the user's]")  # fmt: skip
@click.option("--papers", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="A folder of papers that can be sat; may be given several times.")  # fmt: skip
@own_problems
@click.option("--exam", "exams", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="The folder of an exam on paper, to mark it here; may be given several times.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that pose and mark.  [default: one a core]")
def serve_command(
    host: str, port: int, address: str | None, database: str | None, folder: Path | None, papers: tuple[Path, ...],
    folders: tuple[Path, ...], exams: tuple[Path, ...], jobs: int | None,
) -> None:  # fmt: skip
    """Practice, sit, mark and teach in the browser.

    Everything is kept in one SQLite file in the data folder; a department gives it a PostgreSQL database. The
    address that is printed signs the operator in: keep it to yourself.
    """
    try:
        from markscheme.web.serving import serve  # noqa: PLC0415 (needs what the extra `web` installs)
    except ImportError as error:
        raise MarkschemeError(f"serving needs {error.name}: pip install 'markscheme[web]'") from None
    serve(host=host, port=port, address=address, database=database, folder=folder, papers=papers,
          problems=folders, exams=exams, jobs=jobs)  # fmt: skip


@click.command("backup", epilog="""\b
Examples:
  markscheme backup backup-2026-11-29.zip
  markscheme backup /safe/place/today.zip --data /srv/markscheme""")  # fmt: skip
@click.argument("page", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--data", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="The data folder.  [default: the user's]")  # fmt: skip
def backup_command(page: Path, folder: Path | None) -> None:
    """Back up what `markscheme serve` keeps, into one file, while it runs.

    The file has people's data and the secret seeds of exams: it can be read by nobody else, and should stay so.
    """
    from markscheme.web.backup import back_up  # noqa: PLC0415
    from markscheme.web.serving import data_folder  # noqa: PLC0415

    names = back_up(folder or data_folder(), page)
    click.echo(f"{page}: {', '.join(names)}")


@click.command("restore", epilog="""\b
Example:
  markscheme restore backup-2026-11-29.zip --data restored && markscheme serve --data restored""")  # fmt: skip
@click.argument("page", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--data", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
              help="The folder to restore into; it must have no database.")  # fmt: skip
def restore_command(page: Path, folder: Path) -> None:
    """Put a backup into an empty data folder, from which `markscheme serve --data FOLDER` goes on."""
    from markscheme.web.backup import restore  # noqa: PLC0415

    names = restore(page, folder)
    click.echo(f"{folder}: {', '.join(names)}")
