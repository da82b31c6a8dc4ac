"""The kind of an answer in a few words, such as "even"; right where it says the key's, by hand elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.reading.limits import Unreadable, bounded
from markscheme.reading.prose import first_read
from markscheme.text.field import Form
from markscheme.text.notation import Notation, Word

_TYPESETTING: Final = re.compile(
    r"\\displaystyle|\\(?:boxed|fbox|text[a-z]*|math[a-z]*|operatorname)\s*(?=\{)|\\[,;:! ()\[\]]|[{}$*\"'`~]"
)
_WORDS: Final = re.compile(r"[^\W\d_]{2}|\d:\d").search
_FORMULA: Final = re.compile(r"[\\=<>+^_|/()\[\]]").search
_TIME: Final = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d").fullmatch
_ARTICLE: Final = re.compile(r"(?:the|an?) ")
MOST_WORDS: Final = 12


@dataclass(frozen=True)
class Words(Kind[str]):
    r"""A few words, without their typesetting, capitals and final period.

    >>> kind = Words()
    >>> bool(kind.compare(kind.read(r"\text{Even}"), kind.read("even.")))
    True
    """

    noun: ClassVar[str] = "a few words"
    form: ClassVar[Form] = "words"

    @property
    def example(self) -> str:
        return "a regular hexagon"

    def read(self, text: str) -> str:
        return first_read(bounded(text), self._read)

    def _read(self, text: str) -> str:
        said = " ".join(_TYPESETTING.sub(" ", text).split()).strip(" .!").casefold()
        said = _ARTICLE.sub("", said)
        if ". " in said or not _WORDS(said) or _FORMULA(said) or len(said.split()) > MOST_WORDS:
            raise Unreadable(f"expected up to {MOST_WORDS} words", text=text)
        return said

    def accept(self, value: object) -> str:
        if isinstance(value, str):
            return self.read(value)
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: str, value: str) -> Comparison:
        if key == value:
            return Comparison(True)
        if _TIME(key) and _TIME(value):
            return Comparison(False, "it is another time than the key's")
        raise Undecided("these are not the key's words, and may mean the same")

    def show(self, value: str) -> Notation:
        return Word(value)

    def write(self, value: str) -> str:
        return value
