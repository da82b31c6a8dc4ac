"""answers.csv: what students answered, one answer a row. Broken rows are named, and the others kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markscheme.core.errors import near_misses
from markscheme.paper.plan import Paper
from markscheme.paper.roster import BrokenRow, Student, read_rows

FIELDS = ("student", "seed", "question", "answer", "text")
COMMON = "common:"
"""Before a seed in answers.csv: everyone had the same copy."""


@dataclass(slots=True)
class Submission:
    """What one student answered: texts by question and answer."""

    student: str
    seed: str
    answers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    @property
    def copy_seed(self) -> str:
        """The seed of the student's copy."""
        return copy_seed(self.seed, self.student)


def copy_seed(seed: str, student: str) -> str:
    """The seed of a student's copy: `S/student`, or S where everyone has the same copy.

    >>> copy_seed("2026", "s001"), copy_seed("common:2026", "s001")
    ('2026/s001', '2026')
    """
    return seed.removeprefix(COMMON) if seed.startswith(COMMON) or not student else f"{seed}/{student}"


def questions_of(paper: Paper) -> dict[str, tuple[str, ...]]:
    """The labels of a paper's answer spaces, each with the names of its answers."""
    labels = {
        str(question.number): (question.answer_name,) for question in paper.questions if question.kind != "problem"
    }
    return labels | {space.label: tuple([answer.name for answer in space.answers]) for space in paper.spaces}


def empty_answers(paper: Paper, seed: str, students: Iterable[Student]) -> str:
    """An answers.csv to fill in: a row for each student and answer, the text left out."""
    page = io.StringIO()
    rows = csv.writer(page, lineterminator="\n")
    rows.writerow(FIELDS)
    for student in [student.student for student in students] or [""]:
        for question, names in questions_of(paper).items():
            rows.writerows([(student, seed, question, name, "") for name in names])
    return page.getvalue()


def is_filled_in(page: Path) -> bool:
    """Whether a file holds anything but the rows of an empty answers.csv."""
    if not page.is_file():
        return False
    try:
        rows = list(csv.reader(io.StringIO(page.read_text("utf-8-sig"), newline="")))
    except (OSError, ValueError, csv.Error):
        return True
    return any([len(row) != len(FIELDS) or row[-1].strip() for row in rows[1:] if row])


def read_answers(page: Path, paper: Paper, seed: str | None = None) -> tuple[list[Submission], list[BrokenRow]]:
    """The submissions in a file, by student, and the broken rows. Raises `MarkschemeError` for what is no such file."""
    questions = questions_of(paper)
    submissions: dict[str, Submission] = {}
    broken: list[BrokenRow] = []
    for number, row in read_rows(page, required=("student", "question", "answer", "text"), known=FIELDS):
        complaint = row if isinstance(row, str) else _complaint(row, questions, submissions, paper, seed)
        if complaint:
            broken.append(BrokenRow(page.name, number, complaint))
        elif not isinstance(row, str):
            own_seed = row.get("seed") or seed or ""
            submission = submissions.setdefault(row["student"], Submission(row["student"], own_seed))
            submission.answers[row["question"], row["answer"]] = row["text"]
    return list(submissions.values()), broken


def _complaint(
    row: Mapping[str, str],
    questions: Mapping[str, tuple[str, ...]],
    submissions: Mapping[str, Submission],
    paper: Paper,
    seed: str | None,
) -> str:
    student, question, answer = row["student"], row["question"], row["answer"]
    own_seed = row.get("seed") or seed or ""
    if not student:
        return "column 'student' is empty"
    if question not in questions:
        return f"column 'question': {paper.name} has no question {question!r}; {near_misses(question, questions)}"
    if answer not in questions[question]:
        return f"column 'answer': question {question} asks no {answer!r}; {near_misses(answer, questions[question])}"
    if paper.is_seeded and not own_seed:
        return "column 'seed' is empty; it is in the footer of the copy, or give --seed"
    if seed and row.get("seed") and row["seed"].removeprefix(COMMON) != seed.removeprefix(COMMON):
        return f"column 'seed' is {row['seed']!r}, but --seed is {seed!r}"
    earlier = submissions.get(student)
    if earlier and earlier.seed != own_seed:
        return f"column 'seed' is {own_seed!r}, but {student} has {earlier.seed!r} above"
    if earlier and (question, answer) in earlier.answers:
        return f"column 'answer': {student} answers {question} {answer} twice"
    return ""
