"""markscheme paper: copies of a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    students_of,
)
from markscheme.core.errors import some

if TYPE_CHECKING:
    from markscheme.paper.copies import Task
    from markscheme.paper.manifest import PrintedCopy
    from markscheme.paper.plan import Page, Paper
    from markscheme.paper.roster import Student


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
    S/student; without one there is one copy for all. manifest.json says what was printed: `mark --printed DIR` marks by
    it, though the paper's file has changed since.

    Names print in any script with `pip install 'markscheme[fonts]'`. A character without a glyph is printed as a box,
    and named with its student.
    """
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.core.parallel import run  # noqa: PLC0415
    from markscheme.marking.submissions import empty_answers, is_filled_in  # noqa: PLC0415
    from markscheme.paper import manifest as printed  # noqa: PLC0415
    from markscheme.paper.copies import dealt, print_copy  # noqa: PLC0415
    from markscheme.paper.files import file_names, writing  # noqa: PLC0415
    from markscheme.paper.fonts import families, record, without_glyphs  # noqa: PLC0415
    from markscheme.paper.plan import load_paper  # noqa: PLC0415

    chosen = names_of(questions)
    paper = seen_by_all(paper, scheduler)
    plan = load_paper(paper, chosen, lang)
    seed = seed or (_today() if plan.is_seeded else "")
    students, broken = students_of(roster)
    versions = dealt(plan, students) if students else [*plan.entry.versions] or [""]
    ids = [it.student for it in students] or [""] * len(versions)
    tasks: list[Task] = [
        (paper, chosen, seed, student, form, page, system_fonts, lang, version)
        for student, version in zip(students or [None] * len(versions), versions, strict=True)
    ]
    owners = ids if students else versions
    stems = file_names([f"{plan.short_name}{f'-{it}' if it else ''}" for it in owners])
    columns = _seeds(plan, seed, students, versions)
    copies: list[PrintedCopy] = []
    numbers: list[dict[str, str]] = []
    unchecked: dict[str, str] = {}
    with writing(out) as files, processes(jobs if len(tasks) > 3 else 1, len(tasks), scheduler) as executor:
        if is_filled_in(out / "answers.csv"):
            raise MarkschemeError(f"{out / 'answers.csv'} is filled in, and would be emptied; "
                                  "move it, or choose another folder with --out")  # fmt: skip
        made = progress(run(print_copy, tasks, executor), len(tasks), "printing", quiet=as_json)
        for stem, student, version, column, copy in zip(stems, ids, versions, columns, made, strict=True):
            unchecked |= copy.unchecked
            if strict and unchecked:
                raise MarkschemeError(
                    f"{plan.name} is not printed, as --strict has it: {_without_second_way(unchecked)}"
                )
            files.add(f"{stem}.{form}", copy.blank)
            files.add(f"{stem}-key.{form}", copy.key)
            numbers.append(copy.numbers)
            copies.append(printed.PrintedCopy(
                code=column, student=student, seed=plan.copy_seed(seed, student, version), version=version,
                numbers=printed.of_all(copy.numbers),
            ))  # fmt: skip
        files.add("answers.csv", empty_answers(plan, columns, students).encode())
        files.add(printed.NAME, printed.Manifest(
            paper=plan.short_name, only=chosen, seed=seed, page=page or plan.entry.page,
            entry=printed.entry_of(plan.entry), questions=printed.question_codes(plan), copies=tuple(copies),
        ).as_bytes())  # fmt: skip
    boxes = {it.student: without_glyphs(it, system=system_fonts) for it in students} if form == "pdf" else {}
    boxes = {student: characters for student, characters in boxes.items() if characters}
    alike = printed.alike(copies) if plan.is_seeded and not plan.entry.versions else []
    hardly = printed.hardly_drawn(plan, numbers) if not plan.entry.versions else {}
    filled = _fills(plan, seed, students, page) if fill else {}
    if as_json:
        print_json({
            "paper": plan.name, "seed": seed, "marks": float(plan.marks), "copies": len(tasks),
            "files": [str(out / name) for name in files.names], "broken_rows": [str(row) for row in broken],
            "fonts": record(system=system_fonts), "without_glyphs": boxes, "fill": filled,
            "unchecked": unchecked, "alike": alike, "hardly_drawn": hardly,
        })  # fmt: skip
    else:
        _say_what_was_printed(plan, seed, [out / name for name in files.names])
        if unchecked:
            click.echo(_without_second_way(unchecked), err=True)
        if system_fonts:
            click.echo("  with the fonts of this machine: another one may print other bytes")
        for which, shares in filled.items():
            click.echo(f"{which}: {len(shares)} pages, filled to {' '.join([f'{share:.0%}' for share in shares])}")
    for group in alike:
        click.echo(
            f"{len(group)} copies have the same numbers ({some(group)}): let the knobs draw more widely", err=True
        )
    for label, count in hardly.items() if not alike else ():
        click.echo(f"{count} of {len(copies)} copies have the same numbers in question {label}", err=True)
    mend = "--system-fonts" if families() else "pip install 'markscheme[fonts]', or --system-fonts"
    for student, characters in boxes.items():
        click.echo(
            f"{student}: no font has a glyph for {' '.join(characters)}; a box is printed ({mend})",
            err=True,
        )
    complain_of(broken)


def _seeds(plan: Paper, seed: str, students: Sequence[Student], versions: Sequence[str]) -> list[str]:
    """What the column `seed` of answers.csv says of each copy."""
    from markscheme.marking.roll import COMMON  # noqa: PLC0415

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


def _today() -> str:
    from datetime import datetime  # noqa: PLC0415

    return f"seed{datetime.now().astimezone():%y%m%d}"  # a word: of a date a spreadsheet makes another text


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
