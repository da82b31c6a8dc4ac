"""Stock answers: texts that fit a blank, and that a student who knows nothing can write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias, cast

from markscheme.core.answer import Answer
from markscheme.core.graph import Graph
from markscheme.core.item import Item
from markscheme.core.problem import Problem
from markscheme.exact import Matrix, Shape, Vector
from markscheme.text.field import Field

Stock: TypeAlias = Callable[[Item], str | None]
"""Writes one stock answer for an item; None where it does not fit there."""
Entry: TypeAlias = Callable[[int, int], str]
Cell: TypeAlias = Callable[[int, int, int, int], str]

CONSTANTS = tuple("0 1 -1 2 -2 3 4 5 6 7 8 9 10 12 16 20 24 32 50 64 100 1/2 1/3 1/4".split())


def stock_of(answer: Answer[..., Any]) -> list[Stock]:
    """The stock answers of one blank, by how it is typed; none for prose and programs, which are not guessed."""
    field = answer.kind.field()
    fixed = [*_fixed(field)]
    if field.form in ("vector", "list"):
        return [*map(_of_length(answer), _entries()), *_copied(answer)]
    if field.form == "matrix":
        return [*map(_of_shape(answer), _cells()), *_copied(answer)]
    if field.form == "shape":
        return [*map(_of_length(answer, " x "), [it for it in _entries() if it(0, 2) != "1/2"]), *_copied(answer)]
    if field.form == "number":
        return [*map(_text, CONSTANTS), *_numbers_of_the_page(answer)]
    return [*map(_text, fixed)]


def _text(text: str) -> Stock:
    return lambda _: text


def _fixed(field: Field) -> Iterator[str]:
    if field.form == "one of":
        yield from field.labels
    elif field.form == "yes or no":
        yield from ("yes", "no")
    elif field.form == "all that apply":
        yield from ("none", ", ".join(field.labels), *field.labels)
    elif field.form == "interval":
        yield from ("[0, 1]", "(0, 1)", "[0, 1)", "(0, 1]", "(0, oo)", "[0, oo)", "(1, oo)", "(-oo, oo)", "(-oo, 0)",
                    "(-1, 1)", "[1, 2]", "(0, 10)", "{0}", "{1}")  # fmt: skip
    elif field.form in ("tokens", "sequences"):
        first, *others = field.vocabulary
        yield from (first, " ".join(field.vocabulary), " ".join(field.vocabulary[:3]), " ".join([first] * 3), *others)
    elif field.form == "expression":
        yield from _formulas(field)


def _formulas(field: Field) -> Iterator[str]:
    names = [*field.names]
    yield from (*CONSTANTS, "n", "1/n", "I")
    for name in names:
        yield from (name, f"-{name}", f"{name}_i", f"2 {name}", f"1/{name}", f"{name}^2", f"1 - {name}")
    for name, other in pairwise(names):
        yield from (f"{name} + {other}", f"{name} {other}", f"{name} - {other}")


def _entries() -> list[Entry]:
    """Entries of a vector by their place and their number."""
    patterns: list[Entry] = [
        lambda i, _: str(int(i == 0)), lambda i, n: str(int(i == n - 1)), lambda i, _: str(i + 1),
        lambda i, _: str(5 + 2 * i), lambda i, n: str(n - i), lambda i, _: str((-1) ** i), lambda i, _: str(2 + i),
    ]  # fmt: skip
    return [*[_same(constant) for constant in CONSTANTS], *patterns]


def _same(constant: str) -> Entry:
    return lambda _i, _n: constant


def _of_length(answer: Answer[..., Any], between: str = ", ") -> Callable[[Entry], Stock]:
    def stock(entry: Entry) -> Stock:
        def write(item: Item) -> str:
            length = len(item.values[answer.name])
            entries = between.join([entry(i, length) for i in range(length)])
            return entries if between != ", " else f"[{entries}]"

        return write

    return stock


def _cells() -> list[Cell]:
    """Entries of a matrix by row and column, and its numbers of rows and columns."""
    patterns: list[Cell] = [
        lambda i, j, n, _: str(int(i + j == n - 1)), lambda i, j, _, m: str(i * m + j + 1),
        lambda i, j, _, m: str(5 + 2 * (i * m + j)), lambda i, j, _n, _m: str(int(i == j == 0)),
        lambda _i, j, _n, _m: str(int(j == 0)), lambda i, _j, _n, _m: str(int(i == 0)),
    ]  # fmt: skip
    constant = [_filled(constant, constant) for constant in CONSTANTS]
    return [*constant, *[_filled(it, "0") for it in ("1", "-1", "2", "1/2")], *patterns]


def _filled(diagonal: str, beside: str) -> Cell:
    return lambda i, j, _n, _m: diagonal if i == j else beside


def _of_shape(answer: Answer[..., Any]) -> Callable[[Cell], Stock]:
    def stock(cell: Cell) -> Stock:
        def write(item: Item) -> str:
            matrix = item.values[answer.name]
            rows, columns = len(matrix), len(matrix[0])
            lines = [", ".join([cell(i, j, rows, columns) for j in range(columns)]) for i in range(rows)]
            return f"[{', '.join([f'[{line}]' for line in lines])}]"

        return write

    return stock


def _seen(problem: Problem | Graph) -> list[str]:
    """The names whose values stand on the page: givens and hints."""
    return [*problem.sample, *[name for name, answer in problem.answers.items() if answer.is_printed]]


def _copied(answer: Answer[..., Any]) -> Iterator[Stock]:
    """What stands on the page and fits: a vector or a matrix, a row or a column of one; as it is, and negative."""
    for name in _seen(answer.graph):
        for part in range(-1, 2):
            for sign in (1, -1):
                yield lambda item, name=name, part=part, sign=sign: _piece(answer, item, name, part, sign)


def _piece(answer: Answer[..., Any], item: Item, name: str, part: int, sign: int) -> str | None:
    value: Any = item.values[name]
    if isinstance(value, Matrix) and isinstance(item.values[answer.name], Vector) and part >= 0:
        value = Vector(value[part % len(value)])
    elif part > 0 or (part == 0 and not isinstance(value, Shape)):
        return None
    try:
        return answer.kind.write(answer.kind.accept(value if sign > 0 else -1 * value))
    except (TypeError, ValueError):
        return None


def _numbers_of_the_page(answer: Answer[..., Any]) -> Iterator[Stock]:
    """Each of the first numbers on the page, and its negative."""
    for place in range(24):
        for sign in (1, -1) if place < 12 else (1,):
            yield lambda item, place=place, sign=sign: _number(answer, item, place, sign)


def _number(answer: Answer[..., Any], item: Item, place: int, sign: int) -> str | None:
    numbers = [number for name in _seen(item.problem) for number in _flat(item.values[name])]
    if place >= len(numbers):
        return None
    try:
        return answer.kind.write(answer.kind.accept(sign * numbers[place]))
    except (TypeError, ValueError):
        return None


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        for entry in cast("Sequence[Any]", value):
            yield from _flat(entry)
    elif not isinstance(value, str | bool):
        yield value
