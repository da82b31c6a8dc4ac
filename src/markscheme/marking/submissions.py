"""What students answered, one answer a row: answers.csv, JSON Lines, xlsx, or a folder with a file a student.

A row belongs to a copy that was printed, as `marking/roll.py` finds it. What belongs to none waits, and is marked as
nobody's.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.marking.roll import Roll, copy_seed
from markscheme.paper.plan import Paper
from markscheme.paper.roster import Student
from markscheme.paper.tables import FORMS, BrokenRow, csv_text, read_rows, safe_cell, safe_id, unsafe_id

FIELDS = ("student", "seed", "question", "answer", "text")
MOST_FILES = 20_000


@dataclass(slots=True)
class Submission:
    """What one student answered: texts by question and answer."""

    student: str
    seed: str
    answers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    drawn: str | None = None
    """The seed of the copy, where a manifest says it."""
    numbers: str = ""
    """The digest of the numbers that were printed, where a manifest says it."""
    came_from: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str], compare=False)
    """The file and the row of each answer, where they are known."""
    unread: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """Of answers that stand on paper and that nobody has read yet, what says so in place of a text."""
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict[tuple[str, str], bytes], compare=False)
    """Of answers that were written by hand and scanned, what stands on the page: JPEG."""

    @property
    def copy_seed(self) -> str:
        """The seed of the student's copy."""
        return copy_seed(self.seed, self.student) if self.drawn is None else self.drawn


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row that belongs to no copy that was printed, as far as can be said: it waits for a person."""

    file: str
    row: int
    fields: Mapping[str, str]
    why: str
    nearest: tuple[str, ...]

    @property
    def told(self) -> str:
        """Why it is nobody's, with the ids nearest to it."""
        return f"{self.why}; the nearest: {', '.join(map(repr, self.nearest))}" if self.nearest else self.why

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.told}"


@dataclass(slots=True)
class HandedIn:
    """What came back of a class."""

    submissions: list[Submission]
    broken: list[BrokenRow]
    unmatched: list[Unmatched]
    said: list[str]
    """How ids and seeds were read that are not as they were printed."""

    def check(self, page: Path, *besides: BrokenRow) -> None:
        """Raise `MarkschemeError` where nothing can be marked, with the first of the rows that say why."""
        if self.submissions:
            return
        every = [*besides, *self.broken, *self.unmatched]
        more = f" (and {len(every) - 1} more)" if len(every) > 1 else ""
        raise MarkschemeError(f"{page} has no row that can be marked{f'; {every[0]}{more}' if every else ''}")


def questions_of(paper: Paper) -> dict[str, tuple[str, ...]]:
    """The labels of a paper's answer spaces, each with the names of its answers."""
    labels = {
        str(question.number): (question.answer_name,) for question in paper.questions if question.kind != "problem"
    }
    return labels | {space.label: tuple([answer.name for answer in space.answers]) for space in paper.spaces}


def places_of(paper: Paper) -> list[tuple[str, str]]:
    """Every question and answer of a paper, in printed order."""
    return [(question, name) for question, names in questions_of(paper).items() for name in names]


def empty_answers(paper: Paper, seed: str | Sequence[str], students: Sequence[Student]) -> str:
    """An answers.csv to fill in: a row for each copy and answer, the text left out; one seed for all, or one each."""
    count = len(students) or (1 if isinstance(seed, str) else len(seed))
    ids = [student.student for student in students] or [""] * count
    seeds = [seed] * count if isinstance(seed, str) else seed
    return csv_text(FIELDS, [
        (safe_id(student), seed, question, name, "")
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
    """The submissions in a file, or in a folder of a file a student, and the rows that nobody's are: `hand_in`."""
    found = hand_in(page, paper, Roll(seed=seed, versions=paper.entry.versions))
    waiting = [BrokenRow(it.file, it.row, it.why) for it in found.unmatched]
    return found.submissions, [*found.broken, *waiting]


def hand_in(page: Path, paper: Paper, roll: Roll) -> HandedIn:
    """What a file of answers holds, or a folder of a file a student, by the copies that were printed.

    In a folder the file's name is the student: `s001.csv`, `s001.jsonl` or `s001.xlsx`, and the column may be left out;
    names that a learning platform made, `Ada_s001_submission.csv`, are read too where the copies are known. Raises
    `MarkschemeError` for a file that has no answers; within a folder such a file is a broken row.
    """
    rows: list[_Row] = []
    broken: list[BrokenRow] = []
    taken: dict[str, str] = {}
    for file in hand_ins(page):
        if file == page:
            _collect(file, "", rows, broken)
        elif complaint := _no_hand_in(file):
            broken.append(BrokenRow(_shown(file), 0, complaint))
        elif (student := roll.of_file(file.stem)) and taken.setdefault(student, file.name) != file.name:
            broken.append(BrokenRow(_shown(file), 0, f"{taken[student]} is of {student} too, and was taken"))
        else:
            try:
                _collect(file, student, rows, broken)
            except MarkschemeError as error:
                broken.append(BrokenRow(_shown(file), 0, str(error)))
    return _taken(rows, broken, paper, roll)


def hand_ins(page: Path) -> list[Path]:
    """The files that answers are read from: the file itself, or what a folder holds, but for hidden files."""
    if not page.is_dir():
        return [page]
    found = sorted([file for file in page.iterdir() if not file.name.startswith((".", "~$"))])
    if len(found) > MOST_FILES:
        raise MarkschemeError(f"{page} has {len(found)} files; a folder of hand-ins has at most {MOST_FILES}")
    return found


def _no_hand_in(file: Path) -> str:
    """Why a file in a folder is nobody's answers: it has no such name, or it leads elsewhere, or is no file at all."""
    if file.suffix.lower() not in FORMS or not file.stem.isprintable():
        return f"it is no file of a student that ends in {', '.join(FORMS)}"
    mode = file.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "it is a link, and what it leads to is not read: put the file itself here"
    if not stat.S_ISREG(mode):
        return f"it is no file of a student that ends in {', '.join(FORMS)}, but a folder or a device"
    return ""


def _shown(file: Path) -> str:
    """A file's name as it can be shown, whatever bytes it has."""
    name = file.name.encode(errors="replace").decode()
    return "".join([it if it.isprintable() else "\ufffd" for it in name])


@dataclass(frozen=True, slots=True)
class _Row:
    file: str
    number: int
    fields: dict[str, str]


def _collect(page: Path, student: str, rows: list[_Row], broken: list[BrokenRow]) -> None:
    """Take the rows of a file; one of a single student may leave the column out."""
    required = ("question", "answer", "text") if student else ("student", "question", "answer", "text")
    found: list[_Row] = []
    for number, row in read_rows(page, required=required, known=FIELDS):
        if isinstance(row, str):
            broken.append(BrokenRow(_shown(page), number, row))
            continue
        own = normalize("NFC", unsafe_id(row.get("student", "")))
        if student and own and own != student:
            broken.append(BrokenRow(_shown(page), number, f"column 'student' is {own!r}, but the file is {student}'s"))
        else:
            found.append(_Row(_shown(page), number, row | {"student": own or student}))
    rows += found


def _taken(rows: Sequence[_Row], broken: list[BrokenRow], paper: Paper, roll: Roll) -> HandedIn:
    """The rows by the copies that they belong to."""
    roll.match([row.fields["student"] for row in rows])
    questions = questions_of(paper)
    submissions: dict[str, Submission] = {}
    asked: dict[str, Collection[str]] = {}
    unmatched: list[Unmatched] = []
    for row in rows:
        fields = row.fields
        fields["question"] = paper.label(fields["question"])
        if complaint := _complaint(fields, questions, paper, roll):
            broken.append(BrokenRow(row.file, row.number, complaint))
            continue
        seed = fields.get("seed", "") if paper.is_seeded else ""  # else it says nothing
        place = roll.place_of(fields["student"], seed)
        if isinstance(place, str):
            nearest = tuple(roll.nearest(fields["student"]))
            unmatched.append(Unmatched(row.file, row.number, fields, place, nearest))
            continue
        made = Submission(place.student, place.seed, drawn=place.drawn, numbers=place.numbers)
        own = submissions.get(place.student)
        if paper.has_pools and made.copy_seed not in asked:
            asked[made.copy_seed] = questions_of(paper.on_copy(made.copy_seed))
        if paper.has_pools and fields["question"] not in asked[made.copy_seed]:
            said = f"column 'question': the copy of {place.student} has no {fields['question']}"
            broken.append(BrokenRow(row.file, row.number, said))
        elif own and own.seed != place.seed:
            said = f"column 'seed' is {place.seed!r}, but {place.student} has {own.seed!r} above"
            broken.append(BrokenRow(row.file, row.number, said))
        elif own and (fields["question"], fields["answer"]) in own.answers:
            said = f"column 'answer': {place.student} answers {fields['question']} {fields['answer']} twice"
            broken.append(BrokenRow(row.file, row.number, said))
        else:
            own = submissions.setdefault(place.student, made)
            own.answers[fields["question"], fields["answer"]] = fields["text"]
            own.came_from[fields["question"], fields["answer"]] = f"{row.file}, row {row.number}"
    broken.sort(key=lambda it: (it.file, it.row))
    return HandedIn(list(submissions.values()), broken, unmatched, roll.said())


def _complaint(row: Mapping[str, str], questions: Mapping[str, tuple[str, ...]], paper: Paper, roll: Roll) -> str:
    """Why a row can be nobody's answer, whatever copies there are."""
    student, question, answer, seed = row["student"], row["question"], row["answer"], row.get("seed", "")
    if not student:
        return "column 'student' is empty"
    if not student.isprintable():
        return f"column 'student' has characters that cannot be seen: {student!r}"
    if question not in questions:
        return f"column 'question': {paper.name} has no question {question!r}; {near_misses(question, questions)}"
    if answer not in questions[question]:
        return f"column 'answer': question {question} asks no {answer!r}; {near_misses(answer, questions[question])}"
    if paper.is_seeded and not seed and not roll.knows_seeds:
        return "column 'seed' is empty; it is in the footer of the copy, or give --seed"
    return roll.against_option(seed)


def unmatched_csv(unmatched: Iterable[Unmatched]) -> str:
    """unmatched.csv: the rows that wait. With the right id in `student` they are rows of answers.csv again."""
    rows: Iterator[tuple[object, ...]] = (
        (*[safe_id(it.fields.get(name, "")) if name in ("student", "seed") else safe_cell(it.fields.get(name, ""))
           for name in FIELDS], it.why, " ".join(it.nearest), it.file, it.row) for it in unmatched
    )  # fmt: skip
    return csv_text((*FIELDS, "why", "nearest", "file", "row"), rows)
