"""Copies of a paper: each item proven before it is printed, each form as files."""

from __future__ import annotations

from typing import TypeAlias

from markscheme.core.errors import MarkschemeError, ProofError
from markscheme.core.proof import prove_item, unconfirmed
from markscheme.paper.plan import Page, Paper, load_once
from markscheme.paper.printing import Copy, pdf
from markscheme.paper.roster import Student
from markscheme.paper.web_page import html, markdown

Task: TypeAlias = tuple[str, tuple[str, ...], str, Student | None, str, Page | None, bool, str]
"""Paper, its chosen problems, seed, student, form, page, whether the machine's fonts may be taken, and the language."""


def make_copy(paper: Paper, seed: str, student: Student | None = None) -> Copy:
    """One copy, its keys proven. Raises `MarkschemeError` for a key that does not prove."""
    return _proven(paper, seed, student)[0]


def _proven(paper: Paper, seed: str, student: Student | None) -> tuple[Copy, dict[str, str]]:
    """One copy, and by name the answers asked that no second way confirmed, with their question and problem."""
    own_seed = f"{seed}/{student.student}" if student else seed
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
    return Copy(paper, seed, items, student), unchecked


def print_copy(task: Task) -> tuple[dict[str, bytes], dict[str, str]]:
    """The files of one copy, blank and with solutions, by name; and its answers that no second way confirmed."""
    name, chosen, seed, student, form, page, system_fonts, lang = task
    paper = load_once(name, chosen, lang)
    copy, unchecked = _proven(paper, seed, student)
    stem = f"{paper.short_name}{f'-{student.student}' if student else ''}"
    pages = {
        f"{stem}.{form}": _printed(copy, form, page, solutions=False, system_fonts=system_fonts),
        f"{stem}-key.{form}": _printed(copy, form, page, solutions=True, system_fonts=system_fonts),
    }
    return pages, unchecked


def _printed(copy: Copy, form: str, page: Page | None, *, solutions: bool, system_fonts: bool) -> bytes:
    match form:
        case "pdf":
            return pdf(copy, solutions=solutions, page=page, system_fonts=system_fonts)
        case "html":
            return html(copy, solutions=solutions).encode()
        case _:
            return markdown(copy, solutions=solutions).encode()
