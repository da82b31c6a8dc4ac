"""The tree of a text: immutable nodes, what walks over them, and the ways in which a text may be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeVar

from markscheme.exact import Rational
from markscheme.language import say
from markscheme.reading.units import Unit

T = TypeVar("T")
Point: TypeAlias = Mapping[str, Any]
"""A value for each name, a sequence for each indexed one, and places, from 1, for the indices."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: Rational


@dataclass(frozen=True, slots=True)
class Rounded(Constant):
    """A number that was written in decimals: it may be a rounded one."""

    places: int = 0
    """Decimal places; below 0 where digits before the point may be rounded."""


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol, or an entry of an indexed one."""

    name: str
    index: str | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """An operation on parts: `+ - * / ^ √ ± ×` of numbers, `ᵀ diag` of matrices, `∪ ∩ ∖` of sets.

    `()` is a name with something in parentheses behind it, which may be a function's value or a product.
    """

    operation: str
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """A function of its parts by name, such as `sin`, or one of which nothing is known; without parts a constant."""

    function: str
    parts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Summed:
    """A sum of the body over an index, from 1 to a size unless bounds say otherwise; it may leave out one place.

    With another `operation` a product (`*`), or an integral (`int`).
    """

    index: str
    size: Any
    body: Any
    without: str | None = None
    low: Any = Constant(1)
    operation: str = "+"


@dataclass(frozen=True, slots=True)
class Limit:
    """What the body tends to where a name tends to a value, from both sides or from one (`+`, `-`)."""

    name: str
    target: Any
    body: Any
    side: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Things side by side, in brackets `() [] {} ⟨⟩ [) (]` or, where `brackets` are empty, bare.

    A list of a program's, which can be no interval, has `[,]`; the two values of a `±` have `±`.
    """

    items: tuple[Any, ...]
    brackets: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Things in rows, as in a matrix; `brackets` are `||` around a determinant."""

    rows: tuple[tuple[Any, ...], ...]
    brackets: str = "[]"


@dataclass(frozen=True, slots=True)
class Related:
    """A chain of sides with a sign between each two: `=`, `≈`, `≠`, `<`, `<=`, `>`, `>=`, `in` or `∉`."""

    sides: tuple[Any, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Statements or values of which all hold (`and`), or some (`or`)."""

    word: str
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of units."""

    value: Any
    unit: Unit


@dataclass(frozen=True, slots=True)
class Such:
    """The values of a name for which a statement holds: `{x : x > 1}`."""

    name: str
    statement: Any


Tree: TypeAlias = (
    Constant | Name | Applied | Called | Summed | Limit | Listed | Rows | Related | Joined | Quantity | Such
)
Formula: TypeAlias = Constant | Name | Applied | Called | Summed | Limit
"""A tree that has one value at a point."""

PI: Final = Called("pi")
E: Final = Called("e")
INFINITY: Final = Called("infinity")
IMAGINARY: Final = Called("i")


_PARTS: Final[dict[Any, Callable[[Any], tuple[Any, ...]]]] = {
    Applied: lambda tree: tree.parts,
    Called: lambda tree: tree.parts,
    Joined: lambda tree: tree.parts,
    Listed: lambda tree: tree.items,
    Related: lambda tree: tree.sides,
    Rows: lambda tree: tuple([it for row in tree.rows for it in row]),
    Summed: lambda tree: (*(() if isinstance(tree.size, str) else (tree.size,)), tree.body, tree.low),
    Limit: lambda tree: (tree.target, tree.body),
    Quantity: lambda tree: (tree.value,),
    Such: lambda tree: (tree.statement,),
}


def parts_of(tree: Any) -> tuple[Any, ...]:
    """The trees within a tree, one level down."""
    parts = _PARTS.get(type(tree))
    return parts(tree) if parts else ()


def walked(tree: Any) -> Iterator[Any]:
    """A tree and all within it, from the top."""
    waiting = [tree]
    while waiting:
        yield (it := waiting.pop())
        if parts := _PARTS.get(type(it)):
            waiting.extend(reversed(parts(it)))


def is_set_algebra(tree: Any) -> bool:
    """Whether a tree is a union, an intersection or a difference of sets."""
    return isinstance(tree, Applied) and tree.operation in {"∪", "∩", "∖"}


def is_two_signed(tree: Any) -> bool:
    """Whether a tree is one with two signs, `±x` or `∓x`."""
    return isinstance(tree, Applied) and tree.operation in {"±", "∓"}


def rebuilt(tree: Any, change: Callable[[Any], Any]) -> Any:
    """A tree whose parts, one level down, are changed."""
    match tree:
        case Applied(operation, parts):
            return Applied(operation, tuple([change(part) for part in parts]))
        case Called(function, parts):
            return Called(function, tuple([change(part) for part in parts]))
        case Joined(word, parts):
            return Joined(word, tuple([change(part) for part in parts]))
        case Listed(items, brackets):
            return Listed(tuple([change(item) for item in items]), brackets)
        case Related(sides, signs):
            return Related(tuple([change(side) for side in sides]), signs)
        case Rows(rows):
            return replace(tree, rows=tuple([tuple([change(it) for it in row]) for row in rows]))
        case Summed(_, size, body, _, low):
            size = size if isinstance(size, str) else change(size)
            return replace(tree, size=size, body=change(body), low=change(low))
        case Limit(_, target, body):
            return replace(tree, target=change(target), body=change(body))
        case Quantity(value):
            return replace(tree, value=change(value))
        case Such(_, statement):
            return replace(tree, statement=change(statement))
        case _:
            return tree


def grid(tree: Any) -> list[tuple[Any, ...]] | None:
    """The rows of an array in brackets: of a list those of one entry each; None where there are no such rows."""
    match tree:
        case Rows(rows) if len({len(row) for row in rows}) == 1:
            return list(rows)
        case Listed(items) if items and not any(map(_is_a_set, (tree, *items))):
            nested = [it.items if isinstance(it, Listed) else (it,) for it in items]
            sorts = {isinstance(it, Listed | Rows) for it in items}
            return nested if sorts == {False} or (len(sorts) == 1 and len({len(row) for row in nested}) == 1) else None
        case _:
            return None


def _is_a_set(tree: Any) -> bool:
    return isinstance(tree, Listed) and tree.brackets in {"{}", "[)", "(]"}


def names_of(tree: Any) -> Iterator[str]:
    """The free names in a tree, with repetitions, and the indices and sizes that it needs."""
    match tree:
        case Name(name, index):
            yield name
            if index:
                yield index
        case Summed(index, size, body, without, low):
            yield from [size] if isinstance(size, str) else names_of(size)
            yield from names_of(low)
            yield from (name for name in names_of(body) if name != index)
            if without:
                yield without
        case Limit(bound, target, body):
            yield from names_of(target)
            yield from (name for name in names_of(body) if name != bound)
        case Such(bound, statement):
            yield from (name for name in names_of(statement) if name != bound)
        case _:
            for part in parts_of(tree):
                yield from names_of(part)


class Ways:
    """The ways in which texts are read together: what can be read in two ways is settled alike in all of them.

    >>> def reading(way: Ways) -> str:
    ...     return way.of("log", "e", "10") + way.of("comma", "list", "decimal")
    >>> list(ways(reading))
    ['elist', '10list', '10decimal', 'edecimal']
    """

    def __init__(self, settled: Mapping[str, str] | None = None) -> None:
        self.settled = dict(settled or {})
        self.met: dict[str, tuple[str, ...]] = {}

    def of(self, name: str, *options: str) -> str:
        """What a point at which readings part is settled as; the first option unless this way says another."""
        self.met.setdefault(name, options)
        return self.settled.setdefault(name, options[0])


def ways(read: Callable[[Ways], T], most: int = 24) -> Iterator[T]:
    """What comes of reading in each way, the likeliest first. Raises `OverflowError` where there are too many."""
    waiting: list[dict[str, str]] = [{}]
    for _ in range(most):
        if not waiting:
            return
        fixed = waiting.pop()
        way = Ways(fixed)
        found = read(way)
        new = [name for name in way.met if name not in fixed]
        for place, name in reversed(list(enumerate(new))):
            before = {it: way.settled[it] for it in new[:place]}
            waiting += [{**fixed, **before, name: other} for other in reversed(way.met[name][1:])]
        yield found
    if waiting:
        raise OverflowError(say("too-many-ways"))
