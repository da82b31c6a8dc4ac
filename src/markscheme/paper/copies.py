"""Copies of a paper: each item proven before it is printed, each form as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from markscheme.core.errors import MarkschemeError, ProofError
from markscheme.core.item import Item
from markscheme.core.proof import prove_item, unconfirmed
from markscheme.paper.manifest import digests
from markscheme.paper.plan import Page, Paper, load_once
from markscheme.paper.printing import Copy, pdf
from markscheme.paper.roster import Student
from markscheme.paper.web_page import html, markdown

Task: TypeAlias = tuple[str, tuple[str, ...], str, Student | None, str, Page | None, bool, str, str]
"""Paper, its chosen problems, seed, student, form, page, whether to take the machine's fonts, language, version."""


def make_copy(paper: Paper, seed: str, student: Student | None = None, version: str = "") -> Copy:
    """One copy, its keys proven. Raises `MarkschemeError` for a key that does not prove."""
    return _proven(paper, seed, student, version)[0]


def dealt(paper: Paper, students: Sequence[Student]) -> list[str]:
    """The version of each student's copy: neighbors have others, where rows and seats are known; else in turn.

    Empty texts for a paper without versions.
    """
    names = paper.entry.versions
    if not names:
        return [""] * len(students)
    if all([student.row.isdecimal() and student.seat.isdecimal() for student in students]):
        return [names[(int(student.row) + int(student.seat)) % len(names)] for student in students]
    return [names[i % len(names)] for i in range(len(students))]


def _proven(paper: Paper, seed: str, student: Student | None, version: str) -> tuple[Copy, dict[str, str]]:
    """One copy, and by name the answers asked that no second way confirmed, with their question and problem."""
    own_seed = paper.copy_seed(seed, student.student if student else "", version)
    items, unchecked = proven(paper, own_seed)
    said = f"{seed}/{version}" if version else seed
    asked = paper.on_copy(own_seed).in_language(student.language if student else "")
    return Copy(asked, said, items, student, version), unchecked


def proven(paper: Paper, own_seed: str) -> tuple[dict[str, Item], dict[str, str]]:
    """The items of a copy, their keys proven, and by name the answers that no second way confirmed.

    Raises `MarkschemeError` for a key that does not prove.
    """
    items = paper.items(own_seed)
    unchecked: dict[str, str] = {}
    for label, item in items.items():
        try:
            confirmed = prove_item(item)
        except ProofError as error:
            raise MarkschemeError(
                f"{paper.name}: question {label} is not printed, for its key does not prove: {error}"
            ) from error
        without = unconfirmed(item.problem, confirmed)
        unchecked |= {f"{label} {name}": item.problem.name for name in without if name in item.layout.marks}
    return items, unchecked


class Printed(NamedTuple):
    """One copy as files."""

    blank: bytes
    key: bytes
    unchecked: dict[str, str]
    """Its answers that no second way confirmed, with their problems."""
    numbers: dict[str, str]
    """A digest of the numbers of each of its questions."""


def print_copy(task: Task) -> Printed:
    """One copy, blank and with solutions."""
    name, chosen, seed, student, form, page, system_fonts, lang, version = task
    paper = load_once(name, chosen, lang)
    copy, unchecked = _proven(paper, seed, student, version)
    blank, key = [_printed(copy, form, page, solutions=it, system_fonts=system_fonts) for it in (False, True)]
    return Printed(blank, key, unchecked, digests(copy.items))


def _printed(copy: Copy, form: str, page: Page | None, *, solutions: bool, system_fonts: bool) -> bytes:
    match form:
        case "pdf":
            return pdf(copy, solutions=solutions, page=page, system_fonts=system_fonts)
        case "html":
            return html(copy, solutions=solutions).encode()
        case _:
            return markdown(copy, solutions=solutions).encode()
