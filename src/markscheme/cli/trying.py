"""The command that marks one answer sheet on the spot: try."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from markscheme.cli.bank import posed
from markscheme.cli.options import as_json, complete_problem, own_problems, print_json

if TYPE_CHECKING:
    from markscheme.core.item import Item
    from markscheme.core.verdict import Verdict

LARGEST_FILE = 1 << 20


@click.command(
    "try",
    epilog="\b\nExamples:\n  markscheme show training/leakage --save my.py\n  markscheme try training/leakage my.py\n"
    "  markscheme try attention/linear_rnn answers.json --seed 7",
)
@click.argument("name", shell_complete=complete_problem)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--seed", help="The seed of the item.  [default: 1]")
@click.option(
    "--published", is_flag=False, flag_value="", help="The exam's own numbers; with several variants, name one."
)
@click.option("--knob", "knobs", multiple=True, metavar="NAME=VALUE", help="A difficulty knob, as it was posed.")
@own_problems
@as_json
def try_command(
    name: str, file: Path, seed: str | None, published: str | None, knobs: tuple[str, ...],
    folders: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """Mark the answers in FILE to a problem: a program (.py), or answers by name (.json).

    A program is run in the sandbox; where there is none, the verdict is "by hand" and says how to get one.
    Exit code 0 if everything in the file is right, 1 if not.
    """
    item = posed(name, seed, published, knobs, folders)
    said = _said(item, file)
    marked = item.mark(said)
    verdicts = {answer: marked[answer] for answer in said}
    if as_json:
        found = {answer: verdict.as_json() for answer, verdict in verdicts.items()}
        alone = next(iter(found.values())) if len(found) == 1 else {"answers": found}
        print_json({"item": item.id, **alone})
    else:
        for answer, verdict in verdicts.items():
            show_verdict(answer, verdict)
    sys.exit(0 if all(verdicts.values()) else 1)


def _said(item: Item, file: Path) -> dict[str, object]:
    """What a file answers, by name."""
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    if file.stat().st_size > LARGEST_FILE:
        raise MarkschemeError(f"{file} is larger than {LARGEST_FILE >> 20} MiB")
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkschemeError(f"{file} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if file.suffix == ".json":
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise MarkschemeError(f"{file}: {error}") from error
        if not isinstance(said, dict):
            raise MarkschemeError(f'{file} has answers by name, such as {{"h_2": "[2, 3]"}}')
        return {str(answer): value if isinstance(value, str) else json.dumps(value)
                for answer, value in cast("dict[object, Any]", said).items()}  # fmt: skip
    programs = [answer.name for answer in item.layout.asked if answer.kind.field().form == "program"]
    if len(programs) != 1:
        raise MarkschemeError(f"{item.problem.name} asks for no program: give answers by name, in a .json file")
    return {programs[0]: text}


def show_verdict(answer: str, verdict: Verdict) -> None:
    """One verdict: the status, the marks, and why."""
    from markscheme.core.marks import written  # noqa: PLC0415

    color = {"right": "green", "follow-through": "green", "by hand": "yellow"}.get(verdict.status, "red")
    head = click.style(verdict.status, fg=color, bold=True)
    click.echo(f"{answer}: {head}, {written(verdict.marks)} of {written(verdict.out_of)} marks")
    click.echo(f"  {verdict.reason}")
