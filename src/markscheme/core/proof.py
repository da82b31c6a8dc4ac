"""Proof: every answer computed by a second, independent way, on published numbers and on many seeds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from markscheme.core.answer import RUNS
from markscheme.core.called import mechanisms_named
from markscheme.core.errors import ProofError
from markscheme.core.item import Item
from markscheme.core.posing import as_published, pose
from markscheme.core.wiring import UNDEFINED, Values, Wired
from markscheme.draw import Draw
from markscheme.kinds import Undecided

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Slip
    from markscheme.core.problem import Problem


_DESIGNS_TRIED = 8
_Way: TypeAlias = tuple[Any, Callable[..., Any]]
"""What a second way finds, and the function that is it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven: how many items, checks and draws, and the answers that no check reached on some item."""

    problem: str
    items: int
    checks: int
    draws: int
    unchecked: tuple[str, ...]

    @property
    def draws_per_item(self) -> float:
        """How often the givens were drawn for one well-posed item."""
        return self.draws / self.items if self.items else 0.0

    def __add__(self, other: Proof) -> Proof:
        both = tuple(dict.fromkeys(self.unchecked + other.unchecked))
        return Proof(self.problem, self.items + other.items, self.checks + other.checks, self.draws + other.draws, both)


def prove(problem: Problem, seeds: Iterable[str], *, published: bool = True) -> Proof:
    """Check the problem on its published numbers and on seeds. Raises `ProofError` where two ways part."""
    variants = [as_published(problem, variant) for variant in problem.variants] if published else []
    items = checks = draws = 0
    unchecked = dict[str, None]()
    for item in _posed(problem, variants, seeds):
        reached = prove_item(item)
        unchecked |= dict.fromkeys(unconfirmed(problem, reached))
        items, checks, draws = items + 1, checks + sum(reached.values()), draws + item.draws
    return Proof(problem.name, items, checks, draws, tuple(unchecked))


def unconfirmed(problem: Problem, confirmed: Collection[str]) -> list[str]:
    """The answers that no second way has reached, of those that markscheme marks."""
    provable = [answer for answer in problem.answers.values() if not answer.kind.by_hand]
    return [answer.name for answer in provable if (answer.follows or answer.name) not in confirmed]


def _posed(problem: Problem, variants: Iterable[Item], seeds: Iterable[str]) -> Iterable[Item]:
    yield from variants
    for seed in seeds:
        yield pose(problem, seed, {})


def prove_item(item: Item) -> dict[str, int]:
    """How many second ways confirmed each answer of one item, whose slips and examples are tried too.

    Raises `ProofError` where two ways part.
    """
    confirmed: dict[str, int] = {}
    found = _found_by_checks(item)
    for name, answer in item.problem.answers.items():
        ways = _confirmed(item, answer, found.get(name, []))
        if ways is None:
            continue
        if answer.kind.is_run:
            _programs_are_told_apart(item, answer)
        elif answer.properties:
            _try_open_ended(item, answer, ways)
        if count := len(ways) + len(_deciding(answer)):
            confirmed[name] = count
        _run_slips(item, answer)
    return confirmed


def confirm(item: Item, names: Collection[str]) -> dict[str, int]:
    """How many second ways confirmed the keys of some answers of an item, and nothing else of it.

    >>> import markscheme as ms
    >>> confirm(ms.problem("convolution/output_shape").pose("1"), ["shape"])
    {'shape': 1}

    Raises `ProofError` where two ways part.
    """
    found = _found_by_checks(item)
    ways = {name: _confirmed(item, item.problem.answers[name], found.get(name, [])) for name in names}
    counts = {name: len(it) + len(_deciding(item.problem.answers[name])) for name, it in ways.items() if it is not None}
    return {name: count for name, count in counts.items() if count}


def _found_by_checks(item: Item) -> dict[str, list[_Way]]:
    """What the checks of the whole problem find, by the names of its answers."""
    problem = item.problem
    found: dict[str, list[_Way]] = {}
    for check in problem.checks:
        values = _second_way(item.id, check, item.values, problem.name)
        if not isinstance(values, Mapping):
            raise ProofError(f"{item.id}: a check of {problem.name} returns answers by name, not {values!r}")
        for name, value in cast("Mapping[str, Any]", values).items():
            if name not in problem.answers:
                raise ProofError(f"{item.id}: a check returns {name!r}, which is no answer of {problem.name}")
            found.setdefault(name, []).append((value, check.function))
    return found


def _deciding(answer: Answer[..., Any]) -> list[Wired]:
    """The checks of an open-ended answer that decide about any that stands under its name."""
    return [check for check in answer.checks if answer.name in check.names]


def _confirmed(item: Item, answer: Answer[..., Any], found: Iterable[_Way]) -> list[_Way] | None:
    """The second ways to an answer, all of which agree with its key; None for a program where none can be run."""
    _is_of_its_kind(item, answer)
    if answer.kind.is_run and not _can_be_run(item, answer):
        return None
    deciding = _deciding(answer)
    ways = [*found]
    ways += [
        (_second_way(item.id, check, item.values, f"{item.problem.name}: {answer.name}"), check.function)
        for check in answer.checks
        if check not in deciding
    ]
    for value, way in ways:
        _compare(item, answer, value, way)
    if answer.properties:
        if lacking := _second_way(item.id, answer.lacks, item.values, answer.owner):
            raise ProofError(f"{item.id}: the key of {answer.name} is not right: {lacking}")
        _judge_twice(item, answer, item.values[answer.name], "")
    if not all([_second_way(item.id, rule, item.values, answer.owner) for rule in answer.joint]):
        raise ProofError(f"{item.id}: the key of {answer.name} is not right together with those above it")
    return ways


def _is_of_its_kind(item: Item, answer: Answer[..., Any]) -> None:
    value = item.values[answer.name]
    try:
        answer.kind.accept(value)
    except Exception as error:
        mechanisms = mechanisms_named(answer.function)
        raise ProofError(f"{item.id}: the answer {answer.name} is {value!r}, not {answer.kind.noun}: {error}, "
                         f"by {_place(answer.function)} ({mechanisms})") from error  # fmt: skip


def _run_slips(item: Item, answer: Answer[..., Any]) -> None:
    """A slip that posing does not try must run too: marking takes whatever it raises for "undefined here"."""
    for slip in answer.slips:
        _slipped(item, answer, slip)


def _slipped(item: Item, answer: Answer[..., Any], slip: Slip) -> Any:
    """What a slip gives; None where it is undefined."""
    try:
        return slip.wired(item.values)
    except UNDEFINED:
        return None
    except Exception as error:
        raise ProofError(f"{item.id}: the slip {slip.name!r} of {answer.name} failed: "
                         f"{type(error).__name__}: {error}") from error  # fmt: skip


def _can_be_run(item: Item, answer: Answer[..., Any]) -> bool:
    """Whether there is a sandbox for an answer's programs; without one it stays unchecked."""
    try:
        answer.tried(item.values)
    except Undecided:
        return False
    return True


def _programs_are_told_apart(item: Item, answer: Answer[..., Any]) -> None:
    """The key is run, and nothing about it needs a person; the listing is not right; each slip runs, and is wrong.

    No two slips lack the same property first, and each that names a property lacks that one.
    """
    if doubts := answer.doubts(item.values):
        raise ProofError(f"{item.id}: the key of {answer.name} would be read by a person: {doubts}")
    if not answer.properties:
        raise ProofError(f"{item.id}: {answer.name} runs programs, and no property says which are right")
    listing = answer.kind.field().starter
    if listing and (marks := item.mark({answer.name: listing})[answer.name].marks):
        raise ProofError(f"{item.id}: the listing of {answer.name} earns {marks} marks as it stands")
    reasons: dict[str, str] = {}
    for slip in answer.slips:
        lacking, told = answer.first_lacking({**item.values, answer.name: slip.wired(item.values)})
        if not lacking:
            raise ProofError(f"{item.id}: the slip {slip.name!r} of {answer.name} has every property")
        if lacking == RUNS:
            raise ProofError(f"{item.id}: the slip {slip.name!r} of {answer.name} is shown by no property: {told}")
        if slip.lacks not in ("", lacking):
            raise ProofError(f"{item.id}: the slip {slip.name!r} of {answer.name} should first lack {slip.lacks!r}, "
                             f"but lacks {lacking!r}: {told}")  # fmt: skip
        if lacking in reasons:
            raise ProofError(f"{item.id}: the slips {reasons[lacking]!r} and {slip.name!r} of {answer.name} both are "
                             f"not one that {lacking}")  # fmt: skip
        reasons[lacking] = slip.name


def _second_way(item_id: str, check: Callable[[Values], Any], values: Values, owner: str) -> Any:
    """What a check, or a property, says."""
    try:
        return check(values)
    except Exception as error:
        raise ProofError(f"{item_id}: a check of {owner} failed: {type(error).__name__}: {error}") from error


def _try_open_ended(item: Item, answer: Answer[..., Any], ways: Iterable[_Way]) -> None:
    """Checks that decide agree with the properties on open-ended answers of all sorts.

    Those are the checks' own, the slips' examples, and some that are made up as wrong.
    """
    kind, key = answer.kind, item.values[answer.name]
    rng = Draw(f"{item.id}: designs")
    wrong = [kind.read(kind.wrong(key, rng)) for _ in range(_DESIGNS_TRIED)]
    examples = [_slipped(item, answer, slip) for slip in answer.slips if not slip.decides]
    others = [kind.accept(other) for other in [*[value for value, _ in ways], *examples] if other is not None]
    for submission in [*others, *wrong]:
        lacking = _second_way(item.id, answer.lacks, {**item.values, answer.name: submission}, answer.owner)
        _judge_twice(item, answer, submission, lacking)


def _judge_twice(item: Item, answer: Answer[..., Any], submission: Any, lacking: Any) -> None:
    """See that the checks that decide about an answer find of a submission what its properties found."""
    values = {**item.values, answer.name: submission}
    for check in _deciding(answer):
        if bool(_second_way(item.id, check, values, answer.owner)) == bool(lacking):
            raise ProofError(
                f"{item.id}: two ways to judge {answer.name} part at {answer.kind.write(submission)}\n"
                f"  properties  {lacking or 'It has them all.'}\n"
                f"  check       {'wrong' if not lacking else 'right'}, by {_place(check.function)}"
            )


def _compare(item: Item, answer: Answer[..., Any], value: Any, way: Callable[..., Any]) -> None:
    kind, key = answer.kind, item.values[answer.name]
    try:
        confirmed = kind.accept(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ProofError(
            f"{item.id}: the check of {answer.name} returns {value!r}, not {kind.noun}: {error}"
        ) from error
    try:
        key = kind.accept(key)
        agrees = answer.is_right(confirmed, {**item.values, answer.name: key})
    except Exception as error:
        raise ProofError(f"{item.id}: the answer {answer.name} is {key!r}, not {kind.noun} "
                         f"({mechanisms_named(answer.function)})") from error  # fmt: skip
    if not agrees:
        difference = "" if answer.properties else kind.difference(key, confirmed)
        raise ProofError(
            f"{item.id}: two ways to {answer.name} part{f' at {difference}' if difference else ''}\n"
            f"  answer  {kind.write(key)}   by {_place(answer.function)} "
            f"({mechanisms_named(answer.function)})\n"
            f"  check   {kind.write(confirmed)}   by {_place(way)}"
        )


def _place(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    if code is None:
        return repr(function)
    module = function.__module__
    home = module if module.startswith("markscheme.") else code.co_filename
    return f"{home}:{code.co_firstlineno}"
