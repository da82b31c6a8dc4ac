"""Commands over papers: paper, mark."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from markscheme.cli.options import (
    as_json,
    complete_paper,
    jobs,
    print_json,
    processes,
    progress,
    seen_by_all,
    show_table,
    table,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from markscheme.marking.decisions import Moved
    from markscheme.marking.feedback import Form
    from markscheme.marking.feedback import Task as SheetTask
    from markscheme.marking.gradebook import Report
    from markscheme.marking.submissions import Submission
    from markscheme.paper.copies import Task
    from markscheme.paper.plan import Page, Paper
    from markscheme.paper.roster import Student
    from markscheme.paper.tables import BrokenRow

MOST_LETTERS = 60  # of a file's name, which has 255 bytes


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
@click.option(
    "--system-fonts", is_flag=True, help="Take this machine's fonts too, for names; other machines may print otherwise."
)
@click.option(
    "--fill",
    is_flag=True,
    help="Say how far down each page is filled, from margin to margin: blank and key of the first copy.",
)
@click.option("--lang", default="", help="Language of cover, marks, instructions: en, de.  [default: the paper's own]")
@click.option("--strict", is_flag=True, help="Refuse to print answers that have no second way.")
@jobs
@as_json
def paper_command(
    paper: str, out: Path, seed: str | None, questions: str | None, roster: Path | None, page: Page | None, form: str,
    system_fonts: bool, fill: bool, lang: str, strict: bool, jobs: int | None, scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Print a paper, blank and with solutions, and an empty answers.csv to fill in.

    PAPER is a TOML file, or built in: eecs182-sp23, eecs182-practice, csc671-midterm. Every key that is printed is
    proven first; answers without a second way are named. With a roster each student has an own copy, of the seed
    S/student; without one there is one copy for all.

    Names print in any script with `pip install 'markscheme[fonts]'`. A character without a glyph is printed as a box,
    and named with its student.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.core.parallel import run  # noqa: PLC0415
    from markscheme.marking.submissions import empty_answers, is_filled_in  # noqa: PLC0415
    from markscheme.paper.copies import dealt, print_copy  # noqa: PLC0415
    from markscheme.paper.files import write_all  # noqa: PLC0415
    from markscheme.paper.fonts import families, record, without_glyphs  # noqa: PLC0415
    from markscheme.paper.plan import load_paper  # noqa: PLC0415

    chosen = _names(questions)
    paper = seen_by_all(paper, scheduler)
    plan = load_paper(paper, chosen, lang)
    if is_filled_in(out / "answers.csv"):
        raise MarkschemeError(f"{out / 'answers.csv'} is filled in, and would be emptied; "
                              "move it, or choose another folder with --out")  # fmt: skip
    seed = seed or (_today() if plan.is_seeded else "")
    students, broken = _students(roster)
    versions = dealt(plan, students) if students else [*plan.entry.versions] or [""]
    tasks: list[Task] = [
        (paper, chosen, seed, student, form, page, system_fonts, lang, version)
        for student, version in zip(students or [None] * len(versions), versions, strict=True)
    ]
    pages: dict[Path, bytes] = {}
    unchecked: dict[str, str] = {}
    with processes(jobs if len(tasks) > 3 else 1, len(tasks), scheduler) as executor:
        for made, without in progress(run(print_copy, tasks, executor), len(tasks), "printing", quiet=as_json):
            pages |= {out / name: content for name, content in made.items()}
            unchecked |= without
            if strict and unchecked:
                raise MarkschemeError(
                    f"{plan.name} is not printed, as --strict has it: {_without_second_way(unchecked)}"
                )
    pages[out / "answers.csv"] = empty_answers(plan, _seeds(plan, seed, students, versions), students).encode()
    write_all(pages)
    boxes = {it.student: without_glyphs(it, system=system_fonts) for it in students} if form == "pdf" else {}
    boxes = {student: characters for student, characters in boxes.items() if characters}
    filled = _fills(plan, seed, students, page) if fill else {}
    if as_json:
        print_json({
            "paper": plan.name, "seed": seed, "marks": float(plan.marks), "copies": len(tasks),
            "files": [str(page) for page in pages], "broken_rows": [str(row) for row in broken],
            "fonts": record(system=system_fonts), "without_glyphs": boxes, "fill": filled,
            "unchecked": unchecked,
        })  # fmt: skip
    else:
        _say_what_was_printed(plan, seed, list(pages))
        if unchecked:
            click.echo(_without_second_way(unchecked), err=True)
        if system_fonts:
            click.echo("  with the fonts of this machine: another one may print other bytes")
        for which, shares in filled.items():
            click.echo(f"{which}: {len(shares)} pages, filled to {' '.join([f'{share:.0%}' for share in shares])}")
    mend = "--system-fonts" if families() else "pip install 'markscheme[fonts]', or --system-fonts"
    for student, characters in boxes.items():
        click.echo(
            f"{student}: no font has a glyph for {' '.join(characters)}; a box is printed ({mend})",
            err=True,
        )
    _complain_of(broken)


def _seeds(plan: Paper, seed: str, students: Sequence[Student], versions: Sequence[str]) -> list[str]:
    """What the column `seed` of answers.csv says of each copy."""
    from markscheme.marking.submissions import COMMON  # noqa: PLC0415

    if plan.entry.versions:
        return [f"{COMMON}{plan.copy_seed(seed, version=version)}" for version in versions]
    return [seed if students or not seed else f"{COMMON}{seed}"] * len(versions)


def _without_second_way(unchecked: Mapping[str, str]) -> str:
    """Name the answers whose keys are not proven."""
    named = [f"{answer} ({problem})" for answer, problem in unchecked.items()]
    return f"no second way to {', '.join(named)}: what the key says there was computed once, and not proven"


def _fills(plan: Paper, seed: str, students: Sequence[Student], page: Page | None) -> dict[str, list[float]]:
    """How far down each page of the first copy is filled, of the blank and of its key."""
    from markscheme.paper.copies import dealt, make_copy  # noqa: PLC0415
    from markscheme.paper.filling import fills  # noqa: PLC0415

    (first, version) = (
        (students[0], dealt(plan, students)[0]) if students else (None, next(iter(plan.entry.versions), ""))
    )
    copy = make_copy(plan, seed, first, version)
    return {name: fills(copy, solutions=solutions, page=page) for name, solutions in (("blank", False), ("key", True))}


def _names(questions: str | None) -> tuple[str, ...]:
    return tuple([name.strip() for name in questions.split(",")]) if questions else ()


def _today() -> str:
    from datetime import datetime  # noqa: PLC0415

    return f"seed{datetime.now().astimezone():%y%m%d}"  # a word: of a date a spreadsheet makes another text


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
        f"{in_marks(plan.marks)}{f' and {in_marks(plan.bonus_marks)} of bonus' if plan.bonus_marks else ''}"
        f"{f', seed {seed}' if seed else ''}"
    )
    for page in pages[:6]:
        click.echo(f"  {page}")
    if len(pages) > 6:
        click.echo(f"  … and {len(pages) - 6} more")


@click.command(
    "mark",
    epilog="\b\nExamples:\n  markscheme mark eecs182-sp23 answers.csv --out out\n"
    "  markscheme mark quiz.toml answers.xlsx --seed 2026 --roster roster.csv --out out\n"
    "  markscheme mark quiz.toml handed-in/ --feedback pdf --xlsx --out out\n"
    "  markscheme mark quiz.toml answers.csv --by-hand by_hand.xlsx --overrides overrides.csv --out out\n"
    "  markscheme mark quiz.toml answers.jsonl --scheduler tcp://host:8786 --out out",
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
@click.option("--xlsx", is_flag=True, help="Write marks, totals and by_hand as xlsx too.")
@jobs
@as_json
def mark_command(
    paper: str, answers: Path, out: Path, seed: str | None, questions: str | None, roster: Path | None,
    by_hand: Path | None, overrides: Path | None, feedback: Form | None, xlsx: bool, jobs: int | None,
    scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Mark a class: marks.csv with every answer and its reason, totals.csv with a row a student, report.html.

    ANSWERS is the CSV file that `markscheme paper` wrote, filled in; the same columns as .xlsx, or as .jsonl with an
    object a line; or a folder with such a file for each student, of the student's name: s001.csv. Rows that are broken
    are named, the others are marked, and the exit code is 2.

    What a person has to decide goes into by_hand.csv, point by point: fill in its marks, keep it under another name,
    and give it with --by-hand. Marking again into the same folder says whose marks moved, and writes moved.csv.
    run.json says what the marks hang on: the version, and the SHA-256 of each file read.
    """
    from markscheme.marking.decisions import (  # noqa: PLC0415
        decided,
        moved,
        moved_csv,
        read_by_hand,
        read_overrides,
        rubric_sheet,
    )
    from markscheme.marking.gradebook import mark_class, marks_csv, totals_csv  # noqa: PLC0415
    from markscheme.marking.record import run_record  # noqa: PLC0415
    from markscheme.marking.report import report_page  # noqa: PLC0415
    from markscheme.marking.submissions import hand_ins  # noqa: PLC0415
    from markscheme.paper.files import write_all  # noqa: PLC0415
    from markscheme.paper.plan import files_of, load_paper  # noqa: PLC0415
    from markscheme.paper.tables import need_openpyxl, xlsx_bytes  # noqa: PLC0415

    if xlsx:
        need_openpyxl("--xlsx")
    plan = load_paper(seen_by_all(paper, scheduler), _names(questions))
    students, broken = _students(roster)
    submissions, broken_answers = _submissions(answers, plan, seed)
    broken += broken_answers
    with processes(jobs if len(submissions) > 50 else 1, len(submissions), scheduler) as executor:
        reports = list(progress(mark_class(plan, submissions, executor), len(submissions), "marking", quiet=as_json))
        for page, read in ((by_hand, read_by_hand), (overrides, read_overrides)):
            if page:
                decisions, broken_decisions = read(page, plan, reports)
                reports, broken = decided(reports, decisions), broken + broken_decisions
        moves = moved(out / "marks.csv", reports) if (out / "marks.csv").is_file() else None
        sheets = {"marks.csv": marks_csv(reports), "totals.csv": totals_csv(reports)}
        if any(report.waiting or report.unreadable for report in reports):
            _keep_what_is_filled_in(out)
            sheets["by_hand.csv"] = rubric_sheet(plan, reports)
        files = {"paper": files_of(paper), "answers": hand_ins(answers)}
        given = {"roster": roster, "by_hand": by_hand, "overrides": overrides}
        files |= {role: [page] for role, page in given.items() if page}
        texts = sheets | {
            "report.html": report_page(plan, reports),
            "run.json": run_record(paper, plan, seed, files, reports, len(broken)),
        }
        if moves is not None:
            texts["moved.csv"] = moved_csv(moves)
        pages = {name: content.encode() for name, content in texts.items()}
        if xlsx:
            pages |= {name.replace(".csv", ".xlsx"): xlsx_bytes(content) for name, content in sheets.items()}
        told = _feedback(plan, reports, submissions, feedback, executor, quiet=as_json) if feedback else {}
    write_all({out / name: content for name, content in (pages | told).items()})
    absent = [student.student for student in students if student.student not in {report.student for report in reports}]
    strangers = [
        report.student for report in reports if students and report.student not in {s.student for s in students}
    ]
    if as_json:
        print_json({
            "paper": paper, "students": [report.as_json() for report in reports], "absent": absent,
            "not_in_roster": strangers, "broken_rows": [str(row) for row in broken],
            "moved": None if moves is None else [asdict(move) for move in moves],
        })  # fmt: skip
    else:
        _show_totals(reports, absent, strangers)
        _show_moves(moves)
        _show_not_run(reports)
        click.echo("\n".join([f"  {out / name}" for name in pages]))
        if told:
            click.echo(f"  {out / 'feedback'}: {len(told)} sheets")
    _complain_of(broken)


def _submissions(answers: Path, plan: Paper, seed: str | None) -> tuple[list[Submission], list[BrokenRow]]:
    """What can be marked, and the broken rows. Raises `MarkschemeError` where nothing can be marked."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.marking.submissions import read_answers  # noqa: PLC0415

    submissions, broken = read_answers(answers, plan, seed)
    if not submissions:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise MarkschemeError(f"{answers} has no row that can be marked{'; ' if broken else ''}"
                              f"{broken[0] if broken else ''}{more}")  # fmt: skip
    return submissions, broken


def _keep_what_is_filled_in(out: Path) -> None:
    """Raise `MarkschemeError` where somebody filled in a by_hand.csv or by_hand.xlsx that would be written over."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.marking.decisions import has_marks  # noqa: PLC0415

    for page in (out / "by_hand.csv", out / "by_hand.xlsx"):
        if has_marks(page):
            raise MarkschemeError(f"{page} is filled in, and would be emptied; move it, and give it with --by-hand")


def _feedback(
    plan: Paper, reports: Sequence[Report], submissions: Sequence[Submission], form: Form, executor: Executor | None,
    *, quiet: bool,
) -> dict[str, bytes]:  # fmt: skip
    """A sheet for each student, by the name of its file."""
    from markscheme.core.parallel import run  # noqa: PLC0415
    from markscheme.marking.feedback import sheet_of  # noqa: PLC0415

    tasks: list[SheetTask] = [
        (plan.name, plan.only, report, said, form) for report, said in zip(reports, submissions, strict=True)
    ]
    names = [f"feedback/{name}.{form}" for name in file_names([report.student for report in reports])]
    made = progress(run(sheet_of, tasks, executor), len(tasks), "feedback", quiet=quiet)
    return dict(zip(names, made, strict=True))


def _show_totals(reports: Sequence[Report], absent: list[str], strangers: list[str]) -> None:
    from markscheme.core.verdict import written  # noqa: PLC0415

    made = table("", "student", "marks", "out of", "by hand", "unreadable", "note")
    for report in reports[:40]:
        made.add_row(
            report.student, written(report.total), written(report.out_of), str(report.waiting or ""),
            str(report.unreadable or ""), report.remark,
        )  # fmt: skip
    show_table(made)
    if len(reports) > 40:
        click.echo(f"  … and {len(reports) - 40} more in totals.csv")
    if absent:
        click.echo(f"Nothing handed in: {', '.join(absent)}")
    if strangers:
        click.echo(f"Not in the roster: {', '.join(strangers)}")


def _show_not_run(reports: Sequence[Report]) -> None:
    """Say once why programs wait for a person."""
    from markscheme.kinds.code import NOT_RUN  # noqa: PLC0415

    reasons = [mark.verdict.reason for report in reports for mark in report.marks if NOT_RUN in mark.verdict.reason]
    if reasons:
        why = reasons[0].partition(NOT_RUN)[2].removesuffix("; a person decides.")
        click.echo(f"{len(reasons)} programs were not run{why} (see `markscheme doctor`)")


def file_names(students: Sequence[str]) -> list[str]:
    """Each student's id as the name of a file, no two alike, on any system.

    >>> file_names(["s1", "../s1", "S1", "ü", "s1-2"])
    ['s1', '_s1', 'S1-2', 'ü', 's1-2-2']
    """
    names: list[str] = []
    taken = set[str]()
    for student in students:
        whole = "".join([it if it.isalnum() or it in "-_.@" else "_" for it in student]).lstrip(".") or "_"
        stem = name = whole[:MOST_LETTERS]
        count = 1
        while name.lower() in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name.lower())
        names.append(name)
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
