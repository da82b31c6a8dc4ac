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
    (nines,) = [it for it in h_2.same if "9" in it.text]
    assert len(nines.students) == sum("9" in text for text in written) > 1
    assert all(len(it.students) > 1 for it in h_2.same)


def test_notations_of_one_value_are_one_group() -> None:
    """Wrong answers of one value are one group, however they were written, and it names its students."""
    texts = ["[9, 9]", "(9, 9)", "9 9", "[9, 8]"]
    said = [
        Submission(f"s{i}", "", {("1", "honor_code"): "signed", ("5a", "h_2"): text}) for i, text in enumerate(texts)
    ]
    (h_2,) = [answer for answer in statistics(list(mark_class(PAPER, said))).answers if answer.answer == "h_2"]
    assert [it.students for it in h_2.same] == [("s0", "s1", "s2")]


def test_the_graph_shows_where_marks_were_lost() -> None:
    """Each problem whose answers build on each other has a graph with its counts, and no other problem has one."""
    page = report_page(PAPER, REPORTS)
    drawn = page.partition("Where marks were lost")[2].partition("<h2>Slips")[0]
    assert "5. Attention on linear RNNs" in drawn
    assert "Output shape" not in drawn
    (h_2,) = [answer for answer in FOUND.answers if (answer.question, answer.answer) == ("5a", "h_2")]
    assert f"{h_2.statuses['right']} · {h_2.statuses['follow-through']} · " in drawn


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
