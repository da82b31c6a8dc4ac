"""The command mark: a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
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
    show_table,
    table,
    workers,
)

if TYPE_CHECKING:
    from markscheme.marking.decisions import Moved
    from markscheme.marking.feedback import Form
    from markscheme.marking.gradebook import Report
    from markscheme.paper.plan import Paper

FEW = 50
"""Submissions that are marked sooner here than by processes that have yet to start."""
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "mark",
    epilog="\b\nExamples:\n  markscheme mark eecs182-sp23 answers.csv --out out\n"
    "  markscheme mark quiz.toml answers.xlsx --seed 2026 --roster roster.csv --out out\n"
    "  markscheme mark quiz.toml handed_in/ --feedback pdf --xlsx --out out\n"
    "  markscheme mark quiz.toml answers.csv --by-hand by_hand.csv --overrides overrides.csv --out out",
)
@click.argument("paper", shell_complete=complete_paper)
@click.argument("answers", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option("--seed", help="The seed that was printed, for rows whose column is empty.")
@click.option("--questions", help="The questions that were printed, as `paper` had them.")
@click.option("--roster", type=FILE, help="A table with a row a student: who handed nothing in is named.")
@click.option("--by-hand", type=FILE, help="by_hand.csv or .xlsx of an earlier run, its marks filled in.")
@click.option(
    "--overrides", type=FILE, help="A table of marks that replace others: student,question,answer,marks,who,why,when."
)
@click.option(
    "--feedback", type=click.Choice(["html", "pdf"]), is_flag=False, flag_value="html",
    help="A feedback sheet for each student, into OUT/feedback: a web page, or a PDF.",
)  # fmt: skip
@click.option("--xlsx", is_flag=True, help="Write marks, totals and by_hand as spreadsheets, too.")
@workers
@as_json
def mark_command(
    paper: str, answers: Path, out: Path, seed: str | None, questions: str | None, roster: Path | None,
    by_hand: Path | None, overrides: Path | None, feedback: Form | None, xlsx: bool, jobs: int | None,
    scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Mark a class: marks.csv with every answer and its reason, totals.csv with a row a student, report.html.

    ANSWERS is the table that `markscheme paper` wrote, filled in: CSV, JSON lines (.jsonl, an object a row) or a
    spreadsheet (.xlsx); or a folder with such a file for each student, named after the student. Rows that are broken
    are named, the others are marked, and the exit code is 2. What a person has to decide goes into by_hand.csv, point
    by point: fill in its marks, keep it under another name, and give it with --by-hand. Marking again into the same
    folder says whose marks moved, and writes moved.csv. run.json names the version and the hash of each file read.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.marking.decisions import decided, moved, read_by_hand, read_overrides  # noqa: PLC0415
    from markscheme.marking.gradebook import mark_class  # noqa: PLC0415
    from markscheme.marking.submissions import files_of, read_answers  # noqa: PLC0415
    from markscheme.paper.files import write_all  # noqa: PLC0415
    from markscheme.paper.plan import load_paper  # noqa: PLC0415

    chosen = tuple([name.strip() for name in questions.split(",")]) if questions else ()
    plan = load_paper(paper, chosen)
    students, broken = read_students(roster)
    submissions, broken_answers = read_answers(answers, plan, seed)
    broken += broken_answers
    if not submissions:
        more = f" (and {len(broken_answers) - 1} more)" if len(broken_answers) > 1 else ""
        raise MarkschemeError(f"{answers} has no row that can be marked{'; ' if broken_answers else ''}"
                              f"{broken_answers[0] if broken_answers else ''}{more}")  # fmt: skip
    count = len(submissions)
    with executor_of(jobs if count > FEW else 1, scheduler, count) as executor:
        reports = list(progress(mark_class(plan, submissions, executor), count, "marking", quiet=as_json))
        for page, read in ((by_hand, read_by_hand), (overrides, read_overrides)):
            if page:
                decisions, broken_decisions = read(page, plan, reports)
                reports, broken = decided(reports, decisions), broken + broken_decisions
        moves = moved(out / "marks.csv", reports) if (out / "marks.csv").is_file() else None
        pages = {name: content.encode() for name, content in _tables(plan, out, reports, moves).items()}
        if xlsx:
            pages |= _spreadsheets(pages)
        files = [*files_of(answers), *[page for page in (roster, by_hand, overrides) if page]]
        pages["run.json"] = _record(plan, seed, files, reports, pages["marks.csv"].decode())
        if feedback:
            from markscheme.core.work import run  # noqa: PLC0415
            from markscheme.marking.feedback import Task, feedback_of  # noqa: PLC0415

            tasks: list[Task] = [
                (paper, chosen, report, said, feedback) for report, said in zip(reports, submissions, strict=True)
            ]
            names = [f"feedback/{name}.{feedback}" for name in file_names([report.student for report in reports])]
            sheets = progress(run(feedback_of, tasks, executor), count, "feedback", quiet=as_json)
            pages |= zip(names, sheets, strict=True)
    write_all({out / name: content for name, content in pages.items()})
    marked = [report.student for report in reports]
    known = [student.student for student in students]
    absent = sorted({*known} - {*marked}, key=known.index)
    strangers = sorted({*marked} - {*known}, key=marked.index) if known else []
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
    complain_of(broken)


def _tables(plan: Paper, out: Path, reports: Sequence[Report], moves: Sequence[Moved] | None) -> dict[str, str]:
    """The files of a class's marks, by name."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.marking.decisions import has_marks, moved_csv, rubric_sheet  # noqa: PLC0415
    from markscheme.marking.gradebook import marks_csv, totals_csv  # noqa: PLC0415
    from markscheme.marking.report import report_page  # noqa: PLC0415

    pages = {"marks.csv": marks_csv(reports), "totals.csv": totals_csv(reports)}
    pages["report.html"] = report_page(plan, reports)
    if any(report.waiting for report in reports):
        for page in (out / "by_hand.csv", out / "by_hand.xlsx"):
            if has_marks(page):
                raise MarkschemeError(f"{page} is filled in, and would be emptied; move it, and give it with --by-hand")
        pages["by_hand.csv"] = rubric_sheet(plan, reports)
    if moves is not None:
        pages["moved.csv"] = moved_csv(moves)
    return pages


def _spreadsheets(pages: Mapping[str, bytes]) -> dict[str, bytes]:
    from markscheme.paper.tables import as_xlsx  # noqa: PLC0415

    to_fill = {"marks": (), "totals": (), "by_hand": ("marks", "who")}
    return {
        f"{name}.xlsx": as_xlsx(pages[f"{name}.csv"].decode(), name, to_fill=columns)
        for name, columns in to_fill.items() if f"{name}.csv" in pages
    }  # fmt: skip


def _record(plan: Paper, seed: str | None, files: Sequence[Path], reports: Sequence[Report], marks: str) -> bytes:
    from markscheme.marking.record import record  # noqa: PLC0415

    return record(plan, seed, files, reports, marks).encode()


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
