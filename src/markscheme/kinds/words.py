"""The kind of an answer in a few words, such as "even"; right where it says the key's, by hand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.language import say
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


@dataclass(frozen=True, init=False)
class Words(Kind[str]):
    r"""A few words, without their typesetting, capitals and final period.

    >>> kind = Words()
    >>> bool(kind.compare(kind.read(r"\text{Even}"), kind.read("even.")))
    True

    What else says the same is declared: `spellings` has other texts by the key that they stand for. What is neither the
    key's words nor one of these goes to a person; with `closed` it is wrong.

    >>> kind = Words({"stochastic gradient descent": ["SGD", "mini-batch gradient descent"]}, closed=True)
    >>> [bool(kind.compare("stochastic gradient descent", kind.read(it))) for it in ("SGD", "Adam")]
    [True, False]
    """

    noun: ClassVar[str] = "a few words"
    form: ClassVar[Form] = "words"
    spellings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    closed: bool = False

    def __init__(self, spellings: Mapping[str, Iterable[str]] | None = None, *, closed: bool = False) -> None:
        known = {self._words(key): tuple(map(self._words, others)) for key, others in (spellings or {}).items()}
        object.__setattr__(self, "spellings", tuple(known.items()))
        object.__setattr__(self, "closed", closed)

    @property
    def example(self) -> str:
        return "a regular hexagon"

    def read(self, text: str) -> str:
        return first_read(bounded(text), self._read)

    def _read(self, text: str) -> str:
        said = self._words(text)
        if ". " in said or not _WORDS(said) or _FORMULA(said) or len(said.split()) > MOST_WORDS:
            raise Unreadable(say("expected-words", most=MOST_WORDS), text=text)
        return said

    @staticmethod
    def _words(text: str) -> str:
        return _ARTICLE.sub("", " ".join(_TYPESETTING.sub(" ", text).split()).strip(" .!").casefold())

    def accept(self, value: object) -> str:
        if isinstance(value, str):
            return self.read(value)
        raise TypeError(f"expected {self.noun}, not {value!r}")

    def compare(self, key: str, value: str) -> Comparison:
        key = self._words(key)
        if key == value:
            return Comparison(True)
        if value in dict(self.spellings).get(key, ()):
            return Comparison(True, say("another-word", key=key))
        if self.closed:
            return Comparison(False)
        if _TIME(key) and _TIME(value):
            return Comparison(False, say("another-time"))
        raise Undecided(say("other-words"))

    def show(self, value: str) -> Notation:
        return Word(value)

    def write(self, value: str) -> str:
        return value

    def difference(self, left: str, right: str) -> str:
        return f"{left} against {right}" if self.closed else ""
