"""Questions asked again and again: what all items of a layout have in common is written once, the rest filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from markscheme.core.posed import posed
from markscheme.core.translating import known_language
from markscheme.language import speaking, spoken
from markscheme.text.document import Block, Choices, Drawing, Table, left_open, write_block
from markscheme.text.notation import Target
from markscheme.text.source import Hole, filled

if TYPE_CHECKING:
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem

Part: TypeAlias = "str | Callable[[Item], str]"
"""Text that is the same for all items, or what writes the text of one."""
T = TypeVar("T")
_MOST_REMEMBERED: Final = 1_000
_MARK: Final = re.compile("\x00([0-9]+)\x00")


def prompt(item: Item, target: Target = "markdown", lang: str = "") -> str:
    """The question of an item, in a target's markup: what `item.posed(lang=lang).write(target)` gives, sooner.

    >>> import markscheme as ms
    >>> item = ms.problem("convolution/output_shape").pose("1")
    >>> prompt(item, "latex") == item.posed().write("latex")
    True
    """
    if target == "html":  # whose inputs within a figure hang on the item
        return item.posed(lang=lang).write(target)
    if lang and lang != spoken():
        with speaking(known_language(lang)):
            return _prompt(item, target)
    return _prompt(item, target)


def _prompt(item: Item, target: Target) -> str:
    layout = item.layout
    name = (target, spoken(), item.scoring)
    parts = layout.prompts.get(name)
    if parts is not None:
        return _joined(parts, item)
    shown = posed(item)
    whole = shown.write(target)
    parts = tuple(_merged(_parts(item.problem, shown.all_blocks(), target)))
    if _joined(parts, item) != whole:
        raise AssertionError(f"{item.id}: its question is written in two ways")
    layout.prompts[name] = parts
    return whole


def _joined(parts: Iterable[Part], item: Item) -> str:
    return "".join([part if isinstance(part, str) else part(item) for part in parts])


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    """Texts that follow each other as one."""
    for are_texts, some in groupby(parts, lambda part: isinstance(part, str)):
        if are_texts:
            yield "".join([part for part in some if isinstance(part, str)])
        else:
            yield from some


def _parts(problem: Problem, blocks: Iterable[Block], target: Target) -> Iterator[Part]:
    between = ""
    for block in blocks:
        yield between
        yield from _parts_of(problem, block, target)
        between = "\n\n"
    yield "\n"


def _parts_of(problem: Problem, block: Block, target: Target) -> Iterator[Part]:
    if isinstance(block, Choices | Table | Drawing) and block.again:
        again = block.again
        yield lambda item: write_block(again(item), target)
        return
    holes: list[Hole] = []

    def mark(hole: Hole) -> str:
        holes.append(hole)
        return f"\x00{len(holes) - 1}\x00"

    text, *others = _MARK.split(write_block(left_open(block, mark), target))
    yield text
    for number, text in zip(others[::2], others[1::2], strict=True):
        yield _filler(problem, holes[int(number)], target)
        yield text


def _filler(problem: Problem, hole: Hole, target: Target) -> Callable[[Item], str]:
    name, show = hole.name, problem.kind_of(hole.name).show
    fill = remembered(lambda value: filled(hole, show(value), target))
    return lambda item: fill(item.values[name])


def remembered(write: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same function, by which no whole number or text is written twice; of other values nothing is kept."""
    known: dict[object, T] = {}

    def written(value: Any) -> T:
        if type(value) is not int and type(value) is not str:
            return write(value)
        found = known.get(value)
        if found is None:
            found = write(value)
            if len(known) < _MOST_REMEMBERED:
                known[value] = found
        return found

    return written
