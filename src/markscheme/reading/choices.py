"""Text to choices: one of some labels, or all of them that apply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from markscheme.reading.lexer import bounded, quoted
from markscheme.reading.limits import Unreadable

_CONNECTOR: Final = re.compile(r"[=:]|\b(?:is|are)\b", re.IGNORECASE)
_DENIAL: Final = re.compile(r"\b(?:not|no|never|or|except|unless|neither|nor)\b|n['’]t\b|≠", re.IGNORECASE)
_NOUN: Final = re.compile(r"(?:the\s{1,9})?(?:option|choice|answer|letter|number)s?\s", re.IGNORECASE)
_WRAPPED: Final = re.compile(r"\\(?:boxed|text|textbf|mathrm|mathbf)\s?\{(.*)\}", re.DOTALL)
_DIVIDER: Final = re.compile(r"[,;&+\n]|\band\b|\\n", re.IGNORECASE)
_NONE: Final = frozenset(
    {"none", "none of them", "none of these", "none of the above", "{}", "∅", "\\emptyset", "\\varnothing"}
)
_ALL: Final = frozenset({"all", "all of them", "all of these", "all of the above"})
_PAIRS: Final = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "“": "”", "‘": "’", "$": "$", "`": "`", "*": "*"}


def read_choice(text: str, labels: tuple[str, ...]) -> str:
    """The label that a text names.

    >>> read_choice("(b)", ("A", "B")), read_choice("the answer is He.", ("zero", "Xavier", "He"))
    ('B', 'He')

    Raises `Unreadable`.
    """
    if text in labels:
        return text
    chosen = _named(bounded(text), labels)
    if chosen is None:
        raise Unreadable(f"expected one of {', '.join(labels)}, not {quoted(text.strip())}", text=text)
    return chosen


def read_choices(text: str, labels: tuple[str, ...]) -> frozenset[str]:
    """The labels that a text names.

    >>> sorted(read_choices("(1), (3) and (4)", ("1", "2", "3", "4")))
    ['1', '3', '4']
    >>> read_choices("none", ("1", "2"))
    frozenset()

    Raises `Unreadable`.
    """
    for candidate in _candidates(bounded(text), labels):
        chosen = _several(candidate, labels)
        if chosen is not None:
            return chosen
    some = ", ".join(labels[:2])
    raise Unreadable(
        f"expected some of {', '.join(labels)}, as in {some}, or none; not {quoted(text.strip())}", text=text
    )


def _several(text: str, labels: tuple[str, ...]) -> frozenset[str] | None:
    if (one := _spellings(labels).get(_fold(text))) is not None:
        return frozenset({one})
    if _fold(text) in _NONE:
        return frozenset()
    if _fold(text) in _ALL:
        return frozenset(labels)
    for parts in _divisions(text, labels):
        named = [_named(part, labels, lead=False) for part in parts if part.strip()]
        chosen = frozenset(label for label in named if label is not None)
        if named and None not in named:
            return chosen
    return None


def _divisions(text: str, labels: tuple[str, ...]) -> Iterator[list[str]]:
    """The ways to divide a text into labels: by commas, by spaces, and `ABD` letter by letter."""
    yield _DIVIDER.split(text)
    yield _DIVIDER.sub(" ", text).split()
    if all(len(label) == 1 for label in labels) and len(set(text)) == len(text):
        yield list(text)


def _named(text: str, labels: tuple[str, ...], *, lead: bool = True) -> str | None:
    spellings = _spellings(labels)
    candidates = _candidates(text, labels) if lead else _peeled(text)
    return next((spellings[fold] for candidate in candidates if (fold := _fold(candidate)) in spellings), None)


@lru_cache(maxsize=256)
def _spellings(labels: tuple[str, ...]) -> dict[str, str]:
    """What a label may be spelled as: itself, and without regard to case where that names no other."""
    folds = [_fold(label) for label in labels]
    spellings = {fold: label for fold, label in zip(folds, labels, strict=True) if folds.count(fold) == 1}
    return spellings | {label: label for label in labels}


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _candidates(text: str, labels: tuple[str, ...]) -> Iterator[str]:
    """The text itself, without what is around it, and what follows `the answer is`."""
    yield from _peeled(text)
    connectors = list(_CONNECTOR.finditer(text))
    if connectors and not _hedged(text[: connectors[-1].start()], labels):
        yield from _peeled(text[connectors[-1].end() :])


def _hedged(lead: str, labels: tuple[str, ...]) -> bool:
    """Whether a lead-in denies, or names a label itself."""
    words = re.findall(r"\w+", lead)
    return bool(_DENIAL.search(lead)) or any(label in words for label in labels)


def _peeled(text: str) -> Iterator[str]:
    """The text with one layer after another taken off: spaces, brackets, quotation, a final period."""
    for _ in range(8):
        yield text
        peeled = _peel(text)
        if peeled == text:
            return
        text = peeled


def _peel(text: str) -> str:
    text = text.strip()
    if wrapped := _WRAPPED.fullmatch(text):
        return wrapped[1]
    if noun := _NOUN.match(text):
        return text[noun.end() :]
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1]
    if text.startswith("\\{") and text.endswith("\\}"):
        return text[2:-2]
    return text[:-1] if text.endswith(".") or (text.endswith(")") and "(" not in text) else text
