"""`markscheme serve`: practice, sitting, marking and teaching in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from markscheme.core.errors import MarkschemeError


@click.command(
    "serve",
    epilog="""\b
Examples:
  markscheme serve                          on this machine alone, at http://localhost:8000
  markscheme serve --papers exams/          papers of your own can be sat too
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
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that pose and mark.  [default: one a core]")
def serve_command(
    host: str, port: int, address: str | None, database: str | None, folder: Path | None, papers: tuple[Path, ...],
    jobs: int | None,
) -> None:  # fmt: skip
    """Practice, sit, mark and teach in the browser.

    Everything is kept in one SQLite file in the data folder; a department gives it a PostgreSQL database. The
    address that is printed signs the operator in: keep it to yourself.
    """
    try:
        from markscheme.web.serving import serve  # noqa: PLC0415 (needs what the extra `web` installs)
    except ImportError as error:
        raise MarkschemeError(f"serving needs {error.name}: pip install 'markscheme[web]'") from None
    serve(host=host, port=port, address=address, database=database, folder=folder, papers=papers, jobs=jobs)
