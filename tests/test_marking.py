"""Whole classes: what answers.csv says, and what marks.csv says of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.catalog import catalog
from markscheme.core.errors import MarkschemeError
from markscheme.marking.gradebook import Report, decimal, mark_class, mark_paper, marks_csv, totals_csv
from markscheme.marking.roll import copy_seed
from markscheme.marking.submissions import (
    Submission,
    empty_answers,
    is_filled_in,
    questions_of,
    read_answers,
)
from markscheme.paper.plan import Paper, PaperEntry
from markscheme.paper.roster import Student
from markscheme.paper.tables import BrokenRow, safe_cell

RNN, SHAPE = "attention/linear_rnn", "convolution/output_shape"
SECTION_0: list[dict[str, Any]] = [
    {"kind": "honor_code", "marks": 1},
    {"kind": "free", "name": "favorite", "marks": 4},
]
HEAD = "student,seed,question,answer,text\n"


def plan(*questions: dict[str, Any]) -> Paper:
    """A paper of some questions, as its file would have them."""
    return Paper("quiz", PaperEntry.model_validate({"title": "Quiz", "question": questions}), catalog())


def key_of(paper: Paper, seed: str) -> dict[tuple[str, str], str]:
    """The key of a copy as a student would write it, and section 0 as one should."""
    items = paper.items(seed)
    written = {
        (space.label, answer.name): answer.kind.write(items[space.slot.label].key[answer.name])
        for space in paper.spaces
        for answer in space.answers
    }
    section_0 = {(str(question.number), question.answer_name): "signed" for question in paper.section_0}
    return section_0 | written


def submission(paper: Paper, changed: Mapping[tuple[str, str], str | None] = MappingProxyType({})) -> Submission:
    """The key of a student's copy, with some answers changed, or left out where None."""
    texts: dict[tuple[str, str], str | None] = {**key_of(paper, "2026/s1"), **changed}
    return Submission("s1", "2026", {name: text for name, text in texts.items() if text is not None})


def read(folder: Path, text: str, paper: Paper, seed: str | None = None) -> tuple[list[Submission], list[BrokenRow]]:
    page = folder / "answers.csv"
    page.write_text(text, "utf-8")
    return read_answers(page, paper, seed)


def statuses(report: Report) -> dict[tuple[str, str], str]:
    return {(mark.question, mark.answer): mark.verdict.status for mark in report.marks}


def test_what_goes_on_from_what_nobody_has_read_waits() -> None:
    """An answer that nobody has read off its page earns nothing yet, nor does a later one that may go on from it and is
    not the key; one that is the key is right, one that was left blank is blank, and others are marked as ever.
    """
    paper = plan({"problem": RNN}, {"problem": SHAPE})
    said = submission(paper, {("1(a)", "h_2"): None, ("1(a)", "h_out"): "[91, 92]", ("2", "shape"): "[91]"})
    read = statuses(mark_paper(paper, said))
    said.unread["1(a)", "h_2"] = "(page 1 has not come in)"
    marks = mark_paper(paper, said)
    assert statuses(marks) == read | {("1(a)", "h_2"): "by hand", ("1(a)", "h_out"): "by hand"}
    assert (read["1(a)", "h_2"], read["2", "shape"]) == ("blank", "wrong")
    assert {it.text for it in marks.marks if it.answer == "h_2"} == {"(page 1 has not come in)"}
    said.answers["1(a)", "h_out"] = ""
    assert statuses(mark_paper(paper, said))["1(a)", "h_out"] == "blank"


# From the file that `paper` writes to full marks


def everything(names: Sequence[str] = tuple(catalog())) -> Paper:
    """Section 0 and every problem of the bank: drawn, alone and beside others, and every published variant."""
    published = [{"problem": name, "published": variant} for name in names for variant in catalog()[name].variants]
    parts = [{"part": part} for part in (published[:20], published[20:]) if part]
    return plan(*SECTION_0, *[{"problem": name} for name in names], *parts, {"problem": names[0]})


@pytest.mark.parametrize(
    ("students", "column", "seed", "paper"),
    [
        ([Student("s1")], "", "2026", everything()),
        ([Student("s1"), Student("é-2")], "2026", None, everything([RNN, "point_clouds/downsampling"])),
        ([Student("s1"), Student("s2")], "common:2026", None, everything([RNN, "point_clouds/downsampling"])),
    ],
    ids=["one", "own", "common"],
)
def test_round_trip(tmp_path: Path, students: list[Student], column: str, seed: str | None, paper: Paper) -> None:
    """The answers.csv that `paper` writes, filled with the key, earns every mark that no person gives."""
    rows = list(csv.DictReader(empty_answers(paper, column, students).splitlines()))
    assert {row["text"] for row in rows} == {""}
    seeds = {it.student: copy_seed(column or seed or "", it.student) for it in students}
    keys = {student: key_of(paper, own) for student, own in seeds.items()}
    for row in rows:
        row["text"] = keys[row["student"]][row["question"], row["answer"]]
    filled = io.StringIO()
    writer = csv.DictWriter(filled, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    submissions, broken = read(tmp_path, filled.getvalue(), paper, seed)
    assert not broken
    reports = list(mark_class(paper, submissions))
    asked = [(space, answer) for space in paper.spaces for answer in space.answers]
    assert [report.student for report in reports] == [student.student for student in students]
    for report in reports:
        by_hand = {key for key, status in statuses(report).items() if status == "by hand"}
        assert by_hand == {(space.label, answer.name) for space, answer in asked if answer.kind.by_hand}
        assert set(statuses(report).values()) == {"right", "by hand"}
        assert report.out_of == paper.marks
        waiting = sum(mark.verdict.out_of for mark in report.marks if mark.verdict.status == "by hand")
        assert report.total == paper.marks - waiting
        assert (report.counts, f"{report.note}") == (True, "")


def test_a_row_an_answer() -> None:
    """answers.csv has a row for every student and answer, in printed order; without a roster for one without a name."""
    paper = plan(*SECTION_0, {"problem": RNN})
    rows = list(csv.reader(empty_answers(paper, "common:7", []).splitlines()))
    assert rows[0] == HEAD.strip().split(",")
    asked = [(question, name) for question, names in questions_of(paper).items() for name in names]
    assert [(question, name) for _, _, question, name, _ in rows[1:]] == asked
    assert asked[:3] == [("1", "honor_code"), ("2", "favorite"), ("3(a)", "v_1")]
    assert {(student, seed) for student, seed, *_ in rows[1:]} == {("", "common:7")}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (HEAD, False),
        (HEAD + "s1,7,1(a),h_2,\n,,1(a),h_2,\n\n", False),
        (HEAD + "s1,7,1(a),h_2,x\n", True),
        ("anything else", False),
        ("other,columns\n1,2\n", True),
        (HEAD + '"', True),
    ],
)
def test_filled_in(tmp_path: Path, text: str, filled: bool) -> None:
    """A file is filled in as soon as anything stands in it that an empty answers.csv has not."""
    page = tmp_path / "answers.csv"
    assert not is_filled_in(page)
    page.write_text(text)
    assert is_filled_in(page) == filled


# Section 0


@pytest.mark.parametrize(
    ("text", "status", "counts", "note"),
    [
        ("signed", "right", True, ""),
        (" Signed ", "right", True, ""),
        ("yes", "right", True, ""),
        ("unsigned", "wrong", False, "not signed: nothing counts"),
        ("no", "wrong", False, "not signed: nothing counts"),
        ("", "blank", False, "not signed: nothing counts"),
        ("  ", "blank", False, "not signed: nothing counts"),
        ("illegible", "by hand", True, "neither 'signed' nor 'unsigned': look at the paper"),
        (None, "by hand", True, "no row says whether the honor code is signed: look at the paper"),
    ],
)
def test_honor_code(text: str | None, status: str, counts: bool, note: str) -> None:
    """Unsigned or blank: nothing counts. No such row, or words that say neither: marks stand, and a person is told."""
    paper = plan(*SECTION_0, {"problem": RNN})
    report = mark_paper(paper, submission(paper, {("1", "honor_code"): text}))
    assert statuses(report)["1", "honor_code"] == status
    assert (report.counts, bool(report.note)) == (counts, bool(note))
    assert note in f"{report.note}"
    assert report.total == ((14 + 4 + (status == "right")) if counts else 0)
    assert report.out_of == 19
    rows = list(csv.DictReader(marks_csv([report]).splitlines()))
    assert sum(Fraction(row["marks"]) for row in rows) == report.total
    assert report.as_json()["counts"] == counts


def test_no_honor_code() -> None:
    """A paper without an honor code asks for no signature."""
    paper = plan({"problem": SHAPE})
    report = mark_paper(paper, submission(paper))
    assert (report.total, f"{report.note}") == (3, "")


@pytest.mark.parametrize(
    ("text", "status", "marks"), [("pizza", "right", 4), ("0", "right", 4), ("", "blank", 0), (None, "by hand", 0)]
)
def test_favorite(text: str | None, status: str, marks: int) -> None:
    """Any answer to a free question earns its marks; without a row a person looks at the paper."""
    paper = plan(*SECTION_0, {"problem": SHAPE})
    report = mark_paper(paper, submission(paper, {("2", "favorite"): text}))
    assert statuses(report)["2", "favorite"] == status
    assert report.total == 1 + 3 + marks


# Marks


@pytest.mark.parametrize("marks", [14, 7, 10, 1, 2.5, 0])
def test_follow_through_and_scale(marks: float) -> None:
    """A wrong h_2 carried on correctly costs h_2 alone, and the paper's marks are shared in whole or half ones."""
    paper = plan({"problem": SHAPE}, {"problem": RNN, "published": True, "marks": marks})
    wrong = {("2(a)", "v_1"): "[0,1]", ("2(a)", "h_2"): "[2,2]", ("2(a)", "v_2"): "[2,0]"}
    report = mark_paper(paper, submission(paper, {name: wrong.get(name, "") for name in key_of(paper, "")}))
    found = statuses(report)
    assert [found["2(a)", name] for name in ("v_1", "v_2", "k_3")] == ["right", "follow-through", "blank"]
    assert found["2(a)", "h_2"] in ("wrong", "slip")
    given = paper.slots[1].layout.marks
    assert report.total == given["v_1"] + given["v_2"]
    assert report.out_of == 3 + Fraction(str(marks))
    assert all((2 * it).denominator == 1 for it in given.values()) or marks < len(given) / 2
    assert {
        abs(Fraction(str(marks)) * answer.marks / 14 - given[answer.name]) < 1 for answer in paper.slots[1].layout.asked
    } == {True}


def test_follow_through_across_labels() -> None:
    """An error in one part is carried on into the next part of the same problem, and into no other problem."""
    paper = plan({"problem": RNN, "published": True}, {"problem": RNN, "seed": 5})
    item = paper.items("")["1"]
    values = dict(item.values)
    values["v_2"] = type(item.key["v_2"])((7, -8))
    carried = item.problem.answers["output"].wired(values)
    wrong = {("1(a)", "v_2"): "[7, -8]", ("1(b)", "output"): item.problem.answers["output"].kind.write(carried)}
    report = mark_paper(paper, submission(paper, wrong))
    found = {name: status for name, status in statuses(report).items() if status != "right"}
    assert found.keys() == {("1(a)", "v_2"), ("1(b)", "output")}
    assert found["1(b)", "output"] == "follow-through"
    assert report.total == 26


def test_blank_and_unreadable() -> None:
    """What is left out is blank and what cannot be read is unreadable; both earn nothing, and cost nothing else."""
    paper = plan({"problem": RNN})
    report = mark_paper(paper, submission(paper, {("1(a)", "h_2"): None, ("1(a)", "k_3"): "]]["}))
    found = statuses(report)
    assert (found["1(a)", "h_2"], found["1(a)", "k_3"]) == ("blank", "unreadable")
    assert report.total == 10
    assert (report.unreadable, report.waiting) == (1, 0)


@given(marks=st.fractions(0, 100, max_denominator=60))
def test_decimal_marks(marks: Fraction) -> None:
    """Marks in a file are decimals, which no spreadsheet takes for a date, and as exact as ten digits."""
    assert abs(Fraction(decimal(marks)) - marks) <= Fraction(1, 10**7)


# Rows


ROWS = [
    ("s1,2026,9z,h_2,x", "column 'question'"),
    ("s1,2026,1(c),h_2,x", "has no question '1(c)'; did you mean '1(b)' or '1(a)'?"),
    ("s1,2026,1(a),h2,x", "did you mean 'h_2'"),
    ("s1,2026,1(a),output,x", "column 'answer'"),
    (",2026,1(a),h_2,x", "column 'student' is empty"),
    ("s1,,1(a),h_2,x", "column 'seed' is empty"),
    ("s2,,1(a),h_2,x", "column 'seed' is empty; it is in the footer of the copy, or give --seed"),
    ("s1,2027,1(a),h_2,x", "'2027', but s1 has '2026' above"),
    ("s1,2026,1(a),v_1,x", "twice"),
    ("s1,2026,1(a),h_2,[1,2]", "6 columns, but the first row names 5; quote cells that have commas"),
    ('s1,2026,1(a),h_2,"[1,2', "check the quotes"),
    ('s1,2026,1(a),h_2,"[1,2]"]', "check the quotes"),
    ("s1,2026,1(a)", "asks no ''"),
]


@pytest.mark.parametrize(("row", "says"), ROWS, ids=[row for row, _ in ROWS])
def test_broken_row(tmp_path: Path, row: str, says: str) -> None:
    """A broken row is named with its number, its column and what is wrong; those around it are kept."""
    paper = plan({"problem": RNN})
    text = f'{HEAD}s1,2026,1(a),v_1,"[1, 2]"\n{row}\ns1,2026,1(b),output,"[3, 4]"\n'
    submissions, broken = read(tmp_path, text, paper)
    assert [(one.file, one.row) for one in broken] == [("answers.csv", 3)]
    assert says in broken[0].complaint
    assert [one.student for one in submissions] == ["s1"]
    assert submissions[0].answers == {("1(a)", "v_1"): "[1, 2]", ("1(b)", "output"): "[3, 4]"}


@pytest.mark.parametrize(("column", "given_seed"), [("2027", "2026"), ("common:2027", "2026"), ("2026/s1", "2026")])
def test_wrong_seed(tmp_path: Path, column: str, given_seed: str) -> None:
    """A row of another seed than --seed is not marked against the wrong numbers, but named."""
    paper = plan({"problem": RNN})
    submissions, broken = read(tmp_path, f"{HEAD}s1,{column},1(a),h_2,x\n", paper, given_seed)
    assert not submissions
    assert broken[0].complaint == f"column 'seed' is {column!r}, but --seed is {given_seed!r}"


@pytest.mark.parametrize(("column", "copied"), [("2026", "2026/s1"), ("common:2026", "2026"), ("", "7/s1")])
def test_copy_seed(tmp_path: Path, column: str, copied: str) -> None:
    """A student's copy is of the seed S/student, or of S where everyone had the same; S may come from --seed."""
    paper = plan({"problem": RNN})
    text = f"{HEAD}s1,{column},1(a),h_2,x\n"
    (one,), broken = read(tmp_path, text, paper, None if column else "7")
    assert not broken
    assert one.copy_seed == copied


def test_no_seed_column(tmp_path: Path) -> None:
    """The seed's column may be missing, where --seed says it or nothing is drawn."""
    text = "student,question,answer,text\ns1,1(a),h_2,x\n"
    assert read(tmp_path, text, plan({"problem": RNN}), "7")[0][0].copy_seed == "7/s1"
    assert read(tmp_path, text, plan({"problem": RNN, "published": True}))[0][0].answers
    assert "'seed' is empty" in read(tmp_path, text, plan({"problem": RNN}))[1][0].complaint


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(texts=st.lists(CELLS, min_size=1, max_size=5))
def test_any_text_is_read(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Whatever students wrote, rows that a CSV writer wrote are read as they were, lines and quotes included."""
    paper = plan({"problem": RNN, "published": True})
    page = io.StringIO()
    csv.writer(page).writerows(
        [HEAD.strip().split(",")] + [[f"s{i}", "", "1(a)", "h_2", t] for i, t in enumerate(texts)]
    )
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(page.getvalue().encode())
    submissions, broken = read_answers(path, paper)
    assert not broken
    assert [one.answers["1(a)", "h_2"] for one in submissions] == [text.strip() for text in texts]


@given(junk=st.text(st.sampled_from('",\n\r a[1'), max_size=30), kept=st.integers(1, 3))
def test_junk_costs_its_own_rows(tmp_path_factory: pytest.TempPathFactory, junk: str, kept: int) -> None:
    """Junk between rows never raises, never goes unsaid, and never costs the rows before it."""
    paper = plan({"problem": RNN, "published": True})
    rows = [f's{i},,1(a),h_2,"[1, 2]"\n' for i in range(kept)]
    path = tmp_path_factory.getbasetemp() / "junk.csv"
    path.write_bytes((HEAD + "".join(rows) + junk).encode())
    submissions, broken = read_answers(path, paper)
    assert [one.student for one in submissions] == [f"s{i}" for i in range(kept)]
    assert bool(broken) == any(cell.strip(' ",') for cell in junk.splitlines()) or '"' in junk or "," in junk


@given(text=st.text(max_size=60))
def test_no_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """A file of any text that is no answers.csv is refused with a MarkschemeError that names it."""
    path = tmp_path_factory.getbasetemp() / "file.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(MarkschemeError, match=re.escape(str(path))):
        read_answers(path, plan({"problem": RNN, "published": True}))


# What is written


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3", "-x", "=1", "@1", "＝1", "\t=1"]
)
def test_formula(text: str) -> None:
    """A cell that a spreadsheet could run as a formula begins with an apostrophe, in marks.csv and totals.csv."""
    assert safe_cell(text) == f"'{text}"
    paper = plan({"problem": RNN})
    report = mark_paper(paper, Submission(text, text, {("1(a)", "h_2"): text}))
    cells = [
        cell
        for page in (marks_csv([report]), totals_csv([report]))
        for row in csv.reader(io.StringIO(page))
        for cell in row
    ]
    assert text not in cells
    assert cells.count(f"'{text}") > 3


@pytest.mark.parametrize("text", ["", "-3", "-1/2", "+4", "-0.5", "[2, 3]", "x = 1", "1e-3", "-1e-3"])
def test_no_formula(text: str) -> None:
    """Numbers and plain text are written as they are."""
    assert safe_cell(text) == text


@given(text=CELLS)
def test_safe_cells(text: str) -> None:
    """No cell begins with the sign of a formula unless it is a number."""
    cell = safe_cell(text)
    assert cell in {text, f"'{text}"}
    if cell[:1] in set("=@\t\r"):
        pytest.fail(cell)
    if cell[:1] in set("+-"):
        assert Fraction(cell) is not None


def test_files_have_every_answer() -> None:
    """marks.csv has a row for each answer with a reason, totals.csv one for each student, and they agree."""
    paper = plan(*SECTION_0, {"problem": RNN, "marks": 10}, {"problem": SHAPE})
    students = [Submission(f"s{i}", "2026", key_of(paper, f"2026/s{i}")) for i in range(3)]
    students[1].answers["3(a)", "h_2"] = "[99, 98]"
    reports = list(mark_class(paper, students))
    marks = list(csv.DictReader(marks_csv(reports).splitlines()))
    totals = list(csv.DictReader(totals_csv(reports).splitlines()))
    assert len(marks) == 3 * 9
    assert len(totals) == 3
    assert all(row["reason"] for row in marks)
    for row in totals:
        own = [mark for mark in marks if mark["student"] == row["student"]]
        assert float(row["marks"]) == pytest.approx(sum(float(mark["marks"]) for mark in own))
        assert float(row["out_of"]) == pytest.approx(sum(float(mark["out_of"]) for mark in own))
    assert [float(row["marks"]) == 18 for row in totals] == [True, False, True]


def test_json_of_a_report() -> None:
    """A report as plain data has the total, and every answer with its question, text, status and reason."""
    paper = plan({"problem": SHAPE})
    data = mark_paper(paper, submission(paper)).as_json()
    assert (data["student"], data["marks"], data["out_of"]) == ("s1", 3, 3)
    answers = data["answers"]
    assert isinstance(answers, list)
    assert set(answers[0]) == {
        "question", "answer", "text", "decided", "status", "marks", "out_of", "reason", "sentence",
        "slips", "carried_from", "value",
    }  # fmt: skip


def test_reasons_keep_keys() -> None:
    """No reason prints the key of an answer."""
    paper = plan({"problem": RNN, "seed": 11})
    report = mark_paper(paper, submission(paper, dict.fromkeys(key_of(paper, ""), "[91, 92]")))
    keys = set(key_of(paper, "").values())
    assert not any(key in mark.verdict.reason for mark in report.marks for key in keys)
