"""Trees of words for decoding/beam_search, drawn so that a beam search in them goes wrong where one may err."""

from collections.abc import Mapping
from decimal import Decimal
from math import ceil, log
from typing import NamedTuple, TypeAlias

from markscheme import Draw

Tokens: TypeAlias = tuple[str, ...]
Tree: TypeAlias = Mapping[Tokens, Mapping[str, Decimal]]

END = "<EOS>"
MARGIN = Decimal("0.05")
"""How far apart sums are, at least, where they decide."""
LOGS = tuple([Decimal(-ceil(-100 * log(percent / 100))).scaleb(-2) for percent in range(1, 100)])
"""Logarithms of 1 % to 99 %, rounded down to hundredths: percentages within 100 make probabilities within 1."""


class Branch(NamedTuple):
    """A hypothesis before it has its last word: its sum, the place of the one that it extends, its last step."""

    total: Decimal
    parent: int
    step: Decimal


def grown(rng: Draw, words: Tokens, depth: int) -> Tree:
    """A tree in which a beam of two completes one sequence early and the other in iteration `depth`.

    Numbers first, words after: who ends where is a matter of rank. In the iteration after the first completion `<EOS>`
    comes second, so that it counts only in a beam that has not become narrower. What is eliminated goes on all the
    same. In most trees both hypotheses of iteration 2 extend the same word, which only sums can tell.
    """
    tree: dict[Tokens, dict[str, Decimal]] = {}
    first = rng.int(2, depth - 2)
    one_parent = rng.chance(3, 5)
    held: list[tuple[Tokens, Decimal]] = [((), Decimal(0))]
    for t in range(1, depth + 1):
        width = 2 if t <= first else 1
        totals = [total for _, total in held]
        if t == 1:
            branches = ranked(totals, [shares(rng, len(words), *((61, 66) if one_parent else (48, 57)))])
        elif t == 2 and one_parent:
            branches = both_of_one(rng, totals, len(words))
        else:
            branches = clear(rng, totals, len(words), width)
        ending = {first: rng.below(2), first + 1: 1, depth: 0}.get(t)
        tokens = labels(rng, words, branches, width, ending, start=t == 1)
        paths = [(*held[branch.parent][0], token) for branch, token in zip(branches, tokens, strict=True)]
        for path, branch in rng.shuffled(list(zip(paths, branches, strict=True))):
            tree.setdefault(path[:-1], {})[path[-1]] = branch.step
        if t < depth:
            for path in paths[width:]:
                if path[-1] != END:
                    tree[path] = decoy(rng, words)
        held = [(path, branch.total) for path, branch in zip(paths[:width], branches, strict=False) if path[-1] != END]
    return tree


def ranked(totals: list[Decimal], steps: list[list[Decimal]]) -> list[Branch]:
    """The branches of each hypothesis, best sum first."""
    found = [Branch(total + step, i, step) for i, total in enumerate(totals) for step in steps[i]]
    return sorted(found, reverse=True)


def clear(rng: Draw, totals: list[Decimal], count: int, width: int) -> list[Branch]:
    """Branches of which the last that is kept is clear of the first that is not."""
    while True:
        branches = ranked(totals, [shares(rng, count, 52, 85) for _ in totals])
        if branches[width - 1].total - branches[width].total >= MARGIN:
            return branches


def both_of_one(rng: Draw, totals: list[Decimal], count: int) -> list[Branch]:
    """Branches of which the best two extend the likelier hypothesis, though the other has the likeliest last word.

    Added up, probabilities often favor that word too; multiplied, as they must be, they do not.
    """
    while True:
        branches = ranked(totals, [close_shares(rng, count), shares(rng, count, 70, 88)])
        second, third = branches[1:3]
        is_told_by_sums = second.parent == 0 != third.parent and third.step > branches[0].step
        if is_told_by_sums and second.total - third.total >= MARGIN:
            return branches


def shares(rng: Draw, count: int, low: int, high: int) -> list[Decimal]:
    """Log-probabilities: each word but the last gets from `low` to `high` percent of what is left."""
    left, percents = 100, list[int]()
    for others in range(count - 1, 0, -1):
        percents.append(max(1, min(left * rng.int(low, high) // 100, left - others)))
        left -= percents[-1]
    percents.append(max(1, left - rng.int(0, 5)))
    return [LOGS[percent - 1] for percent in percents]


def close_shares(rng: Draw, count: int) -> list[Decimal]:
    """Log-probabilities: two words share nearly all, about evenly."""
    most = rng.int(51, 54) - 4 * (count > 2)
    percents = [most, 96 - most - 4 * (count > 2) + rng.int(0, 4), *[2] * (count - 2)]
    return [LOGS[percent - 1] for percent in percents]


def labels(
    rng: Draw, words: Tokens, branches: list[Branch], width: int, ending: int | None, *, start: bool
) -> list[str]:
    """The last words: `<EOS>` for the branch of rank `ending`, for no other that is kept, and for some of the rest."""
    ends = {} if ending is None else {branches[ending].parent: ending}
    if not start:
        for rank in range(width, len(branches)):
            if rng.chance(1, 2):
                ends.setdefault(branches[rank].parent, rank)
    unused = {branch.parent: iter(rng.shuffled(words)) for branch in branches}
    return [
        END if ends.get(branch.parent) == rank else next(unused[branch.parent]) for rank, branch in enumerate(branches)
    ]


def decoy(rng: Draw, words: Tokens) -> dict[str, Decimal]:
    """How an eliminated hypothesis would have gone on: it might well have ended."""
    percent = rng.int(80, 95)
    branches = [(END, LOGS[percent - 1]), (rng.choice(words), LOGS[max(1, 100 - percent - rng.int(0, 3)) - 1])]
    return dict(rng.shuffled(branches))
