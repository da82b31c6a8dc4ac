"""A feedback sheet for each student: what was written beside each mark and its reason, and the solution below.

Where a mark carries an earlier error on, the working is shown with the student's own numbers. In print the solution is
that of the answers which lost marks.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal, TypeAlias

from markscheme.core.errors import MarkschemeError, UnknownName
from markscheme.core.item import Item
from markscheme.core.marks import status_of, total
from markscheme.core.verdict import Verdict
from markscheme.core.writing import in_marks, phrase, solution_of, steps, working_of
from markscheme.language import say, speaking
from markscheme.marking.gradebook import Mark, Report
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import Paper, Slot, load_once
from markscheme.paper.printing import compiled
from markscheme.paper.setting import PAGE_NAMES
from markscheme.paper.source import Source, typst_string
from markscheme.paper.web_page import page
from markscheme.pictures.own import in_svg
from markscheme.text.document import Block, Choices, Drawing, Fields, Head, Phrase, Table, html_table, write
from markscheme.text.notation import Target

Form: TypeAlias = Literal["html", "pdf"]
Task: TypeAlias = tuple[str, tuple[str, ...], str, Report, Submission, Form, str]
"""Paper, the problems chosen of it, its manifest, a student's marks, what they are for, the form and the language."""

HEADS = ("answer", "yours", "marks", "status", "why")
"""The columns; their words are `frame-head-…` of the catalogs."""
MOST_SHOWN = 4_000  # characters of a text, in print: over a page. The web sheet and marks.csv have all of it
_LONG = re.compile(r"\S{24}(?=\S)")


@dataclass(frozen=True, slots=True)
class Section:
    """What a sheet says of one problem: the question, marks, the working with own numbers, the solution."""

    rows: Sequence[Mark]
    title: str = ""
    earned: str = ""
    labels: Mapping[str, Phrase] = field(default_factory=dict[str, Phrase])
    """What the question calls each answer."""
    pictures: Mapping[tuple[str, str], bytes] = field(default_factory=dict[tuple[str, str], bytes])
    """What was written by hand, by question and answer: JPEG."""
    question: list[Block] = field(default_factory=list[Block])
    own: list[Block] = field(default_factory=list[Block])
    solution: list[Block] = field(default_factory=list[Block])


def sheet_of(task: Task) -> bytes:
    """`feedback_sheet`, in whatever process: the paper is loaded there."""
    name, only, printed, report, submission, form, lang = task
    return feedback_sheet(load_once(name, only, lang, printed=printed), report, submission, form)


def feedback_sheet(paper: Paper, report: Report, submission: Submission, form: Form = "html") -> bytes:
    """One student's feedback: a web page that needs nothing else, or a PDF, tagged, with its fonts and no date.

    It is in the paper's language.
    """
    with speaking(paper.entry.lang):
        return _sheet(paper, report, submission, form)


def section_html(paper: Paper, report: Report, submission: Submission, label: str) -> str:
    """What a sheet says of one problem of a paper, by the label of where it stands: HTML without a page around it.

    Raises `UnknownName` where no problem stands there.
    """
    marks = {(mark.question, mark.answer): mark for mark in report.marks}
    with speaking(paper.entry.lang):
        paper = paper.on_copy(submission.copy_seed)
        for slot in paper.slots:
            if slot.label == label:
                return _html_section(_slot(slot, paper, marks, submission, "html"))
    raise UnknownName(f"this copy has no problem {label!r}")


def _sheet(paper: Paper, report: Report, submission: Submission, form: Form) -> bytes:
    marks = {(mark.question, mark.answer): mark for mark in report.marks}
    paper = paper.on_copy(submission.copy_seed)
    sections = [_slot(slot, paper, marks, submission, form) for slot in paper.slots]
    if paper.section_0:
        rows = [marks[str(question.number), question.answer_name] for question in paper.section_0]
        sections.insert(0, Section(rows, pictures=submission.pictures))
    earned = say("marks-of", marks=report.total, most=in_marks(report.out_of))
    facts = [paper.entry.course, paper.entry.term, report.student, f"{earned}"]
    return _pdf(paper, report, facts, sections) if form == "pdf" else _html(paper, report, facts, sections).encode()


def _slot(slot: Slot, paper: Paper, marks: dict[tuple[str, str], Mark], submission: Submission, form: Form) -> Section:
    item = slot.item(submission.copy_seed)
    rows = [marks[space.label, it.name] for space in paper.spaces if space.slot is slot for it in space.answers]
    earned = say("marks-of", marks=total([mark.verdict.marks for mark in rows]), most=in_marks(slot.marks))
    lost = {mark.answer for mark in rows if mark.verdict.marks != mark.verdict.out_of}
    return Section(
        rows,
        f"{slot.label}. {item.problem.graph.said(item.problem.title)}",
        f"{earned}",
        {it.name: phrase(item, it.label) for it in slot.layout.asked},
        submission.pictures,
        list(_asked(item)) if form == "html" or lost else [],
        list(_own_working(item, {mark.answer: mark.verdict for mark in rows})),
        solution_of(item, with_figures=True) if form == "html" else working_of(item, lost),
    )


def _asked(item: Item) -> Iterator[Block]:
    """The question as it stood on the paper, without its blanks."""
    for block in item.posed().all_blocks():
        if not isinstance(block, Fields):
            yield block.to_look_at if isinstance(block, Drawing) else block


def _cells(mark: Mark) -> tuple[str, ...]:
    """What stands beside the answer's label."""
    verdict = mark.verdict
    earned = say("marks-of", marks=verdict.marks, most=verdict.out_of)
    return mark.text, f"{earned}", f"{status_of(verdict.status)}", verdict.reason


def _label(mark: Mark, section: Section, target: Target) -> str:
    """Where an answer stands, and what it is called there: `5(a) h₂`."""
    label = section.labels.get(mark.answer)
    name = mark.answer.replace("_", " ") if label is None else label.write(target).strip()
    return f"{mark.question} {name}"


def _own_working(item: Item, verdicts: dict[str, Verdict]) -> Iterator[Block]:
    """The steps of what was carried on, with the student's own earlier answers rendered in."""
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
        yield Head(phrase(item, answer.label).write("plain").strip(), "")
        for step in [item.problem.answers[it] for it in answer.ancestors]:
            if step.role == "step" and step.name in moved:
                yield from steps(own, step, said)
        yield from steps(own, answer, said)


# On the web


def _html(paper: Paper, report: Report, facts: Sequence[str], sections: Sequence[Section]) -> str:
    note = [f"<p>{escape(f'{report.remark}')}</p>"] if report.remark else []
    return page(
        paper.entry.title, facts, f"{say('frame-feedback')}", note + [_html_section(section) for section in sections]
    )


def _html_section(section: Section) -> str:
    heads = [f"{say(f'frame-head-{name}')}" for name in HEADS]
    table = html_table(
        heads,
        [_html_row(mark, section) for mark in section.rows],
    )
    if not section.title:
        return table
    pieces = [f"<h2>{escape(section.title)} <span class=quiet>{section.earned}</span></h2>"]
    if section.question:
        asked = write(section.question, "html")
        pieces.append(f"<details><summary>{say('the-question')}</summary>\n{asked}</details>")
    pieces.append(table)
    if section.own:
        pieces += [f"<h3>{say('going-on')}</h3>", write(section.own, "html")]
    solved = write(section.solution, "html")
    pieces.append(f"<details><summary>{say('solution')}</summary>\n{solved}</details>")
    return "\n".join(pieces)


def _html_row(mark: Mark, section: Section) -> list[str]:
    """A row, with what was written as it looks beside how it was read."""
    cells = [_html_cell(cell) for cell in _cells(mark)]
    if picture := section.pictures.get((mark.question, mark.answer)):
        packed = b64encode(picture).decode()
        told = escape(f"{say('frame-as-written')}", quote=True)
        cells[0] += f'<br><img class="written" alt="{told}" src="data:image/jpeg;base64,{packed}">'
    return [_label(mark, section, "html"), *cells]


def _html_cell(text: str) -> str:
    """A stranger's text in a cell, its lines kept."""
    return f"<pre>{escape(text)}</pre>" if "\n" in text else escape(text)


# In print


class _Sheet(Source):
    """The source of a sheet; what is no block of an exam's working is set here."""

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Blocks, one under the other."""
        return "\n\n".join([self.block(block) for block in blocks])

    def block(self, block: Block) -> str:
        match block:
            case Head(label, _, body):
                return f"*#{typst_string(label)}* {self.phrase(body)}" if body else f"#head({typst_string(label)})"
            case Table(_, rows) if any(isinstance(cell, Phrase) for row in rows for cell in row):
                return ""  # a table to fill in stands on the paper
            case Choices(options, marked, _):
                at = [i for i, (label, _) in enumerate(options) if label in (marked or ())]
                texts = "".join([f"[({label}) {self.phrase(phrase)}], " for label, phrase in options])
                return f'#choices("", ({texts}), marked: given({self.add(self.values, at)}))'
            case _:
                return super().block(block)


def _pdf(paper: Paper, report: Report, facts: Sequence[str], sections: Sequence[Section]) -> bytes:
    # A file for each solution: what is alike in two sheets, Typst sets once.
    files: dict[str, bytes] = {}
    sheet, body = _Sheet(), list[str]()
    for number, section in enumerate(sections):
        if section.title:
            body.append(f'= #{typst_string(section.title)} #text(weight: "regular", data.earned.at({number}))')
        if section.question:
            body.append(f"#asked[\n{sheet.blocks(section.question)}\n]")
        body.append(f"#marks(data.rows.at({number}), data.seen.at({number}), (name, alt) => image(name, alt: alt))")
        if section.own:
            body.append(f"== {say('going-on')}\n#worked[\n{sheet.blocks(section.own)}\n]")
        if section.solution:
            own = _Sheet()
            solved = own.blocks(section.solution)
            files[f"{number}.typ"] = _source(own.entering(places=False, copy={}), f"#worked[\n{solved}\n]")
            body.append(f'== {say("solution")}\n#include "{number}.typ"')
    about = f"title: {typst_string(paper.entry.title)}, page: {typst_string(PAGE_NAMES[paper.entry.page])}"
    data = sheet.entering(
        places=False,
        copy={},
        told={"facts": [*facts], "student": report.student, "note": f"{report.remark}"},
        rows=[
            [[_shown(cell) for cell in (_label(mark, section, "plain"), *_cells(mark))] for mark in section.rows]
            for section in sections
        ],
        seen=[
            [_seen(files, section, mark, f"{number}-{at}.svg") for at, mark in enumerate(section.rows)]
            for number, section in enumerate(sections)
        ],
        earned=[section.earned for section in sections],
    )
    files["main.typ"] = _source(data, f"#show: feedback.with({about}, ..data.told)", *body)
    what = f"{report.student}'s feedback"
    try:
        return compiled(files, what, solutions=True)
    except MarkschemeError:
        # PDF/UA wants every character in a font, and a student may have written any.
        return compiled(files, what, solutions=True, tagged=False)


def _seen(files: dict[str, bytes], section: Section, mark: Mark, name: str) -> str:
    """The name of a file with what was written by hand, which is added; empty where there is none."""
    picture = section.pictures.get((mark.question, mark.answer))
    if picture is None:
        return ""
    files[name] = in_svg(picture, 72 / 200).encode()
    return name


def _source(data: str, *pieces: str) -> bytes:
    return "\n\n".join([
        '#import "/marking/feedback.typ": *',
        f"#let data = json(bytes({typst_string(data)}))",
        "#let (given, v, w, m, picture, table-of) = entering(data)",
        *pieces,
    ]).encode()  # fmt: skip


def _shown(text: str) -> str:
    """A text as it is printed: not without end, and with places to break a long word at."""
    more = f" … ({say('more-characters', count=len(text) - MOST_SHOWN)})" if len(text) > MOST_SHOWN else ""
    return _LONG.sub("\\g<0>\u200b", text[:MOST_SHOWN]) + more
