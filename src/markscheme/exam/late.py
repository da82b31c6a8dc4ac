"""Students who come into the roster later: each has a copy of their own, and no other copy changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import ROSTER, Exam, new_copy, roster_csv, with_numbers
from markscheme.exam.printing import printed_before
from markscheme.exam.secret import PRIVATE
from markscheme.paper.files import gathering
from markscheme.paper.manifest import NAME, PrintedCopy
from markscheme.paper.roster import Student, read_roster

_SEATED = ("row", "seat")
_WISHES = ("extra_time", "large_print", "language")
"""What makes another copy or sitting, also where nothing was said before."""


@dataclass(frozen=True)
class Added:
    """What came of a roster that was given later."""

    copies: tuple[PrintedCopy, ...]
    known: int
    """How many of its students were there before."""
    left_out: list[str]
    """Who is in the exam and not in that roster: they stay."""


def add_students(exam: Exam, page: Path) -> Added:
    """Give a copy to each student of a roster who has none yet: all or none, and no other copy changes.

    Raises `MarkschemeError` where the roster says something else of a student than the exam's does.
    """
    there, broken = read_roster(exam.root / ROSTER)
    given, broken_now = read_roster(page)
    if broken or broken_now:
        raise MarkschemeError(f"{[*broken_now, *broken][0]}: mend the roster first")
    before = {it.student: it for it in there}
    for it in given:
        if it.student in before and (what := _differs(before[it.student], it)):
            was, now = (getattr(one, what) for one in (before[it.student], it))
            raise MarkschemeError(
                f"{page} has {now!r} as {what} of {it.student}, and the exam has {was!r}: what was frozen stays"
            )
    owners = exam.manifest.by_student
    new = [it for it in [*there, *given] if it.student not in owners]
    new = list({it.student: it for it in new}.values())
    copies = _copies(exam, new)
    if new:
        roster = roster_csv([*there, *[it for it in new if it.student not in before]])
        manifest = exam.manifest.model_copy(update={"copies": (*exam.manifest.copies, *copies)})
        with gathering(exam.root) as files:
            files.add(ROSTER, roster.encode())
            files.add(NAME, manifest.as_bytes(), PRIVATE)
        with exam.store.adding("add", file=page.name, students=len(new), codes=[it.code for it in copies]):
            pass
    named = {it.student for it in given}
    known = sum([it.student in owners for it in given])
    return Added(copies, known, [it for it in before if it not in named])


def _differs(was: Student, now: Student) -> str:
    """The first column in which a student is another one; what is empty says nothing of who it is."""
    for name in [it.name for it in fields(Student) if it.name not in _SEATED]:
        then, given = getattr(was, name), getattr(now, name)
        if given not in ("", then) and (then or name in _WISHES):
            return name
    return ""


def _copies(exam: Exam, new: Sequence[Student]) -> tuple[PrintedCopy, ...]:
    names = exam.paper.entry.versions
    late = bool(printed_before(exam))
    found = list(exam.manifest.copies)
    number = max([it.number for it in found], default=0)
    for it in new:
        number += 1
        used = Counter([copy.version for copy in found])
        version = min(names, key=lambda name: used[name]) if names else ""
        made = new_copy(exam.secret, number, found, student=it.student, version=version, large=it.reads_large)
        found.append(made.model_copy(update={"late": late}))
    return with_numbers(exam.paper, found[len(exam.manifest.copies) :])
