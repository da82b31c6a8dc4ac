"""Posing: one item of a problem, from a seed or with published numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from markscheme.core.called import mechanisms_named
from markscheme.core.errors import MarkschemeError, PosingError, UnknownName, near_misses
from markscheme.core.identity import Identity
from markscheme.core.wiring import Values
from markscheme.draw import Draw
from markscheme.kinds import Kind, Scoring

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Slip
    from markscheme.core.layout import Layout
    from markscheme.core.posed import Posed, Solved
    from markscheme.core.problem import Problem
    from markscheme.core.reading import Reading
    from markscheme.core.verdict import Marked
    from markscheme.text.notation import Target

MOST_DRAWS = 500
UNDEFINED = (ArithmeticError, ValueError, LookupError, TypeError)
"""What a slip, or an answer at a student's values, may raise where it is undefined."""

Arguments: TypeAlias = Callable[[Values], tuple[Any, ...]]
Function: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One posed problem: its givens, and the value of every answer, shown value and step.

    What Python and a notebook show of it is the question; `key` and `solution` have the rest.
    """

    problem: Problem
    identity: Identity
    givens: Mapping[str, Any]
    values: Mapping[str, Any]
    draws: int = 1
    scoring: Scoring | None = None
    """How a paper scores those of its answers that can be scored so."""
    asked_as: Layout | None = None
    """How a paper asks it, where that is not how it is asked alone."""

    @property
    def id(self) -> str:
        """What the item is called: `markscheme.item(id)` gives it again."""
        return str(self.identity)

    @property
    def key(self) -> dict[str, Any]:
        """The right answers, by name."""
        return {answer.name: self.values[answer.name] for answer in self.layout.asked}

    @property
    def layout(self) -> Layout:
        """What is asked: all that the problem can ask, or what an exam asked with these numbers."""
        if self.asked_as is not None:
            return self.asked_as
        variant = self.identity.variant
        return self.problem.layout if variant is None else self.problem.variants[variant].layout

    def scoring_of(self, answer: Answer[..., Any]) -> Scoring | None:
        """How an answer earns its marks, where the paper or the problem says so; else all or nothing."""
        return self.scoring if self.scoring and answer.can_be_scored(self.scoring) else answer.scoring

    def mark(self, submission: Mapping[str, object]) -> Marked:
        """The verdict on each answer asked; texts as students type them, or values. What is left out is blank.

        Raises `UnknownName` for an answer that is not asked.
        """
        from markscheme.core.judging import mark  # noqa: PLC0415 (judging knows items)

        return mark(self, submission)

    def read(self, name: str, text: str) -> Reading:
        """What a text says as the answer of this name, or why it cannot be read: never whether it is right.

        Raises `UnknownName` for an answer that is not asked.

        >>> import markscheme as ms
        >>> item = ms.problem("convolution/output_shape").as_published("i")
        >>> item.read("shape", "10 x 64 x 32 x 32").plain, bool(item.read("shape", "large"))
        ('[10, 64, 32, 32]', False)
        """
        from markscheme.core.reading import read_answer  # noqa: PLC0415 (reading.py knows items)

        return read_answer(self, name, text)

    def hints(self, name: str, target: Target = "plain") -> Iterator[str]:
        """What leads to an answer, one thing after another, without the answer: the steps before it, and its reason.

        Raises `UnknownName` for an answer that is not asked.
        """
        from markscheme.core.reading import hints  # noqa: PLC0415

        return hints(self, name, target)

    def like(self, seed: str | int) -> Item:
        """Another item of the same problem and knobs."""
        return self.problem.pose(seed, **self.identity.knobs)

    def posed(self, code: str = "") -> Posed:
        """What a student may see, as data; `code` is what it is called where a class sits it.

        >>> import markscheme as ms
        >>> shown = ms.problem("convolution/output_shape").as_published("i").posed().as_json()
        >>> [(field["name"], field["form"]) for field in shown["sections"][0]["blocks"][-1]["fields"]]
        [('shape', 'shape')]
        """
        from markscheme.core.posed import posed  # noqa: PLC0415 (posed.py knows items)

        return posed(self, code)

    def solved(self) -> Solved:
        """What is released when it has been sat, as data: keys, worked steps, slips, and where the marks lie.

        >>> import markscheme as ms
        >>> ms.problem("convolution/output_shape").as_published("i").solved().as_json()["answers"]["shape"]["written"]
        '[10, 64, 32, 32]'
        """
        from markscheme.core.posed import solved  # noqa: PLC0415

        return solved(self)

    def prompt(self, target: Target = "markdown") -> str:
        """The question, in a target's markup."""
        return self.posed().write(target)

    def solution(self, target: Target = "markdown") -> str:
        """The worked solution, step by step, in a target's markup."""
        from markscheme.core.writing import in_target, solution  # noqa: PLC0415

        return in_target(solution(self), target)

    def __repr__(self) -> str:
        return f"Item({self.id!r})"

    def _repr_markdown_(self) -> str:
        from markscheme.core.notebook import item_as  # noqa: PLC0415

        return item_as("markdown", self)

    def _repr_html_(self) -> str:
        from markscheme.core.notebook import item_as  # noqa: PLC0415

        return item_as("html", self)


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
            reason = _solve(plan, values)
        except Exception as error:
            raise _failed(identity, plan, givens, error) from error
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


def solved(problem: Problem, identity: Identity, givens: Mapping[str, Any]) -> dict[str, Any]:
    """The givens and the value of every answer."""
    problem.check_parts()
    values = dict(givens)
    for name, answer in problem.answers.items():
        try:
            values[name] = answer.wired(values)
        except Exception as error:
            raise _failed(identity, plan_of(problem), givens, error) from error
    return values


def _refuse_names(problem: Problem, givens: Mapping[str, object]) -> None:
    odd = sorted(givens.keys() ^ problem.sample.keys())
    raise MarkschemeError(f"givens have the same names in every draw; {', '.join(odd)} came in some alone")


def _failed(identity: Identity, plan: tuple[Plan, ...], givens: Mapping[str, Any], error: Exception) -> PosingError:
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


def _behind(problem: Problem, reason: str) -> list[Function]:
    """The answer for which a draw was turned down, and those that flow into it."""
    name, _, _ = reason.partition(":")
    return [problem.answers[it].function for it in (*problem.answers[name].ancestors, name)]


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
            answer.function,
            answer.wired.arguments,
            tuple([(rule.sentence, rule.wired.function, rule.wired.arguments) for rule in answer.requirements])
            + _rules_of_open_ended(answer),
            tuple([
                (slip.name, slip.wired.function, slip.wired.arguments)
                for slip in answer.slips if slip.strict and not answer.properties
            ]),
            answer.kind if answer.kind.is_lenient else None,
        )
        for name, answer in problem.answers.items()
    ])  # fmt: skip


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


def _solve(plan: tuple[Plan, ...], values: dict[str, Any]) -> str | None:
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
