"""Published exams of other courses, restated in examples/: they prove, print, and a class that sits them is marked."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from markscheme.core.proof import prove, unconfirmed
from markscheme.marking.gradebook import mark_paper
from markscheme.marking.report import statistics
from markscheme.marking.submissions import Submission
from markscheme.paper.copies import make_copy
from markscheme.paper.plan import Paper, load_paper
from markscheme.paper.printing import pdf

EXAMPLES = Path(__file__).parents[1] / "examples"
EXAMS = ("dsc40a-sp24", "mit18440-fa12", "mit5111-fa08")
REFUTED = {"dsc40a-sp24": ["factor_d"]}
"""What the computation refutes of what was printed."""
every_exam = pytest.mark.parametrize("name", EXAMS)


@pytest.fixture(scope="module")
def exams() -> dict[str, Paper]:
    return {name: load_paper(f"{EXAMPLES / name}.toml") for name in EXAMS}


@pytest.fixture(scope="module")
def simulate() -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / "simulate.py"))


@every_exam
def test_exams_are_proven(name: str, exams: dict[str, Paper]) -> None:
    """Each exam asks at least six questions, and each answer has a second way, at its numbers and at others."""
    paper = exams[name]
    assert len(paper.spaces) >= 6
    for slot in paper.slots:
        proof = prove(slot.problem, [str(seed) for seed in range(20)])
        assert not proof.unchecked, slot.problem.name
        assert slot.variant is not None
        assert not unconfirmed(slot.problem, slot.problem.answers)


@every_exam
def test_errata_of_exams(name: str, exams: dict[str, Paper]) -> None:
    """What was printed holds, but for what the computation refutes."""
    assert [found.about for found in exams[name].errata()] == REFUTED.get(name, [])


@every_exam
def test_exams_are_printed(name: str, exams: dict[str, Paper]) -> None:
    """Blank and key are PDFs."""
    copy = make_copy(exams[name], "")
    for solutions in (False, True):
        assert pdf(copy, solutions=solutions).startswith(b"%PDF")


@every_exam
def test_a_class_of_twenty(name: str, exams: dict[str, Paper], simulate: dict[str, Any]) -> None:
    """Twenty students are marked, apart from each other; right answers earn all, and nothing is unreadable."""
    paper, students = exams[name], [f"s{number:03}" for number in range(20)]
    reports = [
        mark_paper(
            paper,
            Submission(it, "sim", {(q, a): text for q, a, text in simulate["answers_of"](paper, f"sim/{it}", it)}),
        )
        for it in students
    ]
    found = statistics(paper, reports)
    assert len(set(found.totals)) > 5
    assert max(found.totals) <= paper.marks
    assert not any(report.unreadable for report in reports)
    assert any(answer.slips for answer in found.answers)
    right = {
        (space.label, it.name): it.kind.write(paper.items("sim")[space.slot.label].values[it.name])
        for space in paper.spaces for it in space.answers
    }  # fmt: skip
    assert mark_paper(paper, Submission("s", "sim", right)).total == paper.marks


def test_the_script_runs(tmp_path: Path, simulate: dict[str, Any]) -> None:
    """The script prints, fills in, marks, and writes feedback, for a class as small as two."""
    main = simulate["main"]
    main.__globals__["STUDENTS"] = 2
    main(f"{EXAMPLES / 'mit5111-fa08'}.toml", tmp_path)
    assert (tmp_path / "marks" / "report.html").is_file()
    assert len(list((tmp_path / "marks" / "feedback").iterdir())) == 2
