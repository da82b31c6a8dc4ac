"""What a scanner reads of a page: two codes in opposite corners, each with exam, copy, page, corner and a check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from markscheme.exam.secret import CODE

Runs: TypeAlias = list[tuple[int, int, int]]
"""Dark modules of a code, as runs: column, row, length."""
Corner: TypeAlias = Literal["A", "B"]
"""The upper left one, and the lower right one."""

MODULES = 21
_HEAD = "MS"
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"  # 37, a prime: so no single misread letter passes


class PageCode(NamedTuple):
    """What one code says."""

    exam: str
    copy: str
    page: int
    corner: str


def written(code: PageCode) -> str:
    """A code's text: capitals and digits, of which the last is a check.

    >>> written(PageCode("BCDF", "JDJSDTHP", 3, "A"))
    'MSBCDFJDJSDTHP03AP'
    """
    body = f"{_HEAD}{code.exam}{code.copy}{code.page:02}{code.corner}"
    return body + _check(body)


def read(text: str) -> PageCode | None:
    """What a code's text says; None where it is none of ours, or a letter of it is another one.

    >>> read("MSBCDFJDJSDTHP03AP"), read("MSBCDFJDJSDTHP08AP")
    (PageCode(exam='BCDF', copy='JDJSDTHP', page=3, corner='A'), None)
    """
    length = len(_HEAD) + 4 + CODE + 4
    if len(text) != length or not text.startswith(_HEAD) or set(text) - set(_SIGNS) or _check(text[:-1]) != text[-1]:
        return None
    exam, copy, page, corner = text[2:6], text[6 : 6 + CODE], text[6 + CODE : 8 + CODE], text[8 + CODE]
    return PageCode(exam, copy, int(page), corner) if page.isdecimal() and corner in "AB" else None


def _check(body: str) -> str:
    return _SIGNS[sum([(i + 1) * _SIGNS.index(it) for i, it in enumerate(body)]) % len(_SIGNS)]


def codes_of(exam: str, copy: str, pages: int) -> list[list[Runs]]:
    """The two codes of each page."""
    return [[runs(written(PageCode(exam, copy, page, it))) for it in "AB"] for page in range(1, pages + 1)]


def runs(text: str) -> Runs:
    """A text as a QR code of 21 modules (version 1, level M), by its dark runs."""
    import segno  # noqa: PLC0415 (only printing an exam needs it)

    made = segno.make(text, error="m", version=1, mode="alphanumeric", mask=3, boost_error=False)
    return [run for y, row in enumerate(made.matrix) for run in _runs(row, y)]


def _runs(row: Sequence[int], y: int) -> Runs:
    found: Runs = []
    for x, dark in enumerate(row):
        if dark and found and sum(found[-1][::2]) == x:
            found[-1] = (found[-1][0], y, found[-1][2] + 1)
        elif dark:
            found.append((x, y, 1))
    return found
