"""Every form of a file of answers: the same rows, the same complaints, and nothing that a file can do to its reader."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from markscheme.core.errors import MarkschemeError
from markscheme.marking.submissions import FIELDS, read_answers
from markscheme.paper import tables
from markscheme.paper.plan import load_paper
from markscheme.paper.tables import csv_text, read_rows, xlsx_bytes

PAPER = load_paper("eecs182-sp23", ("attention/linear_rnn",))
GOOD = [("s1", "", "1(a)", "h_2", "[2, 3]"), ("s2", "", "1(a)", "h_2", "2"), ("s1", "", "1(b)", "output", "[1, 1]")]
BAD = [
    ("s1", "", "9z", "h_2", "x"),
    ("", "", "1(a)", "h_2", "x"),
    ("s2", "", "1(a)", "h_2", "3"),
    ("s1", "", "1(a)", "h2", "x"),
]
FORMS = ("csv", "jsonl", "xlsx")


def sheet(page: Path, rows: list[list[Any]]) -> Path:
    """A workbook as a spreadsheet would write it."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(page)
    return page


def written(page: Path, rows: list[tuple[str, ...]], heads: tuple[str, ...] = FIELDS) -> Path:
    """Rows in the form that a file's name says."""
    match page.suffix:
        case ".csv":
            page.write_text(csv_text(heads, rows), "utf-8")
        case ".jsonl":
            page.write_text("".join([json.dumps(dict(zip(heads, row, strict=True))) + "\n" for row in rows]))
        case _:
            sheet(page, [list(heads), *map(list, rows)])
    return page


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_the_same(tmp_path: Path, form: str) -> None:
    """The same rows, good and broken, make the same submissions and complaints in every form."""
    first = 1 if form == "jsonl" else 2  # the others have a head
    found, broken = read_answers(written(tmp_path / f"a.{form}", [*GOOD, *BAD]), PAPER)
    expected, complaints = read_answers(written(tmp_path / "b.csv", [*GOOD, *BAD]), PAPER)
    assert found == expected
    assert [one.student for one in found] == ["s1", "s2"]
    assert [one.complaint for one in broken] == [one.complaint for one in complaints]
    assert [one.row for one in broken] == [first + 3 + i for i in range(4)]


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_has_a_file_a_student(tmp_path: Path, form: str) -> None:
    """In a folder a file's name is its student, and the column may be left out, be empty, or say the same."""
    for student, texts in (("s1", ["[2, 3]", "[1, 1]"]), ("é-2", ["2"])):
        places = [("1(a)", "h_2"), ("1(b)", "output")]
        rows = [(*place, text) for place, text in zip(places, texts, strict=False)]
        written(tmp_path / f"{student}.{form}", rows, ("question", "answer", "text"))
    written(tmp_path / f"s3.{form}", [("", "1(a)", "h_2", "x"), ("s3", "1(a)", "v_1", "y")], ("student", *FIELDS[2:]))
    (tmp_path / "~$s1.xlsx").write_bytes(b"a lock of Excel's")
    found, broken = read_answers(tmp_path, PAPER)
    assert not broken
    assert {one.student: list(one.answers.values()) for one in found} == {
        "s1": ["[2, 3]", "[1, 1]"], "s3": ["x", "y"], "é-2": ["2"]
    }  # fmt: skip


def test_a_folder_names_what_it_cannot_use(tmp_path: Path) -> None:
    """A second file of a student, a row of another, a file of no known form: each is named, the rest is kept."""
    written(tmp_path / "s1.csv", GOOD[:1])
    written(tmp_path / "s1.jsonl", GOOD[2:])
    written(tmp_path / "s2.csv", GOOD[:2])
    (tmp_path / "s3.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "s4.xlsx").write_bytes(b"PK")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "s5.csv").mkdir()
    found, broken = read_answers(tmp_path, PAPER)
    assert {one.student: one.answers for one in found} == {
        "s1": {("1(a)", "h_2"): "[2, 3]"}, "s2": {("1(a)", "h_2"): "2"}
    }  # fmt: skip
    said = {one.file: str(one) for one in broken}
    assert list(said) == ["notes.txt", "s1.jsonl", "s2.csv", "s3.csv", "s4.xlsx", "s5.csv"]
    assert said["s1.jsonl"] == "s1.jsonl: s1.csv is of s1 too, and was taken"
    assert said["s2.csv"] == "s2.csv, row 2: column 'student' is 's1', but the file is s2's"
    assert "not UTF-8" in said["s3.csv"]
    assert "is no xlsx workbook" in said["s4.xlsx"]
    assert "ends in .csv, .jsonl, .xlsx" in said["notes.txt"]


# JSON Lines


LINES = [
    ("{", "no JSON: Expecting property name"),
    ("[1]", "a line is an object"),
    ('{"student": "s9"}', "a field 'question' is missing; known: student"),
    ('{"student": "s9", "quesion": "1(a)", "answer": "h_2", "text": ""}', "did you mean 'quesion'?"),
    ('{"student": "s9", "question": "1(a)", "answer": "h_2", "text": [1]}', "put lists and objects in quotes"),
    (
        '{"student": "s9", "student": "s8", "question": "1(a)", "answer": "h_2", "text": ""}',
        "'student' stands there twice",
    ),
    ('{"student": "s9", "question": "1(a)", "answer": "h_2", "text": "\\ud800"}', "half a character"),
    (f'{{"student": "s9", "question": "1(a)", "answer": "h_2", "text": "{"x" * 200_000}"}}', "200000 characters"),
    ("[" * 100_000, "recursion"),
]


@pytest.mark.parametrize(("line", "says"), LINES, ids=range(len(LINES)))
def test_broken_lines(tmp_path: Path, line: str, says: str) -> None:
    """A broken line is named with its number, as an editor counts them, and those around it are kept."""
    page = written(tmp_path / "a.jsonl", GOOD[:1])
    page.write_text(f"\n{page.read_text()}{line}\n{json.dumps(dict(zip(FIELDS, GOOD[1], strict=True)))}")
    found, broken = read_answers(page, PAPER)
    assert [one.student for one in found] == ["s1", "s2"]
    assert [one.row for one in broken] == [3]
    assert says in broken[0].complaint


NUMBERS = ["2", "2.0", "1e3", "-0", "123456789012345678901234567890", "0.1000"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_as_typed_in_json(tmp_path: Path, number: str) -> None:
    """A number in JSON is the text that was typed; null is blank."""
    page = tmp_path / "a.jsonl"
    page.write_text(f'{{"student": 7, "seed": null, "question": "1(a)", "answer": "h_2", "text": {number}}}')
    (one,), broken = read_answers(page, PAPER)
    assert not broken
    assert (one.student, one.seed, one.answers) == ("7", "", {("1(a)", "h_2"): number})


# xlsx


@pytest.mark.parametrize(
    ("typed", "text"),
    [(2, "2"), (2.0, "2"), (0.1, "0.1"), (-1e300, "-1e+300"), (True, "TRUE"), ("=1", None), (None, "")],
)
def test_cells_as_typed(tmp_path: Path, typed: object, text: str | None) -> None:
    """A cell's number is what was typed; a formula is not computed, but named."""
    page = sheet(tmp_path / "a.xlsx", [list(FIELDS), ["s1", "", "1(a)", "h_2", typed], [*GOOD[1]]])
    found, broken = read_answers(page, PAPER)
    assert [one.student for one in found] == (["s2"] if text is None else ["s1", "s2"])
    if text is None:
        assert [str(one) for one in broken] == [
            "a.xlsx, row 2: column 'text' is a formula, and none is computed: type an apostrophe before it"
        ]
    else:
        assert found[0].answers == {("1(a)", "h_2"): text}


def test_dates(tmp_path: Path) -> None:
    """Where a spreadsheet made a date of 1/2 the row is named; of a seed it is kept, for who knows what was printed."""
    day = datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)
    rows = [["s1", day, "1(a)", "h_2", "x"], ["s2", "", "1(a)", "h_2", day]]
    first, second = read_rows(sheet(tmp_path / "a.xlsx", [list(FIELDS), *rows]), FIELDS, FIELDS)
    assert isinstance(first[1], dict)
    assert first[1]["seed"] == "2026-01-02 00:00:00"
    assert "has become a date" in second[1]


def bomb(page: Path, sheet_xml: bytes) -> Path:
    """A workbook with another first sheet."""
    sheet(page, [list(FIELDS)])
    with zipfile.ZipFile(page) as archive:
        pieces = {name: archive.read(name) for name in archive.namelist()}
    pieces["xl/worksheets/sheet1.xml"] = sheet_xml
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pieces.items():
            archive.writestr(name, content)
    return page


XML = b'<?xml version="1.0"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
LAUGHS = b"<!DOCTYPE w [<!ENTITY a0 'ha'>%s]>" % b"".join(
    [b"<!ENTITY a%d '%s'>" % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12)]
)
FAR = b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
BOMBS = {
    "unpacks to much": XML % (b"", b"<sheetData>" + b" " * (tables.MOST_BYTES + 1) + b"</sheetData>"),
    "a far cell": XML % (b"", FAR),
    "billion laughs": XML
    % (LAUGHS, b'<sheetData><row r="1"><c t="inlineStr"><is><t>&a11;</t></is></c></row></sheetData>'),
    "no XML": b"<worksheet",
    "empty": XML % (b"", b""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused(tmp_path: Path, name: str) -> None:
    """A workbook that unpacks to much, or is none inside, is refused with its name."""
    page = bomb(tmp_path / "a.xlsx", BOMBS[name])
    with pytest.raises(MarkschemeError, match=re.escape(str(page))):
        read_answers(page, PAPER)


@given(junk=st.binary(max_size=200), at=st.integers(0, 3000))
def test_no_workbook_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    """Bytes of a workbook that were changed anywhere are read, or refused with the file's name."""
    whole = xlsx_bytes(csv_text(FIELDS, GOOD))
    page = tmp_path_factory.getbasetemp() / "junk.xlsx"
    page.write_bytes(whole[:at] + junk + whole[at + len(junk) :])
    with suppress(MarkschemeError):
        read_answers(page, PAPER)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(texts=st.lists(TEXTS | st.sampled_from(["=1+1", "+1", "-x", "@a", "#N/A", "00", "\ufffe"]), max_size=5))
def test_what_is_written_is_text(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """No cell that we write is a formula or an error; texts come back as they were, but for control characters."""
    page = tmp_path_factory.getbasetemp() / "made.xlsx"
    page.write_bytes(xlsx_bytes(csv_text(("text", "marks"), [(text, 2) for text in texts])))
    made: Any = load_workbook(page).active
    assert {cell.data_type for row in made.iter_rows() for cell in row} <= {"s", "n"}
    assert (made.freeze_panes, made["A1"].alignment.wrap_text) == ("A2", True)
    if texts:
        assert made["B2"].value == 2
    cells = [row["text"] for _, row in read_rows(page, ("text",), ("text",)) if isinstance(row, dict)]
    clean = list(
        csv.reader(io.StringIO(csv_text(("x",), [(tables.in_a_cell(text.replace("\r", " ")),) for text in texts])))
    )
    assert [cell.split() for cell in cells] == [text.split() for text, *_ in [row or [""] for row in clean[1:]]]


def test_the_same_table_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet has no date of its making: the same table gives the same bytes whenever it is written."""
    first = xlsx_bytes(csv_text(FIELDS, GOOD))
    monkeypatch.setattr("time.localtime", lambda *_: (2030, 5, 5, 5, 5, 5, 5, 5, 0))
    assert xlsx_bytes(csv_text(FIELDS, GOOD)) == first


def test_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where openpyxl is missing the message says what to install."""
    monkeypatch.setattr(tables, "find_spec", lambda _: None)
    with pytest.raises(MarkschemeError, match=r"pip install 'markscheme\[xlsx\]'"):
        read_answers(tmp_path / "a.xlsx", PAPER)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Rows that we write as CSV are as many when they are read, with the same words, whatever ends a line in them."""
    page = tmp_path_factory.getbasetemp() / "made.csv"
    page.write_text(csv_text(("text", "marks"), [(text, 2) for text in texts]), "utf-8", newline="")
    rows = [row["text"].split() for _, row in read_rows(page, ("text",), ("text",)) if isinstance(row, dict)]
    assert rows == [text.split() for text in texts]


# CSV as a whole grammar


def test_no_cell_writes_another_row(tmp_path: Path) -> None:
    """A cell, however long, and whatever lines stand in it, is a cell: too long a one costs its own row alone."""
    page = tmp_path / "a.csv"
    inside = "x" * 140_000 + "\nvictim,1(a),h_2,stolen\n" * 3
    with page.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([["student", "question", "answer", "text"], ["thief", "1(a)", "h_2", inside]])
        writer.writerow(["victim", "1(a)", "h_2", "[1, 2]"])
    long, kept = [row for _, row in read_rows(page, ("student", "text"), ())]
    assert isinstance(long, str)
    assert "100000 is the most" in long
    assert isinstance(kept, dict)
    assert (kept["student"], kept["text"]) == ("victim", "[1, 2]")


@given(
    cells=st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), min_size=2, max_size=2
        ),
        max_size=4,
    ),
    separator=st.sampled_from(",;\t"),
)
def test_what_a_program_writes_is_read(cells: list[list[str]], separator: str) -> None:
    """What Python's writer makes of any texts, with any of the usual separators, is read as these texts."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator).writerows([["student", "text"], *cells])
    with TemporaryDirectory() as folder:
        page = Path(folder) / "a.csv"
        page.write_text(made.getvalue(), "utf-8", newline="")
        read = [row for _, row in read_rows(page, ("student", "text"), ())]
    kept = [[cell.strip() for cell in row] for row in cells if any(cell.strip() for cell in row)]
    assert [list(row.values()) if isinstance(row, dict) else row for row in read] == kept


def test_a_stray_quote_costs_its_row(tmp_path: Path) -> None:
    """Where quotes do not fit the row is broken, and the next line is read again."""
    page = tmp_path / "a.csv"
    for stray in ('a,"x\n', 'a,"x"y\n', 'a,"\n'):
        page.write_text(f"student,text\n{stray}b,y\n", "utf-8")
        broken, kept = [row for _, row in read_rows(page, ("student",), ())]
        assert "check the quotes" in broken
        assert kept == {"student": "b", "text": "y"}


@pytest.mark.parametrize(
    "written",
    [
        b"student;text\ns1;[1, 2]\n", b"student\ttext\ns1\t[1, 2]\n", b"sep=;\r\nstudent;text\r\ns1;[1, 2]\r\n",
        b'student, text\ns1, "[1, 2]"\n', b'student,text\rs1,"[1, 2]"\r', b'\xef\xbb\xbfstudent,text\ns1,"[1, 2]"\n',
        'student\ttext\ns1\t[1, 2]\n'.encode("utf-16"),
    ],
)  # fmt: skip
def test_what_spreadsheets_write_is_read(written: bytes, tmp_path: Path) -> None:
    """Semicolons, tabs, a named separator, spaces before quotes, old line ends and byte order marks are read."""
    page = tmp_path / "a.csv"
    page.write_bytes(written)
    assert [row for _, row in read_rows(page, ("student", "text"), ())] == [{"student": "s1", "text": "[1, 2]"}]
