"""Kinds of answers that are sequences of tokens, one or several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import eq
from typing import ClassVar, Final

from markscheme.kinds.base import Comparison, Kind, Scoring
from markscheme.kinds.numerals import as_items
from markscheme.reading.labels import read_sequence, read_sequences
from markscheme.text.field import Field, Form
from markscheme.text.notation import Notation, Word

_TOKEN: Final = re.compile(r"[^\s,;:=\[\](){}\"'“”‘’`$*]{1,40}").fullmatch


@dataclass(frozen=True)
class _Vocabulary:
    """The tokens that a sequence may consist of."""

    vocabulary: tuple[str, ...]

    def __init__(self, vocabulary: Iterable[str]) -> None:
        object.__setattr__(self, "vocabulary", tuple(vocabulary))
        if len(self.vocabulary) < 2 or len(set(self.vocabulary)) < len(self.vocabulary):
            raise ValueError(f"a vocabulary has two or more different tokens, not {list(self.vocabulary)}")
        if odd := [token for token in self.vocabulary if not _TOKEN(token) or "->" in token]:
            raise ValueError(f"a token is one word without spaces, commas, brackets or quotation, unlike {odd}")

    def _accepted(self, value: object) -> tuple[str, ...]:
        said = value.split() if isinstance(value, str) else as_items(value, "a sequence of tokens")
        known = tuple([token for token in said if isinstance(token, str) and token in self.vocabulary])
        if not known or len(known) < len(said):
            raise TypeError(f"expected tokens from {', '.join(self.vocabulary)}, not {value!r}")
        return known


@dataclass(frozen=True, init=False)
class TokenSequence(_Vocabulary, Kind[tuple[str, ...]]):
    """A sequence of tokens of a vocabulary.

    >>> TokenSequence(["deep", "learn", "<EOS>"]).read("deep, deep, EOS")
    ('deep', 'deep', '<EOS>')
    """

    noun: ClassVar[str] = "a sequence of tokens"
    form: ClassVar[Form] = "tokens"

    def field(self) -> Field:
        return replace(super().field(), vocabulary=self.vocabulary)

    @property
    def example(self) -> str:
        return " ".join(self.vocabulary[:3])

    def read(self, text: str) -> tuple[str, ...]:
        return read_sequence(text, self.vocabulary)

    def accept(self, value: object) -> tuple[str, ...]:
        return self._accepted(value)

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        return ("all-or-nothing", "per-entry")

    def entries(self, key: tuple[str, ...], value: tuple[str, ...]) -> list[bool]:
        return list(map(eq, key, value)) if len(key) == len(value) else []

    def show(self, value: tuple[str, ...]) -> Notation:
        return Word(self.write(value))

    def write(self, value: tuple[str, ...]) -> str:
        return " ".join(value)

    def difference(self, left: tuple[str, ...], right: tuple[str, ...]) -> str:
        for place, (one, other) in enumerate(zip(left, right), 1):  # noqa: B905 (lengths are compared next)
            if one != other:
                return f"token {place}: {one} against {other}"
        return f"{len(left)} tokens against {len(right)}" if len(left) != len(right) else ""


@dataclass(frozen=True, init=False)
class TokenSequences(_Vocabulary, Kind[tuple[tuple[str, ...], ...]]):
    """Several sequences of tokens, in any order.

    >>> both = TokenSequences(["deep", "learn", "<EOS>"])
    >>> bool(both.compare(both.accept(["deep <EOS>", "learn"]), both.read("learn; deep EOS")))
    True
    """

    noun: ClassVar[str] = "sequences of tokens"
    form: ClassVar[Form] = "sequences"

    def field(self) -> Field:
        return replace(super().field(), vocabulary=self.vocabulary)

    @property
    def example(self) -> str:
        return f"{' '.join(self.vocabulary[:2])}; {' '.join(self.vocabulary[-2:])}"

    def read(self, text: str) -> tuple[tuple[str, ...], ...]:
        return read_sequences(text, self.vocabulary)

    def accept(self, value: object) -> tuple[tuple[str, ...], ...]:
        sequences = tuple([self._accepted(item) for item in as_items(value, "sequences of tokens")])
        if not sequences:
            raise TypeError("expected one sequence of tokens or more")
        return sequences

    def compare(self, key: tuple[tuple[str, ...], ...], value: tuple[tuple[str, ...], ...]) -> Comparison:
        return Comparison(sorted(key) == sorted(value))

    def show(self, value: tuple[tuple[str, ...], ...]) -> Notation:
        return Word(self.write(value))

    def write(self, value: tuple[tuple[str, ...], ...]) -> str:
        return "; ".join([" ".join(sequence) for sequence in value])

    def difference(self, left: tuple[tuple[str, ...], ...], right: tuple[tuple[str, ...], ...]) -> str:
        extra, missing = (
            [" ".join(one) for one in ours if one not in theirs] for ours, theirs in ((left, right), (right, left))
        )
        if not extra and not missing:
            return f"{len(left)} sequences against {len(right)}" if len(left) != len(right) else ""
        return " against ".join([", ".join(extra) or "nothing", ", ".join(missing) or "nothing"])
