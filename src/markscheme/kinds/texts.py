"""The kind of a given that is a text, such as a name or a chemical formula: shown as it is, and never asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markscheme.kinds.base import Kind
from markscheme.reading.limits import bounded
from markscheme.text.field import Form
from markscheme.text.notation import Notation, Word


@dataclass(frozen=True)
class TextKind(Kind[str]):
    """A text.

    >>> TextKind().show("MgO(s)")
    Word(text='MgO(s)')
    """

    noun: ClassVar[str] = "a text"
    form: ClassVar[Form] = "words"

    @property
    def example(self) -> str:
        return "text"

    def read(self, text: str) -> str:
        return bounded(text)

    def accept(self, value: object) -> str:
        if isinstance(value, str):
            return value
        raise TypeError(f"expected a text, not {value!r}")

    def show(self, value: str) -> Notation:
        return Word(value)

    def write(self, value: str) -> str:
        return value
