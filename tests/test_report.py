"""The teacher's report: its numbers are those of NumPy, and what a student wrote stays text."""

from __future__ import annotations

import random

import numpy as np
import pytest

from markscheme.marking.gradebook import Report, mark_class
from markscheme.marking.report import report_page, statistics
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import load_paper

PAPER = load_paper("eecs182-sp23")
KEY = {("5a", "v_1"): "[0, 1]", ("5a", "h_2"): "[1, 2]", ("5a", "v_2"): "[1, 4]", ("2", "favorite"): "convolution"}
SPOILED = ("", "[9, 9]", "[9,  9]", "<b>[1, 1]</b>")


def _class(count: int) -> list[Report]:
    shuffled = random.Random(3)
    submissions = [
        Submission(
            f"s{i:02}",
            "",
            {("1", "honor_code"): "signed"}
            | {
                place: text if shuffled.random() < i / count else shuffled.choice(SPOILED)
                for place, text in KEY.items()
            },
        )
        for i in range(count)
    ]
    return list(mark_class(PAPER, submissions))


REPORTS = _class(24)
FOUND = statistics(REPORTS)
MARKS = np.array([[float(mark.verdict.marks) for mark in report.marks] for report in REPORTS])


def test_reliability_is_cronbachs_alpha() -> None:
    """Alpha is k/(k-1) (1 - sum of the answers' variances / variance of the totals), as NumPy computes it."""
    count = MARKS.shape[1]
    alpha = count / (count - 1) * (1 - MARKS.var(axis=0).sum() / MARKS.sum(axis=1).var())
    assert FOUND.alpha == pytest.approx(alpha)
    assert FOUND.totals == pytest.approx(MARKS.sum(axis=1))


def test_difficulty_and_discrimination() -> None:
    """Difficulty is the share earned, discrimination NumPy's correlation with the rest of the paper."""
    for place, answer in enumerate(FOUND.answers):
        own, rest = MARKS[:, place], np.delete(MARKS, place, axis=1).sum(axis=1)
        assert answer.difficulty == pytest.approx(own.mean() / answer.out_of if answer.out_of else 1)
        if own.std() == 0:
            assert answer.discrimination is None
        else:
            assert answer.discrimination == pytest.approx(np.corrcoef(own, rest)[0, 1])


def test_the_same_wrong_answer_is_counted_once() -> None:
    """A wrong text that several wrote is one group, whatever its spacing, and a lone one is none."""
    (h_2,) = [answer for answer in FOUND.answers if (answer.question, answer.answer) == ("5a", "h_2")]
    written = [
        mark.text for report in REPORTS for mark in report.marks
        if (mark.question, mark.answer) == ("5a", "h_2") and mark.verdict.status == "wrong"
    ]  # fmt: skip
    assert h_2.wrong["[9, 9]"] == sum("9" in text for text in written) > 1
    assert all(count > 1 for count in h_2.wrong.values())


def test_what_does_not_count_is_nothing() -> None:
    """A student who did not sign counts as nothing, and one student has no reliability."""
    unsigned = list(mark_class(PAPER, [Submission("s1", "", {("1", "honor_code"): "", **KEY})]))
    assert statistics(unsigned).totals == (0,)
    assert statistics(unsigned).alpha is None


def test_the_page_shows_text_as_text() -> None:
    """The page has every answer, and no tag that a student wrote."""
    page = report_page(PAPER, REPORTS)
    assert "24 students" in page
    assert "<b>[1, 1]" not in page
    assert "&lt;b&gt;[1, 1]" in page
    for answer in FOUND.answers:
        assert f"<td>{answer.question}</td><td>{answer.answer}</td>" in page
