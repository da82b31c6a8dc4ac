"""The command `check`: everything that is wrong with a folder of problems, before a student finds it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from markscheme.cli.elsewhere import (
    HASH_SEEDS,
    Elsewhere,
    Endless,
    Posed,
    Values,
    pose_elsewhere,
    values_by_seed,
    within,
)
from markscheme.cli.options import as_json, print_json, processes, progress, show_table, table, wrapped

if TYPE_CHECKING:
    from markscheme.core.checking import Fault

_NOTHING: Final[Mapping[str, Mapping[str, str]]] = {}
SHARE: Final = 50
"""How many files one process poses again."""

Task: TypeAlias = tuple[str, int, int]
"""A file, how many seeds, and the CPU seconds that it may take."""


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
    from markscheme.core.parallel import run  # noqa: PLC0415

    pages, passed_over = _pages(folders)
    if not pages and not passed_over:
        raise MarkschemeError(f"{' and '.join(map(str, folders))}: no file here defines problems; "
                              "`markscheme new NAME` writes one")  # fmt: skip
    started = perf_counter()
    names = [str(page) for page in pages]
    reports: dict[str, Report] = {}
    with processes(jobs, len(names)) as executor:
        elsewhere: dict[str, Posed] = {}
        first = _shares(names, seeds, limit, HASH_SEEDS[:1])
        for there in progress(run(pose_elsewhere, first, executor), len(first), "reading", quiet=as_json):
            elsewhere |= there
        tasks = [(name, seeds, limit) for name in names if not isinstance(elsewhere[name], str)]
        for report in progress(run(check_file, tasks, executor), len(tasks), "checking", quiet=as_json):
            reports[report.page] = report
        _compare(reports, elsewhere)
        again = _shares([name for name in reports if reports[name].values], seeds, limit, HASH_SEEDS[1:])
        for there in progress(run(pose_elsewhere, again, executor), len(again), "posing again", quiet=as_json):
            _compare(reports, there)
    reports |= {name: _hopeless(name, state, limit) for name, state in elsewhere.items() if isinstance(state, str)}
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
    logging.getLogger("pypandoc").setLevel(logging.ERROR)  # what it warns of is found below
    names: list[str] = []
    faults: list[Fault] = []
    items = 0
    values: dict[str, dict[str, dict[str, str]]] = {}
    try:
        with within(limit), redirect_stdout(sys.stderr):
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
                values[problem.name] = values_by_seed(problem, count)
    except MarkschemeError as error:
        said = " ".join(str(error).split()).removeprefix(name).lstrip(":, ")
        faults.append(Fault("", "file", said, "Mend the line that is named."))
    except Endless:
        faults.append(_endless(names[-1] if names else "", limit))
    return Report(name, tuple(names), items, tuple(faults), perf_counter() - started, values)


_HINDER_PRINTING: Final = ("posing", "answers", "kind", "figure", "text", "writing")


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


def _shares(names: list[str], seeds: int, limit: int, hash_seeds: Sequence[int]) -> list[Elsewhere]:
    """Files shared out to processes, once for each hash seed."""
    count = -(-len(names) // SHARE)
    return [(names[start::count], seeds, limit, hash_seed) for hash_seed in hash_seeds for start in range(count)]


def _hopeless(page: str, state: str, limit: int) -> Report:
    """The report on a file that ends the process, or takes too long."""
    from markscheme.core.checking import Fault  # noqa: PLC0415

    ended = Fault("", "file", "It ends the process that reads it.", "Let it call nothing that exits or crashes.")
    return Report(page, (), 0, (ended if state == "ended" else _endless("", limit),), 0.0, {})


def _endless(problem: str, limit: int) -> Fault:
    from markscheme.core.checking import Fault  # noqa: PLC0415

    mend = "Look for a loop without an end; --limit allows more."
    return Fault(problem, "time", f"It takes more than {limit} s of CPU time.", mend)


def _compare(reports: dict[str, Report], there: Mapping[str, Posed]) -> None:
    """What another process posed is what was posed here."""
    from markscheme.core.checking import given_elsewhere  # noqa: PLC0415

    for page, report in [(page, reports[page]) for page in reports if page in there]:
        posed = there[page]
        for problem, here in report.values.items():
            if any([it.problem == problem and it.about == "givens" for it in report.faults]):
                continue
            values = _NOTHING if isinstance(posed, str) else posed.get(problem, _NOTHING)
            found = given_elsewhere(problem, here, values, "in another process")
            if found:
                reports[page] = reports[page].with_faults([found])


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
