"""Marks of a class: each student's paper marked, question by question, with the rule of the honor code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TypeAlias

from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.marks import Marks, plain
from markscheme.core.parallel import run
from markscheme.core.verdict import Verdict
from markscheme.language import NOTHING, Message, joined, say
from markscheme.marking.decision import Decision
from markscheme.marking.submissions import Submission
from markscheme.paper.manifest import numbers_of
from markscheme.paper.plan import Paper, Question, Slot, load_once
from markscheme.paper.rules import NO_RULES, ChoiceRule, Earned, Rules, Standing
from markscheme.paper.tables import csv_text, safe_cell, safe_id

_DONT_KNOW = frozenset({"i don't know", "i do not know", "don't know", "dont know", "idk", "?", "ich weiß es nicht"})
SIGNED = frozenset({"signed", "yes", "y", "true", "1", "x", "✓"})
UNSIGNED = frozenset({"", "unsigned", "not signed", "no", "n", "false", "0"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a gradebook: one answer of one student."""

    student: str
    seed: str
    question: str
    answer: str
    text: str
    verdict: Verdict
    decision: Decision | None = None
    """What a person decided, where these marks are a person's."""

    @property
    def decided(self) -> bool:
        """Whether a person gave these marks."""
        return self.decision is not None

    @property
    def waits(self) -> bool:
        """Whether a person has yet to decide."""
        return self.verdict.status == "by hand" and not self.decided

    @property
    def is_unreadable(self) -> bool:
        """Whether it could not be read, and no person decided it either."""
        return self.verdict.status == "unreadable" and not self.decided

    @property
    def is_queued(self) -> bool:
        """Whether it stands in by_hand.csv: a person has yet to decide, or to read it."""
        return self.waits or self.is_unreadable


@dataclass(frozen=True, slots=True)
class Report:
    """One student's marks. Where the honor code is not signed nothing counts, and `note` says so."""

    student: str
    seed: str
    marks: tuple[Mark, ...]
    counts: bool
    note: Message
    rules: Rules = NO_RULES
    """The paper's, by which the marks come to a total."""

    @property
    def total(self) -> Marks:
        """What the student earned so far, by the paper's rules."""
        return self.standing.total if self.counts else 0

    @property
    def out_of(self) -> Marks:
        """What there was to earn, without what comes on top."""
        return self.standing.out_of

    @property
    def standing(self) -> Standing:
        """What comes of the marks by the paper's rules."""
        return self.rules.standing([
            Earned(mark.question, mark.verdict.marks, mark.verdict.out_of, mark.verdict.status != "blank")
            for mark in self.marks
        ])  # fmt: skip

    @property
    def remark(self) -> Message:
        """What else there is to say of the total: what does not count, and what is no less than its floor."""
        standing = self.standing
        dropped = dict.fromkeys(standing.dropped.values())
        said = [
            say("not-counted", labels=tuple([it for it in standing.dropped if standing.dropped[it] == why]), why=why)
            for why in dropped
        ]
        return joined("clauses", self.note, *said, *standing.raised)

    @property
    def waiting(self) -> int:
        """How many answers a person has yet to decide."""
        return sum([mark.waits for mark in self.marks])

    @property
    def unreadable(self) -> int:
        """How many answers could not be read, and were not decided by a person either."""
        return sum([mark.is_unreadable for mark in self.marks])

    def as_json(self) -> dict[str, object]:
        """The report as plain data."""
        return {
            "student": self.student,
            "seed": self.seed,
            "marks": plain(self.total),
            "out_of": plain(self.out_of),
            "by_hand": self.waiting,
            "unreadable": self.unreadable,
            "counts": self.counts,
            "note": f"{self.remark}",
            "answers": [
                {"question": mark.question, "answer": mark.answer, "text": mark.text, "decided": mark.decided}
                | ({"decision": mark.decision.as_json()} if mark.decision else {})
                | mark.verdict.as_json()
                for mark in self.marks
            ],
        }


Task: TypeAlias = tuple[str, tuple[str, ...], str, Submission]
"""Paper, the problems chosen of it, the manifest of what was printed if there is one, and what a student answered."""


def mark_class(paper: Paper, submissions: Sequence[Submission], executor: Executor | None = None) -> Iterator[Report]:
    """The report of each submission, in their order."""
    if executor is None:
        return (mark_paper(paper, submission) for submission in submissions)
    return run(
        _mark_task, [(paper.name, paper.only, paper.printed, submission) for submission in submissions], executor
    )


def _mark_task(task: Task) -> Report:
    name, only, printed, submission = task
    return mark_paper(load_once(name, only, printed=printed), submission)


def mark_paper(paper: Paper, submission: Submission, items: Mapping[str, Item] | None = None) -> Report:
    """One student's paper, marked; `items` are those of its copy, where they have been posed already.

    Raises `MarkschemeError` where the numbers of the copy are not those that were printed.
    """
    paper = paper.on_copy(submission.copy_seed)
    marks = [mark for question in paper.section_0 for mark in _section_0(question, submission)]
    counts, note = _honor_code(paper, submission)
    items = paper.items(submission.copy_seed) if items is None else items
    if submission.numbers and numbers_of(items) != submission.numbers:
        raise MarkschemeError(
            f"the numbers of {submission.student}'s copy are not those that were printed: a problem has changed since; "
            "take its file as it was, or the markscheme that printed it"
        )
    written: dict[str, dict[str, str]] = {slot.label: {} for slot in paper.slots}
    for space in paper.spaces:
        its = {answer.name: submission.answers.get((space.label, answer.name)) for answer in space.answers}
        written[space.slot.label] |= {name: text for name, text in its.items() if text is not None}
    verdicts = {slot.label: _verdicts(slot, items[slot.label], written[slot.label]) for slot in paper.slots}
    unread = {(it.slot.label, answer.name) for it in paper.spaces for answer in it.answers
              if (it.label, answer.name) in submission.unread}  # fmt: skip
    for space in paper.spaces:
        label = space.slot.label
        for answer in space.answers:
            at, verdict = (space.label, answer.name), verdicts[label][answer.name]
            if at in submission.unread:
                verdict = Verdict("by hand", 0, verdict.out_of, say("unread"))
            elif verdict.status in ("wrong", "slip", "follow-through") and any(
                [(label, name) in unread for name in answer.ancestors]
            ):
                verdict = Verdict("by hand", 0, verdict.out_of, say("after-unread"), value=verdict.value)
            text = submission.unread.get(at, submission.answers.get(at, ""))
            marks.append(Mark(submission.student, submission.seed, *at, text, verdict))
    return Report(submission.student, submission.seed, tuple(marks), counts, note, paper.rules)


def _verdicts(slot: Slot, item: Item, texts: Mapping[str, str]) -> dict[str, Verdict]:
    chosen = {answer.name for answer in slot.layout.asked if answer.kind.field().is_chosen}
    unknown = chosen.intersection([name for name, text in texts.items() if says_dont_know(text)])
    if slot.choices.dont_know is None:
        unknown = set[str]()
    verdicts = dict(item.mark({name: text for name, text in texts.items() if name not in unknown}))
    return verdicts | {name: _by_rule(verdicts[name], slot.choices, name in unknown) for name in chosen}


def _by_rule(verdict: Verdict, rule: ChoiceRule, is_unknown: bool) -> Verdict:
    """The verdict on a choice, with what the paper takes off a wrong one, and gives for "I don't know"."""
    if is_unknown:
        return replace(verdict, marks=rule.dont_know or 0, message=say("said-dont-know"))
    if rule.penalty and verdict.status in ("wrong", "slip") and not verdict.marks:
        said = joined("sentences", verdict.message, say("taken-off", penalty=rule.penalty))
        return replace(verdict, marks=-rule.penalty, message=said)
    return verdict


def says_dont_know(text: str) -> bool:
    """Whether a text says that its author does not know, in the words of the square on paper or shorter.

    >>> says_dont_know("I don’t know."), says_dont_know("?"), says_dont_know("no")
    (True, True, False)
    """
    said = text.strip().strip(".!").replace("’", "'").casefold()
    return said in _DONT_KNOW


def _section_0(question: Question, submission: Submission) -> list[Mark]:
    at = str(question.number), question.answer_name
    text = submission.answers.get(at)
    if at in submission.unread:
        text, verdict = submission.unread[at], Verdict("by hand", 0, question.marks, say("unread"))
    elif text is None:
        verdict = Verdict("by hand", 0, question.marks, say("no-row"))
    elif question.kind == "honor_code":
        verdict = _signature(text, question.marks, required=question.entry.required)
    elif text:
        verdict = Verdict("right", question.marks, question.marks, say("any-answer-earns"))
    else:
        verdict = Verdict("blank", 0, question.marks, say("blank"))
    return [Mark(submission.student, submission.seed, *at, text or "", verdict)]


def _signature(text: str, out_of: Marks, *, required: bool) -> Verdict:
    said = text.strip().lower()
    if said in SIGNED:
        return Verdict("right", out_of, out_of, say("signed"))
    if said in UNSIGNED:
        unsigned = say("honor-code-unsigned") if required else say("unsigned")
        return Verdict("wrong" if said else "blank", 0, out_of, unsigned)
    return Verdict("by hand", 0, out_of, say("neither-signed"))


def _honor_code(paper: Paper, submission: Submission) -> tuple[bool, Message]:
    for question in paper.section_0:
        if question.kind == "honor_code" and question.entry.required:
            text = submission.answers.get((str(question.number), question.answer_name))
            if text is None:
                return True, say("note-no-row")
            if text.strip().lower() in UNSIGNED:
                return False, say("note-unsigned")
            if text.strip().lower() not in SIGNED:
                return True, say("note-neither", text=f"{text!r}")
    return True, NOTHING


def marks_csv(reports: Iterable[Report]) -> str:
    """marks.csv: every answer, with its status, marks and reason."""
    heads = ("student", "seed", "question", "answer", "text", "status", "marks", "out_of", "reason")
    return csv_text(heads, [
        (safe_id(mark.student), safe_cell(mark.seed), mark.question, mark.answer, safe_cell(mark.text),
         mark.verdict.status, decimal(mark.verdict.marks) if report.counts else "0", decimal(mark.verdict.out_of),
         safe_cell(mark.verdict.reason))
        for report in reports for mark in report.marks
    ])  # fmt: skip


def totals_csv(reports: Iterable[Report], absent: Sequence[str] = ()) -> str:
    """totals.csv: a row a student, those who handed nothing in too, without marks."""
    nothing = [(safe_id(student), "", "", "", "", "", f"{say('nothing-handed-in')}") for student in absent]
    return csv_text(("student", "seed", "marks", "out_of", "by_hand", "unreadable", "note"), [
        (safe_id(report.student), safe_cell(report.seed), decimal(report.total), decimal(report.out_of),
         report.waiting, report.unreadable, safe_cell(f"{report.remark}"))
        for report in reports
    ] + nothing)  # fmt: skip


def decimal(marks: Marks) -> str:
    """Marks as a cell: a spreadsheet would read `1/3` as a date.

    >>> from fractions import Fraction
    >>> decimal(2), decimal(Fraction(5, 2)), decimal(Fraction(1, 3))
    ('2', '2.5', '0.3333333333')
    """
    return f"{float(marks):.10g}"
