"""What answers pay that take no knowledge: stock answers in every blank, and one item's key handed in for another.

A *stock answer* is a text that fits the blank and that a student who knows nothing can write: a constant, a unit or a
counting vector, a symbol, a label, a number or a row copied off the page. A strategy has one for each part. Strategies
are searched greedily, part by part, from the same sort of answer everywhere and from strategies drawn at random: for
what they earn, and for what follow-through adds to what their answers earn one by one.

`python -m bench.farming --tables` prints the table of docs/farming.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import markscheme as ms
from bench.stock_answers import Stock, stock_of
from bench.timing import Figure
from markscheme.core.answer import Answer
from markscheme.core.problem import Problem
from markscheme.draw import Draw

SEEDS = 200
STRATEGIES = 2_000
SCREENED = 6
"""Seeds on which the search compares strategies."""
FINALISTS = 10
"""How many of the best, by what they earn and by what follow-through adds, are measured on all seeds."""
MOST_ADDED = 0.02
MOST_MEMORIZED = 0.25

Strategy = tuple[int, ...]
"""The number of a stock answer for each part that can be guessed."""
HEADS = ("problem", "marks", "guessing earns", "follow-through adds", "one key for all earns", "of which to know")


@dataclass(frozen=True)
class Earned:
    """Marks by one strategy, on average: all its answers handed in together, and each alone."""

    strategy: Strategy
    together: float
    alone: float

    @property
    def added(self) -> float:
        """What follow-through adds."""
        return self.together - self.alone


class Farm:
    """A problem, items of it, and what stock answers earn on them."""

    def __init__(self, problem: Problem, seeds: int = SEEDS) -> None:
        self.problem = problem
        self.items = [problem.pose(f"farming {seed}") for seed in range(seeds)]
        pools = [(answer, self._different(stock_of(answer))) for answer in problem.asked]
        self.answers: list[Answer[..., Any]] = [answer for answer, pool in pools if pool]
        self.pools = [pool for _, pool in pools if pool]
        self._alone: dict[tuple[int, int, str], float] = {}

    def _different(self, pool: list[Stock]) -> list[Stock]:
        """The stock answers that are written differently, on a few items."""
        by_texts = {tuple([stock(item) for item in self.items[:3]]): stock for stock in reversed(pool)}
        return [stock for texts, stock in reversed(by_texts.items()) if any(texts)]

    def tried(self, strategy: Strategy, seeds: int) -> Earned:
        together = alone = 0.0
        for number, item in enumerate(self.items[:seeds]):
            texts = [pool[choice](item) for pool, choice in zip(self.pools, strategy, strict=True)]
            said = {answer.name: text for answer, text in zip(self.answers, texts, strict=True) if text}
            single = [self._earned_alone(number, place, text) for place, text in enumerate(texts) if text]
            alone += sum(single)
            together += float(item.mark(said).marks) if self.carries else sum(single)
        count = len(self.items[:seeds])
        return Earned(strategy, together / count, alone / count)

    @property
    def carries(self) -> bool:
        """Whether any answer that can be guessed leads to another."""
        names = {answer.name for answer in self.answers}
        return any([not names.isdisjoint(answer.ancestors) for answer in self.problem.asked])

    def _earned_alone(self, number: int, place: int, text: str) -> float:
        at = number, place, text
        if at not in self._alone:
            self._alone[at] = float(self.items[number].mark({self.answers[place].name: text}).marks)
        return self._alone[at]

    def strategies(self, by: Callable[[Earned], float], most: int) -> list[Earned]:
        """At least so many strategies, as far as there are: greedy over the parts from one start after another."""
        found: dict[Strategy, Earned] = {}

        def tried(strategy: Strategy) -> Earned:
            if strategy not in found:
                found[strategy] = self.tried(strategy, SCREENED)
            return found[strategy]

        for start in islice(self._starts(), most):
            best = tried(start)
            for place in range(len(start)):
                before, after = best.strategy[:place], best.strategy[place + 1 :]
                others = [(*before, number, *after) for number in range(len(self.pools[place]))]
                best = max([best, *map(tried, others)], key=by)
            if len(found) >= most:
                break
        return sorted(found.values(), key=by, reverse=True)

    def _starts(self) -> Iterator[Strategy]:
        """The same sort of answer everywhere, the likeliest of each sort first; then any."""
        rng = Draw(f"farming {self.problem.name}")
        for number in range(max(map(len, self.pools), default=0)):
            yield tuple([min(number, len(pool) - 1) for pool in self.pools])
        while True:
            yield tuple([rng.below(len(pool)) for pool in self.pools])

    def best(self, most: int = STRATEGIES) -> tuple[Earned, Earned]:
        """The strategy that earns most, and the one to which follow-through adds most, measured on all items."""
        by_marks = self.strategies(_together, most // 2)[:FINALISTS]
        by_added = self.strategies(_added, most // 2)[:FINALISTS] if self.carries else []
        chosen = {it.strategy for it in by_marks + by_added}
        final = [self.tried(strategy, len(self.items)) for strategy in sorted(chosen)]
        return max(final, key=_together), max(final, key=_added)

    def show(self, strategy: Strategy) -> str:
        """A strategy as its texts on the first item."""
        item, parts = self.items[0], zip(self.answers, self.pools, strategy, strict=True)
        return "; ".join([f"{answer.name}: {pool[number](item)}" for answer, pool, number in parts])

    def memorized(self) -> tuple[float, float]:
        """What the key of another item earns on average; and what it earns in answers that are declared to be known."""
        key = self.problem.pose("memorized").key
        answers = [answer for answer in self.problem.asked if not answer.kind.by_hand and not answer.kind.is_run]
        said = {answer.name: answer.kind.write(key[answer.name]) for answer in answers}
        programs = sum([float(answer.marks) for answer in self.problem.asked if answer.kind.is_run])
        marked = [item.mark(said) for item in self.items]
        known = [answer.name for answer in answers if answer.fixed]
        earned = sum([float(it.marks) for it in marked]) / len(marked)
        of_known = sum([float(it[name].marks) for it in marked for name in known]) / len(marked)
        return earned + programs, of_known + programs


def _together(earned: Earned) -> float:
    return earned.together


def _added(earned: Earned) -> float:
    return earned.added


@dataclass(frozen=True)
class Pay:
    """What one problem pays to those who know nothing, and to those who know one key; in marks."""

    problem: str
    marks: float
    guessed: float
    added: float
    memorized: float
    known: float
    strategy: str

    @property
    def learned(self) -> float:
        """The share of the marks of one memorized key that is not declared to be known."""
        return (self.memorized - self.known) / self.marks

    @property
    def row(self) -> str:
        shares = [f"{100 * it / self.marks:.1f} %" for it in (self.guessed, self.added, self.memorized, self.known)]
        return f"| {self.problem} | {self.marks:g} | {' | '.join(shares)} |"


def pay(name: str) -> Pay:
    """What one problem pays."""
    farm = Farm(ms.problem(name))
    best, added = farm.best() if farm.pools else (Earned((), 0, 0), Earned((), 0, 0))
    strategy = farm.show(added.strategy)
    return Pay(name, float(farm.problem.marks), best.together, added.added, *farm.memorized(), strategy)


def pays(names: list[str]) -> Iterator[Pay]:
    with ProcessPoolExecutor(2) as executor:
        yield from executor.map(pay, names)


def figures() -> Iterator[Figure]:
    found = list(pays(list(ms.problems())))
    worst, learned = max(found, key=lambda it: it.added / it.marks), max(found, key=lambda it: it.learned)
    note = f"{worst.problem}, by {worst.strategy}"
    yield Figure("follow-through adds to ignorance", 100 * worst.added / worst.marks, "%", 100 * MOST_ADDED, note)
    yield Figure("one memorized key", 100 * learned.learned, "%", 100 * MOST_MEMORIZED, learned.problem)


def main(asked: list[str]) -> None:
    """Print the table, problem by problem; with `--why`, the strategy to which follow-through adds most."""
    names = [it for it in asked if not it.startswith("--")] or list(ms.problems())
    print(f"| {' | '.join(HEADS)} |\n|---{'|--:' * (len(HEADS) - 1)}|")
    for it in pays(names):
        print(it.row, it.strategy if "--why" in asked else "", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
