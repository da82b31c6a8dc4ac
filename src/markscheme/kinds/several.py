"""The kind of several answers at once: lists, sets and tuples of numbers and expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markscheme.draw import Draw
from markscheme.kinds.base import Comparison, Kind
from markscheme.kinds.mathematics import Mathematics
from markscheme.reading.formulas import Applied, Constant
from markscheme.reading.several import Item, Several, read_several
from markscheme.text.notation import Listing, Notation, show

_ONE = Mathematics()


@dataclass(frozen=True)
class SeveralKind(Kind[Several]):
    """Several answers, each right in whatever form; in the key's order where the key has one.

    >>> kind = SeveralKind()
    >>> bool(kind.compare(kind.read("1, sqrt(4)"), kind.read("2 and 1")))
    True
    >>> bool(kind.compare(kind.read("(1, 2)"), kind.read("(2, 1)")))
    False
    """

    noun: ClassVar[str] = "a list of answers"

    @property
    def example(self) -> str:
        return "-1, sqrt(2)"

    def read(self, text: str) -> Several:
        return read_several(text)

    def accept(self, value: object) -> Several:
        if isinstance(value, Several):
            return value
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: Several, value: Several) -> Comparison:
        return Comparison(_agree(key, value))

    def show(self, value: Several) -> Notation:
        return _shown(value)

    def write(self, value: Several) -> str:
        return show(_shown(value), "plain", math=True)

    def right(self, key: Several, rng: Draw) -> str:
        return self.write(key if key.ordered else Several(rng.shuffled(key.items)))

    def wrong(self, key: Several, rng: Draw) -> str:  # noqa: ARG002 (whatever is drawn)
        first, *others = key.items
        changed = Applied("+", (first, Constant(1))) if not isinstance(first, Several) else Several(first.items[:1])
        return self.write(Several((changed, *others, *others[-1:]), key.ordered))

    def malformed(self, rng: Draw) -> str:
        return rng.choice(("1", "?, 2", "1, (2", "{1, 2", "1, 2 x 3", "(1, because)", ",,"))


def _agree(one: Item, other: Item) -> bool:
    if not isinstance(one, Several) and not isinstance(other, Several):
        return one == other or _ONE.compare(one, other).agrees
    if not isinstance(one, Several) or not isinstance(other, Several) or one.ordered != other.ordered:
        return False
    if one.ordered:
        return len(one.items) == len(other.items) and all(map(_agree, one.items, other.items))
    if len(set(one.items)) == len(one.items):  # a set, in which nothing counts twice
        return (
            len(other.items) <= 2 * len(one.items)
            and all(any(_agree(key, it) for it in other.items) for key in one.items)
            and all(any(_agree(key, it) for key in one.items) for it in other.items)
        )
    left = list(other.items)
    for item in one.items:  # agreement is as good as equality: the first that agrees is as good as any
        found = next((it for it in left if _agree(item, it)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _shown(item: Item) -> Notation:
    if not isinstance(item, Several):
        return _ONE.show(item)
    opening, closing = ("(", ")") if item.ordered else ("{", "}")
    return Listing(tuple([_shown(it) for it in item.items]), opening, closing)
