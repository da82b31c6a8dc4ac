"""One answer against one key outside any problem: in every way in which both can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from string import ascii_uppercase
from typing import Any, Final

from markscheme.core.judging import judge, judged
from markscheme.core.verdict import Verdict
from markscheme.kinds.base import Kind
from markscheme.kinds.choices import YesNo
from markscheme.kinds.mathematics import Mathematics, Text, plain_value
from markscheme.kinds.nearness import near
from markscheme.kinds.words import Words
from markscheme.language import say
from markscheme.reading.labels import read_choice
from markscheme.reading.limits import Unreadable
from markscheme.reading.syntax import Constant, Name
from markscheme.reading.words import TRUTH

MATHEMATICS: Final = Mathematics()
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,18}").fullmatch
_LABEL: Final = re.compile(r"([A-Z])[.)]?|\(([A-Za-z])\)").fullmatch
_DECORATED: Final = re.compile(r"[A-Z]|\([a-z]\)|^\s*[a-z][.)]\s*$")
_SHORT_WORD: Final = re.compile(r"[A-Za-z]{2,3}").fullmatch


@dataclass(frozen=True)
class Key:
    """What a key is read as, and its value."""

    kind: Kind[Any]
    value: Any
    label: str = ""
    """The letter of an option, where it may be one."""
    is_option: bool = False
    """Whether it can be nothing else: `(b)`."""


def verdict_on(key: object, text: str, kind: Kind[Any] | None) -> Verdict:
    """The verdict of `markscheme.verify`. Raises `Unreadable` for a key that says nothing."""
    if kind is not None:
        return judge(kind, kind.read(key) if isinstance(key, str) else kind.accept(key), text)
    if isinstance(key, str) and len(key) < 19 and _PLAIN(key) and len(text) < 19 and _PLAIN(text):
        return _of_integers(int(key), int(text))
    own = _of_text(key) if isinstance(key, str) else of_value(key)
    if not text.strip():
        return Verdict("blank", 0, 1, say("blank"))
    if own.label and (verdict := _on_label(own, text)) is not None:
        return verdict
    if own.kind is not MATHEMATICS:
        return judge(own.kind, own.value, text)
    return _on_mathematics(own, text)


def _of_integers(key: int, value: int) -> Verdict:
    if key == value:
        return _right(value)
    beside = near(key, value)
    reason = say("it-is", what=beside) if beside else say("yours-gives", yours=value, key=key)
    return Verdict("wrong", 0, 1, reason, value=Constant(value))


@lru_cache(maxsize=256)
def _right(value: int) -> Verdict:
    return Verdict("right", 1, 1, say("right"), value=Constant(value))


@lru_cache(maxsize=1_024)
def _of_text(key: str) -> Key:
    """A key that is text: yes or no, an option's letter, any mathematics, or else words. Raises `Unreadable`."""
    if (said := key.strip(" .$").casefold()) in TRUTH:
        return Key(YesNo(), TRUTH[said])
    label = _LABEL(key.strip(" $"))
    try:
        letter = (label[1] or label[2]).upper() if label else ""
        return Key(MATHEMATICS, MATHEMATICS.said(key), letter, bool(label and label[2]))
    except Unreadable as failure:
        try:
            return Key(Words(), Words().read(key))
        except Unreadable:
            raise failure from None


def of_value(key: object) -> Key:
    """A key that is a value. Raises `TypeError`."""
    if isinstance(key, bool):
        return Key(YesNo(), key)
    return Key(MATHEMATICS, MATHEMATICS.accept(key))


def _on_label(own: Key, text: str) -> Verdict | None:
    """The verdict on an option's letter; None where the text names none."""
    try:
        said = read_choice(text, tuple(ascii_uppercase))
    except Unreadable:
        return None
    key = own.label
    if not own.is_option and not _DECORATED.search(text) and said == key:
        return Verdict("by hand", 0, 1, say("letter-or-symbol", said=text.strip()), value=Name(said))  # fmt: skip
    if said == key:
        return Verdict("right", 1, 1, say("right"), value=Name(said))
    return Verdict("wrong", 0, 1, say("yours-is", yours=said, key=key), value=Name(said))


def _on_mathematics(own: Key, text: str) -> Verdict:
    try:
        said = MATHEMATICS.said(text)
    except Unreadable as error:
        if isinstance(own.value, Text) and _SHORT_WORD(own.value.said.strip()) and error.position == 0:
            return Verdict("by hand", 0, 1, say("word-or-another"))
        return Verdict("unreadable", 0, 1, error.pointed())
    verdict = judged(MATHEMATICS, own.value, said)
    if said.said.strip() != text.strip() and len(said.said) < len(text) - 8:
        return _with_piece(verdict, said.said.strip())
    return verdict


def _with_piece(verdict: Verdict, piece: str) -> Verdict:
    if not verdict.message:
        return replace(verdict, message=say("read-in-text", piece=piece))
    return replace(verdict, message=say("with-piece", reason=verdict.message, piece=piece))


def parsed(text: str) -> Any:
    """What a text says, of whatever sort: `markscheme.parse`. Raises `Unreadable`."""
    if (said := text.strip(" .$").casefold()) in TRUTH:
        return TRUTH[said]
    try:
        return plain_value(MATHEMATICS.read(text))
    except Unreadable as failure:
        try:
            return Words().read(text)
        except Unreadable:
            raise failure from None
