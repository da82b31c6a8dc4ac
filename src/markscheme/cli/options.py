"""What several commands share: options, JSON, progress, processes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import click

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
    """Add `--jobs`."""
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
def processes(wanted: int | None, tasks: int) -> Generator[Executor | None]:
    """An executor of processes, or None where the work is done here."""
    count = min(wanted or os.cpu_count() or 1, tasks)
    if count <= 1:
        yield None
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as executor:
        yield executor


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
