"""What a spreadsheet may have made of a word: `007` becomes 7, `1e5` becomes 1.00E+05, `3-4` becomes 4-Mar.

Nothing is undone here: it is asked whether a cell may have been a given word, and a word is taken only where it is the
only one of a class that may have been.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

from markscheme.paper.files import folded

Day: TypeAlias = tuple[int | None, int | None, int]
"""Year, day, month; what a word does not say is None."""

MOST_LETTERS = 64  # of a word that is looked at so
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TIME = re.compile(r"[ T]0{1,2}:00(:00)?(\.0+)?( ?[ap]m)?$")
_NUMBER = re.compile(r"[+-]?\d{1,64}(?:[.,]\d{1,64})?(?:[eE][+-]?\d{1,3})?")
_THREE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")
_TWO = re.compile(r"(\d{1,4})[-/.](\d{1,4})")
_NAMED = (
    re.compile(rf"{_MONTH}[-/. ]?(?P<number>\d{{1,4}})"),
    re.compile(rf"(?P<number>\d{{1,4}})[-/. ]?{_MONTH}"),
    re.compile(rf"(?P<number>\d{{1,2}})[-/. ]{_MONTH}[-/. ](?P<year>\d{{2}}|\d{{4}})"),
)
_UNNAMED = _MONTH.replace("?P<month>", "?:")
_WRITTEN = re.compile(
    rf"\d{{1,2}}/\d{{1,2}}/(\d{{2}}|\d{{4}})|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}|{_UNNAMED}-\d{{2}}|\d{{1,2}}-{_UNNAMED}"
    rf"(-\d{{2,4}})?|\d{{4}}-\d{{2}}-\d{{2}} 00:00:00|\d[.,]?\d{{0,5}}e\+\d{{2}}|\d+\.0"
)


def may_have_been(cell: str, word: str) -> bool:
    """Whether a spreadsheet, a program or a system may have made the cell of the word.

    >>> may_have_been("7", "007"), may_have_been("4-Mar", "3-4"), may_have_been("11/28/2026", "2026-11-28")
    (True, True, True)
    >>> may_have_been("1.00E+05", "1e5"), may_have_been("S2", "s2"), may_have_been("7", "008")
    (True, True, False)
    """
    if max(len(cell), len(word)) > MOST_LETTERS:
        return folded(cell) == folded(word)
    one, other = _readings(cell), _readings(word)
    if one.text == other.text or cell in other.misread:
        return True
    if one.number is not None and other.number is not None and _rounds_to(other.number, one.number, cell):
        return True
    return any(_same_day(a, b) for a in one.days for b in other.days)


def confusable(words: Iterable[str]) -> dict[str, list[str]]:
    """The words that stand for others of them where a spreadsheet was: `7` for `007`, `s2` for `S2`.

    >>> confusable(["7", "007", "s2", "S2", "s1"])
    {'7': ['007'], '007': ['7'], 's2': ['S2'], 'S2': ['s2']}
    """
    alike: dict[object, list[str]] = {}
    own: dict[str, list[object]] = {}
    for word in words:
        read = _readings(word)
        own[word] = [read.text, *([read.number] if read.number is not None else []), *read.days]
        for key in own[word]:
            alike.setdefault(key, []).append(word)
    near = {word: dict.fromkeys([it for key in keys for it in alike[key] if it != word]) for word, keys in own.items()}
    found = {word: [it for it in others if may_have_been(word, it)] for word, others in near.items()}
    return {word: others for word, others in found.items() if others}


def is_written_by_one(cell: str) -> bool:
    """Whether a cell looks as spreadsheets write what they took for a date or a number.

    >>> [is_written_by_one(it) for it in ("11/28/2026", "Jul-26", "1E+05", "4-Mar", "seed261128", "2026")]
    [True, True, True, True, False, False]
    """
    return len(cell) <= MOST_LETTERS and _WRITTEN.fullmatch(cell.strip().lower()) is not None


class _Readings:
    __slots__ = ("days", "misread", "number", "text")

    def __init__(self, text: str) -> None:
        self.text = folded("".join(text.split()))
        self.number = _number(text)
        self.days = frozenset(_days(_TIME.sub("", text.strip().lower())))
        self.misread = frozenset(_misread(text))


@lru_cache(maxsize=8192)
def _readings(text: str) -> _Readings:
    return _Readings(text)


def _number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text.strip()):
        return None
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def _rounds_to(exact: Decimal, shown: Decimal, cell: str) -> bool:
    """Whether a number is shown so: itself, or rounded where it is in powers of ten or has over 15 digits."""
    if exact == shown:
        return True
    if "e" in cell.lower():
        digits = len(cell.lower().partition("e")[0].strip("+-").replace(".", "").replace(",", ""))
        return (
            len(exact.as_tuple().digits) > 11 and digits >= 6 and f"{exact:.{digits - 1}e}" == f"{shown:.{digits - 1}e}"
        )
    kept = exact.as_tuple().digits
    return len(kept) > 15 and shown.as_tuple().digits[:15] == kept[:15] and not any(shown.as_tuple().digits[15:])


def _misread(text: str) -> Iterator[str]:
    """A text whose bytes were read as another encoding's."""
    if not text.isascii():
        for wrong in ("cp1252", "latin-1", "mac-roman"):
            yield text.encode().decode(wrong, errors="replace")
            yield text.encode(wrong, errors="replace").decode(errors="replace")


def _days(text: str) -> Iterator[Day]:
    """The days that a text may mean, whichever comes first in it."""
    if match := _THREE.fullmatch(text):
        a, b, c = int(match[1]), int(match[3]), int(match[4])
        orders = ((a, b, c),) if len(match[1]) > 2 else ((c, a, b), (c, b, a), (a, b, c))
        for year, month, day in orders:
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield _year(year), day, month
    elif match := _TWO.fullmatch(text):
        a, b = int(match[1]), int(match[2])
        for month, other in ((a, b), (b, a)):
            if 1 <= month <= 12:
                yield from _with(month, other)
    else:
        for form in _NAMED:
            if match := form.fullmatch(text):
                month = 1 + _MONTHS.index(match["month"][:3])
                if (year := match.groupdict().get("year")) is not None:
                    yield _year(int(year)), int(match["number"]), month
                else:
                    yield from _with(month, int(match["number"]))


def _with(month: int, other: int) -> Iterator[Day]:
    """A month with a number, which is a day or a year."""
    if 1 <= other <= 31:
        yield None, other, month
    yield _year(other), None, month


def _year(number: int) -> int:
    return number if number > 99 else 1900 + number if number >= 50 else 2000 + number


def _same_day(shown: Day, said: Day) -> bool:
    """Whether a spreadsheet shows a day so: it adds the year that is, or the first of a month, to what lacks them."""
    (year, day, month), (own_year, own_day, own_month) = shown, said
    if month != own_month:
        return False
    if year is None or day is None:  # 4-Mar, Mar-26
        return (year, day) == (own_year, own_day)
    return year == own_year if own_day is None and day == 1 else day == own_day and own_year in (None, year)
