"""Tables in every form: what is read of each, what is broken in it, and what a spreadsheet gets."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from markscheme.core.errors import MarkschemeError
from markscheme.marking.submissions import read_answers
from markscheme.paper import tables
from markscheme.paper.plan import load_paper
from markscheme.paper.tables import as_xlsx, read_rows
from tests.conftest import Run

HEADS = ("student", "seed", "question", "answer", "text")
ANSWERS = [
    ("s1", "2026", "1", "honor_code", "signed"), ("s1", "2026", "3aii", "shape", "[1, 2, 3, 4]"),
    ("s2", "2026", "1", "honor_code", "signed"), ("s2", "2026", "5a", "h_2", "(1, 2)\n= h"),
]  # fmt: skip
PAPER = load_paper("eecs182-practice")


def as_csv(folder: Path, rows: list[tuple[str, ...]] = ANSWERS) -> Path:
    page = folder / "answers.csv"
    quoted = [",".join([f'"{cell}"' for cell in row]) for row in [HEADS, *rows]]
    page.write_text("\n".join(quoted) + "\n", "utf-8")
    return page


def as_json_lines(folder: Path) -> Path:
    page = folder / "answers.jsonl"
    page.write_text("\n".join([json.dumps(dict(zip(HEADS, row, strict=True))) for row in ANSWERS]), "utf-8")
    return page


def as_spreadsheet(folder: Path, rows: list[tuple[object, ...]] | None = None) -> Path:
    page, book = folder / "answers.xlsx", Workbook()
    sheet: Any = book.active
    for row in rows or [HEADS, *ANSWERS]:
        sheet.append(row)
    book.save(page)
    return page


def as_folder(folder: Path) -> Path:
    inside = folder / "handed_in"
    inside.mkdir()
    for student in ("s1", "s2"):
        rows = [dict(zip(HEADS[1:], row[1:], strict=True)) for row in ANSWERS if row[0] == student]
        (inside / f"{student}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (inside / "notes.txt").write_text("no answers", "utf-8")
    return inside


@pytest.mark.parametrize("make", [as_json_lines, as_spreadsheet, as_folder])
def test_every_form_says_the_same(make: Callable[[Path], Path], tmp_path: Path) -> None:
    """The same answers as CSV, JSON lines, a spreadsheet or a folder of files are the same submissions."""
    (tmp_path / "csv").mkdir()
    expected = read_answers(as_csv(tmp_path / "csv"), PAPER)
    assert read_answers(make(tmp_path), PAPER) == expected
    assert [it.student for it in expected[0]] == ["s1", "s2"]


@pytest.mark.parametrize(
    ("cell", "said"), [(2.0, "2"), (0.5, "0.5"), (True, "true"), (None, ""), ("=1+1", "=1+1"), (7, "7")]
)
def test_cells_are_what_was_typed(cell: object, said: str, tmp_path: Path) -> None:
    """A cell is read as it was typed, and nothing in it is computed."""
    page = as_spreadsheet(tmp_path, [HEADS, ("s1", "2026", "3aii", "shape", cell)])
    ((_, row),) = read_rows(page, HEADS, HEADS)
    assert isinstance(row, dict)
    assert row["text"] == said


def test_broken_lines_are_named(tmp_path: Path) -> None:
    """A line that is no object, or lacks a field, is named with its number, and the others are read."""
    page = tmp_path / "answers.jsonl"
    good = '{"student": "s1", "question": "3aii", "answer": "shape", "text": [1, 2.50], "seed": 2026}'
    page.write_text("\n".join(["{", good, "[1]", '{"student": "s1"}', "[" * 100_000]), "utf-8")
    rows = dict(read_rows(page, HEADS[:1] + HEADS[2:], HEADS))
    assert rows[2] == {"student": "s1", "question": "3aii", "answer": "shape", "text": "[1, 2.50]", "seed": "2026"}
    assert rows[1] == rows[3] == rows[5] == "this line is no JSON object"
    assert "'question' is missing" in str(rows[4])


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no spreadsheet, or unpacks to too much, is refused in a sentence."""
    page = tmp_path / "answers.xlsx"
    page.write_text("student,seed", "utf-8")
    with pytest.raises(MarkschemeError, match="no spreadsheet that can be read"):
        list(read_rows(page, HEADS, HEADS))
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 2_000_000)
    monkeypatch.setattr(tables, "LARGEST_SHEET", 1_000_000)
    with pytest.raises(MarkschemeError, match="too large"):
        list(read_rows(page, HEADS, HEADS))


def test_a_folder_without_answers_is_refused(tmp_path: Path) -> None:
    """A folder with no file of answers is refused, and says what such files end in."""
    with pytest.raises(MarkschemeError, match=r"no file of answers; they end in \.csv, \.jsonl, \.xlsx"):
        read_answers(tmp_path, PAPER)


@given(st.lists(st.lists(st.text("=+-@ab1.0\n", max_size=6), min_size=2, max_size=2), max_size=5))
def test_no_cell_becomes_a_formula(rows: list[list[str]]) -> None:
    """Whatever a CSV holds, its spreadsheet has it as text or as the same number, and never as a formula."""
    page = io.StringIO()
    csv.writer(page).writerows([["student", "text"], *rows])
    sheet = load_workbook(io.BytesIO(as_xlsx(page.getvalue(), "marks", to_fill=("text",)))).active
    assert sheet is not None
    written = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type in {"s", "n", "inlineStr"} for row in sheet.iter_rows() for cell in row)
    for row, found in zip([row for row in rows if row], written, strict=False):
        for said, value in zip(row, found, strict=True):
            assert (value or "") == said or float(said) == value


def test_marks_come_out_and_decisions_come_in_as_spreadsheets(run: Run, tmp_path: Path) -> None:
    """A rubric sheet filled in as a spreadsheet counts as one filled in as CSV does."""
    seed = "2026"
    rows = [("s1", seed, "1", "honor_code", "signed"), ("s1", seed, "6a", "why", "He keeps the variance")]
    page = as_csv(tmp_path, rows)
    label = next(space.label for space in PAPER.spaces for answer in space.answers if answer.name == "why")
    page.write_text(page.read_text("utf-8").replace('"6a"', f'"{label}"'), "utf-8")
    command = ["mark", "eecs182-practice", str(page), "--out", str(tmp_path / "out"), "--xlsx"]
    assert run(*command).code == 0
    book = load_workbook(tmp_path / "out" / "by_hand.xlsx")
    sheet: Any = book.active
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[heads.index("marks")].value = row[heads.index("out_of")].value
    book.save(tmp_path / "decided.xlsx")
    result = run(*command, "--by-hand", tmp_path / "decided.xlsx", "--json")
    assert result.code == 0, result.err
    answers = result.json["students"][0]["answers"]
    why = next(it for it in answers if it["answer"] == "why" and it["question"] == label)
    assert why["decided"]
    assert why["marks"] == why["out_of"]
    record = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert str(tmp_path / "decided.xlsx") in record["files"]
    assert record["students"] == 1


def test_feedback_as_pdf_is_whole(run: Run, tmp_path: Path) -> None:
    """A feedback sheet as PDF has every answer's text and reason, and the same marks give the same bytes."""
    texts = {"3aii": ("shape", "[" + "9" * 300), "5a": ("h_2", "#panic()")}
    page = as_csv(tmp_path, [*ANSWERS[:1], *[("s1", "2026", place, *said) for place, said in texts.items()]])
    command = ["mark", "eecs182-practice", str(page), "--feedback", "pdf", "--out"]
    for name in ("one", "two"):
        assert run(*command, tmp_path / name).code == 0
    made = tmp_path / "one" / "feedback" / "s1.pdf"
    assert made.read_bytes() == (tmp_path / "two" / "feedback" / "s1.pdf").read_bytes()
    words = subprocess.run(["pdftotext", made, "-"], capture_output=True, text=True, check=True).stdout
    assert "#panic()" in words
    assert "Nothing was answered." in words
    assert "Feedback" in words
    assert "Solution" in words
