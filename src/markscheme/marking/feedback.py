"""A feedback sheet for each student: what was written beside each mark and its reason, and the solution below.

Where a mark carries an earlier error on, the working is shown with the student's own numbers. On paper the solution is
printed for the answers that lost marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal, TypeAlias

from markscheme.core.item import Item
from markscheme.core.verdict import Verdict, written
from markscheme.core.writing import in_marks, solution_of, steps, working_of
from markscheme.marking.gradebook import Mark, Report
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import Paper, Slot, load_once
from markscheme.paper.printing import Copy, Sheet, call, compiled, opening
from markscheme.paper.roster import Student
from markscheme.paper.web_page import page
from markscheme.text.document import Block, Head, html_table, write

HEADS = ("answer", "yours", "marks", "status", "why")
OWN = "Going on from your answers"
LONGEST_PRINTED = 400
"""Characters of an answer that are printed; the web page has all of it."""

Form: TypeAlias = Literal["html", "pdf"]
Task: TypeAlias = tuple[str, tuple[str, ...], Report, Submission, Form]
"""Paper, the problems chosen of it, a student's marks, what the student answered, and the form."""


@dataclass(frozen=True)
class Part:
    """The feedback on one item: its head, the marks, and what explains them."""

    head: str
    earned: str
    rows: list[Mark]
    own: list[Block]
    item: Item

    @property
    def lost(self) -> set[str]:
        """The answers that did not earn all their marks."""
        return {mark.answer for mark in self.rows if mark.verdict.marks != mark.verdict.out_of}


def feedback_of(task: Task) -> bytes:
    """One student's feedback, as a web page or a PDF that needs nothing else."""
    name, only, report, submission, form = task
    paper = load_once(name, only)
    return pdf(paper, report, submission) if form == "pdf" else html(paper, report, submission).encode()


def html(paper: Paper, report: Report, submission: Submission) -> str:
    """One student's feedback as a web page."""
    facts = [paper.entry.course, paper.entry.term, report.student, _total(report)]
    sections = [_table(_section_0(paper, report))] if paper.section_0 else []
    if report.note:
        sections.insert(0, f"<p>{escape(report.note)}</p>")
    for part in _parts(paper, report, submission):
        pieces = [f"<h2>{escape(part.head)} <span class=quiet>{part.earned}</span></h2>", _table(part.rows)]
        if part.own:
            pieces += [f"<h3>{OWN}</h3>", write(part.own, "html")]
        solved = write(solution_of(part.item, with_figures=True), "html")
        sections.append("\n".join([*pieces, f"<details><summary>Solution</summary>\n{solved}</details>"]))
    return page(paper.entry.title, facts, "Feedback", sections)


def pdf(paper: Paper, report: Report, submission: Submission) -> bytes:
    """One student's feedback as a PDF, tagged, with embedded fonts and no date: the same marks give the same bytes."""
    sheet = Sheet(Copy(paper, report.seed, {}, Student(report.student)), solutions=True)
    entry = paper.entry
    about = {"title": entry.title, "course": entry.course, "who": report.student, "note": report.note}
    body = [f"#{call('feedback-head', **about, total=_total(report))}"]
    if paper.section_0:
        body.append(_printed_part(sheet, "Section 0", "", _section_0(paper, report)))
    for part in _parts(paper, report, submission):
        body.append(_printed_part(sheet, part.head, part.earned, part.rows))
        if part.own:
            body.append(_printed_working(sheet, OWN, part.own))
        if part.lost:
            body.append(_printed_working(sheet, "Solution", working_of(part.item, part.lost)))
    source = "\n".join([opening(sheet, entry.page, "Feedback"), *body, "#last-page"])
    return compiled(source.encode(), paper, solutions=True)


def _printed_part(sheet: Sheet, head: str, earned: str, rows: list[Mark]) -> str:
    cells = [[_clipped(cell) for cell in _cells(mark)] for mark in rows]
    head_at, earned_at, rows_at = [sheet.add(sheet.values, it) for it in (head, earned, cells)]
    return f"#feedback-part(given({head_at}), given({earned_at}), given({rows_at}))"


def _printed_working(sheet: Sheet, title: str, blocks: list[Block]) -> str:
    body = "\n\n".join([sheet.block(block) for block in blocks])
    return f"#feedback-working([{title}])[\n{body}\n]"


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_PRINTED else f"{text[:LONGEST_PRINTED]}…"


def _total(report: Report) -> str:
    return f"{written(report.total)} of {in_marks(report.out_of)}"


def _section_0(paper: Paper, report: Report) -> list[Mark]:
    marks = {(mark.question, mark.answer): mark for mark in report.marks}
    return [marks[str(question.number), question.answer_name] for question in paper.section_0]


def _parts(paper: Paper, report: Report, submission: Submission) -> Iterator[Part]:
    marks = {(mark.question, mark.answer): mark for mark in report.marks}
    for slot in paper.slots:
        item = slot.item(submission.copy_seed)
        rows = [
            marks[space.label, answer.name] for space in paper.spaces if space.slot is slot for answer in space.answers
        ]
        own = list(_own_working(item, {mark.answer: mark.verdict for mark in rows}))
        yield Part(f"{slot.label}. {item.problem.title}", _earned(slot, rows), rows, own, item)


def _earned(slot: Slot, rows: list[Mark]) -> str:
    return f"{sum([float(mark.verdict.marks) for mark in rows]):g} of {in_marks(slot.marks)}"


def _own_working(item: Item, verdicts: dict[str, Verdict]) -> Iterator[Block]:
    """The steps of what was carried on, with the student's own earlier answers poured in."""
    carried = [name for name, verdict in verdicts.items() if verdict.status == "follow-through"]
    if not carried:
        return
    values: dict[str, Any] = dict(item.values)
    moved = set[str]()
    for name, answer in item.problem.answers.items():
        verdict = verdicts.get(name)
        if verdict is not None and verdict.value is not None:
            moved |= {name} if verdict.value != values[name] else set()
            values[name] = verdict.value
        elif answer.role != "shown" and not moved.isdisjoint(answer.sources):
            try:
                values[name] = answer.wired(values)
            except Exception:  # noqa: BLE001 (at a stranger's values anything may fail: then there is no working)
                return
            moved.add(name)
    own, said = replace(item, values=values), set[str]()
    for name in carried:
        answer = item.problem.answers[name]
        yield Head(name, "")
        for step in [item.problem.answers[it] for it in answer.ancestors]:
            if step.role == "step" and step.name in moved:
                yield from steps(own, step, said)
        yield from steps(own, answer, said)


def _cells(mark: Mark) -> tuple[str, ...]:
    verdict = mark.verdict
    earned = f"{float(verdict.marks):g} of {float(verdict.out_of):g}"
    return mark.answer, mark.text, earned, verdict.status, verdict.reason


def _table(rows: list[Mark]) -> str:
    return html_table(HEADS, [[_cell(cell) for cell in _cells(mark)] for mark in rows])


def _cell(text: str) -> str:
    """A stranger's text in a cell, its lines kept."""
    return f"<pre>{escape(text)}</pre>" if "\n" in text else escape(text)
