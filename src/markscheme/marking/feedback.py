"""A feedback sheet for each student: what was written beside each mark and its reason, and the solution below.

Where a mark carries an earlier error on, the working is shown with the student's own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Any

from markscheme.core.item import Item
from markscheme.core.verdict import Verdict, written
from markscheme.core.writing import in_marks, solution_of, steps
from markscheme.marking.gradebook import Mark, Report
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import Paper, Slot
from markscheme.paper.web_page import page
from markscheme.text.document import Block, Head, html_table, write

HEADS = ("answer", "yours", "marks", "status", "why")


def feedback(paper: Paper, report: Report, submission: Submission) -> str:
    """One student's feedback as a web page that needs nothing else."""
    marks = {(mark.question, mark.answer): mark for mark in report.marks}
    total = f"{written(report.total)} of {in_marks(report.out_of)}"
    facts = [paper.entry.course, paper.entry.term, report.student, total]
    sections = [_section_0(paper, marks)] if paper.section_0 else []
    if report.note:
        sections.insert(0, f"<p>{escape(report.note)}</p>")
    sections += [_slot(slot, paper, marks, submission) for slot in paper.slots]
    return page(paper.entry.title, facts, "Feedback", sections)


def _section_0(paper: Paper, marks: dict[tuple[str, str], Mark]) -> str:
    rows = [marks[str(question.number), question.answer_name] for question in paper.section_0]
    return _table(rows)


def _slot(slot: Slot, paper: Paper, marks: dict[tuple[str, str], Mark], submission: Submission) -> str:
    item = slot.item(submission.copy_seed)
    spaces = [space for space in paper.spaces if space.slot is slot]
    rows = [marks[space.label, answer.name] for space in spaces for answer in space.answers]
    earned = sum([float(mark.verdict.marks) for mark in rows])
    head = f"{slot.label}. {item.problem.title}"
    pieces = [f"<h2>{escape(head)} <span class=quiet>{earned:g} of {in_marks(slot.marks)}</span></h2>", _table(rows)]
    own = list(_own_working(item, {mark.answer: mark.verdict for mark in rows}))
    if own:
        pieces += ["<h3>Going on from your answers</h3>", write(own, "html")]
    solved = write(solution_of(item, with_figures=True), "html")
    pieces.append(f"<details><summary>Solution</summary>\n{solved}</details>")
    return "\n".join(pieces)


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


def _table(rows: list[Mark]) -> str:
    cells = [
        (mark.answer, mark.text, f"{float(mark.verdict.marks):g} of {float(mark.verdict.out_of):g}",
         mark.verdict.status, mark.verdict.reason) for mark in rows
    ]  # fmt: skip
    return html_table(HEADS, [[_cell(cell) for cell in row] for row in cells])


def _cell(text: str) -> str:
    """A stranger's text in a cell, its lines kept."""
    return f"<pre>{escape(text)}</pre>" if "\n" in text else escape(text)
