"""A stack of scanned pages in which each kind of page waits that a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.scan import blank_pages
from bench.sheets.writing import Hand, scribble, write
from markscheme.exam.folder import Exam, new_exam
from markscheme.exam.printing import print_copies
from markscheme.scan import batch
from markscheme.scan.received import Gray
from tests.scanned_exam import TOML, fill, own_copy, pdf_of, places, printed_pages, scan

ORDER = (
    "first", "inferred", "third", "one", "other", "empty", "unknown", "foreign", "inconsistent", "badly", "spare",
    "spare 2", "spare 3",
)  # fmt: skip
"""What each page of the stack is, as it was scanned."""


def waiting_stack(folder: Path, order: Sequence[str] = ORDER) -> tuple[Exam, dict[str, str]]:
    """A copy of the printed exam with a stack that was scanned; the names of its pages by what they are."""
    exam = own_copy(folder / "exam")
    ada, bob, spare = [it.code for it in exam.manifest.copies]
    pages, rng = printed_pages(), np.random.default_rng(4)
    made: dict[str, Gray] = {
        "first": pages[ada, 1], "inferred": without_codes(pages[ada, 2]), "third": pages[ada, 3],
        "one": fill(exam, pages[bob, 1], bob, 1, {"shape": "[1, 2]"}, rng),
        "other": fill(exam, pages[bob, 1], bob, 1, {"shape": "[7, 8, 9]"}, rng),
        "empty": np.full_like(pages[ada, 1], 250), "unknown": _scribbled(pages[ada, 1], rng),
        "foreign": _of_another_exam(folder), "inconsistent": _two_sheets(pages[ada, 1], pages[bob, 2]),
        "badly": _with_codes_of(pages[bob, 3], pages[bob, 2]),
        "spare": _with_id(exam, pages[spare, 1], spare, "30362002", rng),
        "spare 2": pages[spare, 2], "spare 3": pages[spare, 3],
    }  # fmt: skip
    scan(exam, pdf_of([made[name] for name in order], folder / "stack.pdf"))
    batch.infer(exam)
    names = [it.page for it in exam.store.pages() if it.what == "received"]
    return exam, dict(zip(order, names, strict=True))


def without_codes(page: Gray) -> Gray:
    """A page whose codes are lost."""
    page = page.copy()
    page[:300, :500] = page[-300:, -500:] = 255
    return page


def _scribbled(page: Gray, rng: np.random.Generator) -> Gray:
    page = np.full_like(page, 250)
    hand = Hand.drawn(rng)
    for y in range(100, 500, 60):
        scribble(page, hand, (80, y, 400, 40), rng)
    return page


def _two_sheets(one: Gray, other: Gray) -> Gray:
    both = one.copy()
    both[1100:] = other[1100:]
    return both


def _with_codes_of(page: Gray, other: Gray) -> Gray:
    """A page that says that it is another one."""
    page = page.copy()
    page[:300, :500], page[-300:, -500:] = other[:300, :500], other[-300:, -500:]
    return page


def _with_id(exam: Exam, page: Gray, code: str, student: str, rng: np.random.Generator) -> Gray:
    page, hand = page.copy(), Hand.drawn(rng)
    for it in places(exam, code, 1):
        if it.kind == "id":
            write(page, hand, student[int(it.name)], (it.x + 2, it.y + 2, it.width - 4, it.height - 3), rng, most=13)
    return page


def _of_another_exam(folder: Path) -> Gray:
    (folder / "other").mkdir()
    (folder / "other" / "quiz.toml").write_text(TOML)
    (folder / "other" / "roster.csv").write_text("student\ns1\n")
    exam = new_exam(folder / "other" / "exam", str(folder / "other" / "quiz.toml"), folder / "other" / "roster.csv")
    list(print_copies(exam, exam.manifest.copies))
    return next(page for _, _, page in blank_pages(exam))
