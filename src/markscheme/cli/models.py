"""`markscheme audit` and `markscheme evaluate`: what is wrong with a data set, and how well a model does on ours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import click

from markscheme.cli.options import as_json, complete_problem, print_json, processes, progress
from markscheme.core.errors import MarkschemeError

AUDIT_EXAMPLES = """\b
Examples:
  markscheme audit
  markscheme audit attention/linear_rnn reasoning-gym:leg_counting"""


@click.command("audit", epilog=AUDIT_EXAMPLES, short_help="what a data set may be wrong in")
@click.argument("names", nargs=-1, shell_complete=complete_problem)
@click.option("--size", type=click.IntRange(min=2), default=50, show_default=True, help="Rows of each set to look at.")
@click.option("--limit", type=float, default=600, show_default=True, help="Seconds that one check may take.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one a core]")
@as_json
def audit_command(names: tuple[str, ...], size: int, limit: float, jobs: int | None, as_json: bool) -> None:
    """Try a set as a trainer, a model and a cheat would: repeatability, seeds and splits, keys, replies that earn.

    NAMES are problems, or else all of the bank; `reasoning-gym:NAME` is one of theirs, and `module:function` any set
    with rows of "question" and "answer" and a method `score_answer(answer, entry)`, called with seed and size. Exit
    code 1 where something is found.
    """
    from functools import partial  # noqa: PLC0415

    from markscheme.core.parallel import run  # noqa: PLC0415
    from markscheme.datasets.auditing import CHECKS, audit  # noqa: PLC0415
    from markscheme.datasets.sets import askable  # noqa: PLC0415

    specs = names or askable()
    with processes(jobs, len(specs)) as executor:
        results = list(progress(run(partial(audit, size=size, limit=limit), specs, executor), len(specs), "auditing",
                                quiet=as_json))  # fmt: skip
    found = dict(zip(specs, results, strict=True))
    if as_json:
        print_json({spec: [vars_of(it) for it in said] for spec, said in found.items()})
    else:
        _print_audit(found, list(CHECKS))
    if any([not it.passed for said in found.values() for it in said]):
        sys.exit(1)


def vars_of(result: Any) -> dict[str, Any]:
    """A result as plain data."""
    from dataclasses import asdict  # noqa: PLC0415

    return asdict(result)


def _print_audit(found: dict[str, list[Any]], checks: list[str]) -> None:
    """A line a set with the number of checks that it passed, and what is wrong below it."""
    for spec, said in found.items():
        passed = sum([it.passed and not it.fault for it in said])
        skipped = sum([it.passed and bool(it.fault) for it in said])
        more = f", {skipped} not applicable" if skipped else ""
        click.echo(f"{spec}: {passed} of {len(checks)} checks passed{more}")
        for it in said:
            if it.fault:
                click.echo(f"  {'-' if it.passed else 'x'} {it.check}: {it.fault}")


EVALUATE_EXAMPLES = """\b
Examples:
  markscheme evaluate --endpoint http://localhost:8000/v1 --model mine --out run
  markscheme evaluate attention/linear_rnn --endpoint URL --model one --model two --samples 4 --out run"""


@click.command("evaluate", epilog=EVALUATE_EXAMPLES, short_help="how well a language model answers")
@click.argument("names", nargs=-1, shell_complete=complete_problem)
@click.option(
    "--endpoint", required=True, metavar="URL", help="An OpenAI-compatible server, such as http://localhost:8000/v1."
)
@click.option("--model", "models", required=True, multiple=True, help="The model's name there; two are compared.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder of replies and report.")
@click.option("--key", envvar="OPENAI_API_KEY", default="", help="The server's key.  [default: $OPENAI_API_KEY]")
@click.option("--size", type=click.IntRange(min=1), default=100, show_default=True, help="How many rows.")
@click.option("--seed", default="0", show_default=True, help="Another seed gives other rows.")
@click.option("--samples", type=click.IntRange(min=1), default=1, show_default=True, help="Replies to each row.")
@click.option(
    "--ask", type=click.Choice(["one", "all"]), default="one", show_default=True, help="One answer a row, or all."
)
@click.option("--published/--no-published", default=True, show_default=True,
              help="Ask the published items too: a model that does better there has seen them.")  # fmt: skip
@click.option("--temperature", type=float, default=0.0, show_default=True)
@click.option("--max-tokens", type=click.IntRange(min=1), default=2_048, show_default=True)
@click.option("--concurrency", type=click.IntRange(min=1), default=8, show_default=True, help="Requests at once.")
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=6,
    show_default=True,
    help="Further tries of a request.",
)
@click.option("--price", nargs=2, type=float, default=None, metavar="IN OUT", help="Price of a million tokens.")
@as_json
def evaluate_command(
    names: tuple[str, ...], endpoint: str, models: tuple[str, ...], out: Path, key: str, size: int, seed: str,
    samples: int, ask: str, published: bool, temperature: float, max_tokens: int, concurrency: int, retries: int,
    price: tuple[float, float] | None, as_json: bool,
) -> None:  # fmt: skip
    """Ask a model rows of the bank, or of some problems, mark its replies, and report.

    The prompts hold neither ids nor seeds. Replies are kept as they come, in OUT/replies.jsonl: a run that was
    interrupted goes on, and what was answered is not asked again. The report is OUT/report.html and OUT/report.json.
    """
    from markscheme.datasets.asking import Server, ask_all  # noqa: PLC0415
    from markscheme.datasets.evaluating import questions, report_on  # noqa: PLC0415
    from markscheme.datasets.evaluation_page import written  # noqa: PLC0415
    from markscheme.paper.files import write_all  # noqa: PLC0415

    if len(models) > 2:
        raise MarkschemeError(f"one model is evaluated, or two are compared, not {len(models)}")
    rows = questions(names, size, seed, cast("Any", ask), published=published)
    server = Server(
        endpoint, key, temperature=temperature, max_tokens=max_tokens, concurrency=concurrency, retries=retries
    )
    tasks = [(model, row, sample) for model in models for row in rows for sample in range(samples)]
    made = ask_all(server, tasks, out / "replies.jsonl")
    replies = list(progress(made, len(tasks), "asking", quiet=as_json))
    report = report_on(rows, replies, models, price)
    write_all({out / name: content.encode() for name, content in written(report).items()})
    if as_json:
        print_json(report)
    else:
        _print_report(report, out)


def _print_report(report: dict[str, Any], out: Path) -> None:
    for model, said in report["models"].items():
        score, low, high = (100 * it for it in (said["score"]["mean"], said["score"]["low"], said["score"]["high"]))
        click.echo(f"{model}: {score:.1f} % of the marks ({low:.1f} to {high:.1f}), {said['asked']} replies, "
                   f"{said['failed']} failed, {said['unscored']} for a person")  # fmt: skip
    if compared := report.get("compared"):
        click.echo(f"{compared['first']} less {compared['second']}: {100 * compared['mean']:+.1f} points "
                   f"({100 * compared['low']:+.1f} to {100 * compared['high']:+.1f})")  # fmt: skip
    click.echo(f"  {out / 'report.html'}\n  {out / 'report.json'}\n  {out / 'replies.jsonl'}")
