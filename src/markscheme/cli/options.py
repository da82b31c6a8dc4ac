"""What several commands share: options, JSON, progress, processes."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from markscheme.paper.roster import Student
    from markscheme.paper.tables import BrokenRow

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def as_json(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def own_problems(command: F) -> F:
    """Add `--problems`."""
    words = "A folder with problem files of your own; may be given several times."
    return click.option("--problems", "folders", multiple=True, type=click.Path(path_type=Path), help=words)(command)


def jobs(command: F) -> F:
    """Add `--jobs` and `--scheduler`."""
    count = click.option("--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one a core]")
    words = "A dask.distributed cluster to use instead, such as tcp://host:8786."
    return count(click.option("--scheduler", metavar="ADDRESS", help=words)(command))


def complete_problem(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion for names of problems."""
    from markscheme.bank.catalog import catalog  # noqa: PLC0415

    return [name for name in catalog() if incomplete in name]


def complete_paper(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion for built-in papers."""
    from markscheme.paper.plan import built_in_papers  # noqa: PLC0415

    return [name for name in built_in_papers() if name.startswith(incomplete)]


def needs(packages: Mapping[str, str], what: str, extras: str) -> None:
    """Raise `MarkschemeError` where something cannot be done without packages, by the modules that they have."""
    from importlib.util import find_spec  # noqa: PLC0415

    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    if missing := [package for module, package in packages.items() if find_spec(module) is None]:
        raise MarkschemeError(f"{what} needs {', '.join(missing)}: pip install 'markscheme[{extras}]'")


def print_json(data: object) -> None:
    """Data as JSON on stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@contextmanager
def processes(wanted: int | None, tasks: int, scheduler: str | None = None) -> Generator[Executor | None]:
    """An executor of processes or of a cluster, or None where the work is done here."""
    count = min(wanted or os.cpu_count() or 1, tasks)
    if scheduler:
        with _cluster(scheduler) as executor:
            yield executor
    elif count <= 1:
        yield None
    else:
        from markscheme.core.parallel import pool  # noqa: PLC0415

        try:
            with pool(count) as executor:
                yield executor
        except BrokenProcessPool as error:
            from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

            raise MarkschemeError(f"one of {count} processes was killed, for want of memory perhaps: "
                                  "use fewer with --jobs") from error  # fmt: skip


@contextmanager
def _cluster(address: str) -> Generator[Executor]:
    """The workers of a dask.distributed scheduler; each must have this markscheme."""
    from importlib.metadata import version  # noqa: PLC0415
    from socket import create_connection  # noqa: PLC0415
    from urllib.parse import urlsplit  # noqa: PLC0415

    from markscheme import __version__  # noqa: PLC0415
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415
    except ImportError as error:
        raise MarkschemeError("--scheduler needs dask.distributed: pip install 'markscheme[scale]'") from error
    started = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
    where = urlsplit(address if "://" in address else f"tcp://{address}")
    try:
        if where.scheme not in ("tcp", "tls") or not where.port:
            raise ValueError(address)  # noqa: TRY301 (Client would try for long)
        create_connection((where.hostname, where.port), timeout=10).close()
        client: Any = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MarkschemeError(f"no scheduler answers at {address}; {started}") from error
    logging.disable()  # what matters of it becomes an error here
    try:
        client.wait_for_workers(1, timeout=10)
        others = {str(other) for other in client.run(version, "markscheme").values()} - {__version__}
        if others:
            raise MarkschemeError(
                f"workers of {address} have markscheme {', '.join(sorted(others))}, not {__version__}"
            )
        yield client.get_executor(pure=False)
    except (TimeoutError, PackageNotFoundError) as error:
        raise MarkschemeError(f"{address} has no worker with markscheme; {started}") from error
    except (KilledWorker, CancelledError) as error:
        raise MarkschemeError(f"{address} lost its workers, or itself ended: {error}") from error
    finally:
        client.close()
        logging.disable(logging.NOTSET)


def seen_by_all(paper: str, scheduler: str | None) -> str:
    """A paper as processes in another folder find it: workers of a cluster do not stand where the command does."""
    return str(Path(paper).absolute()) if scheduler and Path(paper).is_file() else paper


def progress(items: Iterable[T], total: int, what: str, *, quiet: bool = False) -> Iterator[T]:
    """The items, with a progress bar on a terminal's stderr once they take over two seconds."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    from time import monotonic  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    started = monotonic()
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=total)
    showing = False
    try:
        for item in items:
            yield item
            bar.advance(task)
            if not showing and monotonic() - started > 2:
                bar.start()
                showing = True
    finally:
        if showing:
            bar.stop()


def table(title: str, *columns: str) -> Any:
    """A rich table."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    made = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left")
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column == columns[0])  # a name is not broken
    return made


def show_table(made: Any) -> None:
    """A rich table on stdout, as wide as it needs where that is no terminal; brackets in its cells are brackets."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(width=None if sys.stdout.isatty() else 160, markup=False)
    if made.title:  # above it, for a title is broken at the width of its table
        console.print(made.title, style="table.title", soft_wrap=True)
        made.title = None
    console.print(made)


def width() -> int:
    """The columns of the terminal, or of COLUMNS; many where there is neither."""
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else 160


def wrapped(text: str) -> None:
    """Text at the width of the terminal."""
    from shutil import get_terminal_size  # noqa: PLC0415

    columns = min(get_terminal_size((100, 40)).columns, 100)
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip(" -")))
        click.echo("\n".join(_lines(line, columns, indent)))


def _lines(line: str, width: int, indent: str) -> list[str]:
    from textwrap import wrap  # noqa: PLC0415

    return wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def names_of(questions: str | None) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple([name.strip() for name in questions.split(",")]) if questions else ()


def students_of(roster: Path | None) -> tuple[list[Student], list[BrokenRow]]:
    """The students of a roster, and its broken rows. Raises `MarkschemeError` where it has none."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.paper.roster import columns_not_read, read_roster  # noqa: PLC0415

    if roster is None:
        return [], []
    students, broken = read_roster(roster)
    if not students:
        raise MarkschemeError(f"{roster} has no student{f'; {broken[0]}' if broken else ''}")
    for said in columns_not_read(roster):
        click.echo(said, err=True)
    return students, broken


def complain_of(rows: Sequence[object]) -> None:
    """A line on stderr for each row that could not be used; if there is one, the command ends with code 2."""
    for row in rows:
        line = " ".join(str(row).split())
        click.echo(f"markscheme: {''.join([it if it.isprintable() else chr(0xFFFD) for it in line])}", err=True)
    if rows:
        sys.exit(2)
