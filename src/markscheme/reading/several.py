r"""Text to several answers at once: lists, sets and tuples of numbers and formulas, and `a \pm b` for two of them.

What stands in braces or bare has no order, `(1, 2)` and `[1, 2]` have one; a matrix is its rows in order.
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
_AND: Final = re.compile(r"\s*(?:,|;|(?<![A-Za-z\\])(?i:and|or)(?![a-z]))+\s*(?:(?i:and|or)(?![a-z])\s*)?")
_MATRIX: Final = re.compile(
    r"\\begin\{([bBpv]?matrix|smallmatrix|array)\}(?:\{[lcr| ]{0,40}\})?(.*?)\\end\{\1\}",
    re.DOTALL,
)
_ROW: Final = re.compile(r"\\\\(?:\[[0-9a-z.]*\])?|\\cr\b")
_LEAD: Final = re.compile(
    r"(?:[^\W\d_](?:_\{?\w{1,4}\}?)?(?:\([^\W\d_]\))?\s*(?:=|\\in\b|∈)\s*|\(?\s*[a-z]\s*,\s*[a-z]\s*\)?\s*=\s*)"
)
_OPENING, _CLOSING, _PAIRS = "([{", ")]}", frozenset({"()", "[]", "{}"})

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
    plain = _LAYOUT.sub(" ", _MATRIX.sub(_rows, bounded(text)))
    plain = plain.replace(r"\{", "⦃").replace(r"\}", "⦄")  # the braces of sets, apart from those of commands
    plain = _WRAPPED.sub(r" \1 ", plain).replace("⦃", "{").replace("⦄", "}")
    found = _read(plain.strip(" .\n"), 0)
    if isinstance(found, Several):
        return found
    raise Unreadable("expected several answers, such as 1, 2 or (1, 2)", text=text)


def _rows(matrix: re.Match[str]) -> str:
    """A matrix as a list of its rows, or of its entries where it has one row or one column."""
    rows = [[cell.strip() for cell in row.split("&")] for row in _ROW.split(matrix[2]) if row.strip()]
    if len(rows) == 1 or all(len(row) == 1 for row in rows):
        return _tuple([cell for row in rows for cell in row])
    return _tuple([_tuple(row) for row in rows])


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)})"


def _read(text: str, depth: int) -> Item:
    if depth > DEEPEST:
        raise Unreadable(f"lists are read {DEEPEST} deep, not deeper")
    lead = _LEAD.match(text)
    inner = text[lead.end() :].strip() if lead and _is_bracketed(text[lead.end() :].strip()) else text
    if _is_bracketed(inner):
        pieces = _pieces(inner[1:-1])
        if len(pieces) > 1 or inner[0] == "{":
            return Several(_items(pieces, depth), ordered=inner[0] != "{")
        if pieces and _is_bracketed(pieces[0]):
            return _read(pieces[0], depth + 1)
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
    if len(text) < 2 or text[0] + text[-1] not in _PAIRS:
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth == 0:
            return place == len(text) - 1
    return False


def _pieces(text: str) -> list[str]:
    """A text at the commas, semicolons and words that divide it, outside of brackets.

    Where semicolons divide commas, as in `p=5, q=2; p=7, q=2` and `[1, x; 2, y]`, each group is a list in its order.
    """
    if ";" in text and "," in text:
        groups = [_divided(group) for group in _divided(text, ";")]
        if len(groups) > 1 and len({len(group) for group in groups}) == 1 and len(groups[0]) > 1:
            return [_tuple(group) for group in groups]
    return _divided(text)


def _divided(text: str, by: str = ",;aoAO \t\n") -> list[str]:
    pieces, start, depth, place = list[str](), 0, 0, 0
    while place < len(text):
        character = text[place]
        depth += (character in _OPENING) - (character in _CLOSING)
        divider = _AND.match(text, place) if depth == 0 and character in by else None
        if divider and divider.group().strip():
            pieces.append(text[start:place])
            start = place = divider.end()
        else:
            place += 1
    return [piece.strip() for piece in [*pieces, text[start:]] if piece.strip()]
