"""A paper exam's folder at the desk: the same pages, and answers and decisions stay where the command line has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam, new_exam, open_exam
from markscheme.exam.marking import empty_sheet, marked, standing, take_answers
from markscheme.web.desks import serve_folder
from tests.web.marking_site import PAPER, SHAPE_AT, WHY_AT, change_key, decide, done, group
from tests.web.site import World, world


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of two students on paper, with their answers."""
    base = tmp_path_factory.mktemp("paper")
    change_key(base)
    (base / "quiz.toml").write_text(PAPER, "utf-8")
    (base / "roster.csv").write_text("student,last,first\ns001,Lovelace,Ada\ns002,Noether,Emmy\n", "utf-8")
    exam = new_exam(base / "quiz", str(base / "quiz.toml"), base / "roster.csv")
    rows = list(csv.DictReader(io.StringIO(empty_sheet(exam))))
    for row in rows:
        row["text"] = {"honor_code": "signed", "why": "It is large.", "shape": "huh ]]"}.get(row["answer"], "7")
    page = base / "answers.csv"
    with page.open("w", newline="") as file:
        sheet = csv.DictWriter(file, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)
    take_answers(exam, page)
    return exam.root


@pytest.fixture
def it(folder: Path, tmp_path: Path) -> Iterator[World]:
    found = world(tmp_path)
    found.site.jobs = 0
    found.exam = serve_folder(found.site, folder, found.people["operator"], found.time[0])
    yield found
    found.site.close()


def test_a_folder_is_marked_and_decided_at_the_desk(it: World, folder: Path) -> None:
    """The operator marks it; a decision is the same as one of `exam decide`, and the command line finds it."""
    operator = it.client("operator")
    assert "2 handed in and not marked" in operator.get(f"/exams/{it.exam}/mark").text
    operator.act(f"/exams/{it.exam}/mark")
    assert not done(it).failed
    form = group(operator, it, *SHAPE_AT)
    assert decide(operator, it, form, marks_0="1.5", comment="Brackets.").status_code == 200
    exam: Exam = open_exam(folder)
    assert {(row.marks, row.who, row.kind, row.on_text) for row in exam.store.decisions()} == {
        ("3/2", "Operator", "by hand", "huh ]]")
    }  # fmt: skip
    reports, apart, stale = standing(exam, marked(exam))
    assert (apart, stale) == ([], [])
    assert [m.verdict.marks for r in reports for m in r.marks if m.answer == "shape"] == [1.5, 1.5]
    wrote = operator.act(f"/exams/{it.exam}/mark/write")
    assert "marks.csv" in wrote.text
    totals = list(csv.DictReader(io.StringIO((folder / "marks" / "totals.csv").read_text("utf-8"))))
    assert {row["student"]: float(row["marks"]) for row in totals} == {r.student: float(r.total) for r in reports}


def test_the_desk_of_a_folder_has_no_names(it: World, folder: Path) -> None:
    """Codes alone, on every page from the first, which leads there; who marks nothing of it sees no way to it."""
    operator = it.client("operator")
    way = f'href="/exams/{it.exam}/mark"'
    assert way in operator.get("/").text
    assert way not in it.client("ann").get("/").text
    operator.act(f"/exams/{it.exam}/mark")
    done(it)
    code = group(operator, it, *WHY_AT)["code"]
    base = f"/exams/{it.exam}"
    for address in ("mark", "mark/copies", f"mark/copy/{code}", "report", "mark/answers?question=2&answer=why"):
        response = operator.get(f"{base}/{address}")
        assert response.status_code == 200, address
        for secret in ("s001", "s002", "Lovelace", "Noether", *[it.seed for it in open_exam(folder).manifest.copies]):
            assert secret not in response.text, address


def test_a_folder_is_for_whom_the_server_was_started_by(it: World) -> None:
    """Nobody else sees it; started without its folder, the server says how to start it."""
    for name in ("teacher", "marker", "ann", "stranger"):
        assert it.client(name).get(f"/exams/{it.exam}/mark").status_code == 404
    it.site.exams.clear()
    response = it.client("operator").get(f"/exams/{it.exam}/mark")
    assert response.status_code == 404
    assert "--exam" in response.text


def test_what_is_no_exams_folder_is_refused(it: World, tmp_path: Path) -> None:
    """In one line, before anything is served."""
    with pytest.raises(MarkschemeError, match="no exam's folder"):
        serve_folder(it.site, tmp_path, it.people["operator"], 0)
