"""The command `check`: everything that is wrong with a folder of problems, before a student finds it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from markscheme.cli.options import as_json, print_json, processes, progress, show_table, table, wrapped

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from markscheme.core.checking import Fault

HASH_SEEDS: Final = (1, 2, 3, 4)
"""The hash seeds of the processes that pose everything again."""
LATER: Final = 400 * 24 * 3600 + 4321
"""How many seconds the clocks of these processes are ahead."""

Task: TypeAlias = tuple[str, int, int]
"""A file, how many seeds, and the CPU seconds that it may take."""
Values: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]
"""The values of items by name, by id, by problem."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of checking a file."""

    page: str
    problems: tuple[str, ...]
    items: int
    faults: tuple[Fault, ...]
    seconds: float
    values: Values

    def with_faults(self, more: Iterable[Fault]) -> Report:
        """The report with more faults."""
        return replace(self, faults=(*self.faults, *more))


@click.command(
    "check",
    epilog="\b\nExamples:\n  markscheme check mine\n  markscheme check mine/kl.py --seeds 200\n"
    "  markscheme check mine --json | jq '.[].faults[].what'",
)
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER…", type=click.Path(path_type=Path))
@click.option(
    "--seeds", type=click.IntRange(min=1), default=50, show_default=True, help="Seeds to pose each problem from."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="Seconds of CPU time that a file may take.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one a core]")
@as_json
def check_command(folders: tuple[Path, ...], seeds: int, limit: int, jobs: int | None, as_json: bool) -> None:
    """Check problem files of your own, in folders or one by one, for everything that a student would find first.

    Found are files that cannot be used (the others are checked all the same), numbers that do not come from the seed,
    two ways that part, answers without a second way or of another kind than declared, figures and texts that cannot be
    drawn or printed, seeds that give the same item, answers that can be guessed, and questions that give the key away.

    Exit code 1 if anything is wrong.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.core.work import run  # noqa: PLC0415

    pages, passed_over = _pages(folders)
    if not pages and not passed_over:
        raise MarkschemeError(f"{' and '.join(map(str, folders))}: no file here defines problems; "
                              "`markscheme new NAME` writes one")  # fmt: skip
    started = perf_counter()
    tasks: list[Task] = [(str(page), seeds, limit) for page in pages]
    with processes(jobs, len(tasks)) as executor:
        found = progress(run(check_file, tasks, executor), len(tasks), "checking", quiet=as_json)
        reports = {report.page: report for report in found}
        _compare(reports, seeds, limit, executor, quiet=as_json)
    _find_twice(reports)
    for page in passed_over:
        reports[str(page)] = _passed_over(page)
    shown = sorted(reports.values(), key=lambda report: report.page)
    if as_json:
        print_json([
            {"file": it.page, "problems": list(it.problems), "items": it.items, "seconds": round(it.seconds, 2),
             "faults": [fault.as_json() for fault in it.faults]}
            for it in shown
        ])  # fmt: skip
    else:
        _show(shown, perf_counter() - started)
    if any([report.faults for report in shown]):
        sys.exit(1)


def _pages(folders: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The files that may define problems, and those that look like it and are passed over for their names."""
    from markscheme.bank.catalog import pages_in  # noqa: PLC0415

    pages = dict.fromkeys([page for folder in folders for page in pages_in(folder)])
    others = [
        page
        for folder in folders if folder.is_dir()
        for page in sorted(folder.resolve().rglob("[!a-z._]*.py"))
        if not any([part.startswith((".", "_")) for part in page.relative_to(folder.resolve()).parts])
        and b"markscheme" in (text := page.read_bytes()) and b"Problem(" in text
    ]  # fmt: skip
    return list(pages), list(dict.fromkeys(others))


def _passed_over(page: Path) -> Report:
    from markscheme.core.checking import Fault  # noqa: PLC0415

    fault = Fault("", "file", "It is never read: the name of a problem file starts with a small letter.", "Rename it.")
    return Report(str(page), (), 0, (fault,), 0.0, {})


# One file


def check_file(task: Task) -> Report:
    """Everything that is found in one file by itself."""
    from markscheme.bank.catalog import problems_of_file  # noqa: PLC0415
    from markscheme.core.checking import Fault, check  # noqa: PLC0415
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.paper.alone import unprintable  # noqa: PLC0415

    name, count, limit = task
    page, seeds = Path(name), [str(seed) for seed in range(count)]
    started = perf_counter()
    names: list[str] = []
    faults: list[Fault] = []
    items = 0
    values: dict[str, dict[str, dict[str, str]]] = {}
    try:
        with _within(limit), redirect_stdout(sys.stderr):
            problems = problems_of_file(page)
            if not problems and b"Problem(" in page.read_bytes():
                faults.append(Fault("", "file", "It defines no problem that can be found.",
                                    "Give the problem a name at the left margin: problem = Problem(…)."))  # fmt: skip
            for problem in problems:
                names.append(problem.name)
                checked = check(problem, seeds)
                items += checked.items
                faults += checked.faults
                if not any([fault.about in _HINDER_PRINTING for fault in checked.faults]):
                    faults += unprintable(page, problem, seeds[0])
                values[problem.name] = _values(problem, seeds)
    except MarkschemeError as error:
        faults.append(Fault("", "file", _on_a_line(error), "Mend the line that is named."))
    except _Endless:
        faults.append(Fault(names[-1] if names else "", "time", f"It takes more than {limit} s of CPU time.",
                            "Look for a loop without an end; `--limit` allows more."))  # fmt: skip
    return Report(name, tuple(names), items, tuple(faults), perf_counter() - started, values)


_HINDER_PRINTING: Final = ("posing", "answers", "kind", "figure", "text", "writing")


def _on_a_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _values(problem: Any, seeds: Sequence[str]) -> dict[str, dict[str, str]]:
    from markscheme.core.checking import pose_again, values_of  # noqa: PLC0415

    return values_of(pose_again(problem, seeds))


class _Endless(BaseException):
    """The CPU time of a file is over; no `except Exception` of it stops this."""


@contextmanager
def _within(seconds: int) -> Generator[None]:
    """Bound the CPU time of what is done here, where the system and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise _Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# Several files


def _find_twice(reports: dict[str, Report]) -> None:
    """A name is defined once, in the folder and beside the bank."""
    from markscheme.bank.catalog import home_of  # noqa: PLC0415
    from markscheme.core.checking import Fault  # noqa: PLC0415

    homes: dict[str, list[str]] = {}
    for page, report in reports.items():
        for name in report.problems:
            homes.setdefault(name, [home] if (home := home_of(name)) else []).append(page)
    for name, pages in homes.items():
        for page in set(pages) & reports.keys() if len(pages) > 1 else ():
            others = " and ".join([_short(other) for other in pages if other != page]) or "here"
            fault = Fault(name, "file", f"{name} is defined twice, in {others} and here.", "Give one another name.")
            reports[page] = reports[page].with_faults([fault])


def _compare(
    reports: dict[str, Report], seeds: int, limit: int, executor: Executor | None, *, quiet: bool
) -> None:  # fmt: skip
    """Pose everything again in processes with other hash seeds, in another order, at another time and place."""
    from markscheme.core.checking import given_elsewhere  # noqa: PLC0415
    from markscheme.core.work import run  # noqa: PLC0415

    pages = [page for page, report in reports.items() if report.values]
    tasks = [(pages, seeds, limit, hash_seed) for hash_seed in HASH_SEEDS] if pages else []
    for there in progress(run(_elsewhere, tasks, executor), len(tasks), "posing again", quiet=quiet):
        for page in pages:
            report = reports[page]
            for problem, here in report.values.items():
                if any([fault.problem == problem and fault.about == "givens" for fault in report.faults]):
                    continue
                fault = given_elsewhere(problem, here, there.get(page, {}).get(problem, {}), "in another process")
                if fault:
                    reports[page] = reports[page].with_faults([fault])


def _elsewhere(task: tuple[list[str], int, int, int]) -> dict[str, Values]:
    """What another process poses, by file."""
    pages, seeds, limit, hash_seed = task
    code = "from markscheme.cli.checking import pose_in_another_process as pose; pose()"
    with TemporaryDirectory() as folder:
        said = Path(folder) / "values.jsonl"
        asked = json.dumps({"pages": pages, "seeds": seeds, "limit": limit, "out": str(said)})
        subprocess.run(  # noqa: S603 (Python itself)
            [sys.executable, "-c", code],
            input=asked.encode(), cwd=folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        )  # fmt: skip
        lines = said.read_text("utf-8").splitlines() if said.is_file() else []
    return dict(map(json.loads, lines))


def pose_in_another_process() -> None:
    """Pose what standard input names, from the last file to the first, and write down the values."""
    from markscheme.bank.catalog import problems_of_file  # noqa: PLC0415
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    asked = json.loads(sys.stdin.read())
    _set_clocks_ahead()
    seeds = [str(seed) for seed in range(asked["seeds"])]
    with Path(asked["out"]).open("w", encoding="utf-8") as out:
        for page in reversed(asked["pages"]):
            try:
                with _within(asked["limit"]):
                    values = {problem.name: _values(problem, seeds) for problem in problems_of_file(Path(page))}
            except (MarkschemeError, _Endless):
                continue
            print(json.dumps([page, values]), file=out, flush=True)


def _set_clocks_ahead() -> None:
    """Let whatever asks for the time get a later one, as a run on another day would."""
    import datetime  # noqa: PLC0415
    import time  # noqa: PLC0415

    now, now_ns = time.time, time.time_ns

    class Known(type):
        def __instancecheck__(cls, it: object) -> bool:
            return isinstance(it, cls.__mro__[1])

    class Later(datetime.datetime, metaclass=Known):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return super().now(tz) + datetime.timedelta(seconds=LATER)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    class LaterDay(datetime.date, metaclass=Known):
        @classmethod
        def today(cls) -> Any:
            return super().today() + datetime.timedelta(seconds=LATER)

    time.time = lambda: now() + LATER
    time.time_ns = lambda: now_ns() + LATER * 10**9
    localtime, gmtime = time.localtime, time.gmtime
    time.localtime = lambda seconds=None: localtime(time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: gmtime(time.time() if seconds is None else seconds)
    datetime.datetime, datetime.date = Later, LaterDay  # type: ignore[misc]


# What is shown


def _show(reports: Sequence[Report], seconds: float) -> None:
    """Each fault with what to do, then a table of the files."""
    for report in reports:
        for fault in report.faults:
            click.secho(f"{_short(report.page)}: {fault.about}", bold=True)
            where = fault.item or fault.problem
            wrapped("  " + (f"{where}: " if where and where not in fault.what else "") + fault.what)
            wrapped(f"  → {fault.mend}")
    made = table("", "file", "problems", "items", "wrong")
    for report in reports:
        wrong = ", ".join(dict.fromkeys([fault.about for fault in report.faults])) or "nothing"
        made.add_row(_short(report.page), ", ".join(report.problems), str(report.items), wrong)
    show_table(made)
    faults = sum([len(report.faults) for report in reports])
    broken = sum([bool(report.faults) for report in reports])
    problems = sum([len(report.problems) for report in reports])
    click.echo(f"{problems} problems in {len(reports)} files, {seconds:.1f} s: "
               + (f"{faults} faults in {broken} files" if faults else "nothing wrong"))  # fmt: skip


def _short(page: str) -> str:
    """A file as it is named from here."""
    path = Path(page)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else page
