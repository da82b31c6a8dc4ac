"""Commands over problems: list, show, prove, errata, verify, new."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from markscheme.cli.options import (
    as_json,
    complete_paper,
    complete_problem,
    jobs,
    own_problems,
    print_json,
    processes,
    progress,
    show_table,
    table,
    width,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markscheme.bank.catalog import Catalog
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem
    from markscheme.core.proof import Proof


NARROW = 110
"""Columns below which the list of problems is no table."""


@click.command("list", epilog="\b\nExample:\n  markscheme list --json | jq '.[].name'")
@own_problems
@as_json
def list_command(folders: tuple[Path, ...], as_json: bool) -> None:
    """List the problems, with their marks, answers and knobs."""
    from markscheme.bank.catalog import catalog  # noqa: PLC0415

    found = catalog(folders)
    problems = list(found.values())
    if as_json:
        _list_as_json(problems)
    else:
        _list(problems)
    _complain_of(found)


def _list_as_json(problems: Iterable[Problem]) -> None:
    from markscheme.core.marks import plain  # noqa: PLC0415

    print_json([
            {
                "name": problem.name,
                "version": problem.version,
                "title": problem.title,
                "source": problem.source,
                "marks": plain(problem.marks),
                "answers": {answer.name: answer.kind.noun for answer in problem.asked},
                "knobs": problem.knobs,
                "published": list(problem.variants),
                "lab": problem.lab.lab if problem.lab else None,
            }
            for problem in problems
        ])  # fmt: skip


def _complain_of(found: Catalog) -> None:
    """Name the files that cannot be used, and end with exit code 2 if there are any."""
    for error in found.broken.values():
        click.echo(f"markscheme: {' '.join(str(error).split())}", err=True)
    if found.broken:
        sys.exit(2)


def _list(problems: Iterable[Problem]) -> None:
    """The problems as a table; on a narrow terminal each in lines of its own."""
    from markscheme.core.marks import written  # noqa: PLC0415

    heads = ("title", "marks", "answers", "knobs", "published")
    made = table("", "problem", *heads)
    is_narrow = width() < NARROW
    for problem in problems:
        knobs = ", ".join([f"{knob}={default}" for knob, default in problem.knobs.items()])
        published = ", ".join([variant or "yes" for variant in problem.variants])
        answers = ", ".join([answer.name for answer in problem.asked])
        row = (problem.title, written(problem.marks), answers, knobs, published)
        if is_narrow:
            click.secho(problem.name, bold=True)
            wrapped("\n".join([f"  {head}: {cell}" for head, cell in zip(heads, row, strict=True) if cell]))
        made.add_row(problem.name, *row)
    if not is_narrow:
        show_table(made)


@click.command(
    "show",
    epilog="\b\nExamples:\n  markscheme show attention/linear_rnn --seed 7 --solution\n"
    "  markscheme show convolution/output_shape --published ii\n"
    "  markscheme show decoding/beam_search --seed 3 --format html > question.html\n"
    "  markscheme show training/leakage --save my.py",
)
@click.argument("name", shell_complete=complete_problem)
@click.option("--seed", help="Any text; the same seed gives the same item on every machine.  [default: 1]")
@click.option(
    "--published", is_flag=False, flag_value="", help="The exam's own numbers; with several variants, name one."
)
@click.option(
    "--knob", "knobs", multiple=True, metavar="NAME=VALUE", help="A difficulty knob; may be given several times."
)
@click.option("--solution", is_flag=True, help="The worked solution below the question.")
@click.option("--lang", default="", help="The language, such as de: of the problem's texts too, where it has them.")
@click.option(
    "--format",
    "target",
    type=click.Choice(["plain", "markdown", "html", "latex", "typst"]),
    default="plain",
    show_default=True,
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the question's program to a file, to work on.",
)
@own_problems
@as_json
def show_command(
    name: str, seed: str | None, published: str | None, knobs: tuple[str, ...], solution: bool, lang: str,
    target: Any, save: Path | None, folders: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """Show one problem, posed from a seed or with the published numbers."""
    item = posed(name, seed, published, knobs, folders)
    if save:
        _save(item, save)
        return
    if as_json:
        data: dict[str, object] = {"id": item.id, "posed": item.posed(lang=lang).as_json()}
        if solution:
            data["solved"] = item.solved(lang).as_json()
        print_json(data)
        return
    question = item.posed(lang=lang)
    if target != "plain":
        click.echo(question.write(target) + (f"\n{item.solution(target, lang)}" if solution else ""))
        return
    headline(f"{question.title}   {item.id}")
    wrapped(question.write("plain"))
    if solution:
        headline("Solution")
        wrapped(item.solution("plain", lang))


@click.command(
    "prove",
    epilog="\b\nExamples:\n  markscheme prove --seeds 200\n  markscheme prove attention/linear_rnn --json\n"
    "  markscheme prove --seeds 100000 --scheduler tcp://host:8786",
)
@click.argument("names", nargs=-1, shell_complete=complete_problem)
@click.option(
    "--seeds", type=click.IntRange(min=0), default=200, show_default=True, help="Seeds to pose each problem from."
)
@own_problems
@jobs
@as_json
def prove_command(
    names: tuple[str, ...],
    seeds: int,
    folders: tuple[Path, ...],
    jobs: int | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Prove the keys: compute every answer a second way, on the published numbers and on many seeds.

    Exit code 1 if two ways part; the message has the item, both answers and where they part.
    """
    from markscheme.bank.catalog import catalog  # noqa: PLC0415
    from markscheme.core.parallel import run  # noqa: PLC0415

    if scheduler:  # whose workers stand in other folders
        folders = tuple([folder.absolute() for folder in folders])
    problems = catalog(folders)
    chosen = [problems[name].name for name in names] or list(problems)
    size = max(1, -(-seeds // 4))
    tasks = [
        (name, folders, start, min(start + size, seeds)) for name in chosen for start in range(0, max(seeds, 1), size)
    ]
    started = perf_counter()
    proofs: dict[str, Proof] = {}
    failures: dict[str, str] = {}
    with processes(jobs, len(tasks), scheduler) as executor:
        for (name, *_), outcome in zip(
            tasks, progress(run(_prove, tasks, executor), len(tasks), "proving", quiet=as_json), strict=True
        ):
            if isinstance(outcome, str):
                failures.setdefault(name, outcome)
            else:
                proofs[name] = proofs[name] + outcome if name in proofs else outcome
    _report_proofs(chosen, proofs, failures, perf_counter() - started, as_json)
    if not names:
        _complain_of(problems)
    if failures:
        sys.exit(1)


def _prove(task: tuple[str, tuple[Path, ...], int, int]) -> Proof | str:
    from markscheme.bank.catalog import catalog  # noqa: PLC0415
    from markscheme.core.errors import PosingError, ProofError  # noqa: PLC0415
    from markscheme.core.proof import prove  # noqa: PLC0415

    name, folders, start, end = task
    try:
        return prove(catalog(folders)[name], [str(seed) for seed in range(start, end)], published=start == 0)
    except (ProofError, PosingError) as error:
        return str(error)


def _report_proofs(
    chosen: list[str], proofs: dict[str, Proof], failures: dict[str, str], seconds: float, as_json: bool
) -> None:
    if as_json:
        print_json([
            {"problem": name, "proven": False, "error": failures[name]} if name in failures else
            {"problem": name, "proven": True, "items": proofs[name].items, "checks": proofs[name].checks,
             "draws_per_item": round(proofs[name].draws_per_item, 2), "unchecked": list(proofs[name].unchecked)}
            for name in chosen
        ])  # fmt: skip
        return
    from rich.text import Text  # noqa: PLC0415

    made = table("", "problem", "proven", "items", "answers confirmed", "draws an item", "unchecked")
    for name in chosen:
        if name in failures:
            made.add_row(name, Text("no", "red"), "", "", "", "")
        else:
            proof = proofs[name]
            unchecked = ", ".join(proof.unchecked) or "none"
            made.add_row(name, "yes", str(proof.items), str(proof.checks), f"{proof.draws_per_item:.2f}", unchecked)
    show_table(made)
    for error in failures.values():
        click.echo(error, err=True)
    click.echo(f"{sum([proof.items for proof in proofs.values()])} items in {seconds:.1f} s", err=True)


@click.command("errata", epilog="\b\nExamples:\n  markscheme errata eecs182-sp23\n"
               "  markscheme errata eecs182-sp23 --format md --out errata.md\n"
               "  markscheme errata eecs182-sp23 --discrimination")  # fmt: skip
@click.argument("paper", required=False, shell_complete=complete_paper)
@click.option("--format", "form", type=click.Choice(["table", "md"]), default="table", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--discrimination", "slips", is_flag=True, help="What the numbers cannot tell from the key, instead.")
@as_json
def errata_command(paper: str | None, form: str, out: Path | None, slips: bool, as_json: bool) -> None:
    """What the printed key and working of a paper get wrong, computed, with the evidence.

    With --discrimination: the known slips that give the key, too, at the published numbers.
    The printed text is as recovered from the paper: a difference may come from the recovery and not from its authors.
    """
    from markscheme.api import discrimination, errata  # noqa: PLC0415
    from markscheme.paper.errata_sheet import as_markdown  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415

    findings = (discrimination if slips else errata)(paper)
    title = "Discrimination" if slips else "Errata"
    if as_json:
        print_json([finding.as_json() for finding in findings])
    elif out:
        write_whole(out, as_markdown(findings, paper, title).encode())
        click.echo(f"{len(findings)} findings in {out}")
    elif form == "md":
        click.echo(as_markdown(findings, paper, title))
    elif not findings:
        click.echo("Nothing that was printed is refuted.")
    else:
        made = table("In the recovered text:", "problem", "about", "printed", "computed", "holds", "evidence")
        for finding in findings:
            name = f"{finding.problem}@{finding.variant}" if finding.variant else finding.problem
            made.add_row(name, finding.about, finding.printed, finding.computed, finding.holds, finding.evidence)
        show_table(made)


@click.command("verify", epilog="\b\nExamples:\n  markscheme verify '[6,-2]' '\\begin{bmatrix}6\\\\-2\\end{bmatrix}'\n"
               "  markscheme verify 1/2 0.5\n  markscheme verify '1 <= x <= 4' '[1,4]'\n"
               "  markscheme verify '2x + 4y = 3' 'so y = 3/4 - x/2'")  # fmt: skip
@click.argument("key")
@click.argument("text")
@as_json
def verify_command(key: str, text: str, as_json: bool) -> None:
    """Say whether TEXT agrees with KEY, and why. Exit code 0 if it does, 1 if not.

    Read are numbers, expressions, vectors and matrices, sets of reals, inequalities, equations, lists, units and words,
    in LaTeX or as people type them; of prose the answer in it.
    """
    from markscheme.api import verify  # noqa: PLC0415

    verdict = verify(key, text)
    if as_json:
        print_json(verdict.as_json() | {"agrees": bool(verdict)})
    else:
        click.echo(f"{verdict.status}{f': {verdict.reason}' if verdict.reason else ''}")
    sys.exit(0 if verdict else 1)


@click.command(
    "new",
    epilog="\b\nExample:\n  markscheme new circuits/divider --out mine\n"
    "  markscheme prove circuits/divider --problems mine",
)
@click.argument("name")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write to.  [default: .]"
)
def new_command(name: str, out: Path) -> None:
    """Write a working problem file to start from."""
    from importlib.resources import files  # noqa: PLC0415

    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.core.identity import is_name  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415

    if not is_name(name):
        raise MarkschemeError(
            f"a problem's name is words of a-z, 0-9 and _ joined by /, such as circuits/divider, not {name!r}"
        )
    page = out / f"{name.rsplit('/', 1)[-1]}.py"
    if page.exists():
        raise MarkschemeError(f"{page} exists already; choose another name, or another folder with --out")
    template = (files("markscheme.cli") / "new_problem.py.txt").read_text("utf-8")
    write_whole(page, template.replace("NAME", name).encode())
    click.echo(f"{page}\nNow: markscheme prove {name} --problems {out}\n"
               f"and in a paper: problems = [\"{out}\"]")  # fmt: skip


def _save(item: Item, page: Path) -> None:
    """Write the program of a question to a new file."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415

    listing = next((field.starter for answer in item.layout.asked if (field := answer.kind.field()).starter), "")
    if not listing:
        raise MarkschemeError(f"{item.problem.name} has no program to save")
    if page.exists():
        raise MarkschemeError(f"{page} exists already; choose another name")
    write_whole(page, f"{listing}\n".encode())
    click.echo(f"{page}\nNow mend it, and: markscheme try {item.problem.name} {page}")


def posed(
    name: str, seed: str | None, published: str | None, knobs: tuple[str, ...], folders: tuple[Path, ...]
) -> Item:
    """One item, as options name it."""
    from markscheme.bank.catalog import catalog  # noqa: PLC0415
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    problem = catalog(folders)[name]
    if published is not None:
        if seed is not None or knobs:
            raise MarkschemeError("--published has the exam's own numbers: give it without --seed and --knob")
        return problem.as_published(published or None)
    split: dict[str, object] = {}
    for knob in knobs:
        knob_name, equals, value = knob.partition("=")
        if not equals:
            raise MarkschemeError(f"a knob is given as NAME=VALUE, not {knob!r}")
        split[knob_name] = value
    return problem.pose(seed or "1", **split)


def headline(text: str) -> None:
    """A title over a rule."""
    click.secho(f"\n{text}", bold=True)
    click.echo("─" * min(len(text), 100))
