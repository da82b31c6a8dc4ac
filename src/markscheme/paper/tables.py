"""Tables in files: CSV, JSON lines and spreadsheets (xlsx). Broken rows are named, and the others kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias, cast
from zipfile import BadZipFile, ZipFile

from markscheme.core.errors import MarkschemeError, near_misses

Row: TypeAlias = "dict[str, str] | str"
"""The cells of a row by their columns, or what is wrong with it."""
FORMS: Final = (".csv", ".jsonl", ".xlsx")
LARGEST_SHEET: Final = 100 << 20
"""Bytes of a spreadsheet, unpacked."""
MOST_ROWS: Final = 500_000
MOST_COLUMNS: Final = 64
WIDEST: Final = 60.0
_NEEDS_XLSX = "reading and writing .xlsx needs openpyxl: pip install 'markscheme[xlsx]'"


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be used: which, and why."""

    file: str
    row: int
    complaint: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.complaint}"


def read_rows(page: Path, required: Sequence[str], known: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """The rows of a file with their numbers, as a spreadsheet counts them; a broken row is a complaint.

    By its name a file is CSV, JSON lines (`.jsonl`: an object a row) or a spreadsheet (`.xlsx`: its first sheet,
    nothing computed). Raises `MarkschemeError` if the file cannot be read, or lacks a column.
    """
    if page.suffix.lower() == ".jsonl":
        yield from _objects(page, required)
        return
    rows = _spreadsheet(page) if page.suffix.lower() == ".xlsx" else _csv(page)
    _, first = next(rows, (1, list[str]()))
    if isinstance(first, str):
        raise MarkschemeError(f"{page}, row 1: {first}")
    heads = [name.strip().lower() for name in first]
    for name in required:
        if name not in heads:
            raise MarkschemeError(f"{page}, row 1: a column {name!r} is missing; {near_misses(name, heads)}; "
                                  f"the first row is {','.join(known)}")  # fmt: skip
    for name in known:
        if heads.count(name) > 1:
            raise MarkschemeError(f"{page}, row 1: {heads.count(name)} columns are called {name!r}")
    for number, cells in rows:
        if isinstance(cells, str):
            yield number, cells
        elif len(cells) > len(heads):
            yield number, f"{len(cells)} columns, but the first row names {len(heads)}; quote cells that have commas"
        elif any([cell.strip() for cell in cells]):
            padded = cells + [""] * (len(heads) - len(cells))
            yield number, {name: cell.strip() for name, cell in zip(heads, padded, strict=True)}


# CSV


def _csv(page: Path) -> Iterator[tuple[int, list[str] | str]]:
    rows = _Rows(_text(page, "CSV UTF-8"))
    number = 0
    while True:
        number += 1
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"{error}; check the quotes"


class _Rows:
    """The rows of a CSV text. After a broken one it goes on at the next line: one stray quote costs one row."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="").readlines()
        self.at = 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        start = self.at
        try:
            return next(csv.reader(self._from_here(), strict=True))
        except csv.Error:
            self.at = start + 1
            raise

    def _from_here(self) -> Iterator[str]:
        while self.at < len(self.lines):
            self.at += 1
            yield self.lines[self.at - 1]


def _text(page: Path, form: str) -> str:
    try:
        return page.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkschemeError(f"{page} is not UTF-8 text (byte {error.start}); save it as {form}") from error
    except OSError as error:
        raise MarkschemeError(f"{page} cannot be read: {error.strerror}") from error


# JSON lines


def _objects(page: Path, required: Sequence[str]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(_text(page, "JSON lines, UTF-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            yield number, "this line is no JSON object"
            continue
        if not isinstance(found, dict):
            yield number, "this line is no JSON object"
            continue
        entries = cast("dict[str, object]", found)
        cells = {name.strip().lower(): _from_json(cell) for name, cell in entries.items()}
        missing = next((name for name in required if name not in cells), None)
        yield number, cells if missing is None else f"{missing!r} is missing; {near_misses(missing, cells)}"


def _from_json(cell: object) -> str:
    """A cell as it would be typed; numbers came as texts."""
    if cell is None:
        return ""
    return cell.strip() if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False).replace('"', "")


# Spreadsheets


def _spreadsheet(page: Path) -> Iterator[tuple[int, list[str] | str]]:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MarkschemeError(_NEEDS_XLSX) from error
    try:
        with ZipFile(page) as packed:
            if sum([member.file_size for member in packed.infolist()]) > LARGEST_SHEET:
                raise MarkschemeError(f"{page} is too large: over {LARGEST_SHEET >> 20} MB; save it as CSV")
        book = load_workbook(page, read_only=True)
    except OSError as error:
        raise MarkschemeError(f"{page} cannot be read: {error.strerror}") from error
    except (BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise MarkschemeError(f"{page} is no spreadsheet that can be read: {error}; save it as .xlsx or CSV") from error
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
            if number > MOST_ROWS:
                yield number, f"up to {MOST_ROWS} rows are read"
                return
            cells = [_from_sheet(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
    finally:
        book.close()


def _from_sheet(cell: Any) -> str:
    """A cell as it would be typed: 2, not 2.0, and a day without its hours."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00")


def as_xlsx(text: str, title: str, *, to_fill: Sequence[str] = ()) -> bytes:
    """A CSV text as a spreadsheet in which no cell is a formula: columns `to_fill` are tinted, the first row stands.

    Raises `MarkschemeError` where openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 (an extra)
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
        from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
        from openpyxl.utils import get_column_letter  # noqa: PLC0415
    except ImportError as error:
        raise MarkschemeError(_NEEDS_XLSX) from error
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    heads, *rows = list(csv.reader(io.StringIO(text)))
    tint = PatternFill("solid", fgColor="FFF6D5")
    for at, row in enumerate([heads, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column)
            is_number = at > 1 and _is_plain_number(value)
            cell.value = float(value) if is_number else ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "n" if is_number else "s"  # "=1+1" is text
            cell.alignment = Alignment(vertical="top", wrap_text=at > 1)
            if at == 1:
                cell.font = Font(bold=True)
            elif heads[column - 1] in to_fill:
                cell.fill = tint
    for column, name in enumerate(heads, 1):
        longest = max([len(name), *[len(line) for row in rows for line in row[column - 1].splitlines()]])
        sheet.column_dimensions[get_column_letter(column)].width = min(WIDEST, longest + 2.0)
    sheet.freeze_panes = "A2"
    page = io.BytesIO()
    book.save(page)
    return page.getvalue()


def _is_plain_number(text: str) -> bool:
    """Whether a spreadsheet shows a number as it was written: marks, and no ids such as 007."""
    digits = text.partition(".")[0]
    return text.replace(".", "", 1).isdecimal() and (digits == "0" or digits[:1] != "0") and len(text) <= 12
