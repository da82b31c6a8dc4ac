"""How well each problem poses: kinds, different items, the commonest answer, slips, proof, and time. `make survey`."""

from __future__ import annotations

import inspect
from collections import Counter
from time import perf_counter

import click

from markscheme.bank.catalog import catalog
from markscheme.core.marks import written
from markscheme.core.problem import Problem

SEEDS = 1_000
TIMED = 200
HEADS = "problem | marks | kinds | different items | commonest answer | slips | proof | pose + mark, µs"


def row(problem: Problem) -> list[str]:
    """One problem's line of the table."""
    items = [problem.pose(str(seed)) for seed in range(SEEDS)]
    shares: list[tuple[int, str]] = []
    for answer in problem.asked:
        if not answer.kind.by_hand:
            said = Counter(answer.kind.write(item.key[answer.name]) for item in items)
            shares.append((said.most_common(1)[0][1], answer.name))
    constant = [name for count, name in shares if count == SEEDS]
    count, name = max([(count, name) for count, name in shares if count < SEEDS])
    commonest = f"{name} {100 * count / SEEDS:.0f} %" + (f" ({', '.join(constant)}: one for all)" if constant else "")
    checks = [*problem.checks, *[check for answer in problem.answers.values() for check in answer.checks]]
    ways = [inspect.getdoc(inspect.unwrap(check.function)) for check in checks]
    said = [" ".join(way.split()).partition(". ")[0].rstrip(".:") for way in ways if way]
    typed = [{name: problem.answers[name].kind.write(value) for name, value in it.key.items()} for it in items[:TIMED]]
    start = perf_counter()
    for seed in range(TIMED):
        problem.pose(str(seed)).mark(typed[seed])
    micros = 1e6 * (perf_counter() - start) / TIMED
    kinds = dict.fromkeys([answer.kind.noun.split(" ", 1)[1] for answer in problem.asked])
    different = len({repr(sorted(item.givens.items())) for item in items})
    slips = sum([len(answer.slips) for answer in problem.answers.values()])
    return [problem.name, written(problem.marks), ", ".join(kinds), f"{different}", commonest, f"{slips}",
            "; ".join(said), f"{micros:.0f}"]  # fmt: skip


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Print the table of all problems, or of some."""
    print(f"| {HEADS} |\n|{'|'.join(['---'] * (HEADS.count('|') + 1))}|")
    for problem in catalog().values():
        if not names or problem.name in names:
            print(f"| {' | '.join(row(problem))} |", flush=True)


if __name__ == "__main__":
    main()
