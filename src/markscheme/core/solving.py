"""Solving: the value of every answer at some givens, and what turns a draw down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from markscheme.core.called import mechanisms_named
from markscheme.core.errors import PosingError
from markscheme.core.identity import Identity
from markscheme.core.wiring import UNDEFINED, Values, Wired
from markscheme.kinds import Kind

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Slip
    from markscheme.core.problem import Problem

Arguments: TypeAlias = Callable[[Values], tuple[Any, ...]]
Function: TypeAlias = Callable[..., Any]


class Plan(NamedTuple):
    """What posing does for one answer, in the order that turns a bad draw down soonest."""

    name: str
    function: Function
    arguments: Arguments
    requirements: tuple[tuple[str, Function, Arguments], ...]
    slips: tuple[tuple[str, Function, Arguments], ...]
    kind: Kind[Any] | None
    """The kind, where agreement is more than equality."""


def plan_of(problem: Problem) -> tuple[Plan, ...]:
    """The plan of a problem, made once, and again when more of it is declared."""
    if problem.graph.plan is None:
        problem.check_parts()
        problem.graph.plan = _planned(problem)
    return problem.graph.plan


def _planned(problem: Problem) -> tuple[Plan, ...]:
    return tuple([
        Plan(
            name,
            _once(answer.wired),
            answer.wired.arguments,
            tuple([(rule.sentence, rule.wired.function, rule.wired.arguments) for rule in answer.requirements])
            + _rules_of_open_ended(answer),
            tuple([
                (slip.name, _once(slip.wired), slip.wired.arguments)
                for slip in answer.slips if slip.strict and not answer.properties and not _differs_always(answer, slip)
            ]),
            answer.kind if answer.kind.is_lenient else None,
        )
        for name, answer in problem.answers.items()
    ])  # fmt: skip


def _once(wired: Wired) -> Function:
    """A function; called once, where it takes nothing of an item."""
    return wired.function if wired.names else cache(wired.function)


def _differs_always(answer: Answer[..., Any], slip: Slip) -> bool:
    """Whether a slip and its answer are one for all items, and differ: no draw need be asked again."""
    if answer.wired.names or slip.wired.names:
        return False
    try:
        return not _is_key(slip.wired({}), answer.wired({}), answer.kind if answer.kind.is_lenient else None)
    except Exception:  # noqa: BLE001 (posing says what fails, and where)
        return False


def _rules_of_open_ended(answer: Answer[..., Any]) -> tuple[tuple[str, Function, Arguments], ...]:
    """The strict slips of an open-ended answer, as what must hold: each lacks a property."""
    return tuple([
        (f"the slip {slip.name!r} is wrong", partial(_poses_well, answer, slip), lambda values: (values,))
        for slip in answer.slips if slip.strict and answer.properties and not answer.kind.is_run
    ])  # fmt: skip


def _poses_well(answer: Answer[..., Any], slip: Slip, values: Values) -> bool:
    """Whether a slip is told from the key; a key that is itself wrong no other draw may hide: the proof finds it."""
    return tells_apart(answer, slip, values) or bool(answer.lacks(values))


def tells_apart(answer: Answer[..., Any], slip: Slip, values: Values) -> bool:
    """Whether what a slip gives at some values is not right there; of a slip that decides, whether the key is free."""
    try:
        said = slip.wired(values)
    except UNDEFINED:
        return True
    return not said if slip.decides else said is None or not answer.is_right(said, values)


def solve(plan: tuple[Plan, ...], values: dict[str, Any]) -> str | None:
    """Fill in the answers; the reason why the draw is ill posed, if it is."""
    for name, function, arguments, requirements, slips, kind in plan:
        value = values[name] = function(*arguments(values))
        for sentence, holds, inputs in requirements:
            if not holds(*inputs(values)):
                return f"{name}: it does not hold that {sentence}"
        for slip, wrong_way, inputs in slips:
            try:
                wrong = wrong_way(*inputs(values))
            except UNDEFINED:
                continue
            if wrong == value or (kind and _is_key(wrong, value, kind)):
                return f"{name}: the slip {slip!r} gives the key"
    return None


def _is_key(wrong: Any, value: Any, kind: Kind[Any] | None) -> bool:
    return wrong == value or (kind is not None and wrong is not None and kind.compare(value, wrong).agrees)


def solved(problem: Problem, identity: Identity, givens: Mapping[str, Any]) -> dict[str, Any]:
    """The givens and the value of every answer."""
    problem.check_parts()
    values = dict(givens)
    for name, answer in problem.answers.items():
        try:
            values[name] = answer.wired(values)
        except Exception as error:
            raise failed(identity, plan_of(problem), givens, error) from error
    return values


def failed(identity: Identity, plan: tuple[Plan, ...], givens: Mapping[str, Any], error: Exception) -> PosingError:
    """What failed, found by solving once more, step by step."""
    values = dict(givens)
    for name, function, arguments, requirements, slips, kind in plan:
        what, failing = f"the answer {name}", function
        try:
            values[name] = function(*arguments(values))
            for sentence, holds, inputs in requirements:
                what, failing = f"the requirement {sentence!r} of {name}", holds
                holds(*inputs(values))
            for slip, wrong_way, inputs in slips:
                what, failing = f"the slip {slip!r} of {name}", wrong_way
                _is_key(wrong_way(*inputs(values)), values[name], kind)
        except Exception as failure:  # noqa: BLE001 (it is the one that is to be reported)
            if type(failure) is type(error):
                used = mechanisms_named(failing, function)
                said = f"{type(error).__name__}: {error}"
                return PosingError(f"{identity}: {what} fails at its own numbers ({used}): {said}")
    return PosingError(f"{identity}: {type(error).__name__}: {error}")
