"""The command over labs: lab list, lab run."""

from __future__ import annotations

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

COLORS = {"held": "green", "refuted": "red", "mixed": "yellow"}


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


@lab_command.command("list", epilog="\b\nExample:\n  markscheme lab list --json | jq '.[].claims[].told'")
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
            made.add_row("" if place else page["lab"], claim["claim"], claim["where"], claim["told"])
    show_table(made)


@lab_command.command(
    "run",
    epilog="\b\nExamples:\n  markscheme lab run initialization\n  markscheme lab run leakage optimizers --seeds 20\n"
    "  markscheme lab run initialization --set relu.depth=32 --set epochs=20\n"
    "  markscheme lab run initialization --data mnist.npz --device cuda\n  markscheme lab run all --quick --json",
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_lab)
@click.option("--seeds", type=click.IntRange(min=1), help="How many seeds, from 0 on.  [default: 5; 1 with --quick]")
@click.option("--device", default="cpu", show_default=True, help="A device of torch's, such as cuda.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("labs"), show_default=True,
              help="Folder to write to, and to go on from.")  # fmt: skip
@click.option("--quick", is_flag=True, help="Shorter trainings: the same verdicts in seconds.")
@click.option("--set", "chosen", multiple=True, metavar="[EXPERIMENT.]SETTING=VALUE",
              help="A setting of an experiment, or of all that have it; may be given several times.")  # fmt: skip
@click.option("--data", default="digits", show_default=True,
              help="Images: digits, a file FILE.npz, or torchvision:MNIST.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one a core; 1 on a GPU]")
@as_json
def run_labs(
    names: tuple[str, ...], seeds: int | None, device: str, out: Path, quick: bool, chosen: tuple[str, ...], data: str,
    jobs: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Run labs: train, rule on the claims, draw.

    Each lab has a folder in OUT with result.json, report.html and its figures as PNG and SVG. Trials that are done are
    kept there: a run that was interrupted goes on where it was, and the same run again only draws. Results do not
    depend on --jobs. `markscheme lab list` names the labs; `all` runs each of them.
    """
    from markscheme.labs.engine.report import write  # noqa: PLC0415
    from markscheme.labs.engine.running import run_lab  # noqa: PLC0415

    labs = _loaded(names)
    settings = _settings(chosen)
    for lab in labs:
        lab.chosen(settings)
    seeds = seeds or (1 if quick else 5)
    trials = seeds * sum([len(lab.experiments) for lab in labs])
    results: list[Result] = []
    written: dict[str, list[Path]] = {}
    try:
        with processes(jobs or (1 if device != "cpu" or quick else None), trials) as executor:
            for lab in labs:
                with watching(lab, seeds, quiet=as_json) as watch:
                    results.append(run_lab(lab, seeds=seeds, device=device, data=data, quick=quick, settings=settings,
                                           folder=out / lab.name, executor=executor, watch=watch))  # fmt: skip
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
def watching(lab: Lab, seeds: int, *, quiet: bool) -> Generator[Callable[[Any, Any], None] | None]:
    """On a terminal, a bar for each experiment, and each claim's verdict as soon as it is known."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from markscheme.labs import Evidence  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    measured: dict[str, dict[int, Any]] = {name: {} for name in lab.experiments}
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bars = {name: progress.add_task(f"{lab.name}: {name}", total=seeds) for name in lab.experiments}

        def watch(task: Any, found: Any) -> None:
            name = task.trial.experiment
            measured[name][task.trial.seed] = found
            progress.advance(bars[name])
            if len(measured[name]) < seeds:
                return
            known = {it: [rows[seed] for seed in range(seeds)] for it, rows in measured.items() if len(rows) == seeds}
            for claim in lab.claims:
                if name in claim.wired.names and known.keys() >= set(claim.wired.names):
                    told = f"  {claim.says} ({claim.where}): {Evidence.of(claim, known)}"
                    progress.console.print(told, markup=False, highlight=False)

        yield watch


def _show_curves(result: Result) -> None:
    from markscheme.labs.engine.charts import in_text  # noqa: PLC0415

    for drawing, figure, _ in result.figures:
        text = in_text(figure, color=sys.stdout.isatty())
        if text:
            click.echo(f"\n{drawing.caption}\n{text}")


def _show_verdicts(results: list[Result]) -> None:
    made = table("", "lab", "claim", "where", "verdict", "seeds", "measured")
    for result in results:
        for place, evidence in enumerate(result.evidence):
            name = "" if place else result.lab.name
            says = f"{'* ' if evidence.claim.printed else ''}{evidence.claim.says}"
            made.add_row(name, says, evidence.claim.where, _colored(evidence), f"{evidence.held}/{len(result.seeds)}",
                         f"{evidence.measured} (claimed: {evidence.wanted})")  # fmt: skip
    show_table(made)
    click.echo("* the exam or its key says so; ± is the standard deviation over the seeds")
    for result in results:
        if result.changed:
            click.echo(f"  {result.lab.name}, settings other than the lab's own: {result.changed}")
        for said in result.diverged:
            click.echo(f"  {result.lab.name}, {said}")


def _colored(evidence: Evidence) -> Any:
    from rich.text import Text  # noqa: PLC0415

    return Text(evidence.verdict, style=COLORS[evidence.verdict])
