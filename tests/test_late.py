"""Students who come into the roster after others' copies were printed."""

from __future__ import annotations

from pathlib import Path
from subprocess import run

import pytest

from markscheme.cli.exams import exam_command
from markscheme.core.errors import MarkschemeError
from markscheme.exam.asked import verify
from markscheme.exam.folder import new_exam, open_exam
from markscheme.exam.late import add_students
from markscheme.exam.printing import left_to_print, print_copies
from markscheme.exam.room import alike_neighbors, read_room
from markscheme.exam.seating import seat

TOML = 'title = "Quiz"\nversions = ["A", "B", "C", "D"]\n[[question]]\nproblem = "convolution/output_shape"\n'
ROSTER = "Student ID;Last Name;First Name;Language\ns1;Curie;Marie;\ns2;Gauß;Carl;Deutsch\ns3;Noether;Emmy;\n"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of three students and a spare copy in a room of six seats, seated and printed."""
    folder = tmp_path_factory.mktemp("late")
    (folder / "quiz.toml").write_text(TOML)
    (folder / "roster.csv").write_text(ROSTER, "utf-8")
    (folder / "room.csv").write_text("row,seats\n1,3\n2,3\n")
    exam = new_exam(
        folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv", room=folder / "room.csv", spare=1
    )
    seat(exam, read_room(folder / "room.csv"), "random")
    exam = open_exam(folder / "exam")
    list(print_copies(exam, exam.manifest.copies))
    exam.store.close()
    return folder


def test_a_late_student_has_a_copy_and_a_seat_and_nothing_else_changes(printed: Path, tmp_path: Path) -> None:
    """Copies that were printed keep code, seed, seat and bytes; the new one has its own, and no neighbor's version."""
    exam = open_exam(printed / "exam")
    before, seats = exam.manifest.copies, (printed / "exam" / "seats.csv").read_text("utf-8")
    (tmp_path / "now.csv").write_text(f"{ROSTER}late;Turing;Alan;\n", "utf-8")
    added = add_students(exam, tmp_path / "now.csv")
    assert ([it.student for it in added.copies], added.known, added.left_out) == (["late"], 3, [])
    seat(open_exam(exam.root), read_room(printed / "room.csv"), "random")
    exam = open_exam(exam.root)
    assert exam.manifest.copies[: len(before)] == before
    assert set(seats.splitlines()) < set((exam.root / "seats.csv").read_text("utf-8").splitlines())
    assert [it.student for it in left_to_print(exam)] == ["late"]
    made = list(print_copies(exam, exam.manifest.copies))  # which raises where one is not what was printed
    assert len(made) == 5
    places = {it.student: (int(it.row), int(it.seat)) for it in exam.students.values()}
    assert not alike_neighbors(places, {it.student: it.version for it in exam.manifest.copies})
    seat(open_exam(exam.root), read_room(printed / "room.csv"), "random")  # again: it stays
    assert open_exam(exam.root).manifest.copies[: len(before)] == before
    assert not verify(open_exam(exam.root))
    assert add_students(open_exam(exam.root), tmp_path / "now.csv").copies == ()


@pytest.mark.parametrize(
    ("row", "says"),
    [("s1;Sklodowska;Marie;", "as last of s1"), ("s1;Curie;Marie;de", "as language of s1"), ("s1 x;a;b;", "letters")],
)
def test_a_later_roster_contradicts_nothing(printed: Path, tmp_path: Path, row: str, says: str) -> None:
    """A roster that says something else of a student than was frozen, or is broken, adds nobody."""
    (tmp_path / "now.csv").write_text(f"{ROSTER.splitlines()[0]}\n{row}\nnew;a;b;\n", "utf-8")
    exam = open_exam(printed / "exam")
    with pytest.raises(MarkschemeError, match=says):
        add_students(exam, tmp_path / "now.csv")
    assert open_exam(exam.root).manifest == exam.manifest


def test_a_student_without_a_copy_is_named(printed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who was typed into the folder's roster by hand has no copy, and that is said."""
    page = printed / "exam" / "roster.csv"
    text = page.read_text("utf-8")
    page.write_text(f"{text}typed,,,,,,,,,\n", "utf-8")
    assert [it for it in verify(open_exam(printed / "exam")) if "typed is in roster.csv and has no copy" in it]
    exam_command.main(["status", str(printed / "exam")], standalone_mode=False)
    assert "without a copy, and `exam add` gives one: typed" in capsys.readouterr().out
    page.write_text(text, "utf-8")


def test_pages_are_in_the_language_of_the_student(printed: Path) -> None:
    """Who has a language in the roster has a cover, and marks, in its words; the others have the paper's."""
    exam = open_exam(printed / "exam")
    words = {
        it.student: run(
            ["pdftotext", exam.root / "print" / f"{it.code}.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        for it in exam.manifest.copies
    }
    assert {it for it, text in words.items() if "Matrikelnummer" in text} == {"s2"}
    assert {it for it, text in words.items() if "PRINT your student ID" in text} == words.keys() - {"s2"}
