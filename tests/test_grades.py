"""Grades follow from declared rules, and marks leave in the forms that platforms take."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from markscheme.core.errors import MarkschemeError
from markscheme.core.verdict import Verdict
from markscheme.exam.gradebooks import PLATFORMS, Class
from markscheme.exam.grades import GradeRules, graded, grades_csv, near_boundaries, read_rules
from markscheme.language import NOTHING
from markscheme.marking.gradebook import Mark, Report
from markscheme.paper.roster import Student

OUT_OF = {"1": 4, "2(a)": 2, "2(b)": 2, "3": 8}


def report(student: str, earned: Mapping[str, Fraction | int], status: str = "right", *, counts: bool = True) -> Report:
    """A student's marks by question."""
    marks = [
        Mark(student, "", question, "x", "", Verdict(status, earned.get(question, 0), out_of, NOTHING))  # pyright: ignore[reportArgumentType]
        for question, out_of in OUT_OF.items()
    ]
    return Report(student, "", tuple(marks), counts, NOTHING)


def percents(reports: list[Report], rules: GradeRules) -> list[float | None]:
    return [it.percent for it in graded(reports, [], rules, known=["1", "2", "3"])]


HALF, FULL, NONE = {"1": 4, "2(a)": 2, "2(b)": 2}, dict(OUT_OF), dict[str, int]()


def rules(**given: object) -> GradeRules:
    return GradeRules.model_validate(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [50, 100, 0]),
        ({"curve": {"kind": "add", "points": 3}}, [53, 100, 3]),
        ({"curve": {"kind": "add", "points": 3}, "cap": False}, [53, 103, 3]),
        ({"curve": {"kind": "square root"}}, [70.7, 100, 0]),
        ({"curve": {"kind": "square root"}, "decimals": 0}, [71, 100, 0]),
        ({"best_of": [{"questions": ["1", "2"], "count": 1}]}, [33.3, 100, 0]),
        ({"best_of": [{"questions": ["1", "2", "3"], "count": 2}]}, [100, 100, 0]),
    ],
)
def test_percent(given: dict[str, object], expected: list[float]) -> None:
    """A percent is what was earned of what counts, curved as declared, rounded half up, and no more than 100."""
    found = percents([report("a", HALF), report("b", FULL), report("c", NONE)], rules(**given))
    assert found == expected


def test_best_is_full() -> None:
    """By that curve the best student has all, and the others in proportion."""
    assert percents([report("a", HALF), report("b", NONE)], rules(curve={"kind": "best is full"})) == [100, 0]


def test_half_up() -> None:
    """A half is rounded up, exactly, whatever floats make of it."""
    assert percents([report("a", {"1": Fraction(1, 200) * 16})], rules(decimals=0)) == [1]


def test_boundaries_and_who_is_near() -> None:
    """A grade is the best whose boundary is reached; who is just below one is named."""
    given = rules(grade=[{"name": "A", "from": 50.3}, {"name": "B", "from": 50}, {"name": "F", "from": 0}])
    found = graded([report("a", HALF), report("b", FULL), report("c", NONE)], [], given)
    assert [it.grade for it in found] == ["B", "A", "F"]
    assert [(it.student, boundary.name) for it, boundary in near_boundaries(found, given)] == [("a", "A")]


def test_no_grade_yet() -> None:
    """Who has an answer that waits, or handed nothing in, has no grade; unsigned papers have nothing."""
    found = graded(
        [report("a", HALF, "by hand"), report("b", FULL, counts=False)], ["c"], rules(grade=[{"name": "F", "from": 0}])
    )
    assert [(it.student, it.percent, it.grade) for it in found] == [("a", None, ""), ("b", 0, "F"), ("c", None, "")]
    assert "4 answers to be decided" in found[0].note


BAD = [
    ("grade = 1", "grade"),
    ('[[grade]]\nname = "A"\nfrom = 5\n[[grade]]\nname = "B"\nfrom = 9\n', "boundaries fall"),
    ('[[best_of]]\nquestions = ["1", "2"]\ncount = 2\n', "leaves none of 1, 2 out"),
    ('curve = { kind = "bell" }', "curve"),
    ("nonsense", "cannot be read"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_bad_rules(tmp_path: Path, text: str, says: str) -> None:
    """Rules that cannot be are refused by file and line."""
    (tmp_path / "grades.toml").write_text(text)
    with pytest.raises(MarkschemeError, match=rf"grades\.toml.*{says}"):
        read_rules(tmp_path / "grades.toml")


def test_a_rule_of_no_question() -> None:
    """A rule that names a question which the paper has not stops."""
    with pytest.raises(MarkschemeError, match="the question '9'; the paper has 1, 2, 3"):
        percents([report("a", HALF)], rules(best_of=[{"questions": ["1", "9"], "count": 1}]))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_exports(platform: str) -> None:
    """Every student stands in every export by the id, with the marks, or none while an answer waits; no cell is run."""
    reports = [report("007", HALF), report("s2", FULL, "by hand")]
    students = {
        "007": Student("007", "=cmd()", "Ada", "1", "Ada.L@x.org"),
        "s2": Student("s2", "Müller", "Jörg", "1", ""),
        "s3": Student("s3", "王", "小明"),
    }
    found = graded(reports, ["s3"])
    whole = Class("Midterm", "Midterm (12345)", "16", found, {it.student: it for it in reports}, students)
    name, content = PLATFORMS[platform](whole)
    text = content.decode("utf-16" if name.endswith("xls") else "utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if name.endswith("xls") else ","))
    by = {"canvas": "SIS User ID", "moodle": "ID number", "blackboard": "Student ID", "gradescope": "SID"}[platform]
    column = "Total Score" if platform == "gradescope" else "Midterm (12345)"
    marks = {row[by]: row[column].strip("-") for row in rows if row[by]}
    assert marks == {"007": "8", "s2": "", "s3": ""}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    if platform == "canvas":
        assert rows[0]["Student"].strip() == "Points Possible"
        assert rows[0][column] == "16"
        assert rows[1]["SIS Login ID"] == "Ada.L"
    if platform == "moodle":
        assert rows[0]["Email address"] == "Ada.L@x.org"


def test_grades_file() -> None:
    """grades.csv has a row a student, with names that no spreadsheet runs."""
    found = graded([report("007", HALF)], ["s3"])
    rows = list(csv.DictReader(io.StringIO(grades_csv(found, {"007": Student("007", "=cmd()")}))))
    assert [(row["student"], row["last"], row["marks"], row["percent"]) for row in rows] == [
        ("007", "'=cmd()", "8", "50"), ("s3", "", "0", "")
    ]  # fmt: skip
