"""Kinds of answers that are collections of labels: a set of tuples, such as a relation, and a column of truths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, cast

from markscheme.kinds.base import Kind, Scoring
from markscheme.language import say
from markscheme.reading.limits import Unreadable, bounded
from markscheme.reading.prose import first_read
from markscheme.text.field import Form
from markscheme.text.notation import Listing, Notation, Symbol, Word

Tuple: TypeAlias = tuple[str, ...]
MOST_TUPLES: Final = 500
_TYPESETTING: Final = re.compile(r"\\(?:left|right|[,;:! ])|[$]")
_BOXED: Final = re.compile(r"\\(?:boxed|fbox|text)\s*\{(.*)\}\.?", re.DOTALL)
_NAMED: Final = re.compile(r"^\s*\w{1,12}\s*[=:]\s*")
_TUPLE: Final = re.compile(r"\s*[(<⟨]([^()<>⟨⟩{}]*)[)>⟩]\s*")
_LABEL: Final = re.compile(r"-?\w+(?:\.\d+)?'?")
_EMPTY: Final = frozenset({"", "∅", "ø", "\\emptyset", "\\varnothing", "empty", "the empty set", "empty set"})
_TRUTHS: Final = {"t": True, "true": True, "1": True, "⊤": True, "w": True, "wahr": True,
                  "f": False, "false": False, "0": False, "⊥": False, "falsch": False}  # fmt: skip


def bare(text: str) -> str:
    """A text without a frame around all of it, and without the name that it is given to."""
    said = _TYPESETTING.sub(" ", text).strip().removeprefix("**").removesuffix("**")
    boxed = _BOXED.fullmatch(said)
    return _NAMED.sub("", boxed[1] if boxed else said)


@dataclass(frozen=True)
class TupleSet(Kind[frozenset[Tuple]]):
    r"""A set of tuples of labels or integers, in any order: a relation, edges, the rows of a query.

    >>> kind = TupleSet(2)
    >>> kind.read(r"\{(1, 2), (b, 3)\}") == kind.accept([("b", 3), (1, 2)])
    True
    """

    width: int = 2
    """How many entries each tuple has."""
    noun: ClassVar[str] = "a set of tuples"
    form: ClassVar[Form] = "set"

    @property
    def example(self) -> str:
        one, other = (", ".join(f"{i + start}" for i in range(self.width)) for start in (1, 2))
        return f"{{({one}), ({other})}}"

    def read(self, text: str) -> frozenset[Tuple]:
        return first_read(bounded(text), self._read)

    def _read(self, text: str) -> frozenset[Tuple]:
        said = bare(text).replace("\\{", "{").replace("\\}", "}").rstrip(". ").strip()
        inner = said[1:-1].strip() if said.startswith("{") and said.endswith("}") else said
        if inner.casefold() in _EMPTY:
            return frozenset()
        found: list[Tuple] = []
        at = 0
        while match := _TUPLE.match(inner, at):
            found.append(self._entries(match[1], text))
            at = match.end()
            if at < len(inner) and inner[at] in ",;":
                at += 1
        if at < len(inner) or len(found) > MOST_TUPLES:
            raise Unreadable(say("expected-set-of-tuples", example=self.example), text=text)
        return frozenset(found)

    def _entries(self, inside: str, text: str) -> Tuple:
        entries = tuple([entry.strip() for entry in re.split("[,;]", inside)])
        if len(entries) != self.width or not all(map(_LABEL.fullmatch, entries)):
            raise Unreadable(say("expected-tuples-of", width=self.width, said=inside.strip()), text=text)
        return entries

    def accept(self, value: object) -> frozenset[Tuple]:
        if isinstance(value, Iterable) and not isinstance(value, str):
            rows = [
                tuple([f"{it}" for it in cast("Iterable[object]", row)]) if isinstance(row, list | tuple) else ()
                for row in cast("Iterable[object]", value)
            ]
            if all([len(row) == self.width and all(map(_LABEL.fullmatch, row)) for row in rows]):
                return frozenset(rows)
        raise TypeError(f"expected a set of tuples of {self.width} labels or integers, not {value!r}")

    def show(self, value: frozenset[Tuple]) -> Notation:
        if not value:
            return Symbol("∅")
        return Listing(tuple([Listing(tuple(map(Word, row)), "(", ")") for row in _sorted(value)]), "{", "}")

    def write(self, value: frozenset[Tuple]) -> str:
        rows = [f"({', '.join(row)})" for row in _sorted(value)]
        return f"{{{', '.join(rows)}}}"

    def difference(self, left: frozenset[Tuple], right: frozenset[Tuple]) -> str:
        extra, missing = self.write(left - right), self.write(right - left)
        parts = [f"{extra} too many" if left - right else "", f"{missing} missing" if right - left else ""]
        return ", ".join([part for part in parts if part])


def _sorted(value: frozenset[Tuple]) -> list[Tuple]:
    """Tuples in the order of people: numbers by size, before words."""

    def place(entry: str) -> tuple[bool, int, str]:
        is_number = entry.lstrip("-").isdecimal() and len(entry) < 20
        return not is_number, int(entry) if is_number else 0, entry

    return sorted(value, key=lambda row: [place(entry) for entry in row])


@dataclass(frozen=True)
class Truths(Kind[tuple[bool, ...]]):
    """A column of a truth table, from its first row to its last.

    >>> kind = Truths(4)
    >>> kind.read("T F F T") == kind.read("1001") == kind.read("true, false, false, true") == kind.accept([1, 0, 0, 1])
    True
    """

    rows: int
    noun: ClassVar[str] = "a column of truths"
    form: ClassVar[Form] = "tokens"

    @property
    def example(self) -> str:
        return " ".join(["T", "F", "F", "T", "T", "F", "T", "F"][i % 8] for i in range(self.rows))

    def read(self, text: str) -> tuple[bool, ...]:
        return first_read(bounded(text), self._read)

    def _read(self, text: str) -> tuple[bool, ...]:
        said = bare(text).rstrip(". ").strip().strip("[]()").casefold()
        words = [it for it in re.split(r"[\s,;|/]+", said) if it]
        if len(words) == 1 and len(words[0]) == self.rows and self.rows > 1:
            words = list(words[0])
        if len(words) != self.rows or any([word not in _TRUTHS for word in words]):
            raise Unreadable(say("expected-truths", rows=self.rows, example=self.example), text=text)
        return tuple([_TRUTHS[word] for word in words])

    def accept(self, value: object) -> tuple[bool, ...]:
        if isinstance(value, list | tuple):
            entries = cast("list[object]", [*value])
            if len(entries) == self.rows and all([entry in (0, 1) for entry in entries]):
                return tuple([bool(entry) for entry in entries])
        raise TypeError(f"expected {self.rows} truths, not {value!r}")

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry")

    def entries(self, key: tuple[bool, ...], value: tuple[bool, ...]) -> list[bool]:
        return [one == other for one, other in zip(key, value, strict=True)]

    def show(self, value: tuple[bool, ...]) -> Notation:
        return Word(self.write(value))

    def write(self, value: tuple[bool, ...]) -> str:
        return " ".join(["T" if it else "F" for it in value])

    def difference(self, left: tuple[bool, ...], right: tuple[bool, ...]) -> str:
        rows = [i for i, (one, other) in enumerate(zip(left, right, strict=True), start=1) if one != other]
        return f"row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}"
