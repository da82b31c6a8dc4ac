"""What several commands share: options, JSON, progress, processes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from markscheme.paper.roster import Student
    from markscheme.paper.tables import BrokenRow

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
CONNECTING = 10
"""Seconds within which a scheduler has to answer."""


def as_json(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def own_problems(command: F) -> F:
    """Add `--problems`."""
    words = "A folder with problem files of your own; may be given several times."
    return click.option("--problems", "folders", multiple=True, type=click.Path(path_type=Path), help=words)(command)


def workers(command: F) -> F:
    """Add `--jobs` and `--scheduler`."""
    words = "Address of a dask.distributed scheduler, such as tcp://10.0.0.1:8786, whose workers do the work."
    command = click.option("--scheduler", metavar="ADDRESS", help=words)(command)
    return click.option("--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one a core]")(command)


def complete_problem(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion for names of problems."""
    from markscheme.bank.catalog import catalog  # noqa: PLC0415

    return [name for name in catalog() if incomplete in name]


def complete_paper(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion for built-in papers."""
    from markscheme.paper.plan import built_in_papers  # noqa: PLC0415

    return [name for name in built_in_papers() if name.startswith(incomplete)]


def print_json(data: object) -> None:
    """Data as JSON on stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@contextmanager
def executor_of(jobs: int | None, scheduler: str | None, tasks: int) -> Generator[Executor | None]:
    """A cluster's executor, or one of processes; None where the work is done here."""
    count = min(jobs or os.cpu_count() or 1, tasks)
    if scheduler:
        with _cluster(scheduler) as executor:
            yield executor
    elif count <= 1:
        yield None
    else:
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as executor:
            yield executor


@contextmanager
def _cluster(address: str) -> Generator[Executor]:
    """The executor of a dask.distributed cluster; what a worker was doing when it died is done by another."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    try:
        from distributed import Client  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MarkschemeError("--scheduler needs dask.distributed: pip install 'markscheme[scale]'") from error
    from logging import CRITICAL, getLogger  # noqa: PLC0415

    getLogger("distributed").setLevel(CRITICAL)  # what matters comes as an error
    try:
        client: Any = Client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MarkschemeError(f"no dask scheduler answers at {address!r}; start one with `dask scheduler`, "
                              "and give the address that it prints") from error  # fmt: skip
    with client:
        yield client.get_executor()


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

    Console(width=None if sys.stdout.isatty() else 160, markup=False).print(made)


def read_students(roster: Path | None) -> tuple[list[Student], list[BrokenRow]]:
    """The students of a roster, if there is one, and its broken rows."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.paper.roster import read_roster  # noqa: PLC0415

    if roster is None:
        return [], []
    students, broken = read_roster(roster)
    if not students:
        raise MarkschemeError(f"{roster} has no student{f'; {broken[0]}' if broken else ''}")
    return students, broken


def complain_of(broken: Sequence[BrokenRow]) -> None:
    """Name the broken rows, and exit with 2 if there are any."""
    for row in broken:
        click.echo(f"markscheme: {' '.join(str(row).split())}", err=True)
    if broken:
        sys.exit(2)
