"""The command over labs: lab list, lab run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from markscheme.cli.main import NearMisses
from markscheme.cli.options import as_json, print_json, processes, show_table, table

if TYPE_CHECKING:
    from markscheme.labs import Evidence, Lab, Result

COLORS = {"held": "green", "by definition": "green", "refuted": "red"}


@click.group(
    "lab",
    cls=NearMisses,
    epilog="\b\nExamples:\n  markscheme lab list\n  markscheme lab run initialization\n"
    "  markscheme lab run optimizers --quick",
)
def lab_command() -> None:
    """Train what the exam claims, and see whether it holds.

    Labs need torch, scikit-learn and matplotlib: pip install 'markscheme[labs]'.
    """


def complete_lab(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion for names of labs."""
    from markscheme.labs import NAMES  # noqa: PLC0415

    return [name for name in (*NAMES, "all") if name.startswith(incomplete)]


@lab_command.command("list", epilog="\b\nExample:\n  markscheme lab list --json | jq '.[].claims[].verdict'")
@as_json
def list_labs(as_json: bool) -> None:
    """List the labs, with their claims and how these fared when the labs were last run in full."""
    from markscheme.bank.trained import trained  # noqa: PLC0415
    from markscheme.labs import NAMES  # noqa: PLC0415

    pages = [trained(name).page for name in NAMES]
    if as_json:
        shown = ("lab", "title", "source", "problems", "settings", "claims")
        print_json([{key: page[key] for key in shown} for page in pages])
        return
    made = table("", "lab", "claim", "where", "as shipped")
    for page in pages:
        for place, claim in enumerate(page["claims"]):
            told = f"{claim['verdict']}; {claim['measured']}"
            made.add_row("" if place else page["lab"], claim["claim"], claim["where"], told)
    show_table(made)


@lab_command.command(
    "run",
    epilog="\b\nExamples:\n  markscheme lab run initialization\n  markscheme lab run leakage optimizers --seeds 20\n"
    "  markscheme lab run initialization --set relu_dense.depth=32 --set epochs=20\n"
    "  markscheme lab run initialization --data mnist.npz --device cuda\n  markscheme lab run all --quick --json",
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_lab)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    help="How many seeds, from 0 on.  [default: 5 or 10, as an experiment takes; 1 with --quick]",
)
@click.option("--again", type=click.IntRange(min=0),
              help="How many of the seeds once more, held to the oldest instructions "
              "of the processor.  [default: 2, or 1 of what is long; 0 with --quick]")  # fmt: skip
@click.option("--device", default="cpu", show_default=True, help="A device of torch's, such as cuda.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("labs"), show_default=True,
              help="Folder to write to, and to go on from.")  # fmt: skip
@click.option(
    "--quick", is_flag=True, help="Shorter trainings with one seed, in seconds: effects, and no verdicts on them."
)
@click.option("--sweep", is_flag=True,
              help="Run what is long as well (initialization: half an hour), in place of its shipped "
              "measurements.")  # fmt: skip
@click.option("--set", "chosen", multiple=True, metavar="[EXPERIMENT.]SETTING=VALUE",
              help="A setting of an experiment, or of all that have it; may be given several times.")  # fmt: skip
@click.option("--data", default="digits", show_default=True,
              help="Images: digits, a file FILE.npz, or torchvision:MNIST.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one a core; 1 on a GPU]")
@as_json
def run_labs(
    names: tuple[str, ...], seeds: int | None, again: int | None, device: str, out: Path, quick: bool, sweep: bool,
    chosen: tuple[str, ...], data: str, jobs: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Run labs: train, rule on the claims, draw.

    An effect has an interval over the seeds. A claim is held where that lies beyond the claim's limit as a whole,
    refuted where it lies beyond it on the other side, and else not shown; by definition, if it is an identity; and
    platform-dependent, if the oldest instructions of the processor change too much of it. Each lab has a folder in OUT
    with result.json, report.html and its figures as PNG and SVG. Trials that are done are kept there: a run that was
    interrupted goes on where it was, and the same run again only draws. Results do not depend on --jobs. `markscheme
    lab list` names the labs; `all` runs each of them.
    """
    from markscheme.labs.engine.report import write  # noqa: PLC0415
    from markscheme.labs.engine.running import run_lab  # noqa: PLC0415

    labs = _loaded(names)
    settings = _settings(chosen)
    for lab in labs:
        lab.chosen(settings)
    again = 0 if again is None and quick else again
    count = jobs or (1 if device != "cpu" or quick else os.cpu_count() or 1)
    results: list[Result] = []
    written: dict[str, list[Path]] = {}
    try:
        with processes(count, count) as executor:
            for lab in labs:
                with watching(lab, quiet=as_json) as watch:
                    results.append(run_lab(
                        lab, seeds=seeds, again=again, device=device, data=data, quick=quick, apart=sweep, jobs=count,
                        settings=settings, folder=out / lab.name, executor=executor, watch=watch,
                    ))  # fmt: skip
                written[lab.name] = write(results[-1], out / lab.name)
    except KeyboardInterrupt:
        click.echo(f"\nWhat is done is kept in {out}: the same command goes on from there.", err=True)
        raise
    if as_json:
        print_json([
            {**result.as_json(), "files": [str(path) for path in written[result.lab.name]]} for result in results
        ])  # fmt: skip
        return
    if len(results) == 1:
        _show_curves(results[0])
    _show_verdicts(results)
    for paths in written.values():
        click.echo(f"  {next(path for path in paths if path.suffix == '.html')}")


def _loaded(names: tuple[str, ...]) -> list[Lab]:
    """The labs, with all that they import; the garbage collector need not look through that, now or later."""
    import gc  # noqa: PLC0415

    from markscheme.labs import NAMES, named  # noqa: PLC0415

    gc.disable()
    try:
        return [named(name) for name in (NAMES if names == ("all",) else dict.fromkeys(names))]
    finally:
        gc.freeze()
        gc.enable()


def _settings(chosen: tuple[str, ...]) -> dict[str, object]:
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    found: dict[str, object] = {}
    for text in chosen:
        name, equals, value = text.partition("=")
        if not equals:
            raise MarkschemeError(f"--set takes SETTING=VALUE, such as epochs=20, not {text!r}")
        found[name.strip()] = value.strip()
    return found


@contextmanager
def watching(lab: Lab, *, quiet: bool) -> Generator[Callable[[Any, Any], None] | None]:
    """On a terminal, a count for each experiment of the trials that are done."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:.0f} trials"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        shown: dict[str, Any] = {}

        def watch(task: Any, _: Any) -> None:
            name = f"{lab.name}: {task.trial.experiment}{', the oldest instructions' * task.is_again}"
            if name not in shown:
                shown[name] = progress.add_task(name, total=None)
            progress.advance(shown[name])

        yield watch


def _show_curves(result: Result) -> None:
    from markscheme.labs.engine.charts import in_text  # noqa: PLC0415

    for drawing, figure, _ in result.figures:
        text = in_text(figure, color=sys.stdout.isatty())
        if text:
            click.echo(f"\n{drawing.caption}\n{text}")


def _show_verdicts(results: list[Result]) -> None:
    from markscheme.labs.engine.report import claimed  # noqa: PLC0415

    made = table("", "lab", "claim", "where", "verdict", "measured", "claimed", "change")
    for result in results:
        for place, evidence in enumerate(result.evidence):
            claim = evidence.claim
            made.add_row("" if place else result.lab.name, f"{'* ' * claim.printed}{claim.says}", claim.where,
                         _colored(evidence), evidence.measured, claimed(claim).split(":")[0],
                         evidence.stability)  # fmt: skip
    show_table(made)
    click.echo("* the exam or its key says so; others are further findings. All intervals of a lab hold together with "
               "95 %.\n  change: by the oldest instructions, and how often that fits into the margin")  # fmt: skip
    for result in results:
        if result.changed:
            click.echo(f"  {result.lab.name}, settings other than the lab's own: {result.changed}")
        for said in result.diverged:
            click.echo(f"  {result.lab.name}, {said}")


def _colored(evidence: Evidence) -> Any:
    from rich.text import Text  # noqa: PLC0415

    return Text(evidence.verdict, style=COLORS.get(evidence.verdict, "yellow"))
