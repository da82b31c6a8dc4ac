"""The one function that reads what comes out of a sandbox: hostile bytes, bounded before any of them is used."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Final, cast

from markscheme.language import say
from markscheme.sandbox.outcome import showable

DEEPEST: Final = 20
LONGEST_TEXT: Final = 4_000
LARGEST: Final = 1 << 63
MEDDLED: Final = say("stopped-meddled")
MOST_DIGITS: Final = 20
_NUMBERS: Final = frozenset({bool, int, float})
_AS_ZEROS: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LONG: Final = b"0" * (MOST_DIGITS + 1)
_OPENING: Final = (b"[", b"{", b",", b":")


class Meddled(ValueError):
    """What came out is nothing that a worker writes: the program wrote it, or made the worker write it."""


def read(line: bytes, values: int) -> tuple[dict[str, Any], int]:
    """One message of a worker, and how many values it holds: a dict of None, bools, numbers, texts, lists and dicts.

    It has at most `values` of them, no deeper than 20; floats are finite and whole numbers below 2**63, texts at most
    4,000 characters, of which none moves a cursor. Raises `Meddled` for anything else.
    """
    if sum([line.count(mark) for mark in _OPENING]) > 2 * values:  # before any is made
        raise Meddled(say("left-too-many"))
    digits: dict[str, Any] = (
        {"parse_int": _short, "parse_float": _short_float} if _LONG in line.translate(_AS_ZEROS) else {}
    )
    try:
        found = json.loads(line.decode("utf-8"), parse_constant=_refuse, **digits)
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, Meddled) else Meddled(MEDDLED) from None
    counter = _Counter(values)
    cleaned = counter.cleaned(found, 0)
    if not isinstance(cleaned, dict):
        raise Meddled(MEDDLED)
    return cast("dict[str, Any]", cleaned), values - counter.left


class _Counter:
    def __init__(self, values: int) -> None:
        self.left = values

    def cleaned(self, value: Any, depth: int) -> Any:
        """A copy of JSON with each text showable."""
        items = cast("list[Any]", value) if isinstance(value, list) else []
        is_numbers = bool(items) and _NUMBERS.issuperset(map(type, items))
        self.left -= 1 + len(items) if is_numbers else 1
        if self.left < 0 or depth > DEEPEST:
            raise Meddled(say("left-too-deep"))
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int | float):
            return _bounded(value)
        if isinstance(value, list):
            if is_numbers:
                _bounded(max(items))
                _bounded(min(items))
                return items
            return [self.cleaned(item, depth + 1) for item in items]
        if isinstance(value, dict):
            found = cast("dict[str, Any]", value)
            return {self._text(key): self.cleaned(item, depth + 1) for key, item in found.items()}
        return value

    @staticmethod
    def _text(text: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise Meddled(say("left-long-text", longest=LONGEST_TEXT))
        return text if text.isprintable() else showable(text)


def _refuse(constant: str) -> None:
    raise Meddled(say("left-nan", constant=constant))


def _bounded(number: float) -> float:
    if not isfinite(number) if isinstance(number, float) else not -LARGEST < number < LARGEST:
        raise Meddled(say("left-too-large"))
    return number


def _short(digits: str) -> int:
    """A whole number of many digits, which is never made."""
    if len(digits) > MOST_DIGITS:
        raise Meddled(say("left-too-large"))
    return int(digits)


def _short_float(digits: str) -> float:
    return float(digits[:LONGEST_TEXT])
