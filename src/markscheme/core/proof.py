"""Proof: every answer computed by a second, independent way, on published numbers and on many seeds."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from markscheme.core.errors import ProofError
from markscheme.core.item import UNDEFINED, Item, as_published, pose

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.problem import Problem


_MECHANISMS = "markscheme.mechanisms."


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
    provable = [name for name, answer in problem.answers.items() if not answer.kind.is_by_hand]
    for item in _posed(problem, variants, seeds):
        reached = prove_item(item)
        unchecked |= dict.fromkeys([name for name in provable if name not in reached])
        items, checks, draws = items + 1, checks + sum(reached.values()), draws + item.draws
    return Proof(problem.name, items, checks, draws, tuple(unchecked))


def _posed(problem: Problem, variants: Iterable[Item], seeds: Iterable[str]) -> Iterable[Item]:
    yield from variants
    for seed in seeds:
        yield pose(problem, seed, {})


def prove_item(item: Item) -> dict[str, int]:
    """How many second ways confirmed each answer of one item."""
    problem = item.problem
    confirmed: dict[str, int] = {}
    found: dict[str, list[tuple[Any, Callable[..., Any]]]] = {}
    for check in problem.checks:
        values = _second_way(item, check, problem.name)
        if not isinstance(values, Mapping):
            raise ProofError(f"{item.id}: a check of {problem.name} returns answers by name, not {values!r}")
        for name, value in cast("Mapping[str, Any]", values).items():
            if name not in problem.answers:
                raise ProofError(f"{item.id}: a check returns {name!r}, which is no answer of {problem.name}")
            found.setdefault(name, []).append((value, check.function))
    for name, answer in problem.answers.items():
        ways = found.get(name, [])
        ways += [(_second_way(item, check, f"{problem.name}: {name}"), check.function) for check in answer.checks]
        for value, way in ways:
            _compare(item, answer, value, way)
        if ways:
            confirmed[name] = len(ways)
        _run_slips(item, answer)
    return confirmed


def _run_slips(item: Item, answer: Answer[..., Any]) -> None:
    """A slip that posing does not try must run too: marking takes whatever it raises for "undefined here"."""
    for slip in answer.slips:
        try:
            slip.wired(item.values)
        except UNDEFINED:
            continue
        except Exception as error:
            raise ProofError(f"{item.id}: the slip {slip.name!r} of {answer.name} failed: "
                             f"{type(error).__name__}: {error}") from error  # fmt: skip


def _second_way(item: Item, check: Callable[[Mapping[str, Any]], Any], owner: str) -> Any:
    try:
        return check(item.values)
    except Exception as error:
        raise ProofError(f"{item.id}: a check of {owner} failed: {type(error).__name__}: {error}") from error


def _compare(item: Item, answer: Answer[..., Any], value: Any, way: Callable[..., Any]) -> None:
    kind, key = answer.kind, item.values[answer.name]
    mechanisms = f"mechanisms: {', '.join(sorted(mechanisms_of(answer.function))) or 'none'}"
    try:
        confirmed = kind.accept(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ProofError(
            f"{item.id}: the check of {answer.name} returns {value!r}, not {kind.noun}: {error}"
        ) from error
    try:
        key = kind.accept(key)
        agrees = key == confirmed or kind.compare(key, confirmed).agrees
    except Exception as error:
        raise ProofError(f"{item.id}: the answer {answer.name} is {key!r}, not {kind.noun} ({mechanisms})") from error
    if not agrees:
        parting = kind.parting(key, confirmed)
        raise ProofError(
            f"{item.id}: two ways to {answer.name} part{f' at {parting}' if parting else ''}\n"
            f"  answer  {kind.write(key)}   by {_place(answer.function)} ({mechanisms})\n"
            f"  check   {kind.write(confirmed)}   by {_place(way)}"
        )


def _place(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    if code is None:
        return repr(function)
    module = function.__module__
    home = module if module.startswith("markscheme.") else code.co_filename
    return f"{home}:{code.co_firstlineno}"


def mechanisms_of(function: Callable[..., Any]) -> set[str]:
    """What a function calls of `markscheme.mechanisms`, itself or through others of its module."""
    found = set[str]()
    waiting: list[Any] = [function]
    seen = set[int]()
    home = getattr(_unwrapped(function), "__module__", "")
    while waiting:
        here = _unwrapped(waiting.pop())
        module = getattr(here, "__module__", None) or ""
        if id(here) in seen or not callable(here):
            continue
        seen.add(id(here))
        if module.startswith(_MECHANISMS) and isinstance(here, FunctionType):
            found.add(f"{module.removeprefix(_MECHANISMS)}.{getattr(here, '__name__', here)}")
        elif module != home:
            continue
        if isinstance(here, FunctionType):
            waiting += _called(here)
    return found


def _unwrapped(function: Any) -> Any:
    """The function itself, of one that is partly applied, that is cached, or that is an answer's."""
    while not isinstance(function, FunctionType | type):
        inner = [getattr(function, name, None) for name in ("func", "__wrapped__", "function")]
        function, outer = next((it for it in inner if callable(it)), None), function
        if function is None:
            return outer
    return function


def _called(function: FunctionType) -> list[Any]:
    """What a function may call: the globals and closed-over values that its code names, and what they hold."""
    codes = [function.__code__]
    names = set[str]()
    while codes:
        code = codes.pop()
        names |= set(code.co_names)
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    values = [function.__globals__[name] for name in names if name in function.__globals__]
    values += inspect.getclosurevars(function).nonlocals.values()
    values += [sys.modules[name] for name in names if f"{name}.".startswith(_MECHANISMS) and name in sys.modules]
    modules = [value for value in values if getattr(value, "__name__", "").startswith("markscheme.mechanisms")]
    modules += [
        inner for module in modules for name in names if isinstance(inner := getattr(module, name, None), ModuleType)
    ]
    return values + [getattr(module, name) for module in modules for name in names if hasattr(module, name)]
