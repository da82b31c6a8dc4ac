"""Of copies that came in as scanned pages: whose they are, and which answers nobody has read off them yet.

An answer without a text on such a copy is not blank: its page is missing or lies badly, or nobody has typed it yet.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from markscheme.exam.folder import Exam
from markscheme.marking.submissions import places_of
from markscheme.paper.manifest import PrintedCopy
from markscheme.paper.places import where_answered


def owners(exam: Exam) -> dict[str, str]:
    """Whose each copy is: the manifest's, and what was found or decided of copies for nobody in particular."""
    found = {it.code: it.student for it in exam.manifest.copies}
    return found | {it["data"]["code"]: it["data"]["student"] for it in exam.store.events("owner")}


def came_in(exam: Exam) -> dict[str, list[int]]:
    """The copies of which a scanned page counts, each with the numbers of the pages of which none does."""
    noted = exam.store.events("came in")
    return noted[-1]["data"]["copies"] if noted else {}


def note_came_in(exam: Exam, missing: Mapping[str, Sequence[int]]) -> None:
    """Note which copies came in, each with its missing pages, where that is news."""
    now = {code: list(numbers) for code, numbers in missing.items()}
    if now != came_in(exam):
        with exam.store.adding("came in", copies=now):
            pass


def unread(
    exam: Exam, copy: PrintedCopy, missing: Sequence[int], read: Container[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """The answers of a copy that are not among those `read`, each with what stands in place of its text until then."""
    layout = exam.manifest.layouts[copy.layout]
    for at in places_of(exam.paper.on_copy(copy.seed)):
        if at not in read:
            number = where_answered(layout.places, *at)[0].page
            why = "which has not come in" if number in missing else "not typed yet"
            yield at, f"(on page {number} of {copy.code}, {why})"
