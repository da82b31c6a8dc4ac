"""The symbols that an answer may be written in, however they are spelled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from markscheme.language import Message, say, words
from markscheme.reading.syntax import Name
from markscheme.reading.words import letter

_DERIVATIVE: Final = re.compile(r"d(\w+)/d(\w+)").fullmatch
_NUMBERED: Final = re.compile(r"([^\W\d_]+)([0-9]+)").fullmatch
LONGEST_SPLIT: Final = 40


@dataclass(frozen=True)
class Symbols:
    """What an expression may be written in: symbols such as `beta_1` and `m_{t-1}`, and indexed ones such as `y`.

    An indexed `dL/dy` is a derivative: `dL/dy_i`, `∂L/∂y_i`. `also` has other spellings, each with its symbol. Entries
    are taken at the free `index`, and at the index of a sum, which runs from 1 to `size`. Products of `matrices` do not
    commute; with any, indexed symbols are the entries of diagonal matrices, of which there are `size`.
    """

    scalars: tuple[str, ...]
    indexed: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    index: str = "i"
    size: str = "n"
    matrices: tuple[str, ...] = ()

    @cached_property
    def _hash(self) -> int:
        return hash((self.scalars, self.indexed, self.also, self.index, self.size, self.matrices))

    def __hash__(self) -> int:
        return self._hash

    def __post_init__(self) -> None:
        spellings = [spelled(name) for name in (*self.names, *[name for name, _ in self.also])]
        if twice := {spelling for spelling in spellings if spellings.count(spelling) > 1}:
            raise ValueError(f"a spelling names one symbol, unlike {', '.join(sorted(twice))}")
        if odd := [symbol for _, symbol in self.also if symbol not in self.names]:
            raise ValueError(f"another spelling is one of a symbol, unlike that of {', '.join(odd)}")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The symbols without an index; among matrices the identity `I`."""
        sized = (self.size,) if self.indexed and self.size not in self.scalars else ()
        return (*self.scalars, *sized, *self.matrices, *(("I",) if self.matrices else ()))

    @cached_property
    def known(self) -> Mapping[str, Any]:
        """What stands for each symbol without an index, however it is spelled."""
        own = [(name, name) for name in self.names]
        return {spelled(said): Name(name) for said, name in [*own, *self.also]}

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        """What may stand within a diagonal matrix: the symbols that are numbers, and the entries of indexed ones."""
        matrices = {*self.matrices, "I"}
        known = {said: name for said, name in self.known.items() if name.name not in matrices}
        for index in (self.index, self.size, "1", "2", "3"):
            known |= self.entries(index)
        return known

    @cached_property
    def derivatives(self) -> Mapping[tuple[str, str], str]:
        """The indexed symbols that are derivatives, by what is derived by what."""
        return {(found[1], found[2]): name for name in self.indexed if (found := _DERIVATIVE(name))}

    def entries(self, index: str) -> Mapping[str, Any]:
        """The entries at an index, however they are spelled; derivatives are read apart."""
        plain = [name for name in self.indexed if "/" not in name]
        joints = ("_", "") if self.matrices else ("_",)
        return {f"{letter(name)}{joint}{index}": Name(name, index) for name in plain for joint in joints}

    def listed(self) -> Message:
        """The symbols, for messages."""
        entries = [re.sub(r"^d(\w+)/d", r"∂\1/∂", letter(name)) + f"_{self.index}" for name in self.indexed]
        if self.matrices and entries:
            return say("inside-diag", names=", ".join(map(_as_letters, self.names)), entries=", ".join(entries))
        return words(", ".join([*map(_as_letters, self.names), *entries]))


def spelled(name: str) -> str:
    """A declared name as the lexer spells it.

    >>> spelled("beta_1"), spelled("beta1"), spelled("m_{t-1}"), spelled("lambda")
    ('β_1', 'β_1', 'm_t-1', 'λ')
    """
    base, _, index = name.partition("_")
    if not index and (numbered := _NUMBERED(base)):
        base, index = numbered.groups()
    index = "".join([letter(it) for it in re.split(r"(\W)", index.strip("{}"))])
    return f"{letter(base)}_{index}" if index else letter(base)


def divided(said: str, known: Mapping[str, Any]) -> list[list[str]]:
    """The ways to divide a name into known ones, up to two: `λη` is λ times η."""
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, min(len(said), LONGEST_SPLIT) + 1):
        ways.append([
            [*way, said[start:end]]
            for start in range(end) if said[start:end] in known
            for way in ways[start]
        ][:2])  # fmt: skip
    return ways[-1] if len(said) == len(ways) - 1 else []


def _as_letters(name: str) -> str:
    base, divider, index = name.partition("_")
    return f"{letter(base)}{divider}{index}"
