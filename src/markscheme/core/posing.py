"""Posing: one item of a problem, from a seed or with published numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markscheme.core.called import mechanisms_named
from markscheme.core.errors import MarkschemeError, PosingError, UnknownName, near_misses
from markscheme.core.identity import Identity
from markscheme.core.item import Item
from markscheme.core.solving import Function, failed, plan_of, solve, solved
from markscheme.draw import Draw

if TYPE_CHECKING:
    from markscheme.core.problem import Problem

MOST_DRAWS = 500


def pose(problem: Problem, seed: str, knobs: Mapping[str, object]) -> Item:
    """Draw until the draw is well posed: every requirement holds and no strict slip equals the answer."""
    plan = plan_of(problem)
    knobs = _read_knobs(problem, knobs)
    identity = Identity(problem.name, problem.version, seed=seed, knobs=knobs)
    rng = Draw(str(identity))
    turned_down: Counter[str] = Counter()
    for draws in range(1, MOST_DRAWS + 1):
        try:
            givens = problem.draw(rng, **knobs)
            if givens.keys() != problem.sample.keys():
                _refuse_names(problem, givens)
        except Exception as error:
            said = ", ".join([f"{knob}={value!r}" for knob, value in knobs.items()])
            raise PosingError(f"{identity} cannot be drawn{f' with {said}' if said else ''} "
                              f"({mechanisms_named(problem.draw)}): {error}") from error  # fmt: skip
        values: dict[str, Any] = dict(givens)
        try:
            reason = solve(plan, values)
        except Exception as error:
            raise failed(identity, plan, givens, error) from error
        if reason is None:
            return Item(problem, identity, givens, values, draws)
        turned_down[reason] += 1
    commonest = "; ".join([f"{reason} ({count} times)" for reason, count in turned_down.most_common(3)])
    behind = [function for reason, _ in turned_down.most_common(3) for function in _behind(problem, reason)]
    raise PosingError(f"{identity} cannot be posed: {MOST_DRAWS} draws were turned down: {commonest} "
                      f"({mechanisms_named(*behind)}). Draw better, loosen a knob, or declare the slip with "
                      "may_coincide=True")  # fmt: skip


def as_published(problem: Problem, variant: str | None) -> Item:
    """The item with published numbers, which are never turned down."""
    if variant is None:
        variant = problem.default_variant
    if variant is None or variant not in problem.variants:
        if not problem.variants:
            raise UnknownName(f"{problem.name} has no published numbers")
        names = ", ".join(map(repr, problem.variants))
        wanted = "is published several times" if variant is None else f"is not published as {variant!r}"
        raise UnknownName(f"{problem.name} {wanted}; name one of {names}")
    givens = problem.variants[variant].givens
    identity = Identity(problem.name, problem.version, variant=variant)
    return Item(problem, identity, givens, solved(problem, identity, givens))


def _refuse_names(problem: Problem, givens: Mapping[str, object]) -> None:
    odd = sorted(givens.keys() ^ problem.sample.keys())
    raise MarkschemeError(f"givens have the same names in every draw; {', '.join(odd)} came in some alone")


def _behind(problem: Problem, reason: str) -> list[Function]:
    """The answer for which a draw was turned down, and those that flow into it."""
    name, _, _ = reason.partition(":")
    return [problem.answers[it].function for it in (*problem.answers[name].ancestors, name)]


def _read_knobs(problem: Problem, knobs: Mapping[str, object]) -> dict[str, object]:
    """The knobs that differ from their defaults, as the types of those; text is read, as ids and files have it."""
    read: dict[str, object] = {}
    for name, value in knobs.items():
        if name not in problem.knobs:
            raise UnknownName(f"{problem.name} has no knob {name!r}; {near_misses(name, problem.knobs)}")
        default = problem.knobs[name]
        read[name] = _as_type_of(default, value, f"{problem.name}: the knob {name!r}")
    return {name: value for name, value in sorted(read.items()) if value != problem.knobs[name]}


def _as_type_of(default: object, value: object, what: str) -> object:
    """A knob's value in the type of its default; text is read, and nothing is rounded."""
    is_same_type = type(value) is type(default)
    if is_same_type or (isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str):
        if isinstance(default, bool):
            if value.lower() in ("true", "false"):
                return value.lower() == "true"
        elif isinstance(default, int | float):
            try:
                return type(default)(value)
            except ValueError:
                pass
    raise MarkschemeError(f"{what} is like {default!r}, not {value!r}")
