"""The teacher's report: its numbers are those of NumPy, and what a student wrote stays text."""

from __future__ import annotations

import random

import numpy as np
import pytest

from markscheme.marking.gradebook import Report, mark_class
from markscheme.marking.groups import waiting
from markscheme.marking.report import report_page, statistics, tallies
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import load_paper

PAPER = load_paper("eecs182-sp23")
KEY = {
    ("5(a)", "v_1"): "[0, 1]",
    ("5(a)", "h_2"): "[1, 2]",
    ("5(a)", "v_2"): "[1, 4]",
    ("2", "favorite"): "convolution",
}
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
FOUND = statistics(PAPER, REPORTS)
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


def test_the_same_wrong_answer_is_one_group() -> None:
    """A wrong value that several gave is one group of those who did, whatever its spelling; a lone one is none."""
    (h_2,) = [answer for answer in FOUND.answers if (answer.question, answer.answer) == ("5(a)", "h_2")]
    wrote = [report.student for report in REPORTS for mark in report.marks if mark.answer == "h_2" and "9" in mark.text]
    assert {group.text: group.students for group in h_2.shared}["[9, 9]"] == tuple(wrote)
    assert all(len(group.students) > 1 for answer in FOUND.answers for group in answer.shared)
    texts = ["1/2, 0", "[0.5, 0]", "(0.5, 0)", "1/2, 1", "[0, 1, 0]", ""]
    spelled = [Submission(f"s{i}", "", {("5(a)", "h_2"): text}) for i, text in enumerate(texts)]
    (h_2,) = [it for it in statistics(PAPER, list(mark_class(PAPER, spelled))).answers if it.answer == "h_2"]
    assert [group.students for group in h_2.shared] == [("s0", "s1", "s2")]


def test_the_same_in_any_order_is_one_group() -> None:
    """Where the order does not matter, wrong answers that differ in it alone are one group."""
    texts = ["deep deep; learn learn", "learn learn; deep deep", "deep learn; learn learn"]
    spelled = [Submission(f"s{i}", "", {("4", "sequences"): text}) for i, text in enumerate(texts)]
    reports = list(mark_class(PAPER, spelled))
    (sequences,) = [it for it in statistics(PAPER, reports).answers if it.answer == "sequences"]
    assert [group.students for group in sequences.shared] == [("s0", "s1")]


def test_where_marks_were_lost() -> None:
    """At each answer the graph counts every student once, and along an arrow those who carried an error on along it."""
    (slot,) = [slot for slot in PAPER.slots if slot.problem.name == "attention/linear_rnn"]
    answers = [
        {"h_2": "[2, 2]", "v_2": "[2, 0]", "k_3": "[3, -1]"},
        {"h_2": "[2, 2]", "v_2": "[2, 1]"},
        {"h_2": "[2, 3]", "v_2": "[2, 1]"},
        {"v_2": "[7, 7]", "k_3": "?"},
    ]
    submissions = [
        Submission(f"s{i}", "", {("5(a)", name): text for name, text in said.items()}) for i, said in enumerate(answers)
    ]
    reports = list(mark_class(PAPER, submissions))
    by_name = {it.id: it for it in tallies(PAPER, slot, reports)}
    assert {name: set(it.carried) for name, it in by_name.items()} == {
        "v_1": set(), "h_2": set(), "v_2": {"h_2"}, "k_3": {"h_2"}, "h_out": {"h_2"},
        "output": {"v_1", "v_2", "k_3", "h_out"},
    }  # fmt: skip
    assert by_name["h_2"].counts == {"wrong": 2, "right": 1, "blank": 1}
    assert by_name["v_2"].counts == {"follow-through": 1, "right": 2, "wrong": 1}
    assert by_name["v_2"].carried == by_name["k_3"].carried == {"h_2": 1}
    assert by_name["k_3"].counts == {"follow-through": 1, "blank": 2, "unreadable": 1}
    assert all(sum(it.counts.values()) == len(reports) for it in by_name.values())
    page = report_page(PAPER, reports)
    assert "v_2: 2 right, 1 follow-through, 1 wrong; from an error in h_2: 1." in page
    alone = load_paper("eecs182-sp23", ("convolution/output_shape",))
    assert "Where marks were lost" not in report_page(alone, list(mark_class(alone, [Submission("s1", "", {})])))


def test_what_does_not_count_is_nothing() -> None:
    """A student who did not sign counts as nothing, and one student has no reliability."""
    unsigned = list(mark_class(PAPER, [Submission("s1", "", {("1", "honor_code"): "", **KEY})]))
    assert statistics(PAPER, unsigned).totals == (0,)
    assert statistics(PAPER, unsigned).alpha is None


def test_the_page_shows_text_as_text() -> None:
    """The page has every answer, and no tag that a student wrote."""
    page = report_page(PAPER, REPORTS)
    assert "24 students" in page
    assert "<b>[1, 1]" not in page
    assert "&lt;b&gt;[1, 1]" in page
    for answer in FOUND.answers:
        assert f"<td>{answer.question}</td><td>{answer.answer}</td>" in page


def test_copies_with_numbers_of_their_own() -> None:
    """Where copies have different numbers the page says that the same value may come of different errors."""
    paper = load_paper("eecs182-practice", ("attention/linear_rnn",))
    (space, *_) = paper.spaces
    for seed, said in (("7", True), ("common:7", False)):
        submissions = [Submission(f"s{i}", seed, {(space.label, "h_2"): "[99, 99]"}) for i in range(3)]
        page = report_page(paper, list(mark_class(paper, submissions)))
        assert "<td>[99, 99]</td><td>3</td><td>s0, s1, s2</td>" in page
        assert ("numbers of their own" in page) == said


def test_what_waits_is_grouped_by_what_it_means() -> None:
    """Each waiting answer stands in one group, with those that mean the same, the largest first."""
    place = ("6(b)", "why")
    texts = ["It is  augmented first.", "It is augmented first.", "Another reason.", ""]
    reports = list(mark_class(PAPER, [Submission(f"s{i}", "", {place: text}) for i, text in enumerate(texts)]))
    found = [group for group in waiting(PAPER, reports) if (group.question, group.answer) == place]
    assert [group.students for group in found] == [("s0", "s1"), ("s2",)]
    queued = [(it.student, it.question, it.answer) for report in reports for it in report.marks if it.is_queued]
    grouped = [(who, it.question, it.answer) for it in waiting(PAPER, reports) for who in it.students]
    assert sorted(grouped) == sorted(queued)
    assert "Answers that mean the same, and wait" in report_page(PAPER, reports)
