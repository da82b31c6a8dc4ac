"""What students answered, one answer a row: answers.csv, JSON Lines, xlsx, or a folder with a file a student."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.paper.plan import Paper
from markscheme.paper.roster import Student
from markscheme.paper.tables import FORMS, BrokenRow, csv_text, read_rows

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


def empty_answers(paper: Paper, seed: str | Sequence[str], students: Sequence[Student]) -> str:
    """An answers.csv to fill in: a row for each copy and answer, the text left out; one seed for all, or one each."""
    count = len(students) or (1 if isinstance(seed, str) else len(seed))
    ids = [student.student for student in students] or [""] * count
    seeds = [seed] * count if isinstance(seed, str) else seed
    return csv_text(FIELDS, [
        (student, seed, question, name, "")
        for student, seed in zip(ids, seeds, strict=True)
        for question, names in questions_of(paper.on_copy(copy_seed(seed, student))).items() for name in names
    ])  # fmt: skip


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
    """The submissions in a file, or in a folder of a file a student, and the broken rows.

    In a folder the file's name is the student: `s001.csv`, `s001.jsonl` or `s001.xlsx`, and the column may be left out.
    Raises `MarkschemeError` for a file that has no answers; within a folder such a file is a broken row.
    """
    submissions: dict[str, Submission] = {}
    broken: list[BrokenRow] = []
    taken: dict[str, str] = {}
    for file in hand_ins(page):
        if file == page:
            broken += _take(file, "", submissions, paper, seed)
        elif file.suffix.lower() not in FORMS or file.is_dir() or not file.stem.isprintable():
            name = file.name.encode(errors="replace").decode()
            broken.append(BrokenRow(name, 0, f"it is no file of a student that ends in {', '.join(FORMS)}"))
        elif taken.setdefault(file.stem, file.name) != file.name:
            broken.append(BrokenRow(file.name, 0, f"{taken[file.stem]} is of {file.stem} too, and was taken"))
        else:
            try:
                broken += _take(file, file.stem, submissions, paper, seed)
            except MarkschemeError as error:
                broken.append(BrokenRow(file.name, 0, str(error)))
    return list(submissions.values()), broken


def hand_ins(page: Path) -> list[Path]:
    """The files that answers are read from: the file itself, or what a folder holds, but for hidden files."""
    if not page.is_dir():
        return [page]
    return sorted([file for file in page.iterdir() if not file.name.startswith((".", "~$"))])


def _take(
    page: Path, student: str, submissions: dict[str, Submission], paper: Paper, seed: str | None
) -> list[BrokenRow]:
    """Take the answers of a file, and return its broken rows; a file of one student may leave the column out."""
    questions = questions_of(paper)
    broken: list[BrokenRow] = []
    required = ("question", "answer", "text") if student else ("student", "question", "answer", "text")
    for number, row in read_rows(page, required=required, known=FIELDS):
        if isinstance(row, str):
            broken.append(BrokenRow(page.name, number, row))
            continue
        if student and not row.get("student"):
            row["student"] = student
        row["question"] = paper.label(row["question"])
        complaint = _complaint(row, questions, submissions, paper, seed)
        if student and row["student"] != student:
            complaint = f"column 'student' is {row['student']!r}, but the file is {student}'s"
        if complaint:
            broken.append(BrokenRow(page.name, number, complaint))
        else:
            own = submissions.setdefault(row["student"], Submission(row["student"], row.get("seed") or seed or ""))
            own.answers[row["question"], row["answer"]] = row["text"]
    return broken


def _whole_seed(seed: str, paper: Paper) -> str:
    """What a seed is without what tells copies apart."""
    own = seed.removeprefix(COMMON)
    before, _, version = own.rpartition("/")
    return before if before and version in paper.entry.versions else own


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
    if paper.has_pools and question not in questions_of(paper.on_copy(copy_seed(own_seed, student))):
        return f"column 'question': the copy of {student} has no {question}"
    if paper.entry.versions and own_seed.rpartition("/")[2] not in paper.entry.versions:
        names = " or ".join([f"{COMMON}{seed or '2026'}/{version}" for version in paper.entry.versions])
        return f"column 'seed' is {own_seed!r}, but the paper has versions: {names}, as the footer of the copy says"
    if seed and row.get("seed") and _whole_seed(row["seed"], paper) != _whole_seed(seed, paper):
        return f"column 'seed' is {row['seed']!r}, but --seed is {seed!r}"
    earlier = submissions.get(student)
    if earlier and earlier.seed != own_seed:
        return f"column 'seed' is {own_seed!r}, but {student} has {earlier.seed!r} above"
    if earlier and (question, answer) in earlier.answers:
        return f"column 'answer': {student} answers {question} {answer} twice"
    return ""
