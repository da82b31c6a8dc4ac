"""A report as data and back, each mark with what it rests on: so that marks are shown, grouped and compared later
without being made again, and as they were made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from markscheme import __version__
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.marks import Marks, exactly, marks_from, plain
from markscheme.core.verdict import Verdict
from markscheme.kinds import Kind
from markscheme.language import Message
from markscheme.marking.decision import Decision
from markscheme.marking.decisions import points_of
from markscheme.marking.gradebook import Mark, Report, mark_paper
from markscheme.marking.submissions import Submission
from markscheme.paper.manifest import digests
from markscheme.paper.plan import Paper, load_once
from markscheme.paper.rules import Alternatives, Floor, Rules
from markscheme.reading.limits import Unreadable

FORM: Final = "markscheme/kept/1"
Task: TypeAlias = tuple[str, str, Submission]
"""Paper, its manifest if it was printed, and what a student answered."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a mark rests on besides the answer's text."""

    key: str = ""
    """The right answer as its kind writes it; empty where a rubric says what is right."""
    slot: str = ""
    """The label of the problem that asks it."""
    numbers: str = ""
    """A digest of what that problem asks: two copies with the same one ask the same."""
    before: tuple[str, ...] = ()
    """The student's own texts of the earlier answers that it is computed from."""
    points: tuple[tuple[str, Marks], ...] = ()
    """What its marks are given for: the points of a rubric, or the whole, under an empty name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One copy's marks as the machine gave them, with what each rests on and the versions that gave them."""

    report: Report
    bases: tuple[Basis, ...]
    """Of each mark."""
    versions: tuple[str, ...] = ()
    """Of the package and of each problem: `attention/linear_rnn@1`."""

    def named(self, student: str) -> Report:
        """The report with its student's id in place of the code."""
        marks = tuple([replace(mark, student=student) for mark in self.report.marks])
        return replace(self.report, student=student, marks=marks)

    def as_text(self, *, in_words: bool = False) -> str:
        """All of it as JSON, what the marks rest on too; with `in_words` it has all that `Report.as_json` has."""
        report = self.report
        said = report.as_json() if in_words else {"marks": plain(report.total), "out_of": plain(report.out_of)}
        answers = [_mark_data(*it, in_words=in_words) for it in zip(report.marks, self.bases, strict=True)]
        data = said | {
            "form": FORM, "student": report.student, "seed": report.seed, "counts": report.counts,
            "about": report.note.as_json(), "versions": list(self.versions), "rules": _rules_data(report.rules),
            "answers": answers,
        }  # fmt: skip
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def kept_from(text: str) -> Kept:
    """What `as_text` told. Raises `MarkschemeError` for another form.

    The values of its verdicts are texts, which the kinds of the answers read.
    """
    data: dict[str, Any] = json.loads(text)
    if data.get("form") != FORM:
        raise MarkschemeError(f"these marks are not in the form {FORM}, but {data.get('form')!r}")
    student, seed = data["student"], data["seed"]
    marks = tuple([_mark_of(it, student, seed) for it in data["answers"]])
    bases = tuple([_basis_of(it["basis"]) for it in data["answers"]])
    note, rules = Message.from_json(data["about"]), _rules_of(data["rules"])
    report = Report(student, seed, marks, data["counts"], note, rules)
    return Kept(report, bases, tuple(data["versions"]))


def marked(task: Task) -> Kept:
    """One student's paper, marked by `mark_paper`, in whatever process. Raises `MarkschemeError`."""
    name, printed, submission = task
    return kept(load_once(name, printed=printed), submission)


def kept(paper: Paper, submission: Submission) -> Kept:
    """One student's paper, marked by `mark_paper`, with what each mark rests on. Raises `MarkschemeError`."""
    paper = paper.on_copy(submission.copy_seed)
    items = paper.items(submission.copy_seed)
    report = mark_paper(paper, submission, items)
    numbers, points = digests(items), points_of(paper)
    found = {
        (question, name): Basis(points=tuple(its.items())) for (question, name), its in points.items()
    }  # fmt: skip
    places = {(it.slot.label, answer.name): it.label for it in paper.spaces for answer in it.answers}
    texts: dict[tuple[str, str], str | None] = {}
    for space in paper.spaces:
        label, item = space.slot.label, items[space.slot.label]
        for answer in space.answers:
            earlier = [(places[label, name], name) for name in answer.ancestors if (label, name) in places]
            before = tuple([" ".join(submission.answers.get(place, "").split()) for place in earlier])
            at = (space.label, answer.name)
            is_long = answer.kind.field().is_long  # its rubric says what is right
            key = "" if is_long else answer.kind.write(item.values[answer.name])
            found[at] = Basis(key, label, numbers[label], before, tuple(points[at].items()))
    for mark in report.marks:
        basis = found[mark.question, mark.answer]
        texts[mark.question, mark.answer] = _value(mark, items.get(basis.slot), basis)
    marks = [
        replace(mark, verdict=replace(mark.verdict, text=texts[mark.question, mark.answer])) for mark in report.marks
    ]
    versions = {f"{slot.problem.name}@{slot.problem.version}": None for slot in paper.slots}
    bases = tuple([found[mark.question, mark.answer] for mark in marks])
    return Kept(replace(report, marks=tuple(marks)), bases, (f"markscheme@{__version__}", *versions))


def with_values(report: Report, kinds: Mapping[tuple[str, str], Kind[Any]]) -> Report:
    """A report that was kept, with values in place of their texts."""

    def valued(mark: Mark) -> Mark:
        kind, text = kinds.get((mark.question, mark.answer)), mark.verdict.value
        if kind is None or not isinstance(text, str):
            return mark
        return replace(mark, verdict=replace(mark.verdict, value=read_back(kind, text)))

    return replace(report, marks=tuple([valued(mark) for mark in report.marks]))


def read_back(kind: Kind[Any], text: str) -> Any:
    """The value that a kind wrote as a text; None where it cannot be read again."""
    try:
        return kind.read(text)
    except Unreadable:
        return None


def _value(mark: Mark, item: Item | None, basis: Basis) -> str | None:
    """What was read of an answer, as its kind writes it."""
    verdict = mark.verdict
    if item is None or verdict.status in ("blank", "unreadable"):
        return None
    if verdict.value is None:
        return (basis.key or None) if verdict.status == "right" else None
    return item.problem.answers[mark.answer].kind.write(verdict.value)


def _mark_data(mark: Mark, basis: Basis, *, in_words: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "question": mark.question, "answer": mark.answer, "text": mark.text, "decided": mark.decided,
        **mark.verdict.as_json(in_words=in_words),
    }  # fmt: skip
    if mark.decision is not None:
        data["decision"] = mark.decision.as_json()
    points = [[name, exactly(marks)] for name, marks in basis.points]
    before = list(basis.before)
    data["basis"] = {
        "key": basis.key, "slot": basis.slot, "numbers": basis.numbers, "before": before, "points": points
    }  # fmt: skip
    return data


def _mark_of(data: Mapping[str, Any], student: str, seed: str) -> Mark:
    decision = Decision.from_json(data["decision"]) if "decision" in data else None
    return Mark(student, seed, data["question"], data["answer"], data["text"], Verdict.from_json(data), decision)


def _basis_of(data: Mapping[str, Any]) -> Basis:
    points = tuple([(name, marks_from(marks)) for name, marks in data["points"]])
    return Basis(data["key"], data["slot"], data["numbers"], tuple(data["before"]), points)


def _rules_data(rules: Rules) -> list[Any]:
    alternatives = [
        [it.count, it.counting, [[name, sorted(labels)] for name, labels in it.options]] for it in rules.alternatives
    ]
    floors = [[it.where, sorted(it.labels), exactly(it.least)] for it in rules.floors]
    return [sorted(rules.bonus), alternatives, floors]


def _rules_of(data: list[Any]) -> Rules:
    bonus, alternatives, floors = data
    return Rules(
        frozenset(bonus),
        tuple([
            Alternatives(count, counting, tuple([(name, frozenset(labels)) for name, labels in options]))
            for count, counting, options in alternatives
        ]),
        tuple([Floor(where, frozenset(labels), marks_from(least)) for where, labels, least in floors]),
    )  # fmt: skip
