"""`markscheme dataset`: rows for training and testing language models, on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from markscheme.cli.options import as_json, complete_problem, jobs, print_json, processes, progress
from markscheme.core.errors import MarkschemeError

if TYPE_CHECKING:
    from markscheme.datasets.splits import Split

SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
ON_A_CLUSTER: Final = 64
"""Workers of a cluster that are kept busy; more wait in turn."""
DATASET_EXAMPLES = """\b
Examples:
  markscheme dataset --out rows --size 10000
  markscheme dataset attention/linear_rnn --out rows --ask all --split test --form parquet
  markscheme dataset convolution/output_shape --knob largest=8,32,128 --out curriculum
  markscheme dataset attention/linear_rnn --rows first-wrong-step --out steps"""


@click.command("dataset", epilog=DATASET_EXAMPLES, short_help="rows for training and testing language models")
@click.argument("names", nargs=-1, shell_complete=complete_problem)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder of the set.")
@click.option(
    "--size",
    type=click.IntRange(min=1),
    default=1_000,
    show_default=True,
    help="How many rows, in all splits together.",
)
@click.option("--seed", default="0", show_default=True, help="Another seed gives other rows.")
@click.option(
    "--split", type=click.Choice(["train", "validation", "test", "all"]), default="all", show_default=True,
    help="One of them, or all: eight tenths to train, one to validate, one to test. Whatever the seeds, no two splits "
    "have an item in common.",
)  # fmt: skip
@click.option("--ask", type=click.Choice(["one", "all"]), default="one", show_default=True,
              help="One answer of an item a row, or all that no person marks.")  # fmt: skip
@click.option("--rows", type=click.Choice(["questions", "first-wrong-step", "preference"]), default="questions",
              show_default=True,
              help="Or worked solutions: which step is wrong; a right and a wrong one in pairs.")  # fmt: skip
@click.option("--form", type=click.Choice(["jsonl", "parquet"]), default="jsonl", show_default=True,
              help="Parquet also loads as a Hugging Face data set.")  # fmt: skip
@click.option("--shard", type=click.IntRange(min=1), default=100_000, show_default=True, help="Rows a file, at most.")
@click.option("--knob", "knobs", multiple=True, metavar="[PROBLEM:]NAME=VALUE[,VALUE...]",
              help="A knob of the problem; several values are levels.")  # fmt: skip
@click.option(
    "--weight", "weights", multiple=True, metavar="PROBLEM=N", help="How often a problem comes.  [default: 1]"
)
@click.option("--solutions", is_flag=True, help="Put the worked solution of each row into its metadata.")
@click.option(
    "--prove/--no-prove",
    default=True,
    show_default=True,
    help="Compute each key a second way before its row is written, which takes about half of the time.",
)
@jobs
@as_json
def dataset_command(
    names: tuple[str, ...], out: Path, size: int, seed: str, split: str, ask: str, rows: str, form: str, shard: int,
    knobs: tuple[str, ...], weights: tuple[str, ...], solutions: bool, prove: bool, jobs: int | None,
    scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write a set of questions with their keys, as JSON Lines or Parquet, and a card that says what is in it.

    NAMES are problems, or else all of the bank. A row has a "question" to be put to a model as it stands, the "answer"
    that is its key, and "metadata", by which `markscheme.datasets.score_answer(reply, row)` marks any reply, from 0 to
    1, as an exam is marked.

    Given again with the same options after it was interrupted, it goes on from the last row that is there; another set
    needs another folder. However many processes or machines make them, the files are the same bytes.
    """
    from markscheme.datasets.card import card  # noqa: PLC0415
    from markscheme.datasets.sets import dataset  # noqa: PLC0415
    from markscheme.datasets.writing import write_sets  # noqa: PLC0415
    from markscheme.paper.files import write_whole  # noqa: PLC0415

    chosen: dict[str, Any] = {
        "knobs": _knobs(knobs, names), "ask": ask, "weights": _weights(weights), "solutions": solutions, "prove": prove,
        "rows": rows,
    }  # fmt: skip
    sizes = sizes_of(split, size)
    sets = {name: dataset(names, count, seed, name, **chosen) for name, count in sizes.items()}
    workers = ON_A_CLUSTER if scheduler else jobs or os.cpu_count() or 1
    with processes(jobs, size // 50, scheduler) as executor:
        made = write_sets(sets, out, form=cast("Any", form), shard=shard, executor=executor, workers=workers)
        for _ in progress(_one_by_one(made), size, "writing rows", quiet=as_json):
            pass
    page = out / "README.md"
    write_whole(page, card(out, form).encode())
    files = [*sorted(out.glob(f"*.{form}")), page]
    if as_json:
        print_json({"rows": sizes, "files": [str(path) for path in files]})
    else:
        click.echo(", ".join([f"{count:,} rows to {name}" for name, count in sizes.items()]))
        for path in files:
            click.echo(f"  {path}")


def sizes_of(split: str, size: int) -> dict[Split, int]:
    """How many rows each split has."""
    if split != "all":
        return {cast("Split", split): size}
    tenth = size // 10
    return {name: count for name, count in zip(SPLITS, (size - 2 * tenth, tenth, tenth), strict=True) if count}


def _one_by_one(counts: Iterator[int]) -> Iterator[None]:
    """An item a row, of numbers of rows that grow."""
    before = 0
    for count in counts:
        yield from [None] * (count - before)
        before = count


def _knobs(given: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Knobs by problem, each with its levels, as the options say them."""
    found: dict[str, dict[str, list[str]]] = {}
    for text in given:
        path, equals, values = text.partition("=")
        problem, _, knob = path.rpartition(":")
        if not equals or not values or not (problem or len(names) == 1):
            raise MarkschemeError(f"--knob is NAME=VALUE for one problem, PROBLEM:NAME=VALUE for several, not {text!r}")
        found.setdefault(problem or names[0], {})[knob] = values.split(",")
    return found


def _weights(given: Sequence[str]) -> dict[str, int]:
    try:
        return {name: int(number) for name, number in [text.split("=") for text in given]}
    except ValueError:
        raise MarkschemeError(f"--weight is PROBLEM=N with a whole number, not {' '.join(given)}") from None
