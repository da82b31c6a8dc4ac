"""An exam of a class, from the roster to the last mark, in a folder that forgets nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from subprocess import run as run_process
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.spreadsheet import saved
from markscheme.cli.main import main
from markscheme.core.errors import MarkschemeError
from markscheme.exam.asked import verify, why
from markscheme.exam.codes import PageCode, read, written
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.marking import (
    decisions_now,
    empty_sheet,
    marked,
    standing,
    take_answers,
    take_decisions,
    write_marks,
)
from markscheme.exam.printing import left_to_print, print_copies
from markscheme.exam.secret import CODE, Secret, check_letter, is_code
from markscheme.exam.store import Store

RNN, SHAPE = "attention/linear_rnn", "convolution/output_shape"
TOML = f"""
title = "Quiz"
[[question]]
kind = "honor_code"
marks = 1
[[question]]
problem = "{SHAPE}"
[[question]]
problem = "{RNN}"
"""
ROSTER = """student,last,first,section,row,seat
007,Lovelace,Ada,A,,
1e5,Noether,Emmy,A,,
3-4,"=HYPERLINK(""x"")",Kurt,B,,
zoé,Łukasiewicz,#set page(fill: red),B,,
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of four students and a spare copy, printed."""
    folder = tmp_path_factory.mktemp("exam")
    (folder / "quiz.toml").write_text(TOML, "utf-8")
    (folder / "roster.csv").write_text(ROSTER, "utf-8")
    exam = new_exam(folder / "midterm", str(folder / "quiz.toml"), folder / "roster.csv", spare=1)
    list(print_copies(exam, exam.manifest.copies))
    exam.store.close()
    return folder / "midterm"


@pytest.fixture
def exam(made: Path, tmp_path: Path) -> Exam:
    """A copy of it, to do with as one likes."""
    shutil.copytree(made, tmp_path / "midterm")
    return open_exam(tmp_path / "midterm")


def filled(exam: Exam, wrong: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    """The sheet filled in with each copy's key; some students answer the first question wrongly."""
    rows = list(csv.DictReader(io.StringIO(empty_sheet(exam))))
    for row in rows:
        copy = exam.copy(row["seed"])
        if row["answer"] == "honor_code":
            row["text"] = "signed"
            continue
        items = exam.paper.items(copy.seed)
        (slot,) = [it.slot for it in exam.paper.spaces if it.label == row["question"]]
        kind = items[slot.label].problem.kind_of(row["answer"])
        right = kind.write(items[slot.label].values[row["answer"]])
        row["text"] = "[1, 1, 1, 1]" if row["answer"] == "shape" and copy.student in wrong else right
    return rows


def page(folder: Path, rows: list[dict[str, str]], name: str = "answers.csv") -> Path:
    """Rows as a file."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def totals(exam: Exam) -> dict[str, float]:
    return {it.student: float(it.total) for it in standing(exam, marked(exam))[0]}


def test_names_come_back_from_the_folder_as_they_are(exam: Exam) -> None:
    """What is made safe for a spreadsheet in the folder's roster is on pages as it was in the class's."""
    assert [(it.last, it.first) for it in exam.students.values()] == [
        ("Lovelace", "Ada"), ("Noether", "Emmy"), ('=HYPERLINK("x")', "Kurt"), ("Łukasiewicz", "#set page(fill: red)"),
    ]  # fmt: skip
    assert "'=HYPERLINK" in (exam.root / "roster.csv").read_text("utf-8")


# Secret and codes


def test_a_seed_is_the_secrets() -> None:
    """Seeds and codes follow from the secret alone; another secret has others, and no code tells a seed."""
    one, other = Secret.new(), Secret.new()
    assert one.seed("copy 1") == Secret(one.key).seed("copy 1")
    assert len({it.seed(f"copy {i}") for it in (one, other) for i in range(50)}) == 100
    assert len({it.code(i) for it in (one, other) for i in range(50)}) == 100
    assert one.key.hex() not in f"{one!r} {one}"


@given(st.text("BCDFGHJKMNPQRSTVWXZ", min_size=CODE - 1, max_size=CODE - 1), st.data())
def test_a_misread_code_is_none(body: str, data: st.DataObject) -> None:
    """A code in which a letter is another one, or two neighbors are exchanged, is no code."""
    code = body + check_letter(body)
    assert is_code(code)
    at = data.draw(st.integers(0, CODE - 1))
    letter = data.draw(st.sampled_from("BCDFGHJKMNPQRSTVWXZ"))
    assert is_code(code[:at] + letter + code[at + 1 :]) == (letter == code[at])
    if at < CODE - 2 and code[at] != code[at + 1]:
        assert not is_code(code[:at] + code[at + 1] + code[at] + code[at + 2 :])


@given(st.integers(0, 2**64))
def test_no_spreadsheet_changes_a_code(number: int) -> None:
    """A code is saved by a spreadsheet as it is."""
    code = Secret(number.to_bytes(32, "big")).code(1)
    assert saved(code) == saved(code, "eu") == code


def test_what_is_private_is(made: Path) -> None:
    """The secret, the manifest with its seeds and the database can be read by their owner alone."""
    for name in ("secret", "manifest.json", "exam.sqlite"):
        assert stat.S_IMODE((made / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_nothing_that_is_handed_out_has_a_seed(exam: Exam, tmp_path: Path) -> None:
    """Printed pages, sheets to fill in, marks and feedback have codes: neither the secret nor a seed stands in them."""
    take_answers(exam, page(tmp_path, filled(exam)))
    write_marks(exam, marked(exam))
    secrets = {exam.secret.key.hex()} | {it.seed for it in exam.manifest.copies}
    looked = {it: it.read_text("utf-8") for it in [*exam.root.rglob("*.csv"), *(exam.root / "marks").glob("*.*")]}
    for it in [*exam.root.rglob("*.pdf")][:3]:
        looked[it] = run_process(["pdftotext", it, "-"], capture_output=True, text=True, check=True).stdout
        assert it.stem in looked[it]
    assert len(looked) == 7
    for it, text in looked.items():
        assert not [one for one in secrets if one in text], it


# The folder


def test_a_folder_is_the_whole_memory(exam: Exam, tmp_path: Path) -> None:
    """Moved elsewhere, and with the paper it was made of gone, an exam prints the same bytes and marks the same."""
    one = exam.manifest.copies[0]
    before = (exam.root / "print" / f"{one.code}.pdf").read_bytes()
    moved = Path(shutil.move(exam.root, tmp_path / "elsewhere"))
    again = open_exam(moved)
    (made,) = print_copies(again, [one])
    assert made.blank == before
    assert not left_to_print(again)
    take_answers(again, page(tmp_path, filled(again)))
    assert set(totals(again).values()) == {18.0}
    assert verify(again) == []


def test_what_was_frozen_stays(exam: Exam) -> None:
    """A frozen file that is another one, or a file that was put beside it, stops every step, by name."""
    toml = exam.root / "paper" / "quiz.toml"
    toml.write_text(toml.read_text() + "\n")
    with pytest.raises(MarkschemeError, match=r"quiz\.toml is not what was frozen"):
        open_exam(exam.root)


def test_a_copy_that_would_be_another_stops(exam: Exam) -> None:
    """A roster that has changed since printing stops a reprint, with what may differ; the old pages stay."""
    one = exam.manifest.copies[0]
    before = (exam.root / "print" / f"{one.code}.pdf").read_bytes()
    roster = exam.root / "roster.csv"
    roster.write_text(roster.read_text("utf-8").replace("Lovelace", "Byron"), "utf-8")
    with pytest.raises(MarkschemeError, match="would not be what was printed"):
        list(print_copies(open_exam(exam.root), [one]))
    assert (exam.root / "print" / f"{one.code}.pdf").read_bytes() == before


def test_printing_goes_on(exam: Exam) -> None:
    """What is missing or damaged is printed again, and nothing else."""
    first, second, *_ = exam.manifest.copies
    (exam.root / "print" / f"{first.code}.pdf").unlink()
    (exam.root / "keys" / f"{second.code}.pdf").write_bytes(b"half")
    assert [it.code for it in left_to_print(exam)] == [first.code, second.code]
    list(print_copies(exam, left_to_print(exam)))
    assert not left_to_print(exam)


def test_what_verify_finds(exam: Exam) -> None:
    """Another secret, other numbers and other pages are found, each by its copy."""
    (exam.root / "secret").write_text("00" * 32)
    (exam.root / "print" / f"{exam.manifest.copies[0].code}.pdf").write_bytes(b"")
    said = " ".join(verify(open_exam(exam.root)))
    assert "not of this secret" in said
    assert f"the pages of {exam.manifest.copies[0].code}" in said
    (exam.root / "secret").chmod(0o644)
    with pytest.raises(MarkschemeError, match="can be read by others"):
        verify(open_exam(exam.root))


BAD: list[tuple[str, str, str]] = [
    ("roster", "student\ns1\ns1\n", "stands there twice"),
    ("roster", "student\n", "has no student"),
    ("roster", "student,large_print\ns1,maybe\n", "large_print"),
    ("toml", "title = 1", "title"),
]


@pytest.mark.parametrize(("what", "text", "says"), BAD)
def test_a_new_exam_is_whole_or_none(tmp_path: Path, what: str, text: str, says: str) -> None:
    """A mistake in what an exam is made of is said, and no folder is left."""
    (tmp_path / "quiz.toml").write_text(text if what == "toml" else TOML)
    (tmp_path / "roster.csv").write_text(text if what == "roster" else "student\ns1\n")
    with pytest.raises(MarkschemeError, match=says):
        new_exam(tmp_path / "midterm", str(tmp_path / "quiz.toml"), tmp_path / "roster.csv")
    assert sorted(it.name for it in tmp_path.iterdir()) == ["quiz.toml", "roster.csv"]


def test_an_exam_is_not_made_over_another(exam: Exam, tmp_path: Path) -> None:
    """A folder that is there already is left alone."""
    with pytest.raises(MarkschemeError, match="is there already"):
        new_exam(exam.root, RNN, tmp_path / "roster.csv")


# Pages


def rasters(content: bytes, folder: Path) -> list[Any]:
    """The pages of a PDF as pictures."""
    from PIL import Image  # noqa: PLC0415

    (folder / "one.pdf").write_bytes(content)
    run_process(["pdftoppm", "-r", "110", "-gray", "-png", folder / "one.pdf", folder / "page"], check=True)
    return [Image.open(io.BytesIO(it.read_bytes())) for it in sorted(folder.glob("page*.png"))]


def codes_on(picture: Any) -> list[PageCode | None]:
    """What a scanner reads of a page."""
    import zxingcpp  # noqa: PLC0415

    return sorted([read(it.text) for it in zxingcpp.read_barcodes(picture)], key=str)


def test_a_scanner_knows_each_page(exam: Exam, tmp_path: Path) -> None:
    """Each page says its exam, copy and number in two corners, also where it is scanned askew or upside down."""
    one = exam.manifest.copies[0]
    pictures = rasters((exam.root / "print" / f"{one.code}.pdf").read_bytes(), tmp_path)
    assert len(pictures) > 2
    for page, picture in enumerate(pictures, start=1):
        expected = [PageCode(exam.manifest.exam, one.code, page, it) for it in "AB"]
        for degrees in (0, 4, 176):
            assert codes_on(picture.rotate(degrees, fillcolor=255)) == expected


@given(st.integers(1, 99), st.sampled_from("AB"), st.data())
def test_a_misread_page_code_is_none(page: int, corner: str, data: st.DataObject) -> None:
    """A code's text is read as it was written; with another letter or digit anywhere it is none."""
    code = PageCode("BCDF", "JDJSDTHP", page, corner)
    text = written(code)
    assert read(text) == code
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert read(text[:at] + other + text[at + 1 :]) == (code if other == text[at] else None)


def test_large_print(tmp_path: Path) -> None:
    """Who reads large has pages of the same size with letters of 18 pt, tagged, and their codes are read too."""
    import pikepdf  # noqa: PLC0415

    (tmp_path / "quiz.toml").write_text(f'title = "Quiz"\n[[question]]\nproblem = "{SHAPE}"\n')
    (tmp_path / "roster.csv").write_text("student,large_print\ns1,yes\ns2,no\n")
    exam = new_exam(tmp_path / "exam", str(tmp_path / "quiz.toml"), tmp_path / "roster.csv")
    large, usual = print_copies(exam, exam.manifest.copies)
    heights: list[float] = []
    for made in (large, usual):
        with pikepdf.open(io.BytesIO(made.blank)) as whole:
            assert [round(float(it)) for it in whole.pages[1].mediabox] == [0, 0, 612, 792]
            assert whole.Root.MarkInfo.Marked
        (tmp_path / "one.pdf").write_bytes(made.blank)
        boxes = run_process(
            ["pdftotext", "-bbox", tmp_path / "one.pdf", "-"], capture_output=True, text=True, check=True
        )
        word = re.search(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">convolution<', boxes.stdout)
        assert word
        heights.append(float(word[2]) - float(word[1]))
    assert heights[0] / heights[1] == pytest.approx(18 / 10.5, rel=0.01)
    assert codes_on(rasters(large.blank, tmp_path)[1]) == [
        PageCode(exam.manifest.exam, large.code, 2, corner) for corner in "AB"
    ]


# Answers


@pytest.mark.parametrize("locale", ["us", "eu", None])
def test_marks_are_what_was_earned(exam: Exam, tmp_path: Path, locale: str | None) -> None:
    """Each student has the marks that were earned, though a spreadsheet saved the file again."""
    rows = filled(exam, frozenset({"1e5"}))
    for row in rows if locale else ():
        row["student"] = saved(row["student"], locale or "")
    taken = take_answers(exam, page(tmp_path, rows))
    assert not taken.found.unmatched
    assert totals(exam) == {"007": 18, "1e5": 15, "3-4": 18, "zoé": 18}


def test_the_code_is_enough(exam: Exam, tmp_path: Path) -> None:
    """A row that has the copy's code in place of the student is the student's."""
    rows = filled(exam)
    for row in rows:
        row["student"], row["seed"] = row["seed"], ""
    take_answers(exam, page(tmp_path, rows))
    assert set(totals(exam)) == set(exam.students)


def test_a_spare_copy(exam: Exam, tmp_path: Path) -> None:
    """Whoever wrote on a spare copy is marked on it; a second student on the same one waits."""
    spare = exam.manifest.copies[-1]
    rows = [
        {"student": it, "seed": spare.code, "question": "2", "answer": "shape", "text": "[1, 2, 3, 4]"}
        for it in ("007", "1e5")
    ]
    taken = take_answers(exam, page(tmp_path, rows))
    assert [(it.student, it.seed) for it in taken.found.submissions] == [("007", spare.code)]
    assert "was taken by '007' above" in taken.found.unmatched[0].why


def test_nobody_has_two_copies(exam: Exam, tmp_path: Path) -> None:
    """Answers of a student on a second copy stop, with both copies: which counts is not guessed."""
    take_answers(exam, page(tmp_path, filled(exam)))
    spare = exam.manifest.copies[-1].code
    more = [{"student": "007", "seed": spare, "question": "2", "answer": "shape", "text": "x"}]
    with pytest.raises(MarkschemeError, match=f"and .* has more on {spare}"):
        take_answers(exam, page(tmp_path, more, "more.csv"))
    assert totals(exam)["007"] == 18


def test_answers_are_not_replaced_silently(exam: Exam, tmp_path: Path) -> None:
    """The same answers may come again; another text stops, with both, unless it is said that the new one counts."""
    rows = filled(exam)
    take_answers(exam, page(tmp_path, rows))
    assert take_answers(exam, page(tmp_path, rows)).new == 0
    rows[1]["text"] = "[9, 9, 9, 9]"
    with pytest.raises(MarkschemeError, match=r"'\[9, 9, 9, 9\]', where answers.csv, row 3 had"):
        take_answers(exam, page(tmp_path, rows, "again.csv"))
    assert set(totals(exam).values()) == {18.0}
    assert take_answers(exam, page(tmp_path, rows, "again.csv"), replacing=True).replaced == 1
    assert totals(exam)["007"] == 15
    assert sum(it.question == "2" and it.student == "007" for it in exam.store.answers().values()) == 1


def test_rows_are_never_changed(exam: Exam, tmp_path: Path) -> None:
    """What stands in the database stays, whoever tries to change it."""
    take_answers(exam, page(tmp_path, filled(exam)))
    store = Store(exam.root / "exam.sqlite")
    for statement in ("UPDATE answers SET text = 'x'", "DELETE FROM events", "UPDATE events SET at = ''"):
        with pytest.raises(Exception, match="rows are never changed"), store._engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_what_waits_is_not_forgotten(exam: Exam, tmp_path: Path) -> None:
    """Rows of nobody wait, whatever else comes in, until their file is mended or all come in by another one."""
    rows = filled(exam)
    strange = [row | {"student": "nobody", "seed": ""} for row in rows if row["student"] == "zoé"]
    first = page(tmp_path, [*[row for row in rows if row["student"] == "007"], *strange])
    take_answers(exam, first)
    assert write_marks(exam, marked(exam)).waiting
    (tmp_path / "other").mkdir()
    take_answers(exam, page(tmp_path / "other", [row for row in rows if row["student"] == "1e5"]))  # of the same name
    outcome = write_marks(exam, marked(exam))
    assert {row.fields["student"] for row in outcome.waiting} == {"nobody"}
    assert len(outcome.waiting) == len(strange)
    listed = list(csv.DictReader(io.StringIO((exam.root / "marks" / "unmatched.csv").read_text("utf-8"))))
    for row in listed:
        row["student"] = "zoé"
    take_answers(exam, page(tmp_path, listed, "mended.csv"))
    assert write_marks(exam, marked(exam)).waiting == []
    assert totals(exam)["zoé"] == 18


# Decisions


def by_hand(exam: Exam, tmp_path: Path, marks: str, name: str = "decided.csv") -> Path:
    """by_hand.csv, filled in."""
    rows = list(csv.DictReader(io.StringIO((exam.root / "marks" / "by_hand.csv").read_text("utf-8"))))
    for row in rows:
        row["marks"] = marks
    return page(tmp_path, rows, name)


@pytest.fixture
def waiting(exam: Exam, tmp_path: Path) -> Exam:
    """An exam in which one answer cannot be read."""
    rows = filled(exam)
    rows[1]["text"] = "]]["
    take_answers(exam, page(tmp_path, rows))
    write_marks(exam, marked(exam))
    return exam


def test_a_decision_is_kept(waiting: Exam, tmp_path: Path) -> None:
    """What a person decides counts, by code and without a name, each time that marks are made; `why` says who."""
    sheet = by_hand(waiting, tmp_path, "2")
    assert "Lovelace" not in sheet.read_text("utf-8")
    assert "007" not in {row["student"] for row in csv.DictReader(io.StringIO(sheet.read_text("utf-8")))}
    assert not take_decisions(waiting, sheet, list(marked(waiting)), "Grace", overriding=False)
    assert totals(waiting)["007"] == 17
    (one,) = why(waiting, "007", "2")
    assert "2 by Grace" in one.decisions[0]
    assert (one.text, one.marks) == ("]][", "2")
    assert take_decisions(waiting, sheet, list(marked(waiting)), "Grace", overriding=False) == []
    assert len(waiting.store.decisions()) == 1


def test_two_people_disagree(waiting: Exam, tmp_path: Path) -> None:
    """Where two people's marks differ neither counts and it is listed; an override settles it."""
    for who, marks in (("Ada", "2"), ("Bob", "3")):
        take_decisions(
            waiting, by_hand(waiting, tmp_path, marks, f"{who}.csv"), list(marked(waiting)), who, overriding=False
        )
    outcome = write_marks(waiting, marked(waiting))
    assert [dict(it.given) for it in outcome.apart] == [{"Ada": 2, "Bob": 3}]
    assert totals(waiting)["007"] == 15
    assert "Ada: 2; Bob: 3" in (waiting.root / "marks" / "disagreements.csv").read_text("utf-8")
    row = {
        "student": "007",
        "question": "2",
        "answer": "shape",
        "marks": "2.5",
        "who": "Cai",
        "why": "half",
        "when": "2026-11-28",
    }
    take_decisions(waiting, page(tmp_path, [row], "over.csv"), list(marked(waiting)), "Cai", overriding=True)
    outcome = write_marks(waiting, marked(waiting))
    assert (outcome.apart, totals(waiting)["007"]) == ([], 17.5)


def test_a_decision_is_of_its_text(waiting: Exam, tmp_path: Path) -> None:
    """A decision on a text that has changed since is not used, and said."""
    take_decisions(waiting, by_hand(waiting, tmp_path, "2"), list(marked(waiting)), "Ada", overriding=False)
    rows = filled(waiting)
    take_answers(waiting, page(tmp_path, rows), replacing=True)
    _, _, stale = decisions_now(waiting, list(marked(waiting)))
    assert len(stale) == 1
    assert totals(waiting)["007"] == 18


# The command line


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process."""

    def run_main(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["markscheme", "exam", *map(str, arguments)])
        code: Any = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out = capsys.readouterr()
        return code, out.out, out.err

    return run_main


def test_an_exam_by_its_commands(run: Run, exam: Exam, tmp_path: Path) -> None:
    """print, mark, decide, why, status and verify do what they say, and say it as JSON too."""
    assert run("print", exam.root)[0] == 0
    assert (exam.root / "print" / "all.pdf").read_bytes().startswith(b"%PDF")
    rows = filled(exam, frozenset({"zoé"}))
    rows.append(dict.fromkeys(rows[0], "x") | {"student": "nobody", "seed": "", "question": "2", "answer": "shape"})
    code, out, err = run("mark", exam.root, page(tmp_path, rows), "--feedback", "--json")
    assert code == 2
    assert "'nobody' has no copy" in err
    assert {it["student"]: it["marks"] for it in json.loads(out)["students"]}["zoé"] == 15
    made = {str(it.relative_to(exam.root / "marks")) for it in (exam.root / "marks").rglob("*.*")}
    assert {"marks.csv", "totals.csv", "unmatched.csv", "report.html"} <= made
    assert {f"feedback/{it.code}.html" for it in exam.manifest.copies[:4]} <= made
    code, out, err = run("why", exam.root, "zoé", "2")
    assert (code, err) == (0, "")
    assert "[1, 1, 1, 1]" in out
    at = next(i for i, row in enumerate(rows, start=2) if (row["student"], row["answer"]) == ("zoé", "shape"))
    assert f"answers.csv, row {at}, " in out
    said = json.loads(run("status", exam.root, "--json")[1])
    assert (said["printed"], said["handed_in"], said["students"]) == (5, 4, 4)
    assert run("verify", exam.root)[0] == 0
    assert set(json.loads(run("variants", exam.root, "--json")[1])["work"]) == {it.code for it in exam.manifest.copies}
    assert len((exam.root / "variants.csv").read_text("utf-8").splitlines()) == 1 + 2 * len(exam.manifest.copies)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("status", "nowhere"), "nowhere is no exam's folder: `markscheme exam new nowhere` makes one"),
        (
            ("why", "FOLDER", "zoe", "2"),
            "no copy 'zoe': name a student of roster.csv, or a code; did you mean 'zoé'?",
        ),
        (("why", "FOLDER", "007", "9z"), "has no question '9z'"),
        (("why", "FOLDER", "007", "2"), "nothing of 007 has come in"),
        (("mark", "FOLDER"), "nothing has come in"),
        (("mark", "FOLDER", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("print", "FOLDER", "--copy", "x"), "has no copy 'x'"),
        (("sit", "FOLDER"), "there is no command 'exam sit'"),
    ],
)
def test_mistakes(run: Run, exam: Exam, arguments: tuple[str, ...], says: str) -> None:
    """A mistake is one line and exit code 2."""
    code, out, err = run(*[exam.root if it == "FOLDER" else it for it in arguments])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_sheets_of_an_earlier_marking_are_named(run: Run, exam: Exam, tmp_path: Path) -> None:
    """Sheets that marks have moved away from are named, until they are made again; those that still hold are not."""
    rows = filled(exam)
    answers = page(tmp_path, rows)
    run("mark", exam.root, answers, "--feedback", "--xlsx")
    assert "earlier marking" not in run("mark", exam.root)[2]
    next(row for row in rows if row["answer"] == "shape")["text"] = "[9, 9, 9, 9]"
    page(tmp_path, rows)
    code, out, err = run("mark", exam.root, answers, "--replace", "--json")
    older = json.loads(out)["of_earlier_marking"]
    assert (code, "of an earlier marking" in err) == (0, True)
    assert {f"feedback/{it.code}.html" for it in exam.manifest.copies if it.student} | {"marks.xlsx"} <= {*older}
    next(row for row in rows if row["answer"] == "shape")["text"] = "[9, 9, 9, 8]"
    page(tmp_path, rows)
    assert "earlier marking" not in run("mark", exam.root, answers, "--replace", "--feedback", "--xlsx")[2]
