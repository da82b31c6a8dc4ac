"""Seats: everyone has one, fixed ones stay, and no neighbors have the same version."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from pathlib import Path
from random import Random
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import new_exam, open_exam
from markscheme.exam.printing import print_copies
from markscheme.exam.room import AROUND, Room, Seat, alike_neighbors, read_room, seated, versions_needed
from markscheme.exam.seating import seat
from markscheme.exam.secret import Secret
from markscheme.paper.roster import Student

SECRET = Secret(bytes(32))
SHAPE = "convolution/output_shape"


def room(rows: int, columns: int, gaps: float = 0.0, seed: int = 0) -> Room:
    """A room with some seats missing."""
    rng = Random(seed)
    seats = [(a, b) for a in range(1, rows + 1) for b in range(1, columns + 1) if rng.random() >= gaps]
    return Room(tuple(seats or [(1, 1)]))


def test_no_neighbors_have_the_same_version() -> None:
    """In each of 1,000 random rooms at most four versions are enough that no two of eight neighbors share one."""
    for seed in range(1000):
        rng = Random(seed)
        hall = room(rng.randint(1, 7), rng.randint(1, 9), rng.random() * 0.7, seed)
        taken = rng.sample(hall.seats, rng.randint(1, len(hall.seats)))
        colors = versions_needed(taken)
        assert colors.keys() == set(taken)
        assert set(colors.values()) == set(range(len(set(colors.values()))))
        assert len(set(colors.values())) <= 4
        for row, column in taken:
            for a, b in AROUND:
                assert colors.get((row + a, column + b)) != colors[row, column]


@given(st.integers(1, 6), st.integers(1, 8), st.floats(0, 0.6), st.integers(0, 999), st.data())
def test_everyone_has_a_seat(rows: int, columns: int, gaps: float, seed: int, data: st.DataObject) -> None:
    """Each student has a seat of one's own that the room has; fixed ones stay; it is the same again."""
    hall = room(rows, columns, gaps, seed)
    students = [Student(f"s{i}") for i in range(data.draw(st.integers(1, len(hall.seats))))]
    fixed: dict[str, Seat] = {"s0": data.draw(st.sampled_from(hall.seats))}
    hall = Room(hall.seats, fixed=fixed)
    seats = seated(hall, students, SECRET)
    assert seats.keys() == {it.student for it in students}
    assert len(set(seats.values())) == len(seats)
    assert set(seats.values()) <= set(hall.seats)
    assert seats["s0"] == fixed["s0"]
    assert seats == seated(hall, students[::-1], SECRET)


def test_by_name_and_by_section() -> None:
    """By name the order of seats is that of names; by section those of one sit together; otherwise by the secret."""
    students = [Student(f"s{i}", last=f"{'zyxwvut'[i]}", section=f"{i % 2}") for i in range(7)]
    hall = room(1, 7)
    by_name = seated(hall, students, SECRET, "name")
    assert [it for it, _ in sorted(by_name.items(), key=lambda it: it[1])] == [it.student for it in students[::-1]]
    sections = [
        it.section for it in sorted(students, key=lambda it: seated(hall, students, SECRET, "section")[it.student])
    ]
    assert sum(a != b for a, b in pairwise(sections)) == 1
    assert seated(hall, students, SECRET) != seated(hall, students, Secret(b"x" * 32))


BAD = [
    ("row,seats\n1,0\n", "from 1 to 500, not '0'"),
    ("row,seat\n1,1\n1,1\n", "row 1, seat 1 stands there twice"),
    ("row,seat,broken\n1,1,perhaps\n", "'broken' is yes or no"),
    ("row,seat,broken\n1,1,yes\n", "has 0 seats"),
    ("row,seat,broken,student\n1,1,yes,s1\n", "'s1' cannot have a broken seat"),
    ("row,seat,student\n1,1,s1\n1,2,s1\n", "'s1' has a seat above already"),
    ("place\n1\n", "a column 'row' is missing"),
    ("row,seats\n" + "".join(f"{i},500\n" for i in range(1, 12)), "from 1 to 5000"),
]


@pytest.mark.parametrize(("text", "says"), BAD, ids=range(len(BAD)))
def test_bad_rooms(tmp_path: Path, text: str, says: str) -> None:
    """A room that cannot be is refused, with its row."""
    (tmp_path / "room.csv").write_text(text)
    with pytest.raises(MarkschemeError, match=says):
        read_room(tmp_path / "room.csv")


def test_a_drawn_plan(tmp_path: Path) -> None:
    """A plan's signs are seats, left-handed ones, broken ones and aisles; any other sign is named with its line."""
    (tmp_path / "hall.txt").write_text("..  L\nx. ..\n")
    found = read_room(tmp_path / "hall.txt")
    assert found.seats == ((1, 1), (1, 2), (1, 5), (2, 2), (2, 4), (2, 5))
    assert found.left_handed == {(1, 5)}
    (tmp_path / "hall.txt").write_text("..\n.?\n")
    with pytest.raises(MarkschemeError, match=r"line 2: .* not '\?'"):
        read_room(tmp_path / "hall.txt")


def test_too_few_seats_and_strangers() -> None:
    """Too few seats, and a fixed seat of nobody, are said with their numbers and names."""
    with pytest.raises(MarkschemeError, match="3 students, and 2 seats: 1 too few"):
        seated(room(1, 2), [Student(f"s{i}") for i in range(3)], SECRET)
    with pytest.raises(MarkschemeError, match="a seat for 's9', who is not in the roster"):
        seated(Room(((1, 1),), fixed={"s9": (1, 1)}), [Student("s1")], SECRET)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam with versions, in a full room, seated."""
    folder = tmp_path_factory.mktemp("hall")
    versions = 'versions = ["A", "B", "C", "D"]'
    (folder / "quiz.toml").write_text(f'title = "Quiz"\n{versions}\n[[question]]\nproblem = "{SHAPE}"\n')
    names = ["Łukasz", "=cmd()", "#set page(fill: red)", "\\textbf{x}", "<b>x</b>", "王小明"]
    rows = "".join([f'{i}x,"{name}",F\n' for i, name in enumerate(names)])
    (folder / "roster.csv").write_text(f"student,last,first\n{rows}", "utf-8")
    (folder / "room.csv").write_text("row,seats\n1,3\n2,3\n")
    exam = new_exam(folder / "exam", str(folder / "quiz.toml"), folder / "roster.csv", room=folder / "room.csv")
    seat(exam, read_room(folder / "room.csv"), "random")
    exam.store.close()
    return folder / "exam"


def test_seats_of_the_roster_stay(tmp_path: Path) -> None:
    """A seat that the roster gives is kept; one that the room has not, or two students', stops."""
    (tmp_path / "quiz.toml").write_text(f'title = "Quiz"\n[[question]]\nproblem = "{SHAPE}"\n')
    for rows, says in (
        ("a,1,2\nb,,\n", ""),
        ("a,9,9\nb,,\n", "not in the room"),
        ("a,1,1\nb,1,1\n", "somebody else's"),
    ):
        (tmp_path / "roster.csv").write_text(f"student,row,seat\n{rows}")
        exam = new_exam(tmp_path / (says or "exam"), str(tmp_path / "quiz.toml"), tmp_path / "roster.csv")
        if says:
            with pytest.raises(MarkschemeError, match=says):
                seat(exam, room(1, 3), "random")
        else:
            assert seat(exam, room(1, 3), "random").seats["a"] == (1, 2)


def test_versions_follow_the_seats(hall: Path) -> None:
    """In a seated exam no neighbors have the same version, and copies of one version have the same numbers."""
    exam = open_exam(hall)
    seats = {it.student: (int(it.row), int(it.seat)) for it in exam.students.values()}
    versions = {it.student: it.version for it in exam.manifest.copies}
    assert not alike_neighbors(seats, versions)
    numbers = {it.version: {other.numbers for other in exam.manifest.copies if other.version == it.version}
               for it in exam.manifest.copies}  # fmt: skip
    assert {len(it) for it in numbers.values()} == {1}
    rows = list(csv.DictReader(io.StringIO((hall / "seats.csv").read_text("utf-8"))))
    assert [(int(row["row"]), int(row["seat"])) for row in rows] == sorted(seats.values())
    assert not [row for row in rows if row["last"].startswith("=")]


def test_covers_and_plan_say_who_sits_where(hall: Path, tmp_path: Path) -> None:
    """A cover has row, seat and neighbors, and the plan every name, as it is and not as markup; then seats stay."""
    exam = open_exam(hall)
    one = next(it for it in exam.manifest.copies if exam.students[it.student].seat == "2")
    (made,) = print_copies(exam, [one])
    (tmp_path / "one.pdf").write_bytes(made.blank)
    words = run(["pdftotext", "-layout", tmp_path / "one.pdf", "-"], capture_output=True, text=True, check=True).stdout
    row = exam.students[one.student].row
    beside = [it for it in exam.students.values() if it.row == row and it.seat in "13"]
    assert [it.student in words.partition("\f")[0] for it in beside] == [True, True]
    plan = run(["pdftotext", "-layout", hall / "seats.pdf", "-"], capture_output=True, text=True, check=True).stdout
    for name in ("=cmd()", "#set page(fill: red)", "\\textbf{x}", "<b>x</b>"):
        assert "".join(name.split()) in "".join(plan.split())
    (tmp_path / "other.csv").write_text("row,seats\n1,9\n")
    with pytest.raises(MarkschemeError, match="printed with other seats"):
        seat(open_exam(hall), read_room(tmp_path / "other.csv"), "name")
