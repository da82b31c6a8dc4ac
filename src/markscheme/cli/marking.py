"""markscheme mark: a class's answers in, marks out."""

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
    jobs,
    names_of,
    print_json,
    processes,
    progress,
    seen_by_all,
    show_table,
    students_of,
    table,
)
from markscheme.core.errors import some

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from markscheme.marking.decisions import Moved
    from markscheme.marking.feedback import Form
    from markscheme.marking.feedback import Task as SheetTask
    from markscheme.marking.gradebook import Report
    from markscheme.marking.submissions import Submission, Unmatched
    from markscheme.paper.plan import Paper


@click.command(
    "mark",
    epilog="\b\nExamples:\n  markscheme mark eecs182-sp23 answers.csv --out out\n"
    "  markscheme mark quiz.toml answers.xlsx --printed out --out marks\n"
    "  markscheme mark quiz.toml answers.xlsx --seed 2026 --roster roster.csv --out out\n"
    "  markscheme mark quiz.toml handed-in/ --feedback pdf --xlsx --out out\n"
    "  markscheme mark quiz.toml answers.csv --by-hand by_hand.xlsx --overrides overrides.csv --out out\n"
    "  markscheme mark quiz.toml answers.jsonl --scheduler tcp://host:8786 --out out",
)
@click.argument("paper", shell_complete=complete_paper)
@click.argument("answers", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option(
    "--printed",
    type=click.Path(path_type=Path),
    help="The folder that `paper` printed to: rows are matched with its manifest.json.",
)
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
    help="by_hand.csv or by_hand.xlsx of an earlier run, its marks filled in.",
)
@click.option(
    "--overrides",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV with marks that replace others: student,question,answer,marks,who,why,when.",
)
@click.option(
    "--feedback",
    type=click.Choice(["html", "pdf"]),
    is_flag=False,
    flag_value="html",
    help="A feedback sheet for each student, into OUT/feedback.  [html where nothing is said]",
)
@click.option("--lang", default="", help="Language of feedback and report: en, de.  [default: the paper's own]")
@click.option("--xlsx", is_flag=True, help="Write marks, totals and by_hand as xlsx too.")
@jobs
@as_json
def mark_command(
    paper: str, answers: Path, out: Path, printed: Path | None, seed: str | None, questions: str | None,
    roster: Path | None, by_hand: Path | None, overrides: Path | None, feedback: Form | None, lang: str,
    xlsx: bool, jobs: int | None, scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Mark a class: marks.csv with every answer and its reason, totals.csv with a row a student, report.html.

    ANSWERS is the CSV file that `markscheme paper` wrote, filled in; the same columns as .xlsx, or as .jsonl with an
    object a line; or a folder with such a file for each student, of the student's name: s001.csv. Rows that are broken
    are named, the others are marked, and the exit code is 2.

    With --printed each row is marked as the copy that was printed, though a spreadsheet changed its id or its seed, and
    though the paper's file has changed since. A row that belongs to no copy, or by --roster to no student, is marked as
    nobody's: it waits in unmatched.csv with the ids nearest to it.

    What a person has to decide goes into by_hand.csv, point by point: fill in its marks, keep it under another name,
    and give it with --by-hand. Marking again into the same folder says whose marks moved, and writes moved.csv.
    run.json says what the marks hang on: the version, and the SHA-256 of each file read.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.marking.decisions import moved  # noqa: PLC0415
    from markscheme.marking.gradebook import mark_class  # noqa: PLC0415
    from markscheme.marking.record import run_record  # noqa: PLC0415
    from markscheme.marking.roll import Roll  # noqa: PLC0415
    from markscheme.marking.sheets import (  # noqa: PLC0415
        keep_what_is_filled_in,
        of_earlier_marking,
        sheets,
        with_decisions,
    )
    from markscheme.marking.submissions import hand_in, hand_ins  # noqa: PLC0415
    from markscheme.paper.files import file_names, writing  # noqa: PLC0415
    from markscheme.paper.manifest import NAME, as_printed  # noqa: PLC0415
    from markscheme.paper.plan import files_of, load_paper  # noqa: PLC0415
    from markscheme.paper.tables import need_openpyxl  # noqa: PLC0415

    if xlsx:
        need_openpyxl("--xlsx")
    name = seen_by_all(paper, scheduler)
    students, broken = students_of(roster)
    if printed is None:
        plan, manifest = load_paper(name, names_of(questions), lang), None
    else:
        plan, manifest, differing = as_printed(name, printed, lang)
        if seed is not None and seed != manifest.seed:
            raise MarkschemeError(f"--seed is {seed!r}, but {printed} was printed with {manifest.seed!r}")
        for difference in differing:
            click.echo(f"{paper} is marked as it was printed: {difference}", err=True)
    roll = Roll(manifest, [it.student for it in students] if students else None, seed, plan.entry.versions)
    found = hand_in(answers, plan, roll)
    found.check(answers, *broken)
    submissions, broken = found.submissions, [*broken, *found.broken]
    absent = roll.absent([it.student for it in submissions])
    wanted = jobs if len(submissions) > 50 else 1
    with writing(out) as out_files, processes(wanted, len(submissions), scheduler) as executor:
        reports = list(progress(mark_class(plan, submissions, executor), len(submissions), "marking", quiet=as_json))
        reports, broken_decisions = with_decisions(plan, reports, by_hand, overrides)
        broken += broken_decisions
        moves = moved(out / "marks.csv", reports) if (out / "marks.csv").is_file() else None
        keep_what_is_filled_in(out)
        files = {"paper": files_of(paper), "answers": hand_ins(answers)}
        given = {"roster": roster, "by_hand": by_hand, "overrides": overrides}
        files |= {role: [page] for role, page in given.items() if page}
        files |= {"printed": [printed / NAME if printed.is_dir() else printed]} if printed else {}
        waiting = found.unmatched if found.unmatched or (out / "unmatched.csv").is_file() else None
        pages = sheets(plan, reports, absent=absent, unmatched=waiting, moves=moves, xlsx=xlsx)
        pages["run.json"] = run_record(paper, plan, seed, files, reports, len(broken)).encode()
        names = file_names([report.student for report in reports])
        spoken = {it.student: it.language for it in students}
        told = feedback_sheets(plan, reports, submissions, names, feedback, executor, languages=spoken, quiet=as_json)
        for page, content in (pages | told).items():
            out_files.add(page, content)
    stale = [] if moves == [] else of_earlier_marking(out, {*pages, *told})
    if as_json:
        print_json({
            "paper": paper, "students": [report.as_json() for report in reports], "absent": absent,
            "unmatched": [str(row) for row in found.unmatched], "read_as": found.said,
            "broken_rows": [str(row) for row in broken],
            "moved": None if moves is None else [asdict(move) for move in moves],
            "of_earlier_marking": stale,
        })  # fmt: skip
    else:
        show_totals(reports, absent)
        _show_moves(moves)
        _show_not_run(reports)
        click.echo("\n".join([f"  {out / page}" for page in pages]))
        if told:
            click.echo(f"  {out / 'feedback'}: {len(told)} sheets")
    for said in [*found.said, *told_stale(out, stale)]:
        click.echo(said, err=True)
    complain_of([*broken, *in_short(found.unmatched)])


def told_stale(out: Path, stale: Sequence[str]) -> list[str]:
    """What is said of files that are older than the marks."""
    return [f"{out}: of an earlier marking, and not of these marks: {some(stale)}"] if stale else []


def in_short(unmatched: Sequence[Unmatched]) -> list[str]:
    """A line for each student whose rows wait."""
    rows: dict[tuple[str, str], list[Unmatched]] = {}
    for row in unmatched:
        rows.setdefault((row.fields["student"], row.why), []).append(row)
    return [
        f"{it.file}, row {it.row}: waits in unmatched.csv: {it.told}{f' ({len(same)} rows)' if same[1:] else ''}"
        for same in rows.values() for it in same[:1]
    ]  # fmt: skip


def feedback_sheets(
    plan: Paper, reports: Sequence[Report], submissions: Sequence[Submission], names: Sequence[str], form: Form | None,
    executor: Executor | None, *, languages: Mapping[str, str], quiet: bool,
) -> dict[str, bytes]:  # fmt: skip
    """A sheet for each report, by the name of its file; none where no form is asked for.

    `languages` has those of students whose sheets are in another one than the paper's.
    """
    from markscheme.core.parallel import run  # noqa: PLC0415
    from markscheme.marking.feedback import sheet_of  # noqa: PLC0415

    if form is None:
        return {}
    tasks: list[SheetTask] = [
        (plan.name, plan.only, plan.printed, report, said, form, languages.get(report.student) or plan.entry.lang)
        for report, said in zip(reports, submissions, strict=True)
    ]
    made = progress(run(sheet_of, tasks, executor), len(tasks), "feedback", quiet=quiet)
    return {f"feedback/{name}.{form}": page for name, page in zip(names, made, strict=True)}


def show_totals(reports: Sequence[Report], absent: Sequence[str]) -> None:
    """A row a student."""
    from markscheme.core.marks import written  # noqa: PLC0415

    made = table("", "student", "marks", "out of", "by hand", "unreadable", "note")
    for report in reports[:40]:
        made.add_row(
            report.student, written(report.total), written(report.out_of), str(report.waiting or ""),
            str(report.unreadable or ""), f"{report.remark}",
        )  # fmt: skip
    show_table(made)
    if len(reports) > 40:
        click.echo(f"  … and {len(reports) - 40} more in totals.csv")
    if absent:
        click.echo(f"Nothing handed in: {some(absent, 40)}")


def _show_not_run(reports: Sequence[Report]) -> None:
    """Say once why programs wait for a person."""
    from markscheme.kinds.code import NOT_RUN  # noqa: PLC0415

    marks = [mark for report in reports for mark in report.marks]
    said = [it for mark in marks for it in mark.verdict.message.walk() if it.code == NOT_RUN]
    if said:
        click.echo(f"{len(said)} programs were not run, for {said[0].arguments['why']} (see `markscheme doctor`)")


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
