"""Decoding a conditional tree: greedily, with a beam, and exhaustively, with the whole search as data.

A tree maps a prefix (a tuple of tokens, `()` at the start) to the log-probability of each token that may follow. It
need not be a full vocabulary: what is not in it cannot be decoded. Log-probabilities add exactly when they are int,
Fraction or Decimal; floats work, with their rounding.

The beam shrinks as in EECS 182 midterm, Spring 2023, question 4: a completed hypothesis that is kept takes its place
in the beam for good. Beam search for sequences: Graves, "Sequence transduction with recurrent neural networks"
(https://arxiv.org/abs/1211.3711); Sutskever, Vinyals and Le (https://arxiv.org/abs/1409.3215), section 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeAlias, TypeVar, runtime_checkable


@runtime_checkable
class Addable(Protocol):
    """What a log-probability must do: int, Fraction, Decimal and float do it."""

    def __add__(self, other: Self, /) -> Self: ...
    def __lt__(self, other: Self, /) -> bool: ...


Tokens: TypeAlias = tuple[str, ...]
Score = TypeVar("Score", bound=Addable)
Tree: TypeAlias = Mapping[Tokens, Mapping[str, Score]]


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[Score]):
    """A sequence of tokens and its log-probability; whether the beam kept it, and whether it is at its end."""

    tokens: Tokens
    score: Score
    kept: bool
    completed: bool


@dataclass(frozen=True, slots=True)
class Round(Generic[Score]):
    """One round of a search: the width of the beam, and all hypotheses expanded, in the order of expansion."""

    width: int
    expanded: tuple[Hypothesis[Score], ...]

    @property
    def kept(self) -> tuple[Hypothesis[Score], ...]:
        """Those that the beam kept, in the order of expansion."""
        return tuple([hypothesis for hypothesis in self.expanded if hypothesis.kept])


@dataclass(frozen=True, slots=True)
class Search(Generic[Score]):
    """A whole beam search: its rounds, and the completed hypotheses, best first (of equals, the first completed)."""

    rounds: tuple[Round[Score], ...]
    completed: tuple[Hypothesis[Score], ...]


def beam_search(tree: Tree[Score], width: int, end: str, *, fixed: bool = False) -> Search[Score]:
    """All rounds of a beam search that starts with a beam of `width`, and what it completed.

    Each round expands every hypothesis kept before by every token that the tree lets follow, and keeps the best, as
    many as the beam is wide. A kept hypothesis that ends with the token `end` is completed: it is expanded no more, and
    the beam for the rest is narrower by one, until no width is left. With `fixed` the beam stays as wide as it was (a
    common reading of the algorithm; more than `width` hypotheses may then be completed). The search also stops when
    nothing kept can be expanded: a hypothesis that the tree does not continue falls out when its turn comes.

    Ties: of equal scores the one expanded first is kept. Hypotheses are expanded in the order in which they were
    themselves expanded, tokens in the order of the tree.

    >>> tree = {(): {"a": -1, "b": -2}, ("a",): {"a": -4, "END": -3}, ("b",): {"END": -1}}
    >>> search = beam_search(tree, 2, "END")
    >>> [(" ".join(found.tokens), found.score) for found in search.completed]
    [('b END', -3), ('a END', -4)]
    >>> [(step.width, [" ".join(found.tokens) for found in step.expanded]) for step in search.rounds]
    [(2, ['a', 'b']), (2, ['a a', 'a END', 'b END'])]

    Raises `ValueError` if `width` is below 1 or the tree has no token at the start.
    """
    if width < 1:
        raise ValueError(f"a beam must be at least 1 wide, not {width}")
    _check_start(tree)
    rounds: list[Round[Score]] = []
    completed: list[Hypothesis[Score]] = []
    fresh: list[tuple[Tokens, Score]] = [((token,), score) for token, score in tree[()].items()]
    while fresh and width:
        best = sorted(
            range(len(fresh)), key=lambda place: fresh[place][1], reverse=True
        )  # stable: equals keep their order
        chosen = set(best[:width])
        expanded = [
            Hypothesis(tokens, score, place in chosen, tokens[-1] == end) for place, (tokens, score) in enumerate(fresh)
        ]
        rounds.append(Round(width, tuple(expanded)))
        kept = [hypothesis for hypothesis in expanded if hypothesis.kept]
        done = [hypothesis for hypothesis in kept if hypothesis.completed]
        completed += done
        if not fixed:
            width -= len(done)
        fresh = [
            ((*hypothesis.tokens, token), hypothesis.score + step)
            for hypothesis in kept
            if not hypothesis.completed
            for token, step in tree.get(hypothesis.tokens, {}).items()
        ]
    return Search(tuple(rounds), tuple(sorted(completed, key=lambda hypothesis: hypothesis.score, reverse=True)))


def greedy(tree: Tree[Score], end: str) -> Hypothesis[Score]:
    """The sequence that takes the likeliest token each time; of equal ones the first in the tree.

    It stops at the token `end`, or (not `completed`) where the tree does not go on.

    >>> greedy({(): {"a": -1, "b": -2}, ("a",): {"a": -4, "END": -3}, ("b",): {"END": -1}}, "END")
    Hypothesis(tokens=('a', 'END'), score=-4, kept=True, completed=True)

    Raises `ValueError` if the tree has no token at the start.
    """
    _check_start(tree)
    token, score = max(tree[()].items(), key=lambda branch: branch[1])
    tokens: Tokens = (token,)
    while token != end and tree.get(tokens):
        token, step = max(tree[tokens].items(), key=lambda branch: branch[1])
        tokens, score = (*tokens, token), score + step
    return Hypothesis(tokens, score, kept=True, completed=token == end)


def exhaustive(tree: Tree[Score], end: str) -> tuple[Hypothesis[Score], ...]:
    """Every completed sequence of the tree, best first; of equal ones the one that the tree lists first.

    Each is scored anew from the start (`sequence_score`). "Exhaustive" means over what the tree holds.

    >>> tree = {(): {"a": -1, "b": -2}, ("a",): {"a": -4, "END": -3}, ("b",): {"END": -1}}
    >>> [(found.tokens, found.score) for found in exhaustive(tree, "END")]
    [(('b', 'END'), -3), (('a', 'END'), -4)]

    Raises `ValueError` if the tree has no token at the start.
    """
    _check_start(tree)
    sequences: list[Tokens] = []
    waiting: list[Tokens] = [()]
    while waiting:
        prefix = waiting.pop()
        if prefix[-1:] == (end,):
            sequences.append(prefix)
        else:
            waiting += [(*prefix, token) for token in reversed([*tree.get(prefix, {})])]
    found = [Hypothesis(tokens, sequence_score(tree, tokens), kept=True, completed=True) for tokens in sequences]
    return tuple(sorted(found, key=lambda hypothesis: hypothesis.score, reverse=True))


def sequence_score(tree: Tree[Score], tokens: Tokens) -> Score:
    r"""The log-probability $\sum_t \log p(x_t \mid x_1, \dots, x_{t-1})$ of a sequence, read off the tree.

    >>> sequence_score({(): {"a": -1}, ("a",): {"END": -3}}, ("a", "END"))
    -4

    Raises `ValueError` if the sequence is empty or the tree does not hold it.
    """
    if not tokens:
        raise ValueError("a sequence must have at least one token, not none")
    steps: list[Score] = []
    for place, token in enumerate(tokens):
        branches = tree.get(tokens[:place], {})
        if token not in branches:
            raise ValueError(f"a sequence must be in the tree, not take {token!r} after {tokens[:place]}")
        steps.append(branches[token])
    total = steps[0]
    for step in steps[1:]:
        total = total + step
    return total


def _check_start(tree: Tree[Score]) -> None:
    if not tree.get(()):
        raise ValueError("a tree must have at least one token at its start, the prefix ()")
