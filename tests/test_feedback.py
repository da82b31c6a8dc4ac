"""Feedback sheets: every mark with its reason, a student's own numbers in what was carried on, and text as text."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from markscheme.language import words
from markscheme.marking.decisions import Decision, decided
from markscheme.marking.feedback import feedback_sheet
from markscheme.marking.gradebook import mark_paper
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import load_paper

PAPER = load_paper("eecs182-sp23")
TEXTS = {
    ("1", "honor_code"): "signed", ("2", "favorite"): "<script>alert(1)</script>", ("5(a)", "v_1"): "[0, 1]",
    ("5(a)", "h_2"): "[2, 4]", ("5(a)", "v_2"): "[2, 2]", ("6(b)", "why"): "Because\n  of it & <b>more</b>",
    ("6(b)", "code"): "x = '</pre>'\nprint(x)",
}  # fmt: skip
SUBMISSION = Submission("s1", "", dict(TEXTS))
REPORT = mark_paper(PAPER, SUBMISSION)
SHEET = feedback_sheet(PAPER, REPORT, SUBMISSION).decode()


def text_of(printed: bytes, folder: Path) -> str:
    """The words of a PDF."""
    page = folder / "sheet.pdf"
    page.write_bytes(printed)
    return subprocess.run(["pdftotext", "-layout", page, "-"], capture_output=True, text=True, check=True).stdout


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
        assert f">{mark.question} " in SHEET
        assert " ".join(mark.verdict.reason.split()) in " ".join(words.split())
    assert f"{REPORT.total} of 144 marks" in words


def test_the_question_and_its_labels_are_repeated() -> None:
    """Each problem's question stands above its marks, without blanks; answers are called as the question calls them."""
    assert SHEET.count("<summary>The question</summary>") == len(PAPER.slots)
    assert "<input" not in SHEET
    cells = re.findall(r"<tr><td>(.*?)</td>", SHEET, re.DOTALL)
    named = [cell for cell in cells if cell.startswith("5(a)")]
    assert len(named) == len([mark for mark in REPORT.marks if mark.question == "5(a)"])
    assert all("<math" in cell for cell in named)
    assert not any("h_2" in cell for cell in cells)


def test_what_was_carried_on_has_the_own_numbers() -> None:
    """The working of a carried answer has the student's earlier answer rendered in, not the key's."""
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
    (report,) = decided([REPORT], {("s1", "6(b)", "why"): Decision(3, words("By hand. Three points."))})
    sheet = feedback_sheet(PAPER, report, SUBMISSION).decode()
    assert "By hand. Three points." in sheet
    assert "3 of 8" in sheet


def test_an_unsigned_paper_says_so() -> None:
    """Where nothing counts, the sheet says it first."""
    unsigned = Submission("s1", "", {**TEXTS, ("1", "honor_code"): ""})
    sheet = feedback_sheet(PAPER, mark_paper(PAPER, unsigned), unsigned).decode()
    assert "the honor code is not signed: nothing counts" in sheet.partition("3(a)i.")[0]
    assert "0 of 144 marks" in sheet


# In print


def letters(text: str) -> str:
    """A text without what printing adds or loses: blanks, breaks, and the many forms of a quote."""
    return re.sub(r"[^0-9A-Za-z]+", "", text)


def test_print_has_what_the_page_has(tmp_path: Path) -> None:
    """The PDF has each answer, mark, status and reason, the student's own working and every solution."""
    words = letters(text_of(feedback_sheet(PAPER, REPORT, SUBMISSION, "pdf"), tmp_path))
    for mark in REPORT.marks:
        assert letters(mark.question) in words
    assert "Goingonfromyouranswers" in words
    assert words.count("Solution") == len(PAPER.slots)
    assert f"{REPORT.total}of144marks" in words


def test_print_is_sound_and_the_same(tmp_path: Path) -> None:
    """A PDF is tagged, with its fonts and no date, and the same marks give the same bytes, whatever came between."""
    printed = feedback_sheet(PAPER, REPORT, SUBMISSION, "pdf")
    other = Submission("s2", "", {})
    assert feedback_sheet(PAPER, mark_paper(PAPER, other), other, "pdf") != printed
    assert feedback_sheet(PAPER, REPORT, SUBMISSION, "pdf") == printed
    (tmp_path / "sheet.pdf").write_bytes(printed)
    said = subprocess.run(["pdfinfo", tmp_path / "sheet.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Tagged: +yes$", said, re.MULTILINE)
    assert re.search(r"^Title: +Feedback: Midterm Exam", said, re.MULTILINE)
    assert "CreationDate" not in said
    assert b"pdfuaid" in printed


HOSTILE = [
    '#import "x"; #panic() $x$ *bold* `raw` <label> @ref // no comment',
    '"); #read("/etc/passwd") ("',
    "\\ \\u{7} \x07 \0 \ud7ff \ufffe",
    "\u4e2d\u6587 \U0001f600 reads \u05d0\u05d1 \u200b \u202e",
    "y" * 30_000,
    "line\n" * 2_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_printed(text: str, tmp_path: Path) -> None:
    """Whatever a student writes is set as text, also where no font has it, and costs no sheet."""
    paper = load_paper("eecs182-sp23", ("training/leakage",))
    said = Submission("#s$1", "", {("1(b)", "why"): text})
    words = text_of(feedback_sheet(paper, mark_paper(paper, said), said, "pdf"), tmp_path)
    plain = re.findall(r"[#$*`<@]?[a-z(]{4,20}", text)[:3]
    assert all(piece in words for piece in plain)
    assert "#s$1" in words
