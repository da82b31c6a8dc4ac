"""Files with a row an entry: CSV, JSON Lines or xlsx. Broken rows are named, and the others kept.

An xlsx comes from anywhere: what it unpacks to is bounded before it is read, its formulas are not computed, and no
cell that is written is a formula.
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, TypeAlias, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from markscheme.core.errors import MarkschemeError, near_misses

FORMS = (".csv", ".jsonl", ".xlsx")
MOST_BYTES = 64 * 2**20  # of a file; of an xlsx, unpacked
MOST_ROWS = 200_000
MOST_BROKEN = 1000
MOST_COLUMNS = 40
MOST_CHARACTERS = 100_000
IN_A_CELL = 32_767  # characters, of an xlsx
DATES = frozenset({"when"})  # where a spreadsheet's date is what was meant; elsewhere 1/2 has become one
WORDS = frozenset({"seed", "student", "copy"})  # whoever reads them knows which words there are
WIDTHS = {"text": 60, "reason": 50, "note": 40, "point": 40}
NUMBERS = frozenset({"marks", "out_of", "by_hand", "unreadable"})
_LINE_END = re.compile("\r\n|\r|\n")
_BEFORE_A_QUOTE = re.compile(' +(?=")')
_NAMED_SEPARATOR = re.compile("sep=(.)\r?\n").match
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Rows: TypeAlias = Iterator[tuple[int, list[str] | str]]
"""Cells of rows with their numbers, or a complaint; the first row is the head."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be used: which, and why. Row 0 is the whole file."""

    file: str
    row: int
    complaint: str

    def __str__(self) -> str:
        return f"{self.file}{f', row {self.row}' if self.row else ''}: {self.complaint}"


def read_rows(
    page: Path, required: Sequence[str], known: Sequence[str], called: Callable[[str], str] = str
) -> Iterator[tuple[int, dict[str, str] | str]]:
    """The rows of a file with their numbers, as a spreadsheet or an editor counts them; a broken row is a complaint.

    A file is CSV where its name does not end in `.jsonl` or `.xlsx`. `called` says what a column is called here that is
    called something else there, in small letters. Raises `MarkschemeError` if it cannot be read, or
    lacks a column, or where over `MOST_BROKEN` rows are broken: one stray quote can break all that follow.
    """
    broken = 0
    for count, (number, row) in enumerate(_rows(page, required, known, called), start=1):
        broken += isinstance(row, str)
        if broken > MOST_BROKEN or count > MOST_ROWS:
            most = f"more than {MOST_BROKEN} broken rows" if broken > MOST_BROKEN else f"more than {MOST_ROWS} rows"
            raise MarkschemeError(f"{page} has {most}; row {number}: {row if isinstance(row, str) else 'one too many'}")
        yield number, row


def _rows(
    page: Path, required: Sequence[str], known: Sequence[str], called: Callable[[str], str]
) -> Iterator[tuple[int, dict[str, str] | str]]:
    match page.suffix.lower():
        case ".jsonl":
            yield from _objects(_text(page), required, called)
            return
        case ".xlsx":
            rows = iter(_sheet(page))
        case _:
            rows = _csv(_text(page), required, called)
    _, first = next(rows, (1, list[str]()))
    if isinstance(first, str):
        raise MarkschemeError(f"{page}, row 1: {first}")
    said = [name.strip().lower() for name in first]
    heads = [called(name) for name in said]
    for name in required:
        if name not in heads:
            raise MarkschemeError(f"{page}, row 1: a column {name!r} is missing; {near_misses(name, heads)}; "
                                  f"the first row is {','.join(known)}")  # fmt: skip
    for name in known:
        if heads.count(name) > 1:
            both = ", ".join([repr(it) for it, head in zip(said, heads, strict=True) if head == name])
            raise MarkschemeError(f"{page}, row 1: {heads.count(name)} columns are called {name!r}: {both}; keep one")
    for number, cells in rows:
        if isinstance(cells, str):
            yield number, cells
        elif any([cell.strip() for cell in cells]):
            if (longest := max(map(len, cells))) > MOST_CHARACTERS:
                yield number, f"a cell has {longest} characters; {MOST_CHARACTERS} is the most"
            elif len(cells) > len(heads):
                yield (
                    number,
                    f"{len(cells)} columns, but the first row names {len(heads)}; quote cells that have commas",
                )
            else:
                yield number, {name: cell.strip() for name, cell in zip_longest(heads, cells, fillvalue="")}


def _text(page: Path) -> str:
    try:
        with page.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise MarkschemeError(f"{page} is larger than {MOST_BYTES // 2**20} MB")
        is_utf_16 = len(raw) > 3 and raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        return raw.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        how = "" if page.suffix.lower() == ".jsonl" else "CSV "
        raise MarkschemeError(
            f"{page} is not UTF-8 text (byte {error.start}); save it as {how}UTF-8{_other_encoding(error.object)}"
        ) from error
    except OSError as error:
        raise MarkschemeError(f"{page} cannot be read: {error.strerror}") from error


def _other_encoding(raw: bytes) -> str:
    """Which encoding the bytes may have, for the end of a message."""
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return " (it may be Windows-1252, as Excel saves plain CSV)"


# CSV


class _Records:
    """The records of a CSV text (RFC 4180), read as a whole grammar: what stands in a quoted cell is a cell, however
    long. Where the quotes do not fit, the record is broken, and the next one begins at the next line.
    """

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self.separator = separator
        self.at = 0
        self._end = re.compile(f"[{separator}\r\n]")

    def __iter__(self) -> Iterator[list[str] | str]:
        while self.at < len(self.text):
            start = self.at
            try:
                yield self._record()
            except ValueError as error:
                yield f"{error}; check the quotes"
                self.at = self._next_line(start)

    def _record(self) -> list[str]:
        cells: list[str] = []
        while True:
            if spaces := _BEFORE_A_QUOTE.match(self.text, self.at):
                self.at = spaces.end()
            cells.append(self._quoted() if self.text.startswith('"', self.at) else self._plain())
            if self.at == len(self.text):
                return cells
            if self.text[self.at] != self.separator:
                self.at = self._next_line(self.at)
                return cells
            self.at += 1

    def _plain(self) -> str:
        start, found = self.at, self._end.search(self.text, self.at)
        self.at = found.start() if found else len(self.text)
        return self.text[start : self.at]

    def _quoted(self) -> str:
        pieces: list[str] = []
        at = self.at + 1
        while True:
            end = self.text.find('"', at)
            if end < 0:
                raise ValueError("a quoted cell does not end")
            pieces.append(self.text[at:end])
            at = end + 2
            if not self.text.startswith('"', end + 1):
                break
            pieces.append('"')
        self.at = end + 1
        if self.at < len(self.text) and not self._end.match(self.text, self.at):
            raise ValueError(f"{self.separator!r} is expected behind a quoted cell")
        return "".join(pieces)

    def _next_line(self, at: int) -> int:
        found = _LINE_END.search(self.text, at)
        return found.end() if found else len(self.text)


def _csv(text: str, required: Sequence[str], called: Callable[[str], str]) -> Rows:
    if named := _NAMED_SEPARATOR(text):  # what Excel writes, and reads, in a line of its own
        yield from enumerate(_Records(text[named.end() :], named[1]), start=2)
        return
    head = text[: 1 + text.find("\n")] or text
    heads = {it: [name.strip().strip('"').lower() for name in head.split(it)] for it in ",;\t"}
    fits = [it for it in heads if set(required) <= set(map(called, heads[it]))]
    yield from enumerate(_Records(text, fits[0] if fits else max(heads, key=lambda it: len(heads[it]))), start=1)


# JSON Lines


def _objects(
    text: str, required: Sequence[str], called: Callable[[str], str]
) -> Iterator[tuple[int, dict[str, str] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, _object(line, required, called)
            except json.JSONDecodeError as error:
                yield number, f"no JSON: {error.msg} at character {error.pos + 1}"
            except (ValueError, RecursionError) as error:
                yield number, str(error)


def _object(line: str, required: Sequence[str], called: Callable[[str], str]) -> dict[str, str]:
    """An object's fields as texts, numbers as they are typed. Raises `ValueError`."""
    found: Any = json.loads(line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise ValueError('a line is an object, such as {"student": "s001"}')  # noqa: TRY004 (it is told, not raised on)
    fields: dict[str, str] = {}
    for name, value in cast("dict[str, object]", found).items():
        if isinstance(value, (list, dict)):
            said = f"field {name!r} is a text or a number: put lists and objects in quotes"
            raise ValueError(said)  # noqa: TRY004 (told, as every ValueError here)
        said = value if isinstance(value, str) else "" if value is None else f"{value}".lower()
        column = called(name.strip().lower())
        if column in fields:
            raise ValueError(f"two fields are called {column!r}, one of them {name!r}; keep one")
        fields[column] = _kept(name, said).strip()
    for name in required:
        if name not in fields:
            raise ValueError(f"a field {name!r} is missing; {near_misses(name, fields)}")
    return fields


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"field {name!r} stands there twice")
    return dict(pairs)


def _kept(name: str, text: str) -> str:
    """A text that can be written again. Raises `ValueError`."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"column {name!r} has {len(text)} characters; {MOST_CHARACTERS} is the most")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"column {name!r} has half a character at {error.start + 1}: save it as UTF-8") from error
    return text


# xlsx


def _sheet(page: Path) -> list[tuple[int, list[str] | str]]:
    """The rows of a workbook's first sheet."""
    need_openpyxl(page)
    try:
        with page.open("rb") as file:
            found = _first_sheet(file)
    except BadZipFile as error:
        raise MarkschemeError(f"{page} is no xlsx workbook: {error}") from error
    except OSError as error:
        raise MarkschemeError(f"{page} cannot be read: {error.strerror}") from error
    except Exception as error:
        raise MarkschemeError(f"{page} is no xlsx workbook that can be read ({error}); save it as CSV") from error
    if found is None:
        raise MarkschemeError(f"{page} is larger than {MOST_BYTES // 2**20} MB or {MOST_ROWS} rows; save it as CSV")
    return found


def _first_sheet(file: IO[bytes]) -> list[tuple[int, list[str] | str]] | None:
    from openpyxl import load_workbook  # noqa: PLC0415

    with ZipFile(file) as archive:
        if sum([entry.file_size for entry in archive.infolist()]) > MOST_BYTES:
            return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out, such as styles, is not read
        with closing(load_workbook(file, read_only=True, keep_links=False)) as book:
            return _cells(book.worksheets[0])


def _cells(sheet: Any) -> list[tuple[int, list[str] | str]] | None:
    """The rows of a sheet with what was typed in them; None where they are too many."""
    sheet.reset_dimensions()  # which a file may state as it likes
    found: list[tuple[int, list[str] | str]] = []
    heads: list[str] = []
    for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            return None
        cells: list[str] = []
        complaint = ""
        for cell, head in zip(row, heads or [""] * len(row), strict=False):
            try:
                cells.append(_cell(cell, head))
            except ValueError as error:
                complaint = complaint or str(error)
        if not heads:
            while cells and not cells[-1]:
                cells.pop()
            heads = [cell.strip().lower() for cell in cells]
        found.append((number, complaint or cells))
    return found


def _cell(cell: Any, head: str) -> str:
    """A cell's value as it was typed. Raises `ValueError` for what only a spreadsheet's arithmetic could say."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError(f"column {head!r} is a formula, and none is computed: type an apostrophe before it")
    if isinstance(value, bool):
        return f"{value}".upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, (int, str)):
        return _kept(head, str(value))
    if isinstance(value, date) and head in DATES:
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, date) and head in WORDS:
        return f"{value:%Y-%m-%d} 00:00:00"
    raise ValueError(
        f"column {head!r} has become a date or a time ({value}): format the column as text, and type it again"
    )


def need_openpyxl(what: object) -> None:
    """Raise `MarkschemeError` where openpyxl, which reads and writes xlsx, is not installed."""
    if find_spec("openpyxl") is None:
        raise MarkschemeError(f"{what} needs openpyxl: pip install 'markscheme[xlsx]'")


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; lines end in one way, within cells too, for the writer quotes no other end."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([[_lines(cell) for cell in row] for row in rows])
    return page.getvalue()


def _lines(cell: object) -> object:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if isinstance(cell, str) and "\r" in cell else cell


def in_a_cell(text: str) -> str:
    """A text as a cell of an xlsx can hold it: without control characters, and cut where it is too long."""
    return _NO_XML.sub("\ufffd", text)[:IN_A_CELL]


def xlsx_bytes(text: str) -> bytes:
    """A CSV's table as an xlsx: no cell a formula, lines wrapped, the head frozen; the same table, the same bytes."""
    need_openpyxl("an xlsx")
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415

    rows = list(csv.reader(io.StringIO(text, newline="")))
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)  # noqa: DTZ001 (no date of ours)
    sheet = book.active
    assert sheet is not None
    sheet.freeze_panes = "A2"
    wrapped = Alignment(vertical="top", wrap_text=True)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell: Any = sheet.cell(number, column)
            cell.alignment = wrapped
            if number > 1 and value and rows[0][column - 1] in NUMBERS:
                cell.value = float(value)
            elif value:
                cell.value = in_a_cell(value)
                cell.data_type = "s"  # whatever it begins with
    for column, head in enumerate(rows[0], start=1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(head, 14)
    made, dated = io.BytesIO(), io.BytesIO()
    with ZipFile(dated, "w") as archive:
        ExcelWriter(book, archive).save()
    with ZipFile(dated) as archive, ZipFile(made, "w", ZIP_DEFLATED) as undated:
        for name in archive.namelist():
            undated.writestr(ZipInfo(name), archive.read(name), ZIP_DEFLATED)
    return made.getvalue()


def safe_cell(text: str) -> str:
    """A stranger's text as a cell that no spreadsheet runs as a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("-3"), safe_cell("[2, 3]")
    ("'=HYPERLINK(1)", '-3', '[2, 3]')
    """
    return f"'{text}" if text[:1] in _FORMULA and not _SIGNED.fullmatch(text) else text


def safe_id(text: str) -> str:
    """An id as a cell that a spreadsheet neither runs nor computes: to it `+1` is 1, and `-2` may be a date's part.

    >>> safe_id("+1"), safe_id("-rf"), safe_id("s001"), unsafe_id(safe_id("+1"))
    ("'+1", "'-rf", 's001', '+1')
    """
    return f"'{text}" if text[:1] in _FORMULA else text


def unsafe_id(cell: str) -> str:
    """What `safe_id` made the cell of; also what a spreadsheet shows of it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


_FORMULA = frozenset("=@+-\t\r＝＠＋－")
_SIGNED = re.compile(r"[+-]\d+([./]\d+)?(e[+-]?\d+)?", re.ASCII)
