"""A class: roster.csv, one student a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from unicodedata import category, normalize

from markscheme.language import languages
from markscheme.paper.tables import BrokenRow, read_rows, unsafe_id

FIELDS = (
    "student", "last", "first", "section", "email", "row", "seat", "extra_time", "large_print", "language",
)  # fmt: skip
CALLED: Mapping[str, str] = {
    it: column
    for column, names in {
        "student": "student id, id, id number, student number, sid, sis id, sis user id, user id, username, login id, "
                   "net id, netid, orgdefinedid, roll number, matriculation number, matrikelnummer",
        "last": "last name, surname, family name, nachname",
        "first": "first name, given name, forename, vorname",
        "section": "group, class, gruppe",
        "email": "e-mail, email address, e-mail address, mail",
        "row": "reihe",
        "seat": "platz",
        "extra_time": "extra time, time extension, zeitzuschlag",
        "large_print": "large print",
        "language": "lang, sprache",
    }.items()
    for it in names.split(", ")
}  # fmt: skip
"""What registries, learning platforms and people call the columns."""
LANGUAGES: Mapping[str, str] = {"english": "en", "englisch": "en", "german": "de", "deutsch": "de"}
"""Languages by their names, beside their codes."""
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "ja"})
NO = frozenset({"", "no", "n", "false", "0", "nein"})
MOST_LETTERS = 64
"""Of an id; the names of files are made of it."""


@dataclass(frozen=True, slots=True)
class Student:
    """One row of roster.csv."""

    student: str
    last: str = ""
    first: str = ""
    section: str = ""
    email: str = ""
    row: str = ""
    seat: str = ""
    extra_time: str = ""
    """Such as `25%`, in words of one's own."""
    large_print: str = ""
    language: str = ""
    """Of the words of the page, by the code of a catalog; empty for the paper's own."""

    @property
    def reads_large(self) -> bool:
        """Whether the copy is printed large."""
        return self.large_print.casefold() in YES

    @property
    def name(self) -> str:
        """Last and first name."""
        return ", ".join([it for it in (self.last, self.first) if it])


def read_roster(page: Path) -> tuple[list[Student], list[BrokenRow]]:
    """The students of a roster, and the rows that are broken. Raises `MarkschemeError` for a file that is no roster."""
    students: dict[str, Student] = {}
    broken: list[BrokenRow] = []
    for number, row in read_rows(page, required=("student",), known=FIELDS, called=column_of):
        if not isinstance(row, str):
            row |= {name: unsafe_id(row[name]) for name in FIELDS if name in row}
            row["student"] = normalize("NFC", row["student"])
            said = row.get("language", "").casefold()
            row["language"] = LANGUAGES.get(said, said)
        complaint = row if isinstance(row, str) else _complaint(row, students)
        if complaint:
            broken.append(BrokenRow(page.name, number, complaint))
        elif not isinstance(row, str):
            students[row["student"]] = Student(**{name: row.get(name, "") for name in FIELDS})
    return list(students.values()), broken


def column_of(head: str) -> str:
    """What a column is called here; its own name where it is none of a roster's.

    >>> [column_of(it) for it in ("student", "First_Name", "email address", "Last  name", "shoe size")]
    ['student', 'first', 'email', 'last', 'shoe size']
    """
    plain = " ".join(head.casefold().replace("_", " ").split())
    return CALLED.get(plain, head)


def columns_not_read(page: Path) -> list[str]:
    """The columns of a roster that mean nothing here, and what they may be meant for; as sentences."""
    rows = (row for _, row in read_rows(page, required=("student",), known=FIELDS, called=column_of))
    first = next((row for row in rows if not isinstance(row, str)), dict[str, str]())
    own = [name for name in first if name and name not in FIELDS]
    near = {name: get_close_matches(name, [*FIELDS, *CALLED], 1, 0.75) for name in own}
    told = [f"{name!r} (for {column_of(near[name][0])!r}?)" if near[name] else repr(name) for name in own]
    return [f"{page}: not read: {', '.join(told)}; a roster has {','.join(FIELDS)}"] if told else []


def _complaint(row: Mapping[str, str], students: Mapping[str, Student]) -> str:
    student = row["student"]
    if not student:
        return "column 'student' is empty"
    if student in students:
        return f"column 'student': {student!r} stands there twice"
    if len(student) > MOST_LETTERS:
        return f"column 'student': an id has at most {MOST_LETTERS} letters, not {len(student)} ({student[:20]}…)"
    if not all(_may_stand(character) for character in student) or student.strip(".") == "":
        return f"column 'student': letters, digits, '-', '_', '.', '+' and '@' only, not {student!r}"
    if student.lower().endswith("-key"):
        return f"column 'student': {student!r} ends like the name of a file with solutions"
    if row.get("large_print", "").casefold() not in YES | NO:
        return f"column 'large_print' is yes or no, not {row['large_print']!r}"
    if row["language"] and row["language"] not in languages():
        known = ", ".join(languages())
        return f"column 'language' is one of {known}, or empty for the paper's own, not {row['language']!r}"
    return ""


def _may_stand(character: str) -> bool:
    """Whether a character may stand in an id: accents may be signs of their own."""
    return character.isalnum() or character in "-_.@+" or category(character).startswith("M")
