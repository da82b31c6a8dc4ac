"""What a file of Python tests asserts, read without running any of it.

Literals are followed through assignments, loops and `parametrize`; every call is kept as what was called and with what.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Scope: TypeAlias = dict[str, Any]


class NoLiteral(ValueError):
    """A part of a test that is more than literals and calls."""


@dataclass(frozen=True)
class Called:
    """A call as it stands: the function's name or the object that was called, and the arguments."""

    function: Any
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def name(self) -> str:
        return self.function if isinstance(self.function, str) else ""


@dataclass(frozen=True)
class Item:
    """An entry or attribute that was taken of something: `result["ok"]`."""

    of: Any
    key: Any


@dataclass(frozen=True)
class Claim:
    """`assert left == right` of a test, and what is known there."""

    test: str
    left: Any
    right: Any
    equal: bool
    scope: Scope


def claims(source: str, **known: Callable[..., Any]) -> Iterator[Claim]:
    """Every assertion of a file whose two sides are literals or calls; `assert x` claims that x is True.

    Functions that the file calls and the reader `known` are given by name.
    """
    return _body(ast.parse(source).body, Scope(known), "")


def _body(nodes: list[ast.stmt], scope: Scope, test: str) -> Iterator[Claim]:
    for node in nodes:
        match node:
            case ast.ClassDef():
                yield from _body(node.body, scope, test)
            case ast.FunctionDef() if node.name.startswith("test"):
                yield from _function(node, scope)
            case ast.Assign():
                _assign(node, scope)
            case ast.AugAssign():
                _augment(node, scope)
            case ast.For():
                yield from _loop(node, scope, test)
            case ast.With():
                pass  # what raises claims nothing
            case ast.Assert():
                yield from _claim(node.test, scope, test)
            case _:
                pass


def _function(node: ast.FunctionDef, scope: Scope) -> Iterator[Claim]:
    rows: list[Scope] = [{}]
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize"):
            rows = [row | more for row in rows for more in _parameters(decorator, scope)]
        elif "skip" in ast.unparse(decorator):
            return
    for row in rows:
        yield from _body(node.body, scope | row, node.name)


def _parameters(decorator: ast.Call, scope: Scope) -> list[Scope]:
    try:
        said, values = [value_of(it, scope) for it in decorator.args[:2]]
    except NoLiteral:
        return []
    names: list[str] = [it.strip() for it in said.split(",")] if isinstance(said, str) else list(said)
    found: list[Scope] = []
    for value in _items(values):
        row = [value] if len(names) == 1 else _items(value)
        if len(row) == len(names):
            found.append(dict(zip(names, row, strict=True)))
    return found


def _items(some: Any) -> list[Any]:
    """The items of a list or tuple; of anything else none."""
    return [*some] if type(some) in {list, tuple} else []


def _assign(node: ast.Assign, scope: Scope) -> None:
    for target in node.targets:
        names = [it.id for it in ast.walk(target) if isinstance(it, ast.Name)]
        try:
            value = value_of(node.value, scope)
        except NoLiteral:
            for name in names:
                scope.pop(name, None)
            continue
        if isinstance(target, ast.Name):
            scope[target.id] = value


def _augment(node: ast.AugAssign, scope: Scope) -> None:
    name = ast.unparse(node.target)
    try:
        scope[name] = scope[name] + value_of(node.value, scope)
    except (NoLiteral, KeyError, TypeError):
        scope.pop(name, None)


def _loop(node: ast.For, scope: Scope, test: str) -> Iterator[Claim]:
    try:
        values = value_of(node.iter, scope)
    except NoLiteral:
        return
    for value in _items(values):
        if isinstance(node.target, ast.Name):
            scope[node.target.id] = value
            yield from _body(node.body, scope, test)


def _claim(node: ast.expr, scope: Scope, test: str) -> Iterator[Claim]:
    try:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield Claim(test, value_of(node.operand, scope), False, True, scope.copy())
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.Eq | ast.NotEq):
            left, right = value_of(node.left, scope), value_of(node.comparators[0], scope)
            yield Claim(test, left, right, not isinstance(node.ops[0], ast.NotEq), scope.copy())
        else:
            yield Claim(test, value_of(node, scope), True, True, scope.copy())
    except NoLiteral:
        return


def value_of(node: ast.expr, scope: Scope) -> Any:
    """The value of an expression of literals, names and calls. Raises `NoLiteral`."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return scope[node.id] if node.id in scope else Called(node.id)
        case ast.Tuple():
            return tuple([value_of(it, scope) for it in node.elts])
        case ast.List():
            return [value_of(it, scope) for it in node.elts]
        case ast.Dict():
            keys = [value_of(it, scope) for it in node.keys if it is not None]
            return dict(zip(map(str, keys), [value_of(it, scope) for it in node.values], strict=False))
        case ast.BinOp(op=ast.Add()):
            return _added(value_of(node.left, scope), value_of(node.right, scope))
        case ast.UnaryOp(op=ast.USub()):
            value = value_of(node.operand, scope)
            return -value if isinstance(value, int | float) else Called("-", (value,))
        case ast.BinOp():
            return Called(type(node.op).__name__, (value_of(node.left, scope), value_of(node.right, scope)))
        case ast.Attribute():
            return Item(value_of(node.value, scope), node.attr)
        case ast.Subscript():
            return _entry(value_of(node.value, scope), value_of(node.slice, scope))
        case ast.Call():
            return _called(node, scope)
        case _:
            raise NoLiteral(ast.unparse(node)[:80])


def _entry(of: Any, key: Any) -> Any:
    is_literal = isinstance(of, dict | list | tuple)
    try:
        return of[key] if is_literal else Item(of, key)
    except (LookupError, TypeError):
        raise NoLiteral(f"{key!r}") from None


def _called(node: ast.Call, scope: Scope) -> Any:
    function = value_of(node.func, scope)
    if callable(function):
        options = {it.arg: value_of(it.value, scope) for it in node.keywords if it.arg}
        return function(*[value_of(it, scope) for it in node.args], **options)
    if isinstance(function, Called) and not function.arguments and not function.options:
        function = function.function
    arguments = tuple([value_of(it, scope) for it in node.args])
    return Called(function, arguments, {it.arg: value_of(it.value, scope) for it in node.keywords if it.arg})


def _added(left: Any, right: Any) -> Any:
    try:
        return left + right
    except TypeError:
        return Called("Add", (left, right))
