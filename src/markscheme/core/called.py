"""Which mechanisms and answers a function calls, for messages and for proofs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markscheme.core.problem import Problem

_MECHANISMS: Final = "markscheme.mechanisms."


def mechanisms_of(function: Callable[..., Any]) -> set[str]:
    """What a function calls of `markscheme.mechanisms`, itself or through others of its module."""
    return {
        f"{here.__module__.removeprefix(_MECHANISMS)}.{getattr(here, '__name__', here)}"
        for here in _reached(function)
        if isinstance(here, FunctionType) and here.__module__.startswith(_MECHANISMS)
    }


def mechanisms_named(*functions: Callable[..., Any]) -> str:
    """The mechanisms that functions call, for a message: those that have a page, not their helpers."""
    used = {name for function in functions for name in mechanisms_of(function) if "._" not in name}
    return f"mechanisms: {', '.join(sorted(used)) or 'none'}"


def answers_called_by(check: Callable[..., Any], problem: Problem) -> list[str]:
    """The answers whose functions a check calls, itself or through others of its module: it confirms none of these."""
    functions = {id(_unwrapped(answer.function)): name for name, answer in problem.answers.items()}
    return [functions[id(here)] for here in _reached(check) if id(here) in functions]


def _reached(function: Callable[..., Any]) -> Iterator[Any]:
    """A function, and what it calls of its module and of the mechanisms."""
    waiting: list[Any] = [function]
    seen = set[int]()
    home = getattr(_unwrapped(function), "__module__", "")
    while waiting:
        here = _unwrapped(waiting.pop())
        module = getattr(here, "__module__", None) or ""
        if id(here) in seen or not callable(here):
            continue
        seen.add(id(here))
        if not (module.startswith(_MECHANISMS) and isinstance(here, FunctionType)) and module != home:
            continue
        yield here
        if isinstance(here, FunctionType):
            waiting += _called(here)


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
