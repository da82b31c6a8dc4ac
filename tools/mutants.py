"""How much the proofs notice: break answers and mechanisms in small ways, one at a time, and prove again.

`make mutants` mutates each function that computes a key (signs, comparisons, constants, indices, swapped arguments),
in place, and counts the mutants that change a key on the published numbers or on the seeds and that `prove` lets pass.
"""

from __future__ import annotations

import ast
import copy
import gc
import inspect
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import zip_longest
from types import CodeType, FrameType, FunctionType
from typing import Any

from markscheme.bank.catalog import catalog
from markscheme.core.called import mechanisms_of
from markscheme.core.identity import Identity
from markscheme.core.posing import as_published, pose
from markscheme.core.problem import Problem
from markscheme.core.proof import prove_item
from markscheme.core.solving import solved

SEEDS = 100
SECONDS = 20  # a mutant that runs for ever is noticed
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.And: ast.Or, ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
NAMES = {"max": "min", "min": "max", "all": "any", "any": "all"}


def mutants(tree: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function that differs from this one in one place, and where."""
    places = [node for statement in tree.body for node in ast.walk(statement)]
    for number, place in enumerate(places):
        for change in _changes(place):
            mutated = copy.deepcopy(tree)
            node = [node for statement in mutated.body for node in ast.walk(statement)][number]
            before = ast.unparse(node)
            change(node)
            after = ast.unparse(ast.fix_missing_locations(node))
            yield f"line {getattr(node, 'lineno', '?')}: {before} -> {after}", mutated


def _changes(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in OPERATORS:
            yield lambda it: setattr(it, "op", OPERATORS[type(it.op)]())
        case ast.Compare(ops=[op]) if type(op) in OPERATORS:
            yield lambda it: setattr(it, "ops", [OPERATORS[type(it.ops[0])]()])
        case ast.UnaryOp(op=ast.USub()):
            yield lambda it: setattr(it, "op", ast.UAdd())
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            yield lambda it: setattr(it, "value", it.value + 1)
            yield lambda it: setattr(it, "value", it.value - 1)
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield lambda it: setattr(it.func, "id", NAMES[it.func.id])
        case ast.Call(args=[_, _, *_]):
            yield lambda it: setattr(it, "args", [it.args[1], it.args[0], *it.args[2:]])
        case _:
            return


def functions_of(problem: Problem) -> dict[str, FunctionType]:
    """The functions that compute the keys of a problem: its answers', those of its file that they call, mechanisms."""
    found: dict[str, FunctionType] = {}
    waiting: list[Any] = []
    for answer in problem.answers.values():
        if answer.kind.by_hand:
            continue
        waiting.append(inspect.unwrap(answer.function))
        for name in mechanisms_of(answer.function):
            module, _, own = name.rpartition(".")
            function = inspect.unwrap(getattr(import_module(f"markscheme.mechanisms.{module}"), own))
            if isinstance(function, FunctionType):
                found[f"{function.__module__}.{own}"] = function
    while waiting:
        called = waiting.pop()
        function = inspect.unwrap(getattr(called, "function", called))
        name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"
        if isinstance(function, FunctionType) and name.startswith(problem.draw.__module__) and name not in found:
            found[name] = function
            waiting += [function.__globals__.get(name) for name in function.__code__.co_names]
    return found


def compiled(function: FunctionType, tree: ast.FunctionDef) -> CodeType | None:
    """The code of a mutant, to take the place of the function's own; None if it cannot."""
    tree = copy.deepcopy(tree)
    tree.decorator_list = []
    free = function.__code__.co_freevars
    outer = ast.parse(f"def outer({', '.join(free)}): pass")
    holder = outer.body[0]
    assert isinstance(holder, ast.FunctionDef)
    holder.body = [tree]
    code = compile(ast.fix_missing_locations(outer), function.__code__.co_filename, "exec")
    inner = next(const for const in code.co_consts if isinstance(const, CodeType))
    own = next(const for const in inner.co_consts if isinstance(const, CodeType) and const.co_name == tree.name)
    return own if set(own.co_freevars) <= set(free) and len(own.co_freevars) == len(free) else None


def forget() -> None:
    """Empty every cache, and every plan, which may hold what a mutant computed."""
    for problem in catalog().values():
        problem.graph.plan = None
    for thing in gc.get_objects():
        if type(thing).__name__ == "_lru_cache_wrapper" and thing.__module__.startswith("markscheme."):
            thing.cache_clear()


def keys(problem: Problem, givens: list[Any]) -> list[dict[str, Any] | None]:
    """What the answers are at these givens, or None where they fail."""
    found: list[dict[str, Any] | None] = []
    for given in givens:
        try:
            found.append(solved(problem, Identity(problem.name, problem.version, seed=""), given))
        except Exception:  # noqa: BLE001 (a mutant may fail in any way)
            found.append(None)
    return found


def is_other(problem: Problem, right: list[dict[str, Any] | None], found: list[dict[str, Any] | None]) -> bool:
    """Whether some answer is another, or an open-ended answer that lacks a property: one that has them all is right."""
    for here, there in zip_longest(right, found):
        if here is None or there is None:
            return True
        for name, answer in problem.answers.items():
            changed = there[name] != here[name]
            if changed and (not answer.properties or answer.lacks({**here, name: there[name]})):
                return True
    return False


def notices(problem: Problem) -> bool:
    """Whether `prove` finds something wrong."""
    try:
        for variant in problem.variants:
            prove_item(as_published(problem, variant))
        for seed in range(SEEDS):
            prove_item(pose(problem, str(seed), {}))
    except Exception:  # noqa: BLE001 (a mutant may fail in any way)
        return True
    return False


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def survey(problem: Problem) -> tuple[int, int, list[str]]:
    """How many mutants change a key, how many of them a proof notices, and those that it does not."""
    posed = [as_published(problem, variant) for variant in problem.variants]
    posed += [pose(problem, str(seed), {}) for seed in range(SEEDS)]
    givens = [item.givens for item in posed]
    forget()
    right = keys(problem, givens)
    changed = noticed = 0
    survivors: list[str] = []
    for name, function in functions_of(problem).items():
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        if not isinstance(tree, ast.FunctionDef):
            continue
        own = function.__code__
        for where, mutated in mutants(tree):
            code = compiled(function, mutated)
            if code is None:
                continue
            signal.alarm(SECONDS)
            try:
                function.__code__ = code
                forget()
                found = keys(problem, givens)
                forget()
                is_noticed = found != right and notices(problem)
            except TimeoutError:
                found, is_noticed = [], True
            finally:
                signal.alarm(0)
                function.__code__ = own
            forget()
            differs = is_noticed or is_other(problem, right, found)
            changed, noticed = changed + differs, noticed + is_noticed
            if differs and not is_noticed:
                survivors.append(f"{name}, {where}")
    forget()
    return changed, noticed, survivors


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _alarm)
    totals = [0, 0]
    print("| problem | mutants that change a key | noticed |\n|---|--:|--:|")
    left: list[str] = []
    for problem in catalog().values():
        if sys.argv[1:] and problem.name not in sys.argv[1:]:
            continue
        changed, noticed, survivors = survey(problem)
        totals = [totals[0] + changed, totals[1] + noticed]
        left += survivors
        print(f"| {problem.name} | {changed} | {noticed} |", flush=True)
    print(f"| all | {totals[0]} | {totals[1]} ({100 * totals[1] / max(1, totals[0]):.1f} %) |\n")
    print("\n".join([f"- survives: {survivor}" for survivor in left]))
    sys.exit(totals[1] < 0.95 * totals[0])
