"""Functions that get what they name: signatures are read once, at declaration, and what does not fit fails there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import wraps
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeAlias

from markscheme.core.errors import DefinitionError, near_misses

Values: TypeAlias = Mapping[str, Any]
"""Values of givens and answers by name."""
UNDEFINED = (ArithmeticError, ValueError, LookupError, TypeError)
"""What a slip, or an answer at a student's values, may raise where it is undefined."""

_NO_WIRES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wired:
    """A function, and for each of its parameters the name of the value that flows in."""

    function: Callable[..., Any]
    wires: Mapping[str, str]
    arguments: Callable[[Values], tuple[Any, ...]] = field(repr=False)

    def __call__(self, values: Values) -> Any:
        return self.function(*self.arguments(values))

    @property
    def names(self) -> tuple[str, ...]:
        """The names that flow in, in the order of the parameters."""
        return tuple(self.wires.values())


def wire(
    function: Callable[..., Any], known: Collection[str], owner: str, renamed: Mapping[str, str] = _NO_WIRES
) -> Wired:
    """Wire each parameter of `function` to the known name that it bears, or that `renamed` gives it.

    Raises `DefinitionError` for a name that is not known, with the definition, the name and the near miss.
    """
    parameters = parameters_of(function, owner)
    for parameter in renamed:
        if parameter not in parameters:
            raise DefinitionError(
                f"{owner}: a wire is for {parameter!r}, which is no parameter of\n{definition(function)}\n"
                f"{near_misses(parameter, parameters)}"
            )
    wires: dict[str, str] = {}
    left_out = ""
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY):
            raise DefinitionError(f"{owner}: each parameter has a name and a place; {parameter} has not, in\n"
                                  f"{definition(function)}")  # fmt: skip
        source = renamed.get(name, name)
        if source in known:
            if left_out:
                raise DefinitionError(f"{owner}: {left_out!r}, which stays at its default, stands before {name!r}, in\n"
                                      f"{definition(function)}\n{near_misses(left_out, known)}")  # fmt: skip
            wires[name] = source
        elif parameter.default is parameter.empty or name in renamed:
            raise DefinitionError(
                f"{owner} needs {source!r}, which is neither given nor answered above it, in\n{definition(function)}\n"
                f"{near_misses(source, known)}"
            )
        else:
            left_out = name
    return Wired(function, MappingProxyType(wires), _picker(tuple(wires.values())))


def takes_all(function: Callable[..., Any], owner: str) -> bool:
    """Whether a function has `**values` for its only parameter."""
    return [it.kind for it in parameters_of(function, owner).values()] == [inspect.Parameter.VAR_KEYWORD]


def wire_all(function: Callable[..., Any], known: Collection[str]) -> Wired:
    """Wire every known name to a function that takes them all, as `**values`."""
    names = tuple(known)

    @wraps(function)
    def by_name(*values: Any) -> Any:
        return function(**dict(zip(names, values, strict=True)))

    return Wired(by_name, MappingProxyType({name: name for name in names}), _picker(names))


def _picker(names: tuple[str, ...]) -> Callable[[Values], tuple[Any, ...]]:
    if len(names) >= 2:
        return itemgetter(*names)
    if names:
        only = names[0]
        return lambda values: (values[only],)
    return lambda _: ()


def parameters_of(function: Callable[..., Any], owner: str) -> Mapping[str, inspect.Parameter]:
    """The parameters of a function, by name."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        raise DefinitionError(f"{owner}: {function!r} is no function whose parameters can be read") from None


def definition(function: Callable[..., Any]) -> str:
    """Where a function is defined, and the line that defines it, for messages."""
    name = getattr(function, "__qualname__", repr(function))
    code = getattr(function, "__code__", None)
    place = f'  File "{code.co_filename}", line {code.co_firstlineno}' if code else "  (built in)"
    return f"{place}\n    def {name}{inspect.signature(function)}"
