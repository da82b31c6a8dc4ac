"""Decoding a conditional tree: greedily, with a beam, and exhaustively, with the whole search as data.

A tree maps a prefix (a tuple of tokens, `()` at the start) to the log-probability of each token that may follow. It
need not be a full vocabulary: what is not in it cannot be decoded. Log-probabilities add exactly when they are int,
Fraction or Decimal; floats work, with their rounding.

The beam shrinks as in EECS 182 midterm, Spring 2023, question 4: a completed hypothesis that is kept takes its place
in the beam for good. Beam search for sequences: Graves, "Sequence transduction with recurrent neural networks"
(https://arxiv.org/abs/1211.3711); Sutskever, Vinyals and Le (https://arxiv.org/abs/1409.3215), section 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import exp, fsum
from operator import itemgetter
from typing import Generic, Protocol, Self, TypeAlias, TypeVar, runtime_checkable

from markscheme.mechanisms.arrays import Array, as_array


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
class Iteration(Generic[Score]):
    """One iteration of a search: the width of the beam, and all hypotheses expanded, in the order of expansion."""

    width: int
    expanded: tuple[Hypothesis[Score], ...]

    @property
    def kept(self) -> tuple[Hypothesis[Score], ...]:
        """Those that the beam kept, in the order of expansion."""
        return tuple([hypothesis for hypothesis in self.expanded if hypothesis.kept])


@dataclass(frozen=True, slots=True)
class Search(Generic[Score]):
    """A beam search: its iterations, and the completed hypotheses, best first (of equals, the first completed)."""

    iterations: tuple[Iteration[Score], ...]
    completed: tuple[Hypothesis[Score], ...]


def beam_search(tree: Tree[Score], width: int, end: str, *, fixed: bool = False) -> Search[Score]:
    """All iterations of a beam search that starts with a beam of `width`, and what it completed.

    Each iteration expands every hypothesis kept before by every token that the tree lets follow, and keeps the best, as
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
    >>> [(step.width, [" ".join(found.tokens) for found in step.expanded]) for step in search.iterations]
    [(2, ['a', 'b']), (2, ['a a', 'a END', 'b END'])]

    Raises `ValueError` if `width` is below 1 or the tree has no token at the start.
    """
    if width < 1:
        raise ValueError(f"a beam must be at least 1 wide, not {width}")
    _check_start(tree)
    iterations: list[Iteration[Score]] = []
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
        iterations.append(Iteration(width, tuple(expanded)))
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
    return Search(tuple(iterations), tuple(sorted(completed, key=lambda hypothesis: hypothesis.score, reverse=True)))


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


# Large vocabularies


def top_k(log_probabilities: Sequence[float], k: int) -> tuple[int, ...]:
    """The `k` likeliest tokens, likeliest first; of equal ones the one that stands first.

    >>> top_k([-1.0, -3.0, -1.0, -2.0], 3)
    (0, 2, 3)

    Raises `ValueError` unless there are k tokens, and for NaN.
    """
    if not 1 <= k <= len(log_probabilities):
        raise ValueError(f"1 to {len(log_probabilities)} tokens can be kept, not {k}")
    _refuse_nan(log_probabilities)
    return tuple(nlargest(k, range(len(log_probabilities)), key=log_probabilities.__getitem__))


def top_p(log_probabilities: Sequence[float], p: float) -> tuple[int, ...]:
    """The nucleus: the fewest likeliest tokens whose probabilities reach `p` together, likeliest first.

    Holtzman et al., "The curious case of neural text degeneration" (https://arxiv.org/abs/1904.09751). Of equal ones
    the one that stands first is taken. The log-probabilities may be unnormalized.

    >>> from math import log
    >>> top_p([log(0.1), log(0.6), log(0.3)], 0.7)
    (1, 2)

    Raises `ValueError` for a `p` outside 0 to 1, without tokens, and for NaN.
    """
    if not 0 < p <= 1:
        raise ValueError(f"a share of the probability lies above 0 and is at most 1, not {p}")
    order = top_k(log_probabilities, len(log_probabilities))
    highest = log_probabilities[order[0]]
    weights = [exp(log_probabilities[token] - highest) for token in order]
    wanted, reached = p * fsum(weights), 0.0
    for count, weight in enumerate(weights, 1):
        reached += weight
        if reached >= wanted:
            return order[:count]
    return order


def beam_step(
    scores: Sequence[Score], log_probabilities: Sequence[Sequence[Score]], width: int
) -> list[tuple[Score, int, int]]:
    """One step of a beam: the `width` best continuations, best first, each as its score, its hypothesis, and its token.

    Row h of `log_probabilities` is for the tokens that may follow hypothesis h, whose score so far is `scores[h]`. The
    sums are exact where they are. Of equal scores the earlier hypothesis comes first, then the token that stands first.

    >>> beam_step([-1, -2], [[-5, -3], [-1, -4]], 3)
    [(-3, 1, 0), (-4, 0, 1), (-6, 0, 0)]

    Raises `ValueError` if `width` is below 1, or unless there is a row for each hypothesis.
    """
    if width < 1:
        raise ValueError(f"a beam must be at least 1 wide, not {width}")
    if len(scores) != len(log_probabilities):
        raise ValueError(f"each hypothesis has a score and a row, not {len(scores)} and {len(log_probabilities)}")
    continued = [
        (score + step, place, token)
        for place, (score, row) in enumerate(zip(scores, log_probabilities, strict=True))
        for token, step in enumerate(row)
    ]
    return nlargest(width, continued, key=_score)


class TableModel:
    """A model of the next token by the last one alone: a table of log-probabilities, V × V, for beams over large V.

    The likeliest tokens of a row are found once, when it is first asked for, so that a step of a beam of w costs w²
    comparisons whatever the vocabulary. That loses nothing: what a step keeps is among the w likeliest of its row.

    >>> model = TableModel([[-1.0, -2.0], [-0.5, -3.0]])
    >>> model.step([0, 1], [0.0, -0.6], 2)
    [(-1.0, 0, 0), (-1.1, 1, 0)]

    Raises `ValueError` for a table that is not square, and for NaN in a row that is asked for.
    """

    def __init__(self, table: Sequence[Sequence[float]] | Array) -> None:
        self.table = as_array(table)
        if self.table.ndim != 2 or self.table.shape[0] != self.table.shape[1]:
            raise ValueError(f"a table of next tokens is square, V × V, not {tuple(self.table.shape)}")
        self._likeliest: dict[tuple[int, int], list[tuple[float, int]]] = {}

    def likeliest(self, token: int, width: int) -> list[tuple[float, int]]:
        """The `width` likeliest tokens after one, each with its log-probability; of equal ones the lower first."""
        found = self._likeliest.get((token, width))
        if found is None:
            row = [float(it) for it in self.table[token, ...]]
            found = self._likeliest[token, width] = [(row[it], it) for it in top_k(row, min(width, len(row)))]
        return found

    def step(self, tokens: Sequence[int], scores: Sequence[float], width: int) -> list[tuple[float, int, int]]:
        """One step of a beam: the `width` best continuations, each as its score, which hypothesis, and the new token.

        Of equal scores the earlier hypothesis comes first, then the token that stands first. A table that knows the
        last token alone gives equal scores to hypotheses that differ in their order only (in exact arithmetic); floats
        may tell them apart by rounding.

        Raises `ValueError` unless there is a score for each token.
        """
        if len(tokens) != len(scores):
            raise ValueError(f"each hypothesis has a token and a score, not {len(tokens)} and {len(scores)}")
        likeliest = self._likeliest
        found: list[tuple[float, int, int]] = []
        for place, token in enumerate(tokens):
            score = scores[place]
            for step, new in likeliest.get((token, width)) or self.likeliest(token, width):
                found.append((score + step, place, new))
        found.sort(key=_score, reverse=True)  # stable: equals keep their order
        return found[:width]


_score = itemgetter(0)


def _refuse_nan(log_probabilities: Sequence[float]) -> None:
    if any(it != it for it in log_probabilities):  # noqa: PLR0124 (NaN differs from itself)
        raise ValueError("log-probabilities are numbers: there is a NaN among them")
