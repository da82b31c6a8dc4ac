"""A simulated spreadsheet: what Excel and its like make of the cells of a CSV that is opened and saved again."""

from __future__ import annotations

import re
from datetime import date
from random import Random
from unicodedata import normalize

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def saved(cell: str, locale: str = "us", year: int = 2026) -> str:
    """A cell as it is saved again, in an American ("us") or European ("eu") spreadsheet.

    >>> saved("007"), saved("1e5"), saved("3-4"), saved("3-4", "eu"), saved("2026-11-28"), saved("s1")
    ('7', '1.00E+05', '4-Mar', '03.Apr', '11/28/2026', 's1')
    """
    if re.fullmatch(r"\d+", cell):
        number = int(cell)
        return f"{number:.5E}".replace(".00000", "") if number >= 10**11 else str(number)
    if re.fullmatch(r"\d+(\.\d+)?[eE]\d{1,2}", cell):
        return f"{float(cell):.2E}"
    if re.fullmatch(r"\d+\.\d+", cell):
        return f"{float(cell):.10g}"
    if day := _day(cell, locale, year):
        return day
    return cell


def _day(cell: str, locale: str, year: int) -> str | None:
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell):
        return _whole(int(match[1]), int(match[2]), int(match[3]), locale)
    if match := re.fullmatch(r"(\d{1,2})[-/](\d{1,2})", cell):
        first, second = int(match[1]), int(match[2])
        month, day = (first, second) if locale == "us" else (second, first)
        return _short(month, day, locale) if _is_day(year, month, day) else None
    if match := re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{2}|\d{4})", cell):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        month, day = (first, second) if locale == "us" else (second, first)
        return _whole(year + 2000 if year < 100 else year, month, day, locale)
    if match := re.fullmatch(r"([A-Za-z]{3,4})-?(\d{1,2})", cell):
        name = match[1].capitalize()[:3]
        if name in MONTHS and match[1].lower() in (name.lower(), "sept", "june", "july"):
            month, number = MONTHS.index(name) + 1, int(match[2])
            return _short(month, number, locale) if _is_day(year, month, number) else f"{name}-{number:02}"
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _short(month: int, day: int, locale: str) -> str:
    return f"{day}-{MONTHS[month - 1]}" if locale == "us" else f"{day:02}.{MONTHS[month - 1]}"


def _whole(year: int, month: int, day: int, locale: str) -> str | None:
    if not _is_day(year, month, day):
        return None
    return f"{month}/{day}/{year}" if locale == "us" else f"{day:02}.{month:02}.{year}"


def passed_on(cell: str, rng: Random) -> str:
    """A word as some system hands it on: its case, the encoding of its accents, or its bytes misread."""
    match rng.randrange(4):
        case 0:
            return cell.upper()
        case 1:
            return normalize("NFD", cell)
        case 2:
            return cell.encode().decode("cp1252", errors="replace")
        case _:
            return f" {cell} "
