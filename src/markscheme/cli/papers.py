"""The command paper: printing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from markscheme.cli.options import (
    as_json,
    complain_of,
    complete_paper,
    executor_of,
    print_json,
    progress,
    read_students,
    workers,
)

if TYPE_CHECKING:
    from markscheme.paper.copies import Task
    from markscheme.paper.plan import Page, Paper


@click.command(
    "paper",
    epilog="\b\nExamples:\n  markscheme paper eecs182-sp23 --out out\n"
    "  markscheme paper eecs182-practice --seed 7 --questions decoding/beam_search --out out\n"
    "  markscheme paper quiz.toml --seed 2026 --roster roster.csv --out out\n"
    "  markscheme paper eecs182-sp23 --format html --out out",
)
@click.argument("paper", shell_complete=complete_paper)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option(
    "--seed", help="Any text; the seed of the copies.  [default: today's date, where the paper draws numbers]"
)
@click.option("--questions", help="Only the questions that hold these problems: names, with commas.")
@click.option(
    "--roster", type=click.Path(path_type=Path, dir_okay=False), help="CSV with a row a student: a copy for each."
)
@click.option("--page", type=click.Choice(["letter", "a4"]), help="Size of the page.  [default: the paper's own]")
@click.option("--format", "form", type=click.Choice(["pdf", "html", "md"]), default="pdf", show_default=True)
@workers
@as_json
def paper_command(
    paper: str, out: Path, seed: str | None, questions: str | None, roster: Path | None, page: Page | None, form: str,
    jobs: int | None, scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Print a paper, blank and with solutions, and an empty answers.csv to fill in.

    PAPER is a TOML file, or built in: eecs182-sp23, eecs182-practice. Every key that is printed is proven first. With a
    roster each student has an own copy, of the seed S/student; without one there is one copy for all.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.core.work import run  # noqa: PLC0415
    from markscheme.marking.submissions import COMMON, empty_answers, is_filled_in  # noqa: PLC0415
    from markscheme.paper.copies import print_copy  # noqa: PLC0415
    from markscheme.paper.files import write_all  # noqa: PLC0415
    from markscheme.paper.plan import load_paper  # noqa: PLC0415

    chosen = tuple([name.strip() for name in questions.split(",")]) if questions else ()
    plan = load_paper(paper, chosen)
    if is_filled_in(out / "answers.csv"):
        raise MarkschemeError(f"{out / 'answers.csv'} is filled in, and would be emptied; "
                              "move it, or choose another folder with --out")  # fmt: skip
    seed = seed or (_today() if plan.is_seeded else "")
    students, broken = read_students(roster)
    tasks: list[Task] = [(paper, chosen, seed, student, form, page) for student in students or [None]]
    pages: dict[Path, bytes] = {}
    with executor_of(jobs if len(tasks) > 3 else 1, scheduler, len(tasks)) as executor:
        for made in progress(run(print_copy, tasks, executor), len(tasks), "printing", quiet=as_json):
            pages |= {out / name: content for name, content in made.items()}
    column = seed if roster or not seed else f"{COMMON}{seed}"
    pages[out / "answers.csv"] = empty_answers(plan, column, students).encode()
    write_all(pages)
    if as_json:
        print_json({
            "paper": plan.name, "seed": seed, "marks": float(plan.marks), "copies": len(tasks),
            "files": [str(page) for page in pages], "broken_rows": [str(row) for row in broken],
        })  # fmt: skip
    else:
        _say_what_was_printed(plan, seed, list(pages))
    complain_of(broken)


def _today() -> str:
    from datetime import datetime  # noqa: PLC0415

    return datetime.now().astimezone().date().isoformat()


def _say_what_was_printed(plan: Paper, seed: str, pages: list[Path]) -> None:
    from markscheme.core.writing import in_marks  # noqa: PLC0415

    click.echo(
        f"{plan.entry.title}: {len(plan.questions)} question{'' if len(plan.questions) == 1 else 's'}, "
        f"{in_marks(plan.marks)}"
        f"{f', seed {seed}' if seed else ''}"
    )
    for page in pages[:6]:
        click.echo(f"  {page}")
    if len(pages) > 6:
        click.echo(f"  … and {len(pages) - 6} more")
