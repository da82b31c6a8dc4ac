"""Feedback sheets: every mark with its reason, a student's own numbers in what was carried on, and text as text."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from markscheme.marking.decisions import Decision, decided
from markscheme.marking.feedback import feedback
from markscheme.marking.gradebook import mark_paper
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import load_paper

PAPER = load_paper("eecs182-sp23")
TEXTS = {
    ("1", "honor_code"): "signed", ("2", "favorite"): "<script>alert(1)</script>", ("5a", "v_1"): "[0, 1]",
    ("5a", "h_2"): "[2, 4]", ("5a", "v_2"): "[2, 2]", ("6bi", "why"): "Because\n  of it & <b>more</b>",
    ("6bii", "code"): "x = '</pre>'\nprint(x)",
}  # fmt: skip
SUBMISSION = Submission("s1", "", dict(TEXTS))
REPORT = mark_paper(PAPER, SUBMISSION)
SHEET = feedback(PAPER, REPORT, SUBMISSION)


class Tags(HTMLParser):
    """The tags of a page, each closed by its own end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen = set[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (as its base has it)
        self.seen.add(tag)
        if tag not in {"meta", "br", "col", "path", "rect", "use", "line", "circle", "mspace", "hr", "img", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (as its base has it)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def test_every_mark_has_its_reason() -> None:
    """The sheet has each answer's text, marks, status and reason, and the student's total."""
    words = unescape(re.sub(r"<[^>]*>", " ", SHEET))
    for mark in REPORT.marks:
        assert mark.answer in words
        assert " ".join(mark.verdict.reason.split()) in " ".join(words.split())
    assert f"{REPORT.total} of 144 marks" in words


def test_what_was_carried_on_has_the_own_numbers() -> None:
    """The working of a carried answer has the student's earlier answer poured in, not the key's."""
    carried = SHEET.partition("Going on from your answers")[2].partition("<details>")[0]
    numbers = re.findall(r"<mn>(\d+)</mn>", carried)
    assert numbers == [
        "2",
        "2",
        "1",
        "0",
        "1",
        "1",
        "2",
        "4",
        "2",
        "2",
    ]  # v_2 = W_V h_2 = [[1, 0], [-1, 1]] [2, 4] = [2, 2]
    assert SHEET.count("Going on from your answers") == 1


def test_what_students_write_stays_text() -> None:
    """No text of a student is markup, and its lines are kept."""
    assert "<script>alert" not in SHEET
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in SHEET
    assert "<pre>Because\n  of it &amp; &lt;b&gt;more&lt;/b&gt;</pre>" in SHEET
    tags = Tags()
    tags.feed(SHEET)
    assert tags.open == []
    assert "script" not in tags.seen


def test_decisions_are_shown() -> None:
    """What a person decided stands there with its reason."""
    (report,) = decided([REPORT], {("s1", "6bi", "why"): Decision(3, "By hand. Three points.")})
    sheet = feedback(PAPER, report, SUBMISSION)
    assert "By hand. Three points." in sheet
    assert "3 of 5" in sheet


def test_an_unsigned_paper_says_so() -> None:
    """Where nothing counts, the sheet says it first."""
    unsigned = Submission("s1", "", {**TEXTS, ("1", "honor_code"): ""})
    sheet = feedback(PAPER, mark_paper(PAPER, unsigned), unsigned)
    assert "the honor code is not signed: nothing counts" in sheet.partition("3ai.")[0]
    assert "0 of 144 marks" in sheet
