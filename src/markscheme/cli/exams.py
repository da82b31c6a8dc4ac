"""markscheme exam: the exam of a class, from the roster to the last mark."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from markscheme.cli.main import NearMisses
from markscheme.cli.options import (
    as_json,
    complain_of,
    complete_paper,
    jobs,
    needs,
    print_json,
    processes,
    progress,
    show_table,
    table,
)
from markscheme.core.errors import some

if TYPE_CHECKING:
    from markscheme.exam.asked import Why
    from markscheme.exam.folder import Exam
    from markscheme.exam.marking import Outcome
    from markscheme.marking.feedback import Form
    from markscheme.marking.submissions import Submission
    from markscheme.paper.plan import Page

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.group(
    "exam",
    cls=NearMisses,
    epilog="\b\nExamples, in the order of an exam:\n"
    "  markscheme exam new midterm --paper quiz.toml --roster roster.csv --room room.csv\n"
    "  markscheme exam seat midterm\n  markscheme exam print midterm\n"
    "  markscheme exam mark midterm answers.csv\n  markscheme exam decide midterm decided.csv --who Ada\n"
    "  markscheme exam report midterm --grades grades.toml --export canvas --export moodle\n"
    "  markscheme exam why midterm s001 3a",
)
def exam_command() -> None:
    """Give an exam to a class: a folder is its whole memory.

    The folder has the paper and its problems, frozen; the roster and the room; a secret, from which every copy's
    numbers come and which never leaves it; what was printed (manifest.json); and what was answered and decided
    (exam.sqlite). Every step can be taken again, goes on where it was stopped, and stops where it would contradict what
    was printed.

    Needs pip install 'markscheme[exam]'.
    """
    needs({it: it for it in ("sqlalchemy", "pikepdf", "segno", "networkx")}, "an exam", "exam")


@contextmanager
def locked_exam(folder: Path) -> Generator[Exam]:
    """The exam of a folder, which nobody else writes to."""
    from markscheme.exam.folder import open_exam, opened  # noqa: PLC0415
    from markscheme.paper.files import locked  # noqa: PLC0415

    if not folder.is_dir():
        open_exam(folder)  # which complains
    with locked(folder):
        exam = opened(folder)
        try:
            yield exam
        finally:
            exam.store.close()


@exam_command.command(
    "new", epilog="\b\nExample:\n  markscheme exam new midterm --paper quiz.toml --roster roster.csv --spare 5"
)
@FOLDER
@click.option("--paper", required=True, shell_complete=complete_paper, help="A TOML file, or a built-in paper.")
@click.option(
    "--roster", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV or xlsx, a row a student."
)
@click.option(
    "--room", type=click.Path(path_type=Path, dir_okay=False), help="The seats: CSV, xlsx, or a plan in .txt."
)
@click.option("--page", type=click.Choice(["letter", "a4"]), help="Size of the page.  [default: the paper's own]")
@click.option(
    "--spare", type=click.IntRange(0, 500), default=0, show_default=True, help="Copies for nobody in particular."
)
@as_json
def new_command(
    folder: Path, paper: str, roster: Path, room: Path | None, page: Page | None, spare: int, as_json: bool
) -> None:
    """Make an exam's folder: the paper and its problem files are frozen, and each student has a copy and a code."""
    from markscheme.exam.folder import new_exam  # noqa: PLC0415
    from markscheme.exam.room import read_room  # noqa: PLC0415
    from markscheme.paper.manifest import alike  # noqa: PLC0415
    from markscheme.paper.roster import columns_not_read  # noqa: PLC0415

    if room:
        read_room(room)
    exam = new_exam(folder, paper, roster, room=room, page=page, spare=spare)
    same = [] if exam.paper.entry.versions or not exam.paper.is_seeded else alike(exam.manifest.copies)
    if as_json:
        print_json({"folder": str(folder), "exam": exam.manifest.exam, "students": len(exam.students),
                    "copies": len(exam.manifest.copies), "alike": same})  # fmt: skip
    else:
        click.echo(f"{folder}: {len(exam.students)} students, {len(exam.manifest.copies)} copies, "
                   f"{len(exam.manifest.questions)} questions, frozen")  # fmt: skip
        click.echo(f"  next: markscheme exam {'seat' if room else 'print'} {folder}")
    for said in [*columns_not_read(roster), *[f"{len(it)} copies have the same numbers ({some(it)})" for it in same]]:
        click.echo(said, err=True)


@exam_command.command(
    "add", epilog="\b\nExample, with the class list as it is now:\n  markscheme exam add midterm roster.csv"
)
@FOLDER
@click.argument("roster", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def add_command(folder: Path, roster: Path, as_json: bool) -> None:
    """Add students who came later: each has a copy of their own, and no other copy changes.

    ROSTER has the new students alone, or the whole class as it is now. Nobody is removed; who is in the exam already is
    passed over, and one of whom it says something else stops the command. Then `exam seat` gives them free seats, and
    `exam print` prints their copies.
    """
    from markscheme.exam.late import add_students  # noqa: PLC0415
    from markscheme.paper.roster import columns_not_read  # noqa: PLC0415

    with locked_exam(folder) as exam:
        added = add_students(exam, roster)
    if as_json:
        print_json({"added": {it.student: it.code for it in added.copies}, "known": added.known,
                    "left_out": added.left_out})  # fmt: skip
    else:
        click.echo(f"{len(added.copies)} added ({some([it.student for it in added.copies]) or 'nobody is new'}), "
                   f"{added.known} were there")  # fmt: skip
        if added.copies:
            click.echo(f"  next: markscheme exam print {folder}")
    for said in columns_not_read(roster):
        click.echo(said, err=True)


@exam_command.command(
    "seat",
    epilog="\b\nExamples:\n  markscheme exam seat midterm\n  markscheme exam seat midterm --by section --room hall.txt",
)
@FOLDER
@click.option(
    "--room", type=click.Path(path_type=Path, dir_okay=False), help="The seats.  [default: those of `exam new`]"
)
@click.option("--by", type=click.Choice(["random", "section", "name"]), default="random", show_default=True)
@as_json
def seat_command(folder: Path, room: Path | None, by: str, as_json: bool) -> None:
    """Give each student a seat: seats.csv, and seats.pdf with a plan for the door and a list to sign.

    ROOM is CSV or xlsx with `row,seats` or `row,seat,broken,left_handed,student`, or a drawn plan in .txt: a line a
    row, front first, `.` a seat, `L` a left-handed one, `x` a broken one, a space an aisle. A seat that the room gives
    to a student stays theirs; the others follow from the secret. No two of eight neighbors have the same version.
    """
    from markscheme.exam.room import read_room  # noqa: PLC0415
    from markscheme.exam.seating import PLAN, room_of, seat  # noqa: PLC0415

    with locked_exam(folder) as exam:
        found = seat(exam, read_room(room) if room else room_of(exam), by)
        versions = exam.paper.entry.versions
    if as_json:
        print_json({"seats": {it: list(place) for it, place in found.seats.items()}, "versions_needed": found.needed,
                    "alike": found.alike, "left_handed_free": found.left_handed_free})  # fmt: skip
    else:
        have = f"it has {len(versions)}" if versions else "everyone has an own copy"
        click.echo(
            f"{len(found.seats)} seats given; for no neighbors to have the same takes {found.needed} versions: {have}"
        )
        if found.left_handed_free:
            click.echo(f"  {found.left_handed_free} left-handed seats are free")
        click.echo(f"  {folder / 'seats.csv'}\n  {folder / PLAN}\n  next: markscheme exam print {folder}")
    for one, other in found.alike[:10]:
        click.echo(f"{one} and {other} are neighbors, and their copies have the same numbers", err=True)


@exam_command.command(
    "print", epilog="\b\nExamples:\n  markscheme exam print midterm\n  markscheme exam print midterm --copy s001"
)
@FOLDER
@click.option("--copy", "names", multiple=True, help="Only the copy of a student or a code, again.")
@jobs
@as_json
def print_command(folder: Path, names: tuple[str, ...], jobs: int | None, scheduler: str | None, as_json: bool) -> None:
    """Print the copies and their keys: a PDF each in FOLDER/print and FOLDER/keys, and print/all.pdf for the printer.

    What is there already is not printed again; a copy that is printed again has the same bytes, or the command says
    what differs.
    """
    from markscheme.exam.marking import empty_sheet  # noqa: PLC0415
    from markscheme.exam.printing import (  # noqa: PLC0415
        FOLDER as PRINT,
    )
    from markscheme.exam.printing import (  # noqa: PLC0415
        FOR_THE_PRINTER,
        for_the_printer,
        left_to_print,
        print_copies,
        unchecked_of,
    )
    from markscheme.marking.submissions import is_filled_in  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415

    with locked_exam(folder) as exam:
        copies = [exam.copy(name) for name in names] or left_to_print(exam)
        with processes(jobs if len(copies) > 3 else 1, len(copies), scheduler) as executor:
            made = list(progress(print_copies(exam, copies, executor), len(copies), "printing", quiet=as_json))
        left = left_to_print(exam)
        if not left and (copies or not (folder / PRINT / FOR_THE_PRINTER).is_file()):
            write_whole(folder / PRINT / FOR_THE_PRINTER, for_the_printer(exam))
        if not is_filled_in(folder / "answers.csv"):
            write_whole(folder / "answers.csv", empty_sheet(exam).encode())
        unchecked = unchecked_of(made)
        total = len(exam.manifest.copies)
    if as_json:
        print_json({"printed": [it.code for it in made], "left": len(left), "unchecked": unchecked})
        return
    click.echo(f"{len(made)} copies printed, {total - len(left)} of {total} there"
               f"{f'; {folder / PRINT / FOR_THE_PRINTER} for the printer' if not left else ''}")  # fmt: skip
    if unchecked:
        click.echo(f"no second way to {', '.join(unchecked)}: these keys were computed once, and not proven", err=True)


@exam_command.command(
    "mark",
    epilog="\b\nExamples:\n  markscheme exam mark midterm answers.csv\n  markscheme exam mark midterm handed-in/\n"
    "  markscheme exam mark midterm            (again, after a decision)",
)
@FOLDER
@click.argument("answers", type=click.Path(path_type=Path), required=False)
@click.option(
    "--replace", "replacing", is_flag=True, help="Answers that differ from those taken before take their place."
)
@click.option(
    "--feedback", type=click.Choice(["html", "pdf"]), is_flag=False, flag_value="html", help="A sheet a student."
)
@click.option("--xlsx", is_flag=True, help="Write marks, totals and by_hand as xlsx too.")
@jobs
@as_json
def mark_command(
    folder: Path, answers: Path | None, replacing: bool, feedback: Form | None, xlsx: bool, jobs: int | None,
    scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Take in answers, and mark all that came in so far: FOLDER/marks has marks, totals, report, and what waits.

    ANSWERS is a file or a folder as `markscheme mark` takes it; in the column `seed` stands the code of the copy, or
    nothing. Without it all is marked again. Rows that belong to no copy wait in marks/unmatched.csv; what a person has
    to decide stands in marks/by_hand.csv, by the codes of copies and without names.
    """
    from markscheme.cli.marking import feedback_sheets, in_short  # noqa: PLC0415
    from markscheme.exam.marking import standing, submissions_of, take_answers, write_marks  # noqa: PLC0415
    from markscheme.marking.gradebook import mark_class  # noqa: PLC0415

    with locked_exam(folder) as exam:
        taken = take_answers(exam, answers, replacing=replacing) if answers else None
        said = submissions_of(exam)
        if not said:
            from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

            raise MarkschemeError(f"nothing has come in: markscheme exam mark {folder} answers.csv")
        with processes(jobs if len(said) > 50 else 1, len(said), scheduler) as executor:
            made = mark_class(exam.paper, said, executor)
            reports = list(progress(made, len(said), "marking", quiet=as_json))
            decided = standing(exam, reports)[0] if feedback else []
            _show_written(exam, said if feedback else [])
            codes = [it.seed for it in decided]
            spoken = {it.student: it.language for it in exam.students.values()}
            sheets = feedback_sheets(
                exam.paper, decided, said, codes, feedback, executor, languages=spoken, quiet=as_json
            )
        outcome = write_marks(exam, reports, xlsx=xlsx, more=sheets)
    _show(folder, outcome, taken.found.said if taken else [], as_json=as_json)
    complain_of([*(taken.found.broken if taken else []), *in_short(outcome.waiting)])


def _show_written(exam: Exam, said: Sequence[Submission]) -> None:
    """Put what stands on scanned pages beside what was read off them."""
    if not said or not exam.store.pages_stamp()[0]:
        return
    from markscheme.scan.answers import Scans, pictures_of  # noqa: PLC0415

    pictures = pictures_of(Scans(exam))
    for it in said:
        it.pictures |= pictures.get(it.seed, {})


def _show(folder: Path, outcome: Outcome, said: Sequence[str], *, as_json: bool) -> None:
    from markscheme.cli.marking import show_totals, told_stale  # noqa: PLC0415

    if as_json:
        print_json({
            "students": [it.as_json() for it in outcome.reports], "absent": outcome.absent, "moved": outcome.moves,
            "disagreements": len(outcome.apart), "stale_decisions": outcome.stale, "read_as": list(said),
            "unmatched": [str(it) for it in outcome.waiting], "of_earlier_marking": outcome.older,
        })  # fmt: skip
    else:
        show_totals(outcome.reports, outcome.absent)
        if outcome.moves:
            some_moved = f"{outcome.moves} answer{'' if outcome.moves == 1 else 's'}"
            click.echo(f"{some_moved} moved since the last time: {folder / 'marks' / 'moved.csv'}")
        if outcome.apart:
            click.echo(f"{len(outcome.apart)} answers have two people's marks that differ: marks/disagreements.csv")
        click.echo(f"  {folder / 'marks'}: {', '.join([it for it in outcome.files if '/' not in it])}")
    older = told_stale(folder / "marks", outcome.older)
    for line in [*said, *older, *[f"not used, for the answer has changed since: {it}" for it in outcome.stale]]:
        click.echo(line, err=True)


@exam_command.command(
    "decide",
    epilog="\b\nExamples:\n  markscheme exam decide midterm decided.csv --who Ada\n"
    "  markscheme exam decide midterm overrides.csv --overrides",
)
@FOLDER
@click.argument("decided", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--who", default="", help="Who decided; two people's marks of one answer are compared.")
@click.option("--overrides", is_flag=True, help="The file has student,question,answer,marks,who,why,when.")
@as_json
def decide_command(folder: Path, decided: Path, who: str, overrides: bool, as_json: bool) -> None:
    """Take in what a person decided: marks/by_hand.csv, filled in under another name, or overrides of any mark.

    Decisions are kept, with who, when and on which text; none is ever removed. Where two people's marks of one answer
    differ it waits in marks/disagreements.csv until an override settles it.
    """
    from markscheme.exam.marking import marked, take_decisions, write_marks  # noqa: PLC0415

    with locked_exam(folder) as exam:
        reports = list(marked(exam))
        broken = take_decisions(exam, decided, reports, who, overriding=overrides)
        outcome = write_marks(exam, reports)
    _show(folder, outcome, [], as_json=as_json)
    complain_of(broken)


@exam_command.command(
    "report",
    epilog="\b\nExamples:\n  markscheme exam report midterm --grades grades.toml\n"
    "  markscheme exam report midterm --export canvas --export moodle --column 'Midterm (12345)'",
)
@FOLDER
@click.option("--grades", type=click.Path(path_type=Path, dir_okay=False), help="TOML: boundaries, a curve, best n.")
@click.option(
    "--export", "platforms", multiple=True, type=click.Choice(["canvas", "moodle", "blackboard", "gradescope"])
)
@click.option("--column", help="What the platform calls the exam.  [default: the paper's title]")
@as_json
def report_command(
    folder: Path, grades: Path | None, platforms: tuple[str, ...], column: str | None, as_json: bool
) -> None:
    """Give grades by declared rules, and write marks as learning platforms take them: FOLDER/marks/grades.csv, exports.

    GRADES has [[grade]] with `name` and `from` (percent), `curve = { kind = "add", points = 3 }` (or "square root",
    "best is full"), [[best_of]] with `questions` and `count`, `decimals` and `cap`. Who has an answer that waits has no
    grade yet, and an empty cell in exports.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.exam import grades as given  # noqa: PLC0415
    from markscheme.exam.gradebooks import PLATFORMS, Class  # noqa: PLC0415
    from markscheme.exam.marking import MARKS, marked, standing  # noqa: PLC0415
    from markscheme.marking.gradebook import decimal  # noqa: PLC0415
    from markscheme.marking.roll import Roll  # noqa: PLC0415
    from markscheme.marking.submissions import questions_of  # noqa: PLC0415
    from markscheme.paper.files import writing  # noqa: PLC0415

    rules = given.read_rules(grades) if grades else given.NO_RULES
    with locked_exam(folder) as exam, writing(folder / MARKS) as files:
        reports, apart, _ = standing(exam, marked(exam))
        if not reports:
            raise MarkschemeError(f"nothing has come in: markscheme exam mark {folder} answers.csv")
        absent = Roll(exam.manifest).absent([it.student for it in reports])
        numbers = given.question_numbers([*questions_of(exam.paper)])
        found = given.graded(reports, absent, rules, known=numbers)
        files.add("grades.csv", given.grades_csv(found, exam.students).encode())
        title = exam.paper.entry.title
        most = decimal(max([it.out_of for it in reports], key=float))
        by_student = {it.student: it for it in reports}
        whole = Class(title, column or title, most, found, by_student, exam.students)
        for platform in platforms:
            name, content = PLATFORMS[platform](whole)
            files.add(f"export/{name}", content)
    near = given.near_boundaries(found, rules)
    if as_json:
        shown = [vars(it) | {"marks": float(it.marks), "out_of": float(it.out_of)} for it in found]
        named = [[it.student, boundary.name] for it, boundary in near]
        print_json({"grades": shown, "near": named, "disagreements": len(apart)})
        return
    counts = {name: sum([it.grade == name for it in found]) for name in [it.name for it in rules.grade]}
    without = sum([it.percent is None for it in found])
    told = ", ".join([f"{count} {name}" for name, count in counts.items()])
    click.echo(f"{len(found)} students, {without} without a grade yet{': ' if told else ''}{told}")
    for it, boundary in near:
        click.echo(f"  {it.student} has {it.percent:g} %, and {boundary.name} is from {boundary.least:g} % on")
    click.echo("\n".join([f"  {folder / MARKS / name}" for name in files.names]))


@exam_command.command(
    "why", epilog="\b\nExamples:\n  markscheme exam why midterm s001 3a\n  markscheme exam why midterm s001 5a h_2"
)
@FOLDER
@click.argument("student")
@click.argument("question")
@click.argument("answer", default="")
@as_json
def why_command(folder: Path, student: str, question: str, answer: str, as_json: bool) -> None:
    """Say why an answer has its marks: what was read, from where, against which key, by which rule, decided by whom."""
    from dataclasses import asdict  # noqa: PLC0415

    from markscheme.exam.asked import why  # noqa: PLC0415
    from markscheme.exam.folder import open_exam  # noqa: PLC0415

    exam = open_exam(folder)
    found = [_with_picture(exam, it) for it in why(exam, student, question, answer)]
    if as_json:
        print_json([asdict(it) for it in found])
    else:
        click.echo("\n\n".join([it.as_text() for it in found]))


def _with_picture(exam: Exam, it: Why) -> Why:
    """Where the answer stands on a page that was scanned, with the file of its crop."""
    from dataclasses import replace  # noqa: PLC0415

    if not it.source.startswith("scan "):
        return it
    from markscheme.scan.answers import Scans  # noqa: PLC0415

    scans = Scans(exam)
    slot = (it.code, it.question, it.answer)
    written = next((one for one in scans.written(it.question, it.answer) if one.slot == slot), None)
    return it if written is None else replace(it, picture=str(scans.crop(written)))


@exam_command.command("status", epilog="\b\nExample:\n  markscheme exam status midterm")
@FOLDER
@as_json
def status_command(folder: Path, as_json: bool) -> None:
    """Say what is done and what is left."""
    from markscheme.exam.asked import status  # noqa: PLC0415
    from markscheme.exam.folder import open_exam  # noqa: PLC0415

    found = status(open_exam(folder))
    if as_json:
        print_json(found)
        return
    made = table(f"{folder}: {found['paper']} ({found['exam']})", "step", "done", "of")
    copies, students = f"{found['copies']}", f"{found['students']}"
    for step, done, of in (
        ("seated", found["seated"], students), ("printed", found["printed"], copies),
        ("handed in", found["handed_in"], students), ("spare copies used", found["spare_used"], ""),
    ):  # fmt: skip
        made.add_row(step, f"{done}", of)
    show_table(made)
    if lacking := found["without_copy"]:
        click.echo(f"  without a copy, and `exam add` gives one: {some(cast('list[str]', lacking))}")
    events: Any = found["events"]
    for it in [it for it in events if it["what"] not in ("print", "scanned")][-8:]:
        told = {key: value for key, value in it["data"].items() if key not in ("waiting", "path")}
        if it["what"] == "came in":
            told["copies"] = len(told["copies"])
        click.echo(f"  {it['at']}  {it['what']}  {it['who']}  {', '.join([f'{key} {told[key]}' for key in told])}")


@exam_command.command("variants", epilog="\b\nExample:\n  markscheme exam variants midterm")
@FOLDER
@as_json
def variants_command(folder: Path, as_json: bool) -> None:
    """Compare how much work the copies ask for, or the paper's versions: FOLDER/variants.csv, and what stands out.

    Work is counted along the graph of answers, in digits of the numbers that go into each and come out of it; zeros
    cost nothing and ones little. A question with 1.5 times the usual work, or two thirds of it, is named.
    """
    from markscheme.exam.difficulty import NOTABLE, variants_csv, variants_of, warnings_of, whole_shares  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415

    with locked_exam(folder) as exam:
        found, names = variants_of(exam)
        write_whole(folder / "variants.csv", variants_csv(found, names).encode())
    whole, warned = whole_shares(found), warnings_of(found, names)
    if as_json:
        print_json({"work": whole, "names": names, "warnings": warned})
        return
    low, high = (pick(whole, key=lambda code: whole[code]) for pick in (min, max))
    click.echo(f"{len(whole)} variants: from {whole[low]:g} ({names[low] or low}) to {whole[high]:g} "
               f"({names[high] or high}) times the usual work; {folder / 'variants.csv'}")  # fmt: skip
    for said in warned[:12]:
        click.echo(f"  {said}", err=True)
    if len(warned) > 12:
        click.echo(f"  … and {len(warned) - 12} more in variants.csv, {NOTABLE:g} times or more apart", err=True)


@exam_command.command("verify", epilog="\b\nExample:\n  markscheme exam verify midterm")
@FOLDER
@as_json
def verify_command(folder: Path, as_json: bool) -> None:
    """See whether all is as it was: frozen files, seeds and codes, each copy's numbers, printed pages, the database."""
    from markscheme.exam.asked import verify  # noqa: PLC0415
    from markscheme.exam.folder import open_exam  # noqa: PLC0415

    exam = open_exam(folder)
    found = verify(exam)
    if as_json:
        print_json({"differences": found})
    elif not found:
        click.echo(f"{folder}: {len(exam.manifest.copies)} copies, {len(exam.manifest.frozen)} files: all as they were")
    complain_of(found)
