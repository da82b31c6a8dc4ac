r"""Text to several answers at once: lists, sets and tuples of numbers and formulas, and `a \pm b` for two of them.

What stands in braces or bare has no order, `(1, 2)` and `[1, 2]` have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from markscheme.reading.formulas import Formula
from markscheme.reading.lexer import bounded
from markscheme.reading.limits import Unreadable
from markscheme.reading.mathematics import read_mathematics

MOST_ITEMS: Final = 60
DEEPEST: Final = 3
_LAYOUT: Final = re.compile(
    r"\\(?:left|right|[,;:! ]|quad|qquad|displaystyle|big[lr]?|Big[lr]?)(?![A-Za-z])|\$|\\[\[\]()](?![A-Za-z])|~"
)
_WRAPPED: Final = re.compile(r"\\(?:boxed|fbox|text|mathrm|textbf|mbox)\s*\{([^{}]*)\}")
_AND: Final = re.compile(r"(?i)\s*(?:,|;|(?<![a-z\\])(?:and|or)(?![a-z]))+\s*(?:(?:and|or)(?![a-z])\s*)?")
_LEAD: Final = re.compile(
    r"(?:[^\W\d_](?:_\{?\w{1,4}\}?)?(?:\([^\W\d_]\))?\s*(?:=|\\in\b|∈)\s*|\(?\s*[a-z]\s*,\s*[a-z]\s*\)?\s*=\s*)"
)
_OPENING, _CLOSING = "([{", ")]}"

Item: TypeAlias = "Formula | Several"


@dataclass(frozen=True, slots=True)
class Several:
    """Answers side by side, in their order or in any."""

    items: tuple[Item, ...]
    ordered: bool = False


def read_several(text: str) -> Several:
    r"""The answers that a text lists.

    >>> read_several("1 and 2") == read_several(r"\{1, 2\}"), read_several("(1, 2)").ordered
    (True, True)

    Raises `Unreadable`, for a single answer too.
    """
    plain = _LAYOUT.sub(" ", bounded(text)).replace(r"\{", "⦃").replace(r"\}", "⦄")  # apart from those of commands
    plain = _WRAPPED.sub(r" \1 ", plain).replace("⦃", "{").replace("⦄", "}")
    found = _read(plain.strip(" .\n"), 0)
    if isinstance(found, Several):
        return found
    raise Unreadable("expected several answers, such as 1, 2 or (1, 2)", text=text)


def _read(text: str, depth: int) -> Item:
    if depth > DEEPEST:
        raise Unreadable(f"lists are read {DEEPEST} deep, not deeper")
    lead = _LEAD.match(text)
    inner = text[lead.end() :].strip() if lead and _is_bracketed(text[lead.end() :].strip()) else text
    if _is_bracketed(inner):
        pieces = _pieces(inner[1:-1])
        if len(pieces) > 1 or inner[0] == "{":
            return Several(_items(pieces, depth), ordered=inner[0] != "{")
    pieces = _pieces(text)
    if len(pieces) > 1:
        return Several(_items(pieces, depth))
    both = _both_signs(text)
    return Several(_items(both, depth)) if len(both) > 1 else read_mathematics(text)


def _items(pieces: list[str], depth: int) -> tuple[Item, ...]:
    if len(pieces) > MOST_ITEMS:
        raise Unreadable(f"up to {MOST_ITEMS} answers are read, not {len(pieces)}")
    return tuple([_read(one, depth + 1) for piece in pieces for one in _both_signs(piece)])


def _both_signs(text: str) -> list[str]:
    r"""The two readings of `a \pm b`."""
    for sign in (r"\pm", "±"):
        if text.count(sign) == 1:
            return [text.replace(sign, " + "), text.replace(sign, " - ")]
    return [text]


def _is_bracketed(text: str) -> bool:
    """Whether one pair of brackets holds all of a text."""
    if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth == 0:
            return place == len(text) - 1
    return False


def _pieces(text: str) -> list[str]:
    """A text at the commas, semicolons and words that divide it, outside of brackets."""
    pieces, start, depth, place = list[str](), 0, 0, 0
    while place < len(text):
        character = text[place]
        depth += (character in _OPENING) - (character in _CLOSING)
        divider = _AND.match(text, place) if depth == 0 and character in ",;aoAO \t\n" else None
        if divider and divider.group().strip():
            pieces.append(text[start:place])
            start = place = divider.end()
        else:
            place += 1
    return [piece.strip() for piece in [*pieces, text[start:]] if piece.strip()]
