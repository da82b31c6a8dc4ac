"""What an exam says when it is asked: why a mark is what it is, how far it is, whether it is still what it was."""

from __future__ import annotations

from dataclasses import dataclass

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.core.marks import written
from markscheme.exam.folder import ROSTER, Exam, changed_files
from markscheme.exam.marking import standing, submissions_of
from markscheme.exam.printing import KEYS, left_to_print, printed_before
from markscheme.exam.secret import is_code
from markscheme.marking.gradebook import mark_paper
from markscheme.marking.submissions import questions_of
from markscheme.paper.manifest import numbers_of


@dataclass(frozen=True)
class Why:
    """How an answer came to its marks."""

    student: str
    code: str
    question: str
    answer: str
    text: str
    source: str
    """The file that it was in, and when it came."""
    key: str
    status: str
    marks: str
    out_of: str
    reason: str
    slips: tuple[str, ...]
    carried_from: tuple[str, ...]
    problem: str
    scoring: str
    decisions: tuple[str, ...]
    picture: str = ""
    """The file that shows what was written by hand, where a page was scanned."""

    def as_text(self) -> str:
        """For people."""
        lines = {
            "answer": f"{self.question} {self.answer} of {self.student} (copy {self.code})",
            "written": self.text or "nothing",
            "came in": self.source,
            "as written": self.picture,
            "key": f"{self.key}  ({self.problem})",
            "marks": f"{self.marks} of {self.out_of}, {self.status}",
            "rule": self.scoring,
            "why": self.reason,
            "slips": ", ".join(self.slips),
            "carried on from": ", ".join(self.carried_from),
        }
        said = [f"{name:>16}  {text}" for name, text in lines.items() if text]
        return "\n".join([*said, *[f"{'decided':>16}  {it}" for it in self.decisions]])


def why(exam: Exam, name: str, question: str, answer: str = "") -> list[Why]:
    """What was read of a student's answers to a question, against which key, by which rule, and who decided.

    Raises `MarkschemeError` where there is no such student or question, or nothing was handed in.
    """
    copy = exam.copy(name)
    label = exam.paper.label(question)
    asked = questions_of(exam.paper.on_copy(copy.seed))
    if label not in asked:
        raise MarkschemeError(f"the copy {copy.code} has no question {question!r}; {near_misses(question, asked)}")
    if answer and answer not in asked[label]:
        raise MarkschemeError(f"question {label} asks no {answer!r}; {near_misses(answer, asked[label])}")
    one = next((it for it in submissions_of(exam) if it.seed == copy.code), None)
    if one is None:
        raise MarkschemeError(f"nothing of {name} has come in")
    (report,), _, _ = standing(exam, [mark_paper(exam.paper, one)])
    stored = exam.store.answers()
    given = exam.store.decisions()
    paper = exam.paper.on_copy(copy.seed)
    items = paper.items(copy.seed)
    slots = {space.label: space.slot for space in paper.spaces}
    found: list[Why] = []
    for mark in report.marks:
        if mark.question != label or answer not in ("", mark.answer):
            continue
        slot = slots.get(label)
        item = items[slot.label] if slot else None
        came = stored.get((copy.code, label, mark.answer))
        verdict = mark.verdict
        scoring = item.scoring_of(item.problem.answers[mark.answer]) if item else None
        found.append(Why(
            report.student, copy.code, label, mark.answer, mark.text,
            f"{came.source}, {came.at}" if came else "",
            item.problem.answers[mark.answer].kind.write(item.values[mark.answer]) if item else "",
            f"{verdict.status}{', decided by a person' if mark.decided else ''}",
            written(verdict.marks), written(verdict.out_of), verdict.reason, tuple(verdict.slips),
            tuple(verdict.carried_from), f"{item.problem.name}, version {item.problem.version}" if item else "",
            f"{scoring}" if scoring else "",
            tuple([f"{it.marks} by {it.who or 'nobody named'}, {it.at} ({it.kind}, {it.source}): {it.message}"
                   for it in given if (it.code, it.question, it.answer) == (copy.code, label, mark.answer)]),
        ))  # fmt: skip
    return found


def without_copy(exam: Exam) -> list[str]:
    """Students of the roster who have no copy."""
    return [it for it in exam.students if it not in exam.manifest.by_student]


def status(exam: Exam) -> dict[str, object]:
    """How far the exam is: what is done, and what is left."""
    there = {it.seed for it in submissions_of(exam)}
    owned = [it for it in exam.manifest.copies if it.student]
    return {
        "paper": exam.manifest.paper,
        "exam": exam.manifest.exam,
        "students": len(exam.students),
        "copies": len(exam.manifest.copies),
        "without_copy": without_copy(exam),
        "seated": sum([bool(it.row and it.seat) for it in exam.students.values()]),
        "printed": len(exam.manifest.copies) - len(left_to_print(exam)),
        "handed_in": sum([it.code in there for it in owned]),
        "spare_used": sum([it.code in there for it in exam.manifest.copies if not it.student]),
        "rows": exam.store.counts(),
        "events": exam.store.events(),
    }


def verify(exam: Exam) -> list[str]:
    """What is not as it was: frozen files, the secret's codes and seeds, numbers, printed pages, the database."""
    found = [f"{name} is not what was frozen" for name in changed_files(exam)]
    found += [f"{it} is in {ROSTER} and has no copy: `exam add` gives one" for it in without_copy(exam)]
    known = dict[str, str]()
    for it in exam.manifest.copies:
        attempts = [exam.secret.code(it.number, attempt) for attempt in range(9)]
        if not is_code(it.code) or it.code not in attempts:
            found.append(f"the code {it.code} is not of this secret")
        if it.seed != exam.secret.seed(f"version {it.version}" if it.version else f"copy {it.number}"):
            found.append(f"the seed of {it.code} is not of this secret")
        if it.seed not in known:
            known[it.seed] = numbers_of(exam.paper.items(it.seed))
        if known[it.seed] != it.numbers:
            found.append(f"the numbers of {it.code} are not those that it had")
    before = printed_before(exam)
    found += [
        f"the pages of {it.code} (or its key in {KEYS}) are not those that were printed: `exam print` makes them again"
        for it in left_to_print(exam) if it.code in before
    ]  # fmt: skip
    if not exam.store.is_sound():
        found.append(f"{exam.store.page.name} is damaged")
    return found
