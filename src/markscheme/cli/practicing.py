"""The command that practices: an item, answers, why, a hint, another one, harder or easier; and a record of it."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from markscheme.cli.bank import headline, posed
from markscheme.cli.options import as_json, complete_problem, own_problems, print_json, show_table, table, wrapped
from markscheme.cli.trying import show_verdict

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem
    from markscheme.core.verdict import Marked

HELP = "Type an answer; ? for a hint, nothing to leave it out, q to stop."
MENU = "[n]ext item, [r]etry, [s]olution, [h]arder, [e]asier, [o]ther problem, [q]uit"


class Stop(Exception):
    """The student has had enough."""


@click.command(
    "practice",
    epilog="\b\nExamples:\n  markscheme practice attention/linear_rnn\n  markscheme practice --record\n"
    "  markscheme practice circuits/divider --problems mine",
)
@click.argument("name", required=False, shell_complete=complete_problem)
@click.option("--seed", help="The seed of the first item.  [default: one that was not practiced yet]")
@click.option("--knob", "knobs", multiple=True, metavar="NAME=VALUE", help="A difficulty knob; may be given several.")
@click.option("--record", is_flag=True, help="What was practiced so far, problem by problem.")
@own_problems
@as_json
def practice_command(
    name: str | None, seed: str | None, knobs: tuple[str, ...], record: bool, folders: tuple[Path, ...], as_json: bool
) -> None:
    """Practice in the terminal: answer, see why, ask for hints, go on.

    Without a NAME it takes the problem that was practiced least. What was practiced is kept in the user's data folder,
    as one line of JSON an item.
    """
    from markscheme.bank.catalog import catalog  # noqa: PLC0415

    done = list(_recorded())
    if record or as_json:
        _show_record(done, as_json)
        return
    problems = catalog(folders)
    item = posed(name or _least(problems, done), seed or _fresh_seed(name, done), None, knobs, folders)
    click.echo(HELP)
    try:
        while True:
            _keep(_one_item(item), done)
            item = _what_next(item, problems, done)
    except Stop:
        click.echo()
    finally:
        if done:
            click.echo(f"Practiced so far: {len(done)} item{'' if len(done) == 1 else 's'}; see --record.")


# One item


def _one_item(item: Item) -> Marked:
    """Ask everything, mark it, and say why."""
    headline(f"{item.problem.title}   {item.id}")
    wrapped(item.prompt("plain"))
    said = {answer.name: _asked(item, answer) for answer in item.layout.asked}
    marked = item.mark({name: text for name, text in said.items() if text})
    click.echo()
    for name, verdict in marked.items():
        show_verdict(name, verdict)
    from markscheme.core.marks import written  # noqa: PLC0415

    click.secho(f"{written(marked.marks)} of {written(marked.out_of)} marks", bold=True)
    return marked


def _asked(item: Item, answer: Answer[..., Any]) -> str:
    is_program = answer.kind.field().form == "program"
    hints = item.hints(answer.name)
    while True:
        how = "a file" if is_program else answer.kind.noun
        text = _typed(f"{answer.name} ({how}): ")
        if text == "?":
            wrapped(next(hints, "That is all there is to say without the answer."))
        elif text == "q":
            raise Stop
        elif is_program and text:
            try:
                return Path(text).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                click.echo(f"{text} cannot be read: {error}")
        else:
            return text


# What next


def _what_next(item: Item, problems: Mapping[str, Problem], done: list[dict[str, Any]]) -> Item:
    from markscheme.core.difficulty import turned  # noqa: PLC0415
    from markscheme.core.errors import MarkschemeError  # noqa: PLC0415

    problem, knobs = item.problem, dict(item.identity.knobs)
    while True:
        choice = _typed(f"{MENU}: ").lower()[:1]
        match choice:
            case "q":
                raise Stop
            case "s":
                headline("Solution")
                wrapped(item.solution("plain"))
            case "r":
                return item
            case "o":
                problem, knobs = problems[_least(problems, done, but=problem.name)], {}
                return problem.pose(_fresh_seed(problem.name, done))
            case "n" | "":
                return problem.pose(_fresh_seed(problem.name, done), **knobs)
            case "h" | "e":
                try:
                    return problem.pose(_fresh_seed(problem.name, done), **turned(problem, knobs, harder=choice == "h"))
                except MarkschemeError as error:
                    click.echo(f"There is no {'harder' if choice == 'h' else 'easier'} one: {error}")
            case _:
                click.echo(f"{choice!r} is none of these.")


def _typed(prompt: str) -> str:
    """A line of input; the end of input stops."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not line:
        raise Stop
    return line.strip()


# The record


def _page() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("markscheme") / "practice.jsonl"


def _recorded() -> Iterator[dict[str, Any]]:
    """What was practiced, item by item; a line that is none is passed over."""
    try:
        lines = _page().read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {"item", "marks", "out_of"} <= found.keys():
            yield found


def _keep(marked: Marked, done: list[dict[str, Any]]) -> None:
    from datetime import datetime  # noqa: PLC0415

    from markscheme.core.marks import plain  # noqa: PLC0415

    entry = {
        "when": datetime.now().astimezone().isoformat(timespec="seconds"), "item": marked.id,
        "marks": plain(marked.marks), "out_of": plain(marked.out_of),
        "statuses": {name: verdict.status for name, verdict in marked.items()},
    }  # fmt: skip
    done.append(entry)
    page = _page()
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        with page.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(entry, ensure_ascii=False)}\n")
    except OSError as error:
        click.echo(f"{page} cannot be written, so this is not kept: {error.strerror}", err=True)


def _by_problem(done: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The record, problem by problem: the name is what stands before the version in an id."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in done:
        found["/".join(str(entry["item"]).split("/")[:2])].append(entry)
    return found


def _least(problems: Mapping[str, Problem], done: list[dict[str, Any]], but: str = "") -> str:
    """The problem that was practiced least, the first of those."""
    counts = _by_problem(done)
    return min([name for name in problems if name != but], key=lambda name: len(counts.get(name, ())))


def _fresh_seed(name: str | None, done: list[dict[str, Any]]) -> str:
    return f"practice {len(_by_problem(done).get(name or '', ())) + 1}"


def _show_record(done: list[dict[str, Any]], as_json: bool) -> None:
    summary = [
        {
            "problem": name,
            "items": len(entries),
            "marks": sum([entry["marks"] for entry in entries]),
            "out_of": sum([entry["out_of"] for entry in entries]),
            "last": entries[-1].get("when", ""),
        }
        for name, entries in sorted(_by_problem(done).items())
    ]
    if as_json:
        print_json(summary)
        return
    if not summary:
        click.echo("Nothing was practiced yet: markscheme practice")
        return
    made = table("", "problem", "items", "marks", "out of", "last")
    for row in summary:
        made.add_row(*[f"{row[column]:g}" if isinstance(row[column], float) else str(row[column]) for column in row])
    show_table(made)
