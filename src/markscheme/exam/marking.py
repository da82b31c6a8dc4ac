"""Marking an exam: answers come in and stay, decisions come in and stay, marks follow from both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from markscheme.core.errors import MarkschemeError
from markscheme.core.marks import Marks, exact_marks
from markscheme.exam.folder import Exam
from markscheme.exam.scanned import came_in, owners, unread
from markscheme.exam.store import StoredAnswer, StoredDecision
from markscheme.marking.decisions import Decision, Place, decided, moved, read_by_hand, read_overrides, rubric_sheet
from markscheme.marking.gradebook import Mark, Report, decimal, mark_class
from markscheme.marking.roll import Roll
from markscheme.marking.sheets import keep_what_is_filled_in, of_earlier_marking, sheets
from markscheme.marking.submissions import FIELDS, HandedIn, Submission, Unmatched, hand_in, questions_of
from markscheme.paper.files import writing
from markscheme.paper.tables import BrokenRow, csv_text, safe_cell, safe_id

MARKS = "marks"


@dataclass(frozen=True)
class Taken:
    """What came of a file of answers."""

    found: HandedIn
    new: int
    """How many answers were not there before."""
    replaced: int


def take_answers(exam: Exam, page: Path, *, replacing: bool = False) -> Taken:
    """Take the answers of a file or a folder into the exam.

    Raises `MarkschemeError` where it has none that can be taken, or one that contradicts what was taken before; with
    `replacing` it takes that one's place.
    """
    found = hand_in(page, exam.paper, Roll(exam.manifest))
    found.check(page)
    before = exam.store.answers()
    copies = {it.student: it.code for it in before.values()}
    for one in found.submissions:
        if copies.get(one.student, one.seed) != one.seed:
            raise MarkschemeError(
                f"{one.student} has answers on the copy {copies[one.student]}, and {page} has more on {one.seed}: a "
                "person decides which copy counts, and the rows of the other one are left out"
            )
    new: list[StoredAnswer] = []
    other: list[StoredAnswer] = []
    for one in found.submissions:
        for (question, answer), text in one.answers.items():
            was = before.get((one.seed, question, answer))
            source = one.came_from.get((question, answer), page.name)
            row = StoredAnswer(one.seed, one.student, question, answer, text, source)
            if was is not None and was.student != one.student:
                raise MarkschemeError(f"the copy {one.seed} is {was.student}'s, and {page} has it as {one.student}'s")
            if was is None:
                new.append(row)
            elif was.text != text:
                other.append(row)
    if other and not replacing:
        it = other[0]
        was = before[it.code, it.question, it.answer]
        raise MarkschemeError(
            f"{page} has another text of {len(other)} answers than was taken before, the first {it.student}'s "
            f"{it.question} {it.answer}: {_brief(it.text)}, where {was.source} had {_brief(was.text)}; "
            "with --replace the new ones count"
        )
    counts = {"new": len(new), "replaced": len(other), "broken": len(found.broken)}
    waiting = [asdict(it) for it in found.unmatched]
    path = str(page.absolute())
    with exam.store.adding("answers", file=page.name, path=path, waiting=waiting, counts=counts) as adding:
        adding.answers([*new, *other])
    return Taken(found, len(new), len(other))


def empty_sheet(exam: Exam) -> str:
    """answers.csv to fill in: a row for each copy and answer. The column `seed` has the copy's code."""
    rows = [
        (safe_id(it.student), it.code, question, name, "")
        for it in exam.manifest.copies if it.student
        for question, names in questions_of(exam.paper.on_copy(it.seed)).items() for name in names
    ]  # fmt: skip
    return csv_text(FIELDS, rows)


def waiting_rows(exam: Exam) -> list[Unmatched]:
    """The rows that belong to no copy, of each file as it was read last, but for those that came in since.

    A student's rows came in since if all of them are some copy's now.
    """
    files: dict[str, list[Unmatched]] = {}
    for it in exam.store.events("answers"):
        kept: list[dict[str, Any]] = it["data"]["waiting"]
        files[it["data"]["path"]] = [
            Unmatched(row["file"], row["row"], row["fields"], row["why"], tuple(row["nearest"])) for row in kept
        ]
    groups: dict[tuple[str, str], list[Unmatched]] = {}
    for name, rows in files.items():
        for row in rows:
            groups.setdefault((name, row.fields["student"]), []).append(row)
    texts = {(it.code, it.question, it.answer): it.text for it in exam.store.answers().values()}

    def came_in(rows: Sequence[Unmatched]) -> bool:
        asked = [(row.fields["question"], row.fields["answer"], row.fields["text"]) for row in rows]
        return any([all([texts.get((it.code, a, b)) == c for a, b, c in asked]) for it in exam.manifest.copies])

    return [row for rows in groups.values() if not came_in(rows) for row in rows]


def _brief(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def submissions_of(exam: Exam) -> list[Submission]:
    """What was handed in, by the copies, in their order, but for copies that are nobody's yet or again."""
    found: dict[str, Submission] = {}
    copies = {it.code: it for it in exam.manifest.copies}

    def of(code: str, student: str) -> Submission:
        copy = copies[code]
        return found.setdefault(code, Submission(student, code, drawn=copy.seed, numbers=copy.numbers))

    for it in [one for one in exam.store.answers().values() if one.student]:
        of(it.code, it.student).answers[it.question, it.answer] = it.text
    whose = owners(exam)
    for code, missing in came_in(exam).items():
        if whose[code]:
            own = of(code, whose[code])
            own.unread |= dict(unread(exam, copies[code], missing, own.answers))
    return [found[code] for code in copies if code in found]


def marked(exam: Exam) -> Iterable[Report]:
    """The reports of all that was handed in, without decisions."""
    return mark_class(exam.paper, submissions_of(exam))


# Decisions


def take_decisions(exam: Exam, page: Path, reports: Sequence[Report], who: str, *, overriding: bool) -> list[BrokenRow]:
    """Take what a person decided in a file: by_hand.csv, filled in, or overrides. Broken rows come back."""
    hidden = [by_code(report) for report in reports] if not overriding else list(reports)
    found, broken = (read_overrides if overriding else read_by_hand)(page, exam.paper, hidden)
    codes = {report.student: report.seed for report in reports}
    texts = {(it.seed, it.question, it.answer): it.text for report in reports for it in report.marks}
    rows: list[StoredDecision] = []
    for (name, question, answer), it in found.items():
        code, why = codes.get(name, name), json.dumps(it.message.as_json(), ensure_ascii=False)
        rows.append(StoredDecision(
            code, question, answer, str(Fraction(it.marks)), why, who, "override" if overriding else "by hand",
            texts[code, question, answer], page.name,
        ))  # fmt: skip
    known = {_same(it) for it in exam.store.decisions()}
    new = [it for it in rows if _same(it) not in known]
    if new:
        with exam.store.adding("decide", who, file=page.name, decisions=len(new)) as adding:
            adding.decisions(new)
    return broken


def _same(it: StoredDecision) -> StoredDecision:
    return replace(it, at="", source="")


def by_code(report: Report) -> Report:
    """A report without its student's name."""
    return replace(report, student=report.seed, marks=tuple([replace(it, student=report.seed) for it in report.marks]))


@dataclass(frozen=True)
class Disagreement:
    """An answer to which people gave different marks."""

    code: str
    question: str
    answer: str
    given: Mapping[str, Marks]
    """By whom."""


def decisions_now(exam: Exam, reports: Iterable[Report]) -> tuple[dict[Place, Decision], list[Disagreement], list[str]]:
    """The decisions that hold, those that contradict each other, and those on a text that has changed since.

    Of one person's the latest holds, an override before all; where two people's marks by hand differ, none does.
    """
    return holding(exam.store.decisions(), [mark for report in reports for mark in report.marks])


def holding(
    decisions: Iterable[StoredDecision], marked: Iterable[Mark]
) -> tuple[dict[Place, Decision], list[Disagreement], list[str]]:
    """The decisions of a log that hold for marks, with disagreements and what is not used, as `decisions_now` has them.

    `decisions` are in the order in which they were made.
    """
    marks = {(it.seed, it.question, it.answer): it for it in marked}
    given: dict[tuple[str, str, str], dict[str, StoredDecision]] = {}
    overrides: dict[tuple[str, str, str], StoredDecision] = {}
    stale: list[str] = []
    for it in decisions:
        place = (it.code, it.question, it.answer)
        mark = marks.get(place)
        if mark is None or mark.text != it.on_text:
            stale.append(f"{it.code} {it.question} {it.answer}, by {it.who or 'nobody named'}")
        elif it.kind == "override":
            overrides[place] = it
        else:
            given.setdefault(place, {})[it.who] = it
    found: dict[Place, Decision] = {}
    apart: list[Disagreement] = []
    for place in given.keys() | overrides.keys():
        mark = marks[place]
        by = given.get(place, {})
        if place in overrides:
            found[mark.student, mark.question, mark.answer] = _decision(overrides[place])
        elif len({it.marks for it in by.values()}) > 1:
            apart.append(Disagreement(*place, {who: exact_marks(Fraction(it.marks)) for who, it in by.items()}))
        else:
            found[mark.student, mark.question, mark.answer] = _decision([*by.values()][-1])
    return found, sorted(apart, key=lambda it: (it.code, it.question, it.answer)), stale


def _decision(it: StoredDecision) -> Decision:
    return Decision(exact_marks(Fraction(it.marks)), it.message, it.who, it.at)


# What comes of it


@dataclass(frozen=True)
class Outcome:
    """The class as it stands."""

    reports: list[Report]
    absent: list[str]
    waiting: list[Unmatched]
    apart: list[Disagreement]
    stale: list[str]
    moves: int | None
    """How many answers moved since the last time; None where this is the first."""
    files: list[str]
    older: list[str]
    """Files of an earlier marking that lie among them."""


def standing(exam: Exam, reports: Iterable[Report]) -> tuple[list[Report], list[Disagreement], list[str]]:
    """The reports with the decisions that hold; disagreements; decisions on texts that have changed."""
    found = list(reports)
    holding, apart, stale = decisions_now(exam, found)
    return decided(found, holding), apart, stale


def write_marks(
    exam: Exam, reports: Iterable[Report], *, xlsx: bool = False, more: Mapping[str, bytes] | None = None
) -> Outcome:
    """Write marks, totals, report, what waits and what moved into the exam's folder, all or none."""
    folder = exam.root / MARKS
    found, apart, stale = standing(exam, reports)
    absent = Roll(exam.manifest).absent([it.student for it in found])
    with writing(folder) as files:
        moves = moved(folder / "marks.csv", found) if (folder / "marks.csv").is_file() else None
        keep_what_is_filled_in(folder)
        waiting = waiting_rows(exam)
        listed = waiting if waiting or (folder / "unmatched.csv").is_file() else None
        made = sheets(exam.paper, found, absent=absent, unmatched=listed, moves=moves, xlsx=xlsx)
        if "by_hand.csv" in made or (folder / "by_hand.csv").is_file():
            made["by_hand.csv"] = rubric_sheet(exam.paper, [by_code(it) for it in found]).encode()
        if apart or (folder / "disagreements.csv").is_file():
            made["disagreements.csv"] = disagreements_csv(apart).encode()
        for name, content in (made | dict(more or {})).items():
            files.add(name, content)
    count = None if moves is None else len(moves)
    older = [] if count == 0 else of_earlier_marking(folder, files.names)
    return Outcome(found, absent, waiting, apart, stale, count, files.names, older)


def disagreements_csv(apart: Iterable[Disagreement]) -> str:
    """disagreements.csv: where two people's marks differ; an override settles it."""
    rows: list[tuple[str, ...]] = []
    for it in apart:
        given = "; ".join([f"{who}: {decimal(marks)}" for who, marks in it.given.items()])
        rows.append((it.code, it.question, it.answer, safe_cell(given)))
    return csv_text(("code", "question", "answer", "given"), rows)
