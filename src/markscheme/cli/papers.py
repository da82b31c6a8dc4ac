"""Commands over papers: paper, mark."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from markscheme.cli.options import as_json, complete_paper, jobs, print_json, processes, progress, show_table, table

if TYPE_CHECKING:
    from markscheme.marking.decisions import Moved
    from markscheme.marking.gradebook import Report
    from markscheme.paper.copies import Task
    from markscheme.paper.plan import Page, Paper
    from markscheme.paper.roster import Student
    from markscheme.paper.tables import BrokenRow


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
@jobs
@as_json
def paper_command(
    paper: str, out: Path, seed: str | None, questions: str | None, roster: Path | None, page: Page | None, form: str,
    jobs: int | None, as_json: bool,
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
    students, broken = _students(roster)
    tasks: list[Task] = [(paper, chosen, seed, student, form, page) for student in students or [None]]
    pages: dict[Path, bytes] = {}
    with processes(jobs if len(tasks) > 3 else 1, len(tasks)) as executor:
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
    _complain_of(broken)


def _today() -> str:
    from datetime import datetime  # noqa: PLC0415

    return datetime.now().astimezone().date().isoformat()


def _students(roster: Path | None) -> tuple[list[Student], list[BrokenRow]]:
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.paper.roster import read_roster  # noqa: PLC0415

    if roster is None:
        return [], []
    students, broken = read_roster(roster)
    if not students:
        raise MarkschemeError(f"{roster} has no student{f'; {broken[0]}' if broken else ''}")
    return students, broken


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


@click.command(
    "mark",
    epilog="\b\nExamples:\n  markscheme mark eecs182-sp23 answers.csv --out out\n"
    "  markscheme mark quiz.toml answers.csv --seed 2026 --roster roster.csv --out out\n"
    "  markscheme mark quiz.toml answers.csv --by-hand by_hand.csv --overrides overrides.csv --out out",
)
@click.argument("paper", shell_complete=complete_paper)
@click.argument("answers", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option("--seed", help="The seed that was printed, for rows whose column is empty.")
@click.option("--questions", help="The questions that were printed, as `paper` had them.")
@click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV with a row a student: who handed nothing in is named.",
)
@click.option(
    "--by-hand",
    type=click.Path(path_type=Path, dir_okay=False),
    help="by_hand.csv of an earlier run, its marks filled in.",
)
@click.option(
    "--overrides",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV with marks that replace others: student,question,answer,marks,who,why,when.",
)
@click.option("--feedback", is_flag=True, help="A feedback sheet for each student, into OUT/feedback.")
@jobs
@as_json
def mark_command(
    paper: str, answers: Path, out: Path, seed: str | None, questions: str | None, roster: Path | None,
    by_hand: Path | None, overrides: Path | None, feedback: bool, jobs: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Mark a class: marks.csv with every answer and its reason, totals.csv with a row a student, report.html.

    ANSWERS is the CSV file that `markscheme paper` wrote, filled in. Rows that are broken are named, the others are
    marked, and the exit code is 2. What a person has to decide goes into by_hand.csv, point by point: fill in its
    marks, keep it under another name, and give it with --by-hand. Marking again into the same folder says whose marks
    moved, and writes moved.csv.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.marking.decisions import (  # noqa: PLC0415
        decided,
        has_marks,
        moved,
        moved_csv,
        read_by_hand,
        read_overrides,
        rubric_sheet,
    )
    from markscheme.marking.feedback import feedback as sheet  # noqa: PLC0415
    from markscheme.marking.gradebook import mark_class, marks_csv, totals_csv  # noqa: PLC0415
    from markscheme.marking.report import report_page  # noqa: PLC0415
    from markscheme.marking.submissions import read_answers  # noqa: PLC0415
    from markscheme.paper.files import write_all  # noqa: PLC0415
    from markscheme.paper.plan import load_paper  # noqa: PLC0415

    chosen = tuple([name.strip() for name in questions.split(",")]) if questions else ()
    plan = load_paper(paper, chosen)
    students, broken = _students(roster)
    submissions, broken_answers = read_answers(answers, plan, seed)
    broken += broken_answers
    if not submissions:
        more = f" (and {len(broken_answers) - 1} more)" if len(broken_answers) > 1 else ""
        raise MarkschemeError(f"{answers} has no row that can be marked{'; ' if broken_answers else ''}"
                              f"{broken_answers[0] if broken_answers else ''}{more}")  # fmt: skip
    with processes(jobs if len(submissions) > 50 else 1, len(submissions)) as executor:
        reports = list(progress(mark_class(plan, submissions, executor), len(submissions), "marking", quiet=as_json))
    for page, read in ((by_hand, read_by_hand), (overrides, read_overrides)):
        if page:
            decisions, broken_decisions = read(page, plan, reports)
            reports, broken = decided(reports, decisions), broken + broken_decisions
    moves = moved(out / "marks.csv", reports) if (out / "marks.csv").is_file() else None
    pages = {
        "marks.csv": marks_csv(reports),
        "totals.csv": totals_csv(reports),
        "report.html": report_page(plan, reports),
    }
    if any(report.waiting for report in reports):
        if has_marks(out / "by_hand.csv"):
            raise MarkschemeError(f"{out / 'by_hand.csv'} is filled in, and would be emptied; "
                                  "move it, and give it with --by-hand")  # fmt: skip
        pages["by_hand.csv"] = rubric_sheet(plan, reports)
    if moves is not None:
        pages["moved.csv"] = moved_csv(moves)
    if feedback:
        sheets = (sheet(plan, report, said) for report, said in zip(reports, submissions, strict=True))
        names = [f"feedback/{name}.html" for name in file_names([report.student for report in reports])]
        pages |= zip(names, progress(sheets, len(reports), "feedback", quiet=as_json), strict=True)
    write_all({out / name: content.encode() for name, content in pages.items()})
    absent = [student.student for student in students if student.student not in {report.student for report in reports}]
    strangers = [
        report.student for report in reports if students and report.student not in {s.student for s in students}
    ]
    if as_json:
        print_json({
            "paper": plan.name, "students": [report.as_json() for report in reports], "absent": absent,
            "not_in_roster": strangers, "broken_rows": [str(row) for row in broken],
            "moved": None if moves is None else [asdict(move) for move in moves],
        })  # fmt: skip
    else:
        _show_totals(reports, absent, strangers)
        _show_moves(moves)
        click.echo("\n".join([f"  {out / name}" for name in pages if not name.startswith("feedback/")]))
        if feedback:
            click.echo(f"  {out / 'feedback'}: {len(reports)} sheets")
    _complain_of(broken)


def _show_totals(reports: Sequence[Report], absent: list[str], strangers: list[str]) -> None:
    from markscheme.core.verdict import written  # noqa: PLC0415

    made = table("", "student", "marks", "out of", "by hand", "unreadable", "note")
    for report in reports[:40]:
        made.add_row(
            report.student, written(report.total), written(report.out_of), str(report.waiting or ""),
            str(report.unreadable or ""), report.note,
        )  # fmt: skip
    show_table(made)
    if len(reports) > 40:
        click.echo(f"  … and {len(reports) - 40} more in totals.csv")
    if absent:
        click.echo(f"Nothing handed in: {', '.join(absent)}")
    if strangers:
        click.echo(f"Not in the roster: {', '.join(strangers)}")


def file_names(students: Sequence[str]) -> list[str]:
    """Each student's id as the name of a file, no two alike, on any system.

    >>> file_names(["s1", "../s1", "S1", "ü"])
    ['s1', '_s1', 'S1-2', 'ü']
    """
    names: list[str] = []
    taken: dict[str, int] = {}
    for student in students:
        name = "".join([it if it.isalnum() or it in "-_.@" else "_" for it in student]).lstrip(".") or "_"
        taken[name.lower()] = count = taken.get(name.lower(), 0) + 1
        names.append(name if count == 1 else f"{name}-{count}")
    return names


def _show_moves(moves: Sequence[Moved] | None) -> None:
    if moves is None:
        return
    click.echo(f"{len(moves) or 'No'} answer{'' if len(moves) == 1 else 's'} moved since the marks that were here"
               + (":" if moves else "."))  # fmt: skip
    if moves:
        made = table("", "student", "question", "answer", "before", "after")
        for move in moves[:40]:
            made.add_row(move.student, move.question, move.answer, move.before, move.after)
        show_table(made)


def _complain_of(broken: Sequence[BrokenRow]) -> None:
    for row in broken:
        click.echo(f"markscheme: {' '.join(str(row).split())}", err=True)
    if broken:
        sys.exit(2)
