"""Is a question still a test, with the student's earlier answers in it? Where it is not, a person decides.

An earlier answer chosen to make a later question trivial earns nothing by itself: zeros, unit vectors, constants for
formulas, the same vector in every blank. The same working is done again at other numbers, with the student's own
answers kept, and must still hang on them as the true one does. `bench/farming.py` and `bench/follow_through.py` measure
both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from markscheme.core.candidate import Candidate, Inputs, carries_of, values_of
from markscheme.core.errors import PosingError
from markscheme.core.solving import solved
from markscheme.core.unforeseen import agrees, called, is_key
from markscheme.exact import Interval, Vector
from markscheme.language import NOTHING, Message, say
from markscheme.reading.syntax import names_of

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Slip
    from markscheme.core.follow_through import Student
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem
    from markscheme.core.wiring import Values

REDRAWS: Final = 24
FEWEST_REDRAWS: Final = 4
MOST_COPIES: Final = 3
MOST_MOVES: Final = 12
MOST_LIKE_IT: Final = 1 / 6
"""At what share of other numbers the result may be the submitted one, where little of what leads to it is right."""
MOST_WHERE_ALL_ARE: Final = 1 / 10
"""The same, where the true result never changes."""

Place: TypeAlias = tuple[object, ...]
Redrawn: TypeAlias = list[tuple[dict[str, Any], Any]]
"""What was redrawn, and a result."""
_Pieces: TypeAlias = tuple[dict[Place, Any], dict[Place, Any]]
"""Pieces of the inputs, and of the result."""


class Redone(NamedTuple):
    """The same working at other numbers."""

    inputs: dict[str, Any]
    """What was redrawn."""
    truly: Any
    """The result that goes on from right earlier answers."""
    own: Any
    """The result that goes on from the student's."""


Way: TypeAlias = Callable[["Item"], Mapping[str, Any]]
"""The student's own answers, at the numbers of an item."""


class Trial:
    """One student's item, with the student's earlier answers in it."""

    def __init__(self, student: Student) -> None:
        self.student = student
        self.item = student.item

    def spoiled(self, answer: Answer[..., Any], inputs: Inputs, value: Any) -> Message:
        """Why the earlier answers make this question another one; empty if they do not."""
        if broken := self.student.broken(answer, inputs, value):
            return say("spoiled-ill-posed", broken=broken)
        diagnosed = {slip for name in carries_of(inputs) for slip in self.student.verdicts[name].slips}
        slips = [slip for slip in answer.slips if slip.strict and slip.name not in diagnosed]
        telling = [slip for slip in slips if self._tells(answer, slip)]
        for slip in telling:
            slipped = called(slip.wired, self.student.world(slip.wired, values_of(inputs)))
            if is_key(answer, slip, slipped, {**values_of(inputs), answer.name: value}):
                return say("spoiled-like-slip", slip=self.item.problem.graph.words(slip.name))
        for name in () if diagnosed else sorted(carries_of(inputs) & self.student.wrong.keys()):
            if self._says_little(name):
                return say("spoiled-says-little", name=name)
        if self._is_mostly_wrong(answer) and self._is_picked(answer):
            return say("spoiled-picked")
        if not diagnosed and self._is_mostly_wrong(answer) and (unused := self._unused(answer, inputs)):
            return say("spoiled-unused", unused=unused)
        varies = False
        for way in self._ways(answer, carries_of(inputs)):
            redone = self._redone(answer, inputs, way)
            varies = varies or _varies(answer, redone)
            if trivial := self._trivial(answer, value, redone, is_diagnosed=bool(diagnosed)):
                return trivial
        return NOTHING if telling or varies else say("spoiled-nothing-tells")

    def _says_little(self, name: str) -> bool:
        """Whether the student's formula lacks most of the symbols of the true one."""
        if self.item.problem.answers[name].kind.form != "expression":
            return False
        needed = {*names_of(self.item.values[name])}
        return 2 * len(needed.intersection(names_of(self.student.wrong[name]))) < len(needed)

    def _is_picked(self, answer: Answer[..., Any]) -> bool:
        """Whether the true result is always one of several values that flow in, now this and now that."""
        items = (self.item, *self._others)
        places = [_places_of(it.values[answer.name], [it.values[name] for name in answer.wired.names]) for it in items]
        return all(places) and not places[0].intersection(*places[1:])

    def _unused(self, answer: Answer[..., Any], inputs: Inputs) -> str:
        """A given or a hint that changes the true result, and never the student's; empty if there is none."""
        own = self.student.wrong | self.student.rounded
        here = self._redone_at(self.item.values, answer, inputs, own)
        for name in here.inputs if here else ():
            moved = [{**self.item.values, name: other.values[name]} for other in self._others_alike[:MOST_MOVES]]
            redone = [it for values in moved if (it := self._redone_at(values, answer, inputs, own))]
            changes = [it for it in redone if here and not agrees(answer, here.truly, it.truly)]
            if len(changes) >= FEWEST_REDRAWS and all([here and agrees(answer, here.own, it.own) for it in redone]):
                return name
        return ""

    def _trivial(self, answer: Answer[..., Any], value: Any, redone: list[Redone], *, is_diagnosed: bool) -> Message:
        """Why the working at other numbers shows that nothing was left to do; empty if it does not."""
        if redone and all([agrees(answer, value, it.own) for it in redone]):
            return say("spoiled-constant")
        if redone and all([_is_even(it.own) for it in redone]) and not any([_is_even(it.truly) for it in redone]):
            return say("spoiled-all-alike")
        own, truly = [(it.inputs, it.own) for it in redone], [(it.inputs, it.truly) for it in redone]
        if not is_diagnosed and _is_copied(own) and not _is_copied(truly):
            return say("spoiled-copied")
        if self._is_mostly_wrong(answer):
            varies = _varies(answer, redone)
            key = self.item.values[answer.name] if varies else None
            changed = [it.own for it in redone if not agrees(answer, key, it.truly)]
            most = MOST_LIKE_IT if varies else MOST_WHERE_ALL_ARE
            if sum([agrees(answer, value, it) for it in changed]) > most * len(changed):
                return say("spoiled-often-the-same")
        return NOTHING

    def _ways(self, answer: Answer[..., Any], carries: frozenset[str]) -> Iterator[Way]:
        """How the student's own answers may have come about: as they are, or one of them copied off the page."""
        own = self.student.wrong | self.student.rounded
        yield lambda _: own
        names = sorted(carries & self.student.wrong.keys()) if self._is_mostly_wrong(answer) else []
        copies = [(name, *copy) for name in names for copy in islice(self._copies(own[name]), MOST_COPIES)]
        for name, place, sign in copies:
            yield (
                lambda other, name=name, place=place, sign=sign: (
                    own | {name: _copied(own[name], _page(other).get(place), sign)}
                )
            )

    def _copies(self, value: Any) -> Iterator[tuple[Place, int]]:
        """Where a value stands on the page, or its negative."""
        for place, piece in _page(self.item).items():
            for sign in (1, -1):
                if value == _copied(value, piece, sign):
                    yield place, sign

    def _tells(self, answer: Answer[..., Any], slip: Slip) -> bool:
        """Whether a slip differs from the key at the item's own numbers."""
        truly = called(slip.wired, self.item.values)
        return truly is not None and not is_key(answer, slip, truly, self.item.values)

    def _is_mostly_wrong(self, answer: Answer[..., Any]) -> bool:
        """Whether at most half of the answers that lead to this one are right, or follow from earlier ones."""
        verdicts = self.student.verdicts
        before = [verdicts[name].status for name in answer.ancestors if name in verdicts]
        right = [status for status in before if status in ("right", "follow-through")]
        return 2 * len(right) <= len(before)

    def _redone(self, answer: Answer[..., Any], inputs: Inputs, way: Way) -> list[Redone]:
        """The same working at other numbers.

        All that is no number (operations, labels, sizes) stays the item's own, if the true result changes so.
        """
        redone: list[Redone] = []
        for others in (self._others_alike, self._others):
            redone = [it for other in others if (it := self._redone_at(other.values, answer, inputs, way(other)))]
            if len(redone) >= FEWEST_REDRAWS and _varies(answer, redone):
                break
        return redone

    def _redone_at(self, other: Values, answer: Answer[..., Any], inputs: Inputs, own: Values) -> Redone | None:
        working, redrawn = Candidate(None, inputs=inputs), dict[str, Any]()
        truly, owned = [
            self._replayed(working, answer.name, kept, other, redrawn, {}) for kept in (self.item.values, own)
        ]
        return Redone(redrawn, truly, owned) if redrawn and truly is not None and owned is not None else None

    def _replayed(
        self, candidate: Candidate, name: str, own: Values, other: Values, redrawn: dict[str, Any],
        done: dict[int, Any],
    ) -> Any:  # fmt: skip
        """A candidate at other numbers, come about in the same way; `redrawn` collects what it took from there."""
        if candidate.inputs is None:
            if candidate.carries:
                return own[name]
            redrawn[name] = other[name]
            return other[name]
        if id(candidate) not in done:
            values = {it: self._replayed(c, it, own, other, redrawn, done) for it, c in candidate.inputs.items()}
            done[id(candidate)] = called(self.item.problem.answers[name].wired, values)
        return done[id(candidate)]

    @property
    def _others(self) -> tuple[Item, ...]:
        return _redraws(self.item.problem, tuple(self.item.identity.knobs.items()))

    @cached_property
    def _others_alike(self) -> tuple[Item, ...]:
        return tuple([alike for other in self._others if (alike := _with_numbers_of(self.item, other))])


@lru_cache(maxsize=256)
def _redraws(problem: Problem, knobs: tuple[tuple[str, object], ...]) -> tuple[Item, ...]:
    """Other items, the same for all items of a problem: a class needs them once."""
    redraws: list[Item] = []
    for number in range(REDRAWS):
        try:
            redraws.append(problem.pose(f"other numbers {number}", **dict(knobs)))
        except PosingError:
            continue
    return tuple(redraws)


def _with_numbers_of(item: Item, other: Item) -> Item | None:
    """The item at the numbers of another one, given by given; None where it cannot be computed at those."""
    alike = {name for name, value in item.givens.items() if _form(value) == _form(other.givens[name])}
    if len(alike) == len(item.givens):
        return other
    givens = {**item.givens, **{name: other.givens[name] for name in alike}}
    try:
        return replace(item, givens=givens, values=solved(item.problem, item.identity, givens))
    except PosingError:
        return None


def _form(value: Any) -> Any:
    """What is left of a value without its numbers."""
    if isinstance(value, int | float | Fraction) and not isinstance(value, bool):
        return None
    if isinstance(value, Mapping):
        return {key: _form(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, tuple | list):
        return [_form(item) for item in cast("Iterable[object]", value)]
    return value


def _page(item: Item) -> dict[Place, Any]:
    """What stands on the page, whole and in its pieces."""
    shown = [name for name, answer in item.problem.answers.items() if answer.is_printed]
    return dict(_pieces_in({name: item.values[name] for name in (*item.givens, *shown)}, ()))


def _pieces_in(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    yield place, value
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[object, object]", value).items():
            yield from _pieces_in(item, (*place, key))
    elif isinstance(value, tuple | list):
        for at, item in enumerate(cast("Iterable[object]", value)):
            yield from _pieces_in(item, (*place, at))


def _is_even(value: Any) -> bool:
    """Whether a value has several numbers, all the same."""
    numbers = [number for _, number in numbers_in(value)]
    return len(numbers) > 1 and len(set(numbers)) == 1


def _places_of(value: Any, inputs: Iterable[Any]) -> set[Place]:
    """Where a value stands among inputs, or in one that is a list."""
    listed = [((at, *rest), piece) for at, it in enumerate(inputs) for rest, piece in _items_of(it)]
    return {place for place, piece in listed if type(piece) is type(value) and piece == value}


def _items_of(value: Any) -> list[tuple[Place, Any]]:
    if type(value) is not tuple:
        return [((), value)]
    return [((at,), it) for at, it in enumerate(cast("tuple[Any, ...]", value))]


def _copied(value: Any, piece: Any, sign: int) -> Any:
    """A piece, or its negative, as a value of the same type; None where it is none."""
    is_number = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
    if is_number and isinstance(piece, int | float | Fraction):
        return sign * piece
    if isinstance(value, Vector) and isinstance(piece, tuple):
        return called(lambda vector: sign * Vector(vector["piece"]), {"piece": piece})
    return None


def _varies(answer: Answer[..., Any], redone: list[Redone]) -> bool:
    """Whether the true result changes with the numbers."""
    return any([not agrees(answer, redone[0].truly, it.truly) for it in redone])


def _is_copied(redrawn: Redrawn) -> bool:
    """Whether at all numbers the result is the same input, or each of its numbers is one of theirs, or its negative."""
    if any([isinstance(result, bool) for _, result in redrawn]):
        return False
    wholes: list[_Pieces] = [
        ({(name,): value for name, value in inputs.items()}, {(): result}) for inputs, result in redrawn
    ]
    numbers = [(dict(numbers_in(inputs)), dict(numbers_in(result))) for inputs, result in redrawn]
    return _are_copied(wholes) or _are_copied(numbers)


def _are_copied(redrawn: list[_Pieces]) -> bool:
    """Whether each part of a result is the same piece at all numbers, or its negative, or never changes; not all."""
    if not redrawn or any([parts.keys() != redrawn[0][1].keys() for _, parts in redrawn]):
        return False
    is_any_copied = False
    for place in redrawn[0][1]:
        sources: set[tuple[Place, bool]] | None = None
        for pieces, parts in redrawn:
            here = {(source, sign) for source, piece in pieces.items() for sign in _signs(piece, parts[place])}
            sources = here if sources is None else sources & here
        if sources:
            is_any_copied = True
        elif any([parts[place] != redrawn[0][1][place] for _, parts in redrawn]):
            return False
    return is_any_copied


def _signs(piece: Any, part: Any) -> list[bool]:
    is_number = isinstance(part, int | float | Fraction)
    return [sign for sign in (True, False) if (piece == part if sign else is_number and piece == -part)]


def numbers_in(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The numbers in a value, each with its place."""
    if isinstance(value, int | float | Fraction) and not isinstance(value, bool):
        yield place, value
    elif isinstance(value, Interval):
        yield from numbers_in((value.low, value.high), place)
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[object, object]", value).items():
            yield from numbers_in(item, (*place, key))
    elif isinstance(value, tuple | list):
        for at, item in enumerate(cast("Iterable[object]", value)):
            yield from numbers_in(item, (*place, at))
