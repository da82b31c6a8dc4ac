"""What people decide: marks by hand and overrides go in, are checked, and change nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markscheme.core.marks import exact_marks, total
from markscheme.marking.decision import Decision
from markscheme.marking.decisions import (
    decided,
    marks_read,  # pyright: ignore[reportPrivateUsage]
    moved,
    points_of,
    read_by_hand,
    read_overrides,
    rubric_sheet,
)
from markscheme.marking.gradebook import Report, decimal, mark_paper, marks_csv
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import load_paper
from markscheme.paper.tables import safe_id, unsafe_id

PAPER = load_paper("eecs182-sp23", ("training/leakage", "optimizers/weight_decay"))
TEXTS = {("1(b)", "why"): "=they leak", ("2(b)", "proof"): "the gradient\nof it", ("1(b)", "code"): "x = 1"}
POINTS = points_of(PAPER)


def reports(*students: str) -> list[Report]:
    return [mark_paper(PAPER, Submission(student, "common:", dict(TEXTS))) for student in students]


def filled(sheet: str, marks: Iterable[str], page: Path) -> Path:
    """A rubric sheet with marks filled in, row by row, as long as they last."""
    rows = list(csv.DictReader(io.StringIO(sheet)))
    for row, given_marks in zip(rows, marks, strict=False):
        row |= {"marks": given_marks, "who": "Ada"}
    with page.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return page


def written(page: Path, *rows: str) -> Path:
    page.write_text("student,question,answer,marks,who,why,when\n" + "\n".join(rows) + "\n")
    return page


def test_what_waits_is_asked_point_by_point() -> None:
    """The sheet has a row for each point of each answer that waits, and the points add up to the answer's marks."""
    class_of = reports("s1", "s2")
    rows = list(csv.DictReader(io.StringIO(rubric_sheet(PAPER, class_of))))
    waiting = [(mark.student, mark.question, mark.answer) for report in class_of for mark in report.marks if mark.waits]
    assert {(row["student"], row["question"], row["answer"]) for row in rows} == set(waiting)
    assert ("s1", "1(b)", "code") not in waiting
    for student, question, answer in waiting:
        asked = [row for row in rows if (row["student"], row["question"], row["answer"]) == (student, question, answer)]
        assert [row["point"] for row in asked] == list(POINTS[question, answer])
        mark = next(it for it in class_of[0].marks if (it.question, it.answer) == (question, answer))
        assert total(POINTS[question, answer].values()) == mark.verdict.out_of


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_marks_by_hand_come_back(data: st.DataObject, tmp_path: Path) -> None:
    """What a person fills in is what is earned, where all points of an answer are; the rest waits on."""
    before = reports("s1", "s2")
    sheet = rubric_sheet(PAPER, before)
    count = sheet.count("\n") - 1
    parts = data.draw(st.lists(st.sampled_from(["0", "1", "0.5", "0,5", ""]), max_size=count))
    decisions, broken = read_by_hand(filled(sheet, parts, tmp_path / "done.csv"), PAPER, before)
    assert broken == []
    after = decided(before, decisions)
    given_marks: dict[tuple[str, str, str], list[str]] = {}
    for row in csv.DictReader(io.StringIO((tmp_path / "done.csv").read_text())):
        given_marks.setdefault((row["student"], row["question"], row["answer"]), []).append(row["marks"])
    for old, new in zip([it for r in before for it in r.marks], [it for r in after for it in r.marks], strict=True):
        parts_given = given_marks.get((old.student, old.question, old.answer), [""])
        if all(parts_given):
            assert float(new.verdict.marks) == sum([float(part.replace(",", ".")) for part in parts_given])
            assert (new.waits, new.decided, "Ada" in new.verdict.reason) == (False, True, True)
            assert new.decision
            assert (new.decision.who, new.decision.replaces) == ("Ada", (old.verdict.marks, old.verdict.status))
            assert Decision.from_json(json.loads(json.dumps(new.decision.as_json()))) == new.decision
        else:
            assert new == old


def test_the_sheet_shrinks(tmp_path: Path) -> None:
    """What was decided is not asked again."""
    before = reports("s1", "s2")
    sheet = rubric_sheet(PAPER, before)
    half = sheet.count("\n") // 2
    after = decided(before, read_by_hand(filled(sheet, ["1"] * half, tmp_path / "d.csv"), PAPER, before)[0])
    assert {row["student"] for row in csv.DictReader(io.StringIO(rubric_sheet(PAPER, after)))} == {"s2"}


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("student", "s3", "'s3' handed nothing in"),
        ("question", "9z", "there is no '9z'"),
        ("answer", "wy", "did you mean 'why'"),
        ("point", "is kind", "has no 'is kind'"),
        ("marks", "9", "from 0 to 4, not 9"),
        ("marks", "two", "a number, not 'two'"),
        ("text", "another", "has another text now"),
    ],
)
def test_broken_marks(tmp_path: Path, column: str, value: str, says: str) -> None:
    """A row that cannot be used is named, with what is wrong, and decides nothing."""
    before = reports("s1")
    page = filled(rubric_sheet(PAPER, before), ["1"] * 99, tmp_path / "done.csv")
    rows = list(csv.DictReader(io.StringIO(page.read_text())))
    place = next(i for i, row in enumerate(rows) if row["answer"] == "why" and row["question"] == "1(b)")
    rows[place][column] = value
    with page.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    decisions, broken = read_by_hand(page, PAPER, before)
    assert [says in str(row) for row in broken] == [True]
    assert broken[0].row == place + 2
    assert ("s1", "1(b)", "why") not in decisions


def test_overrides_say_why(tmp_path: Path) -> None:
    """An override replaces the marks of any answer, and its reason has who, why, when, and what was before."""
    before = reports("s1")
    page = written(tmp_path / "o.csv", "s1,1(b),code,2,Ada,the idea is right,2026-11-24")
    decisions, broken = read_overrides(page, PAPER, before)
    assert broken == []
    (after,) = decided(before, decisions)
    assert after.total == before[0].total + 2
    mark = next(mark for mark in after.marks if mark.answer == "code")
    assert mark.verdict.reason == "the idea is right. Changed by Ada, 2026-11-24; before, 0 (wrong)."


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("s1,1(b),code,5,Ada,why,2026-11-24", "from 0 to 4, not 5"),
        ("s1,1(b),code,-1,Ada,why,2026-11-24", "from 0 to 4, not -1"),
        ("s1,1(b),code,1/0,Ada,why,2026-11-24", "a number"),
        ("s1,1(b),code,2,,why,2026-11-24", "column 'who' is empty"),
        ("s1,1(b),code,2,Ada,,2026-11-24", "column 'why' is empty"),
        ("s1,1(b),code,2,Ada,why,yesterday", "a date such as"),
        ("s2,1(b),code,2,Ada,why,2026-11-24", "'s2' handed nothing in; known: s1"),
    ],
)
def test_broken_overrides(tmp_path: Path, row: str, says: str) -> None:
    """An override without a reason, or beyond the marks there are, changes nothing."""
    before = reports("s1")
    decisions, broken = read_overrides(written(tmp_path / "o.csv", row), PAPER, before)
    assert (dict(decisions), [says in str(it) for it in broken]) == ({}, [True])


def test_twice_is_once(tmp_path: Path) -> None:
    """Of two overrides of one answer the first counts, and the second is named."""
    rows = [f"s1,1(b),code,{marks},Ada,why,2026-11-24" for marks in (1, 2)]
    decisions, broken = read_overrides(written(tmp_path / "o.csv", *rows), PAPER, reports("s1"))
    assert [decision.marks for decision in decisions.values()] == [1]
    assert "overridden twice" in str(broken[0])


def test_what_moved(tmp_path: Path) -> None:
    """Marks that changed are listed with what was and what is; marking again the same moves nothing."""
    before = reports("s1")
    page = tmp_path / "marks.csv"
    page.write_text(marks_csv(before))
    assert moved(page, before) == []
    override = written(tmp_path / "o.csv", "s1,1(b),code,2,Ada,why,2026-11-24")
    after = decided(before, read_overrides(override, PAPER, before)[0])
    assert [(it.student, it.answer, it.before, it.after) for it in moved(page, after)] == [
        ("s1", "code", "0 (wrong)", "2 (wrong)")
    ]
    assert [it.before for it in moved(page, reports("s2"))][:1] == ["none"]


@given(st.text(max_size=12))
def test_a_cell_is_taken_back(text: str) -> None:
    """What was made safe for a spreadsheet is the text that it was."""
    assert unsafe_id(safe_id(text)) == text or text.startswith("'")


def test_marks_are_taken_back_as_they_were_written() -> None:
    """The most that a point earns, written with ten digits, is the most when it comes back, whatever the fraction."""
    for k in range(1, 13):
        for n in range(1, 13):
            most = exact_marks(Fraction(k, n))
            assert marks_read(decimal(most), most) == most
            assert isinstance(marks_read(decimal(most + 1), most), str)
