"""A set of rows: sized, random access, picklable; the same rows on every machine, and no two of one content."""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, cast, overload

from markscheme.bank.catalog import catalog
from markscheme.core.answer import Answer
from markscheme.core.content import content_of
from markscheme.core.errors import MarkschemeError, PosingError, some
from markscheme.core.item import Item
from markscheme.datasets.digests import Digests, digest_of
from markscheme.datasets.rows import Ask, Row, may_be_asked, row_of, scorable
from markscheme.datasets.scoring import score_answer
from markscheme.datasets.splits import SPLITS, Split, split_of
from markscheme.datasets.supervision import first_wrong_step, preference
from markscheme.draw import Draw

Levels: TypeAlias = Mapping[str, Sequence[object]]
"""The values of each knob, level by level; a knob with one value has it on all levels."""
Rows: TypeAlias = Literal["questions", "first-wrong-step", "preference"]
PATIENCE: Final = 3_000
"""Candidates without a new row, after which a problem has no more."""


@dataclass(frozen=True)
class Recipe:
    """All that the rows of a set follow from. Candidates are counted; a row is one that is new, in the split."""

    problems: tuple[str, ...]
    seed: str
    split: Split | None
    ask: Ask
    levels: tuple[tuple[str, Levels], ...]
    weights: tuple[int, ...]
    solutions: bool = False
    prove: bool = False
    rows: Rows = "questions"

    def name_of(self, number: int) -> str:
        """The problem of a candidate."""
        if len(self.problems) == 1:
            return self.problems[0]
        drawn = Draw(f"{self.seed}/{number}: problem").below(sum(self.weights))
        for name, weight in zip(self.problems, self.weights, strict=True):
            if drawn < weight:
                return name
            drawn -= weight
        raise AssertionError

    def candidate(self, number: int, wanted: Container[Split] | None = None) -> Candidate | None:
        """A candidate, or None where it cannot be posed or is in none of the wanted splits (all, if not said)."""
        name = self.name_of(number)
        levels = dict(self.levels).get(name, {})
        count = max([len(values) for values in levels.values()], default=1)
        level = Draw(f"{self.seed}/{number}: level").below(count) if count > 1 else 0
        knobs = {knob: values[min(level, len(values) - 1)] for knob, values in levels.items()}
        try:
            item = catalog()[name].pose(f"{self.seed}/{number}", **knobs)
        except PosingError:
            return None
        content = content_of(item)
        if wanted is not None and split_of(content) not in wanted:
            return None
        asked = scorable(item)
        if self.ask == "one" and self.rows == "questions":
            asked = (asked[Draw(f"{self.seed}/{number}: asked").below(len(asked))],)
        return Candidate(number, item, asked, content, level if count > 1 else None)

    def row(self, candidate: Candidate) -> Row:
        """The row of a candidate; its key is computed a second way first, where the set is to be proven."""
        if self.prove:
            from markscheme.core.proof import confirm  # noqa: PLC0415 (for those that prove)

            confirm(candidate.item, self._shown(candidate))
        row = self._row(candidate)
        row["metadata"]["number"] = candidate.number
        if candidate.level is not None:
            row["metadata"]["level"] = candidate.level
        return row

    def _shown(self, candidate: Candidate) -> list[str]:
        """The answers of which a row has the key; a row of solutions has those of all steps."""
        if self.rows == "questions":
            return [answer.name for answer in candidate.asked]
        steps = candidate.item.problem.answers.items()
        return [name for name, answer in steps if not answer.kind.by_hand and not answer.kind.is_run]

    def _row(self, candidate: Candidate) -> Row:
        item = candidate.item
        if self.rows == "first-wrong-step":
            return first_wrong_step(item, wrong=Draw(f"{self.seed}/{candidate.number}: wrong").below(4) > 0)
        if self.rows == "preference":
            return preference(item)
        return row_of(item, candidate.asked, solution=self.solutions, content=candidate.content)


def key_of(content: str, asked: Iterable[str]) -> str:
    """What no two rows of a set have in common: what an item asks, and which answers."""
    return f"{content} {' '.join(asked)}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may become a row; two of one key would be one row."""

    number: int
    item: Item
    asked: tuple[Answer[..., Any], ...]
    content: str
    level: int | None

    @property
    def digest(self) -> int:
        """What no two rows of a set have in common, in 8 bytes."""
        return digest_of(key_of(self.content, [answer.name for answer in self.asked]))


@dataclass
class Found:
    """What came of the candidates, as far as somebody has looked: how many became rows, and a digest of each."""

    seen: Digests = field(default_factory=Digests)
    next: int = 0
    last: int = -1
    """The latest candidate that became a row."""

    @property
    def count(self) -> int:
        """How many candidates became rows."""
        return len(self.seen)

    @property
    def idle(self) -> int:
        """How many candidates in a row brought nothing new."""
        return self.next - self.last - 1

    def takes(self, number: int, digest: int) -> bool:
        """Whether a candidate is a new row; candidates are offered in order, but for those that are turned down."""
        self.next = number + 1
        if not self.seen.add(digest):
            return False
        self.last = number
        return True


class Dataset(Sequence[Row]):
    """Rows by their number; what `dataset` returns.

    A row is posed when it is asked for. No two have the same content and ask for the same, and splits have no content
    in common, whatever their seeds. Raises `MarkschemeError` at the first row that there is not, where the problems
    have fewer different items than the set is to have rows.
    """

    def __init__(self, recipe: Recipe, size: int) -> None:
        self.recipe, self.size = recipe, size
        self._begin()

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self.size))]
        if not -self.size <= index < self.size:
            raise IndexError(f"the set has {self.size} rows, not one of number {index}")
        candidate = self._candidate(index % self.size)
        return self.recipe.row(candidate)

    def __iter__(self) -> Iterator[Row]:
        return (self[i] for i in range(self.size))

    def __getstate__(self) -> dict[str, Any]:
        return {"recipe": self.recipe, "size": self.size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state
        self._begin()

    def __repr__(self) -> str:
        return f"Dataset({', '.join(self.recipe.problems)}; {self.size} rows, seed {self.recipe.seed!r})"

    def score_answer(self, answer: object, entry: Row) -> float:
        """What a reply to one of the rows earns, from 0 to 1."""
        return score_answer(answer, entry)

    def _begin(self) -> None:
        self._found = Found()
        self._numbers = array("Q")
        """The candidates that became rows."""

    def _candidate(self, index: int) -> Candidate:
        if index < len(self._numbers):
            known = self._look(self._numbers[index])
            assert known is not None
            return known
        found = self._found
        while True:
            number = found.next
            candidate = self._look(number)
            found.next = number + 1
            if candidate is not None and found.takes(number, candidate.digest):
                self._numbers.append(number)
                if len(self._numbers) > index:
                    return candidate
            self.check(found)

    def _look(self, number: int) -> Candidate | None:
        split = self.recipe.split
        return self.recipe.candidate(number, None if split is None else (split,))

    def check(self, found: Found) -> None:
        """Raise `MarkschemeError` where so many candidates brought nothing new that there are no more rows."""
        recipe = self.recipe
        if found.idle > PATIENCE * len(recipe.problems):
            whence = f" in the split {recipe.split}" if recipe.split else ""
            raise MarkschemeError(
                f"{some(recipe.problems)}: there are {found.count} different rows{whence}, not "
                f"{self.size}; ask for fewer, turn a knob, or add problems"
            )


def dataset(
    names: str | Sequence[str] = (), size: int = 500, seed: str | int = 0, split: Split | None = None,
    knobs: Mapping[str, Any] | None = None, *, ask: Ask = "one", weights: Mapping[str, int] | None = None,
    solutions: bool = False, prove: bool = False, rows: Rows = "questions",
) -> Dataset:  # fmt: skip
    """A set of `size` rows of one problem, of several, or of the whole bank: the same rows on every machine.

    >>> rows = dataset("attention/linear_rnn", size=2, seed=1, split="test")
    >>> rows[0]["metadata"]["split"], rows[1] == dataset("attention/linear_rnn", size=9, seed=1, split="test")[1]
    ('test', True)

    `ask` is for one answer of an item a row, or for all those that no person marks. `knobs` has the knobs of the
    problem, or, by problem, of several; a list of values raises a knob level by level. `weights` says how often a
    problem comes, as whole numbers. `solutions` puts the worked solution into the metadata, and `prove` computes each
    key a second way. `rows` may also be worked solutions of which the "first-wrong-step" is asked, or pairs of a right
    one and a wrong one, for "preference" training.

    Raises `UnknownName`, and `MarkschemeError` for what cannot be asked so.
    """
    chosen = (names,) if isinstance(names, str) else tuple(names) or askable()
    if size < 0:
        raise MarkschemeError(f"a set has 0 rows or more, not {size}")
    if any(["\ud800" <= sign <= "\udfff" for sign in f"{seed}"]):
        raise MarkschemeError(f"a seed is text, not bytes that are none: {seed!r}")
    if split is not None and split not in SPLITS:
        raise MarkschemeError(f"a split is {', '.join(SPLITS[:-1])} or {SPLITS[-1]}, not {split!r}")
    for name in chosen:
        if not _can_be_asked(name):
            raise MarkschemeError(
                f"{name} cannot be in a set: a person marks its answers, or they are one for all items"
            )
    recipe = Recipe(
        chosen,
        f"{seed}",
        split,
        ask,
        _levels(chosen, knobs or {}),
        _weights(chosen, weights or {}),
        solutions,
        prove,
        rows,
    )
    return Dataset(recipe, size)


def askable() -> tuple[str, ...]:
    """The problems of the bank that a set can have."""
    return tuple(filter(_can_be_asked, catalog()))


def _can_be_asked(name: str) -> bool:
    return any(map(may_be_asked, catalog()[name].asked))


def _levels(names: Sequence[str], knobs: Mapping[str, Any]) -> tuple[tuple[str, Levels], ...]:
    own = {names[0]: knobs} if len(names) == 1 and names[0] not in knobs else knobs
    if unknown := [name for name in own if name not in names]:
        raise MarkschemeError(f"knobs are given for {unknown[0]!r}, which the set does not have; of several problems "
                              f"they are given by problem: {{{names[0]!r}: {{...}}}}")  # fmt: skip
    levels: list[tuple[str, Levels]] = []
    for name in names:
        given: Mapping[str, Any] = own.get(name, {})
        by_level = {knob: _values(value) for knob, value in given.items()}
        for knob, values in by_level.items():
            for value in values:
                catalog()[name].pose("0", **{knob: value})  # raises for what is no knob, or no value of it
        levels.append((name, by_level))
    return tuple(levels)


def _values(value: object) -> tuple[object, ...]:
    return tuple(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else (value,)


def _weights(names: Sequence[str], weights: Mapping[str, int]) -> tuple[int, ...]:
    if unknown := [name for name in weights if name not in names]:
        raise MarkschemeError(f"there is a weight for {unknown[0]!r}, which the set does not have")
    found = [weights.get(name, 1) for name in names]
    if min(found) < 1 or sum(found) > 10**9:
        raise MarkschemeError(f"weights are whole numbers from 1 on, which add up to at most a billion, not {found}")
    return tuple(found)
