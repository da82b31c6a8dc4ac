"""A choice whose options are values: the answer's own, and what its slips give at an item's numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from operator import is_
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from markscheme.core.errors import DefinitionError
from markscheme.core.wiring import UNDEFINED
from markscheme.draw import Draw
from markscheme.kinds import OneOf

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Part
    from markscheme.core.problem import Problem
    from markscheme.core.wiring import Values, Wired

NONE = "None of these"


@dataclass(frozen=True)
class _Offered:
    """The options of one item in order, the letter of the right one, and the letters of the slips that are offered."""

    values: list[Any]
    right: str
    slips: Mapping[str, str]


@dataclass(frozen=True)
class _Offer:
    """What is offered of an answer: so many options, with or without "none of these" as the last."""

    name: str
    of: Answer[..., Any]
    size: int
    none: bool
    slips: Mapping[str, Wired]
    latest: list[tuple[tuple[Any, ...], _Offered]] = field(default_factory=list["tuple[tuple[Any, ...], _Offered]"])
    """What was offered last, with the values it was offered at: an item asks for it once an option and slip."""

    @property
    def letters(self) -> str:
        """The letters of the options."""
        return ascii_uppercase[: self.size]

    def at(self, values: Values) -> _Offered:
        """What is offered at an item's numbers: drawn from these, so that the same item has the same options."""
        own = tuple(values.values())
        for known, offered in self.latest:
            if all(map(is_, known, own)):
                return offered
        offered = self._drawn(values)
        self.latest[:] = [(own, offered)]
        return offered

    def _drawn(self, values: Values) -> _Offered:
        rng = Draw(f"{self.name}: {sorted((name, repr(value)) for name, value in values.items())}")
        key, places = values[self.of.name], self.size - self.none
        is_left_out = self.none and rng.below(self.size) == 0
        found: list[tuple[str, Any]] = [] if is_left_out else [("", key)]
        for slip in rng.shuffled(sorted(self.slips)):
            value = self._slipped(slip, values) if len(found) < places else None
            if value is not None and not any([self._are_alike(value, other) for other in (key, *dict(found).values())]):
                found.append((slip, value))
        shuffled = rng.shuffled(found)
        letters = {slip: letter for letter, (slip, _) in zip(self.letters, shuffled, strict=False)}
        right = letters.pop("", self.letters[-1])
        return _Offered([value for _, value in shuffled], right, letters)

    def _slipped(self, slip: str, values: Values) -> Any:
        try:
            return self.slips[slip](values)
        except UNDEFINED:
            return None

    def _are_alike(self, one: Any, other: Any) -> bool:
        kind = self.of.kind
        try:
            return bool(one == other or kind.compare(one, other).agrees or kind.write(one) == kind.write(other))
        except Exception:  # noqa: BLE001 (what cannot be compared is not offered beside the other)
            return True

    def wired(self, function: Callable[[_Offered], Any]) -> Callable[..., Any]:
        """A function of what is offered, as one of all that flows into it."""
        inputs = list(dict.fromkeys([self.of.name, *[name for it in self.slips.values() for name in it.names]]))
        return named(inputs, lambda values: function(self.at(values)))


def offer(
    problem: Problem, name: str, of: Answer[..., Any], size: int, *, none: bool, marks: float, part: Part | None,
    label: str,
) -> Answer[..., Any]:  # fmt: skip
    """Declare the options and the choice; see `Problem.choice`."""
    made = _Offer(f"{problem.name}: {name}", of, size, none, {it.name: it.wired for it in of.slips if not it.decides})
    if not 2 <= size <= min(len(made.slips) + 1 + none, len(ascii_uppercase)):
        raise DefinitionError(f"{made.name}: {of.name} has {len(made.slips)} slips, too few for {size} options")
    texts: dict[str, str] = {}
    for place, letter in enumerate(made.letters[: size - none]):

        def value_at(offered: _Offered, place: int = place) -> Any:
            return offered.values[place] if place < len(offered.values) else None

        option = problem.offered(f"{name}_{letter}", made.wired(value_at), of.kind, part)
        option.follows = of.name
        option.require(f"there are {size} different options")(named([option.name], lambda it: any(
            [value is not None for value in it.values()])))  # fmt: skip
        texts[letter] = f"$[[{option.name}]]$"
    if none:
        texts[made.letters[-1]] = NONE
    choice = problem.answer(
        name, made.wired(lambda offered: offered.right), marks=marks, part=part, kind=OneOf(made.letters),
        label=label or "one letter", options=texts,
    )  # fmt: skip
    choice.follows = of.name
    for slip in made.slips:
        choice.slip(slip, made.wired(lambda offered, slip=slip: offered.slips.get(slip)))
    return choice


def named(inputs: list[str], function: Callable[[Mapping[str, Any]], Any]) -> Callable[..., Any]:
    """A function of values by name, with these names as its parameters."""

    def call(*arguments: Any) -> Any:
        return function(dict(zip(inputs, arguments, strict=True)))

    call.__signature__ = Signature([Parameter(it, Parameter.POSITIONAL_OR_KEYWORD) for it in inputs])  # pyright: ignore[reportFunctionMemberAccess]
    return call
