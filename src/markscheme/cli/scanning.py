"""markscheme scan: from scanned sheets back to answers, in an exam's folder."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from markscheme.cli.exams import locked_exam
from markscheme.cli.main import NearMisses
from markscheme.cli.options import (
    as_json,
    complain_of,
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
    from markscheme.exam.folder import Exam
    from markscheme.scan.answers import Scans, Taken

NEEDED = {"pikepdf": "pikepdf", "pypdfium2": "pypdfium2", "zxingcpp": "zxing-cpp", "cv2": "opencv-python-headless",
          "scipy": "scipy", "sqlalchemy": "sqlalchemy"}  # fmt: skip
FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


class Scanning(NearMisses):
    """`scan`, of which `read` is meant where a file or a folder stands in place of a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command called."""
        if args and args[0] not in self.list_commands(ctx) and Path(args[0]).exists():
            args = ["read", *args]
        return super().resolve_command(ctx, args)


@click.group(
    "scan",
    cls=Scanning,
    epilog="\b\nExamples, in the order of an evening:\n"
    "  markscheme scan midterm batch-1.pdf batch-2.pdf\n  markscheme scan status midterm\n"
    "  markscheme scan decide midterm 3fa09c1d22b07e55-12 --discard --why 'a coffee cup'\n"
    "  markscheme scan crops midterm 2\n  markscheme scan type midterm midterm/scans/typing/2-shape.csv --who Ada\n"
    "  markscheme exam mark midterm",
)
def scan_command() -> None:
    """Read what comes from the scanner: whose each page is, what squares say, and crops of what was written by hand.

    Every page that comes in ends in one state, and the states add up. What is not certain goes to a person: a page by
    `scan decide`, an answer by `scan crops` and `scan type`. What is typed is marked by `exam mark`, each answer
    against its own copy's numbers.

    Needs pip install 'markscheme[exam,scan]'.
    """
    needs(NEEDED, "scanning", "exam,scan")


@contextmanager
def _locked(folder: Path) -> Generator[Exam]:
    """The exam of a folder, ready for scans, which nobody else writes to."""
    from markscheme.scan.batch import ready  # noqa: PLC0415

    with locked_exam(folder) as exam:
        yield ready(exam)


@scan_command.command(
    "read",
    epilog="\b\nExamples:\n  markscheme scan midterm batch.pdf photos/\n  markscheme scan read midterm\n"
    "  cd midterm; markscheme scan ../batch.pdf",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@jobs
@as_json
def read_command(paths: tuple[Path, ...], jobs: int | None, scheduler: str | None, as_json: bool) -> None:
    """Take in scans, and read them: PATHS are the exam's folder (if it is not this one), then PDFs, TIFFs, pictures, or
    folders of them.

    Pages may come in any order, turned in four ways, twice, in mixed batches. The files are kept in the exam's folder,
    and each page is noted as received before any is read: a command that was stopped goes on. A file that came in
    before is not received again. 150 to 300 dpi, gray, is best.
    """
    from markscheme.paper.manifest import NAME  # noqa: PLC0415
    from markscheme.scan.answers import Scans  # noqa: PLC0415
    from markscheme.scan.batch import infer, read_all, receive, unread  # noqa: PLC0415
    from markscheme.scan.status import status  # noqa: PLC0415

    folder, files = Path(), list(paths)
    if files and (files[0] / NAME).is_file():
        folder = files.pop(0)
    with _locked(folder) as exam:
        received = receive(exam, files) if files else []
        tasks = unread(exam)
        count = sum([len(it[-1]) for it in tasks])
        with processes(jobs if len(tasks) > 2 else 1, len(tasks), scheduler) as executor:
            done = sum(
                [len(it) for it in progress(read_all(exam, tasks, executor), len(tasks), "reading", quiet=as_json)]
            )
        inferred = infer(exam)
        scans = Scans(exam)
        settled = _settled(scans)
        found = status(scans)
    again = [it.name for it in received if not it.is_new]
    if as_json:
        print_json({"received": [{"file": it.name, "pages": it.batch.pages, "new": it.is_new} for it in received],
                    "read": done, "inferred": [*inferred], "choices": settled.taken.new,
                    "unclear": settled.unclear, "second_looks": settled.looks, **found})  # fmt: skip
        return
    pages = sum([it.batch.pages for it in received if it.is_new])
    click.echo(f"pages: {pages} received, {done} of {count} read, {len(inferred)} inferred from their neighbors")
    for name in again:
        click.echo(f"  {name} came in before, and was not received again")
    _say(folder, found, settled)


class Settled(NamedTuple):
    """What came of the pages as they stand."""

    taken: Taken
    unclear: int
    """Choices that a person has to look at."""
    looks: int
    """Answers that need a second look."""


def _settled(scans: Scans) -> Settled:
    from markscheme.scan.answers import second_looks  # noqa: PLC0415
    from markscheme.scan.deciding import settle  # noqa: PLC0415

    taken, unclear = settle(scans)
    return Settled(taken, len(unclear), len(second_looks(scans)))


def _say(folder: Path, found: dict[str, object], settled: Settled) -> None:
    _show_states(folder, found)
    click.echo(f"choices: {settled.taken.new} read off squares, {settled.unclear} wait for a person")
    if settled.taken.other:
        click.echo(f"{len(settled.taken.other)} have another text already, and keep it", err=True)
    if settled.looks:
        click.echo(f"{settled.looks} answers were read off pages that count no more, or look otherwise now: "
                   f"markscheme scan status {folder} --looks", err=True)  # fmt: skip


def _show_states(folder: Path, found: dict[str, object]) -> None:
    states: Any = found["states"]
    missing: Any = found["missing"]
    made = table(f"{folder}: {found['pages']} pages", "state", "pages")
    for state, count in states.items():
        if count:
            made.add_row(state, f"{count}")
    show_table(made)
    if missing:
        names = [f"{code} ({', '.join(map(str, numbers))})" for code, numbers in missing.items()]
        click.echo(f"missing pages: {some(names, 6)}")
    click.echo(f"copies: {found['copies']} came in, {found['absent']} did not; answers: {found['typed']} read, "
               f"{found['left']} left to type")  # fmt: skip


@scan_command.command(
    "status",
    epilog="\b\nExamples:\n  markscheme scan status midterm\n  markscheme scan status midterm --pages\n"
    "  markscheme scan status midterm --pages --json",
)
@FOLDER
@click.option("--pages", "every", is_flag=True, help="Name each page that waits for a person.")
@click.option("--looks", is_flag=True, help="Name the answers that need a second look.")
@as_json
def status_command(folder: Path, every: bool, looks: bool, as_json: bool) -> None:
    """Say where every page is: how many are in each state, which copies lack pages, what is left to type."""
    from dataclasses import asdict  # noqa: PLC0415

    from markscheme.scan.answers import Scans, second_looks  # noqa: PLC0415
    from markscheme.scan.states import WAITING  # noqa: PLC0415
    from markscheme.scan.status import status  # noqa: PLC0415

    with _locked(folder) as exam:
        scans = Scans(exam)
        found = status(scans)
        waiting = [it for it in scans.pages.values() if it.state in WAITING]
        changed = second_looks(scans) if looks else []
    if as_json:
        pages = [{"page": it.name, "file": it.file, "state": it.state, "copy": it.copy, "number": it.number,
                  "why": it.why, "who": it.who} for it in scans.pages.values()]  # fmt: skip
        print_json({**found, "of_pages": pages if every else [], "looks": [asdict(it) for it in changed]})
        return
    _show_states(folder, found)
    for it in waiting if every else []:
        whose = f"  {it.copy} {it.number}" if it.copy else ""
        click.echo(f"  {it.name}  {it.file}  {it.state}{whose}  {it.why}")
    for it in changed:
        click.echo(f"  {it.code} {it.question} {it.answer}: {it.text!r}, from {it.source}")
    if waiting and not every:
        click.echo(f"  {len(waiting)} pages wait: markscheme scan status {folder} --pages")


@scan_command.command(
    "decide",
    epilog="\b\nExamples:\n  markscheme scan decide midterm PAGE --confirm\n"
    "  markscheme scan decide midterm PAGE --place TCWKCZGN:3\n"
    "  markscheme scan decide midterm PAGE --extra s004 --why 'more of question 2'\n"
    "  markscheme scan decide midterm --all-empty --blank\n  markscheme scan decide midterm PAGE --undo",
)
@FOLDER
@click.argument("pages", nargs=-1)
@click.option("--all-empty", is_flag=True, help="All unknown pages that look empty.")
@click.option("--all-inferred", is_flag=True, help="All pages that were inferred.")
@click.option("--confirm", "act", flag_value="confirm", help="An inferred page is what it was inferred to be.")
@click.option("--count", "act", flag_value="count", help="Of several scans of one page, this one counts.")
@click.option("--blank", "act", flag_value="blank", help="Nothing is on it.")
@click.option("--discard", "act", flag_value="discard", help="It is none of the exam's; with --why.")
@click.option("--undo", "act", flag_value="undo", help="Nothing was decided: it is as it was read.")
@click.option("--place", "slot", help="It is this page of this copy: CODE:PAGE, or STUDENT:PAGE.")
@click.option("--extra", "extra", help="A sheet more of this copy or student.")
@click.option(
    "--owner", "owner", help="CODE:STUDENT: a copy for nobody in particular is this student's; CODE: alone, nobody's."
)
@click.option("--why", default="", help="In words.")
@click.option("--who", default="", help="Who decides.")
def decide_command(
    folder: Path, pages: tuple[str, ...], all_empty: bool, all_inferred: bool, act: str | None, slot: str | None,
    extra: str | None, owner: str | None, why: str, who: str,
) -> None:  # fmt: skip
    """Say what a page is, or whose a copy is. Everything is kept, with who and why, and can be undone."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.scan.answers import Scans  # noqa: PLC0415
    from markscheme.scan.deciding import Decision, carry_out, owner_of, slot_of  # noqa: PLC0415
    from markscheme.scan.states import fold  # noqa: PLC0415
    from markscheme.scan.status import status  # noqa: PLC0415

    if sum([it is not None for it in (act, slot, extra, owner)]) != 1:
        raise MarkschemeError(
            "say one thing: --confirm, --count, --blank, --discard, --undo, --place, --extra or --owner"
        )
    if act == "discard" and not why:
        raise MarkschemeError("say --why a page is discarded")
    with _locked(folder) as exam:
        known = fold(exam.store.pages()).values()
        names = [*pages]
        names += [
            it.name for it in known if all_empty and it.state == "unknown" and it.reading and it.reading.looks_empty
        ]
        names += [it.name for it in known if all_inferred and it.state == "inferred"]
        if owner is not None:
            copy, student = owner_of(owner)
            said = Decision("owner", copy=copy, student=student, why=why)
        elif slot is not None:
            said = Decision("place", tuple(names), *slot_of(slot), why=why)
        elif extra is not None:
            said = Decision("extra", tuple(names), extra, why=why)
        else:
            said = Decision(act, tuple(names), why=why)  # pyright: ignore[reportArgumentType]
        if remark := carry_out(exam, said, who):
            click.echo(remark, err=True)
        scans = Scans(exam)
        settled = _settled(scans)
        found = status(scans)
    _say(folder, found, settled)


@scan_command.command(
    "crops",
    epilog="\b\nExamples:\n  markscheme scan crops midterm 2\n  markscheme scan crops midterm 3a h_2\n"
    "  markscheme scan crops midterm 3a h_2 --again",
)
@FOLDER
@click.argument("question")
@click.argument("answer", default="")
@click.option("--again", is_flag=True, help="Also what was typed already.")
@as_json
def crops_command(folder: Path, question: str, answer: str, again: bool, as_json: bool) -> None:
    """Show one answer across all copies, grouped by its looks: pictures, and a file to fill in, in FOLDER/scans/typing.

    A row of the file is a group; type into `text` what stands there, as it stands there, right or wrong. Take the codes
    that do not belong out of `copies`, into a row of their own. What nobody wrote on is (blank). Leave empty what you
    cannot read: it stays to be typed. A code with ... behind it goes on on the last page. In a spreadsheet, make the
    column a text first: it takes 1/2 for a date.
    """
    from markscheme.paper.files import write_whole  # noqa: PLC0415
    from markscheme.scan.answers import Scans, named  # noqa: PLC0415
    from markscheme.scan.typing import crops_csv, groups_of, write_sheets  # noqa: PLC0415

    with _locked(folder) as exam:
        label, name = named(exam, question, answer)
        scans = Scans(exam)
        groups = groups_of(scans, label, name, again=again)
        made: list[Path] = []
        if groups:
            place = folder / "scans" / "typing"
            stem = f"{label}-{name}"
            made = [place / f"{stem}.csv", *write_sheets(scans, groups, place, stem)]
            write_whole(made[0], crops_csv(groups, label, name).encode())
    if as_json:
        print_json({"question": label, "answer": name, "files": [str(it) for it in made], "groups": [
            {"group": it.number, "empty": it.is_empty, "copies": [one.slot.code for one in it.written]}
            for it in groups
        ]})  # fmt: skip
        return
    count = sum([len(it.written) for it in groups])
    click.echo(f"{label} {name}: {count} answers to type, in {len(groups)} groups")
    click.echo("\n".join([f"  {it}" for it in made]))
    if made:
        click.echo(f"  next: markscheme scan type {folder} {made[0]}")


@scan_command.command(
    "type", epilog="\b\nExample:\n  markscheme scan type midterm midterm/scans/typing/2-shape.csv --who Ada"
)
@FOLDER
@click.argument("filled", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--who", default="", help="Who typed.")
@click.option(
    "--replace", "replacing", is_flag=True, help="Texts that differ from those that are there take their place."
)
@as_json
def type_command(folder: Path, filled: Path, who: str, replacing: bool, as_json: bool) -> None:
    """Take in what was typed: FILLED is a file of `scan crops`, whose texts become the answers of the copies beside."""
    from markscheme.scan.answers import Scans  # noqa: PLC0415
    from markscheme.scan.status import status  # noqa: PLC0415
    from markscheme.scan.typing import take_typed, typed  # noqa: PLC0415

    with _locked(folder) as exam:
        scans = Scans(exam)
        texts, broken = typed(exam, filled)
        taken, nowhere = take_typed(scans, texts, who, replacing=replacing)
        found = status(scans)
    if as_json:
        print_json({"new": taken.new, "same": taken.same, "other": [list(it) for it in taken.other],
                    "nobodys": list(taken.nobodys), "nowhere": [list(it) for it in nowhere], **found})  # fmt: skip
    else:
        click.echo(f"{taken.new} answers typed, {taken.same} as they were; {found['left']} are left to type")
        click.echo(f"  next: markscheme exam mark {folder}")
    complain_of([*broken, *_complaints(taken, nowhere)])


@scan_command.command(
    "comment",
    epilog="\b\nExamples:\n  markscheme scan comment midterm s004 2 shape 'Channels come first.' --who Ada\n"
    "  markscheme scan comment midterm s004 --at 3:310,420 'Well done.'\n"
    "  markscheme scan comment midterm s004\n  markscheme scan comment midterm s004 --off 2",
)
@FOLDER
@click.argument("copy")
@click.argument("said", nargs=-1)
@click.option("--at", "at", help="PAGE:X,Y, in points from the upper left corner of the page.")
@click.option("--off", "off", help="Take the comment of this number off.")
@click.option("--back", "back", help="Put the comment of this number back.")
@click.option("--who", default="", help="Who writes.")
@as_json
def comment_command(
    folder: Path, copy: str, said: tuple[str, ...], at: str | None, off: str | None, back: str | None, who: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Pin a comment to a page of a copy, which goes back with it: SAID is a question, its answer where it has several,
    and the text. Without SAID, the comments of the copy are listed.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.scan.answers import Scans, named  # noqa: PLC0415
    from markscheme.scan.pins import beside, move_pin, pins_of, place_of, set_pin  # noqa: PLC0415

    with _locked(folder) as exam:
        code = exam.copy(copy).code
        if off is not None or back is not None:
            if said or at is not None or (off is not None and back is not None):
                raise MarkschemeError("--off and --back have the number of a comment, and nothing else")
            move_pin(exam, code, off or back or "", who, off=off is not None)
        elif said:
            *where, text = said
            scans = Scans(exam)
            if at is not None and not where:
                number, place = place_of(at)
            elif at is None and 1 <= len(where) <= 2:
                number, place = beside(scans.layout(code), *named(exam, where[0], where[1] if where[1:] else ""))
            else:
                raise MarkschemeError("say where, by a question and its answer, or by --at PAGE:X,Y; and then the text")
            set_pin(scans, code, number, place, text, who)
        found = pins_of(exam, code, taken_off=True)
    if as_json:
        print_json({"copy": code, "comments": [asdict(it) for it in found]})
        return
    for it in found:
        off_now = ", taken off" if it.is_off else ""
        click.echo(f"{it.name}  page {it.number} at {it.x:g},{it.y:g}{off_now}  {it.who}  {it.text!r}")


@scan_command.command(
    "return", epilog="\b\nExamples:\n  markscheme scan return midterm\n  markscheme scan return midterm s004"
)
@FOLDER
@click.argument("names", nargs=-1)
@as_json
def return_command(folder: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Give sheets back: a PDF a copy in FOLDER/returned, with the student's own pages, marked up, and the key behind.

    NAMES are students or codes.  [default: all of whom something was marked]
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.exam.marking import marked, standing  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415
    from markscheme.scan.answers import Scans  # noqa: PLC0415
    from markscheme.scan.returned import FOLDER as RETURNED  # noqa: PLC0415
    from markscheme.scan.returned import returned  # noqa: PLC0415

    with _locked(folder) as exam:
        scans = Scans(exam)
        reports = [it for it in standing(exam, marked(exam))[0] if it.seed in scans.copies]
        if unknown := [it for it in names if not any([it in (one.student, one.seed) for one in reports])]:
            raise MarkschemeError(f"nothing of {unknown[0]!r} was scanned and marked")
        if not reports:
            raise MarkschemeError(f"nothing was scanned and marked yet: markscheme exam mark {folder}")
        chosen = [it for it in reports if not names or it.student in names or it.seed in names]
        made: list[Path] = []
        for it in progress(chosen, len(chosen), "sheets", quiet=as_json):
            made.append(folder / RETURNED / f"{it.seed}.pdf")
            write_whole(made[-1], returned(exam, scans, it))
    if as_json:
        print_json({"files": [str(it) for it in made]})
    else:
        click.echo(f"{len(made)} sheets to give back in {folder / RETURNED}, by the codes of their copies")


def _complaints(taken: Taken, nowhere: Sequence[tuple[str, str, str]]) -> list[str]:
    """What was typed and not taken."""
    said = [f"{code} {question} {answer} has another text already: with --replace this one counts"
            for code, question, answer in taken.other]  # fmt: skip
    said += [f"{code} is nobody's yet: markscheme scan decide FOLDER --owner {code}:STUDENT" for code in taken.nobodys]
    return said + [f"{code} {question} {answer} stands on no page that counts" for code, question, answer in nowhere]
